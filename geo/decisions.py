"""取り込み結果の決めごと: what a report leaves to a person, and what she decided.

A list no longer has an entry: has it ended? A list says something else than a person wrote: which is
right? Whatever is decided goes through the gate, stays under the report's line with who and when, and
is decided once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from geo import registry
from geo.edits import ResourceEdit
from geo.errors import Conflict, Invalid, NotAllowed
from geo.records import audit, decisions, intakes, resources
from geo.records.decisions import Decision
from geo.records.intakes import Intake
from geo.scope import Scope

# Reason of a line → what may be decided about it.
CHOICES = {
    "missing": ("close", "keep"),
    "edit_stands": ("ours", "theirs"),
    "alike_near": ("apart",),
    "alike_address": ("apart",),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A line that somebody must decide.

    line      its key in the report: m3, the fourth that is missing; r12, the line 12 of the rows
    detail    of the line: field, ours, theirs; or in words
    resource  None where it cannot be told any more; other: of two that may be one
    decided   what was decided about it; earlier: what was, of the same resource, in other reports
    """

    line: str
    reason: str
    name: str
    row: int
    detail: Any
    resource: UUID | None
    other: UUID | None
    decided: Decision | None
    earlier: Decision | None


def list_questions(db: Session, scope: Scope, run: Intake) -> list[Question]:
    """What a report leaves to a person, decided lines too, in the order of the report."""
    if run.dataset != "resources":
        return []
    report = run.report
    keyed = zip(report.get("missing_keys", []), report["missing"], strict=False)
    lines = [
        (f"m{at}", {"reason": "missing", "name": name, "row": 0, "detail": {"key": key}})
        for at, (key, name) in enumerate(keyed)
    ]
    rows = enumerate(report["rows"])
    lines += [(f"r{at}", line) for at, line in rows if line["reason"] in CHOICES]
    said = intakes.list_said(db, scope, run.target, {_key(line) for _, line in lines} - {""})
    known = {one.key: one for one in said}
    decided = {row.line: row for row in decisions.list_of(db, scope, run.id)}
    about = {at: _about(line, known) for at, line in lines}
    ids = [resource for resource, _ in about.values() if resource]
    earlier = {row.resource: row for row in decisions.list_earlier(db, scope, run.id, ids)}
    return [
        Question(
            at,
            line["reason"],
            line["name"],
            line["row"],
            line["detail"],
            *about[at],
            decided.get(at),
            earlier.get(about[at][0]),
        )
        for at, line in lines
    ]


def _key(line: Mapping[str, Any]) -> str:
    """The key by which its source calls the row of a line, "" where the line does not say it."""
    return line["detail"].get("key", "") if isinstance(line["detail"], Mapping) else ""


def _about(
    line: Mapping[str, Any], known: Mapping[str, intakes.Said]
) -> tuple[UUID | None, UUID | None]:
    """The resource that a line is about, and of two that may be one the other."""
    named = [UUID(id_) for id_ in line.get("about", [])]
    if named:
        return named[0], named[1] if len(named) > 1 else None
    said = known.get(_key(line))
    return (said.resource if said else None), None


def decide(
    db: Session,
    scope: Scope,
    run: Intake,
    lines: Iterable[str],
    choice: str,
    closing: Mapping[str, str] | None = None,
) -> int:
    """Decide about lines of a report, and change the register where that is what was decided.

    closing  closed_on and closed_reason, for "close"
    Returns how many lines were decided: one that somebody has decided meanwhile is left as it is.
    Raises NotAllowed outside the writer's areas, Invalid, and Conflict where the register no longer
    has the value that the report showed.
    """
    open_ = {row.line: row for row in list_questions(db, scope, run) if row.decided is None}
    chosen = [open_[line] for line in dict.fromkeys(lines) if line in open_]
    if any(choice not in CHOICES[question.reason] for question in chosen):
        raise Invalid(fields={"choice": "unknown_choice"})
    count = 0
    for question in chosen:
        resource = question.resource
        _check_may(db, scope, resource)
        if not decisions.save(db, scope, run.id, question.line, choice, resource):
            continue
        if choice in ("close", "theirs") and resource is not None:
            _change(db, scope, run, question, resource, closing or {})
        after = {"line": question.line, "name": question.name, "choice": choice}
        audit.save(db, scope, "decide", "intake", run.id, None, after)
        count += 1
    return count


def _change(
    db: Session,
    scope: Scope,
    run: Intake,
    question: Question,
    resource: UUID,
    closing: Mapping[str, str],
) -> None:
    """The edit that a decision comes to, through the gate like any other."""
    revision, now = resources.load_values(db, scope, [resource])[resource]
    if question.reason == "missing":
        if now["closed_on"]:
            return  # somebody has closed it from its own page
        values: dict[str, Any] = dict(closing)
    else:
        field = question.detail["field"]
        if now[field] != question.detail["ours"]:
            raise Conflict(theirs={field: now[field]})
        values = {field: question.detail["theirs"]}
    draft = uuid5(run.id, question.line)
    edit = {"id": draft, "resource": resource, "base": revision, "edits": values}
    registry.apply(db, scope, ResourceEdit.parse(edit))


def _check_may(db: Session, scope: Scope, resource: UUID | None) -> None:
    """Who may write at a place may decide about it. Raises NotAllowed."""
    if not scope.may_change_resources:
        raise NotAllowed(action="decide")
    known = resources.load_values(db, scope, [resource]) if resource else {}
    places = [values["place"] for _, values in known.values()] or [None]
    if not all(registry.is_within(db, scope, place) for place in places):
        raise NotAllowed(action="outside_areas")
