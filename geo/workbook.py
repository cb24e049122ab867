"""Excelで直す: the resources somebody may edit, as a workbook to take along (returning.py takes it back)."""

import io
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from sqlalchemy.orm import Session

from geo.cells import cells_of, choices_of
from geo.errors import NotAllowed
from geo.records import kinds, resources, shelf
from geo.records.shelf import Wanted
from geo.scope import Scope
from geo.sources.register_sheet import ABOUT, CHOICES, COLUMNS, ID, REVISION, SHEET

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins so would be run, or turned into something else, by a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FROZEN = "E2"  # our choice: the names of the columns, and of the rows up to 名前, stay in sight
_NEW_ROWS = 500  # our choice: so many empty rows below offer the lists of choices too
_BATCH = 1000  # our choice: resources read at once, so that ten thousand do not lie in memory
_HEAD = PatternFill("solid", fgColor="F3EBDC")
_OURS = PatternFill("solid", fgColor="E9E9E9")
_LINE = Border(*(Side(style="thin", color="D9C8AB"),) * 4)
_FORMATS = {"date": "yyyy-mm-dd", "number": "General"}


def list_editable(db: Session, scope: Scope, kind: str = "") -> list[UUID]:
    """Ids of the resources that run today and that the writer may change, in the order of lists.

    Raises NotAllowed for who may not write.
    """
    if not scope.may_change_resources:
        raise NotAllowed(action="change_resource")
    return [row.id for row in shelf.list_editable(db, scope, Wanted(kind=kind))]


def write(db: Session, scope: Scope, ids: Sequence[UUID], about: Iterable[str]) -> bytes:
    """The workbook: the resources of ``ids``, a sheet that explains it, and the lists of choices.

    about  lines of the sheet 説明
    Cells are text, numbers or dates, never formulas: a name that begins with = is a name.
    """
    names = {kind.code: kind.name for kind in kinds.list_all(db, scope)}
    choices = choices_of(names)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    _lay_out(sheet, choices, len(ids))
    header = [_headed(sheet, name) for name in (ID, REVISION, *(c.name for c in COLUMNS))]
    sheet.append(header)
    pens = _Pens(sheet)
    for first in range(0, len(ids), _BATCH):
        batch = list(ids[first : first + _BATCH])
        known = resources.load_values(db, scope, batch)
        for id_ in batch:
            revision, values = known[id_]
            cells = cells_of(values, choices)
            sheet.append(pens.row([str(id_), revision, *(cells[c.field] for c in COLUMNS)]))
    _explain(book, about)
    _list_choices(book, choices)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Pens:
    """A cell for each column, and one for text that looks like a formula, used row after row: a
    style made anew for each of 260,000 cells takes longer than writing them. Empty cells are not
    written at all: their columns have the same format."""

    def __init__(self, sheet: Any) -> None:
        forms = ["own", "own", *(column.form for column in COLUMNS)]
        self._plain = [_pen(sheet, form) for form in forms]
        self._quoted = [_pen(sheet, form, quoted=True) for form in forms]

    def row(self, values: Sequence[Any]) -> list[Any]:
        return [self._cell(at, value) for at, value in enumerate(values)]

    def _cell(self, at: int, value: Any) -> Any:
        if value in (None, ""):
            return None
        is_formula = isinstance(value, str) and value.startswith(_FORMULA)
        cell = self._quoted[at] if is_formula else self._plain[at]
        return _filled(cell, value)


def _pen(sheet: Any, form: str, *, quoted: bool = False) -> Any:
    cell = WriteOnlyCell(sheet)
    cell.number_format = _FORMATS.get(form, "@")
    cell.alignment = _alignment(form)
    if form == "own":
        cell.fill, cell.font = _OURS, Font(color="777777", size=8)
    if quoted:
        cell.quotePrefix = True
    return cell


def _alignment(form: str) -> Alignment:
    return Alignment(vertical="top", wrap_text=form == "text")


def _filled(cell: Any, value: Any) -> Any:
    """The cell with a value; text is text, whatever it begins with."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def _headed(sheet: Any, name: str) -> Any:
    cell = WriteOnlyCell(sheet, value=name)
    cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _LINE
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _lay_out(sheet: Any, choices: dict[str, dict[str, str]], rows: int) -> None:
    """Widths, the frozen header, a filter, and a list of choices where a cell has one."""
    sheet.freeze_panes = _FROZEN
    widths = [8.0, 6.0, *(float(column.width) for column in COLUMNS)]
    forms = ["own", "own", *(column.form for column in COLUMNS)]
    for number, (width, form) in enumerate(zip(widths, forms, strict=True), start=1):
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width, column.number_format = width, _FORMATS.get(form, "@")
        column.alignment = _alignment(form)
    last = rows + 1 + _NEW_ROWS
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(widths))}{rows + 1}"
    for at, name in enumerate(choices, start=1):
        column = get_column_letter(at)
        listed = f"{CHOICES}!${column}$2:${column}${len(choices[name]) + 1}"
        rule = DataValidation(type="list", formula1=listed, allow_blank=True)
        for number, one in enumerate(COLUMNS, start=3):
            if one.form == name:
                letter = get_column_letter(number)
                rule.add(f"{letter}2:{letter}{last}")
        sheet.data_validations.append(rule)


def _explain(book: Any, about: Iterable[str]) -> None:
    sheet = book.create_sheet(ABOUT)
    sheet.column_dimensions["A"].width = 100
    for line in about:
        cell = _filled(WriteOnlyCell(sheet), line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append([cell])


def _list_choices(book: Any, choices: dict[str, dict[str, str]]) -> None:
    """The words of the lists, column by column, on a sheet that is not shown."""
    sheet = book.create_sheet(CHOICES)
    sheet.sheet_state = "hidden"
    columns = [[name, *words.values()] for name, words in choices.items()]
    for at in range(max(map(len, columns))):
        words = [column[at] if at < len(column) else "" for column in columns]
        sheet.append([_filled(WriteOnlyCell(sheet), word) for word in words])
