"""From the sheet to the globe: the sheet is bent softly and laid over open sea.

The bend (waves of up to 60 m over 1.7 km) is the same for everything, so what touches on the
sheet touches on the map.
"""

import itertools

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo import crs
from geo.sources.mihon.places import ZONE

Array = NDArray[np.float64]

ORIGIN_M = (98_000.0, -494_500.0)  # metres east, north in zone 6: about 137.03 E, 31.54 N
DECIMALS = 7  # of a degree: 1 cm
_WAVES = ((60.0, 1700.0, 0.4), (26.0, 640.0, 2.1))  # metres high, metres long, phase


def bent(xy: Array) -> Array:
    """Sheet metres -> metres on the bent sheet."""
    x, y = xy[:, 0], xy[:, 1]
    east, north = x.copy(), y.copy()
    for height, length, phase in _WAVES:
        turn = 2 * np.pi / length
        east = east + height * np.sin(turn * y + phase) * np.cos(turn * 0.37 * x + 2 * phase)
        north = north + height * np.sin(turn * x + 1.3 * phase) * np.cos(turn * 0.41 * y + phase)
    return np.column_stack([east, north])


def lonlat(xy: Array) -> Array:
    """Sheet metres -> lon, lat rounded to 7 decimals, the same text on every machine."""
    return np.round(crs.to_lonlat(bent(xy) + np.array(ORIGIN_M), ZONE), DECIMALS)


def on_globe(shape: BaseGeometry) -> BaseGeometry:
    """A shape of the sheet in degrees."""
    return shapely.transform(shape, lonlat)


def on_bent_sheet(shape: BaseGeometry) -> BaseGeometry:
    """A shape in metres as it will lie on the map, for lengths and areas."""
    return shapely.transform(shape, bent)


def roughened(line: Array, spacing: float, amplitude: float, rng: np.random.Generator) -> Array:
    """A line through the same corners with points every ``spacing`` m, moved sideways a little.

    Midpoints are moved by up to ``amplitude`` of the length between their ends, then theirs.
    """
    parts = [line[:1]]
    for start, end in itertools.pairwise(line):
        parts.append(_between(start, end, spacing, amplitude, rng)[1:])
    return np.concatenate(parts)


def _between(
    start: Array, end: Array, spacing: float, amplitude: float, rng: np.random.Generator
) -> Array:
    points = np.array([start, end])
    while np.hypot(*(points[1] - points[0])) > spacing:
        along = np.diff(points, axis=0)
        aside = np.column_stack([-along[:, 1], along[:, 0]])
        moved = rng.uniform(-amplitude, amplitude, len(along))[:, None] * aside
        middle = (points[:-1] + points[1:]) / 2 + moved
        both = np.empty((len(points) + len(middle), 2))
        both[0::2], both[1::2] = points, middle
        points = both
    return points
