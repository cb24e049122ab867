"""到達圏のかたち: bands around what a search has reached, as polygons.

Streets are sampled on a raster in the plane zone, each cell with the seconds of its nearest moment; from
there it is a few steps over grass to every house, but never over water that no street crosses; then all
bands are contoured at once. Sampling, spreading and contouring take milliseconds; buffering every street
and joining the buffers is as faithful and a hundred times slower, and hulls cover the river.
"""

from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import contourpy
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.streets.compiled import Number, compiled, inlined
from geo.streets.graph import CLOSED, TravelGraph
from geo.streets.network import WATER_M, Mode, StreetNetwork, frozen, points_of
from geo.streets.search import UNREACHED, seeds_of, spread_dense
from geo.streets.snap import Snap, off_street_units
from geo.streets.water import LINE, WET

CELL_M = {Mode.FOOT: 20.0, Mode.BICYCLE: 40.0, Mode.CAR: 60.0}  # our choice; whole cells of water
OFF_STREET_M = (
    60.0  # our choice: the depth of a plot of farmland; beyond it nobody is said to be near
)
DECIMALS = 5  # of a degree: a metre, of outlines drawn by cells of 20 m
_STEP = 0.5  # samples of a street lie half a cell apart, so that none is missed
_SIMPLER = 0.4  # of a cell: by how much an outline may move when it is made simpler
_NEVER = np.float32(1e9)
_Contours: Any = contourpy.SerialContourGenerator  # contour_generator first looks at what we know


@dataclass(frozen=True, slots=True)
class Band:
    """As far as one gets within a limit, everything nearer included.

    shape  in lon, lat, valid; empty when nothing is reached
    """

    seconds: float
    shape: MultiPolygon


def bands(
    graph: TravelGraph, places: Snap, limits_s: Sequence[float], backward: bool = False
) -> tuple[Band, ...]:
    """The bands around places (one, or several together), in the order of their limits.

    backward  from where one gets to the places, instead of where one gets from them
    """
    raster = _Raster(graph, places, max(limits_s), backward)
    if raster.is_empty:
        return tuple(Band(limit, MultiPolygon()) for limit in limits_s)
    shapes = np.array(raster.outlines(limits_s), object)
    flat = shapely.transform(shapes, lambda xy_m: np.round(graph.network.lonlat(xy_m), DECIMALS))
    return tuple(Band(limit, whole(shape)) for limit, shape in zip(limits_s, flat, strict=True))


# A raster for kernels: cells that are water (bool), metres of its south-west corner, side of a cell,
# seconds a metre off the street; and, both (rows, cols) float32, the seconds of each cell and how many
# metres off the street they were.
Sheet = namedtuple("Sheet", "wet low cell_m slowness seconds off_m")


