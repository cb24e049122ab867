"""Metres and degrees: the origins of the zones, and there and back."""

import numpy as np
import pytest

from geo import crs
from geo.errors import Invalid


def test_the_origin_of_zone_6_is_136_east_36_north():
    assert crs.to_plane_m(np.array([[136.0, 36.0]]), 6) == pytest.approx(np.zeros((1, 2)), abs=1e-6)


def test_one_degree_south_of_the_origin_is_110_939_metres():
    # meridian arc 35..36 degrees on GRS80, 110,949.8 m, times the zone's scale 0.9999
    assert crs.to_plane_m(np.array([[136.0, 35.0]]), 6)[0, 1] == pytest.approx(-110_938.7, abs=0.5)


def test_east_comes_before_north():
    # 0.01 degrees along the 36th parallel of GRS80: 901.65 m, times 0.9999
    [[east, north]] = crs.to_plane_m(np.array([[136.01, 36.0]]), 6)
    assert (east, north) == pytest.approx((901.56, 0.05), abs=0.02)


@pytest.mark.parametrize("zone", crs.ZONES)
def test_there_and_back_is_the_same_place_in_every_zone(zone):
    xy_m = np.array([[1234.5, -6789.0], [-20_000.0, 30_000.0]])
    assert crs.to_plane_m(crs.to_lonlat(xy_m, zone), zone) == pytest.approx(xy_m, abs=1e-6)


def test_no_places_are_no_metres():
    assert crs.to_plane_m(np.empty((0, 2)), 6).shape == (0, 2)


def test_japan_has_nineteen_zones():
    assert (crs.ZONES[0], crs.ZONES[-1], len(crs.ZONES)) == (1, 19, 19)


@pytest.mark.parametrize("zone", [0, 20, -1])
def test_another_zone_is_refused_instead_of_answering_in_degrees(zone):
    with pytest.raises(Invalid) as error:
        crs.to_plane_m(np.array([[136.0, 36.0]]), zone)
    assert error.value.facts == {"fields": {"zone": "not_1_to_19"}}
