"""A way as one tells it: on drawings where every turn is plain to see."""

import math

import pytest

from geo.streets.route import outward
from geo.way_there import Seat, Slope, crossings_of
from geo.way_turns import Ground, Turn, told
from tests.geo.streets.drawing import ZONE, Drawing, at, walk

AHEAD, LEFT, RIGHT, START = Turn.AHEAD, Turn.LEFT, Turn.RIGHT, Turn.START
NORTH, EAST, SOUTH, WEST = 0, 2, 4, 6


def way(drawing, start, end, seats=(), names=None):
    graph = walk(drawing.network())
    route = outward(graph, at(graph, start)).routes(at(graph, end), by_edge=True)[0]
    return told(route.pieces, names or {}, ZONE, seats)


def turns(steps):
    return [(one.turn, round(one.length_m)) for one in steps]


def seat(metres):
    return Seat(None, "椅子", (136.0, 32.5), metres, 0.0, True)


def test_round_two_corners_one_turns_twice():
    town = Drawing().way((0, 0), (0, 100)).way((0, 100), (80, 100)).way((80, 100), (80, 160))
    steps = way(town, (0, 0), (80, 160))
    assert turns(steps) == [(START, 100), (RIGHT, 80), (LEFT, 60)]
    assert [one.heading for one in steps] == [NORTH, EAST, NORTH]
    assert [round(one.from_start_m) for one in steps] == [0, 100, 180]
    back = way(town, (80, 160), (0, 0))
    assert turns(back) == [(START, 60), (RIGHT, 80), (LEFT, 100)]
    assert [one.heading for one in back] == [SOUTH, WEST, SOUTH]


def test_straight_over_a_corner_nothing_is_said():
    town = Drawing().way((0, 0), (100, 0)).way((100, 0), (200, 0)).way((100, -50), (100, 50))
    assert turns(way(town, (0, 0), (200, 0))) == [(START, 200)]


def test_a_bend_without_a_corner_is_no_turn_and_a_corner_within_one_street_is_one():
    bend = Drawing().way((0, 0), (100, 0), (100, 100))
    assert turns(way(bend, (0, 0), (100, 100))) == [(START, 200)]
    corner = bend.way((100, 0), (300, 0))
    assert turns(way(corner, (0, 0), (100, 100))) == [(START, 100), (LEFT, 100)]


@pytest.mark.parametrize(("degrees", "turn"), [(40, None), (50, LEFT), (-40, None), (-50, RIGHT)])
def test_a_fork_is_a_turn_from_forty_five_degrees(degrees, turn):
    x, y = 100 + 80 * math.cos(math.radians(degrees)), 80 * math.sin(math.radians(degrees))
    fork = Drawing().way((0, 0), (100, 0)).way((100, 0), (x, y)).way((100, 0), (200, 0))
    found = [one.turn for one in way(fork, (0, 0), (x, y))]
    assert found == [START, turn] if turn else [START]


def test_where_two_streets_meet_a_little_apart_one_turns_twice():
    jog = Drawing().way((0, 0), (100, 0)).way((100, 0), (100, 8)).way((100, 8), (200, 8))
    jog.way((100, -50), (100, 0)).way((100, 8), (100, 60))
    assert turns(way(jog, (0, 0), (200, 8))) == [(START, 100), (LEFT, 8), (RIGHT, 100)]


def test_a_corner_drawn_in_two_bends_is_one_turn():
    round_ = Drawing().way((0, 0), (100, 0)).way((100, 0), (103, 3)).way((103, 3), (103, 100))
    round_.way((100, 0), (100, -60)).way((103, 3), (180, 3))
    assert turns(way(round_, (0, 0), (103, 100))) == [(START, 100), (LEFT, 101)]


def test_stairs_and_crossings_are_told_by_themselves():
    town = (
        Drawing()
        .way((0, 0), (100, 0))
        .way((100, 0), (110, 0), highway="footway", footway="crossing")
        .way((110, 0), (130, 0), highway="steps", step_count=12)
        .way((130, 0), (230, 0), highway="path")
    )
    for x, height in ((110, 0), (130, 2)):
        town.node((x, 0), ele=height)
    steps = way(town, (0, 0), (230, 0))
    assert [one.ground for one in steps] == [
        *(Ground.STREET, Ground.CROSSING, Ground.STEPS, Ground.PATH)
    ]
    flight = steps[2]
    assert (flight.steps, round(flight.climb_m), flight.fall_m) == (12, 2, 0)
    down = way(town, (230, 0), (0, 0))[1]
    assert (down.steps, down.climb_m, round(down.fall_m)) == (12, 0, 2)


def test_a_crossing_with_a_refuge_in_the_middle_is_one_crossing():
    town = Drawing().way((0, 0), (100, 0)).way((120, 0), (200, 0))
    for half in (100, 110):
        town.way((half, 0), (half + 10, 0), highway="footway", footway="crossing")
    graph = walk(town.network())
    [route] = outward(graph, at(graph, (0, 0))).routes(at(graph, (200, 0)), by_edge=True)
    assert [piece.is_crossing for piece in route.pieces] == [False, True, True, False]
    assert crossings_of(route.pieces) == 1
    steps = told(route.pieces, {}, ZONE)
    assert [(one.ground, round(one.length_m)) for one in steps][1] == (Ground.CROSSING, 20)


def test_another_name_is_another_step_and_parts_of_one_name_are_one():
    town = Drawing().way((0, 0), (100, 0)).way((100, 0), (150, 0)).way((150, 0), (250, 0))
    steps = way(town, (0, 0), (250, 0), names={1: "駅前通り", 2: "駅前通り"})
    assert [(one.name, round(one.length_m)) for one in steps] == [("駅前通り", 150), ("", 100)]
    assert steps[1].turn is AHEAD


def test_a_hill_is_told_where_it_is():
    town = Drawing().way((0, 0), (100, 0)).way((100, 0), (100, 100)).way((100, 0), (200, 0))
    for place, height in (((0, 0), 0), ((100, 0), 1), ((100, 100), 10)):
        town.node(place, ele=height)
    steps = way(town, (0, 0), (100, 100))
    assert [one.slope for one in steps] == [Slope.GENTLE, Slope.STEEP]
    assert [round(one.climb_m) for one in steps] == [1, 9]


def test_a_seat_is_told_on_the_step_that_passes_it():
    town = Drawing().way((0, 0), (0, 100)).way((0, 100), (80, 100))
    steps = way(town, (0, 0), (80, 100), [seat(0), seat(100), seat(101), seat(180)])
    assert [[one.from_start_m for one in step.seats] for step in steps] == [[0, 100], [101, 180]]


def test_a_first_step_too_short_to_look_along_is_left_out():
    town = Drawing().way((0, 0), (0, 100)).way((0, 100), (80, 100))
    steps = way(town, (0, 95), (80, 100), [seat(2), seat(50)])
    assert turns(steps) == [(START, 80)]
    assert (steps[0].heading, len(steps[0].seats)) == (EAST, 2)


def test_no_way_has_no_steps():
    town = Drawing().way((0, 0), (0, 100))
    assert way(town, (0, 50), (0, 50)) == ()
