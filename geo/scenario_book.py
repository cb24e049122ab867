"""検討案の控え: plans as they are kept: begun, named, asked, changed step by step, copied, closed; each with its line in the audit.

Whoever writes in the municipality may plan, wherever in it: a plan touches nobody's entry. Who did not make a plan copies
it; officials may change all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo.errors import Conflict, Invalid, NotAllowed
from geo.gap_offers import entries
from geo.gap_questions import GapQuestion
from geo.records import audit, districts, kinds, scenarios
from geo.records.kinds import Kind
from geo.records.scenarios import ScenarioRow
from geo.scenario_steps import Step, parse_step, read_steps, with_step
from geo.scope import Role, Scope
from geo.travel_profiles import in_use

LONGEST_NAME = 100  # characters, our choice
MOST_KINDS = 8  # our choice: of more at once nobody says what reaches whom
EDITORS = (Role.OFFICIAL, Role.ADMINISTRATOR)
WORDS = ("level", "age", "minutes", "profile", "day", "at", "month", "on", "open_to_all")
THING = "scenario"  # in the audit


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it is read today: its question asked of this day, its steps in order."""

    row: Row[Any]
    question: GapQuestion
    steps: tuple[Step, ...]


def read(db: Session, scope: Scope, scenario: UUID, as_of: date) -> Plan:
    """A plan. Raises NotFound; Invalid where its question can no longer be read."""
    return read_row(db, scope, scenarios.get(db, scope, scenario), as_of)


def read_row(db: Session, scope: Scope, row: Row[Any], as_of: date) -> Plan:
    """The same of a row that was read already."""
    question = _question(db, scope, row.question, row.kinds, as_of)
    return Plan(row, question, read_steps(row.steps))


def may_change(scope: Scope, row: Row[Any] | ScenarioRow) -> bool:
    """Whether the reader may change a plan; anybody of the staff who writes may copy it."""
    if not scope.may_change_resources or row.closed_at is not None:
        return False
    return row.made_by == scope.account or scope.role in EDITORS


def begin(
    db: Session,
    scope: Scope,
    scenario: UUID,
    name: str,
    asked_kinds: Sequence[str],
    words: Mapping[str, str],
    steps: Sequence[Mapping[str, Any]],
    as_of: date,
) -> UUID:
    """A new plan; the same id again is the same plan. Raises Invalid, NotFound for a kind or level there is not."""
    codes, asked = _kinds(asked_kinds), _asked(words)
    among = _kinds_of(db, scope, codes)
    _question(db, scope, asked, codes, as_of)
    values: dict[str, Any] = {"name": _name(name), "kinds": codes, "question": asked}
    values["steps"] = [_checked(db, scope, parse_step(raw, among), among) for raw in steps]
    _save_new(db, scope, scenario, values)
    return scenario


def copy(db: Session, scope: Scope, scenario: UUID, into: UUID, name: str) -> UUID:
    """The same plan under another name, of whoever copies it. Raises NotFound, NotAllowed, Invalid."""
    row = scenarios.get(db, scope, scenario)
    values = {"name": _name(name), "kinds": row.kinds, "question": row.question}
    _save_new(db, scope, into, values | {"steps": row.steps, "copied_from": row.id})
    return into


def _save_new(db: Session, scope: Scope, scenario: UUID, values: dict[str, Any]) -> None:
    if not scope.may_change_resources or scope.account is None:
        raise NotAllowed(action="plan")
    if scenarios.save_new(db, scope, {"id": scenario, **values}):
        copied = values.get("copied_from")
        after = values | ({"copied_from": str(copied)} if copied else {})
        audit.save(db, scope, "copy" if copied else "add", THING, scenario, None, after)
    else:
        scenarios.get(db, scope, scenario)  # pressed twice; another town's id is not found


def change(
    db: Session,
    scope: Scope,
    scenario: UUID,
    base: int,
    name: str,
    words: Mapping[str, str],
    as_of: date,
) -> None:
    """Another name, or another question. Raises NotFound, NotAllowed, Invalid; Conflict where somebody has changed
    either since revision ``base``."""
    row = _to_change(db, scope, scenario)
    asked = _asked(words)
    after = {"name": _name(name), "question": asked}
    _question(db, scope, asked, row.kinds, as_of)
    if row.revision != base and any(getattr(row, name) != said for name, said in after.items()):
        raise Conflict(theirs={"name": row.name})
    _save(db, scope, row, after, "change")


