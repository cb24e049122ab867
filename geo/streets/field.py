"""所要時間の場: from every node to the nearest of many places, which one that is, and what changes when one
of them is added, moved, opened or closed.

A node's label is its units in the upper half of a number and the row of its place in the lower: the
smallest label is the nearest place, and of two as near the one with the lower row, always. A change to
one place repairs only the labels that hang on it; the result is that of a new search, label for label.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import NotFound
from geo.streets.compiled import Number, compiled, prefetch
from geo.streets.graph import CLOSED, TravelGraph
from geo.streets.network import frozen
from geo.streets.search import SHIFT, Seeds, grown, scratch_for, seeds_of
from geo.streets.snap import Snap, ends, off_street_units

NOWHERE = 2**62  # the label of a node that no place reaches within the limit
_NOBODY = -1  # row of what is beyond the limit


@dataclass(frozen=True, slots=True)
class Nearest:
    """The answer for places or nodes. Row i of each array is the same one.

    seconds  (n,) float64  inf beyond the limit and for places that join no street
    owner    (n,) int32    row of the nearest place; -1 where there is none
    """

    seconds: NDArray[np.float64]
    owner: NDArray[np.int32]


class AccessField:
    """Seconds between every node and the nearest of a set of places.

    limit_s   beyond it nothing is reached
    backward  the way *to* the places (home to salon); else the way from them (a van to the homes)

    Not frozen: ``add`` and ``remove`` repair it in place. One thread at a time.
    """

    def __init__(
        self, graph: TravelGraph, places: Snap, limit_s: float, backward: bool = True
    ) -> None:
        self.graph, self.backward = graph, backward
        self.limit = graph.units_within(limit_s)
        self.places = places
        self.is_open = np.ones(len(places), bool)
        self.label = np.full(graph.network.node_count, NOWHERE, np.int64)
        self._arcs, self._turned = (graph.into, graph.out) if backward else (graph.out, graph.into)
        self._seeds = seeds_of(graph, places, backward)
        self._relax(self._seeds.node, _labels(self._seeds))

    @property
    def nodes(self) -> Nearest:
        """The answer for every node."""
        return self._answer(self.label)

    def at(self, homes: Snap) -> Nearest:
        """The answer for places on or off the street, the way off it included."""
        label = np.full(len(homes), NOWHERE, np.int64)
        node, units = ends(self.graph, homes, leaving=self.backward)
        for side in (0, 1):
            there = self.label[node[:, side]] + (units[:, side] << 32)
            label = np.minimum(label, np.where(units[:, side] < CLOSED, there, NOWHERE))
        label = np.minimum(label, self._on_one_edge(homes))
        off = off_street_units(self.graph, homes)
        label = np.where((label < NOWHERE) & (off < CLOSED), label + (off << 32), NOWHERE)
        return self._answer(np.where(label >> 32 > self.limit, NOWHERE, label))

    def add(self, places: Snap) -> NDArray[np.int32]:
        """Open more places; their rows, behind those that are there. What comes nearer is repaired."""
        rows = np.arange(len(self.places), len(self.places) + len(places), dtype=np.int32)
        seeds = seeds_of(self.graph, places, self.backward)
        seeds = Seeds(seeds.node, seeds.units, frozen(seeds.owner + np.int32(len(self.places))))
        self.places = _joined(self.places, places)
        self.is_open = np.concatenate([self.is_open, np.ones(len(places), bool)])
        both = zip(_columns(self._seeds), _columns(seeds), strict=True)
        self._seeds = Seeds(*(frozen(np.concatenate(columns)) for columns in both))
        self._relax(seeds.node, _labels(seeds))
        return rows

    def remove(self, row: int) -> None:
        """Close one place. What hung on it is found anew from its surroundings. Raises NotFound."""
        if not (0 <= row < len(self.is_open) and self.is_open[row]):
            raise NotFound(thing="place", id=row)
        self.is_open[row] = False
        here = self._seeds.owner == row
        erased, found, label = _erase(
            self._arcs.first,
            self._arcs.links,
            self._turned.first,
            self._turned.links,
            frozen(self._seeds.node[here]),
            frozen(self._seeds.node[~here]),
            _labels(self._seeds)[~here],
            row,
            self.limit,
            self.label,
        )
        self._seeds = Seeds(*(frozen(column[~here]) for column in _columns(self._seeds)))
        self._relax(frozen(erased[:found].astype(np.int32)), label[:found])

    def move(self, row: int, place: Snap) -> int:
        """Close one place and open it elsewhere; its new row. Raises NotFound."""
        self.remove(row)
        return int(self.add(place)[0])

    def _relax(self, node: NDArray[np.int32], label: NDArray[np.int64]) -> None:
        """Let labels spread from nodes as long as they better what stands there."""
        scratch = scratch_for(len(self.label))
        units = label >> 32
        span = int(units.max(initial=0)) - int(units.min(initial=CLOSED))
        buckets = scratch.buckets_for(min(max(self._arcs.heaviest, span), self.limit))
        scratch.wide_pool = _dial_owned(
            self._arcs.first,
            self._arcs.links,
            node,
            label,
            self.limit,
            self.label,
            buckets,
            scratch.wide_pool,
        )

    def _answer(self, label: NDArray[np.int64]) -> Nearest:
        reached = label < NOWHERE
        seconds = np.where(reached, (label >> 32) * self.graph.unit_s, np.inf)
        owner = np.where(reached, label & 0xFFFFFFFF, _NOBODY).astype(np.int32)
        return Nearest(seconds, owner)

    def _on_one_edge(self, homes: Snap) -> NDArray[np.int64]:
        """(homes,) labels by way of places on the same edge, not round by its ends."""
        label = np.full(len(homes), NOWHERE, np.int64)
        rows = np.flatnonzero(self.is_open & (self.places.edge >= 0))
        rows = rows[np.argsort(self.places.edge[rows], kind="stable")]
        by_edge = self.places.edge[rows]
        low = np.searchsorted(by_edge, homes.edge, side="left")
        high = np.where(homes.edge >= 0, np.searchsorted(by_edge, homes.edge, side="right"), low)
        home = np.repeat(np.arange(len(homes)), high - low)
        if len(home) == 0:
            return label
        shared = high - low
        nth = np.arange(len(home)) - np.repeat(np.cumsum(shared) - shared, shared)
        place = rows[low[home] + nth]
        one, other = (homes[home], self.places[place])
        start, end = (one, other) if self.backward else (other, one)
        units = along_one_edge(self.graph, start, end) + off_street_units(self.graph, other)
        np.minimum.at(label, home, np.where(units < CLOSED, units << 32 | place, NOWHERE))
        return label


def along_one_edge(graph: TravelGraph, start: Snap, end: Snap) -> NDArray[np.int64]:
    """(n,) units from each start to the end in the same row, which lies on the same edge; CLOSED where
    that means going against a one-way street. What is off the street is not in it."""
    forth = end.along >= start.along
    units = graph.edge_units[start.edge]
    way = np.where(forth, units[:, 0], units[:, 1]).astype(np.int64)
    passed = np.abs(np.rint(end.along * way) - np.rint(start.along * way)).astype(np.int64)
    return np.where(way < CLOSED, passed, CLOSED)


def _columns(seeds: Seeds) -> tuple[NDArray, NDArray, NDArray]:
    return seeds.node, seeds.units, seeds.owner


def _labels(seeds: Seeds) -> NDArray[np.int64]:
    return seeds.units.astype(np.int64) << 32 | seeds.owner


def _joined(one: Snap, other: Snap) -> Snap:
    names = ("edge", "along", "away_m", "state", "foot_m")
    return Snap(*(np.concatenate([getattr(one, n), getattr(other, n)]) for n in names))


@compiled
def _dial_owned(
    first: NDArray[np.int32],
    links: NDArray[np.int32],
    seed_node: NDArray[np.int32],
    seed_label: NDArray[np.int64],
    limit: Number,
    label: NDArray[np.int64],
    buckets: NDArray[np.int32],
    pool: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The loop of search._dial on labels: betters ``label``, returns the pool, which may have grown.

    An entry of the pool is a label, its node, and the entry behind it.
    """
    mask, links_at = len(buckets) - 1, links.ctypes.data
    used, free, waiting, now = 0, -1, 0, limit >> SHIFT
    for i in range(len(seed_node)):
        node, mine = seed_node[i], seed_label[i]
        if mine >> 32 > limit or mine >= label[node]:
            continue
        label[node] = mine
        if used == len(pool):
            pool = grown(pool)
        bucket = (mine >> (32 + SHIFT)) & mask
        pool[used, 0], pool[used, 1], pool[used, 2] = mine, node, buckets[bucket]
        buckets[bucket] = used
        used, waiting, now = used + 1, waiting + 1, min(now, mine >> (32 + SHIFT))
    while waiting > 0:
        entry = buckets[now & mask]
        if entry < 0:
            now += 1
            continue
        mine, node = pool[entry, 0], pool[entry, 1]
        buckets[now & mask] = pool[entry, 2]
        pool[entry, 2] = free
        free = entry
        waiting -= 1
        if label[node] != mine:
            continue  # an older, slower way here, or one to a place with a higher row
        for arc in range(first[node], first[node + 1]):
            arrival = mine + (np.int64(links[2 * arc + 1]) << 32)
            head = links[2 * arc]
            if arrival >> 32 > limit or arrival >= label[head]:
                continue
            label[head] = arrival
            prefetch(links_at + 8 * np.intp(first[head]))
            if free >= 0:
                entry = free
                free = pool[entry, 2]
            else:
                if used == len(pool):
                    pool = grown(pool)
                entry = used
                used += 1
            bucket = (arrival >> (32 + SHIFT)) & mask
            pool[entry, 0], pool[entry, 1], pool[entry, 2] = arrival, head, buckets[bucket]
            buckets[bucket] = entry
            waiting += 1
    return pool


