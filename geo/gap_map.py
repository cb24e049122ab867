"""届きにくさ: which residents, in which area, cannot reach what, and when (MEANING 1 to 4).

Everybody is reached, beyond or unknown, and the three add up to all residents. The number that leads is of the limit
that was asked for (30 minutes by the way the kind is reached, unless the reader says otherwise); the practical limit
of the kind stands beside it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import reduce
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo.access.coverage import Tally, tally, tri_state
from geo.area import Area
from geo.errors import NotFound
from geo.gap_offers import BY_AREA, Entry, Offers, entries, offers
from geo.gap_questions import GapQuestion
from geo.gap_reach import Limit, Reached, Town, reached
from geo.possible_homes import Living, Residents
from geo.records import districts, kinds
from geo.records.kinds import Kind
from geo.scope import Scope
from geo.streets.profile import TravelProfile
from geo.travel_profiles import in_use

# our choice where a kind names no way of going, or one that we do not have (bus)
ON_FOOT_SLOWLY = "on_foot_slow"
# our choice: the unit of the plan first (介護保険法 117条2項), then what stands for it in practice
LEVELS = ("living_area", "second_layer", "junior_high", "chiku", "elementary", "municipality")

# What there is of a kind, by its code: what the register has, or what somebody plans
There = Callable[[Session, Scope, str], tuple[Entry, ...]]


@dataclass(frozen=True, slots=True)
class OfKind:
    """What was reckoned with for one kind: the limit that leads, its practical one (None where it has none), and what
    it has to offer."""

    kind: Kind
    leading: Limit
    practical: Limit | None
    offers: Offers

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits there are."""
        return (self.leading, self.practical) if self.practical else (self.leading,)

    @property
    def by_area(self) -> bool:
        """Whether it goes by service area, not by distance."""
        return self.kind.reach in BY_AREA


@dataclass(frozen=True, slots=True)
class AtLimit:
    """People of one area at one limit: float64, never rounded here.

    tally     of one group and one band
    slower, faster    reached at ten metres a minute less and more
    confirmed         reached by what somebody confirmed within this 年度
    if_all_run        reached if also runs what is open on days nobody knows or is for somebody nobody knows
    """

    tally: Tally
    slower: float
    faster: float
    confirmed: float
    if_all_run: float


@dataclass(frozen=True, slots=True)
class GapRow:
    """One area; id None: whoever lives in no area of the level, and whose home nobody knows."""

    id: UUID | None
    code: str
    name: str
    leading: AtLimit
    practical: AtLimit | None


@dataclass(frozen=True, slots=True)
class GapMap:
    """The answer: each area by code, and how it was reckoned.

    leading, practical  (homes,) what becomes of each possible home
    """

    question: GapQuestion
    of: tuple[OfKind, ...]
    rows: tuple[GapRow, ...]
    living: Living
    leading: Reached
    practical: Reached | None


def gap_map(
    db: Session,
    scope: Scope,
    residents: Residents,
    area: Area,
    question: GapQuestion,
    as_of: date,
    there: There = entries,
) -> GapMap | None:
    """People by area and by what becomes of them, with what is there. None where no people were imported.

    Raises NotFound for a kind or a level that the municipality does not have.
    """
    return next(gap_maps(db, scope, residents, area, [question], as_of, there), None)


def gap_maps(
    db: Session,
    scope: Scope,
    residents: Residents,
    area: Area,
    questions: Iterable[GapQuestion],
    as_of: date,
    there: There = entries,
) -> Iterator[GapMap]:
    """The answers to several questions, each when it is asked for, as ``gap_map``; none where no people were
    imported. What questions about the same days have in common is opened once."""
    profiles = in_use(db, scope)
    town: Town | None = None
    for question in questions:
        of = of_question(db, scope, question, profiles, as_of, there)
        joined = residents.of(db, scope, area, of[0].leading.profile)
        if joined is None:
            return
        if town is None or town.rhythm is not question.rhythm:
            town = Town(db, scope, residents, area, question.rhythm)
        found = [reached(town, one.offers, one.limits) for one in of]
        yield answered(town, question, of, found, joined.living)


def of_question(
    db: Session,
    scope: Scope,
    question: GapQuestion,
    profiles: Mapping[str, TravelProfile],
    as_of: date,
    there: There,
) -> tuple[OfKind, ...]:
    """What a question is reckoned with, kind by kind. Raises NotFound as ``gap_map``."""
    districts.get_level(db, scope, question.level)
    return tuple(
        _of_kind(kinds.get(db, scope, code), there(db, scope, code), question, profiles, as_of)
        for code in question.kinds
    )


