"""確認のお願い: the campaign of a 年度, and the entries of the register that it asks about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Row,
    Select,
    Text,
    UniqueConstraint,
    Uuid,
    and_,
    case,
    exists,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.errors import NotFound
from geo.records.database import Base, any_of, in_scope
from geo.records.districts import District
from geo.records.kinds import Kind
from geo.records.own_areas import covers_place
from geo.records.shelf_views import PUBLIC, STAFF
from geo.records.suggestions import Suggestion
from geo.scope import Scope


class Campaign(Base):
    """Asking, once in a 年度, whether the register is still right. One at a time runs.

    kinds, areas  what it asks about; empty: all
    answer_by     until when papers ask for an answer
    site          where its codes are opened: the address of this installation as it was opened by
    """

    __tablename__ = "campaign"
    __table_args__ = (
        Index(
            "ix_campaign_running",
            "municipality",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    fiscal_year: Mapped[int]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    areas: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    answer_by: Mapped[date]
    site: Mapped[str]
    opened_on: Mapped[date]
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]


class CampaignEntry(Base):
    """One resource that a campaign asks about, and what its code is made of. Written once.

    seed       random; with the server's key it makes the code, so that a sheet can be printed again
    code_hash  keyed, what a typed code is found by
    """

    __tablename__ = "campaign_entry"
    __table_args__ = (
        UniqueConstraint("code_hash"),
        Index("ix_campaign_entry_resource", "resource"),
    )

    campaign: Mapped[UUID] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    resource: Mapped[UUID] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    seed: Mapped[bytes] = mapped_column(BYTEA)
    code_hash: Mapped[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries of a campaign a list asks for; an empty part asks for all.

    level    whose areas the lines name (``area``); district  only those of this area of the level
    waiting  only those that nobody has confirmed or answered
    """

    level: str = ""
    district: UUID | None = None
    kind: str = ""
    resource: UUID | None = None
    waiting: bool = False


def get(db: Session, scope: Scope, campaign: UUID) -> Campaign:
    """A campaign of an id. Raises NotFound outside the scope's municipality."""
    row = db.scalar(
        select(Campaign).where(Campaign.id == campaign, in_scope(scope, Campaign.municipality))
    )
    if row is None:
        raise NotFound(thing="campaign", id=str(campaign))
    return row


def find_running(db: Session, scope: Scope) -> Campaign | None:
    """The campaign that nobody has ended, or None."""
    return db.scalar(
        select(Campaign)
        .where(Campaign.ended_at.is_(None), in_scope(scope, Campaign.municipality))
        .order_by(Campaign.opened_at.desc())
        .limit(1)
    )


def find_entry(db: Session, scope: Scope, code_hash: str) -> tuple[Campaign, UUID] | None:
    """The campaign and the resource of a code, by its keyed hash; None where there is none."""
    row = db.execute(
        select(Campaign, CampaignEntry.resource)
        .join(CampaignEntry, CampaignEntry.campaign == Campaign.id)
        .where(CampaignEntry.code_hash == code_hash, in_scope(scope, Campaign.municipality))
    ).first()
    return (row[0], row[1]) if row else None


def list_all(db: Session, scope: Scope) -> list[Campaign]:
    """Campaigns of the municipality, the newest first."""
    return list(
        db.scalars(
            select(Campaign)
            .where(in_scope(scope, Campaign.municipality))
            .order_by(Campaign.opened_at.desc(), Campaign.id)
        )
    )


def list_running(db: Session, scope: Scope) -> list[Campaign]:
    """Campaigns that nobody has ended, by municipality."""
    return list(
        db.scalars(
            select(Campaign)
            .where(Campaign.ended_at.is_(None), in_scope(scope, Campaign.municipality))
            .order_by(Campaign.municipality)
        )
    )


def list_to_ask(
    db: Session, scope: Scope, kinds: Iterable[str], areas: Iterable[UUID]
) -> list[UUID]:
    """Resources that a campaign would ask about: running, published, of these kinds and in these areas
    (none: all), by id. What is not published has no page that a code could open."""
    kinds, areas = list(kinds), list(areas)
    asked = select(PUBLIC.c.id).where(
        PUBLIC.c.closed_on.is_(None), in_scope(scope, PUBLIC.c.municipality)
    )
    if kinds:
        asked = asked.where(PUBLIC.c.kind == any_of(kinds, Text))
    if areas:
        inside = exists().where(
            District.id == any_of(areas, Uuid), func.ST_Covers(District.geom, PUBLIC.c.place)
        )
        asked = asked.where(inside)
    return list(db.scalars(asked.order_by(PUBLIC.c.id)))


def find_asking(db: Session, scope: Scope, resource: UUID) -> Campaign | None:
    """The campaign that nobody has ended and that asks about a resource, or None."""
    return db.scalar(
        select(Campaign)
        .join(CampaignEntry, CampaignEntry.campaign == Campaign.id)
        .where(
            CampaignEntry.resource == resource,
            Campaign.ended_at.is_(None),
            in_scope(scope, Campaign.municipality),
        )
        .order_by(Campaign.opened_at.desc())
        .limit(1)
    )


