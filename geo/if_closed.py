"""なくなったら: which entries of a kind people would lose as the last one within reach.

One pass over the entries: on which days each home has something, and on which it has it from two. What an entry takes
away when it closes are the days that only it gives. The same as a plan that closes it (geo.scenario), for all at once.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo.access.coverage import people_between
from geo.area import Area
from geo.gap_map import OfKind, of_question
from geo.gap_offers import Entry, OfferSet, entries, offers, rest_of
from geo.gap_questions import GapQuestion
from geo.gap_reach import Limit, Town, counting, days_of, homes_within, is_enough
from geo.openings.rhythm import Bits
from geo.possible_homes import Residents
from geo.records import versions
from geo.scenario import Change
from geo.scope import Scope
from geo.travel_profiles import in_use

_WHEN = ("usual", "best", "worst")
_KEPT = 200  # our choice: tables that stay, some 10 kB each


@dataclass(frozen=True, slots=True)
class Last:
    """What becomes of people if one entry closes, at both limits: ``lost`` alone is not 0. practical None where the
    kind has no such limit.

    confirmed, days_known  whether somebody has confirmed it within this 年度; whether its days are known
    rests  on the days that are asked about, as geo.gap_offers.rest_of: nobody loses what rests on "all"
    """

    entry: Entry
    leading: Change
    practical: Change | None
    confirmed: bool
    days_known: bool
    rests: str


@dataclass(frozen=True, slots=True)
class IfClosed:
    """The entries of a kind, those first whom most people would lose as the last one within reach.

    people   of how many, float64;  reached: who has anything within reach today, at the limit that leads
    """

    of: OfKind
    question: GapQuestion
    rows: tuple[Last, ...]
    people: float
    reached: float


@dataclass
class Tables:
    """What was reckoned last. One for a process, for all its threads."""

    _kept: OrderedDict[tuple[object, ...], IfClosed] = field(default_factory=OrderedDict)
    _held: Lock = field(default_factory=Lock)

    def find(self, key: tuple[object, ...]) -> IfClosed | None:
        """What was reckoned for a key."""
        with self._held:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: tuple[object, ...], found: IfClosed) -> None:
        """Keep it, and let the oldest go."""
        with self._held:
            self._kept[key] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


def if_closed(
    db: Session,
    scope: Scope,
    residents: Residents,
    area: Area,
    question: GapQuestion,
    words: tuple[str, ...],
    as_of: date,
    kept: Tables,
) -> IfClosed | None:
    """The table of a question about one kind; None where no people were imported.

    words  of the question, by which the table is found again
    Raises NotFound for a kind or a level that the municipality does not have.
    """
    written = tuple(sorted(versions.list_values(db, scope).items()))
    speeds = in_use(db, scope)
    made_of = (scope.municipality, written, area.network.version, *speeds.values())
    key = (*made_of, as_of, question.kinds, *words)
    found = kept.find(key)
    if found is None:
        there = entries(db, scope, question.kinds[0])
        (of,) = of_question(db, scope, question, speeds, as_of, lambda *_: there)
        joined = residents.of(db, scope, area, of.leading.profile)
        if joined is None:
            return None
        question.check_counted(joined.living)
        found = _table(
            Town(db, scope, residents, area, question.rhythm), question, of, there, as_of
        )
        kept.keep(key, found)
    return found


@dataclass(slots=True)
class _Given:
    """What one entry gives, at one limit under one assumption: rows of homes, and their days (rows, words)."""

    homes: NDArray[np.intp]
    days: Bits


def _table(
    town: Town, question: GapQuestion, of: OfKind, there: tuple[Entry, ...], as_of: date
) -> IfClosed:
    given = [_given(town, of, offers(of.kind, [one], question, as_of).sets) for one in there]
    lost = {limit: _lost(town, question, limit, given) for limit in of.limits}
    people = town.joined(of.leading.profile).living.people[:, question.band]
    rows = [
        Last(
            entry,
            lost[of.leading][0][at],
            lost[of.practical][0][at] if of.practical else None,
            entry.is_confirmed(as_of),
            entry.has_known_days,
            rest_of(entry, question.rhythm, as_of),
        )
        for at, entry in enumerate(there)
    ]
    rows.sort(key=lambda row: (-row.leading.lost, -(row.practical.lost if row.practical else 0)))
    living = town.joined(of.leading.profile).living
    everybody = float(people.sum() + living.unplaced[question.band])
    return IfClosed(of, question, tuple(rows), everybody, lost[of.leading][1])


def _given(
    town: Town, of: OfKind, sets: tuple[OfferSet, ...]
) -> Mapping[tuple[Limit, str], _Given]:
    """(limit, assumption) → what one entry gives to whom."""
    words = town.rhythm.words if town.rhythm else 1
    near = [(one, homes_within(town, one, of.limits)) for one in sets]
    found = {}
    for limit in of.limits:
        for name in _WHEN:
            counts = [(one, within[limit][name]) for one, within in near if name in counting(one)]
            held = [within for _, within in counts]
            homes = np.flatnonzero(np.logical_or.reduce(held)) if held else np.zeros(0, np.intp)
            days = np.zeros((len(homes), words), np.uint64)
            for one, within in counts:
                days[within[homes]] |= days_of(town, one)
            found[limit, name] = _Given(homes, days)
    return found


def _lost(
    town: Town,
    question: GapQuestion,
    limit: Limit,
    given: list[Mapping[tuple[Limit, str], _Given]],
) -> tuple[list[Change], float]:
    """Entry by entry who would lose the last one; and who has one today."""
    joined, holds = town.joined(limit.profile), is_enough(town.rhythm)
    living, homes = joined.living, len(joined.snap)
    words = town.rhythm.words if town.rhythm else 1
    people = living.people[:, question.band]
    masks: list[list[NDArray[np.bool_]]] = [[] for _ in given]
    reached = 0.0
    for name in _WHEN:
        once, twice = np.zeros((homes, words), np.uint64), np.zeros((homes, words), np.uint64)
        for one in given:
            mine = one[limit, name]
            twice[mine.homes] |= once[mine.homes] & mine.days
            once[mine.homes] |= mine.days
        today = holds(once)
        if name == "usual":
            reached = float(people[today].sum())
        for at, one in enumerate(given):
            mine = one[limit, name]
            without = once[mine.homes] & ~(mine.days & ~twice[mine.homes])
            loses = np.zeros(homes, np.bool_)
            loses[mine.homes] = today[mine.homes] & ~holds(without)
            masks[at].append(loses)
    group = np.zeros(homes, np.int32)
    return [
        _people(living.people[:, question.band, None], living.homes.cell, one, group)
        for one in masks
    ], reached


def _people(
    people: NDArray[np.float64],
    cell: NDArray[np.int32],
    masks: list[NDArray[np.bool_]],
    group: NDArray[np.int32],
) -> Change:
    least, most = np.logical_and.reduce(masks), np.logical_or.reduce(masks)
    usual, fewest, top = people_between(people, cell, masks[0], least, most, group, 1)[:, 0, 0]
    return Change(0.0, 0.0, 0.0, float(usual), float(fewest), float(top))
