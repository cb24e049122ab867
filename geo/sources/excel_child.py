"""Excel の部屋: what runs in the child process of ``apart`` to read a workbook, .xlsx or the old .xls.

A merged cell has its value at the top left only; every cell it covers is given that value. A merge
over a whole sheet or a sheet of a million empty rows ends at the child's limits, not at ours.
"""

import contextlib
import io
import struct
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from geo.errors import Unreadable
from geo.sources import apart

ROWS = 100_000
COLUMNS = 256  # as many as a sheet of .xls has
_NEW_AND_LOCKED = "EncryptedPackage".encode("utf-16-le")  # an .xlsx with a password is packed so
# What a broken .xls makes its reader stumble over, beside its own complaints
_STUMBLES = (struct.error, AssertionError, LookupError, ValueError, TypeError, AttributeError)


def answer(question: dict[str, Any]) -> Iterator[Any]:
    """{"sheet": name}, then its rows as lists of text, for each sheet that is not hidden.

    Raises Unreadable: not_a_workbook, workbook_locked, too_many_rows.
    """
    path = Path(question["path"])
    return _old(path) if path.suffix == ".xls" else _new(path)


def _new(path: Path) -> Iterator[Any]:
    import openpyxl  # noqa: PLC0415 not in the house's own process
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except (InvalidFileException, KeyError, ValueError, TypeError, OSError, SyntaxError):
        raise Unreadable(reason="not_a_workbook") from None
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        _check_size(sheet.max_row, sheet.max_column)
        yield {"sheet": sheet.title}
        covered = {
            at: sheet.cell(area.min_row, area.min_col).value
            for area in sheet.merged_cells.ranges
            for at in area.cells
        }
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield [
                _text(covered.get((number, column), value))
                for column, value in enumerate(row, start=1)
            ]


def _old(path: Path) -> Iterator[Any]:
    book = _open_old(path)
    for sheet in book.sheets():
        if sheet.visibility:
            continue
        _check_size(sheet.nrows, sheet.ncols)
        yield {"sheet": sheet.name}
        covered = {
            (row, column): (first_row, first_column)
            for first_row, row_end, first_column, column_end in sheet.merged_cells
            for row in range(first_row, min(row_end, sheet.nrows))
            for column in range(first_column, min(column_end, sheet.ncols))
        }
        for row in range(sheet.nrows):
            yield [
                _old_text(sheet.cell(*covered.get((row, column), (row, column))), book.datemode)
                for column in range(sheet.ncols)
            ]


def _open_old(path: Path) -> Any:
    """The workbook with its merges. stdout is the answer's: what the reader says goes nowhere."""
    import xlrd  # noqa: PLC0415 not in the house's own process
    from xlrd.compdoc import CompDocError  # noqa: PLC0415

    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return xlrd.open_workbook(str(path), logfile=io.StringIO(), formatting_info=True)
    except xlrd.XLRDError as problem:
        is_locked = "encrypted" in str(problem).lower() or _NEW_AND_LOCKED in path.read_bytes()
        raise Unreadable(reason="workbook_locked" if is_locked else "not_a_workbook") from None
    except (CompDocError, *_STUMBLES):
        raise Unreadable(reason="not_a_workbook") from None


def _check_size(rows: int, columns: int) -> None:
    if rows > ROWS or columns > COLUMNS:
        raise Unreadable(reason="too_many_rows", limit=ROWS)


def _old_text(cell: Any, datemode: int) -> str:
    """As ``_text``. Numbers of .xls say by their format that they are days; errors are empty."""
    import xlrd  # noqa: PLC0415

    if cell.ctype == xlrd.XL_CELL_ERROR:
        return ""
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return str(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return _text(xlrd.xldate_as_datetime(cell.value, datemode))
        except (OverflowError, ValueError):
            return ""
    return _text(cell.value)


def _text(value: object) -> str:
    """A cell as it reads: 5 for 5.0, 2024-04-01 for a date."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else str(value)
    return value.isoformat() if isinstance(value, date) else str(value)


if __name__ == "__main__":
    apart.speak(answer)
