"""種別を直す: a municipality's own kinds, and the one gate where it changes them.

What it never changed is as delivered (``data/kinds.csv``) and follows newer editions; a changed row is
``edited`` and stays until somebody takes it back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from geo import kinds as delivered
from geo.days import plain
from geo.errors import Invalid, NotAllowed, NotFound
from geo.reach_questions import profiles
from geo.records import audit, kinds, shelf, versions
from geo.records.database import take_turns
from geo.records.kinds import Kind
from geo.records.shelf import Wanted
from geo.scope import Role, Scope
from geo.words import search_key

EDITORS = (Role.OFFICIAL, Role.ADMINISTRATOR)
THING = "kind"  # in the audit
LONGEST_NAME, LONGEST_LINE, MOST_SYNONYMS = 40, 200, 60  # signs, signs, words; our choice
MOST_MIN, MOST_M = 180, 50_000  # our choice: three hours; across a large municipality
_NUMBERS = ("limit_min", "limit_m", "profile")


@dataclass(frozen=True, slots=True)
class Said:
    """What a municipality says of a kind: the columns of ``records.kinds.Kind`` that it may change."""

    name: str
    element: str
    viewpoints: list[str]
    fields: list[str]
    reach: str
    limit_min: int | None
    limit_m: int | None
    profile: str
    limit_note: str
    rhythm: str
    icon: str
    source: str
    staff_only: bool
    hidden: bool
    synonyms: list[str]


def change(
    db: Session,
    scope: Scope,
    code: str,
    words: Mapping[str, str],
    boxes: Mapping[str, Sequence[str]],
) -> bool:
    """Have the municipality's own say of a kind; whether anything changed.

    words  field → text as typed; boxes: viewpoints, fields
    Raises NotFound, NotAllowed, and Invalid naming the fields of ``Said``.
    """
    _check_may_change(scope)
    take_turns(db, scope, THING)
    row = kinds.get(db, scope, code)
    before = _of(row)
    said = _parse(db, scope, words, boxes, row)
    if said == before:
        return False
    values = asdict(said) | {"search_key": delivered.finding_key(said.name, said.synonyms)}
    kinds.save_values(db, scope, code, values | {"edited": True})
    changed = {name: value for name, value in asdict(said).items() if asdict(before)[name] != value}
    audit.save(
        db, scope, "change", THING, code, {name: asdict(before)[name] for name in changed}, changed
    )
    _say_changed(db, scope)
    return True


def add(
    db: Session, scope: Scope, words: Mapping[str, str], boxes: Mapping[str, Sequence[str]]
) -> str:
    """A kind that no kinds.csv has; returns the code made for it. Raises NotAllowed, Invalid."""
    _check_may_change(scope)
    take_turns(db, scope, THING)
    said = _parse(db, scope, words, boxes, None)
    code = f"own_{uuid4().hex[:8]}"
    last = max((row.position for row in kinds.list_all(db, scope)), default=-1)
    kinds.save(
        db,
        scope,
        Kind(
            municipality=scope.municipality,
            code=code,
            position=last + 1,
            scheme="",
            search_key=delivered.finding_key(said.name, said.synonyms),
            edited=True,
            own=True,
            **asdict(said),
        ),
    )
    audit.save(db, scope, "add", THING, code, None, asdict(said))
    _say_changed(db, scope)
    return code


def restore(db: Session, scope: Scope, code: str) -> bool:
    """Take a kind back to what was delivered; one of the municipality's own goes, if nothing is or was
    registered under it. Whether anything changed. Raises NotFound, NotAllowed, Invalid."""
    _check_may_change(scope)
    take_turns(db, scope, THING)
    row = kinds.get(db, scope, code)
    if not row.edited:
        return False
    before = asdict(_of(row))
    known = delivered.find_default(code)
    if known is None and kinds.count_used(db, scope, code):
        raise Invalid(fields={"kind": "kind_in_use"})
    if known is None:
        kinds.save_without(db, scope, code)
    else:
        kinds.save_as_delivered(db, scope, known)
    audit.save(db, scope, "restore", THING, code, before, None)
    _say_changed(db, scope)
    return True


def count_entries(db: Session, scope: Scope) -> dict[str, int]:
    """Kind → resources that run today, as staff see them."""
    return shelf.count_by_kind(db, scope, Wanted())


def _parse(
    db: Session,
    scope: Scope,
    words: Mapping[str, str],
    boxes: Mapping[str, Sequence[str]],
    row: Kind | None,
) -> Said:
    """Read what a form says. How a delivered kind is built (element, way of reaching, icon) stays."""
    problems: dict[str, str] = {}
    text = {
        name: " ".join(words.get(name, "").split()) for name in ("name", "limit_note", "source")
    }
    if not text["name"]:
        problems["name"] = "required"
    elif len(text["name"]) > LONGEST_NAME:
        problems["name"] = "too_long"
    for name in ("limit_note", "source"):
        if len(text[name]) > LONGEST_LINE:
            problems[name] = "longer_than_200"
    if any(not one.isprintable() for one in text.values()):
        problems["name"] = "bad_character"
    others = [one for one in kinds.list_all(db, scope) if row is None or one.code != row.code]
    if search_key(text["name"]) in {search_key(one.name) for one in others}:
        problems["name"] = "name_taken"
    synonyms = list(
        dict.fromkeys(filter(None, map(str.strip, words.get("synonyms", "").split("\n"))))
    )
    if len(synonyms) > MOST_SYNONYMS or any(len(one) > LONGEST_NAME for one in synonyms):
        problems["synonyms"] = "too_long"
    codes = {
        "profile": ("", *profiles()),
        "rhythm": ("", *delivered.vocabulary("rhythm")),
    }
    said = Said(
        name=text["name"],
        viewpoints=_boxes(boxes, ("viewpoints", "viewpoint"), row, problems),
        fields=_boxes(boxes, ("fields", "field"), row, problems),
        limit_min=_number(words, "limit_min", MOST_MIN, problems),
        limit_m=_number(words, "limit_m", MOST_M, problems),
        limit_note=text["limit_note"],
        source=text["source"],
        staff_only=words.get("staff_only") == "1",
        hidden=words.get("hidden") == "1",
        synonyms=synonyms,
        profile=_one(words, "profile", codes["profile"], problems),
        rhythm=_one(words, "rhythm", codes["rhythm"], problems),
        **_build(words, others, row, problems),
    )
    if not said.viewpoints:
        problems.setdefault("viewpoints", "nothing_chosen")
    _check_source(said, row, problems)
    if problems:
        raise Invalid(fields=problems)
    return said


def _build(
    words: Mapping[str, str], others: Sequence[Kind], row: Kind | None, problems: dict[str, str]
) -> dict[str, str]:
    """What only a kind of one's own is asked for."""
    if row is not None and not row.own:
        return {"element": row.element, "reach": row.reach, "icon": row.icon}
    icon = words.get("icon", "").strip()
    if len(icon) != 1 or not icon.isalnum():
        problems["icon"] = "one_character"
    elif icon in {one.icon for one in others}:
        problems["icon"] = "icon_taken"
    return {
        "element": _one(words, "element", tuple(delivered.vocabulary("element")), problems),
        "reach": _one(words, "reach", tuple(delivered.vocabulary("reach")), problems),
        "icon": icon,
    }


