"""決めたこと: what a person decided about a line of a report, who and when. Written once."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, UniqueConstraint, Uuid, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import Base, any_of, in_scope
from geo.scope import Scope


class Decision(Base):
    """One line of one report, decided.

    line      its key in the report (geo.decisions)
    choice    close, keep, ours, theirs, apart
    resource  the 地域資源 that it is about, where there is one
    """

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("intake", "line"),)

    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    intake: Mapped[UUID] = mapped_column(ForeignKey("intake.id"))
    line: Mapped[str]
    choice: Mapped[str]
    resource: Mapped[UUID | None] = mapped_column(ForeignKey("resource.id"), index=True)
    account: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


def list_of(db: Session, scope: Scope, intake: UUID) -> list[Decision]:
    """What was decided about the lines of one report, in that order."""
    return list(
        db.scalars(
            select(Decision)
            .where(Decision.intake == intake, in_scope(scope, Decision.municipality))
            .order_by(Decision.number)
        )
    )


def list_earlier(
    db: Session, scope: Scope, intake: UUID, resources: Iterable[UUID]
) -> list[Decision]:
    """What was decided about these resources by other reports, the oldest first."""
    return list(
        db.scalars(
            select(Decision)
            .where(
                Decision.resource == any_of(resources, Uuid),
                Decision.intake != intake,
                in_scope(scope, Decision.municipality),
            )
            .order_by(Decision.number)
        )
    )


def save(
    db: Session, scope: Scope, intake: UUID, line: str, choice: str, resource: UUID | None
) -> bool:
    """Write a decision down. False when the line has been decided before."""
    written = db.execute(
        insert(Decision)
        .values(
            municipality=scope.municipality,
            intake=intake,
            line=line,
            choice=choice,
            resource=resource,
            account=scope.account,
        )
        .on_conflict_do_nothing(index_elements=["intake", "line"])
        .returning(Decision.number)
    )
    return written.first() is not None
