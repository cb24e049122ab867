"""Two spellings of one word are found as one; two words stay two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.words import search_key, town_key


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ｻﾛﾝ", "サロン"),
        ("さろん", "サロン"),
        ("ＡＥＤ", "aed"),
        ("ふれあい・いきいき サロン", "ふれあいいきいきサロン"),
        ("通いの場（体操）", "通いの場　体操"),
        ("１００歳体操", "100歳体操"),
        ("髙橋さん宅", "高橋さん宅"),
        ("山﨑集会所", "山崎集会所"),
        ("米澤公民館", "米沢公民館"),
        ("渡邊医院", "渡辺医院"),
        ("渡邉医院", "渡辺医院"),
        ("齋藤歯科", "斎藤歯科"),
        ("齊藤歯科", "斉藤歯科"),
        ("廣田町", "広田町"),
        ("𠮷田商店", "吉田商店"),
        ("霞ヶ丘", "霞ケ丘"),
        ("カ゛ンバル会", "ガンバル会"),
    ],
)
def test_one_word_in_two_spellings_has_one_key(typed, meant):
    assert search_key(typed) == search_key(meant)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ビル", "ビール"), ("はな", "ばな"), ("病院", "美容院"), ("つや", "っや"), ("北町", "北町2")],
)
def test_two_words_keep_two_keys(one, other):
    assert search_key(one) != search_key(other)


def test_the_key_is_hiragana_lower_case_without_signs():
    assert search_key("ＪＡ・デイサービス「髙﨑」 ★") == "jaでいさーびす高崎"


@pytest.mark.parametrize("empty", ["", "　", "（）・、。", "★〒-"])
def test_text_without_letters_has_an_empty_key(empty):
    assert search_key(empty) == ""


@given(st.text())
def test_the_key_of_a_key_is_itself(text):
    assert search_key(search_key(text)) == search_key(text)


@given(st.text(alphabet="さろんサロンﾃﾞ髙１aＡー・ 々"), st.text(alphabet=" 　・。（）-"))
def test_spaces_and_signs_around_a_word_change_nothing(word, signs):
    assert search_key(signs + word + signs) == search_key(word)


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("府中一丁目", "府中１丁目", True),
        ("大字府中", "府中", True),
        ("本町二十三丁目", "本町23丁目", True),
        ("本町十丁目", "本町 10丁目", True),
        ("三ツ屋町", "3ツ屋町", False),
        ("府中一丁目", "府中十一丁目", False),
        ("大字", "", False),
    ],
)
def test_spellings_of_a_town_are_one_town(one, other, are_one):
    assert (town_key(one) == town_key(other)) is are_one
