"""The street engine beside scipy, networkx, igraph, rustworkx and pandana, on the same graph, with the same
limit, integers on both sides, one call each over varied places, in turns.

Before anything is timed all engines have to agree on every node. Tools that are not installed are left
out and named. ``limit_ms`` is what the memory that must be touched would take at the speed at which this
machine copies memory.
"""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from benchmarks import city, rivals
from geo.sources import mihon, osm_streets
from geo.streets.archive import find_network, save_network
from geo.streets.build import build_network
from geo.streets.contour import OFF_STREET_M, bands
from geo.streets.field import AccessField
from geo.streets.graph import TravelGraph, graph_of
from geo.streets.hierarchy import Hierarchy, hierarchy_of, sweep
from geo.streets.lanes import LaneRows, lane_arcs, sweep_lanes
from geo.streets.network import StreetNetwork, frozen
from geo.streets.profile import get_profile
from geo.streets.search import UNREACHED, Seeds, spread, spread_dense
from geo.streets.snap import Snap, snap, street_grid

Case = dict[str, object]

HALF_AN_HOUR = 1800.0
BANDS_S = (300.0, 600.0, 900.0, 1200.0, 1800.0)
RESOURCES, KINDS, EDITS, PLACES = 1000, 32, 60, 60
CITY_SIDE = 530  # corners: 197,488 nodes
FEW = 5  # rounds of what takes long
SCIPY = "scipy csgraph.dijkstra"


@dataclass(frozen=True)
class Net:
    """One network as everybody is given it."""

    name: str
    graph: TravelGraph
    matrix: csr_matrix
    hierarchy: Hierarchy
    nodes: np.ndarray  # of the largest piece: places to start from
    places: Snap

    @property
    def limit(self) -> int:
        return self.graph.units_within(HALF_AN_HOUR)


def cases() -> dict[str, Case]:
    """Case → medians in milliseconds, ours and the other's, taken in turns."""
    found: dict[str, Case] = {}
    speed = _copy_bytes_per_ms()
    for name, network in _networks():
        net = _net(name, network)
        for case, measured in _all_of(net, speed).items():
            found[f"{name}_{case}"] = measured
    return found


def _networks() -> list[tuple[str, StreetNetwork]]:
    real = Path(os.environ.get("ENGAWA_REAL", Path(__file__).parents[2] / "shared/real"))
    sabae = real / "sabae/osm/sabae_core.osm.pbf"
    nets = []
    if sabae.is_file():
        nets.append(("sabae", build_network(osm_streets.read(sabae), 6, "sabae")))
    with TemporaryDirectory() as folder:
        mihon.write(Path(folder))
        raw = osm_streets.read(Path(folder) / "streets/mihon.osm.pbf")
        nets.append(("mihon", build_network(raw, mihon.ZONE, "mihon")))
    nets.append(("city", build_network(city.city(CITY_SIDE), city.ZONE, "city")))
    return nets


def _net(name: str, network: StreetNetwork) -> Net:
    graph = graph_of(network, get_profile("on_foot"))
    columns = (graph.out.units.astype(np.float64), graph.out.head.copy(), graph.out.first.copy())
    matrix = csr_matrix(columns, shape=(network.node_count,) * 2)
    rng = np.random.default_rng(9)
    nodes = rng.permutation(np.flatnonzero(network.node_component == 0)).astype(np.int32)
    at = rng.integers(0, len(network.point_xy_m), RESOURCES)
    places = snap(graph, street_grid(graph), frozen(network.point_xy_m[at]))
    return Net(name, graph, matrix, hierarchy_of(graph), nodes, places)


def _all_of(net: Net, bytes_per_ms: float) -> dict[str, Case]:
    _assert_agreement(net)
    print(f"{net.name}: {net.graph.network.node_count} nodes; all engines agree", flush=True)
    return {
        "isochrone": _isochrone(net, bytes_per_ms),
        **{f"isochrone_{name}": case for name, case in rivals.isochrones(net).items()},
        "isochrones_1000_two_threads": _thousand(net),
        "field_30min": _field(net, net.limit, bytes_per_ms),
        "field_unlimited": _field(net, 2**29, bytes_per_ms),
        "field_hierarchy": _field_by_sweep(net),
        **{f"field_{name}": case for name, case in rivals.fields(net, _seeds(net)).items()},
        "fields_32_kinds": _kinds(net, bytes_per_ms),
        "isochrone_and_5_bands": _bands(net),
        "one_edit": _edit(net),
        **_building(net),
    }


