"""道のり: the way from one place to another, street by street, or to many of them from one search. Its seconds
are those of the fields, unit for unit, since it is read off a search with the same weights."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from geo.streets.field import along_one_edge
from geo.streets.graph import CLOSED, TravelGraph
from geo.streets.network import Built, Known, StreetClass
from geo.streets.search import UNREACHED, seeds_of, spread_dense
from geo.streets.slope import Slopes, slopes
from geo.streets.snap import AT_END_M, Snap, ends, off_street_units

Step = tuple[int, float, float, int]  # edge, from and to which share of it, units


@dataclass(frozen=True, slots=True)
class Piece:
    """One street of a route.

    way      OSM's number: its name is in the base map
    lonlat   (points, 2) in walking order
    climb_m, fall_m  0 where heights are unknown
    steepest    steepest grade of any of its edges, up or down (0.05 = 5 %); 0 where heights are unknown
    unknown_m   metres of it whose grade nobody knows
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
    steepest: float
    unknown_m: float
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


@dataclass(frozen=True, slots=True)
class Outward:
    """One search outward from a place (a Snap of one row), asked for the ways to many. For one thread.

    limit      units
    units      (nodes,) int32  of every node; UNREACHED beyond the limit
    arcs_into  by which arcs the search may have come to a node, as far as it was asked
    """

    graph: TravelGraph
    start: Snap
    limit: int
    units: NDArray[np.int32]
    arcs_into: dict[int, list[int]] = field(default_factory=dict, repr=False)

    def seconds(self, places: Snap) -> NDArray[np.float64]:
        """(places,) float64: seconds to each; inf beyond the limit and for what joins no street."""
        if not len(places):
            return np.empty(0)
        to_street = off_street_units(self.graph, self.start)[0]  # the search has it already
        node, units = ends(self.graph, places, leaving=False)
        there = self.units[node].astype(np.int64) + units
        there[(self.units[node] == UNREACHED) | (units >= CLOSED)] = CLOSED
        same = (places.edge == self.start.edge[0]) & (places.edge >= 0)
        direct = np.full(len(places), CLOSED, np.int64)
        alike = self.start[np.zeros(int(same.sum()), np.int64)]
        direct[same] = along_one_edge(self.graph, alike, places[same]) + to_street
        total = np.minimum(there.min(axis=1), direct) + off_street_units(self.graph, places)
        return np.where(total <= self.limit, total * self.graph.unit_s, np.inf)

    def routes(self, places: Snap, *, by_edge: bool = False) -> list[Route | None]:
        """The quickest way to each place; None where there is none within the limit.

        by_edge  a piece for each edge, so that one sees where streets meet; else for each way of OSM
        """
        found = [_found(self, places[row : row + 1]) for row in range(len(places))]
        pieces = iter(_pieces(self.graph, [way[0] for way in found if way], by_edge=by_edge))
        return [
            Route(next(pieces), way[1] * self.graph.unit_s, away_m) if way else None
            for way, away_m in zip(found, self._away_m(places), strict=True)
        ]

    def _away_m(self, places: Snap) -> list[tuple[float, float]]:
        start_m = float(self.start.away_m[0])
        return [(start_m, end_m) for end_m in places.away_m.tolist()]


def outward(graph: TravelGraph, start: Snap, limit_s: float = np.inf) -> Outward:
    """Search outward from a place (a Snap of one row; one that joins no street reaches nothing)."""
    limit = graph.units_within(limit_s)
    return Outward(graph, start, limit, spread_dense(graph.out, seeds_of(graph, start), limit))


def routes(
    graph: TravelGraph, start: Snap, places: Snap, limit_s: float = np.inf
) -> list[Route | None]:
    """The quickest way from one place to each of many, from one search; each is that of ``route``."""
    return outward(graph, start, limit_s).routes(places)


def route(graph: TravelGraph, start: Snap, end: Snap, limit_s: float = np.inf) -> Route | None:
    """The quickest way from one place to another (a Snap of one row each).

    None when a place joins no street, or when there is no way within the limit.
    """
    return outward(graph, start, min(limit_s, _direct_s(graph, start, end))).routes(end)[0]


