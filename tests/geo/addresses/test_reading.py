"""住所を読む: as far as the names that there are bear it out, and no farther."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.addresses import Dictionary, Found, Several, Unknown, Whose, build, find

# name → lon, lat: one place each, so that a place says which row was found
CHOME = {"本町一丁目": 1, "本町二丁目": 2, "本町三丁目": 3}


@dataclass(frozen=True)
class Row:
    town: str
    koaza: str = ""
    block: str = ""
    by_block: bool | None = None
    at: float | None = None
    ward: str = ""
    kana: str = ""

    @property
    def lon(self):
        return None if self.at is None else 136.0 + self.at / 1000

    @property
    def lat(self):
        return None if self.at is None else 35.0


ROWS = [
    *(Row(town, at=at) for town, at in CHOME.items()),
    Row("本町三丁目", block="3", by_block=True, at=33),
    Row("本町三丁目", block="12", by_block=True, at=312),
    Row("緑町", at=50),
    Row("緑町", block="5", by_block=True, at=55),
    Row("緑町", block="5", by_block=False, at=56),  # 住居表示 in half of the town
    Row("緑町東", at=60),
    Row("中野", at=70),
    Row("中野町", at=71),
    Row("湯谷町", at=80),
    Row("霞ケ丘", at=90),
    Row("三六町一丁目", at=100),
    Row("上河内町", at=110),
    Row("上河内町", "１９字"),
    Row("上河内町", block="19", by_block=False, at=119),
    Row("下河内町", at=120),
    Row("下河内町", "１９字", "37", by_block=False, at=137),
    Row("大字北原", at=200),
    Row("大字北原", "山ノ神", "12", by_block=False, at=212),
    Row("大字北原", "前田", "12", by_block=False, at=213),
    Row("大字南原", at=300),
    *(Row("大字南原", "上", str(n), by_block=False, at=300 + n) for n in range(1, 15)),
    *(Row("大字南原", "下", str(n), by_block=False, at=300 + n) for n in range(15, 30)),
    Row("新町"),
    Row("大字北野", at=500),
    Row("大字北野", block="2", by_block=False, at=502),
    Row("北野一丁目", at=510),
    Row("北野二丁目", at=520),
    Row("北野二丁目", block="5", by_block=True, at=525),
    Row("家久町", at=600),
    Row("家久町", "一丁目", at=610),
    Row("乙川", at=400),
    Row("乙川", block="甲12", by_block=False, at=412),
    Row("莇生田町", at=700, kana="アゾウダチョウ"),
    Row("莇生田町", block="5", by_block=False, at=705),
    Row("旭町一丁目", at=710, kana="アサヒマチ"),
    Row("旭町二丁目", at=720, kana="アサヒマチ"),
    Row("旭町二丁目", block="3", by_block=True, at=723),
    Row("本多三丁目", at=730, kana="ホンダサンチヨウメ"),
    Row("朝日町", at=740, kana="アサヒチョウ"),
]


@pytest.fixture(scope="module")
def dictionary(tmp_path_factory):
    path = tmp_path_factory.mktemp("var") / "99991" / "v"
    build(path, Whose("99991", "架空県", "ためし市"), [ROWS])
    return Dictionary(path)


@pytest.fixture
def at(dictionary):
    """at("本町3-3") -> (level, the number that the place stands for, what was left unread)."""

    def ask(text):
        answer = find(dictionary, text)
        if not isinstance(answer, Found):
            return answer
        return answer.level, round((answer.lonlat[0] - 136) * 1000), answer.rest

    return ask


@pytest.mark.parametrize(
    "written",
    [
        "架空県ためし市本町三丁目12番5号",
        "架空県ためし市本町３丁目１２－５",
        "架空県　ためし市　本町三丁目　１２番５号",
        "ためし市本町三丁目十二番五号",
        "ためし市ためし市本町三丁目12-5",
        "本町三丁目12番地5",
        "本町三丁目12番地の5",
        "本町三丁目12の5",
        "本町3-12-5",
        "本町3ー12ー5",
        "本町３－１２－５",
        "本町三-12-5",
        "本町3丁目-12-5",
        "本町3丁12番5",
        "大字本町三丁目12-5",
        "〒999-0000 架空県ためし市本町3-12-5",
        "本町三丁目（旧上町）12-5",
    ],
)
def test_every_way_of_writing_leads_to_one_block(at, written):
    level, place, rest = at(written)
    assert (level, place) == ("block", 312)
    assert rest in ("5", "5号", "５", "５号", "五号", "の5")


def test_what_is_matched_and_what_is_left_are_the_writers_own_words(dictionary):
    found = find(dictionary, "架空県ためし市 本町３丁目１２－５　駅前ビル１F")
    assert found.name == "本町三丁目12番"
    assert found.matched == "架空県ためし市 本町３丁目１２"
    assert found.rest == "５　駅前ビル１F"


def test_a_block_that_no_gazetteer_has_leaves_the_town(at):
    assert at("本町三丁目950") == ("district", 3, "950")
    assert at("本町三丁目7-12") == ("district", 3, "7-12")


def test_a_town_of_several_chome_is_several_places(dictionary):
    answer = find(dictionary, "本町")
    assert [found.name for found in answer.candidates] == list(CHOME)
    assert isinstance(find(dictionary, "本町950"), Several)


def test_a_chome_that_is_not_there_is_no_guess(at):
    assert at("本町9丁目1") == Unknown("no_such_chome", "本町")
    assert at("中野二丁目5") == Unknown("no_such_chome", "中野")


def test_a_number_with_two_meanings_is_read_as_far_as_both_agree(at):
    """緑町 has a 街区 5 and a 地番 5; 上河内町 a 19字 and a 地番 19."""
    assert at("緑町5-3") == ("district", 50, "5-3")
    assert at("緑町5番地3") == ("district", 50, "5番地3")
    assert at("上河内町19-37-2") == ("district", 110, "19-37-2")
    assert at("下河内町19-37-2") == ("block", 137, "2")
    assert at("下河内町第19号37番地2") == ("block", 137, "2")


def names(answer):
    return sorted(found.name for found in answer.candidates)


def test_an_oaza_beside_the_chome_of_its_name_is_another_town(at):
    """As in much of 埼玉: 大字北野 is what lies outside 北野一丁目 and 二丁目."""
    assert at("北野二丁目5-3") == ("block", 525, "3")
    assert at("大字北野2-5-3") == ("block", 502, "5-3")
    assert names(at("北野2-5-3")) == ["北野二丁目5番", "大字北野2番地"]
    assert at("北野950") == at("大字北野950") == ("district", 500, "950")
    assert names(at("北野")) == ["北野一丁目", "北野二丁目", "大字北野"]
    assert at("大字北野") == ("district", 500, "")
    assert at("北野9丁目1").reason == "no_such_chome"


def test_a_town_of_its_own_with_a_chome_beside_it(at):
    """家久町 has one 丁目, and land outside it whose numbers no gazetteer has."""
    assert at("家久町一丁目2-3") == ("district", 610, "2-3")
    assert names(at("家久町1-2-3")) == ["家久町", "家久町一丁目"]
    assert at("家久町46-13-1") == ("district", 600, "46-13-1")
    assert names(at("家久町")) == ["家久町", "家久町一丁目"]


def test_two_numbers_side_by_side_are_none(at):
    assert at("本町三丁目三 12") == ("district", 3, "三 12")


def test_a_longer_name_is_another_town(at, dictionary):
    assert at("緑町東3") == ("district", 60, "3")
    assert at("緑町西3") == Unknown("no_town", "緑町")
    assert at("中野1") == ("district", 70, "1")
    assert at("中野町1") == ("district", 71, "1")
    assert find(dictionary, "緑町 西の集会所").name == "緑町"


def test_what_people_leave_out_of_names(at):
    assert at("湯谷24-25") == ("district", 80, "24-25")
    assert at("霞丘3") == at("霞ヶ丘3") == at("霞が丘3") == ("district", 90, "3")
    assert at("湯3") == Unknown("no_town", "")


def test_numerals_in_names_are_not_numbers_of_houses(at):
    assert at("三六町1-4-30") == ("district", 100, "4-30")
    assert at("３６町一丁目４") == ("district", 100, "４")


def test_koaza_with_and_without_their_mark(at):
    for written in ("大字北原字山ノ神12番地3", "北原山の神12-3", "北原小字山神12の3"):
        assert at(written)[:2] == ("block", 212)
    assert at("北原字前田12") == ("block", 213, "")
    assert at("北原字いらない12") == ("district", 200, "字いらない12")


def test_a_number_without_its_koaza_counts_where_numbers_run_through(at):
    """北原 begins anew in each 小字; 南原 counts 1–14 in 上 and 15–29 in 下."""
    assert at("北原12-3") == ("district", 200, "12-3")
    assert at("南原12-3") == ("block", 312, "3")
    assert at("南原20") == ("block", 320, "")


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("あぞうだちょう", ("district", 700, "")),
        ("あぞうだ町5", ("block", 705, "")),
        ("ぞうだちょう", Unknown("no_town", "莇生田町")),  # half a reading is none
        ("ためし市あぞうだちょう5番地", ("block", 705, "")),
        ("あぞうだちょう5ばんち", ("block", 705, "")),
        ("ｱｿﾞｳﾀﾞ5", ("block", 705, "")),
        ("あぞうだ", ("district", 700, "")),  # 町 is left out
        ("あさひまち2-3", ("block", 723, "")),
        ("あさひまち2ちょうめ3ばん1ごう", ("block", 723, "1ごう")),
        ("ほんだ3ちょうめ", ("district", 730, "")),
        ("あぞうだちょう5番地 コーポ莇", ("block", 705, "コーポ莇")),
        ("あぞうだ1号館", Unknown("no_town", "莇生田町")),
        ("アサヒ ビル3階", Unknown("no_town")),
        ("あさひまちや", Unknown("no_town", "旭町")),  # another word that begins so
    ],
)
def test_a_town_is_found_by_how_it_is_read(at, written, answer):
    assert at(written) == answer


def test_towns_that_are_read_alike_are_several(dictionary):
    answer = find(dictionary, "あさひ")
    assert isinstance(answer, Several)
    assert {one.name for one in answer.candidates} == {"旭町一丁目", "旭町二丁目", "朝日町"}


def test_letters_before_a_number(at):
    assert at("乙川甲12番地5") == ("block", 412, "5")
    assert at("乙川12番地5") == ("district", 400, "12番地5")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "架空県となり市本町三丁目12番5号",
        "となり市本町3-12-5",
        "架空県本町三丁目12番5号",  # of which town?
        "東京都千代田区霞が関1",
        "中野市本町3-12-5",
        "中野区緑町5",
    ],
)
def test_another_municipality_is_never_ours(dictionary, elsewhere):
    answer = find(dictionary, elsewhere)
    assert isinstance(answer, Unknown)
    assert (answer.reason == "elsewhere") == ("県" in elsewhere or "都" in elsewhere)


def test_a_name_without_a_place_is_said(at):
    assert at("新町3-2") == Unknown("no_place", "新町")


def test_a_county_may_stand_between(dictionary):
    assert find(dictionary, "架空県海野郡ためし市緑町1").name == "緑町"
    assert find(dictionary, "海野郡ためし市緑町1").name == "緑町"


@pytest.mark.parametrize(
    "text", ["", "　", "-", "ー", "\u200b", "（）", "架空県", "ためし市", "?", "字"]
)
def test_nothing_is_nowhere(dictionary, text):
    assert isinstance(find(dictionary, text), Unknown)


def test_hostile_texts_end(dictionary):
    for sign in ("本町", "9", "-", "字", "三", "ためし市", "丁目", "\t", "t本町\t", "1丁目"):
        assert not isinstance(find(dictionary, sign * 3000), Several) or sign == "本町"
    assert isinstance(find(dictionary, "\tt本町三丁目"), Found | Unknown)


def test_wards_of_a_city_that_is_read_as_a_whole(tmp_path):
    rows = [
        Row("本町", at=1, ward="北区"),
        Row("本町", at=2, ward="南区"),
        Row("港", at=3, ward="南区"),
    ]
    build(tmp_path / "99992/v", Whose("99992", "架空県", "おおき市"), [rows])
    book = Dictionary(tmp_path / "99992/v")
    assert find(book, "おおき市南区本町3").lonlat[0] == rows[1].lon
    assert find(book, "北区本町3").lonlat[0] == rows[0].lon
    both = find(book, "おおき市本町3").candidates
    assert [found.name for found in both] == ["北区本町", "南区本町"]
    assert find(book, "おおき市港3").lonlat[0] == rows[2].lon
    assert isinstance(find(book, "おおき市北区港3"), Unknown)


def test_a_ward_on_its_own_is_also_called_by_its_short_name(tmp_path):
    build(tmp_path / "v", Whose("01101", "北海道", "札幌市中央区"), [[Row("大通西一丁目", at=1)]])
    book = Dictionary(tmp_path / "v")
    for written in ("北海道札幌市中央区大通西1丁目", "中央区大通西1", "大通西一丁目"):
        assert find(book, written).name == "大通西一丁目"
    assert isinstance(find(book, "札幌市北区大通西1丁目"), Unknown)


def test_a_village_without_oaza(tmp_path):
    rows = [Row("", block="12", by_block=False, at=1), Row("", "沢", at=2)]
    build(tmp_path / "v", Whose("99993", "架空県", "こむら村"), [rows])
    book = Dictionary(tmp_path / "v")
    assert find(book, "架空県こむら村12番地3").level == "block"
    assert find(book, "こむら村字沢5").lonlat[0] == rows[1].lon
    assert isinstance(find(book, "こむら村"), Unknown)


SIGNS = "本町緑東中野北南原河内上下一二三十丁目番地号字大小第架空県ためし市区-ー−のノ１2３9 　(（)甲A\t.〒"


@settings(max_examples=400, deadline=None)
@given(text=st.text() | st.text(alphabet=SIGNS, max_size=30))
def test_whatever_is_written_has_an_answer_in_its_own_words(dictionary, text):
    answer = find(dictionary, text)
    found = answer.candidates if isinstance(answer, Several) else (answer,)
    for one in found:
        if isinstance(one, Found):
            assert one.matched in text
            assert one.rest in text
            assert 136.0 <= one.lonlat[0] <= 137.0
    assert isinstance(answer, Found | Several | Unknown)
    assert not isinstance(answer, Several) or len(answer.candidates) > 1
