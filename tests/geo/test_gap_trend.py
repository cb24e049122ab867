"""Countings of other days: kept once for each state, compared with what opened, closed and moved in between."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from geo import registry
from geo.edits import ResourceEdit
from geo.gap_trend import refresh, trend
from geo.records import resources, shelf, snapshots
from geo.records.shelf import Wanted
from geo.sources.model_town import corner_lonlat
from tests.geo.gap_asking import MONDAY, TOWN

YEAR_LATER = MONDAY + timedelta(days=365)


@pytest.fixture
def count(db, town_area, residents):
    def counting(day):
        moment = db.scalar(text("select clock_timestamp()"))
        return refresh(db, TOWN, residents, town_area, day, moment)

    return counting


def change(db, resource: UUID, **edits):
    revision = resources.load_values(db, TOWN, [resource])[resource][0]
    raw = {"id": uuid4(), "resource": resource, "base": revision, "edits": edits}
    registry.apply(db, TOWN, ResourceEdit.parse(raw))


def salons(db):
    return [row.id for row in shelf.list_open(db, TOWN, Wanted(kind="salon"))]


def test_nothing_was_ever_counted(db):
    assert trend(db, TOWN, "salon") is None


def test_what_has_not_changed_is_not_counted_again(salon, count, db):
    salon(0, 3)
    assert count(MONDAY)
    assert not count(MONDAY)  # the same day
    assert not count(MONDAY + timedelta(days=1))  # nothing has changed
    salon(12, 17)
    assert count(MONDAY + timedelta(days=2))
    assert len(snapshots.list_all(db, TOWN)) == 2


def test_one_counting_cannot_be_compared(salon, count, db):
    salon(0, 3)
    count(MONDAY)
    found = trend(db, TOWN, "salon")
    assert (found.then, found.changes) == (None, ())
    assert [row.now.people for row in found.rows]
    assert all(row.then is None for row in found.rows)


def test_a_year_later_one_has_opened_one_closed_and_one_moved(salon, count, db):
    salon(0, 3)
    (first,) = salons(db)
    salon(20, 20, name="動く茶の間")
    (moving,) = set(salons(db)) - {first}
    count(MONDAY)
    salon(10, 10, name="新しい茶の間")
    change(db, first, closed_on="2026-12-01", closed_reason="解散")
    change(db, moving, place=list(corner_lonlat(21, 20)))
    assert count(YEAR_LATER)
    found = trend(db, TOWN, "salon")
    assert (found.then.taken_on, found.now.taken_on) == (MONDAY, YEAR_LATER)
    told = {one.what: (one.name, one.reason) for one in found.changes}
    assert told["opened"] == ("新しい茶の間", "")
    assert told["closed"] == ("茶の間", "解散")
    assert told["moved"][0] == "動く茶の間"
    assert len(found.changes) == 3
    other = trend(db, TOWN, "exercise_group")
    assert other.changes == ()
    assert [row.then.beyond for row in other.rows] == [row.now.beyond for row in other.rows]


def test_a_pause_is_counted_from_its_day_and_said_as_a_change(salon, count, db):
    """Written down today, it begins in three days; nothing is written on that day, and it is counted all the same."""
    salon(0, 3)
    (only,) = salons(db)
    assert count(MONDAY)
    today = db.scalar(text("select (clock_timestamp() at time zone 'Asia/Tokyo')::date"))
    change(db, only, paused_on=str(MONDAY + timedelta(days=3)))
    assert count(MONDAY + timedelta(days=1))
    assert not count(MONDAY + timedelta(days=2))
    assert count(MONDAY + timedelta(days=3))
    found = trend(db, TOWN, "salon", MONDAY + timedelta(days=3), MONDAY)
    reached = [sum(row.reached for row in side) for side in zip(*((r.then, r.now) for r in found.rows), strict=True)]  # fmt: skip
    assert reached[0] > 0
    assert reached[1] == 0
    # the register learnt of it today; of a machine whose day is before that one nothing has begun yet
    begins = MONDAY + timedelta(days=3)
    told = [(one.what, one.on) for one in found.changes]
    assert told == ([("paused", max(today, begins))] if begins <= today else [])


def test_what_somebody_took_back_has_run_again(salon, count, db):
    salon(0, 3)
    (only,) = salons(db)
    change(db, only, paused_on="2020-03-01")
    count(MONDAY)
    change(db, only, paused_on=None)
    assert count(MONDAY + timedelta(days=1))
    assert [one.what for one in trend(db, TOWN, "salon").changes] == ["resumed"]


def test_a_pause_that_never_began_is_no_change(salon, count, db):
    salon(0, 3)
    (only,) = salons(db)
    count(MONDAY)
    change(db, only, paused_on="2099-01-01")
    change(db, only, paused_on=None)
    assert count(MONDAY + timedelta(days=1))
    assert trend(db, TOWN, "salon").changes == ()


def test_what_is_kept_is_what_the_map_said(salon, count, ask, db):
    salon(0, 3)
    count(MONDAY)
    found = {row.code: row.now for row in trend(db, TOWN, "salon").rows}
    told = ask("living_area", age="75", profile="")
    for row in told.rows:
        if row.id:
            kept = found[row.code]
            assert kept.beyond == pytest.approx(float(row.leading.tally.beyond[0, 0]), abs=1)
            assert kept.reached + kept.beyond + kept.unknown == kept.people


def test_the_day_asked_for_is_compared(salon, count, db):
    for nth in range(3):
        salon(nth, 3)
        assert count(MONDAY + timedelta(days=nth))
    found = trend(db, TOWN, "salon", MONDAY + timedelta(days=1), MONDAY)
    assert (found.now.taken_on.day, found.then.taken_on.day) == (17, 16)
    assert trend(db, TOWN, "salon", date(1999, 1, 1)).now.taken_on.day == 18
    assert trend(db, TOWN, "salon").then.taken_on.day == 16  # no year ago: the oldest
    assert found.now.taken_at < datetime.now(UTC) + timedelta(hours=1)
