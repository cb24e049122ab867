"""From a place to the street: where it joins, and how far that is.

A place joins the nearest street in the middle of an edge. It stands on the street at that point, so
searches set off to both ends of the edge. What lies between the place and the street is walked at the
profile's flat speed and is part of the seconds (MEANING 7).
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from geo.streets.compiled import Number, compiled
from geo.streets.graph import CLOSED, TravelGraph
from geo.streets.network import frozen

FARTHEST_M = 200.0  # our choice: who lives farther from every street is on a way that nobody mapped
# Our choice: a stray path nearer by less than this is not taken for the street; the depth of a block.
STRAY_M = 50.0
_CELL_M = 64.0  # side of a cell of the grid: some ten pieces of street in a town
AT_END_M = 0.05  # nearer than half a decimetre to the end of an edge is at the end


class Join(IntEnum):
    """What became of a place."""

    JOINED = 0
    FAR = 1  # no street within FARTHEST_M: unknown
    APART = 2  # the street there hangs together with no other: unknown


@dataclass(frozen=True, slots=True)
class Snap:
    """Places on the street. Row i of each array is the same place.

    edge    (n,)    int32    the edge it joins; -1 where it joins none
    along   (n,)    float64  how far along the edge, 0..1 of its length
    away_m  (n,)    float64  metres from the place to the street; inf where it joins none
    state   (n,)    uint8    Join
    foot_m  (n, 2)  float64  the point of the street, metres of the plane zone
    """

    edge: NDArray[np.int32]
    along: NDArray[np.float64]
    away_m: NDArray[np.float64]
    state: NDArray[np.uint8]
    foot_m: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.edge)

    def __getitem__(self, rows: slice | NDArray) -> "Snap":
        return Snap(
            self.edge[rows],
            self.along[rows],
            self.away_m[rows],
            self.state[rows],
            self.foot_m[rows],
        )


@dataclass(frozen=True, slots=True)
class StreetGrid:
    """Pieces of street by the cells that their boxes touch.

    first   (cells + 1,)  int64    pieces of cell i are piece[first[i] : first[i + 1]]
    piece   (entries, 2)  int32    edge, and the number of its point where the straight piece begins
    apart   (edges,)      bool     edges that hang together with too little
    cell_m  side of a cell; rows, cols their number; origin the (2,) metres of the south-west corner
    """

    first: NDArray[np.int64]
    piece: NDArray[np.int32]
    apart: NDArray[np.bool_]
    cell_m: float
    rows: int
    cols: int
    origin: NDArray[np.float64]


def street_grid(graph: TravelGraph) -> StreetGrid:
    """The grid of the edges that a place may join on its way with this graph."""
    network = graph.network
    origin, span = network.point_xy_m.min(axis=0), np.ptp(network.point_xy_m, axis=0) + 1e-9
    widest = np.sqrt(span[0] * span[1] / (4 * len(network.point_xy_m)))  # few streets, a wide sea
    cell_m = float(max(_CELL_M, widest, span.max() / 1e6))
    cols, rows = (span // cell_m + 1).astype(np.int64)
    joins = graph.profile.joinable(network)
    shape = (network.first_point, network.point_xy_m, joins, origin, cell_m, int(rows), int(cols))
    first, piece = _fill(*shape)
    cut_off = np.any(network.node_apart[network.edge_ends] & graph.profile.mode.bit, axis=1)
    return StreetGrid(
        first, piece, frozen(np.atleast_1d(cut_off)), cell_m, int(rows), int(cols), frozen(origin)
    )


def snap(graph: TravelGraph, grid: StreetGrid, xy_m: NDArray[np.float64]) -> Snap:
    """Join places, (n, 2) metres of the plane zone, to the street.

    The nearest street counts, but a stray piece (``apart``) only when no other is within STRAY_M more.
    """
    network = graph.network
    edge, along, away_m, foot_m = _nearest(
        frozen(xy_m.astype(np.float64)),
        grid.first,
        grid.piece,
        grid.apart,
        grid.cell_m,
        grid.rows,
        grid.cols,
        grid.origin,
        network.first_point,
        network.point_xy_m,
        network.edge_length_m,
    )
    state = np.where(edge < 0, Join.FAR, Join.JOINED).astype(np.uint8)
    state[(edge >= 0) & grid.apart[edge]] = Join.APART
    return Snap(edge, along, away_m, state, foot_m)


def off_street_units(graph: TravelGraph, snap: Snap) -> NDArray[np.int64]:
    """(n,) int64: units from each place to the street; CLOSED where it joins none."""
    units = np.full(len(snap), CLOSED, np.int64)
    joined = snap.edge >= 0
    units[joined] = np.rint(snap.away_m[joined] / graph.m_per_unit)
    return units


def ends(
    graph: TravelGraph, snap: Snap, leaving: bool
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The two nodes at which a place's street ends, and the units on the street between them.

    leaving  from the place to the nodes; else from the nodes to the place
    Returns (n, 2) int32 nodes and (n, 2) int64 units; CLOSED where a one-way street or a barrier
    forbids, and where the place joins no street. What is off the street is not in it.
    """
    network = graph.network
    return _ends(
        snap.edge,
        snap.along,
        graph.edge_units,
        network.edge_ends,
        network.edge_length_m,
        network.node_shut,
        graph.profile.mode.bit,
        leaving,
    )


