"""2段階のログイン: six digits of a telephone after the password (TOTP, RFC 6238), and ten codes on paper.

Figures marked OWASP are from ASVS 5.0 (chapter 6); the others are our choice. The door counts what
failed, in a transaction of its own, with the same table as passwords (``sign_in.count_failure``).
"""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy.orm import Session

from geo import passwords, seals
from geo.errors import Invalid, LinkEnded, NotAllowed, WrongCode
from geo.records import accounts, audit, municipalities, second_steps
from geo.records.accounts import Account
from geo.records.second_steps import SecondStep
from geo.scope import Role, Scope
from geo.sign_in import (
    EVERYWHERE,
    Caller,
    check_may_manage,
    check_tries,
    hashed,
    make_reset_link,
    open_session,
    scope_of,
)

STEP_S = 30  # RFC 6238's default, the only one that every telephone's application knows
DRIFT = 1  # steps before and after: a clock may be half a minute off (RFC 6238, 5.2)
CODES = 10
CODE_SIGNS = 10  # of 32: 50 bits each, kept as costly to guess as a password (OWASP 6.5.2)
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none is mistaken for another
ASKED = (Role.OFFICIAL, Role.ADMINISTRATOR)  # roles that a municipality may ask for a second step


@dataclass(frozen=True, slots=True)
class Begun:
    """A secret, shown once: as text to type and as the address that a telephone reads from a QR code."""

    secret: str
    address: str


def begin(db: Session, scope: Scope, password: str, caller: Caller, now: datetime) -> Begun:
    """A new secret for the reader's own telephone; it counts from ``confirm`` on.

    Raises Invalid (password), TooManyTries, NotAllowed where a second step is on already.
    """
    row = _own(db, scope)
    _ask_password(db, row, password, caller, now)
    step = second_steps.take(db, EVERYWHERE, row.id)
    if step is not None and step.confirmed_at is not None:
        raise NotAllowed(action="second_step")
    if step is not None:
        second_steps.save_off(db, EVERYWHERE, row.id)
        db.expunge(step)
    secret = pyotp.random_base32()  # 160 bits (OWASP 11.5.1)
    db.add(
        SecondStep(
            account=row.id,
            sealed=seals.seal(caller.key, secret.encode(), str(row.id)),
            salt=secrets.token_hex(16),
            begun_at=now,
            confirmed_at=None,
            last_step=0,
        )
    )
    audit.save(db, scope, "begin_second_step", "account", row.id)
    return Begun(secret, pyotp.TOTP(secret).provisioning_uri(name=row.email, issuer_name="Engawa"))


def confirm(
    db: Session, scope: Scope, code: str, caller: Caller, keep: UUID, now: datetime
) -> list[str]:
    """Switch the second step on by a code of the telephone that has the secret; every other device is
    signed out. Returns the recovery codes, to be shown once. Raises WrongCode, TooManyTries, LinkEnded."""
    row = _own(db, scope)
    check_tries(db, row.email, caller, now)
    step = second_steps.take(db, EVERYWHERE, row.id)
    if step is None or step.confirmed_at is not None:
        raise LinkEnded
    _use_digits(step, _plain(code), caller.key, now)
    step.confirmed_at = now
    accounts.save_ended(db, EVERYWHERE, now, row.id, keep=keep)
    audit.save(db, scope, "switch_on_second_step", "account", row.id)
    return _new_codes(db, step)


def renew_codes(
    db: Session, scope: Scope, password: str, code: str, caller: Caller, now: datetime
) -> list[str]:
    """Ten new recovery codes; the old ones end. Raises Invalid, WrongCode, TooManyTries."""
    row = _own(db, scope)
    _ask_password(db, row, password, caller, now)
    step = _use(db, row, code, caller, now)
    audit.save(db, scope, "renew_recovery_codes", "account", row.id)
    return _new_codes(db, step)


def switch_off(
    db: Session, scope: Scope, password: str, code: str, caller: Caller, now: datetime
) -> None:
    """No second step any more, by password and code. Raises Invalid, WrongCode, TooManyTries."""
    row = _own(db, scope)
    _ask_password(db, row, password, caller, now)
    _use(db, row, code, caller, now)
    second_steps.save_off(db, EVERYWHERE, row.id)
    audit.save(db, scope, "switch_off_second_step", "account", row.id)


def switch_off_for(db: Session, scope: Scope, account: UUID, now: datetime) -> str:
    """For somebody who lost the telephone: no second step, no device signed in, and a one-time link
    to a new password, whose token is returned. Raises NotFound, NotAllowed."""
    row = accounts.get(db, scope, account)
    check_may_manage(scope, row.municipality)
    if row.id == scope.account:
        raise Invalid(fields={"role": "own_account"})
    second_steps.save_off(db, EVERYWHERE, row.id)
    accounts.save_ended(db, scope, now, account)
    row.password_hash = ""
    audit.save(db, scope, "switch_off_second_step", "account", row.id)
    return make_reset_link(db, scope, account, now)


