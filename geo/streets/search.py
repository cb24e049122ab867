"""Travel time over the street network: one place outward, or from every node to the nearest of many.

Method: Dijkstra (1959) with Dial's buckets (1969), each 32 units wide; inside a bucket a node may be
settled again, so that the answer is exact for every width and for edges of no length. What a search has
reached is told by a stamp in the upper half of its number: nothing the size of the network is ever
cleared, and one search costs only what it reaches.
"""

import itertools
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.streets.compiled import Number, compiled, prefetch
from geo.streets.graph import CLOSED, Arcs, TravelGraph
from geo.streets.network import frozen
from geo.streets.snap import Snap, ends, off_street_units

SHIFT = 6  # a bucket is 2**6 units wide: 6.4 m or 6.4 s; 32 to 256 are as quick
UNREACHED = np.int32(2**31 - 1)
_FIRST_POOL = 1024


@dataclass(frozen=True, slots=True)
class Seeds:
    """Where searches set off. Row i of each array is the same start.

    node   (starts,) int32
    units  (starts,) int32  spent before the node is reached, or after it is left
    owner  (starts,) int32  which place it belongs to
    """

    node: NDArray[np.int32]
    units: NDArray[np.int32]
    owner: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Reached:
    """What one search found, in no order: row i of each array is the same node.

    node   (reached,) int32
    units  (reached,) int32
    """

    node: NDArray[np.int32]
    units: NDArray[np.int32]


class Scratch:
    """The paper a search works on; one for each thread and size of network.

    state    (nodes,)  int64  stamp and units of each node; a smaller number is nearer or newer
    order    (nodes,)  int32  nodes as they were first reached
    buckets  (2**k,)   int32  head of each bucket's list in the pool; all -1 between two searches
    pool     (any, 2)  int64  units and node, and the next entry of the list; wide_pool (any, 3): label,
                              node, next (field.py)
    """

    def __init__(self, nodes: int) -> None:
        self.state = np.full(nodes, np.iinfo(np.int64).max, np.int64)
        self.order = np.empty(nodes, np.int32)
        self.buckets = np.full(64, -1, np.int32)
        self.pool = np.empty((_FIRST_POOL, 2), np.int64)
        self.wide_pool = np.empty((_FIRST_POOL, 3), np.int64)
        self.stamp = 2**31 - 1

    def next_stamp(self) -> int:
        """The stamp of a new search, in the upper half of a number; smaller than any before."""
        self.stamp -= 1
        if self.stamp == 0:  # after two billion searches
            self.state.fill(np.iinfo(np.int64).max)
            self.stamp = 2**31 - 2
        return self.stamp << 32

    def buckets_for(self, span: int) -> NDArray[np.int32]:
        """Enough buckets for labels that lie at most ``span`` units apart."""
        needed = (span >> SHIFT) + 2
        if len(self.buckets) < needed:
            self.buckets = np.full(1 << int(needed - 1).bit_length(), -1, np.int32)
        return self.buckets


class _Papers(threading.local):
    """Each thread's own, by the number of nodes; the last few sizes are kept."""

    def __init__(self) -> None:
        self.by_size: dict[int, Scratch] = {}


_papers = _Papers()
_SIZES = 4  # our choice: a person looks at one or two municipalities at a time


def scratch_for(nodes: int) -> Scratch:
    """This thread's scratch for a network of so many nodes."""
    mine = _papers.by_size
    scratch = mine.pop(nodes, None) or Scratch(nodes)
    mine[nodes] = scratch  # the newest stands last
    if len(mine) > _SIZES:
        del mine[next(iter(mine))]
    return scratch


