"""呼び名: what a municipality calls its areas, its 包括 and the desk that answers the telephone."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from geo.errors import Invalid, NotAllowed
from geo.records import audit, districts, municipalities, versions, wordings
from geo.records.database import take_turns
from geo.scope import Role, Scope

EDITORS = (Role.OFFICIAL, Role.ADMINISTRATOR)
TERMS = (
    "support_centre",
    "coordinator",
    "council",
)  # 地域包括支援センター, 生活支援コーディネーター, 協議体
LONGEST = 60  # signs, our choice
THING = "wording"  # in the audit
LEVEL, TERM = "level.", "term."  # what a name of the form begins with


def shown(db: Session, scope: Scope, municipality: str) -> dict[str, str]:
    """Every name that may be changed, as it is: term.<code> ("" as everybody says), level.<code>, desk,
    desk_phone."""
    own = wordings.load_words(db, scope)
    here = municipalities.get(db, scope, municipality)
    return {
        **{f"{TERM}{term}": own.get(term, "") for term in TERMS},
        **{f"{LEVEL}{level.code}": level.name for level in districts.list_levels(db, scope)},
        "desk": here.desk,
        "desk_phone": here.desk_phone,
    }


def change(db: Session, scope: Scope, municipality: str, typed: Mapping[str, str]) -> bool:
    """Have these names; whether anything changed. An empty term is as everybody says it; a level needs a
    name. Raises NotAllowed, and Invalid naming each field of ``shown`` that cannot be so."""
    if scope.role not in EDITORS or scope.municipality is None:
        raise NotAllowed(action="change_wording")
    take_turns(db, scope, THING)
    before = shown(db, scope, municipality)
    after = {name: " ".join(typed.get(name, before[name]).split()) for name in before}
    _check(after)
    changed = {name: words for name, words in after.items() if before[name] != words}
    if not changed:
        return False
    for name, words in changed.items():
        if name.startswith(TERM):
            wordings.save(db, scope, name.removeprefix(TERM), words)
        elif name.startswith(LEVEL):
            districts.save_level_name(db, scope, name.removeprefix(LEVEL), words)
    if {"desk", "desk_phone"} & set(changed):
        municipalities.save_desk(db, scope, municipality, after["desk"], after["desk_phone"])
    audit.save(
        db, scope, "change", THING, municipality, {name: before[name] for name in changed}, changed
    )
    for noun in ("districts", "resources"):
        versions.raise_version(db, scope, noun)
    return True


def _check(names: Mapping[str, str]) -> None:
    problems = {}
    for name, words in names.items():
        if len(words) > LONGEST:
            problems[name] = "too_long"
        elif not words.isprintable():
            problems[name] = "bad_character"
        elif name.startswith(LEVEL) and not words:
            problems[name] = "required"
    if names["desk_phone"] and not names["desk"]:
        problems["desk"] = "required"
    if problems:
        raise Invalid(fields=problems)
