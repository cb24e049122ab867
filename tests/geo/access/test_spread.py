"""Where people may live: the sums stay the census's, whatever is known of a square."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import crs
from geo.access.spread import Spread, areas_of, scaled_to, spread, street_samples
from geo.streets.build import Coverage
from tests.geo.streets.drawing import CORNER_M, ZONE, Drawing, grid_town

NONE = np.empty((0, 3))
WIDE = Coverage(shapely.box(135, 32, 137, 33), "file")
TOWN = grid_town(10).network(WIDE)


def lonlat(*places):
    return crs.to_lonlat(np.array(places, float).reshape(-1, 2) + CORNER_M, ZONE)


def squares(*boxes):
    """Metres west, south, east, north -> lon-lat."""
    return [shapely.box(*lonlat(box[:2])[0], *lonlat(box[2:])[0]) for box in boxes]


def spread_over(shapes, network, houses, outline=None, people=1.0):
    """As ``spread`` says of a network whose data go far beyond it."""
    return spread(shapes, np.full(len(shapes), people), network, houses, outline)


def buildings(*rows):
    """Metres east and north, m2."""
    table = np.array(rows, float)
    return np.column_stack([lonlat(*table[:, :2]), table[:, 2]])


def metres(homes):
    return homes.xy_m - CORNER_M


def test_people_are_spread_by_the_ground_of_their_buildings():
    found = spread_over(
        squares((0, 0, 200, 200)), TOWN, buildings((50, 50, 100), (150, 150, 300), (9, 9, 10))
    )
    assert found.share.tolist() == [0.25, 0.75]  # and nobody lives in the shed
    assert metres(found) == pytest.approx(np.array([[50, 50], [150, 150]]), abs=0.01)
    assert found.how.tolist() == [Spread.BUILDINGS]


def test_a_hall_counts_like_a_thousand_square_metres():
    found = spread_over(
        squares((0, 0, 200, 200)), TOWN, buildings((50, 50, 1000), (90, 90, 40_000))
    )
    assert found.share.tolist() == [0.5, 0.5]


def test_a_building_on_the_edge_of_two_squares_belongs_to_the_first():
    west, east = squares((0, 0, 100, 100), (100, 0, 200, 100))
    _, south, border, north = west.bounds
    east = shapely.box(border, *east.bounds[1:])
    house = np.array([[border, (south + north) / 2, 50.0]])
    found = spread_over([west, east], TOWN, house)
    assert found.how.tolist() == [Spread.BUILDINGS, Spread.STREETS]
    assert (found.cell == 0).sum() == 1


def test_where_buildings_are_too_few_for_the_people_they_are_not_all_drawn():
    """Forty people on 100 m2 of ground: the street says more about where they live."""
    houses = buildings((50, 50, 100))
    few = spread_over(squares((0, 0, 200, 200)), TOWN, houses, people=33)
    many = spread_over(squares((0, 0, 200, 200)), TOWN, houses, people=40)
    assert (few.how.tolist(), many.how.tolist()) == ([Spread.BUILDINGS], [Spread.STREETS])


def test_without_buildings_people_live_along_the_streets():
    """One block: four streets of 80 m, of which 20 m stand for each home."""
    found = spread_over(squares((-1, -1, 81, 81)), grid_town(1).network(WIDE), NONE)
    assert found.how.tolist() == [Spread.STREETS]
    assert len(found) == 16
    assert found.share == pytest.approx(np.full(16, 1 / 16), abs=1e-4)
    assert sorted(metres(found)[:, 0].round(1).tolist()) == sorted(
        [10.0, 30.0, 50.0, 70.0] * 2 + [0.0] * 4 + [80.0] * 4
    )


def test_nobody_lives_on_a_track_on_a_bridge_or_along_a_motorway():
    town = Drawing().way((0, 0), (100, 0))
    town.way((0, 0), (0, 90), highway="track").way((100, 0), (100, 90), bridge="yes")
    town.way((0, 90), (100, 90), highway="motorway")
    xy_m, along = street_samples(town.network())
    assert (xy_m - CORNER_M)[:, 1] == pytest.approx(np.zeros(5), abs=0.01)
    assert along == pytest.approx(np.full(5, 20), abs=0.01)


def test_without_streets_people_live_anywhere_on_land():
    """The western half of the square is a lake."""
    town = Drawing().way((0, 0), (2000, 0)).water((500, 20), (700, 20), (700, 190), (500, 190))
    found = spread_over(squares((500, 30, 900, 180)), town.network(WIDE), NONE)
    assert found.how.tolist() == [Spread.AREA]
    assert metres(found)[:, 0].min() > 700
    assert metres(found)[:, 1].max() < 181
    assert found.share.sum() == pytest.approx(1)


def test_people_of_a_square_in_a_lake_are_not_lost():
    town = Drawing().way((0, 0), (2000, 0)).water((400, 20), (999, 20), (999, 190), (400, 190))
    found = spread_over(squares((500, 30, 900, 180)), town.network(WIDE), NONE)
    assert (found.how.tolist(), found.share.sum()) == ([Spread.AREA], pytest.approx(1))


def test_where_the_data_end_in_a_square_its_people_stand_anywhere():
    """The eastern half of the square is unknown: the street says nothing of who lives there."""
    town = Drawing().way((0, 0), (100, 0)).way((0, 0), (0, 200))
    half = town.network(Coverage(*squares((-50, -50, 150, 250)), "file"))
    box, houses = squares((50, 0, 245, 195)), buildings((90, 90, 500))
    found = spread_over(box, half, houses)
    assert (found.how.tolist(), len(found)) == ([Spread.AREA], 16)
    outline = squares((-50, -50, 140, 250))[0]  # and where nobody of ours lives there, all is known
    assert spread_over(box, half, houses, outline).how.tolist() == [Spread.BUILDINGS]


def test_of_a_square_on_the_border_only_homes_inside_count():
    outline = squares((0, 0, 100, 200))[0]
    box, houses = squares((0, 0, 200, 200)), buildings((50, 50, 90), (150, 50, 90))
    found = spread_over(box, TOWN, houses, outline)
    assert metres(found) == pytest.approx(np.array([[50, 50]]), abs=0.01)
    along = spread_over(box, TOWN, houses[1:], outline)
    assert along.how.tolist() == [Spread.STREETS]
    assert metres(along)[:, 0].max() < 101
    land = spread_over(squares((2000, 0, 2195, 195)), TOWN, NONE, squares((0, 0, 2100, 200))[0])
    assert (land.how.tolist(), len(land)) == ([Spread.AREA], 8)  # the western half of a grid of 16
    sea = spread_over(squares((5000, 0, 5200, 200)), TOWN, NONE, outline)
    assert sea.share.sum() == pytest.approx(1)  # nothing of it is inside: all of it counts


@settings(max_examples=40)
@given(st.data())
def test_squares_keep_their_people(data):
    """MEANING 4: cells sum to the source's total, 1e-6; whatever their people are spread by."""
    side = st.floats(-300, 1100)
    boxes = squares(*((x, y, x + 190, y + 190) for x in range(-400, 1000, 200) for y in (0, 400)))
    rows = data.draw(st.lists(st.tuples(side, side, st.floats(0, 5000)), min_size=1, max_size=12))
    found = spread_over(boxes, TOWN, buildings(*rows))
    counts = np.array(
        data.draw(st.lists(st.integers(0, 5000), min_size=len(boxes), max_size=len(boxes))), float
    )
    people = found.people(counts)
    assert np.bincount(found.cell, found.share) == pytest.approx(np.ones(len(boxes)), abs=1e-9)
    assert np.bincount(found.cell, people) == pytest.approx(counts, abs=1e-6)
    assert (np.diff(found.cell) >= 0).all()
    assert len(found.how) == len(boxes)


