"""アカウント: people who sign in, what they are, where they may write; their sessions and tries."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    and_,
    any_,
    column,
    delete,
    false,
    func,
    literal,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.errors import NotFound
from geo.records.database import Base, in_scope
from geo.records.municipalities import Municipality
from geo.scope import Role, Scope

INVENTED = "99"  # DATA 18: codes that begin so are invented municipalities
_SECOND_STEP = table("second_step", column("account"), column("confirmed_at"))  # second_steps.py


class Account(Base):
    """One person who signs in. ``municipality`` None: an administrator of the whole installation."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(
            "municipality is not null or role = 'administrator'", name="has_a_municipality"
        ),
        CheckConstraint("email = lower(email)", name="email_is_lower"),
        UniqueConstraint("email"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    municipality: Mapped[str | None] = mapped_column(ForeignKey("municipality.code"))
    password_hash: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default="true")
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class AccountArea(Base):
    """An area that an account is limited to. No row: the whole municipality."""

    __tablename__ = "account_area"

    account: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    district: Mapped[UUID] = mapped_column(ForeignKey("district.id"), primary_key=True)


class AccountSession(Base):
    """One signed-in device. Only a hash of its token is kept; ended rows stay until swept."""

    __tablename__ = "account_session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    account: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    device: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    name: Mapped[str] = mapped_column(server_default="")  # as its owner calls the device


class ResetLink(Base):
    """A one-time link by which an administrator lets a person choose a new password."""

    __tablename__ = "reset_link"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    made_by: Mapped[UUID | None]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInTry(Base):
    """One failed sign-in, by keyed hashes of account name and address: counted, not readable."""

    __tablename__ = "sign_in_try"
    __table_args__ = (
        Index("ix_sign_in_try_email_hash_at", "email_hash", "at"),
        Index("ix_sign_in_try_address_hash_at", "address_hash", "at"),
    )

    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    email_hash: Mapped[str]
    address_hash: Mapped[str]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is behind a session, and where they may write."""

    session: UUID
    seen_at: datetime
    account: UUID
    email: str
    name: str
    role: Role
    municipality: str | None
    areas: frozenset[UUID] | None
    owes_second_step: bool = False  # the municipality asks the role for one, and there is none


def get(db: Session, scope: Scope, account: UUID) -> Account:
    """An account within the scope. Raises NotFound."""
    row = db.scalar(
        select(Account).where(Account.id == account, in_scope(scope, Account.municipality))
    )
    if row is None:
        raise NotFound(thing="account", id=str(account))
    return row


def find_by_email(db: Session, scope: Scope, email: str) -> Account | None:
    """The account of an e-mail address, or None."""
    return db.scalar(
        select(Account).where(
            Account.email == email.strip().lower(), in_scope(scope, Account.municipality)
        )
    )


def find_signed_in(
    db: Session, scope: Scope, token_hash: str, now: datetime, idle_since: datetime
) -> SignedIn | None:
    """Who holds a session token that has neither ended nor lain idle; None otherwise."""
    owes = and_(
        Account.role == any_(Municipality.second_step_for),
        _SECOND_STEP.c.confirmed_at.is_(None),
    )
    row = db.execute(
        select(AccountSession, Account, func.coalesce(owes, false()))
        .join(Account, Account.id == AccountSession.account)
        .outerjoin(Municipality, Municipality.code == Account.municipality)
        .outerjoin(_SECOND_STEP, _SECOND_STEP.c.account == Account.id)
        .where(
            AccountSession.token_hash == token_hash,
            AccountSession.ended_at.is_(None),
            AccountSession.ends_at > now,
            AccountSession.seen_at > idle_since,
            Account.is_active,
            in_scope(scope, Account.municipality),
        )
    ).first()
    if row is None:
        return None
    session, account, owes_second_step = row
    areas = list_areas(db, scope, account.id)
    return SignedIn(
        session.id,
        session.seen_at,
        account.id,
        account.email,
        account.name,
        Role(account.role),
        account.municipality,
        frozenset(areas) or None,
        owes_second_step,
    )


def find_ended(db: Session, scope: Scope, token_hash: str) -> bool:
    """Whether a token's session was ended, or its account closed; False where it ran out or never was."""
    row = db.execute(
        select(AccountSession.ended_at, Account.is_active)
        .join(Account, Account.id == AccountSession.account)
        .where(AccountSession.token_hash == token_hash, in_scope(scope, Account.municipality))
    ).first()
    return row is not None and (row.ended_at is not None or not row.is_active)


def list_all(db: Session, scope: Scope) -> list[Account]:
    """Accounts within the scope, by municipality, role and e-mail."""
    return list(
        db.scalars(
            select(Account)
            .where(in_scope(scope, Account.municipality))
            .order_by(Account.municipality, Account.role, Account.email)
        )
    )


def list_areas(db: Session, scope: Scope, account: UUID) -> list[UUID]:
    """Ids of the areas an account is limited to, in order."""
    return list(
        db.scalars(
            select(AccountArea.district)
            .join(Account, Account.id == AccountArea.account)
            .where(AccountArea.account == account, in_scope(scope, Account.municipality))
            .order_by(AccountArea.district)
        )
    )


