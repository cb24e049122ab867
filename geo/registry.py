"""台帳の書きかえ: the one gate for changes to 地域資源.

A web form, a field draft and a suggestion become a ResourceEdit and pass ``apply``; an imported
file passes its set-based twin ``apply_many``. Both keep history, know who may write where, and
write by the same statement.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from geo import carried_over, service_areas
from geo.edits import EMPTY, FIELDS, ResourceEdit
from geo.errors import Conflict, Invalid, NotAllowed, NotFound
from geo.forgetting import words_in
from geo.records import (
    audit,
    districts,
    intakes,
    kinds,
    municipalities,
    providers,
    resource_rows,
    resources,
    versions,
    wipings,
)
from geo.records.database import take_turns
from geo.register_rows import Change, rows_of
from geo.scope import Scope, house
from geo.seen import unseen

AT_ONCE = 2_000  # our choice: rows of a delivery in memory together

_TOGETHER = ("place", "place_level")


@dataclass(frozen=True, slots=True)
class Delivered:
    """One row of a source (and of which sheet), read and checked. Fields it does not name are not
    the source's."""

    row: int
    key: str
    values: dict[str, Any]
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A field where a person's edit and the source's new value differ: the person's stands."""

    row: int
    key: str
    name: str
    field: str
    ours: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery.

    missing  key → name as the source last said it
    written  resource → (row, sheet, key) of the rows that were added or changed
    unsaid   words that it delivered and that were wiped: nothing tells them
    """

    added: int
    changed: int
    unchanged: int
    missing: dict[str, str]
    written: dict[UUID, tuple[int, str, str]]
    unsaid: set[str]


def apply(db: Session, scope: Scope, edit: ResourceEdit) -> int:
    """Apply an edit once, keep what it changed, and return the resource's revision.

    ``scope.municipality`` is where the resource is, or will be. Edits made away from the network
    meet here: if others changed *other* fields since ``edit.base`` both changes stand; if they
    changed the same field, raises Conflict with the value it has now and nothing is written.
    What is meant for an entry that was merged goes to the one that stands for it (``carried_over``).
    Raises NotAllowed outside the writer's areas (the old place and the new one), NotFound, Invalid.
    """
    if not scope.may_change_resources:
        raise NotAllowed(action="change_resource")
    if not resources.save_draft(db, scope, edit.draft, edit.resource):
        return _applied_before(db, scope, edit)
    edit = carried_over.to_survivor(db, scope, edit)
    revision, now = _new(db, scope, edit) if edit.base is None else _today(db, scope, edit)
    changed = {field: value for field, value in edit.values.items() if now[field] != value}
    if revision and not changed:
        return revision
    new = {**now, **changed}
    check(db, scope, new, [new] if edit.base is None else [now, new])
    before = {field: now[field] for field in changed}
    keep(db, scope, [Change(edit.resource, revision + 1, new, before, changed, draft=edit.draft)])
    action = "change" if revision else "add"
    audit.save(db, scope, action, "resource", edit.resource, before, changed)
    return revision + 1


def undo(db: Session, scope: Scope, draft: UUID, resource: UUID, revision: int) -> int:
    """Set the fields that one revision changed back to what they were before it.

    An edit like any other: the history grows, what others changed beside it stands, and an undoing
    can be undone. Where a field is no longer as that revision left it, raises Conflict with the
    value it has now. Raises NotFound, Invalid for what began the resource, and as ``apply``.
    """
    resources.list_locked(db, scope, [resource])
    history = resources.list_revisions(db, scope, resource, after=revision - 1)
    if not history or history[-1].revision != revision:
        raise NotFound(thing="revision", id=f"{resource}/{revision}")
    if revision == 1:
        raise Invalid(fields={"revision": "nothing_before"})
    before, left = history[-1].before, history[-1].changed
    latest, now = resources.load_values(db, scope, [resource])[resource]
    theirs = {
        field: now[field] for field in before if now[field] not in (before[field], left[field])
    }
    if theirs and not resources.find_draft(db, scope, draft):
        raise Conflict(theirs=theirs, revision=latest)
    return apply(db, scope, ResourceEdit(draft, resource, latest, dict(before)))


def values_at(db: Session, scope: Scope, resource: UUID, revision: int) -> dict[str, Any]:
    """The fields of a resource as they were at a revision: what somebody's form showed."""
    known = resources.load_values(db, scope, [resource])
    if resource not in known:
        raise NotFound(thing="resource", id=str(resource))
    values = known[resource][1]
    for change in resources.list_revisions(db, scope, resource, after=revision):
        values = {**values, **change.before}
    return values


