"""抹消: what a host wants forgotten is taken out of the entry, its history and what lists said of it.

Who did it, when and of which fields stays; what stood there does not. It cannot be set back, and nothing sets it back
by the way: no older revision, no merge undone, no list that delivers it again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo import registry
from geo.edits import EMPTY, FIELDS
from geo.errors import Invalid, NotAllowed, NotFound
from geo.records import mergers, resources, wipings
from geo.records.intakes import Intake
from geo.register_rows import Change
from geo.scope import Scope
from geo.words import search_key

# Fields in which persons may stand, in the order of the page; those of the first line are wiped unless
# somebody says otherwise (our choice: a host's own, never a facility's)
USUAL = ("host", "host_contact", "staff_note", "consents", "place_source")
WIPEABLE = (
    *USUAL,
    *("contact", "phone", "url", "address", "place", "name", "kana", "other_names", "provider"),
    *("description", "eligibility_note", "booking", "fee", "can_help_note", "closed_reason"),
    *("openings", "stops"),
)
SHORTEST = 2  # signs of a value that is looked for in reports: a single one stands everywhere
LONG_ENOUGH = (
    4  # our choice: from so many on also within other words; 山田 alone would take 山田町 with it
)
MARK = "■"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants wiped.

    name         what the entry is called from now on, if its name is wiped
    typed        its name as she typed it, to be sure that she means this one
    do_not_list  whether it is to be shown nowhere from now on
    """

    fields: Sequence[str]
    typed: str
    name: str = ""
    do_not_list: bool = False


def originals_naming(db: Session, scope: Scope, resource: UUID) -> list[Intake]:
    """The imports in whose original files the entry stands, the newest first: those files are kept as they
    were delivered, and whoever keeps them must know."""
    return wipings.list_bringing(db, scope, _family(db, scope, resource))


def wipe(db: Session, scope: Scope, resource: UUID, wish: Wish) -> None:
    """Take fields out of an entry and of everything that was kept of it, and of what was merged into it.

    Raises NotFound, NotAllowed, and Invalid where nothing was chosen, the typed name is not the entry's or
    a new name is missing.
    """
    if not scope.may_change_resources:
        raise NotAllowed(action="change_resource")
    family = _family(db, scope, resource)
    if resource not in resources.list_locked(db, scope, family):
        raise NotFound(thing="resource", id=str(resource))
    known = resources.load_values(db, scope, family)
    _check(wish, known[resource][1])
    fields = [field for field in WIPEABLE if field in wish.fields]
    said = _said(db, scope, family, known, fields)
    for id_ in family:
        _wipe_one(db, scope, id_, known[id_], fields, wish)
    keys = sorted({search_key(text) for text in said} - {""})
    wipings.save_sources(db, scope, family, fields, [*said, *keys])
    if "provider" in fields:
        wipings.sweep_providers(db, scope)
    _forget_in_reports(db, scope, said)


def _family(db: Session, scope: Scope, resource: UUID) -> list[UUID]:
    """An entry and all that were ever merged into it."""
    found, asked = [resource], [resource]
    while asked:
        gone = [row.gone for row in mergers.list_standing(db, scope, asked.pop())]
        asked += [id_ for id_ in gone if id_ not in found]
        found += [id_ for id_ in gone if id_ not in found]
    return found


def _check(wish: Wish, now: Mapping[str, Any]) -> None:
    problems = {}
    if not wish.fields:
        problems["fields"] = "nothing_chosen"
    elif not set(wish.fields) <= set(WIPEABLE):
        problems["fields"] = "unknown_choice"
    if search_key(wish.typed) != search_key(now["name"]):
        problems["typed"] = "not_its_name"
    if "name" in wish.fields and (
        not wish.name or search_key(wish.name) == search_key(now["name"])
    ):
        problems["name"] = "required"
    if problems:
        raise Invalid(fields=problems)


def _wipe_one(
    db: Session,
    scope: Scope,
    resource: UUID,
    known: tuple[int, dict[str, Any]],
    fields: Sequence[str],
    wish: Wish,
) -> None:
    """One entry: its row anew, its history without these fields."""
    revision, now = known
    empty = {field: EMPTY[field] for field in fields}
    if "name" in empty:
        empty["name"] = wish.name
    if "place" in empty:
        empty |= {"place_level": "unknown", "place_source": None}
    if wish.do_not_list:
        empty["do_not_list"] = True
    new = {**now, **empty}
    registry.check(db, scope, new, [now])
    wipings.save(db, scope, resource, fields)
    # written after the history was wiped, so that a draft from before it meets a conflict
    changed = {field: new[field] for field in FIELDS if new[field] != now[field]}
    if changed:
        kept = {field: now[field] for field in changed if field not in fields}
        registry.keep(db, scope, [Change(resource, revision + 1, new, kept, changed)])


def _said(
    db: Session,
    scope: Scope,
    family: Iterable[UUID],
    known: Mapping[UUID, tuple[int, Mapping[str, Any]]],
    fields: Sequence[str],
) -> list[str]:
    """What ever stood in these fields, as texts to look for, the longest first."""
    texts: set[str] = set()
    for id_ in family:
        states = [known[id_][1]]
        for change in resources.list_revisions(db, scope, id_):
            states += [change.before, change.changed]
        for values in states:
            for field in fields:
                texts |= set(_texts(values.get(field)))
        for values in wipings.list_values_of(db, scope, id_):
            for field in fields:
                texts |= set(_texts(values.get(field)))
    return sorted((text for text in texts if len(text) >= SHORTEST), key=lambda t: (-len(t), t))


def _texts(value: Any) -> list[str]:
    """Words of people in a value: not codes, days or numbers."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    if isinstance(value, dict):
        return [
            text for key in ("by", "name", "note", "landmark") for text in _texts(value.get(key))
        ]
    return []


def _forget_in_reports(db: Session, scope: Scope, said: Sequence[str]) -> None:
    """Take these texts out of what imports and their dry runs reported."""
    if not said:
        return
    for intake, report in wipings.list_reports(db, scope, said):
        wipings.save_report(db, scope, intake, _without(report, said))
    for preview, finding in wipings.list_findings(db, scope, said):
        wipings.save_finding(db, scope, preview, _without(finding, said))


def _without(told: Any, said: Sequence[str]) -> Any:
    if isinstance(told, str):
        for text in said:
            if told == text or len(text) >= LONG_ENOUGH:
                told = told.replace(text, MARK)
        return told
    if isinstance(told, dict):
        return {key: _without(value, said) for key, value in told.items()}
    return [_without(value, said) for value in told] if isinstance(told, list) else told
