"""お知らせ: what hosts, residents and providers say of the register, and what a person makes of it.

Nothing a stranger sends changes the register. A person who may write at the place applies it through
the one gate, field by field, or declines it with a reason; both happen once.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from geo import freshness, private_words, registry
from geo.edits import EMPTY, FIELDS, ResourceEdit, parse_values
from geo.errors import Invalid, NotAllowed
from geo.records import audit, mergers, resources
from geo.records import suggestions as records
from geo.records.suggestions import Suggestion
from geo.scope import Scope

LONGEST_WORDS = 500  # our choice: a postcard holds some 200
LONGEST_REASON = 200
WAITING_AT_MOST = 5  # our choice: of one code; nobody corrects themselves oftener in good faith
ANSWERS = ("still_running", "changed", "ended")  # of whoever runs it
SEEN = ("was_closed", "other_hours", "seems_ended", "otherwise")  # of whoever was there
KINDS = (*ANSWERS, "new", *SEEN)
_OUTCOME = {
    "still_running": "confirmed",
    "changed": "corrected",
    "ended": "closed",
    "new": "added",
}
JAPAN = ZoneInfo("Asia/Tokyo")
# What a stranger may say of each field: what residents see, and nothing that only staff decide.
PROPOSED = (
    *("kind", "name", "kana", "other_names", "description", "place", "address"),
    *("eligibility", "eligibility_note", "fee", "booking", "capacity", "accepting"),
    *("phone", "contact", "url", "closed_on", "openings", "stops", "service_areas"),
    *("pick_up", "may_visit", "seating", "entrance", "western_toilet", "parking"),
    *("wheelchair", "dementia_welcome", "can_help", "can_help_note"),
)
# private_words also knows block numbers; a new hall's address is what we ask for.
_NOT_FOR_US = {"has_mail": "mail_in_words", "has_phone": "phone_in_words"}


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says, read and checked; ``seen_on``: the day of was_closed."""

    kind: str
    values: dict[str, Any]
    words: str = ""
    seen_on: date | None = None

    @classmethod
    def parse(
        cls,
        kind: str,
        values: Mapping[str, Any],
        words: str,
        seen_on: date | None = None,
        needed: Collection[str] = ("kind", "name"),
    ) -> "Said":
        """Read what a door hands over; ``needed``: fields of something new. Raises Invalid naming every
        field that cannot be read."""
        problems = {} if kind in KINDS else {"answer": "unknown_choice"}
        if (kind == "was_closed") != (seen_on is not None):
            problems["day"] = "required"
        words = words.replace("\r\n", "\n").strip()
        problems |= {field: "unknown_field" for field in values if field not in PROPOSED}
        read: dict[str, Any] = {}
        try:
            read = parse_values(values) if values else {}
            parse_values({"description": words})  # control signs that nobody typed
        except Invalid as refused:
            found: Mapping[str, str] = refused.facts["fields"]  # type: ignore[assignment]
            problems |= {"words" if f == "description" else f: code for f, code in found.items()}
        if len(words) > LONGEST_WORDS:
            problems["words"] = "longer_than_500"
        elif (private := private_words.refused(words)) in _NOT_FOR_US:
            problems["words"] = _NOT_FOR_US[private]
        if kind == "changed" and not read and not words and not problems:
            problems["words"] = "say_what_changed"
        if kind == "new":
            missing = {field: "required" for field in needed if not values.get(field)}
            problems = missing | problems
        if problems:
            raise Invalid(fields=problems)
        return cls(kind, read, words, seen_on)


@dataclass(frozen=True, slots=True)
class About:
    """What a suggestion is about and how it came; see records.suggestions.Suggestion."""

    origin: str
    resource: UUID | None = None
    base: int | None = None
    campaign: UUID | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that a suggestion speaks of.

    then      its value when the suggestion was written; now  today; said  as suggested
    """

    field: str
    then: Any
    now: Any
    said: Any

    @property
    def is_conflict(self) -> bool:
        """Whether somebody has written something else meanwhile."""
        return self.now not in (self.then, self.said)

    @property
    def is_done(self) -> bool:
        """Whether the register says so already."""
        return bool(self.now == self.said)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person applies of a suggestion.

    base    the revision that her page showed
    fields  those of the suggested ones that she takes over
    more    what only she can say: closed_on and closed_reason of an ending; of something new its kind, or ``known``:
            the id of the entry that it is
    """

    base: int
    fields: tuple[str, ...] = ()
    more: Mapping[str, Any] | None = None


