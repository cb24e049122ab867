"""Heights between cells, by hand: one tile of whole degrees of a drawing, and several that meet."""

import numpy as np
import pytest

from geo import crs
from geo.streets.terrain import HeightTile, Terrain

CELL = 0.001
WEST, NORTH = 136.0, 32.5


def tile(heights, west=WEST, north=NORTH, kind="DEM5A", epsg=6668, cell=CELL):
    height_m = np.array(heights, np.float32)
    return HeightTile(kind, "one", "", epsg, west, north, cell, cell, height_m)


def middle(col, row):
    """The middle of a cell, and between middles by fractions."""
    return WEST + (col + 0.5) * CELL, NORTH - (row + 0.5) * CELL


def heights(tiles, *places):
    terrain = Terrain(np.array([middle(*place) for place in places]))
    for one in tiles:
        terrain.take(one)
    return terrain.heights_m().tolist()


def test_in_the_middle_of_a_cell_it_is_the_cell_and_between_four_their_mean():
    square = tile([[10, 20], [30, 40]])
    found = heights([square], (0, 0), (1, 1), (0.5, 0.5), (0.25, 0), (0, 0.25))
    assert found == pytest.approx([10, 40, 25, 12.5, 15])


def test_the_northern_row_comes_first():
    assert heights([tile([[1], [2], [3]])], (0, 0), (0, 2)) == pytest.approx([1, 3])


def test_unknown_neighbours_are_left_out_and_nothing_known_stays_unknown():
    holed = tile([[10, np.nan], [30, np.nan]])
    found = heights([holed], (0.5, 0), (0.25, 0.5), (1, 0), (5, 5), (-3, 0))
    assert found[:2] == pytest.approx([10, 20])
    assert np.isnan(found[2:]).all()  # never 0


def test_a_place_between_two_tiles_is_read_from_both():
    west, east = tile([[10], [10]]), tile([[20], [40]], west=WEST + CELL)
    assert heights([west, east], (0.5, 0), (0.5, 0.5)) == pytest.approx([15, 20])
    assert heights([east, west], (0.5, 0), (0.5, 0.5)) == pytest.approx([15, 20])


def test_the_more_accurate_kind_is_believed_and_the_other_fills_in():
    fine, coarse = tile([[10, np.nan]]), tile([[99, 50, 60]], kind="DEM10B")
    assert heights([coarse, fine], (0, 0), (1.5, 0), (2, 0)) == pytest.approx([10, 55, 60])


def test_a_tile_in_metres_of_a_plane_zone_or_of_the_web_is_read_in_its_own_metres():
    places = np.array([[136.01, 32.51], [136.0101, 32.51]])
    for epsg, xy_m in (
        (6674, crs.to_plane_m(places, 6)),
        (3857, crs.to_mercator_m(places)),
    ):
        corner = xy_m[0] + (-5.0, 5.0)  # so that the first place is the middle of the first cell
        row = tile([[100, 110, 120]], corner[0], corner[1], epsg=epsg, cell=10.0)
        terrain = Terrain(places)
        terrain.take(row)
        apart_m = xy_m[1, 0] - xy_m[0, 0]
        assert terrain.heights_m() == pytest.approx([100, 100 + apart_m], abs=0.2)


def test_a_plane_is_given_back_exactly_wherever_one_asks():
    rows, cols = np.mgrid[0:20, 0:30]
    slanted = tile(5 + 2 * cols + 3 * rows)
    rng = np.random.default_rng(1)
    asked = np.column_stack([rng.uniform(0, 29, 200), rng.uniform(0, 19, 200)])
    found = heights([slanted], *asked.tolist())
    assert found == pytest.approx(5 + asked @ (2, 3), abs=1e-3)
