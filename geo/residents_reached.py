"""届く人: how many residents a place is within reach of, how many it is not, and of how many nobody knows.

The page asks again with every movement of a finger. Numbers for a free point are for signed-in staff only
(MEANING 5).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo.access.coverage import (
    SPEED_STEP,
    States,
    Tally,
    at_speed,
    search_limit_s,
    states,
    tally,
    tally_speeds,
)
from geo.area import Area
from geo.errors import NotAllowed, NotFound
from geo.means import OnStreets
from geo.possible_homes import Joined, Living, Residents, areas_of_homes, outlines
from geo.records.districts import District
from geo.scope import STAFF, Scope
from geo.streets.network import Mode
from geo.streets.profile import TravelProfile
from geo.streets.snap import Snap
from geo.ways import Rough, Ways, fastest, ways

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Within:
    """People by what becomes of them at a limit, one group, columns as BANDS; and of who walks ten metres a
    minute slower or faster (None for whoever does not walk, and where nobody is so slow)."""

    limit_s: float
    usual: Tally
    slower: Tally | None
    faster: Tally | None


@dataclass(frozen=True, slots=True)
class OfArea:
    """People of one area at the widest limit, one group, columns as BANDS.

    id, name     None and "" for those of whom nobody knows in which area they live
    has_outline  without one nobody knows who lives there, and nobody is counted
    """

    id: UUID | None
    name: str
    has_outline: bool
    usual: Tally


@dataclass(frozen=True, slots=True)
class PeopleWithin:
    """The answer for one place: each limit as it was asked, who was counted, and the areas that were asked for.

    left_out  (4,) people of the register of whom nobody knows whether they live in the one area asked for
    """

    within: tuple[Within, ...]
    living: Living
    areas: tuple[OfArea, ...]
    left_out: Floats


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table that a page shows, whole people: everybody, 65+, 75+, 85+.

    slower, faster  of who walks ten metres a minute slower or faster; None for whoever does not walk
    """

    minutes: float
    reached: tuple[int, ...]
    slower: tuple[int, ...] | None
    faster: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A line of the table by area, as ``OfArea``, whole people: everybody, 65+, 75+, 85+."""

    id: UUID | None
    name: str
    has_outline: bool
    reached: tuple[int, ...]
    beyond: tuple[int, ...]
    beyond_min: tuple[int, ...]
    beyond_max: tuple[int, ...]
    unknown: tuple[int, ...]
    of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What a page shows of people: by limit, and of the widest limit who is not reached; by area, and who is
    left out. Rounded here, once (MEANING 4): columns of rows need not add up to the last person."""

    rows: tuple[Row, ...]
    beyond: tuple[int, ...]
    beyond_min: tuple[int, ...]
    beyond_max: tuple[int, ...]
    unknown: tuple[int, ...]
    of: tuple[int, ...]
    areas: tuple[AreaRow, ...]
    left_out: tuple[int, ...]


_NOT_REACHED = ("beyond", "beyond_min", "beyond_max", "unknown", "of")


def table_of(found: PeopleWithin) -> Table:
    """The people of all limits as whole numbers."""
    widest = found.within[-1].usual
    rows = tuple(
        Row(
            one.limit_s / 60,
            _whole(one.usual.reached),
            _whole(one.slower.reached) if one.slower else None,
            _whole(one.faster.reached) if one.faster else None,
        )
        for one in found.within
    )
    areas = tuple(
        AreaRow(
            *(one.id, one.name, one.has_outline, _whole(one.usual.reached)),
            *(_whole(getattr(one.usual, name)) for name in _NOT_REACHED),
        )
        for one in found.areas
    )
    whole = {name: _whole(getattr(widest, name)) for name in _NOT_REACHED}
    return Table(rows, **whole, areas=areas, left_out=_whole(found.left_out[None]))


def _whole(people: Floats) -> tuple[int, ...]:
    return tuple(round(one) for one in people[0].tolist())


@dataclass(frozen=True, slots=True)
class _Found:
    """What becomes of each home, as the places are known, at best and at worst."""

    usual: States
    best: States
    worst: States

    def tally(
        self, living: Living, group: NDArray[np.int32] | None = None, groups: int = 1
    ) -> Tally:
        """People by what becomes of them, with the range."""
        ends = {"at_best": self.best, "at_worst": self.worst}
        return tally(living.people, living.homes.cell, self.usual, group, groups, **ends)