def _direct_s(graph: TravelGraph, start: Snap, end: Snap) -> float:
    """Seconds along the one edge that both places stand at: no search need go farther; inf else."""
    steps = _direct(graph, start, end)
    off = sum(int(off_street_units(graph, place)[0]) for place in (start, end))
    return (steps[0][3] + off) * graph.unit_s if steps else np.inf


def _found(search: Outward, end: Snap) -> tuple[list[Step], int] | None:
    """The steps of the way to a place, and the units of the whole of it."""
    graph, start = search.graph, search.start
    off = int(off_street_units(graph, start)[0]), int(off_street_units(graph, end)[0])
    if max(off) >= CLOSED:
        return None
    steps = _direct(graph, start, end)
    best = sum(step[3] for step in steps) + sum(off) if steps else CLOSED
    node, units = ends(graph, end, leaving=False)
    spent = search.units[node[0]].astype(np.int64)
    totals = np.where(spent < UNREACHED, spent + units[0] + off[1], CLOSED)
    side = int(np.argmin(totals))
    if totals[side] < best:
        best = int(totals[side])
        steps = _traced(search, end, side, int(units[0, side]))
    return (steps, best) if best <= search.limit else None


def _direct(graph: TravelGraph, start: Snap, end: Snap) -> list[Step]:
    """The way along the one edge that both places stand at, if there is one."""
    if start.edge[0] != end.edge[0]:
        return []
    units = int(along_one_edge(graph, start, end)[0])
    step = (int(start.edge[0]), float(start.along[0]), float(end.along[0]), units)
    return [step] if units < CLOSED else []


def _traced(search: Outward, end: Snap, side: int, last_units: int) -> list[Step]:
    """The steps of the way that a search found to one end of the last street."""
    graph, start, found = search.graph, search.start, search.units
    off = int(off_street_units(graph, start)[0])
    node, units = ends(graph, start, leaving=True)
    sets_off = {(int(node[0, at]), int(units[0, at]) + off): at for at in (1, 0)}
    goal = int(graph.network.edge_ends[end.edge[0], side])
    way = _back_to(search, goal, sets_off)
    first = sets_off[way[-1][0], int(found[way[-1][0]])]
    steps = [(int(start.edge[0]), float(start.along[0]), float(first), int(units[0, first]))]
    for at, arc in reversed(way[:-1]):
        against = int(graph.arc_edge[arc]) & 1
        cost = int(found[at] - found[_tail(graph, arc)])
        steps.append((int(graph.arc_edge[arc]) >> 1, float(against), 1.0 - against, cost))
    steps.append((int(end.edge[0]), float(side), float(end.along[0]), last_units))
    return steps


def _back_to(
    search: Outward, goal: int, sets_off: dict[tuple[int, int], int]
) -> list[tuple[int, int]]:
    """Nodes from the goal back to where the search set off, each with the arc that led to it (-1 first).

    Streets of no length may lead round in a ring, so a node is tried once.
    """
    way = [(goal, -1)]
    tried = {goal}
    while (way[-1][0], int(search.units[way[-1][0]])) not in sets_off:
        node = way[-1][0]
        arcs = _arcs_into(search, node)
        arc = next((a for a in arcs if _tail(search.graph, a) not in tried), -1)
        if arc < 0:
            way.pop()
            continue
        way[-1] = (node, arc)
        way.append((_tail(search.graph, arc), -1))
        tried.add(way[-1][0])
    return way


def _arcs_into(search: Outward, node: int) -> list[int]:
    """Arcs by which the search may have come to a node, in a stated order."""
    known = search.arcs_into.get(node)
    if known is not None:
        return known
    graph, found, links = search.graph, search.units, search.graph.out.links
    arcs = []
    low, high = graph.into.first[node : node + 2]
    for before in sorted(set(graph.into.head[low:high].tolist())):
        if found[before] == UNREACHED:
            continue
        for arc in range(graph.out.first[before], graph.out.first[before + 1]):
            exact = found[before] + links[2 * arc + 1] == found[node]
            if links[2 * arc] == node and exact:
                arcs.append(arc)
    search.arcs_into[node] = arcs
    return arcs


