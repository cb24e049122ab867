"""From ways to a network: junctions found by shared nodes, what lies between them one edge with a shape.

A node between two junctions is no node of the network, only a point of an edge. Ways are never joined
over their ends, so that every edge belongs to one way of OSM and can be called by its name.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo import crs
from geo.streets.heights import point_heights
from geo.streets.hilbert import hilbert_key
from geo.streets.network import WATER_M, Mode, StreetNetwork, frozen
from geo.streets.pieces import TRUSTED_M, by_size, components
from geo.streets.water import water_grid

FORM = 2  # of the arrays; raise it when their meaning changes, and every network is built anew
_SLACK_DEG = 1e-4  # some 10 m around the hull of a single straight street, which has no area


@dataclass(frozen=True, slots=True)
class RawStreets:
    """Ways as a file has them. Row i of each ``way_`` array is the same piece of a way.

    way_osm                  (ways,)      int64    OSM's number; twice where an extract cut it in two
    first_ref                (ways + 1,)  int64    nodes of way i are first_ref[i] : first_ref[i + 1]
    ref, ref_lonlat          (refs,), (refs, 2)    OSM's number and the place of each, in order
    way_class … way_max_kmh  (ways,)      uint8    as the edge_ arrays of StreetNetwork
    way_steps, way_ferry_s   (ways,)      float64  of the whole way; NaN where there is none
    tagged_osm               (tagged,)    int64    nodes with a height, a barrier or signals, ascending
    tagged_height_m          (tagged,)    float32  NaN where unsaid
    tagged_shut              (tagged,)    uint8    bits of Mode
    tagged_signal            (tagged,)    uint8    for whom traffic lights stand: 1 along, 2 against, 3 both
    water_areas, water_lines shapes in lon, lat
    box                      west, south, east, north that the header promises, if it does
    """

    way_osm: NDArray[np.int64]
    first_ref: NDArray[np.int64]
    ref: NDArray[np.int64]
    ref_lonlat: NDArray[np.float64]
    way_class: NDArray[np.uint8]
    way_open: NDArray[np.uint8]
    way_lit: NDArray[np.uint8]
    way_wheelchair: NDArray[np.uint8]
    way_surface: NDArray[np.uint8]
    way_built: NDArray[np.uint8]
    way_steps: NDArray[np.float64]
    way_max_kmh: NDArray[np.uint8]
    way_ferry_s: NDArray[np.float64]
    tagged_osm: NDArray[np.int64]
    tagged_height_m: NDArray[np.float32]
    tagged_shut: NDArray[np.uint8]
    tagged_signal: NDArray[np.uint8]
    water_areas: tuple[BaseGeometry, ...]
    water_lines: tuple[BaseGeometry, ...]
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class Ground:
    """How high the ground is: height_m (refs,) float32 metres at each ref of RawStreets, NaN where unknown,
    and the checksum of what says so."""

    height_m: NDArray[np.float32]
    source: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """As far as the extract knows every street: the shape in lon-lat, and how that is known."""

    shape: BaseGeometry
    known_from: str


def version_of(source: str, zone: int, coverage: Coverage | None, heights: str = "") -> str:
    """The version of the network that ``build_network`` would make, without making it.

    source   checksum of the extract; heights: of the model of the ground (``Ground.source``), if any
    """
    edge = coverage.shape.wkb if coverage else b""
    settings = f"{source} {FORM} {zone} {WATER_M} {TRUSTED_M} {coverage and coverage.known_from}"
    settings += f" {heights}"
    return hashlib.blake2b(settings.encode() + edge, digest_size=12).hexdigest()


def build_network(
    raw: RawStreets,
    zone: int,
    source: str,
    coverage: Coverage | None = None,
    ground: Ground | None = None,
) -> StreetNetwork:
    """The network of an extract, with lengths in the plane zone.

    coverage  what somebody says of it; without one the box of its header, else the hull of its streets
    ground    the heights of its nodes by a model; without one only tags say any
    Raises Invalid for a zone that is none.
    """
    version = version_of(source, zone, coverage, ground.source if ground else "")
    coverage = coverage or _own_coverage(raw)
    osm, at, is_node = _places(raw)
    xy_m = np.empty((len(osm), 2))
    xy_m[at] = crs.to_plane_m(raw.ref_lonlat, zone)
    start, end, way = _edges(raw, at, is_node)
    length_m, share = _lengths(raw, xy_m[at], start, end, way)
    number, node = _hilbert_order(xy_m, is_node)
    order, ends = _edge_order(number[at[start]], number[at[end]])
    start, end, way = (refs[order] for refs in (start, end, way))
    length_m, share = length_m[order], share[order]
    tagged_m, shut, signal = _tagged(raw, osm)
    above = _ground(ground, at, len(osm)), tagged_m
    first_arc, arc_head, arc_edge = _arcs(ends, len(node))
    apart, component = _pieces(ends, raw.way_open[way], length_m, len(node))
    grid, origin = _water(raw, zone, xy_m)
    return StreetNetwork(
        node_xy_m=frozen(xy_m[node]),
        node_osm=frozen(osm[node]),
        node_shut=frozen(shut[node]),
        node_signal=frozen((signal[node] > 0).astype(np.uint8)),
        node_apart=frozen(apart),
        node_component=frozen(component),
        first_arc=frozen(first_arc),
        arc_head=frozen(arc_head),
        arc_edge=frozen(arc_edge),
        edge_ends=frozen(ends),
        edge_length_m=frozen(length_m),
        **_of_ways(raw, way, share, _signals_between(signal[at], start, end)),
        **_of_points(at, xy_m, (start, end), raw.way_built[way], above),
        water=frozen(grid),
        water_origin=frozen(origin),
        coverage_wkb=frozen(np.frombuffer(shapely.to_wkb(coverage.shape), np.uint8)),
        coverage_from=coverage.known_from,
        zone=zone,
        version=version,
    )


def _of_ways(
    raw: RawStreets,
    way: NDArray[np.int64],
    share: NDArray[np.float64],
    signals: NDArray[np.uint8],
) -> dict[str, NDArray[Any]]:
    """What edges have from their way; of its steps and of a ferry's time their share."""
    return {
        "edge_class": frozen(raw.way_class[way]),
        "edge_open": frozen(raw.way_open[way]),
        "edge_lit": frozen(raw.way_lit[way]),
        "edge_wheelchair": frozen(raw.way_wheelchair[way]),
        "edge_surface": frozen(raw.way_surface[way]),
        "edge_built": frozen(raw.way_built[way]),
        "edge_steps": frozen((raw.way_steps[way] * share).astype(np.float32)),
        "edge_max_kmh": frozen(raw.way_max_kmh[way]),
        "edge_ferry_s": frozen((raw.way_ferry_s[way] * share).astype(np.float32)),
        "edge_signals": frozen(signals),
        "edge_way": frozen(raw.way_osm[way]),
    }


