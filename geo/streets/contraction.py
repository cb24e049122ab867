"""Taking nodes out of a graph one by one, with shortcuts for the ways that led through them.

Geisberger et al. (2008), "Contraction hierarchies". Next comes the node whose removal costs least
(shortcuts against arcs saved, and how deep it lies). A shortcut is left out where a short search finds a
way round that is no longer; a search that gives up early only keeps a shortcut too many.
"""

from collections import namedtuple

import numpy as np
from numpy.typing import NDArray

from geo.streets.compiled import Number, compiled
from geo.streets.graph import CLOSED, LONGEST
from geo.streets.heap import drop_top, push

_SETTLED_TO_RANK, _SETTLED_TO_CUT = (
    30,
    60,
)  # our choice, by build time and shortcuts on a city of 200,000

# What is left of the graph: links of node u are to[start[u] : start[u] + degree[u]], with the weight
# ahead (u to there) and back (there to u), CLOSED for none; room[u] is how many fit. end[0]: used of ``to``.
Rest = namedtuple("Rest", "start degree room to ahead back end")
# Paper of the searches for ways round: distance and stamp of each node, a heap, and the last stamp.
Paper = namedtuple("Paper", "distance stamp heap last")


@compiled
def contract(
    first: NDArray[np.int32], links: NDArray[np.int32], is_symmetric: bool
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The level of each node, (nodes,) int32, and every arc upward, (arcs, 4) int32: from, to, the
    weight ahead and the weight back (CLOSED for none).

    A node's links lead to higher levels only. ``first``, ``links`` as in Arcs; ``is_symmetric`` when each
    arc is there both ways with one weight.
    """
    count = len(first) - 1
    rest = _all_of(first, links)
    paper = Paper(
        np.empty(count, np.int64),
        np.zeros(count, np.int64),
        np.empty(1024, np.int64),
        np.zeros(1, np.int64),
    )
    level = np.zeros(count, np.int32)
    queue, cuts = np.empty(count + 1, np.int64), np.empty((256, 3), np.int64)
    for node in range(count):
        if rest.degree[node] ** 2 > len(cuts):
            cuts = np.empty((2 * rest.degree[node] ** 2, 3), np.int64)
        found = _shortcuts(rest, node, paper, cuts, np.int64(_SETTLED_TO_RANK), is_symmetric)
        push(queue, node, _key(rest, node, found, level[node], is_symmetric))
    up = np.empty((2 * len(links) + 16, 4), np.int32)
    kept, waiting = 0, count
    while waiting > 0:
        node = queue[0] & 0xFFFFFFFF
        waiting -= 1
        drop_top(queue, waiting)
        if rest.degree[node] ** 2 > len(cuts):
            cuts = np.empty((2 * rest.degree[node] ** 2, 3), np.int64)
        found = _shortcuts(rest, node, paper, cuts, np.int64(_SETTLED_TO_CUT), is_symmetric)
        key = _key(rest, node, found, level[node], is_symmetric)
        if waiting > 0 and key > queue[0]:
            push(queue, waiting, key)
            waiting += 1
            continue
        if kept + rest.degree[node] > len(up):
            up = _twice(up)
        kept = _take_out(rest, node, level, up, kept)
        rest = _with_space(rest, cuts, found)
        for i in range(found):
            back = cuts[i, 2] if is_symmetric else np.int64(CLOSED)
            _link(rest, cuts[i, 0], cuts[i, 1], cuts[i, 2], back)
            _link(rest, cuts[i, 1], cuts[i, 0], back, cuts[i, 2])
    return level, up[:kept].copy()


@compiled
def _key(rest: Rest, node: Number, found: Number, level: Number, is_symmetric: bool) -> Number:
    """The smaller the earlier a node goes."""
    gain = (2 if is_symmetric else 1) * found - 2 * rest.degree[node] + level
    return np.int64(gain + 1_000_000) << 32 | node


@compiled
def _all_of(first: NDArray[np.int32], links: NDArray[np.int32]) -> Rest:
    """The whole graph, each arc with its weight back; the lightest of several, none to itself."""
    count = len(first) - 1
    into = np.zeros(count, np.int64)
    for arc in range(len(links) // 2):
        into[links[2 * arc]] += 1
    start, room = np.empty(count, np.int64), np.empty(count, np.int64)
    end = 0
    for node in range(count):
        start[node] = end
        room[node] = max(4, into[node] + first[node + 1] - first[node] + 2)
        end += room[node]
    size = 2 * end + 64
    rest = Rest(
        start,
        np.zeros(count, np.int64),
        room,
        np.empty(size, np.int32),
        np.empty(size, np.int32),
        np.empty(size, np.int32),
        np.full(1, end, np.int64),
    )
    for node in range(count):
        for arc in range(first[node], first[node + 1]):
            head, units = np.int64(links[2 * arc]), np.int64(links[2 * arc + 1])
            if head != node:
                _link(rest, node, head, units, np.int64(CLOSED))
                _link(rest, head, node, np.int64(CLOSED), units)
    return rest


@compiled
def _link(rest: Rest, node: Number, other: Number, ahead: Number, back: Number) -> None:
    """Join two nodes, or better their link. There must be space at the end for twice the node's room."""
    start = rest.start[node]
    for i in range(start, start + rest.degree[node]):
        if rest.to[i] == other:
            rest.ahead[i] = min(rest.ahead[i], ahead)
            rest.back[i] = min(rest.back[i], back)
            return
    if rest.degree[node] == rest.room[node]:
        moved = rest.end[0]
        for i in range(rest.degree[node]):
            rest.to[moved + i] = rest.to[start + i]
            rest.ahead[moved + i] = rest.ahead[start + i]
            rest.back[moved + i] = rest.back[start + i]
        rest.room[node] *= 2
        rest.start[node] = start = moved
        rest.end[0] += rest.room[node]
    at = start + rest.degree[node]
    rest.to[at], rest.ahead[at], rest.back[at] = other, ahead, back
    rest.degree[node] += 1


@compiled
def _with_space(rest: Rest, cuts: NDArray[np.int64], found: Number) -> Rest:
    """The same with space at the end for all that these shortcuts may move."""
    needed = rest.end[0]
    for i in range(found):
        needed += 2 * (rest.room[cuts[i, 0]] + rest.room[cuts[i, 1]]) + 4
    if needed <= len(rest.to):
        return rest
    size = 2 * needed
    to, ahead, back = np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int32)
    for i in range(rest.end[0]):
        to[i], ahead[i], back[i] = rest.to[i], rest.ahead[i], rest.back[i]
    return Rest(rest.start, rest.degree, rest.room, to, ahead, back, rest.end)


