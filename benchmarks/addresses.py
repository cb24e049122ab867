"""What finding an address costs: a dictionary of 100,000 blocks, and a thousand addresses asked of it.

Beside it stands jageocoder used bare: its own search in the same dictionary. Both get the same
thousand addresses of みほん市 (tests/geo/addresses/variants.py), and it is told how many each placed
rightly, and wrongly. For building there is no other: jageocoder 2.2 has no builder; the least is to
write the rows into a table of SQLite.
"""

import shutil
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from jageocoder.node import AddressNode
from jageocoder.tree import AddressTree

from benchmarks.measuring import case, compare, medians
from geo.addresses import Dictionary, Found, Whose, build, find
from geo.sources import gazetteer, mihon, position_reference
from geo.sources.gazetteer import AddressRow
from tests.geo.addresses.variants import Written, thousand

BLOCKS = 100_000
CITY = (mihon.CODE, "架空県", mihon.NAME)
SQLITE = "rows into a table of SQLite"
BARE = "jageocoder.searchNode, same dictionary"
OPEN = "jageocoder.AddressTree"


def cases() -> dict[str, dict[str, object]]:
    """Case → medians in milliseconds; of lookups per address, and what was placed."""
    folder = Path(tempfile.mkdtemp(prefix="engawa-bench-"))
    try:
        mihon.write(folder / "mihon")
        files = [folder / "mihon/addresses" / n for n in ("99000-24.0a.zip", "99000-19.0b.zip")]
        whose = gazetteer.Whose(*CITY)
        blocks, towns = (position_reference.read(file, whose).rows for file in files)
        many = _many(blocks)
        small, large = folder / "small", folder / "large"
        build(small, Whose(*CITY), [blocks, towns])
        return {
            "dictionary_100000": _build(many, large, folder),
            "open_100000": _open(large),
            "lookup_6885": _lookups(small, blocks, towns, thousand(blocks)),
            "lookup_100000": _lookups(large, many, towns, thousand(many)),
        }
    finally:
        shutil.rmtree(folder)


def _many(blocks: Sequence[AddressRow]) -> list[AddressRow]:
    """The city again and again under other towns' names, until there are 100,000 blocks."""
    found: list[AddressRow] = []
    while len(found) < BLOCKS:
        around = "甲乙丙丁戊己庚辛壬癸天地玄黄宇宙"[len(found) // len(blocks)]
        found += [replace(row, town=f"{around}{row.town}") for row in blocks]
    return found[:BLOCKS]


def _build(rows: Sequence[AddressRow], path: Path, folder: Path) -> dict[str, object]:
    def ours(_run: int) -> None:
        shutil.rmtree(path, ignore_errors=True)
        build(path, Whose(*CITY), [rows])

    def other(run: int) -> None:
        with sqlite3.connect(folder / f"{run}.sqlite") as db:
            db.execute("create table row (name text primary key, lon real, lat real)")
            db.executemany(
                "insert or ignore into row values (?, ?, ?)",
                ((f"{row.name}{row.by_block}", row.lon, row.lat) for row in rows),
            )

    return compare(ours, other, SQLITE, len(rows))


def _open(path: Path) -> dict[str, object]:
    def ours(_run: int) -> None:
        find(Dictionary(path), "甲本町1-1-1")

    def other(_run: int) -> None:
        AddressTree(db_dir=path, mode="r").searchNode("甲本町1-1-1")

    return compare(ours, other, OPEN, 1)


def _lookups(
    path: Path, blocks: Sequence[AddressRow], towns: Sequence[AddressRow], asked: list[Written]
) -> dict[str, object]:
    book, tree = Dictionary(path), AddressTree(db_dir=path, mode="r")
    judge = _Judge(blocks, towns)
    ours_ms, other_ms = medians(
        lambda _run: [find(book, written.text) for written in asked],
        lambda _run: [tree.searchNode(written.text) for written in asked],
    )
    ours = [judge.ours(written, find(book, written.text)) for written in asked]
    bare = [judge.bare(written, tree.searchNode(written.text)) for written in asked]
    placed = {
        f"{who}_{what}": became.count(what)
        for who, became in (("ours", ours), ("other", bare))
        for what in ("block", "district", "wrong")
    }
    n = len(asked)
    return case(ours_ms / n, other_ms / n, BARE, n) | placed


class _Judge:
    """Whether a place is the one that was meant: its block, or its town or 小字."""

    def __init__(self, blocks: Sequence[AddressRow], towns: Sequence[AddressRow]) -> None:
        self._towns = {row.town: (row.lon, row.lat) for row in towns}
        self._near = defaultdict(set)
        for row in blocks:
            self._near[row.town].add((row.lon, row.lat))

    def ours(self, written: Written, answer: object) -> str:
        if not isinstance(answer, Found):
            return "none"
        return self._of(written.row, answer.level == "block", answer.lonlat)

    def bare(self, written: Written, results: list) -> str:
        nodes: list[AddressNode] = [r.node for r in results if r.node.level >= 5]
        if not nodes:
            return "none"
        return self._of(written.row, nodes[0].level >= 7, (nodes[0].x, nodes[0].y))

    def _of(self, row: AddressRow, is_block: bool, place: tuple[float, float]) -> str:
        if is_block:
            return "block" if place == (row.lon, row.lat) else "wrong"
        is_near = place == self._towns.get(row.town) or place in self._near[row.town]
        return "district" if is_near else "wrong"
