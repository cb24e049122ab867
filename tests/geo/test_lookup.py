"""What is near a square: 碁盤町, where one block is one minute, by hand."""

import math
from datetime import date

import numpy as np
import pytest
from sqlalchemy import text

from geo import crs, lookup, squares, travel_profiles
from geo.area import Folders, open_area
from geo.errors import Invalid
from geo.open_entries import EntriesInMemory
from geo.records import districts
from geo.scope import EVERYBODY, Scope, house
from geo.sources.model_town import BLOCK_M, SOUTH_WEST_M, ZONE, corner_lonlat
from geo.wishes import Wish
from tests.conftest import TOWN
from tests.routes.making import make

TODAY = date(2026, 11, 30)  # a Monday
SQUARE = squares.square_of(corner_lonlat(8, 8))
PUBLIC = Scope(TOWN, EVERYBODY.role)


def by_hand(x, y):
    """Minutes from the middle of the square to a corner of the town: to the nearest street, then along the blocks."""
    at_m = crs.to_plane_m(np.array([squares.middle_of(SQUARE)]), ZONE)[0]
    middle = (at_m - np.array(SOUTH_WEST_M)) / BLOCK_M
    street = np.round(middle)
    off = np.abs(middle - street)
    if off[0] < off[1]:  # it joins a street that runs north
        return off[0] + abs(street[0] - x) + abs(middle[1] - y)
    return off[1] + abs(middle[0] - x) + abs(street[1] - y)


@pytest.fixture
def ask(db, var):
    """ask(**what is wished) -> what is near the square."""
    area = open_area(db, house(TOWN), Folders(var / "originals", var / "networks"))

    def asking(square=SQUARE, streets=area, **words):
        entries = EntriesInMemory().of(db, TOWN)
        profiles = travel_profiles.in_use(db, PUBLIC)
        wish = Wish.parse(words, entries.kinds)
        there = lookup.around(db, PUBLIC, entries, square)
        return lookup.nearby(entries, streets, profiles, square, there, wish, TODAY)

    return asking


def named(offers):
    return {one.resource.name: one for one in offers}


def at(x, y, **values):
    return {"place": list(corner_lonlat(x, y)), "public": True} | values


def test_minutes_are_worked_out_by_hand_and_the_nearest_is_first(db, ask):
    for x, y in ((9, 8), (14, 8), (20, 19)):
        make(db, name=f"{x},{y}の会", **at(x, y))
    found = ask()
    assert found.state == "joined"
    walked = named(found.walked)
    for x, y in ((9, 8), (14, 8), (20, 19)):
        assert walked[f"{x},{y}の会"].seconds / 60 == pytest.approx(by_hand(x, y), abs=0.02)
        assert walked[f"{x},{y}の会"].slow_s / 60 == pytest.approx(
            by_hand(x, y) * 80 / 60, abs=0.03
        )
    seconds = [one.seconds for one in found.walked]
    assert seconds == sorted(seconds)
    assert max(seconds) <= 30 * 60


def test_thirty_minutes_are_near_and_more_is_said_by_car(db, ask):
    x = max(x for x in range(8, 40) if by_hand(x, 8) <= 30)
    make(db, name="ちょうど中の店", kind="farmers_market", **at(x, 8))
    make(db, name="外の店", kind="farmers_market", **at(x + 1, 8))
    found = ask(kind="farmers_market")
    assert list(named(found.walked)) == ["ちょうど中の店"]
    assert by_hand(x, 8) <= 30 < by_hand(x + 1, 8)
    assert not found.driven  # there is one to walk to
    db.execute(text_closed("ちょうど中の店"))
    make(db, name="その先の店", kind="farmers_market", **at(x + 2, 8))
    found = ask(kind="farmers_market")
    assert list(named(found.driven)) == ["外の店", "その先の店"]
    assert found.driven[0].car_s < found.driven[1].car_s < 30 * 60
    assert math.isinf(found.driven[0].seconds)


def text_closed(name):
    return text("update resource set closed_on = '2026-01-01' where name = :name").bindparams(
        name=name
    )


def test_what_rests_stands_after_what_runs_and_is_counted_apart(db, ask):
    make(db, name="休んでいる会", kind="open_house", paused_on="2026-11-30", **at(8, 8))
    make(db, name="遠い会", kind="open_house", **at(14, 8))
    make(db, name="あすから休む会", kind="open_house", paused_on="2026-12-01", **at(12, 8))
    make(db, name="きょう再開した会", kind="open_house", paused_on="2026-01-05", resumes_on="2026-11-30", **at(13, 8))  # fmt: skip
    found = ask(kind="open_house")
    assert list(named(found.walked)) == [
        "あすから休む会",
        "きょう再開した会",
        "遠い会",
        "休んでいる会",
    ]
    assert [one.paused for one in found.walked] == [False, False, False, True]
    assert (found.running, found.paused) == (3, 1)