def _check_source(said: Said, row: Kind | None, problems: dict[str, str]) -> None:
    """A number has a source, and a changed number another one than the number it takes the place of."""
    if (said.limit_min, said.limit_m) != (None, None) and not said.source:
        problems["source"] = "required"
    if row is None:
        return
    moved = any(getattr(said, name) != getattr(row, name) for name in _NUMBERS)
    if moved and said.source == row.source:
        problems["source"] = "source_of_new_number"


def _boxes(
    boxes: Mapping[str, Sequence[str]],
    named: tuple[str, str],
    row: Kind | None,
    problems: dict[str, str],
) -> list[str]:
    """Codes that were ticked; in the order the kind has them, where they are the same ones."""
    name, vocabulary = named
    chosen = list(dict.fromkeys(filter(None, boxes.get(name, ()))))
    if not set(chosen) <= set(delivered.vocabulary(vocabulary)):
        problems[name] = "unknown_choice"
    kept = list(getattr(row, name)) if row else []
    return kept if set(kept) == set(chosen) else chosen


def _one(
    words: Mapping[str, str], name: str, known: Sequence[str], problems: dict[str, str]
) -> str:
    code = words.get(name, "")
    if code not in known:
        problems[name] = "unknown_choice"
    return code


def _number(words: Mapping[str, str], name: str, most: int, problems: dict[str, str]) -> int | None:
    text = plain(words.get(name, ""))
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        problems[name] = "not_a_number"
        return None
    if not 1 <= int(text) <= most:
        problems[name] = "out_of_range"
    return int(text)


def _of(row: Kind) -> Said:
    return Said(**{name: _plain(getattr(row, name)) for name in Said.__dataclass_fields__})


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, list | tuple) else value


def _check_may_change(scope: Scope) -> None:
    if scope.role not in EDITORS or scope.municipality is None:
        raise NotAllowed(action="change_kind")


def _say_changed(db: Session, scope: Scope) -> None:
    """Names stand in lists and tiles, and who sees a resource hangs on its kind."""
    for noun in ("kinds", "resources"):
        versions.raise_version(db, scope, noun)


def get(db: Session, scope: Scope, code: str) -> Kind:
    """A kind of the municipality. Raises NotFound."""
    if scope.municipality is None:
        raise NotFound(thing="kind", id=code)
    return kinds.get(db, scope, code)
