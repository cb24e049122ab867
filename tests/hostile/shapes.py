"""Maps whose shapes, numbers, tables and lengths are absurd."""

import json
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pyogrio.raw
import shapely

from tests.hostile.files import SQUARE, Hostile, collection, family, feature, luck, polygon

WKT = 'GEOGCS["a",DATUM["D_JGD_2011",SPHEROID["GRS_1980",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]]'
NUMBERS = {
    "nan": "NaN", "infinite": "1e999", "minus": "-1e999", "tiny": "1e-400", "digits": "9" * 5000,
    "huge": "1" + "0" * 400, "text": '"136"', "null": "null", "true": "true", "list": "[136]",
    "object": "{}", "far": "1e300", "swapped": "32.515", "negative": "-136.0",
}  # fmt: skip


def files(_written: Path) -> Iterator[Hostile]:
    yield from family("shapes in a tangle", "districts", tangles())
    yield from family("areas over one another", "districts", heaps())
    yield from family("deep nesting", "districts", nests())
    good = collection(feature(polygon()))
    told = {f"{name}.geojson": good.replace("136.01", text) for name, text in NUMBERS.items()}
    yield from family("absurd numbers", "districts", told)
    points = json.dumps(
        feature({"type": "Point", "coordinates": [136.0, 32.5]}, 名称="茶の間", 種別="サロン")
    )
    told = {f"p-{name}.geojson": f'{{"type":"FeatureCollection","features":[{points.replace("136.0", text)}]}}'
            for name, text in NUMBERS.items()}  # fmt: skip
    yield from family("absurd numbers", "resources", told)
    yield from family("odd GeoJSON", "districts", oddities())
    yield from family("too many parts", "districts", crowds())
    yield from family(
        "lying Shapefile", "districts", {f"{n}.zip": z for n, z in shapefiles().items()}
    )
    yield from family(
        "lying table of a Shapefile", "districts", {f"{n}.zip": z for n, z in tables().items()}
    )
    yield from family(
        "GeoPackage with traps", "districts", {f"{n}.gpkg": w for n, w in packages().items()}
    )
    told = {f"{n}.zip": zipped(shp(), dbf(), prj=text) for n, text in PROJECTIONS.items()}
    yield from family("coordinate systems", "districts", told)
    named = {f"{n}.geojson": collection(feature(polygon()), crs={"type": "name", "properties": {"name": text}})
             for n, text in PROJECTIONS.items()}  # fmt: skip
    yield from family("coordinate systems", "districts", named)


def ring(points: int, *what: object) -> list[list[float]]:
    """A ring that runs to and fro at random."""
    chance = luck("ring", points, *what)
    found = [[136 + chance.random() / 100, 32.51 + chance.random() / 100] for _ in range(points)]
    return [*found, found[0]]


def tangles() -> dict[str, str]:
    zigzag = [[136 + n % 2 * 0.01, 32.51 + n * 1e-6] for n in range(8000)]
    comb = [[136 + n * 1e-6, 32.51 + n % 2 * 0.01] for n in range(8000)]
    star = [[136 + 0.005 * np.cos(n * 2.4), 32.51 + 0.005 * np.sin(n * 2.4)] for n in range(3001)]
    bows = [[[136, 32.51], [136.001, 32.511], [136.001, 32.51], [136, 32.511], [136, 32.51]]]
    return {
        f"random{n}.geojson": collection(feature(polygon(ring(n)))) for n in (1000, 300, 5000, 50_000)
    } | {
        "lattice.geojson": collection(feature(polygon([*zigzag, *comb, zigzag[0]]))),
        "star.geojson": collection(feature(polygon([*star, star[0]]))),
        "bows.geojson": collection(*[feature(polygon(*bows), name=f"n{n}", code=f"{n}") for n in range(4000)]),
        "many.geojson": collection(*[feature(polygon(ring(150, n)), name=f"n{n}", code=f"{n}") for n in range(400)]),
        "holes.geojson": collection(feature(polygon(SQUARE, *[ring(20, n) for n in range(200)]))),
        "same.geojson": collection(feature({"type": "MultiPolygon", "coordinates": [[SQUARE]] * 3000})),
    }  # fmt: skip


def wheel(turn: float, teeth: int) -> list[list[float]]:
    """A valid star of long thin teeth, turned a little."""
    angle = np.arange(2 * teeth) * np.pi / teeth + turn
    far = np.where(np.arange(2 * teeth) % 2, 0.0005, 0.005)
    xy = np.column_stack([136.005 + far * np.cos(angle), 32.515 + far * np.sin(angle)]).tolist()
    return [*xy, xy[0]]


