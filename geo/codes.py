"""確認の番号: short codes that a person reads off a postcard and types, or a square carries.

Eight characters of Crockford's base 32 (no I, L, O, U) and his check character, which is the number
modulo 37 (https://www.crockford.com/base32.html): every single wrong character and every swap of two
neighbours is noticed before anybody is asked. Codes whose check would be one of ``* ~ $ = U`` are
not given out, so that all nine are letters and digits.
"""

import hashlib
import hmac
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECKS = ALPHABET + "*~$=U"  # Crockford: the remainders 32 to 36
LENGTH = 8  # 40 bits: 1,000 codes and five tries an hour leave one chance in 200 million an hour
SEED_BYTES = 16
_MEANT = str.maketrans("OIL", "011")  # Crockford: what people read them as


def encode(number: int, length: int = LENGTH) -> str:
    """A number as so many characters, without a check. Raises OverflowError when it has more."""
    if number < 0 or number >> (5 * length):
        raise OverflowError(number)
    places = range(5 * (length - 1), -1, -5)
    return "".join(ALPHABET[number >> shift & 31] for shift in places)


def check_of(body: str) -> str:
    """The check character of a code's other characters: their number modulo 37."""
    number = 0
    for letter in body:
        number = number * 32 + ALPHABET.index(letter)
    return CHECKS[number % 37]


def read(typed: str) -> str | None:
    """The nine characters that a person meant, or None where they cannot be a code of ours.

    Small and wide letters, spaces and hyphens between, O for 0 and I or L for 1 are understood.
    """
    letters = unicodedata.normalize("NFKC", typed[:100]).upper().translate(_MEANT)
    code = "".join(letter for letter in letters if letter.isalnum())
    if len(code) != LENGTH + 1 or any(letter not in ALPHABET for letter in code):
        return None
    return code if check_of(code[:-1]) == code[-1] else None


def grouped(code: str) -> str:
    """As it is printed and read out: ``7K3M-9QXA-B``."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def new_seed(key: bytes) -> bytes:
    """A random seed whose code is all letters and digits (six of seven are)."""
    while True:
        seed = secrets.token_bytes(SEED_BYTES)
        if _check_is_plain(_body(seed, key)):
            return seed


def code_of(seed: bytes, key: bytes) -> str:
    """The code of a seed. Only who has the server's key can make it: a copy of the database alone
    opens nothing, and a sheet can be printed again."""
    body = _body(seed, key)
    return body + check_of(body)


def hash_of(code: str, key: bytes) -> str:
    """What a code is found by: a keyed hash, the same time for every code."""
    return hmac.new(key, b"code " + code.encode(), hashlib.sha256).hexdigest()


def _body(seed: bytes, key: bytes) -> str:
    digest = hmac.new(key, b"seed " + seed, hashlib.sha256).digest()
    return encode(int.from_bytes(digest[:5]))


def _check_is_plain(body: str) -> bool:
    return check_of(body) in ALPHABET
