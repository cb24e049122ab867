"""Excel の部屋: what runs in the child process of ``apart`` to read an .xlsx workbook.

A merged cell has its value at the top left only; every cell it covers is given that value. A merge
over a whole sheet or a sheet of a million empty rows ends at the child's limits, not at ours.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from geo.errors import Unreadable
from geo.sources import apart

ROWS = 100_000
COLUMNS = 200


def answer(question: dict[str, Any]) -> Iterator[Any]:
    """{"sheet": name}, then its rows as lists of text, for each sheet that is not hidden.

    Raises Unreadable: not_a_workbook, too_many_rows.
    """
    import openpyxl  # noqa: PLC0415 not in the house's own process
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = openpyxl.load_workbook(question["path"], data_only=True)
    except (InvalidFileException, KeyError, ValueError, TypeError, OSError, SyntaxError):
        raise Unreadable(reason="not_a_workbook") from None
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        if sheet.max_row > ROWS or sheet.max_column > COLUMNS:
            raise Unreadable(reason="too_many_rows", limit=ROWS)
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
