"""番号で答える: who holds a code sees the public facts of one entry, and says whether they still hold.

A wrong code is counted by a keyed hash of where it came from, five an hour. What the check character
already refuses is a slip of the finger, is never looked up, and is not counted: behind one address of
a telephone company stand thousands.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import campaign as campaigns
from geo import codes
from geo.errors import NotFound, TooManyCodes
from geo.records import campaigns as campaign_records
from geo.records import shelf, tries
from geo.records.campaigns import Campaign
from geo.records.database import take_turns
from geo.scope import EVERYBODY, Scope, house

TRIES = 5  # issue 5: five tries per address and hour
TRIES_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a code is typed; ``key`` is the server's secret."""

    address: str
    key: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """What a code opens.

    scope  of everybody in that municipality; row  the entry as residents see it
    """

    campaign: Campaign
    resource: UUID
    scope: Scope
    row: Row[Any]


def open_code(db: Session, typed: str, caller: Caller, now: datetime, today: date) -> Opened | None:
    """The entry of a code; None, the same for a code that never was and for one whose campaign is
    over. The wrong code is counted in this transaction, so None must be committed too.

    Raises TooManyCodes after five within the hour, whatever is typed then.
    """
    hashed = _hashed(caller)
    take_turns(db, house(), f"code_try/{hashed}")  # or many at once would be one try
    if tries.count_since(db, house(), hashed, now - TRIES_WITHIN) >= TRIES:
        raise TooManyCodes(minutes=int(TRIES_WITHIN.total_seconds() // 60))
    code = codes.read(typed)
    if code is None:
        return None
    opened = _find(db, codes.hash_of(code, caller.key), today)
    if opened is None:
        tries.save(db, house(), hashed, now)
    return opened


def _find(db: Session, code_hash: str, today: date) -> Opened | None:
    found = campaign_records.find_entry(db, EVERYBODY, code_hash)
    if found is None:
        return None
    campaign, resource = found
    scope = Scope(campaign.municipality, EVERYBODY.role)
    try:
        row = shelf.get(db, scope, resource)
    except NotFound:  # it is published no more
        return None
    return Opened(campaign, resource, scope, row) if campaigns.is_running(campaign, today) else None


def _hashed(caller: Caller) -> str:
    return hmac.new(caller.key, b"code from " + caller.address.encode(), hashlib.sha256).hexdigest()
