"""住所の文字: what counts as the same, and where in the writing each sign comes from."""

import pytest

from geo.addresses.fold import fold, fold_loosely, fold_name


@pytest.mark.parametrize(
    ("written", "signs"),
    [
        ("本町２丁目３−４", "本町2.丁目3.-4."),
        ("本町二丁目三番四号", "本町2.丁目3.番4.号"),
        ("本町二丁目二十三番百五号", "本町2.丁目23.番105.号"),
        ("本町二ー二三", "本町2.-23."),
        ("本町2‐3", "本町2.-3."),
        ("本町2一3", "本町2.-3."),  # the numeral, typed for a dash
        ("本町2--3", "本町2.-3."),
        ("本町０１番", "本町1.番"),
        ("センター3", "センター3."),  # its long mark is none
        ("ｾﾝﾀｰ３", "センター3."),
        ("三千五百十二番地", "3512.番地"),
        ("二万五千", "25000."),
        ("一〇五番", "105.番"),
        ("霞ヶ丘", "霞ガ丘"),
        ("霞が丘", "霞ガ丘"),
        ("茅ケ崎", "茅ガ崎"),
        ("ひばりヶ丘", "ヒバリガ丘"),
        ("櫻澤町", "桜沢町"),
        ("瀨戶町", "瀬戸町"),
        ("葛󠄀城", "葛城"),
        ("カ゛ード", "ガード"),
        ("〒916-0022 日の出町", "日ノ出町"),
        ("９１６００２２日の出町", "日ノ出町"),
        ("日の出町（駅前）2", "日ノ出町2."),
        ("", ""),
        ("\u200b\ufeff", ""),
        ("（とじない", ""),
    ],
)
def test_what_is_written_alike_falls_together(written, signs):
    assert fold(written).signs == signs


def test_every_sign_knows_where_it_comes_from():
    written = "日の出町　二十三－４（裏）"
    folded = fold(written)
    assert folded.signs == "日ノ出町23.-4."
    assert folded.starts == (0, 1, 2, 3, 5, 5, 5, 8, 9, 9, len(written))
    assert [written[at] for at in folded.starts[:-1]] == list("日の出町二二二－４４")


def test_spaces_and_brackets_leave_a_gap():
    assert fold("本町 3").gaps == {2}
    assert fold("本町（旧 上町）3").gaps == {2}
    assert fold("本町3 ").gaps == {4}
    assert fold("本町3").gaps == frozenset()


@pytest.mark.parametrize(
    ("name", "signs"),
    [
        ("大字北原", "北原"),
        ("字山ノ神", "山ノ神"),
        ("小字前田", "前田"),
        ("１９字", "19.字"),
        ("字", "字"),
    ],
)
def test_a_name_is_known_without_the_oaza_before_it(name, signs):
    assert fold_name(name) == signs


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("霞ヶ丘", "霞丘"),
        ("三ツ石", "3.石"),
        ("山ノ神", "山神"),
        ("ツツジガ丘", "ツツジガ丘"),  # letters among katakana are nobody's to leave out
        ("ノースタウン", "ノースタウン"),
    ],
)
def test_some_letters_are_left_out_between_kanji(name, left):
    assert fold_loosely(name) == left


def test_a_hostile_text_is_folded_in_its_length():
    for text in ("9" * 5000, "一" * 5000, "(" * 5000, "-" * 5000, "゛" * 5000, "\ud800" * 100):
        folded = fold(text)
        assert len(folded.starts) == len(folded.signs) + 1
