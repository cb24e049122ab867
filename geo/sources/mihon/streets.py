"""道路網: the lines joined where they meet, thinned as towns grow, in one piece.

Every meeting of two lines is a node of both. What hangs apart is left out, except for one farm
track above 尾畑, whose three houses nobody can reach by street.
"""

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Point

from geo.sources.mihon.land import Land
from geo.sources.mihon.plane import Array
from geo.sources.mihon.street_lines import StreetLine
from geo.sources.mihon.thinning import Edge, edge_of, kept_edges

_STEP = 40.0  # metres between nodes along a street at most
STEPS = (("北が丘の石段（上）", 46), ("北が丘の石段（下）", 32))  # 78 steps in all
_STAIR_ENDS = ((8040.0, 7960.0), (8080.0, 7560.0))  # the estate's edge, and 中野 below it
UNREACHED_FARM = np.array([(5830.0, 12020.0), (5900.0, 12075.0), (5960.0, 12140.0)])


@dataclass(frozen=True, slots=True)
class Way:
    """One OSM way: node numbers in order, and its tags, highway among them."""

    nodes: tuple[int, ...]
    tags: Mapping[str, str]
    is_joined: bool = True  # False: cannot be reached from the city's streets


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes on the sheet in metres, and the ways between them."""

    xy: Array
    ways: tuple[Way, ...]

    def neighbours(self) -> dict[int, list[tuple[int, float]]]:
        """Node -> (next node, metres), both directions."""
        found: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for way in self.ways:
            for one, other in zip(way.nodes[:-1], way.nodes[1:], strict=True):
                metres = float(np.hypot(*(self.xy[one] - self.xy[other])))
                found[one].append((other, metres))
                found[other].append((one, metres))
        return found


def join_streets(lines: Sequence[StreetLine], land: Land) -> Network:
    """One network of lines: nodes where they meet, ways between, bridges over the river."""
    numbers, places = _Numbers(), _meetings(lines)
    runs = [numbers.run(line, places[at]) for at, line in enumerate(lines)]
    xy = np.array(numbers.xy)
    left = kept_edges(runs, [line.is_grid for line in lines], xy)
    wet = _wet(left, xy, land)
    ways: list[Way] = []
    for run, line in zip(runs, lines, strict=True):
        ways += _ways_of(run, line, left, wet)
    ways += _stairs(numbers, ways)
    farm = tuple(numbers.number(x, y) for x, y in UNREACHED_FARM)
    ways.append(Way(farm, {"highway": "track"}, is_joined=False))
    return _compact(np.array(numbers.xy), ways)


class _Numbers:
    """Nodes by place, to a decimetre."""

    def __init__(self) -> None:
        self.xy: list[tuple[float, float]] = []
        self._at: dict[tuple[int, int], int] = {}

    def number(self, x: float, y: float) -> int:
        key = (round(x * 10), round(y * 10))
        if key not in self._at:
            self._at[key] = len(self.xy)
            self.xy.append((float(x), float(y)))
        return self._at[key]

    def run(self, line: StreetLine, places: Sequence[Point]) -> list[int]:
        """The nodes of a line in order: corners, meetings, and points between them."""
        corners = [Point(xy) for xy in line.shape.coords]
        along = {round(float(line.shape.project(spot)), 2): spot for spot in [*corners, *places]}
        ordered = [along[at] for at in sorted(along)]
        found: list[int] = [self.number(ordered[0].x, ordered[0].y)]
        for start, end in itertools.pairwise(ordered):
            pieces = int(np.ceil(start.distance(end) / _STEP))
            for piece in range(1, pieces):
                share = piece / pieces
                x, y = start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share
                found.append(self.number(x, y))
            found.append(self.number(end.x, end.y))
        return [node for at, node in enumerate(found) if at == 0 or node != found[at - 1]]


def _meetings(lines: Sequence[StreetLine]) -> list[list[Point]]:
    """For every line the points where it meets another."""
    shapes = np.array([line.shape for line in lines])
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    is_once = first < second
    first, second = first[is_once], second[is_once]
    found: list[list[Point]] = [[] for _ in lines]
    crossings = shapely.intersection(shapes[first], shapes[second])
    for one, other, crossing in zip(first, second, crossings, strict=True):
        for part in shapely.get_parts(crossing):
            spots = [part] if part.geom_type == "Point" else [Point(xy) for xy in part.coords]
            found[one] += spots
            found[other] += spots
    return found


def _wet(edges: set[Edge], xy: Array, land: Land) -> set[Edge]:
    """Edges over the river: they are bridges."""
    several = sorted(edges)
    lines = shapely.linestrings(xy[np.array(several)])
    shapely.prepare(land.water)
    is_wet = shapely.intersects(land.water, lines)
    return {edge for edge, over in zip(several, is_wet, strict=True) if over}


def _ways_of(run: Sequence[int], line: StreetLine, left: set[Edge], wet: set[Edge]) -> list[Way]:
    """A line as ways: parted where an edge is missing and where a bridge begins or ends.

    Edges are taken out of ``left``, so that none is drawn twice.
    """
    ways: list[Way] = []
    nodes: list[int] = []
    is_bridge = False
    for start, end in itertools.pairwise(run):
        edge = edge_of(start, end)
        is_here = edge in left
        left.discard(edge)
        if nodes and (not is_here or (edge in wet) != is_bridge):
            ways.append(_way(nodes, line, is_bridge))
            nodes = []
        if is_here:
            nodes = nodes or [start]
            nodes.append(end)
            is_bridge = edge in wet
    return [*ways, _way(nodes, line, is_bridge)] if nodes else ways


def _way(nodes: list[int], line: StreetLine, is_bridge: bool) -> Way:
    tags = {"highway": line.kind, **({"name": line.name} if line.name else {}), **line.tags}
    if is_bridge:
        tags |= {"bridge": "yes", "layer": "1"}
    if line.kind == "path":
        tags["surface"] = "ground"
    return Way(tuple(nodes), tags)


def _stairs(numbers: _Numbers, ways: Sequence[Way]) -> list[Way]:
    """The way up to 北が丘 on foot: path, 32 steps, path, 46 steps, path."""
    on_streets = sorted({node for way in ways for node in way.nodes})
    places = np.array(numbers.xy)[on_streets]
    top, foot = (
        on_streets[int(np.argmin(np.hypot(*(places - np.array(end)).T)))] for end in _STAIR_ENDS
    )
    start, end = np.array(numbers.xy[top]), np.array(numbers.xy[foot])
    shares = (0.3, 0.42, 0.62, 0.7)
    middle = [numbers.number(*(start + (end - start) * share)) for share in shares]
    nodes = [top, *middle, foot]
    found: list[Way] = []
    for at, (one, other) in enumerate(itertools.pairwise(nodes)):
        tags = {"highway": "footway", "lit": "no"}
        if at in (1, 3):
            name, count = STEPS[at // 2]
            tags = {"highway": "steps", "name": name, "step_count": str(count), "handrail": "yes"}
        found.append(Way((one, other), tags))
    return found


def _compact(xy: Array, ways: Sequence[Way]) -> Network:
    """Only the nodes that ways use, numbered in the order of their use."""
    used = dict.fromkeys(node for way in ways for node in way.nodes)
    new = {node: at for at, node in enumerate(used)}
    return Network(
        xy=xy[list(used)],
        ways=tuple(Way(tuple(new[n] for n in w.nodes), w.tags, w.is_joined) for w in ways),
    )
