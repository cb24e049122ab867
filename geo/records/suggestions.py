"""お知らせ: what others say of the register: kept as said, until a person of the staff decides."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Identity,
    Index,
    Row,
    UniqueConstraint,
    Uuid,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.errors import NotFound
from geo.records.consulted import Consulted
from geo.records.database import LONLAT, Base, any_of, in_scope
from geo.records.mergers import covers_merged
from geo.records.own_areas import covers_place
from geo.records.shelf_views import STAFF
from geo.scope import Scope


class Suggestion(Base):
    """One thing that somebody outside the staff said of the register. It changes nothing by itself.

    base        the revision that its writer was looking at
    origin      how it came: by a code of a campaign, a link, a resident's or a provider's page
    kind        still_running, changed, ended (of whoever runs it), new (of something the register does
                not have); was_closed, other_hours, seems_ended, otherwise (of who was there)
    seen_on     the day on which it was closed
    values      fields as the gate reads them, only such as residents may see
    words       the rest, in the writer's own words
    outcome     of what was applied: confirmed, corrected, closed, added
    reason      why, in words: a resident who told it reads them
    draft       of the edit by which it was applied
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        CheckConstraint("origin in ('code', 'link', 'resident', 'provider')", name="origin"),
        CheckConstraint(
            "kind in ('still_running', 'changed', 'ended', 'new',"
            " 'was_closed', 'other_hours', 'seems_ended', 'otherwise')",
            name="kind",
        ),
        CheckConstraint("(kind = 'was_closed') = (seen_on is not null)", name="seen_on"),
        CheckConstraint(
            "outcome in ('', 'confirmed', 'corrected', 'closed', 'added')", name="outcome"
        ),
        CheckConstraint("state in ('open', 'applied', 'declined')", name="state"),
        CheckConstraint("resource is not null or kind = 'new'", name="about"),
        CheckConstraint("(state = 'open') = (decided_at is null)", name="decided"),
        UniqueConstraint("number"),
        Index("ix_suggestion_municipality_state", "municipality", "state"),
        Index("ix_suggestion_campaign_resource", "campaign", "resource"),
        Index("ix_suggestion_resource", "resource"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True))
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    resource: Mapped[UUID | None] = mapped_column(ForeignKey("resource.id"))
    base: Mapped[int | None]
    campaign: Mapped[UUID | None] = mapped_column(ForeignKey("campaign.id"))
    origin: Mapped[str]
    kind: Mapped[str]
    seen_on: Mapped[date | None]
    values: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    words: Mapped[str] = mapped_column(server_default="")
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="open")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")
    draft: Mapped[UUID | None]


# What stands today for what a suggestion is about: of an entry that was merged, the one that stays.
_STANDS = func.resource_survivor(Suggestion.resource, type_=Uuid)
_about = func.coalesce(_STANDS, Suggestion.id)


def get(db: Session, scope: Scope, suggestion: UUID) -> Suggestion:
    """A suggestion of an id. Raises NotFound outside the scope's municipality."""
    row = find(db, scope, suggestion)
    if row is None:
        raise NotFound(thing="suggestion", id=str(suggestion))
    return row


def find(db: Session, scope: Scope, suggestion: UUID) -> Suggestion | None:
    """A suggestion of an id, or None."""
    return db.scalar(
        select(Suggestion).where(
            Suggestion.id == suggestion, in_scope(scope, Suggestion.municipality)
        )
    )


