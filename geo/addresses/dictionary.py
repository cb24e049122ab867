"""住所の辞書: one municipality's names and places as a dictionary of jageocoder, on disk.

jageocoder 2.2 has no builder any more and its table classes are no promised API: this file alone
knows them, the version is pinned and tests open what is built with jageocoder's own search. Beside
the keys that its search needs, the trie holds ours, which begin with a tab as no address does: t
and a town's signs, ~ and what people make of them, r and how it is read, a node's number and a child's key.
"""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jageocoder
from jageocoder.aza_master import AzaMaster
from jageocoder.dataset import Dataset
from jageocoder.itaiji import Converter
from jageocoder.node import AddressNodeTable
from jageocoder.trie import AddressTrie, TrieNode

from geo.addresses.fold import fold_loosely, fold_name
from geo.addresses.tree import BLOCK, PART, TOWN, WARD, GazetteerRow, Lonlat, Node, grow

PIN = version("jageocoder")
FORMAT = 2  # raise it when what is written changes: every dictionary is then built again
SHORTEST_READ = 2  # our choice: one sign alone is no reading of a town
_NOWHERE = 999.9  # jageocoder's own mark for a node without a place
_PREFECTURE, _CITY = 1, 3
ITAIJI = "itaiji_dic.json"
META = "engawa.json"
WRITTEN, LOOSELY, READ = "t", "~", "r"  # by what a town is found: see above


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose names they are: 5-digit code, prefecture, and the municipality's own name."""

    code: str
    prefecture: str
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of the dictionary. ``place`` is None where no gazetteer knows one."""

    id: int
    name: str
    level: int
    place: Lonlat | None
    parent: int


class Dictionary:
    """A dictionary that is open for reading, by several threads at once.

    It holds no more than the names of towns in memory; the rest is read from its files, which are
    given back when nobody holds the dictionary any more.
    """

    def __init__(self, folder: Path) -> None:
        meta = json.loads((folder / META).read_text(encoding="utf-8"))
        self.whose = Whose(meta["code"], meta["prefecture"], meta["name"])
        self.towns: dict[str, str] = meta["towns"]
        self.wards: list[str] = meta["wards"]
        self._trie = AddressTrie(folder / "address.trie").get_trie()
        self._lock = threading.Lock()
        self._keys = _read_only(TrieNode(db_dir=folder), folder)
        self._nodes = _read_only(AddressNodeTable(db_dir=folder), folder)
        # jageocoder's tables hold themselves: they would only go with the next sweep of garbage
        weakref.finalize(self, _close, [self._keys.conn, self._nodes.conn])

    def towns_before(self, signs: str, ward: str = "", by: str = WRITTEN) -> dict[int, list[Entry]]:
        """Length → the towns with whose signs a text begins, of that ward where one is named; ``by`` their names as
        WRITTEN, LOOSELY what is left of them when people leave something out, or how they are READ."""
        return self._before(f"\t{f'w{ward}' if ward else ''}{by}", signs)

    def children_before(self, parent: int, kind: str, signs: str) -> dict[int, list[Entry]]:
        """Length → the children of a kind (k 小字, b block) with whose signs a text begins."""
        return self._before(f"\t{parent}\t{kind}", signs)

    def children(self, parent: int, key: str) -> list[Entry]:
        """The children of that key: c2 = 二丁目, k19.字 = 19字, c = all 丁目."""
        whole = f"\t{parent}\t{key}"
        return self._entries(whole) if whole in self._trie else []

    def entry(self, number: int) -> Entry:
        """The entry of a number."""
        with self._lock:
            row = self._nodes.get_record(pos=number)
        place = (row["x"], row["y"]) if abs(row["y"]) <= 90 else None
        return Entry(number, row["name"], row["level"], place, row["parentId"])

    def ward_of(self, town: Entry) -> str:
        """The ward of a town, "" where the municipality is not read by wards."""
        above = self.entry(town.parent) if self.wards else None
        return above.name if above and above.level == WARD else ""

    def _before(self, head: str, signs: str) -> dict[int, list[Entry]]:
        keys = self._trie.iter_prefixes(head + signs)
        return {len(key) - len(head): self._entries(key) for key in keys if key.startswith(head)}

    def _entries(self, key: str) -> list[Entry]:
        with self._lock:
            numbers = self._keys.get_record(pos=self._trie.key_id(key))["nodes"]
        return [self.entry(number) for number in numbers]


def version_of(whose: Whose, editions: Iterable[Iterable[GazetteerRow]]) -> str:
    """A checksum of everything that a dictionary is made of."""
    digest = hashlib.sha256(repr(whose).encode())
    for rows in editions:
        digest.update(b"\n")
        for row in rows:
            said = (
                row.ward,
                row.town,
                row.koaza,
                row.block,
                row.by_block,
                row.lon,
                row.lat,
                row.kana,
            )
            digest.update(repr(said).encode())
    return digest.hexdigest()[:16]


def path_of(folder: Path, municipality: str, version: str) -> Path:
    """Where the dictionary of a version lies, written in the manner of this code and its pin."""
    return folder / municipality / f"{version}-{FORMAT}-{PIN}"


def build(path: Path, whose: Whose, editions: Sequence[Sequence[GazetteerRow]]) -> None:
    """Write the dictionary of a municipality as a folder; the most trusted gazetteer comes first.

    Written beside, synced, then renamed (DATA 13): after a crash there is all of it or nothing.
    A folder that is there already stays: its name says what is in it.
    """
    if path.is_dir():
        return
    beside = path.parent / f".{path.name}-{os.getpid()}-{threading.get_ident()}"
    beside.mkdir(parents=True, mode=0o700)
    try:
        _write(beside, whose, grow(editions))
        for written in [*beside.iterdir(), beside]:
            _sync(written)
        with suppress(OSError):  # somebody else was quicker, with the same
            beside.rename(path)
        _sync(path.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def sweep(folder: Path, in_use: Iterable[tuple[str, str]], before: datetime) -> int:
    """Remove dictionaries that nobody points at and that are older than a moment (a younger one may
    belong to an import that is still running). Returns how many went."""
    kept = {path_of(folder, municipality, version) for municipality, version in in_use}
    lost = [
        path
        for path in folder.glob("*/*")
        if path not in kept and path.stat().st_mtime < before.timestamp()
    ]
    for path in lost:
        shutil.rmtree(path, ignore_errors=True)
    return len(lost)


def _write(folder: Path, whose: Whose, root: Node) -> None:
    shutil.copy(Path(jageocoder.__file__).parent / ITAIJI, folder / ITAIJI)
    tables = [table(db_dir=folder) for table in (AddressNodeTable, TrieNode, Dataset, AzaMaster)]
    try:
        _fill(tables, folder, _Flat(whose, root), whose.name)
    finally:
        for table in tables:
            if table.conn:
                table.conn.close()
            table.conn = None
        _forget()
    towns = dict(_readings(root)) | {fold_name(name): name for name in _town_names(root)}
    wards = [node.key[1:] for node in root.children.values() if node.level == WARD]
    meta = {"code": whose.code, "prefecture": whose.prefecture, "name": whose.name}
    text = json.dumps({**meta, "towns": towns, "wards": wards}, ensure_ascii=False)
    (folder / META).write_text(text, encoding="utf-8")


def _fill(tables: Sequence[Any], folder: Path, flat: "_Flat", title: str) -> None:
    nodes, links, datasets, _ = tables
    for table in tables:
        table.create()
    nodes.append_records(flat.records)
    trie = AddressTrie(folder / "address.trie", dict.fromkeys(flat.keys, True))
    trie.save()
    numbered = sorted((trie.get_id(key), numbers) for key, numbers in flat.keys.items())
    links.append_records({"id": number, "nodes": found} for number, found in numbered)
    datasets.append_records([{"id": 1, "title": title, "url": ""}])


def _town_names(node: Node) -> Iterator[str]:
    """Names as a person would say them, 丁目 with their town."""
    for child in node.children.values():
        if child.level == WARD:
            yield from _town_names(child)
        elif child.level == TOWN:
            chome = [part.name for key, part in child.children.items() if key.startswith("c")]
            yield from (f"{child.name}{name}" for name in chome)
            if not chome or child.place:
                yield child.name


def _readings(node: Node) -> Iterator[tuple[str, str]]:
    """(how it is read, name) of the towns of which that is known."""
    for child in node.children.values():
        if child.level == WARD:
            yield from _readings(child)
        elif child.level == TOWN and child.kana:
            yield child.kana, child.name


class _Flat:
    """The tree as jageocoder's records, each before its children, and key → numbers of records."""

    def __init__(self, whose: Whose, root: Node) -> None:
        self.records: list[dict[str, Any]] = []
        self.keys: dict[str, list[int]] = {}
        self._standard = lru_cache(maxsize=None)(Converter().standardize)
        whole = Node("", "_root_", 0)
        prefecture = whole.child("", whose.prefecture, _PREFECTURE)
        prefecture.child("", whose.name, _CITY).children = root.children
        self._add(whole, (), ())

    def _add(self, node: Node, above: tuple[tuple[int, Node], ...], path: tuple[str, ...]) -> None:
        number = len(self.records)
        index = self._standard(node.name) if number else node.name
        lon, lat = node.place or (_NOWHERE, _NOWHERE)
        record = {
            **{"id": number, "name": node.name, "nameIndex": index, "x": lon, "y": lat},
            **{"level": node.level, "priority": 1, "note": "", "siblingId": 0},
            "parentId": above[-1][0] if above else 0,
        }
        self.records.append(record)
        if 0 < node.level <= PART:
            path = (*path, index)
            for start in range(len(path)):
                self._key("".join(path[start:]), number)
        for key in _own_keys(node, above):
            self._key(key, number)
        for child in sorted(node.children.values(), key=lambda one: self._standard(one.name)):
            self._add(child, (*above, (number, node)), path)
        record["siblingId"] = len(self.records)

    def _key(self, key: str, number: int) -> None:
        self.keys.setdefault(key, []).append(number)


