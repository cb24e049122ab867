"""下地の地図: what an extract of OSM draws, ready for tiles. Derived from an original: may be dropped
and made anew from the intake's file. Geometry in EPSG:3857, the square of web maps (DATA 1).

``min_zoom`` is the zoom of the first *tile* that has a thing; a tile of zoom z is drawn 512 pixels
wide, so on a screen at zoom z + 1.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

import numpy as np
import shapely
from geoalchemy2 import Geometry, WKBElement
from geoalchemy2.shape import from_shape
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Row,
    SmallInteger,
    Text,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo import crs
from geo.records.database import LONLAT, Base, any_of, in_scope
from geo.records.intakes import Intake
from geo.scope import Scope

# Class → zoom of the first tile with it. Our choice, by the look of 鯖江 and 碁盤町 on a telephone.
FIRST_ZOOM = {
    "line": {
        **{"motorway": 6, "trunk": 7, "primary": 8, "secondary": 9, "tertiary": 10},
        **{"residential": 12, "pedestrian": 12, "service": 13, "track": 13, "path": 13},
        **{"footway": 13, "steps": 13, "cycleway": 13, "rail": 8, "siding": 14},
        **{"river": 8, "stream": 12, "coast": 5},
    },
    "area": {
        **{"water": 5, "park": 11, "forest": 7, "farmland": 11, "residential": 9},
        **{"pedestrian": 13, "building": 14, "no_home": 14},
    },
    "point": {
        **{"city": 6, "town": 8, "village": 9, "suburb": 10, "quarter": 11, "neighbourhood": 12},
        **{"hamlet": 11, "station": 11, "townhall": 13, "hospital": 13, "school": 13},
        **{"water": 13, "park": 13, "forest": 13},
    },
}
# Tile zooms that are asked of indexes of their own, for a tile of theirs covers a whole city: our
# choice. Of みほん市 they hold 1 line in 17 and 1 area in 220.
FAR = {"line": 11, "area": 13}
SMALLEST_PX2 = 30  # our choice: an area of fewer pixels is a speck
BLOCK = 20_000  # rows prepared at once, our choice: some 20 MB
_PX_M = 156_543.034 / 2  # metres of 3857 in a pixel of the tile of zoom 0 (512 pixels)


class _Drawn:
    """The columns that the three tables share."""

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    drawn: Mapped[str]
    min_zoom: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str]
    kana: Mapped[str]
    digest: Mapped[int] = mapped_column(BigInteger)


def _far(kind: str) -> Index:
    """The index of what is seen from afar."""
    seen = text(f"min_zoom <= {FAR[kind]}")
    return Index(f"idx_basemap_{kind}_far", "geom", postgresql_using="gist", postgresql_where=seen)


class BasemapLine(_Drawn, Base):
    """Roads, railways, rivers, the coast."""

    __tablename__ = "basemap_line"
    __table_args__ = (_far("line"),)

    geom: Mapped[WKBElement] = mapped_column(Geometry("LINESTRING", srid=crs.MERCATOR))


class BasemapArea(_Drawn, Base):
    """Water, green, fields, built-up land, buildings."""

    __tablename__ = "basemap_area"
    __table_args__ = (_far("area"),)

    geom: Mapped[WKBElement] = mapped_column(Geometry("MULTIPOLYGON", srid=crs.MERCATOR))


class BasemapPoint(_Drawn, Base):
    """Names of places, stations and landmarks, and of areas in their middle."""

    __tablename__ = "basemap_point"

    geom: Mapped[WKBElement] = mapped_column(Geometry("POINT", srid=crs.MERCATOR))


class StreetExtract(Base):
    """Which extract a municipality's streets are from, and as far as it knows them (MEANING 1).

    made_of  how the edge is known: a file beside the extract, its header's box, or the hull of its
             streets
    edition  the day of the data, where it says so
    """

    __tablename__ = "street_extract"
    __table_args__ = (CheckConstraint("made_of in ('file', 'box', 'hull')", name="made_of"),)

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    intake: Mapped[UUID] = mapped_column(ForeignKey("intake.id"))
    coverage: Mapped[WKBElement] = mapped_column(Geometry("MULTIPOLYGON", srid=LONLAT))
    made_of: Mapped[str]
    edition: Mapped[date | None]


class _Row(NamedTuple):
    """A row of one of the three tables, but for its municipality."""

    key: str
    drawn: str
    min_zoom: int
    name: str
    kana: str
    digest: int
    geom: bytes


_TABLES: dict[str, Any] = {"line": BasemapLine, "area": BasemapArea, "point": BasemapPoint}


@dataclass(frozen=True, slots=True)
class ToDraw:
    """One thing to keep: its key in the source, class, names, and geometry in lon, lat."""

    key: str
    drawn: str
    name: str
    kana: str
    geometry: BaseGeometry


@dataclass(slots=True)
class Swapped:
    """What became of the rows of an edition; ``missing`` = were there before and are not now."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0

    fields: ClassVar = ("added", "changed", "unchanged", "missing")


