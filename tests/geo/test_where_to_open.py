"""どこに開くか by hand in 碁盤町: one block is one minute, and what is promised is what the gap map then counts."""

from datetime import date
from uuid import uuid4

import pytest

from geo import registry
from geo.candidates import Candidate, Candidates, brought, registered
from geo.edits import ResourceEdit
from geo.errors import Invalid
from geo.gap_questions import GapQuestion
from geo.locate import dictionaries
from geo.records import resources, shelf
from geo.records.shelf import Wanted
from geo.scope import house
from geo.sources.model_town import corner_lonlat
from geo.travel_profiles import in_use
from geo.where_questions import Wishes
from geo.where_to_open import where_to_open

TOWN = house("99001")
MONDAY = date(2026, 11, 16)


@pytest.fixture
def no_salon(db):
    """The one salon of the town has closed."""
    for row in shelf.list_open(db, TOWN, Wanted(kind="salon")):
        revision = resources.load_values(db, TOWN, [row.id])[row.id][0]
        edits = {"closed_on": "2026-04-01"}
        raw = {"id": uuid4(), "resource": row.id, "base": revision, "edits": edits}
        registry.apply(db, TOWN, ResourceEdit.parse(raw))


@pytest.fixture
def ask(db, town_area, residents, no_salon):
    def asking(
        places, most=1, level="municipality", kind="salon", minutes="13", wishes=(), **words
    ):
        question = GapQuestion.parse(
            {"age": "0", "profile": "on_foot", "minutes": minutes} | words,
            (kind,),
            level,
            MONDAY,
            in_use(db, TOWN),
        )
        wished = Wishes.parse({"most": str(most), **dict(wishes)})
        candidates = Candidates(tuple(places))
        told = lambda *_: None  # noqa: E731
        return where_to_open(
            db, TOWN, residents, town_area, question, wished, candidates, MONDAY, told
        )

    return asking


def corner(x, y, name="", *, rough=False):
    return Candidate(name or f"{x}の{y}", *corner_lonlat(x, y), rough)


def people(found, side, name="reached"):
    rows = getattr(found, side).rows
    return sum(float(getattr(row.leading.tally, name)[0, 0]) for row in rows)


def test_the_corner_by_the_forty_brings_forty_people_within_thirteen_minutes(ask):
    """As tests/geo/test_gap_map.py: from (0, 3) the farthest of the forty is 12.8 blocks away; nobody lives by (5, 5)."""
    found = ask([corner(20, 20), corner(0, 3), corner(1, 0)])
    assert found.people == pytest.approx(max(40, found.people))
    assert found.choice.is_proven
    only = ask([corner(0, 3)])
    assert [one.row for one in only.chosen] == [0]
    assert only.people == pytest.approx(40)
    assert (people(only, "before"), people(only, "after")) == (0, pytest.approx(40))


def test_what_is_promised_is_what_the_gap_map_counts_afterwards(ask):
    places = [corner(x, y) for x in range(0, 41, 8) for y in range(0, 41, 8)]
    found = ask(places, 3, level="junior_high")
    assert len(found.chosen) == 3
    gained = people(found, "after") - people(found, "before")
    assert found.people + found.unsaid_people == pytest.approx(gained)
    assert found.people == pytest.approx(sum(one.adds_people for one in found.chosen))
    assert found.people >= found.greedy_people - 1e-6
    assert people(found, "after", "beyond") == pytest.approx(
        people(found, "before", "beyond") - found.people
    )


def test_who_is_within_reach_already_is_no_gain(ask, db):
    edits = {"kind": "salon", "name": "茶の間", "place": list(corner_lonlat(0, 3))}
    edits |= {"place_level": "building", "confirmed_on": "2026-05-20", "eligibility": "anyone"}
    raw = {"id": uuid4(), "resource": uuid4(), "base": None, "edits": edits}
    registry.apply(db, TOWN, ResourceEdit.parse(raw))
    found = ask([corner(0, 3)])
    assert (found.chosen, found.people, found.choice.is_proven) == ((), 0, True)
    assert people(found, "after") == people(found, "before") == pytest.approx(40)


def test_a_candidate_known_to_its_town_only_is_promised_at_least_nothing(ask):
    sure, rough = ask([corner(0, 3)]), ask([corner(0, 3, rough=True)])
    assert (sure.least, sure.most) == (pytest.approx(40), pytest.approx(40))
    assert (rough.least, rough.people) == (0, pytest.approx(40))
    assert rough.most >= 40


