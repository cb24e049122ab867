"""番号のまちがい: wrong codes by keyed hash of the address they came from: counted, not readable."""

from datetime import datetime

from sqlalchemy import Identity, Index, delete, func, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.accounts import assert_house
from geo.records.database import Base
from geo.scope import Scope


class CodeTry(Base):
    """One code that nobody was given, or whose campaign is over."""

    __tablename__ = "code_try"
    __table_args__ = (Index("ix_code_try_address_hash_at", "address_hash", "at"),)

    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    address_hash: Mapped[str]


def count_since(db: Session, scope: Scope, address_hash: str, since: datetime) -> int:
    """Wrong codes of one address after a moment."""
    assert_house(scope)
    asked = select(func.count()).where(CodeTry.address_hash == address_hash, CodeTry.at > since)
    return db.scalar(asked) or 0


def save(db: Session, scope: Scope, address_hash: str, at: datetime) -> None:
    """Count a wrong code."""
    assert_house(scope)
    db.add(CodeTry(address_hash=address_hash, at=at))


def sweep(db: Session, scope: Scope, before: datetime) -> int:
    """Forget tries from before a moment. Returns how many."""
    assert_house(scope)
    return len(db.execute(delete(CodeTry).where(CodeTry.at < before).returning(literal(1))).all())
