"""市町村の一覧 CSV: lists of places and services as municipal offices publish them.

Read: 自治体標準オープンデータセット old and new, lists with RDF property addresses as header, and
plain lists. Cells stay as written but for their ends; only numbers (coordinates, times, 定員,
telephone) are evened out to half width. Coordinates are taken as WGS84 / JGD2011 lon, lat.
Quirks met in real lists: utf-8 with and without mark, cp932, utf-16 with tabs (新宿区); lat and
lon in each other's column; ID that Excel turned into 1.7E+11, the same in every row (珠洲市);
commas left over at the ends of rows; zeros lost from municipality codes.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.errors import Unreadable
from geo.sources import municipal_columns
from geo.sources.delivery import Refused, RowError, decode, read_bytes, tidy, where_in_japan
from geo.sources.municipality_code import read_code

LIMIT_MB = 50


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """One row. "" is an empty cell or a missing column; None where a number could not be had.

    row           as Excel counts: the header is 1
    key           ID (or NO) of the list, None without a usable one
    category      種別 in the list's own words
    lon, lat      degrees, both or neither
    opens, closes, days, days_note, months, confirmed_on_text   as written, for geo.days to read
    capacity      定員, people
    municipality  5-digit code of the office that publishes the row
    other         columns we have no field for, by their own name; empty cells left out
    notes         codes: no_coordinates, bad_coordinates, lat_lon_swapped, capacity_not_a_number,
                  id_in_exponent, code_unreadable, code_zero_restored
    """

    row: int
    key: str | None
    category: str
    name: str
    kana: str
    address: str
    lon: float | None
    lat: float | None
    phone: str
    url: str
    description: str
    days: str
    opens: str
    closes: str
    days_note: str
    months: str
    capacity: int | None
    provider: str
    eligibility: str
    fee: str
    confirmed_on_text: str
    note: str
    municipality: str | None
    other: dict[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResourceFile:
    """A whole list, in its order.

    form        public_facility, care_service, medical, event, rdf or other
    encoding    utf-8, utf-8-sig, utf-16 or cp932
    headers     column names as delivered
    key_column  name of the column that keys come from, "" without one. NO is often a mere
                running number that shifts with the next edition: look before merging by it
    """

    rows: tuple[ResourceRow, ...]
    refused: tuple[Refused, ...]
    form: str
    encoding: str
    headers: tuple[str, ...]
    key_column: str


def read(path: Path) -> ResourceFile:
    """Read a CSV (or tab-separated) list.

    Rows are refused with a reason: wrong_number_of_cells, no_name, outside_japan, duplicate_id.
    Raises Unreadable: cannot_open, too_large, empty, not_text, encoding_unknown, not_a_table,
    no_name_column, cell_too_long, broken_quotes (the last two with ``row``).
    """
    delivered = decode(read_bytes(path, LIMIT_MB))
    lines = _lines(delivered.text)
    table = _table(next(lines, (0, []))[1])
    rows: dict[object, ResourceRow] = {}
    refused: list[Refused] = []
    for at, cells in lines:
        try:
            row = _row(table, at, cells)
            if row.key in rows:
                raise RowError("duplicate_id", str(row.key))
            rows[row.key or at] = row
        except RowError as problem:
            refused.append(problem.at(at, table.cell(cells, "name")))
    return ResourceFile(
        rows=tuple(rows.values()),
        refused=tuple(refused),
        form=municipal_columns.recognise(table.plain),
        encoding=delivered.encoding,
        headers=table.headers,
        key_column=table.headers[table.at["key"]] if "key" in table.at else "",
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """Where things stand in the list: numbers of columns, by field or by use."""

    headers: tuple[str, ...]
    plain: tuple[str, ...]
    at: dict[str, int]
    whole_addresses: list[int]
    address_parts: list[int]
    streets: list[int]
    rooms: list[int]

    def cell(self, cells: Sequence[str], field: str) -> str:
        """The cell of a field, "" when the list has no such column or the row ends before it."""
        at = self.at.get(field, len(cells))
        return cells[at] if at < len(cells) else ""

    def address(self, cells: Sequence[str]) -> str:
        """The address in one line: whole or put together, with its street and its room."""
        whole = next((cells[at] for at in self.whole_addresses if cells[at]), "")
        whole = whole or "".join(cells[at] for at in self.address_parts)
        whole += "".join(cells[at] for at in self.streets)
        rooms = [cells[at] for at in self.rooms if cells[at] and cells[at] not in whole]
        return " ".join([whole, *rooms]).strip()

    def other(self, cells: Sequence[str]) -> dict[str, str]:
        """Cells of columns that are neither a field nor the address we show."""
        used = {*self.at.values(), *self.whole_addresses[:1], *self.streets, *self.rooms}
        kept = {at: text for at, text in enumerate(cells) if text and at not in used}
        return {self.headers[at]: text for at, text in kept.items()}


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """(row as Excel counts, trimmed cells) of every row that is not blank."""
    first = text.lstrip().partition("\n")[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","  # Excel's 「Unicode テキスト」
    at = 0
    try:
        table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for at, cells in enumerate(table, start=1):
            trimmed = [tidy(cell) for cell in cells]
            if any(trimmed):
                yield at, trimmed
    except csv.Error as problem:
        reason = "cell_too_long" if "field limit" in str(problem) else "broken_quotes"
        raise Unreadable(reason=reason, row=at + 1) from None


def _table(header: Sequence[str]) -> _Table:
    named = list(header)
    while named and not named[-1]:
        named.pop()
    if not named:
        raise Unreadable(reason="empty")
    if len(named) < 2:
        raise Unreadable(reason="not_a_table")
    plain = tuple(municipal_columns.plain_name(name) for name in named)
    at = municipal_columns.places(plain)
    if "name" not in at:
        raise Unreadable(reason="no_name_column")
    return _Table(
        headers=_distinct(named),
        plain=plain,
        at=at,
        whole_addresses=municipal_columns.places_of(municipal_columns.ADDRESSES, plain),
        address_parts=municipal_columns.places_of(municipal_columns.ADDRESS_PARTS, plain),
        streets=municipal_columns.places_of(municipal_columns.STREETS, plain),
        rooms=municipal_columns.places_of(municipal_columns.ROOMS, plain),
    )


def _distinct(named: Sequence[str]) -> tuple[str, ...]:
    """Column names told apart: the second 摘要 is 摘要 (2), a column without a name is #7."""
    labels: dict[str, None] = {}
    for number, name in enumerate(named, start=1):
        label = name or f"#{number}"
        again = 2
        while label in labels:
            label = f"{name} ({again})"
            again += 1
        labels[label] = None
    return tuple(labels)


