"""OSMの道路網: the ways and nodes of an extract that people, bicycles and cars may use, and the water
between them, as arrays for ``streets/build.py``.

The same file as the base map's (osm.py), read again for what a map does not draw: which nodes ways
share, who may pass, heights, barriers, traffic lights. Quirks: a way that the extract cuts loses its outer nodes, and
each piece that is left is a street; shapes rewritten from GIS files share nodes by place, which the
writer of the extract has to join.
"""

import math
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import Unreadable
from geo.sources import osm, osm_ways
from geo.sources.delivery import where_in_japan
from geo.sources.osm_classes import class_of_area, class_of_line
from geo.sources.osm_frames import form_of
from geo.streets.build import RawStreets

LIMIT_REFS = 20_000_000  # our choice: some 1 GB of memory while the network is built
_NODE_KEYS = ("ele", "barrier")
_WATER_KEYS = ("natural", "waterway", "landuse")
_LOWEST_M, _HIGHEST_M = -200.0, 3776.0  # a coal mine's floor is no street; 富士山


class _Reading:
    """What has been read so far, in arrays that grow."""

    def __init__(self) -> None:
        self.ways: list[tuple[int, osm_ways.WayTraits]] = []
        self.lengths = array("q")
        self.refs, self.lons, self.lats = array("q"), array("d"), array("d")
        self.tagged: dict[int, tuple[float, int, int]] = {}
        self.seen: set[int] = set()

    def take(self, thing: Any) -> None:
        """One node or way with a tag that matters."""
        tags = dict(thing.tags)
        if thing.is_node():
            height, shut = _height_m(tags.get("ele", "")), osm_ways.shut_by(tags)
            signal = osm_ways.signal_for(tags)
            if shut or signal or not math.isnan(height):
                self.tagged[thing.id] = (height, shut, signal)
        elif thing.is_way() and thing.id not in self.seen:
            self.seen.add(thing.id)  # a file with the history of its ways would bring it again
            traits = osm_ways.traits_of(tags)
            for run in _runs(thing.nodes) if traits else ():
                self._put(thing.id, traits, run)

    def _put(self, number: int, traits: Any, run: list[tuple[int, float, float]]) -> None:
        lons, lats = [lon for _, lon, _ in run], [lat for _, _, lat in run]
        if where_in_japan(min(lons), min(lats), max(lons), max(lats)):
            return
        self.ways.append((number, traits))
        self.lengths.append(len(run))
        self.refs.extend(ref for ref, _, _ in run)
        self.lons.extend(lons)
        self.lats.extend(lats)
        if len(self.refs) > LIMIT_REFS:
            raise Unreadable(reason="too_large")


def read(path: Path) -> RawStreets:
    """Read an extract. Raises Unreadable with a reason: those of ``form_of``, osm_broken, no_streets."""
    form = form_of(path)
    file = osmium.io.File(
        str(path.resolve()), form
    )  # whole: a bare name could be "-" or an address
    reading = _Reading()
    try:
        with osmium.io.Reader(file) as reader:
            box = osm.box_of(reader.header())
        wanted = osmium.filter.KeyFilter(*osm_ways.KEYS, *_NODE_KEYS)
        kinds = osmium.osm.NODE | osmium.osm.WAY
        for thing in osmium.FileProcessor(file, kinds).with_locations().with_filter(wanted):
            reading.take(thing)
        areas, lines = _water(file)
    except osm.BROKEN as error:
        raise Unreadable(reason="osm_broken", detail=str(error)[:200]) from None
    if not reading.ways:
        raise Unreadable(reason="no_streets")
    return _arrays(reading, areas, lines, box)


def _runs(nodes: Any) -> Iterator[list[tuple[int, float, float]]]:
    """Runs of nodes whose places are known; a node that only repeats the last one is left out."""
    run: list[tuple[int, float, float]] = []
    for node in nodes:
        if not node.location.valid():
            if len(run) > 1:
                yield run
            run = []
        elif not run or run[-1][0] != node.ref:
            run.append((node.ref, node.lon, node.lat))
    if len(run) > 1:
        yield run


def _height_m(text: str) -> float:
    """ele=12.3, in metres; NaN for other words and for heights that Japan has not."""
    try:
        height = float(text.removesuffix("m").strip().replace(",", "."))
    except ValueError:
        return float("nan")
    return height if _LOWEST_M <= height <= _HIGHEST_M else float("nan")


def _water(file: Any) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    """Areas of water, and lines of rivers and of the coast, in lon, lat. Streams one steps over are none."""
    wkb = osmium.geom.WKBFactory()
    areas: list[BaseGeometry] = []
    lines: list[BaseGeometry] = []
    wanted = osmium.filter.KeyFilter(*_WATER_KEYS)
    things: Any = osmium.FileProcessor(file).with_locations().with_areas(wanted)
    for thing in things.with_filter(wanted):
        try:
            if thing.is_area() and class_of_area(dict(thing.tags)) == "water":
                areas.append(shapely.from_wkb(wkb.create_multipolygon(thing)))
            elif thing.is_way() and class_of_line(dict(thing.tags)) in ("river", "coast"):
                lines.append(shapely.from_wkb(wkb.create_linestring(thing)))
        except (*osm.BROKEN, shapely.GEOSException):
            continue  # cut at the edge or broken: no barrier where nobody knows its course
    return areas, lines


def _arrays(
    reading: _Reading, areas: list[BaseGeometry], lines: list[BaseGeometry], box: Any
) -> RawStreets:
    traits = [one for _, one in reading.ways]
    first = np.concatenate([[0], np.cumsum(np.frombuffer(reading.lengths, np.int64))])
    tagged = sorted(reading.tagged.items())
    return RawStreets(
        way_osm=np.array([number for number, _ in reading.ways], np.int64),
        first_ref=first.astype(np.int64),
        ref=np.frombuffer(reading.refs, np.int64),
        ref_lonlat=np.column_stack(
            [np.frombuffer(reading.lons, np.float64), np.frombuffer(reading.lats, np.float64)]
        ),
        way_class=np.array([one.street for one in traits], np.uint8),
        way_open=np.array([one.open for one in traits], np.uint8),
        way_lit=np.array([one.lit for one in traits], np.uint8),
        way_wheelchair=np.array([one.wheelchair for one in traits], np.uint8),
        way_surface=np.array([one.surface for one in traits], np.uint8),
        way_built=np.array([one.built for one in traits], np.uint8),
        way_steps=np.array([one.steps for one in traits], np.float64),
        way_max_kmh=np.array([one.max_kmh for one in traits], np.uint8),
        way_ferry_s=np.array([one.ferry_s for one in traits], np.float64),
        tagged_osm=np.array([number for number, _ in tagged], np.int64),
        tagged_height_m=np.array([height for _, (height, _, _) in tagged], np.float32),
        tagged_shut=np.array([shut for _, (_, shut, _) in tagged], np.uint8),
        tagged_signal=np.array([signal for _, (_, _, signal) in tagged], np.uint8),
        water_areas=tuple(areas),
        water_lines=tuple(lines),
        box=box,
    )
