"""版: a number for each noun of a municipality, raised by whoever writes it. ETags are made of it."""

from collections import Counter
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, event, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from geo.records.database import Base, in_scope
from geo.scope import Scope

_RAISED = "versions that this transaction raises"  # keys of Session.info
_READ = "versions that this transaction has read"


class Version(Base):
    """How often a noun of a municipality was written."""

    __tablename__ = "version"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    noun: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


def raise_version(db: Session, scope: Scope, noun: str) -> None:
    """Say, in the writing transaction, that a noun of the municipality is no longer what it was.

    Written down when the transaction ends: else a long one (an import, or one that is only tried
    out) would let every other writer of the municipality wait for this one row.
    """
    raised: Counter[tuple[str | None, str]] = db.info.setdefault(_RAISED, Counter())
    raised[scope.municipality, noun] += 1
    db.info.pop(_READ, None)


def list_values(db: Session, scope: Scope) -> dict[str, int]:
    """Noun → version within the scope, by noun: asked once in a transaction, in which they stay the same, so that
    everything one page is made of is of one state."""
    read: dict[str | None, dict[str, int]] = db.info.setdefault(_READ, {})
    if scope.municipality not in read:
        _write_down(db)
        rows = db.execute(
            select(Version.noun, Version.value)
            .where(in_scope(scope, Version.municipality))
            .order_by(Version.municipality, Version.noun)
        )
        read[scope.municipality] = {row[0]: row[1] for row in rows}
    return dict(read[scope.municipality])


def list_of_nouns(db: Session, scope: Scope, nouns: tuple[str, ...]) -> list[tuple[str, str, int]]:
    """Municipality, noun and version of the given nouns: what an ETag is made of."""
    _write_down(db)
    rows = db.execute(
        select(Version.municipality, Version.noun, Version.value)
        .where(in_scope(scope, Version.municipality), Version.noun.in_(nouns))
        .order_by(Version.municipality, Version.noun)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _write_down(db: Session) -> None:
    """Raise what this transaction has raised so far, in one order for all."""
    raised = db.info.pop(_RAISED, {})
    for (municipality, noun), times in sorted(raised.items()):
        statement = insert(Version).values(municipality=municipality, noun=noun, value=times)
        db.execute(
            statement.on_conflict_do_update(
                index_elements=["municipality", "noun"], set_={"value": Version.value + times}
            )
        )


@event.listens_for(Session, "before_commit")
def _at_the_end(db: Session) -> None:
    db.info.pop(_READ, None)
    if not db.in_nested_transaction():
        _write_down(db)


@event.listens_for(Session, "after_soft_rollback")
def _undone(db: Session, ended: SessionTransaction) -> Any:
    db.info.pop(_READ, None)
    if not ended.nested:
        db.info.pop(_RAISED, None)
