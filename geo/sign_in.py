"""ログイン: who somebody is, for how long a device may stay signed in, and what a password must be.

Figures marked OWASP are from ASVS 5.0 (chapters 6 and 7); the others are our choice.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from threading import BoundedSemaphore
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.orm import Session
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from geo.errors import Invalid, LinkEnded, NotAllowed, TooManyTries, WrongSignIn
from geo.records import accounts, audit, districts, municipalities
from geo.records.accounts import Account, AccountSession, ResetLink, SignedIn
from geo.records.database import take_turns
from geo.scope import Role, Scope, house
from geo.words import search_key

IDLE = timedelta(hours=12)  # our choice: a working day in an office without signing in twice
LONGEST = timedelta(days=7)  # our choice
LINK_LASTS = timedelta(hours=24)  # our choice: read over the telephone today, used by tomorrow
TRIES_WITHIN = timedelta(minutes=15)  # design/TRUST: five tries in fifteen minutes
TRIES_OF_ACCOUNT = 5
TRIES_OF_ADDRESS = 50  # our choice: a whole office may share one address
SEEN_EVERY = timedelta(minutes=5)  # our choice: spares a write per page
PASSWORD_MIN, PASSWORD_MAX = 12, 128  # OWASP 6.2.1: 8 at least, 15 advised; 6.2.9: 64 allowed

_hasher = PasswordHasher()  # argon2id with the library's defaults (RFC 9106, low-memory profile)
# Each hash fills 64 MiB and works on four threads: two at a time are done as soon as eight would
# be, and an office that signs in at nine o'clock does not take half a gigabyte.
_hashing = BoundedSemaphore(2)
EVERYWHERE = house()


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a sign-in comes from, as keyed hashes' input; ``key`` is the server's secret."""

    address: str
    device: str
    key: bytes


def sign_in(db: Session, email: str, password: str, caller: Caller, now: datetime) -> str:
    """A new session's token for who knows the password.

    The failed tries are counted by the caller of this function in a transaction of their own
    (``count_failure``), since a refusal undoes everything here. Raises TooManyTries, WrongSignIn.
    """
    _check_tries(db, email, caller, now)
    account = accounts.find_by_email(db, EVERYWHERE, email)
    known = account.password_hash if account else _some_hash()
    if not _matches(known, password) or account is None or not account.is_active:
        raise WrongSignIn
    token = secrets.token_urlsafe(32)
    db.add(
        AccountSession(
            id=uuid4(),
            token_hash=_hashed(token),
            account=account.id,
            device=caller.device[:200],
            created_at=now,
            seen_at=now,
            ends_at=now + LONGEST,
        )
    )
    scope = Scope(account.municipality, Role(account.role), account=account.id)
    audit.save(db, scope, "sign_in", "account", account.id)
    return token


def count_failure(db: Session, email: str, caller: Caller, now: datetime) -> None:
    """Remember a failed try, by hashes that only this server can make."""
    accounts.save_try(db, EVERYWHERE, *_try_hashes(email, caller), at=now)


def find_signed_in(db: Session, token: str, now: datetime) -> SignedIn | None:
    """Who holds a session token; None when it ended, lay idle or never was."""
    return accounts.find_signed_in(db, EVERYWHERE, _hashed(token), now, now - IDLE)


def was_ended(db: Session, token: str) -> bool:
    """Whether a session was ended by somebody (signed out, another password, a lost device), rather
    than run out by itself. A device that asks may then forget what it keeps. Known for as long as
    ended sessions are kept (``jobs.KEPT_FOR``)."""
    return accounts.find_ended(db, EVERYWHERE, _hashed(token))


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
        problems |= password_problems(password, email, name)
    if problems:
        raise Invalid(fields=problems)
    _check_may_manage(scope, municipality)
    account = Account(
        id=uuid4(),
        email=email,
        name=name.strip() or email,
        role=role,
        municipality=municipality,
        password_hash=_hash(password) if password is not None else "",
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
    _check_may_manage(scope, row.municipality)
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
    db: Session, scope: Scope, old: str, new: str, keep: UUID, now: datetime
) -> None:
    """A person's own new password; every other device of theirs is signed out."""
    row = accounts.get(db, house(), _own(scope))
    if not _matches(row.password_hash, old):
        raise Invalid(fields={"old": "wrong_password"})
    _set_password(row, new)
    for session in accounts.list_sessions(db, scope, now):
        if session.id != keep:
            session.ended_at = now
    audit.save(db, scope, "change_password", "account", row.id)


