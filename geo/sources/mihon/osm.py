"""OpenStreetMap extract of the city: .osm.pbf with its box in the header."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import osmium
from osmium.osm import mutable

from geo.sources.mihon.houses import Houses
from geo.sources.mihon.land import Land, elevation_m
from geo.sources.mihon.osm_land import Outline, Spot, outlines, spots
from geo.sources.mihon.places import SEED, towns
from geo.sources.mihon.plane import Array, lonlat
from geo.sources.mihon.streets import Network
from geo.sources.model_town_streets import GENERATOR

Tags = Mapping[str, str]

_MARGIN_M = 1_500.0  # of the header's box around the city
_HOUSE_M = (5.0, 4.2)  # half sides
_FLATS_M = (15.0, 6.5)
_HOME_M = (32.0, 18.0)  # the 特養
_PRIVATE = 0.22  # share of service roads that are closed to others
NURSING_HOME = "特別養護老人ホーム みほん城山苑"


class _Drawing:
    """What goes into the file, in the order of its ids: nodes, ways, relations."""

    def __init__(self) -> None:
        self.places: list[Array] = []
        self.node_tags: dict[int, Tags] = {}
        self.ways: list[tuple[list[int], Tags]] = []
        self.relations: list[tuple[list[tuple[str, int, str]], Tags]] = []
        self._count = 0

    def nodes(self, xy: Array) -> list[int]:
        first = self._count + 1
        self.places.append(xy)
        self._count += len(xy)
        return list(range(first, self._count + 1))

    def way(self, nodes: Sequence[int], tags: Tags) -> int:
        self.ways.append((list(nodes), tags))
        return len(self.ways)

    def ring(self, xy: Array, tags: Tags) -> int:
        """A closed way; ``xy`` without its last point again."""
        nodes = self.nodes(xy)
        return self.way([*nodes, nodes[0]], tags)


def pbf_bytes(network: Network, houses: Houses, land: Land) -> bytes:
    """The extract as a file: streets, buildings, land and names."""
    drawing = _Drawing()
    _draw_streets(drawing, network, land)
    _draw_buildings(drawing, houses)
    for outline in outlines(land):
        _draw_outline(drawing, outline)
    for spot in spots():
        _draw_spot(drawing, spot)
    for town in towns():
        number = drawing.nodes(np.array([(town.x, town.y)]))[0]
        drawing.node_tags[number] = {"place": "quarter", "name": town.name}
    return _saved(drawing, _box(land))


def _draw_streets(drawing: _Drawing, network: Network, land: Land) -> None:
    rng = np.random.default_rng(SEED + 6)
    numbers = drawing.nodes(network.xy)
    heights = elevation_m(network.xy, land)
    for number, height in zip(numbers, heights, strict=True):
        drawing.node_tags[number] = {"ele": f"{height:.1f}"}
    for way in network.ways:
        tags = dict(way.tags)
        if tags["highway"] == "service" and rng.random() < _PRIVATE:
            tags["access"] = "private"
        drawing.way([numbers[node] for node in way.nodes], tags)


def _draw_buildings(drawing: _Drawing, houses: Houses) -> None:
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    for at, (middle, turn) in enumerate(zip(houses.xy, houses.turn, strict=True)):
        homes = int(houses.homes[at])
        half = _FLATS_M if homes >= 4 else _HOUSE_M
        tags = {"building": "apartments" if homes >= 4 else "house"}
        if at == houses.nursing_home:
            half = _HOME_M
            tags = {"building": "yes", "amenity": "social_facility", "name": NURSING_HOME}
            tags |= {"social_facility": "nursing_home", "capacity": "100"}
        if homes > 1:
            tags["building:flats"] = str(homes)
        along = np.array([np.cos(turn), np.sin(turn)])
        aside = np.array([-along[1], along[0]])
        sides = corners * np.array(half)
        drawing.ring(middle + sides[:, :1] * along + sides[:, 1:] * aside, tags)


def _draw_outline(drawing: _Drawing, outline: Outline) -> None:
    """A line, a ring, or an area with holes (a multipolygon)."""
    if not outline.is_area:
        drawing.way(drawing.nodes(outline.rings[0]), outline.tags)
        return
    if len(outline.rings) == 1:
        drawing.ring(outline.rings[0][:-1], outline.tags)
        return
    members = [
        ("w", drawing.ring(ring[:-1], {}), "inner" if at else "outer")
        for at, ring in enumerate(outline.rings)
    ]
    drawing.relations.append((members, {"type": "multipolygon", **outline.tags}))


def _draw_spot(drawing: _Drawing, spot: Spot) -> None:
    number = drawing.nodes(np.array([spot.xy]))[0]
    drawing.node_tags[number] = spot.tags


def _box(land: Land) -> osmium.osm.Box:
    """As far as the extract goes: the city and a little of its neighbours; ways run on beyond."""
    around = land.city.union(land.islet).buffer(_MARGIN_M).bounds
    corners = lonlat(np.array(around).reshape(2, 2)).ravel()
    west, south, east, north = (round(degrees, 4) for degrees in corners.tolist())
    return osmium.osm.Box(west, south, east, north)


def _saved(drawing: _Drawing, box: osmium.osm.Box) -> bytes:
    degrees = lonlat(np.concatenate(drawing.places))
    header = osmium.io.Header()
    header.set("generator", GENERATOR)
    header.add_box(box)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mihon.osm.pbf"
        with osmium.SimpleWriter(str(path), header=header) as writer:
            for number, place in enumerate(degrees.tolist(), start=1):
                tags = drawing.node_tags.get(number, {})
                writer.add_node(mutable.Node(id=number, location=tuple(place), tags=tags))
            for number, (nodes, tags) in enumerate(drawing.ways, start=1):
                writer.add_way(mutable.Way(id=number, nodes=nodes, tags=tags))
            for number, (members, tags) in enumerate(drawing.relations, start=1):
                writer.add_relation(mutable.Relation(id=number, members=members, tags=tags))
        return path.read_bytes()
