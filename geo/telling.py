"""教えてください: what anybody tells without an account: that an entry was closed or is otherwise, or of
something new. It changes nothing; it waits on the desk.

Nothing of who tells it is kept but a keyed hash of where from, by itself, for a day: so that one place
does not fill the desk.
"""

import hashlib
import hmac
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from geo import private_words, suggestions
from geo.days import parse_date
from geo.edits import opening_values
from geo.errors import Invalid
from geo.openings import parse_openings
from geo.records import suggestions as records
from geo.records import tries
from geo.records.database import take_turns
from geo.scope import Scope, house
from geo.suggestions import LONGEST_WORDS, SEEN, About, Said

ORIGIN = "resident"
# Our choices. Ten from one address and hour: a whole library or a telephone company may stand behind it.
FROM_ONE, WITHIN = 10, timedelta(hours=1)
FROM_ONE_A_DAY = 30  # else one address, ten each hour, would fill the day of everybody
WAITING_OF_ENTRY = 10  # more say nothing more to who has to look
WAITING_NEW = 50
OF_A_DAY = 200  # of a municipality; a city of 60,000 will see some few
# Our choice: the fuller a heap or the day, the less of one address within a day, so that what is left of it is left to
# who has told nothing yet. Up to this part of it -> so many.
FROM_ONE_AS_IT_FILLS = ((0.25, FROM_ONE_A_DAY), (0.5, 10), (0.75, 3), (1.0, 1))
DAYS_BACK = 90  # on which one may have found it closed; what is told is looked at for as long
LONGEST_NAME, LONGEST_LINE = 80, 200
TOO_MANY = (  # later it may be told
    *("too_many_from_here", "too_many_from_here_today", "too_many_about_it", "too_many_today"),
)
JAPAN = ZoneInfo("Asia/Tokyo")
# C1 controls, marks without width, fillers, marks that turn the direction of writing, tags, halves of signs: no keyboard
# of a telephone has them, and they hide what stands there. A joiner (U+200D) belongs to pictures, a selector of shapes
# (U+FE00, U+E0100) to pictures and to names. Four marks on one letter climb out of their line.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ud800-\udfff\ufff0-\uffff\U000e0000-\U000e007f]"
    "|(?<=[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})"
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_PRIVATE = {"has_mail": "mail_in_words", "has_phone": "phone_in_words"}


@dataclass(frozen=True, slots=True)
class Teller:
    """Where somebody tells from; ``key`` is the server's secret."""

    address: str
    key: bytes


def parse_seen(typed: Mapping[str, str], today: date) -> Said:
    """What somebody says of an entry: ``answer`` (one of SEEN), ``words``, and of was_closed the ``day``.

    Raises Invalid naming every field that cannot be read.
    """
    answer, words = typed.get("answer", ""), typed.get("words", "")
    problems = {} if answer in SEEN else {"answer": "unknown_choice"}
    day, problem = _day(typed.get("day", ""), today) if answer == "was_closed" else (None, "")
    problems |= {"day": problem} if problem else {}
    problems |= _unfit("words", words, LONGEST_WORDS, "longer_than_500")
    kind = "otherwise" if problems else answer
    return _said(kind, {}, words, problems, None if problems else day)


def parse_new(typed: Mapping[str, str], kinds: Collection[str]) -> Said:
    """What somebody says of something new: ``name``, ``where`` and ``when`` in words, and its ``kind``,
    one of ``kinds`` or "" for who does not know. Raises Invalid as ``parse_seen``."""
    name, where, when, kind = (
        " ".join(typed.get(part, "").split()) for part in ("name", "where", "when", "kind")
    )
    problems = {
        **_unfit("name", name, LONGEST_NAME, "too_long"),
        **_unfit("where", where, LONGEST_LINE, "too_long"),
        **_unfit("when", when, LONGEST_LINE, "longer_than_200"),
    }
    problems |= {} if kind in ("", *kinds) else {"kind": "unknown_choice"}
    values: dict[str, Any] = {"name": name, "address": where, "kind": kind}
    if when and "when" not in problems:
        values["openings"] = [opening_values(opening) for opening in parse_openings(when)]
    values = {field: value for field, value in values.items() if value}
    return _said("new", values, "", problems)


