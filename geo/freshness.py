"""変わりなし: somebody was there, and the entry is as it was.

How far a confirmation holds is ``days.freshness``. Confirming is an edit of one field through the
one gate; two people who confirm the same entry never stand in each other's way.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo import registry
from geo.edits import ResourceEdit
from geo.errors import Invalid, NotAllowed, NotFound
from geo.records import resources
from geo.scope import Scope


def confirm(db: Session, scope: Scope, draft: UUID, resource: UUID, on: date, today: date) -> int:
    """Say that a resource was as the register has it on a day, once for each draft; returns its
    revision.

    A day after ``today`` is today (a device's clock may be hours ahead); of two confirmations the
    later day stands, whichever comes first, so there is no conflict. Of a resource that was merged
    into another the other is confirmed. Raises NotFound, NotAllowed as ``registry.apply``, and
    Invalid for one that has ended: a person must look.
    """
    if not scope.may_change_resources:
        raise NotAllowed(action="change_resource")
    there, revision, now = _locked(db, scope, resource)
    if known := resources.find_draft(db, scope, draft):
        if known.account != scope.account or known.resource not in (resource, there):
            raise Invalid(fields={"draft": "used_elsewhere"})
        return revision
    if now["closed_on"]:
        raise Invalid(fields={"resource": "has_ended"})
    day = min(on, today)
    if now["confirmed_on"] and (last := date.fromisoformat(now["confirmed_on"])) <= today:
        day = max(day, last)
    said = {"confirmed_on": day.isoformat()}
    if not registry.is_within(db, scope, now["place"]):
        raise NotAllowed(action="outside_areas")
    return registry.apply(db, scope, ResourceEdit(draft, there, revision, said))


def _locked(db: Session, scope: Scope, resource: UUID) -> tuple[UUID, int, dict[str, Any]]:
    """The resource that stands for this one today, locked, with its revision and its fields."""
    seen: set[UUID] = set()
    while resource not in seen and resources.list_locked(db, scope, [resource]):
        seen.add(resource)
        revision, now = resources.load_values(db, scope, [resource])[resource]
        if not now["merged_into"]:
            return resource, revision, now
        resource = UUID(now["merged_into"])
    raise NotFound(thing="resource", id=str(resource))
