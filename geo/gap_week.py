"""届きにくさの一週間: one question on seven days, mornings and afternoons apart.

What is offered differs between the fourteen halves by the days alone, so the streets are searched once for all of
them; each half is then the answer that ``gap_map`` gives to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from geo.area import Area
from geo.gap_map import GapRow, OfKind, at_limits, of_kind, rows_of, several
from geo.gap_offers import entries
from geo.gap_questions import GapQuestion
from geo.gap_reach import OpenDays, Town, open_days, unlike
from geo.openings.rhythm import Halves, Rhythm
from geo.possible_homes import Living, Residents
from geo.records import districts, kinds
from geo.scope import Scope
from geo.travel_profiles import in_use


@dataclass(frozen=True, slots=True)
class HalfDay:
    """The answer for half a day. weekday: 0 is Monday; half: morning or afternoon; rows as in gap_map.GapMap."""

    weekday: int
    half: str
    rows: tuple[GapRow, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """The answer: fourteen halves, Monday morning first."""

    question: GapQuestion
    of: tuple[OfKind, ...]
    halves: tuple[HalfDay, ...]
    living: Living


def week(
    db: Session,
    scope: Scope,
    residents: Residents,
    area: Area,
    question: GapQuestion,
    halves: Halves,
    as_of: date,
) -> Week | None:
    """What becomes of people on each half of a week, whatever days the question names itself. None where no people
    were imported. Raises NotFound for a kind or a level that the municipality does not have."""
    districts.get_level(db, scope, question.level)
    profiles = in_use(db, scope)
    of = tuple(
        of_kind(
            kinds.get(db, scope, code), entries(db, scope, code), question, profiles, as_of, halves
        )
        for code in question.kinds
    )
    joined = residents.of(db, scope, area, of[0].leading.profile)
    if joined is None:
        return None
    question.check_counted(joined.living)
    town = Town(db, scope, residents, area, None, halves)
    found = [open_days(town, one.offers, one.limits) for one in of]
    leading, practical = at_limits(of, found)
    (wide, wide_row), (narrow, narrow_row) = unlike(leading), unlike(practical or leading)

    def rows(words: slice, rhythm: Rhythm) -> tuple[GapRow, ...]:
        both = (several(question, _part(some, words), rhythm) for some in (wide, narrow))
        at_30, at_own = next(both).at(wide_row), next(both).at(narrow_row) if practical else None
        return rows_of(town, joined.living, question, (at_30, at_own))

    told = tuple(
        HalfDay(day, half, rows(words, rhythm)) for day, half, words, rhythm in halves.each()
    )
    return Week(question, of, told, joined.living)


def _part(found: Sequence[OpenDays], words: slice) -> list[OpenDays]:
    """The days of one half."""
    return [
        OpenDays({name: bits[:, words] for name, bits in one.bits.items()}, one.known)
        for one in found
    ]
