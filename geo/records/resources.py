"""地域資源の台帳: what the community has, as it is today, and every change that made it so.

This file is for whoever changes a resource (geo.registry, geo.intake). Pages, tiles and exports
read geo.records.shelf, which knows what a resident may see.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime, time
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
    Uuid,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import Integer, Text

from geo.records.database import LONLAT, Base, any_of, in_scope
from geo.scope import Scope


class Resource(Base):
    """One 地域資源 as it is today. Its past is in resource_revision.

    place         where it is, None while unknown; ``place_level`` says how well that is known
    shown_place   where residents see it: the same, a blurred point, or None (``place_shown``)
    closed_on     first day on which it no longer runs; rows are closed, never deleted
    merged_into   the resource that took its place when two turned out to be one
    """

    __tablename__ = "resource"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "kind"], ["kind.municipality", "kind.code"]),
        CheckConstraint("place_shown in ('exact', 'blurred', 'hidden')", name="place_shown"),
        CheckConstraint(
            "place_level in ('surveyed', 'building', 'block', 'district', 'unknown')",
            name="place_level",
        ),
        CheckConstraint("accepting in ('yes', 'waiting', 'no', 'unknown')", name="accepting"),
        CheckConstraint("name <> ''", name="has_a_name"),
        UniqueConstraint("number"),
        Index("ix_resource_municipality_kind", "municipality", "kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True))
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    kind: Mapped[str]
    name: Mapped[str]
    kana: Mapped[str] = mapped_column(server_default="")
    other_names: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    description: Mapped[str] = mapped_column(server_default="")
    provider: Mapped[UUID | None] = mapped_column(ForeignKey("provider.id"))
    place: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=LONLAT))
    place_level: Mapped[str] = mapped_column(server_default="unknown")
    place_shown: Mapped[str] = mapped_column(server_default="exact")
    shown_place: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=LONLAT))
    address: Mapped[str] = mapped_column(server_default="")
    eligibility: Mapped[str] = mapped_column(server_default="unknown")
    eligibility_note: Mapped[str] = mapped_column(server_default="")
    scheme: Mapped[str] = mapped_column(server_default="")
    fee: Mapped[str] = mapped_column(server_default="")
    booking: Mapped[str] = mapped_column(server_default="")
    capacity: Mapped[int | None]
    accepting: Mapped[str] = mapped_column(server_default="unknown")
    phone: Mapped[str] = mapped_column(server_default="")
    contact: Mapped[str] = mapped_column(server_default="")
    url: Mapped[str] = mapped_column(server_default="")
    staff_note: Mapped[str] = mapped_column(server_default="")
    public: Mapped[bool] = mapped_column(server_default="true")
    confirmed_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    closed_reason: Mapped[str] = mapped_column(server_default="")
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("resource.id"))
    revision: Mapped[int]
    intake: Mapped[UUID | None] = mapped_column(ForeignKey("intake.id"))


class OpeningRow(Base):
    """One repeating or dated opening of a resource: geo.openings.Opening, kept."""

    __tablename__ = "opening"
    __table_args__ = (
        CheckConstraint("on_holidays in ('open', 'closed', 'unknown')", name="on_holidays"),
        CheckConstraint("rrule is null or not irregular", name="irregular"),
    )

    resource: Mapped[UUID] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    rrule: Mapped[str | None]
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    months: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    on_holidays: Mapped[str]
    except_on: Mapped[list[date]] = mapped_column(ARRAY(Date), server_default="{}")
    also_on: Mapped[list[date]] = mapped_column(ARRAY(Date), server_default="{}")
    irregular: Mapped[bool]
    note: Mapped[str] = mapped_column(server_default="")


class Stop(Base):
    """One halt of a resource that comes by (移動販売, 買い物バス).

    shown  public, landmark (only ``landmark`` is told to residents) or hidden: a van halting at
           a house shows who can no longer shop
    """

    __tablename__ = "stop"
    __table_args__ = (CheckConstraint("shown in ('public', 'landmark', 'hidden')", name="shown"),)

    resource: Mapped[UUID] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    name: Mapped[str]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    shown: Mapped[str]
    landmark: Mapped[str] = mapped_column(server_default="")
    arrives_at: Mapped[time | None]
    leaves_at: Mapped[time | None]


class Draft(Base):
    """An edit's own id, made where it was written: inserted first, so that it counts once."""

    __tablename__ = "draft"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    resource: Mapped[UUID]
    account: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class ResourceRevision(Base):
    """One change to a resource. Written once, never edited."""

    __tablename__ = "resource_revision"

    resource: Mapped[UUID] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    draft: Mapped[UUID | None] = mapped_column(ForeignKey("draft.id"), unique=True)
    intake: Mapped[UUID | None] = mapped_column(ForeignKey("intake.id"))
    before: Mapped[dict] = mapped_column(JSONB)
    changed: Mapped[dict] = mapped_column(JSONB)
    account: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


