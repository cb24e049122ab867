"""Archives that climb, swell, lie or are locked."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from pathlib import Path

from tests.hostile.files import Content, Hostile, collection, family, feature, polygon

GOOD = collection(feature(polygon())).encode()
SLIPS = {
    "up": "../../../tmp/climbed.geojson",
    "root": "/climbed.geojson",
    "drive": "C:/climbed.geojson",
    "back": "..\\..\\climbed.geojson",
    "unc": "\\\\host\\share\\climbed.geojson",
    "mixed": "a/..\\../climbed.geojson",
    "dots": "a/b/../../../climbed.geojson",
    "long": "a" * 60_000 + ".geojson",
    "nul": "a\0b.geojson",
    "escape": "\x1b]0;x\x07\x1b[2J.geojson",
    "bidi": "\u202enosjoeg.geojson",
    "dot": "..",
    "empty": "",
}
LAYOUT = "layer.geojson"


def files(written: Path) -> Iterator[Hostile]:
    slips = {f"{name}.zip": packed({inside: GOOD}) for name, inside in SLIPS.items()}
    yield from family("zip slip", "districts", slips | {"link.zip": link()})
    table = packed({"../../t.txt": b"KEY_CODE,HTKSYORI"})
    yield from family("zip slip", "population", {"people.zip": table})
    yield from family(
        "zip slip", "areas", {"book.xlsx": packed({"[Content_Types].xml": b"", "../x": b""})}
    )
    yield from family("zip bomb", "districts", bombs())
    yield from family("zip bomb", "areas", {"book.xlsx": later(book_bomb)})
    laid = (zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2)
    people = {
        f"method{one}.zip": later(partial(packed, {"t.txt": b"0" * 90_000_000}, one))
        for one in laid
    }
    yield from family("zip bomb", "population", people)
    yield from family("100,000 entries", "districts", {"many.zip": later(many)})
    yield from family("100,000 entries", "areas", {"many.xlsx": later(many)})
    yield from family("locked zip", "districts", {"locked.zip": locked("a.geojson")})
    yield from family("locked zip", "population", {"locked.zip": locked("a.txt")})
    yield from family("locked zip", "areas", {"locked.xlsx": locked("[Content_Types].xml")})
    for fits, path in (
        ("districts", "city/boundaries/A27-21_99002_SHP.zip"),
        ("addresses", "city/addresses/99000-24.0a.zip"),
        ("areas", "city/areas/areas_center.xlsx"),
    ):
        whole, ending = (written / path).read_bytes(), Path(path).suffix
        lies = {f"{name}{ending}": told for name, told in lying(whole).items()}
        yield from family("lying zip", fits, lies)
    inside = {"t.txt": (written / "town/model_town/tblT001141H4836.txt").read_bytes()}
    people = {f"{name}.zip": told for name, told in lying(packed(inside)).items()}
    yield from family("lying zip", "population", people)
    lzma = bytearray(packed(inside, zipfile.ZIP_LZMA))
    at = lzma.index(b"\x05\x00\x5d")
    lzma[at + 3 : at + 7] = b"\xff\xff\xff\xff"  # a dictionary of 4 GB
    yield from family("lying zip", "population", {"dictionary.zip": bytes(lzma)})


def packed(inside: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w", method) as archive:
        for name, content in inside.items():
            entry = zipfile.ZipInfo("x")
            entry.filename = name
            archive.writestr(entry, content, method)
    return pack.getvalue()


def link() -> bytes:
    """A symbolic link to a file of the house, under the name of a layer."""
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as archive:
        entry = zipfile.ZipInfo(LAYOUT)
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return pack.getvalue()


def bombs() -> dict[str, Content]:
    """Each packed when it is written: most of a run needs one of them."""
    return {
        "ratio.zip": later(zeros),
        "nested.zip": later(lambda: packed({"inner.zip": packed({"inner.zip": zeros()})})),
        "saysless.zip": later(
            lambda: zeros().replace(struct.pack("<I", 300_000_000), struct.pack("<I", 1000))
        ),
        "shapes.zip": later(lambda: packed({f"{n}.shp": b"\0" * 40_000_000 for n in range(3)})),
        "overlap.zip": later(lambda: overlapping(5_000)),
        "bz2.zip": later(lambda: packed({"layer.geojson": b"0" * 190_000_000}, zipfile.ZIP_BZIP2)),
        "xz.zip": later(lambda: packed({"layer.geojson": b"0" * 190_000_000}, zipfile.ZIP_LZMA)),
        "dbf.zip": later(
            lambda: packed({"a.shp": b"\0\0\x27\x0a" + b"\0" * 96, "a.dbf": b"\3" * 150_000_000})
        ),
    }


@lru_cache(maxsize=1)
def many() -> bytes:
    """A hundred thousand layers with nothing in them."""
    return packed({f"{n}.geojson": b"" for n in range(100_000)}, 0)


@lru_cache(maxsize=1)
def zeros() -> bytes:
    """A layer of 300 MB, packed to 0.3."""
    return packed({"layer.geojson": b"0" * 300_000_000})


def later(make: Callable[[], bytes]) -> Content:
    """A content that is made when it is written."""

    def write(path: Path) -> None:
        path.write_bytes(make())

    return write


def overlapping(times: int) -> bytes:
    """One packed megabyte that many entries claim (Fifield 2019)."""
    one = packed({"a.geojson": b"0" * 1_000_000})
    start = one.rindex(b"PK\x05\x06")
    directory = one[one.index(b"PK\x01\x02") : start]
    body = one[: one.index(b"PK\x01\x02")]
    end = struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, times, times, len(directory) * times, len(body), 0
    )
    return body + directory * times + end


def book_bomb() -> bytes:
    sheet = b"<worksheet><sheetData>" + b"<row/>" * 25_000_000
    return packed({"[Content_Types].xml": b"<Types/>", "xl/worksheets/sheet1.xml": sheet})


def locked(name: str) -> bytes:
    """Marked as encrypted in both of its tables."""
    raw = bytearray(packed({name: b"secret" * 50}))
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


def lying(whole: bytes) -> dict[str, bytes]:
    """The same archive with one number of its tables changed."""
    central, end = whole.index(b"PK\x01\x02"), whole.rindex(b"PK\x05\x06")

    def put(at: int, form: str, value: int) -> bytes:
        raw = bytearray(whole)
        struct.pack_into(form, raw, at, value)
        return bytes(raw)

    return {
        "crc": put(central + 16, "<I", 1),
        "packed": put(central + 20, "<I", 0x7FFFFFFF),
        "size": put(central + 24, "<I", 3),
        "sizemore": put(central + 24, "<I", 0x00FFFFFF),
        "offset": put(central + 42, "<I", 0x7FFFFFFF),
        "method": put(central + 10, "<H", 99),
        "zip64": put(central + 24, "<I", 0xFFFFFFFF),
        "name": put(central + 28, "<H", 0xFFFF),
        "count": put(end + 10, "<H", 0xFFFF),
        "directory": put(end + 16, "<I", 0x7FFFFFFF),
        "local": put(0, "<I", 0x04034B50) if whole[:4] != b"PK\3\4" else whole[:10] + whole[14:],
        "body": whole[:60] + bytes(b ^ 0xFF for b in whole[60:160]) + whole[160:],
    }
