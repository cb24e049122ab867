"""An opening taken apart, for whoever says it in another language than Japanese.

wording.py makes the same choices in Japanese; what is said from here must not say more. The host's own words are not
taken apart: what a line does not say already comes along as ``note``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Literal

from geo.openings.lines import unsaid
from geo.openings.opening import ALL_MONTHS, Opening, Rule, read_rule
from geo.openings.pauses import yearly_pauses
from geo.openings.wording import MIDNIGHT, WEEKDAY_RULE

Kind = Literal[
    "irregular", "weekdays", "always", "daily", "weekly", "nth", "monthdays", "holidays", "dates"
]
HoursKind = Literal["", "whole_day", "from", "until", "span", "next_day"]


@dataclass(frozen=True, slots=True)
class Facets:
    """What an opening says.

    kind         irregular: no days follow from it; weekdays: Monday to Friday and no public holiday; always: every
                 day and public holidays too; daily, weekly, nth (nth weekday of a month), monthdays: ``interval``
                 says every how many days, weeks, months; holidays: public holidays alone; dates: single days
    weekdays     of weekly, 0 = Monday;  is_run: three or more that follow each other
    nth          of nth: (weekday, (n, …)) in order, -1 the last;  monthdays: -1 the last
    dates        of dates
    is_asked     whether the host has to be asked on which days
    hours        which ends are known; next_day: it ends after midnight, at midnight exactly it is a span
    open_months  only these, () where all;  closed_months  these not (one or two);  months_run: they follow each
                 other, over New Year too, and stand in that order
    on_holidays  closed or open where that is said apart, else unknown;  pauses  names of YEARLY_PAUSES
    first_on, last_on   of what repeats
    off, besides        single days of what repeats
    note         the host's words that all this does not say
    """

    kind: Kind
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    is_run: bool = False
    nth: tuple[tuple[int, tuple[int, ...]], ...] = ()
    monthdays: tuple[int, ...] = ()
    dates: tuple[date, ...] = ()
    is_asked: bool = False
    hours: HoursKind = ""
    opens_at: time | None = None
    closes_at: time | None = None
    open_months: tuple[int, ...] = ()
    closed_months: tuple[int, ...] = ()
    months_run: bool = False
    on_holidays: str = "unknown"
    pauses: tuple[str, ...] = ()
    first_on: date | None = None
    last_on: date | None = None
    off: tuple[date, ...] = ()
    besides: tuple[date, ...] = ()
    note: str = ""


def facets(opening: Opening) -> Facets:
    """An opening in parts."""
    rule = read_rule(opening.rrule) if opening.rrule else None
    if opening.irregular or not (rule or _dates(opening) or opening.on_holidays == "open"):
        return Facets(
            "irregular",
            is_asked=True,
            besides=tuple(sorted(opening.also_on)),
            note=unsaid(opening),
        )
    is_asked = not opening.has_known_days
    found = _days(opening, rule)
    if not is_asked:
        found |= _hours(opening.opens_at, opening.closes_at) | _remarks(opening, rule)
    return Facets(**found, is_asked=is_asked, note=unsaid(opening))


def _days(opening: Opening, rule: Rule | None) -> dict[str, Any]:
    if rule is None and opening.on_holidays == "open":
        return {"kind": "holidays"}
    if rule is None:
        return {"kind": "dates", "dates": _dates(opening)}
    if (rule, opening.on_holidays) == (WEEKDAY_RULE, "closed"):
        return {"kind": "weekdays"}
    if (rule, opening.on_holidays) == (Rule("DAILY"), "open"):
        return {"kind": "always"}
    return _repeating(rule) | {"interval": rule.interval}


def _repeating(rule: Rule) -> dict[str, Any]:
    if rule.freq == "DAILY":
        return {"kind": "daily"}
    if rule.freq == "WEEKLY":
        days = list(rule.weekdays)
        is_run = len(days) >= 3 and days == list(range(days[0], days[-1] + 1))
        return {"kind": "weekly", "weekdays": rule.weekdays, "is_run": is_run}
    if rule.monthdays:
        return {"kind": "monthdays", "monthdays": rule.monthdays}
    counted: dict[int, list[int]] = {}
    for weekday, n in rule.nth:
        counted.setdefault(weekday, []).append(n)
    return {"kind": "nth", "nth": tuple((weekday, tuple(ns)) for weekday, ns in counted.items())}


def _dates(opening: Opening) -> tuple[date, ...]:
    if opening.rrule is not None:
        return ()
    single = {opening.first_on} if opening.first_on == opening.last_on else set()
    return tuple(sorted(day for day in {*opening.also_on, *single} if day))


def _hours(opens_at: time | None, closes_at: time | None) -> dict[str, Any]:
    kind: HoursKind = "span"
    if opens_at is None and closes_at is None:
        return {}
    if opens_at == closes_at == MIDNIGHT:
        kind = "whole_day"
    elif closes_at is None:
        kind = "from"
    elif opens_at is None:
        kind = "until"
    elif closes_at <= opens_at and closes_at != MIDNIGHT:
        kind = "next_day"
    return {"hours": kind, "opens_at": opens_at, "closes_at": closes_at}


def _remarks(opening: Opening, rule: Rule | None) -> dict[str, Any]:
    found: dict[str, Any] = {"pauses": yearly_pauses(opening.note)}
    if opening.months and set(opening.months) != set(ALL_MONTHS):
        is_most = len(opening.months) >= 10
        named = [m for m in ALL_MONTHS if m not in opening.months] if is_most else opening.months
        months, is_run = _run(named)
        found |= {"closed_months" if is_most else "open_months": months, "months_run": is_run}
    if opening.on_holidays == "closed" and rule not in (None, WEEKDAY_RULE):
        found["on_holidays"] = "closed"
    if opening.on_holidays == "open" and rule not in (None, Rule("DAILY")):
        found["on_holidays"] = "open"
    if rule is None and opening.on_holidays != "open":
        return found  # the dates themselves have been said
    found |= {"first_on": opening.first_on, "last_on": opening.last_on}
    if rule is not None:
        found |= {
            "off": tuple(sorted(opening.except_on)),
            "besides": tuple(sorted(opening.also_on)),
        }
    return found


def _run(months: Sequence[int]) -> tuple[tuple[int, ...], bool]:
    """Months in the order of saying them, and whether three or more follow each other."""
    for first in months:
        run = [(first - 1 + i) % 12 + 1 for i in range(len(months))]
        if set(run) == set(months):
            return tuple(run), len(run) >= 3
    return tuple(months), False
