"""まとめたもの: which entry was merged into which, when, by whom, and which of these was set back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Identity,
    UniqueConstraint,
    Uuid,
    and_,
    or_,
    select,
    text,
    update,
)
from sqlalchemy import func as sql
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import Base, in_scope
from geo.records.resources import Resource
from geo.records.shelf_views import PUBLIC
from geo.scope import Scope


class Merger(Base):
    """One merge of two entries, or the setting back of one. Written once.

    kept_revision, gone_revision  what the merge made of both; None where it changed no field
    undoes                        the number of the merge that this sets back
    """

    __tablename__ = "merger"
    __table_args__ = (
        CheckConstraint("kept <> gone", name="two"),
        UniqueConstraint("draft"),
        UniqueConstraint("undoes"),
    )

    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    draft: Mapped[UUID] = mapped_column(ForeignKey("draft.id"))
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    kept: Mapped[UUID] = mapped_column(ForeignKey("resource.id"), index=True)
    gone: Mapped[UUID] = mapped_column(ForeignKey("resource.id"), index=True)
    kept_revision: Mapped[int | None]
    gone_revision: Mapped[int | None]
    undoes: Mapped[int | None] = mapped_column(ForeignKey("merger.number"))
    account: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(server_default=sql.clock_timestamp())


def save(
    db: Session,
    scope: Scope,
    draft: UUID,
    kept: UUID,
    gone: UUID,
    *,
    kept_revision: int | None,
    gone_revision: int | None,
    undoes: int | None = None,
) -> None:
    """Write down a merge or its setting back, and let the old entry point at the other, or at none."""
    db.add(
        Merger(
            draft=draft,
            municipality=scope.municipality,
            kept=kept,
            gone=gone,
            kept_revision=kept_revision,
            gone_revision=gone_revision,
            undoes=undoes,
            account=scope.account,
        )
    )
    into = None if undoes else kept
    mine = (Resource.id == gone, in_scope(scope, Resource.municipality))
    db.execute(update(Resource).where(*mine).values(merged_into=into))
    db.flush()


def find_standing(db: Session, scope: Scope, gone: UUID) -> Merger | None:
    """The merge by which an entry points at another today."""
    undone = select(Merger.undoes).where(Merger.undoes.is_not(None))
    return db.scalar(
        select(Merger)
        .where(
            Merger.gone == gone,
            in_scope(scope, Merger.municipality),
            Merger.undoes.is_(None),
            Merger.number.not_in(undone),
        )
        .order_by(Merger.number.desc())
        .limit(1)
    )


def list_standing(db: Session, scope: Scope, kept: UUID) -> list[Merger]:
    """The merges that an entry took others in by, the newest first."""
    undone = select(Merger.undoes).where(Merger.undoes.is_not(None))
    return list(
        db.scalars(
            select(Merger)
            .where(
                Merger.kept == kept,
                in_scope(scope, Merger.municipality),
                Merger.undoes.is_(None),
                Merger.number.not_in(undone),
            )
            .order_by(Merger.number.desc())
        )
    )


def find_survivor(db: Session, scope: Scope, resource: UUID) -> UUID | None:
    """The entry that stands for one today: itself, or what it was merged into; None outside the scope."""
    stands: UUID | None = db.scalar(
        text("""
            select resource_survivor(id) from resource
            where id = :id and (cast(:municipality as text) is null or municipality = :municipality)
        """),
        {"id": resource, "municipality": scope.municipality},
    )
    return stands


def covers_merged(scope: Scope, column: Any, resource: UUID) -> ColumnElement[bool]:
    """Whether a column names an entry or one that was merged into it, over any number of merges: what is
    kept of those is shown with it. For everybody, as far as everybody may see them."""
    table = PUBLIC if scope.is_public else Resource.__table__
    gone = and_(
        table.c.merged_into.is_not(None),
        sql.resource_survivor(table.c.id, type_=Uuid) == resource,
    )
    family: ColumnElement[bool] = column.in_(
        select(table.c.id).where(or_(table.c.id == resource, gone))
    )
    return family


def find_of_draft(db: Session, scope: Scope, draft: UUID) -> Merger | None:
    """What a draft merged or set back, if it did."""
    mine = (Merger.draft == draft, in_scope(scope, Merger.municipality))
    return db.scalar(select(Merger).where(*mine))
