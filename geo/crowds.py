"""住まいと多くの問い: the homes of a municipality made ready for sweeps of 32 kinds, days or hours at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.access.crowd import Crowd, crowd_of
from geo.possible_homes import Joined
from geo.streets.field import along_one_edge
from geo.streets.graph import LONGEST, TravelGraph
from geo.streets.hierarchy import Hierarchy
from geo.streets.snap import Snap, ends, off_street_units


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