def list_entries(db: Session, scope: Scope, campaign: Campaign, asked: Asked) -> list[Row[Any]]:
    """Entries of a campaign in the scope's areas that are still published: every column of everybody's
    shelf, since a postcard is read on its way; ``host``, ``host_contact``, ``seed``, ``area``,
    ``area_name`` and ``state``; by area, then as lists of resources are ordered."""
    columns = (*PUBLIC.c, STAFF.c.host, STAFF.c.host_contact, CampaignEntry.seed)
    found = _entries(select(*columns), scope, campaign, asked)
    ordered = found.join(PUBLIC, PUBLIC.c.id == CampaignEntry.resource).order_by(
        text("area_code nulls last"), Kind.position, STAFF.c.kana, STAFF.c.name, STAFF.c.id
    )
    return list(db.execute(ordered))


def list_states(db: Session, scope: Scope, campaign: Campaign, level: str) -> list[Row[Any]]:
    """``kind``, ``area``, ``area_name``, ``state`` and how many (``entries``) of a campaign, in the
    scope's areas; by area and kind.

    state  ended: it has an end; confirmed: within the campaign's 年度; answered: something waits for
           a person; waiting: nothing has come
    """
    lines = _entries(select(STAFF.c.kind), scope, campaign, Asked(level=level))
    each = lines.subquery()
    key = (each.c.area_code, each.c.area, each.c.area_name, each.c.kind_turn, each.c.kind)
    return list(
        db.execute(
            select(*key, each.c.state, func.count().label("entries"))
            .group_by(*key, each.c.state)
            .order_by(each.c.area_code.nulls_last(), each.c.kind_turn, each.c.kind, each.c.state)
        )
    )


def save_entries(
    db: Session, scope: Scope, campaign: UUID, entries: Iterable[tuple[UUID, bytes, str]]
) -> list[UUID]:
    """Give resources their codes: (resource, seed, code_hash). Returns the resources that got theirs:
    a code that is taken is not given twice."""
    rows = [
        {
            "campaign": campaign,
            "resource": resource,
            "municipality": scope.municipality,
            "seed": seed,
            "code_hash": code_hash,
        }
        for resource, seed, code_hash in entries
    ]
    if not rows:
        return []
    given = insert(CampaignEntry).on_conflict_do_nothing().returning(CampaignEntry.resource)
    return list(db.scalars(given, rows))


def take_running(db: Session, scope: Scope, campaign: UUID) -> Campaign | None:
    """A campaign that runs, locked; None where it has ended."""
    return db.scalar(
        select(Campaign)
        .where(
            Campaign.id == campaign,
            Campaign.ended_at.is_(None),
            in_scope(scope, Campaign.municipality),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _entries(columns: Select[Any], scope: Scope, campaign: Campaign, asked: Asked) -> Select[Any]:
    """The entries with their area and state."""
    area = (
        select(District.id, District.code, District.name)
        .where(
            District.municipality == STAFF.c.municipality,
            District.level == asked.level,
            District.valid_to.is_(None),
            func.ST_Covers(District.geom, STAFF.c.place),
        )
        .order_by(District.code)
        .limit(1)
        .correlate(STAFF)
        .lateral("area")
    )
    state = _state(campaign)
    found = (
        columns.add_columns(
            area.c.id.label("area"),
            area.c.code.label("area_code"),
            area.c.name.label("area_name"),
            Kind.position.label("kind_turn"),
            state.label("state"),
        )
        .select_from(CampaignEntry)
        .join(STAFF, STAFF.c.id == CampaignEntry.resource)
        .join(Kind, and_(Kind.municipality == STAFF.c.municipality, Kind.code == STAFF.c.kind))
        .outerjoin(area, literal(True))
        .where(CampaignEntry.campaign == campaign.id, in_scope(scope, STAFF.c.municipality))
    )
    found = found.where(covers_place(scope, STAFF.c.place, STAFF.c.municipality))
    if asked.district:
        found = found.where(area.c.id == asked.district)
    if asked.kind:
        found = found.where(STAFF.c.kind == asked.kind)
    if asked.resource:
        found = found.where(STAFF.c.id == asked.resource)
    if asked.waiting:
        found = found.where(state == "waiting")
    return found


def _state(campaign: Campaign) -> ColumnElement[str]:
    """How far the asking has come about one entry."""
    first_day = date(campaign.fiscal_year, 4, 1)
    said = exists().where(
        Suggestion.campaign == campaign.id,
        Suggestion.resource == STAFF.c.id,
        Suggestion.state == "open",
    )
    return case(
        (STAFF.c.closed_on.is_not(None), "ended"),
        (said, "answered"),
        (STAFF.c.confirmed_on >= first_day, "confirmed"),
        else_="waiting",
    )