# The columns that the gate writes, with their types in PostgreSQL. A place travels as lon, lat.
WRITTEN = {
    "kind": "text",
    "name": "text",
    "kana": "text",
    "other_names": "text[]",
    "description": "text",
    "place_level": "text",
    "place_shown": "text",
    "address": "text",
    "eligibility": "text",
    "eligibility_note": "text",
    "scheme": "text",
    "fee": "text",
    "booking": "text",
    "capacity": "integer",
    "accepting": "text",
    "phone": "text",
    "contact": "text",
    "url": "text",
    "staff_note": "text",
    "public": "boolean",
    "confirmed_on": "date",
    "closed_on": "date",
    "closed_reason": "text",
}
_KEPT = {"id": "uuid", "provider": "uuid", "revision": "integer", "intake": "uuid", **WRITTEN}
_PLACES = {"lon": "float8", "lat": "float8", "shown_lon": "float8", "shown_lat": "float8"}
_OPENING = {
    "rrule": "text",
    "first_on": "date",
    "last_on": "date",
    "opens_at": "time",
    "closes_at": "time",
    "months": "integer[]",
    "on_holidays": "text",
    "except_on": "date[]",
    "also_on": "date[]",
    "irregular": "boolean",
    "note": "text",
}
_STOP = {
    "name": "text",
    "lon": "float8",
    "lat": "float8",
    "shown": "text",
    "landmark": "text",
    "arrives_at": "time",
    "leaves_at": "time",
}
_SERVICE_AREA = {
    "name": "text",
    "note": "text",
    "whole": "boolean",
    "district": "uuid",
    "without": "uuid[]",
}


def _types(columns: dict[str, str]) -> str:
    return ", ".join(f'"{name}" {type_}' for name, type_ in columns.items())


