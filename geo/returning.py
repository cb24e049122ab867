"""Excelで直した表が戻る: an edited workbook compared with the register three ways, and taken in.

What a resource was when the workbook was made, what the sheet says, what the register has now: what
only the sheet changed is taken; what only others changed stays; where both did, the register's
value stands unless a person chooses the sheet's. A row without an id is a new resource. A row that
was taken out of the sheet closes nothing.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from geo import registry
from geo.cells import Choices, cells_of, choices_of, read_cells, touched
from geo.edits import EMPTY, ResourceEdit
from geo.errors import Conflict, Invalid, NotAllowed
from geo.intake.changes import ADDED_SHOWN, CHANGED_SHOWN, Changes
from geo.intake.report import Delivery, Report, begin, finish, source
from geo.records import kinds, resources, shelf
from geo.records.database import take_turns
from geo.records.intakes import WORKBOOK, Intake
from geo.records.resources import ResourceRevision
from geo.records.shelf import Wanted
from geo.scope import Scope
from geo.sources import register_sheet
from geo.sources.register_sheet import SheetRow
from geo.words import search_key

Tell = Callable[[int, int], None]
TOLD_EVERY = 20  # rows


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that the sheet and somebody else changed to different values.

    key  resource/field: by it a person chooses the sheet's value
    by   account of who changed it last in the register, "" for none; at: when (ISO)
    """

    key: str
    row: int
    name: str
    field: str
    base: Any
    ours: Any
    theirs: Any
    by: str
    at: str


@dataclass(slots=True)
class Returned:
    """What became of a sheet.

    digest of it does not hang on which clashes a person chose to overwrite: they chose among what
    they were shown
    """

    run: Intake
    changes: Changes
    clashes: list[Clash]


@dataclass(slots=True)
class _Desk:
    """What the rows of one sheet are worked on with."""

    db: Session
    scope: Scope
    choices: Choices
    sheet: UUID
    taken: Collection[str]
    report: Report
    today: dict[UUID, tuple[int, dict[str, Any]]]
    there: set[str]
    seen: set[UUID] = field(default_factory=set)
    added: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    unchanged: int = 0


def run_workbook(
    db: Session,
    scope: Scope,
    delivery: Delivery,
    sheet: UUID,
    taken: Collection[str] = (),
    tell: Tell = lambda _done, _total: None,
) -> Returned:
    """Take an edited workbook in.

    sheet  the id of this sending: the same one applied twice changes nothing more
    taken  keys of clashes where the sheet's value was chosen
    Raises NotAllowed for who may not write, Unreadable: the reasons of register_sheet.read.
    """
    if not scope.may_change_resources or scope.municipality is None:
        raise NotAllowed(action="change_resource")
    file = register_sheet.read(delivery.path)
    take_turns(db, scope, "resources")
    desk = _Desk(
        db,
        scope,
        choices_of({kind.code: kind.name for kind in kinds.list_all(db, scope)}),
        sheet,
        taken,
        Report(source(layer="workbook"), _unused(file)),
        resources.load_values(db, scope, sorted({*filter(None, map(_id, file.rows))})),
        {_key(row.name, row.address, row.kind) for row in shelf.list_names(db, scope)},
    )
    _lock_what_changes(desk, file.rows)
    run = begin(db, scope, delivery, WORKBOOK, WORKBOOK)
    for done, row in enumerate(file.rows, start=1):
        _take(desk, row)
        if done % TOLD_EVERY == 0:
            tell(done, len(file.rows))
    left_out = len({row.id for row in shelf.list_editable(db, scope, Wanted())} - desk.seen)
    new = {UUID(row["id"]) for row in desk.added}
    if left_out - len(new) > 0:
        desk.report.assumptions.append(f"rows_left_out={left_out - len(new)}")
    run.added, run.changed, run.unchanged = len(desk.added), len(desk.changed), desk.unchanged
    finish(db, scope, run, desk.report, None)
    return Returned(run, _changes(desk), desk.clashes)


def _unused(file: register_sheet.RegisterSheet) -> list[str]:
    return [f"columns_unused={'、'.join(file.unknown)}"] if file.unknown else []


