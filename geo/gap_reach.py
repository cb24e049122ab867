"""届くか: of every possible home, whether something that counts is within a limit on enough days."""

from collections.abc import Callable, Iterable, Sequence
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
from geo.openings.rhythm import Bits, Rhythm
from geo.possible_homes import HomeAreas, Joined, Living, Residents, outlines
from geo.records import districts
from geo.records.service_areas import Meaning
from geo.scope import Scope
from geo.streets.network import Mode, frozen
from geo.streets.profile import TravelProfile
from geo.ways import Ways, fastest, rough_of, ways

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


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


@dataclass(frozen=True, slots=True)
class OpenDays:
    """When each home has something within reach, at one limit.

    bits   assumption → (homes, words) uint64; the names of ``Reached``
    known  (homes,) whether "not reached" means beyond
    """

    bits: dict[str, Bits]
    known: Mask


@dataclass
class Town:
    """A municipality that is asked: its homes, streets and areas, each opened once."""

    db: Session
    scope: Scope
    residents: Residents
    area: Area
    rhythm: Rhythm | None
    _masks: dict[UUID, Mask] = field(default_factory=dict)
    _living: Living | None = None

    def joined(self, profile: TravelProfile) -> Joined:
        """The homes on the streets of a traveller; people must have been imported."""
        joined = self.residents.of(self.db, self.scope, self.area, profile)
        if joined is None:
            raise LookupError("no people: asked before")
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


_WHEN = ("usual", "best", "worst", "slower", "faster", "confirmed", "if_all_run")


def reached(town: Town, offered: Offers, limits: Iterable[Limit]) -> dict[Limit, Reached]:
    """What becomes of each home within each limit of what is offered."""
    found = open_days(town, offered, limits, town.rhythm.words if town.rhythm else 1)
    return {limit: enough(one, town.rhythm) for limit, one in found.items()}


def open_days(
    town: Town, offered: Offers, limits: Iterable[Limit], words: int
) -> dict[Limit, OpenDays]:
    """On which days something of what is offered is open within each limit of each home, ``words`` as the offers
    were asked for; limits by the same way of moving are searched for once."""
    by_way: dict[TravelProfile, list[Limit]] = {}
    for limit in limits:
        by_way.setdefault(limit.profile, []).append(limit)
    told: dict[Limit, OpenDays] = {}
    for profile, some in by_way.items():
        told |= _by_one_way(town, offered, profile, some, words)
    return told


def of_any(found: Sequence[OpenDays]) -> OpenDays:
    """When each home has any of several kinds within reach: they take turns, too. Beyond is only who is known to
    reach none."""
    bits = {name: reduce(np.bitwise_or, [one.bits[name] for one in found]) for name in _WHEN}
    return OpenDays(bits, np.logical_and.reduce([one.known for one in found]))


def of_each(found: Sequence[Reached]) -> ReachedEach:
    """Who reaches each of several kinds."""
    masks = {
        name: np.logical_and.reduce([getattr(one, name) for one in found])
        for name in (*_WHEN, "known")
    }
    return ReachedEach(**masks, parts=tuple(found))


def _by_one_way(
    town: Town, offered: Offers, profile: TravelProfile, limits: list[Limit], words: int
) -> dict[Limit, OpenDays]:
    joined = town.joined(profile)
    homes = len(joined.snap)
    open_on = {
        limit: {name: np.zeros((homes, words), np.uint64) for name in _WHEN} for limit in limits
    }
    longest = max(limit.minutes for limit in limits)
    for one in offered.sets:
        held = town.inside(one.reaches.areas) if one.reaches.areas else None
        found = _ways(town, joined, one, profile, longest) if one.reaches.by_place else None
        days = np.frombuffer(one.days, np.uint64) if one.days else np.ones(1, np.uint64)
        days = days if one.sure.days else np.full(words, ~np.uint64(0))
        for limit in limits:
            within = _within(homes, held, found, limit)
            for name in _WHEN:
                if _counts(one, name):
                    open_on[limit][name][within[name]] |= days
    return {limit: OpenDays(open_on[limit], _is_known(joined, offered, limit)) for limit in limits}


def enough(found: OpenDays, rhythm: Rhythm | None) -> Reached:
    """Whether the days are enough, under each assumption: asked anew only of homes whose days differ."""
    holds = rhythm.holds if rhythm else _at_all
    usual = _of_unlike(holds, found.bits["usual"])
    told = {}
    for name, bits in found.bits.items():
        other = np.flatnonzero((bits != found.bits["usual"]).any(axis=1))
        told[name] = usual.copy()
        told[name][other] = _of_unlike(holds, bits[other])
    return Reached(**told, known=found.known)


def _of_unlike(holds: Callable[[Bits], Mask], bits: Bits) -> Mask:
    """``holds`` of each row, asked once of rows that are alike: neighbours have the same days."""
    if len(bits) == 0:
        return np.zeros(0, np.bool_)
    first = np.flatnonzero((bits[1:] != bits[:-1]).any(axis=1)) + 1
    starts = np.concatenate([[0], first])
    return np.repeat(holds(bits[starts]), np.diff(starts, append=len(bits)))


def _at_all(open_on: NDArray[np.uint64]) -> Mask:
    return np.asarray(open_on.any(axis=1))


def _counts(one: OfferSet, name: str) -> bool:
    """Whether a set counts under an assumption: what nobody knows for sure only if all of it runs."""
    if name == "if_all_run":
        return True
    is_certain = one.sure.days and one.sure.place
    return is_certain and (one.sure.confirmed or name != "confirmed")


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
        return dict.fromkeys(_WHEN, np.zeros(homes, np.bool_) if held is None else held)
    limit_s, usual = limit.minutes * 60, fastest(limit.profile)
    masks = {name: is_within(getattr(found, name), limit_s) for name in ("usual", "best", "worst")}
    for name, step in (("slower", -SPEED_STEP), ("faster", SPEED_STEP)):
        can = limit.profile.mode == Mode.FOOT and usual + step > 0
        seconds = at_speed(found.usual, usual, usual + step) if can else found.usual
        masks[name] = is_within(seconds, limit_s)
    masks["confirmed"] = masks["if_all_run"] = masks["usual"]
    return {name: mask & held for name, mask in masks.items()} if held is not None else masks


def _is_known(joined: Joined, offered: Offers, limit: Limit) -> Mask:
    """Whether a home that is not reached is surely beyond: streets are known around it, and whom everything is for."""
    if offered.by_area:
        known = all(one.sure.place for one in offered.sets)
        return np.full(len(joined.snap), known)
    straight_m = limit.minutes * fastest(limit.profile)
    return joined.is_joined & is_far_from_edge(joined.living.edge_m, straight_m)
