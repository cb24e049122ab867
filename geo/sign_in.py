"""ログイン: who somebody is, for how long a device may stay signed in, and what a password must be.

Figures marked OWASP are from ASVS 5.0 (chapters 6 and 7); the others are our choice.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from geo import passwords
from geo.errors import Invalid, LinkEnded, NotAllowed, NotFound, TooManyTries, WrongSignIn
from geo.records import accounts, audit, districts, municipalities, second_steps
from geo.records.accounts import Account, AccountSession, ResetLink, SignedIn
from geo.records.database import take_turns
from geo.scope import Role, Scope, house

IDLE = timedelta(hours=12)  # our choice: a working day in an office without signing in twice
LONGEST = timedelta(days=7)  # our choice
LINK_LASTS = timedelta(hours=24)  # our choice: read over the telephone today, used by tomorrow
TRIES_WITHIN = timedelta(minutes=15)  # design/TRUST: five tries in fifteen minutes
TRIES_OF_ACCOUNT = 5
TRIES_OF_ADDRESS = 50  # our choice: a whole office may share one address
NAME_MAX = 40  # our choice
HALF_LASTS = timedelta(minutes=5)  # our choice: time to look for the telephone
SEEN_EVERY = timedelta(minutes=5)  # our choice: spares a write per page
EVERYWHERE = house()
FAILED = "sign_in_failed"


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a sign-in comes from, as keyed hashes' input; ``key`` is the server's secret."""

    address: str
    device: str
    key: bytes


@dataclass(frozen=True, slots=True)
class Entered:
    """What a password opens: a session, or (``half``) the question for the second step, for which
    ``token`` is good for five minutes."""

    token: str
    half: bool = False


def sign_in(db: Session, email: str, password: str, caller: Caller, now: datetime) -> Entered:
    """A new session for who knows the password; with a second step, half of one.

    The failed tries are counted by the caller of this function in a transaction of their own
    (``count_failure``), since a refusal undoes everything here. Raises TooManyTries, WrongSignIn.
    """
    check_tries(db, email, caller, now)
    account = accounts.find_by_email(db, EVERYWHERE, email)
    known = account.password_hash if account else passwords.some_hash()
    if not passwords.matches(known, password) or account is None or not account.is_active:
        raise WrongSignIn
    if second_steps.find_state(db, EVERYWHERE, account.id).since is not None:
        token = secrets.token_urlsafe(32)
        row = {"token_hash": hashed(token), "account": account.id, "made_at": now}
        db.add(second_steps.HalfSignIn(**row, ends_at=now + HALF_LASTS))
        return Entered(token, half=True)
    return Entered(open_session(db, account, caller, now))


def open_session(db: Session, account: Account, caller: Caller, now: datetime) -> str:
    """A session for somebody who has shown all that was asked; returns its token."""
    token = secrets.token_urlsafe(32)
    db.add(
        AccountSession(
            id=uuid4(),
            token_hash=hashed(token),
            account=account.id,
            device=caller.device[:200],
            created_at=now,
            seen_at=now,
            ends_at=now + LONGEST,
            ended_at=None,
            name="",
        )
    )
    scope = scope_of(account)
    audit.save(db, scope, "sign_in", "account", account.id)
    return token


def count_failure(
    db: Session, email: str, caller: Caller, now: datetime, step: str = "password"
) -> UUID | None:
    """Remember a failed try, by hashes that only this server can make, and in the audit, where only
    the account is named (None, also returned: no such account)."""
    accounts.save_try(db, EVERYWHERE, *_try_hashes(email, caller), at=now)
    account = accounts.find_by_email(db, EVERYWHERE, email)
    scope = Scope(account.municipality if account else None, Role.RESIDENT)
    known = account.id if account else None
    audit.save(db, scope, FAILED, "account", known or "", None, {"step": step})
    return known


@dataclass(frozen=True, slots=True)
class LastTime:
    """The sign-in before this one, and how many failed since."""

    at: datetime
    device: str
    failed: int


def last_time(db: Session, token: str) -> LastTime | None:
    """What somebody who has just signed in should know; None at the first time."""
    before = accounts.find_session_before(db, EVERYWHERE, hashed(token))
    if before is None:
        return None
    failed = audit.count_since(db, EVERYWHERE, FAILED, str(before.account), before.created_at)
    return LastTime(before.created_at, before.name or before.device, failed)


def find_signed_in(db: Session, token: str, now: datetime) -> SignedIn | None:
    """Who holds a session token; None when it ended, lay idle or never was."""
    return accounts.find_signed_in(db, EVERYWHERE, hashed(token), now, now - IDLE)


