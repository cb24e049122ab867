"""なくなったら by hand in 碁盤町, and each entry as a plan that closes it says."""

from functools import partial

import pytest

from geo.gap_offers import entries
from geo.if_closed import Tables, if_closed
from geo.scenario import total, weigh
from tests.geo import planning
from tests.geo.planning import MONDAY, TOWN

TUESDAYS = [{"rrule": "FREQ=WEEKLY;BYDAY=TU", "opens_at": "10:00", "closes_at": "11:30"}]
WEDNESDAYS = [{"rrule": "FREQ=WEEKLY;BYDAY=WE", "opens_at": "10:00", "closes_at": "11:30"}]
FIRST_AND_THIRD = [{"rrule": "FREQ=MONTHLY;BYDAY=1TU,3TU,5TU"}]
SECOND_AND_FOURTH = [{"rrule": "FREQ=MONTHLY;BYDAY=2TU,4TU"}]


@pytest.fixture
def register(db):
    """register(x, y, …) -> the id of a salon at a corner; there are no others."""
    planning.close_all(db)
    return partial(planning.register, db)


@pytest.fixture
def ask(db, town_area, residents):
    asking = planning.Asking(db, town_area, residents)

    def table(**words):
        found = if_closed(*asking.town(**words), tuple(words.values()), MONDAY, Tables())
        return {row.entry.id: row for row in found.rows}

    table.asking = asking
    return table


def test_the_only_salon_of_the_forty_is_their_last_one(register, ask):
    """Corner (0, 3) is within thirteen minutes of the forty of the south-west; nobody else's salon is."""
    salon, far = register(0, 3), register(39, 39)
    found = ask()
    assert found[salon].leading.lost == pytest.approx(40)
    assert next(iter(found)) in (salon, far)
    assert found[salon].practical.lost < 40


def test_of_two_in_reach_neither_is_the_last_one(register, ask):
    one, other = register(0, 3), register(0, 3)
    found = ask()
    assert (found[one].leading.lost, found[other].leading.lost) == (0, 0)


def test_what_rests_is_nobodys_last_one_and_leaves_the_other_alone(register, ask):
    resting, other = register(0, 3, paused_on="2026-11-01"), register(0, 3)
    found = ask()
    assert (found[resting].leading.lost, found[resting].rests) == (0, "all")
    assert (found[other].leading.lost, found[other].rests) == (pytest.approx(40), "")


def test_the_only_one_on_tuesdays_is_the_last_one_of_tuesdays(register, ask):
    tuesday, wednesday = register(0, 3, openings=TUESDAYS), register(0, 3, openings=WEDNESDAYS)
    found = ask(day="tue")
    assert found[tuesday].leading.lost == pytest.approx(40)
    assert found[wednesday].leading.lost == 0
    assert ask(day="weekly")[tuesday].leading.lost == 0


def test_of_two_that_take_turns_each_is_the_last_one(register, ask):
    """Every Tuesday needs both; twice a month needs one of them."""
    one = register(0, 3, openings=FIRST_AND_THIRD)
    other = register(0, 3, openings=SECOND_AND_FOURTH)
    weekly, monthly = ask(day="tue"), ask(day="twice_a_month")
    assert [weekly[id_].leading.lost for id_ in (one, other)] == pytest.approx([40, 40])
    assert [monthly[id_].leading.lost for id_ in (one, other)] == [0, 0]


def test_what_nobody_confirmed_and_whose_days_nobody_knows_is_marked(register, ask):
    sure = register(0, 3)
    old = register(10, 3, confirmed_on="2024-01-01", openings=[{"irregular": True, "note": "?"}])
    found = ask()
    assert (found[sure].confirmed, found[sure].days_known) == (True, True)
    assert (found[old].confirmed, found[old].days_known) == (False, False)


@pytest.mark.parametrize(
    "words",
    [
        {"kind": "exercise_group"},
        {"kind": "exercise_group", "day": "tue", "minutes": "20"},
        {"kind": "exercise_group", "day": "weekly", "age": "75", "minutes": "30"},
        {"kind": "clinic", "minutes": "5", "profile": "on_foot_slow"},
        {"kind": "meal_delivery"},
        {"kind": "mobile_shop"},
    ],
)
def test_each_line_is_what_a_plan_says_that_closes_the_entry(db, ask, words):
    found, town = ask(**words), ask.asking.town(**words)
    assert found.keys() == {entry.id for entry in entries(db, TOWN, words["kind"])}
    lost = [row.leading.lost for row in found.values()]
    assert lost == sorted(lost, reverse=True)
    for id_, row in found.items():
        closing = planning.step(db, "close", resource=str(id_))
        slow = total(weigh(*town, [closing], MONDAY))
        assert row.leading == slow.leading
        assert row.practical == slow.practical