def test_a_place_without_a_street_near_is_named_and_not_chosen(ask):
    found = ask([Candidate("沖", 136.0, 32.4, False), corner(0, 3)], 2)
    assert found.off_street == ("沖",)
    assert [one.row for one in found.chosen] == [1]


def test_a_new_place_is_open_whenever_one_asks(ask):
    for words in ({"day": "tue"}, {"day": "twice_a_month"}, {"on": "2026-11-18", "at": "10:00"}):
        assert ask([corner(0, 3)], **words).people == pytest.approx(40)


def test_every_area_gets_one_though_one_of_them_has_few_people(ask):
    places = [corner(x, y) for x in (0, 2, 4, 30, 34, 38) for y in (0, 3, 36)]
    free = ask(places, 2, level="junior_high")
    fair = ask(places, 2, level="junior_high", wishes={"least_places": "1"})
    assert sorted(one.area for one in fair.chosen) == [0, 1]
    assert fair.people <= free.people + 1e-6


def test_so_many_of_each_area_or_it_says_where_not(ask):
    with pytest.raises(Invalid) as refused:
        ask([corner(0, 3)], wishes={"least_share": "50"})
    assert refused.value.facts["fields"] == {"least_share": "too_little_share"}
    assert len(refused.value.facts["areas"]) == 1


def test_who_weighs_more_decides_between_two_places(ask, db):
    """The weight of the old is in the value; the people stay people."""
    plain = ask([corner(0, 3)])
    heavy = ask([corner(0, 3)], wishes={"weight_85": "3"})
    assert heavy.people == pytest.approx(plain.people)
    assert heavy.choice.value > plain.choice.value


def test_what_goes_by_area_has_no_such_question(ask):
    with pytest.raises(Invalid) as refused:
        ask([corner(0, 3)], kind="meal_delivery")
    assert refused.value.facts["fields"] == {"kind": "not_by_distance"}


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ({"most": ""}, {"most": "required"}),
        ({"most": "0"}, {"most": "not_1_to_30_places"}),
        ({"most": "३"}, {"most": "not_1_to_30_places"}),
        ({"most": "1e9"}, {"most": "not_1_to_30_places"}),
        ({"most": "3", "least_places": "6"}, {"least_places": "not_0_to_5"}),
        ({"most": "3", "least_share": "101"}, {"least_share": "not_0_to_100"}),
        ({"most": "3", "weight_75": "9"}, {"weight_75": "unknown_choice"}),
    ],
)
def test_wishes_that_make_no_sense_are_named(words, fields):
    with pytest.raises(Invalid) as refused:
        Wishes.parse(words)
    assert refused.value.facts["fields"] == fields


def test_the_register_offers_what_has_a_place_and_names_what_has_none(db):
    edits = {"kind": "hall", "name": "どこかの集会所"}
    raw = {"id": uuid4(), "resource": uuid4(), "base": None, "edits": edits}
    registry.apply(db, TOWN, ResourceEdit.parse(raw))
    found = registered(db, TOWN, ["hall"])
    assert ("どこかの集会所", "no_coordinates") in found.left_out
    assert all(one.resource for one in found.places)
    assert len(found.places) == len(
        [row for row in shelf.list_open(db, TOWN, Wanted(kind="hall")) if row.lon]
    )


def test_a_list_brings_places_by_coordinates_and_by_address(db, var, tmp_path):
    lon, lat = corner_lonlat(0, 3)
    path = tmp_path / "候補.csv"
    path.write_text(
        f"名称,緯度,経度,住所\n旧商店,{lat},{lon},\n空き家,,,松葉1丁目\nどこか,,,火星1番地\n住所なし,,,\n",
        encoding="cp932",
    )
    found = brought(db, TOWN, path, dictionaries(var / "originals"))
    names = {one.name: one for one in found.places}
    assert (names["旧商店"].lon, names["旧商店"].lat) == (pytest.approx(lon), pytest.approx(lat))
    assert names["空き家"].is_rough
    assert found.left_out == (("どこか", "address_not_found"), ("住所なし", "no_coordinates"))


def test_the_same_place_twice_is_one_candidate():
    once = Candidates((corner(0, 3),), (("a", "no_coordinates"),))
    twice = once + Candidates((corner(0, 3), corner(1, 1)))
    assert [one.name for one in twice.places] == ["0の3", "1の1"]
    assert twice.left_out == (("a", "no_coordinates"),)
    with pytest.raises(Invalid):
        Candidates().check()
    with pytest.raises(Invalid):
        Candidates(tuple(corner(0, 3, str(n)) for n in range(2001))).check()
