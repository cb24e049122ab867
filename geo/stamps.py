"""用紙の印: what a form for everybody carries, so that it is known to be made here, for one thing, not just
now and not long ago.

A stamp names what is told with it before anybody has told it: a secret, from which the id that is kept and
that staff see follows, but not the other way round. So a form that is sent twice is one telling, its
sender is led to its page both times, and nothing of the secret lies anywhere on our side.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from geo.errors import Invalid

SECRET_BYTES = 16  # 128 bits (ASVS 7.2.3)
YOUNGEST = timedelta(seconds=1)  # our choice: nobody reads a page and presses within a second
OLDEST = timedelta(hours=24)  # our choice: opened in the evening, sent the next morning


def draw(key: bytes, about: str, now: datetime) -> str:
    """A stamp of a new form about one thing."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return str(_signer(key).dumps([secret, about, round(now.timestamp() * 1000)]))


def read(key: bytes, stamp: str, about: str, now: datetime) -> str:
    """The secret of a stamp. Raises Invalid (``stamp``: form_broken, form_too_new, form_too_old)."""
    try:
        secret, of, drawn_ms = _signer(key).loads(stamp)
    except BadSignature:
        raise Invalid(fields={"stamp": "form_broken"}) from None
    if of != about:
        raise Invalid(fields={"stamp": "form_broken"})
    age = timedelta(milliseconds=now.timestamp() * 1000 - drawn_ms)
    if age < YOUNGEST:
        raise Invalid(fields={"stamp": "form_too_new"})
    if age > OLDEST:
        raise Invalid(fields={"stamp": "form_too_old"})
    return str(secret)


def id_of(secret: str) -> UUID:
    """The id under which what was told with a secret is kept."""
    return UUID(bytes=hashlib.sha256(b"told with " + secret.encode(errors="replace")).digest()[:16])


def _signer(key: bytes) -> URLSafeSerializer:
    return URLSafeSerializer(
        key, salt="engawa telling 1", signer_kwargs={"digest_method": hashlib.sha256}
    )
