"""The network in levels: one sweep upward and one down answers for every node at once.

Delling et al. (2011), PHAST, from many starts: whatever is nearest to a node is reached over a way that
first climbs and then descends. The way up touches few nodes; the way down passes each node once, in the
order of memory, whatever the number of places. Built once for a network and metric and kept with it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.streets.compiled import Number, compiled
from geo.streets.contraction import contract
from geo.streets.graph import LONGEST, Arcs, TravelGraph
from geo.streets.network import frozen
from geo.streets.search import UNREACHED, Seeds


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Nodes by level, the highest first; arcs lead from a node to those before it.

    rank   (nodes,)      int32  position of each node of the network
    first  (nodes + 1,)  int32  arcs of the node at position i are first[i] : first[i + 1]
    to     (arcs,)       int32  position at the upper end, smaller than i
    up     (arcs,)       int32  units from the node to the upper end; CLOSED for none
    down   (arcs,)       int32  units from the upper end to the node; CLOSED for none
    """

    rank: NDArray[np.int32]
    first: NDArray[np.int32]
    to: NDArray[np.int32]
    up: NDArray[np.int32]
    down: NDArray[np.int32]

    def weights(self, backward: bool) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The weights of a search, climbing and descending: outward from the starts, or to them."""
        return (self.down, self.up) if backward else (self.up, self.down)


def hierarchy_of(graph: TravelGraph) -> Hierarchy:
    """Contract a graph: about ten microseconds a node."""
    return hierarchy_from(graph.out, graph.is_symmetric)


def hierarchy_from(out: Arcs, is_symmetric: bool) -> Hierarchy:
    """The same from bare arcs; ``is_symmetric`` when each is there both ways with one weight."""
    level, arcs = contract(out.first, out.links, is_symmetric)
    count = len(level)
    order = np.lexsort((np.arange(count), -level))
    rank = np.empty(count, np.int32)
    rank[order] = np.arange(count, dtype=np.int32)
    tail, head = rank[arcs[:, 0]], rank[arcs[:, 1]]
    by_place = np.lexsort((head, tail))
    first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=count))])
    return Hierarchy(
        frozen(rank),
        frozen(first.astype(np.int32)),
        frozen(head[by_place]),
        frozen(arcs[by_place, 2]),
        frozen(arcs[by_place, 3]),
    )


def sweep(
    hierarchy: Hierarchy, seeds: Seeds, backward: bool, limit: int = LONGEST
) -> NDArray[np.int32]:
    """(nodes,) int32: units of every node of the network from the nearest seed (or to it, backward),
    UNREACHED beyond the limit."""
    climb, descend = hierarchy.weights(backward)
    units = np.full(len(hierarchy.rank), UNREACHED, np.int32)
    _sweep(
        hierarchy.first,
        hierarchy.to,
        climb,
        descend,
        hierarchy.rank[seeds.node],
        seeds.units,
        limit,
        units,
    )
    return units[hierarchy.rank]


@compiled
def _sweep(
    first: NDArray[np.int32],
    to: NDArray[np.int32],
    climb: NDArray[np.int32],
    descend: NDArray[np.int32],
    seed_at: NDArray[np.int32],
    seed_units: NDArray[np.int32],
    limit: int,
    units: NDArray[np.int32],
) -> None:
    """Up from the seeds, lowest first, then down over every node; ``units`` is by position."""
    lowest: Number = -1
    for i in range(len(seed_at)):
        if seed_units[i] <= limit:
            units[seed_at[i]] = min(units[seed_at[i]], seed_units[i])
            lowest = max(lowest, np.int64(seed_at[i]))
    for at in range(lowest, -1, -1):
        if units[at] == UNREACHED:
            continue
        for arc in range(first[at], first[at + 1]):
            arrival = np.int64(units[at]) + climb[arc]
            if arrival <= limit and arrival < units[to[arc]]:
                units[to[arc]] = arrival
    for at in range(len(units)):
        best = np.int64(units[at])
        for arc in range(first[at], first[at + 1]):
            best = min(best, np.int64(units[to[arc]]) + descend[arc])
        if best <= limit:
            units[at] = best
