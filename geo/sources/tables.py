"""表: rows of text from a CSV (utf-8, cp932, utf-16) or an Excel workbook (.xlsx, .xls), as the
office wrote them."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.errors import Unreadable
from geo.sources import apart, archives, excel_child
from geo.sources.apart import Limits
from geo.sources.delivery import decode, read_bytes, tidy

LIMIT_MB = 50
LIMIT_CELL = 32_767  # signs, as in Excel
UNPACKED_MB = 200  # of a workbook
EXCEL_LIMITS = Limits(memory_mb=1_000, cpu_s=30, wall_s=60, file_mb=200)
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. rows[0] is the file's first row, whatever it is; cells are trimmed.

    name      of the sheet, "" for a CSV
    encoding  Python codec of a CSV, "" for a workbook
    """

    name: str
    encoding: str
    rows: tuple[tuple[str, ...], ...]


def is_workbook(path: Path) -> bool:
    """Whether a file is an Excel workbook by its first bytes; one that cannot be opened is none."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(4) in (_OLD_EXCEL, b"PK\x03\x04")
    except OSError:
        return False


def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """Every visible sheet of a workbook, or the one table of a CSV.

    Raises Unreadable: cannot_open, too_large, empty, not_a_workbook, workbook_locked,
    not_text, encoding_unknown, broken_quotes and cell_too_long (with ``row``), too_many_rows, and the
    reasons of archives.members and apart.read.
    """
    delivered = read_bytes(path, LIMIT_MB)
    if delivered.startswith(_OLD_EXCEL):
        return _workbook(delivered, "book.xls")
    if delivered.startswith(b"PK\x03\x04"):
        inside = archives.members(path, UNPACKED_MB)
        if not any(member.name == "[Content_Types].xml" for member in inside):
            raise Unreadable(reason="not_a_workbook")
        return _workbook(delivered, "book.xlsx")
    decoded = decode(delivered)
    return (Sheet("", decoded.encoding, tuple(csv_rows(decoded.text))),)


def _workbook(delivered: bytes, name: str) -> tuple[Sheet, ...]:
    sheets: list[tuple[str, list[tuple[str, ...]]]] = []
    with apart.private_folder() as folder:
        copy = folder / name
        copy.write_bytes(delivered)
        for line in apart.read(
            excel_child.__name__, {"path": str(copy)}, folder, limits=EXCEL_LIMITS
        ):
            if isinstance(line, dict):
                sheets.append((line["sheet"], []))
            else:
                if max(map(len, line), default=0) > LIMIT_CELL:
                    raise Unreadable(reason="cell_too_long")
                sheets[-1][1].append(tuple(tidy(cell) for cell in line))
    if not sheets:
        raise Unreadable(reason="empty")
    return tuple(Sheet(name, "", tuple(rows)) for name, rows in sheets)


def csv_rows(text: str) -> Iterator[tuple[str, ...]]:
    """Rows of a CSV as they stand, blank ones too. Raises Unreadable: broken_quotes and
    cell_too_long, with ``row``."""
    first = text.lstrip().partition("\n")[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","  # Excel's 「Unicode テキスト」
    row = 0
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            row += 1
            if max(map(len, cells), default=0) > LIMIT_CELL:
                raise Unreadable(reason="cell_too_long", row=row)
            yield tuple(tidy(cell) for cell in cells)
    except csv.Error as problem:
        reason = "cell_too_long" if "field limit" in str(problem) else "broken_quotes"
        raise Unreadable(reason=reason, row=row + 1) from None
