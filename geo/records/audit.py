"""書き込みの記録: who changed what, when, from what to what. Written once; nobody may edit it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Identity, Index, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import Base, in_scope
from geo.scope import Scope


class Audit(Base):
    """One write. No foreign keys: it outlives what it speaks of."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_municipality_number", "municipality", "number"),
        Index("ix_audit_account_number", "account", "number"),
    )

    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    municipality: Mapped[str | None] = mapped_column()
    account: Mapped[UUID | None]
    action: Mapped[str]
    thing: Mapped[str]
    thing_id: Mapped[str] = mapped_column(index=True)
    before: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))


def save(
    db: Session,
    scope: Scope,
    action: str,
    thing: str,
    thing_id: object,
    before: dict | None = None,
    after: dict | None = None,
) -> None:
    """Write down a change in the transaction that makes it."""
    db.add(
        Audit(
            municipality=scope.municipality,
            account=scope.account,
            action=action,
            thing=thing,
            thing_id=str(thing_id),
            before=before,
            after=after,
        )
    )


def list_of(db: Session, scope: Scope, thing: str, thing_id: object) -> list[Audit]:
    """What was written about one thing, the newest first."""
    return list(
        db.scalars(
            select(Audit)
            .where(
                in_scope(scope, Audit.municipality),
                Audit.thing == thing,
                Audit.thing_id == str(thing_id),
            )
            .order_by(Audit.number.desc())
        )
    )


def count_since(db: Session, scope: Scope, action: str, thing_id: str, since: datetime) -> int:
    """How often something was done to a thing since a moment."""
    return (
        db.scalar(
            select(func.count()).where(
                in_scope(scope, Audit.municipality),
                Audit.action == action,
                Audit.thing_id == thing_id,
                Audit.at > since,
            )
        )
        or 0
    )
