"""The hierarchy answers as the plain search does: on every small graph, and on a city."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.streets.hierarchy import hierarchy_from, sweep
from geo.streets.lanes import FARTHEST, LaneRows, lane_arcs, sweep_lanes
from geo.streets.search import UNREACHED, spread_dense
from tests.geo.streets import drawing
from tests.geo.streets.drawing import all_pairs, seeds, walk


def finite(units):
    return np.where(units == UNREACHED, np.inf, units).tolist()


@settings(max_examples=300, deadline=None)
@given(drawing.graphs(), st.data())
def test_on_any_graph_the_sweep_finds_the_way_from_the_places_and_to_them(given_graph, data):
    arcs, is_symmetric = given_graph
    begin = data.draw(drawing.starts(len(arcs.first) - 1))
    hierarchy, pairs = hierarchy_from(arcs, is_symmetric), all_pairs(arcs)
    outward = np.min([pairs[n] + u for n, u in begin], axis=0)
    homeward = np.min([pairs[:, n] + u for n, u in begin], axis=0)
    assert finite(sweep(hierarchy, seeds(*begin), backward=False)) == outward.tolist()
    assert finite(sweep(hierarchy, seeds(*begin), backward=True)) == homeward.tolist()


@settings(max_examples=100, deadline=None)
@given(drawing.graphs(most_nodes=30, heaviest=5), st.data())
def test_many_ways_as_long_leave_no_node_with_a_wrong_number(given_graph, data):
    arcs, is_symmetric = given_graph
    begin = data.draw(drawing.starts(len(arcs.first) - 1))
    hierarchy, pairs = hierarchy_from(arcs, is_symmetric), all_pairs(arcs)
    plain = np.min([pairs[n] + u for n, u in begin], axis=0)
    assert finite(sweep(hierarchy, seeds(*begin), backward=False)) == plain.tolist()


@settings(max_examples=100, deadline=None)
@given(drawing.graphs(heaviest=40_000), st.data())
def test_lanes_find_the_same_up_to_what_16_bits_hold(given_graph, data):
    """Sums beyond 65,535 are too far, never near again."""
    arcs, is_symmetric = given_graph
    nodes = len(arcs.first) - 1
    kinds = data.draw(st.lists(drawing.starts(nodes), min_size=1, max_size=32))
    hierarchy, pairs = hierarchy_from(arcs, is_symmetric), all_pairs(arcs)
    backward = data.draw(st.booleans())
    lanes, rows = lane_arcs(hierarchy, backward), LaneRows(nodes)
    sweep_lanes(lanes, [seeds(*begin) for begin in kinds], FARTHEST, rows)
    found = rows.units[hierarchy.rank].astype(float)
    for lane, begin in enumerate(kinds):
        plain = np.min([(pairs[:, n] if backward else pairs[n]) + u for n, u in begin], axis=0)
        plain[plain > FARTHEST] = FARTHEST + 1
        assert found[:, lane].tolist() == plain.tolist()
    assert (found[:, len(kinds) :] == FARTHEST + 1).all()


def test_a_city_on_foot_and_by_car_agrees_with_the_search(city_network):
    rng = np.random.default_rng(2)
    for code in ("on_foot", "car"):
        graph = walk(city_network, code)
        hierarchy = hierarchy_from(graph.out, graph.is_symmetric)
        begin = seeds(*((int(n), int(u)) for n, u in rng.integers(0, 8000, (60, 2))))
        for backward in (False, True):
            plain = spread_dense(graph.into if backward else graph.out, begin, 2**29)
            assert np.array_equal(sweep(hierarchy, begin, backward), plain)
            near = spread_dense(graph.into if backward else graph.out, begin, 9000)
            assert np.array_equal(sweep(hierarchy, begin, backward, 9000), near)


@pytest.mark.early
def test_arcs_lead_upward_only(city_network):
    graph = walk(city_network)
    hierarchy = hierarchy_from(graph.out, graph.is_symmetric)
    lower = np.repeat(np.arange(len(hierarchy.rank)), np.diff(hierarchy.first))
    assert (hierarchy.to < lower).all()
    assert np.array_equal(hierarchy.up, hierarchy.down)
