"""食い違い: what two people wrote into the same field, kept until one of them, or the desk, has chosen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo import registry
from geo.edits import ResourceEdit
from geo.errors import Conflict, Invalid, NotAllowed
from geo.records import audit, conflicts, mergers, resources
from geo.records.conflicts import ConflictRow
from geo.scope import Scope

TAKES = ("ours", "theirs")
PLACE = ("place", "place_level", "place_source")  # where it is, how well known, how captured


def keep(
    db: Session, scope: Scope, edit: ResourceEdit, error: Conflict, written_at: datetime | None
) -> None:
    """Keep what the gate has just refused, once for each draft, at the entry whose values it met. In a
    transaction of its own: the refused one is undone."""
    facts: Mapping[str, Any] = error.facts
    values = {
        "id": edit.draft,
        "resource": UUID(facts["merged_into"]) if "merged_into" in facts else edit.resource,
        "base": edit.base or 0,
        "revision": facts.get("merged_revision", facts["revision"]),
        "ours": edit.values,
        "theirs": facts["theirs"],
        "written_at": written_at,
    }
    if conflicts.save(db, scope, values):
        told = {"resource": str(values["resource"]), "ours": edit.values}
        audit.save(db, scope, "add", "conflict", edit.draft, None, told)


def resent(db: Session, scope: Scope, conflict: UUID, now: datetime) -> None:
    """Its writer has seen both values and sent her change again, under another id: whatever becomes of
    that, this one is settled. Nothing for one that is not hers, or is settled."""
    row = conflicts.find_locked(db, scope, conflict)
    if row is not None and row.account == scope.account and row.settled_at is None:
        _settle(db, scope, row, "resent", now)


def drop(db: Session, scope: Scope, conflict: UUID, now: datetime) -> None:
    """Its writer gives her change up; the register stays as it is. Twice is once; what the desk has
    settled stays settled so. Raises NotFound, and NotAllowed for somebody else's."""
    row = conflicts.get_locked(db, scope, conflict)
    if row.account != scope.account:
        raise NotAllowed(action="other_account")
    if row.settled_at is None:
        _settle(db, scope, row, "dropped", now)


def settle(
    db: Session,
    scope: Scope,
    conflict: UUID,
    take: str,
    draft: UUID,
    now: datetime,
    base: int | None = None,
) -> int:
    """The desk chooses: ``ours`` writes all that was refused through the gate, ``theirs`` only what met nobody
    else's. Both go to the entry that stands for it today. Returns that one's revision.

    base  the revision whose values the chooser had before her; None: today's
    Raises Invalid for what is settled already, NotFound, NotAllowed, and Conflict where a field has been
    changed again since ``base``.
    """
    if not scope.may_change_resources:
        raise NotAllowed(action="change_resource")
    if take not in TAKES:
        raise Invalid(fields={"take": "required"})
    row = conflicts.get_locked(db, scope, conflict)
    if row.settled_at is not None and not resources.find_draft(db, scope, draft):
        raise Invalid(fields={"conflict": "settled_already"})
    there = mergers.find_survivor(db, scope, row.resource) or row.resource
    resources.list_locked(db, scope, [there])
    revision, values = resources.load_values(db, scope, [there])[there]
    if not registry.is_within(db, scope, values["place"]):
        raise NotAllowed(action="outside_areas")
    wanted = row.ours if take == "ours" else beside(row.ours, row.theirs)
    if any(values[field] != value for field, value in wanted.items()):
        edit = ResourceEdit(draft, there, revision if base is None else base, wanted)
        revision = registry.apply(db, scope, edit)
    if row.settled_at is None:
        _settle(db, scope, row, take, now)
    return revision


def beside(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """What was written with a change and met nobody else's; a place goes as a whole."""
    met = set(theirs)
    if met & set(PLACE):
        met |= set(PLACE)
    return {field: value for field, value in ours.items() if field not in met}


def _settle(db: Session, scope: Scope, row: ConflictRow, how: str, now: datetime) -> None:
    told: dict[str, Any] = {"resource": str(row.resource), "how": how}
    conflicts.save_settled(db, scope, row, how, now)
    audit.save(db, scope, "settle", "conflict", row.id, None, told)
