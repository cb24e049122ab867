"""移動のしかた: what a municipality changed of the delivered profiles; who and when stand in the audit."""

from sqlalchemy import CheckConstraint, ForeignKey, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import Base, in_scope
from geo.scope import Scope


class OwnSpeed(Base):
    """The municipality's own numbers of one profile of data/profiles.csv.

    max_slope_percent  of profiles that have a steepest grade, else None
    source             where the numbers are from, in the municipality's words
    """

    __tablename__ = "travel_profile"
    __table_args__ = (
        CheckConstraint("metres_per_min > 0", name="speed"),
        CheckConstraint("source <> ''", name="source"),
    )

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    metres_per_min: Mapped[float]
    max_slope_percent: Mapped[float | None]
    source: Mapped[str]


def find(db: Session, scope: Scope, code: str) -> OwnSpeed | None:
    """What the scope's municipality changed of a profile, or None."""
    asked = select(OwnSpeed).where(in_scope(scope, OwnSpeed.municipality), OwnSpeed.code == code)
    return db.scalar(asked)


def list_all(db: Session, scope: Scope) -> list[OwnSpeed]:
    """What the scope's municipality changed, by code."""
    return list(
        db.scalars(
            select(OwnSpeed)
            .where(in_scope(scope, OwnSpeed.municipality))
            .order_by(OwnSpeed.municipality, OwnSpeed.code)
        )
    )


def save(
    db: Session, scope: Scope, code: str, metres: float, max_slope: float | None, source: str
) -> None:
    """Keep the municipality's numbers of a profile (metres a minute, per cent), in place of those it had."""
    values = {"metres_per_min": metres, "max_slope_percent": max_slope, "source": source}
    db.execute(
        insert(OwnSpeed)
        .values(municipality=scope.municipality, code=code, **values)
        .on_conflict_do_update(index_elements=["municipality", "code"], set_=values)
    )


def save_without(db: Session, scope: Scope, code: str) -> None:
    """Forget what the municipality changed of a profile."""
    theirs = in_scope(scope, OwnSpeed.municipality)
    db.execute(delete(OwnSpeed).where(theirs, OwnSpeed.code == code))
