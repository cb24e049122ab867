"""受け箱: what waits for a person, each with how many and since when, each leading to a list.

Whoever is limited to areas sees what lies in them. Nothing here decides anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import days, decisions, twin_counts, twins
from geo.decisions import Question
from geo.records import conflicts, consulted, intakes, shelf, suggestions
from geo.records import desk as records
from geo.records.intakes import Intake
from geo.records.shelf import Wanted
from geo.records.suggestions import Suggestion
from geo.scope import Scope

LOOKS_OF = timedelta(days=365)  # our choice: a whole year, for what is looked up in one season only
# Heaps that reports of imports leave, and the reasons of their lines.
OF_REPORTS = {
    "missing": ("missing",),
    "stands": ("edit_stands",),
    "alike": ("alike_near", "alike_address"),
}
ORDER = (
    "suggested",
    "conflicts",
    "unconfirmed",
    "missing",
    "stands",
    "alike",
    "twins",
    "odd_places",
    "unasked",
)
# Our choice: from the same middle of their names on two who tell of something new stand together (twins.TOLD is more):
# who tells knows neither block nor telephone, and to stand together costs nothing.
SHOWN_TOGETHER, NEW_AT_ONCE = twins.SAME_CORE, 100
OFF_M = 100.0  # our choice: outlines are thinned; nearer is not worth a person's time


@dataclass(frozen=True, slots=True)
class Waiting:
    """One heap of the desk.

    what    its name in code: conflicts, unconfirmed, suggested, missing, stands, alike, twins, odd_places, unasked
    count   how many wait, None where nobody has counted yet; of  of how many, where that says something
    oldest  since when the first of them waits, where that is known
    grey, never  of the unconfirmed: older than 13 months, and never confirmed
    counted_at   of what is counted in the background: when; None: just now
    """

    what: str
    count: int | None
    of: int | None = None
    oldest: date | datetime | None = None
    grey: int = 0
    never: int = 0
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """A line of an import's report that nobody has decided."""

    run: Intake
    question: Question


@dataclass(frozen=True, slots=True)
class Suggested:
    """What waits about one entry, or something new, with those that may tell of the same.

    looks  how often the entry's page was opened within LOOKS_OF
    rows   of records.suggestions.list_open, the oldest first
    """

    looks: int
    rows: list[Row[Any]]


def confirmed_since(as_of: date) -> date:
    """The first day on which a confirmation still counts on ``as_of`` (``days.freshness``)."""
    day = date(days.fiscal_year(as_of) - 1, 4, 1)
    while days.freshness(day, as_of) != "confirmed":
        day += timedelta(days=1)
    return day


def grey_before(as_of: date) -> date:
    """The first day whose confirmation is not yet grey on ``as_of``: thirteen months (PRACTICE)."""
    day = as_of - timedelta(days=400)
    while days.freshness(day, as_of) == "stale":
        day += timedelta(days=1)
    return day


def overview(db: Session, scope: Scope, as_of: date) -> list[Waiting]:
    """Everything that waits in the scope, heaps without anything too, in the order of the page."""
    reasons = [reason for told in OF_REPORTS.values() for reason in told]
    left = list_left(db, scope, *reasons)  # each report is read once
    heaps = [heap(db, scope, as_of) for heap in _HEAPS]
    for what, told in OF_REPORTS.items():
        lines = [line for line in left if line.question.reason in told]
        heaps.append(Waiting(what, len(lines), None, lines[0].run.at if lines else None))
    order = {what: at for at, what in enumerate(ORDER)}
    return sorted(heaps, key=lambda heap: order[heap.what])


def list_unconfirmed(
    db: Session, scope: Scope, as_of: date, limit: int, offset: int = 0
) -> list[Row[Any]]:
    """What nobody has confirmed in this 年度, the most consulted of the last year first."""
    since = confirmed_since(as_of)
    return records.list_unconfirmed(db, scope, since, as_of - LOOKS_OF, limit, offset)