def heaps() -> dict[str, str]:
    one = [feature(polygon(wheel(n / 977, 200))) for n in range(150)]
    more = [feature(polygon(wheel(n / 977, 60)), name=f"区{n}", code=f"{n}") for n in range(300)]
    squares = [
        feature(polygon([[x + n * 1e-6, y + n * 1e-6] for x, y in SQUARE])) for n in range(3000)
    ]
    return {
        "onename.geojson": collection(*one),
        "manynames.geojson": collection(*more),
        "squares.geojson": collection(*squares),
        "identical.geojson": collection(*[feature(polygon())] * 5000),
        "codes.geojson": collection(*[feature(polygon(), name=f"n{n}", code="1") for n in range(3000)]),
    }  # fmt: skip


def nests() -> dict[str, str]:
    def deep(n: int) -> str:
        start = '{"type":"GeometryCollection","geometries":['
        geometry = start * n + json.dumps(polygon()) + "]}" * n
        return f'{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"name":"a"}},"geometry":{geometry}}}]}}'

    lists = "[" * 900 + "]" * 900
    return {
        "collections400.geojson": deep(400),
        "collections10000.geojson": deep(10_000),
        "lists.geojson": collection(feature({"type": "Polygon", "coordinates": json.loads(lists)})),
        "lists100000.geojson": '{"type":"FeatureCollection","features":' + "[" * 100_000,
        "objects.geojson": '{"a":' * 200_000,
        "properties.geojson": collection(feature(polygon(), name={"a": [[[[{"b": "c"}]]]]})),
    }


def oddities() -> dict[str, str]:
    def one(**members: object) -> str:
        return collection({**feature(polygon()), **members})

    return {
        "nullgeometry.geojson": one(geometry=None),
        "nullproperties.geojson": one(properties=None),
        "listproperties.geojson": one(properties=[1, 2]),
        "textfeature.geojson": collection("feature", 1, None, [], {}),
        "nofeatures.geojson": collection(),
        "featuresobject.geojson": '{"type":"FeatureCollection","features":{"a":1}}',
        "topoint.geojson": one(geometry={"type": "Point", "coordinates": []}),
        "emptyrings.geojson": one(geometry={"type": "Polygon", "coordinates": [[], []]}),
        "emptymulti.geojson": one(geometry={"type": "MultiPolygon", "coordinates": [[[]]]}),
        "twopoints.geojson": one(geometry=polygon([[136, 32.5], [136.1, 32.5]])),
        "samepoint.geojson": one(geometry=polygon([[136, 32.5]] * 10)),
        "line.geojson": one(geometry=polygon([[136, 32.5], [136.1, 32.5], [136, 32.5], [136, 32.5]])),
        "uneven.geojson": one(geometry=polygon([[136, 32.5], [136.1], [136, 32.6, 1], [136, 32.5]])),
        "type.geojson": one(geometry={"type": ["Polygon"], "coordinates": [SQUARE]}),
        "crs.geojson": collection(feature(polygon()), crs=[1]),
        "crs2.geojson": collection(feature(polygon()), crs={"properties": {"name": {"a": 1}}}),
        "world.geojson": one(geometry=polygon([[122.1, 20.1], [153.9, 20.1], [153.9, 45.9], [122.1, 45.9], [122.1, 20.1]])),
        "nulname.geojson": collection(feature(polygon(), name="a\0b"), name="\0", publisher="\0", licence="a\0"),
        "surrogate.geojson": collection(feature(polygon(), name="a\ud800"), name="\ud800", publisher="\ud800x"),
        "nulfield.geojson": collection({**feature(polygon()), "properties": {"na\0me": "x", "\ud800": "y"}}),
        "longname.geojson": collection(feature(polygon(), name="長" * 100_000, code="9" * 100_000)),
        "numbername.geojson": collection(feature(polygon(), name=1e308, code=-0.0)),
        "duplicate.geojson": '{"type":"FeatureCollection","type":"x","features":[],"features":[1]}',
        "fields.geojson": collection({**feature(polygon()), "properties": {f"f{n}": n for n in range(20_000)}}),
        "codes.geojson": collection(feature(polygon(), code="01"), feature(polygon(), name="b", code="02"), feature(polygon(), name="c", code="")),
    }  # fmt: skip


def crowds() -> dict[str, Callable[[Path], None]]:
    def write(start: str, part: str, times: int, end: str = "]}") -> Callable[[Path], None]:
        def to(path: Path) -> None:
            path.write_text(start + ",".join([part] * times) + end)

        return to

    features = '{"type":"FeatureCollection","features":['
    ring_ = (
        features + '{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[['
    )
    return {
        "features.geojson": write(features, "{}", 20_000_000),
        "lists.geojson": write(features, "[]", 30_000_000),
        "numbers.geojson": write(ring_, "[136.00001,32.51]", 6_000_000, "]]}}]}"),
        "nulls.geojson": write(
            features, '{"type":"Feature","properties":{},"geometry":null}', 600_000
        ),
    }


