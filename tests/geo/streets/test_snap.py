"""From a place to the street: which one, where on it, and when nobody knows."""

import numpy as np
import pytest
import shapely

from geo.streets.graph import CLOSED
from geo.streets.network import frozen
from geo.streets.snap import FARTHEST_M, Join, ends, snap, street_grid
from tests.geo.streets.drawing import CORNER_M, Drawing, at, grid_town, walk


def test_a_place_joins_the_middle_of_the_nearest_street():
    graph = walk(grid_town(3).network())
    found = at(graph, (100, 7))
    assert found.away_m[0] == pytest.approx(7, abs=0.02)
    assert (found.foot_m[0] - CORNER_M).tolist() == pytest.approx([100, 0], abs=0.02)
    assert min(found.along[0], 1 - found.along[0]) == pytest.approx(0.25, abs=1e-4)


def test_who_lives_200_metres_from_every_street_is_joined_and_201_is_unknown():
    graph = walk(grid_town(3).network())
    found = at(graph, (100, -199.9), (100, -200.1), (1e6, 1e6), (np.nan, 0))
    assert found.state.tolist() == [Join.JOINED, Join.FAR, Join.FAR, Join.FAR]
    assert np.isinf(found.away_m[1:]).all()
    assert (ends(graph, found, leaving=True)[1][1:] == CLOSED).all()


def test_a_stray_path_is_taken_only_where_no_joined_street_is_about_as_near():
    town = grid_town(15).way((30, 30), (50, 30), highway="path")
    graph = walk(town.network())
    near, inside = at(graph, (40, 15)), at(graph, (40, 40))
    assert (near.state[0], inside.state[0]) == (Join.JOINED, Join.JOINED)
    alone = walk(grid_town(15).way((2000, 0), (2100, 0), highway="track").network())
    assert at(alone, (2050, 10)).state[0] == Join.APART


def test_nobody_joins_a_motorway_a_tunnel_or_a_ferry():
    town = (
        Drawing()
        .way((0, 0), (2000, 0))
        .way((0, 10), (2000, 10), highway="motorway")
        .way((0, 20), (2000, 20), tunnel="yes")
        .way((0, 30), (2000, 30), highway="none", route="ferry", duration="00:10")
    )
    for code in ("on_foot", "car"):
        graph = walk(town.network(), code)
        assert at(graph, (1000, 31)).away_m[0] == pytest.approx(31, abs=0.02)


def test_a_wheelchair_joins_no_steps():
    town = grid_town(15).way((0, 0), (-90, 0), highway="steps")
    assert at(walk(town.network(), "wheelchair"), (-60, 3)).away_m[0] == pytest.approx(60, abs=0.02)
    assert at(walk(town.network()), (-60, 3)).away_m[0] == pytest.approx(3, abs=0.02)


def test_one_way_a_place_is_left_by_one_end_and_reached_by_the_other():
    town = grid_town(3).way((0, 0), (0, -80), oneway="yes")
    graph = walk(town.network(), "car")
    house = at(graph, (0, -60))
    (edge,) = house.edge
    leaving, coming = (ends(graph, house, leaving=leaving)[1][0] for leaving in (True, False))
    assert (leaving < CLOSED).sum() == (coming < CLOSED).sum() == 1
    assert (leaving < CLOSED).tolist() != (coming < CLOSED).tolist()
    whole = graph.edge_units[edge].min()
    assert leaving.min() + coming.min() == whole


def test_at_a_corner_a_car_may_set_off_into_every_street_of_it():
    town = Drawing().way((0, 0), (80, 0), oneway="yes").way((0, 0), (0, 80)).way((80, 0), (0, 80))
    graph = walk(town.network(), "car")
    corner = at(graph, (0, 0))
    assert 0 in ends(graph, corner, leaving=True)[1][0]


def test_a_barrier_is_not_passed_on_the_way_from_a_house_before_it():
    town = grid_town(3).way((0, 0), (-50, 0), (-100, 0)).way((-100, 0), (-100, 80), (0, 80))
    town.node((-50, 0), barrier="bollard")
    graph = walk(town.network(), "car")
    units = ends(graph, at(graph, (-20, 0)), leaving=True)[1][0]
    assert sorted((units < CLOSED).tolist()) == [False, True]


@pytest.mark.parametrize("seed", range(3))
def test_the_nearest_street_is_the_one_that_shapely_finds(city_network, seed):
    graph = walk(city_network)
    rng = np.random.default_rng(seed)
    places = rng.uniform(*np.quantile(city_network.node_xy_m, [0.02, 0.98], axis=0), (300, 2))
    found = snap(graph, street_grid(graph), frozen(places))
    lines = np.array(
        [shapely.LineString(city_network.shape_xy_m(e)) for e in range(city_network.edge_count)]
    )
    usable = np.flatnonzero(graph.profile.joinable(city_network))
    tree = shapely.STRtree(lines[usable])
    _, away = tree.query_nearest(shapely.points(places), all_matches=False, return_distance=True)
    joined = found.state == Join.JOINED
    assert np.array_equal(np.isfinite(found.away_m), away <= FARTHEST_M)
    assert found.away_m[joined] == pytest.approx(away[joined], abs=1e-6)
    foot = shapely.line_interpolate_point(
        lines[found.edge[joined]], found.along[joined], normalized=True
    )
    assert shapely.get_coordinates(foot) == pytest.approx(found.foot_m[joined], abs=0.02)
