"""All homes against 32 fields in one go: as each field by itself says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.access.coverage import State, states
from geo.access.crowd import crowd_of, people_beside, people_within
from geo.access.spread import Homes
from geo.crowds import beside, crowd
from geo.possible_homes import Joined, Living
from geo.streets.field import AccessField
from geo.streets.hierarchy import hierarchy_of
from geo.streets.lanes import FARTHEST, LANES, TOO_FAR, LaneRows, lane_arcs, sweep_lanes
from geo.streets.search import seeds_of
from geo.streets.snap import Join
from tests.geo.streets.drawing import Drawing, at, grid_town, walk


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.sampled_from((0, 900, 24_000, FARTHEST)))
def test_a_kernel_counts_as_plain_sums_do(seed, limit):
    rng = np.random.default_rng(seed)
    nodes, homes, areas = 7, int(rng.integers(0, 30)), int(rng.integers(1, 4))
    rows = rng.choice([0, 1, 500, 899, 900, 901, 24_000, FARTHEST, TOO_FAR], (nodes, LANES))
    rows = rows.astype(np.uint16)
    ends = rng.integers(0, nodes, (homes, 2)).astype(np.int32)
    units = rng.choice([0, 1, 400, 24_000, 65_534, 65_535, 2**30], (homes, 2)).astype(np.int64)
    people, area = rng.random(homes), rng.integers(-1, areas, homes).astype(np.int32)
    found = people_within(rows, crowd_of(ends, units, people, area, areas), limit)
    assert found.shape == (LANES, areas)
    near = (rows[ends].astype(np.int64) + units[:, :, None] <= limit).any(axis=1)
    for lane in range(LANES):
        for one in range(areas):
            expected = people[near[:, lane] & (area == one)].sum()
            assert found[lane, one] == pytest.approx(expected, abs=1e-9)


def living(homes: int, rng) -> Living:
    spread = Homes(
        np.zeros((homes, 2)),
        np.arange(homes, dtype=np.int32),
        np.ones(homes),
        np.zeros(homes, np.uint8),
    )
    nobody = np.zeros(4)
    return Living(
        spread, rng.random((homes, 4)), nobody, nobody, nobody, 0.0, np.full(homes, 1e6), None, None
    )


@pytest.mark.early
@pytest.mark.parametrize("backward", [True, False])
def test_people_of_32_fields_at_once_are_those_of_each_field(backward):
    """Homes and places in the middle of streets, some on the same one, one-way streets for a bicycle."""
    town = grid_town(12)
    town.way((0, 40), (40, 40), (960, 40), highway="residential", oneway="yes")
    _compare(walk(town.network(), "bicycle"), backward)


def test_a_home_at_a_stray_street_is_counted_where_a_place_stands_on_it():
    town = grid_town(6).way((2000, 0), (2300, 0))
    graph = walk(town.network())
    homes = at(graph, (2250, 5), (10, 0))
    assert homes.state.tolist() == [Join.APART, Join.JOINED]
    _compare(graph, True, extra=[(2250, 5)])


def _compare(graph, backward, extra=()):
    rng = np.random.default_rng(4)
    side = float(np.ptp(graph.network.node_xy_m[:, 0]))
    homes = at(graph, *rng.uniform(-50, side + 50, (300, 2)), *extra)
    kinds = [at(graph, *rng.uniform(0, side, (rng.integers(1, 9), 2))) for _ in range(LANES)]
    joined = Joined(living(len(homes), rng), homes)
    hierarchy = hierarchy_of(graph)
    area, areas = rng.integers(-1, 3, len(homes)).astype(np.int32), 3
    rows, arcs = LaneRows(graph.network.node_count), lane_arcs(hierarchy, backward)
    limit_s = 240.0
    limit = graph.units_within(limit_s)
    sweep_lanes(arcs, [seeds_of(graph, kind, backward) for kind in kinds], limit, rows)
    crowded = crowd(graph, hierarchy, joined, 1, area, areas, backward=backward)
    pairs = beside(graph, joined, crowded, kinds, limit, backward=backward)
    found = people_within(rows.units, crowded, limit)
    more = people_beside(rows.units, crowded, limit, *pairs)
    assert len(pairs[0]) > 0
    for lane, kind in enumerate(kinds):
        seconds = AccessField(graph, kind, limit_s, backward).at(homes).seconds
        state = states(seconds, joined.is_joined, joined.living.edge_m, limit_s, 80.0)
        for one in range(areas):
            here = (state == State.REACHED) & (area == one)
            expected = joined.living.people[here, 1].sum()
            assert found[lane, one] + more[lane, one] == pytest.approx(expected, abs=1e-9)


def test_a_town_without_people_is_empty():
    graph = walk(Drawing().way((0, 0), (1500, 0)).network())
    none = crowd_of(
        np.zeros((0, 2), np.int32),
        np.zeros((0, 2), np.int64),
        np.zeros(0),
        np.zeros(0, np.int32),
        2,
    )
    rows = LaneRows(graph.network.node_count)
    assert not people_within(rows.units, none, 100).any()
    nobody = np.zeros(0, np.int32)
    assert people_beside(rows.units, none, 100, nobody, nobody).shape == (LANES, 2)
