"""Repairs of shapes: what changes, by how much, and what cannot be taken."""

import numpy as np
import pytest
from shapely import MultiPolygon, Polygon, box

from geo import crs
from geo.sources.areas import area_m2, merged, one_area
from geo.sources.delivery import RowError

ZONE = 6
SQUARE = box(136.0, 35.0, 136.01, 35.01)


def plane(*xy_m: tuple[float, float]) -> Polygon:
    """A polygon drawn in metres of zone 6, somewhere in 福井県."""
    corners = np.array(xy_m, dtype=np.float64) + np.array([15_000.0, -5_000.0])
    return Polygon(crs.to_lonlat(corners, ZONE))


def reason(polygons, others=0) -> str:
    with pytest.raises(RowError) as error:
        one_area(polygons, others, ZONE)
    return error.value.reason


def test_a_sound_polygon_is_taken_without_a_note():
    area, notes = one_area([SQUARE], 0, ZONE)
    assert (area, notes) == (MultiPolygon([SQUARE]), ())


def test_two_parts_are_one_area():
    area, notes = one_area([SQUARE, box(136.02, 35.0, 136.03, 35.01)], 0, ZONE)
    assert (len(area.geoms), notes) == (2, ())


def test_points_that_came_along_are_left_out_and_counted():
    assert one_area([SQUARE], 3, ZONE)[1] == ("parts_dropped=3",)


def test_a_bow_tie_becomes_two_triangles_and_the_gain_is_said():
    # loops of 100 m x 100 m that cancel each other: 0 m2 before, two triangles of 2,500 m2 after
    area, notes = one_area([plane((0, 0), (100, 100), (100, 0), (0, 100))], 0, ZONE)
    assert area.is_valid
    assert notes == ("made_valid=+5000.0",)


def test_land_that_two_parts_share_stays_land():
    # 200 x 100 and 200 x 100 m sharing 100 x 100: 30,000 m2, said as 10,000 less than the sum
    west = plane((0, 0), (200, 0), (200, 100), (0, 100))
    east = plane((100, 0), (300, 0), (300, 100), (100, 100))
    area, notes = one_area([west, east], 0, ZONE)
    assert area_m2(area, ZONE) == pytest.approx(30_000, abs=0.1)
    assert notes == ("made_valid=-10000.0",)


def test_a_line_has_no_area():
    assert reason([Polygon([(136.0, 35.0), (136.01, 35.0), (136.02, 35.0)])]) == "no_area"


def test_nothing_and_mere_points_are_told_apart():
    assert reason([]) == "no_geometry"
    assert reason([], others=1) == "not_a_polygon"


def test_lat_lon_and_places_abroad_are_refused():
    assert reason([box(35.0, 136.0, 35.01, 136.01)]) == "swapped_axes"
    assert reason([box(-74.0, 40.7, -73.9, 40.8)]) == "outside_japan"
    assert reason([SQUARE, box(0, 0, 1, 1)]) == "outside_japan"


def test_features_that_touch_are_joined_and_islands_stay():
    touching = MultiPolygon([box(136.01, 35.0, 136.02, 35.01)])
    island = MultiPolygon([box(136.05, 35.0, 136.06, 35.01)])
    joined = merged([MultiPolygon([SQUARE]), touching, island])
    assert joined.is_valid
    assert len(joined.geoms) == 2


def test_area_is_measured_in_the_plane_zone():
    assert area_m2(plane((0, 0), (80, 0), (80, 80), (0, 80)), ZONE) == pytest.approx(6400, abs=0.01)