@dataclass(frozen=True, slots=True)
class ExtractNear:
    """An extract that may be seen on a map: who made it, and its box in degrees."""

    publisher: str
    licence: str
    bounds: tuple[float, float, float, float]


def save_edition(
    db: Session, scope: Scope, lines: Sequence[Any], areas: Sequence[Any], points: Sequence[Any]
) -> Swapped:
    """Let an edition take the place of the last one: each is a sequence of ToDraw or its like.

    Keys must be unique in a table. Rows that do not differ are not touched.
    """
    swapped = Swapped()
    for noun, things in (("line", lines), ("area", areas), ("point", points)):
        _swap(db, scope, noun, things, swapped)
    return swapped


def save_extract(
    db: Session,
    scope: Scope,
    intake: UUID,
    coverage: BaseGeometry,
    made_of: str,
    edition: date | None,
) -> bool:
    """Remember which extract is in use and how far it knows. False when only the run is new."""
    before = db.execute(
        select(func.ST_AsBinary(StreetExtract.coverage, "NDR"), StreetExtract.made_of).where(
            in_scope(scope, StreetExtract.municipality)
        )
    ).first()
    values = {
        "intake": intake,
        "coverage": from_shape(coverage, srid=LONLAT),
        "made_of": made_of,
        "edition": edition,
    }
    db.execute(
        insert(StreetExtract)
        .values(municipality=scope.municipality, **values)
        .on_conflict_do_update(index_elements=[StreetExtract.municipality], set_=values)
    )
    today = (shapely.to_wkb(coverage, byte_order=1), made_of)
    return before is None or (bytes(before[0]), before[1]) != today


def find_extract(db: Session, scope: Scope) -> Row[Any] | None:
    """intake, sha256, made_of, edition and coverage (WKB) of the streets in use, if any."""
    return db.execute(
        select(
            StreetExtract.intake,
            Intake.sha256,
            StreetExtract.made_of,
            StreetExtract.edition,
            func.ST_AsBinary(StreetExtract.coverage).label("coverage"),
        )
        .join(Intake, Intake.id == StreetExtract.intake)
        .where(in_scope(scope, StreetExtract.municipality))
    ).first()


def load_street_names(db: Session, scope: Scope, ways: Iterable[int]) -> dict[int, str]:
    """OSM's number of a way → the name of the street, of those that have one."""
    numbers = {f"w{way}": way for way in ways}
    rows = db.execute(
        select(BasemapLine.key, BasemapLine.name)
        .where(
            in_scope(scope, BasemapLine.municipality),
            BasemapLine.key == any_of(numbers, Text),
            BasemapLine.name != "",
        )
        .order_by(BasemapLine.key)
    )
    return {numbers[row.key]: row.name for row in rows}


def load_homes(db: Session, scope: Scope) -> NDArray[np.float64]:
    """(n, 3) float64 lon, lat, m2: the middle and the ground of each building where somebody may live, by
    key. Metres of 3857 are too long by the cosine of the latitude, both ways."""
    rows = db.execute(
        text("""
            select st_x(middle), st_y(middle),
                   area_m2 * power(cos(radians(st_y(middle))), 2)
            from (select key, st_area(geom) as area_m2,
                         st_transform(st_centroid(geom), 4326) as middle
                  from basemap_area
                  where municipality = :municipality and drawn = 'building') as home
            order by key
        """),
        {"municipality": scope.municipality},
    )
    return np.array([tuple(row) for row in rows], dtype=np.float64).reshape(-1, 3)


def list_owners_at(db: Session, _scope: Scope, lon: float, lat: float) -> list[str]:
    """Municipalities whose extract knows the streets at a point; the one in which it lies first."""
    return list(
        db.scalars(
            text("""
                select s.municipality
                from street_extract s
                    cross join (select ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) as point) p
                where ST_Intersects(s.coverage, p.point)
                order by not exists (
                    select from district d where d.municipality = s.municipality
                        and d.valid_to is null and ST_Intersects(d.geom, p.point)
                ), s.municipality
            """),
            {"lon": lon, "lat": lat},
        )
    )


