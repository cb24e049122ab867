"""書き込みの記録: who changed what, when, from what to what. Written once; nobody may edit it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Identity, Index, Text, column, func, select, table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.accounts import Account
from geo.records.database import Base, any_of, in_scope
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


# Whom something is about, where that has a name of its own.
_NAMED = {"resource": "name", "intake": "file_name", "account": "name", "municipality": "name"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: of one account, about things of a kind or one thing, of an action, from a moment up to
    another. ``hidden`` are kinds of things that the reader may not see."""

    account: UUID | None = None
    thing: str = ""
    thing_id: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    hidden: Collection[str] = ()


def list_lines(
    db: Session, scope: Scope, wanted: Wanted, *, upto: int, limit: int
) -> list[tuple[Audit, str | None]]:
    """Lines with the name of who did it, the newest first, from number ``upto`` down."""
    asked = [in_scope(scope, Audit.municipality), Audit.number <= upto]
    for col, value in (
        (Audit.account, wanted.account),
        (Audit.thing, wanted.thing),
        (Audit.thing_id, wanted.thing_id),
        (Audit.action, wanted.action),
    ):
        if value:
            asked.append(col == value)
    if wanted.since:
        asked.append(Audit.at >= wanted.since)
    if wanted.until:
        asked.append(Audit.at < wanted.until)
    if wanted.hidden:
        asked.append(Audit.thing.not_in(wanted.hidden))
    rows = db.execute(
        select(Audit, Account.name)
        .outerjoin(Account, Account.id == Audit.account)
        .where(*asked)
        .order_by(Audit.number.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def find_newest(db: Session, scope: Scope) -> int:
    """The number of the newest line of the scope; 0 where there is none."""
    asked = select(func.max(Audit.number)).where(in_scope(scope, Audit.municipality))
    return db.scalar(asked) or 0


def load_names(
    db: Session, scope: Scope, things: Collection[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """What things are called today, by (thing, id) in no order_by: those that are gone are left out."""
    found: dict[tuple[str, str], str] = {}
    for thing, name in _NAMED.items():
        ids = [id_ for kind, id_ in things if kind == thing and id_]
        if not ids:
            continue
        key = "code" if thing == "municipality" else "id"
        there = table(thing, column(key), column(name), column("municipality"))
        town = there.c[key] if thing == "municipality" else there.c.municipality
        as_text = there.c[key].cast(Text)
        rows = db.execute(
            select(as_text, there.c[name]).where(
                as_text == any_of(ids, Text), in_scope(scope, town)
            )
        )
        found |= {(thing, row[0]): row[1] for row in rows}
    return found


def find_lately(db: Session, scope: Scope, action: str, thing_id: str, since: datetime) -> bool:
    """Whether the scope's account did something to a thing since a moment."""
    asked = select(Audit.number).where(
        Audit.account == scope.account,
        Audit.action == action,
        Audit.thing_id == thing_id,
        Audit.at > since,
    )
    return db.scalar(asked.limit(1)) is not None
