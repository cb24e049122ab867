"""The way from here to there: its pieces, and seconds that are those of the fields."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.streets.field import AccessField
from geo.streets.network import Known, StreetClass
from geo.streets.route import Piece, outward, route, routes
from geo.streets.snap import snap, street_grid
from tests.geo.streets.drawing import CORNER_M, Drawing, at, grid_town, walk


@pytest.fixture(scope="module")
def town():
    return walk(grid_town(5).network())


def drawn(graph, found):
    """The places of a route in metres of the drawing."""
    from geo import crs  # noqa: PLC0415

    lonlat = np.concatenate([piece.lonlat for piece in found.pieces])
    return crs.to_plane_m(lonlat, graph.network.zone) - CORNER_M


def test_a_route_of_seven_blocks_takes_seven_minutes_and_touches_every_corner(town):
    found = route(town, at(town, (0, 0)), at(town, (240, 320)))
    assert found.seconds / 60 == 7
    assert found.length_m == pytest.approx(560, abs=0.1)
    line = drawn(town, found)
    assert line[0] == pytest.approx([0, 0], abs=0.02)
    assert line[-1] == pytest.approx([240, 320], abs=0.02)


def test_pieces_are_streets_and_hang_together(town):
    found = route(town, at(town, (0, 0)), at(town, (400, 0)))
    assert len(found.pieces) == 1  # one street all the way
    for one, other in zip(found.pieces, found.pieces[1:], strict=False):
        assert one.lonlat[-1] == pytest.approx(other.lonlat[0])


def test_on_one_street_nobody_goes_round_by_a_corner(town):
    found = route(town, at(town, (20, 5)), at(town, (60, 3)))
    assert found.away_m == pytest.approx((5, 3), abs=0.02)
    assert found.seconds == pytest.approx(48 / 80 * 60, abs=0.1)
    assert drawn(town, found) == pytest.approx(np.array([[20, 0], [60, 0]]), abs=0.02)
    back = route(town, at(town, (60, 3)), at(town, (20, 5)))
    assert drawn(town, back) == pytest.approx(np.array([[60, 0], [20, 0]]), abs=0.02)


def test_one_way_even_the_next_house_may_be_far():
    street = grid_town(3).way((0, 0), (0, -400), oneway="yes").way((0, -400), (240, 0))
    graph = walk(street.network(), "car")
    there = route(graph, at(graph, (0, -100)), at(graph, (0, -300)))
    back = route(graph, at(graph, (0, -300)), at(graph, (0, -100)))
    assert there.length_m == pytest.approx(200, abs=0.1)
    assert back.length_m == pytest.approx(100 + np.hypot(400, 240) + 240 + 100, abs=0.2)


def test_a_route_counts_climb_steps_crossings_and_dark_metres():
    hill = (
        Drawing()
        .way((0, 0), (100, 0), lit="no")
        .way((100, 0), (110, 0), highway="footway", footway="crossing")
        .way((110, 0), (130, 0), highway="steps", step_count=40)
        .way((130, 0), (230, 0))
    )
    for x, height in ((0, 0), (100, 4), (110, 4), (130, 12), (230, 2)):
        hill.node((x, 0), ele=height)
    graph = walk(hill.network())
    found = route(graph, at(graph, (0, 0)), at(graph, (230, 0)))
    assert (found.climb_m, found.fall_m) == pytest.approx((12, 10), abs=0.01)
    assert (found.steps, found.crossings) == (40, 1)
    assert found.unlit_m == pytest.approx(100, abs=0.02)
    assert [piece.street for piece in found.pieces][1:3] == [StreetClass.FOOTWAY, StreetClass.STEPS]
    back = route(graph, at(graph, (230, 0)), at(graph, (0, 0)))
    assert (back.climb_m, back.fall_m) == pytest.approx((10, 12), abs=0.01)
    assert back.pieces[-1].lit == Known.NO


def test_a_flight_that_nobody_counted_makes_the_number_unknown():
    graph = walk(Drawing().way((0, 0), (20, 0), highway="steps").network())
    assert np.isnan(route(graph, at(graph, (0, 0)), at(graph, (20, 0))).steps)


def test_there_is_no_route_from_nowhere_nor_beyond_the_limit_nor_over_the_gap():
    graph = walk(grid_town(15).way((3000, 0), (5000, 0)).network())
    home = at(graph, (0, 0))
    assert route(graph, home, at(graph, (0, -900))) is None
    assert route(graph, home, at(graph, (4000, 0))) is None
    assert route(graph, home, at(graph, (80, 0)), limit_s=59) is None
    assert route(graph, home, at(graph, (80, 0)), limit_s=60).seconds == 60


def test_from_a_place_to_itself_is_no_way_at_all(town):
    found = route(town, at(town, (40, 0)), at(town, (40, 0)))
    assert (found.seconds, found.pieces) == (0, ())


def test_streets_of_no_length_lead_nobody_in_a_ring():
    ring = Drawing().way((0, 0), (80, 0)).way((80, 0), (80.01, 0)).way((80.01, 0), (80, 0.01))
    graph = walk(ring.way((80, 0.01), (80, 0)).way((80, 0.01), (160, 0)).network())
    assert 0 in graph.edge_units
    assert route(graph, at(graph, (0, 0)), at(graph, (160, 0))).seconds == pytest.approx(
        120, abs=0.2
    )


@pytest.mark.parametrize("code", ["on_foot", "bicycle", "car"])
def test_the_seconds_of_a_route_are_those_of_both_fields(city_network, code):
    graph = walk(city_network, code, "slope")
    rng = np.random.default_rng(12)
    xy_m = city_network.point_xy_m[rng.integers(0, len(city_network.point_xy_m), 50)]
    places = snap(graph, street_grid(graph), xy_m + rng.normal(0, 25, xy_m.shape))
    for row in range(25):
        start, end = places[row : row + 1], places[row + 25 : row + 26]
        found = route(graph, start, end)
        outward = AccessField(graph, start, 1e6, backward=False).at(end).seconds[0]
        homeward = AccessField(graph, end, 1e6, backward=True).at(start).seconds[0]
        assert outward == homeward == (found.seconds if found else np.inf)
        if found:
            off_s = sum(round(m / graph.m_per_unit) * graph.unit_s for m in found.away_m)
            assert sum(p.seconds for p in found.pieces) + off_s == pytest.approx(found.seconds)


def same_way(one, other):
    """Whether two routes are one, piece for piece and bit for bit."""
    if one is None or other is None:
        return one is other
    if (one.seconds, one.away_m, len(one.pieces)) != (
        other.seconds,
        other.away_m,
        len(other.pieces),
    ):
        return False
    return all(
        np.array_equal(getattr(a, part.name), getattr(b, part.name), equal_nan=part.name == "steps")
        for a, b in zip(one.pieces, other.pieces, strict=True)
        for part in fields(Piece)
    )


@st.composite
def little_towns(draw):
    """A grid of streets with gaps, one-way streets, flights, streets of no length and a piece apart."""
    town = Drawing()
    spots = [(x * 60.0, y * 60.0) for x in range(4) for y in range(4)]
    kinds = st.sampled_from(
        [{}, {"oneway": "yes"}, {"highway": "steps"}, {"lit": "no"}, {"footway": "crossing"}]
    )
    for x, y in spots:
        for other in ((x + 60, y), (x, y + 60)):
            if other in spots and draw(st.integers(0, 9)):
                town.way((x, y), other, **draw(kinds))
    for x, y in draw(st.lists(st.sampled_from(spots), max_size=2, unique=True)):
        town.way((x, y), (x + 0.01, y)).way((x + 0.01, y), (x + 0.02, y + 30))
    town.way((900, 0), (2000, 0))
    return town


@settings(max_examples=40)
@given(little_towns(), st.data())
def test_the_ways_to_many_are_those_to_each(town, data):
    mode = data.draw(st.sampled_from(["on_foot", "car"]))
    graph = walk(town.network(), mode)
    spot = st.tuples(st.integers(-30, 220), st.integers(-30, 220))
    start = at(graph, data.draw(spot))
    places = at(graph, *data.draw(st.lists(spot, min_size=1, max_size=6)), (1500, 3), (500, 500))
    limit_s = data.draw(st.sampled_from([np.inf, 30.0, 120.0]))
    found = routes(graph, start, places, limit_s)
    seconds = outward(graph, start, limit_s).seconds(places)
    by_field = AccessField(graph, start, min(limit_s, 1e6), backward=False).at(places).seconds
    for row, one in enumerate(found):
        assert same_way(one, route(graph, start, places[row : row + 1], limit_s))
        assert seconds[row] == by_field[row] == (one.seconds if one else np.inf)


@pytest.mark.parametrize("code", ["on_foot", "bicycle", "car"])
def test_in_a_city_too(city_network, code):
    graph = walk(city_network, code, "slope")
    rng = np.random.default_rng(7)
    xy_m = city_network.point_xy_m[rng.integers(0, len(city_network.point_xy_m), 40)]
    places = snap(graph, street_grid(graph), xy_m + rng.normal(0, 25, xy_m.shape))
    start, others = places[:1], places[1:]
    found = routes(graph, start, others)
    for row, one in enumerate(found):
        assert same_way(one, route(graph, start, others[row : row + 1]))
    by_field = AccessField(graph, start, 1e6, backward=False).at(others).seconds
    assert outward(graph, start).seconds(others).tolist() == by_field.tolist()


def test_to_nowhere_there_are_no_ways(town):
    start = at(town, (0, 0))
    assert routes(town, start, start[np.array([], np.int64)]) == []
    assert outward(town, at(town, (0, -900))).seconds(start).tolist() == [np.inf]


def test_by_edge_one_sees_where_streets_meet():
    street = Drawing().way((0, 0), (0, 100), (100, 100), (200, 100)).way((100, 100), (100, 300))
    graph = walk(street.network())
    there = at(graph, (200, 100))
    whole = route(graph, at(graph, (0, 0)), there)
    by_edge = outward(graph, at(graph, (0, 0))).routes(there, by_edge=True)[0]
    assert (len(whole.pieces), len(by_edge.pieces)) == (1, 2)  # no piece for the bend before it
    assert drawn(graph, by_edge)[3] == pytest.approx([100, 100], abs=0.02)
    assert (by_edge.seconds, by_edge.length_m) == (whole.seconds, pytest.approx(whole.length_m))


def test_a_piece_knows_its_steepest_grade_and_how_much_of_it_nobody_knows():
    hill = Drawing().way((0, 0), (100, 0)).way((100, 0), (200, 0)).way((200, 0), (300, 0))
    for x, height in ((0, 0), (100, 6), (200, 6)):
        hill.node((x, 0), ele=height)
    graph = walk(hill.network())
    found = route(graph, at(graph, (0, 0)), at(graph, (300, 0))).pieces
    assert [round(piece.steepest, 3) for piece in found] == [0.06, 0, 0]
    assert [round(piece.unknown_m) for piece in found] == [0, 0, 100]
