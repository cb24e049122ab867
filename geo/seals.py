"""封: a short secret that only this server can read again, made of what the standard library has.

A stream of HMAC-SHA256 over a random nonce covers the secret, a second key signs what came out and whom
it is about (encrypt, then authenticate). That is sound as long as HMAC is a pseudo-random function;
it is not AES-GCM, and tests/ASVS.md says so.
"""

import base64
import hashlib
import hmac
import secrets

_NONCE, _TAG = 16, 32  # bytes


class SealBroken(Exception):
    """Sealed with another key, about somebody else, or changed since."""


def seal(key: bytes, plain: bytes, about: str) -> str:
    """``plain`` as text that only ``key`` opens, and only about the same thing."""
    nonce = secrets.token_bytes(_NONCE)
    covered = _cover(key, nonce, plain)
    return base64.urlsafe_b64encode(nonce + covered + _tag(key, nonce + covered, about)).decode()


def unseal(key: bytes, sealed: str, about: str) -> bytes:
    """What was sealed. Raises SealBroken."""
    try:
        raw = base64.urlsafe_b64decode(sealed.encode())
    except ValueError as error:
        raise SealBroken from error
    body, tag = raw[:-_TAG], raw[-_TAG:]
    if len(body) < _NONCE or not hmac.compare_digest(tag, _tag(key, body, about)):
        raise SealBroken
    return _cover(key, body[:_NONCE], body[_NONCE:])


def _cover(key: bytes, nonce: bytes, text: bytes) -> bytes:
    own = _derived(key, "cover")
    blocks = -(-len(text) // hashlib.sha256().digest_size)
    stream = b"".join(
        hmac.digest(own, nonce + number.to_bytes(4, "big"), "sha256") for number in range(blocks)
    )
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))


def _tag(key: bytes, body: bytes, about: str) -> bytes:
    whom = about.encode()
    return hmac.digest(_derived(key, "sign"), len(whom).to_bytes(4, "big") + whom + body, "sha256")


def _derived(key: bytes, purpose: str) -> bytes:
    return hmac.digest(key, f"engawa seal 1 {purpose}".encode(), "sha256")
