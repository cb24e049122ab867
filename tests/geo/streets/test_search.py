"""A search outward: the hand-worked grid, and every small graph against the plainest algorithm."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.streets import search
from geo.streets.graph import arcs_of, turned
from geo.streets.search import UNREACHED, seeds_of, spread, spread_dense, spread_many
from tests.geo.streets import drawing
from tests.geo.streets.drawing import Drawing, all_pairs, at, grid_town, node, seeds, walk

HALF_AN_HOUR = 24_000  # decimetres at 80 m/min


@pytest.fixture(scope="module")
def town():
    """31 blocks each way, one block a minute."""
    return walk(grid_town(31).network())


def minutes(graph, place, x, y):
    units = spread_dense(graph.out, seeds_of(graph, place), HALF_AN_HOUR)
    there = units[node(graph.network, (x * 80, y * 80))]
    return np.inf if there == UNREACHED else there * graph.unit_s / 60


def test_a_block_is_a_minute(town):
    assert minutes(town, at(town, (0, 0)), 1, 0) == 1
    assert minutes(town, at(town, (0, 0)), 3, 4) == 7


def test_thirty_minutes_is_reached_and_thirty_one_is_not(town):
    home = at(town, (0, 0))
    assert minutes(town, home, 10, 20) == 30
    assert minutes(town, home, 10, 21) == np.inf
    assert minutes(town, home, 31, 0) == np.inf


def test_a_place_in_the_middle_of_a_block_goes_both_ways(town):
    home = at(town, (20, 0))  # a quarter of the way
    assert minutes(town, home, 0, 0) == 0.25
    assert minutes(town, home, 1, 0) == 0.75


def test_the_way_to_the_street_is_part_of_the_time(town):
    home = at(town, (40, 16))  # 16 m off the middle of a block: a fifth of a minute
    assert minutes(town, home, 1, 0) == pytest.approx(0.7)


def test_a_search_starts_late_where_the_place_is_late(town):
    late = spread_dense(town.out, seeds((0, HALF_AN_HOUR)), HALF_AN_HOUR)
    assert (late < UNREACHED).sum() == 1
    assert (spread_dense(town.out, seeds((0, 5)), 4) == UNREACHED).all()


def test_without_a_place_nothing_is_reached(town):
    assert (spread_dense(town.out, seeds(), HALF_AN_HOUR) == UNREACHED).all()


@settings(max_examples=300, deadline=None)
@given(drawing.graphs(), st.data())
def test_any_graph_is_searched_as_by_the_plainest_algorithm(given_graph, data):
    arcs, _ = given_graph
    begin = data.draw(drawing.starts(len(arcs.first) - 1))
    limit = data.draw(st.one_of(st.integers(0, 500), st.just(2**29)))
    plain = np.min([all_pairs(arcs)[n] + u for n, u in begin], axis=0)
    plain[plain > limit] = np.inf
    units = spread_dense(arcs, seeds(*begin), limit)
    assert np.where(units == UNREACHED, np.inf, units).tolist() == plain.tolist()


@settings(max_examples=100, deadline=None)
@given(drawing.graphs(symmetric=False), st.data())
def test_the_way_to_a_place_is_the_way_from_it_with_every_street_turned(given_graph, data):
    arcs, _ = given_graph
    begin = data.draw(drawing.starts(len(arcs.first) - 1, most=1))
    there = all_pairs(arcs)[:, begin[0][0]] + begin[0][1]
    units = spread_dense(turned(arcs), seeds(*begin), 2**29)
    assert np.where(units == UNREACHED, np.inf, units).tolist() == there.tolist()


def test_a_thousand_searches_leave_nothing_behind_for_the_next(town):
    rng = np.random.default_rng(4)
    first = {}
    for turn in range(1000):
        start = int(rng.integers(0, 60))
        found = spread(town.out, seeds((start, 0)), 4000)
        told = dict(zip(found.node.tolist(), found.units.tolist(), strict=True))
        assert first.setdefault(start, told) == told, turn


def test_a_chain_with_a_hundred_leaves_at_each_node_ends():
    """Many labels below the width of a bucket: the pool grows and is used again."""
    chain = [(i, i + 1, 1) for i in range(300)]
    leaves = [(i, 301 + 100 * i + leaf, leaf % 3) for i in range(300) for leaf in range(100)]
    table = np.array(chain + leaves)
    both = np.concatenate([table, table[:, [1, 0, 2]]])
    arcs = arcs_of(both[:, 0], both[:, 1], both[:, 2], 301 + 30_000)
    units = spread_dense(arcs, seeds((0, 0)), 2**29)
    assert units[:301].tolist() == list(range(301))
    assert units[301:].tolist() == [i + leaf % 3 for i in range(300) for leaf in range(100)]


def test_labels_far_apart_share_no_bucket():
    """Seeds farther apart than the heaviest arc: more buckets than one search needs."""
    arcs = arcs_of(np.array([0, 1]), np.array([1, 0]), np.array([1, 1]), 3)
    units = spread_dense(arcs, seeds((0, 0), (2, 100_000)), 2**29)
    assert units.tolist() == [0, 1, 100_000]


def test_stamps_begin_anew_when_they_are_used_up():
    arcs = arcs_of(np.array([0]), np.array([1]), np.array([7]), 2)
    search.scratch_for(2).stamp = 2
    for _ in range(3):
        assert spread_dense(arcs, seeds((0, 0)), 100).tolist() == [0, 7]


def test_the_whole_of_a_real_net_agrees_with_scipy(city_network):
    graph = walk(city_network, "car")
    matrix = csr_matrix((graph.out.units.astype(float), graph.out.head, graph.out.first))
    for start in (0, 4000, 8000):
        units = spread_dense(graph.out, seeds((start, 0)), 2**29)
        plain = dijkstra(matrix, indices=start)
        assert np.array_equal(np.where(units == UNREACHED, np.inf, units), plain)


def test_nobody_walks_over_a_river_without_a_bridge():
    town = Drawing().way((0, 0), (400, 0)).way((0, 100), (400, 100)).way((400, 0), (400, 100))
    graph = walk(town.network())
    assert minutes(graph, at(graph, (0, 0)), 0, 100 / 80) == pytest.approx(900 / 80)


@pytest.mark.early
def test_many_searches_at_once_are_the_same_ones(town):
    begin = [seeds((n, 5)) for n in range(0, 900, 7)] + [seeds(), seeds((3, 0), (900, 2000))]
    for threads in (1, 2, 3):
        many = spread_many(town.out, begin, 8000, threads)
        assert len(many) == len(begin)
        for one, found in zip(begin, many, strict=True):
            alone = spread(town.out, one, 8000)
            assert found.node.tolist() == alone.node.tolist()
            assert found.units.tolist() == alone.units.tolist()
    assert spread_many(town.out, [], 8000) == []
