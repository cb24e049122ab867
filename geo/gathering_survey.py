"""通いの場の実施状況調査: the table that a municipality owes every year, as far as the register knows.

What nobody said stays empty and is counted as unknown; it is never 0. A sum always comes with the
number of places it is of.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import morning, population
from geo.days import fiscal_year
from geo.edits import opening_of
from geo.errors import NotAllowed
from geo.kinds import defaults, vocabulary
from geo.openings import Opening, opening_dates
from geo.population import Band
from geo.records import districts, gatherings
from geo.scope import Scope

# Our choice: the two kinds that are called so (体操, サロン). A municipality that counts others as
# 通いの場 ticks them for the table; those offered are CANDIDATES.
KINDS = ("exercise_group", "salon")
RHYTHMS = ("weekly", "twice_a_month", "monthly")  # 月1回以上: 実施状況調査 counts no rarer ones
WINDOW_DAYS = 84  # twelve weeks: weekly is 12 times, the second and fourth Tuesday 5 or 6
WEEKLY, TWO_TO_FOUR, MONTHLY = 12, 5, 2  # times in the window, at least
COUNTS = (
    "participants",
    "participants_men",
    "participants_women",
    "participants_65_74",
    "participants_75",
)
CLASSES = ("frequency", "main_activity", "venue_type", "provider_type", "subsidised")
# What a table without it is not complete without, in the order of the form.
ASKED = ("frequency", "main_activity", "provider", "venue_type", "subsidised", *COUNTS)
_PER = 100_000


@dataclass(frozen=True, slots=True)
class Gathering:
    """One 通いの場 in the table.

    frequency_from  own (somebody said so), openings (reckoned from its opening days), '' unknown
    counts          of COUNTS; None where nobody said, or where it was counted in another 年度
    earlier         what was counted in another 年度 (its day is counted_on)
    missing         of ASKED
    """

    id: UUID
    name: str
    kind: str
    kind_name: str
    district: str
    frequency: str
    frequency_from: str
    main_activity: str
    provider: str
    provider_type: str
    address: str
    venue_type: str
    subsidised: str
    counts: dict[str, int | None]
    earlier: int | None
    counted_on: date | None
    started_on: date | None
    paused_on: date | None
    closed_on: date | None
    confirmed_on: date | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A sum over those of which something is known: None where nothing is. known of ``of`` places."""

    total: int | None
    known: int
    of: int


@dataclass(frozen=True, slots=True)
class ClassRow:
    """Places of one class ('' = not known), and the people who come."""

    code: str
    places: int
    people: Known


@dataclass(frozen=True, slots=True)
class Survey:
    """The table of a 年度. ``people_65`` the residents of the municipality (people None: unknown);
    per_100k  places per 100,000 of them, and share  participants of them in percent ("at least",
    as far as ``sums`` knows), both None without people behind them."""

    year: int
    kinds: tuple[str, ...]
    rows: tuple[Gathering, ...]
    sums: dict[str, Known]
    classes: dict[str, tuple[ClassRow, ...]]
    people_65: Band | None
    per_100k: float | None
    share: float | None


def candidates() -> tuple[str, ...]:
    """Kinds that may count as 通いの場: what people join, at least monthly, by kinds.csv's codes."""
    return tuple(
        kind.code
        for kind in defaults()
        if "activity" in kind.viewpoints and kind.rhythm in RHYTHMS and not kind.is_staff_only
    )


def make(db: Session, scope: Scope, year: int, kinds: Sequence[str] = KINDS) -> Survey:
    """The table of a 年度 for these kinds (unknown ones are left out; none: KINDS).

    Raises NotAllowed for who is not of the staff.
    """
    if scope.is_public or scope.municipality is None:
        raise NotAllowed(action="read_survey")
    chosen = tuple(code for code in candidates() if code in kinds) or KINDS
    first, last = date(year, 4, 1), date(year + 1, 3, 31)
    level = morning.level_code(db, scope)
    found = gatherings.list_of_time(db, scope, chosen, first, last, level)
    rows = tuple(_gathering(row, year) for row in found)
    sums = {name: _known(rows, name) for name in COUNTS}
    people = _people_65(db, scope)
    residents = people.people if people else None
    return Survey(
        year,
        chosen,
        rows,
        sums,
        {name: _classes(rows, name) for name in CLASSES},
        people,
        round(len(rows) * _PER / residents, 1) if residents else None,
        _share(sums["participants"].total, residents),
    )


