"""区域: every set of areas a municipality works by, each a polygon, a grouping or a list of towns."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from geoalchemy2.shape import from_shape
from shapely.geometry import MultiPolygon
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    and_,
    exists,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.errors import NotFound
from geo.records.database import LONLAT, Base, any_of, in_scope
from geo.scope import Scope

METRES_PER_DEGREE = 111_320  # of latitude, on a sphere of 6,378 km; only for thinning outlines


class Level(Base):
    """One set of areas of a municipality, under its own name (日常生活圏域, 中学校区, 地区 …)."""

    __tablename__ = "level"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    rank: Mapped[int]


class District(Base):
    """One area. ``made_of`` says whether it is a polygon, a grouping (``parts``) or towns."""

    __tablename__ = "district"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "level"], ["level.municipality", "level.code"]),
        CheckConstraint("made_of in ('polygon', 'grouping', 'towns')", name="made_of"),
        UniqueConstraint("number"),
        Index(
            "uq_district_code_today",
            "municipality",
            "level",
            "code",
            unique=True,
            postgresql_where="valid_to is null",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True))
    municipality: Mapped[str]
    level: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    made_of: Mapped[str]
    parts: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    # Outlines are large and asked for by list_shapes and load_wkb: no other list brings them along.
    geom: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTIPOLYGON", srid=LONLAT), deferred=True, deferred_raiseload=True
    )
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    intake: Mapped[UUID | None] = mapped_column(ForeignKey("intake.id"))


class DistrictTown(Base):
    """One line of a table 町名 → area. A town that is split stands under two areas."""

    __tablename__ = "district_town"

    district: Mapped[UUID] = mapped_column(ForeignKey("district.id"), primary_key=True)
    town: Mapped[str] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    town_key: Mapped[str] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(server_default="")


@dataclass(frozen=True, slots=True)
class DistrictShape:
    """An area as a map and a file need it; ``geojson`` is a lon-lat geometry object or None."""

    id: UUID
    code: str
    name: str
    geojson: dict | None


@dataclass(frozen=True, slots=True)
class TownCandidate:
    """An area that a table gives a town to; ``note`` says which part of it, where it is split."""

    district: District
    town: str
    note: str


@dataclass(frozen=True, slots=True)
class DistrictToKeep:
    """An area to be written: a new ``id``, or the one it has."""

    id: UUID
    code: str
    name: str
    geometry: MultiPolygon


def get(db: Session, scope: Scope, district: UUID) -> District:
    """The area of an id. Raises NotFound outside the scope."""
    row = db.scalar(
        select(District).where(District.id == district, in_scope(scope, District.municipality))
    )
    if row is None:
        raise NotFound(thing="district", id=str(district))
    return row


def get_level(db: Session, scope: Scope, code: str) -> Level:
    """A level of the scope's municipality. Raises NotFound."""
    row = db.scalar(select(Level).where(in_scope(scope, Level.municipality), Level.code == code))
    if row is None:
        raise NotFound(thing="level", id=code)
    return row


def list_levels(db: Session, scope: Scope) -> list[Level]:
    """Levels that have at least one area today, the widest first."""
    peopled = exists().where(
        District.municipality == Level.municipality,
        District.level == Level.code,
        District.valid_to.is_(None),
    )
    return list(
        db.scalars(
            select(Level)
            .where(in_scope(scope, Level.municipality), peopled)
            .order_by(Level.municipality, Level.rank, Level.code)
        )
    )


def list_at_level(db: Session, scope: Scope, level: str) -> list[District]:
    """Today's areas of a level, by code."""
    return list(
        db.scalars(
            select(District)
            .where(
                in_scope(scope, District.municipality),
                District.level == level,
                District.valid_to.is_(None),
            )
            .order_by(District.code)
        )
    )


def list_shapes(
    db: Session, scope: Scope, level: str, only: UUID | None = None, within_m: float = 0.0
) -> list[DistrictShape]:
    """Today's areas of a level as GeoJSON, by code.

    within_m  metres an outline may be off for the sake of a small page (0: as kept). Neighbours
              are thinned one by one (ST_CoverageSimplify is newer than PostGIS 3.3), so keep it
              small, or they part visibly
    """
    thinned = func.ST_SimplifyPreserveTopology(District.geom, within_m / METRES_PER_DEGREE)
    geom: Any = func.ST_Multi(thinned) if within_m else District.geom
    rows = db.execute(
        select(District.id, District.code, District.name, func.ST_AsGeoJSON(geom, 6))
        .where(
            in_scope(scope, District.municipality),
            District.level == level,
            District.valid_to.is_(None),
            *([District.id == only] if only else []),
        )
        .order_by(District.code)
    )
    return [
        DistrictShape(id_, code, name, json.loads(shape) if shape else None)
        for id_, code, name, shape in rows
    ]


def list_of_accounts(db: Session, scope: Scope, ids: Iterable[UUID]) -> list[District]:
    """The areas of the given ids that lie within the scope, by level and code."""
    return list(
        db.scalars(
            select(District)
            .where(District.id.in_(list(ids)), in_scope(scope, District.municipality))
            .order_by(District.level, District.code)
        )
    )


def list_of_towns(
    db: Session, scope: Scope, level: str, keys: Iterable[str]
) -> list[TownCandidate]:
    """Areas of a level that a table gives some towns to (``words.town_key``), by code: two for a town that is split."""
    rows = db.execute(
        select(District, DistrictTown.town, DistrictTown.note)
        .join(DistrictTown, DistrictTown.district == District.id)
        .where(
            in_scope(scope, District.municipality),
            District.level == level,
            District.valid_to.is_(None),
            DistrictTown.town_key == any_of(keys, Text),
        )
        .order_by(District.code, DistrictTown.town)
    )
    return [TownCandidate(*row) for row in rows]


