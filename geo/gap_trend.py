"""届きにくさのうつりかわり: what was counted on other days, year beside year, with what opened, closed and moved.

The worker counts every kind once a night, and keeps it when something has changed since the last time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from geo.area import Area
from geo.days import fiscal_year
from geo.gap_map import GapMap, gap_maps, usual_level, whole
from geo.gap_questions import AGE, LAW_MIN, GapQuestion
from geo.possible_homes import Living, Residents
from geo.records import kinds, queue, shelf, snapshots, versions
from geo.records.shelf import Wanted
from geo.records.snapshots import Change, GapSnapshot, GapSnapshotRow
from geo.scope import Scope
from geo.travel_profiles import in_use

TASK = "gap_map.refresh"
_YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Compared:
    """An area then and now; None where a counting did not have it. code "" for whoever lives in none."""

    code: str
    name: str
    then: GapSnapshotRow | None
    now: GapSnapshotRow | None


@dataclass(frozen=True, slots=True)
class Trend:
    """Two countings of a kind beside each other.

    days     every counting there is, the newest first
    then     the one compared with; None where there is only one
    rows     areas by code; ``changes`` what happened to the register in between
    """

    days: tuple[GapSnapshot, ...]
    now: GapSnapshot
    then: GapSnapshot | None
    rows: tuple[Compared, ...]
    changes: tuple[Change, ...]


def ask(db: Session, scope: Scope) -> None:
    """Let the worker count as soon as it can; asking twice is asking once."""
    queue.save_job(db, scope, TASK, {}, str(scope.municipality))


def refresh(
    db: Session, scope: Scope, residents: Residents, area: Area, as_of: date, at: datetime
) -> bool:
    """Count every kind that something is registered of, and keep it; False where nothing has changed since the last
    time, that day has been counted, or no people were imported.

    at  this moment: what the register says until then is in it
    """
    made_of = _made_of(db, scope, area, as_of)
    last = next(iter(snapshots.list_all(db, scope)), None)
    if last is not None and (last.made_of == made_of or last.taken_on >= as_of):
        return False
    question = GapQuestion((), usual_level(db, scope), AGE, LAW_MIN, None, None)
    counts = shelf.count_by_kind(db, scope, Wanted())
    asked = [
        replace(question, kinds=(kind.code,))
        for kind in kinds.list_all(db, scope)
        if counts.get(kind.code)
    ]
    rows: list[dict[str, Any]] = []
    living = None
    for found in gap_maps(db, scope, residents, area, asked, as_of):
        rows += _rows(found)
        living = found.living
    if living is None:
        return False
    kept = {
        "id": uuid4(),
        "taken_on": as_of,
        "taken_at": at,
        "level": question.level,
        "age": AGE,
        "minutes": int(LAW_MIN),
        "made_of": made_of,
        "people": _said(living),
    }
    return snapshots.save(db, scope, kept, rows)


def trend(
    db: Session, scope: Scope, kind: str, now: date | None = None, then: date | None = None
) -> Trend | None:
    """Two countings of a kind: the newest, and the last one that is a year older (else the oldest), unless others are
    asked for. None where nothing was ever counted."""
    days = tuple(snapshots.list_all(db, scope))
    if not days:
        return None
    newest = next((day for day in days if day.taken_on == now), days[0])
    older = [day for day in days if day.taken_at < newest.taken_at]
    year_ago = [day for day in older if (newest.taken_on - day.taken_on).days >= _YEAR_DAYS]
    usual = next(iter(year_ago), older[-1] if older else None)
    before = next((day for day in older if day.taken_on == then), usual)
    pair = [newest, *([before] if before else [])]
    rows = snapshots.list_rows(db, scope, [day.id for day in pair], kind)
    changes: Sequence[Change] = ()
    if before:
        changes = snapshots.list_changes(db, scope, kind, before.taken_at, newest.taken_at)
    return Trend(days, newest, before, _compared(rows, newest, before), tuple(changes))


def _compared(
    rows: Sequence[GapSnapshotRow], now: GapSnapshot, then: GapSnapshot | None
) -> tuple[Compared, ...]:
    at = {(row.code, row.snapshot): row for row in rows}
    names = {row.code: row.name for row in rows}
    names |= {row.code: row.name for row in rows if row.snapshot == now.id}
    return tuple(
        Compared(
            code, names[code], at.get((code, then.id)) if then else None, at.get((code, now.id))
        )
        for code in sorted(names, key=lambda code: (not code, code))
    )


def _rows(found: GapMap) -> list[dict[str, Any]]:
    (of,) = found.of
    told = []
    for row in found.rows:
        people = whole(row.leading)
        own = whole(row.practical) if row.practical else None
        if not row.id and not people["people"]:
            continue
        told.append(
            {
                "kind": of.kind.code,
                "code": row.code,
                "name": row.name,
                "resources": of.offers.resources,
                "unconfirmed": of.offers.unconfirmed,
                **people,
                "practical_beyond": own["beyond"] if own else None,
                "practical_unknown": own["unknown"] if own else None,
                "limit_min": of.kind.limit_min,
            }
        )
    return told


def _made_of(db: Session, scope: Scope, area: Area, as_of: date) -> dict[str, Any]:
    """What a counting hangs on, besides the day itself."""
    return {
        "versions": versions.list_values(db, scope),
        "streets": area.network.version,
        "speeds": [f"{one.code} {one.metres_per_min:g}" for one in in_use(db, scope).values()],
        "fiscal_year": fiscal_year(as_of),
        "paused": [str(id_) for id_ in shelf.list_paused(db, scope, as_of)],
    }


def _said(living: Living) -> list[dict[str, Any]]:
    """The sources of the people, as far as a page names them."""
    told = [*((living.squares,) if living.squares else ())]
    told += living.register.sources if living.register else ()
    return [
        {"title": one.title, "as_of": one.as_of.isoformat() if one.as_of else None} for one in told
    ]