def answered(
    town: Town,
    question: GapQuestion,
    of: tuple[OfKind, ...],
    found: Sequence[Mapping[Limit, Reached]],
    living: Living,
) -> GapMap:
    """The answer from what becomes of each home at the limits of each kind: one truth for maps and plans."""
    leading = _together([each[one.leading] for one, each in zip(of, found, strict=True)])
    narrow = [each[one.practical] for one, each in zip(of, found, strict=True) if one.practical]
    practical = _together(narrow) if len(narrow) == len(of) else None
    rows = _rows(town, living, question, (leading, practical))
    return GapMap(question, of, rows, living, leading, practical)


def together(rows: Sequence[GapRow]) -> GapRow:
    """All areas, and whoever lives in none, as one: float64, so that nobody is rounded twice."""
    narrow = [row.practical for row in rows if row.practical]
    return GapRow(
        None,
        "",
        "",
        _sum([row.leading for row in rows]),
        _sum(narrow) if len(narrow) == len(rows) else None,
    )


def _sum(parts: Sequence[AtLimit]) -> AtLimit:
    tallies = [part.tally for part in parts]
    added = (sum(getattr(one, part.name) for one in tallies) for part in fields(Tally))
    beside = ("slower", "faster", "confirmed", "if_all_run")
    return AtLimit(
        Tally(*added),  # type: ignore[arg-type]
        *(sum(getattr(part, name) for part in parts) for name in beside),
    )


def usual_level(db: Session, scope: Scope) -> str:
    """The level by which people are told apart unless somebody asks for another: 日常生活圏域, else what is nearest to
    it of what the municipality has. Raises NotFound where it has no areas."""
    known = [level.code for level in districts.list_levels(db, scope)]
    found = next((code for code in LEVELS if code in known), None) or next(iter(known), None)
    if found is None:
        raise NotFound(thing="level", id="")
    return found


def whole(row: AtLimit) -> dict[str, int]:
    """People of a row as whole ones: reached, beyond and unknown add up to ``people``; beyond_min and beyond_max
    hold beyond between them."""
    parts = [float(getattr(row.tally, name)[0, 0]) for name in ("reached", "beyond", "unknown")]
    people = round(sum(parts))
    told = [int(part) for part in parts]
    by_rest = sorted(range(3), key=lambda at: (told[at] - parts[at], at))
    for at in by_rest[: people - sum(told)]:
        told[at] += 1
    reached, beyond, unknown = told
    least, most = (round(float(getattr(row.tally, n)[0, 0])) for n in ("beyond_min", "beyond_max"))
    return {
        "reached": reached,
        "beyond": beyond,
        "beyond_min": min(least, beyond),
        "beyond_max": max(most, beyond),
        "unknown": unknown,
        "people": people,
    }


def _of_kind(
    kind: Kind,
    there: Sequence[Entry],
    question: GapQuestion,
    profiles: Mapping[str, TravelProfile],
    as_of: date,
) -> OfKind:
    usual = profiles.get(kind.profile, profiles[ON_FOOT_SLOWLY])
    leading = Limit(question.minutes, question.profile or usual)
    own = None if kind.limit_min is None else Limit(float(kind.limit_min), usual)
    return OfKind(kind, leading, own, offers(kind, there, question, as_of))


def _together(found: list[Reached]) -> Reached:
    """Whoever reaches any of several kinds; beyond is only who is known to reach none."""

    def both(one: Reached, other: Reached) -> Reached:
        masks = {
            part.name: getattr(one, part.name) | getattr(other, part.name)
            for part in fields(Reached)
        }
        return Reached(**masks | {"known": one.known & other.known})

    return reduce(both, found)


def _rows(
    town: Town,
    living: Living,
    question: GapQuestion,
    found: tuple[Reached, Reached | None],
) -> tuple[GapRow, ...]:
    """Each area of the level, and last those who live in none."""
    told = town.areas(question.level)
    areas, group = told.areas, told.group
    counted = [
        _counted(living, question.band, group, len(areas) + 1, one) if one else None
        for one in found
    ]
    named = list(areas)
    return tuple(
        GapRow(*who, *(rows[at] if rows else None for rows in counted))  # type: ignore[arg-type]
        for at, who in enumerate([*named, (None, "", "")])
    )


def _counted(
    living: Living, band: int, group: NDArray[np.int32], groups: int, found: Reached
) -> list[AtLimit]:
    people = living.people[:, band : band + 1]
    ends = {
        "at_best": tri_state(found.best, found.known),
        "at_worst": tri_state(found.worst, found.known),
    }
    state = tri_state(found.usual, found.known)
    sums = tally(people, living.homes.cell, state, group, groups, **ends)
    sums.unknown[-1] += living.unplaced[band]

    def beside(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        held = np.where(mask, people[:, 0], 0.0)
        return np.bincount(group, held, minlength=groups).astype(np.float64)

    more = [beside(m) for m in (found.slower, found.faster, found.confirmed, found.if_all_run)]
    return [
        AtLimit(
            Tally(*(getattr(sums, part.name)[at : at + 1] for part in fields(Tally))),
            *(float(column[at]) for column in more),
        )
        for at in range(groups)
    ]
