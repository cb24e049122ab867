"""Nearest of many: which one, for every node and every home, and after every change."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import NotFound
from geo.streets.field import NOWHERE, AccessField
from geo.streets.graph import Arcs, turned
from geo.streets.junctions import TURN_S
from geo.streets.snap import snap, street_grid
from tests.geo.streets import drawing
from tests.geo.streets.drawing import all_pairs, at, grid_town, node, walk

HALF_AN_HOUR = 1800


@pytest.fixture(scope="module")
def town():
    return walk(grid_town(31).network())


def minutes(field, x, y):
    there = node(field.graph.network, (x * 80, y * 80))
    return field.nodes.seconds[there] / 60, int(field.nodes.owner[there])


def test_each_corner_belongs_to_the_salon_that_is_nearest(town):
    salons = at(town, (0, 0), (31 * 80, 0))
    field = AccessField(town, salons, HALF_AN_HOUR)
    assert minutes(field, 10, 5) == (15, 0)
    assert minutes(field, 20, 5) == (16, 1)
    assert minutes(field, 15, 31) == (np.inf, -1)


def test_of_two_as_near_the_one_with_the_lower_row_counts_always(town):
    pair = [(0, 0), (2 * 80, 0)]
    for places in (pair, pair[::-1]):
        field = AccessField(town, at(town, *places), HALF_AN_HOUR)
        assert minutes(field, 1, 0) == (1, 0)
        assert minutes(field, 1, 7) == (8, 0)


def test_thirty_minutes_from_door_to_door_count_the_way_to_the_street(town):
    field = AccessField(town, at(town, (0, 0)), HALF_AN_HOUR)
    homes = at(town, (30 * 80, 0), (30 * 80 + 1, 0), (29 * 80 + 40, -40), (29 * 80 + 40, -41))
    assert field.at(homes).seconds / 60 == pytest.approx([30, np.inf, 30, np.inf], abs=0.01)


def test_a_home_on_the_salons_own_street_does_not_go_round_by_the_corner(town):
    field = AccessField(town, at(town, (20, 8)), HALF_AN_HOUR)
    answer = field.at(at(town, (60, 8)))
    assert answer.seconds[0] / 60 == pytest.approx((8 + 40 + 8) / 80, abs=0.01)
    assert answer.owner.tolist() == [0]


def test_a_home_on_no_street_has_no_answer(town):
    field = AccessField(town, at(town, (0, 0), (-900, 0)), HALF_AN_HOUR)
    answer = field.at(at(town, (-900, 0)))
    assert (answer.seconds[0], answer.owner[0]) == (np.inf, -1)


def test_a_van_outward_and_a_walk_home_differ_on_one_way_streets():
    street = grid_town(3).way((0, 0), (0, -800), oneway="yes")
    street.way((0, -800), (800, -800), (800, 0), (240, 0), oneway="yes")
    graph = walk(street.network(), "car")
    office, house = at(graph, (0, 0)), at(graph, (0, -400))
    there = AccessField(graph, office, 3600, backward=False).at(house).seconds[0]
    back = AccessField(graph, office, 3600, backward=True).at(house).seconds[0]
    # half the street, and with it half of what its end at a junction of three costs
    assert there == pytest.approx(400 / (20 / 3.6) + TURN_S / 4, abs=0.2)
    assert back > there * 4


@pytest.mark.early
def test_what_is_no_place_cannot_be_closed(town):
    field = AccessField(town, at(town, (0, 0)), HALF_AN_HOUR)
    field.remove(0)
    for row in (0, 1, -1):
        with pytest.raises(NotFound):
            field.remove(row)
    assert (field.label == NOWHERE).all()


def change(field, places, turn, rng):
    """Open, close or move one place, in turns."""
    still_open = np.flatnonzero(field.is_open)
    new = places[rng.integers(0, len(places), 1)]
    if turn % 3 == 0:
        field.add(new)
    elif turn % 3 == 1:
        field.remove(int(rng.choice(still_open)))
    else:
        field.move(int(rng.choice(still_open)), new)


@pytest.mark.parametrize(("code", "backward"), [("on_foot", True), ("car", True), ("car", False)])
def test_a_hundred_changes_leave_what_a_new_search_finds(city_network, code, backward):
    graph = walk(city_network, code)
    rng = np.random.default_rng(8)
    xy_m = city_network.point_xy_m[rng.integers(0, len(city_network.point_xy_m), 90)]
    places = snap(graph, street_grid(graph), xy_m + rng.normal(0, 20, xy_m.shape))
    field = AccessField(graph, places[:40], 900, backward)
    for turn in range(100):
        change(field, places, turn, rng)
    again = AccessField(graph, field.places[field.is_open], 900, backward)
    rows = np.flatnonzero(field.is_open)
    assert np.array_equal(again.nodes.seconds, field.nodes.seconds)
    reached = again.nodes.owner >= 0
    assert np.array_equal(rows[again.nodes.owner[reached]], field.nodes.owner[reached])


class _Bare(AccessField):
    """A field straight on arcs, without streets: for any graph at all."""

    def __init__(self, arcs: Arcs, seeds, limit: int) -> None:
        self.limit, self._arcs, self._turned = limit, arcs, turned(arcs)
        self.label = np.full(len(arcs.first) - 1, NOWHERE, np.int64)
        self.is_open = np.ones(len(seeds.node), bool)
        self._seeds = seeds
        self._relax(seeds.node, seeds.units.astype(np.int64) << 32 | seeds.owner)


def plain(arcs, begin, limit):
    """Labels by the plainest algorithm: seed by seed over all pairs."""
    labels = np.full(len(arcs.first) - 1, NOWHERE, np.int64)
    pairs = all_pairs(arcs)
    for owner, (start, units) in begin:
        total = pairs[start] + units
        near = total <= limit
        mine = np.where(near, total, 0).astype(np.int64) << 32 | owner
        labels = np.where(near, np.minimum(labels, mine), labels)
    return labels.tolist()


@settings(max_examples=300, deadline=None)
@given(drawing.graphs(), st.data())
def test_on_any_graph_labels_are_exact_before_and_after_one_is_closed(given_graph, data):
    arcs, _ = given_graph
    begin = list(enumerate(data.draw(drawing.starts(len(arcs.first) - 1, most=6))))
    limit = data.draw(st.one_of(st.integers(0, 400), st.just(2**29)))
    field = _Bare(arcs, drawing.seeds(*(seed for _, seed in begin)), limit)
    assert field.label.tolist() == plain(arcs, begin, limit)
    for row in data.draw(st.permutations(range(len(begin)))):
        field.remove(row)
        begin = [(owner, seed) for owner, seed in begin if owner != row]
        assert field.label.tolist() == plain(arcs, begin, limit)
