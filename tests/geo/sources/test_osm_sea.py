"""海: the coast parts land from sea."""

import numpy as np
import shapely
from shapely import LineString, MultiPolygon

from geo.sources.osm_sea import sea_of

BOX = (136.0, 32.0, 137.0, 33.0)


def covered(parts, lon, lat):
    return bool(shapely.intersects(MultiPolygon(list(parts)), shapely.Point(lon, lat)))


def test_the_sea_lies_on_the_right_hand_of_the_coast():
    north = [LineString([(135.9, 32.4), (136.5, 32.5)]), LineString([(136.5, 32.5), (137.1, 32.4)])]
    sea = sea_of(north, BOX)
    assert (covered(sea, 136.5, 32.1), covered(sea, 136.5, 32.9)) == (True, False)
    south = [shapely.reverse(line) for line in north]
    sea = sea_of(south, BOX)
    assert (covered(sea, 136.5, 32.1), covered(sea, 136.5, 32.9)) == (False, True)


def test_an_island_is_land_in_the_sea():
    coast = LineString([(135.9, 32.5), (137.1, 32.5)])
    island = LineString([(136.4, 32.2), (136.6, 32.2), (136.6, 32.3), (136.4, 32.3), (136.4, 32.2)])
    sea = sea_of([coast, island], BOX)
    assert (covered(sea, 136.5, 32.25), covered(sea, 136.2, 32.25)) == (False, True)


def test_a_coast_that_breaks_off_floods_nothing():
    assert sea_of([LineString([(135.9, 32.5), (136.5, 32.5)])], BOX) == ()
    assert sea_of([], BOX) == ()


def test_a_coast_outside_the_box_says_nothing():
    assert sea_of([LineString([(138.0, 32.5), (139.0, 32.5)])], BOX) == ()


def test_a_coast_that_runs_to_and_fro_across_itself_is_none():
    chance = np.random.default_rng(7).random((1500, 2)) / 10
    assert sea_of([LineString(chance + np.array([136, 32.5]))], (136.0, 32.5, 136.1, 32.6)) == ()
