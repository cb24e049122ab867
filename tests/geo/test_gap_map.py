"""届きにくさ by hand in 碁盤町: one block is one minute, and every person is in exactly one of three states."""

from uuid import uuid4

import pytest

from geo import registry
from geo.edits import ResourceEdit
from geo.gap_map import usual_level, whole
from geo.records import kinds, resources, shelf
from geo.records.shelf import Wanted
from tests.geo.gap_asking import TOWN, TUESDAYS


def leading(found):
    return found.rows[0].leading


def reached(found):
    return float(leading(found).tally.reached[0, 0])


def test_the_forty_of_the_south_west_reach_what_is_thirteen_minutes_away(salon, ask):
    """As tests/geo/test_residents_reached.py: from corner (0, 3) their farthest home is 12.8 blocks away."""
    salon(0, 3)
    found = ask(minutes="13")
    assert reached(found) == pytest.approx(40)
    assert whole(leading(found)) == {
        "reached": 40, "beyond": 962, "beyond_min": 962, "beyond_max": 962, "unknown": 0, "people": 1002,
    }  # fmt: skip


def test_the_practical_limit_stands_beside_the_thirty_minutes(salon, ask):
    """A salon: 15 minutes at 60 m/min, 11.25 blocks, of which a part of the square has more."""
    salon(0, 3)
    found = ask(minutes="30")
    assert found.of[0].practical.minutes == 15
    assert 0 < found.rows[0].practical.tally.reached[0, 0] < 40 < reached(found)


def test_what_is_closed_on_that_day_does_not_count(salon, ask):
    salon(0, 3, openings=TUESDAYS)
    assert reached(ask(minutes="13", day="tue", at="10:00")) == pytest.approx(40)
    assert reached(ask(minutes="13", day="tue", at="11:30")) == 0
    assert reached(ask(minutes="13", day="wed")) == 0
    assert reached(ask(minutes="13", day="tue", at="morning")) == pytest.approx(40)
    assert reached(ask(minutes="13", day="tue", at="afternoon")) == 0
    assert reached(ask(minutes="13", on="2026-11-17")) == pytest.approx(40)
    assert reached(ask(minutes="13", on="2026-11-18")) == 0


def test_two_that_take_turns_are_there_every_week(salon, ask):
    salon(0, 3, openings=[{"rrule": "FREQ=MONTHLY;BYDAY=1TU,3TU,5TU"}])
    assert reached(ask(minutes="13", day="tue")) == 0
    assert reached(ask(minutes="13", day="twice_a_month")) == pytest.approx(40)
    salon(0, 3, openings=[{"rrule": "FREQ=MONTHLY;BYDAY=2TU,4TU"}])
    assert reached(ask(minutes="13", day="tue")) == pytest.approx(40)


def test_what_rests_in_winter_is_not_there_in_january(salon, ask):
    salon(0, 3, openings=[TUESDAYS[0] | {"months": [4, 5, 6, 7, 8, 9, 10, 11]}])
    assert reached(ask(minutes="13", day="tue", month="10")) == pytest.approx(40)
    assert reached(ask(minutes="13", day="tue", month="1")) == 0


def test_days_that_nobody_knows_are_counted_apart(salon, ask):
    salon(0, 3, openings=[{"irregular": True, "note": "不定期"}])
    found = leading(ask(minutes="13", day="tue"))
    assert found.tally.reached[0, 0] == 0
    assert found.if_all_run == pytest.approx(40)


def test_what_nobody_confirmed_this_year_is_told_beside(salon, ask):
    salon(0, 3, confirmed_on="2025-02-01")
    found = leading(ask(minutes="13"))
    assert (found.tally.reached[0, 0], found.confirmed) == (pytest.approx(40), 0)


# The forty of the south-west have one salon, open on Tuesdays; asked on Monday, 16 November 2026. Twelve weeks from then
# on have Tuesdays from 17 November to 2 February.


@pytest.mark.parametrize(
    ("pause", "counts"),
    [
        ({"paused_on": "2026-11-17"}, True),  # from tomorrow on
        ({"paused_on": "2026-11-16"}, False),
        ({"paused_on": "2020-03-01"}, False),
        ({"paused_on": "2026-10-01", "resumes_on": "2026-11-17"}, False),
        ({"paused_on": "2026-10-01", "resumes_on": "2026-11-16"}, True),  # it runs again today
        ({"paused_on": "2026-10-01", "resumes_on": "2026-04-01"}, False),  # of an earlier pause
        ({"paused_on": None, "resumes_on": "2027-04-01"}, True),
    ],
)
def test_what_rests_today_is_not_there_whenever_one_asks(salon, ask, pause, counts):
    salon(0, 3, openings=TUESDAYS, **pause)
    found = ask(minutes="13")
    assert reached(found) == pytest.approx(40 if counts else 0)
    offers = found.of[0].offers
    assert (offers.resources, offers.paused, offers.pausing) == (1, int(not counts), 0)


@pytest.mark.parametrize(
    ("asked", "counts", "rests"),
    [
        ({"on": "2026-12-08"}, True, ""),
        ({"on": "2026-12-15"}, False, "all"),
        ({"on": "2027-01-12"}, False, "all"),
        ({"on": "2027-01-19"}, True, ""),
        ({"day": "tue"}, False, "some"),  # 7 of 12 Tuesdays: 3 from Nov, and 19, 26 Jan, 2 Feb
        ({"day": "tue", "month": "12"}, False, "some"),  # 1 and 8 of its four whole weeks
        ({"day": "tue", "month": "2"}, True, ""),
    ],
)
def test_a_pause_takes_away_its_own_days_and_no_others(salon, ask, asked, counts, rests):
    salon(0, 3, openings=TUESDAYS, paused_on="2026-12-10", resumes_on="2027-01-15")
    found = ask(minutes="13", **asked)
    assert reached(found) == pytest.approx(40 if counts else 0)
    offers = found.of[0].offers
    assert (offers.paused, offers.pausing) == (rests == "all", rests == "some")


