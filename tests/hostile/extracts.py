"""Extracts of OpenStreetMap whose ways, relations and blobs lie or lie across one another."""

import lzma
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from tests.hostile.files import Hostile, family, luck

STREET = (
    '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way>'
)
NODES = '<node id="1" lat="32.51" lon="136.01" version="1"/><node id="2" lat="32.52" lon="136.01" version="1"/>'
BOUNDS = '<bounds minlat="32.5" minlon="136.0" maxlat="32.6" maxlon="136.1"/>'


def files(written: Path) -> Iterator[Hostile]:
    yield from family(
        "ways and relations in a tangle", "streets", {f"{n}.osm": t for n, t in tangles().items()}
    )
    yield from family("lying extract", "streets", {f"{n}.osm": t for n, t in lies().items()})
    whole = (written / "town/model_town/99001_streets.osm.pbf").read_bytes()
    yield from family(
        "lying blobs", "streets", {f"{n}.osm.pbf": b for n, b in blobs(whole).items()}
    )


def osm(*parts: str, bounds: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">{bounds}{"".join(parts)}</osm>'
    )


def random_nodes(first: int, count: int, *what: object) -> str:
    chance = luck("nodes", first, count, *what)
    return "".join(
        f'<node id="{first + n}" lat="{32.5 + chance.random() / 10:.7f}" lon="{136 + chance.random() / 10:.7f}" version="1"/>'
        for n in range(count)
    )


def way(number: int, refs: Iterator[int] | range | list[int], tags: str) -> str:
    return f'<way id="{number}" version="1">{"".join(f"<nd ref={chr(34)}{ref}{chr(34)}/>" for ref in refs)}{tags}</way>'


def tag(key: str, value: str) -> str:
    return f'<tag k="{key}" v="{value}"/>'


def ring_of(number: int, first: int, count: int, tags: str) -> str:
    return way(number, [*range(first, first + count), first], tags)


def relation(members: int, tags: str) -> str:
    listed = "".join(f'<member type="way" ref="{100 + n}" role="outer"/>' for n in range(members))
    return f'<relation id="9" version="1">{listed}{tags}</relation>'


def members(count: int) -> str:
    """A multipolygon of so many straight ways between random places, which close into one ring."""
    start = 1000
    ways = "".join(way(100 + n, [start + n, start + (n + 1) % count], "") for n in range(count))
    tags = tag("type", "multipolygon") + tag("natural", "water")
    return osm(NODES, random_nodes(start, count, "members"), STREET, ways, relation(count, tags))


def tangles() -> dict[str, str]:
    water, coast = tag("natural", "water"), tag("natural", "coastline")
    near = random_nodes(1000, 3000, "coast")
    houses = "".join(
        ring_of(100 + n, 1000 + 20 * n, 20, tag("building", "yes")) for n in range(140)
    )
    return {
        "members2000": members(2000),
        "members40000": members(40_000),
        "ring2000": osm(NODES, random_nodes(1000, 1900), STREET, ring_of(5, 1000, 1900, water)),
        "ring30000": osm(NODES, random_nodes(1000, 30_000), STREET, ring_of(5, 1000, 30_000, water)),
        "rings": osm(NODES, near, STREET, houses),
        "coast": osm(NODES, near, STREET, way(5, range(1000, 4000), coast), bounds=BOUNDS),
        "coast20000": osm(NODES, random_nodes(1000, 20_000), STREET, way(5, range(1000, 21_000), coast), bounds=BOUNDS),
        "coasts": osm(NODES, near, STREET, *[way(5 + n, [1000 + n, 2000 + n], coast) for n in range(900)], bounds=BOUNDS),
        "street": osm(random_nodes(1, 30_000), way(1, range(1, 30_001), tag("highway", "residential"))),
        "place": osm(NODES, random_nodes(1000, 1900), STREET, ring_of(5, 1000, 1900, water + tag("place", "town") + tag("name", "x"))),
    }  # fmt: skip


