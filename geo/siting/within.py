"""届く家: which homes lie within reach of each of many places, by one bounded search for each.

The same whole units as AccessField (geo/streets/field.py), so that what is chosen here is within reach there.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.streets.compiled import Number, compiled
from geo.streets.field import along_one_edge
from geo.streets.graph import TravelGraph
from geo.streets.network import frozen
from geo.streets.search import Seeds, seeds_of, spread_many
from geo.streets.snap import Snap, ends, off_street_units

_BLOCK = 50  # our choice: places between two words of progress, a few hundredths of a second

Told = Callable[[int, int], None]  # done, of how many; may raise to stop


@dataclass(frozen=True, slots=True)
class Within:
    """Homes within reach of places, as rows that know where they begin.

    first  (places + 1,) int64   homes of place p are home[first[p] : first[p + 1]]
    home   (n,)          int32   rows of the homes, each once, ascending within a place
    homes  how many homes there are
    """

    first: NDArray[np.int64]
    home: NDArray[np.int32]
    homes: int

    @property
    def place(self) -> NDArray[np.int32]:
        """(n,) int32: row of the place for each of ``home``."""
        return np.repeat(np.arange(len(self.first) - 1, dtype=np.int32), np.diff(self.first))


def homes_within(
    graph: TravelGraph,
    homes: Snap,
    places: Snap,
    limit_s: float,
    told: Told,
    *,
    backward: bool = True,
) -> Within:
    """Homes from which one gets to each place within a limit (``backward``), or from it to them. Places and homes
    that join no street have none."""
    limit = graph.units_within(limit_s)
    arcs = graph.into if backward else graph.out
    door = _doors(graph, homes, backward)
    beside = _beside(graph, homes, places, limit, backward)
    seeds = seeds_of(graph, places, backward)
    seen = np.full(len(homes), -1, np.int32)
    found = [np.zeros(0, np.int32)]
    many = np.zeros(len(places), np.int64)
    for low in range(0, len(places), _BLOCK):
        told(low, len(places))
        block = range(low, min(low + _BLOCK, len(places)))
        starts = [_of(seeds, place) for place in block]
        for place, near in zip(block, spread_many(arcs, starts, limit), strict=True):
            mine = _homes_of(near.node, near.units, *door, beside[place], limit, seen, place)
            found.append(np.sort(mine))
            many[place] = len(mine)
    told(len(places), len(places))
    first = np.concatenate([[0], np.cumsum(many)]).astype(np.int64)
    return Within(frozen(first), frozen(np.concatenate(found)), len(homes))


def _of(seeds: Seeds, place: int) -> Seeds:
    low, high = np.searchsorted(seeds.owner, [place, place + 1])
    return Seeds(
        frozen(seeds.node[low:high]), frozen(seeds.units[low:high]), frozen(seeds.owner[low:high])
    )


_Doors = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]


def _doors(graph: TravelGraph, homes: Snap, backward: bool) -> _Doors:
    """Homes by the node at which their street ends: where each node's begin, the home, units from there to the door."""
    node, units = ends(graph, homes, leaving=backward)
    units = units + off_street_units(graph, homes)[:, None]
    home = np.repeat(np.arange(len(homes), dtype=np.int32), 2)
    node, units = node.ravel(), units.ravel()
    order = np.argsort(node, kind="stable")
    first = np.searchsorted(node[order], np.arange(graph.network.node_count + 1)).astype(np.int64)
    return frozen(first), frozen(home[order]), frozen(units[order].astype(np.int64))


def _beside(
    graph: TravelGraph, homes: Snap, places: Snap, limit: int, backward: bool
) -> list[NDArray[np.int32]]:
    """For each place the homes on its own street that are within the limit along it."""
    order = np.argsort(homes.edge, kind="stable").astype(np.int32)
    edge = homes.edge[order]
    home_off, place_off = off_street_units(graph, homes), off_street_units(graph, places)
    found = []
    for place in range(len(places)):
        low, high = np.searchsorted(edge, [places.edge[place], places.edge[place] + 1])
        mine = order[low:high] if places.edge[place] >= 0 else order[:0]
        here = places[np.full(len(mine), place)]
        start, end = (homes[mine], here) if backward else (here, homes[mine])
        units = along_one_edge(graph, start, end) + home_off[mine] + place_off[place]
        found.append(frozen(mine[units <= limit]))
    return found


@compiled
def _homes_of(
    node: NDArray[np.int32],
    units: NDArray[np.int32],
    first: NDArray[np.int64],
    home: NDArray[np.int32],
    to_door: NDArray[np.int64],
    beside: NDArray[np.int32],
    limit: Number,
    seen: NDArray[np.int32],
    place: Number,
) -> NDArray[np.int32]:
    """Homes whose door is within the limit by a node that was reached, and those beside; each once."""
    count = len(beside)
    for i in range(len(node)):
        count += first[node[i] + 1] - first[node[i]]
    mine = np.empty(count, np.int32)
    count = 0
    for i in range(len(beside)):
        seen[beside[i]] = place
        mine[count] = beside[i]
        count += 1
    for i in range(len(node)):
        for at in range(first[node[i]], first[node[i] + 1]):
            if units[i] + to_door[at] <= limit and seen[home[at]] != place:
                seen[home[at]] = place
                mine[count] = home[at]
                count += 1
    return mine[:count].copy()
