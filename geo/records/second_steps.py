"""2段階のログイン: what a telephone's six digits are made of, codes for who lost it, and sign-ins that
are half done."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, delete, func, literal, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.accounts import Account, assert_house
from geo.records.database import Base, in_scope
from geo.scope import Scope


class SecondStep(Base):
    """One account's second step. ``confirmed_at`` None: begun, and not asked for yet.

    sealed     the secret, readable with the server's key only (geo/seals.py)
    salt       of the account's recovery codes, hex
    last_step  the last half minute (since 1970) whose code was used: no code counts twice
    """

    __tablename__ = "second_step"

    account: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    sealed: Mapped[str]
    salt: Mapped[str]
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger, server_default="0")


class RecoveryCode(Base):
    """A code that stands in once for the telephone. Only its hash is kept."""

    __tablename__ = "recovery_code"

    account: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class HalfSignIn(Base):
    """Somebody who knew the password and has not shown the second step yet."""

    __tablename__ = "half_sign_in"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class State:
    """An account's second step as its owner sees it."""

    since: datetime | None
    codes_left: int


def find_state(db: Session, scope: Scope, account: UUID) -> State:
    """Since when an account has a second step (None: not), and how many recovery codes are left."""
    row = db.execute(
        select(
            SecondStep.confirmed_at,
            select(func.count())
            .where(RecoveryCode.account == account, RecoveryCode.used_at.is_(None))
            .scalar_subquery(),
        )
        .join(Account, Account.id == SecondStep.account)
        .where(SecondStep.account == account, in_scope(scope, Account.municipality))
    ).first()
    return State(row[0], row[1]) if row and row[0] else State(None, 0)


def list_with(db: Session, scope: Scope) -> set[UUID]:
    """Accounts of the scope that have a second step."""
    return set(
        db.scalars(
            select(SecondStep.account)
            .join(Account, Account.id == SecondStep.account)
            .where(SecondStep.confirmed_at.is_not(None), in_scope(scope, Account.municipality))
            .order_by(SecondStep.account)
        )
    )


def take(db: Session, scope: Scope, account: UUID) -> SecondStep | None:
    """An account's second step, locked: two who show the same code at once take turns."""
    return db.scalar(
        select(SecondStep)
        .join(Account, Account.id == SecondStep.account)
        .where(SecondStep.account == account, in_scope(scope, Account.municipality))
        .with_for_update(of=SecondStep)
        .execution_options(populate_existing=True)
    )


def take_half(db: Session, scope: Scope, token_hash: str, now: datetime) -> HalfSignIn | None:
    """A half sign-in that is neither used nor too old, locked."""
    assert_house(scope)
    return db.scalar(
        select(HalfSignIn)
        .where(
            HalfSignIn.token_hash == token_hash,
            HalfSignIn.used_at.is_(None),
            HalfSignIn.ends_at > now,
        )
        .with_for_update()
    )


def take_code(db: Session, scope: Scope, account: UUID, code_hash: str, now: datetime) -> bool:
    """Use a recovery code up; False where it is none or was used."""
    assert_house(scope)
    used = db.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account == account,
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(literal(1))
    )
    return used.first() is not None


def save_codes(db: Session, scope: Scope, account: UUID, hashes: list[str]) -> None:
    """Give an account new recovery codes in place of its old ones."""
    assert_house(scope)
    db.execute(delete(RecoveryCode).where(RecoveryCode.account == account))
    db.add_all(RecoveryCode(account=account, code_hash=hash_) for hash_ in hashes)


def save_off(db: Session, scope: Scope, account: UUID) -> bool:
    """Forget an account's second step, its codes and half sign-ins. Whether there was one."""
    assert_house(scope)
    for table in (RecoveryCode, HalfSignIn):
        db.execute(delete(table).where(table.account == account))
    gone = db.execute(
        delete(SecondStep).where(SecondStep.account == account).returning(SecondStep.confirmed_at)
    ).first()
    return gone is not None and gone[0] is not None


def sweep(db: Session, scope: Scope, before: datetime) -> int:
    """Remove half sign-ins, and second steps nobody confirmed, of before a moment."""
    assert_house(scope)
    ended = or_(HalfSignIn.ends_at < before, HalfSignIn.used_at < before)
    begun = (SecondStep.confirmed_at.is_(None), SecondStep.begun_at < before)
    return sum(
        len(db.execute(statement.returning(literal(1))).all())
        for statement in (delete(HalfSignIn).where(ended), delete(SecondStep).where(*begun))
    )
