"""届く人: how many residents a place is within reach of, how many it is not, and of how many nobody knows.

The page asks again with every movement of a finger. Numbers for a free point are for signed-in staff only
(MEANING 5).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo.access.coverage import (
    SPEED_STEP,
    Tally,
    search_limit_s,
    tally_speeds,
)
from geo.access.crowd import Crowd, crowd_of
from geo.area import Area
from geo.errors import NotAllowed
from geo.possible_homes import Joined, Living, Residents
from geo.scope import STAFF, Scope
from geo.streets.field import AccessField, along_one_edge
from geo.streets.graph import LONGEST, TravelGraph
from geo.streets.hierarchy import Hierarchy
from geo.streets.network import Mode
from geo.streets.profile import CAR_KMH, TravelProfile
from geo.streets.snap import Snap, ends, off_street_units

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Within:
    """People by what becomes of them at a limit, one group, columns as BANDS; and of who walks ten metres a
    minute slower or faster (None for whoever does not walk)."""

    limit_s: float
    usual: Tally
    slower: Tally | None
    faster: Tally | None


@dataclass(frozen=True, slots=True)
class PeopleWithin:
    """The answer for one place: each limit as it was asked, and who was counted."""

    within: tuple[Within, ...]
    living: Living


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
class Table:
    """What a page shows of people: by limit, and of the widest limit who is not reached. Rounded here, once
    (MEANING 4): columns of rows need not add up to the last person."""

    rows: tuple[Row, ...]
    beyond: tuple[int, ...]
    beyond_min: tuple[int, ...]
    beyond_max: tuple[int, ...]
    unknown: tuple[int, ...]
    of: tuple[int, ...]


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
    names = ("beyond", "beyond_min", "beyond_max", "unknown", "of")
    return Table(rows, *(_whole(getattr(widest, name)) for name in names))


def _whole(people: Floats) -> tuple[int, ...]:
    return tuple(round(one) for one in people[0].tolist())


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
) -> PeopleWithin | None:
    """Residents within each of some limits of a place that somebody chose freely.

    place     one place or several of one kind, joined to the street
    backward  the way from home to the place; else from the place to the homes

    None where no census was imported. Raises NotAllowed: see_people, to whoever is not staff.
    """
    if scope.role not in STAFF:
        raise NotAllowed(action="see_people")
    joined = residents.of(db, scope, area, profile)
    if joined is None:
        return None
    limits = [one * 60 for one in minutes]
    walks = profile.mode == Mode.FOOT
    farthest = max(limits)
    if walks:
        farthest = search_limit_s(farthest, profile.metres_per_min)
    ways = AccessField(area.graph(profile), place, farthest, backward)
    seconds = ways.at(joined.snap).seconds
    return PeopleWithin(_within(joined, seconds, profile, limits), joined.living)


def crowd(
    graph: TravelGraph,
    hierarchy: Hierarchy,
    joined: Joined,
    band: int,
    area: NDArray[np.int32],
    areas: int,
    *,
    backward: bool = True,
) -> Crowd:
    """Homes and one band of their people, ready for sweeps of lanes (geo.access.crowd).

    band  column of BANDS; area: (n,) row of the area each home lies in, -1 for none, as ``areas_of``
    """
    node, units = ends(graph, joined.snap, leaving=backward)
    units = units + off_street_units(graph, joined.snap)[:, None]
    return crowd_of(hierarchy.rank[node], units, joined.living.people[:, band], area, areas)


def beside(
    graph: TravelGraph,
    joined: Joined,
    crowd: Crowd,
    kinds: Sequence[Snap],
    limit: int,
    *,
    backward: bool = True,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Rows of the crowd, and lanes, of homes with a place of the lane on their own street within so many
    units: what ``people_beside`` asks for."""
    if not kinds:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    places = _together(kinds)
    lane = np.repeat(np.arange(len(kinds), dtype=np.int32), [len(kind) for kind in kinds])
    rows = np.flatnonzero(places.edge >= 0)
    has_place = np.zeros(
        graph.network.edge_count + 1, np.bool_
    )  # the last: homes that join no street
    has_place[places.edge[rows]] = True
    edge = joined.snap.edge[crowd.home]
    homes = np.flatnonzero(has_place[edge])
    homes = homes[np.argsort(edge[homes], kind="stable")]
    low = np.searchsorted(edge[homes], places.edge[rows], side="left")
    many = np.searchsorted(edge[homes], places.edge[rows], side="right") - low
    nth = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    home, place = homes[np.repeat(low, many) + nth], np.repeat(rows, many)
    one, other = joined.snap[crowd.home[home]], places[place]
    start, end = (one, other) if backward else (other, one)
    units = along_one_edge(graph, start, end)
    units = units + off_street_units(graph, one) + off_street_units(graph, other)
    near = units <= min(limit, LONGEST)
    return home[near].astype(np.int32), lane[place[near]]


def _together(kinds: Sequence[Snap]) -> Snap:
    names = ("edge", "along", "away_m", "state", "foot_m")
    return Snap(*(np.concatenate([getattr(kind, name) for kind in kinds]) for name in names))


def _within(
    joined: Joined, seconds: Floats, profile: TravelProfile, limits_s: Sequence[float]
) -> tuple[Within, ...]:
    """The tallies of each limit as the traveller walks, and ten metres a minute slower and faster."""
    living, usual = joined.living, _fastest(profile)
    speeds = [usual]
    if profile.mode == Mode.FOOT:
        speeds += [usual - SPEED_STEP, usual + SPEED_STEP]
    homes = (living.people, living.homes.cell, seconds, joined.is_joined, living.edge_m)
    counted = tally_speeds(*homes, limits_s, usual, speeds)
    found = [
        [replace(one, unknown=one.unknown + living.unplaced) for one in row] for row in counted
    ]
    return tuple(
        Within(limit, *row, *[None] * (3 - len(row)))
        for limit, row in zip(limits_s, found, strict=True)
    )


def _fastest(profile: TravelProfile) -> float:
    """Metres a minute of the straight circle around a home: the flat speed, by car that of a motorway."""
    return max(CAR_KMH.values()) / 0.06 if profile.mode == Mode.CAR else profile.metres_per_min
