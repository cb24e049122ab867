"""報告の列の並び: the columns in which a municipality wants its reports, asked once and remembered.

Said on a page, or by the municipality's own empty table, whose headings are matched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from geo.days import era_words
from geo.errors import Invalid, NotAllowed, NotFound, Unreadable
from geo.records import audit, report_layouts
from geo.scope import Role, Scope
from geo.sources import report_columns, tables
from geo.sources.report_columns import ColumnOf

EDITORS = (Role.COORDINATOR_1, Role.OFFICIAL, Role.ADMINISTRATOR)
MOST_COLUMNS = 60  # our choice
MOST_SIGNS = 100  # our choice: of a heading, of the title
HEADING_ROWS = 20  # our choice: a heading row stands within so many


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it will be written: heading, what it is made of ('' stays empty), and its form."""

    heading: str
    of: str
    form: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A report's title and columns. ``is_own``: the municipality said so, it is not ours."""

    title: str
    columns: tuple[Column, ...]
    is_own: bool = False


def usual(report: str) -> Layout:
    """What a municipality has that said nothing. Raises NotFound for an unknown report."""
    columns = [_known(report, code) for code in report_columns.USUAL[_checked(report)]]
    return Layout(
        report_columns.TITLES[report],
        tuple(Column(column.heading, column.code, _first_form(column)) for column in columns),
    )


def in_use(db: Session, scope: Scope, report: str) -> Layout:
    """The layout of the scope's municipality, or the usual one. Raises NotFound."""
    row = report_layouts.find(db, scope, _checked(report))
    if row is None:
        return usual(report)
    columns = tuple(Column(one["heading"], one["of"], one["form"]) for one in row.columns)
    return Layout(row.title, columns, is_own=True)


def keep(
    db: Session, scope: Scope, report: str, title: str, said: Sequence[Mapping[str, str]]
) -> None:
    """Remember title and columns ({heading, of, form}); lines without a heading are left out.

    Raises NotAllowed, NotFound, and Invalid with ``title``, ``columns`` or ``heading_<n>``.
    """
    _check_may_edit(scope)
    problems: dict[str, str] = {}
    columns = []
    for number, line in enumerate(said):
        if line["heading"].strip():
            columns.append(_column(_checked(report), number, line, problems))
    if not title.strip():
        problems["title"] = "required"
    elif len(title.strip()) > MOST_SIGNS:
        problems["title"] = "too_long"
    if not columns:
        problems["columns"] = "nothing_chosen"
    elif len(columns) > MOST_COLUMNS:
        problems["columns"] = "too_long"
    if problems:
        raise Invalid(fields=problems)
    report_layouts.save(db, scope, report, title.strip(), columns)
    audit.save(db, scope, "change", "report_layout", report, None, {"columns": columns})


def forget(db: Session, scope: Scope, report: str) -> None:
    """The report has our own columns again. Raises NotAllowed, NotFound."""
    _check_may_edit(scope)
    report_layouts.save_without(db, scope, _checked(report))
    audit.save(db, scope, "remove", "report_layout", report)


def read_table(report: str, path: Path) -> Layout:
    """Title and columns of a municipality's empty table (.xlsx or .csv), as far as its headings are
    known; a person looks before it is kept.

    The heading row is that of the first rows with the most headings that mean something. Raises
    Unreadable (no_known_heading, and as ``tables.read_sheets``), NotFound.
    """
    most, row, above = 0, (), ()  # type: int, tuple[str, ...], tuple[tuple[str, ...], ...]
    for sheet in tables.read_sheets(path):
        for at, cells in enumerate(sheet.rows[:HEADING_ROWS]):
            meant = [report_columns.guess(_checked(report), cell) for cell in cells if cell]
            if sum(map(bool, meant)) > most:
                most, row, above = sum(map(bool, meant)), cells, sheet.rows[:at]
    if most < 2:  # our choice: one word of a title is no row of headings
        raise Unreadable(reason="no_known_heading")
    columns: list[Column] = []
    for cell in row:
        if cell and len(columns) < MOST_COLUMNS:
            known = report_columns.find(report, report_columns.guess(report, cell))
            of, form = (known.code, _first_form(known)) if known else ("", "")
            columns.append(Column(" ".join(cell.split())[:MOST_SIGNS], of, form))
    said = [cell for cells in above for cell in cells if cell]
    title = max(said, key=len, default=report_columns.TITLES[report])
    return Layout(" ".join(title.split())[:MOST_SIGNS], tuple(columns))


def written(layout: Layout, values: Mapping[str, Any]) -> list[Any]:
    """The cells of a row in a layout's order, of plain values by code: text, whole numbers, or a date
    where the column wants one that Excel reckons with. What nobody knows, and an empty column, is None.
    """
    return [_cell(values.get(column.of), column.form) for column in layout.columns]


def _cell(value: Any, form: str) -> Any:
    if value is None or value == "":
        return None
    match form:
        case "era":
            return era_words(value)
        case "short":
            return f"{value.month}/{value.day}"
        case "circle":
            return "○"
        case "unit":
            return f"{value}{report_columns.UNIT}"
    return value


def _column(
    report: str, number: int, line: Mapping[str, str], problems: dict[str, str]
) -> dict[str, str]:
    known = report_columns.find(report, line["of"])
    if len(line["heading"].strip()) > MOST_SIGNS:
        problems[f"heading_{number}"] = "too_long"
    if known is None:
        problems[f"heading_{number}"] = "unknown_choice"
        return {}
    forms = dict(known.forms)
    form = line["form"] if line["form"] in forms else _first_form(known)
    return {"heading": line["heading"].strip(), "of": known.code, "form": form}


def _first_form(column: ColumnOf) -> str:
    return column.forms[0][0] if column.forms else ""


def _known(report: str, code: str) -> ColumnOf:
    column = report_columns.find(report, code)
    if column is None:
        raise NotFound(thing="column", id=code)
    return column


def _checked(report: str) -> str:
    if report not in report_columns.COLUMNS:
        raise NotFound(thing="report", id=report)
    return report


def _check_may_edit(scope: Scope) -> None:
    if scope.role not in EDITORS or scope.municipality is None:
        raise NotAllowed(action="change_layout")