def _lock_what_changes(desk: _Desk, rows: Iterable[SheetRow]) -> None:
    """Lock the resources whose rows were touched, in the order of their ids as every writer does,
    and see them as they are then. The others stay free for whoever works meanwhile."""
    ids = sorted({id_ for row in rows if (id_ := _id(row)) and _is_touched(desk, row, id_)})
    resources.list_locked(desk.db, desk.scope, ids)
    desk.today |= resources.load_values(desk.db, desk.scope, ids)


def _is_touched(desk: _Desk, row: SheetRow, id_: UUID) -> bool:
    revision, _ = desk.today.get(id_, (0, {}))
    base = _base(row)
    if not 1 <= base <= revision:
        return False
    return bool(touched(row.cells, cells_of(_was(desk, id_, base)[0], desk.choices)))


def _base(row: SheetRow) -> int:
    """The revision that the sheet shows, 0 where somebody has overwritten it."""
    text = row.revision
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _was(desk: _Desk, id_: UUID, base: int) -> tuple[dict[str, Any], list[ResourceRevision]]:
    """A resource as it was at a revision, and what was changed since."""
    revision, now = desk.today[id_]
    later = (
        resources.list_revisions(desk.db, desk.scope, id_, after=base) if base < revision else []
    )
    was = dict(now)
    for change in later:
        was |= change.before
    return was, later


def _take(desk: _Desk, row: SheetRow) -> None:
    """One row: refused with a reason, or what it asks for is done."""
    name = row.cells.get("name", "")
    if not row.id:
        _add(desk, row)
        return
    id_ = _id(row)
    revision, now = desk.today.get(id_, (0, {})) if id_ else (0, {})
    base = _base(row)
    if id_ is None or not revision:
        desk.report.say(row.row, name, "unknown_id", refused=True)
    elif id_ in desk.seen:
        desk.report.say(row.row, name, "id_twice", refused=True)
    elif not 1 <= base <= revision:
        desk.report.say(row.row, name, "unknown_revision", refused=True, detail=row.revision)
    elif now["merged_into"]:
        desk.report.say(row.row, name, "merged_meanwhile", refused=True)
    else:
        _change(desk, row, id_, base)
    if id_ is not None:
        desk.seen.add(id_)


def _change(desk: _Desk, row: SheetRow, id_: UUID, base: int) -> None:
    """A row of a resource that is there: what the sheet changed, against what it is today."""
    revision, now = desk.today[id_]
    later = (
        resources.list_revisions(desk.db, desk.scope, id_, after=base) if base < revision else []
    )
    was = dict(now)
    for change in later:
        was |= change.before
    fields = touched(row.cells, cells_of(was, desk.choices))
    said, problems = read_cells(row.cells, fields, was, desk.choices)
    if problems:
        _refuse(desk, row, problems)
        return
    moved = {name: value for name, value in said.items() if was[name] != value}
    clashes = [
        _clash(row, id_, name, was, now, moved, later) for name in _clashing(was, now, moved)
    ]
    left = {clash.field for clash in clashes if clash.key not in desk.taken}
    values = {n: v for n, v in moved.items() if n not in left and now[n] != v}
    if "place" in left:
        values.pop("place_level", None)
    if values and not _apply(desk, row, id_, revision, values):
        return
    plain = {n: v for n, v in moved.items() if now[n] != v and n not in {c.field for c in clashes}}
    _note(desk, row, id_, now, plain, clashes)


def _note(
    desk: _Desk,
    row: SheetRow,
    id_: UUID,
    now: dict[str, Any],
    plain: dict[str, Any],
    clashes: list[Clash],
) -> None:
    """What a row came to, in the books."""
    chosen = {clash.field: clash.theirs for clash in clashes if clash.key in desk.taken}
    for clash in clashes:
        detail = {"field": clash.field, "ours": clash.ours, "theirs": clash.theirs}
        reason = "sheet_taken" if clash.key in desk.taken else "sheet_differs"
        desk.report.say(row.row, clash.name, reason, refused=False, detail=detail)
    desk.clashes += clashes
    if plain or chosen:
        fields = [
            {"field": name, "before": now[name], "after": value}
            for name, value in plain.items()
            if name != "place_level"
        ]
        desk.changed.append({"id": str(id_), "name": now["name"], "fields": fields})
        _remark_on_days(desk, row, plain | chosen)
    else:
        desk.unchanged += 1


