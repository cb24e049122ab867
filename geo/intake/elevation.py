"""標高の取り込み: tiles of an elevation model, from which the streets get their heights.

Deliveries add up, since a municipality needs several: a tile takes the place of the last one of its
kind and mesh, the others stay. The original is kept: the street network is built from it.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import shapely
from sqlalchemy.orm import Session

from geo import crs
from geo.errors import Unreadable
from geo.intake.report import Delivery, Report, begin, finish, open_municipality, source
from geo.records import basemap, elevation
from geo.records.database import take_turns
from geo.records.elevation import KnownTile
from geo.records.intakes import Intake
from geo.scope import Scope
from geo.sources import datums, dem
from geo.sources.dem import Piece
from geo.sources.model_town import LICENCE, PUBLISHER
from geo.streets.terrain import DEGREES, KINDS, HeightTile

INVENTED = "99"
GSI = ("国土地理院", "国土地理院コンテンツ利用規約（測量法の承認がいる使い方があります）")
_BOUNDS_M = 20_000  # our choice: a whole 2次メッシュ beside the streets still belongs to them


@dataclass(slots=True)
class _Read:
    """What was read so far: tiles by kind and name, and their cells counted."""

    tiles: dict[tuple[str, str], KnownTile] = field(default_factory=dict)
    cells: Counter[str] = field(default_factory=Counter)
    datums: set[str] = field(default_factory=set)
    boxes: list[tuple[float, ...]] = field(default_factory=list)
    refused: list[tuple[int, str, str, str]] = field(default_factory=list)

    def take(self, piece: Piece) -> None:
        """One piece of the delivery; of two of one kind and mesh the one made later is kept."""
        if piece.read is None:
            self.refused.append((piece.number, piece.name, piece.reason, piece.detail))
            return
        tile = piece.read.tile
        key = (tile.kind, tile.name)
        made = date.fromisoformat(tile.made) if tile.made else None
        known = KnownTile(*key, piece.number, made, _digest(tile))
        held = self.tiles.get(key)
        if held:
            older = known if (made or date.min) < (held.made or date.min) else held
            self.refused.append((older.piece, tile.name, "tile_twice", str(older.made or "")))
            if older is known:
                return
        self.tiles[key] = known
        self.datums.add(piece.read.datum)
        self.boxes.append(_box(tile))
        blank = int(np.isnan(tile.height_m).sum())
        self.cells["all"] += tile.height_m.size
        self.cells["water"] += piece.read.water
        self.cells["unknown"] += blank - piece.read.water


def run_elevation(db: Session, scope: Scope, delivery: Delivery, *, name: str = "") -> Intake:
    """Read a delivery of an elevation model for the scope's municipality.

    Raises Unreadable when not one tile can be read, or none lies near its streets; Invalid.
    """
    place = open_municipality(db, scope, name)
    take_turns(db, scope, "elevation")
    read = _Read()
    for piece in dem.read(delivery.path):
        read.take(piece)
    if not read.tiles:
        reasons = [reason for _, _, reason, _ in read.refused]
        raise Unreadable(reason=reasons[0] if reasons else "not_a_dem")
    _check_near(db, scope, read)
    report = _report(read, place.code)
    run = begin(db, scope, delivery, "elevation", "dem")
    swapped = elevation.save_tiles(db, scope, run.id, read.tiles.values())
    run.added, run.changed, run.unchanged = swapped.added, swapped.changed, swapped.unchanged
    differs = swapped.added or swapped.changed
    return finish(db, scope, run, report, "elevation" if differs else None)


def _check_near(db: Session, scope: Scope, read: _Read) -> None:
    """Raises Unreadable when the streets are known and every tile is far from them: another place's."""
    extract = basemap.find_extract(db, scope)
    if extract is None:
        return
    streets = shapely.from_wkb(bytes(extract.coverage))
    boxes = shapely.box(*np.array(read.boxes).T)
    if not shapely.dwithin(boxes, streets, _BOUNDS_M / 111_000).any():
        raise Unreadable(reason="dem_elsewhere")


def _report(read: _Read, municipality: str) -> Report:
    """What the delivery says of itself, its cells, and what was taken for granted."""
    made = max((tile.made for tile in read.tiles.values() if tile.made), default=None)
    ours = all(tile.kind.startswith("DEM") for tile in read.tiles.values())
    publisher, licence = GSI if ours else ("", "")
    if municipality.startswith(INVENTED):
        publisher, licence = PUBLISHER, LICENCE
    named = sorted(said.upper() for said in read.datums if said)
    said = source(
        layer="dem",
        edition=made.isoformat() if made else "",
        crs="・".join(named),
        publisher=publisher,
        licence=licence,
    )
    kinds = Counter(tile.kind for tile in read.tiles.values())
    told = "、".join(f"{kind} {kinds[kind]}" for kind in KINDS if kinds[kind])
    assumptions = [f"dem_kinds={told}", f"dem_cells={read.cells['all']:,}"]
    assumptions += [
        f"dem_{what}={read.cells[what]:,}" for what in ("water", "unknown") if read.cells[what]
    ]
    if "" in read.datums:
        assumptions.append(datums.NO_CRS)
    if "jgd2000" in read.datums:
        assumptions.append(datums.JGD2000_AS_IS)
    report = Report(said, [*assumptions, "dem_before_tags", "dem_bridges"])
    for number, name, reason, detail in read.refused:
        report.say(number, name, reason, refused=True, detail=detail)
    return report


def _digest(tile: HeightTile) -> str:
    place = (tile.epsg, tile.west, tile.north, tile.cell_x, tile.cell_y, tile.height_m.shape)
    digest = hashlib.blake2b(repr(place).encode(), digest_size=16)
    digest.update(np.nan_to_num(tile.height_m, nan=-9999.0).tobytes())  # one way to say unknown
    return digest.hexdigest()


def _box(tile: HeightTile) -> tuple[float, ...]:
    """West, south, east, north in degrees."""
    corners = np.array([[tile.west, tile.south], [tile.east, tile.north]])
    if tile.epsg == crs.MERCATOR:
        corners = datums.of("EPSG:3857").convert(corners)  # type: ignore[misc]  # 3857 is converted
    elif tile.epsg != DEGREES:
        corners = crs.to_lonlat(corners, tile.epsg - DEGREES)
    return tuple(corners.ravel().tolist())