def is_within(db: Session, scope: Scope, place: Sequence[float] | None) -> bool:
    """Whether the writer's areas hold a place; an account without areas writes everywhere."""
    if scope.areas is None:
        return True
    return place is not None and districts.covers(db, scope, *place)


def apply_many(
    db: Session,
    scope: Scope,
    dataset: str,
    delivered: Iterable[Delivered],
    intake: UUID,
    kept: Callable[[Kept], object] | None = None,
) -> Outcome:
    """Apply a whole delivery: a three-way merge of each row against what its source said last.

    A person's edit wins over an unchanged source cell; where both changed, the person's stands
    and the difference is reported (to ``kept``, as it is met). A row that is no longer delivered
    is reported, never closed. The values delivered now are remembered as the base of the next
    merge. Rows are taken AT_ONCE at a time, so that a delivery of any length needs the same room;
    whatever the list brought before is locked first, in one order.
    """
    brought = iter(intakes.list_resources(db, scope, dataset))
    while ids := list(islice(brought, AT_ONCE)):
        resources.list_locked(db, scope, ids)
    counts: Counter[str] = Counter()
    written: dict[UUID, tuple[int, str, str]] = {}
    keys: set[str] = set()
    unsaid: set[str] = set()
    tell = kept or (lambda _: None)
    rows = iter(delivered)
    while batch := list(islice(rows, AT_ONCE)):
        keys.update(row.key for row in batch)
        for row, result in _apply_batch(db, scope, dataset, batch, intake, counts, unsaid):
            if result.change:
                written[result.resource] = (row.row, row.sheet, row.key)
            for stands in result.kept:
                tell(stands)
    if counts["added"] or counts["changed"]:
        versions.raise_version(db, scope, "resources")
    return Outcome(
        added=counts["added"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        missing=dict(intakes.list_unsaid(db, scope, dataset, keys)),
        written=written,
        unsaid=unsaid,
    )


def _apply_batch(
    db: Session,
    scope: Scope,
    dataset: str,
    batch: list[Delivered],
    intake: UUID,
    counts: Counter[str],
    unsaid: set[str],
) -> list[tuple[Delivered, "_Compared"]]:
    """Some rows of a delivery: compare, write, remember, count."""
    last = {
        said.key: said for said in intakes.list_said(db, scope, dataset, [r.key for r in batch])
    }
    ids = sorted(said.resource for said in last.values())
    today, wiped = resources.load_values(db, scope, ids), wipings.list_fields(db, scope, ids)
    batch = [_unwiped(row, last.get(row.key), wiped, unsaid) for row in batch]
    results = [_compare(row, last.get(row.key), today, intake) for row in batch]
    _write(db, scope, [result.change for result in results if result.change])
    said_anew = []
    for row, result in zip(batch, results, strict=True):
        before = last.get(row.key)
        counts["added" if before is None else "changed" if result.change else "unchanged"] += 1
        if before is None or before.values != row.values:
            said_anew.append(
                {
                    "dataset": dataset,
                    "key": before.kept_as if before else row.key,
                    "resource": before.brought if before else result.resource,
                    "intake": intake,
                    "values": row.values,
                }
            )
    intakes.save_source_rows(db, scope, said_anew)
    return list(zip(batch, results, strict=True))


def merge(
    base: Mapping[str, Any], theirs: Mapping[str, Any], ours: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Three-way merge of one row, field by field.

    base    what the source said last; theirs  what it says now; ours  what the register has
    Returns the fields to write, and the names of those where a person's edit stands against a
    new value. A place and how well it is known go together.
    """
    moved = [field for field in theirs if base.get(field, EMPTY[field]) != theirs[field]]
    stands = [
        field
        for field in moved
        if ours[field] not in (base.get(field, EMPTY[field]), theirs[field])
    ]
    if any(field in _TOGETHER for field in stands):
        stands = [field for field in moved if field in stands or field in _TOGETHER]
    changed = {
        field: theirs[field]
        for field in moved
        if field not in stands and ours[field] != theirs[field]
    }
    return changed, stands


@dataclass(frozen=True, slots=True)
class _Compared:
    resource: UUID
    change: Change | None
    kept: tuple[Kept, ...]


def _compare(
    row: Delivered,
    last: intakes.Said | None,
    today: dict[UUID, tuple[int, dict[str, Any]]],
    intake: UUID,
) -> _Compared:
    """What one delivered row asks of the register."""
    if last is None:
        id_ = uuid4()
        new = {**EMPTY, **row.values}
        return _Compared(id_, Change(id_, 1, new, {}, row.values, intake=intake), ())
    revision, now = today[last.resource]
    if not last.leads:  # two rows of one list were merged: the other speaks for both
        return _Compared(last.resource, None, ())
    changed, stands = merge(last.values, row.values, now)
    kept = tuple(Kept(row.row, row.key, now["name"], f, now[f], row.values[f]) for f in stands)
    if not changed:
        return _Compared(last.resource, None, kept)
    before = {field: now[field] for field in changed}
    new = {**now, **changed}
    change = Change(last.resource, revision + 1, new, before, changed, intake=intake)
    return _Compared(last.resource, change, kept)


def _unwiped(
    row: Delivered,
    last: intakes.Said | None,
    wiped: Mapping[UUID, Collection[str]],
    unsaid: set[str],
) -> Delivered:
    """A row without what a host had wiped (its words go to ``unsaid``): no list brings it back."""
    gone = wiped.get(last.resource, ()) if last else ()
    if not gone:
        return row
    unsaid.update(text for field in gone for text in words_in(row.values.get(field)))
    return replace(row, values={f: v for f, v in row.values.items() if f not in gone})


def _applied_before(db: Session, scope: Scope, edit: ResourceEdit) -> int:
    """The answer to a draft whose first answer was lost on its way back."""
    draft = resources.find_draft(db, scope, edit.draft)
    if draft is None or draft.resource != edit.resource or draft.account != scope.account:
        raise Invalid(fields={"draft": "used_elsewhere"})
    return resources.load_values(db, scope, [edit.resource])[edit.resource][0]


def _new(db: Session, scope: Scope, edit: ResourceEdit) -> tuple[int, dict[str, Any]]:
    """Nothing yet; refused if somebody has made a resource of that id anywhere. A row that is not
    there cannot be locked: who makes one of that id takes turns."""
    take_turns(db, scope, f"resource/{edit.resource}")
    if resources.load_values(db, house(), [edit.resource]):
        raise Invalid(fields={"resource": "exists"})
    return 0, EMPTY


def _today(db: Session, scope: Scope, edit: ResourceEdit) -> tuple[int, dict[str, Any]]:
    """The resource as it is, locked. Raises NotFound, and Conflict on fields others changed."""
    if not resources.list_locked(db, scope, [edit.resource]):
        raise NotFound(thing="resource", id=str(edit.resource))
    revision, now = resources.load_values(db, scope, [edit.resource])[edit.resource]
    base = edit.base or 0
    if base > revision:
        raise Invalid(fields={"draft": "incomplete"})  # nobody can have seen that one
    history = resources.list_revisions(db, scope, edit.resource, after=base)
    later = unseen(edit, history, scope.account)
    theirs = {
        field: now[field]
        for field in FIELDS
        if field in later and field in edit.values and now[field] != edit.values[field]
    }
    if theirs:
        raise Conflict(theirs=theirs, revision=revision)
    return revision, now


def check(
    db: Session, scope: Scope, values: Mapping[str, Any], states: Iterable[Mapping[str, Any]]
) -> None:
    """What no single field can know. Raises Invalid, and NotAllowed where one of ``states`` (what it was,
    what it will be) lies outside the areas an account is limited to."""
    problems = {} if values["name"] else {"name": "required"}
    if not kinds.find(db, scope, values["kind"]):
        problems["kind"] = "unknown_choice" if values["kind"] else "required"
    if problems:
        raise Invalid(fields=problems)
    if not all(is_within(db, scope, state["place"]) for state in states):
        raise NotAllowed(action="outside_areas")


def keep(db: Session, scope: Scope, changes: list[Change]) -> None:
    """Write changes and their history, and say that the register is no longer what it was. For who has
    locked what they change and checked it (``check``)."""
    _write(db, scope, changes)
    versions.raise_version(db, scope, "resources")


def _write(db: Session, scope: Scope, changes: list[Change]) -> None:
    """Write changes and their history."""
    if not changes:
        return
    names = sorted({change.values["provider"] for change in changes} - {""})
    ids = providers.save_names(db, scope, names)
    rows = rows_of(db, scope, changes, ids)
    _say_which_areas(db, scope, [row for row in rows if row["service_areas"]])
    resource_rows.save_values(db, scope, rows)


def _say_which_areas(db: Session, scope: Scope, rows: list[dict[str, Any]]) -> None:
    """Put beside the names of service areas which areas of ours they mean."""
    if not rows or scope.municipality is None:
        return
    place = municipalities.get(db, scope, scope.municipality)
    areas = service_areas.open_areas(db, scope, place.name)
    for row in rows:
        row["service_areas"] = service_areas.written(areas, row["service_areas"])