def frequency_of(openings: Iterable[dict[str, Any]], as_of: date) -> str:
    """The class of 頻度 that opening days make: their regular rhythm over twelve weeks, as if there
    were neither winter nor holidays, which change nothing about 「毎週」. '' where days are not known."""
    days: set[date] = set()
    is_known = False
    for values_ in openings:
        opening = _evened(opening_of(values_))
        is_known = is_known or opening.has_known_days
        start = max(as_of, opening.first_on or as_of) if opening.rrule else as_of
        days.update(opening_dates(opening, start, WINDOW_DAYS))
    if not is_known or not days:
        return ""
    if len(days) >= WEEKLY:
        return "weekly"
    if len(days) >= TWO_TO_FOUR:
        return "two_to_four"
    return "monthly" if len(days) >= MONTHLY else "other"


def _evened(opening: Opening) -> Opening:
    """An opening's rhythm without seasons, holidays and the days on which it began and ended."""
    if not opening.rrule:
        return opening
    even = replace(opening, months=tuple(range(1, 13)), on_holidays="open", except_on=())
    endless = replace(even, first_on=None, last_on=None)
    return endless if endless.has_known_days else even


def values(row: Gathering, number: int) -> dict[str, Any]:
    """A row by the codes of report_columns, in words."""

    def words(name: str) -> str:
        code = getattr(row, name)
        return "" if code in ("", "unknown") else vocabulary(name).get(code, code)

    return {
        "number": number,
        "name": row.name,
        "kind": row.kind_name,
        "district": row.district,
        "frequency": words("frequency"),
        "frequency_from": vocabulary("frequency_from").get(row.frequency_from, ""),
        "main_activity": words("main_activity"),
        "provider": row.provider,
        "provider_type": words("provider_type"),
        "address": row.address,
        "venue_type": words("venue_type"),
        "subsidised": vocabulary("subsidised").get(row.subsidised, ""),
        **row.counts,
        "counted_on": row.counted_on,
        "started_on": row.started_on,
        "paused_on": row.paused_on,
        "closed_on": row.closed_on,
        "confirmed_on": row.confirmed_on,
    }


def _gathering(row: Row[Any], year: int) -> Gathering:
    frequency = row.frequency or frequency_of(row.openings, date(year, 4, 1))
    is_of_year = row.counted_on is None or fiscal_year(row.counted_on) == year
    counts = {name: getattr(row, name) if is_of_year else None for name in COUNTS}
    said = {**row._mapping, **counts, "frequency": frequency}
    return Gathering(
        id=row.id,
        name=row.name,
        kind=row.kind,
        kind_name=row.kind_name,
        district=row.district,
        frequency=frequency,
        frequency_from="own" if row.frequency else "openings" if frequency else "",
        main_activity=row.main_activity,
        provider=row.provider,
        provider_type=row.provider_type,
        address=row.address,
        venue_type=row.venue_type,
        subsidised=row.subsidised,
        counts=counts,
        earlier=None if is_of_year else row.participants,
        counted_on=row.counted_on,
        started_on=row.started_on,
        paused_on=row.paused_on,
        closed_on=row.closed_on,
        confirmed_on=row.confirmed_on,
        missing=tuple(name for name in ASKED if said[name] in (None, "", "unknown")),
    )


def _known(rows: Iterable[Gathering], name: str) -> Known:
    every = [row.counts[name] for row in rows]
    said = [count for count in every if count is not None]
    return Known(sum(said) if said else None, len(said), len(every))


def _classes(rows: Sequence[Gathering], name: str) -> tuple[ClassRow, ...]:
    """Places by class in the order of the vocabulary; those of which nobody said it come last."""
    of: Callable[[Gathering], str] = lambda row: getattr(row, name).replace("unknown", "")  # noqa: E731
    codes = [*vocabulary(name), ""]
    told = []
    for code in codes:
        these = [row for row in rows if of(row) == code]
        if these:
            told.append(ClassRow(code, len(these), _known(these, "participants")))
    return tuple(told)


def _people_65(db: Session, scope: Scope) -> Band | None:
    """Residents of 65 and over of the whole municipality, or None where it has no outline."""
    whole = districts.list_at_level(db, scope, "municipality")
    if len(whole) != 1:
        return None
    residents = population.by_area(db, scope, "municipality").get(whole[0].id)
    return next((band for band in residents.over if band.first == 65), None) if residents else None


def _share(people: int | None, residents: int | None) -> float | None:
    return round(people * 100 / residents, 1) if people is not None and residents else None
