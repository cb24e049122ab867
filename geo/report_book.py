"""報告のExcel: sheets of a report on A4, ready to be handed in. Cells are text, numbers or dates, never
formulas: a note that begins with = is a note.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins so would be run, or turned into something else, by a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HEAD = PatternFill("solid", fgColor="F3EBDC")
_LINE = Border(*(Side(style="thin", color="84694A"),) * 4)
_A4 = 9  # openpyxl's and Excel's number of the paper


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: lines above the table (the first is the title), headings, rows, lines below.

    widths  in signs, as many as headings; totals  the last rows, set off
    """

    name: str
    above: Sequence[str]
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    widths: Sequence[int]
    totals: Sequence[Sequence[Any]] = field(default_factory=tuple)
    below: Sequence[str] = field(default_factory=tuple)


def write(sheets: Sequence[Sheet]) -> bytes:
    """The workbook of these sheets."""
    book = Workbook()
    book.remove(book.active)
    for one in sheets:
        _write(book.create_sheet(one.name), one)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_csv(sheet: Sheet) -> bytes:
    """Headings and rows of a sheet as a CSV that Excel opens by a double click (utf-8 with a mark),
    without the lines around it. What would be a formula begins with a quote."""
    out = io.StringIO(newline="")
    lines = csv.writer(out)
    lines.writerow([_plain(heading) for heading in sheet.headings])
    lines.writerows([_plain(value) for value in row] for row in sheet.rows)
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return "" if value is None else value


def _write(page: Any, sheet: Sheet) -> None:
    for at, line in enumerate(sheet.above, start=1):
        _put(page.cell(at, 1), line).font = Font(bold=at == 1, size=14 if at == 1 else 11)
    head = len(sheet.above) + 1
    for at, heading in enumerate(sheet.headings, start=1):
        cell = _put(page.cell(head, at), heading)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _LINE
        cell.alignment = Alignment(vertical="center", horizontal="center", wrap_text=True)
    for at, row in enumerate((*sheet.rows, *sheet.totals), start=1):
        _row(page, head + at, row, is_total=at > len(sheet.rows))
    below = head + len(sheet.rows) + len(sheet.totals) + 2
    for at, line in enumerate(sheet.below):
        _put(page.cell(below + at, 1), line)
    for at, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[get_column_letter(at)].width = width
    page.freeze_panes = page.cell(head + 1, 1)
    page.print_title_rows = f"{head}:{head}"
    page.page_setup.paperSize, page.page_setup.orientation = _A4, "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.center.text = "&P / &N"


def _row(page: Any, at: int, row: Sequence[Any], *, is_total: bool) -> None:
    for column, value in enumerate(row, start=1):
        cell = _put(page.cell(at, column), value)
        cell.border, cell.font = _LINE, Font(bold=is_total)
        cell.alignment = Alignment(
            vertical="top",
            wrap_text=isinstance(value, str),
            horizontal="right" if isinstance(value, int | float) else None,
        )


def _put(cell: Cell, value: Any) -> Cell:
    """The cell with a value; text is text, whatever it begins with."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        if value.startswith(FORMULA):
            cell.quotePrefix = True  # type: ignore[attr-defined]
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    return cell