def _own_keys(node: Node, above: Sequence[tuple[int, Node]]) -> Iterator[str]:
    """The keys under which we look for a name: see the head of this file."""
    key = node.key.removesuffix("*")
    if node.level == TOWN:
        wards = [one.key for _, one in above if one.level == WARD]
        for head in ("\t", *(f"\t{ward}" for ward in wards)):
            yield from (f"{head}{end}" for end in (key, *_shorter(node.name), *_read(node)))
    if node.level <= TOWN:
        return
    yield f"\t{above[-1][0]}\t{key}"
    if key.startswith("k") and (loose := f"k{fold_loosely(node.name)}") != key:
        yield f"\t{above[-1][0]}\t{loose}"
    if key.startswith("c"):
        yield f"\t{above[-1][0]}\tc"
    if node.level == BLOCK:  # without its 小字, where the number says which
        yield from (f"\t{number}\t{key}" for number, one in above[:-1] if one.runs_through)


def _shorter(name: str) -> list[str]:
    """What people make of a town's name: 霞丘 of 霞ヶ丘, 湯谷 of 湯谷町."""
    loose = f"~{fold_loosely(name)}"
    is_long = len(loose) > 3 and loose.endswith("町")
    return [loose, loose[:-1]] if is_long else [loose]


def _read(town: Node) -> list[str]:
    """How a town is read, and what people make of it: サクラマチ, サクラ and サクラ町 of 桜町."""
    whole = f"{READ}{town.kana}"
    short = re.sub("(?:マチ|チヨウ)$", "", whole)
    is_short = short != whole and town.name.endswith("町")
    keys = (whole, short, f"{short}町") if is_short else (whole,)
    return [key for key in keys if len(key) > SHORTEST_READ]


def _read_only(table: Any, folder: Path) -> Any:
    """A table of jageocoder over a connection of ours: its own would be for writing, and tied to
    the thread that asked first."""
    path = (folder / f"{table.tablename}.sqlite").absolute()
    table.conn = sqlite3.connect(
        f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
    )
    return table


def _close(connections: Iterable[sqlite3.Connection]) -> None:
    for connection in connections:
        connection.close()


def _forget() -> None:
    """jageocoder's caches hold every table that was written, and with it its file."""
    for cached in (
        AddressNodeTable.get_node_by_id,
        AddressNodeTable.get_dir,
        AddressNodeTable.get_config,
    ):
        cached.cache_clear()


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
