"""届くか: of every possible home, whether something that counts is within a limit on enough days."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property, reduce
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from geo import crs
from geo.access.coverage import (
    SPEED_STEP,
    State,
    States,
    at_speed,
    is_far_from_edge,
    is_within,
    search_limit_s,
    tri_state,
)
from geo.area import Area
from geo.gap_offers import Offers, OfferSet
from geo.means import OnStreets
from geo.openings.rhythm import Bits, Halves, Rhythm
from geo.possible_homes import HomeAreas, Joined, Living, Residents, outlines
from geo.records import districts
from geo.records.service_areas import Meaning
from geo.scope import Scope
from geo.streets.network import Mode, frozen
from geo.streets.profile import TravelProfile
from geo.ways import Ways, fastest, rough_of, ways

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Limit:
    """Minutes by a way of moving."""

    minutes: float
    profile: TravelProfile


@dataclass(frozen=True, slots=True)
class Reached:
    """(homes,) bool each, at one limit.

    usual, best, worst   as places are known; with what is only known to its town at its most favourable point;
                         without that (MEANING 4)
    slower, faster       at ten metres a minute less and more; as usual for who does not walk
    confirmed            by what was confirmed within this 年度 alone
    if_all_run           if also counts what is open on days nobody knows, or is for somebody nobody knows
    known                whether "not reached" means beyond
    """

    usual: Mask
    best: Mask
    worst: Mask
    slower: Mask
    faster: Mask
    confirmed: Mask
    if_all_run: Mask
    known: Mask

    def state(self, name: str = "usual") -> States:
        """(homes,) State under an assumption: reached; else beyond where that is known; else unknown."""
        return tri_state(getattr(self, name), self.known)

    def at(self, row: Rows) -> "Reached":
        """What becomes of other homes, each like the one in a row of these."""
        return Reached(**{name: getattr(self, name)[row] for name in (*WHEN, "known")})


@dataclass(frozen=True, slots=True)
class ReachedEach(Reached):
    """Who reaches each of several kinds; beyond is who is known to lack at least one of them.

    parts  what becomes of the homes for each kind
    """

    parts: tuple[Reached, ...]

    def state(self, name: str = "usual") -> States:
        """(homes,) State under an assumption."""
        states = np.stack([part.state(name) for part in self.parts])
        lacks = (states == State.BEYOND).any(axis=0)
        return tri_state((states == State.REACHED).all(axis=0), lacks)

    def at(self, row: Rows) -> "ReachedEach":
        """What becomes of other homes, each like the one in a row of these."""
        return of_each([part.at(row) for part in self.parts])


@dataclass
class Town:
    """A municipality that is asked: its homes, streets and areas, each opened once."""

    db: Session
    scope: Scope
    residents: Residents
    area: Area
    rhythm: Rhythm | None
    halves: Halves | None = None
    _joined: dict[TravelProfile, Joined] = field(default_factory=dict)
    _masks: dict[UUID, Mask] = field(default_factory=dict)
    _living: Living | None = None

    def again(self, db: Session, scope: Scope) -> "Town":
        """The same homes, streets and areas for another request: nothing of them has changed meanwhile."""
        other = copy(self)
        other.db, other.scope = db, scope
        return other

    @property
    def words(self) -> int:
        """Words of bits that the days have which are asked about: those of a whole week, of the question, or one."""
        days = self.halves or self.rhythm
        return days.words if days else 1

    def joined(self, profile: TravelProfile) -> Joined:
        """The homes on the streets of a traveller; people must have been imported."""
        if profile in self._joined:
            return self._joined[profile]
        joined = self.residents.of(self.db, self.scope, self.area, profile)
        if joined is None:
            raise LookupError("no people: asked before")
        self._joined[profile] = joined
        if self._living is not joined.living:
            self._living = joined.living
            self._lonlat = self.area.network.lonlat(joined.living.homes.xy_m)
        return joined

    def areas(self, level: str) -> HomeAreas:
        """In which area of a level each home lies; ``joined`` comes first."""
        if self._living is None:
            raise LookupError("no homes: ask for them first")
        return self.residents.areas(self.db, self.scope, self.area, self._living, level)

    def inside(self, areas: Iterable[Meaning]) -> Mask:
        """(homes,) whether one of the areas holds a home."""
        found = np.zeros(len(self._lonlat), np.bool_)
        for one in areas:
            held = np.ones(len(found), np.bool_) if one.whole else self._mask(one.district)
            for out in one.without:
                held = held & ~self._mask(out)
            found |= held
        return found

    def _mask(self, area: UUID | None) -> Mask:
        shape = self._outlines.get(area) if area else None
        if area is None or shape is None:
            return np.zeros(len(self._lonlat), np.bool_)
        if area not in self._masks:
            shapely.prepare(shape)
            self._masks[area] = np.asarray(shapely.intersects_xy(shape, *self._lonlat.T))
        return self._masks[area]

    @cached_property
    def _outlines(self) -> dict[UUID, BaseGeometry]:
        levels = districts.list_levels(self.db, self.scope)
        return {
            area: shape
            for level in levels
            for area, shape in outlines(self.db, self.scope, level.code).items()
        }


WHEN = ("usual", "best", "worst", "slower", "faster", "confirmed", "if_all_run")
OpenOn = dict[str, Bits]


@dataclass(frozen=True, slots=True)
class OpenDays:
    """When each home has something within reach, at one limit.

    bits   assumption → (homes, words) uint64; the names of ``Reached``
    known  (homes,) whether "not reached" means beyond
    """

    bits: OpenOn
    known: Mask


def open_days(town: Town, offered: Offers, limits: Sequence[Limit]) -> dict[Limit, OpenDays]:
    """On which days something of the offers is within reach of each home; limits by the same way of moving are
    searched for once."""
    found = opened(town, offered, limits)
    return {limit: OpenDays(days, is_known(town, offered, limit)) for limit, days in found.items()}


def of_any(found: Sequence[OpenDays]) -> OpenDays:
    """When each home has any of several kinds within reach: they take turns, too. Beyond is only who is known to
    reach none."""
    bits = {name: reduce(np.bitwise_or, [one.bits[name] for one in found]) for name in WHEN}
    return OpenDays(bits, np.logical_and.reduce([one.known for one in found]))


def either(found: Sequence[Reached]) -> Reached:
    """Who reaches any of several kinds; beyond is only who is known to reach none."""
    masks = {name: np.logical_or.reduce([getattr(one, name) for one in found]) for name in WHEN}
    return Reached(**masks, known=np.logical_and.reduce([one.known for one in found]))


def of_each(found: Sequence[Reached]) -> ReachedEach:
    """Who reaches each of several kinds."""
    masks = {
        name: np.logical_and.reduce([getattr(one, name) for one in found])
        for name in (*WHEN, "known")
    }
    return ReachedEach(**masks, parts=tuple(found))


def opened(town: Town, offered: Offers, limits: Sequence[Limit]) -> dict[Limit, OpenOn]:
    """Assumption (a field of Reached) → (homes, words) on which days something of the offers is within reach."""
    words = town.words
    found: dict[Limit, OpenOn] = {}
    for limit in limits:
        homes = len(town.joined(limit.profile).snap)
        found[limit] = {name: np.zeros((homes, words), np.uint64) for name in WHEN}
    for one in offered.sets:
        days = days_of(town, one)
        for limit, within in homes_within(town, one, limits).items():
            for name in counting(one):
                found[limit][name][within[name]] |= days
    return found


def judged(town: Town, offered: Offers, open_on: dict[Limit, OpenOn]) -> dict[Limit, Reached]:
    """What becomes of each home that something of the offers is within reach of on those days."""
    return {
        limit: enough(OpenDays(days, is_known(town, offered, limit)), town.rhythm)
        for limit, days in open_on.items()
    }


def and_more(
    town: Town,
    sets: Sequence[OfferSet],
    open_on: Mapping[Limit, OpenOn],
    before: Mapping[Limit, Reached],
) -> dict[Limit, Reached]:
    """``judged`` of the same and some sets more, of which only the homes near these are asked anew.

    open_on, before  of what was there without them
    """
    near = [homes_within(town, one, list(before)) for one in sets]
    told = {}
    for limit, there in before.items():
        within = [one[limit] for one in near]
        anybody = [mask for one in within for mask in one.values()]
        rows = np.flatnonzero(np.logical_or.reduce(anybody)) if anybody else np.zeros(0, np.intp)
        bits = {name: open_on[limit][name][rows] for name in WHEN}
        for one, masks in zip(sets, within, strict=True):
            for name in counting(one):
                bits[name][masks[name][rows]] |= days_of(town, one)
        now = {name: getattr(there, name).copy() for name in WHEN}
        here = enough(OpenDays(bits, there.known[rows]), town.rhythm)
        for name, mask in now.items():
            mask[rows] = getattr(here, name)
        told[limit] = Reached(**now, known=there.known)
    return told


def days_of(town: Town, one: OfferSet) -> Bits:
    """(words,): when a set counts; on all days where nobody knows on which."""
    words = town.words
    if not one.sure.days:
        return np.full(words, ~np.uint64(0))
    return np.frombuffer(one.days, np.uint64) if one.days else np.ones(1, np.uint64)


def homes_within(
    town: Town, one: OfferSet, limits: Sequence[Limit]
) -> dict[Limit, dict[str, Mask]]:
    """Assumption → (homes,) bool, at each limit: who gets to a place of a set or lives where it goes."""
    by_way: dict[TravelProfile, list[Limit]] = {}
    for limit in limits:
        by_way.setdefault(limit.profile, []).append(limit)
    told: dict[Limit, dict[str, Mask]] = {}
    for profile, some in by_way.items():
        joined = town.joined(profile)
        longest = max(limit.minutes for limit in some)
        held = town.inside(one.reaches.areas) if one.reaches.areas else None
        found = _ways(town, joined, one, profile, longest) if one.reaches.by_place else None
        told |= {limit: _within(len(joined.snap), held, found, limit) for limit in some}
    return told


def enough(found: OpenDays, rhythm: Rhythm | None) -> Reached:
    """Whether the days are enough, under each assumption: asked anew only of homes whose days differ."""
    holds = is_enough(rhythm)
    usual = _of_unlike(holds, found.bits["usual"])
    told = {}
    for name, bits in found.bits.items():
        other = np.flatnonzero((bits != found.bits["usual"]).any(axis=1))
        told[name] = usual.copy()
        told[name][other] = _of_unlike(holds, bits[other])
    return Reached(**told, known=found.known)


def unlike(found: Sequence[OpenDays]) -> tuple[list[OpenDays], Rows]:
    """The same without homes whose days are those of another, for several kinds at once; and for each home the row
    of the one that is like it. Neighbours have the same days: some hundred rows stand for a city."""
    columns = [one.bits[name] for one in found for name in WHEN]
    table = np.concatenate(
        [*columns, *(one.known[:, None] for one in found)], axis=1, dtype=np.uint64
    )
    factor = np.random.default_rng(84).integers(1, 2**63, table.shape[1], np.uint64) | np.uint64(1)
    _, first, row = np.unique((table * factor).sum(axis=1), return_index=True, return_inverse=True)
    if not np.array_equal(table[first][row], table):  # two that differ met in one sum
        first = row = np.arange(len(table))
    some = [
        OpenDays({name: bits[first] for name, bits in one.bits.items()}, one.known[first])
        for one in found
    ]
    return some, row


def _of_unlike(holds: Callable[[Bits], Mask], bits: Bits) -> Mask:
    """``holds`` of each row, asked once of rows that are alike: neighbours have the same days."""
    if len(bits) == 0:
        return np.zeros(0, np.bool_)
    starts = np.concatenate([[0], np.flatnonzero((bits[1:] != bits[:-1]).any(axis=1)) + 1])
    return np.repeat(holds(bits[starts]), np.diff(starts, append=len(bits)))


def is_enough(rhythm: Rhythm | None) -> Callable[[Bits], Mask]:
    """What says of open days, (n, words), whether they are enough; at any time: whether there is one."""
    return rhythm.holds if rhythm else _at_all


def _at_all(open_on: Bits) -> Mask:
    return np.asarray(open_on.any(axis=1))


def counting(one: OfferSet) -> tuple[str, ...]:
    """The assumptions under which a set counts: what nobody knows for sure only if all of it runs."""
    if not (one.sure.days and one.sure.place):
        return ("if_all_run",)
    return WHEN if one.sure.confirmed else tuple(name for name in WHEN if name != "confirmed")


def _ways(
    town: Town, joined: Joined, one: OfferSet, profile: TravelProfile, minutes: float
) -> Ways:
    """Seconds of every home to the nearest place of a set, as far as a limit asks for."""
    lonlat = np.array([place[:2] for place in one.places], np.float64)
    is_rough = np.array([place[2] for place in one.places], np.bool_)
    means = OnStreets(town.area, profile)
    snap = means.join(frozen(crs.to_plane_m(lonlat, town.area.network.zone)))
    limit_s = minutes * 60
    if profile.mode == Mode.FOOT:
        limit_s = search_limit_s(limit_s, fastest(profile))
    rough = rough_of(town.db, town.scope, town.area, lonlat, is_rough)
    return ways(means, joined, snap, limit_s, True, rough)


def _within(homes: int, held: Mask | None, found: Ways | None, limit: Limit) -> dict[str, Mask]:
    """(homes,) whether a home is within reach of a set, under each assumption."""
    if found is None:  # whoever lives there
        return dict.fromkeys(WHEN, np.zeros(homes, np.bool_) if held is None else held)
    limit_s, usual = limit.minutes * 60, fastest(limit.profile)
    masks = {name: is_within(getattr(found, name), limit_s) for name in ("usual", "best", "worst")}
    for name, step in (("slower", -SPEED_STEP), ("faster", SPEED_STEP)):
        can = limit.profile.mode == Mode.FOOT and usual + step > 0
        seconds = at_speed(found.usual, usual, usual + step) if can else found.usual
        masks[name] = is_within(seconds, limit_s)
    masks["confirmed"] = masks["if_all_run"] = masks["usual"]
    return {name: mask & held for name, mask in masks.items()} if held is not None else masks


def is_known(town: Town, offered: Offers, limit: Limit) -> Mask:
    """Whether a home that is not reached is surely beyond: streets are known around it, and whom everything is for."""
    joined = town.joined(limit.profile)
    if offered.by_area:
        known = all(one.sure.place for one in offered.sets)
        return np.full(len(joined.snap), known)
    straight_m = limit.minutes * fastest(limit.profile)
    return joined.is_joined & is_far_from_edge(joined.living.edge_m, straight_m)
