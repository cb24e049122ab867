"""地域資源の台帳: what the community has, as it is today, and every change that made it so.

This file is for whoever changes a resource (geo.registry, geo.intake). Pages, tiles and exports
read geo.records.shelf, which knows what a resident may see.
"""

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

# Fields that somebody answers with yes or no, or nobody has asked yet.
ANSWERS = (
    "pick_up",
    "may_visit",
    "western_toilet",
    "parking",
    "wheelchair",
    "dementia_welcome",
    "can_help",
    "subsidised",
)


class Resource(Base):
    """One 地域資源 as it is today. Its past is in resource_revision.

    place         where it is, None while unknown; ``place_level`` says how well that is known
    shown_place   where residents see it: the same, a blurred point, or None (``place_shown``)
    closed_on     first day on which it no longer runs; rows are closed, never deleted
    paused_on     first day of a pause; resumes_on: the first day on which it means to run again, None: nobody knows
    viewpoints    of the four (参加する活動, 利用するサービス, 実施主体, 場・拠点); none: those of its kind
    frequency … participants_75   what 通いの場の実施状況調査 counts; participants on ``counted_on``
    host          世話人 and how to reach them: staff only, never on a device, wiped by 抹消
    consents      [{medium, answer, by, on}]: who said when whether it may stand in which medium
    do_not_list   its host does not want it anywhere, whatever a list delivers
    place_source  how the place was captured {how, accuracy_m, at}, as a device claimed it
    blur          how a blurred place was blurred {cell, homes}: geo.blur.Blurred; staff only
    merged_into   the resource that took its place when two turned out to be one
    search_key    its names as words.search_key brings them to one form
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
        *(CheckConstraint(f"{name} in ('yes', 'no', 'unknown')", name=name) for name in ANSWERS),
        CheckConstraint("name <> ''", name="has_a_name"),
        UniqueConstraint("number"),
        Index("ix_resource_municipality_kind", "municipality", "kind"),
        Index(
            "ix_resource_merged_into",
            "merged_into",
            postgresql_where=text("merged_into is not null"),
        ),
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
    viewpoints: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    provider_type: Mapped[str] = mapped_column(server_default="")
    pick_up: Mapped[str] = mapped_column(server_default="unknown")
    may_visit: Mapped[str] = mapped_column(server_default="unknown")
    seating: Mapped[str] = mapped_column(server_default="unknown")
    entrance: Mapped[str] = mapped_column(server_default="unknown")
    western_toilet: Mapped[str] = mapped_column(server_default="unknown")
    parking: Mapped[str] = mapped_column(server_default="unknown")
    wheelchair: Mapped[str] = mapped_column(server_default="unknown")
    dementia_welcome: Mapped[str] = mapped_column(server_default="unknown")
    can_help: Mapped[str] = mapped_column(server_default="unknown")
    can_help_note: Mapped[str] = mapped_column(server_default="")
    main_activity: Mapped[str] = mapped_column(server_default="")
    venue_type: Mapped[str] = mapped_column(server_default="")
    frequency: Mapped[str] = mapped_column(server_default="")
    subsidised: Mapped[str] = mapped_column(server_default="unknown")
    started_on: Mapped[date | None]
    paused_on: Mapped[date | None]
    resumes_on: Mapped[date | None]
    counted_on: Mapped[date | None]
    participants: Mapped[int | None]
    participants_men: Mapped[int | None]
    participants_women: Mapped[int | None]
    participants_65_74: Mapped[int | None]
    participants_75: Mapped[int | None]
    fragility: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    host: Mapped[str] = mapped_column(server_default="")
    host_contact: Mapped[str] = mapped_column(server_default="")
    do_not_list: Mapped[bool] = mapped_column(server_default="false")
    consents: Mapped[list] = mapped_column(JSONB, server_default="[]")
    place_source: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))
    blur: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("resource.id"))
    revision: Mapped[int]
    intake: Mapped[UUID | None] = mapped_column(ForeignKey("intake.id"))
    search_key: Mapped[str] = mapped_column(server_default="")


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
