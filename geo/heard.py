"""行った人のお知らせ: what people saw of one entry, beside what helps to judge it, and what a person makes of it.

One closed door on a rainy day is not the end; several on days that the plan has it open are a reason to
telephone. So each day is held against the plan that its teller had read, and all that was told of an entry is
decided at once. Nothing here decides by itself.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from geo import freshness, registry
from geo.days import is_holiday
from geo.edits import FIELDS, planned_by
from geo.errors import Invalid
from geo.openings import Opening, opening_dates
from geo.openings.opening import ALL_MONTHS
from geo.records import resources
from geo.records import suggestions as records
from geo.records.suggestions import Suggestion
from geo.scope import Scope
from geo.suggestions import JAPAN, SEEN, change, decided, for_strangers, stands, taken
from geo.telling import DAYS_BACK

OUTCOMES = ("confirmed", "corrected", "closed", "declined")
_OF_PLAN = ("openings", "paused_on", "resumes_on")
# Fields that residents do not read: that they differ corrects nothing.
_NO_CORRECTION = ("confirmed_on", "staff_note", "consents", "place_source", "fragility")


@dataclass(frozen=True, slots=True)
class Plan:
    """What the openings said of one day.

    code      paused · planned · planned_holiday (a public holiday, and nobody has asked whether it rests then) ·
              holiday, season, pause (年末年始, お盆, a closing that moved), day_off (open on that day of the
              week, but not on this day) · no_day · unknown
    openings  those that have it open, to say their hours
    is_past   whether the register has other openings, or another pause, today
    """

    code: str
    openings: tuple[Opening, ...] = ()
    is_past: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody could expect it open."""
        return self.code.startswith("planned")


