"""まとめたあとに届いた下書き: an edit that was meant for an entry which has since been merged into another.

A coordinator without a network cannot know. What she wrote goes to the entry that stands for hers today, field by
field, as if she had been looking at it: where it holds what hers held (or what she writes) her change stands; where
it holds something else she is asked, with both values. It is never dropped.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo.edits import ResourceEdit
from geo.errors import Conflict
from geo.records import mergers, resources
from geo.scope import Scope


def to_survivor(db: Session, scope: Scope, edit: ResourceEdit) -> ResourceEdit:
    """The same edit for the entry that stands for its resource; the edit itself where that was never merged.

    Raises Conflict with ``theirs``: the values of that entry, ``merged_into``: its id, ``merged_revision``: its
    revision, and ``revision``: the last of the old entry. An edit whose base is that last one has seen this
    conflict, and stands; sent to that entry itself with its revision, it is an edit like any other, and what
    somebody changes there meanwhile is met again. What its writer wrote there herself (``edit.own``) she knows.
    """
    stands = None if edit.base is None else mergers.find_survivor(db, scope, edit.resource)
    if stands is None or stands == edit.resource:
        return edit
    resources.list_locked(db, scope, [edit.resource, stands])
    known = resources.load_values(db, scope, [edit.resource, stands])
    (last, own), (revision, now) = known[edit.resource], known[stands]
    base = edit.base or 0
    values = {f: v for f, v in edit.values.items() if not _is_older_word(f, v, now)}
    if base < last:
        seen = _as_at(db, scope, edit.resource, own, base)
        hers = _hers(db, scope, edit, stands)
        theirs = {
            f: now[f] for f, v in values.items() if f not in hers and now[f] not in (seen[f], v)
        }
        if theirs:
            raise Conflict(
                theirs=theirs, revision=last, merged_into=str(stands), merged_revision=revision
            )
    return replace(edit, resource=stands, base=revision, values=values)


def _is_older_word(field: str, value: Any, now: Mapping[str, Any]) -> bool:
    """「変わりなし」 of an earlier day than the one on which the other entry was confirmed: it is true and changes
    nothing."""
    return field == "confirmed_on" and bool(value) and (now[field] or "") >= value


def _hers(db: Session, scope: Scope, edit: ResourceEdit, stands: UUID) -> set[str]:
    """Fields in which no other value can stand in her way: whose last word in the entry that stays is her own,
    and a day of confirmation, where the later is simply later."""
    last: dict[str, bool] = {"confirmed_on": True}
    for change in resources.list_revisions(db, scope, stands, after=0):  # the newest first
        for field in change.changed:
            last.setdefault(field, change.draft in edit.own and change.account == scope.account)
    return {field for field, is_hers in last.items() if is_hers}


def _as_at(
    db: Session, scope: Scope, resource: UUID, values: Mapping[str, Any], revision: int
) -> dict[str, Any]:
    """What somebody saw who looked at a revision."""
    seen = dict(values)
    for change in resources.list_revisions(db, scope, resource, after=revision):
        seen |= change.before
    return seen
