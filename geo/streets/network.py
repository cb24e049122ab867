"""道路網: the streets of one area as frozen arrays.

A *node* is where streets meet or end, or where what they are like changes. An *edge* is the street
between two nodes, with its shape; it is kept once, whichever way one walks it. *Along* is the way it
is drawn, *against* the other way. An *arc* is an edge walked in one of the two.

Every array can be memory-mapped; nothing here is ever written to. Metres are those of the plane zone
of the municipality (geo/crs.py).
"""

from dataclasses import dataclass, fields
from enum import IntEnum, IntFlag

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon

from geo import crs


class StreetClass(IntEnum):
    """What a street is, as the base map draws it (sources/osm_classes.py), and the ferry."""

    MOTORWAY = 0
    TRUNK = 1
    PRIMARY = 2
    SECONDARY = 3
    TERTIARY = 4
    RESIDENTIAL = 5  # unclassified, residential, living_street, road
    SERVICE = 6
    TRACK = 7
    PATH = 8
    FOOTWAY = 9
    CYCLEWAY = 10
    PEDESTRIAN = 11
    STEPS = 12
    FERRY = 13


class Mode(IntEnum):
    """Who moves: whose rules of access count."""

    FOOT = 0
    BICYCLE = 1
    CAR = 2

    @property
    def along(self) -> int:
        """The bit of ``edge_open`` that lets this mode pass the way the edge is drawn."""
        return 1 << (2 * self)

    @property
    def against(self) -> int:
        """The bit of ``edge_open`` that lets this mode pass the other way."""
        return 2 << (2 * self)

    @property
    def bit(self) -> int:
        """The bit of this mode in arrays that have one for each (``node_shut``, ``node_apart``)."""
        return 1 << self


class Known(IntEnum):
    """What a tag says: of light, of wheelchairs. Silence is not a no."""

    UNKNOWN = 0
    YES = 1
    LIMITED = 2
    NO = 3


class Surface(IntEnum):
    """What is underfoot."""

    UNKNOWN = 0
    PAVED = 1
    FIRM = 2  # compacted: no tarmac, but wheels roll
    ROUGH = 3


class Built(IntFlag):
    """What an edge is besides its class."""

    BRIDGE = 1
    TUNNEL = 2
    CROSSING = 4  # a way over a road, footway=crossing
    ROUNDABOUT = 8


