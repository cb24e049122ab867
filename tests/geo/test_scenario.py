"""検討案 by hand in 碁盤町: one block is one minute; a plan that changes nothing is today's gap map, number for number."""

from dataclasses import astuple, fields
from datetime import date
from functools import partial
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo import scenario_book
from geo.errors import Invalid
from geo.gap_map import gap_map
from geo.gap_reach import Reached
from geo.scenario import gone, total, weigh
from geo.scenario_drag import Drags, begun, dragged
from geo.scenario_steps import with_step
from geo.scope import Role
from geo.sources.model_town import corner_lonlat
from tests.geo import planning
from tests.geo.planning import MONDAY, TOWN, write

TUESDAYS = [{"rrule": "FREQ=WEEKLY;BYDAY=TU", "opens_at": "10:00", "closes_at": "11:30"}]
WEDNESDAYS = [{"rrule": "FREQ=WEEKLY;BYDAY=WE", "opens_at": "10:00", "closes_at": "11:30"}]
# The forty of the south-west reach corner (0, 3) within thirteen minutes (tests/geo/test_gap_map.py).
HERE = list(corner_lonlat(0, 3))
FAR = list(corner_lonlat(39, 39))


@pytest.fixture
def register(db):
    """register(x, y, …) -> the id of a salon at a corner; there are no others."""
    planning.close_all(db)
    return partial(planning.register, db)


class Asking(planning.Asking):
    def __init__(self, db, area, residents, scope):
        super().__init__(db, area, residents)
        self.scope, self.plans = scope, {}

    def today(self, **words):
        return gap_map(*self.town(**words), MONDAY)

    def weigh(self, *steps, **words):
        return weigh(*self.town(**words), steps, MONDAY)

    def drag(self, steps, step, kept, **words):
        """As a plan of these steps that its writer has kept; the same words and steps are the same plan."""
        key = (str(words), tuple(one.id for one in steps))
        if key not in self.plans:
            asked = {"age": "0", "minutes": "13", "profile": "on_foot", "level": "municipality"}
            said, kinds = asked | words, [words.get("kind", "salon")]
            raw = [one.written() for one in steps]
            self.plans[key] = scenario_book.begin(
                self.db, self.scope, uuid4(), "案", kinds, said, raw, MONDAY
            )
        town = (self.db, self.scope, self.residents, lambda: self.area)
        plan = begun(*town, self.plans[key], MONDAY, kept)
        return dragged(self.db, self.scope, plan, step)


@pytest.fixture
def ask(db, town_area, residents, scope_of):
    return Asking(db, town_area, residents, scope_of(Role.OFFICIAL))


@pytest.fixture
def step(db):
    """step("add", place=…) -> a step of a plan about salons and meals."""
    return partial(planning.step, db)


def same(one, other):
    """Whether two answers are the same, home by home and area by area."""
    masks = [
        np.array_equal(getattr(one.leading, part.name), getattr(other.leading, part.name))
        for part in fields(Reached)
    ]
    areas = [
        mine.id == theirs.id and numbers(mine) == numbers(theirs)
        for mine, theirs in zip(one.rows, other.rows, strict=True)
    ]
    return all([*masks, *areas])


def numbers(row):
    parts = [row.leading, *([row.practical] if row.practical else [])]
    return [
        float(np.ravel(value)[0])
        for part in parts
        for value in (
            *astuple(part.tally),
            *(part.slower, part.faster, part.confirmed, part.if_all_run),
        )
    ]


def people(found):
    row = total(found)
    return row.leading.gained, row.leading.lost


@pytest.mark.parametrize("words", [{}, {"day": "tue"}, {"day": "weekly", "level": "elementary"}])
def test_a_plan_without_steps_is_todays_map(register, ask, words):
    register(5, 5, openings=TUESDAYS)
    found = ask.weigh(**words)
    assert same(found.after, ask.today(**words))
    assert same(found.before, found.after)
    assert people(found) == (0, 0)


