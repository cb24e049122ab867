"""Little towns drawn in metres, read through the same reader as any extract."""

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import strategies as st

from geo import crs
from geo.sources import osm_streets
from geo.streets.build import build_network
from geo.streets.graph import arcs_of, graph_of
from geo.streets.network import StreetNetwork, frozen
from geo.streets.profile import get_profile
from geo.streets.search import Seeds
from geo.streets.snap import snap, street_grid

ZONE = 6
CORNER_M = (1000.0, -388_000.0)  # where (0, 0) of a drawing lies: over open sea


@dataclass
class Drawing:
    """Streets between places in metres; a place is a node wherever it is named again."""

    places: dict[tuple[float, float], dict[str, str]] = field(default_factory=dict)
    ways: list[tuple[list[tuple[float, float]], dict[str, str]]] = field(default_factory=list)
    head: str = ""

    def way(self, *places, **tags):
        for place in places:
            self.places.setdefault(place, {})
        self.ways.append((list(places), {"highway": "residential"} | _colons(tags)))
        return self

    def water(self, *ring):
        self.way(*ring, ring[0])
        self.ways[-1] = (self.ways[-1][0], {"natural": "water"})
        return self

    def node(self, place, **tags):
        self.places[place] = _colons(tags)
        return self

    def xml(self) -> str:
        number = {place: n for n, place in enumerate(self.places, start=1)}
        lonlat = crs.to_lonlat(np.array(list(self.places)) + CORNER_M, ZONE)
        nodes = "".join(
            f'<node id="{number[p]}" lon="{lon:.9f}" lat="{lat:.9f}">{_tags(tags)}</node>'
            for (p, tags), (lon, lat) in zip(self.places.items(), lonlat, strict=True)
        )
        ways = "".join(
            f'<way id="{n}">'
            + "".join(f'<nd ref="{number[p]}"/>' for p in places)
            + f"{_tags({k: v for k, v in tags.items() if v != 'none'})}</way>"
            for n, (places, tags) in enumerate(self.ways, start=1)
        )
        return f'<?xml version="1.0"?><osm version="0.6">{self.head}{nodes}{ways}</osm>'

    def network(self, coverage=None) -> StreetNetwork:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "drawn.osm"
            path.write_text(self.xml(), encoding="utf-8")
            return build_network(osm_streets.read(path), ZONE, "drawn", coverage)


def _colons(tags):
    return {key.replace("__", ":"): str(value) for key, value in tags.items()}


def _tags(tags):
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())


def walk(network, code="on_foot", *modifiers):
    """The graph of a traveller."""
    return graph_of(network, get_profile(code).with_modifiers(*modifiers))


def at(graph, *places):
    """Places in metres of the drawing, joined to the street."""
    xy_m = np.array(places, float).reshape(-1, 2) + CORNER_M
    return snap(graph, street_grid(graph), frozen(xy_m))


def node(network, place) -> int:
    """The node at a place of the drawing."""
    apart = np.hypot(*(network.node_xy_m - CORNER_M - place).T)
    assert apart.min() < 0.02, "no node there"
    return int(apart.argmin())


def grid_town(blocks: int, block_m: float = 80.0, **tags) -> Drawing:
    """Streets along every line of a grid: from one end of the town to the other."""
    town, side = Drawing(), range(blocks + 1)
    for n in side:
        town.way(*((x * block_m, n * block_m) for x in side), **tags)
        town.way(*((n * block_m, y * block_m) for y in side), **tags)
    return town


def seeds(*starts) -> Seeds:
    """Seeds of (node, units), each a place of its own."""
    node = np.array([n for n, _ in starts], np.int32)
    units = np.array([u for _, u in starts], np.int32)
    return Seeds(frozen(node), frozen(units), frozen(np.arange(len(starts), dtype=np.int32)))


@st.composite
def graphs(draw, most_nodes=12, heaviest=200, symmetric=None):
    """Arcs of any small graph: pieces apart, loops, several arcs between two nodes, weights of nothing and
    below the width of a bucket; and whether each arc is there both ways."""
    nodes = draw(st.integers(1, most_nodes))
    ends = st.integers(0, nodes - 1)
    weight = st.one_of(st.integers(0, 3), st.integers(0, heaviest))
    rows = draw(st.lists(st.tuples(ends, ends, weight), max_size=3 * nodes))
    both = draw(st.booleans()) if symmetric is None else symmetric
    if both:
        rows = rows + [(head, tail, units) for tail, head, units in rows]
    table = np.array(rows, np.int64).reshape(-1, 3)
    return arcs_of(table[:, 0], table[:, 1], table[:, 2], nodes), both


def all_pairs(arcs) -> np.ndarray:
    """(nodes, nodes) float64 units between every two nodes, by Floyd and Warshall: slow and plain."""
    nodes = len(arcs.first) - 1
    units = np.full((nodes, nodes), np.inf)
    tail = np.repeat(np.arange(nodes), np.diff(arcs.first))
    np.minimum.at(units, (tail, arcs.head), arcs.units)
    np.fill_diagonal(units, 0)
    for middle in range(nodes):
        np.minimum(units, units[:, middle : middle + 1] + units[middle], out=units)
    return units


def starts(nodes, most=4):
    """Up to some seeds on a graph of so many nodes."""
    return st.lists(
        st.tuples(st.integers(0, nodes - 1), st.integers(0, 150)), min_size=1, max_size=most
    )