def list_extracts_near(
    db: Session, _scope: Scope, bounds: tuple[float, float, float, float]
) -> list[ExtractNear]:
    """Extracts, of whichever municipality, that a map of these bounds (degrees) may show.

    A base map has no borders: what lies beyond them is drawn too, and its makers are named.
    """
    rows = db.execute(
        text("""
            select i.report -> 'source' ->> 'publisher' as publisher,
                   i.report -> 'source' ->> 'licence' as licence,
                   st_xmin(e.coverage), st_ymin(e.coverage), st_xmax(e.coverage), st_ymax(e.coverage)
            from street_extract e join intake i on i.id = e.intake
            where e.coverage && st_makeenvelope(:west, :south, :east, :north, 4326)
            order by e.municipality
        """),
        dict(zip(("west", "south", "east", "north"), bounds, strict=True)),
    )
    return [ExtractNear(row[0] or "", row[1] or "", tuple(row[2:])) for row in rows]


def _swap(db: Session, scope: Scope, noun: str, things: Sequence[Any], swapped: Swapped) -> None:
    """Write what differs, a block at a time: only keys and digests are held of a whole table."""
    table = _TABLES[noun]
    before = {
        row.key: row.digest
        for row in db.execute(
            select(table.key, table.digest).where(in_scope(scope, table.municipality))
        )
    }
    gone = before.keys() - {thing.key for thing in things}
    _delete(db, scope, table, gone)
    swapped.missing += len(gone)
    blocks = (things[start : start + BLOCK] for start in range(0, len(things), BLOCK))
    for rows in _one_ahead(partial(_rows, noun), blocks):
        new = [row for row in rows if row.key not in before]
        changed = [row for row in rows if before.get(row.key, row.digest) != row.digest]
        _delete(db, scope, table, {row.key for row in changed})
        _copy(db, scope, table, new + changed)
        swapped.added += len(new)
        swapped.changed += len(changed)
        swapped.unchanged += len(rows) - len(new) - len(changed)


def _delete(db: Session, scope: Scope, table: Any, keys: AbstractSet[str]) -> None:
    if keys:
        mine = (in_scope(scope, table.municipality), table.key == any_of(keys, Text))
        db.execute(delete(table).where(*mine))


def _copy(db: Session, scope: Scope, table: Any, rows: Sequence[_Row]) -> None:
    """COPY over the session's own connection: in its transaction, undone with it."""
    if not rows:
        return
    driver: Any = db.connection().connection.driver_connection
    columns = ", ".join(("municipality", *_Row._fields))
    statement = f"copy {table.__tablename__} ({columns}) from stdin (format binary)"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(("text", "text", "text", "int2", "text", "text", "int8", "bytea"))
        for row in rows:
            copy.write_row((scope.municipality, *row))


def _rows(noun: str, things: Sequence[Any]) -> list[_Row]:
    """Things as they are kept."""
    geometries = _mercator([thing.geometry for thing in things])
    shapes = shapely.to_wkb(geometries, include_srid=True, byte_order=1)
    zooms = _first_zooms(noun, [thing.drawn for thing in things], shapely.area(geometries))
    return [
        _Row(t.key, t.drawn, zoom, t.name, t.kana, _digest(t, wkb, zoom), wkb)
        for t, zoom, wkb in zip(things, zooms, shapes, strict=True)
    ]


def _one_ahead(
    make: Callable[[Sequence[Any]], list[_Row]], blocks: Iterable[Sequence[Any]]
) -> Iterator[list[_Row]]:
    """Each block made; the next one meanwhile, while the database writes the last."""
    with ThreadPoolExecutor(max_workers=1) as other_hand:
        waiting: deque[Future[list[_Row]]] = deque()
        for block in blocks:
            waiting.append(other_hand.submit(make, block))
            if len(waiting) > 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _mercator(geometries: Sequence[BaseGeometry]) -> NDArray[np.object_]:
    """The same shapes in 3857, marked as such."""
    flat = shapely.transform(np.array(geometries, dtype=object), crs.to_mercator_m)
    return np.asarray(shapely.set_srid(flat, crs.MERCATOR), dtype=object)


def _first_zooms(noun: str, drawn: Sequence[str], area_m2: NDArray[np.float64]) -> list[int]:
    """Tile zoom from which each thing is there: by its class, and later while it is a speck."""
    by_class = np.array([FIRST_ZOOM[noun][name] for name in drawn], dtype=np.int64)
    if noun != "area":
        return [int(zoom) for zoom in by_class]
    side_m = np.sqrt(np.maximum(area_m2, 1e-6) / SMALLEST_PX2)
    by_size = np.ceil(np.log2(_PX_M / side_m)).astype(np.int64)
    return [int(zoom) for zoom in np.minimum(np.maximum(by_class, by_size), 16)]


def _digest(thing: Any, wkb: bytes, zoom: int) -> int:
    """64 bits of all that is kept of a thing."""
    words = f"{thing.drawn}\0{zoom}\0{thing.name}\0{thing.kana}\0".encode()
    return int.from_bytes(hashlib.blake2b(words + wkb, digest_size=8).digest(), "big", signed=True)
