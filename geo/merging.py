"""ふたつをひとつに: two entries that are one thing become one, and can become two again.

One is kept. The other is closed and points at it: its old address leads there, its history stays its own, and what is
kept of it elsewhere (visits, photos, suggestions, rows of lists) follows by ``resource_survivor``. Nothing is moved,
so that nothing has to be moved back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo import registry
from geo.edits import EMPTY, FIELDS
from geo.errors import Conflict, Invalid, NotAllowed, NotFound
from geo.records import audit, mergers, resources
from geo.register_rows import Change
from geo.scope import Scope
from geo.words import search_key

# What belongs together is chosen together; what is said of an entry's own life is never taken from the other
_WITH = {
    "place": ("place", "place_level", "place_source", "address"),
    "paused_on": ("paused_on", "resumes_on"),
}
_FOLLOWING = frozenset({"place_level", "place_source", "address", "resumes_on"})
_RUNS = frozenset({"paused_on"})  # empty says something: that it does not rest
_OWN = frozenset({"closed_on", "closed_reason", "other_names", "consents", "do_not_list"})
CHOOSABLE = tuple(field for field in FIELDS if field not in _OWN | _FOLLOWING)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two as it is: its revision and its fields."""

    resource: UUID
    revision: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which two entries differ, and which of them is the better guess ("kept" or "gone")."""

    field: str
    kept: Any
    gone: Any
    guess: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants merged.

    seen     the revisions of (kept, gone) that she was looking at
    choices  field → "kept" or "gone"; a field that is not named stays as the kept entry has it
    reason   why the other is closed, as staff read it in its history
    """

    draft: UUID
    kept: UUID
    gone: UUID
    seen: tuple[int, int]
    choices: Mapping[str, str]
    reason: str


def sides(db: Session, scope: Scope, kept: UUID, gone: UUID) -> tuple[Side, Side]:
    """Both as they are. Raises NotFound, and Invalid where they are one or one of them was merged."""
    if kept == gone:
        raise Invalid(fields={"other": "same_entry"})
    known = resources.load_values(db, scope, [kept, gone])
    for id_ in (kept, gone):
        if id_ not in known:
            raise NotFound(thing="resource", id=str(id_))
        if mergers.find_survivor(db, scope, id_) != id_:
            raise Invalid(fields={"other": "merged"})
    return Side(kept, *known[kept]), Side(gone, *known[gone])


def differences(kept: Side, gone: Side) -> list[Difference]:
    """Fields in which they differ, in the order of the form. The guess: what is not empty, else what was
    confirmed later."""
    one, other = kept.values, gone.values
    later = (other["confirmed_on"] or "") > (one["confirmed_on"] or "")
    found = []
    for field in CHOOSABLE:
        parts = _WITH.get(field, (field,))
        if all(one[part] == other[part] for part in parts):
            continue
        empty, theirs = (values[field] in (EMPTY[field], "") for values in (one, other))
        if field in _RUNS:
            empty = theirs = False
        gone_first = empty or (later and not theirs)
        found.append(Difference(field, one[field], other[field], "gone" if gone_first else "kept"))
    return found


def merge(db: Session, scope: Scope, wish: Wish, today: date) -> int:
    """Keep one of two entries and let the other point at it; the revision of the kept one.

    Both are locked in the order of their ids. The same draft counts once. Other names are joined, a no to
    being shown (consents, do_not_list) of either stands. Raises NotFound, NotAllowed, Invalid, and Conflict
    where one of them is no longer as it was seen.
    """
    if not scope.may_change_resources:
        raise NotAllowed(action="change_resource")
    if not resources.save_draft(db, scope, wish.draft, wish.kept):
        return resources.load_values(db, scope, [wish.kept])[wish.kept][0]
    resources.list_locked(db, scope, [wish.kept, wish.gone])
    kept, gone = sides(db, scope, wish.kept, wish.gone)
    _as_seen(db, scope, kept, wish.seen[0])
    _as_seen(db, scope, gone, wish.seen[1])
    new = _joined(kept.values, gone.values, wish.choices)
    registry.check(db, scope, new, [kept.values, gone.values, new])
    closed = {"closed_on": gone.values["closed_on"] or today.isoformat()}
    closed["closed_reason"] = wish.reason[:200]
    changes = [
        _change(kept, new, draft=wish.draft),
        _change(gone, {**gone.values, **closed}),
    ]
    written = [change for change in changes if change.changed]
    registry.keep(db, scope, written)
    after = {change.resource: change.revision for change in written}
    mergers.save(
        db,
        scope,
        wish.draft,
        wish.kept,
        wish.gone,
        kept_revision=after.get(wish.kept),
        gone_revision=after.get(wish.gone),
    )
    audit.save(db, scope, "merge", "resource", wish.kept, None, {"gone": str(wish.gone)})
    audit.save(db, scope, "merge", "resource", wish.gone, None, {"into": str(wish.kept)})
    return after.get(wish.kept, kept.revision)