def test_a_salon_among_the_forty_brings_forty_within_reach(register, ask, step):
    register(39, 39)
    found = total(ask.weigh(step("add", place=HERE)))
    assert found.leading.gained == pytest.approx(40)
    assert found.leading.lost == 0
    before, after = (side.leading.tally.reached[0, 0] for side in (found.before, found.after))
    assert after - before == pytest.approx(40)
    assert found.after.leading.tally.of[0, 0] == pytest.approx(1002)
    assert found.leading.gained_min <= found.leading.gained <= found.leading.gained_max


def test_what_rests_is_there_on_neither_side_and_elsewhere_it_rests_too(register, ask, step):
    resting = register(0, 3, paused_on="2026-11-01")
    found = ask.weigh(step("move", resource=str(resting), place=HERE))
    assert same(found.before, ask.today())
    assert people(found) == (0, 0)
    assert [side.of[0].offers.paused for side in (found.before, found.after)] == [1, 1]
    assert people(ask.weigh(step("close", resource=str(resting)))) == (0, 0)


def test_days_planned_for_what_rests_are_days_on_which_it_runs(register, ask, step):
    resting = register(0, 3, paused_on="2026-11-01")
    found = ask.weigh(step("open", resource=str(resting), openings=TUESDAYS), day="tue")
    assert people(found) == (pytest.approx(40), 0)


def test_the_practical_limit_is_told_beside(register, ask, step):
    """15 minutes at 60 m/min are 11.25 blocks, of which a part of the square of the forty has more."""
    register(39, 39)
    found = total(ask.weigh(step("add", place=HERE)))
    assert 0 < found.practical.gained < found.leading.gained


def test_one_that_closes_takes_forty_out_of_reach(register, ask, step):
    salon = register(0, 3)
    assert people(ask.weigh(step("close", resource=salon))) == (0, pytest.approx(40))


def test_one_that_moves_gains_here_and_loses_there(register, ask, step):
    salon = register(0, 3)
    gained, lost = people(ask.weigh(step("move", resource=salon, place=FAR)))
    assert lost == pytest.approx(40)
    assert gained > 0


def test_other_days_matter_to_a_question_about_days_only(register, ask, step):
    salon = register(0, 3, openings=TUESDAYS)
    later = step("open", resource=salon, openings=WEDNESDAYS)
    assert people(ask.weigh(later)) == (0, 0)
    assert people(ask.weigh(later, day="tue")) == (0, pytest.approx(40))
    assert people(ask.weigh(later, day="wed")) == (pytest.approx(40), 0)


def test_closing_one_and_adding_the_same_changes_nothing(register, ask, step):
    salon = register(0, 3, openings=TUESDAYS)
    again = step("add", place=HERE, openings=TUESDAYS)
    for words in ({}, {"day": "tue"}, {"level": "elementary", "minutes": "20"}):
        found = ask.weigh(step("close", resource=salon), again, **words)
        assert same(found.after, found.before)
        assert people(found) == (0, 0)


def test_what_the_register_has_closed_meanwhile_changes_nothing_and_is_said(
    db, register, ask, step
):
    register(39, 39)
    salon = register(0, 3)
    move = step("move", resource=salon, place=FAR)
    assert gone(db, TOWN, ["salon"], [move]) == {}
    write(db, salon, {"closed_on": "2026-11-01"})
    assert people(ask.weigh(move)) == (0, 0)
    (told,) = gone(db, TOWN, ["salon"], [move]).values()
    assert (told.name, told.closed_on, told.into) == ("茶の間", date(2026, 11, 1), None)