def _assert_agreement(net: Net) -> None:
    """Every engine, every node, the same number."""
    for start in net.nodes[:3]:
        plain = dijkstra(net.matrix, indices=int(start), limit=net.limit)
        ours = spread_dense(net.graph.out, _one(start), net.limit)
        assert np.array_equal(np.where(ours == UNREACHED, np.inf, ours), plain)
    seeds = _seeds(net)
    plain = dijkstra(net.matrix, indices=seeds.node.astype(np.int64), min_only=True)
    ours = spread_dense(net.graph.out, seeds, 2**29)
    assert np.array_equal(np.where(ours == UNREACHED, np.inf, ours), plain)
    assert np.array_equal(sweep(net.hierarchy, seeds, backward=False), ours)
    kinds, rows = _many_seeds(net), LaneRows(net.graph.network.node_count)
    lanes = lane_arcs(net.hierarchy, backward=False)
    sweep_lanes(lanes, kinds, net.limit, rows)
    for lane, kind in enumerate(kinds):
        one = spread_dense(net.graph.out, kind, net.limit)
        mine = rows.units[lanes.rank, lane].astype(np.int64)
        assert np.array_equal(np.where(mine > net.limit, UNREACHED, mine), one)


def _one(start: int) -> Seeds:
    nothing = frozen(np.zeros(1, np.int32))
    return Seeds(frozen(np.array([start], np.int32)), nothing, nothing)