def test_a_short_pause_leaves_every_week_standing(salon, ask):
    """Of twelve Tuesdays two: ten are more than three quarters."""
    salon(0, 3, openings=TUESDAYS, paused_on="2026-12-10", resumes_on="2026-12-24")
    found = ask(minutes="13", day="tue")
    assert (reached(found), found.of[0].offers.pausing) == (pytest.approx(40), 1)


def test_what_rests_is_not_what_might_run(salon, ask):
    """On days nobody knows, and with no day said: while it rests it is not even "if all run"."""
    for openings in ([{"irregular": True, "note": "不定期"}], []):
        salon(0, 3, openings=openings, paused_on="2026-11-01")
    for asked in ({}, {"day": "tue"}, {"on": "2026-11-17"}):
        found = ask(minutes="13", **asked)
        assert (reached(found), leading(found).if_all_run) == (0, 0)
        assert found.of[0].offers.paused == 2


def test_a_service_that_rests_comes_to_nobody(db, ask):
    def meals(**values):
        raw = {"id": uuid4(), "resource": uuid4(), "base": None}
        edits = {"kind": "meal_delivery", "name": "弁当", "service_areas": [{"name": "市内全域"}]}
        registry.apply(db, TOWN, ResourceEdit.parse(raw | {"edits": edits | values}))

    before = reached(ask(kind="meal_delivery"))
    meals(paused_on="2026-11-01", resumes_on="2027-04-01")
    resting = ask(kind="meal_delivery")
    assert (reached(resting), resting.of[0].offers.paused) == (before, 1)
    assert reached(ask(kind="meal_delivery", on="2027-04-01")) >= before


def test_what_is_full_reaches_nobody(salon, ask):
    salon(0, 3, accepting="no")
    found = ask(minutes="13")
    assert (reached(found), found.of[0].offers.full) == (0, 1)


def test_what_is_for_one_town_only_counts_for_its_people(salon, ask):
    """The forty live in 汐見; a salon among them that is for 松葉 reaches none of them."""
    salon(0, 3, eligibility="town_only", service_areas=[{"name": "松葉小学校区"}])
    assert reached(ask(minutes="13")) == 0
    salon(0, 3, eligibility="town_only", service_areas=[{"name": "汐見小学校区"}])
    assert reached(ask(minutes="13")) == pytest.approx(40)


def test_for_whom_nobody_knows_is_counted_apart(salon, ask):
    salon(0, 3, eligibility="town_only")
    found = leading(ask(minutes="13"))
    assert (found.tally.reached[0, 0], found.if_all_run) == (0, pytest.approx(40))


def test_who_needs_no_certificate_asks_for_what_is_open_to_all(salon, ask):
    salon(0, 3, eligibility="care_certified")
    assert reached(ask(minutes="13")) == pytest.approx(40)
    assert reached(ask(minutes="13", open_to_all="1")) == 0


def test_who_is_fetched_need_not_walk(salon, ask):
    salon(39, 39, pick_up="yes", service_areas=[{"name": "汐見小学校区"}])
    assert reached(ask(minutes="13")) >= 150


def test_a_meal_service_goes_by_area_and_not_by_distance(db, ask):
    """ふくろう delivers to 汐見 and 浜風: 150 and 350 people, whatever the minutes."""
    rows = {row.name: row for row in ask("elementary", "meal_delivery", minutes="1").rows}
    service = shelf.list_open(db, TOWN, Wanted(kind="meal_delivery"))
    assert service, "the town has a meal service"
    assert service[0].service_areas == []
    assert all(row.leading.tally.beyond[0, 0] == 0 for row in rows.values())
    assert sum(row.leading.tally.unknown[0, 0] for row in rows.values()) == pytest.approx(1002)
    revision = resources.load_values(db, TOWN, [service[0].id])[service[0].id][0]
    areas = [{"name": "汐見小学校区"}, {"name": "浜風小学校区"}]
    raw = {
        "id": uuid4(),
        "resource": service[0].id,
        "base": revision,
        "edits": {"service_areas": areas},
    }
    registry.apply(db, TOWN, ResourceEdit.parse(raw))
    rows = {
        row.name: row.leading.tally for row in ask("elementary", "meal_delivery", minutes="1").rows
    }
    assert rows["汐見小学校"].reached[0, 0] == pytest.approx(150)
    assert rows["浜風小学校"].reached[0, 0] == pytest.approx(350)
    assert rows["松葉小学校"].beyond[0, 0] == pytest.approx(252)


def test_areas_add_up_and_everybody_is_in_one_state(salon, ask):
    salon(12, 17)
    town, areas = ask(minutes="20").rows, ask("elementary", minutes="20").rows
    for part in ("reached", "beyond", "unknown"):
        whole_town = sum(getattr(row.leading.tally, part)[0, 0] for row in town)
        assert sum(getattr(row.leading.tally, part)[0, 0] for row in areas) == pytest.approx(
            whole_town
        )
    assert sum(row.leading.tally.of[0, 0] for row in areas) == pytest.approx(1002)


def test_nothing_of_a_kind_leaves_nobody_reached_and_says_so(salon, ask):
    found = ask(minutes="13")
    assert (found.of[0].offers.resources, reached(found)) == (0, 0)


def test_the_level_of_the_plan_leads(db):
    assert usual_level(db, TOWN) == "living_area"
    assert kinds.find(db, TOWN, "salon")
