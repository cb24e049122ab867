"""朝の一覧: what a coordinator opens each morning: what was promised, and where nobody has been.

Plain rows, so that a page, a sheet of paper and a device without a network say the same.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo.days import fiscal_year, freshness
from geo.openings import is_paused, pause_of
from geo.records import districts, visit_gaps, visits
from geo.records.districts import Level
from geo.records.visits import Asked
from geo.scope import Scope

LONG_AGO = timedelta(days=180)  # our choice: half a year without a visit
MOST_PLACES = 30  # our choice: what somebody looks through in a morning
MOST_STEPS = 500  # our choice
SOON = timedelta(days=7)  # our choice: 今週のうち
# Levels by which the work is looked at, the first that a municipality has (PRACTICE, Areas)
LEVELS = ("chiku", "second_layer", "living_area", "center_area", "junior_high")


def steps(
    db: Session, scope: Scope, today: date, owner: UUID | None = None
) -> list[dict[str, Any]]:
    """Open next steps, overdue first, then by their day, those without a day last; of one account,
    or of all that the reader may see.

    when  overdue, today, soon (7 days), later, undated; days_over  days since the day, 0 else
    """
    rows = visits.list_all(db, scope, Asked(open_steps=True, owner=owner), limit=MOST_STEPS)
    return [_step(row, today) for row in rows]


def unvisited(db: Session, scope: Scope, today: date) -> tuple[list[dict[str, Any]], int]:
    """Places of the reader's areas without a visit for half a year, and how many there are in all.

    Places are what people join. Never visited come first, of those the longest unconfirmed.
    """
    rows = visit_gaps.list_unvisited(db, scope, today - LONG_AGO, MOST_PLACES)
    return [_place(row, today) for row in rows], rows[0].total if rows else 0


def blanks(db: Session, scope: Scope, today: date) -> tuple[str, list[dict[str, Any]]]:
    """訪問の空白: the areas of the level by which the work is looked at, with this 年度's visits; the
    level's name, '' where there are no areas. Those without a visit come first."""
    level = _level(db, scope)
    if level is None:
        return "", []
    since = date(fiscal_year(today), 4, 1)
    rows = visit_gaps.list_by_area(db, scope, level.code, since, today)
    told = [
        {
            "district": row.id,
            "name": row.name,
            "visits": row.visits,
            "last_on": row.last_on,
            "places": row.places,
            "places_seen": row.places_seen,
        }
        for row in rows
    ]
    return level.name, sorted(told, key=lambda area: area["visits"] > 0)


def areas(db: Session, scope: Scope) -> tuple[str, list[tuple[UUID, str]]]:
    """The name of the level by which the work is looked at, '' where there is none, and id and name
    of all its areas."""
    level = _level(db, scope)
    if level is None:
        return "", []
    rows = districts.list_at_level(db, scope, level.code)
    return level.name, [(row.id, row.name) for row in rows]


def level_code(db: Session, scope: Scope) -> str:
    """The code of the level by which the work is looked at; '' where there is none."""
    level = _level(db, scope)
    return level.code if level else ""


def _level(db: Session, scope: Scope) -> Level | None:
    levels = {level.code: level for level in districts.list_levels(db, scope)}
    return next((levels[code] for code in LEVELS if code in levels), None)


def _step(row: Row[Any], today: date) -> dict[str, Any]:
    over = (today - row.next_on).days if row.next_on else 0
    return {
        "visit": row.id,
        "next_step": row.next_step,
        "next_by": row.next_by,
        "next_on": row.next_on,
        "promised": row.promised,
        "when": _when(row.next_on, today),
        "days_over": max(0, over),
        "resource": row.resource_now,
        "resource_name": row.resource_name,
        "place": row.place or row.district_name,
        "visited_on": row.visited_on,
        "writer": row.writer_name,
        "owner": row.owner,
        "owner_name": row.owner_name,
        "is_handed_over": row.owner != row.account,
    }


def _when(day: date | None, today: date) -> str:
    if day is None:
        return "undated"
    if day < today:
        return "overdue"
    if day == today:
        return "today"
    return "soon" if day <= today + SOON else "later"


def _place(row: Row[Any], today: date) -> dict[str, Any]:
    pause = pause_of(row)
    return {
        "pause": pause if pause and not pause.is_over(today) else None,
        "rests": is_paused(row, today),
        "resource": row.id,
        "name": row.name,
        "kind": row.kind,
        "kind_name": row.kind_name,
        "address": row.address,
        "visited_on": row.last_on,
        "confirmed_on": row.confirmed_on,
        "freshness": freshness(row.confirmed_on, today),
    }