def _of_points(
    at: NDArray[np.int64],
    xy_m: NDArray[np.float64],
    refs: tuple[NDArray[np.int64], NDArray[np.int64]],
    built: NDArray[np.uint8],
    above: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> dict[str, NDArray[Any]]:
    """The shape of each edge from its first ref to its last, and how high its points are; ``above`` says
    how high each place is by the ground and by its tag."""
    first, points = _points(*refs)
    place, ends = at[points], np.column_stack([at[ref] for ref in refs])
    above_m = point_heights(*above, ends, built, first, place, xy_m)
    return {
        "first_point": frozen(first),
        "point_xy_m": frozen(xy_m[place]),
        "point_height_m": frozen(above_m),
    }


def _own_coverage(raw: RawStreets) -> Coverage:
    if raw.box:
        return Coverage(shapely.box(*raw.box), "box")
    hull = shapely.convex_hull(shapely.multipoints(raw.ref_lonlat))
    return Coverage(hull if hull.geom_type == "Polygon" else hull.buffer(_SLACK_DEG), "hull")


def _places(
    raw: RawStreets,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """OSM's number of each place, ascending; the place of each ref; whether it is a node of the network:
    the end of a way, met twice, or a barrier."""
    osm, at = np.unique(raw.ref, return_inverse=True)
    is_node = np.bincount(at, minlength=len(osm)) > 1
    is_node[at[raw.first_ref[:-1]]] = True
    is_node[at[raw.first_ref[1:] - 1]] = True
    return osm, at, is_node | (_tagged(raw, osm)[1] > 0)


def _ground(ground: Ground | None, at: NDArray[np.int64], places: int) -> NDArray[np.float32]:
    """The height of the ground at each place; NaN where nobody knows."""
    height_m = np.full(places, np.nan, np.float32)
    if ground:
        height_m[at] = ground.height_m
    return height_m


def _signals_between(
    signal: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """(edges, 2) traffic lights between the first and the last ref of each edge, along and against."""
    between = []
    for bit in (1, 2):
        so_far = np.concatenate([[0], np.cumsum((signal & bit) > 0)])
        between.append(np.minimum(so_far[end] - so_far[start + 1], 255))
    return np.column_stack(between).astype(np.uint8)


def _tagged(
    raw: RawStreets, osm: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.uint8]]:
    """Height, barrier and signals of each place: NaN and 0 where nothing is said."""
    height_m = np.full(len(osm), np.nan, np.float32)
    shut, signal = np.zeros(len(osm), np.uint8), np.zeros(len(osm), np.uint8)
    if len(raw.tagged_osm):
        row = np.minimum(np.searchsorted(raw.tagged_osm, osm), len(raw.tagged_osm) - 1)
        said = raw.tagged_osm[row] == osm
        height_m[said] = raw.tagged_height_m[row[said]]
        shut[said] = raw.tagged_shut[row[said]]
        signal[said] = raw.tagged_signal[row[said]]
    return height_m, shut, signal


def _edges(
    raw: RawStreets, at: NDArray[np.int64], is_node: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """First and last ref and the way of each edge: from node to node along each way."""
    way_of_ref = np.repeat(np.arange(len(raw.way_osm)), np.diff(raw.first_ref))
    stops = np.flatnonzero(is_node[at])
    same = way_of_ref[stops[:-1]] == way_of_ref[stops[1:]]
    start, end = stops[:-1][same], stops[1:][same]
    return start, end, way_of_ref[start]


def _lengths(
    raw: RawStreets,
    xy_m: NDArray[np.float64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    way: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres of each edge along its shape, and its share of the whole way of OSM (0..1)."""
    steps_m = np.hypot(*np.diff(xy_m, axis=0).T)
    steps_m[raw.first_ref[1:-1] - 1] = 0.0  # from the end of one way to the start of the next
    so_far = np.concatenate([[0.0], np.cumsum(steps_m)])
    length_m = so_far[end] - so_far[start]
    _, whole = np.unique(raw.way_osm, return_inverse=True)
    whole_m = np.bincount(whole[way], weights=length_m, minlength=int(whole.max()) + 1)
    return length_m, length_m / np.maximum(whole_m[whole[way]], 1e-9)


def _hilbert_order(
    xy_m: NDArray[np.float64], is_node: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The number of each place among the nodes (-1 for none), and the place of each node."""
    places = np.flatnonzero(is_node)
    node = places[np.argsort(hilbert_key(xy_m[places]), kind="stable")]
    number = np.full(len(xy_m), -1, np.int32)
    number[node] = np.arange(len(node), dtype=np.int32)
    return number, node


def _edge_order(
    first: NDArray[np.int32], last: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Edges in the order of their nodes, and their ends in that order."""
    order = np.lexsort((np.maximum(first, last), np.minimum(first, last)))
    return order, np.column_stack([first, last])[order].astype(np.int32)


def _points(
    start: NDArray[np.int64], end: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """CSR pointer of the points of each edge, and the ref of each point."""
    sizes = end - start + 1
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return first, np.arange(first[-1]) + np.repeat(start - first[:-1], sizes)


def _arcs(
    ends: NDArray[np.int32], nodes: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Every edge both ways as CSR: first_arc, arc_head, arc_edge."""
    edge = np.arange(len(ends), dtype=np.int32)
    tail = np.concatenate([ends[:, 0], ends[:, 1]])
    head = np.concatenate([ends[:, 1], ends[:, 0]])
    walked = np.concatenate([2 * edge, 2 * edge + 1])
    order = np.lexsort((walked, head, tail))
    first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=nodes))])
    return first.astype(np.int32), head[order], walked[order].astype(np.int32)


def _pieces(
    ends: NDArray[np.int32], is_open: NDArray[np.uint8], length_m: NDArray[np.float64], nodes: int
) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Bits of Mode for whom a node is cut off, and its component for people on foot.

    On foot and by bicycle a piece hangs together whichever way its streets run; a car that cannot come
    back is cut off too (at the edge of an extract one-way streets lead nowhere).
    """
    apart = np.zeros(nodes, np.uint8)
    on_foot = np.zeros(nodes, np.int32)
    for mode in Mode:
        one, two = (is_open & mode.along) > 0, (is_open & mode.against) > 0
        if mode != Mode.CAR:
            one = two = one | two
        tail = np.concatenate([ends[one, 0], ends[two, 1]])
        head = np.concatenate([ends[one, 1], ends[two, 0]])
        first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=nodes))])
        order = np.argsort(tail, kind="stable")
        label = components(frozen(first.astype(np.int32)), frozen(head[order]))
        used = one | two
        piece, metres = by_size(label, ends[used], length_m[used])
        apart |= np.where((piece > 0) & (metres[piece] < TRUSTED_M), mode.bit, 0).astype(np.uint8)
        if mode == Mode.FOOT:
            on_foot = piece
    return apart, on_foot


def _water(
    raw: RawStreets, zone: int, xy_m: NDArray[np.float64]
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    def plane(shapes: tuple[BaseGeometry, ...]) -> list[BaseGeometry]:
        flat = shapely.transform(np.array(shapes, object), lambda xy: crs.to_plane_m(xy, zone))
        return list(np.atleast_1d(flat)) if shapes else []

    return water_grid(xy_m, plane(raw.water_areas), plane(raw.water_lines))
