"""封: a short secret that only this server can read again (AES-256-GCM, NIST SP 800-38D).

The cipher's key is derived from the server's own by HKDF-SHA256 (RFC 5869); whom a secret is about is
signed with it, so that one row's secret is nothing in another's.
"""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12  # bytes, SP 800-38D 8.2.2; drawn at random: some forty secrets of one town never meet


class SealBroken(Exception):
    """Sealed with another key, about somebody else, or changed since."""


def seal(key: bytes, plain: bytes, about: str) -> str:
    """``plain`` as text that only ``key`` opens, and only about the same thing."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = _cipher(key).encrypt(nonce, plain, about.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(key: bytes, sealed: str, about: str) -> bytes:
    """What was sealed. Raises SealBroken."""
    try:
        raw = base64.urlsafe_b64decode(sealed.encode())
        return _cipher(key).decrypt(raw[:_NONCE], raw[_NONCE:], about.encode())
    except (ValueError, InvalidTag) as error:
        raise SealBroken from error


def _cipher(key: bytes) -> AESGCM:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"engawa seal 1")
    return AESGCM(kdf.derive(key))