def list_suggested(
    db: Session,
    scope: Scope,
    as_of: date,
    again: Mapping[UUID, UUID],
    limit: int,
    offset: int = 0,
) -> list[Suggested]:
    """What others said, all about one entry together, the most consulted of the last year first; ``again``: of
    ``told_again``."""
    heaps = suggestions.list_heaps(db, scope, as_of - LOOKS_OF, limit, offset, list(again))
    rows: dict[UUID, list[Row[Any]]] = {heap.about: [] for heap in heaps}
    further = [later for later, first in again.items() if first in rows]
    for row in suggestions.list_open(db, scope, [*rows, *further]):
        rows[again.get(row.about, row.about)].append(row)
    return [Suggested(heap.looks, rows[heap.about]) for heap in heaps if rows[heap.about]]


def told_again(db: Session, scope: Scope) -> dict[UUID, UUID]:
    """Suggestion of something new → the first of those that may tell of the same thing; the first stand in none.
    They are only shown together: each is decided by itself."""
    rows = suggestions.list_new(db, scope, NEW_AT_ONCE)
    entries = [_new_entry(row) for row in rows]
    first: dict[UUID, UUID] = {}
    for at, (row, entry) in enumerate(zip(rows, entries, strict=True)):
        for before, other in zip(rows[:at], entries[:at], strict=True):
            if _may_be_one(entry, other):
                first[row.id] = first.get(before.id, before.id)
                break
    return first


def _may_be_one(one: twins.Entry, other: twins.Entry) -> bool:
    """By what is told of both; and by the names alone, for 「集会所のとなり」 is no other town than 「集会所」."""
    names = replace(one, address=""), replace(other, address="")
    points = twins.compare(one, other).score, twins.compare(*names).score
    return max(points) >= SHOWN_TOGETHER


def _new_entry(row: Suggestion) -> twins.Entry:
    """Something new as it is compared."""
    texts = {name: row.values.get(name, "") for name in ("name", "kana", "kind", "address")}
    return twins.Entry(id=str(row.id), **texts)


def list_left(db: Session, scope: Scope, *reasons: str) -> list[Left]:
    """Lines of the reports in use that nobody has decided, for these reasons, the oldest run first."""
    lines = []
    own = (
        None
        if scope.areas is None
        else {row.id for row in shelf.list_editable(db, scope, Wanted())}
    )
    for run in sorted(intakes.list_in_use(db, scope), key=lambda run: run.at):
        for question in decisions.list_questions(db, scope, run):
            is_left = question.decided is None and question.reason in reasons
            if is_left and (own is None or question.resource in own):
                lines.append(Left(run, question))
    return lines


def list_odd_places(db: Session, scope: Scope) -> list[Row[Any]]:
    """Entries whose place lies outside the municipality, or in another town than their address says."""
    return records.list_odd_places(db, scope, OFF_M)


def sweep(db: Session, scope: Scope, now: datetime) -> int:
    """Forget whose page was opened longer ago than anybody asks. Returns how many lines went."""
    return consulted.sweep(db, scope, (now - LOOKS_OF).date())


def unconfirmed(db: Session, scope: Scope, as_of: date) -> Waiting:
    """How many nobody has confirmed in this 年度, and how long ago the last confirmations are."""
    since, grey = confirmed_since(as_of), grey_before(as_of)
    of, count, old, never, oldest = records.count_unconfirmed(db, scope, since, grey)
    return Waiting("unconfirmed", count, of, oldest, grey=old, never=never)


def _suggested(db: Session, scope: Scope, _as_of: date) -> Waiting:
    count, oldest, _ = suggestions.count_open(db, scope)
    return Waiting("suggested", count, None, oldest)


def _conflicts(db: Session, scope: Scope, _as_of: date) -> Waiting:
    return Waiting("conflicts", conflicts.count_open(db, scope))


def _odd_places(db: Session, scope: Scope, _as_of: date) -> Waiting:
    return Waiting("odd_places", records.count_odd_places(db, scope, OFF_M))


def _unasked(db: Session, scope: Scope, _as_of: date) -> Waiting:
    of, count = records.count_unasked(db, scope)
    return Waiting("unasked", count, of)


def _twins(db: Session, scope: Scope, _as_of: date) -> Waiting:
    found = twin_counts.counted(db, scope)
    count = None if found.pairs is None else len(found.pairs)
    return Waiting("twins", count, counted_at=found.counted_at)


# Another noun that waits for people joins here and in ORDER.
_HEAPS: tuple[Callable[[Session, Scope, date], Waiting], ...] = (
    _suggested,
    _conflicts,
    unconfirmed,
    _twins,
    _odd_places,
    _unasked,
)