@compiled
def _ends(
    edge: NDArray[np.int32],
    along: NDArray[np.float64],
    edge_units: NDArray[np.int32],
    edge_ends: NDArray[np.int32],
    length_m: NDArray[np.float64],
    shut: NDArray[np.uint8],
    bit: Number,
    leaving: bool,
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    node = np.zeros((len(edge), 2), np.int32)
    units = np.full((len(edge), 2), CLOSED, np.int64)
    for i in range(len(edge)):
        e = edge[i]
        if e < 0:
            continue
        forth, back = np.int64(edge_units[e, 0]), np.int64(edge_units[e, 1])
        # to the first end one walks against the drawing, from it along
        way = back if leaving else forth
        to_first = np.int64(np.rint(along[i] * way)) if way < CLOSED else CLOSED
        way = forth if leaving else back
        to_last = way - np.int64(np.rint(along[i] * way)) if way < CLOSED else CLOSED
        before_m = along[i] * length_m[e]
        for side in range(2):
            node[i, side] = edge_ends[e, side]
            if shut[edge_ends[e, side]] & bit:
                continue
            is_there = (before_m if side == 0 else length_m[e] - before_m) <= AT_END_M
            units[i, side] = 0 if is_there else (to_first if side == 0 else to_last)
    return node, units


@compiled
def _fill(
    first_point: NDArray[np.int64],
    xy_m: NDArray[np.float64],
    joins: NDArray[np.bool_],
    origin: NDArray[np.float64],
    cell_m: Number,
    rows: Number,
    cols: Number,
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Pieces by cell: counted in the first round, written in the second."""
    first = np.zeros(rows * cols + 1, np.int64)
    piece = np.empty((0, 2), np.int32)
    for is_writing in (False, True):
        for edge in range(len(joins)):
            if not joins[edge]:
                continue
            for point in range(first_point[edge], first_point[edge + 1] - 1):
                x0, x1 = xy_m[point, 0] - origin[0], xy_m[point + 1, 0] - origin[0]
                y0, y1 = xy_m[point, 1] - origin[1], xy_m[point + 1, 1] - origin[1]
                for row in range(int(min(y0, y1) // cell_m), int(max(y0, y1) // cell_m) + 1):
                    for col in range(int(min(x0, x1) // cell_m), int(max(x0, x1) // cell_m) + 1):
                        cell = row * cols + col
                        if is_writing:
                            first[cell] -= 1
                            piece[first[cell], 0] = edge
                            piece[first[cell], 1] = point
                        else:
                            first[cell] += 1
        if not is_writing:
            for cell in range(
                rows * cols
            ):  # to where each cell ends; writing goes back to its start
                first[cell + 1] += first[cell]
            piece = np.empty((first[rows * cols], 2), np.int32)
    return first, piece


@compiled
def _nearest(
    places: NDArray[np.float64],
    first: NDArray[np.int64],
    piece: NDArray[np.int32],
    apart: NDArray[np.bool_],
    cell_m: Number,
    rows: Number,
    cols: Number,
    origin: NDArray[np.float64],
    first_point: NDArray[np.int64],
    xy_m: NDArray[np.float64],
    length_m: NDArray[np.float64],
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Edge, along, metres away and foot of each place: cells ring by ring until nothing nearer can come."""
    count = len(places)
    edge, along = np.full(count, -1, np.int32), np.zeros(count)
    away, foot = np.full(count, np.inf), np.full((count, 2), np.nan)
    for i in range(count):
        x, y = places[i, 0] - origin[0], places[i, 1] - origin[1]
        if not (abs(x) < 1e8 and abs(y) < 1e8):
            continue
        col, row = int(x // cell_m), int(y // cell_m)
        margin = min(
            x - col * cell_m, y - row * cell_m, (col + 1) * cell_m - x, (row + 1) * cell_m - y
        )
        # nearest piece of the streets that hang together [0], and of stray ones [1]
        best, at = np.full(2, FARTHEST_M), np.full(2, -1, np.int64)
        for ring in range(int(FARTHEST_M // cell_m) + 2):
            for r in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
                step = 1 if abs(r - row) == ring else max(2 * ring, 1)
                for c in range(col - ring, col + ring + 1, step):
                    if 0 <= c < cols:
                        for k in range(first[r * cols + c], first[r * cols + c + 1]):
                            _try(places[i], piece, k, apart, xy_m, best, at)
            seen = margin + ring * cell_m
            if best[0] <= seen or best[1] + STRAY_M <= seen:
                break
        kind = 1 if at[1] >= 0 and (at[0] < 0 or best[1] + STRAY_M < best[0]) else 0
        if at[kind] >= 0:
            edge[i], away[i] = piece[at[kind], 0], best[kind]
            along[i] = _foot(places[i], piece, at[kind], first_point, xy_m, length_m, foot[i])
    return edge, along, away, foot


@compiled
def _share(place: NDArray[np.float64], xy_m: NDArray[np.float64], point: Number) -> Number:
    """How far along a straight piece its nearest point to a place lies, 0..1."""
    dx, dy = xy_m[point + 1, 0] - xy_m[point, 0], xy_m[point + 1, 1] - xy_m[point, 1]
    square = dx * dx + dy * dy
    if square == 0.0:
        return 0.0
    t = ((place[0] - xy_m[point, 0]) * dx + (place[1] - xy_m[point, 1]) * dy) / square
    return min(1.0, max(0.0, t))


@compiled
def _try(
    place: NDArray[np.float64],
    piece: NDArray[np.int32],
    k: Number,
    apart: NDArray[np.bool_],
    xy_m: NDArray[np.float64],
    best: NDArray[np.float64],
    at: NDArray[np.int64],
) -> None:
    """Take piece k if it is nearer; of two as near the edge with the lower number."""
    point = piece[k, 1]
    t = _share(place, xy_m, point)
    x = xy_m[point, 0] + t * (xy_m[point + 1, 0] - xy_m[point, 0])
    y = xy_m[point, 1] + t * (xy_m[point + 1, 1] - xy_m[point, 1])
    away = np.hypot(place[0] - x, place[1] - y)
    kind = 1 if apart[piece[k, 0]] else 0
    is_tie = at[kind] >= 0 and abs(away - best[kind]) <= 1e-6
    if (is_tie and piece[k, 0] < piece[at[kind], 0]) or (not is_tie and away <= best[kind]):
        best[kind] = away
        at[kind] = k


@compiled
def _foot(
    place: NDArray[np.float64],
    piece: NDArray[np.int32],
    k: Number,
    first_point: NDArray[np.int64],
    xy_m: NDArray[np.float64],
    length_m: NDArray[np.float64],
    foot: NDArray[np.float64],
) -> Number:
    """Write the foot of a place on its piece, and return how far along the edge it is, 0..1."""
    edge, point = piece[k, 0], piece[k, 1]
    t = _share(place, xy_m, point)
    before = 0.0
    for p in range(first_point[edge], point):
        before += np.hypot(xy_m[p + 1, 0] - xy_m[p, 0], xy_m[p + 1, 1] - xy_m[p, 1])
    dx, dy = xy_m[point + 1, 0] - xy_m[point, 0], xy_m[point + 1, 1] - xy_m[point, 1]
    foot[0], foot[1] = xy_m[point, 0] + t * dx, xy_m[point, 1] + t * dy
    if length_m[edge] == 0.0:
        return 0.0
    return min(1.0, (before + t * np.hypot(dx, dy)) / length_m[edge])
