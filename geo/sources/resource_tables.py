"""地域資源の一覧: lists of places and services as municipal offices keep them, in any format.

Read: 自治体標準オープンデータセット old and new, lists with RDF property addresses as header, plain
lists, and workbooks with titles above, names over two rows, merged cells and remarks below, layers of points
(resource_layers); a mapping says what our dictionary does not know. Quirks met in real lists: utf-8 with and without
mark, cp932, utf-16 with tabs (新宿区); lat and lon in each other's column; ID that Excel turned into
1.7E+11, the same in every row (珠洲市); commas left over at the ends of rows; zeros lost from
municipality codes.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import chain, islice
from pathlib import Path

from geo.errors import Unreadable
from geo.kinds import find_code
from geo.sources import delivery, municipal_columns, resource_layers, table_heads, tables
from geo.sources.delivery import Refused, RowError
from geo.sources.mapping import Mapping
from geo.sources.resource_layers import PointLayer
from geo.sources.resource_rows import Columns, ResourceRow, row_of
from geo.sources.table_heads import Head

SAMPLE = 10  # our choice: rows that a person sees before she imports
KIND_FILLED_DOWN = "kind_filled_down"
KINDS_ARE_HEADINGS = "kinds_are_headings"
KINDS_ARE_SHEETS = "kinds_are_sheets"
# Of several sheets that are no table, what is said of the file
_LESS_TELLING = ("empty", "not_a_table")
Line = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SheetSeen:
    """What became of one sheet (a CSV and a layer are one without a name).

    header_row  as Excel counts; 0 where no header was found, and of a layer
    rows        taken from it, once they have been read; reason: why it is no table, "" where it is
    """

    name: str
    header_row: int
    rows: int
    reason: str


@dataclass(slots=True)
class ListSaid:
    """What a list says of itself.

    form        public_facility, care_service, medical, event, shelter, aed, toilet, rdf or other
    encoding    utf-8, utf-8-sig, utf-16, cp932, …; "" for a workbook
    crs         of a layer, "" for a table
    headers     column names as delivered, of the first table
    columns     field → header, as the first table was read
    key_column  name of the column that keys come from, "" without one. NO is often a mere
                running number that shifts with the next edition: look before merging by it
    sheets      every sheet, those that are no table too
    mapping     what the person said of it
    assumptions codes, whole only when every row has been read
    unused      columns without a field of ours → how many of their cells are filled, likewise
    """

    form: str
    encoding: str
    crs: str
    publisher: str
    licence: str
    headers: tuple[str, ...]
    columns: dict[str, str]
    key_column: str
    sheets: tuple[SheetSeen, ...]
    mapping: Mapping
    assumptions: dict[str, None]
    unused: Counter[str]


@dataclass(slots=True)
class OpenList(ListSaid):
    """A list whose rows have not been read yet."""

    _tables: "list[tuple[_Table, Head]]" = field(repr=False)

    def read_rows(self) -> Iterator[ResourceRow | Refused]:
        """Every row in the list's order, once. Raises Unreadable: broken_quotes, cell_too_long."""
        is_key = self.key_column not in municipal_columns.RUNNING_NUMBERS
        for table, head in self._tables:
            keys: set[str] = set()  # a sheet numbers its rows anew
            for row in table.rows(head, self.assumptions):
                if isinstance(row, ResourceRow):
                    if is_key and row.key is not None and row.key in keys:
                        yield Refused(row.row, "duplicate_id", f"{row.name} {row.key}", row.sheet)
                        continue
                    keys.add(row.key or "")
                    self.unused.update(row.other.keys())
                yield row


@dataclass(slots=True)
class ResourceFile(ListSaid):
    """A whole list, in its order."""

    rows: tuple[ResourceRow, ...]
    refused: tuple[Refused, ...]


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


