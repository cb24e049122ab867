"""版: a number for each noun of a municipality, raised by whoever writes it. ETags are made of it."""

from sqlalchemy import BigInteger, ForeignKey, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import Base, in_scope
from geo.scope import Scope


class Version(Base):
    """How often a noun of a municipality was written."""

    __tablename__ = "version"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    noun: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


def raise_version(db: Session, scope: Scope, noun: str) -> None:
    """Say, in the writing transaction, that a noun of the municipality is no longer what it was."""
    statement = insert(Version).values(municipality=scope.municipality, noun=noun, value=1)
    db.execute(
        statement.on_conflict_do_update(
            index_elements=["municipality", "noun"], set_={"value": Version.value + 1}
        )
    )


def list_values(db: Session, scope: Scope) -> dict[str, int]:
    """Noun → version within the scope, by noun."""
    rows = db.execute(
        select(Version.noun, Version.value)
        .where(in_scope(scope, Version.municipality))
        .order_by(Version.municipality, Version.noun)
    )
    return {row[0]: row[1] for row in rows}


def list_of_nouns(db: Session, scope: Scope, nouns: tuple[str, ...]) -> list[tuple[str, str, int]]:
    """Municipality, noun and version of the given nouns: what an ETag is made of."""
    rows = db.execute(
        select(Version.municipality, Version.noun, Version.value)
        .where(in_scope(scope, Version.municipality), Version.noun.in_(nouns))
        .order_by(Version.municipality, Version.noun)
    )
    return [(row[0], row[1], row[2]) for row in rows]
