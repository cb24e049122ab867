"""Seconds at every point of the streets that a search has reached, not only at junctions: what is exported,
and what another program can check place by place."""

import numpy as np
from numpy.typing import NDArray

from geo.streets.compiled import Number, compiled
from geo.streets.graph import CLOSED, TravelGraph
from geo.streets.network import points_of
from geo.streets.search import UNREACHED, seeds_of, spread_dense
from geo.streets.snap import Snap, off_street_units


def point_seconds(
    graph: TravelGraph, places: Snap, limit_s: float, backward: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Every place of OSM on a street that is passed, within a limit of the nearest of the places.

    backward  the way to the places, not from them
    Returns (n, 2) metres of the plane zone and (n,) seconds; junctions first, each place once.
    """
    limit = graph.units_within(limit_s)
    arcs = graph.into if backward else graph.out
    units = spread_dense(arcs, seeds_of(graph, places, backward), limit)
    nodes = np.flatnonzero(units < UNREACHED)
    edges = _edges_near(graph, units, places)
    point, between = _between(graph, edges, units, places, limit, backward)
    xy_m = np.concatenate([graph.network.node_xy_m[nodes], graph.network.point_xy_m[point]])
    return xy_m, np.concatenate([units[nodes], between]) * graph.unit_s


def _edges_near(graph: TravelGraph, units: NDArray[np.int32], places: Snap) -> NDArray[np.int64]:
    found = np.asarray((units[graph.network.edge_ends] < UNREACHED).any(axis=1))
    found[places.edge[places.edge >= 0]] = True
    return np.asarray(np.flatnonzero(found & (graph.edge_units < CLOSED).any(axis=1)))


def _between(
    graph: TravelGraph,
    edges: NDArray[np.int64],
    units: NDArray[np.int32],
    places: Snap,
    limit: int,
    backward: bool,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Points between the ends of edges that are reached, and their units."""
    network = graph.network
    first, point = points_of(network, edges)
    share = _shares(first, network.point_xy_m[point])
    edge = np.repeat(edges, np.diff(first))
    forth, back = (graph.edge_units[edge, side].astype(np.int64) for side in (0, 1))
    into_first, into_last = (back, forth) if backward else (forth, back)
    ends = units[network.edge_ends[edge]].astype(np.int64)
    by_first = ends[:, 0] + np.rint(share * into_first).astype(np.int64)
    by_last = ends[:, 1] + into_last - np.rint(share * into_last).astype(np.int64)
    by_first[(into_first >= CLOSED) | (ends[:, 0] == UNREACHED)] = CLOSED
    by_last[(into_last >= CLOSED) | (ends[:, 1] == UNREACHED)] = CLOSED
    best = np.minimum(by_first, by_last)
    _from_starts(
        edges,
        first,
        share,
        graph.edge_units,
        places.edge,
        places.along,
        off_street_units(graph, places),
        backward,
        best,
    )
    inner = np.ones(len(point), bool)
    inner[first[:-1]] = False
    inner[first[1:] - 1] = False
    kept = inner & (best <= limit)
    return point[kept], best[kept]


@compiled
def _shares(first: NDArray[np.int64], xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far along its edge each point lies, 0..1."""
    share = np.zeros(len(xy_m))
    for edge in range(len(first) - 1):
        so_far = 0.0
        for p in range(first[edge] + 1, first[edge + 1]):
            so_far += np.hypot(xy_m[p, 0] - xy_m[p - 1, 0], xy_m[p, 1] - xy_m[p - 1, 1])
            share[p] = so_far
        if so_far > 0:
            for p in range(first[edge], first[edge + 1]):
                share[p] = min(1.0, share[p] / so_far)
    return share


@compiled
def _from_starts(
    edges: NDArray[np.int64],
    first: NDArray[np.int64],
    share: NDArray[np.float64],
    edge_units: NDArray[np.int32],
    start_edge: NDArray[np.int32],
    start_along: NDArray[np.float64],
    start_units: NDArray[np.int64],
    backward: Number,
    best: NDArray[np.int64],
) -> None:
    """Better the points of the streets that places stand at, straight from the places."""
    for i in range(len(start_edge)):
        at = np.searchsorted(edges, start_edge[i])
        if start_edge[i] < 0 or at == len(edges) or edges[at] != start_edge[i]:
            continue
        for p in range(first[at], first[at + 1]):
            ahead = share[p] >= start_along[i]
            way = np.int64(edge_units[start_edge[i], 0 if ahead != backward else 1])
            if way < CLOSED:
                apart = np.int64(abs(np.rint(share[p] * way) - np.rint(start_along[i] * way)))
                best[p] = min(best[p], start_units[i] + apart)
