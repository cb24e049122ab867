"""Where water is, on a grid in the plane zone: nobody walks there unless a street does."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.streets.compiled import compiled
from geo.streets.network import WATER_M

DRY, WET, LINE = 0, 1, 2
MOST_CELLS = 60_000_000  # our choice: 150 by 150 km; an archipelago beyond that has no water here
_MARGIN_M = 200.0  # farther than bands ever spread from a street


def water_grid(
    xy_m: NDArray[np.float64], areas: list[BaseGeometry], lines: list[BaseGeometry]
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Cells of WATER_M around the places: WET where the middle of a cell is in an area of water, LINE
    where a river's or the coast's line passes, else DRY.

    xy_m   (n, 2) metres, the points of all streets; areas and lines in metres too
    Returns (rows, cols) uint8 and the (2,) metres of its south-west corner; (0, 0) cells where the
    places lie too far apart for a grid.
    """
    low = np.floor((xy_m.min(axis=0) - _MARGIN_M) / WATER_M) * WATER_M
    cols, rows = np.ceil((xy_m.max(axis=0) + _MARGIN_M - low) / WATER_M).astype(np.int64)
    if rows * cols > MOST_CELLS:
        return np.zeros((0, 0), np.uint8), low
    grid = np.zeros((rows, cols), np.uint8)
    for line in lines:
        for part in shapely.get_parts(line):
            _draw(grid, (shapely.get_coordinates(part) - low) / WATER_M)
    for area in areas:
        for polygon in shapely.get_parts(area):
            _pour(grid, polygon, low)
    return grid, low


def _pour(grid: NDArray[np.uint8], polygon: BaseGeometry, low: NDArray[np.float64]) -> None:
    """Mark the cells whose middle the polygon holds (even-odd over all its rings)."""
    west, south, east, north = (np.array(polygon.bounds) - np.tile(low, 2)) / WATER_M
    top, bottom = min(int(np.ceil(north)), grid.shape[0]), max(int(np.floor(south)), 0)
    right, left = min(int(np.ceil(east)), grid.shape[1]), max(int(np.floor(west)), 0)
    if top <= bottom or right <= left:
        return
    flips = np.zeros((top - bottom, right - left), np.uint8)
    origin = np.array([left, bottom], np.float64)
    for ring in shapely.get_rings(polygon):
        _flip(flips, (shapely.get_coordinates(ring) - low) / WATER_M - origin)
    inside = np.bitwise_xor.accumulate(flips, axis=1).astype(bool)
    grid[bottom:top, left:right][inside] = WET


@compiled
def _flip(flips: NDArray[np.uint8], ring: NDArray[np.float64]) -> None:
    """Turn over, in each row, the first cell whose middle lies east of where the ring crosses it."""
    rows, cols = flips.shape
    for i in range(len(ring) - 1):
        x0, y0, x1, y1 = ring[i, 0], ring[i, 1], ring[i + 1, 0], ring[i + 1, 1]
        if y0 == y1:
            continue
        low, high = min(y0, y1), max(y0, y1)
        for row in range(max(0, int(np.ceil(low - 0.5))), min(rows, int(np.ceil(high - 0.5)))):
            x = x0 + (row + 0.5 - y0) * (x1 - x0) / (y1 - y0)
            col = max(0, int(np.ceil(x - 0.5)))
            if col < cols:
                flips[row, col] ^= 1


@compiled
def _draw(grid: NDArray[np.uint8], line: NDArray[np.float64]) -> None:
    """Mark every cell that a line touches, so that nothing slips through diagonally."""
    rows, cols = grid.shape
    for i in range(len(line) - 1):
        x, y = line[i, 0], line[i, 1]
        dx, dy = line[i + 1, 0] - x, line[i + 1, 1] - y
        col, row = int(np.floor(x)), int(np.floor(y))
        last_col, last_row = int(np.floor(x + dx)), int(np.floor(y + dy))
        step_x, step_y = (1 if dx > 0 else -1), (1 if dy > 0 else -1)
        next_x = ((col + (step_x > 0)) - x) / dx if dx != 0 else np.inf
        next_y = ((row + (step_y > 0)) - y) / dy if dy != 0 else np.inf
        for _ in range(abs(last_col - col) + abs(last_row - row) + 1):
            if 0 <= row < rows and 0 <= col < cols and grid[row, col] == 0:
                grid[row, col] = 2
            if next_x < next_y:
                col += step_x
                next_x += abs(1.0 / dx)
            else:
                row += step_y
                next_y += abs(1.0 / dy) if dy != 0 else np.inf
