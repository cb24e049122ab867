"""Reached, beyond or unknown: three states that always add up, and ranges that always hold."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import crs
from geo.access.coverage import (
    State,
    at_speed,
    edge_m,
    people_by_place,
    people_per_seat,
    search_limit_s,
    states,
    tally,
    tally_speeds,
)
from tests.geo.streets.drawing import CORNER_M, ZONE

R, B, U = State.REACHED, State.BEYOND, State.UNKNOWN
FAR_M = 1e6


def state(seconds, joined=True, edge=FAR_M, limit_s=1800.0, speed=80.0):
    return states(np.array([seconds]), np.array([joined]), np.array([edge]), limit_s, speed)[0]


def test_thirty_minutes_are_reached_and_a_second_more_is_beyond():
    assert state(1800.0) == R
    assert 340 * (6 / 34) > 60
    assert (
        state(340 * (6 / 34), limit_s=60.0, speed=34.0) == R
    )  # the last bit of a float takes nobody out
    assert state(1800.1) == B
    assert state(np.inf) == B


def test_where_no_street_is_near_nobody_is_called_beyond():
    assert state(np.inf, joined=False) == U
    assert state(600.0, joined=False) == R


def test_near_the_edge_of_the_data_nobody_is_called_beyond():
    """Thirty minutes at 80 m/min are 2,400 m: a circle that touches the edge does not cross it."""
    assert state(np.inf, edge=2400.0) == B
    assert state(np.inf, edge=2399.9) == U
    assert state(np.inf, edge=2399.9, limit_s=1799.0) == B
    assert state(1800.0, edge=0.0) == R


def test_the_edge_is_as_far_as_it_is_in_metres():
    west, south, east, north = 0, 0, 4000, 3000
    ring = [(west, south), (east, south), (east, north), (west, north)]
    shape = shapely.Polygon(crs.to_lonlat(np.array(ring, float) + CORNER_M, ZONE))
    homes = np.array([(100, 1500), (2000, 2950), (2000, 1500), (-10, 50)], float) + CORNER_M
    assert edge_m(homes, shape, ZONE) == pytest.approx([100, 50, 1500, 0], abs=1)


def test_who_walks_faster_gets_farther():
    seconds = np.array([1800.0])
    assert at_speed(seconds, 80, 90) == pytest.approx([1600])
    assert at_speed(seconds, 80, 70) == pytest.approx([1800 * 8 / 7])
    assert at_speed(np.array([search_limit_s(1800, 80)]), 80, 90) == pytest.approx([1800])


def test_a_range_says_who_is_beyond_wherever_they_live_and_who_may_be():
    """Three squares of 10, 20 and 40 people in two homes each: near; near and far; far."""
    cell = np.array([0, 0, 1, 1, 2, 2], np.int32)
    people = np.array([[5.0], [5], [15], [5], [20], [20]])
    found = tally(people, cell, np.array([R, R, R, B, B, B], np.uint8))
    assert [float(part[0, 0]) for part in (found.reached, found.beyond, found.unknown)] == [
        25,
        45,
        0,
    ]
    assert (found.beyond_min[0, 0], found.beyond_max[0, 0]) == (40, 60)


def test_who_may_live_where_nobody_knows_is_not_beyond_for_sure():
    found = tally(np.array([[6.0], [4]]), np.zeros(2, np.int32), np.array([B, U], np.uint8))
    assert (found.beyond_min[0, 0], found.beyond[0, 0], found.beyond_max[0, 0]) == (0, 6, 10)


def test_a_salon_known_to_the_town_only_may_stand_at_every_door():
    """At its best place it reaches both squares, without it neither."""
    cell, people = np.array([0, 1], np.int32), np.array([[10.0], [20]])
    middle, best, worst = (np.array(row, np.uint8) for row in ([R, B], [R, R], [B, B]))
    found = tally(people, cell, middle, at_best=best, at_worst=worst)
    assert (found.beyond_min[0, 0], found.beyond[0, 0], found.beyond_max[0, 0]) == (0, 20, 30)


@given(st.data())
def test_the_three_add_up_and_the_range_holds(data):
    """MEANING 1 and 4, for any homes, areas, bands and states; beside the plainest count."""
    homes = data.draw(st.integers(1, 20))
    many = {"min_size": homes, "max_size": homes}
    cell = np.sort(
        np.unique(data.draw(st.lists(st.integers(0, 5), **many)), return_inverse=True)[1]
    )
    cell = cell.astype(np.int32)
    group = np.array(data.draw(st.lists(st.integers(-1, 2), **many)), np.int32)
    people = np.array(data.draw(st.lists(st.tuples(*[st.floats(0, 1e4)] * 2), **many)))
    triples = data.draw(
        st.lists(st.lists(st.sampled_from((0.0, 1, 2)), min_size=3, max_size=3), **many)
    )
    by_time = np.sort(np.array(triples), axis=1)  # best, usual, worst seconds
    joined = np.array(data.draw(st.lists(st.booleans(), **many)))
    best, usual, worst = (states(s, joined, np.full(homes, 9.0), 1.0, 60.0) for s in by_time.T)
    found = tally(people, cell, usual, group, 3, at_best=best, at_worst=worst)
    for area in range(3):
        here = group == area
        for band in range(2):
            mine = np.where(here, people[:, band], 0.0)
            assert found.of[area, band] == pytest.approx(mine.sum(), abs=1e-6)
            assert found.beyond[area, band] == pytest.approx(mine[usual == B].sum(), abs=1e-6)
            sure = sum(mine[cell == c].sum() for c in set(cell) if (best[cell == c] == B).all())
            maybe = sum(mine[cell == c].sum() for c in set(cell) if (worst[cell == c] == B).any())
            assert found.beyond_min[area, band] == pytest.approx(sure, abs=1e-6)
            assert found.beyond_max[area, band] == pytest.approx(maybe, abs=1e-6)
    assert (found.beyond_min <= found.beyond + 1e-6).all()
    assert (found.beyond <= found.beyond_max + 1e-6).all()
    everybody = tally(people, cell, usual, at_best=best, at_worst=worst)
    in_areas = tally(
        people, cell, usual, np.zeros(homes, np.int32), 1, at_best=best, at_worst=worst
    )
    for name in ("reached", "beyond", "unknown", "beyond_min", "beyond_max"):
        assert getattr(everybody, name) == pytest.approx(getattr(in_areas, name), abs=1e-6)


def test_people_are_counted_at_the_place_that_is_nearest_to_them():
    owner, reached = np.array([0, 2, 2, -1, 0], np.int32), np.array([R, R, R, B, B], np.uint8)
    served = people_by_place(owner, reached, np.array([[1.0], [2], [4], [8], [16]]), 3)
    assert served.ravel().tolist() == [1, 0, 6]
    seats = people_per_seat(served, np.array([np.nan, 0.0, 12.0]))
    assert np.isnan(seats[0, 0])
    assert seats[1:].ravel().tolist() == [np.inf, 0.5]


@given(st.integers(0, 2**32 - 1), st.integers(0, 40))
def test_all_limits_and_speeds_in_one_pass_are_each_by_itself(seed, homes):
    """Exact limits, homes without a street, edges that a circle just touches: by the plain sums."""
    rng = np.random.default_rng(seed)
    limits, speeds = (300.0, 600.0, 1800.0), (34.0, 24.0, 44.0)
    exact = [limit * speed / 34 for limit in limits for speed in speeds]
    seconds = rng.choice([0.0, 1e-7, 1900.0, np.inf, *exact], homes)
    edge = rng.choice([0.0, FAR_M, *(limit / 60 * v for limit in limits for v in speeds)], homes)
    joined, people = rng.random(homes) < 0.7, rng.random((homes, 4))
    cell = np.sort(rng.integers(0, 9, homes)).astype(np.int32)
    told = tally_speeds(people, cell, seconds, joined, edge, limits, 34.0, speeds)
    assert [len(row) for row in told] == [3, 3, 3]
    for limit, row in zip(limits, told, strict=True):
        for speed, one in zip(speeds, row, strict=True):
            state = states(at_speed(seconds, 34.0, speed), joined, edge, limit, speed)
            usual = tally(people, cell, state) if homes else None
            for name in ("reached", "beyond", "unknown", "beyond_min", "beyond_max"):
                expected = getattr(usual, name) if homes else np.zeros((1, 4))
                assert getattr(one, name) == pytest.approx(expected, abs=1e-9)
