"""pgRouting beside the engine, in the benchmark's own database, where the extension is installed.

It is given its best: an index on place and a box for one search, one imaginary start joined to all places
at no cost for a field (exact, where its ``equicost`` is not), and nothing to send back but two sums.
"""

import numpy as np
import psycopg

from benchmarks.measuring import ground
from benchmarks.nets import Case, Net, as_case, in_turns, ms, seeds_of_kinds, start_at
from geo.streets.lanes import LaneRows, lane_arcs, sweep_lanes
from geo.streets.search import UNREACHED, Seeds, spread, spread_dense

FEW, SAMPLE = 5, 4
left_out: list[str] = []  # its name, once it was looked for and not found
ARCS = "select id, source, target, cost, reverse_cost from arc"
IN_A_BOX = ARCS + " where at && st_makeenvelope({}, {}, {}, {})"
JOINED = ARCS + " union all select -1 - row, -1, node, 0, -1 from place where kind = {}"
TABLES = """
    create extension pgrouting;
    create table arc (id int, source int, target int, cost float8, reverse_cost float8, x float8, y float8);
    create table place (row int, kind int, node int);
"""
READY = """
    alter table arc add at geometry(Point);
    update arc set at = st_point(x, y);
    create index on arc using gist (at);
    vacuum full analyze arc;
    analyze place;
"""


def cases(net: Net) -> dict[str, Case]:
    """One search of thirty minutes, and 32 fields: a sample, scaled."""
    with ground() as place, psycopg.connect(place.admin, autocommit=True) as db:
        asked = "select from pg_available_extensions where name = 'pgrouting'"
        if db.execute(asked).fetchone() is None:
            left_out[:] = ["pgRouting"]
            return {}
        kinds = seeds_of_kinds(net)
        _load(db, net, kinds)
        _assert_agreement(db, net, kinds)
        return {
            "isochrone_pgrouting": _isochrone(db, net),
            "fields_32_kinds_pgrouting": _kinds(db, net, kinds),
        }


def _load(db: psycopg.Connection, net: Net, kinds: list[Seeds]) -> None:
    for words in TABLES.split(";"):
        db.execute(words)
    arcs = net.graph.out
    tail = np.repeat(np.arange(len(arcs.first) - 1), np.diff(arcs.first))
    x, y = net.graph.network.node_xy_m[tail].T
    columns = (tail, arcs.head, arcs.units, x, y)
    with db.cursor().copy(
        "copy arc (id, source, target, cost, reverse_cost, x, y) from stdin"
    ) as to:
        for at, row in enumerate(zip(*(one.tolist() for one in columns), strict=True)):
            to.write_row((at, *row[:3], -1, *row[3:]))
    with db.cursor().copy("copy place from stdin") as to:
        row = 0
        for kind, seeds in enumerate(kinds):
            for node in seeds.node.tolist():
                row += 1
                to.write_row((row, kind, node))
    for words in READY.split(";"):
        db.execute(words)


def _box(net: Net, start: int) -> str:
    """The arcs that half an hour can lead to: the straight circle's box."""
    (x, y), far_m = net.graph.network.node_xy_m[start], net.limit * net.graph.m_per_unit + 10
    return IN_A_BOX.format(x - far_m, y - far_m, x + far_m, y + far_m)


def _reached(db: psycopg.Connection, arcs: str, start: int, limit: int) -> dict[int, int]:
    asked = "select node, agg_cost from pgr_drivingdistance(%s, %s::bigint, %s::float8)"
    return {node: int(cost) for node, cost in db.execute(asked, (arcs, start, limit))}


def _search(db: psycopg.Connection, arcs: str, start: int, limit: int) -> None:
    asked = "select count(*), sum(agg_cost) from pgr_drivingdistance(%s, %s::bigint, %s::float8)"
    db.execute(asked, (arcs, start, limit)).fetchone()


def _assert_agreement(db: psycopg.Connection, net: Net, kinds: list[Seeds]) -> None:
    start = int(net.nodes[0])
    pairs = (
        (start_at(start), _reached(db, _box(net, start), start, net.limit)),
        (kinds[0], _reached(db, JOINED.format(0), -1, net.limit)),
    )
    for seeds, theirs in pairs:
        theirs.pop(-1, None)
        ours = spread_dense(net.graph.out, seeds, net.limit)
        if {int(node): int(ours[node]) for node in np.flatnonzero(ours < UNREACHED)} != theirs:
            raise AssertionError("pgRouting and the engine differ")


def _isochrone(db: psycopg.Connection, net: Net) -> Case:
    starts = [int(start) for start in net.nodes[:FEW]]
    sizes = [len(spread(net.graph.out, start_at(start), net.limit).node) for start in starts]
    return in_turns(
        lambda start: spread(net.graph.out, start_at(start), net.limit),
        lambda start: _search(db, _box(net, start), start, net.limit),
        starts,
        "pgr_drivingDistance, arcs of a box",
    ) | {"n": round(sum(sizes) / len(sizes))}


def _kinds(db: psycopg.Connection, net: Net, kinds: list[Seeds]) -> Case:
    rows, arcs = LaneRows(net.graph.network.node_count), lane_arcs(net.hierarchy, backward=False)
    sweep_lanes(arcs, kinds, net.limit, rows)
    ours, theirs = [], []
    for kind in range(0, len(kinds), len(kinds) // SAMPLE):
        ours.append(ms(lambda: sweep_lanes(arcs, kinds, net.limit, rows)))
        theirs.append(ms(lambda kind=kind: _search(db, JOINED.format(kind), -1, net.limit)))
    words = f"pgr_drivingDistance, {SAMPLE} fields, scaled to {len(kinds)}"
    return as_case(float(np.median(ours)), sum(theirs) / SAMPLE * len(kinds), words, len(kinds))