def take(db: Session, scope: Scope, suggestion: UUID) -> Suggestion:
    """The same, locked until the transaction ends: two who decide take turns. Raises NotFound."""
    row = db.scalar(
        select(Suggestion)
        .where(Suggestion.id == suggestion, in_scope(scope, Suggestion.municipality))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(thing="suggestion", id=str(suggestion))
    return row


def list_heaps(
    db: Session,
    scope: Scope,
    looks_since: date,
    limit: int,
    offset: int = 0,
    without: Iterable[UUID] = (),
) -> list[Row[Any]]:
    """What the waiting ones in the scope's areas are about, each once: ``about`` (the id of the entry that stands
    today, or the suggestion's own for something new), ``looks`` (how often the entry was opened since a day) and
    ``oldest``; the most consulted first, then what has waited longest. ``without``: heaps that are told in another."""
    looks = (
        select(Consulted.resource, func.sum(Consulted.times).label("looks"))
        .where(Consulted.day >= looks_since, in_scope(scope, Consulted.municipality))
        .group_by(Consulted.resource)
        .subquery()
    )
    times = func.coalesce(func.max(looks.c.looks), 0).label("looks")
    oldest = func.min(Suggestion.at).label("oldest")
    asked = (
        select(_about.label("about"), times, oldest)
        .outerjoin(STAFF, STAFF.c.id == _STANDS)
        .outerjoin(looks, looks.c.resource == _STANDS)
        .where(*_waiting(scope), _about.not_in(list(without)))
        .group_by(_about)
        .order_by(times.desc(), oldest, _about)
    )
    return list(db.execute(asked.limit(limit).offset(offset)))


def list_open(db: Session, scope: Scope, about: Iterable[UUID] | None = None) -> list[Row[Any]]:
    """Suggestions that wait, in the scope's areas, the oldest first: ``Suggestion``, ``about`` (its heap), and
    ``name`` and ``resource_kind`` of what they are about (None for something new). ``about``: only of these heaps."""
    asked = (
        select(
            Suggestion,
            _about.label("about"),
            STAFF.c.name.label("name"),
            STAFF.c.kind.label("resource_kind"),
        )
        .outerjoin(STAFF, STAFF.c.id == _STANDS)
        .where(*_waiting(scope))
        .order_by(Suggestion.at, Suggestion.number)
    )
    if about is not None:
        asked = asked.where(_about == any_of(about, Uuid))
    return list(db.execute(asked))


def list_new(db: Session, scope: Scope, limit: int) -> list[Suggestion]:
    """What waits of something new in the scope's areas, the oldest first."""
    return list(
        db.scalars(
            select(Suggestion)
            .outerjoin(STAFF, STAFF.c.id == Suggestion.resource)
            .where(*_waiting(scope), Suggestion.resource.is_(None))
            .order_by(Suggestion.at, Suggestion.number)
            .limit(limit)
        )
    )


def list_of(db: Session, scope: Scope, resources: Iterable[UUID]) -> list[Suggestion]:
    """Everything that was said of some resources, the newest first."""
    return list(
        db.scalars(
            select(Suggestion)
            .where(
                Suggestion.resource == any_of(resources, Uuid),
                in_scope(scope, Suggestion.municipality),
            )
            .order_by(Suggestion.number.desc())
        )
    )


def list_waiting_of(
    db: Session, scope: Scope, resource: UUID, kinds: Iterable[str]
) -> list[Suggestion]:
    """What waits about one entry, and about those that were merged into it, of these kinds, the oldest first."""
    return list(
        db.scalars(
            select(Suggestion)
            .where(
                covers_merged(scope, Suggestion.resource, resource),
                Suggestion.kind.in_(list(kinds)),
                Suggestion.state == "open",
                in_scope(scope, Suggestion.municipality),
            )
            .order_by(Suggestion.at, Suggestion.number)
        )
    )


def list_found_closed(db: Session, scope: Scope, resource: UUID, since: date) -> list[Suggestion]:
    """Who found an entry, or one that was merged into it, closed on a day since one, by that day; what was declined
    is left out."""
    return list(
        db.scalars(
            select(Suggestion)
            .where(
                covers_merged(scope, Suggestion.resource, resource),
                Suggestion.kind == "was_closed",
                Suggestion.state != "declined",
                Suggestion.seen_on >= since,
                in_scope(scope, Suggestion.municipality),
            )
            .order_by(Suggestion.seen_on, Suggestion.number)
        )
    )


def count_told(
    db: Session, scope: Scope, resource: UUID | None, since: datetime
) -> tuple[int, int]:
    """What residents told: (how much waits about an entry, or of what is new where it is None; how much
    came since a moment and was not left aside)."""
    waits = Suggestion.state == "open"
    about = Suggestion.resource == resource if resource else Suggestion.resource.is_(None)
    came = and_(Suggestion.at >= since, Suggestion.state != "declined")
    row = db.execute(
        select(func.count().filter(waits, about), func.count().filter(came)).where(
            Suggestion.origin == "resident",
            or_(waits, came),
            in_scope(scope, Suggestion.municipality),
        )
    ).one()
    return row[0], row[1]


def count_open(db: Session, scope: Scope) -> tuple[int, datetime | None, int]:
    """How many wait in the scope's areas, since when the oldest does, and about how many things."""
    row = db.execute(
        select(func.count(), func.min(Suggestion.at), func.count(_about.distinct()))
        .select_from(Suggestion)
        .outerjoin(STAFF, STAFF.c.id == _STANDS)
        .where(*_waiting(scope))
    ).one()
    return row[0], row[1], row[2]


def count_waiting(db: Session, scope: Scope, campaign: UUID, resource: UUID) -> int:
    """How many of one campaign wait about one resource."""
    return (
        db.scalar(
            select(func.count()).where(
                Suggestion.campaign == campaign,
                Suggestion.resource == resource,
                Suggestion.state == "open",
                in_scope(scope, Suggestion.municipality),
            )
        )
        or 0
    )


def save(db: Session, scope: Scope, row: Suggestion) -> bool:
    """Keep a suggestion. False when one of its id is there: it was sent before."""
    written = db.execute(
        insert(Suggestion)
        .values(
            id=row.id,
            municipality=scope.municipality,
            resource=row.resource,
            base=row.base,
            campaign=row.campaign,
            origin=row.origin,
            kind=row.kind,
            seen_on=row.seen_on,
            values=row.values,
            words=row.words,
            at=row.at,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(Suggestion.number)
    )
    return written.first() is not None


def _waiting(scope: Scope) -> list[ColumnElement[bool]]:
    """Open, and where the scope's areas reach; something new without a place is nobody's area."""
    where = case(
        (Suggestion.resource.is_not(None), STAFF.c.place),
        else_=func.ST_SetSRID(
            func.ST_MakePoint(*(Suggestion.values["place"][at].as_float() for at in (0, 1))), LONLAT
        ),
    )
    return [
        Suggestion.state == "open",
        in_scope(scope, Suggestion.municipality),
        covers_place(scope, where, Suggestion.municipality),
    ]
