"""Where somebody of the staff is at home: their municipality; for an administrator of all, one of them."""

from uuid import UUID

from flask import request

from geo.errors import NotFound
from geo.records import municipalities, visits
from geo.scope import EVERYBODY, STAFF, Scope
from routes._request import own_scope, reading, scope_in


def at_home() -> Scope:
    """The reader's scope in one municipality: their own, else the one that the request names, else
    the first. Raises NotFound where there is none, or only a resident's view of it."""
    own = own_scope()
    if own.municipality is None and own.role != EVERYBODY.role:
        codes = [row.code for row in municipalities.list_all(reading(), own)]
        named = request.values.get("municipality", "")
        own = scope_in(named if named in codes else next(iter(codes), None))
    if own.municipality is None or own.is_public:
        raise NotFound(thing="municipality", id="")
    return own


def staff_at(municipality: str) -> Scope:
    """The reader's scope where they are of the staff. Raises NotFound in a foreign municipality: people are for its
    own staff."""
    scope = scope_in(municipality)
    if scope.role not in STAFF:
        raise NotFound(thing="municipality", id=municipality)
    return scope


def at_home_of(visit: UUID) -> Scope:
    """The reader's scope where a visit was noted: an administrator of all follows it. Raises NotFound."""
    own = own_scope()
    if own.municipality is None and own.role != EVERYBODY.role:
        row = visits.find(reading(), own, visit)
        if row is not None:
            return scope_in(row.municipality)
    return at_home()