def was_ended(db: Session, token: str) -> bool:
    """Whether a session was ended by somebody (signed out, another password, a lost device), rather
    than run out by itself. A device that asks may then forget what it keeps. Known for as long as
    ended sessions are kept (``jobs.KEPT_FOR``)."""
    return accounts.find_ended(db, EVERYWHERE, hashed(token))


def note_seen(db: Session, signed_in: SignedIn, now: datetime) -> None:
    """Keep a session awake."""
    scope = Scope(signed_in.municipality, signed_in.role, account=signed_in.account)
    accounts.save_seen(db, scope, signed_in.session, now)


def sign_out(db: Session, scope: Scope, session: UUID, now: datetime) -> None:
    """End one session of the reader's own account."""
    if scope.account is None:
        raise NotAllowed(action="sign_out")
    accounts.save_ended(db, scope, now, scope.account, session)
    audit.save(db, scope, "sign_out", "account", scope.account)


def end_others(db: Session, scope: Scope, keep: UUID, now: datetime) -> int:
    """End every session of the reader's own account but the one in hand. Returns how many ended."""
    ended = accounts.save_ended(db, EVERYWHERE, now, _own(scope), keep=keep)
    audit.save(db, scope, "end_sessions", "account", scope.account, None, {"ended": ended})
    return ended


def end_of(
    db: Session, scope: Scope, account: UUID, now: datetime, session: UUID | None = None
) -> int:
    """End a session of somebody else's account, or all of them: a device was lost. It takes effect at
    the device's next request. Returns how many ended."""
    row = accounts.get(db, scope, account)
    check_may_manage(scope, row.municipality)
    ended = accounts.save_ended(db, scope, now, account, session)
    audit.save(db, scope, "end_sessions", "account", account, None, {"ended": ended})
    return ended


def name_device(db: Session, scope: Scope, session: UUID, name: str) -> None:
    """Call one of the reader's own devices something; '' takes the name away. Raises Invalid, NotFound."""
    plain = " ".join(name.split())
    if len(plain) > NAME_MAX:
        raise Invalid(fields={"name": "too_long"})
    if not accounts.save_name(db, scope, session, plain):
        raise NotFound(thing="session", id=str(session))
    audit.save(db, scope, "name_device", "account", _own(scope))


def add(
    db: Session,
    scope: Scope,
    *,
    email: str,
    name: str,
    role: str,
    municipality: str | None,
    password: str | None,
    areas: list[UUID] | None = None,
) -> Account:
    """A new account. Without a password nobody can sign in until a reset link is used.

    Raises Invalid, and NotAllowed where the scope may not make such an account.
    """
    email = email.strip().lower()
    take_turns(db, EVERYWHERE, f"account/{email}")
    problems = _account_problems(db, email, name, role, municipality)
    if password is not None:
        problems |= passwords.problems(password, email, name)
    if problems:
        raise Invalid(fields=problems)
    check_may_manage(scope, municipality)
    account = Account(
        id=uuid4(),
        email=email,
        name=name.strip() or email,
        role=role,
        municipality=municipality,
        password_hash=passwords.hashed(password) if password is not None else "",
        is_active=True,
    )
    db.add(account)
    db.flush()
    _save_areas(db, scope, account, areas or [])
    audit.save(db, scope, "add", "account", account.id, None, _plain(account, areas or []))
    return account


def change(
    db: Session,
    scope: Scope,
    account: UUID,
    *,
    role: str,
    is_active: bool,
    areas: list[UUID],
    now: datetime,
) -> None:
    """Give an account another role, other areas, or none at all; its sessions end."""
    row = accounts.get(db, scope, account)
    check_may_manage(scope, row.municipality)
    if row.id == scope.account and (role != row.role or not is_active):
        raise Invalid(fields={"role": "own_account"})
    if role not in _ROLES or (row.municipality is None and role != Role.ADMINISTRATOR):
        raise Invalid(fields={"role": "unknown_choice"})
    before = _plain(row, accounts.list_areas(db, scope, account))
    row.role, row.is_active = role, is_active
    _save_areas(db, scope, row, areas)
    if row.id != scope.account:
        accounts.save_ended(db, scope, now, account)
    audit.save(db, scope, "change", "account", account, before, _plain(row, areas))


def change_password(
    db: Session, scope: Scope, old: str, new: str, keep: UUID, caller: Caller, now: datetime
) -> None:
    """A person's own new password; every other device of theirs is signed out. The door counts what
    failed. Raises Invalid, TooManyTries."""
    row = accounts.get(db, house(), _own(scope))
    check_tries(db, row.email, caller, now)
    if not passwords.matches(row.password_hash, old):
        raise Invalid(fields={"old": "wrong_password"})
    _set_password(row, new)
    for session in accounts.list_sessions(db, scope, now):
        if session.id != keep:
            session.ended_at = now
    audit.save(db, scope, "change_password", "account", row.id)