def read(path: Path, mapping: Mapping | None = None, crs: str = "") -> ResourceFile:
    """Read a list whole. Rows are refused with a reason: wrong_number_of_cells, no_name,
    outside_japan, duplicate_id, and of a layer not_a_place, too_wide, bad_coordinates.

    Raises Unreadable as ``open_list``, broken_quotes and cell_too_long (with ``row``).
    """
    opened = open_list(path, mapping, crs)
    read_rows = list(opened.read_rows())
    rows = tuple(row for row in read_rows if isinstance(row, ResourceRow))
    taken = Counter(row.sheet for row in rows)
    sheets = tuple(replace(sheet, rows=taken[sheet.name]) for sheet in opened.sheets)
    said = {part.name: getattr(opened, part.name) for part in fields(ListSaid)}
    refused = tuple(row for row in read_rows if isinstance(row, Refused))
    return ResourceFile(**said | {"sheets": sheets}, rows=rows, refused=refused)


def open_list(path: Path, mapping: Mapping | None = None, crs: str = "") -> OpenList:
    """Open a list to read its rows one after another.

    crs  "EPSG:n" of a layer, where the person who imports knows better than the file

    Raises Unreadable: the reasons of tables.read_sheets and of resource_layers.read, not_a_table,
    is_a_catalogue, no_name_column, no_sheet, column_missing (with ``columns``).
    """
    mapping = mapping or Mapping()
    found = _tables(path, mapping, crs)
    heads = [table.head(mapping) for table in found]
    good = [(t, head) for t, head in zip(found, heads, strict=True) if isinstance(head, Head)]
    if not good:
        raise Unreadable(reason=_most_telling([str(head) for head in heads]))
    table, first = good[0]
    if first.missing:
        raise Unreadable(reason="column_missing", columns=list(first.missing))
    layer = table.layer
    return OpenList(
        form=municipal_columns.recognise(first.plain),
        encoding=table.encoding,
        crs=layer.file.crs if layer else "",
        publisher=layer.file.publisher if layer else "",
        licence=layer.file.licence if layer else "",
        headers=first.headers,
        columns=table_heads.columns_of(first),
        key_column=first.headers[first.at["key"]] if "key" in first.at else "",
        sheets=tuple(_seen(one, head) for one, head in zip(found, heads, strict=True)),
        mapping=mapping,
        assumptions=dict.fromkeys(layer.assumptions if layer else ()),
        unused=Counter(),
        _tables=good,
    )


def survey(path: Path, mapping: Mapping | None = None, crs: str = "") -> tuple[Survey, ...]:
    """Every sheet of a file as it would be read, before it is; a sheet that cannot be read says
    why. Raises Unreadable as the readers of its format do."""
    mapping = mapping or Mapping()
    return tuple(
        _surveyed(table, mapping) for table in _tables(path, replace(mapping, sheet=""), crs)
    )


@dataclass(slots=True)
class _Table:
    """One sheet, CSV or layer: its lines that are not blank, the first ones kept at hand.

    is_ragged  a CSV, where a row of another length than the header is broken; sheets end anywhere
    """

    name: str
    encoding: str
    first: list[Line]
    rest: Iterator[Line]
    is_ragged: bool = False
    layer: PointLayer | None = None

    def head(self, mapping: Mapping) -> Head | str:
        """Where its names stand, or why it is no table."""
        if self.layer is None:
            return table_heads.find(self.first, mapping)
        head = table_heads.head_of(0, self.layer.headers, (), mapping)
        return head if "name" in head.at else "no_name_column"

    def lines(self, from_row: int) -> Iterator[Line]:
        """Its lines from a row on, as Excel counts; once."""
        for at, cells in chain(self.first, self.rest):
            if at >= from_row:
                yield at, cells

    def rows(self, head: Head, assumptions: dict[str, None]) -> Iterator[ResourceRow | Refused]:
        """Its rows below the names."""
        columns = Columns.of(head, self.name)
        groups = _Groups(columns, assumptions, self.name)
        for at, cells in self.lines(head.below):
            if groups.is_heading(cells) or table_heads.is_no_row(head, cells):
                continue
            try:
                yield groups.filled(self._row(columns, at, cells))
            except RowError as problem:
                yield replace(problem.at(at, columns.cell(cells, "name")), sheet=self.name)

    def _row(self, columns: Columns, at: int, cells: tuple[str, ...]) -> ResourceRow:
        width = len(columns.head.headers)
        # empty cells left over at the end do no harm
        if self.is_ragged and (len(cells) < width or any(cells[width:])):
            raise RowError("wrong_number_of_cells", f"{len(cells)}/{width}")
        if self.layer is None:
            return row_of(columns, at, cells[:width])
        place = self.layer.place(at)
        row = row_of(columns, at, cells, place.lonlat)
        return replace(row, notes=(*row.notes, *place.notes)) if place.notes else row