def test_a_meal_service_that_is_planned_goes_by_its_areas(ask, step):
    """汐見 has 150 people, 松葉 252; of today's service nobody knows for whom it is."""
    areas = [{"name": "汐見小学校区", "note": ""}]
    new = step("add", kind="meal_delivery", service_areas=areas)
    found = {row.name: row for row in ask.weigh(new, level="elementary", kind="meal_delivery").rows}
    assert found["汐見小学校"].leading.gained == pytest.approx(150)
    assert found["松葉小学校"].leading.gained == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"do": "add", "kind": "salon"}, "place"),
        ({"do": "add", "kind": "clinic", "place": HERE}, "kind"),
        ({"do": "add", "kind": "meal_delivery"}, "service_areas"),
        ({"do": "add", "kind": "salon", "place": [0, 0]}, "place"),
        (
            {"do": "add", "kind": "salon", "place": HERE, "eligibility": "town_only"},
            "service_areas",
        ),
        ({"do": "add", "kind": "salon", "place": HERE, "eligibility": "x"}, "eligibility"),
        ({"do": "move", "place": HERE}, "resource"),
        ({"do": "move", "resource": str(UUID(int=1))}, "place"),
        ({"do": "open", "resource": str(UUID(int=1))}, "openings"),
        ({"do": "close"}, "resource"),
        ({"do": "erase", "resource": str(UUID(int=1))}, "do"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused_by_field(step, values, field):
    usual = {"name": "茶の間"} if values["do"] == "add" else {}
    with pytest.raises(Invalid) as refused:
        step(**(usual | values))
    assert list(refused.value.facts["fields"]) == [field]


def test_the_same_change_of_the_same_entry_takes_the_place_of_the_first(step):
    one = step("move", resource=str(UUID(int=1)), place=HERE)
    other = step("move", resource=str(UUID(int=1)), place=FAR)
    close = step("close", resource=str(UUID(int=1)))
    assert with_step((one, close), other) == (other, close)


# --- under a finger


@pytest.mark.parametrize("words", [{}, {"day": "tue"}, {"day": "weekly"}, {"day": "twice_a_month"}])
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    x=st.floats(0, 39.9), y=st.floats(0, 39.9), moves=st.booleans(),
    days=st.sampled_from([[], TUESDAYS, WEDNESDAYS, [{"irregular": True, "note": "不定期"}]]),
)  # fmt: skip
def test_what_a_drag_says_is_what_the_plan_says_when_it_is_kept(
    in_common, words, x, y, moves, days
):
    ask, step, salon, steps, kept = in_common
    place = list(corner_lonlat(x, y))
    last = step("move", resource=salon[0], place=place) if moves else None
    last = last or step("add", place=place, openings=days)
    quick = ask.drag(steps, last, kept, level="elementary", **words)
    slow = ask.weigh(*steps, last, level="elementary", **words)
    assert same(quick.before, slow.before)
    assert same(quick.after, slow.after)
    assert quick.rows[0].leading == slow.rows[0].leading
    assert [astuple(row.leading) for row in quick.rows] == [
        astuple(row.leading) for row in slow.rows
    ]
    assert total(quick).practical == total(slow).practical


@pytest.fixture
def in_common(ask, step, register):
    """Two salons that take turns, one that closes; what the drags of a test keep."""
    salons = [
        register(
            5, 5, openings=[{"rrule": "FREQ=MONTHLY;BYDAY=1TU,3TU"}], confirmed_on="2025-01-01"
        ),
        register(20, 12, openings=WEDNESDAYS),
    ]
    register(8, 8, openings=[{"rrule": "FREQ=MONTHLY;BYDAY=2TU,4TU"}])
    steps = (step("close", resource=salons[1]), step("add", place=FAR, openings=TUESDAYS))
    return ask, step, salons, steps, Drags()


def test_a_step_that_is_there_already_is_dragged_alone(register, ask, step):
    """Its old place counts no more while it moves."""
    register(39, 39)
    there = step("add", place=HERE)
    moving = step("add", id=str(there.id), place=FAR)
    assert people(ask.drag((there,), moving, Drags())) == people(ask.weigh(moving))


def test_what_goes_by_area_is_not_dragged(ask, step):
    new = step("add", kind="meal_delivery", service_areas=[{"name": "汐見小学校区", "note": ""}])
    with pytest.raises(Invalid) as refused:
        ask.drag((), new, Drags(), kind="meal_delivery")
    assert refused.value.facts["fields"] == {"kind": "not_by_distance"}
