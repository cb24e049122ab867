"""届きにくさ: which residents, in which area, cannot reach what, and when (MEANING 1 to 4).

Everybody is reached, beyond or unknown, and the three add up to all residents. The number that leads is of the limit
that was asked for (30 minutes by the way the kind is reached, unless the reader says otherwise); the practical limit
of the kind stands beside it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo.access.coverage import State, Tally, tally
from geo.area import Area
from geo.errors import NotFound
from geo.gap_offers import BY_AREA, Entry, Offers, entries, offers
from geo.gap_questions import GapQuestion
from geo.gap_reach import Limit, OpenDays, Reached, Town, either, enough, of_any, of_each, open_days
from geo.gap_rests import ON_THE_WAY_TO, is_rest, rest_days
from geo.openings.rhythm import Days, Rhythm
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
    parts               the same at the leading limit for each kind by itself, in the order of ``of``
    lacks               (kinds, rows) float64: people who are known to lack each kind, row for row as ``rows``
    """

    question: GapQuestion
    of: tuple[OfKind, ...]
    rows: tuple[GapRow, ...]
    living: Living
    leading: Reached
    practical: Reached | None
    parts: tuple[Reached, ...]
    lacks: NDArray[np.float64]


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

    Raises NotFound for a kind or a level that the municipality does not have, Invalid ("age") where nobody knows ages.
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
        question.check_counted(joined.living)
        if town is None or town.rhythm is not question.rhythm:
            town = Town(db, scope, residents, area, question.rhythm)
        found = [_open_days(town, one, there, as_of) for one in of]
        yield _answered(town, question, of, found, joined.living)


def _open_days(town: Town, of: OfKind, there: There, as_of: date) -> Mapping[Limit, OpenDays]:
    """When each home has something within reach; what is sat on counts along the way to what people go to."""
    if not is_rest(of.kind):
        return open_days(town, of.offers, of.limits)
    db, scope, words = town.db, town.scope, town.rhythm
    going_to = []
    for code in ON_THE_WAY_TO:
        kind = kinds.find(db, scope, code)
        if kind is not None:
            asked = GapQuestion((code,), "", 0, of.leading.minutes, None, None)
            going_to.append(offers(kind, there(db, scope, code), asked, as_of, words))
    return rest_days(town, of.offers, of.leading, float(of.kind.limit_m or 0), going_to)


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
        of_kind(kinds.get(db, scope, code), there(db, scope, code), question, profiles, as_of)
        for code in question.kinds
    )


def answered(
    town: Town,
    question: GapQuestion,
    of: tuple[OfKind, ...],
    found: Sequence[Mapping[Limit, Reached]],
    living: Living,
) -> GapMap:
    """The answer from what becomes of each home at the limits of each kind: one truth for maps and plans. Several
    kinds do not take turns here."""
    parts = tuple(at[one.leading] for one, at in zip(of, found, strict=True))
    narrow = tuple(at[one.practical] for one, at in zip(of, found, strict=True) if one.practical)
    join = of_each if question.each and len(of) > 1 else either
    own = join(narrow) if len(narrow) == len(of) else None
    return _told(town, question, of, living, parts, (join(parts), own))


def _answered(
    town: Town,
    question: GapQuestion,
    of: tuple[OfKind, ...],
    found: Sequence[Mapping[Limit, OpenDays]],
    living: Living,
) -> GapMap:
    leading, practical = at_limits(of, found)
    parts = tuple(enough(one, question.rhythm) for one in leading)
    wide = parts[0] if len(of) == 1 else several(question, leading, question.rhythm)
    narrow = several(question, practical, question.rhythm) if practical else None
    return _told(town, question, of, living, parts, (wide, narrow))


def _told(
    town: Town,
    question: GapQuestion,
    of: tuple[OfKind, ...],
    living: Living,
    parts: tuple[Reached, ...],
    found: tuple[Reached, Reached | None],
) -> GapMap:
    rows = rows_of(town, living, question, found)
    short = np.stack([_people_beyond(town, living, question, one) for one in parts])
    return GapMap(question, of, rows, living, *found, parts, short)


def at_limits(
    of: Sequence[OfKind], found: Sequence[Mapping[Limit, OpenDays]]
) -> tuple[list[OpenDays], list[OpenDays]]:
    """What is open for each kind at the limit that leads, and at its practical one: none where a kind has none."""
    both = list(zip(of, found, strict=True))
    narrow = [each[one.practical] for one, each in both if one.practical]
    return [each[one.leading] for one, each in both], narrow if len(narrow) == len(both) else []


def several(question: GapQuestion, found: Sequence[OpenDays], rhythm: Rhythm | None) -> Reached:
    """What becomes of each home for any of several kinds, which may take turns, or for each of them."""
    if question.each:
        return of_each([enough(one, rhythm) for one in found])
    return enough(of_any(found), rhythm)


def _people_beyond(
    town: Town, living: Living, question: GapQuestion, found: Reached
) -> NDArray[np.float64]:
    told = town.areas(question.level)
    people = np.where(found.state() == State.BEYOND, living.people[:, question.band], 0.0)
    return np.asarray(np.bincount(told.group, people, minlength=len(told.areas) + 1), np.float64)


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


def of_kind(
    kind: Kind,
    there: Sequence[Entry],
    question: GapQuestion,
    profiles: Mapping[str, TravelProfile],
    as_of: date,
    days: Days | None = None,
) -> OfKind:
    """The limits of a kind and what there is of it, on the days of the question or on ``days``."""
    usual = profiles.get(kind.profile, profiles[ON_FOOT_SLOWLY])
    leading = Limit(question.minutes, question.profile or usual)
    own = None if kind.limit_min is None or is_rest(kind) else Limit(float(kind.limit_min), usual)
    return OfKind(kind, leading, own, offers(kind, there, question, as_of, days))


def rows_of(
    town: Town,
    living: Living,
    question: GapQuestion,
    found: tuple[Reached, Reached | None],
) -> tuple[GapRow, ...]:
    """Each area of the level, and last those who live in none; at the limit that leads and at the practical one."""
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
    ends = {"at_best": found.state("best"), "at_worst": found.state("worst")}
    sums = tally(people, living.homes.cell, found.state(), group, groups, **ends)
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