def seeds_of(graph: TravelGraph, snap: Snap, backward: bool = False) -> Seeds:
    """Both ends of the street of each place. A place that joins no street has none.

    backward  for searches of the way *to* the places
    """
    node, units = ends(graph, snap, leaving=not backward)
    units = units + off_street_units(graph, snap)[:, None]
    owner = np.repeat(np.arange(len(snap), dtype=np.int32), 2)
    used = (units < CLOSED).ravel()
    return Seeds(
        frozen(node.ravel()[used]),
        frozen(units.ravel()[used].astype(np.int32)),
        frozen(owner[used]),
    )


def spread(arcs: Arcs, seeds: Seeds, limit: int) -> Reached:
    """Every node within ``limit`` units of a seed, along the arcs."""
    scratch = scratch_for(len(arcs.first) - 1)
    count, base = _run(arcs, seeds, limit, scratch)
    node = scratch.order[:count].copy()
    return Reached(node, (scratch.state[node] - base).astype(np.int32))


def spread_dense(arcs: Arcs, seeds: Seeds, limit: int) -> NDArray[np.int32]:
    """(nodes,) int32: units of every node from the nearest seed, UNREACHED beyond ``limit``."""
    scratch = scratch_for(len(arcs.first) - 1)
    count, base = _run(arcs, seeds, limit, scratch)
    units = np.full(len(arcs.first) - 1, UNREACHED, np.int32)
    node = scratch.order[:count]
    units[node] = scratch.state[node] - base
    return units