def make_reset_link(db: Session, scope: Scope, account: UUID, now: datetime) -> str:
    """A one-time token by which a person may choose a new password within 24 hours."""
    row = accounts.get(db, scope, account)
    check_may_manage(scope, row.municipality)
    token = secrets.token_urlsafe(32)
    db.add(
        ResetLink(
            token_hash=hashed(token),
            account=row.id,
            made_by=scope.account,
            ends_at=now + LINK_LASTS,
            used_at=None,
        )
    )
    audit.save(db, scope, "make_reset_link", "account", row.id)
    return token


def use_reset_link(db: Session, token: str, password: str, now: datetime) -> None:
    """Set the password that the holder of a link chose; all sessions end. Raises LinkEnded."""
    link = accounts.take_reset_link(db, EVERYWHERE, hashed(token), now)
    if link is None:
        raise LinkEnded
    row = accounts.get(db, EVERYWHERE, link.account)
    _set_password(row, password)
    link.used_at = now
    accounts.save_ended(db, EVERYWHERE, now, row.id)
    scope = Scope(row.municipality, Role(row.role), account=row.id)
    audit.save(db, scope, "use_reset_link", "account", row.id)


def _account_problems(
    db: Session, email: str, name: str, role: str, municipality: str | None
) -> dict[str, str]:
    problems = {}
    if "@" not in email[1:-1] or len(email) > 200 or any(sign.isspace() for sign in email):
        problems["email"] = "not_an_email"
    elif accounts.find_by_email(db, EVERYWHERE, email):
        problems["email"] = "email_taken"
    if len(name) > 100:
        problems["name"] = "too_long"
    if role not in _ROLES:
        problems["role"] = "unknown_choice"
    elif municipality is None and role != Role.ADMINISTRATOR:
        problems["municipality"] = "required"
    if municipality and not municipalities.find(db, EVERYWHERE, municipality):
        problems["municipality"] = "unknown_choice"
    return problems


_ROLES = {str(role) for role in Role} - {str(Role.RESIDENT)}


def check_may_manage(scope: Scope, municipality: str | None) -> None:
    """Administrators manage accounts: of their municipality, or of the whole installation."""
    if scope.role != Role.ADMINISTRATOR or scope.municipality not in (None, municipality):
        raise NotAllowed(action="manage_accounts")


def _save_areas(db: Session, scope: Scope, account: Account, areas: list[UUID]) -> None:
    """Areas must be of the account's own municipality. Raises Invalid."""
    own = Scope(account.municipality, scope.role)
    if areas and len(districts.list_of_accounts(db, own, areas)) != len(set(areas)):
        raise Invalid(fields={"areas": "unknown_choice"})
    accounts.save_areas(db, house(), account.id, sorted(set(areas)))


def _set_password(row: Account, password: str) -> None:
    problems = passwords.problems(password, row.email, row.name)
    if problems:
        raise Invalid(fields=problems)
    row.password_hash = passwords.hashed(password)


def check_tries(db: Session, email: str, caller: Caller, now: datetime) -> None:
    """Raise TooManyTries where an account or an address has failed too often of late."""
    hashes = _try_hashes(email, caller)
    of_account, of_address = accounts.count_tries(db, EVERYWHERE, *hashes, now - TRIES_WITHIN)
    if of_account >= TRIES_OF_ACCOUNT or of_address >= TRIES_OF_ADDRESS:
        raise TooManyTries(minutes=int(TRIES_WITHIN.total_seconds() // 60))


def _try_hashes(email: str, caller: Caller) -> tuple[str, str]:
    def keyed(text: str) -> str:
        return hmac.new(caller.key, text.encode(), hashlib.sha256).hexdigest()

    return keyed("account " + email.strip().lower()), keyed("address " + caller.address)


def hashed(token: str) -> str:
    """How a random token is kept. It has 256 bits: a plain digest is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _own(scope: Scope) -> UUID:
    if scope.account is None:
        raise NotAllowed(action="own_account")
    return scope.account


def scope_of(row: Account) -> Scope:
    """How far an account's own doing reaches, for the audit."""
    return Scope(row.municipality, Role(row.role), account=row.id)


def _plain(row: Account, areas: list[UUID]) -> dict[str, object]:
    """An account as the audit keeps it: what it may do, not who it is."""
    return {"role": row.role, "is_active": row.is_active, "areas": sorted(map(str, areas))}
