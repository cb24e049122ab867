"""碁盤町の道と海: the invented town as an extract of OSM, so that every block is one minute.

Streets are the whole grid of 41 x 41 corners and nothing shortens a way through it: park path and
stone steps end blind, and bridges are where streets are. 碁盤町 is an island: the header box leaves
40 blocks of sea around it, so that half an hour of walking never leaves what the extract knows.
Ways run one way along whole streets, as mappers draw them: whoever needs junctions finds them by
their shared nodes. Written without compression: the same bytes on every machine.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import osmium

GENERATOR = "Engawa model town"  # in the header: whoever reads the file knows that it is invented
BLOCKS = 40
SEA_BLOCKS = 40  # 3.2 km: farther than 30 minutes on foot from every corner

Block = tuple[float, float]  # blocks east, blocks north of the south-west corner
Lonlat = Callable[[Sequence[Block]], list[tuple[float, float]]]

_DIGITS = "〇一二三四五六七八九"
# What stands for more than a lane: x or y of the street -> highway, name
_AVENUES_NORTH = {
    20: ("secondary", "中央大通り"),
    8: ("tertiary", "駅前通り"),
    32: ("tertiary", ""),
}
_AVENUES_EAST = {20: ("secondary", "碁盤大通り"), 10: ("tertiary", ""), 30: ("tertiary", "")}
_QUARTERS = {"松葉": (9.5, 30.5), "緑丘": (30.5, 33.5), "汐見": (8.5, 13.5), "浜風": (34.5, 12.5)}
_KANA = {"松葉": "まつば", "緑丘": "みどりおか", "汐見": "しおみ", "浜風": "はまかぜ"}
_COAST = 96  # corners of the coast line


@dataclass
class _Sheet:
    """The drawing while it is made: places by number, then ways and relations."""

    places: dict[Block, int] = field(default_factory=dict)
    named: dict[int, dict[str, str]] = field(default_factory=dict)
    ways: list[tuple[list[int], dict[str, str]]] = field(default_factory=list)
    relations: list[tuple[list[tuple[int, str]], dict[str, str]]] = field(default_factory=list)

    def node(self, place: Block, /, **tags: str) -> int:
        """The number of a place, the same each time it is asked for."""
        number = self.places.setdefault(place, len(self.places) + 1)
        if tags:
            self.named[number] = tags
        return number

    def way(self, places: Sequence[Block], /, **tags: str) -> int:
        """A line through places; returns its number."""
        self.ways.append(([self.node(place) for place in places], tags))
        return len(self.ways)

    def ring(self, places: Sequence[Block], /, **tags: str) -> int:
        """A closed line."""
        return self.way([*places, places[0]], **tags)


def write(path: Path, lonlat: Lonlat) -> None:
    """Write the extract. ``lonlat`` turns places in blocks into degrees."""
    sheet = _Sheet()
    _streets(sheet)
    _sea_and_river(sheet)
    _green(sheet)
    _railway(sheet)
    _buildings(sheet)
    for name, place in _QUARTERS.items():
        sheet.node(place, place="quarter", name=name, **{"name:ja-Hira": _KANA[name]})
    sheet.node((14.5, 16.8), place="town", name="碁盤町", **{"name:ja-Hira": "ごばんちょう"})
    _save(sheet, path, lonlat)


def _streets(sheet: _Sheet) -> None:
    """Every street of the grid, corner by corner. 条 count northward, 筋 eastward."""
    side = range(BLOCKS + 1)
    for y in side:
        highway, name = _AVENUES_EAST.get(y, ("residential", ""))
        name = name or f"{_counted(y + 1)}条通り"
        sheet.way([(x, y) for x in side], highway=highway, name=name)
    for x in side:
        highway, name = _AVENUES_NORTH.get(x, ("residential", ""))
        name = name or f"{_counted(x + 1)}番筋"
        sheet.way([(x, y) for y in side], highway=highway, name=name)


def _sea_and_river(sheet: _Sheet) -> None:
    """An island in a square of sea, and a river from the hill to the bay."""
    coast = [_coast(corner / _COAST) for corner in range(_COAST)]
    west, east = -SEA_BLOCKS, BLOCKS + SEA_BLOCKS
    outer = sheet.ring([(west, west), (east, west), (east, east), (west, east)])
    inner = sheet.ring(coast, natural="coastline")
    sheet.relations.append(
        (
            [(outer, "outer"), (inner, "inner")],
            {"type": "multipolygon", "natural": "water", "water": "sea"},
        )
    )
    middle = [(25.5 + 1.6 * sin(y / 6.5) + y / 60, y) for y in _steps(-1.4, 40.5, 1.5)]
    sheet.way(middle[::-1], waterway="river", name="碁盤川", **{"name:ja-Hira": "ごばんがわ"})
    banks = [(x - 0.17 - (40 - y) / 300, y) for x, y in middle]
    banks += [(x + 0.17 + (40 - y) / 300, y) for x, y in reversed(middle)]
    sheet.ring(banks, natural="water", water="river")


def _coast(part: float) -> Block:
    """A place on the coast: a rounded square some two blocks outside the streets, a little ragged."""
    angle = 2 * pi * part
    x, y = cos(angle), sin(angle)
    square = max(abs(x), abs(y)) ** 0.82
    far = 22.4 + 0.5 * sin(angle * 5) + 0.35 * sin(angle * 13 + 1) + 0.25 * cos(angle * 29)
    return 20 + far * x / square, 20 + far * y / square


def _green(sheet: _Sheet) -> None:
    """A park with a pond and a blind path, a wooded hill with a shrine above stone steps, fields."""
    park = [(15.1, 22.1), (17.9, 22.1), (17.9, 24.9), (15.1, 24.9)]
    sheet.ring(park, leisure="park", name="中央公園", **{"name:ja-Hira": "ちゅうおうこうえん"})
    pond = [(16.6 + 0.55 * cos(a), 23.6 + 0.35 * sin(a)) for a in _steps(0, 2 * pi - 0.3, pi / 8)]
    sheet.ring(pond, natural="water", water="pond", name="鏡池")
    sheet.way([(17, 22), (16.95, 22.5), (16.7, 23.1)], highway="footway")
    hill = [(33.2, 40.3), (33.4, 35.6), (35.4, 34.4), (38.3, 35.3), (40.4, 36.2), (40.6, 40.5)]
    sheet.ring(hill, natural="wood", name="緑丘の森")
    sheet.way([(36, 37), (36.3, 37.3), (36.4, 37.7)], highway="steps", name="緑丘の石段")
    sheet.way([(36.4, 37.7), (36.5, 38.2)], highway="path")
    for west, south in ((0.2, 33.2), (3.2, 33.2), (0.2, 36.2), (3.2, 36.2)):
        field_ = [
            (west, south),
            (west + 2.6, south),
            (west + 2.6, south + 2.6),
            (west, south + 2.6),
        ]
        sheet.ring(field_, landuse="farmland")
    sheet.way([(1.5, 33), (1.52, 38.6)], highway="track")


def _railway(sheet: _Sheet) -> None:
    """One line beside 駅前通り and one station, on a siding of nothing: trains are another issue."""
    track = [(6.4, -1.2), (6.5, 4.5), (6.5, 19.5), (6.5, 36.5), (5.6, 41.2)]
    sheet.way(track, railway="rail", name="碁盤鉄道")
    sheet.node(
        (6.5, 19.5), railway="station", name="碁盤町駅", **{"name:ja-Hira": "ごばんちょうえき"}
    )


def _buildings(sheet: _Sheet) -> None:
    """Houses along the middle of the town, four to a block, a school and the town hall."""
    for x, y in ((x, y) for x in range(9, 24) for y in range(17, 21)):
        for east, north, width in ((0.14, 0.16, 0.24), (0.58, 0.18, 0.27), (0.2, 0.6, 0.3)):
            if (x + y + int(east * 10)) % 3:
                _house(sheet, x + east, y + north, width, 0.2, building="house")
    _house(sheet, 20.12, 15.1, 0.7, 0.4, building="civic", amenity="townhall", name="碁盤町役場")
    _house(sheet, 12.1, 25.2, 0.75, 0.3, building="school", amenity="school", name="西中学校")
    _house(sheet, 30.1, 25.2, 0.75, 0.3, building="school", amenity="school", name="東中学校")


def _house(sheet: _Sheet, x: float, y: float, width: float, depth: float, /, **tags: str) -> None:
    sheet.ring([(x, y), (x + width, y), (x + width, y + depth), (x, y + depth)], **tags)


def _steps(first: float, last: float, step: float) -> Iterator[float]:
    count = round((last - first) / step)
    return (first + (last - first) * n / count for n in range(count + 1))


def _counted(number: int) -> str:
    """1..99 as streets are numbered: 一, 十, 十一, 四十一."""
    tens, ones = divmod(number, 10)
    lead = "十" if tens == 1 else f"{_DIGITS[tens]}十" if tens else ""
    return lead + (_DIGITS[ones] if ones else "")


def _save(sheet: _Sheet, path: Path, lonlat: Lonlat) -> None:
    west, east = -SEA_BLOCKS, BLOCKS + SEA_BLOCKS
    ends = lonlat([(west, west), (east, west), (east, east), (west, east)])
    header: Any = osmium.io.Header()
    header.set("generator", GENERATOR)
    header.add_box(osmium.osm.Box(*_around(ends)))
    form = "pbf,pbf_compression=none,add_metadata=false"
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}")
    places = lonlat(list(sheet.places))
    with osmium.SimpleWriter(
        osmium.io.File(str(beside), form), header=header, overwrite=True
    ) as out:
        for number, place in enumerate(places, start=1):
            tags = sheet.named.get(number, {})
            out.add_node(osmium.osm.mutable.Node(id=number, location=place, tags=tags))
        for number, (nodes, tags) in enumerate(sheet.ways, start=1):
            out.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags))
        for number, (members, tags) in enumerate(sheet.relations, start=1):
            parts = [("w", way, role) for way, role in members]
            out.add_relation(osmium.osm.mutable.Relation(id=number, members=parts, tags=tags))
    beside.replace(path)


def _around(places: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    lons, lats = zip(*places, strict=True)
    return min(lons), min(lats), max(lons), max(lats)