class _Raster:
    """Seconds by cell around what was reached. Cells begin at multiples of their side, as those of the
    network's water do."""

    def __init__(self, graph: TravelGraph, places: Snap, limit_s: float, backward: bool) -> None:
        self.graph, self.limit_s = graph, limit_s
        self.cell_m = CELL_M[graph.profile.mode]
        arcs = graph.into if backward else graph.out
        limit = graph.units_within(limit_s)
        units = spread_dense(arcs, seeds_of(graph, places, backward), limit)
        edges = _edges_at(graph, units, places)
        self.is_empty = len(edges) == 0
        if self.is_empty:
            return
        self.sheet = self._lay_out(edges)
        streets = (graph.network.first_point, graph.network.point_xy_m, graph.edge_units)
        asked = (limit, graph.unit_s, backward)
        _sample_edges(edges, graph.network.edge_ends, units, *streets, *asked, self.sheet)
        off = off_street_units(graph, places)
        _sample_starts(places.edge, places.along, off, *streets, *asked, self.sheet)
        for _ in range(2 if self.sheet.wet.any() else 1):  # the second goes round corners of water
            _leave_street(self.sheet, OFF_STREET_M)

    def _lay_out(self, edges: NDArray[np.int64]) -> Sheet:
        network = self.graph.network
        x_m, y_m = network.point_xy_m[points_of(network, edges)[1]].T
        pad = OFF_STREET_M + 2 * self.cell_m
        low = np.floor((np.array([x_m.min(), y_m.min()]) - pad) / self.cell_m) * self.cell_m
        cols, rows = np.ceil((np.array([x_m.max(), y_m.max()]) + pad - low) / self.cell_m).astype(
            np.int64
        )
        size = (int(rows), int(cols))
        seconds, off_m = np.full(size, _NEVER, np.float32), np.full(size, _NEVER, np.float32)
        wet = _wet_cells(network, low, size, self.cell_m)
        profile = self.graph.profile
        on_foot = profile.mode == Mode.FOOT  # off the street everybody is
        slowness = 60.0 / (profile.metres_per_min if on_foot else profile.pushing_m_min)
        return Sheet(wet, low, self.cell_m, slowness, seconds, off_m)

    def outlines(self, limits_s: Sequence[float]) -> list[BaseGeometry]:
        """The cells within each limit as polygons, metres."""
        # What is not reached stands a little above the limit, so that outlines lie near its cells.
        ceiling = np.float32(self.limit_s * 1.1 + self.cell_m)
        seconds = np.minimum(self.sheet.seconds, ceiling)
        return [self._outline(seconds, limit + 1e-3) for limit in limits_s]

    def _outline(self, seconds: NDArray[np.float32], limit_s: float) -> BaseGeometry:
        """One of them, of the part of the raster that it lies in: contours cost by the cell."""
        inside = seconds <= limit_s
        rows, cols = (_span(np.asarray(inside.any(axis=axis))) for axis in (1, 0))
        part = seconds[rows, cols]
        if part.size == 0:
            return MultiPolygon()
        low = self.sheet.low + self.cell_m * (np.array([cols.start, rows.start]) + 0.5)
        north, east = np.indices(part.shape)
        generator = _Contours(
            low[0] + self.cell_m * east,
            low[1] + self.cell_m * north,
            part,
            None,
            corner_mask=True,
            line_type=contourpy.LineType.Separate,
            fill_type=contourpy.FillType.OuterOffset,
            quad_as_tri=False,
            z_interp=contourpy.ZInterp.Linear,
        )
        return _simple(generator.filled(-1.0, limit_s), self.cell_m)


def _span(is_in: NDArray[np.bool_]) -> slice:
    """From the first to the last, and one more on each side."""
    at = np.flatnonzero(is_in)
    return slice(max(int(at[0]) - 1, 0), int(at[-1]) + 2) if len(at) else slice(0, 0)


def _simple(filled: Any, cell_m: float) -> BaseGeometry:
    """Contours as one MultiPolygon, with fewer corners. ``filled``: the points of each polygon, and where
    its rings begin and end in them."""
    points, rings = filled
    if not points:
        return MultiPolygon()
    start = np.cumsum([0, *(len(xy) for xy in points)])
    at = np.concatenate([[0], *(ring[1:] + s for ring, s in zip(rings, start[:-1], strict=True))])
    polygons = np.cumsum([0, *(len(ring) - 1 for ring in rings)])
    parts = (at.astype(np.int64), polygons.astype(np.int64), np.array([0, len(points)]))
    kind = shapely.GeometryType.MULTIPOLYGON
    shape = shapely.from_ragged_array(kind, np.concatenate(points), parts)[0]
    quick = shapely.simplify(shape, _SIMPLER * cell_m, preserve_topology=False)
    return quick if quick.is_valid else shapely.simplify(shape, _SIMPLER * cell_m)


def whole(shape: BaseGeometry) -> MultiPolygon:
    """The polygons of a shape; lines and points that mending left are nothing one can stand on."""
    valid = shape if shape.is_valid else shapely.make_valid(shape)
    parts = shapely.get_parts(shapely.get_parts(np.array([valid])))
    return MultiPolygon([part for part in parts if part.geom_type == "Polygon" and part.area > 0])


def _edges_at(graph: TravelGraph, units: NDArray[np.int32], places: Snap) -> NDArray[np.int64]:
    """Edges with a reached end, and those that the places stand at; each once."""
    network = graph.network
    near = frozen(np.flatnonzero(units < UNREACHED))
    edges, count = _edges_of(
        near, network.first_arc, network.arc_head, network.arc_edge, graph.edge_units, units
    )
    own = places.edge[places.edge >= 0]
    own = own[(units[network.edge_ends[own]] == UNREACHED).all(axis=1)]  # the others are there
    return np.concatenate([edges[:count], np.unique(own)]).astype(np.int64)