@compiled
def _erase(
    first: NDArray[np.int32],
    links: NDArray[np.int32],
    turned_first: NDArray[np.int32],
    turned_links: NDArray[np.int32],
    own_node: NDArray[np.int32],
    seed_node: NDArray[np.int32],
    seed_label: NDArray[np.int64],
    row: Number,
    limit: Number,
    label: NDArray[np.int64],
) -> tuple[NDArray[np.int64], Number, NDArray[np.int64]]:
    """Take away every label of a place, and find what may stand there instead.

    A label's way leads only over labels of the same place, so they are found by walking on from its
    seeds. Returns nodes, how many of them count, and a label for each: from the nodes around what was
    erased, and from other places inside it.
    """
    erased = np.empty(64, np.int64)
    count = 0
    for i in range(len(own_node)):
        node = np.int64(own_node[i])
        if label[node] < NOWHERE and label[node] & 0xFFFFFFFF == row:
            if count == len(erased):
                erased = _longer(erased)
            label[node] = -1
            erased[count] = node
            count += 1
    done = 0
    while done < count:
        for arc in range(first[erased[done]], first[erased[done] + 1]):
            head = np.int64(links[2 * arc])
            if 0 <= label[head] < NOWHERE and label[head] & 0xFFFFFFFF == row:
                if count == len(erased):
                    erased = _longer(erased)
                label[head] = -1
                erased[count] = head
                count += 1
        done += 1
    best = np.full(count, NOWHERE, np.int64)
    for i in range(count):
        for arc in range(turned_first[erased[i]], turned_first[erased[i] + 1]):
            there = label[turned_links[2 * arc]]
            if 0 <= there < NOWHERE:
                best[i] = min(best[i], there + (np.int64(turned_links[2 * arc + 1]) << 32))
    for i in range(count):
        label[erased[i]] = NOWHERE
    return _with_places_inside(erased, count, best, seed_node, seed_label, label, limit)


@compiled
def _longer(erased: NDArray[np.int64]) -> NDArray[np.int64]:
    longer = np.empty(2 * len(erased), np.int64)
    for i in range(len(erased)):
        longer[i] = erased[i]
    return longer


@compiled
def _with_places_inside(
    erased: NDArray[np.int64],
    count: Number,
    best: NDArray[np.int64],
    seed_node: NDArray[np.int32],
    seed_label: NDArray[np.int64],
    label: NDArray[np.int64],
    limit: Number,
) -> tuple[NDArray[np.int64], Number, NDArray[np.int64]]:
    """The seeds that stand on what was erased, behind those from around it."""
    inside = 0
    for i in range(len(seed_node)):
        if label[seed_node[i]] == NOWHERE and seed_label[i] >> 32 <= limit:
            inside += 1
    node, mine = np.empty(count + inside, np.int64), np.empty(count + inside, np.int64)
    for i in range(count):
        node[i], mine[i] = erased[i], best[i]
    for i in range(len(seed_node)):
        if label[seed_node[i]] == NOWHERE and seed_label[i] >> 32 <= limit:
            node[count], mine[count] = seed_node[i], seed_label[i]
            count += 1
    return node, count, mine