def switch_off_by_house(db: Session, scope: Scope, email: str, now: datetime) -> Account:
    """The same from the server's own terminal, where the last administrator lost the telephone; the
    password stays. Raises Invalid where there is no such account."""
    row = accounts.find_by_email(db, scope, email)
    if row is None:
        raise Invalid(fields={"email": "unknown_choice"})
    second_steps.save_off(db, EVERYWHERE, row.id)
    accounts.save_ended(db, scope, now, row.id)
    audit.save(db, Scope(row.municipality, scope.role), "switch_off_second_step", "account", row.id)
    return row


def enter(db: Session, half: str, code: str, caller: Caller, now: datetime) -> str:
    """The second half of a sign-in: a session's token. Raises LinkEnded where the first half is too
    old, was used or never was; WrongCode, TooManyTries."""
    row, first = _half(db, half, now)
    check_tries(db, row.email, caller, now)
    _use(db, row, code, caller, now)
    first.used_at = now
    return open_session(db, row, caller, now)


def whose(db: Session, half: str, now: datetime) -> str:
    """The e-mail address of a half sign-in, to count a failure by. Raises LinkEnded."""
    return _half(db, half, now)[0].email


def ask_roles(db: Session, scope: Scope, municipality: str, roles: list[str]) -> None:
    """Ask everybody of these roles for a second step from their next page on. Raises Invalid."""
    check_may_manage(scope, municipality)
    if set(roles) - set(map(str, ASKED)):
        raise Invalid(fields={"roles": "unknown_choice"})
    chosen = [str(role) for role in ASKED if role in roles]
    before = municipalities.save_second_step_for(db, scope, municipality, chosen)
    told = Scope(municipality, scope.role, account=scope.account)
    was, is_ = {"second_step_for": before}, {"second_step_for": chosen}
    audit.save(db, told, "ask_second_step", "municipality", municipality, was, is_)


def _half(db: Session, half: str, now: datetime) -> tuple[Account, second_steps.HalfSignIn]:
    first = second_steps.take_half(db, EVERYWHERE, hashed(half), now)
    if first is None:
        raise LinkEnded
    row = accounts.get(db, EVERYWHERE, first.account)
    if not row.is_active:
        raise LinkEnded
    return row, first


def _own(db: Session, scope: Scope) -> Account:
    if scope.account is None:
        raise NotAllowed(action="own_account")
    return accounts.get(db, EVERYWHERE, scope.account)


def _ask_password(db: Session, row: Account, password: str, caller: Caller, now: datetime) -> None:
    check_tries(db, row.email, caller, now)
    if not passwords.matches(row.password_hash, password):
        raise Invalid(fields={"password": "wrong_password"})


def _use(db: Session, row: Account, code: str, caller: Caller, now: datetime) -> SecondStep:
    """Use a code up, the telephone's or one on paper. Raises WrongCode."""
    step = second_steps.take(db, EVERYWHERE, row.id)
    if step is None or step.confirmed_at is None:
        raise WrongCode
    plain = _plain(code)
    if len(plain) != CODE_SIGNS:
        _use_digits(step, plain, caller.key, now)
        return step
    kept = passwords.stretched(plain, bytes.fromhex(step.salt))
    if not second_steps.take_code(db, EVERYWHERE, row.id, kept, now):
        raise WrongCode
    audit.save(db, scope_of(row), "use_recovery_code", "account", row.id)
    return step


def _use_digits(step: SecondStep, code: str, key: bytes, now: datetime) -> None:
    """Six digits of this half minute, the one before or the next, each only once (OWASP 6.5.1)."""
    try:
        secret = seals.unseal(key, step.sealed, str(step.account)).decode()
    except seals.SealBroken:
        raise WrongCode from None  # the server has another key now: a code on paper still counts
    telephone, here = pyotp.TOTP(secret), int(now.timestamp()) // STEP_S
    for number in range(here - DRIFT, here + DRIFT + 1):
        right = hmac.compare_digest(telephone.generate_otp(number).encode(), code.encode())
        if right and number > step.last_step:
            step.last_step = number
            return
    raise WrongCode


def _new_codes(db: Session, step: SecondStep) -> list[str]:
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(CODE_SIGNS)) for _ in range(CODES)]
    salt = bytes.fromhex(step.salt)
    kept = [passwords.stretched(code, salt) for code in codes]
    second_steps.save_codes(db, EVERYWHERE, step.account, kept)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _plain(code: str) -> str:
    """A code as it is kept, however it was typed: full-width, with spaces, I for 1 and O for 0."""
    kept = unicodedata.normalize("NFKC", code).upper()
    kept = "".join(sign for sign in kept if sign.isascii() and sign.isalnum())[:40]
    return kept.translate(str.maketrans("ILO", "110"))