def lies() -> dict[str, str]:
    most = 2**63
    member = '<member type="relation" ref="9" role="outer"/>'
    return {
        "absent": osm(STREET),
        "absentsome": osm(NODES, way(1, [1, 77, 2, 78, 79], tag("highway", "residential"))),
        "overflow": osm(NODES.replace('id="1"', f'id="{most}"'), STREET),
        "overflowref": osm(NODES, STREET.replace('ref="2"', f'ref="{most * 10}"')),
        "minus": osm(NODES.replace('id="', 'id="-'), STREET.replace('ref="', 'ref="-')),
        "zero": osm(NODES.replace('id="1"', 'id="0"'), STREET.replace('ref="1"', 'ref="0"')),
        "lat": osm(NODES.replace("32.51", "1e9"), STREET),
        "latnan": osm(NODES.replace("32.51", "nan"), STREET),
        "nolat": osm(NODES.replace(' lat="32.51"', ""), STREET),
        "idtext": osm(NODES.replace('id="1"', 'id="x"'), STREET),
        "version": osm(NODES.replace('version="1"', f'version="{2**40}"'), STREET),
        "time": osm(NODES.replace('version="1"', 'version="1" timestamp="9999-99-99T99:99:99Z"'), STREET),
        "timefar": osm(NODES, STREET.replace('version="1"', 'version="1" timestamp="2106-02-07T06:28:15Z"')),
        "self": osm(NODES, STREET, f'<relation id="9" version="1">{member}{tag("type", "multipolygon")}{tag("natural", "water")}</relation>'),
        "twice": osm(NODES, NODES, STREET, STREET),
        "order": osm(STREET, NODES),
        "onenode": osm(NODES, STREET, way(2, [1], tag("highway", "path")), way(3, [], tag("building", "yes")), way(4, [1, 1, 1], tag("highway", "path"))),
        "tags": osm(NODES, way(1, [1, 2], tag("highway", "residential") + "".join(tag(f"k{n}", "v") for n in range(30_000)))),
        "value": osm(NODES, way(1, [1, 2], tag("highway", "residential") + tag("name", "長" * 60_000))),
        "value2": osm(NODES, way(1, [1, 2], tag("highway", "residential") + tag("name", "長" * 300) + tag("name:ja-Hira", "あ" * 300))),
        "notag": osm(NODES, way(1, [1, 2], "<tag/>")),
        "deep": osm(NODES, STREET, "<a>" * 100_000),
        "box": osm(NODES, STREET, bounds='<bounds minlat="99" minlon="-500" maxlat="nan" maxlon="x"/>'),
        "boxswapped": osm(NODES, STREET, bounds='<bounds minlat="32.6" minlon="136.1" maxlat="32.5" maxlon="136.0"/>'),
        "change": '<osmChange version="0.6"><delete>' + NODES + "</delete></osmChange>",
        "old": osm(NODES, STREET).replace("0.6", "0.5"),
        "unclosed": osm(NODES, STREET)[:-6],
        "encoding": osm(NODES, STREET).replace("UTF-8", "UTF-99"),
        "america": osm(NODES.replace("136.01", "-100.0"), STREET),
        "ele": osm(NODES.replace('version="1"/>', f'version="1">{tag("ele", "9" * 400)}</node>'), STREET),
        "speed": osm(NODES, STREET.replace("</way>", f'{tag("maxspeed", "9" * 30)}{tag("step_count", "9" * 30)}{tag("width", "1e999")}</way>')),
        "ferry": osm(NODES, STREET, way(2, [1, 2], tag("route", "ferry") + tag("duration", "99999999999:99"))),
    }  # fmt: skip


def field(number: int, content: bytes | int) -> bytes:
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def blob(kind: bytes, body: bytes, size: int | None = None) -> bytes:
    head = field(1, kind) + field(3, len(body) if size is None else size)
    return struct.pack(">I", len(head)) + head + body


def blobs(whole: bytes) -> dict[str, bytes]:
    header = field(4, b"OsmSchema-V0.6") + field(4, b"DenseNodes")
    start = blob(b"OSMHeader", field(1, header))
    zeros = zlib.compress(b"\0" * 30_000_000, 9)
    seek = varint(1 << 3 | 2) + varint(2**66)
    return {
        "size": blob(b"OSMHeader", b"", 2**31 - 1), "sizehuge": blob(b"OSMHeader", b"", 2**66),
        "seek": blob(b"OSMHeader", seek), "seekhead": struct.pack(">I", 40) + b"\x0a\x09OSMHeader" + seek + b"\0" * 30,
        "bomb": start + blob(b"OSMData", field(2, 30_000_000) + field(3, zeros)) * 40,
        "rawless": start + blob(b"OSMData", field(2, 10) + field(3, zeros)),
        "rawmore": start + blob(b"OSMData", field(2, 31_000_000) + field(3, zlib.compress(b"abc"))),
        "garbage": start + blob(b"OSMData", field(2, 100) + field(3, b"\xff" * 50)),
        "lzma": start + blob(b"OSMData", field(2, 100) + field(4, lzma.compress(b"a" * 100))),
        "lz4": start + blob(b"OSMData", field(2, 100) + field(6, b"\xff" * 50)),
        "nothing": start, "empty": start + blob(b"OSMData", b""), "unknown": start + blob(b"Strange", field(1, b"x")),
        "feature": blob(b"OSMHeader", field(1, field(4, b"MindReading"))), "noheader": blob(b"OSMData", field(1, b"")),
        "group": start + blob(b"OSMData", field(1, field(1, b"") + field(2, field(2, b"\xff" * 40)))),
        "strings": start + blob(b"OSMData", field(1, field(1, field(1, b"a") * 100_000) + field(2, field(3, field(1, 1) + field(2, b"\xff\xff\x03"))))),
        "granularity": start + blob(b"OSMData", field(1, field(1, b"") + field(17, 2**31 - 1) + field(19, 2**62))),
        "leadlong": struct.pack(">I", 2**32 - 1) + whole[4:], "leadcut": whole + b"\0\0",
        "varint": start[:4] + b"\xff" * 40, "sizeof": whole[:4] + whole[4:].replace(b"\x18", b"\x19", 1),
        "many": start * 20_000, "history": blob(b"OSMHeader", field(1, header + field(4, b"HistoricalInformation"))) + whole[len(start):],
        "swapped": whole[len(whole) // 2 :] + whole[: len(whole) // 2],
    }  # fmt: skip