class _Groups:
    """Rows of one kind that stand together: on a sheet called 「サロン」, below a heading (「サロン」
    alone in its row), or with the kind written in the first row only, as a CSV saved from merged
    cells has it."""

    def __init__(self, columns: Columns, assumptions: dict[str, None], sheet: str) -> None:
        self.columns = columns
        self.assumptions = assumptions
        self.heading = ""
        if sheet and not columns.categories and find_code(sheet):
            self.heading = sheet
            assumptions[KINDS_ARE_SHEETS] = None
        self.last = ""
        self.seen: set[str] = set()
        self.is_grouped = True  # no kind has been written twice

    def is_heading(self, cells: Sequence[str]) -> bool:
        """Whether a row is the heading of those below it."""
        said = {cell for cell in cells if cell}
        if len(said) != 1 or len(self.columns.head.headers) < 3:
            return False
        (text,) = said
        if self.columns.categories or not find_code(text):
            return False
        self.heading = text
        self.assumptions[KINDS_ARE_HEADINGS] = None
        return True

    def filled(self, row: ResourceRow) -> ResourceRow:
        """The row with the kind of its group where it has none of its own."""
        if row.categories:
            self.is_grouped = self.is_grouped and row.category not in self.seen
            self.seen.add(row.category)
            self.last = row.category
            return row
        if self.heading:
            return replace(row, categories=(self.heading,))
        if self.last and self.is_grouped:
            self.assumptions[KIND_FILLED_DOWN] = None
            return replace(row, categories=(self.last,))
        return row


def _tables(path: Path, mapping: Mapping, crs: str) -> list[_Table]:
    """The tables of a file, none of their rows read further than the first ones."""
    count = table_heads.WITHIN + (mapping.header_row or 0)
    if resource_layers.is_layer(path):
        layer = resource_layers.read(path, mapping.sheet, crs)
        lines = layer.lines()
        return [_Table("", layer.file.encoding, list(islice(lines, count)), lines, layer=layer)]
    if tables.is_workbook(path):
        sheets = tables.read_sheets(path)
        wanted = [sheet for sheet in sheets if not mapping.sheet or sheet.name == mapping.sheet]
        if not wanted:
            raise Unreadable(reason="no_sheet", sheet=mapping.sheet)
        found = [(sheet.name, "", _filled_lines(iter(sheet.rows))) for sheet in wanted]
    else:
        text = delivery.decode(delivery.read_bytes(path, tables.LIMIT_MB))
        found = [("", text.encoding, _filled_lines(tables.csv_rows(text.text)))]
    return [
        _Table(name, encoding, list(islice(lines, count)), lines, is_ragged=bool(encoding))
        for name, encoding, lines in found
    ]


def _filled_lines(rows: Iterator[tuple[str, ...]]) -> Iterator[Line]:
    """(row as Excel counts, cells) of every row that is not blank."""
    return ((at, cells) for at, cells in enumerate(rows, start=1) if any(cells))


def _seen(table: _Table, head: Head | str) -> SheetSeen:
    header_row, reason = (head.row, "") if isinstance(head, Head) else (0, head)
    return SheetSeen(table.name, header_row, 0, reason)


def _most_telling(reasons: Sequence[str]) -> str:
    """One reason for a file of several sheets that are no table."""
    return next((reason for reason in reasons if reason not in _LESS_TELLING), reasons[0])


def _surveyed(table: _Table, mapping: Mapping) -> Survey:
    head = table.head(mapping)
    reason = head if isinstance(head, str) else ("column_missing" if head.missing else "")
    if isinstance(head, str):
        at = 0 if table.layer else mapping.header_row or 0
        named = table.layer.headers if table.layer else dict(table.first).get(at, ())
        head = table_heads.head_of(at, named, (), replace(mapping, columns={}))
    sample = tuple(cells for _, cells in islice(table.lines(head.below), SAMPLE))
    columns = table_heads.columns_of(head)
    return Survey(table.name, head.row, head.headers, columns, sample, reason)