def receive(db: Session, scope: Scope, id_: UUID, about: About, said: Said, at: datetime) -> bool:
    """Keep what somebody says, once for each id; False when it was there already.

    ``scope`` is the municipality's, as whoever says it. Raises Invalid for an id that was used for
    something else, and when too much of one code waits.
    """
    row = Suggestion(
        id=id_,
        resource=about.resource,
        base=about.base,
        campaign=about.campaign,
        origin=about.origin,
        kind=said.kind,
        seen_on=said.seen_on,
        values=said.values,
        words=said.words,
        at=at,
    )
    before = records.find(db, scope, id_)
    if before is None and about.campaign and about.resource:
        waiting = records.count_waiting(db, scope, about.campaign, about.resource)
        if waiting >= WAITING_AT_MOST:
            raise Invalid(fields={"answer": "too_many_answers"})
    if before is None and records.save(db, scope, row):
        told = {"kind": said.kind, "origin": about.origin, "resource": _text(about.resource)}
        audit.save(db, scope, "suggest", "suggestion", id_, None, told)
        return True
    before = before or records.find(db, scope, id_)
    if before is None or not _is_same(before, row):
        raise Invalid(fields={"draft": "used_elsewhere"})
    return False


def _is_same(before: Suggestion, row: Suggestion) -> bool:
    """Whether the same was said under one id; who has seen something may say more by going back."""
    if (before.resource, before.kind) != (row.resource, row.kind):
        return False
    told = (before.values, before.words, before.seen_on) == (row.values, row.words, row.seen_on)
    return told or row.origin != "resident"


def differences(db: Session, scope: Scope, row: Suggestion) -> tuple[int, list[Difference]]:
    """The revision of today, and field by field what a suggestion would change, in the form's order."""
    if row.resource is None:
        return 0, [
            Difference(field, EMPTY[field], EMPTY[field], row.values[field])
            for field in _in_order(row.values)
        ]
    there = stands(db, scope, row) or row.resource
    revision, now = resources.load_values(db, scope, [there])[there]
    then = now
    if row.base is not None and (row.base < revision or there != row.resource):
        then = registry.values_at(db, scope, row.resource, row.base)
    return revision, [
        Difference(field, then[field], now[field], row.values[field])
        for field in _in_order(row.values)
    ]


def stands(db: Session, scope: Scope, row: Suggestion) -> UUID | None:
    """The entry that stands today for the one a suggestion is about: of one that was merged the one that stays. None
    for something new."""
    return row.resource and mergers.find_survivor(db, scope, row.resource)


def may_decide(db: Session, scope: Scope, row: Suggestion) -> bool:
    """Whether the scope may write at the place that a suggestion is about."""
    if not scope.may_change_resources:
        return False
    there = stands(db, scope, row)
    if there is None:
        return row.resource is None and registry.is_within(db, scope, row.values.get("place"))
    known = resources.load_values(db, scope, [there])
    return there in known and registry.is_within(db, scope, known[there][1]["place"])


def apply(db: Session, scope: Scope, suggestion: UUID, choice: Choice, now: datetime) -> Suggestion:
    """Bring a suggestion into the register, once: a second time changes nothing.

    Whoever answered has also confirmed the rest, on the day of the answer. Raises NotFound,
    NotAllowed outside the writer's areas, Invalid, and Conflict where somebody has written a chosen
    field since ``choice.base``.
    """
    row = taken(db, scope, suggestion)
    if row.state != "open":
        return row
    draft = uuid5(row.id, "apply")
    today = now.astimezone(JAPAN).date()
    if row.kind in SEEN:
        raise Invalid(fields={"outcome": "unknown_choice"})
    if row.kind == "new" and choice.more and choice.more.get("known"):
        return _is_known(db, scope, row, str(choice.more["known"]), now)
    if row.kind == "new":
        row.resource = _make(db, scope, row, draft, choice.more or {})
    elif row.kind == "ended":
        change(db, scope, row, draft, choice.base, dict(choice.more or {}))
    else:
        chosen = {
            field: row.values[field] for field in _in_order(row.values) if field in choice.fields
        }
        if chosen:
            change(db, scope, row, draft, choice.base, chosen)
        _confirm(db, scope, row, today)
    return decided(db, scope, row, "applied", now, draft=draft, outcome=_OUTCOME[row.kind])


def decline(db: Session, scope: Scope, suggestion: UUID, reason: str, now: datetime) -> Suggestion:
    """Leave the register as it is, once, and say why. Raises NotFound, NotAllowed, Invalid."""
    row = taken(db, scope, suggestion)
    reason = _reason(reason, is_needed=True)
    if row.origin == "resident":
        reason = for_strangers(reason, is_needed=True)
    if row.state != "open":
        return row
    return decided(db, scope, row, "declined", now, reason=reason)


