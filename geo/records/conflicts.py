"""食い違い: changes that met somebody else's, kept with both values until a person has chosen."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Row,
    Uuid,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.errors import NotFound
from geo.records.accounts import Account
from geo.records.database import Base, any_of, in_scope
from geo.records.districts import District
from geo.records.resources import Resource
from geo.scope import Scope

_ONLY_OPEN = text("settled_at is null")


class ConflictRow(Base):
    """One change that was refused because others had changed the same fields first.

    id           the draft's own id: the same draft sent again is the same conflict
    base         the revision its writer had seen; revision: the one it met
    ours         field → value as written; theirs: field → value it met, of those that differ
    written_at   when it was written, as the device claims
    settled_how  ours, theirs (by the desk), resent (its writer sent it again with both values
                 before her) or dropped (she gave it up)
    """

    __tablename__ = "conflict"
    __table_args__ = (
        CheckConstraint(
            "settled_how in ('ours', 'theirs', 'resent', 'dropped')", name="settled_how"
        ),
        CheckConstraint("(settled_at is null) = (settled_how is null)", name="settled"),
        Index("ix_conflict_open", "municipality", "at", postgresql_where=_ONLY_OPEN),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    resource: Mapped[UUID] = mapped_column(ForeignKey("resource.id"))
    account: Mapped[UUID | None]
    base: Mapped[int]
    revision: Mapped[int]
    ours: Mapped[dict] = mapped_column(JSONB)
    theirs: Mapped[dict] = mapped_column(JSONB)
    written_at: Mapped[datetime | None]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    settled_at: Mapped[datetime | None]
    settled_how: Mapped[str | None]
    settled_by: Mapped[UUID | None]


# the entry that a conflict is about, or the one that it was merged into since
_STANDS = Resource.id == func.resource_survivor(ConflictRow.resource)


def get_locked(db: Session, scope: Scope, conflict: UUID) -> ConflictRow:
    """A conflict, open or settled, locked until the transaction ends. Raises NotFound."""
    row = find_locked(db, scope, conflict)
    if row is None:
        raise NotFound(thing="conflict", id=str(conflict))
    return row


def find_locked(db: Session, scope: Scope, conflict: UUID) -> ConflictRow | None:
    """The same, or None."""
    return db.scalar(
        select(ConflictRow)
        .where(ConflictRow.id == conflict, in_scope(scope, ConflictRow.municipality))
        .with_for_update()
    )


def list_open(db: Session, scope: Scope) -> list[Row[Any]]:
    """Conflicts nobody has settled, where the scope's areas allow to write, the oldest first: each
    with ``by`` (the writer's name), and ``resource``, ``name``, ``kind`` and ``now`` (the revision) of the
    entry that stands for it today."""
    asked = (
        select(
            ConflictRow.id,
            Resource.id.label("resource"),
            ConflictRow.account,
            ConflictRow.base,
            ConflictRow.ours,
            ConflictRow.theirs,
            ConflictRow.written_at,
            ConflictRow.at,
            Resource.name,
            Resource.kind,
            Resource.revision.label("now"),
            func.coalesce(Account.name, "").label("by"),
        )
        .join(Resource, _STANDS)
        .outerjoin(Account, Account.id == ConflictRow.account)
        .where(ConflictRow.settled_at.is_(None), in_scope(scope, ConflictRow.municipality))
        .order_by(ConflictRow.at, ConflictRow.id)
    )
    return list(db.execute(_within(asked, scope)))


def list_of_account(db: Session, scope: Scope, since: datetime) -> list[ConflictRow]:
    """What the scope's own account wrote: open, or settled since a moment; the oldest first."""
    return list(
        db.scalars(
            select(ConflictRow)
            .where(
                ConflictRow.account == scope.account,
                or_(ConflictRow.settled_at.is_(None), ConflictRow.settled_at > since),
                in_scope(scope, ConflictRow.municipality),
            )
            .order_by(ConflictRow.at, ConflictRow.id)
        )
    )


def count_open(db: Session, scope: Scope) -> int:
    """How many ``list_open`` has."""
    asked = (
        select(func.count())
        .select_from(ConflictRow)
        .join(Resource, _STANDS)
        .where(ConflictRow.settled_at.is_(None), in_scope(scope, ConflictRow.municipality))
    )
    return db.scalar(_within(asked, scope)) or 0


def save(db: Session, scope: Scope, values: dict[str, Any]) -> bool:
    """Keep a conflict; one that is kept already and open learns what it met this time. False if
    it was known before."""
    statement = insert(ConflictRow).values(
        municipality=scope.municipality, account=scope.account, **values
    )
    fresh = {name: statement.excluded[name] for name in ("theirs", "revision")}
    row: Row[Any] | None = db.execute(
        statement.on_conflict_do_update(
            index_elements=[ConflictRow.id],
            set_=fresh,
            where=ConflictRow.settled_at.is_(None) & (ConflictRow.account == scope.account),
        ).returning(literal_column("xmax = 0").label("is_new"))
    ).first()
    return bool(row and row.is_new)


def save_settled(db: Session, scope: Scope, row: ConflictRow, how: str, now: datetime) -> None:
    """Note how a conflict ended, and by whom."""
    row.settled_how, row.settled_at, row.settled_by = how, now, scope.account
    db.flush()


def _within(statement: Any, scope: Scope) -> Any:
    if scope.areas is None:
        return statement
    return statement.where(
        exists().where(
            District.id == any_of(scope.areas, Uuid),
            District.municipality == Resource.municipality,
            func.ST_Covers(District.geom, Resource.place),
        )
    )
