"""What an extract of OSM costs: みほん市 laid sixteen times side by side, some 300,000 features.

Beside it stands the least that the work needs: a pass of libosmium that only counts the same things,
and COPY of rows that are ready into a table with the same indexes. Each import runs in a process of
its own, so that its peak of memory is its own.
"""

import resource
import statistics
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import osmium
import psycopg
from osmium.osm import mutable
from sqlalchemy.orm import Session

from benchmarks.measuring import RUNS, Ground, case, ms
from geo import intake
from geo.intake import Delivery
from geo.records.database import open_engine
from geo.scope import house
from geo.sources import mihon
from geo.sources.osm_classes import KEYS

SIDE = 4  # the city so many times in a row, and so many rows
STEP_DEG = (0.15, -0.14)  # a little more than the city is wide and high
PASS = "libosmium reads, assembles and counts the same things"
WRITE = f"{PASS}; COPY of rows that are ready into a table with the same indexes"
TABLES = ("basemap_line", "basemap_area", "basemap_point")


def cases(ground: Ground) -> dict[str, dict[str, object]]:
    """The first import of a large extract, and the same file once more."""
    mihon.write(ground.folder / "mihon")
    city = ground.folder / "mihon/streets/mihon.osm.pbf"
    path = ground.folder / "many.osm.pbf"
    write_many(city, path)
    first, again, passes, copies = [], [], [], []
    for run in range(RUNS):
        code = f"{13111 + run}"
        first.append(_apart(ground, path, code))
        again.append(_apart(ground, path, code))
        passes.append(ms(lambda: _count(path)))
        copies.append(ms(lambda c=code: _copy(ground.owner, c)))
    rows = first[0]["rows"]
    least = statistics.median(passes)
    return {
        f"import_osm_{rows}": _told(first, least + statistics.median(copies), WRITE),
        f"import_osm_again_{rows}": _told(again, least, PASS),
    }


def write_many(city: Path, path: Path) -> None:
    """The city's extract SIDE × SIDE times side by side, with numbers of their own."""
    nodes, ways, relations = _parts(city)
    shift = [max(thing[0] for thing in part) for part in (nodes, ways, relations)]
    header = osmium.io.Header()
    header.add_box(osmium.osm.Box(137.0, 31.0, 137.7, 31.7))
    copies = list(enumerate(product(range(SIDE), repeat=2)))
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        for copy, (column, row) in copies:
            east, north = column * STEP_DEG[0], row * STEP_DEG[1]
            for number, (lon, lat), tags in nodes:
                place = (lon + east, lat + north)
                own = number + copy * shift[0]
                writer.add_node(mutable.Node(id=own, location=place, tags=tags))
        for copy, _ in copies:
            for number, refs, tags in ways:
                through = [ref + copy * shift[0] for ref in refs]
                writer.add_way(mutable.Way(id=number + copy * shift[1], nodes=through, tags=tags))
        for copy, _ in copies:
            for number, members, tags in relations:
                moved = [(kind, ref + copy * shift[1], role) for kind, ref, role in members]
                own = number + copy * shift[2]
                writer.add_relation(mutable.Relation(id=own, members=moved, tags=tags))


def _parts(city: Path) -> tuple[list[Any], list[Any], list[Any]]:
    nodes, ways, relations = [], [], []
    for thing in osmium.FileProcessor(str(city)):
        tags = dict(thing.tags)
        if thing.is_node():
            nodes.append((thing.id, (thing.lon, thing.lat), tags))
        elif thing.is_way():
            ways.append((thing.id, [node.ref for node in thing.nodes], tags))
        else:
            members = [(one.type, one.ref, one.role) for one in thing.members]
            relations.append((thing.id, members, tags))
    return nodes, ways, relations


def _apart(ground: Ground, path: Path, code: str) -> dict[str, float]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        asked = (ground.application, path, ground.folder / "originals", code)
        return other.submit(_import, *asked).result()


def _import(conninfo: str, path: Path, originals: Path, code: str) -> dict[str, float]:
    """One import: milliseconds, rows, and the most memory this process ever had, in MB."""
    engine = open_engine(lambda: conninfo)

    def work() -> None:
        with Session(engine) as db, db.begin():
            runs.append(intake.run_streets(db, house(code), Delivery(path, originals)).rows)

    runs: list[int] = []
    took = ms(work)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"ms": took, "rows": runs[0], "peak_mb": peak}


def _count(path: Path) -> int:
    """Everything that has one of our keys, and nothing of it is looked at."""
    wanted = osmium.filter.KeyFilter(*KEYS)
    processor = osmium.FileProcessor(str(path)).with_locations().with_areas(wanted)
    return sum(1 for _ in processor.with_filter(wanted))


def _copy(conninfo: str, code: str) -> None:
    """Rows as one stream of bytes, out of the tables and into others like them."""
    with psycopg.connect(conninfo) as db:
        for table in TABLES:
            db.execute(f"create temporary table plain (like {table} including all)")
            rows = b"".join(_stream(db, f"select * from {table} where municipality = '{code}'"))
            with db.cursor().copy("copy plain from stdin (format binary)") as copy:
                copy.write(rows)
            db.execute("drop table plain")


def _stream(db: psycopg.Connection, query: str) -> Iterator[bytes]:
    with db.cursor().copy(f"copy ({query}) to stdout (format binary)") as copy:
        yield from (bytes(part) for part in copy)


def _told(runs: list[dict[str, float]], other_ms: float, words: str) -> dict[str, object]:
    ours_ms = statistics.median(run["ms"] for run in runs)
    peak = round(max(run["peak_mb"] for run in runs))
    return case(ours_ms, other_ms, words, int(runs[0]["rows"]), peak_mb=peak)