@dataclass(frozen=True, slots=True)
class StreetNetwork:
    """The streets. Row i of each ``node_`` array is the same node, of each ``edge_`` the same edge.

    node_xy_m      (nodes, 2)    float64  metres east, north in the plane zone
    node_osm       (nodes,)      int64    OSM's number of the node
    node_shut      (nodes,)      uint8    bits of Mode: a barrier that this mode cannot pass
    node_apart     (nodes,)      uint8    bits of Mode: on a piece of streets too small to trust, cut off
                                          from the rest (a home there is *unknown*, never beyond)
    node_signal    (nodes,)      uint8    1 where traffic lights stand
    node_component (nodes,)      int32    number of its piece, counted for people on foot, 0 the largest
    first_arc      (nodes + 1,)  int32    arcs leaving node i are first_arc[i] : first_arc[i + 1]
    arc_head       (2 edges,)    int32    the node an arc leads to
    arc_edge       (2 edges,)    int32    2 * edge, + 1 where the edge is walked against its drawing
    edge_ends      (edges, 2)    int32    nodes at its first and last point; may be the same one
    edge_length_m  (edges,)      float64  along its shape
    edge_class     (edges,)      uint8    StreetClass
    edge_open      (edges,)      uint8    bits of Mode.along and .against: who may pass which way
    edge_lit, edge_wheelchair, edge_surface, edge_built   (edges,) uint8  Known, Known, Surface, Built
    edge_steps     (edges,)      float32  number of steps of a flight, NaN where nobody counted
    edge_max_kmh   (edges,)      uint8    maxspeed, 0 where unsaid
    edge_ferry_s   (edges,)      float32  seconds of crossing; NaN for streets
    edge_signals   (edges, 2)    uint8    traffic lights between its ends, for who drives along and against
    edge_way       (edges,)      int64    OSM's number of the way: its name is in the base map
    first_point    (edges + 1,)  int64    points of edge i are first_point[i] : first_point[i + 1]
    point_xy_m     (points, 2)   float64  its shape from end to end, both ends included
    point_height_m (points,)     float32  metres above the sea, NaN where unknown; straight from end to end
                                          of what a bridge carries or a tunnel leads (heights.py)
    water          (rows, cols)  uint8    1 where a cell's middle is water, 2 where only a river's line
                                          runs; cell (r, c) begins at water_origin + (c, r) * WATER_M
    water_origin   (2,)          float64  metres; a multiple of WATER_M
    coverage_wkb   (bytes,)      uint8    as far as the extract knows every street, lon-lat (MEANING 1)
    coverage_from  how that is known: "file", "box" or "hull"
    zone           平面直角座標系の系番号
    version        checksum of the source and of every setting that shaped the arrays
    """

    node_xy_m: NDArray[np.float64]
    node_osm: NDArray[np.int64]
    node_shut: NDArray[np.uint8]
    node_apart: NDArray[np.uint8]
    node_signal: NDArray[np.uint8]
    node_component: NDArray[np.int32]
    first_arc: NDArray[np.int32]
    arc_head: NDArray[np.int32]
    arc_edge: NDArray[np.int32]
    edge_ends: NDArray[np.int32]
    edge_length_m: NDArray[np.float64]
    edge_class: NDArray[np.uint8]
    edge_open: NDArray[np.uint8]
    edge_lit: NDArray[np.uint8]
    edge_wheelchair: NDArray[np.uint8]
    edge_surface: NDArray[np.uint8]
    edge_built: NDArray[np.uint8]
    edge_steps: NDArray[np.float32]
    edge_max_kmh: NDArray[np.uint8]
    edge_ferry_s: NDArray[np.float32]
    edge_signals: NDArray[np.uint8]
    edge_way: NDArray[np.int64]
    first_point: NDArray[np.int64]
    point_xy_m: NDArray[np.float64]
    point_height_m: NDArray[np.float32]
    water: NDArray[np.uint8]
    water_origin: NDArray[np.float64]
    coverage_wkb: NDArray[np.uint8]
    coverage_from: str
    zone: int
    version: str

    @property
    def node_count(self) -> int:
        """How many nodes."""
        return len(self.node_xy_m)

    @property
    def edge_count(self) -> int:
        """How many edges."""
        return len(self.edge_ends)

    @property
    def coverage(self) -> MultiPolygon:
        """As far as the extract knows every street, lon-lat."""
        shape = shapely.from_wkb(self.coverage_wkb.tobytes())
        return shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])

    def knows(self, lon: float, lat: float) -> bool:
        """Whether a place lies where every street is known."""
        return bool(shapely.intersects_xy(self.coverage, lon, lat))

    def lonlat(self, xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) metres of the zone -> (n, 2) lon, lat."""
        return crs.to_lonlat(xy_m, self.zone)

    def shape_xy_m(self, edge: int) -> NDArray[np.float64]:
        """(points, 2) metres: the shape of one edge from its first node to its last."""
        return self.point_xy_m[self.first_point[edge] : self.first_point[edge + 1]]


def points_of(
    network: StreetNetwork, edges: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The points of some edges one behind the other: CSR pointer (edges + 1,) and row of each point."""
    start, end = network.first_point[edges], network.first_point[np.asarray(edges) + 1]
    first = np.concatenate([[0], np.cumsum(end - start)]).astype(np.int64)
    return first, np.arange(first[-1]) + np.repeat(start - first[:-1], end - start)


ARRAYS = tuple(
    field.name
    for field in fields(StreetNetwork)
    if field.name not in ("coverage_from", "zone", "version")
)
WATER_M = (
    20.0  # our choice: side of a cell of water; a river narrower than that is caught by its line
)


def frozen(array: NDArray) -> NDArray:
    """The array in one piece and read-only: kernels know one type of each, mapped or not."""
    whole = np.ascontiguousarray(array).view(np.ndarray)
    whole.setflags(write=False)
    return whole
