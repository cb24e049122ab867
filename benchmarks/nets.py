"""The networks of the engine's measurements, as every engine is given them; that all agree on every node; and
how two of them are timed in turns."""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from benchmarks import city
from geo.sources import mihon, osm_streets
from geo.streets.build import build_network
from geo.streets.graph import TravelGraph, graph_of
from geo.streets.hierarchy import Hierarchy, hierarchy_of, sweep
from geo.streets.lanes import LaneRows, lane_arcs, sweep_lanes
from geo.streets.network import StreetNetwork, frozen
from geo.streets.profile import get_profile
from geo.streets.search import UNREACHED, Seeds, spread_dense
from geo.streets.snap import Snap, StreetGrid, snap, street_grid

Case = dict[str, object]

HALF_AN_HOUR = 1800.0
RESOURCES, KINDS = 1000, 32
SIDES = {"city": 530, "million": 1193}  # corners: 197,488 and 1,005,750 nodes


@dataclass(frozen=True)
class Net:
    """One network as everybody is given it."""

    name: str
    graph: TravelGraph
    matrix: csr_matrix
    hierarchy: Hierarchy
    nodes: np.ndarray  # of the largest piece: places to start from
    grid: StreetGrid
    places: Snap
    took_ms: dict[str, float]  # building the network, its graph, its hierarchy

    @property
    def limit(self) -> int:
        """Half an hour in units."""
        return self.graph.units_within(HALF_AN_HOUR)


def networks() -> Iterator[tuple[str, Callable[[], StreetNetwork]]]:
    """Name and how it is built: real 鯖江 where ``ENGAWA_REAL`` has it, みほん市, two invented cities; or those
    that ``ENGAWA_NETS`` names."""
    wanted = os.environ.get("ENGAWA_NETS", "sabae mihon city million").split()
    real = Path(os.environ.get("ENGAWA_REAL", Path(__file__).parents[2] / "shared/real"))
    sabae = real / "sabae/osm/sabae_core.osm.pbf"
    made: dict[str, Callable[[], StreetNetwork]] = {"mihon": mihon_streets}
    if sabae.is_file():
        made["sabae"] = lambda: build_network(osm_streets.read(sabae), 6, "sabae")
    for name, side in SIDES.items():
        made[name] = lambda side=side, name=name: build_network(city.city(side), city.ZONE, name)
    return ((name, made[name]) for name in wanted if name in made)


def mihon_streets() -> StreetNetwork:
    """みほん市, drawn anew."""
    with TemporaryDirectory() as folder:
        mihon.write(Path(folder))
        raw = osm_streets.read(Path(folder) / "streets/mihon.osm.pbf")
    return build_network(raw, mihon.ZONE, "mihon")


def net_of(name: str, build: Callable[[], StreetNetwork]) -> Net:
    """Build a network and all that is asked of it; how long each took."""
    took: dict[str, float] = {}

    def timed(what: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        made = work()
        took[what] = (time.perf_counter() - began) * 1000
        return made

    network = timed("network", build)
    graph = timed("graph", lambda: graph_of(network, get_profile("on_foot")))
    hierarchy = timed("hierarchy", lambda: hierarchy_of(graph))
    columns = (graph.out.units.astype(np.float64), graph.out.head.copy(), graph.out.first.copy())
    matrix = csr_matrix(columns, shape=(network.node_count,) * 2)
    rng = np.random.default_rng(9)
    nodes = rng.permutation(np.flatnonzero(network.node_component == 0)).astype(np.int32)
    grid = street_grid(graph)
    at = rng.integers(0, len(network.point_xy_m), RESOURCES)
    places = snap(graph, grid, frozen(network.point_xy_m[at]))
    return Net(name, graph, matrix, hierarchy, nodes, grid, places, took)


def assert_agreement(net: Net) -> None:
    """Every engine, every node, the same number."""
    for start in net.nodes[:3]:
        plain = dijkstra(net.matrix, indices=int(start), limit=net.limit)
        ours = spread_dense(net.graph.out, start_at(start), net.limit)
        assert np.array_equal(np.where(ours == UNREACHED, np.inf, ours), plain)
    seeds = seeds_for(net)
    for limit in (2**29, net.limit):
        wanted = limit if limit == net.limit else np.inf
        starts = seeds.node.astype(np.int64)
        plain = dijkstra(net.matrix, indices=starts, min_only=True, limit=wanted)
        ours = spread_dense(net.graph.out, seeds, limit)
        assert np.array_equal(np.where(ours == UNREACHED, np.inf, ours), plain)
        assert np.array_equal(sweep(net.hierarchy, seeds, False, limit), ours)
    kinds, rows = seeds_of_kinds(net), LaneRows(net.graph.network.node_count)
    lanes = lane_arcs(net.hierarchy, backward=False)
    sweep_lanes(lanes, kinds, net.limit, rows)
    for lane, kind in enumerate(kinds):
        by_dial = spread_dense(net.graph.out, kind, net.limit)
        mine = rows.units[lanes.rank, lane].astype(np.int64)
        assert np.array_equal(np.where(mine > net.limit, UNREACHED, mine), by_dial)


def start_at(start: int) -> Seeds:
    """One node, nothing spent."""
    nothing = frozen(np.zeros(1, np.int32))
    return Seeds(frozen(np.array([start], np.int32)), nothing, nothing)


def seeds_for(net: Net, count: int = RESOURCES, skip: int = 0) -> Seeds:
    """So many nodes of the largest piece, always the same ones."""
    count = min(count, len(net.nodes) // 2)
    node = np.roll(net.nodes, -skip)[:count].copy()
    rows = np.arange(count, dtype=np.int32)
    return Seeds(frozen(node), frozen(np.zeros(count, np.int32)), frozen(rows))


def seeds_of_kinds(net: Net) -> list[Seeds]:
    """Thirty-two kinds of 20 to 400 places."""
    sizes = np.random.default_rng(4).choice([20, 50, 100, 200, 400], KINDS)
    return [seeds_for(net, int(size), skip=577 * at) for at, size in enumerate(sizes)]


def in_turns(
    ours: Callable[[object], object],
    other: Callable[[object], object],
    rounds: Sequence[object],
    words: str,
) -> Case:
    """Medians of both over the same arguments, one after the other; the first round is not counted."""
    ours(rounds[0])
    other(rounds[0])
    pairs = [(ms(lambda a=a: ours(a)), ms(lambda a=a: other(a))) for a in rounds]
    mine, others = zip(*pairs, strict=True)
    return as_case(statistics.median(mine), statistics.median(others), words, len(pairs))


def as_case(ours_ms: float, other_ms: float, other: str, n: int) -> Case:
    """One line of the table. ``ratio`` as everywhere ours to theirs, ``faster`` the other way round."""
    return {
        "ours_ms": round(ours_ms, 4),
        "other_ms": round(other_ms, 4),
        "other": other,
        "ratio": round(ours_ms / other_ms, 4),
        "faster": round(other_ms / ours_ms, 1),
        "n": n,
    }


def ms(work: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