def shp(length: int | None = None, record: int | None = None, kind: int = 5, parts: int = 1,
        points: int = 5, shape: int | None = None, body: bytes | None = None) -> bytes:  # fmt: skip
    """One square, some of whose numbers may lie."""
    box = struct.pack("<4d", 136, 32.51, 136.01, 32.52)
    xy = b"".join(struct.pack("<2d", *point) for point in SQUARE)
    content = (
        struct.pack("<i", shape or kind) + box + struct.pack("<2i", parts, points) + b"\0" * 4 + xy
    )
    content = body if body is not None else content
    words = len(content) // 2 if record is None else record
    record_ = struct.pack(">2i", 1, words) + content
    total = (100 + len(record_)) // 2 if length is None else length
    head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, total) + struct.pack("<2i", 1000, kind)
    return head + box + b"\0" * 32 + record_


def dbf(records: int = 1, width: int = 21, start: int = 65, name: bytes = b"name", kind: bytes = b"C",
        size: int = 20, cells: bytes | None = None, language: int = 0, decimals: int = 0,
        fields: int = 1) -> bytes:  # fmt: skip
    head = struct.pack("<4BIHH", 3, 126, 1, 1, records & 0xFFFFFFFF, start, width) + b"\0" * 17
    head += bytes([language]) + b"\0" * 2
    field = name[:11].ljust(11, b"\0") + kind + b"\0" * 4 + bytes([size, decimals]) + b"\0" * 14
    body = b" " + "松葉".encode("cp932").ljust(20) if cells is None else cells
    return head + field * fields + b"\r" + body + b"\x1a"


def zipped(*parts: bytes, prj: str = WKT, **more: bytes) -> bytes:
    pack = BytesIO()
    named = dict(zip(("shp", "dbf"), parts, strict=False)) | {"prj": prj.encode()} | more
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as archive:
        for ending, content in named.items():
            archive.writestr(zipfile.ZipInfo(f"layer.{ending}"), content)
    return pack.getvalue()


def shapefiles() -> dict[str, bytes]:
    most, table = 0x7FFFFFFF, dbf()
    index = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 54) + struct.pack("<2i", 1000, 5) + b"\0" * 64
    tangled = shapely.to_wkb(shapely.Polygon(ring(1000)))[9:]
    points = struct.unpack("<I", tangled[:4])[0]
    body = struct.pack("<i4d2i", 5, 136, 32.5, 136.1, 32.6, 1, points) + b"\0" * 4 + tangled[4:]
    lies = {
        "length": shp(length=most), "shorter": shp(length=50), "negative": shp(length=-5),
        "record": shp(record=most), "recordminus": shp(record=-1), "parts": shp(parts=most),
        "partsminus": shp(parts=-1), "points": shp(points=most), "pointsminus": shp(points=-7),
        "manypoints": shp(points=100_000_000), "kind": shp(kind=31), "kind99": shp(kind=99),
        "mixed": shp(shape=1), "null": shp(body=b"\0" * 4), "nobody": shp(body=b""),
        "nan": shp(body=struct.pack("<i4d2ii", 5, *[float("nan")] * 4, 1, 5, 0) + struct.pack("<10d", *[float("nan")] * 10)),
        "infinite": shp(body=struct.pack("<i4d2ii", 5, 0, 0, 1, 1, 1, 5, 0) + struct.pack("<10d", *[float("inf")] * 10)),
        "tangle": shp(body=body),
    }  # fmt: skip
    made = {name: zipped(content, table) for name, content in lies.items()}
    offsets = index + struct.pack(">2i", most, most)
    return made | {
        "index": zipped(shp(), table, shx=offsets),
        "indexminus": zipped(shp(), table, shx=index + struct.pack(">2i", -50, -1)),
        "cpg": zipped(shp(), table, cpg=b"../../../etc/passwd\0" * 30),
        "qix": zipped(shp(), table, qix=b"\xff" * 500, sbn=b"\xff" * 100),
    }


def tables() -> dict[str, bytes]:
    most = 0xFFFFFFFF
    lies = {
        "records": dbf(records=most), "none": dbf(records=0), "width": dbf(width=0xFFFF),
        "nowidth": dbf(width=0), "start": dbf(start=0xFFFF), "nostart": dbf(start=0),
        "size": dbf(size=255), "nosize": dbf(size=0), "kind": dbf(kind=b"@"), "memo": dbf(kind=b"M"),
        "name": dbf(name=b"\xff\xfe\x80\x81"), "noname": dbf(name=b""), "sql": dbf(name=b"a';drop--"),
        "cells": dbf(cells=b"\xff" * 21), "deleted": dbf(cells=b"*" + b"a" * 20), "nul": dbf(cells=b" " + b"\0" * 20),
        "number": dbf(kind=b"N", cells=b" " + b"9" * 20), "word": dbf(kind=b"N", cells=b" " + b"NaN".ljust(20)),
        "float": dbf(kind=b"F", cells=b" " + b"1e999".ljust(20)), "date": dbf(kind=b"D", cells=b" " + b"99999999".ljust(20)),
        "wide1": dbf(records=30_000_000, width=1, size=0, cells=b" " * 30_000_000),
        "zerofields": dbf(records=3_000_000, width=1, size=0, start=32 * 201 + 1, fields=200, cells=b" " * 3_000_000),
        "short": dbf()[:40], "head": dbf()[:32], "nothing": b"", "language": dbf(language=0xFF),
    }  # fmt: skip
    return {name: zipped(shp(), table) for name, table in lies.items()}


