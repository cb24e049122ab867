"""What a network weighs: building it, keeping and opening it, the memory of its arrays and of a process that
holds it, and how long a process takes from its start to its first answer."""

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.nets import Case, Net, as_case, ms
from geo.streets.archive import find_network, save_hierarchy, save_network
from geo.streets.lanes import lane_arcs

FEW = 5
BARE = "a process that imports numpy, numba and shapely"
GROWING = ("isochrone", "field_30min", "field_30min_by_dial", "fields_32_kinds", "build_hierarchy")
# What a worker does before it takes requests, and its first answer.
WORKER = """
import json, sys
from pathlib import Path
from geo.warm import warm_up
from geo.streets.archive import find_hierarchy, find_network
from geo.streets.contour import bands
from geo.streets.graph import graph_of
from geo.streets.profile import get_profile
from geo.streets.snap import snap, street_grid
from geo.streets.network import frozen
folder, version = Path(sys.argv[1]), sys.argv[2]
warm_up()
network = find_network(folder, version)
graph = graph_of(network, get_profile("on_foot"))
hierarchy = find_hierarchy(folder, version, graph.metric)
grid = street_grid(graph)
assert bands(graph, snap(graph, grid, frozen(network.point_xy_m[:1])), (600.0, 1800.0))
rows = Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]
kb = {row.split()[0].rstrip(":"): int(row.split()[1]) for row in rows}
unique = kb["Private_Clean"] + kb["Private_Dirty"]
print(json.dumps({"rss": kb["Rss"], "pss": kb["Pss"], "unique": unique}), flush=True)
sys.stdin.readline()
"""
PLAIN = "import numpy, numba, shapely; print('{}', flush=True)"


def cases(net: Net, speed: float) -> dict[str, Case]:
    """Building, opening, starting."""
    nodes, took = net.graph.network.node_count, net.took_ms
    building = {
        f"build_{what}": as_case(took[what], sum(took.values()), "all three", nodes)
        for what in ("network", "graph", "hierarchy")
    }
    with TemporaryDirectory() as name:
        folder, version = Path(name), net.graph.network.version
        save = ms(lambda: save_network(net.graph.network, folder))
        opened = statistics.median(ms(lambda: find_network(folder, version)) for _ in range(FEW))
        save_hierarchy(net.hierarchy, folder, version, net.graph.metric)
        arrays = _arrays_mb(net, folder / version)
        reading = arrays["network_mb"] * 2e6 / speed  # a copy reads and writes
        open_ = as_case(opened, save, "writing it, synced", nodes) | {"limit_ms": reading} | arrays
        return building | {"open_from_disk": open_} | _starts(folder, version)


def _arrays_mb(net: Net, kept: Path) -> dict[str, float]:
    lanes = lane_arcs(net.hierarchy, backward=False)
    sizes = {
        "network": sum(path.stat().st_size for path in kept.glob("*.npy")),
        "graph": _bytes(net.graph.out) + net.graph.arc_edge.nbytes + net.graph.edge_units.nbytes,
        "hierarchy": _bytes(net.hierarchy),
        "lanes": _bytes(lanes) - lanes.rank.nbytes,
        "lane_rows": 65 * net.graph.network.node_count,
    }
    return {f"{name}_mb": round(size / 1e6, 1) for name, size in sizes.items()}


def _bytes(value: Any) -> int:
    columns = (getattr(value, field.name) for field in fields(value))
    return sum(column.nbytes for column in columns if isinstance(column, np.ndarray))


def _starts(folder: Path, version: str) -> dict[str, Case]:
    """Without kept machine code, and with it; the memory is that of the second of two processes."""
    asked = ["-c", WORKER, str(folder), version]
    with TemporaryDirectory() as codes:
        kept = {"NUMBA_CACHE_DIR": codes}
        cold_ms, _ = _until_answer(asked, kept)
        warm_ms, held = _until_answer(asked, kept, beside=True)
    plain_ms = min(_until_answer(["-c", PLAIN], {})[0] for _ in range(2))
    more = {f"{name}_mb": round(size / 1024, 1) for name, size in held.items()}
    return {
        "cold_start": as_case(cold_ms, plain_ms, BARE, 1),
        "warm_start": as_case(warm_ms, plain_ms, BARE, 1) | more,
    }


def _until_answer(
    words: list[str], settings: dict[str, str], beside: bool = False
) -> tuple[float, dict[str, int]]:
    """Milliseconds from the start of a process to its answer; ``beside`` another that has answered."""
    other = _start(words, settings) if beside else None
    if other:
        other.stdout.readline()
    began = time.perf_counter()
    child = _start(words, settings)
    answer = child.stdout.readline()
    took = (time.perf_counter() - began) * 1000
    for one in (child, other):
        if one:
            one.communicate("\n", timeout=60)
    return took, json.loads(answer)


def _start(words: list[str], settings: dict[str, str]) -> Any:
    return subprocess.Popen(
        [sys.executable, *words],
        env=os.environ | settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def growth(found: dict[str, Case]) -> dict[str, Case]:
    """Milliseconds for a million nodes, of the largest network beside those of the others."""
    told = {}
    for name in GROWING:
        per_node = {}
        for net in ("mihon", "city", "million"):
            case = found.get(f"{net}_{name}")
            if case:
                nodes = found[f"{net}_build_hierarchy"]["n"] if name != "isochrone" else case["n"]
                per_node[net] = case["ours_ms"] / nodes * 1e6
        if "million" in per_node:
            for net in ("mihon", "city"):
                if net in per_node:
                    words = f"{net}, the same for a million nodes"
                    told[f"growth_{name}_{net}"] = as_case(
                        per_node["million"], per_node[net], words, 1_000_000
                    )
    return told
