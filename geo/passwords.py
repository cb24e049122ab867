"""パスワード: what one must be, and how it is kept."""

import secrets
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.low_level import hash_secret_raw
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from geo.words import search_key

PASSWORD_MIN, PASSWORD_MAX = 12, 128  # OWASP 6.2.1: 8 at least, 15 advised; 6.2.9: 64 allowed

_hasher = PasswordHasher()  # argon2id with the library's defaults (RFC 9106, low-memory profile)
# Of a code: the least that OWASP's cheat sheet names (19 MiB, 2 passes), since ten are made at once.
_code_cost = {"time_cost": 2, "memory_cost": 19_456, "parallelism": 1}
# Each hash fills 64 MiB and works on four threads: two at a time are done as soon as eight would
# be, and an office that signs in at nine o'clock does not take half a gigabyte.
_hashing = BoundedSemaphore(2)


def problems(password: str, email: str, name: str) -> dict[str, str]:
    """What is wrong with a password: length, or that everybody would guess it. No other rules
    (OWASP 6.2.5), no regular change (6.2.10)."""
    if len(password) < PASSWORD_MIN:
        return {"password": "password_too_short"}
    if len(password) > PASSWORD_MAX:
        return {"password": "password_too_long"}
    plain = search_key(password)
    own = {search_key(part) for part in (email, email.partition("@")[0], name, "engawa")} - {""}
    if plain in common() or len(set(plain)) < 4 or plain.strip("0123456789!") in own:
        return {"password": "password_common"}
    return {}


@cache
def common() -> frozenset[str]:
    """The most used passwords (30,000, OWASP 6.2.4 asks for 3,000), and each written twice:
    short ones reach our length only so."""
    words = FREQUENCY_LISTS["passwords"]
    return frozenset(words) | frozenset(word * 2 for word in words)


def matches(known: str, password: str) -> bool:
    """Whether a password belongs to a hash; a hash that is none takes as long to refuse."""
    known_or_some = known or some_hash()
    try:
        with _hashing:
            return _hasher.verify(known_or_some, password) and bool(known)
    except (VerifyMismatchError, InvalidHashError):
        return False


def hashed(password: str) -> str:
    """How a password is kept."""
    with _hashing:
        return _hasher.hash(password)


@cache
def some_hash() -> str:
    """A hash of a password nobody has, so that an unknown account takes as long as a known one."""
    return hashed(secrets.token_urlsafe(32))


def stretched(code: str, salt: bytes) -> str:
    """A random one-time code of 50 bits as it is kept, with a salt of its account: by argon2id."""
    with _hashing:
        raw = hash_secret_raw(code.encode(), salt, hash_len=32, type=Type.ID, **_code_cost)
    return raw.hex()
