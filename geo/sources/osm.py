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
from typing import Any, NamedTuple

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import Unreadable
from geo.sources import osm_rehearsal
from geo.sources.delivery import are_in_japan, tidy, where_in_japan
from geo.sources.osm_classes import (
    KEYS,
    LINE_KEYS,
    POINT_KEYS,
    STREETS,
    class_of_area,
    class_of_label,
    class_of_line,
    class_of_point,
)
from geo.sources.osm_frames import form_of
from geo.sources.osm_sea import sea_of

LIMIT_FEATURES = 3_000_000  # our choice: some 3 GB of memory while they are imported
BLOCK = 20_000  # features shaped at once, our choice: larger blocks are no faster, only larger
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
    edition    the day of the data, ISO: the header's, else of the newest thing that may be drawn; "" where
               neither says it
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


class _Waiting(NamedTuple):
    """A feature whose shape is still to be made.

    where        the features of its table
    wkb          lon, lat; None where no shape can be had
    only_middle  it is a name in the middle of an area
    """

    where: dict[str, MapFeature]
    key: str
    drawn: str
    name: str
    kana: str
    wkb: bytes | None
    only_middle: bool

    def why_not(self, shape: BaseGeometry | None) -> str:
        """The reason for which it is refused with this shape."""
        if self.key in self.where:  # a file with the history of each object
            return "duplicate_id"
        if shape is None:
            return "bad_coordinates" if self.key.startswith("n") else "no_geometry"
        return where_in_japan(*shape.bounds) or "no_geometry"


class _Reading:
    """What has been read so far, and what waits for its shape: shapes are made a block at a time."""

    def __init__(self, *, dated: bool) -> None:
        self.wkb = osmium.geom.WKBFactory()
        self.lines: dict[str, MapFeature] = {}
        self.areas: dict[str, MapFeature] = {}
        self.points: dict[str, MapFeature] = {}
        self.refused: list[RefusedFeature] = []
        self.newest = _BEFORE_OSM
        self._dated = dated
        self._waiting: list[_Waiting] = []

    def take(self, thing: Any) -> None:
        """One node, way or assembled area with a tag of KEYS."""
        tags = thing.tags  # looked into by key: a dictionary of them costs more than all the rest
        if thing.is_area():
            self._take_area(thing, tags)
        elif thing.is_way():
            if drawn := class_of_line(tags):
                self._wait(self.lines, f"w{thing.id}", drawn, tags, self._line(thing))
        elif thing.is_node() and (drawn := class_of_point(tags)):
            self._wait(self.points, f"n{thing.id}", drawn, tags, self._point(thing))
        if not self._dated:
            self.newest = max(self.newest, thing.timestamp)

    def finish(self) -> None:
        """Shape what still waits. Raises Unreadable: too_large."""
        shapes = shapely.from_wkb([one.wkb for one in self._waiting], on_invalid="ignore")
        middles = [at for at, one in enumerate(self._waiting) if one.only_middle]
        shapes[middles] = shapely.point_on_surface(shapes[middles])
        within = are_in_japan(shapely.bounds(shapes))
        for one, shape, inside in zip(self._waiting, shapes, within.tolist(), strict=True):
            if inside and one.key not in one.where:
                one.where[one.key] = MapFeature(one.key, one.drawn, one.name, one.kana, shape)
            else:
                self.refused.append(RefusedFeature(one.key, one.name, one.why_not(shape)))
        self._waiting.clear()
        if len(self.lines) + len(self.areas) + len(self.points) > LIMIT_FEATURES:
            raise Unreadable(reason="too_large")

    def newest_day(self) -> str:
        """The day of the newest thing that was taken, ISO; "" where no thing has one."""
        return self.newest.date().isoformat() if self.newest > _BEFORE_OSM else ""

    def _take_area(self, area: Any, tags: Any) -> None:
        drawn = class_of_area(tags)
        label = class_of_label(tags, drawn)
        if drawn is None and label is None:
            return
        key = f"{'w' if area.from_way() else 'r'}{area.orig_id()}"
        try:
            wkb = bytes.fromhex(self.wkb.create_multipolygon(area))
        except BROKEN:
            wkb = None
        if drawn:
            self._wait(self.areas, key, drawn, tags, wkb)
        if label:
            self._wait(self.points, key, label, tags, wkb, only_middle=True)

    def _wait(
        self,
        where: dict[str, MapFeature],
        key: str,
        drawn: str,
        tags: Any,
        wkb: bytes | None,
        *,
        only_middle: bool = False,
    ) -> None:
        name, kana = _words(tags)
        if where is self.points and not name:
            return  # a label without words
        self._waiting.append(_Waiting(where, key, drawn, name, kana, wkb, only_middle))
        if len(self._waiting) >= BLOCK:
            self.finish()

    def _line(self, way: Any) -> bytes | None:
        try:
            return bytes.fromhex(self.wkb.create_linestring(way))
        except BROKEN:  # a node is missing, or only one place is left
            return _longest(way.nodes)

    def _point(self, node: Any) -> bytes | None:
        try:
            return bytes.fromhex(self.wkb.create_point(node))
        except BROKEN:
            return None


