"""来てくれる地域: how lists write them, and which areas of ours they mean."""

from uuid import UUID, uuid4

import pytest

from geo import registry
from geo.edits import ResourceEdit
from geo.records import shelf
from geo.records.service_areas import AreaName, ServiceArea
from geo.scope import EVERYBODY, Role, Scope
from geo.service_areas import Areas, area_words, parse_areas
from tests.conftest import TOWN


@pytest.mark.parametrize(
    ("written", "areas"),
    [
        ("", []),
        ("川東地区・浜地区", [("川東地区", ""), ("浜地区", "")]),
        ("新田地区・高岡地区の一部", [("新田地区", ""), ("高岡地区", "一部")]),
        ("市内全域（奥沢を除く）", [("市内全域", "奥沢を除く")]),
        ("中里・奥沢（平瀬・鍋倉を除く）", [("中里", ""), ("奥沢", "平瀬・鍋倉を除く")]),
        ("国高地区（＋太子園周辺）", [("国高地区", "＋太子園周辺")]),
        ("東、西，南／北\n中央", [("東", ""), ("西", ""), ("南", ""), ("北", ""), ("中央", "")]),
        ("東・東", [("東", "")]),
        ("東（一部", [("東（一部", "")]),
        ("・・、", []),
    ],
)
def test_a_cell_is_parted_into_areas_and_what_is_said_of_them(written, areas):
    assert [(one["name"], one["note"]) for one in parse_areas(written)] == areas


def test_what_is_said_is_read_back():
    areas = parse_areas("市内全域（奥沢・中里を除く）・高岡地区の一部")
    assert parse_areas("\n".join(area_words(areas))) == areas


EAST, EAST_SCHOOL, WEST, TOWN_ID, CITY = (UUID(int=n) for n in range(1, 6))
AREAS = Areas(
    [
        AreaName(EAST, "chiku", "川東地区"),
        AreaName(EAST_SCHOOL, "elementary", "川東小学校区"),
        AreaName(WEST, "living_area", "西山圏域"),
        AreaName(TOWN_ID, "town", "本町一丁目"),
        AreaName(CITY, "municipality", "みほん市"),
    ],
    "みほん市",
)


@pytest.mark.parametrize(
    ("name", "district"),
    [
        ("川東地区", EAST),
        ("川東", EAST),  # 地区 before 小学校区
        ("川東小学校区", EAST_SCHOOL),
        ("川東小学校", EAST_SCHOOL),
        ("川東中学校区", None),
        ("西山", WEST),
        ("西山地区", WEST),
        ("本町１丁目", TOWN_ID),
        ("みほん市川東地区", EAST),
        ("川西", None),
        ("東", None),  # never by likeness
    ],
)
def test_an_area_is_found_by_its_name_with_or_without_its_ending(name, district):
    meaning = AREAS.meaning(name)
    assert (meaning.whole, meaning.district) == (False, district)


@pytest.mark.parametrize(
    "name", ["市内全域", "市内一円", "全域", "市内", "みほん市", "みほん市全域", "みほん市内"]
)
def test_everywhere_is_the_whole_municipality(name):
    meaning = AREAS.meaning(name)
    assert (meaning.whole, meaning.district) == (True, CITY)


def test_a_neighbourhood_is_not_everywhere():
    assert not AREAS.meaning("町内").is_known


def test_what_is_taken_out_is_known_where_it_has_a_name():
    assert AREAS.meaning("市内全域", "川東を除く").without == (EAST,)
    assert AREAS.meaning("市内全域", "川東・西山を除く").without == (EAST, WEST)
    assert AREAS.meaning("市内全域", "山の上を除く").without == ()
    assert AREAS.meaning("川東地区", "一部").without == ()


def test_two_areas_of_one_name_are_nobodys_guess():
    twins = [AreaName(uuid4(), "chiku", "東地区"), AreaName(uuid4(), "chiku", "東区")]
    areas = Areas(twins, "みほん市")
    assert areas.meaning("東").district is None
    assert areas.meaning("東地区").district == twins[0].id


def test_the_nearest_name_is_only_shown():
    assert AREAS.nearest("川束地区") == "川東地区"
    assert AREAS.nearest("ぜんぜん違う") == ""


def test_the_register_keeps_names_as_written_and_knows_what_they_mean(db):
    official = Scope(TOWN, Role.OFFICIAL)
    resource = uuid4()
    edits = {
        "kind": "meal_delivery",
        "name": "まつば弁当",
        "accepting": "waiting",
        "service_areas": [
            {"name": "町内全域", "note": "山の手を除く"},
            {"name": "山の手圏域", "note": ""},
            {"name": "となり町", "note": ""},
        ],
    }
    registry.apply(db, official, ResourceEdit(uuid4(), resource, None, edits))
    row = shelf.get(db, EVERYBODY, resource)
    assert row.accepting == "waiting"
    assert [one["name"] for one in row.service_areas] == ["町内全域", "山の手圏域", "となり町"]
    kept = db.query(ServiceArea).filter_by(resource=resource).order_by("position").all()
    assert [one.whole for one in kept] == [True, False, False]
    assert [one.district is None for one in kept] == [False, False, True]
    assert kept[0].without == [kept[1].district]


def test_thirty_thousand_brackets_are_words_and_no_puzzle():
    assert [one["note"] for one in parse_areas("（" * 30_000 + "x）")] == [""]
