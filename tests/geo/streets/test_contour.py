"""Bands: a hand-drawn street, a river with and without a bridge, and every shape valid."""

import itertools

import numpy as np
import pytest
import shapely

from geo import crs
from geo.streets.contour import OFF_STREET_M, bands
from geo.streets.network import frozen
from geo.streets.snap import snap, street_grid
from tests.geo.streets.drawing import CORNER_M, ZONE, Drawing, at, grid_town, walk

FIVE = (300.0, 600.0, 900.0, 1200.0, 1800.0)


def holds(band, x, y):
    """Whether a place of the drawing lies in a band."""
    lonlat = crs.to_lonlat(np.array([[x, y]], float) + CORNER_M, ZONE)[0]
    return bool(shapely.intersects_xy(band.shape, *lonlat))


def area_m2(band):
    return shapely.transform(band.shape, lambda xy: crs.to_plane_m(xy, ZONE)).area


def test_along_one_street_a_band_ends_where_the_minutes_end():
    graph = walk(Drawing().way((0, 0), (4000, 0)).network())
    (five,) = bands(graph, at(graph, (2000, 0)), [300])  # 400 m each way
    assert holds(five, 2000, 0)
    assert (holds(five, 2385, 0), holds(five, 2415, 0)) == (True, False)
    assert (holds(five, 1615, 0), holds(five, 1585, 0)) == (True, False)
    assert (holds(five, 2000, 40), holds(five, 2000, OFF_STREET_M + 30)) == (True, False)


def test_steps_over_grass_cost_their_seconds():
    graph = walk(Drawing().way((0, 0), (4000, 0)).network())
    (five,) = bands(graph, at(graph, (2000, 0)), [300])
    assert holds(five, 2340, 30)
    assert not holds(five, 2390, 55)  # by the shortest way over grass 6 m too far


def test_a_larger_limit_holds_a_smaller_one_and_all_are_valid(city_network):
    graph = walk(city_network)
    rng = np.random.default_rng(3)
    places = city_network.point_xy_m[rng.integers(0, len(city_network.point_xy_m), 12)]
    joined = snap(graph, street_grid(graph), frozen(places))
    for row in range(12):
        found = bands(graph, joined[row : row + 1], FIVE)
        assert all(band.shape.is_valid and not band.shape.is_empty for band in found)
        sizes = [band.shape.area for band in found]
        assert sizes == sorted(sizes)
        for small, large in itertools.pairwise(found):
            outside = small.shape.difference(large.shape).area
            assert outside < 0.01 * small.shape.area  # only what simplifying moved


RIVER = ((-400, 100), (1200, 100), (1200, 180), (-400, 180))


def two_banks(bridge: bool) -> Drawing:
    """A street along either bank of a river of 80 m, 30 m from the water; perhaps a bridge at x = 800."""
    town = Drawing().way((0, 70), (800, 70)).way((0, 210), (800, 210)).water(*RIVER)
    if bridge:
        town.way((800, 70), (800, 210), bridge="yes")
    return town


def test_a_river_without_a_bridge_is_not_crossed():
    graph = walk(two_banks(bridge=False).network())
    (band,) = bands(graph, at(graph, (400, 70)), [1800])
    assert holds(band, 400, 90)
    for y in (120, 140, 160, 190, 210):
        assert not holds(band, 400, y)


def test_a_river_is_crossed_where_the_bridge_is_and_only_there():
    graph = walk(two_banks(bridge=True).network())
    (band,) = bands(graph, at(graph, (400, 70)), [1800])
    assert holds(band, 800, 140)
    assert holds(band, 400, 215)
    assert not any(holds(band, x, 140) for x in (200, 400, 600, 740))


def test_the_line_of_a_river_without_an_area_is_no_ground_to_walk_over():
    town = (
        Drawing()
        .way((0, 70), (800, 70))
        .way((-400, 110), (1200, 110), highway="none", waterway="river")
    )
    graph = walk(town.way((0, 150), (800, 150)).network())
    (band,) = bands(graph, at(graph, (400, 70)), [600])
    assert holds(band, 400, 85)
    assert not holds(band, 400, 140)


def test_a_street_on_the_bank_reaches_its_own_side_only():
    """The street's cells may be water in their middle: 8 m from the edge of it."""
    town = Drawing().way((0, 92), (800, 92)).way((0, 300), (800, 300)).water(*RIVER)
    graph = walk(town.network())
    (band,) = bands(graph, at(graph, (400, 92)), [600])
    assert holds(band, 400, 60)
    assert not holds(band, 400, 200)


def test_by_one_way_streets_the_way_there_is_not_the_way_back():
    town = Drawing().way((0, 0), (2000, 0), oneway="yes").way((0, 0), (0, 2000), (2000, 2000))
    graph = walk(town.way((2000, 2000), (2000, 0)).network(), "car")
    middle = at(graph, (1000, 0))
    (there,), (back,) = bands(graph, middle, [120]), bands(graph, middle, [120], backward=True)
    assert (holds(there, 1500, 0), holds(there, 500, 0)) == (True, False)
    assert (holds(back, 1500, 0), holds(back, 500, 0)) == (False, True)


def test_several_places_make_one_band():
    graph = walk(grid_town(40).network())
    both = bands(graph, at(graph, (0, 0), (3200, 3200)), [300])[0]
    each = [bands(graph, at(graph, p), [300])[0] for p in ((0, 0), (3200, 3200))]
    assert area_m2(both) == pytest.approx(sum(area_m2(one) for one in each), rel=0.01)


def test_a_grid_of_blocks_is_filled_as_a_diamond():
    """Ten minutes on a grid reach x + y <= 800 m: 2 * 800² m², and some steps over grass at its edge."""
    graph = walk(grid_town(30).network())
    (ten,) = bands(graph, at(graph, (1200, 1200)), [600])
    assert 1.0 < area_m2(ten) / (2 * 800**2) < 1.08


def test_from_no_street_there_is_an_empty_band():
    graph = walk(grid_town(3).network())
    assert [band.shape.is_empty for band in bands(graph, at(graph, (0, -900)), FIVE)] == [True] * 5


def test_water_counts_little_in_the_bands_of_a_city(city_network):
    """Cells of 20 m follow a bank roughly: of 30 minutes, less than one part in fifty is water."""
    graph = walk(city_network)
    wet = np.argwhere(city_network.water == 1)[::7] + 0.5
    xy_m = wet[:, ::-1] * 20 + city_network.water_origin
    near = snap(graph, street_grid(graph), frozen(xy_m[::40]))
    for row in np.flatnonzero(near.state == 0)[:5]:
        (band,) = bands(graph, near[row : row + 1], [1800])
        covered = shapely.intersects_xy(band.shape, *city_network.lonlat(xy_m).T).sum()
        assert covered * 7 * 400 < 0.02 * area_m2(band)