def test_what_rests_stands_in_nobodys_way_by_car(db, ask):
    """The only one within a walk rests: the nearest that runs is told of, the resting one besides."""
    make(db, name="休む店", kind="farmers_market", paused_on="2026-11-01", **at(9, 8))
    make(db, name="遠い店", kind="farmers_market", **at(39, 39))
    make(db, name="遠くの休む店", kind="farmers_market", paused_on="2026-11-01", **at(38, 38))
    found = ask(kind="farmers_market")
    assert (list(named(found.walked)), list(named(found.driven))) == (["休む店"], ["遠い店"])


def test_a_wish_for_a_day_never_meets_what_rests_on_it(db, ask):
    """Monday, 30 November: open always, on days nobody knows, and on Mondays."""
    mondays = [{"rrule": "FREQ=WEEKLY;BYDAY=MO"}]
    for name, openings in (
        ("月曜の会", mondays),
        ("不定期の会", [{"irregular": True}]),
        ("いつもの会", []),
    ):
        make(db, name=name, kind="open_house", paused_on="2026-11-30", resumes_on="2026-12-07", openings=openings, **at(9, 8))  # fmt: skip
    assert not ask(kind="open_house", day="today").walked
    assert not ask(kind="open_house", day="week").walked
    assert "月曜の会" in named(ask(kind="open_house", day="mon").walked)  # on the seventh
    make(db, name="いつも空いている銀行", kind="atm", paused_on="2026-11-01", **at(9, 8))
    assert not [one for one in ask(kind="atm", day="today").walked if one.paused]


def test_what_rests_comes_to_nobody_and_stands_last(db, ask):
    for name, pause in (("休む弁当", "2026-11-01"), ("弁当", None)):
        make(db, name=name, kind="meal_delivery", public=True, paused_on=pause, service_areas=[{"name": "市内全域"}])  # fmt: skip
    brought = ask(kind="meal_delivery").brought
    assert brought[-1].resource.name == "休む弁当"
    assert brought[-1].paused
    assert ask(topic="meals").counts["meals"] == sum(not one.paused for one in brought)


def test_a_blurred_place_is_walked_to_where_it_is_shown(db, ask):
    make(db, name="ぼかした家", kind="open_house", place_shown="blurred", **at(12, 8))
    one = named(ask(kind="open_house").walked)["ぼかした家"]
    assert one.lonlat == (one.resource.lon, one.resource.lat)
    assert one.lonlat != pytest.approx(corner_lonlat(12, 8), abs=1e-4)


def test_what_is_not_public_is_near_nobody(db, ask):
    make(db, name="職員だけの会", **at(9, 8, public=False))
    make(db, name="お宝の立ち話", kind="treasure", **at(9, 8))
    found = ask()
    assert not {"職員だけの会", "お宝の立ち話"} & {
        *named(found.walked),
        *named(ask(kind="treasure").walked),
    }


def test_a_chair_and_a_home_to_move_into_are_shown_to_who_asks_for_them(db, ask):
    make(db, name="角のいす", kind="bench", **at(8, 8))
    make(db, name="丘の特養", kind="nursing_home", **at(8, 9))
    assert not {"角のいす", "丘の特養"} & set(named(ask().walked))
    assert "角のいす" in named(ask(kind="bench").walked)
    assert "丘の特養" in named(ask(kind="nursing_home").walked)


@pytest.mark.parametrize(
    ("values", "ticked", "fit"),
    [
        ({"eligibility": "anyone"}, "no_certificate", "yes"),
        ({"eligibility": "over_65"}, "no_certificate", "yes"),
        ({"eligibility": "support_needed"}, "no_certificate", "no"),
        ({"eligibility": "care_certified"}, "no_certificate", "no"),
        ({"eligibility": "town_only"}, "no_certificate", "unknown"),
        ({"eligibility": "unknown"}, "no_certificate", "unknown"),
        ({"fee": "無料"}, "free", "yes"),
        ({"fee": "無料（材料費100円）"}, "free", "no"),
        ({"fee": "１回１００円"}, "free", "no"),
        ({"fee": "０円"}, "free", "yes"),
        ({"fee": ""}, "free", "unknown"),
        ({"fee": "参加費なし"}, "free", "yes"),
        ({"fee": "1割〜3割"}, "free", "no"),
        ({"seating": "both"}, "chairs", "yes"),
        ({"seating": "tatami"}, "chairs", "no"),
        ({}, "chairs", "unknown"),
        ({"wheelchair": "no"}, "wheelchair", "no"),
        ({"pick_up": "yes"}, "pick_up", "yes"),
        ({"can_help": "yes"}, "can_help", "yes"),
        ({"dementia_welcome": "yes"}, "dementia", "yes"),
    ],
)
def test_what_fits_is_shown_what_nobody_asked_is_said_and_the_rest_is_left_out(
    db, ask, values, ticked, fit
):
    make(db, name="たずねる会", **at(9, 8, **values))
    found = ask(**{ticked: "1"})
    one = named(found.walked).get("たずねる会")
    assert ("no" if one is None else one.fit.name.lower()) == fit
    others = [offer.fit.name for offer in found.walked]
    assert others == sorted(others, reverse=True)  # YES before UNKNOWN
    assert found.unsure >= (fit == "unknown")