def list_sessions(db: Session, scope: Scope, now: datetime) -> list[AccountSession]:
    """The devices on which the scope's own account is signed in, the last used first."""
    return list(
        db.scalars(
            select(AccountSession)
            .where(
                AccountSession.account == scope.account,
                AccountSession.ended_at.is_(None),
                AccountSession.ends_at > now,
            )
            .order_by(AccountSession.seen_at.desc(), AccountSession.id)
        )
    )


def list_sessions_of(
    db: Session, scope: Scope, account: UUID, now: datetime
) -> list[AccountSession]:
    """The devices on which an account of the scope is signed in, the last used first."""
    get(db, scope, account)
    return list_sessions(db, Scope(scope.municipality, scope.role, account=account), now)


def find_session_before(db: Session, scope: Scope, token_hash: str) -> AccountSession | None:
    """The sign-in before the one of a token, of the same account."""
    assert_house(scope)
    this = select(AccountSession).where(AccountSession.token_hash == token_hash).subquery()
    return db.scalar(
        select(AccountSession)
        .join(this, this.c.account == AccountSession.account)
        .where(AccountSession.created_at < this.c.created_at)
        .order_by(AccountSession.created_at.desc())
        .limit(1)
    )


def count_tries(
    db: Session, scope: Scope, email_hash: str, address_hash: str, since: datetime
) -> tuple[int, int]:
    """Failed sign-ins since a moment: (of this account name, from this address)."""
    assert_house(scope)
    row = db.execute(
        select(
            func.count().filter(SignInTry.email_hash == email_hash),
            func.count().filter(SignInTry.address_hash == address_hash),
        ).where(
            SignInTry.at > since,
            or_(SignInTry.email_hash == email_hash, SignInTry.address_hash == address_hash),
        )
    ).one()
    return row[0], row[1]


def count_invented(db: Session, scope: Scope) -> int:
    """Accounts of the invented municipalities: while there are any, only this machine is served."""
    assert_house(scope)
    return (
        db.scalar(
            select(func.count()).where(Account.municipality.startswith(INVENTED), Account.is_active)
        )
        or 0
    )


def save_try(db: Session, scope: Scope, email_hash: str, address_hash: str, at: datetime) -> None:
    """Count a failed sign-in."""
    assert_house(scope)
    db.add(SignInTry(at=at, email_hash=email_hash, address_hash=address_hash))


def save_areas(db: Session, scope: Scope, account: UUID, districts: list[UUID]) -> None:
    """Limit an account to these areas; none: the whole municipality. Two at once take turns."""
    get(db, scope, account)
    db.execute(select(Account.id).where(Account.id == account).with_for_update())
    db.execute(delete(AccountArea).where(AccountArea.account == account))
    db.add_all(AccountArea(account=account, district=district) for district in districts)


def save_seen(db: Session, scope: Scope, session: UUID, now: datetime) -> None:
    """Note that a session is in use."""
    db.execute(
        update(AccountSession)
        .where(AccountSession.id == session, AccountSession.account == scope.account)
        .values(seen_at=now)
    )


def save_name(db: Session, scope: Scope, session: UUID, name: str) -> bool:
    """Call one of the scope's own devices something. Whether there is such a device."""
    named = db.execute(
        update(AccountSession)
        .where(AccountSession.id == session, AccountSession.account == scope.account)
        .values(name=name)
        .returning(literal(1))
    )
    return named.first() is not None


def save_ended(
    db: Session,
    scope: Scope,
    now: datetime,
    account: UUID,
    session: UUID | None = None,
    keep: UUID | None = None,
) -> int:
    """End one session of an account, or all of them but ``keep``. Returns how many ended."""
    get(db, scope, account)
    ended = db.execute(
        update(AccountSession)
        .where(
            AccountSession.account == account,
            AccountSession.ended_at.is_(None),
            *([AccountSession.id == session] if session else []),
            *([AccountSession.id != keep] if keep else []),
        )
        .values(ended_at=now)
        .returning(AccountSession.id)
    )
    return len(ended.all())


def take_reset_link(db: Session, scope: Scope, token_hash: str, now: datetime) -> ResetLink | None:
    """A link that is neither used nor too old, locked; None otherwise."""
    assert_house(scope)
    return db.scalar(
        select(ResetLink)
        .where(
            ResetLink.token_hash == token_hash,
            ResetLink.used_at.is_(None),
            ResetLink.ends_at > now,
        )
        .with_for_update()
    )


def sweep(db: Session, scope: Scope, before: datetime) -> int:
    """Remove sessions, links and tries that ended before a moment. Returns how many rows went."""
    assert_house(scope)
    gone = 0
    for rows, ended in (
        (AccountSession, func.coalesce(AccountSession.ended_at, AccountSession.ends_at)),
        (ResetLink, func.coalesce(ResetLink.used_at, ResetLink.ends_at)),
        (SignInTry, SignInTry.at),
    ):
        gone += len(db.execute(delete(rows).where(ended < before).returning(literal(1))).all())
    return gone


def assert_house(scope: Scope) -> None:
    """Refuse a question about the whole installation from within one municipality."""
    if scope.municipality is not None:
        raise NotFound(thing="house", id="")
