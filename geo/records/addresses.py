"""住所の一覧: towns and blocks of a municipality as its gazetteers give them, and its dictionary.

The dictionary on disk is made of these rows and can be made again from them at any time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import shapely
from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import ForeignKey, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.basemap import Swapped
from geo.records.database import LONLAT, Base, in_scope
from geo.scope import Scope


class Gazetteer(Base):
    """One row of a gazetteer. ``layer``: isj_block, isj_town, geolonia, abr_town.

    by_block  whether ``block`` is a 街区符号 or a 地番; None where it is not said
    place     None in a list without coordinates (町字マスター)
    kana      how 大字・町 is read, "" where its list does not say
    """

    __tablename__ = "gazetteer"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    layer: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    ward: Mapped[str]
    town: Mapped[str]
    koaza: Mapped[str]
    block: Mapped[str]
    by_block: Mapped[bool | None]
    kana: Mapped[str] = mapped_column(server_default="")
    place: Mapped[WKBElement | None] = mapped_column(
        Geometry("POINT", srid=LONLAT, spatial_index=False)
    )


class AddressDictionary(Base):
    """Which dictionary of a municipality is in use (DATA 13): ``version`` is made of its rows."""

    __tablename__ = "address_dictionary"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    version: Mapped[str]
    intake: Mapped[UUID] = mapped_column(ForeignKey("intake.id"))


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """A row of a gazetteer as the dictionary is built from it; lon, lat in degrees, or None."""

    ward: str
    town: str
    koaza: str
    block: str
    by_block: bool | None
    lon: float | None
    lat: float | None
    kana: str = ""

    @property
    def key(self) -> str:
        """What tells it from the other rows of its gazetteer."""
        kind = {None: "", True: "block", False: "land"}[self.by_block]
        return "/".join((self.ward, self.town, self.koaza, self.block, kind))


def save_edition(db: Session, scope: Scope, layer: str, rows: Iterable[KnownAddress]) -> Swapped:
    """Let an edition of a gazetteer take the place of the last one; the same one writes nothing."""
    today = {row.key: row for row in rows}
    before = {row.key: row for row in load_rows(db, scope, layer)}
    same = sum(before.get(key) == row for key, row in today.items())
    new = len(today.keys() - before.keys())
    gone = len(before.keys() - today.keys())
    swapped = Swapped(new, len(today) - new - same, same, gone)
    if same == len(today) and not gone:
        return swapped
    given = {"municipality": scope.municipality, "layer": layer}
    db.execute(
        text("delete from gazetteer where municipality = :municipality and layer = :layer"), given
    )
    driver: Any = db.connection().connection.driver_connection
    statement = (
        "copy gazetteer (municipality, layer, key, ward, town, koaza, block, by_block, kana,"
        " place) from stdin"
    )
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for key, row in today.items():
            place = None if row.lon is None else _wkb(row.lon, row.lat)
            said = (row.ward, row.town, row.koaza, row.block, row.by_block, row.kana)
            copy.write_row((scope.municipality, layer, key, *said, place))
    return swapped


def load_rows(db: Session, scope: Scope, layer: str) -> list[KnownAddress]:
    """The rows of a gazetteer, by key."""
    rows = db.execute(
        select(
            Gazetteer.ward,
            Gazetteer.town,
            Gazetteer.koaza,
            Gazetteer.block,
            Gazetteer.by_block,
            func.ST_X(Gazetteer.place),
            func.ST_Y(Gazetteer.place),
            Gazetteer.kana,
        )
        .where(in_scope(scope, Gazetteer.municipality), Gazetteer.layer == layer)
        .order_by(Gazetteer.municipality, Gazetteer.key.collate("C"))
    )
    return [KnownAddress(*row) for row in rows]


def list_towns(db: Session, scope: Scope) -> list[tuple[str, str]]:
    """Names of the towns that any gazetteer has, a ward's before it, by name; each with how it is read (without its
    丁目), "" where no gazetteer says so."""
    name = Gazetteer.ward + Gazetteer.town
    asked = select(name, func.max(Gazetteer.kana)).where(
        in_scope(scope, Gazetteer.municipality), Gazetteer.town != ""
    )
    return [(row[0], row[1]) for row in db.execute(asked.group_by(name).order_by(name))]


def list_towns_in(db: Session, scope: Scope, box: tuple[float, float, float, float]) -> list[str]:
    """Towns of which a gazetteer knows a place in a box (west, south, east, north), the nearest to its middle first."""
    inside = func.ST_MakeEnvelope(*box, LONLAT)
    name = Gazetteer.ward + Gazetteer.town
    away = func.min(func.ST_Distance(Gazetteer.place, func.ST_Centroid(inside)))
    asked = select(name).where(
        in_scope(scope, Gazetteer.municipality),
        Gazetteer.town != "",
        func.ST_Intersects(Gazetteer.place, inside),
    )
    return list(db.scalars(asked.group_by(name).order_by(away, name)))


def find_town_near(db: Session, scope: Scope, lon: float, lat: float, within_deg: float) -> str:
    """The town of the nearest place that a gazetteer knows within so many degrees; "" for none."""
    here = func.ST_SetSRID(func.ST_MakePoint(lon, lat), LONLAT)
    asked = (
        select(Gazetteer.ward + Gazetteer.town)
        .where(
            in_scope(scope, Gazetteer.municipality),
            Gazetteer.town != "",
            func.ST_DWithin(Gazetteer.place, here, within_deg),
        )
        .order_by(func.ST_Distance(Gazetteer.place, here), Gazetteer.key.collate("C"))
        .limit(1)
    )
    return db.scalar(asked) or ""


def find_middle(db: Session, scope: Scope, district: UUID) -> tuple[float, float] | None:
    """lon, lat of the address in an area that is nearest to the mean of all its addresses: in an area of mountains
    where people live, not where nobody does. None where no gazetteer knows an address in it."""
    found = db.execute(
        text("""
            with inside as (
                select g.key, g.place from gazetteer g join district d on st_covers(d.geom, g.place)
                where d.id = :district and d.municipality = :municipality and g.municipality = :municipality
            ), middle as (select st_centroid(st_collect(place)) as place from inside)
            select st_x(inside.place), st_y(inside.place) from inside, middle
            order by st_distance(inside.place, middle.place), inside.key collate "C" limit 1
        """),
        {"district": district, "municipality": scope.municipality},
    ).first()
    return (found[0], found[1]) if found else None


def list_outside(db: Session, scope: Scope, layer: str, limit: int) -> tuple[list[str], int]:
    """Keys of rows whose place is outside the outline of the municipality, at most ``limit``, in
    order, and how many there are. None are while the outline is not known."""
    rows = db.execute(
        text("""
            select g.key, count(*) over () from gazetteer g
            join district d on d.municipality = g.municipality and d.level = 'municipality'
                               and d.valid_to is null
            where g.municipality = :municipality and g.layer = :layer and g.place is not null
            group by g.key
            having not bool_or(st_covers(d.geom, g.place))
            order by g.key limit :limit
        """),
        {"municipality": scope.municipality, "layer": layer, "limit": limit},
    ).all()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def find_version(db: Session, scope: Scope) -> str | None:
    """The dictionary in use, None while no gazetteer was imported."""
    return db.scalar(
        select(AddressDictionary.version).where(in_scope(scope, AddressDictionary.municipality))
    )


def list_versions(db: Session, scope: Scope) -> list[tuple[str, str]]:
    """Municipality and version of every dictionary in use, by municipality."""
    rows = db.execute(
        select(AddressDictionary.municipality, AddressDictionary.version)
        .where(in_scope(scope, AddressDictionary.municipality))
        .order_by(AddressDictionary.municipality)
    )
    return [(row[0], row[1]) for row in rows]


def save_version(db: Session, scope: Scope, version: str, intake: UUID) -> None:
    """Say which dictionary is in use, and which run made it so."""
    values = {"version": version, "intake": intake}
    db.execute(
        insert(AddressDictionary)
        .values(municipality=scope.municipality, **values)
        .on_conflict_do_update(index_elements=[AddressDictionary.municipality], set_=values)
    )


def _wkb(lon: float, lat: float | None) -> str:
    point = shapely.set_srid(shapely.Point(lon, lat), LONLAT)
    return str(shapely.to_wkb(point, hex=True, include_srid=True))