def _names(columns: dict[str, str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


_SAVE = text(f"""
    insert into resource (municipality, place, shown_place, {_names(_KEPT)})
    select :municipality, st_setsrid(st_makepoint(lon, lat), {LONLAT}),
           st_setsrid(st_makepoint(shown_lon, shown_lat), {LONLAT}), {_names(_KEPT)}
    from jsonb_to_recordset(cast(:rows as jsonb)) as r({_types({**_KEPT, **_PLACES})})
    on conflict (id) do update set place = excluded.place, shown_place = excluded.shown_place,
    {", ".join(f'"{name}" = excluded."{name}"' for name in _KEPT if name not in ("id", "intake"))}
    where resource.municipality = :municipality
""")
_DROP = """
    delete from {table}
    where municipality = :municipality and resource = any(cast(:resources as uuid[]))
"""
_FILL = """
    insert into {table} (municipality, resource, position, {names})
    select :municipality, resource, position, {names}
    from jsonb_to_recordset(cast(:rows as jsonb)) as r(resource uuid, position integer, {types})
"""
# Children of a resource in its values -> how they are taken away and written anew.
_CHILDREN = {
    children: (
        text(_DROP.format(table=table)),
        text(_FILL.format(table=table, names=_names(columns), types=_types(columns))),
    )
    for table, children, columns in (
        ("opening", "openings", _OPENING),
        ("stop", "stops", _STOP),
        ("service_area", "service_areas", _SERVICE_AREA),
    )
}
CHILDREN = tuple(_CHILDREN)
_REVISE = text("""
    insert into resource_revision
           (resource, revision, municipality, draft, intake, before, changed, account)
    select id, revision, :municipality, draft, intake, before, changed, :account
    from jsonb_to_recordset(cast(:rows as jsonb))
         as r(id uuid, revision integer, draft uuid, intake uuid, before jsonb, changed jsonb)
""")
_VALUES = text("""
    select id, revision, to_jsonb(s) || jsonb_build_object(
        'place', case when lon is not null then jsonb_build_array(lon, lat) end)
    from resource_staff s
    where id = any(:ids) and (cast(:municipality as text) is null or municipality = :municipality)
    order by id
""")


def list_locked(db: Session, scope: Scope, ids: list[UUID]) -> list[UUID]:
    """Lock resources until the transaction ends, in the order of their ids so that two writers
    never wait for each other in a circle. Returns the ids that are there."""
    return list(
        db.scalars(
            select(Resource.id)
            .where(Resource.id == any_of(ids, Uuid), in_scope(scope, Resource.municipality))
            .order_by(Resource.id)
            .with_for_update()
        )
    )


def load_values(db: Session, scope: Scope, ids: list[UUID]) -> dict[UUID, tuple[int, dict]]:
    """Resource → (revision, its fields as JSON writes them), openings, stops and service areas
    included."""
    rows = db.execute(_VALUES, {"ids": ids, "municipality": scope.municipality})
    return {row[0]: (row[1], row[2]) for row in rows}


def find_draft(db: Session, scope: Scope, draft: UUID) -> Draft | None:
    """The draft of an id, if it was applied before."""
    return db.scalar(select(Draft).where(Draft.id == draft, in_scope(scope, Draft.municipality)))


def list_revisions(
    db: Session, scope: Scope, resource: UUID, after: int = 0
) -> list[ResourceRevision]:
    """Every change to a resource after a revision, the newest first."""
    return list(
        db.scalars(
            select(ResourceRevision)
            .where(
                ResourceRevision.resource == resource,
                ResourceRevision.revision > after,
                in_scope(scope, ResourceRevision.municipality),
            )
            .order_by(ResourceRevision.revision.desc())
        )
    )


def save_draft(db: Session, scope: Scope, draft: UUID, resource: UUID) -> bool:
    """Claim a draft's id. False when it was claimed before: that draft has been applied."""
    claimed = db.execute(
        insert(Draft)
        .values(id=draft, municipality=scope.municipality, resource=resource, account=scope.account)
        .on_conflict_do_nothing()
        .returning(Draft.id)
    )
    return claimed.first() is not None


def save_values(db: Session, scope: Scope, rows: list[dict]) -> None:
    """Write resources as a whole, one or ten thousand: row, children and revision.

    Each row holds every field of WRITTEN, lon, lat, shown_lon, shown_lat (or None), provider
    (id or None), openings, stops, service_areas (with the district each means, if any), revision,
    and before and changed for its history.
    """
    given = {"municipality": scope.municipality, "account": scope.account}
    db.execute(_SAVE, given | {"rows": _json(rows, (*_KEPT, *_PLACES))})
    for children in _CHILDREN:
        _save_children(db, given, children, [row for row in rows if children in row["changed"]])
    revised = ("id", "revision", "draft", "intake", "before", "changed")
    db.execute(_REVISE, given | {"rows": _json(rows, revised)})


def _save_children(db: Session, given: dict, children: str, rows: list[dict]) -> None:
    """Openings, stops or service areas of the resources for which they changed."""
    drop, fill = _CHILDREN[children]
    older = [row["id"] for row in rows if row["revision"] > 1]
    if older:
        db.execute(drop, given | {"resources": older})
    written = [
        child | {"resource": row["id"], "position": position}
        for row in rows
        for position, child in enumerate(row[children], start=1)
    ]
    if written:
        db.execute(fill, given | {"rows": json.dumps(written, ensure_ascii=False)})


def _json(rows: list[dict], columns: Iterable[str]) -> str:
    """These columns only: PostgreSQL reads the whole document whatever it then takes from it."""
    return json.dumps([{name: row[name] for name in columns} for row in rows], ensure_ascii=False)
