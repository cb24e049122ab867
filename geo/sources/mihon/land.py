"""The land: coast, border, river, lived-in floor, elevation and forest, on the sheet."""

import itertools
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import split

from geo.sources.mihon.places import SEED, towns
from geo.sources.mihon.plane import Array, on_bent_sheet, roughened

FOREST_M2 = 70_000_000.0  # 70 of 120 km²
# South-west corner along the coast to the north-east, sea on the right hand
COAST = np.array(
    [
        *[(2100, 1450), (2500, 1080), (3150, 780), (3900, 470), (4700, 980), (5600, 1180)],
        *[(6400, 1330), (7200, 1820), (8000, 2420), (8700, 2760), (9150, 2960), (9700, 3350)],
        *[(10400, 3820), (11100, 4480), (11900, 5080), (12700, 5940), (13250, 6800)],
    ],
    dtype=np.float64,
)
BORDER = np.array(  # from the coast in the north-east around the hills and back to the coast
    [
        *[(13250, 6800), (13150, 8450), (12450, 9550), (11600, 10550), (10300, 11250)],
        *[(8800, 11550), (7400, 12450), (5800, 13150), (4150, 13850), (2400, 13750)],
        *[(980, 12700), (380, 11100), (600, 9350), (330, 7700), (800, 6100), (690, 4600)],
        *[(1250, 3100), (1650, 2100), (2100, 1450)],
    ],
    dtype=np.float64,
)
RIVER = np.array(
    [
        *[(2000, 14500), (2450, 13300), (2700, 12200), (2950, 11100), (3420, 10200)],
        *[(4050, 9300), (4700, 8300), (5300, 7500), (6050, 6700), (6700, 5850), (7450, 4950)],
        *[(8150, 4050), (8900, 3080), (9500, 2300)],
    ],
    dtype=np.float64,
)
ISLET = (11900.0, 3500.0)  # 沖ノ小島: nobody lives there
ESTATE = (8300.0, 8450.0)  # 北が丘 on its plateau
_REACH = {"urban": 500.0, "suburb": 440.0, "estate": 400.0, "rural": 360.0, "hamlet": 270.0}


@dataclass(frozen=True, slots=True)
class Land:
    """Shapes on the sheet, metres.

    city    the city without its islet; coast and river as lines; water the river as an area
    banks   the city right and left of the river (south-west, north-east)
    floor   where people live and farm; forest the rest of the hills, about 70 km² on the map
    """

    city: Polygon
    islet: Polygon
    coast: LineString
    river: LineString
    water: BaseGeometry
    banks: tuple[Polygon, Polygon]
    floor: BaseGeometry
    forest: BaseGeometry


def make_land() -> Land:
    """Draw the land, always the same."""
    rng = np.random.default_rng(SEED)
    coast = roughened(COAST, 90, 0.09, rng)
    border = roughened(BORDER, 150, 0.13, rng)
    river = LineString(roughened(RIVER, 90, 0.08, rng))
    city = Polygon(np.concatenate([coast, border[1:-1]]))
    floor = _floor(city, river)
    banks = _banks(city, river)
    return Land(
        city=city,
        islet=_islet(rng),
        coast=LineString(coast),
        river=river,
        water=shapely.intersection(_water(river), city),
        banks=banks,
        floor=floor,
        forest=_forest(city, floor),
    )


def elevation_m(xy: Array, land: Land) -> Array:
    """Metres above the sea: a rising plain, hills behind it, the estate's plateau."""
    points = shapely.points(xy)
    inland = shapely.distance(points, land.coast) / 1000
    off = shapely.distance(points, land.floor)
    plain = 1.5 + 2.2 * inland + 1.35 * inland**2
    hills = 120 * (1 - np.exp(-off / 420)) + 0.11 * off
    waves = 1 + 0.35 * np.sin(xy[:, 0] / 310) * np.cos(xy[:, 1] / 270)
    away = np.hypot(*(xy - np.array(ESTATE)).T)
    plateau = 46 / (1 + np.exp((away - 760) / 90))
    return np.asarray(np.round(plain + hills * waves + plateau, 1), dtype=np.float64)


def _floor(city: Polygon, river: LineString) -> BaseGeometry:
    """Around every town as far as it is lived in, and along the river: hollows filled."""
    spots = [Point(town.x, town.y).buffer(_REACH[town.kind]) for town in towns()]
    joined = shapely.union_all([*spots, river.buffer(130)])
    return shapely.intersection(joined.buffer(180).buffer(-180), city).simplify(12)


def _banks(city: Polygon, river: LineString) -> tuple[Polygon, Polygon]:
    halves = shapely.get_parts(split(city, river))
    large = sorted(halves, key=lambda half: -half.area)[:2]
    south_west, north_east = sorted(large, key=lambda half: half.centroid.x)
    return south_west, north_east


def _water(river: LineString) -> BaseGeometry:
    """Narrow in the valley, 90 m wide at the mouth."""
    steps = np.linspace(0, river.length, 40)
    spots = [river.interpolate(at).buffer(8 + 37 * at / river.length) for at in steps]
    pairs = [shapely.union(one, other).convex_hull for one, other in itertools.pairwise(spots)]
    return shapely.union_all(pairs)


def _islet(rng: np.random.Generator) -> Polygon:
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radius = rng.uniform(110, 190, len(turns))
    around = np.column_stack([np.cos(turns) * 1.4 * radius, np.sin(turns) * radius])
    return Polygon(around + np.array(ISLET))


def _forest(city: Polygon, floor: BaseGeometry) -> BaseGeometry:
    """All that is far enough from the floor, and so far that 70 km² remain."""
    near, far = 0.0, 600.0
    for _ in range(24):
        middle = (near + far) / 2
        is_too_large = _woods(city, floor, middle).area > FOREST_M2
        near, far = (middle, far) if is_too_large else (near, middle)
    return _woods(city, floor, near)


def _woods(city: Polygon, floor: BaseGeometry, away: float) -> BaseGeometry:
    woods = shapely.difference(city, floor.buffer(away)).simplify(15)
    return shapely.union_all([part for part in shapely.get_parts(woods) if part.area > 20_000])


def area_km2(shape: BaseGeometry) -> float:
    """As it lies on the map."""
    return float(on_bent_sheet(shape).area) / 1e6
