"""住所の木: rows of one or several gazetteers, joined into one tree of a municipality's names.

A town of one edition and the same town of another are one node; a place comes from the first
gazetteer that knows one. 丁目 hang under their town, 小字 under a town or a 丁目, blocks anywhere.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from geo.addresses.fold import fold_name

# Levels of jageocoder's tables: 4 ward, 5 大字, 6 丁目・小字, 7 街区・地番
WARD, TOWN, PART, BLOCK = 4, 5, 6, 7
_CHOME = re.compile(r"^(.+?)((?:[0-9０-９]+|[〇一二三四五六七八九十]+)丁目)$")
# 一丁目 … 十丁目 as a reading that has them ends (ホンダサンチヨウメ of 越前市 本多三丁目), folded
_READ_NUMBERS = (
    *("イ[チツ]", "ニ", "サン", "[ヨシ]ン?", "ゴ", "ロク", "[ナシ][ナチ]", "ハ[チツ]"),
    *("キユウ", "ジユ?[ウツ]"),
)
_PLAIN = re.compile(r"b(\d+)\.\*?")
_BLOCK_ENDING = re.compile("(番地|番|号)$")

OAZA = "大字"
ENOUGH = 20  # numbers to say that they run through a town; our choice

Lonlat = tuple[float, float]


class GazetteerRow(Protocol):
    """One row of a gazetteer; "" where it says nothing.

    by_block  whether ``block`` is a 街区符号 (住居表示) or a 地番; None where it is not said
    lon, lat  degrees, both or neither
    kana      how the town is read
    """

    @property
    def ward(self) -> str: ...
    @property
    def town(self) -> str: ...
    @property
    def koaza(self) -> str: ...
    @property
    def block(self) -> str: ...
    @property
    def by_block(self) -> bool | None: ...
    @property
    def lon(self) -> float | None: ...
    @property
    def lat(self) -> float | None: ...
    @property
    def kana(self) -> str: ...


@dataclass(slots=True)
class Node:
    """One name. ``key`` is what tells it from its siblings: c2 (二丁目), k19.字, b3. ... A * behind
    it says that a sibling falls together with it and is another.

    kana  how a town is read, without its 丁目
    runs_through  a town whose 地番 run on from 小字 to 小字, so that a number says which 小字 it is in
    """

    key: str
    name: str
    level: int
    place: Lonlat | None = None
    kana: str = ""
    runs_through: bool = False
    children: dict[str, "Node"] = field(default_factory=dict)

    def child(self, key: str, name: str, level: int) -> "Node":
        """The child of that key, made when it is new; the first name it was given stays."""
        return self.children.setdefault(key, Node(key, name, level))


def grow(editions: Sequence[Sequence[GazetteerRow]]) -> Node:
    """The tree of a municipality from its gazetteers, the most trusted first."""
    root = Node("", "", 0)
    apart = _apart(editions)
    for rows in editions:
        for row in rows:
            node = _node_of(root, row, apart)
            if node.place is None and row.lon is not None and row.lat is not None:
                node.place = (row.lon, row.lat)
    _fill(root)
    for town in _towns(root):
        town.runs_through = _runs_through(town)
    return root


def split_chome(town: str) -> tuple[str, str]:
    """本町二丁目 -> 本町, 二丁目; a town without 丁目, or called 八丁目, stays whole."""
    parts = _CHOME.match(town)
    return (parts[1], parts[2]) if parts else (town, "")


def _apart(editions: Iterable[Iterable[GazetteerRow]]) -> set[str]:
    """Towns that stand with and without 大字 in one gazetteer: 大字北野 and 北野一丁目 are two."""
    apart: set[str] = set()
    for rows in editions:
        names = {split_chome(name)[0] for name in {row.town for row in rows}}
        apart |= {name for name in names if name.startswith(OAZA) and name[len(OAZA) :] in names}
    return apart


def _node_of(root: Node, row: GazetteerRow, apart: set[str]) -> Node:
    node = root.child(f"w{fold_name(row.ward)}", row.ward, WARD) if row.ward else root
    town, chome = split_chome(row.town)
    koaza = row.koaza
    if not chome and _is_chome(koaza):  # Geolonia: 家久町, 小字 一丁目
        chome, koaza = koaza, ""
    node = node.child(f"t{fold_name(town)}{'*' if town in apart else ''}", town, TOWN)
    node.kana = node.kana or _without_chome(fold_name(row.kana), chome)
    if chome:
        node = node.child(f"c{fold_name(chome).partition('.')[0]}", chome, PART)
    if koaza:
        node = node.child(f"k{fold_name(koaza)}", koaza, PART)
    if row.block:
        number = _BLOCK_ENDING.sub("", fold_name(row.block))
        ending = "番" if row.by_block else "番地"
        kind = "" if row.by_block else "*"  # a 街区 and a 地番 of one number are two places
        node = node.child(f"b{number}{kind}", f"{row.block}{ending}", BLOCK)
    return node


def _without_chome(kana: str, chome: str) -> str:
    """How a town is read, where what is read may have its 丁目 behind it."""
    number = fold_name(chome).partition(".")[0]
    if not number:
        return kana
    read = dict(enumerate(_READ_NUMBERS, start=1)).get(int(number), number)
    return re.sub(rf"(?:{read}|{number}\.)チヨウメ$", "", kana)


def _is_chome(name: str) -> bool:
    return bool(_CHOME.match(f"町{name}")) if name else False


def _fill(node: Node) -> list[Lonlat]:
    """A town or 小字 known by its blocks alone stands where the one in their middle stands.

    Not a town of several 丁目: which of them is meant is not ours to say. Returns all places below.
    """
    below = [place for child in node.children.values() for place in _fill(child)]
    has_chome = any(key.startswith("c") for key in node.children)
    if node.place is None and node.level in (TOWN, PART) and below and not has_chome:
        places = np.array(below)
        away = np.hypot(*(places - places.mean(axis=0)).T)
        node.place = below[int(np.argmin(away))]
    return [node.place] if node.level == BLOCK and node.place else below


def _towns(node: Node) -> Iterator[Node]:
    for child in node.children.values():
        if child.level == TOWN:
            yield child
        elif child.level < TOWN:
            yield from _towns(child)


def _runs_through(town: Node) -> bool:
    """Whether 地番 run through a town, by the numbers themselves.

    Where each 小字 begins anew, every one has small numbers and they overlap. Only where each keeps
    to a span of its own, and there are enough numbers to say so, is a number without its 小字 read.
    """
    groups = [_numbers(child) for key, child in town.children.items() if key.startswith("k")]
    spans = sorted((min(own), max(own)) for own in (*groups, _numbers(town)) if own)
    apart = all(one[1] < other[0] for one, other in itertools.pairwise(spans))
    enough = sum(map(len, groups)) >= ENOUGH
    return len(spans) > 1 and apart and enough


def _numbers(node: Node) -> list[int]:
    """The 街区 and 地番 of a town or 小字 that are plain numbers."""
    found = [_PLAIN.fullmatch(key) for key in node.children]
    return [int(number[1]) for number in found if number]