def _row(table: _Table, at: int, cells: Sequence[str]) -> ResourceRow:
    width = len(table.headers)
    if len(cells) < width or any(cells[width:]):  # empty cells left over at the end do no harm
        raise RowError("wrong_number_of_cells", f"{len(cells)}/{width}")
    said = {field: table.cell(cells, field) for field in municipal_columns.COLUMNS}
    if not said["name"]:
        raise RowError("no_name")
    lon, lat, place_notes = _place(said.pop("lon"), said.pop("lat"))
    key, key_notes = _key(said.pop("key"))
    municipality, code_notes = _municipality(said.pop("municipality"))
    other = table.other(cells)
    capacity, capacity_notes = _capacity(said.pop("capacity"))
    if capacity_notes:
        other[table.headers[table.at["capacity"]]] = table.cell(cells, "capacity")
    return ResourceRow(
        row=at,
        key=key,
        address=table.address(cells),
        lon=lon,
        lat=lat,
        phone=_even(said.pop("phone")),
        opens=_even(said.pop("opens")),
        closes=_even(said.pop("closes")),
        capacity=capacity,
        municipality=municipality,
        other=other,
        notes=place_notes + capacity_notes + key_notes + code_notes,
        **said,
    )


def _place(lon_text: str, lat_text: str) -> tuple[float | None, float | None, tuple[str, ...]]:
    """lon, lat in degrees and what was done. Raises RowError: outside_japan."""
    texts = _even(lon_text), _even(lat_text)
    if all(text in ("", "-") for text in texts):
        return None, None, ("no_coordinates",)
    if not all(re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?", text) for text in texts):
        return None, None, ("bad_coordinates",)
    lon, lat = float(texts[0]), float(texts[1])
    reason = where_in_japan(lon, lat, lon, lat)
    if reason == "swapped_axes":
        return lat, lon, ("lat_lon_swapped",)
    if reason:
        raise RowError(reason, f"{lat},{lon}")
    return lon, lat, ()


def _key(text: str) -> tuple[str | None, tuple[str, ...]]:
    """A usable ID. One that Excel wrote as 1.72051E+11 has lost its digits and names nothing."""
    if re.fullmatch(r"[0-9](\.[0-9]+)?[Ee]\+?[0-9]+", text):
        return None, ("id_in_exponent",)
    return text or None, ()


def _municipality(text: str) -> tuple[str | None, tuple[str, ...]]:
    code, repair = read_code(text)
    if text and not code:
        return None, ("code_unreadable",)
    return code, (repair,) if repair else ()


def _capacity(text: str) -> tuple[int | None, tuple[str, ...]]:
    """定員 as a number: 20, ２０人, 1,200名. Anything else is kept as text in ``other``."""
    match = re.fullmatch("([0-9]{1,6})[人名]?", _even(text).replace(",", ""))
    if match:
        return int(match[1]), ()
    return None, () if _even(text) in ("", "-") else ("capacity_not_a_number",)


def _even(text: str) -> str:
    """Numbers in half width: ３５．９ -> 35.9."""
    return unicodedata.normalize("NFKC", text).strip()