def make_reset_link(db: Session, scope: Scope, account: UUID, now: datetime) -> str:
    """A one-time token by which a person may choose a new password within 24 hours."""
    row = accounts.get(db, scope, account)
    _check_may_manage(scope, row.municipality)
    token = secrets.token_urlsafe(32)
    db.add(
        ResetLink(
            token_hash=_hashed(token),
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
    link = accounts.take_reset_link(db, EVERYWHERE, _hashed(token), now)
    if link is None:
        raise LinkEnded
    row = accounts.get(db, EVERYWHERE, link.account)
    _set_password(row, password)
    link.used_at = now
    accounts.save_ended(db, EVERYWHERE, now, row.id)
    scope = Scope(row.municipality, Role(row.role), account=row.id)
    audit.save(db, scope, "use_reset_link", "account", row.id)


def password_problems(password: str, email: str, name: str) -> dict[str, str]:
    """What is wrong with a password: length, or that everybody would guess it. No other rules
    (OWASP 6.2.5), no regular change (6.2.10)."""
    if len(password) < PASSWORD_MIN:
        return {"password": "password_too_short"}
    if len(password) > PASSWORD_MAX:
        return {"password": "password_too_long"}
    plain = search_key(password)
    own = {search_key(part) for part in (email, email.partition("@")[0], name, "engawa")} - {""}
    if plain in common_passwords() or len(set(plain)) < 4 or plain.strip("0123456789!") in own:
        return {"password": "password_common"}
    return {}


@cache
def common_passwords() -> frozenset[str]:
    """The most used passwords (30,000, OWASP 6.2.4 asks for 3,000), and each written twice:
    short ones reach our length only so."""
    words = FREQUENCY_LISTS["passwords"]
    return frozenset(words) | frozenset(word * 2 for word in words)


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


def _check_may_manage(scope: Scope, municipality: str | None) -> None:
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
    problems = password_problems(password, row.email, row.name)
    if problems:
        raise Invalid(fields=problems)
    row.password_hash = _hash(password)


def _check_tries(db: Session, email: str, caller: Caller, now: datetime) -> None:
    hashes = _try_hashes(email, caller)
    of_account, of_address = accounts.count_tries(db, EVERYWHERE, *hashes, now - TRIES_WITHIN)
    if of_account >= TRIES_OF_ACCOUNT or of_address >= TRIES_OF_ADDRESS:
        raise TooManyTries(minutes=int(TRIES_WITHIN.total_seconds() // 60))


def _try_hashes(email: str, caller: Caller) -> tuple[str, str]:
    def keyed(text: str) -> str:
        return hmac.new(caller.key, text.encode(), hashlib.sha256).hexdigest()

    return keyed("account " + email.strip().lower()), keyed("address " + caller.address)


def _matches(known: str, password: str) -> bool:
    """Whether a password belongs to a hash; a hash that is none takes as long to refuse."""
    known_or_some = known or _some_hash()
    try:
        with _hashing:
            return _hasher.verify(known_or_some, password) and bool(known)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _hash(password: str) -> str:
    with _hashing:
        return _hasher.hash(password)


@cache
def _some_hash() -> str:
    """A hash of a password nobody has, so that an unknown account takes as long as a known one."""
    return _hash(secrets.token_urlsafe(32))


def _hashed(token: str) -> str:
    """How a random token is kept. It has 256 bits: a plain digest is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _own(scope: Scope) -> UUID:
    if scope.account is None:
        raise NotAllowed(action="own_account")
    return scope.account


def _plain(row: Account, areas: list[UUID]) -> dict[str, object]:
    """An account as the audit keeps it: what it may do, not who it is."""
    return {"role": row.role, "is_active": row.is_active, "areas": sorted(map(str, areas))}