@compiled
def _twice(up: NDArray[np.int32]) -> NDArray[np.int32]:
    longer = np.empty((2 * len(up), 4), np.int32)
    for i in range(len(up)):
        for column in range(4):
            longer[i, column] = up[i, column]
    return longer


@compiled
def _take_out(
    rest: Rest, node: Number, level: NDArray[np.int32], up: NDArray[np.int32], kept: Number
) -> Number:
    """Write a node's links to ``up``, and take it from its neighbours."""
    for i in range(rest.start[node], rest.start[node] + rest.degree[node]):
        other = rest.to[i]
        up[kept, 0], up[kept, 1], up[kept, 2], up[kept, 3] = (
            node,
            other,
            rest.ahead[i],
            rest.back[i],
        )
        kept += 1
        level[other] = max(level[other], level[node] + 1)
        last = rest.start[other] + rest.degree[other] - 1
        for k in range(rest.start[other], last + 1):
            if rest.to[k] == node:
                rest.to[k], rest.ahead[k], rest.back[k] = (
                    rest.to[last],
                    rest.ahead[last],
                    rest.back[last],
                )
                break
        rest.degree[other] -= 1
    return kept


@compiled
def _shortcuts(
    rest: Rest,
    node: Number,
    paper: Paper,
    cuts: NDArray[np.int64],
    settled: Number,
    is_symmetric: bool,
) -> Number:
    """Write the shortcuts that a node's removal needs (from, to, weight) and return how many."""
    found = 0
    start, stop = rest.start[node], rest.start[node] + rest.degree[node]
    for i in range(start, stop):
        if rest.back[i] >= CLOSED:
            continue
        farthest: Number = -1
        for j in range(i + 1 if is_symmetric else start, stop):
            if j != i and rest.ahead[j] < CLOSED:
                farthest = max(farthest, np.int64(rest.ahead[j]))
        if farthest < 0:
            continue
        _search_round(rest, node, np.int64(rest.to[i]), rest.back[i] + farthest, paper, settled)
        for j in range(i + 1 if is_symmetric else start, stop):
            if j == i or rest.ahead[j] >= CLOSED:
                continue
            units, other = np.int64(rest.back[i]) + rest.ahead[j], rest.to[j]
            is_known = paper.stamp[other] == paper.last[0] and paper.distance[other] <= units
            if not is_known and units <= LONGEST:
                cuts[found, 0], cuts[found, 1], cuts[found, 2] = rest.to[i], other, units
                found += 1
    return found


@compiled
def _search_round(
    rest: Rest, without: Number, start: Number, limit: Number, paper: Paper, settled: Number
) -> None:
    """Distances from a node without going through another, as far as the limit or ``settled`` nodes."""
    paper.last[0] += 1
    stamp, distance, heap = paper.last[0], paper.distance, paper.heap
    distance[start] = 0
    paper.stamp[start] = stamp
    heap[0] = start
    size = 1
    while size > 0 and settled > 0:
        units, node = heap[0] >> 32, heap[0] & 0xFFFFFFFF
        size -= 1
        drop_top(heap, size)
        if units != distance[node]:
            continue
        settled -= 1
        for i in range(rest.start[node], rest.start[node] + rest.degree[node]):
            other, arrival = rest.to[i], units + rest.ahead[i]
            if other == without or arrival > limit or size == len(heap):
                continue  # a full heap only keeps a shortcut too many
            if paper.stamp[other] != stamp or arrival < distance[other]:
                paper.stamp[other] = stamp
                distance[other] = arrival
                push(heap, size, arrival << 32 | other)
                size += 1