def undo(db: Session, scope: Scope, draft: UUID, gone: UUID) -> UUID:
    """Set a merge back: both as they were before it. Returns the entry that was kept.

    What others changed beside it stands. Where a field that the merge wrote is no longer as it left it,
    raises Conflict with the value it has now, and nothing is written. The same draft counts once.
    """
    if not scope.may_change_resources:
        raise NotAllowed(action="change_resource")
    done = mergers.find_of_draft(db, scope, draft)
    if done:
        return done.kept
    merger = mergers.find_standing(db, scope, gone)
    if merger is None:
        raise NotFound(thing="merger", id=str(gone))
    resources.list_locked(db, scope, [merger.kept, gone])
    merger = mergers.find_standing(db, scope, gone)
    if merger is None or not resources.save_draft(db, scope, draft, gone):
        raise Invalid(fields={"draft": "used_elsewhere"})
    known = resources.load_values(db, scope, [merger.kept, gone])
    changes = [
        _set_back(db, scope, Side(merger.kept, *known[merger.kept]), merger.kept_revision),
        _set_back(db, scope, Side(gone, *known[gone]), merger.gone_revision),
    ]
    for change in changes:
        now = known[change.resource][1]
        registry.check(db, scope, change.values, [now, change.values])
    written = [change for change in changes if change.changed]
    registry.keep(db, scope, written)
    mergers.save(
        db,
        scope,
        draft,
        merger.kept,
        gone,
        kept_revision=None,
        gone_revision=None,
        undoes=merger.number,
    )
    audit.save(db, scope, "unmerge", "resource", merger.kept, {"gone": str(gone)}, None)
    audit.save(db, scope, "unmerge", "resource", gone, {"into": str(merger.kept)}, None)
    return merger.kept


def _as_seen(db: Session, scope: Scope, side: Side, seen: int) -> None:
    """Raises Conflict with what others changed since a person looked."""
    if side.revision == seen:
        return
    if seen > side.revision:
        raise Invalid(fields={"draft": "incomplete"})
    history = resources.list_revisions(db, scope, side.resource, after=seen)
    fields = {field for change in history for field in change.changed}
    raise Conflict(
        theirs={field: side.values[field] for field in FIELDS if field in fields},
        revision=side.revision,
    )


def _joined(
    kept: Mapping[str, Any], gone: Mapping[str, Any], choices: Mapping[str, str]
) -> dict[str, Any]:
    """The fields of the entry that stays."""
    new = dict(kept)
    for field, side in choices.items():
        if side not in ("kept", "gone") or field not in CHOOSABLE:
            raise Invalid(fields={field: "unknown_choice"})
        if side == "gone":
            new |= {part: gone[part] for part in _WITH.get(field, (field,))}
    names = [*kept["other_names"], kept["name"], gone["name"], *gone["other_names"]]
    own = search_key(new["name"])
    new["other_names"] = list(
        {search_key(n): n for n in reversed(names) if search_key(n) != own}.values()
    )[::-1]
    new["do_not_list"] = kept["do_not_list"] or gone["do_not_list"]
    new["consents"] = _consents(kept["consents"], gone["consents"])
    return new


def _consents(kept: list[dict[str, Any]], gone: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One answer for each medium: a no before a yes, then the later."""
    best: dict[str, dict[str, Any]] = {}
    for consent in (*kept, *gone):
        known = best.get(consent["medium"])
        rank = (consent["answer"] == "no", consent["on"] or "")
        if known is None or rank > (known["answer"] == "no", known["on"] or ""):
            best[consent["medium"]] = consent
    return [best[medium] for medium in sorted(best)]


def _change(side: Side, new: dict[str, Any], draft: UUID | None = None) -> Change:
    changed = {field: new[field] for field in FIELDS if new[field] != side.values[field]}
    before = {field: side.values[field] for field in changed}
    return Change(side.resource, side.revision + 1, new, before, changed, draft=draft)


def _set_back(db: Session, scope: Scope, side: Side, revision: int | None) -> Change:
    """The change that undoes one revision. Raises Conflict with what others made of its fields since."""
    history = resources.list_revisions(db, scope, side.resource, after=(revision or 1) - 1)
    if revision is None:
        return _change(side, side.values)
    before, left = history[-1].before, history[-1].changed
    theirs = {
        field: side.values[field]
        for field in before
        if side.values[field] not in (before[field], left.get(field))
    }
    if theirs:
        raise Conflict(theirs=theirs, revision=side.revision)
    return _change(side, {**side.values, **before})
