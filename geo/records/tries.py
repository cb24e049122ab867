"""回数: how often somebody typed a wrong code, or told something, by keyed hash of where from: counted, not readable,
and forgotten after a day."""

from datetime import datetime

from sqlalchemy import Identity, Index, delete, func, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.accounts import assert_house
from geo.records.database import Base
from geo.scope import Scope


class AddressTry(Base):
    """One try of one address. What was tried is in the key of its hash, so two kinds of tries never meet; which code
    or which thing is not written down: nobody can be found by it."""

    __tablename__ = "address_try"
    __table_args__ = (Index("ix_address_try_address_hash_at", "address_hash", "at"),)

    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    address_hash: Mapped[str]


def count_since(db: Session, scope: Scope, address_hash: str, since: datetime) -> int:
    """Tries of one address after a moment."""
    assert_house(scope)
    mine = AddressTry.address_hash == address_hash
    return db.scalar(select(func.count()).where(mine, AddressTry.at > since)) or 0


def save(db: Session, scope: Scope, address_hash: str, at: datetime) -> None:
    """Count one."""
    assert_house(scope)
    db.add(AddressTry(address_hash=address_hash, at=at))


def sweep(db: Session, scope: Scope, before: datetime) -> int:
    """Forget those from before a moment. Returns how many."""
    assert_house(scope)
    old = delete(AddressTry).where(AddressTry.at < before)
    return len(db.execute(old.returning(literal(1))).all())
