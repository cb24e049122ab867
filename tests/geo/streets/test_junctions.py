"""What a car loses at junctions and signals, street by street and by hand."""

import numpy as np
import pytest

from geo.streets.field import AccessField
from geo.streets.junctions import SIGNAL_S, TURN_S
from geo.streets.profile import get_profile
from geo.streets.route import route
from tests.geo.streets.drawing import Drawing, at, grid_town, walk

BLOCK_S = 80 / (20 / 3.6)  # 14.4: residential, at 20 km/h


def edge_seconds(drawn, code="car"):
    """Way of OSM → seconds along and against, of drawings whose ways are one edge each."""
    net = drawn.network()
    seconds = get_profile(code).edge_seconds(net)
    return dict(zip(net.edge_way.tolist(), seconds.tolist(), strict=True))


def test_a_street_with_nothing_at_its_ends_costs_its_length():
    assert edge_seconds(Drawing().way((0, 0), (80, 0)))[1] == pytest.approx([BLOCK_S] * 2, abs=0.01)
    bend = Drawing().way((0, 0), (80, 0)).way((80, 0), (80, 80))
    assert edge_seconds(bend)[1] == pytest.approx([BLOCK_S] * 2, abs=0.01)


def test_where_three_streets_meet_each_pays_half_both_ways():
    meet = Drawing().way((0, 0), (80, 0)).way((80, 0), (80, 80)).way((80, 0), (160, 0))
    for seconds in edge_seconds(meet).values():
        assert seconds == pytest.approx([BLOCK_S + TURN_S / 2] * 2, abs=0.01)


def test_whoever_has_priority_loses_nothing_and_who_waits_for_it_pays():
    """Ways 1 and 2: a tertiary road; way 3: a street that comes out on it."""
    drawn = Drawing().way((0, 0), (80, 0), highway="tertiary")
    drawn.way((80, 0), (160, 0), highway="tertiary").way((80, 0), (80, 80))
    seconds = edge_seconds(drawn)
    assert seconds[1] == pytest.approx([80 * 3.6 / 25] * 2, abs=0.01)
    assert seconds[3] == pytest.approx([BLOCK_S + TURN_S / 2] * 2, abs=0.01)


def test_a_drive_or_a_footway_makes_no_junction():
    for third in ({"highway": "service"}, {"highway": "footway"}):
        drawn = (
            Drawing().way((0, 0), (80, 0)).way((80, 0), (160, 0)).way((80, 0), (80, 80), **third)
        )
        assert edge_seconds(drawn)[1] == pytest.approx([BLOCK_S] * 2, abs=0.01)


def test_signals_at_the_end_cost_half_and_in_between_the_whole():
    end = Drawing().way((0, 0), (80, 0)).node((80, 0), highway="traffic_signals")
    assert edge_seconds(end)[1] == pytest.approx([BLOCK_S + SIGNAL_S / 2] * 2, abs=0.01)
    between = Drawing().way((0, 0), (40, 0), (80, 0)).node((40, 0), highway="traffic_signals")
    assert edge_seconds(between)[1] == pytest.approx([BLOCK_S + SIGNAL_S] * 2, abs=0.01)


@pytest.mark.parametrize(("way", "expected"), [("forward", (1, 0)), ("backward", (0, 1))])
def test_a_stop_line_is_for_those_who_drive_towards_it(way, expected):
    drawn = Drawing().way((0, 0), (40, 0), (80, 0))
    drawn.node((40, 0), highway="traffic_signals", traffic_signals__direction=way)
    assert drawn.network().edge_signals.tolist() == [list(expected)]
    extra = np.array(edge_seconds(drawn)[1]) - BLOCK_S
    assert extra == pytest.approx(np.array(expected) * SIGNAL_S, abs=0.01)


def test_roads_measured_from_end_to_end_hold_their_signals_already():
    drawn = Drawing().way((0, 0), (80, 0), highway="trunk").way((80, 0), (160, 0), highway="trunk")
    drawn.way((80, 0), (80, 80), highway="trunk").node((80, 0), highway="traffic_signals")
    assert edge_seconds(drawn)[1] == pytest.approx([80 * 3.6 / 34.9] * 2, abs=0.01)


def test_people_on_foot_and_bicycles_are_not_asked_to_wait():
    meet = Drawing().way((0, 0), (80, 0)).way((80, 0), (80, 80)).way((80, 0), (160, 0))
    meet.node((80, 0), highway="traffic_signals")
    assert edge_seconds(meet, "on_foot")[1] == pytest.approx([60] * 2, abs=0.02)
    assert edge_seconds(meet, "bicycle")[1] == pytest.approx([80 / 241.67 * 60] * 2, abs=0.02)


def test_ten_blocks_by_car_by_hand_and_the_route_says_what_the_field_says():
    """Ten blocks along one street through nine junctions, from corner to corner."""
    graph = walk(grid_town(10).network(), "car")
    assert graph.unit_s == 0.1  # no longer metres over one speed
    start, end = at(graph, (0, 160)), at(graph, (800, 160))
    by_hand = 10 * BLOCK_S + 9 * TURN_S + 2 * TURN_S / 2  # both corners are junctions of three
    found = route(graph, start, end)
    assert found.seconds == pytest.approx(by_hand, abs=0.5)  # ten edges, each rounded to a tenth
    field = AccessField(graph, end, 3600)
    assert field.at(start).seconds[0] == pytest.approx(found.seconds, abs=1e-6)
    assert sum(piece.seconds for piece in found.pieces) == pytest.approx(found.seconds, abs=1e-6)


def test_there_and_back_of_a_two_way_street_take_the_same():
    graph = walk(grid_town(4).network(), "car")
    assert graph.is_symmetric
