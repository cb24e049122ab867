"""Other tools that know shortest paths, where they are installed: each compared node by node and timed."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.nets import in_turns, start_at
from geo.streets.search import UNREACHED, spread_dense

if TYPE_CHECKING:
    from benchmarks.nets import Case, Net
    from geo.streets.search import Seeds

_FEW = 5
NAMES = ("networkx", "igraph", "rustworkx", "pandana")


def isochrones(net: Net) -> dict[str, Case]:
    """One search of thirty minutes with each tool, beside ours. igraph and rustworkx cannot be bounded."""
    starts, found = [int(start) for start in net.nodes[:_FEW]], {}
    for name, search in _searches(net).items():
        agreed = _agreement(net, search, starts[0])
        case = in_turns(
            lambda start: spread_dense(net.graph.out, start_at(start), net.limit),
            search,
            starts,
            name,
        )
        found[f"isochrone_{name}"] = case | agreed
    return found


def fields(net: Net, seeds: Seeds) -> dict[str, Case]:
    """Nearest of a thousand with the tools that know such a question."""
    if not _is_here("networkx"):
        return {}
    import networkx  # noqa: PLC0415

    graph, starts = _networkx(net), set(seeds.node.tolist())

    def other(_: object) -> Any:
        return networkx.multi_source_dijkstra_path_length(graph, starts, cutoff=net.limit)

    case = in_turns(
        lambda _: spread_dense(net.graph.out, seeds, net.limit), other, range(2), "networkx"
    )
    return {"field_networkx": case | {"n": len(starts)}}


def missing() -> list[str]:
    """The tools that this environment does not have."""
    return [name for name in NAMES if not _is_here(name)]


def _is_here(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def _searches(net: Net) -> dict[str, Callable[[Any], Any]]:
    made = {"networkx": _by_networkx, "igraph": _by_igraph, "rustworkx": _by_rustworkx}
    return {
        name: make(net)
        for name, make in (made | {"pandana": _by_pandana}).items()
        if _is_here(name)
    }


def _edges(net: Net) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    arcs = net.graph.out
    tail = np.repeat(np.arange(len(arcs.first) - 1), np.diff(arcs.first))
    return tail, arcs.head, arcs.units


def _networkx(net: Net) -> Any:
    import networkx  # noqa: PLC0415

    graph = networkx.DiGraph()
    graph.add_nodes_from(range(net.graph.network.node_count))
    for tail, head, units in zip(*(column.tolist() for column in _edges(net)), strict=True):
        if units < graph.get_edge_data(tail, head, {"weight": np.inf})["weight"]:
            graph.add_edge(tail, head, weight=units)
    return graph


def _by_networkx(net: Net) -> Callable[[Any], Any]:
    import networkx  # noqa: PLC0415

    graph = _networkx(net)
    return lambda start: networkx.single_source_dijkstra_path_length(graph, start, cutoff=net.limit)


def _by_igraph(net: Net) -> Callable[[Any], Any]:
    import igraph  # noqa: PLC0415

    tail, head, units = _edges(net)
    pairs = np.column_stack([tail, head]).tolist()
    graph = igraph.Graph(net.graph.network.node_count, pairs, directed=True)
    weights = units.tolist()
    return lambda start: graph.distances([start], weights=weights)[0]


def _by_rustworkx(net: Net) -> Callable[[Any], Any]:
    import rustworkx  # noqa: PLC0415

    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(net.graph.network.node_count))
    graph.add_edges_from(list(zip(*(column.tolist() for column in _edges(net)), strict=True)))
    return lambda start: rustworkx.dijkstra_shortest_path_lengths(graph, start, float)


def _by_pandana(net: Net) -> Callable[[Any], Any]:
    import pandana  # noqa: PLC0415
    import pandas  # noqa: PLC0415

    tail, head, units = _edges(net)
    x, y = (pandas.Series(axis) for axis in net.graph.network.node_xy_m.T.copy())
    graph = pandana.Network(
        x,
        y,
        pandas.Series(tail),
        pandas.Series(head),
        pandas.DataFrame({"units": units.astype(float)}),
        False,
    )
    return lambda start: graph.nodes_in_range([start], net.limit)


def _agreement(net: Net, search: Callable[[Any], Any], start: int) -> Case:
    """How many nodes the tool reaches within the limit, and at how many its number is not ours."""
    ours = spread_dense(net.graph.out, start_at(start), net.limit)
    told = search(start)
    if hasattr(told, "destination"):
        told = dict(zip(told["destination"], told.iloc[:, -1], strict=True))
    pairs = enumerate(told) if isinstance(told, list) else dict(told).items()
    theirs = {int(node): units for node, units in pairs if units <= net.limit} | {start: 0}
    mine = {int(node): int(ours[node]) for node in np.flatnonzero(ours < UNREACHED)}
    different = {node for node in mine.keys() | theirs.keys() if mine.get(node) != theirs.get(node)}
    return {"n": len(mine), "different": len(different)}