@pytest.mark.parametrize(
    ("day", "is_there"),
    [
        ("today", False),
        ("tomorrow", True),
        ("week", True),
        ("tue", True),
        ("wed", False),
        ("", True),
    ],
)
def test_of_a_day_only_what_is_planned_for_it(db, ask, day, is_there):
    make(db, name="火曜の会", **at(9, 8, openings=[{"rrule": "FREQ=WEEKLY;BYDAY=TU"}]))
    make(db, name="いつかの会", **at(9, 8))
    found = named(ask(day=day).walked)
    assert ("火曜の会" in found) == is_there
    assert found["いつかの会"].fit.name == ("UNKNOWN" if day else "YES")


def test_a_pause_in_winter_is_no_tuesday_of_winter(db, ask):
    rule = {"rrule": "FREQ=WEEKLY;BYDAY=TU", "months": [4, 5, 6, 7, 8, 9, 10, 11]}
    make(db, name="冬は休む会", **at(9, 8, openings=[rule]))
    assert "冬は休む会" not in named(ask(day="tue").walked)
    assert "冬は休む会" in named(ask().walked)


def test_what_comes_to_the_home_comes_where_it_says(db, ask):
    for name, areas in (
        ("来る配食", ["町内全域"]),
        ("よそへ行く配食", ["山の手圏域"]),
        ("だまる配食", []),
    ):
        make(db, name=name, kind="meal_delivery", public=True,
             service_areas=[{"name": one, "note": ""} for one in areas])  # fmt: skip
    far = squares.square_of(corner_lonlat(8, 8))
    brought = named(ask(square=far, topic="meals").brought)
    assert brought["来る配食"].covers
    assert not brought["だまる配食"].covers
    assert ("よそへ行く配食" in brought) == brought_by_hand("山の手圏域", far, db)


def brought_by_hand(area, square, db):
    return area in {one.name for one in districts.list_at(db, PUBLIC, *squares.middle_of(square))}


def test_without_streets_the_crow_flies_and_says_so(db, ask):
    make(db, name="3区画先の会", **at(11, 8))
    found = ask(streets=None)
    assert found.state == "no_streets"
    one = named(found.walked)["3区画先の会"]
    middle = crs.to_plane_m(np.array([squares.middle_of(SQUARE), corner_lonlat(11, 8)]), ZONE)
    assert one.straight_m == pytest.approx(float(np.hypot(*(middle[0] - middle[1]))), rel=0.005)
    assert math.isinf(one.seconds)


def test_a_square_outside_the_municipality_is_none_of_ours(ask):
    with pytest.raises(Invalid) as refused:
        ask(square=squares.square_of((137.5, 32.5)))
    assert refused.value.facts["fields"] == {"square": "outside"}


def test_a_square_outside_the_streets_is_unknown_and_no_error(db, ask):
    db.execute(text("update district set valid_to = now() where level = 'municipality'"))
    found = ask(square=squares.square_of((137.5, 32.5)))  # nothing is outside what nobody has drawn
    assert found.state == "outside_streets"
    assert not found.walked


def test_counts_are_without_the_wish_and_of_the_same_square(db, ask):
    make(db, name="集まり", **at(9, 8))
    every, some = ask(), ask(topic="shopping", free="1")
    assert every.counts == some.counts
    assert every.counts["gatherings"] == len(ask(topic="gatherings").walked) + len(
        ask(topic="gatherings").brought
    )
    assert every.counts[""] == len(every.walked) + len(every.brought)


def test_what_was_written_is_there_at_once(db, var):
    kept = EntriesInMemory()
    before = kept.of(db, TOWN)
    assert kept.of(db, TOWN) is before
    make(db, name="いま書いた会", **at(9, 8))
    assert "いま書いた会" in {row.name for row in kept.of(db, TOWN).rows}