def _tail(graph: TravelGraph, arc: int) -> int:
    walked = int(graph.arc_edge[arc])
    return int(graph.network.edge_ends[walked >> 1, walked & 1])


def _pieces(
    graph: TravelGraph, ways: Sequence[list[Step]], *, by_edge: bool
) -> list[tuple[Piece, ...]]:
    """Steps as pieces. Ways from one place have their first steps in common: each step is measured and drawn
    once."""
    length_m = graph.network.edge_length_m

    def is_walked(step: Step) -> bool:
        return step[3] > 0 or abs(step[1] - step[2]) * float(length_m[step[0]]) > AT_END_M

    walked = [[step for step in steps if is_walked(step)] for steps in ways]
    single = _singles(graph, list(dict.fromkeys(step for steps in walked for step in steps)))
    made = [[single[step] for step in steps] for steps in walked]
    return [tuple(pieces) if by_edge else _runs(pieces) for pieces in made]


def _singles(graph: TravelGraph, steps: list[Step]) -> dict[Step, Piece]:
    """A piece for each step."""
    if not steps:
        return {}
    slope = slopes(graph.network, np.array([edge for edge, *_ in steps]))
    lonlat = _drawn(graph, steps)
    return {step: _piece(graph, step, slope, row, lonlat[row]) for row, step in enumerate(steps)}


def _runs(single: list[Piece]) -> tuple[Piece, ...]:
    """Pieces one behind the other, those over the same way of OSM as one."""
    runs: list[list[Piece]] = []
    for piece in single:
        if runs and _is_same(runs[-1][0], piece):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return tuple(run[0] if len(run) == 1 else _one(run) for run in runs)


def _drawn(graph: TravelGraph, steps: list[Step]) -> list[NDArray[np.float64]]:
    """The shape of each step in lon, lat, in the order of walking."""
    shapes = [_cut(graph.network.shape_xy_m(edge), *shares) for edge, *shares, _ in steps]
    ends = np.cumsum([len(shape) for shape in shapes])[:-1]
    return np.split(graph.network.lonlat(np.concatenate(shapes)), ends)


def _piece(
    graph: TravelGraph, step: Step, slope: Slopes, row: int, lonlat: NDArray[np.float64]
) -> Piece:
    network = graph.network
    edge, begin, finish, units = step
    share = abs(finish - begin)
    up, down = slope.climb_m[row].tolist()
    street = StreetClass(int(network.edge_class[edge]))
    steps = float(network.edge_steps[edge]) * share if street == StreetClass.STEPS else 0.0
    return Piece(
        way=int(network.edge_way[edge]),
        street=street,
        lonlat=lonlat,
        length_m=float(network.edge_length_m[edge]) * share,
        seconds=units * graph.unit_s,
        climb_m=(up if finish > begin else down) * share,
        fall_m=(down if finish > begin else up) * share,
        steepest=float(slope.steepest[row]),
        unknown_m=float(slope.unknown_m[row]) * share,
        steps=steps,
        is_crossing=bool(network.edge_built[edge] & Built.CROSSING),
        lit=Known(int(network.edge_lit[edge])),
        built=Built(int(network.edge_built[edge])),
    )


def _cut(shape: NDArray[np.float64], begin: float, finish: float) -> NDArray[np.float64]:
    """The part of a line between two shares of its length, in the order of walking."""
    if finish < begin:
        return _cut(shape, finish, begin)[::-1]
    if (begin, finish) == (0.0, 1.0):
        return shape
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


def _one(run: Sequence[Piece]) -> Piece:
    """Pieces over the same way as one piece."""
    first = run[0]
    return replace(
        first,
        lonlat=np.concatenate([first.lonlat, *(piece.lonlat[1:] for piece in run[1:])]),
        length_m=sum(piece.length_m for piece in run),
        seconds=sum(piece.seconds for piece in run),
        climb_m=sum(piece.climb_m for piece in run),
        fall_m=sum(piece.fall_m for piece in run),
        steepest=max(piece.steepest for piece in run),
        unknown_m=sum(piece.unknown_m for piece in run),
        steps=sum(piece.steps for piece in run),
    )
