"""なくなったら: the table of a kind as its own page, the page of 届きにくさ and the file read it."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from geo import if_closed, travel_profiles
from geo.errors import Invalid
from geo.gap_questions import GapQuestion
from geo.if_closed import IfClosed, Last, Tables
from geo.scenario import Change
from geo.scope import Scope
from routes._gap_answers import WORDS
from routes._request import area, residents, today

TABLES = Tables()
FIRST = 5  # our choice: lines on the page of a kind


def table(db: Session, scope: Scope, kind: str, asked: Mapping[str, str]) -> IfClosed:
    """The table of a question. Raises Invalid in the fields of the question, or for a municipality without streets
    or people."""
    among = travel_profiles.in_use(db, scope)
    question = GapQuestion.parse(asked, (kind,), asked["level"], today(), among)
    words = tuple(asked[name] for name in WORDS)
    town = (db, scope, residents(), area(scope), question)
    found = if_closed.if_closed(*town, words, today(), TABLES)
    if found is None:
        raise Invalid(fields={"municipality": "no_people"})
    return found


def rows(found: IfClosed) -> list[dict[str, Any]]:
    """{id, name, url, leading, practical, confirmed, days_known, rests}, limits {lost, lost_min, lost_max} in whole people."""
    return [_row(row) for row in found.rows]


def _row(row: Last) -> dict[str, Any]:
    return {
        "id": str(row.entry.id),
        "name": row.entry.name,
        "url": url_for("resources.show", resource_id=row.entry.id),
        "leading": _lost(row.leading),
        "practical": _lost(row.practical) if row.practical else None,
        "confirmed": row.confirmed,
        "days_known": row.days_known,
        "rests": row.rests,
    }


def _lost(change: Change) -> dict[str, int]:
    return {name: round(getattr(change, name)) for name in ("lost", "lost_min", "lost_max")}
