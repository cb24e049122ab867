"""道のり: the way from one place to another, street by street. Its seconds are those of the fields, unit
for unit, since it is read off a search with the same weights."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.streets.field import along_one_edge
from geo.streets.graph import CLOSED, TravelGraph
from geo.streets.network import Built, Known, StreetClass
from geo.streets.search import UNREACHED, seeds_of, spread_dense
from geo.streets.slope import slopes
from geo.streets.snap import AT_END_M, Snap, ends, off_street_units

Step = tuple[int, float, float, int]  # edge, from and to which share of it, units


@dataclass(frozen=True, slots=True)
class Piece:
    """One street of a route.

    way      OSM's number: its name is in the base map
    lonlat   (points, 2) in walking order
    climb_m, fall_m  0 where heights are unknown
    steps    of a flight; NaN where nobody counted, 0 on streets
    lit      Known, of the whole piece
    """

    way: int
    street: StreetClass
    lonlat: NDArray[np.float64]
    length_m: float
    seconds: float
    climb_m: float
    fall_m: float
    steps: float
    is_crossing: bool
    lit: Known
    built: Built


@dataclass(frozen=True, slots=True)
class Route:
    """The quickest way.

    seconds  the whole of it, the ways from and to the street included
    away_m   metres from the start to the street, and from the street to the end
    """

    pieces: tuple[Piece, ...]
    seconds: float
    away_m: tuple[float, float]

    @property
    def length_m(self) -> float:
        """Metres, the ways from and to the street included."""
        return sum(self.away_m) + sum(piece.length_m for piece in self.pieces)

    @property
    def climb_m(self) -> float:
        """Metres uphill."""
        return sum(piece.climb_m for piece in self.pieces)

    @property
    def fall_m(self) -> float:
        """Metres downhill."""
        return sum(piece.fall_m for piece in self.pieces)

    @property
    def steps(self) -> float:
        """Steps up or down; NaN when there is a flight that nobody counted."""
        return sum(piece.steps for piece in self.pieces)

    @property
    def crossings(self) -> int:
        """Roads crossed at a marked place, as far as the map has them."""
        return sum(piece.is_crossing for piece in self.pieces)

    @property
    def unlit_m(self) -> float:
        """Metres said to be without light."""
        return sum(piece.length_m for piece in self.pieces if piece.lit == Known.NO)


def route(graph: TravelGraph, start: Snap, end: Snap, limit_s: float = np.inf) -> Route | None:
    """The quickest way from one place to another (a Snap of one row each).

    None when a place joins no street, or when there is no way within the limit.
    """
    limit = graph.units_within(limit_s)
    off = int(off_street_units(graph, start)[0]), int(off_street_units(graph, end)[0])
    if max(off) >= CLOSED:
        return None
    steps = _direct(graph, start, end)
    best = sum(step[3] for step in steps) + sum(off) if steps else CLOSED
    found = spread_dense(graph.out, seeds_of(graph, start), min(limit, best))
    node, units = ends(graph, end, leaving=False)
    totals = np.where(found[node[0]] < UNREACHED, found[node[0]] + units[0] + off[1], CLOSED)
    side = int(np.argmin(totals))
    if totals[side] < best:
        best = int(totals[side])
        steps = _traced(graph, start, end, found, side, int(units[0, side]))
    if best > limit:
        return None
    away_m = float(start.away_m[0]), float(end.away_m[0])
    return Route(_pieces(graph, steps), best * graph.unit_s, away_m)


def _direct(graph: TravelGraph, start: Snap, end: Snap) -> list[Step]:
    """The way along the one edge that both places stand at, if there is one."""
    if start.edge[0] != end.edge[0]:
        return []
    units = int(along_one_edge(graph, start, end)[0])
    step = (int(start.edge[0]), float(start.along[0]), float(end.along[0]), units)
    return [step] if units < CLOSED else []


def _traced(
    graph: TravelGraph,
    start: Snap,
    end: Snap,
    found: NDArray[np.int32],
    side: int,
    last_units: int,
) -> list[Step]:
    """The steps of the way that a search found to one end of the last street."""
    off = int(off_street_units(graph, start)[0])
    node, units = ends(graph, start, leaving=True)
    sets_off = {(int(node[0, at]), int(units[0, at]) + off): at for at in (1, 0)}
    goal = int(graph.network.edge_ends[end.edge[0], side])
    way = _back_to(graph, found, goal, sets_off)
    first = sets_off[way[-1][0], int(found[way[-1][0]])]
    steps = [(int(start.edge[0]), float(start.along[0]), float(first), int(units[0, first]))]
    for at, arc in reversed(way[:-1]):
        against = int(graph.arc_edge[arc]) & 1
        cost = int(found[at] - found[_tail(graph, arc)])
        steps.append((int(graph.arc_edge[arc]) >> 1, float(against), 1.0 - against, cost))
    steps.append((int(end.edge[0]), float(side), float(end.along[0]), last_units))
    return steps


def _back_to(
    graph: TravelGraph,
    found: NDArray[np.int32],
    goal: int,
    sets_off: dict[tuple[int, int], int],
) -> list[tuple[int, int]]:
    """Nodes from the goal back to where the search set off, each with the arc that led to it (-1 first).

    Streets of no length may lead round in a ring, so a node is tried once.
    """
    way = [(goal, -1)]
    tried = {goal}
    while (way[-1][0], int(found[way[-1][0]])) not in sets_off:
        node = way[-1][0]
        arc = next((a for a in _arcs_into(graph, found, node) if _tail(graph, a) not in tried), -1)
        if arc < 0:
            way.pop()
            continue
        way[-1] = (node, arc)
        way.append((_tail(graph, arc), -1))
        tried.add(way[-1][0])
    return way


def _arcs_into(graph: TravelGraph, found: NDArray[np.int32], node: int) -> list[int]:
    """Arcs by which the search may have come to a node, in a stated order."""
    arcs = []
    low, high = graph.into.first[node : node + 2]
    for before in sorted(set(graph.into.head[low:high].tolist())):
        if found[before] == UNREACHED:
            continue
        for arc in range(graph.out.first[before], graph.out.first[before + 1]):
            exact = found[before] + graph.out.units[arc] == found[node]
            if graph.out.head[arc] == node and exact:
                arcs.append(arc)
    return arcs


def _tail(graph: TravelGraph, arc: int) -> int:
    walked = int(graph.arc_edge[arc])
    return int(graph.network.edge_ends[walked >> 1, walked & 1])


def _pieces(graph: TravelGraph, steps: list[Step]) -> tuple[Piece, ...]:
    """Steps as pieces, one for each run over the same way of OSM."""
    length_m = graph.network.edge_length_m
    moved = [s for s in steps if s[3] > 0 or abs(s[1] - s[2]) * length_m[s[0]] > AT_END_M]
    if not moved:
        return ()
    slope = slopes(graph.network, np.array([edge for edge, *_ in moved]))
    lonlat = _drawn(graph, moved)
    single = [
        _piece(graph, step, slope.climb_m[row], lonlat[row]) for row, step in enumerate(moved)
    ]
    pieces = single[:1]
    for piece in single[1:]:
        if _is_same(pieces[-1], piece):
            pieces[-1] = _one(pieces[-1], piece)
        else:
            pieces.append(piece)
    return tuple(pieces)


def _drawn(graph: TravelGraph, steps: list[Step]) -> list[NDArray[np.float64]]:
    """The shape of each step in lon, lat, in the order of walking."""
    shapes = [_cut(graph.network.shape_xy_m(edge), *shares) for edge, *shares, _ in steps]
    ends = np.cumsum([len(shape) for shape in shapes])[:-1]
    return np.split(graph.network.lonlat(np.concatenate(shapes)), ends)


def _piece(
    graph: TravelGraph, step: Step, climbs: NDArray[np.float64], lonlat: NDArray[np.float64]
) -> Piece:
    network = graph.network
    edge, begin, finish, units = step
    share = abs(finish - begin)
    up, down = (float(metres) for metres in (climbs if finish > begin else climbs[::-1]))
    street = StreetClass(int(network.edge_class[edge]))
    steps = float(network.edge_steps[edge]) * share if street == StreetClass.STEPS else 0.0
    return Piece(
        way=int(network.edge_way[edge]),
        street=street,
        lonlat=lonlat,
        length_m=float(network.edge_length_m[edge]) * share,
        seconds=units * graph.unit_s,
        climb_m=up * share,
        fall_m=down * share,
        steps=steps,
        is_crossing=bool(network.edge_built[edge] & Built.CROSSING),
        lit=Known(int(network.edge_lit[edge])),
        built=Built(int(network.edge_built[edge])),
    )


def _cut(shape: NDArray[np.float64], begin: float, finish: float) -> NDArray[np.float64]:
    """The part of a line between two shares of its length, in the order of walking."""
    if finish < begin:
        return _cut(shape, finish, begin)[::-1]
    so_far = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(shape, axis=0).T))])
    low, high = begin * so_far[-1], finish * so_far[-1]
    tips = [[np.interp(m, so_far, shape[:, axis]) for axis in (0, 1)] for m in (low, high)]
    inner = shape[(so_far > low) & (so_far < high)]
    return np.concatenate([tips[:1], inner, tips[1:]])


def _is_same(one: Piece, other: Piece) -> bool:
    return (one.way, one.street, one.lit, one.built) == (
        other.way,
        other.street,
        other.lit,
        other.built,
    )


def _one(one: Piece, other: Piece) -> Piece:
    return Piece(
        way=one.way,
        street=one.street,
        lonlat=np.concatenate([one.lonlat, other.lonlat[1:]]),
        length_m=one.length_m + other.length_m,
        seconds=one.seconds + other.seconds,
        climb_m=one.climb_m + other.climb_m,
        fall_m=one.fall_m + other.fall_m,
        steps=one.steps + other.steps,
        is_crossing=one.is_crossing,
        lit=one.lit,
        built=one.built,
    )