def _add(desk: _Desk, row: SheetRow) -> None:
    """A row without an id: a new resource, unless one of the same name, place and kind is there (the
    same sheet sent again)."""
    fields = {n for n, text in row.cells.items() if text} - {"lat", "lon"}
    if row.cells.get("lat") or row.cells.get("lon"):
        fields.add("place")
    values, problems = read_cells(row.cells, fields, EMPTY, desk.choices)
    problems |= {n: "required" for n in ("name", "kind") if not values.get(n) and n not in problems}
    if problems:
        _refuse(desk, row, problems)
        return
    key = _key(values["name"], values.get("address", ""), values["kind"])
    if key in desk.there:
        desk.report.say(row.row, values["name"], "exists_already", refused=True)
        return
    id_ = uuid5(desk.sheet, f"row {row.row}")
    if _apply(desk, row, id_, None, values):
        desk.there.add(key)
        desk.added.append({**EMPTY, **values, "id": str(id_)})
        _remark_on_days(desk, row, values)


def _apply(desk: _Desk, row: SheetRow, id_: UUID, base: int | None, values: dict[str, Any]) -> bool:
    """Through the gate, under a draft of its own. False, and said, where the gate refuses."""
    draft = uuid5(desk.sheet, f"draft {id_}")
    edit = {"id": draft, "resource": id_, "base": base, "edits": values}
    try:
        with desk.db.begin_nested():
            registry.apply(desk.db, desk.scope, ResourceEdit.parse(edit))
    except Invalid as error:
        _refuse(desk, row, error.facts["fields"])  # type: ignore[arg-type]
    except NotAllowed:
        _refuse(desk, row, {"place": "outside_areas"})
    except Conflict:  # somebody wrote between our looking and our writing
        _refuse(desk, row, {"name": "changed_just_now"})
    else:
        return True
    return False


def _refuse(desk: _Desk, row: SheetRow, problems: dict[str, str]) -> None:
    for name, code in problems.items():
        desk.report.say(row.row, row.cells.get("name", ""), code, refused=True, detail=name)


def _remark_on_days(desk: _Desk, row: SheetRow, values: dict[str, Any]) -> None:
    """Days that could not be read are kept in words, and that is said."""
    for opening in values.get("openings", []):
        if opening["irregular"] and opening["note"]:
            name = row.cells.get("name", "")
            note = opening["note"]
            desk.report.say(row.row, name, "openings_irregular", refused=False, detail=note)


def _clashing(was: dict[str, Any], now: dict[str, Any], moved: dict[str, Any]) -> list[str]:
    return [
        name
        for name, value in moved.items()
        if name != "place_level" and now[name] not in (was[name], value)
    ]


def _clash(
    row: SheetRow,
    id_: UUID,
    name: str,
    was: dict[str, Any],
    now: dict[str, Any],
    moved: dict[str, Any],
    later: list[ResourceRevision],
) -> Clash:
    last = next((change for change in later if name in change.changed), None)
    by = str(last.account) if last and last.account else ""
    at = last.at.isoformat() if last else ""
    return Clash(
        f"{id_}/{name}", row.row, now["name"], name, was[name], now[name], moved[name], by, at
    )


def _changes(desk: _Desk) -> Changes:
    """What the page shows, and a checksum of all of it."""
    clashes = [asdict(clash) for clash in desk.clashes]
    lines = [
        line
        for line in desk.report.rows
        if line["reason"] not in ("sheet_taken", "sheet_differs", "openings_irregular")
    ]
    plain = [row for row in desk.changed if row["fields"]]
    content = [desk.added, plain, clashes, lines, desk.report.assumptions]
    told = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    digest = hashlib.sha256(told.encode()).hexdigest()
    return Changes(desk.added[:ADDED_SHOWN], plain[:CHANGED_SHOWN], digest)


def _id(row: SheetRow) -> UUID | None:
    try:
        return UUID(row.id) if row.id else None
    except ValueError:
        return None


def _key(name: str, address: str, kind: str) -> str:
    return "/".join(map(search_key, (name, address, kind)))