@compiled
def _edges_of(
    node: NDArray[np.int64],
    first_arc: NDArray[np.int32],
    arc_head: NDArray[np.int32],
    arc_edge: NDArray[np.int32],
    edge_units: NDArray[np.int32],
    units: NDArray[np.int32],
) -> tuple[NDArray[np.int64], Number]:
    """Edges at some nodes that are passed at all, each once, and how many."""
    most = 0
    for i in node:
        most += first_arc[i + 1] - first_arc[i]
    edges = np.empty(most, np.int64)
    count = 0
    for i in node:
        for arc in range(first_arc[i], first_arc[i + 1]):
            other, edge = arc_head[arc], arc_edge[arc] >> 1
            if (other < i and units[other] < UNREACHED) or (other == i and arc_edge[arc] & 1):
                continue  # told from its other end
            if edge_units[edge, 0] < CLOSED or edge_units[edge, 1] < CLOSED:
                edges[count] = edge
                count += 1
    return edges, count


def _wet_cells(
    network: StreetNetwork, low: NDArray[np.float64], size: tuple[int, int], cell_m: float
) -> NDArray[np.bool_]:
    """(rows, cols) bool: cells that are mostly water, or that a river's line passes."""
    fine = round(cell_m / WATER_M)
    rows, cols = size
    under = np.zeros((rows * fine, cols * fine), np.uint8)
    first = np.rint((low - network.water_origin) / WATER_M).astype(np.int64)
    left, bottom = (int(n) for n in first)
    high_row = min(bottom + rows * fine, network.water.shape[0])
    high_col = min(left + cols * fine, network.water.shape[1])
    if high_row > max(bottom, 0) and high_col > max(left, 0):
        part = network.water[max(bottom, 0) : high_row, max(left, 0) : high_col]
        row, col = max(-bottom, 0), max(-left, 0)
        under[row : row + part.shape[0], col : col + part.shape[1]] = part
    if fine == 1:
        return np.asarray(under > 0)
    blocks = under.reshape(rows, fine, cols, fine)
    mostly = np.asarray((blocks == WET).sum(axis=(1, 3)) * 2 > fine * fine)
    return np.asarray(mostly | (blocks == LINE).any(axis=(1, 3)))


@compiled
def _sample_edges(
    edges: NDArray[np.int64],
    ends: NDArray[np.int32],
    units: NDArray[np.int32],
    first_point: NDArray[np.int64],
    xy_m: NDArray[np.float64],
    edge_units: NDArray[np.int32],
    limit: Number,
    unit_s: Number,
    backward: bool,
    sheet: Sheet,
) -> None:
    """Stamp every street that is reached from its ends, cut off at the limit."""
    for edge in edges:
        into_first, into_last = edge_units[edge, 0], edge_units[edge, 1]
        if backward:
            into_first, into_last = into_last, into_first
        from_first, from_last = np.float64(units[ends[edge, 0]]), np.float64(units[ends[edge, 1]])
        if into_first >= CLOSED:
            from_first = np.float64(UNREACHED)
        if into_last >= CLOSED:
            from_last = np.float64(UNREACHED)
        total, so_far = _length(first_point, xy_m, edge), 0.0
        for point in range(first_point[edge], first_point[edge + 1] - 1):
            dx, dy = xy_m[point + 1, 0] - xy_m[point, 0], xy_m[point + 1, 1] - xy_m[point, 1]
            piece = _far(dx, dy)
            steps = int(piece / (sheet.cell_m * _STEP)) + 1
            for step in range(steps + 1):
                t = step / steps
                share = min(1.0, (so_far + t * piece) / total) if total > 0 else 0.0
                here = min(from_first + share * into_first, from_last + (1 - share) * into_last)
                if here <= limit:
                    x, y = xy_m[point, 0] + t * dx, xy_m[point, 1] + t * dy
                    _stamp(sheet, x, y, here * unit_s)
            so_far += piece