def receive(
    db: Session, scope: Scope, id_: UUID, about: About, said: Said, teller: Teller, now: datetime
) -> bool:
    """Keep what somebody tells, once for each id; False when it was there already.

    Raises Invalid for an id that was used for something else, and where too much was told (TOO_MANY).
    """
    hashed = _hashed(teller)
    take_turns(db, house(), f"told_try/{hashed}")  # or many at once would be one
    take_turns(db, scope, "told")
    if records.find(db, scope, id_) is None:
        _make_room(db, scope, about, hashed, now)
    is_first = suggestions.receive(db, scope, id_, about, said, now)
    if is_first:
        tries.save(db, house(), hashed, now)
    return is_first


def _make_room(db: Session, scope: Scope, about: About, hashed: str, now: datetime) -> None:
    midnight = datetime.combine(now.astimezone(JAPAN).date(), time(), JAPAN)
    waiting, of_today = records.count_told(db, scope, about.resource, midnight)
    of_hour, of_day_here = (
        tries.count_since(db, house(), hashed, now - ago) for ago in (WITHIN, timedelta(days=1))
    )
    most = WAITING_OF_ENTRY if about.resource else WAITING_NEW
    for is_full, code in (
        (of_hour >= FROM_ONE, "too_many_from_here"),
        (waiting >= most, "too_many_about_it"),
        (of_today >= OF_A_DAY, "too_many_today"),
        (of_day_here >= _most_from_one(of_today, OF_A_DAY), "too_many_from_here_today"),
        (of_day_here >= _most_from_one(waiting, most), "too_many_about_it"),
    ):
        if is_full:
            raise Invalid(fields={"answer": code})


def _most_from_one(there: int, most: int) -> int:
    """How much one address may have told within a day where so much of the most is there already."""
    return next((few for part, few in FROM_ONE_AS_IT_FILLS if there < part * most), 0)


def _said(
    kind: str,
    values: dict[str, Any],
    words: str,
    problems: Mapping[str, str],
    seen_on: date | None = None,
) -> Said:
    """``Said.parse``, its problems under the names of these forms, after those found before."""
    named = {"address": "where", "openings": "when"}
    try:
        said = Said.parse(kind, values, words, seen_on, needed=("name",))
    except Invalid as refused:
        found: Mapping[str, str] = refused.facts["fields"]  # type: ignore[assignment]
        problems = {named.get(field, field): code for field, code in found.items()} | {**problems}
    if problems:
        raise Invalid(fields=dict(problems))
    return said


def _unfit(field: str, text: str, longest: int, too_long: str) -> dict[str, str]:
    """Field → code of what does not belong into it; nothing that is too long is looked into."""
    if len(text) > longest:
        return {field: too_long}
    if UNSEEN.search(text.replace("\r\n", "\n")):
        return {field: "bad_character"}
    if (code := private_words.refused(text)) in _PRIVATE:
        return {field: _PRIVATE[code]}
    return {field: "site_in_words"} if private_words.has_site(text) else {}


def _day(text: str, today: date) -> tuple[date | None, str]:
    """(the day, "") or (None, the code of what is wrong with it)."""
    day = parse_date(text.strip())
    if day is None:
        return None, "not_a_date" if text.strip() else "required"
    if day > today:
        return None, "day_not_yet"
    if day < today - timedelta(days=DAYS_BACK):
        return None, "day_long_gone"
    return day, ""


def _hashed(teller: Teller) -> str:
    """Where from, as kept: of IPv6 the half that a house has, for the other half is free to choose."""
    try:
        address = ip_address(teller.address)
    except ValueError:
        where = teller.address
    else:
        if isinstance(address, IPv6Address):
            mapped = address.ipv4_mapped
            where = str(mapped) if mapped else address.packed[:8].hex()
        else:
            where = str(address)
    return hmac.new(teller.key, b"told from " + where.encode(), hashlib.sha256).hexdigest()
