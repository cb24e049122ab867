"""お知らせの数: how often somebody told something, by keyed hash of where from; forgotten after a day."""

from datetime import datetime

from sqlalchemy import Identity, Index, delete, func, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.accounts import assert_house
from geo.records.database import Base
from geo.scope import Scope


class ToldTry(Base):
    """One thing that was told. Which one is not written down: nobody can be found by it."""

    __tablename__ = "told_try"
    __table_args__ = (Index("ix_told_try_address_hash_at", "address_hash", "at"),)

    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    address_hash: Mapped[str]


def count_since(db: Session, scope: Scope, address_hash: str, since: datetime) -> int:
    """How often something was told from one address after a moment."""
    assert_house(scope)
    asked = select(func.count()).where(ToldTry.address_hash == address_hash, ToldTry.at > since)
    return db.scalar(asked) or 0


def save(db: Session, scope: Scope, address_hash: str, at: datetime) -> None:
    """Count one."""
    assert_house(scope)
    db.add(ToldTry(address_hash=address_hash, at=at))


def sweep(db: Session, scope: Scope, before: datetime) -> int:
    """Forget those from before a moment. Returns how many."""
    assert_house(scope)
    return len(db.execute(delete(ToldTry).where(ToldTry.at < before).returning(literal(1))).all())
