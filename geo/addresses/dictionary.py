"""住所の辞書: one municipality's names and places as a dictionary of jageocoder, on disk.

jageocoder 2.2 has no builder any more and its table classes are no promised API: this file alone
knows them, the version is pinned and tests open what is built with jageocoder's own search. Beside
the keys that its search needs, the trie holds ours: ``\\t`` and t with a town's signs, ``\\t`` with
a node's number, ``\\t`` and a child's key. No address has a tab in it.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import threading
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
from geo.addresses.tree import PART, TOWN, WARD, GazetteerRow, Lonlat, Node, grow

PIN = version("jageocoder")
FORMAT = 1  # raise it when what is written changes: every dictionary is then built again
_NOWHERE = 999.9  # jageocoder's own mark for a node without a place
_PREFECTURE, _CITY = 1, 3
ITAIJI = "itaiji_dic.json"
META = "engawa.json"


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

    def towns_before(
        self, signs: str, ward: str = "", *, at_will: bool = False
    ) -> dict[int, list[Entry]]:
        """Length → the towns with whose signs a text begins, of that ward where one is named.

        at_will  compare without the letters that are written or left out at will, on both sides
        """
        head = f"\t{f'w{ward}' if ward else ''}{'~' if at_will else 't'}"
        return {
            len(key) - len(head): self._entries(key)
            for key in self._trie.iter_prefixes(head + signs)
            if key.startswith(head)
        }

    def children_before(self, parent: int, kind: str, signs: str) -> dict[int, list[Entry]]:
        """Length → the children of a kind (k 小字, b block) with whose signs a text begins."""
        head = f"\t{parent}\t{kind}"
        return {
            len(key) - len(head): self._entries(key)
            for key in self._trie.iter_prefixes(head + signs)
            if key.startswith(head)
        }

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
            said = (row.ward, row.town, row.koaza, row.block, row.by_block, row.lon, row.lat)
            digest.update(repr(said).encode())
    return digest.hexdigest()[:16]


def path_of(folder: Path, municipality: str, version: str) -> Path:
    """Where the dictionary of a version lies, written in the manner of this code and its pin."""
    return folder / municipality / f"{version}-{FORMAT}-{PIN}"


def build(path: Path, whose: Whose, editions: Sequence[Iterable[GazetteerRow]]) -> None:
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
    records, keys = _flat(whose, root)
    nodes = AddressNodeTable(db_dir=folder)
    nodes.create()
    nodes.append_records(records)
    trie = AddressTrie(folder / "address.trie", dict.fromkeys(keys, True))
    trie.save()
    numbered = sorted((trie.get_id(key), numbers) for key, numbers in keys.items())
    links = TrieNode(db_dir=folder)
    links.create()
    links.append_records({"id": number, "nodes": found} for number, found in numbered)
    datasets = Dataset(db_dir=folder)
    datasets.create()
    datasets.append_records([{"id": 1, "title": whose.name, "url": ""}])
    aza = AzaMaster(db_dir=folder)
    aza.create()
    for table in (nodes, links, datasets, aza):
        table.get_conn().close()
        table.conn = None
    _forget()
    towns = {fold_name(name): name for name in _town_names(root)}
    wards = [node.key[1:] for node in root.children.values() if node.level == WARD]
    meta = {"code": whose.code, "prefecture": whose.prefecture, "name": whose.name}
    text = json.dumps({**meta, "towns": towns, "wards": wards}, ensure_ascii=False)
    (folder / META).write_text(text, encoding="utf-8")


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


def _flat(whose: Whose, root: Node) -> tuple[list[dict[str, Any]], dict[str, list[int]]]:
    """The tree as jageocoder's records, each before its children, and key → numbers of records."""
    records: list[dict[str, Any]] = []
    keys: dict[str, list[int]] = {}
    standard = lru_cache(maxsize=None)(Converter().standardize)

    def add(node: Node, parent: int, path: tuple[str, ...], ward: str) -> None:
        number = len(records)
        index = standard(node.name) if number else "_root_"
        lon, lat = node.place or (_NOWHERE, _NOWHERE)
        record = {
            **{"id": number, "name": node.name if number else "_root_", "nameIndex": index},
            **{"x": lon, "y": lat, "level": node.level, "priority": 1, "note": ""},
            **{"parentId": parent, "siblingId": 0},
        }
        records.append(record)
        below = (*path, index) if 0 < node.level <= PART else path
        if below != path:
            for start in range(len(below)):
                keys.setdefault("".join(below[start:]), []).append(number)
        for key in _own_keys(node, parent, ward):
            keys.setdefault(key, []).append(number)
        for child in sorted(node.children.values(), key=lambda one: standard(one.name)):
            add(child, number, below, node.key if node.level == WARD else ward)
        record["siblingId"] = len(records)

    whole = Node("", "", 0)
    prefecture = whole.child("", whose.prefecture, _PREFECTURE)
    prefecture.child("", whose.name, _CITY).children = root.children
    add(whole, 0, (), "")
    return records, keys


def _own_keys(node: Node, parent: int, ward: str) -> list[str]:
    if node.level == TOWN:
        signs = node.key[1:]
        heads = ("\t", f"\t{ward}") if ward else ("\t",)
        ends = (f"t{signs}", *(f"~{loose}" for loose in _loosely(node.name)))
        return [f"{head}{end}" for head in heads for end in ends]
    if node.level > TOWN:
        key = node.key.removesuffix("*")
        listed = [f"\t{parent}\tc"] if key.startswith("c") else []
        return [f"\t{parent}\t{key}", *listed]
    return []


def _loosely(name: str) -> list[str]:
    """How a town is also called: without the letters written at will; 湯谷 for 湯谷町."""
    loose = fold_loosely(name)
    is_long = len(loose) > 2 and loose.endswith("町")
    return [loose, loose[:-1]] if is_long else [loose]


def _read_only(table: Any, folder: Path) -> Any:
    """A table of jageocoder over a connection of ours: its own would be for writing, and tied to
    the thread that asked first."""
    path = (folder / f"{table.tablename}.sqlite").absolute()
    table.conn = sqlite3.connect(
        f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
    )
    return table


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
