"""What a tile of the base map costs: every tile of みほん市 of zooms 9 to 16, asked for by eight clients.

Ours is the real server (waitress, eight threads) under the real address, packed as for a browser. Beside
it stands the least that any tile server does: ST_AsMVT of the three tables by eight connections, with the
same rows and columns, and no HTTP. ``ENGAWA_TIPG`` names the Python of an environment with tipg and
uvicorn: that public tile server is then asked for the same rows, a collection at a time.
"""

import math
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.orm import Session

from benchmarks.clients import CLIENTS, Heard, ask, at_once
from benchmarks.measuring import Ground, case, ground, percentile
from benchmarks.serving import at_last, running, serving
from geo import demo
from geo.records import basemap, tiles
from geo.scope import EVERYBODY, house

ZOOMS = range(9, 17)
BARE = "bare ST_AsMVT of the three tables, psycopg, 8 connections, no HTTP"
TIPG = "tipg on uvicorn, three collections a tile"
TABLES = ("basemap_line", "basemap_area", "basemap_point")
SQL = """
    with box as materialized (
        select st_tileenvelope(%(z)s, %(x)s, %(y)s) as tile,
               st_tileenvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096) as around
    )
    select """ + " || ".join(
    f"""(
        select st_asmvt(r, '{table}') from (
            select drawn, name, min_zoom,
                   st_asmvtgeom(geom, (select tile from box), 4096, 64) as geom
            from {table} where geom && (select around from box) and min_zoom <= %(z)s
        ) as r)"""
    for table in TABLES
)
Tile = tuple[int, int, int]


def cases() -> dict[str, dict[str, object]]:
    """Case → percentiles of all tiles, ours and the other's, with errors and bytes."""
    with ground() as place:
        version, asked = _load(place)
        ours = [[f"/tiles/basemap/{z}/{x}/{y}.mvt?v={version}"] for z, x, y in asked]
        with serving(place) as address:
            cold, warm = ask(address, ours), ask(address, ours)
            same = ask(address, ours, warm, (204, 304))
        bare_cold, bare = _bare(place.application, asked), _bare(place.application, asked)
        found = {
            **_told("tiles_cold", cold, bare_cold, BARE),
            **_told("tiles_warm", warm, bare, BARE),
            **_told("tiles_304", same, bare, BARE),
            **_zooms(asked, cold, bare_cold),
        }
        if os.environ.get("ENGAWA_TIPG"):
            with _tipg(place) as address:
                others = [_of_tipg(*tile) for tile in asked]
                tipg_cold, tipg = ask(address, others), ask(address, others)
            found |= _told("tiles_cold_tipg", cold, tipg_cold, TIPG)
            found |= _told("tiles_warm_tipg", warm, tipg, TIPG)
    return found


def _load(place: Ground) -> tuple[str, list[Tile]]:
    """The city in its tables; the version of its tiles, and which there are, in a fixed order."""
    with Session(place.engine) as db:
        demo.load_city(db, place.folder / "originals")
        db.commit()
        extract = basemap.find_extract(db, house(demo.MIHON))
        version = tiles.get_version(db, EVERYBODY, "basemap")
    with psycopg.connect(place.owner, autocommit=True) as owner:
        owner.execute("analyze")
        bounds = owner.execute(
            "select st_xmin(g), st_ymin(g), st_xmax(g), st_ymax(g) from st_geomfromwkb(%s) g",
            [bytes(extract.coverage)],
        ).fetchone()
    return version, list(_tiles(*bounds))


def _tiles(west: float, south: float, east: float, north: float) -> Iterator[Tile]:
    """Every tile that touches the box (degrees), zoom by zoom, row by row."""
    for zoom in ZOOMS:
        for y in range(_row(north, zoom), _row(south, zoom) + 1):
            for x in range(_column(west, zoom), _column(east, zoom) + 1):
                yield zoom, x, y


def _column(lon: float, zoom: int) -> int:
    return int((lon + 180) / 360 * 2**zoom)


def _row(lat: float, zoom: int) -> int:
    up = math.asinh(math.tan(math.radians(lat))) / math.pi
    return int((1 - up) / 2 * 2**zoom)


@contextmanager
def _tipg(place: Ground) -> Iterator[str]:
    """tipg over the same tables by the same role; as much in a tile as ours, and no more margin."""
    where = conninfo_to_dict(place.application)
    settings = {
        "DATABASE_URL": "postgresql://{user}@{host}/{dbname}".format(
            **where | {"host": quote(where["host"], safe="")}
        ),
        "TIPG_MAX_FEATURES_PER_TILE": "1000000",
        "TIPG_TILE_BUFFER": "64",
    }
    port = 8000 + os.getpid() % 20_000
    words = [os.environ["ENGAWA_TIPG"], "-m", "uvicorn", "tipg.main:app", "--port", str(port)]
    address = f"http://127.0.0.1:{port}"
    with running([*words, "--log-level", "warning"], settings, place):
        at_last(lambda: ask(address, [["/healthz"]]).sizes)
        yield address


def _of_tipg(z: int, x: int, y: int) -> list[str]:
    said = f"properties=drawn,name,min_zoom&filter-lang=cql2-text&filter={quote(f'min_zoom<={z}')}"
    return [
        f"/collections/public.{table}/tiles/WebMercatorQuad/{z}/{x}/{y}?{said}" for table in TABLES
    ]


def _bare(conninfo: str, asked: list[Tile]) -> Heard:
    heard = Heard()

    def client(first: int) -> None:
        with psycopg.connect(conninfo, autocommit=True) as db:
            for number in range(first, len(asked), CLIENTS):
                tile = dict(zip("zxy", asked[number], strict=True))
                began = time.perf_counter()
                (got,) = db.execute(SQL, tile).fetchone()
                heard.ms[number] = (time.perf_counter() - began) * 1000
                heard.sizes[number] = len(got or b"")

    heard.seconds = at_once([lambda n=n: client(n) for n in range(CLIENTS)])
    return heard


def _told(name: str, ours: Heard, other: Heard, words: str) -> dict[str, dict[str, object]]:
    """The percentiles of a pass, and its time as a whole."""
    times = [sorted(heard.ms.values()) for heard in (ours, other)]
    more = {
        "errors": ours.errors + other.errors,
        "bytes": sum(ours.sizes.values()),
        "other_bytes": sum(other.sizes.values()),
    }
    found = {
        f"{name}_p{at}": case(*(percentile(one, at) for one in times), words, len(ours.ms), **more)
        for at in (50, 95, 99)
    }
    whole = (heard.seconds * 1000 for heard in (ours, other))
    return found | {f"{name}_all": case(*whole, words, len(ours.ms), **more)}


def _zooms(asked: list[Tile], ours: Heard, other: Heard) -> dict[str, dict[str, object]]:
    """The median of each zoom."""
    found = {}
    for zoom in ZOOMS:
        at = [number for number, (z, _, _) in enumerate(asked) if z == zoom]
        medians = (statistics.median(heard.ms[n] for n in at) for heard in (ours, other))
        sizes = [sum(heard.sizes[n] for n in at) for heard in (ours, other)]
        found[f"tiles_cold_z{zoom}"] = case(
            *medians, BARE, len(at), bytes=sizes[0], other_bytes=sizes[1]
        )
    return found