def spread_many(arcs: Arcs, starts: Sequence[Seeds], limit: int, threads: int = 1) -> list[Reached]:
    """``spread`` for each of many starts, in their order, on so many threads at once."""
    if threads > 1:
        parts = [starts[at::threads] for at in range(threads)]
        with ThreadPoolExecutor(threads) as pool:
            found = list(pool.map(lambda part: spread_many(arcs, part, limit), parts))
        return [found[at % threads][at // threads] for at in range(len(starts))]
    scratch = scratch_for(len(arcs.first) - 1)
    first = np.concatenate([[0], np.cumsum([len(one.node) for one in starts])]).astype(np.int64)
    node = np.concatenate([one.node for one in starts] or [np.zeros(0, np.int32)])
    units = np.concatenate([one.units for one in starts] or [np.zeros(0, np.int32)])
    spans = [int(np.ptp(one.units)) if len(one.units) else 0 for one in starts]
    buckets = scratch.buckets_for(min(max(arcs.heaviest, *spans, 0), max(limit, 0)))
    stamps = [scratch.next_stamp() for _ in starts]
    ends, found_node, found_units, scratch.pool = _dial_many(
        arcs.first,
        arcs.links,
        first,
        frozen(node),
        frozen(units),
        limit,
        np.array(stamps, np.int64),
        scratch.state,
        scratch.order,
        buckets,
        scratch.pool,
    )
    return [
        Reached(found_node[low:high], found_units[low:high])
        for low, high in itertools.pairwise(ends.tolist())
    ]


def _run(arcs: Arcs, seeds: Seeds, limit: int, scratch: Scratch) -> tuple[int, int]:
    base = scratch.next_stamp()
    low = int(seeds.units.min(initial=CLOSED))
    apart = int(seeds.units.max(initial=low)) - low
    buckets = scratch.buckets_for(min(max(arcs.heaviest, apart), max(limit, 0)))
    count, scratch.pool = _dial(
        arcs.first,
        arcs.links,
        seeds.node,
        seeds.units,
        limit,
        base,
        scratch.state,
        scratch.order,
        buckets,
        scratch.pool,
    )
    return count, base


@compiled
def grown(pool: NDArray[np.int64]) -> NDArray[np.int64]:
    """A pool twice as long with the same entries."""
    longer = np.empty((2 * len(pool), pool.shape[1]), np.int64)
    for i in range(len(pool)):
        for column in range(pool.shape[1]):
            longer[i, column] = pool[i, column]
    return longer


@compiled
def _dial(  # noqa: PLR0912  (one loop is quicker than three functions)
    first: NDArray[np.int32],
    links: NDArray[np.int32],
    seed_node: NDArray[np.int32],
    seed_units: NDArray[np.int32],
    limit: Number,
    base: Number,
    state: NDArray[np.int64],
    order: NDArray[np.int32],
    buckets: NDArray[np.int32],
    pool: NDArray[np.int64],
) -> tuple[Number, NDArray[np.int64]]:
    """The bare loop: how many nodes stand in ``order`` now, and the pool, which may have grown.

    An entry of the pool is units << 32 | node, and the entry behind it. One that was bettered since is
    known by its units and passed over; its place is used again.
    """
    mask, older, links_at = len(buckets) - 1, base + (1 << 32), links.ctypes.data
    reached, used, free, waiting, now = 0, 0, -1, 0, limit >> SHIFT
    for i in range(len(seed_node)):
        node, units = seed_node[i], np.int64(seed_units[i])
        if units > limit or base + units >= state[node]:
            continue
        if state[node] >= older:
            order[reached] = node
            reached += 1
        state[node] = base + units
        if used == len(pool):
            pool = grown(pool)
        pool[used, 0], pool[used, 1] = units << 32 | node, buckets[(units >> SHIFT) & mask]
        buckets[(units >> SHIFT) & mask] = used
        used, waiting, now = used + 1, waiting + 1, min(now, units >> SHIFT)
    while waiting > 0:
        entry = buckets[now & mask]
        if entry < 0:
            now += 1
            continue
        buckets[now & mask] = pool[entry, 1]
        units, node = pool[entry, 0] >> 32, pool[entry, 0] & 0xFFFFFFFF
        pool[entry, 1] = free
        free = entry
        waiting -= 1
        if state[node] != base + units:
            continue  # an older, slower way here
        for arc in range(first[node], first[node + 1]):
            arrival = units + links[2 * arc + 1]
            head = links[2 * arc]
            if arrival > limit or base + arrival >= state[head]:
                continue
            if state[head] >= older:
                order[reached] = head
                reached += 1
            state[head] = base + arrival
            prefetch(links_at + 8 * np.intp(first[head]))
            if free >= 0:
                entry = free
                free = pool[entry, 1]
            else:
                if used == len(pool):
                    pool = grown(pool)
                entry = used
                used += 1
            bucket = (arrival >> SHIFT) & mask
            pool[entry, 0], pool[entry, 1] = arrival << 32 | head, buckets[bucket]
            buckets[bucket] = entry
            waiting += 1
    return reached, pool


@compiled
def _dial_many(
    first: NDArray[np.int32],
    links: NDArray[np.int32],
    seed_first: NDArray[np.int64],
    seed_node: NDArray[np.int32],
    seed_units: NDArray[np.int32],
    limit: Number,
    stamps: NDArray[np.int64],
    state: NDArray[np.int64],
    order: NDArray[np.int32],
    buckets: NDArray[np.int32],
    pool: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """One search after the other without the interpreter between them: where each one's nodes end, all
    nodes, their units, the pool."""
    ends = np.zeros(len(stamps) + 1, np.int64)
    node, units = np.empty(len(order), np.int32), np.empty(len(order), np.int32)
    for i in range(len(stamps)):
        low, high = seed_first[i], seed_first[i + 1]
        count, pool = _dial(
            first,
            links,
            seed_node[low:high],
            seed_units[low:high],
            limit,
            stamps[i],
            state,
            order,
            buckets,
            pool,
        )
        if ends[i] + count > len(node):
            node, units = _longer(node, ends[i] + count), _longer(units, ends[i] + count)
        for k in range(count):
            node[ends[i] + k] = order[k]
            units[ends[i] + k] = state[order[k]] - stamps[i]
        ends[i + 1] = ends[i] + count
    return ends, node, units, pool


@compiled
def _longer(column: NDArray[np.int32], least: Number) -> NDArray[np.int32]:
    longer = np.empty(2 * least, np.int32)
    for i in range(len(column)):
        longer[i] = column[i]
    return longer
