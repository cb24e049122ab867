"""Visits as pages show them: rows become the plain values that templates read."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import private_words, visits
from geo.kinds import vocabulary
from geo.records import visits as records
from geo.records.visits import Asked
from geo.scope import Scope
from routes._request import today

SHOWN = 3  # our choice: last visits on the page of a resource


def shown(row: Row[Any], scope: Scope) -> dict[str, Any]:
    """A visit in a list."""
    notes = "\n".join(getattr(row, name) for name in visits.NOTES)
    is_own = visits.is_own(scope, row.account)
    return {
        "id": row.id,
        "visited_on": row.visited_on,
        "activity": row.activity,
        "activity_words": vocabulary("activity").get(row.activity, row.activity),
        "resource": row.resource_now,
        "resource_name": row.resource_name,
        "place": row.place,
        "district_name": row.district_name,
        "note": row.note,
        "met": row.met,
        "minutes": row.minutes,
        "confirmed": row.confirmed,
        "writer": row.writer_name,
        "next_step": row.next_step,
        "next_by": row.next_by,
        "next_on": row.next_on,
        "promised": row.promised,
        "next_done_at": row.next_done_at,
        "is_own": is_own,
        "names": private_words.names(notes) if is_own else [],
    }


def of_resource(
    db: Session, scope: Scope, resource: UUID, *, may_edit: bool
) -> dict[str, Any] | None:
    """What staff see of the visits on the page of a resource; None for others."""
    if scope.is_public:
        return None
    asked = Asked(resource=resource)
    last = records.list_all(db, scope, asked, limit=SHOWN)
    steps = records.list_all(db, scope, Asked(resource=resource, open_steps=True), limit=20)
    return {
        "resource": resource,
        "draft": str(uuid4()),  # of 変わりなし: pressed twice it counts once
        "may_edit": may_edit,
        "may_write": scope.may_change_resources,
        "total": records.count_all(db, scope, asked),
        "last": [shown(row, scope) for row in last],
        "steps": [shown(row, scope) for row in steps],
        "today": today(),
    }
