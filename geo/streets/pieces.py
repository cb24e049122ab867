"""Pieces of a network: what hangs together, and what is too small a piece to trust.

An extract has stray paths that no mapper joined, and streets cut off at its edge. Somebody who lives
there is not far from everything: nobody knows. So a small piece is marked, and whoever is joined to
it is *unknown*.
"""

import numpy as np
from numpy.typing import NDArray

from geo.streets.compiled import Number, compiled

# Our choice: streets of a kilometre and more that hang together are a hamlet or an island of its own,
# with homes whose answer is "beyond"; less is more likely a gap in the map.
TRUSTED_M = 1000.0


@compiled
def components(first: NDArray[np.int32], head: NDArray[np.int32]) -> NDArray[np.int32]:
    """The strongly connected component of each node, (nodes,) int32, numbered as they are finished.

    ``first``, ``head`` are a CSR graph. With each arc there both ways they are the plain components.
    Tarjan (1972), without recursion.
    """
    count = len(first) - 1
    label = np.full(count, -1, np.int32)
    low, number = np.zeros(count, np.int32), np.zeros(count, np.int32)
    cursor = first[:-1].copy()
    path, stack = np.empty(count, np.int32), np.empty(count, np.int32)
    waiting, labels, seen = 0, 0, 0
    for root in range(count):
        if number[root] != 0:
            continue
        depth = 1
        path[0] = root
        while depth > 0:
            node = path[depth - 1]
            if number[node] == 0:
                seen += 1
                number[node] = low[node] = seen
                stack[waiting] = node
                waiting += 1
            if cursor[node] < first[node + 1]:
                other = head[cursor[node]]
                cursor[node] += 1
                if number[other] == 0:
                    path[depth] = other
                    depth += 1
                elif label[other] < 0:
                    low[node] = min(low[node], number[other])
                continue
            depth -= 1
            if depth > 0:
                low[path[depth - 1]] = min(low[path[depth - 1]], low[node])
            if low[node] == number[node]:
                waiting = _close(node, label, labels, stack, waiting)
                labels += 1
    return label


@compiled
def _close(
    node: Number,
    label: NDArray[np.int32],
    number: Number,
    stack: NDArray[np.int32],
    waiting: Number,
) -> Number:
    """Give everything above ``node`` on the stack its component; the new height of the stack."""
    while True:
        waiting -= 1
        label[stack[waiting]] = number
        if stack[waiting] == node:
            return waiting


def by_size(
    label: NDArray[np.int32], ends: NDArray[np.int32], length_m: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Components renumbered by the length of their streets, 0 the longest, and those lengths.

    ends (edges, 2), length_m (edges,): the edges that count. An edge between two components is in
    neither. Returns (nodes,) int32 and (components,) float64.
    """
    count = int(label.max(initial=-1)) + 1
    inside = label[ends[:, 0]] == label[ends[:, 1]]
    metres = np.bincount(label[ends[inside, 0]], weights=length_m[inside], minlength=count).astype(
        np.float64
    )
    order = np.argsort(-metres, kind="stable")
    rank = np.empty(count, np.int32)
    rank[order] = np.arange(count, dtype=np.int32)
    return rank[label], metres[order]
