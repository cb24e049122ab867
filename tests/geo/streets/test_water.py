"""The grid of water against shapely, cell by cell."""

import numpy as np
import shapely

from geo.streets import water
from geo.streets.water import LINE, WET, water_grid

STREETS = np.array([[0.0, 0.0], [1000.0, 800.0]])


def test_a_cell_is_wet_when_its_middle_is_in_the_water_or_in_any_of_two_waters():
    rng = np.random.default_rng(5)
    lake = shapely.Point(400, 300).buffer(210).difference(shapely.Point(420, 310).buffer(60))
    pond = shapely.Polygon(rng.uniform(0, 800, (3, 2)))
    grid, low = water_grid(STREETS, [shapely.MultiPolygon([lake]), pond], [])
    rows, cols = np.indices(grid.shape)
    x, y = low[0] + 20 * (cols + 0.5), low[1] + 20 * (rows + 0.5)
    assert np.array_equal(grid == WET, shapely.contains_xy(lake.union(pond), x, y))


def test_a_line_marks_every_cell_it_touches_so_that_nothing_slips_through():
    line = shapely.LineString([(-50, 33), (433, 401), (433, 705), (600, 705)])
    grid, low = water_grid(STREETS, [], [line])
    rows, cols = np.indices(grid.shape)
    x, y = low[0] + 20 * cols, low[1] + 20 * rows
    touched = shapely.intersects(shapely.box(x, y, x + 20, y + 20), line)
    crossed = shapely.length(shapely.intersection(shapely.box(x, y, x + 20, y + 20), line)) > 0.01
    marked = grid == LINE
    assert not (marked & ~touched).any()
    assert not (crossed & ~marked).any()


def test_water_beyond_the_streets_is_left_out():
    far = shapely.box(1e6, 1e6, 2e6, 2e6)
    grid, _ = water_grid(STREETS, [far], [shapely.LineString([(1e6, 0), (1e6, 9)])])
    assert not grid.any()


def test_an_archipelago_has_no_grid():
    """Two islands a thousand kilometres apart would be 2.5 thousand million cells."""
    grid, _ = water_grid(np.array([[0.0, 0.0], [1e6, 1e6]]), [shapely.box(0, 0, 100, 100)], [])
    assert grid.shape == (0, 0)
    assert water.MOST_CELLS * 20**2 == 150_000**2 / 0.9375
