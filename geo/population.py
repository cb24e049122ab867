"""住んでいる人: how many people live in an area, by age, and how we know.

Counts come before estimates, newer before older, and each keeps its own date and its own "of how many":
65+ of one table is never divided by the people of another. What nobody says is None, never 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo.ages import BANDS
from geo.records import residents
from geo.scope import Scope

# What a source says of an area, the source, and the census it was spread by, if it was
Row = tuple[Any, Any, Any]
ROUND_TO = 10  # MEANING 5: counts that come from the census, for readers without an account
_COUNTED = ("towns", "table")


@dataclass(frozen=True, slots=True)
class Said:
    """A source as a page names it; as_of is as exact as its unit says (day, month, year, "")."""

    kind: str
    form: str
    title: str
    publisher: str
    licence: str
    as_of: date | None
    as_of_unit: str
    side_m: int | None


@dataclass(frozen=True, slots=True)
class Band:
    """People of an area from one age to another (None: no end).

    people   None where nobody says; of: everybody in the area, by the same source
    how      towns, table, spread, cells (geo.records.residents); "" where nobody says
    rounded  to tens, since they were counted by the census and the reader has no account
    missing  towns (of squares: first meshes) of which the source says nothing: people is "at least"
    split    towns that lie in two areas and are left out
    """

    first: int
    last: int | None
    people: int | None
    of: int | None
    how: str
    source: Said | None
    spread_by: Said | None
    rounded: bool
    parts: int
    missing: tuple[str, ...]
    split: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Residents:
    """everybody, those under 65, and bands from 65, 75 and 85; then what other sources say of everybody."""

    everybody: Band
    younger: Band
    over: tuple[Band, ...]
    others: tuple[Band, ...]

    @property
    def bands(self) -> tuple[Band, ...]:
        """All of them, as a table lists them."""
        return self.everybody, self.younger, *self.over

    @property
    def is_unknown(self) -> bool:
        """Whether nobody says anything."""
        return all(band.people is None for band in self.bands)


@dataclass(frozen=True, slots=True)
class Answer:
    """What people of a class of age answered: people of answers; None where too few did."""

    measure: str
    first: int
    last: int | None
    people: int | None
    answers: int | None
    source: Said


def _nobody_says(first: int, last: int | None) -> Band:
    return Band(first, last, None, None, "", None, None, False, 0, (), ())


UNKNOWN = Residents(
    _nobody_says(0, None),
    _nobody_says(0, 64),
    tuple(_nobody_says(band, None) for band in BANDS),
    (),
)


def by_area(
    db: Session, scope: Scope, level: str, only: UUID | None = None
) -> dict[UUID, Residents]:
    """Area → its residents, for every area of a level that any source speaks of, or for one.

    Who has no account is told only what is public, and counts of the census in tens.
    """
    rows: dict[UUID, list[Row]] = {}
    for row in residents.list_of_districts(db, scope, level, only):
        own, source, spread_by = tuple(row)
        rows.setdefault(own.district, []).append((own, source, spread_by))
    return {area: _residents(own, scope.is_public) for area, own in rows.items()}


def answers(db: Session, scope: Scope, district: UUID) -> list[Answer]:
    """What the newest survey says of an area; nothing for readers without an account."""
    rows = [tuple(row) for row in residents.list_answers(db, scope, district)]
    asked = {
        (one.source, one.age_from, one.age_to): one.people
        for one, _ in rows
        if one.measure == "answers"
    }
    return [
        Answer(
            *(one.measure, one.age_from, one.age_to, one.people),
            asked.get((one.source, one.age_from, one.age_to)),
            said_of(source),
        )
        for one, source in rows
        if one.measure not in ("asked", "answers") and source.id == rows[0][1].id
    ]


def _residents(rows: Sequence[Row], is_public: bool) -> Residents:
    everybody = _band(rows, 0, 0, is_public)
    over = tuple(_band(rows, at, age, is_public) for at, age in enumerate(BANDS, start=1))
    younger = _younger(rows, is_public)
    others = _others(rows, (everybody, younger, *over), is_public)
    return Residents(everybody, younger, over, tuple(others))


def _others(rows: Sequence[Row], chosen: Sequence[Band], is_public: bool) -> list[Band]:
    """What each source not chosen says of everybody; the same number of the same day is told once."""
    found: list[Band] = []
    sources = [band.source for band in chosen]
    told = {(band.of, band.source.as_of) for band in chosen if band.source}
    for row in sorted(rows, key=_worth):
        band = _of_row(row, 0, 0, is_public)
        said = (band.people, row[1].as_of)
        if band.people is not None and band.source not in sources and said not in told:
            found.append(band)
            sources.append(band.source)
            told.add(said)
    return found


def _band(rows: Sequence[Row], at: int, age: int, is_public: bool) -> Band:
    """The best that is known of a band; ``at`` is its place in BANDS of the records."""
    known = [row for row in rows if _count(row, at) is not None]
    if not known:
        return _nobody_says(age, None)
    return _of_row(min(known, key=_worth), at, age, is_public)


def _younger(rows: Sequence[Row], is_public: bool) -> Band:
    """Everybody but those over 65, where one source says both."""
    for row in sorted(rows, key=_worth):
        everybody, over_65 = _count(row, 0), _count(row, 1)
        if everybody is not None and over_65 is not None:
            band = _of_row(row, 0, 0, is_public)
            return replace(band, last=64, people=_shown(everybody - over_65, band.rounded))
    return _nobody_says(0, 64)


def _worth(row: Row) -> tuple[int, int, int]:
    """Less is better: counts of the whole area, then estimates by the people registered, then
    counts of a part of it, then squares; of equals the newest; then a source's own line of the area,
    which knows of people that no town of ours is called after."""
    own, source, _ = row
    is_whole = not own.missing and not own.split
    if own.how in _COUNTED:
        tier = 0 if is_whole else 2
    else:
        tier = 1 if own.how == "spread" and is_whole else 3
    newest = -source.as_of.toordinal() if source.as_of else 0
    return tier, newest, ("table", "towns", "spread", "cells").index(own.how)


def _of_row(row: Row, at: int, age: int, is_public: bool) -> Band:
    own, source, spread_by = row
    rounded = is_public and own.how not in _COUNTED
    return Band(
        first=age,
        last=None,
        people=_shown(_count(row, at), rounded),
        of=_shown(own.people, rounded),
        how=own.how,
        source=said_of(source),
        spread_by=said_of(spread_by) if spread_by else None,
        rounded=rounded,
        parts=own.parts,
        missing=tuple(own.missing),
        split=tuple(own.split),
    )


def _count(row: Row, at: int) -> float | None:
    own = row[0]
    counts: tuple[float | None, ...] = (own.people, own.people_65, own.people_75, own.people_85)
    return counts[at]


def _shown(people: float | None, rounded: bool) -> int | None:
    """Rounded once, where it is shown (MEANING 4)."""
    if people is None:
        return None
    return round(people / ROUND_TO) * ROUND_TO if rounded else round(people)


def said_of(source: Any) -> Said:
    """A row of records.population as a page names it."""
    return Said(
        *(source.kind, source.form, source.title, source.publisher, source.licence),
        *(source.as_of, source.as_of_unit, source.side_m),
    )
