"""The street engine beside scipy, networkx, igraph, rustworkx, pandana and pgRouting, on the same graph, with
the same limit, integers on both sides, one call each over varied places, in turns.

Before anything is timed all engines have to agree on every node. Tools that are not installed are left
out and named. ``limit_ms`` is what the memory that must be touched would take at the speed at which this
machine copies memory.
"""

import statistics
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import shapely
from scipy.sparse.csgraph import dijkstra

from benchmarks import crowded, pgrouting, rivals, weight
from benchmarks.nets import (
    HALF_AN_HOUR,
    KINDS,
    RESOURCES,
    Case,
    Net,
    as_case,
    assert_agreement,
    in_turns,
    mihon_streets,
    ms,
    net_of,
    networks,
    seeds_for,
    seeds_of_kinds,
    start_at,
)
from geo.streets.contour import OFF_STREET_M, bands
from geo.streets.field import AccessField
from geo.streets.graph import LONGEST
from geo.streets.hierarchy import sweep
from geo.streets.lanes import LaneRows, lane_arcs, sweep_lanes
from geo.streets.network import StreetNetwork
from geo.streets.route import outward, route, routes
from geo.streets.search import spread, spread_dense, spread_many
from geo.streets.snap import Snap

BANDS_S = (300.0, 600.0, 900.0, 1200.0, 1800.0)
EDITS, PLACES = 60, 60
FEW = 5  # rounds of what takes long
LARGE = 300_000  # nodes: with more, only scipy and pgRouting stand beside us
SCIPY = "scipy csgraph.dijkstra"


def cases() -> dict[str, Case]:
    """Case → medians in milliseconds, ours and the other's, taken in turns."""
    found: dict[str, Case] = {}
    speed = _copy_bytes_per_ms()
    net_of("unmeasured", mihon_streets)  # kernels are compiled and loaded
    for name, build in networks():
        net = net_of(name, build)
        assert_agreement(net)
        nodes = net.graph.network.node_count
        print(f"{name}: {nodes} nodes; all engines agree", flush=True)
        found |= {f"{name}_{case}": told for case, told in _all_of(net, speed).items()}
    return found | weight.growth(found)


def _all_of(net: Net, speed: float) -> dict[str, Case]:
    is_large = net.graph.network.node_count > LARGE
    return {
        **_isochrones(net, speed),
        **({} if is_large else rivals.isochrones(net)),
        "isochrones_1000_two_threads": _thousand(net, speed),
        **_fields(net, speed),
        **({} if is_large else rivals.fields(net, seeds_for(net))),
        "fields_32_kinds": _kinds(net, speed),
        **pgrouting.cases(net),
        **crowded.cases(net, speed),
        "isochrone_and_5_bands": _bands(net),
        "one_edit": _edit(net),
        "ways_to_20_places": _ways(net),
        **weight.cases(net, speed),
    }


def _isochrones(net: Net, speed: float) -> dict[str, Case]:
    """What is reached, as each engine gives it: ours as the nodes reached, and, ``dense``, as scipy does,
    a number for every node of the network."""
    starts = {int(start): start_at(int(start)) for start in net.nodes[:PLACES]}
    sizes = [len(spread(net.graph.out, seeds, net.limit).node) for seeds in starts.values()]
    n = round(statistics.mean(sizes))
    found = {}
    for name, ours in (("isochrone", spread), ("isochrone_dense", spread_dense)):
        case = in_turns(
            lambda start, ours=ours: ours(net.graph.out, starts[start], net.limit),
            lambda start: dijkstra(net.matrix, indices=start, limit=net.limit),
            list(starts),
            f"{SCIPY}(limit=)",
        )
        found[name] = case | {"n": n, "limit_ms": _touched(net, n) / speed}
    return found


def _touched(net: Net, reached: int) -> float:
    """Bytes that a search of so many nodes reads and writes at least: state, order, first arc, arcs."""
    arcs = len(net.graph.out.links) / 2 / net.graph.network.node_count
    return reached * (8 + 4 + 8 + 8 * arcs)


