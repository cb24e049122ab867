"""What the pages of 届きにくさ have in common: who may read them, which kinds an address names, what forms offer."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from geo.errors import NotFound
from geo.gap_questions import LONGEST_MIN, WEEKDAYS
from geo.kinds import vocabulary
from geo.possible_homes import BANDS
from geo.reach_questions import STAFF_MINUTES
from geo.records import districts, kinds, shelf
from geo.records.kinds import Kind
from geo.records.shelf import Wanted
from geo.scope import Scope
from routes._gap_answers import STEPS

MOST_KINDS = 40  # our choice: an element of data/kinds.csv has fewer
_NOT_REACHED = ("there",)  # of data/kinds.csv: what stands somewhere is no service that a group has


def choices(db: Session, scope: Scope) -> dict[str, Any]:
    """What the forms offer, and how they call it."""
    return {
        "level_names": {row.code: row.name for row in districts.list_levels(db, scope)},
        "ages": [str(age) for age in reversed(BANDS)],
        "minutes": [str(step) for step in STAFF_MINUTES],
        "weekdays": WEEKDAYS,
        "steps": STEPS,
        "longest": f"{LONGEST_MIN:g}",
    }


def kinds_asked(db: Session, scope: Scope, word: str) -> list[Kind]:
    """The kinds that an address names: a code, several with commas between them, or one of the five elements, of
    which those count that something is registered of. Raises NotFound for a code that the municipality does not have."""
    if word in vocabulary("element"):
        return of_element(db, scope, word)
    codes = list(dict.fromkeys(filter(None, word.split(","))))
    if not 0 < len(codes) <= MOST_KINDS:
        raise NotFound(thing="kind", id=word)
    return [kinds.get(db, scope, code) for code in codes]


def of_element(db: Session, scope: Scope, element: str) -> list[Kind]:
    """The kinds of an element that people reach or are reached by, and of which something is registered; all of them
    where nothing is."""
    counts = shelf.count_by_kind(db, scope, Wanted())
    every = [
        kind
        for kind in kinds.list_all(db, scope)
        if kind.element == element and kind.reach not in _NOT_REACHED and not kind.hidden
    ]
    return [kind for kind in every if counts.get(kind.code)] or every


def element_of(word: str) -> str:
    """The element that an address names; "" where it names kinds."""
    return word if word in vocabulary("element") else ""


def codes_of(some: Sequence[Kind]) -> tuple[str, ...]:
    """Their codes, in their order."""
    return tuple(kind.code for kind in some)