def list_at(db: Session, scope: Scope, lon: float, lat: float) -> list[District]:
    """The area of each level that holds a point, the widest level first; on a border the lowest
    code (DATA 4)."""
    point = func.ST_SetSRID(func.ST_MakePoint(lon, lat), LONLAT)
    found = (
        select(District.id)
        .where(
            in_scope(scope, District.municipality),
            District.valid_to.is_(None),
            func.ST_Covers(District.geom, point),
        )
        .ext(distinct_on(District.municipality, District.level))
        .order_by(District.municipality, District.level, District.code)
    )
    return list(
        db.scalars(
            select(District)
            .join(
                Level,
                and_(Level.municipality == District.municipality, Level.code == District.level),
            )
            .where(District.id.in_(found))
            .order_by(Level.rank, District.level)
        )
    )


def covers(db: Session, scope: Scope, lon: float, lat: float) -> bool:
    """Whether a point lies in one of the scope's areas. True where the scope names no areas."""
    if scope.areas is None:
        return True
    point = func.ST_SetSRID(func.ST_MakePoint(lon, lat), LONLAT)
    return bool(
        db.scalar(
            select(
                exists().where(
                    District.id.in_(scope.areas),
                    in_scope(scope, District.municipality),
                    func.ST_Covers(District.geom, point),
                )
            )
        )
    )


def list_outside(db: Session, scope: Scope, places: dict[int, list[float]]) -> list[int]:
    """Keys of the places that lie outside the outline of the scope's municipality, in order.

    Nothing is outside while the outline is not known.
    """
    rows = db.execute(
        text("""
            select p.key from jsonb_to_recordset(cast(:places as jsonb))
                 as p(key int, lon float8, lat float8),
                 district d
            where d.municipality = :municipality and d.level = 'municipality'
              and d.valid_to is null
            group by p.key, p.lon, p.lat
            having not bool_or(st_covers(d.geom, st_setsrid(st_makepoint(p.lon, p.lat), 4326)))
            order by p.key
        """),
        {
            "places": json.dumps(
                [{"key": key, "lon": lon, "lat": lat} for key, (lon, lat) in places.items()]
            ),
            "municipality": scope.municipality,
        },
    )
    return list(rows.scalars())


def get_wkb(db: Session, scope: Scope, district: UUID) -> bytes:
    """The outline of an area (lon-lat). Raises NotFound, for an area without one too."""
    outline = db.scalar(
        select(func.ST_AsBinary(District.geom)).where(
            District.id == district, in_scope(scope, District.municipality)
        )
    )
    if outline is None:
        raise NotFound(thing="district", id=str(district))
    return bytes(outline)


def load_wkb(db: Session, scope: Scope, level: str) -> dict[UUID, bytes]:
    """Today's outlines of a level as kept, to tell a changed one from an unchanged one."""
    rows = db.execute(
        select(District.id, func.ST_AsBinary(District.geom, "NDR"))
        .where(
            in_scope(scope, District.municipality),
            District.level == level,
            District.valid_to.is_(None),
        )
        .order_by(District.id)
    )
    return {row[0]: bytes(row[1] or b"") for row in rows}


def count_by_municipality(db: Session, scope: Scope) -> dict[str, int]:
    """Municipality → today's areas of all levels, by code."""
    rows = db.execute(
        select(District.municipality, func.count())
        .where(in_scope(scope, District.municipality), District.valid_to.is_(None))
        .group_by(District.municipality)
        .order_by(District.municipality)
    )
    return {row[0]: row[1] for row in rows}


def bounds(
    db: Session, scope: Scope, only: UUID | None = None
) -> tuple[float, float, float, float] | None:
    """West, south, east, north in degrees of all areas of the scope, or of one; None without any."""
    box = (
        select(func.ST_Extent(District.geom).label("box"))
        .where(
            in_scope(scope, District.municipality),
            District.valid_to.is_(None),
            *([District.id == only] if only else []),
        )
        .subquery()
    )
    row = db.execute(
        select(
            func.ST_XMin(box.c.box),
            func.ST_YMin(box.c.box),
            func.ST_XMax(box.c.box),
            func.ST_YMax(box.c.box),
        )
    ).one()
    return None if row[0] is None else (row[0], row[1], row[2], row[3])


def save_level(db: Session, scope: Scope, level: Level) -> None:
    """Keep a level; a name that a person gave it stays."""
    if scope.municipality not in (None, level.municipality):
        raise NotFound(thing="municipality", id=level.municipality)
    db.execute(
        insert(Level)
        .values(municipality=level.municipality, code=level.code, name=level.name, rank=level.rank)
        .on_conflict_do_nothing()
    )


def save_many(
    db: Session, scope: Scope, level: str, rows: list[DistrictToKeep], intake: UUID
) -> None:
    """Write areas of a level: new ids are added, known ids take the new code, name and outline."""
    for row in rows:
        values = {
            "code": row.code,
            "name": row.name,
            "made_of": "polygon",
            "parts": [],
            "geom": from_shape(row.geometry, srid=LONLAT),
            "intake": intake,
        }
        db.execute(
            insert(District)
            .values(id=row.id, municipality=scope.municipality, level=level, **values)
            .on_conflict_do_update(index_elements=[District.id], set_=values)
        )


def save_end(db: Session, scope: Scope, district: UUID, last_day: date) -> None:
    """Say that an area was valid up to a day; it stays for what was counted by it."""
    db.execute(
        update(District)
        .where(District.id == district, in_scope(scope, District.municipality))
        .values(valid_to=last_day)
    )