def test_a_register_gives_the_total_and_the_squares_how_they_are_spread():
    """30 and 10 people of the census in an area with 60 in the register; 5 elsewhere, of which it says nothing."""
    people, area = np.array([[30.0], [10.0], [5.0], [7.0]]), np.array([0, 0, 1, -1], np.int32)
    scaled, unplaced = scaled_to(people, area, np.array([[60.0], [np.nan]]))
    assert scaled.ravel().tolist() == [45, 15, 5, 7]
    assert unplaced.ravel().tolist() == [0, 0]


def test_registered_people_without_a_home_are_told():
    scaled, unplaced = scaled_to(
        np.array([[3.0]]), np.array([0], np.int32), np.array([[4.0], [12.0]])
    )
    assert (scaled.ravel().tolist(), unplaced.ravel().tolist()) == ([4], [0, 12])


def test_old_people_whom_the_census_did_not_know_live_where_everybody_does():
    people = np.array([[30.0, 0.0], [10.0, 0.0]])
    scaled, unplaced = scaled_to(people, np.zeros(2, np.int32), np.array([[40.0, 8.0]]))
    assert scaled.tolist() == [[30, 6], [10, 2]]
    assert not unplaced.any()


def test_an_area_of_any_shape_is_spread_over_like_a_square():
    """A triangle beside the streets: nobody outside it; a sliver that no grid meets has a place all the same."""
    corner = shapely.Polygon(lonlat((2000, 0), (2600, 0), (2000, 600)))
    sliver = shapely.Polygon(lonlat((3000, 0), (3000.1, 0), (3100, 900), (3099.9, 900)))
    found = spread_over([corner, sliver], TOWN, NONE)
    east, north = metres(found)[found.cell == 0].T - [[2000], [0]]
    assert (east + north).max() < 601
    assert np.bincount(found.cell, found.share) == pytest.approx([1, 1])


def test_a_border_belongs_to_the_first_area():
    shapes = [None, shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    found = areas_of(np.array([[1.0, 0.5], [1.5, 0.5], [3.0, 0.5], [0.2, 0.2]]), shapes)
    assert found.tolist() == [1, 2, -1, 1]
    assert areas_of(np.empty((0, 2)), shapes).tolist() == []
    assert areas_of(np.array([[0.0, 0.0]]), []).tolist() == [-1]
