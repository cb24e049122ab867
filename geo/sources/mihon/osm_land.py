"""What stands on the map beside streets and houses: shore, river, railway, woods, parks, border."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geo.sources.mihon.land import Land
from geo.sources.mihon.places import NAME, towns
from geo.sources.mihon.plane import Array, roughened

_STEP = 80.0  # metres between points, so that a line bends with the sheet
RIVER_NAME = "みほ川"
RAILWAY = np.array(
    [
        *[(1300, 2750), (2600, 2380), (4000, 2180), (5300, 2780), (6560, 3020), (7600, 3560)],
        *[(8420, 3860), (9300, 4420), (10200, 5120), (11700, 6400), (13000, 7350), (13400, 7650)],
    ],
    dtype=np.float64,
)
STATIONS = {"みほん": (6560.0, 3020.0), "東みほん": (10200.0, 5120.0)}
_WEST_COAST = [(-4000.0, 1200.0), (-1500.0, 2250.0), (400.0, 1900.0)]
_EAST_COAST = [(14300.0, 7350.0), (16200.0, 9000.0), (18500.0, 9700.0)]
_PARK_M = (34.0, 24.0)  # half sides


@dataclass(frozen=True, slots=True)
class Outline:
    """A line or an area on the sheet. rings: the line, or the outer ring and then the holes."""

    rings: tuple[Array, ...]
    tags: Mapping[str, str]
    is_area: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """A single node with tags."""

    xy: tuple[float, float]
    tags: Mapping[str, str]


def outlines(land: Land) -> Iterator[Outline]:
    """Lines and areas beside streets and houses."""
    yield _line(_coast(land), {"natural": "coastline"})
    yield _area(land.islet, {"natural": "coastline", "place": "islet", "name": "沖ノ小島"})
    yield _line(land.river, {"waterway": "river", "name": RIVER_NAME})
    for part in shapely.get_parts(land.water):
        yield _area(part, {"natural": "water", "water": "river", "name": RIVER_NAME})
    railway = LineString(roughened(RAILWAY, 120, 0.02, np.random.default_rng(7)))
    yield _line(railway, {"railway": "rail", "name": "みほん線", "gauge": "1067"})
    for part in shapely.get_parts(land.forest):
        yield _area(part, {"landuse": "forest"})
    yield from _parks()
    border = {"boundary": "administrative", "admin_level": "7", "name": NAME}
    yield _area(land.city, border)


def spots() -> Iterator[Spot]:
    """Stations and the town hall."""
    for name, xy in STATIONS.items():
        yield Spot(xy, {"railway": "station", "name": name, "public_transport": "station"})
    yield Spot((6120.0, 3860.0), {"amenity": "townhall", "name": f"{NAME}役所"})


def parks() -> dict[str, tuple[float, float]]:
    """Name of a park -> its middle: one in every town that is more than a village."""
    return {
        f"{town.name}公園": (town.x + 70.0, town.y - 60.0)
        for town in towns()
        if town.kind in ("urban", "suburb", "estate")
    }


def _parks() -> Iterator[Outline]:
    sides = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * np.array(_PARK_M)
    for name, middle in parks().items():
        yield _area(Polygon(sides + np.array(middle)), {"leisure": "park", "name": name})


def _coast(land: Land) -> LineString:
    """The city's coast and its neighbours', on beyond the edge of the extract."""
    return LineString([*_WEST_COAST, *land.coast.coords, *_EAST_COAST])


def _line(line: LineString, tags: Mapping[str, str]) -> Outline:
    return Outline((np.array(shapely.segmentize(line, _STEP).coords),), tags, is_area=False)


def _area(shape: BaseGeometry, tags: Mapping[str, str]) -> Outline:
    area = shapely.orient_polygons(shapely.segmentize(shape, _STEP))
    rings = [area.exterior, *area.interiors]
    return Outline(tuple(np.array(ring.coords) for ring in rings), tags, is_area=True)