def decline_told(
    db: Session, scope: Scope, told: Collection[UUID], reason: str, now: datetime
) -> int:
    """Leave aside at once what residents told, for one reason, when somebody floods the desk; how many that were.

    What was decided already stays as it is. Raises as ``decline``, and Invalid for nothing chosen and for what a host
    said: that is looked at one by one.
    """
    if not told:
        raise Invalid(fields={"heap": "nothing_chosen"})
    for_strangers(reason, is_needed=True)
    rows = [taken(db, scope, id_) for id_ in sorted(set(told))]
    if any(row.origin != "resident" for row in rows):
        raise Invalid(fields={"heap": "unknown_choice"})
    waiting = [row for row in rows if row.state == "open"]
    for row in waiting:
        decline(db, scope, row.id, reason, now)
    return len(waiting)


def answered_on(row: Suggestion) -> date:
    """The day in Japan on which somebody said it."""
    return row.at.astimezone(JAPAN).date()


def taken(db: Session, scope: Scope, suggestion: UUID) -> Suggestion:
    """The suggestion, locked, for who may decide about it."""
    row = records.take(db, scope, suggestion)
    if not may_decide(db, scope, row):
        raise NotAllowed(action="outside_areas")
    return row


def _reason(words: str, *, is_needed: bool) -> str:
    """A reason in one line. Raises Invalid."""
    reason = " ".join(words.split())
    if len(reason) > LONGEST_REASON or (is_needed and not reason):
        raise Invalid(fields={"reason": "too_long" if reason else "required"})
    return reason


def for_strangers(words: str, *, is_needed: bool) -> str:
    """A reason, in one line, where whoever told something reads it: nobody's number. Raises Invalid."""
    reason = _reason(words, is_needed=is_needed)
    if (code := private_words.refused(reason)) in _NOT_FOR_US:
        raise Invalid(fields={"reason": code})
    return reason


def _make(db: Session, scope: Scope, row: Suggestion, draft: UUID, more: Mapping[str, Any]) -> UUID:
    """Something new as an entry. Of what a resident told nobody has asked the host: staff see it alone."""
    resource = uuid5(row.id, "resource")
    values = {**row.values, **more}
    if row.origin == "resident":
        values["public"] = False
    edit = {"id": draft, "resource": resource, "base": None, "edits": values}
    registry.apply(db, scope, ResourceEdit.parse(edit))
    return resource


def _is_known(db: Session, scope: Scope, row: Suggestion, known: str, now: datetime) -> Suggestion:
    """Something new is an entry that the register has: somebody told of it before ("added"), or it was there
    ("confirmed"). Nothing of the entry changes. Raises Invalid where there is none."""
    try:
        there = mergers.find_survivor(db, scope, UUID(known))
    except ValueError:
        there = None
    if there is None:
        raise Invalid(fields={"known": "unknown_choice"})
    row.resource = there
    told = any(
        one.kind == "new" and one.id != row.id for one in records.list_of(db, scope, [there])
    )
    return decided(db, scope, row, "applied", now, outcome="added" if told else "confirmed")


def change(
    db: Session, scope: Scope, row: Suggestion, draft: UUID, base: int, values: dict[str, Any]
) -> None:
    """Write fields of the entry that stands today through the gate. Raises as ``registry.apply``."""
    there = stands(db, scope, row) or row.resource
    edit = {"id": draft, "resource": there, "base": base, "edits": values}
    registry.apply(db, scope, ResourceEdit.parse(edit))


def _confirm(db: Session, scope: Scope, row: Suggestion, today: date) -> None:
    if row.resource is not None:
        draft = uuid5(row.id, "confirm")
        freshness.confirm(db, scope, draft, row.resource, answered_on(row), today)


def decided(
    db: Session, scope: Scope, row: Suggestion, state: str, now: datetime, **more: Any
) -> Suggestion:
    """Write down what was decided about one that waited, and what more is said of it."""
    row.state, row.decided_by, row.decided_at = state, scope.account, now
    for name, value in more.items():
        setattr(row, name, value)
    db.flush()
    after = {"state": state, "resource": _text(row.resource), "reason": row.reason}
    if row.outcome:
        after["outcome"] = row.outcome
    audit.save(db, scope, "decide", "suggestion", row.id, {"state": "open"}, after)
    return row


def _in_order(values: Iterable[str]) -> list[str]:
    named = set(values)
    return [field for field in FIELDS if field in named]


def _text(id_: UUID | None) -> str | None:
    return str(id_) if id_ else None