def _thousand(net: Net, speed: float) -> Case:
    """A thousand isochrones on two threads; milliseconds of one, beside scipy on one thread."""
    starts = [int(start) for start in net.nodes[:1000]]
    seeds = [start_at(start) for start in starts]
    reached = spread_many(net.graph.out, seeds, net.limit, 2)
    mean = statistics.mean(len(one.node) for one in reached)

    def other(part: list[int]) -> None:
        for start in part:
            dijkstra(net.matrix, indices=start, limit=net.limit)

    pairs, both = [], []
    with ThreadPoolExecutor(2) as threads:
        for turn in range(FEW):
            few = starts[turn * 40 : turn * 40 + 40]
            ours_ms = ms(lambda: spread_many(net.graph.out, seeds, net.limit, 2)) / len(seeds)
            pairs.append((ours_ms, ms(lambda few=few: other(few)) / len(few)))
            both.append(
                ms(lambda few=few: list(threads.map(other, (few[::2], few[1::2])))) / len(few)
            )
    mine, others = zip(*pairs, strict=True)
    case = as_case(statistics.median(mine), statistics.median(others), SCIPY, len(starts))
    more = {
        "limit_ms": _touched(net, round(mean)) / speed / 2,
        "other_two_threads_ms": round(statistics.median(both), 4),
    }
    return case | more


def _fields(net: Net, speed: float) -> dict[str, Case]:
    """Nearest of a thousand, within half an hour and without a limit: by the hierarchy, and by one search."""
    seeds, found = seeds_for(net), {}
    nodes, arcs = net.graph.network.node_count, len(net.graph.out.links) // 2
    by = {
        "": (lambda limit: sweep(net.hierarchy, seeds, False, limit), len(net.hierarchy.to)),
        "_by_dial": (lambda limit: spread_dense(net.graph.out, seeds, limit), arcs),
    }
    for words, limit in (("30min", net.limit), ("unlimited", LONGEST)):
        wanted = np.inf if limit > net.limit else limit
        for name, (ours, links) in by.items():
            case = in_turns(
                lambda _, ours=ours, limit=limit: ours(limit),
                lambda _, wanted=wanted: dijkstra(
                    net.matrix, indices=seeds.node.astype(np.int64), min_only=True, limit=wanted
                ),
                range(FEW),
                f"{SCIPY}(min_only=True)",
            )
            least = {"n": nodes, "limit_ms": (nodes * (4 + 4 + 4 + 4) + links * 8) / speed}
            found[f"field_{words}{name}"] = case | least
    return found


def _kinds(net: Net, speed: float) -> Case:
    kinds, rows = seeds_of_kinds(net), LaneRows(net.graph.network.node_count)
    lanes = lane_arcs(net.hierarchy, backward=False)

    def other(_: object) -> None:
        for kind in kinds:
            dijkstra(net.matrix, indices=kind.node.astype(np.int64), min_only=True, limit=net.limit)

    case = in_turns(
        lambda _: sweep_lanes(lanes, kinds, net.limit, rows),
        other,
        range(FEW),
        f"{KINDS} × {SCIPY}",
    )
    touched = 64 * (len(rows.units) + 2 * rows.is_touched.sum()) + 6 * len(lanes.to)
    return case | {"n": KINDS, "limit_ms": float(touched) / speed}


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
    """One resource closed and one opened, beside a new search for all of them."""
    field = AccessField(net.graph, net.places[: RESOURCES - EDITS], HALF_AN_HOUR)
    ours = []
    for edit in range(EDITS):
        new = net.places[RESOURCES - EDITS + edit :][:1]
        ours.append(ms(lambda edit=edit, new=new: field.move(edit, new)))
    again = [
        ms(lambda: AccessField(net.graph, net.places[EDITS:], HALF_AN_HOUR)) for _ in range(FEW)
    ]
    fresh = AccessField(net.graph, net.places[EDITS:], HALF_AN_HOUR)
    if not np.array_equal(fresh.nodes.seconds, field.nodes.seconds):
        raise AssertionError("a repaired field is not that of a new search")
    return as_case(statistics.median(ours), statistics.median(again), "our own new search", EDITS)


def _ways(net: Net) -> Case:
    """The ways from a place to the twenty nearest of the resources, traced from one search, beside a search for
    each."""
    asked = []
    for row in range(0, 11 * EDITS, EDITS):
        start = net.places[row : row + 1]
        seconds = outward(net.graph, start, HALF_AN_HOUR).seconds(net.places)
        nearest = np.argsort(seconds, kind="stable")[1:21]
        asked.append((start, net.places[nearest[np.isfinite(seconds[nearest])]]))
    return in_turns(
        lambda one: routes(net.graph, *one, HALF_AN_HOUR),
        lambda one: [
            route(net.graph, one[0], one[1][row : row + 1], HALF_AN_HOUR)
            for row in range(len(one[1]))
        ],
        asked,
        "our own search for each",
    )


def _copy_bytes_per_ms() -> float:
    """Bytes read and written by a copy of what no cache holds."""
    source = np.ones(25_000_000)
    target = np.empty_like(source)
    began = [ms(lambda: np.copyto(target, source)) for _ in range(5)]
    return 2 * source.nbytes / min(began)
