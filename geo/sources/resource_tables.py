"""地域資源の一覧: lists of places and services as municipal offices keep them, CSV or Excel.

Read: 自治体標準オープンデータセット old and new, lists with RDF property addresses as header, plain
lists, and workbooks with titles above, names over two rows, merged cells and remarks below; a
mapping says what our dictionary does not know. Quirks met in real lists: utf-8 with and without
mark, cp932, utf-16 with tabs (新宿区); lat and lon in each other's column; ID that Excel turned into
1.7E+11, the same in every row (珠洲市); commas left over at the ends of rows; zeros lost from
municipality codes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from geo.errors import Unreadable
from geo.sources import municipal_columns, table_heads, tables
from geo.sources.delivery import Refused, RowError
from geo.sources.mapping import Mapping
from geo.sources.resource_rows import Columns, ResourceRow, row_of
from geo.sources.table_heads import Head
from geo.sources.tables import Sheet

SAMPLE = 10  # our choice: rows that a person sees before she imports
# Of several sheets that are no table, what is said of the file
_LESS_TELLING = ("empty", "not_a_table")


@dataclass(frozen=True, slots=True)
class SheetSeen:
    """What became of one sheet (a CSV is one without a name).

    header_row  as Excel counts; 0 where no header was found
    rows        taken from it; reason: why it is no table, "" where it is one
    """

    name: str
    header_row: int
    rows: int
    reason: str


@dataclass(frozen=True, slots=True)
class ResourceFile:
    """A whole list, in its order.

    form        public_facility, care_service, medical, event, rdf or other
    encoding    utf-8, utf-8-sig, utf-16 or cp932; "" for a workbook
    headers     column names as delivered, of the first table
    columns     field → header, as the first table was read
    key_column  name of the column that keys come from, "" without one. NO is often a mere
                running number that shifts with the next edition: look before merging by it
    sheets      every sheet, those that are no table too
    mapping     what the person said of it
    """

    rows: tuple[ResourceRow, ...]
    refused: tuple[Refused, ...]
    form: str
    encoding: str
    headers: tuple[str, ...]
    columns: dict[str, str]
    key_column: str
    sheets: tuple[SheetSeen, ...]
    mapping: Mapping


@dataclass(frozen=True, slots=True)
class Survey:
    """A sheet as a person sees it before she imports it.

    header_row  0 where none was found; headers: column names told apart, () without a header row
    columns     field → header, as far as our dictionary or the mapping goes
    sample      the first rows below the header, else of the sheet, cells as written
    reason      why it cannot be read as it is, "" where it can
    """

    sheet: str
    header_row: int
    headers: tuple[str, ...]
    columns: dict[str, str]
    sample: tuple[tuple[str, ...], ...]
    reason: str


def read(path: Path, mapping: Mapping | None = None) -> ResourceFile:
    """Read a list.

    Rows are refused with a reason: wrong_number_of_cells, no_name, outside_japan, duplicate_id.
    Raises Unreadable: the reasons of tables.read_sheets, not_a_table, no_name_column, no_sheet,
    column_missing (with ``columns``).
    """
    mapping = mapping or Mapping()
    sheets = _wanted(tables.read_sheets(path), mapping)
    heads = [table_heads.find(_first(sheet), mapping) for sheet in sheets]
    tables_found = [
        (sheet, head) for sheet, head in zip(sheets, heads, strict=True) if isinstance(head, Head)
    ]
    if not tables_found:
        raise Unreadable(reason=_most_telling([str(head) for head in heads]))
    first = tables_found[0][1]
    if first.missing:
        raise Unreadable(reason="column_missing", columns=list(first.missing))
    rows: dict[object, ResourceRow] = {}
    refused: list[Refused] = []
    seen = []
    for sheet, head in zip(sheets, heads, strict=True):
        before = len(rows)
        if isinstance(head, Head):
            _take(sheet, head, rows, refused)
        header_row, reason = (head.row, "") if isinstance(head, Head) else (0, head)
        seen.append(SheetSeen(sheet.name, header_row, len(rows) - before, reason))
    return ResourceFile(
        rows=tuple(rows.values()),
        refused=tuple(refused),
        form=municipal_columns.recognise(first.plain),
        encoding=sheets[0].encoding,
        headers=first.headers,
        columns=table_heads.columns_of(first),
        key_column=first.headers[first.at["key"]] if "key" in first.at else "",
        sheets=tuple(seen),
        mapping=mapping,
    )


def survey(path: Path, mapping: Mapping | None = None) -> tuple[Survey, ...]:
    """Every sheet of a file as it would be read, before it is; a sheet that cannot be read says
    why. Raises Unreadable: the reasons of tables.read_sheets."""
    mapping = mapping or Mapping()
    return tuple(_surveyed(sheet, mapping) for sheet in tables.read_sheets(path))


def _surveyed(sheet: Sheet, mapping: Mapping) -> Survey:
    head = table_heads.find(_first(sheet), mapping)
    if isinstance(head, Head):
        below = islice(_lines(sheet, head.below), SAMPLE)
        sample = tuple(cells for _, cells in below)
        reason = "column_missing" if head.missing else ""
        return Survey(
            sheet.name, head.row, head.headers, table_heads.columns_of(head), sample, reason
        )
    at = mapping.header_row or 0
    upper: tuple[str, ...] = ()
    if at:
        upper = next((cells for row, cells in _lines(sheet, at)), ())
    guess = table_heads.head_of(at, upper, (), replace(mapping, columns={}))
    sample = tuple(cells for _, cells in islice(_lines(sheet, at + 1), SAMPLE))
    return Survey(sheet.name, at, guess.headers, table_heads.columns_of(guess), sample, head)


def _wanted(sheets: Sequence[Sheet], mapping: Mapping) -> list[Sheet]:
    """The sheet a mapping names, else all."""
    wanted = [sheet for sheet in sheets if not mapping.sheet or sheet.name == mapping.sheet]
    if not wanted:
        raise Unreadable(reason="no_sheet", sheet=mapping.sheet)
    return wanted


def _lines(sheet: Sheet, from_row: int = 1) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(row as Excel counts, cells) of every row that is not blank."""
    for at, cells in enumerate(sheet.rows[max(0, from_row - 1) :], start=max(1, from_row)):
        if any(cells):
            yield at, cells


def _first(sheet: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    return list(islice(_lines(sheet), table_heads.WITHIN))


def _most_telling(reasons: Sequence[str]) -> str:
    """One reason for a file of several sheets that are no table."""
    return next((reason for reason in reasons if reason not in _LESS_TELLING), reasons[0])


def _take(
    sheet: Sheet, head: Head, rows: dict[object, ResourceRow], refused: list[Refused]
) -> None:
    """The rows of one table, added to those of the sheets before it."""
    columns = Columns.of(head, sheet.name)
    width = len(head.headers)
    for at, cells in _lines(sheet, head.below):
        if table_heads.is_no_row(head, cells):
            continue
        try:
            # empty cells left over at the end do no harm
            if len(cells) < width or any(cells[width:]):
                raise RowError("wrong_number_of_cells", f"{len(cells)}/{width}")
            row = row_of(columns, at, cells[:width])
            if row.key in rows:
                raise RowError("duplicate_id", str(row.key))
            rows[row.key or (sheet.name, at)] = row
        except RowError as problem:
            refused.append(problem.at(at, columns.cell(cells, "name")))
