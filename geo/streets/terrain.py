"""地形: how high the ground is at places, read between the middles of the cells of a 数値標高モデル.

Models come in tiles, of several kinds, and nowhere whole. Each tile gives its share of the four cells
around a place, so that a place between two tiles is read from both; of several kinds that know a
place the most accurate is believed, and where none does the height stays unknown.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo import crs

# From the most accurate. 国土地理院「基盤地図情報数値標高モデルについて」 gives as standard deviation: 5A (laser)
# 0.3 m, 5B 0.7 m and 5C 1.4 m (photographs), 10A 2.5 m and 10B 5 m (contours of maps). ``grid``:
# GeoTIFFs that do not say which they are, by the size of their cells behind those of that size.
KINDS = ("DEM1A", "grid1", "DEM5A", "DEM5B", "DEM5C", "grid5", "DEM10A", "DEM10B", "grid10")
DEGREES = 6668  # JGD2011; WGS84 and JGD2000 are read as is (geo/crs.py)
_LEAST = 1e-6  # of a cell: less is what rounding leaves of nothing


@dataclass(frozen=True, slots=True)
class HeightTile:
    """One piece of a model.

    kind            of KINDS
    name            what tells it from others of its kind: the mesh, or the name of its file
    made            day of the data, ISO; "" where unsaid
    epsg            6668 (lon, lat), 6669..6687 (plane zones) or 3857
    west, north     its outer corner, and cell_x, cell_y the size of a cell, in degrees or metres
    height_m        (rows, cols) float32 metres above the sea, the northern row first; NaN where unknown
    """

    kind: str
    name: str
    made: str
    epsg: int
    west: float
    north: float
    cell_x: float
    cell_y: float
    height_m: NDArray[np.float32]

    @property
    def east(self) -> float:
        """Its eastern edge."""
        return float(self.west + self.height_m.shape[1] * self.cell_x)

    @property
    def south(self) -> float:
        """Its southern edge."""
        return float(self.north - self.height_m.shape[0] * self.cell_y)


class Terrain:
    """Heights at (n, 2) lon, lat, gathered tile by tile: no more than one tile is held."""

    def __init__(self, lonlat: NDArray[np.float64]) -> None:
        self._lonlat = lonlat
        self._sorted: dict[int, tuple[NDArray, NDArray, NDArray]] = {}
        self._sums: dict[str, NDArray[np.float64]] = {}
        self._weights: dict[str, NDArray[np.float64]] = {}

    def take(self, tile: HeightTile) -> None:
        """Read what a tile knows: its share of the four cells around each place."""
        order, xs, ys = self._in_system(tile.epsg)
        low, high = np.searchsorted(xs, (tile.west - tile.cell_x, tile.east + tile.cell_x))
        y = ys[low:high]
        near = np.flatnonzero((y > tile.south - tile.cell_y) & (y < tile.north + tile.cell_y))
        if not len(near):
            return
        place = order[low:high][near]
        col = (xs[low:high][near] - tile.west) / tile.cell_x - 0.5
        row = (tile.north - y[near]) / tile.cell_y - 0.5
        sums = self._sums.setdefault(tile.kind, np.zeros(len(self._lonlat)))
        weights = self._weights.setdefault(tile.kind, np.zeros(len(self._lonlat)))
        for down in (0, 1):
            for right in (0, 1):
                _add(tile.height_m, row, col, (down, right), place, sums, weights)

    def heights_m(self) -> NDArray[np.float32]:
        """(n,) float32 metres above the sea at each place; NaN where no tile knows any of its cells."""
        found = np.full(len(self._lonlat), np.nan)
        for kind in KINDS:
            if kind in self._sums:
                known = np.isnan(found) & (self._weights[kind] > _LEAST)
                found[known] = self._sums[kind][known] / self._weights[kind][known]
        return found.astype(np.float32)

    def _in_system(self, epsg: int) -> tuple[NDArray, NDArray, NDArray]:
        """Places in the order of their x, with x and y in a system."""
        if epsg not in self._sorted:
            xy = in_system(self._lonlat, epsg)
            order = np.argsort(xy[:, 0], kind="stable")
            self._sorted[epsg] = order, xy[order, 0], xy[order, 1]
        return self._sorted[epsg]


def in_system(lonlat: NDArray[np.float64], epsg: int) -> NDArray[np.float64]:
    """(n, 2) lon, lat in the system of a tile."""
    if epsg == DEGREES:
        return lonlat
    if epsg == crs.MERCATOR:
        return crs.to_mercator_m(lonlat)
    return crs.to_plane_m(lonlat, epsg - DEGREES)


def _add(
    height_m: NDArray[np.float32],
    row: NDArray[np.float64],
    col: NDArray[np.float64],
    corner: tuple[int, int],
    place: NDArray[np.int64],
    sums: NDArray[np.float64],
    weights: NDArray[np.float64],
) -> None:
    """Add one of the four cells around each place, where the tile has it and knows its height."""
    r, c = np.floor(row).astype(np.int64), np.floor(col).astype(np.int64)
    down, right = row - r, col - c
    weight = (down if corner[0] else 1 - down) * (right if corner[1] else 1 - right)
    r, c = r + corner[0], c + corner[1]
    inside = (r >= 0) & (r < height_m.shape[0]) & (c >= 0) & (c < height_m.shape[1])
    height = np.full(len(place), np.nan)
    height[inside] = height_m[r[inside], c[inside]]
    known = np.isfinite(height)
    sums[place[known]] += weight[known] * height[known]
    weights[place[known]] += weight[known]
