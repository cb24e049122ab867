"""住民に見せる届きにくさの表: the one table of a municipality that residents see, as it was when it was shown."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import Base, in_scope
from geo.scope import Scope


class GapPublication(Base):
    """A municipality that shows its table has a row; one that does not has none.

    told   geo/public_gaps.py Told as JSON: rounded already, from public sources alone
    """

    __tablename__ = "gap_publication"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    counted_on: Mapped[date]
    told: Mapped[dict[str, Any]] = mapped_column(JSONB)


def find(db: Session, scope: Scope) -> GapPublication | None:
    """The table that the scope's municipality shows, or None. For everybody."""
    asked = select(GapPublication).where(in_scope(scope, GapPublication.municipality))
    return db.scalar(asked) if scope.municipality else None


def find_day(db: Session, scope: Scope) -> date | None:
    """When the table that is shown was counted; None where none is shown. For everybody."""
    asked = select(GapPublication.counted_on)
    return db.scalar(asked.where(in_scope(scope, GapPublication.municipality)))


def save(db: Session, scope: Scope, counted_on: date, told: dict[str, Any]) -> None:
    """Show this table in place of the one before."""
    values = {"counted_on": counted_on, "told": told}
    db.execute(
        insert(GapPublication)
        .values(municipality=scope.municipality, **values)
        .on_conflict_do_update(index_elements=["municipality"], set_=values)
    )


def save_none(db: Session, scope: Scope) -> None:
    """Show none any more."""
    db.execute(delete(GapPublication).where(in_scope(scope, GapPublication.municipality)))
