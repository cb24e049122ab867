"""抹消: what a host wants forgotten is taken out of the entry, its history and what lists said of it.

Who did it, when and of which fields stays; what stood there does not. It cannot be set back, and nothing sets it back
by the way: no older revision, no merge undone, no list that delivers it again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo import private_words, registry
from geo.edits import EMPTY, FIELDS
from geo.errors import Invalid, NotAllowed, NotFound
from geo.forgetting import without, words_in, worth_seeking
from geo.records import mergers, resources, spoken, wipings
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
_OF_HOSTS = ("host", "host_contact", "consents")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants wiped.

    words        whose free words are wiped, as ``Spoken.key`` names them
    name         what the entry is called from now on, if its name is wiped
    typed        its name as she typed it, to be sure that she means this one
    do_not_list  whether it is to be shown nowhere from now on
    """

    fields: Sequence[str]
    typed: str
    name: str = ""
    do_not_list: bool = False
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Spoken:
    """Free words that are no field of an entry: of a visit, under a photo, of what somebody said.

    key         thing/id; thing: visit, photo, suggestion
    on, by      its day, and who wrote it ("" where no account did)
    about       the entry it is about, "" where none
    is_own      it is about the entry to be wiped; else it only names the same person
    is_removed  it was taken away from the page before, its words are still kept
    names       its words name the host, as far as that can be told
    words       part (note, next_step, caption …) → text
    """

    key: str
    thing: str
    on: date
    by: str
    about: str
    is_own: bool
    is_removed: bool
    names: bool
    words: dict[str, str]


def originals_naming(db: Session, scope: Scope, resource: UUID) -> list[Intake]:
    """The imports in whose original files the entry stands, the newest first: those files are kept as they
    were delivered, and whoever keeps them must know."""
    return wipings.list_bringing(db, scope, _family(db, scope, resource))


def list_spoken(db: Session, scope: Scope, resource: UUID) -> list[Spoken]:
    """What visits, captions and others' words say about an entry and what was merged into it, and elsewhere
    about its host by name (``private_words.is_named``): for a person to choose from."""
    family = _family(db, scope, resource)
    known = resources.load_values(db, scope, family)
    names = private_words.parts_of_names(_said(db, scope, family, known, _OF_HOSTS))
    found = []
    for row in spoken.list_about(db, scope, family, sorted(names)):
        is_named = private_words.is_named(" ".join(row.words.values()), names)
        if row.is_own or is_named:
            key = f"{row.thing}/{row.id}"
            flags = row.is_own, row.is_removed, is_named
            found.append(Spoken(key, row.thing, row.on, row.by, row.about, *flags, row.words))
    return found


def wipe(db: Session, scope: Scope, resource: UUID, wish: Wish) -> None:
    """Take fields out of an entry and of everything that was kept of it, and of what was merged into it.

    Conflicts and suggestions lose the fields too; free words only where they were chosen. Raises NotFound,
    NotAllowed, and Invalid where nothing was chosen, the typed name is not the entry's or a new name is missing.
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
    _wipe_words(
        db, scope, resource, wish.words
    )  # as long as the history still tells who the host is
    for id_ in family if fields or wish.do_not_list else ():
        _wipe_one(db, scope, id_, known[id_], fields, wish)
    if not fields:
        return
    keys = sorted({search_key(text) for text in said} - {""})
    wipings.save_sources(db, scope, family, fields, [*said, *keys])
    spoken.save_without_fields(db, scope, family, fields)
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
    if not wish.fields and not wish.words:
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


def _wipe_words(db: Session, scope: Scope, resource: UUID, chosen: Sequence[str]) -> None:
    """Take the chosen free words out. Raises Invalid for what was not offered."""
    if not chosen:
        return
    offered = {one.key for one in list_spoken(db, scope, resource)}
    if not set(chosen) <= offered:
        raise Invalid(fields={"words": "unknown_choice"})
    by_thing: dict[str, list[UUID]] = {"visit": [], "photo": [], "suggestion": []}
    for key in sorted(set(chosen)):
        thing, _, id_ = key.partition("/")
        by_thing[thing].append(UUID(id_))
    spoken.save_without_words(
        db,
        scope,
        visits=by_thing["visit"],
        photos=by_thing["photo"],
        suggestions=by_thing["suggestion"],
    )


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
    if fields:
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
                texts |= set(words_in(values.get(field)))
        for values in wipings.list_values_of(db, scope, id_):
            for field in fields:
                texts |= set(words_in(values.get(field)))
    return worth_seeking(texts)


def _forget_in_reports(db: Session, scope: Scope, said: Sequence[str]) -> None:
    """Take these texts out of what imports and their dry runs reported."""
    if not said:
        return
    for intake, report in wipings.list_reports(db, scope, said):
        wipings.save_report(db, scope, intake, without(report, said))
    for preview, finding in wipings.list_findings(db, scope, said):
        wipings.save_finding(db, scope, preview, without(finding, said))
