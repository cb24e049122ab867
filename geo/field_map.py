"""持ち出す地図: the base map of the writer's areas as one file (PMTiles), for where there is no network.

The same tiles as everybody's map, clipped to where the writer goes. A file is made once for each base
map and clipping, under ``field_maps/<base map>-<clipping>.pmtiles``: beside, synced, then renamed, so
that a file that is there is whole (DATA 13).
"""

import gzip
import hashlib
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from geo.records import basemap, districts, queue, tiles
from geo.records.database import take_turns
from geo.scope import EVERYBODY, Scope

TASK = "field_map"  # the name of its job
FIRST_ZOOM = 10  # our choice: a whole city on a telephone's screen
# Our choice: some 20 MB and two minutes of work; above it the deepest tiles stay at home.
MOST_TILES = 6_000
AROUND_DEG = 0.005  # our choice: some 500 m beyond the border, so that a street there has its end
FORMAT = 1  # raised when the same tiles make another file


@dataclass(frozen=True, slots=True)
class Plan:
    """Which file a writer's map is.

    tiles    (z, x, y), in the order of the file
    bounds   west, south, east, north in degrees
    """

    name: str
    tiles: tuple[tuple[int, int, int], ...]
    bounds: tuple[float, float, float, float]

    @property
    def max_zoom(self) -> int:
        """The deepest tiles in it; beyond, a browser enlarges."""
        return max(z for z, _, _ in self.tiles)


def plan(db: Session, scope: Scope) -> Plan | None:
    """The map of the scope's areas; None where no outline or no base map is known."""
    ground = _ground(db, scope)
    if ground is None or not basemap.list_extracts_near(db, scope, ground.bounds):
        return None
    wanted = _tiles_of(ground)
    clipping = hashlib.sha256(shapely.to_wkb(ground) + bytes([FORMAT, len(wanted) % 251]))
    name = f"{tiles.get_version(db, EVERYBODY, 'basemap')}-{clipping.hexdigest()[:16]}"
    west, south, east, north = ground.bounds
    return Plan(name, wanted, (west, south, east, north))


def find(folder: Path, made: Plan) -> Path | None:
    """The file of a plan, where somebody has made it."""
    path = folder / f"{made.name}.pmtiles"
    return path if path.exists() else None


def ask(db: Session, scope: Scope, wanted: Plan) -> None:
    """Let the worker make the file, when the transaction ends. Twice is once."""
    take_turns(db, scope, f"{TASK}/{wanted.name}")
    areas = sorted(map(str, scope.areas)) if scope.areas is not None else None
    queue.save_job(db, scope, TASK, {"areas": areas}, wanted.name)


def make(db: Session, scope: Scope, folder: Path) -> Path | None:
    """Write the file of the scope's areas, unless it is there. None where there is nothing to draw."""
    wanted = plan(db, scope)
    if wanted is None:
        return None
    if made := find(folder, wanted):
        return made
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path, beside = folder / f"{wanted.name}.pmtiles", folder / f".{uuid4().hex}"
    try:
        with beside.open("wb") as file:
            _write(db, wanted, Writer(file))  # type: ignore[no-untyped-call]
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def sweep(db: Session, _scope: Scope, folder: Path, before: datetime) -> int:
    """Remove maps of a base map that is no longer, and what was left half-written, if older than a
    moment. Returns how many went."""
    current = tiles.get_version(db, EVERYBODY, "basemap")
    lost = [
        path
        for path in folder.glob("*")
        if not path.name.startswith(current) and path.stat().st_mtime < before.timestamp()
    ]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)


def _write(db: Session, wanted: Plan, writer: Writer) -> None:
    for z, x, y in wanted.tiles:
        body = tiles.get_tile(db, EVERYBODY, "basemap", z, x, y)
        if body:
            packed = gzip.compress(body, 6, mtime=0)
            writer.write_tile(zxy_to_tileid(z, x, y), packed)  # type: ignore[no-untyped-call]
    west, south, east, north = (round(degrees * 10_000_000) for degrees in wanted.bounds)
    header = {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        **{"min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north},
        **{"center_lon_e7": (west + east) // 2, "center_lat_e7": (south + north) // 2},
        "center_zoom": FIRST_ZOOM,
    }
    writer.finalize(header, {"name": wanted.name})  # type: ignore[no-untyped-call]


def _ground(db: Session, scope: Scope) -> BaseGeometry | None:
    """Where the writer goes, with a seam around it, in degrees."""
    if scope.areas is None:
        outlines = list(districts.load_wkb(db, scope, "municipality").values())
    else:
        areas = districts.list_of_accounts(db, scope, scope.areas)
        outlines = [districts.load_wkb(db, scope, area.level)[area.id] for area in areas]
    shapes = [shapely.from_wkb(outline) for outline in outlines if outline]
    if not shapes:
        return None
    return shapely.union_all(shapes).buffer(AROUND_DEG, quad_segs=2).simplify(AROUND_DEG / 4)


def _tiles_of(ground: BaseGeometry) -> tuple[tuple[int, int, int], ...]:
    """Tiles from afar to as near as there is room for."""
    found: list[tuple[int, int, int]] = []
    for zoom in range(FIRST_ZOOM, tiles.MAX_ZOOM + 1):
        these = list(_at_zoom(ground, zoom))
        if found and len(found) + len(these) > MOST_TILES:
            break
        found += these
    return tuple(sorted(found, key=lambda tile: zxy_to_tileid(*tile)))


def _at_zoom(ground: BaseGeometry, zoom: int) -> Iterator[tuple[int, int, int]]:
    west, south, east, north = ground.bounds
    shapely.prepare(ground)
    (left, top), (right, bottom) = _tile_at(west, north, zoom), _tile_at(east, south, zoom)
    for x in range(left, right + 1):
        for y in range(top, bottom + 1):
            box = shapely.box(*_corner(x, y + 1, zoom), *_corner(x + 1, y, zoom))
            if ground.intersects(box):
                yield zoom, x, y


def _tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """The tile of web maps that holds a point."""
    side = 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * side), int(y * side)


def _corner(x: int, y: int, zoom: int) -> tuple[float, float]:
    """lon, lat of a tile's north-west corner."""
    side = 2**zoom
    return x / side * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / side))))
