"""みほん市 as OpenStreetMap has it: one network, 78 steps, six bridges, three houses apart."""

import itertools
from collections import Counter, defaultdict

import numpy as np
import osmium
import pytest
import shapely

from geo import crs
from geo.sources import mihon


class Extract:
    """Nodes, ways and relations of the file by id."""

    def __init__(self, path: str) -> None:
        self.nodes: dict[int, tuple[float, float]] = {}
        self.node_tags: dict[int, dict[str, str]] = {}
        self.ways: list[tuple[list[int], dict[str, str]]] = []
        self.relations: list[dict[str, str]] = []
        for one in osmium.FileProcessor(path):
            if one.is_node():
                self.nodes[one.id] = (one.location.lon, one.location.lat)
                self.node_tags[one.id] = dict(one.tags)
            elif one.is_way():
                self.ways.append(([node.ref for node in one.nodes], dict(one.tags)))
            else:
                self.relations.append(dict(one.tags))

    @property
    def streets(self) -> list[tuple[list[int], dict[str, str]]]:
        return [way for way in self.ways if "highway" in way[1]]


@pytest.fixture(scope="module")
def path(city) -> str:
    return str(city / "streets" / "mihon.osm.pbf")


@pytest.fixture(scope="module")
def extract(path) -> Extract:
    return Extract(path)


def test_every_street_is_inside_the_box_of_the_header_and_the_coast_runs_on_beyond(path, extract):
    box = osmium.io.Reader(path).header().box()
    ways = {
        name: np.array(
            [extract.nodes[n] for nodes, tags in extract.ways if name in tags for n in nodes]
        )
        for name in ("highway", "natural")
    }
    west, south = ways["highway"].min(axis=0)
    east, north = ways["highway"].max(axis=0)
    assert (box.bottom_left.lon, box.bottom_left.lat) < (west, south)
    assert (box.top_right.lon, box.top_right.lat) > (east, north)
    assert ways["natural"][:, 0].min() < box.bottom_left.lon
    assert ways["natural"][:, 0].max() > box.top_right.lon


def test_every_way_stands_on_nodes_of_the_file(extract):
    assert all(node in extract.nodes for nodes, _ in extract.ways for node in nodes)
    assert all(len(nodes) >= 2 for nodes, _ in extract.ways)


def test_streets_have_20000_to_40000_nodes_each_with_its_height(extract):
    nodes = {node for way, _ in extract.streets for node in way}
    assert 20_000 < len(nodes) < 40_000
    assert all("ele" in extract.node_tags[node] for node in nodes)


def test_every_class_of_street_is_there(extract):
    kinds = Counter(tags["highway"] for _, tags in extract.streets)
    assert set(kinds) == {
        *("trunk", "primary", "secondary", "tertiary", "unclassified", "residential"),
        *("service", "footway", "path", "track", "steps"),
    }
    tags = [tags for _, tags in extract.streets]
    assert any(one.get("foot") == "no" for one in tags)
    assert any(one.get("access") == "private" for one in tags)
    assert any(one.get("oneway") == "yes" for one in tags)
    assert any(one.get("lit") == "yes" for one in tags)


def test_the_hill_has_78_steps_and_the_river_six_bridges(extract):
    steps = [tags for _, tags in extract.streets if tags["highway"] == "steps"]
    assert sum(int(tags["step_count"]) for tags in steps) == 78
    bridges = [tags["name"] for _, tags in extract.streets if tags.get("bridge") == "yes"]
    assert len(bridges) == 6


def test_everybody_lives_by_one_network_but_three_houses(extract):
    main = largest_piece(extract)
    plane = crs.to_plane_m(np.array([extract.nodes[node] for node in sorted(main)]), mihon.ZONE)
    homes = np.array(
        [
            np.mean([extract.nodes[n] for n in way[:4]], axis=0)
            for way, t in extract.ways
            if "building" in t
        ]
    )
    assert 12_000 < len(homes) < 16_000
    away = nearest_m(crs.to_plane_m(homes, mihon.ZONE), plane)
    assert int((away > 60).sum()) == 3


def test_the_map_has_shore_river_woods_railway_and_parks(extract):
    tags = [tags for _, tags in extract.ways] + extract.relations
    for key, value in (
        *(("natural", "coastline"), ("waterway", "river"), ("natural", "water")),
        *(("landuse", "forest"), ("railway", "rail"), ("leisure", "park")),
        ("boundary", "administrative"),
    ):
        assert any(one.get(key) == value for one in tags), value
    stations = [one["name"] for one in extract.node_tags.values() if one.get("railway")]
    assert stations == ["みほん", "東みほん"]


def largest_piece(extract: Extract) -> set[int]:
    neighbours = defaultdict(list)
    for way, _ in extract.streets:
        for one, other in itertools.pairwise(way):
            neighbours[one].append(other)
            neighbours[other].append(one)
    left, pieces = set(neighbours), []
    while left:
        queue = [left.pop()]
        piece = set(queue)
        while queue:
            new = [other for other in neighbours[queue.pop()] if other not in piece]
            piece.update(new)
            queue += new
        left -= piece
        pieces.append(piece)
    assert len(pieces) == 2  # the farm track above 尾畑 hangs apart
    return max(pieces, key=len)


def nearest_m(points: np.ndarray, to: np.ndarray) -> np.ndarray:
    tree = shapely.STRtree(shapely.points(to))
    return tree.query_nearest(shapely.points(points), return_distance=True, all_matches=False)[1]