@compiled
def _sample_starts(
    start_edge: NDArray[np.int32],
    start_along: NDArray[np.float64],
    start_units: NDArray[np.int64],
    first_point: NDArray[np.int64],
    xy_m: NDArray[np.float64],
    edge_units: NDArray[np.int32],
    limit: Number,
    unit_s: Number,
    backward: bool,
    sheet: Sheet,
) -> None:
    """Stamp the streets that places stand at, from the places."""
    for i in range(len(start_edge)):
        edge = start_edge[i]
        if edge < 0 or start_units[i] > limit:
            continue
        total, so_far = _length(first_point, xy_m, edge), 0.0
        for point in range(first_point[edge], first_point[edge + 1] - 1):
            dx, dy = xy_m[point + 1, 0] - xy_m[point, 0], xy_m[point + 1, 1] - xy_m[point, 1]
            piece = _far(dx, dy)
            steps = int(piece / (sheet.cell_m * _STEP)) + 1
            for step in range(steps + 1):
                t = step / steps
                share = min(1.0, (so_far + t * piece) / total) if total > 0 else 0.0
                ahead = share >= start_along[i]
                way = edge_units[edge, 0] if ahead != backward else edge_units[edge, 1]
                here = start_units[i] + abs(share - start_along[i]) * way
                if way < CLOSED and here <= limit:
                    x, y = xy_m[point, 0] + t * dx, xy_m[point, 1] + t * dy
                    _stamp(sheet, x, y, here * unit_s)
            so_far += piece


@inlined
def _far(dx: Number, dy: Number) -> Number:
    """Without the care of hypot for numbers that no plane has: it took most of the time of a raster."""
    return np.sqrt(dx * dx + dy * dy)


@compiled
def _length(first_point: NDArray[np.int64], xy_m: NDArray[np.float64], edge: Number) -> Number:
    total = 0.0
    for p in range(first_point[edge], first_point[edge + 1] - 1):
        total += _far(xy_m[p + 1, 0] - xy_m[p, 0], xy_m[p + 1, 1] - xy_m[p, 1])
    return total


@inlined
def _stamp(sheet: Sheet, east_m: Number, north_m: Number, here_s: Number) -> None:
    """Write a sample into its own cell, be it over water, and into the dry ones whose middles surround it:
    on the side of a bank where the street is, not on the other."""
    rows, cols = sheet.seconds.shape
    x, y = (east_m - sheet.low[0]) / sheet.cell_m, (north_m - sheet.low[1]) / sheet.cell_m
    own_row, own_col = int(y), int(x)
    first_row, first_col = int(np.floor(y - 0.5)), int(np.floor(x - 0.5))
    for row in range(max(0, first_row), min(rows, first_row + 2)):
        for col in range(max(0, first_col), min(cols, first_col + 2)):
            is_own = row == own_row and col == own_col
            if here_s >= sheet.seconds[row, col] or (sheet.wet[row, col] and not is_own):
                continue
            away_m = 0.0 if is_own else sheet.cell_m * _far(x - col - 0.5, y - row - 0.5)
            later = here_s + away_m * sheet.slowness
            if later < sheet.seconds[row, col]:
                sheet.seconds[row, col] = later
                sheet.off_m[row, col] = away_m


@compiled
def _leave_street(sheet: Sheet, farthest_m: Number) -> None:
    """From dry cell to dry cell, over the raster from each of two corners; the margin stays as it is."""
    wet, seconds, off_m = sheet.wet, sheet.seconds, sheet.off_m
    rows, cols = seconds.shape
    straight, slant = sheet.cell_m, sheet.cell_m * 1.4142135
    for way in (1, -1):
        for i in range(1, rows - 1):
            row = i if way > 0 else rows - 1 - i
            for side in range(-1, 2):  # from the row before: every cell by itself
                step = straight if side == 0 else slant
                for col in range(1, cols - 1):
                    before, ahead = off_m[row - way, col + side], off_m[row, col]
                    away_m = before + step
                    later = seconds[row - way, col + side] + (away_m - before) * sheet.slowness
                    between = wet[row - way, col] & wet[row, col + side] & (side != 0)
                    barred = wet[row, col] | wet[row - way, col + side] | between | (ahead == 0.0)
                    here = seconds[row, col]
                    is_nearer = (away_m <= farthest_m) & (later < here) & (not barred)
                    seconds[row, col] = np.float32(later) if is_nearer else here
                    off_m[row, col] = np.float32(away_m) if is_nearer else ahead
            for k in range(1, cols - 1):  # from the cell before
                col = k if way > 0 else cols - 1 - k
                away_m = off_m[row, col - way] + straight
                if away_m > farthest_m or wet[row, col] or wet[row, col - way]:
                    continue
                later = seconds[row, col - way] + (away_m - off_m[row, col - way]) * sheet.slowness
                if later < seconds[row, col] and off_m[row, col] > 0.0:
                    seconds[row, col] = later
                    off_m[row, col] = away_m
