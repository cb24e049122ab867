"""Coordinates: one way to write them, one way to turn them into metres.

Everywhere in this project a coordinate pair is (lon, lat) in EPSG:4326. JGD2011 (EPSG:6668)
sources are read as 4326 without a shift: EPSG's own transformation is null, good to about
1 m, which is nothing on a walk of minutes.
Lengths and areas are taken only in a plane rectangular zone (平面直角座標系, EPSG:6669-6687).
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from geo.errors import Invalid

LONLAT = 4326
MERCATOR = 3857  # the square of web maps: for drawing only, never for lengths
ZONES = range(1, 20)
_BEFORE_ZONE_1 = 6668  # zone n is EPSG:6668 + n; 6668 itself is JGD2011 in degrees


def to_plane_m(lonlat: NDArray[np.float64], zone: int) -> NDArray[np.float64]:
    """(n, 2) lon, lat degrees -> (n, 2) metres east, north in plane zone 1..19.

    Raises Invalid for any other zone: 0 would quietly answer in degrees.
    """
    return _convert(lonlat, LONLAT, _plane(zone))


def to_lonlat(xy_m: NDArray[np.float64], zone: int) -> NDArray[np.float64]:
    """(n, 2) metres east, north in plane zone 1..19 -> (n, 2) lon, lat degrees. Raises Invalid."""
    return _convert(xy_m, _plane(zone), LONLAT)


def to_mercator_m(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) lon, lat degrees -> (n, 2) "metres" of EPSG:3857, which only tiles are drawn in."""
    return _convert(lonlat, LONLAT, MERCATOR)


def from_mercator_m(xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) "metres" of EPSG:3857 -> (n, 2) lon, lat degrees."""
    return _convert(xy_m, MERCATOR, LONLAT)


def _plane(zone: int) -> int:
    if zone not in ZONES:
        raise Invalid(fields={"zone": "not_1_to_19"})
    return _BEFORE_ZONE_1 + zone


def _convert(pairs: NDArray[np.float64], source: int, target: int) -> NDArray[np.float64]:
    east, north = _transformer(source, target).transform(pairs[:, 0], pairs[:, 1])
    return np.column_stack([east, north])


@lru_cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)