PROJECTIONS = {
    "grids": "+proj=longlat +nadgrids=/etc/passwd +datum=WGS84",
    "pipeline": "+proj=pipeline +step +proj=affine +xoff=1e300 +step +proj=longlat",
    "deep": "PROJCS[" * 5000,
    "urn": "urn:ogc:def:crs:EPSG::99999999999999999999",
    "script": "<script>alert(1)</script>",
    "json": '{"$schema":"http://127.0.0.1:9/x","type":"GeographicCRS"}',
    "moon": 'GEOGCS["Moon",DATUM["D_Moon",SPHEROID["Moon",1737400,0]],PRIMEM["x",0],UNIT["Degree",0.0174]]',
    "zero": WKT.replace("6378137", "0"),
    "epsg0": "EPSG:0",
    "escape": "\x1b]0;title\x07",
}


def packages() -> dict[str, Callable[[Path], None]]:
    """A healthy GeoPackage, and what some statements made of it."""
    statements = {
        "view": "create view v as select * from layer; insert into gpkg_contents(table_name,data_type,identifier,srs_id) values('v','features','v',4326)",
        "onlyview": "alter table layer rename to l2; create view layer as select * from l2",
        "endless": "alter table layer rename to l2; create view layer as with recursive a(n) as (select 1 union all select n+1 from a) select n as fid, (select geom from l2) as geom, 'x' as name from a",
        "trigger": "create trigger t after insert on layer begin delete from layer; end",
        "garbage": "update layer set geom = randomblob(500)",
        "empty": "update layer set geom = x''",
        "text": "update layer set geom = 'POLYGON((0 0,1 1,1 0,0 0))'",
        "envelope": "update layer set geom = cast(x'47500007' || substr(geom, 5, 4) || zeroblob(64) as blob)",
        "lying": "update layer set geom = x'4750000100000000' || x'0103000000' || x'ffffff7f' || x'ffffff7f'",
        "collections": "update layer set geom = cast(x'4750000100000000' || unhex(replace(hex(zeroblob(2000)),'00','010700000001000000')) || x'010700000000000000' as blob)",
        "nosrs": "delete from gpkg_spatial_ref_sys",
        "srs": "update gpkg_spatial_ref_sys set definition = '+proj=longlat +nadgrids=/etc/passwd', organization='<script>'",
        "nocontents": "drop table gpkg_contents",
        "contents": "update gpkg_contents set table_name = 'sqlite_master'",
        "quotes": "alter table layer rename to 'a\"b;--'; update gpkg_contents set table_name = 'a\"b;--'; update gpkg_geometry_columns set table_name = 'a\"b;--'",
        "nul": "update layer set name = 'a' || char(0) || 'b'",
        "blob": "update layer set name = zeroblob(3000000)",
        "badtext": "update layer set name = cast(x'fffe8081' as text)",
        "nogeometry": "update layer set geom = null",
        "columns": ";".join(f"alter table layer add column c{n} text" for n in range(1500)),
        "default": "alter table layer add column evil text default (load_extension('/tmp/evil'))",
        "two": "create table other as select * from layer; insert into gpkg_contents(table_name,data_type,identifier,srs_id) values('other','features','other',6668)",
    }  # fmt: skip
    made = {name: package(text) for name, text in statements.items()}
    return made | {"headonly": lambda path: path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)}


def package(statements: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            drawn = Path(folder) / "layer.gpkg"
            shape = np.array([shapely.to_wkb(shapely.Polygon(SQUARE))], dtype=object)
            names = [np.array(["松葉"], dtype=object)]
            pyogrio.raw.write(
                drawn, shape, names, ["name"], geometry_type="Polygon", crs="EPSG:6668"
            )
            db = sqlite3.connect(drawn, isolation_level=None)
            db.create_function("unhex", 1, bytes.fromhex)
            for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
                db.create_function(name, 1, lambda _: 0)
            for statement in statements.split(";") if "trigger" not in statements else [statements]:
                try:
                    db.execute(statement)
                except sqlite3.Error:  # a newer SQLite allows less
                    continue
            db.close()
            path.write_bytes(drawn.read_bytes())

    return write
