"""Seconds at every place of the streets, between junctions too."""

import numpy as np
import pytest

from geo.streets.points import point_seconds
from tests.geo.streets.drawing import CORNER_M, Drawing, at, grid_town, walk


def told(graph, place, limit_s=1800, backward=False):
    """Place of the drawing (metres, rounded) -> seconds."""
    xy_m, seconds = point_seconds(graph, place, limit_s, backward)
    places = [tuple(row) for row in np.round(xy_m - CORNER_M).astype(int).tolist()]
    assert len(set(places)) == len(places), "a place twice"
    return dict(zip(places, seconds.tolist(), strict=True))


def test_every_corner_and_every_bend_has_its_time():
    graph = walk(Drawing().way((0, 0), (40, 0), (80, 0), (80, 80), (160, 80)).network())
    found = told(graph, at(graph, (0, 0)))
    assert found == pytest.approx(
        {(0, 0): 0, (40, 0): 30, (80, 0): 60, (80, 80): 120, (160, 80): 180}, abs=0.1
    )


def test_a_bend_is_reached_from_the_nearer_end():
    bend = Drawing().way((0, 0), (0, 80)).way((0, 0), (100, 0), (300, 0), (300, 80), (0, 80))
    graph = walk(bend.network())
    found = told(graph, at(graph, (0, 40)))
    assert found[(100, 0)] == pytest.approx(60 * 140 / 80, abs=0.1)
    assert found[(300, 80)] == pytest.approx(60 * 340 / 80, abs=0.1)


def test_what_is_beyond_the_limit_is_absent_even_on_a_street_that_is_begun():
    graph = walk(Drawing().way((0, 0), (40, 0), (80, 0), (120, 0)).network())
    assert set(told(graph, at(graph, (0, 0)), limit_s=60)) == {(0, 0), (40, 0), (80, 0)}


def test_the_street_that_a_place_stands_at_is_told_from_the_place():
    graph = walk(Drawing().way((0, 0), (100, 0), (200, 0), (300, 0)).network())
    found = told(graph, at(graph, (150, 0)), limit_s=45)
    assert found == pytest.approx({(100, 0): 37.5, (200, 0): 37.5}, abs=0.1)


def test_against_a_one_way_street_the_way_back_is_told_backward():
    street = Drawing().way((0, 0), (100, 0), (200, 0), oneway="yes")
    graph = walk(street.network(), "car")
    assert set(told(graph, at(graph, (120, 0)))) == {(200, 0)}
    assert set(told(graph, at(graph, (120, 0)), backward=True)) == {(0, 0), (100, 0)}


def test_a_town_of_31_blocks_has_496_corners_within_thirty_minutes_of_its_own():
    graph = walk(grid_town(31).network())
    found = told(graph, at(graph, (0, 0)))
    assert len(found) == 31 * 32 // 2
    assert max(found.values()) == 1800
