import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Polygon

from geo.sources.areas import merged, one_area
from geo.sources.delivery import RowError
from geo.sources.tangles import Patience, crossings

ZONE = 6


def ring(points, seed=7):
    chance = np.random.default_rng(seed)
    return Polygon(
        np.column_stack([136 + chance.random(points) / 100, 35 + chance.random(points) / 100])
    )


def test_two_diagonals_cross_once_and_a_square_never():
    assert crossings([LineString([(0, 0), (1, 1)]), LineString([(0, 1), (1, 0)])], 10) == 1
    assert crossings([shapely.box(0, 0, 1, 1)], 10) == 0


def test_areas_that_share_a_border_do_not_cross():
    assert crossings([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], 10) == 0


def test_as_many_crossings_are_found_as_shapely_finds():
    shape = ring(60)
    xy = shapely.get_coordinates(shape)
    pieces = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
    pairs = [(one, other) for one in range(len(pieces)) for other in range(one)]
    expected = sum(pieces[one].crosses(pieces[other]) for one, other in pairs)
    assert abs(crossings([shape], 10_000) - expected) <= 5  # looks count a little


def test_a_thousand_random_points_are_no_area():
    with pytest.raises(RowError, match="too_tangled"):
        one_area([ring(1000)], 0, ZONE)


def test_a_few_crossings_are_repaired():
    area, notes = one_area([ring(12)], 0, ZONE)
    assert area.is_valid
    assert notes[0].startswith("made_valid=")


def test_a_file_has_patience_for_so_many_and_no_more():
    found = crossings([ring(20)], 10_000)
    patience = Patience(left=2 * found + 1)
    one_area([ring(20)], 0, ZONE, patience)
    one_area([ring(20)], 0, ZONE, patience)
    with pytest.raises(RowError, match="too_tangled"):
        one_area([ring(20)], 0, ZONE, patience)


def test_areas_of_one_name_that_lie_across_one_another_a_thousandfold_are_not_joined():
    bars = [shapely.box(0, n, 300, n + 0.5) for n in range(150)]
    posts = [shapely.box(n, 0, n + 0.5, 300) for n in range(150)]
    with pytest.raises(RowError, match="too_tangled"):
        merged([MultiPolygon([one]) for one in bars + posts])