def _seeds(net: Net, count: int = RESOURCES, skip: int = 0) -> Seeds:
    count = min(count, len(net.nodes) // 2)
    node = np.roll(net.nodes, -skip)[:count].copy()
    rows = np.arange(count, dtype=np.int32)
    return Seeds(frozen(node), frozen(np.zeros(count, np.int32)), frozen(rows))


def _many_seeds(net: Net) -> list[Seeds]:
    sizes = np.random.default_rng(4).choice([20, 50, 100, 200, 400], KINDS)
    return [_seeds(net, int(size), skip=577 * at) for at, size in enumerate(sizes)]


def _isochrone(net: Net, bytes_per_ms: float) -> Case:
    starts = [int(start) for start in net.nodes[:PLACES]]
    sizes = [len(spread(net.graph.out, _one(s), net.limit).node) for s in starts]
    seeds = {start: _one(start) for start in starts}
    case = in_turns(
        lambda start: spread_dense(net.graph.out, seeds[start], net.limit),
        lambda start: dijkstra(net.matrix, indices=start, limit=net.limit),
        starts,
        f"{SCIPY}(limit=)",
    )
    arcs = len(net.graph.out.links) / 2 / net.graph.network.node_count
    touched = statistics.mean(sizes) * (8 + 4 + 8 + 8 * arcs)
    return case | {"n": round(statistics.mean(sizes)), "limit_ms": touched / bytes_per_ms}


def _thousand(net: Net) -> Case:
    """A thousand isochrones on two threads; milliseconds of one, beside scipy on one thread."""
    starts = [int(start) for start in net.nodes[: min(1000, len(net.nodes))]]

    def ours(part: Sequence[int]) -> None:
        for start in part:
            spread(net.graph.out, _one(start), net.limit)

    took = []
    with ThreadPoolExecutor(2) as threads:
        for _ in range(3):
            began = time.perf_counter()
            list(threads.map(ours, (starts[::2], starts[1::2])))
            took.append((time.perf_counter() - began) * 1000 / len(starts))
    other = [ms(lambda s=s: dijkstra(net.matrix, indices=s, limit=net.limit)) for s in starts[:20]]
    return as_case(statistics.median(took), statistics.median(other), SCIPY, len(starts))


def _field(net: Net, limit: int, bytes_per_ms: float) -> Case:
    seeds = _seeds(net)
    wanted = np.inf if limit > net.limit else limit
    case = in_turns(
        lambda _: spread_dense(net.graph.out, seeds, limit),
        lambda _: dijkstra(
            net.matrix, indices=seeds.node.astype(np.int64), min_only=True, limit=wanted
        ),
        range(FEW),
        f"{SCIPY}(min_only=True)",
    )
    nodes, arcs = net.graph.network.node_count, len(net.graph.out.links) // 2
    return case | {"n": nodes, "limit_ms": (nodes * (8 + 4 + 4 + 4) + arcs * 8) / bytes_per_ms}


def _field_by_sweep(net: Net) -> Case:
    seeds = _seeds(net)
    return in_turns(
        lambda _: sweep(net.hierarchy, seeds, backward=False),
        lambda _: dijkstra(net.matrix, indices=seeds.node.astype(np.int64), min_only=True),
        range(FEW),
        f"{SCIPY}(min_only=True)",
    ) | {"n": net.graph.network.node_count}


def _kinds(net: Net, bytes_per_ms: float) -> Case:
    kinds, rows = _many_seeds(net), LaneRows(net.graph.network.node_count)
    lanes = lane_arcs(net.hierarchy, backward=False)

    def other(_: int) -> None:
        for kind in kinds:
            dijkstra(net.matrix, indices=kind.node.astype(np.int64), min_only=True, limit=net.limit)

    case = in_turns(
        lambda _: sweep_lanes(lanes, kinds, net.limit, rows),
        other,
        range(FEW),
        f"{KINDS} × {SCIPY}",
    )
    touched = 64 * (len(rows.units) + 2 * rows.is_touched.sum()) + 6 * len(lanes.to)
    return case | {"n": KINDS, "limit_ms": float(touched) / bytes_per_ms}


def _bands(net: Net) -> Case:
    """Search and five bands, beside the usual way: buffer every reached street and join the buffers."""
    places = [net.places[row : row + 1] for row in range(12)]
    net_lines = _lines(net.graph.network)

    def other(place: Snap) -> None:
        at = net.graph.network.edge_ends[place.edge[0], 0]
        reached = dijkstra(net.matrix, indices=int(at), limit=net.limit)
        ends = reached[net.graph.network.edge_ends]
        for limit in BANDS_S:
            near = (ends <= net.graph.units_within(limit)).all(axis=1)
            shapely.union_all(shapely.buffer(net_lines[near], OFF_STREET_M, quad_segs=4))

    return in_turns(
        lambda place: bands(net.graph, place, BANDS_S),
        other,
        places,
        f"{SCIPY}, shapely buffer and union_all",
    ) | {"n": len(BANDS_S)}


def _lines(network: StreetNetwork) -> np.ndarray:
    edge = np.repeat(np.arange(network.edge_count), np.diff(network.first_point))
    return np.asarray(shapely.linestrings(network.point_xy_m, indices=edge))


def _edit(net: Net) -> Case:
    """One resource closed and one opened, beside a new search of ours and of scipy."""
    field = AccessField(net.graph, net.places[: RESOURCES - EDITS], HALF_AN_HOUR)
    ours = []
    for edit in range(EDITS):
        new = net.places[RESOURCES - EDITS + edit :][:1]
        ours.append(ms(lambda edit=edit, new=new: field.move(edit, new)))
    again = [
        ms(lambda: AccessField(net.graph, net.places[EDITS:], HALF_AN_HOUR)) for _ in range(FEW)
    ]
    fresh = AccessField(net.graph, net.places[EDITS:], HALF_AN_HOUR)
    assert np.array_equal(fresh.nodes.seconds, field.nodes.seconds)
    return as_case(statistics.median(ours), statistics.median(again), "our own new search", EDITS)


def _building(net: Net) -> dict[str, Case]:
    """Contracting, and opening a network that lies on disk, beside building its graph anew."""
    graph, words = net.graph, net.graph.network.version
    contract = ms(lambda: hierarchy_of(graph))
    with TemporaryDirectory() as folder:
        save = ms(lambda: save_network(graph.network, Path(folder)))
        opened = statistics.median(
            ms(lambda: find_network(Path(folder), words)) for _ in range(FEW)
        )
        size = sum(path.stat().st_size for path in Path(folder).rglob("*"))
    join = statistics.median(ms(lambda: graph_of(graph.network, graph.profile)) for _ in range(FEW))
    nodes = graph.network.node_count
    return {
        "build_hierarchy": as_case(contract, contract, "itself", nodes),
        "open_from_disk": as_case(opened, save, "writing it, synced", nodes) | {"bytes": size},
        "graph_of_a_traveller": as_case(join, contract, "its hierarchy", nodes),
    }


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


def _copy_bytes_per_ms() -> float:
    """Bytes read and written by a copy of what no cache holds."""
    source = np.ones(25_000_000)
    target = np.empty_like(source)
    took = min(ms(lambda: np.copyto(target, source)) for _ in range(5))
    return 2 * source.nbytes / took
