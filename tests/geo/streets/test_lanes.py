"""Thirty-two kinds at once, at nodes and at homes; what does not fit is refused."""

import numpy as np
import pytest

from geo.errors import Invalid
from geo.streets.field import AccessField
from geo.streets.hierarchy import hierarchy_of
from geo.streets.lanes import FARTHEST, LANES, TOO_FAR, LaneRows, lane_arcs, lanes_at, sweep_lanes
from geo.streets.search import seeds_of
from geo.streets.snap import snap, street_grid
from tests.geo.streets.drawing import at, grid_town, seeds, walk


@pytest.fixture(scope="module")
def town():
    graph = walk(grid_town(31).network())
    return graph, lane_arcs(hierarchy_of(graph), backward=True), LaneRows(graph.network.node_count)


@pytest.mark.early
def test_each_lane_is_a_kind_of_its_own(town):
    graph, arcs, rows = town
    kinds = [seeds_of(graph, at(graph, (80 * n, 0)), backward=True) for n in range(LANES)]
    sweep_lanes(arcs, kinds, 24_000, rows)
    home = lanes_at(graph, arcs, rows, at(graph, (0, 80 * 10)))
    assert (home[0] * graph.unit_s / 60).tolist() == [10 + n for n in range(LANES)]


def test_a_lane_without_a_place_is_too_far_everywhere(town):
    _, arcs, rows = town
    sweep_lanes(arcs, [seeds(), seeds((0, 0))], 24_000, rows)
    assert (rows.units[:, 0] == TOO_FAR).all()
    assert (rows.units[:, 1] < TOO_FAR).all()
    sweep_lanes(arcs, [], 24_000, rows)
    assert (rows.units == TOO_FAR).all()


def test_more_than_32_kinds_and_what_16_bits_do_not_hold_are_refused(town):
    _, arcs, rows = town
    with pytest.raises(Invalid):
        sweep_lanes(arcs, [seeds()] * 33, 100, rows)
    for limit in (-1, FARTHEST + 1):
        with pytest.raises(Invalid):
            sweep_lanes(arcs, [seeds()], limit, rows)


def test_rows_lie_on_cache_lines_of_their_own():
    assert LaneRows(7).units.ctypes.data % 64 == 0
    assert LaneRows(7).units.shape == (7, 32)


def test_at_forty_five_minutes_no_far_home_is_called_near(city_network):
    """Where plain 16-bit sums went wrong in silence: 36,000 decimetres and more."""
    graph = walk(city_network)
    arcs = lane_arcs(hierarchy_of(graph), backward=True)
    rows, limit = LaneRows(city_network.node_count), graph.units_within(45 * 60)
    rng = np.random.default_rng(6)
    xy_m = city_network.point_xy_m[rng.integers(0, len(city_network.point_xy_m), 400)]
    places = snap(graph, street_grid(graph), xy_m + rng.normal(0, 30, xy_m.shape))
    kinds = [places[n * 3 : n * 3 + 3] for n in range(LANES)]
    sweep_lanes(arcs, [seeds_of(graph, kind, backward=True) for kind in kinds], limit, rows)
    homes = places[100:]
    found = lanes_at(graph, arcs, rows, homes).astype(float)
    found[found > limit] = np.inf
    for lane in (0, 7, 31):
        field = AccessField(graph, kinds[lane], 45 * 60)
        elsewhere = ~np.isin(homes.edge, kinds[lane].edge)
        plain = field.at(homes).seconds / graph.unit_s
        assert found[elsewhere, lane].tolist() == pytest.approx(plain[elsewhere].tolist())