def read(path: Path) -> OsmFile:
    """Read an extract. Raises Unreadable with a reason: those of ``form_of``, of apart.read,
    osm_broken, no_streets."""
    form = form_of(path)
    # The whole path: a bare name could be "-" or an address, which libosmium would open.
    file = osmium.io.File(str(path.resolve()), form)
    try:
        with osmium.io.Reader(file) as reader:
            header = reader.header()
        osm_rehearsal.rehearse(path, form)
        edition = _edition(header)
        reading = _Reading(dated=bool(edition))
        for thing in _things(file):
            reading.take(thing)
        reading.finish()
        said = (box_of(header), edition or reading.newest_day(), header.get("generator", ""))
    except BROKEN as error:
        raise Unreadable(reason="osm_broken", detail=str(error)[:200]) from None
    if not any(line.drawn in STREETS for line in reading.lines.values()):
        raise Unreadable(reason="no_streets")
    lines, areas, points = (
        tuple(kept.values()) for kept in (reading.lines, reading.areas, reading.points)
    )
    areas += _sea(lines, said[0])
    return OsmFile(lines, areas, points, tuple(reading.refused), *said)


def _sea(
    lines: Iterable[MapFeature], box: tuple[float, float, float, float] | None
) -> tuple[MapFeature, ...]:
    """The sea as areas of water; without a box in the header nobody knows how far it goes."""
    coast = [line.geometry for line in lines if line.drawn == "coast"]
    parts = sea_of(coast, box) if box else ()
    return tuple(
        MapFeature(f"sea{number}", "water", "", "", shapely.MultiPolygon([part]))
        for number, part in enumerate(parts, start=1)
    )


def _things(file: Any) -> Iterator[Any]:
    """Every object that may be drawn; the others never leave the parser. A closed way comes twice:
    as a line where it could be one, and as an area."""
    wanted = osmium.filter.KeyFilter(*KEYS)
    processor = osmium.FileProcessor(file).with_locations().with_areas(wanted)
    for keys, kind in (
        (POINT_KEYS, osmium.osm.NODE),
        (LINE_KEYS, osmium.osm.WAY),
        (KEYS, osmium.osm.AREA),
    ):
        with_a_key = osmium.filter.KeyFilter(*keys)
        with_a_key.enable_for(kind)
        processor.with_filter(with_a_key)
    drawn = osmium.osm.NODE | osmium.osm.WAY | osmium.osm.AREA
    yield from processor.with_filter(osmium.filter.EntityFilter(drawn))


def _words(tags: Any) -> tuple[str, str]:
    """Name and reading."""
    if len(tags) == 1:  # the one that says what it is: most houses
        return "", ""
    name = tags.get("name:ja") or tags.get("name", "")
    kana = next((tags[tag] for tag in KANA if tag in tags), "")
    return tidy(name)[:LIMIT_NAME], tidy(kana)[:LIMIT_NAME]


def _longest(nodes: Iterable[Any]) -> bytes | None:
    """The longest run of nodes whose places are known, as WKB."""
    runs: list[list[tuple[float, float]]] = [[]]
    for node in nodes:
        if not node.location.valid():
            runs.append([])
        elif not runs[-1] or runs[-1][-1] != (node.lon, node.lat):
            runs[-1].append((node.lon, node.lat))
    longest = max(runs, key=len)
    return shapely.LineString(longest).wkb if len(longest) >= 2 else None


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


def _edition(header: Any) -> str:
    said = header.get("osmosis_replication_timestamp") or header.get("timestamp")
    try:
        return date.fromisoformat(said[:10]).isoformat()
    except ValueError:
        return ""  # the header is silent, or says something else