@dataclass(frozen=True, slots=True)
class Heard:
    """What waits about one entry, and what is known beside it.

    rows    what waits, the oldest first
    plans   suggestion → what the plan says of the day on which it was closed
    told    how often it was found closed within DAYS_BACK, those decided included
    days    on how many days; planned_days  on how many of those it was to be open
    last    the last of these days
    """

    rows: list[Suggestion]
    plans: Mapping[UUID, Plan]
    told: int
    days: int
    planned_days: int
    last: date | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person found out about what others saw of one entry.

    outcome  one of OUTCOMES
    words    what they read of it; declining needs some
    base, more  of closed: the revision of her page; closed_on and closed_reason
    """

    outcome: str
    words: str = ""
    base: int = 0
    more: Mapping[str, Any] | None = None


def plan_on(openings: Iterable[Opening], day: date) -> Plan:
    """What openings say of a day. An opening without known days leaves open what no other says."""
    several = tuple(openings)
    there = tuple(one for one in several if opening_dates(one, day, 1))
    if there:
        is_asked = not is_holiday(day) or any(one.on_holidays != "unknown" for one in there)
        return Plan("planned" if is_asked else "planned_holiday", there)
    for opening in several:
        if reason := _why_not(opening, day):
            return Plan(reason)
    is_known = bool(several) and all(one.has_known_days for one in several)
    return Plan("no_day" if is_known else "unknown")


def heard(db: Session, scope: Scope, resource: UUID, as_of: date) -> Heard:
    """What waits about an entry, of what people saw of it and of those that were merged into it."""
    since = as_of - timedelta(days=DAYS_BACK)
    rows = records.list_waiting_of(db, scope, resource, SEEN)
    closed = records.list_found_closed(db, scope, resource, since)
    plans = _plans(db, scope, resource, {row.id: row for row in [*rows, *closed] if row.seen_on})
    days = sorted({row.seen_on for row in closed if row.seen_on})
    planned = {row.seen_on for row in closed if plans[row.id].is_open}
    waiting = {row.id: plans[row.id] for row in rows if row.id in plans}
    return Heard(rows, waiting, len(closed), len(days), len(planned), days[-1] if days else None)


def settle(
    db: Session, scope: Scope, said: Collection[UUID], finding: Finding, now: datetime
) -> list[Suggestion]:
    """Decide at once, and once, about what several people saw of one entry; returns them by id.

    What is decided already stays as it is. Confirmed and corrected: the entry is confirmed today, since
    whoever decides has asked. Raises NotFound, NotAllowed, Conflict as ``suggestions.apply``, and Invalid: for
    nothing chosen, for several entries, for "corrected" where nothing differs from what the first of them had
    read, for words that are not for strangers.
    """
    rows = [taken(db, scope, id_) for id_ in sorted(set(said))]
    if not rows:
        raise Invalid(fields={"said": "nothing_chosen"})
    if len({stands(db, scope, row) for row in rows}) > 1 or any(
        row.kind not in SEEN for row in rows
    ):
        raise Invalid(fields={"draft": "incomplete"})
    if finding.outcome not in OUTCOMES:
        raise Invalid(fields={"outcome": "unknown_choice"})
    words = for_strangers(finding.words, is_needed=finding.outcome == "declined")
    waiting = [row for row in rows if row.state == "open"]
    if not waiting:
        return rows
    if finding.outcome == "declined":
        for row in waiting:
            decided(db, scope, row, "declined", now, reason=words)
        return rows
    draft = uuid5(waiting[0].id, finding.outcome)
    if finding.outcome == "closed":
        _close(db, scope, waiting[0], draft, finding)
    else:
        _find_as_it_is(db, scope, waiting, finding.outcome, draft, now)
    for row in waiting:
        more = {"outcome": finding.outcome, "reason": words, "draft": draft}
        decided(db, scope, row, "applied", now, **more)
    return rows


def was_corrected(db: Session, scope: Scope, rows: Sequence[Suggestion]) -> bool:
    """Whether the entry is another today than the first of those who told of it had read."""
    first = min(rows, key=lambda row: (row.at, row.number), default=None)
    there = stands(db, scope, first) if first else None
    if first is None or first.resource is None or there is None:
        return False
    then = registry.values_at(db, scope, first.resource, first.base or 0)
    now = resources.load_values(db, scope, [there])[there][1]
    return any(then[field] != now[field] for field in FIELDS if field not in _NO_CORRECTION)


def _close(db: Session, scope: Scope, row: Suggestion, draft: UUID, finding: Finding) -> None:
    """End the entry; one that somebody has ended meanwhile stays as it is. Raises as ``change``."""
    if finding.more:
        change(db, scope, row, draft, finding.base, dict(finding.more))
    elif (there := stands(db, scope, row)) and not resources.load_values(db, scope, [there])[there][
        1
    ]["closed_on"]:
        raise Invalid(fields={"closed_on": "required"})


def _find_as_it_is(
    db: Session, scope: Scope, rows: Sequence[Suggestion], outcome: str, draft: UUID, now: datetime
) -> None:
    """The entry as the register has it now was asked for today. Raises Invalid."""
    resource, today = rows[0].resource, now.astimezone(JAPAN).date()
    if outcome == "corrected" and not was_corrected(db, scope, rows):
        raise Invalid(fields={"outcome": "not_corrected_yet"})
    if resource is not None:
        freshness.confirm(db, scope, draft, resource, today, today)


def _why_not(opening: Opening, day: date) -> str:
    """Why an opening that is mostly there on such a day is not on this one; "" where it never is."""
    if opening.pause and opening.pause.holds(day):
        return "paused" if opening_dates(replace(opening, pause=None), day, 1) else ""
    if day in opening.except_on:
        return "day_off"
    if not opening.rrule or not opening.has_known_days:
        return ""
    always = replace(opening, months=ALL_MONTHS, on_holidays="unknown", note="")
    if not opening_dates(always, day, 1):
        return ""
    if day.month not in opening.months:
        return "season"
    return "holiday" if opening.on_holidays == "closed" and is_holiday(day) else "pause"


def _plans(
    db: Session, scope: Scope, resource: UUID, rows: Mapping[UUID, Suggestion]
) -> dict[UUID, Plan]:
    """Suggestion → what its writer had read of the day that it names."""
    if not rows:
        return {}
    now = resources.load_values(db, scope, [resource])[resource][1]
    then: dict[tuple[UUID, int], Any] = {}
    found = {}
    for id_, row in rows.items():
        told = row.resource or resource, row.base or 0
        if told not in then:
            then[told] = registry.values_at(db, scope, *told)
        read = then[told]
        plan = plan_on(planned_by(read), row.seen_on or date.min)
        found[id_] = replace(plan, is_past=any(read[name] != now[name] for name in _OF_PLAN))
    return found