def put_step(db: Session, scope: Scope, scenario: UUID, raw: Mapping[str, Any]) -> None:
    """One more step, or another in place of the one with its id: two people who add each one both see both. Raises
    NotFound, NotAllowed, Invalid."""
    row = _to_change(db, scope, scenario)
    among = _kinds_of(db, scope, row.kinds)
    _checked(db, scope, step := parse_step(raw, among), among)
    steps = with_step(read_steps(row.steps), step)
    _save(db, scope, row, {"steps": [one.written() for one in steps]}, "change")


def take_back(db: Session, scope: Scope, scenario: UUID, step: UUID) -> None:
    """A step less; one that is not there is no mistake. Raises NotFound, NotAllowed."""
    row = _to_change(db, scope, scenario)
    steps = [one for one in row.steps if one["id"] != str(step)]
    _save(db, scope, row, {"steps": steps}, "change")


def close(db: Session, scope: Scope, scenario: UUID) -> None:
    """Put a plan away; its page stays. Raises NotFound, NotAllowed."""
    row = _to_change(db, scope, scenario)
    scenarios.save_closed(db, scope, row.id, is_closed=True)
    audit.save(db, scope, "close", THING, row.id, {"name": row.name}, None)


def reopen(db: Session, scope: Scope, scenario: UUID) -> None:
    """Take a plan out again. Raises NotFound, NotAllowed."""
    row = scenarios.get_locked(db, scope, scenario)
    if not scope.may_change_resources or not (
        row.made_by == scope.account or scope.role in EDITORS
    ):
        raise NotAllowed(action="plan")
    if row.closed_at is not None:
        scenarios.save_closed(db, scope, row.id, is_closed=False)
        audit.save(db, scope, "reopen", THING, row.id, None, {"name": row.name})


def _to_change(db: Session, scope: Scope, scenario: UUID) -> ScenarioRow:
    row = scenarios.get_locked(db, scope, scenario)
    if not may_change(scope, row):
        raise NotAllowed(action="plan")
    return row


def _save(
    db: Session, scope: Scope, row: ScenarioRow, after: Mapping[str, Any], action: str
) -> None:
    differs = {field: value for field, value in after.items() if getattr(row, field) != value}
    if differs:
        before = {field: getattr(row, field) for field in differs}
        scenarios.save(db, scope, row.id, differs)
        audit.save(db, scope, action, THING, row.id, before, differs)


def _checked(db: Session, scope: Scope, step: Step, among: Mapping[str, Kind]) -> dict[str, Any]:
    """A step whose entry runs today as one of the kinds. Raises Invalid."""
    if step.resource is not None:
        there = {one.id: one for kind in among for one in entries(db, scope, kind)}
        if step.resource not in there:
            raise Invalid(fields={"resource": "unknown_choice"})
        if step.do == "move" and there[step.resource].halts:
            raise Invalid(fields={"resource": "has_halts"})
    return step.written()


def _question(
    db: Session, scope: Scope, words: Mapping[str, str], asked: Sequence[str], as_of: date
) -> GapQuestion:
    districts.get_level(db, scope, words["level"])
    return GapQuestion.parse(words, tuple(asked), words["level"], as_of, in_use(db, scope))


def _asked(words: Mapping[str, str]) -> dict[str, str]:
    return {word: words.get(word, "").strip() for word in WORDS}


def _kinds(codes: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(codes))
    if not found or len(found) > MOST_KINDS:
        raise Invalid(fields={"kind": "nothing_chosen" if not found else "too_many_kinds"})
    return found


def _kinds_of(db: Session, scope: Scope, codes: Sequence[str]) -> dict[str, Kind]:
    return {code: kinds.get(db, scope, code) for code in codes}


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Invalid(fields={"name": "required"})
    if len(name) > LONGEST_NAME:
        raise Invalid(fields={"name": "too_long"})
    if not name.isprintable():
        raise Invalid(fields={"name": "bad_character"})
    return name
