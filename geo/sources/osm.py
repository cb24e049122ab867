"""OSMの抜き出し: an extract of OpenStreetMap (.osm.pbf, .osm) as the features of a base map.

Publisher: the contributors of OpenStreetMap, ODbL 1.0. Read by libosmium, which assembles
multipolygons, refuses XML entities and unpacks no more than a blob says; a broken multipolygon is
left out by it in silence. Quirks: an extract cuts ways at its edge, whose outer nodes are then
missing (the longest part with nodes is kept); names are in ``name:ja`` or ``name``, readings in half
a dozen spellings of ``name:ja-Hira``; converted files have no header box and no timestamps.
The original is kept by the intake: the street engine is built from that, not from this.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import Unreadable
from geo.sources.delivery import RowError, tidy, where_in_japan
from geo.sources.osm_classes import (
    KEYS,
    STREETS,
    class_of_area,
    class_of_label,
    class_of_line,
    class_of_point,
)
from geo.sources.osm_frames import form_of

LIMIT_FEATURES = 3_000_000  # our choice: some 2 GB of memory while it is read
LIMIT_NAME = 200  # characters, our choice
KANA = ("name:ja-Hira", "name:ja_Hira", "name:ja-Kana", "name:ja_kana", "name:ja-Kata")
_SLACK_DEG = 1e-4  # some 10 m around the hull of a single straight street, which has no area
# What osmium raises for a file or a shape it cannot read.
BROKEN = (osmium.InvalidLocationError, RuntimeError, ValueError, OverflowError)
_BEFORE_OSM = datetime(2004, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MapFeature:
    """One thing to draw.

    key       as OSM counts: n, w or r and its number; the same in every edition
    drawn     the class: a word of osm_classes
    name, kana  as delivered, "" without
    geometry  lon, lat: LineString, MultiPolygon or Point
    """

    key: str
    drawn: str
    name: str
    kana: str
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class RefusedFeature:
    """One that was not taken: its key and name, and a reason code."""

    key: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class OsmFile:
    """An extract.

    box        west, south, east, north that the header promises; None where it is silent
    edition    the day of the data, ISO; "" where neither header nor objects say it
    generator  the program that wrote it
    """

    lines: tuple[MapFeature, ...]
    areas: tuple[MapFeature, ...]
    points: tuple[MapFeature, ...]
    refused: tuple[RefusedFeature, ...]
    box: tuple[float, float, float, float] | None
    edition: str
    generator: str

    def hull(self) -> BaseGeometry:
        """The tightest outline around the streets: as far as the extract surely knows them."""
        streets = [line.geometry for line in self.lines if line.drawn in STREETS]
        hull = shapely.convex_hull(shapely.GeometryCollection(streets))
        return hull if hull.geom_type == "Polygon" else hull.buffer(_SLACK_DEG)


class _Reading:
    """What has been read so far."""

    def __init__(self) -> None:
        self.wkb = osmium.geom.WKBFactory()
        self.lines: dict[str, MapFeature] = {}
        self.areas: dict[str, MapFeature] = {}
        self.points: dict[str, MapFeature] = {}
        self.refused: list[RefusedFeature] = []
        self.newest = _BEFORE_OSM

    def take(self, thing: Any) -> None:
        """One node, way or assembled area with a tag of KEYS."""
        tags = dict(thing.tags)
        if thing.is_area():
            key = f"{'w' if thing.from_way() else 'r'}{thing.orig_id()}"
            self._put(self.areas, key, class_of_area(tags), tags, thing, self._polygons)
            self._put(self.points, key, class_of_label(tags), tags, thing, self._middle)
        elif thing.is_way():
            self._put(self.lines, f"w{thing.id}", class_of_line(tags), tags, thing, self._line)
        elif thing.is_node():
            self._put(self.points, f"n{thing.id}", class_of_point(tags), tags, thing, _point)
        self.newest = max(self.newest, thing.timestamp)

    def _put(
        self,
        where: dict[str, MapFeature],
        key: str,
        drawn: str | None,
        tags: dict[str, str],
        thing: Any,
        shape: Any,
    ) -> None:
        if drawn is None:
            return
        name = tidy(tags.get("name:ja") or tags.get("name", ""))[:LIMIT_NAME]
        if where is self.points and not name:
            return  # a label without words
        kana = next((tidy(tags[tag])[:LIMIT_NAME] for tag in KANA if tag in tags), "")
        try:
            if key in where:  # a file with the history of each object
                raise RowError("duplicate_id")
            geometry = shape(thing)
            outside = where_in_japan(*geometry.bounds)
            if outside:
                raise RowError(outside)
        except RowError as error:
            self.refused.append(RefusedFeature(key, name, error.reason))
            return
        where[key] = MapFeature(key, drawn, name, kana, geometry)
        if len(self.lines) + len(self.areas) + len(self.points) > LIMIT_FEATURES:
            raise Unreadable(reason="too_large")

    def _line(self, way: Any) -> BaseGeometry:
        try:
            return shapely.from_wkb(self.wkb.create_linestring(way))
        except BROKEN:  # a node is missing, or only one place is left
            return _longest(way.nodes)

    def _polygons(self, area: Any) -> BaseGeometry:
        try:
            return shapely.from_wkb(self.wkb.create_multipolygon(area))
        except (*BROKEN, shapely.GEOSException):
            raise RowError("no_geometry") from None

    def _middle(self, area: Any) -> BaseGeometry:
        return shapely.point_on_surface(self._polygons(area))


def read(path: Path) -> OsmFile:
    """Read an extract. Raises Unreadable with a reason: those of ``form_of``, osm_broken, no_streets."""
    form = form_of(path)
    # The whole path: a bare name could be "-" or an address, which libosmium would open.
    file = osmium.io.File(str(path.resolve()), form)
    reading = _Reading()
    try:
        with osmium.io.Reader(file) as reader:
            header = reader.header()
        for thing in _things(file):
            reading.take(thing)
        said = (box_of(header), _edition(header, reading.newest), header.get("generator", ""))
    except BROKEN as error:
        raise Unreadable(reason="osm_broken", detail=str(error)[:200]) from None
    if not any(line.drawn in STREETS for line in reading.lines.values()):
        raise Unreadable(reason="no_streets")
    lines, areas, points = (
        tuple(kept.values()) for kept in (reading.lines, reading.areas, reading.points)
    )
    return OsmFile(lines, areas, points, tuple(reading.refused), *said)


def _things(file: Any) -> Iterator[Any]:
    """Every object with a tag that matters; the others never leave the parser."""
    wanted = osmium.filter.KeyFilter(*KEYS)
    processor = osmium.FileProcessor(file).with_locations().with_areas(wanted)
    yield from processor.with_filter(wanted)


def _point(node: Any) -> BaseGeometry:
    if not node.location.valid():
        raise RowError("bad_coordinates")
    return shapely.Point(node.lon, node.lat)


def _longest(nodes: Iterable[Any]) -> BaseGeometry:
    """The longest run of nodes whose places are known."""
    runs: list[list[tuple[float, float]]] = [[]]
    for node in nodes:
        if not node.location.valid():
            runs.append([])
        elif not runs[-1] or runs[-1][-1] != (node.lon, node.lat):
            runs[-1].append((node.lon, node.lat))
    longest = max(runs, key=len)
    if len(longest) < 2:
        raise RowError("no_geometry")
    return shapely.LineString(longest)


def box_of(header: Any) -> tuple[float, float, float, float] | None:
    """West, south, east, north that a header promises; None where it is silent or says too much."""
    box = header.box()
    if not box.valid():
        return None
    (west, south), (east, north) = (
        (corner.lon, corner.lat) for corner in (box.bottom_left, box.top_right)
    )
    if where_in_japan(west, south, east, north) or west == east or south == north:
        return None  # "the whole planet" says nothing
    return west, south, east, north


def _edition(header: Any, newest: datetime) -> str:
    said = header.get("osmosis_replication_timestamp") or header.get("timestamp")
    try:
        return date.fromisoformat(said[:10]).isoformat()
    except ValueError:
        pass  # the header is silent, or says something else
    return newest.date().isoformat() if newest > _BEFORE_OSM else ""
