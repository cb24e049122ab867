"""Files that are not what they are called, and files that are no files."""

import gzip
import io
import os
import pickle
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.files import Hostile, family

VRT = """<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>CSV:/etc/passwd</SrcDataSource>
<SrcLayer>passwd</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"""
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a0 "はは">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + ']>\n<osm version="0.6"><node id="1" lat="32.5" lon="136" version="1"><tag k="name" v="&a9;"/>'
    '<tag k="place" v="town"/></node></osm>'
)
ENTITY = """<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<osm version="0.6"><node id="1" lat="32.5" lon="136" version="1"><tag k="name" v="&x;"/></node></osm>"""
PARAMETER = """<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>
<osm version="0.6"/>"""
MAGIC = {
    "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
    "paper.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\n",
    "program": b"\x7fELF\x02\x01\x01" + b"\0" * 200,
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "seven.7z": b"7z\xbc\xaf\x27\x1c\0\x04" + b"\xff" * 100,
    "photo.jpg": b"\xff\xd8\xff\xe0" + bytes(255 for _ in range(500)),
    "noise.csv": bytes(n * n % 251 for n in range(1, 5000)),
    "one.csv": b"a",
    "mark.csv": b"\xef\xbb\xbf",
    "mark16.csv": b"\xff\xfe",
    "half16.csv": b"\xff\xfea",
    "nothing.csv": b"",
    "spaces.csv": b" \r\n\t" * 5000,
    "pickle.csv": pickle.dumps({"a": [1, 2, 3]}),
    "gzip.csv": gzip.compress(b"a,b\n" * 100, mtime=0),
    "zeros.csv": b"\0" * 5000,
}
SPARSE = {
    "sparse.csv": ("resources", b"ID,a\n"),
    "sparse.xlsx": ("areas", b"PK\x03\x04"),
    "sparse.geojson": ("districts", b'{"type":'),
    "sparse.shp": ("districts", b"\x00\x00\x27\x0a"),
    "sparse.gpkg": ("districts", b"SQLite format 3\0"),
    "sparse.zip": ("addresses", b"PK\x03\x04"),
    "sparse.txt": ("population", b"KEY_CODE,HTKSYORI"),
    "sparse.osm.pbf": ("streets", b"\0\0\0\x0d\x0a\x09OSMHeader\x18\x10"),
    "sparse.osm": ("streets", b"<?xml version='1.0'?><osm>"),
}


def files(_written: Path) -> Iterator[Hostile]:
    endings = ("geojson", "shp", "gpkg", "vrt", "zip")
    yield from family("VRT in disguise", "districts", {f"layer.{one}": VRT for one in endings})
    yield from family("VRT in disguise", "resources", {"list.csv": VRT, "list.xlsx": VRT})
    yield from family("VRT in disguise", "streets", {"list.osm": VRT, "list.osm.pbf": VRT})
    for name, text in (("laughs", LAUGHS), ("entity", ENTITY), ("parameter", PARAMETER)):
        yield from family("XML entities", "streets", {f"{name}.osm": text})
        yield from family(
            "XML entities", "districts", {f"{name}.geojson": text, f"{name}.kml": text}
        )
        yield from family("XML entities", "areas", {f"{name}.xlsx": sheet_of(text)})
    for number, (name, content) in enumerate(MAGIC.items()):
        fits = ("resources", "districts", "population", "streets", "addresses")[number % 5]
        yield from family("another thing", fits, {name: content})
    yield from family("another thing", "districts", {"tar.zip": tar()})
    for name, (fits, head) in SPARSE.items():
        yield from family("2 GB of nothing", fits, {name: sparse(head)})
    yield from no_files()


def no_files() -> Iterator[Hostile]:
    made: dict[str, Callable[[Path], None]] = {
        "folder.geojson": Path.mkdir,
        "nowhere.csv": lambda path: path.symlink_to("/nonexistent/at/all"),
        "endless.csv": lambda path: path.symlink_to("/dev/zero"),
        "itself.zip": lambda path: path.symlink_to(path.name),
        "pipe.osm": os.mkfifo,
        "shut.csv": lambda _path: None,
    }
    yield from family("no file", "resources", made)


def sparse(head: bytes) -> Callable[[Path], None]:
    """Two gigabytes of which the disk holds some bytes."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(head)
            file.truncate(2 << 30)

    return write


def sheet_of(xml: str) -> bytes:
    """A workbook whose parts are this XML."""
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as book:
        for part in ("[Content_Types].xml", "xl/workbook.xml", "xl/sharedStrings.xml"):
            book.writestr(zipfile.ZipInfo(part), xml)
    return pack.getvalue()


def tar() -> bytes:
    """A tar that climbs out."""
    pack = io.BytesIO()
    with tarfile.open(fileobj=pack, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("../../climbed"), io.BytesIO())
    return pack.getvalue()
