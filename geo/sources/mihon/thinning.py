"""Which streets of a drawn grid were really built: edges that stay, in one piece."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from geo.sources.mihon.places import SEED
from geo.sources.mihon.plane import Array

Edge = tuple[int, int]

_STUB_M = 8.0
_LEFT_OUT = 0.13  # share of grid streets between two crossings that were never built


def edge_of(one: int, other: int) -> Edge:
    """Two nodes as an edge, whichever way it is walked."""
    return (one, other) if one < other else (other, one)


def kept_edges(runs: Sequence[Sequence[int]], is_grid: Sequence[bool], xy: Array) -> set[Edge]:
    """Edges that stay: no stubs, some blocks left whole, and only the largest piece.

    runs     nodes of every line in order
    is_grid  whether a line belongs to a town's grid; main roads always stay
    """
    rng = np.random.default_rng(SEED + 3)
    degree = _degrees(runs)
    stretches = [
        (stretch, grid)
        for run, grid in zip(runs, is_grid, strict=True)
        for stretch in _stretches(run, degree)
    ]
    edges: set[Edge] = set()
    for stretch, grid in stretches:
        ends = stretch[0], stretch[-1]
        low = min(degree[end] for end in ends)
        is_stub = low == 1 and _length(stretch, xy) < _STUB_M
        is_never_built = low >= 3 and rng.random() < _LEFT_OUT
        if grid and (is_stub or is_never_built):
            for end in ends:
                degree[end] -= 1
            continue
        edges |= {edge_of(a, b) for a, b in itertools.pairwise(stretch)}
    return _largest_piece(edges)


def _degrees(runs: Iterable[Sequence[int]]) -> dict[int, int]:
    edges = {edge_of(a, b) for run in runs for a, b in itertools.pairwise(run)}
    degree: dict[int, int] = defaultdict(int)
    for one, other in edges:
        degree[one] += 1
        degree[other] += 1
    return degree


def _stretches(run: Sequence[int], degree: dict[int, int]) -> list[list[int]]:
    """A run cut at its crossings."""
    found: list[list[int]] = []
    stretch = [run[0]] if run else []
    for node in run[1:]:
        stretch.append(node)
        if degree[node] != 2:
            found.append(stretch)
            stretch = [node]
    return [*found, stretch] if len(stretch) > 1 else found


def _length(stretch: Sequence[int], xy: Array) -> float:
    return float(np.hypot(*np.diff(xy[list(stretch)], axis=0).T).sum())


def _largest_piece(edges: set[Edge]) -> set[Edge]:
    head: dict[int, int] = {}

    def root(node: int) -> int:
        while head.setdefault(node, node) != node:
            head[node] = head[head[node]]
            node = head[node]
        return node

    for one, other in sorted(edges):
        head[root(one)] = root(other)
    size: dict[int, int] = defaultdict(int)
    for node in sorted(head):
        size[root(node)] += 1
    main = max(sorted(size), key=lambda top: size[top])
    return {edge for edge in edges if root(edge[0]) == main}
