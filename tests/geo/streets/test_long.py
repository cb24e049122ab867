"""The street engine for long: a thousand changes, every kernel under bounds checking."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from geo.streets.field import AccessField
from geo.streets.hierarchy import hierarchy_of
from geo.streets.lanes import LaneRows, lane_arcs, sweep_lanes
from geo.streets.search import UNREACHED, seeds_of, spread_dense
from geo.streets.snap import snap, street_grid
from tests.geo.streets.test_field import change, walk

pytestmark = pytest.mark.soak
HOUSE = Path(__file__).parents[3]


@pytest.mark.parametrize(("code", "backward"), [("on_foot", True), ("car", True), ("car", False)])
def test_after_each_hundred_of_a_thousand_changes_a_field_is_what_a_new_search_finds(
    city_network, code, backward
):
    graph = walk(city_network, code)
    rng = np.random.default_rng(11)
    xy_m = city_network.point_xy_m[rng.integers(0, len(city_network.point_xy_m), 200)]
    places = snap(graph, street_grid(graph), xy_m + rng.normal(0, 20, xy_m.shape))
    field = AccessField(graph, places[:80], 1800, backward)
    for turn in range(1, 1001):
        change(field, places, turn, rng)
        if turn % 100 == 0:
            again = AccessField(graph, field.places[field.is_open], 1800, backward)
            assert np.array_equal(again.nodes.seconds, field.nodes.seconds)


@pytest.mark.parametrize("code", ["on_foot", "wheelchair", "car"])
def test_lanes_are_searches_up_to_an_hour_both_ways(city_network, code):
    graph = walk(city_network, code)
    hierarchy, grid = hierarchy_of(graph), street_grid(graph)
    rng = np.random.default_rng(12)
    limit = graph.units_within(3600)
    kinds = []
    for _ in range(32):
        xy_m = city_network.point_xy_m[rng.integers(0, len(city_network.point_xy_m), 25)]
        kinds.append(snap(graph, grid, xy_m))
    for backward in (True, False):
        arcs, rows = lane_arcs(hierarchy, backward), LaneRows(city_network.node_count)
        seeds = [seeds_of(graph, kind, backward) for kind in kinds]
        sweep_lanes(arcs, seeds, limit, rows)
        for lane, kind in enumerate(seeds):
            plain = spread_dense(graph.into if backward else graph.out, kind, limit)
            found = rows.units[hierarchy.rank, lane].astype(np.int64)
            found[found > limit] = UNREACHED
            assert np.array_equal(found, plain)


def test_no_kernel_reads_or_writes_beside_its_arrays(tmp_path):
    """All tests of the engine once more, compiled with numba's bounds checks."""
    checked = os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-m", "not soak", "tests/geo/streets"],
        cwd=HOUSE,
        env=checked,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:]
