"""見本の訪問の記録: みほん市's diary and the counts of its 通いの場, through the same gates as anybody's."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from geo import gathering_survey, registry
from geo.days import fiscal_year
from geo.edits import EMPTY, ResourceEdit
from geo.records import accounts, audit, resources, visit_gaps, visits
from geo.records.visits import Asked
from geo.scope import Role, Scope, house
from geo.sources.mihon import CODE, diary
from geo.sources.mihon.diary import Noted
from geo.visits import VisitEdit

# 通いの場 by their place in the survey's list → its pause, in days from today: (first day, day of running again)
_PAUSES: dict[int, tuple[int, int | None]] = {3: (10, 90), 26: (-60, 121), 58: (-200, None)}
_SPACE = UUID("5f6e8f0a-3d0c-4f55-9d0e-0a0f3a1b9902")  # our choice: of the ids that are drawn here


def load(db: Session, today: date) -> int:
    """Write the diary that leads up to ``today``, count the 通いの場, and let a few of them pause; returns the visits
    written.

    Nothing where the city has a diary already, or nobody to keep one.
    """
    scope = house(CODE)
    people = {row.email.partition("@")[0]: row for row in accounts.list_all(db, scope)}
    if not set(diary.PEOPLE) <= set(people) or visits.count_all(db, scope, Asked()):
        return 0
    _count_gatherings(db, scope, today)
    _pause_some(db, scope, today)
    places: dict[str, list[UUID]] = {}
    for who in diary.PEOPLE:
        own = _scope_of(db, people[who])
        places[who] = [row.id for row in visit_gaps.list_places(db, own)]
    rows = [
        _values(number, noted, places[noted.who], today) | {"account": people[noted.who].id}
        for number, noted in enumerate(diary.visits())
    ]
    visits.save_many(db, scope, rows)
    audit.save(db, scope, "add", "visit", "demo", None, {"visits": len(rows)})
    return len(rows)


def _scope_of(db: Session, account: accounts.Account) -> Scope:
    areas = accounts.list_areas(db, house(CODE), account.id)
    return Scope(CODE, Role(account.role), frozenset(areas) or None, account.id)


def _values(number: int, noted: Noted, places: list[UUID], today: date) -> dict[str, Any]:
    """A visit as the table keeps it, read by the same rules as one that somebody sends."""
    day = _weekday(today - timedelta(days=noted.days_ago), -1)
    raw = {"id": str(uuid5(_SPACE, f"visit/{number}")), "visited_on": day, **noted.values}
    if noted.place_at is not None and places:
        raw["resource"] = places[noted.place_at % len(places)]
    if noted.next_in is not None:
        raw["next_on"] = max(day, _weekday(today + timedelta(days=noted.next_in), 1))
    edit = VisitEdit.parse(raw)
    values = {"id": edit.id, **edit.values.model_dump()}
    done = datetime.combine(min(values["next_on"] or day, today), time(3), UTC)
    return values | {"next_done_at": done if noted.is_done else None}


def _weekday(day: date, step: int) -> date:
    """The day, or the next one before (-1) or after (1) it on which offices work."""
    while day.weekday() > 4:
        day += timedelta(days=step)
    return day


def _count_gatherings(db: Session, scope: Scope, today: date) -> None:
    """What nobody has said yet of the 通いの場, for four of five; what a list said stays."""
    survey = gathering_survey.make(db, scope, fiscal_year(today))
    known = resources.load_values(db, scope, [row.id for row in survey.rows])
    for number, row in enumerate(survey.rows):
        said = diary.counted(number, is_exercise=row.kind == "exercise_group")
        revision, now = known[row.id]
        if now["participants"] is not None:
            said = {name: value for name, value in said.items() if "participants" not in name}
        if "participants" in said or now["participants"] is not None:
            said["counted_on"] = date(fiscal_year(today), 4, 10 + number % 15).isoformat()
        edits = {name: value for name, value in said.items() if now[name] == EMPTY[name]}
        if edits:
            draft = uuid5(_SPACE, f"counted/{row.id}")
            raw = {"id": draft, "resource": row.id, "base": revision, "edits": edits}
            registry.apply(db, scope, ResourceEdit.parse(raw))


def _pause_some(db: Session, scope: Scope, today: date) -> None:
    """One rests until a day that is known, one nobody knows until when, and one will."""
    survey = gathering_survey.make(db, scope, fiscal_year(today))
    resting = {at: row.id for at, row in enumerate(survey.rows) if at in _PAUSES}
    known = resources.load_values(db, scope, list(resting.values()))
    for at, resource in resting.items():
        since, until = _PAUSES[at]
        edits: dict[str, Any] = {"paused_on": (today + timedelta(days=since)).isoformat()}
        if until is not None:
            edits["resumes_on"] = (today + timedelta(days=until)).isoformat()
        draft = uuid5(_SPACE, f"paused/{resource}")
        raw = {"id": draft, "resource": resource, "base": known[resource][0], "edits": edits}
        registry.apply(db, scope, ResourceEdit.parse(raw))