def people_within(
    db: Session,
    scope: Scope,
    residents: Residents,
    area: Area,
    profile: TravelProfile,
    place: Snap,
    minutes: Sequence[float],
    *,
    backward: bool = True,
    level: str = "",
    only: UUID | None = None,
    rough: Rough | None = None,
) -> PeopleWithin | None:
    """Residents within each of some limits of a place that somebody chose freely.

    place     one place or several of one kind, joined to the street
    backward  the way from home to the place; else from the place to the homes
    level     also by its areas; only: an area of the level, of which alone people are counted
    rough     which places are only known to the town: the range of who is beyond knows of it

    None where no census was imported. Raises NotAllowed: see_people, to whoever is not staff; NotFound for
    an area that is not of the level today.
    """
    if scope.role not in STAFF:
        raise NotAllowed(action="see_people")
    joined = residents.of(db, scope, area, profile)
    if joined is None:
        return None
    limits = [one * 60 for one in minutes]
    farthest = max(limits)
    if profile.mode == Mode.FOOT:
        farthest = search_limit_s(farthest, profile.metres_per_min)
    seconds = ways(OnStreets(area, profile), joined, place, farthest, backward, rough)
    living, nobody = joined.living, np.zeros_like(joined.living.unplaced)
    if not level:
        return PeopleWithin(_within(joined, seconds, profile, limits), living, (), nobody)
    shapes = outlines(db, scope, level)
    rows, row = areas_of_homes(db, scope, area, living, level, shapes)
    if only is None:
        found = _all_states(joined, seconds, profile, max(limits))
        areas = _by_area(living, found, [(one, one.id in shapes) for one in rows], row)
        return PeopleWithin(_within(joined, seconds, profile, limits), living, areas, nobody)
    inside = _inside(rows, row, only)
    within = tuple(_within_area(joined, seconds, profile, limit, inside) for limit in limits)
    return PeopleWithin(within, living, (), living.unplaced)


def _inside(rows: Sequence[District], row: NDArray[np.int32], only: UUID) -> NDArray[np.int32]:
    """(n,) 0 for homes of one area, else -1. Raises NotFound."""
    at = [one.id for one in rows]
    if only not in at:
        raise NotFound(thing="district", id=str(only))
    return np.where(row == at.index(only), 0, -1).astype(np.int32)


def _by_area(
    living: Living, found: _Found, rows: Sequence[tuple[District, bool]], row: NDArray[np.int32]
) -> tuple[OfArea, ...]:
    """The tally of each area, by code; last those who live in none, with the register's whose homes nobody
    knows. With each area whether it has an outline."""
    group = np.where(row < 0, len(rows), row).astype(np.int32)
    sums = found.tally(living, group, len(rows) + 1)
    sums.unknown[-1] += living.unplaced

    def one(at: int) -> Tally:
        return Tally(*(getattr(sums, part.name)[at : at + 1] for part in fields(Tally)))

    named = [OfArea(d.id, d.name, known, one(at)) for at, (d, known) in enumerate(rows)]
    return (*named, OfArea(None, "", True, one(len(rows))))


def _within(
    joined: Joined, seconds: Ways, profile: TravelProfile, limits_s: Sequence[float]
) -> tuple[Within, ...]:
    """The tallies of each limit as the traveller walks, and ten metres a minute slower and faster."""
    living, usual = joined.living, fastest(profile)
    walks = profile.mode == Mode.FOOT
    slower = [usual - SPEED_STEP] if walks and usual > SPEED_STEP else []
    speeds = [usual, *slower, *([usual + SPEED_STEP] if walks else [])]
    homes = (living.people, living.homes.cell, seconds.usual, joined.is_joined, living.edge_m)
    counted = tally_speeds(*homes, limits_s, usual, speeds)
    found = [
        [replace(one, unknown=one.unknown + living.unplaced) for one in row] for row in counted
    ]
    if seconds.best is not seconds.usual:  # the range is wider than squares make it
        for limit, row in zip(limits_s, found, strict=True):
            wide = _all_states(joined, seconds, profile, limit).tally(living)
            row[0] = replace(row[0], beyond_min=wide.beyond_min, beyond_max=wide.beyond_max)
    return tuple(
        Within(limit, row[0], row[1] if slower else None, row[-1] if walks else None)
        for limit, row in zip(limits_s, found, strict=True)
    )


def _within_area(
    joined: Joined,
    seconds: Ways,
    profile: TravelProfile,
    limit_s: float,
    inside: NDArray[np.int32],
) -> Within:
    """The same of one limit for the homes inside an area (0, else -1): by whole squares, as ``_by_area``."""
    living, usual = joined.living, fastest(profile)

    def counted(speed: float) -> Tally:
        return _all_states(joined, seconds, profile, limit_s, speed).tally(living, inside)

    if profile.mode != Mode.FOOT:
        return Within(limit_s, counted(usual), None, None)
    slower = counted(usual - SPEED_STEP) if usual > SPEED_STEP else None
    return Within(limit_s, counted(usual), slower, counted(usual + SPEED_STEP))


def _all_states(
    joined: Joined,
    seconds: Ways,
    profile: TravelProfile,
    limit_s: float,
    speed: float | None = None,
) -> _Found:
    """What becomes of each home at a limit, at another speed too (metres a minute)."""
    usual = fastest(profile)
    other = usual if speed is None else speed

    def one(ways: Floats) -> States:
        at = at_speed(ways, usual, other)
        return states(at, joined.is_joined, joined.living.edge_m, limit_s, other)

    found = one(seconds.usual)
    if seconds.best is seconds.usual:
        return _Found(found, found, found)
    return _Found(found, one(seconds.best), one(seconds.worst))
