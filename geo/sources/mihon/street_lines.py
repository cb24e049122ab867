"""Lines of streets on the sheet, before they are joined: hand-drawn roads and the grid of each town."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.sources.mihon.land import Land
from geo.sources.mihon.places import SEED, Town, table, towns
from geo.sources.mihon.plane import roughened

# Metres between parallel streets, along and across.
_SPACING = {
    "urban": (66.0, 104.0),
    "suburb": (76.0, 128.0),
    "estate": (56.0, 96.0),
    "rural": (118.0, 190.0),
    "hamlet": (70.0, 90.0),
}
_HAMLET_M = 170.0
_OVERSHOOT_M = 1.0  # clipped lines cross the border street by this much, so that they meet it
_COAST_LEAN = np.radians(34)  # the old town lies along the coast


@dataclass(frozen=True, slots=True)
class StreetLine:
    """One street before joining. ``kind`` is the OSM value of ``highway``."""

    kind: str
    shape: LineString
    name: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    is_grid: bool = False


def street_lines(land: Land, shapes: Mapping[str, Polygon]) -> list[StreetLine]:
    """Everything that will be joined into one network, main roads first."""
    rng = np.random.default_rng(SEED + 2)
    dry = shapely.difference(land.floor.buffer(-25), land.water.buffer(38))
    inner = shapely.difference(dry, land.coast.buffer(75))
    shapely.prepare(inner)
    built = {town.name: _built(town, shapes[town.name], inner) for town in towns()}
    lines = list(_main_roads(rng))
    lines += _border_streets(built)
    for town in towns():
        lines += _grid(town, built[town.name], rng)
    return lines


def _main_roads(rng: np.random.Generator) -> Iterator[StreetLine]:
    for row in table("roads"):
        corners = np.array([point.split() for point in row["points"].split(";")], dtype=np.float64)
        tags = dict(tag.split("=") for tag in row["tags"].split(";") if tag)
        if row["ref"]:
            tags["ref"] = row["ref"]
        shape = LineString(roughened(corners, 80, 0.05, rng))
        yield StreetLine(row["class"], shape, row["name"], tags)


def _built(town: Town, shape: Polygon, inner: BaseGeometry) -> BaseGeometry:
    """Where a town has streets: on its floor, off the water and the shore (``inner``)."""
    area = shapely.intersection(inner, shape)
    if town.kind == "hamlet":
        return shapely.intersection(area, Point(town.x, town.y).buffer(_HAMLET_M))
    return area


def _border_streets(built: Mapping[str, BaseGeometry]) -> Iterator[StreetLine]:
    """Streets along the borders of towns, each once."""
    around = [built[town.name].boundary for town in towns() if town.kind != "hamlet"]
    merged = shapely.line_merge(shapely.union_all(around))
    for line in shapely.get_parts(merged):
        if line.length > 30:
            yield StreetLine("unclassified", line, is_grid=True)


def _grid(town: Town, area: BaseGeometry, rng: np.random.Generator) -> Iterator[StreetLine]:
    reached = area.buffer(_OVERSHOOT_M)
    lean = _COAST_LEAN + rng.normal(0, 0.12 if town.kind == "urban" else 0.35)
    for turn, spacing in zip((lean, lean + np.pi / 2), _SPACING[town.kind], strict=True):
        for number, line in enumerate(_parallels(town, area, turn, spacing, rng)):
            clipped = shapely.intersection(line, reached)
            kind, tags = _kind(town, number, rng)
            for part in shapely.get_parts(clipped):
                if part.geom_type == "LineString" and part.length > 28:
                    yield StreetLine(kind, part, tags=tags, is_grid=True)


def _parallels(
    town: Town, area: BaseGeometry, turn: float, spacing: float, rng: np.random.Generator
) -> Iterator[LineString]:
    along = np.array([np.cos(turn), np.sin(turn)])
    aside = np.array([-along[1], along[0]])
    heart = np.array([town.x, town.y])
    west, south, east, north = area.bounds
    reach = float(np.hypot(east - west, north - south))
    for step in np.arange(-reach, reach, spacing):
        start = heart + aside * (step + rng.uniform(-0.14, 0.14) * spacing)
        yield LineString(np.array([start - along * reach, start + along * reach]))


def _kind(town: Town, number: int, rng: np.random.Generator) -> tuple[str, dict[str, str]]:
    """Class and tags of one street of a grid; every seventh is a wider one."""
    draw = rng.random()
    lit = {"lit": "yes"} if town.kind in ("urban", "estate") or draw < 0.4 else {}
    if number % 7 == 3 and town.kind != "hamlet":
        return ("tertiary" if town.kind == "urban" else "unclassified"), lit
    if town.kind in ("urban", "suburb") and draw > 0.94:
        return "residential", {**lit, "oneway": "yes"}
    if town.kind in ("urban", "estate") and draw > 0.90:
        return "footway", lit
    if town.kind in ("rural", "hamlet") and draw > 0.82:
        return "track", {}
    if town.kind in ("suburb", "rural") and draw > 0.78:
        return "service", lit
    return "residential", lit
