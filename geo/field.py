"""現地で書いたもの: what a device brings when it has a network again, taken in once, whatever happened on
the way.

A draft's id is made on the device and is the key by which it counts once: a draft that comes again
gets the answer that was lost. What the device says of itself (its counter, its clock) is a claim; nothing is
decided by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo import conflicts, freshness, registry
from geo.edits import ResourceEdit
from geo.errors import Invalid, NotAllowed
from geo.records import mergers
from geo.scope import Scope
from geo.visits import VisitEdit, record

KINDS = ("edit", "confirm", "visit", "drop")


@dataclass(frozen=True, slots=True)
class Draft:
    """What every draft says, whatever kind it is.

    account     who wrote it: nobody else may send it
    seq         the device's counter, by which the device orders what it sends
    written_at  the device's clock, which may be wrong by hours; None where it cannot be read
    settles     the conflict that this draft answers, if it does
    said        everything as it came
    """

    id: UUID
    account: UUID
    device: UUID
    seq: int
    kind: str
    written_at: datetime | None
    settles: UUID | None
    said: Mapping[str, Any]

    @classmethod
    def parse(cls, raw: object) -> "Draft":
        """Read what a door hands over. Raises Invalid."""
        if not isinstance(raw, Mapping) or raw.get("kind") not in KINDS:
            raise Invalid(fields={"draft": "incomplete"})
        try:
            settles = raw.get("settles")
            return cls(
                id=UUID(str(raw["id"])),
                account=UUID(str(raw["account"])),
                device=UUID(str(raw["device"])),
                seq=int(raw["seq"]),
                kind=str(raw["kind"]),
                written_at=claimed(raw.get("written_at")),
                settles=UUID(str(settles)) if settles else None,
                said=raw,
            )
        except (KeyError, TypeError, ValueError):
            raise Invalid(fields={"draft": "incomplete"}) from None


def claimed(text: object) -> datetime | None:
    """A moment as a device's clock says it, or None: a clock is no reason to refuse anything."""
    try:
        moment = datetime.fromisoformat(str(text))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def check_account(scope: Scope, account: UUID) -> None:
    """A device may be used by two; each sends her own. Raises NotAllowed."""
    if scope.account != account:
        raise NotAllowed(action="other_account")
    if scope.municipality is None:
        raise NotAllowed(action="no_municipality")


def edit_of(draft: Draft) -> ResourceEdit:
    """The change that a draft of the kind ``edit`` asks for. Raises Invalid."""
    return ResourceEdit.parse({**draft.said, "id": draft.id})


def take(db: Session, scope: Scope, draft: Draft, now: datetime, today: date) -> dict[str, Any]:
    """Take in one draft; returns what its device is told. Raises as what it asks for does: Conflict,
    Invalid, NotAllowed, NotFound."""
    check_account(scope, draft.account)
    if draft.kind == "visit":
        return _visit(db, scope, draft, today)
    if draft.kind == "confirm":
        resource, on = _confirmed(draft)
        revision = freshness.confirm(db, scope, draft.id, resource, on, today)
        return {"state": "gone", "revision": revision} | _went_on(db, scope, resource)
    if draft.kind == "drop":
        if draft.settles is None:
            raise Invalid(fields={"draft": "incomplete"})
        conflicts.drop(db, scope, draft.settles, now)
        return {"state": "gone"}
    edit = edit_of(draft)
    revision = registry.apply(db, scope, edit)
    if draft.settles is not None:
        conflicts.resent(db, scope, draft.settles, now)
    return {"state": "gone", "revision": revision} | _went_on(db, scope, edit.resource)


def _went_on(db: Session, scope: Scope, resource: UUID) -> dict[str, str]:
    """Where it was written, where that is another entry than its writer meant."""
    stands = mergers.find_survivor(db, scope, resource)
    return {} if stands in (None, resource) else {"merged_into": str(stands)}


def keep_conflict(
    db: Session, scope: Scope, draft: Draft, edit: ResourceEdit, error: Any, now: datetime
) -> None:
    """Keep the conflict that a draft has met, in place of the one that it was to settle."""
    conflicts.keep(db, scope, edit, error, draft.written_at)
    if draft.settles is not None:
        conflicts.resent(db, scope, draft.settles, now)


def _visit(db: Session, scope: Scope, draft: Draft, today: date) -> dict[str, Any]:
    said = draft.said.get("visit")
    if not isinstance(said, Mapping):
        raise Invalid(fields={"draft": "incomplete"})
    claim = {"claimed_at": draft.written_at and draft.written_at.isoformat()}
    visit = VisitEdit.parse({**claim, **said, "id": draft.id, "base": None})
    record(db, scope, visit, today)
    return {"state": "gone", "names": visit.names}


def _confirmed(draft: Draft) -> tuple[UUID, date]:
    try:
        return UUID(str(draft.said["resource"])), date.fromisoformat(str(draft.said["on"]))
    except (KeyError, ValueError):
        raise Invalid(fields={"draft": "incomplete"}) from None
