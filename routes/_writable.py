"""A resource that a form is about: found, and whether its reader may write it."""

from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import registry
from geo.errors import Invalid, NotAllowed, NotFound
from geo.records import resources, shelf
from geo.scope import EVERYBODY, Scope
from routes._request import own_scope, reading, scope_in


def find(db: Session, resource_id: UUID) -> tuple[Row[Any], Scope]:
    """A resource as the reader may see it: at home with its staff's eyes, else as everybody."""
    home = own_scope()
    if not home.is_public:
        try:
            row = shelf.get(db, home, resource_id)
            return row, scope_in(row.municipality)
        except NotFound:
            pass
    row = shelf.get(db, EVERYBODY, resource_id)
    return row, Scope(row.municipality, EVERYBODY.role)


def writing_scope(municipality: str) -> Scope:
    """The reader's scope where they may write. Raises NotFound in a foreign municipality."""
    scope = scope_in(municipality)
    if not scope.may_change_resources:
        raise NotFound(thing="municipality", id=municipality)
    return scope


def opened(resource_id: UUID) -> tuple[Scope, int, dict[str, Any]]:
    """The writer's scope, the revision and the fields of a resource that is theirs to change.

    Raises NotFound, NotAllowed outside their areas, and Invalid for one that was merged into another,
    before anything is typed.
    """
    db = reading()
    row, _ = find(db, resource_id)
    scope = writing_scope(row.municipality)
    if row.merged_into:
        raise Invalid(fields={"resource": "merged"})
    revision, now = resources.load_values(db, scope, [resource_id])[resource_id]
    if not registry.is_within(db, scope, now["place"]):
        raise NotAllowed(action="outside_areas")
    return scope, revision, now


def id_in_form(name: str) -> UUID:
    """The id that a form carries. Raises Invalid."""
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        raise Invalid(fields={"draft": "incomplete"}) from None


def whole(name: str) -> int:
    """The whole number that a form carries. Raises Invalid."""
    text = request.form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Invalid(fields={"draft": "incomplete"})
    return int(text)
