"""地域資源の行: one row of a list, its cells led to fields and its numbers evened out.

Cells stay as written but for their ends; only numbers (coordinates, times, 定員, telephone) are
evened out to half width. Coordinates are taken as WGS84 / JGD2011 lon, lat. What was repaired or could
not be had is a note; what is no row at all is refused.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from geo.sources import geo3x3, municipal_columns
from geo.sources.delivery import RowError, where_in_japan
from geo.sources.mapping import ADDRESS
from geo.sources.municipality_code import read_code
from geo.sources.table_heads import Head


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """One row. "" is an empty cell or a missing column; None where a number could not be had.

    row           as Excel counts: the header of a CSV is 1; sheet: of a workbook, else ""
    key           ID (or NO) of the list, None without a usable one
    category      種別 in the list's own words
    lon, lat      degrees, both or neither
    opens, closes, days, days_note, months, holidays, first_day, last_day, confirmed_on_text
                  as written, for geo.days and geo.openings to read
    accepting, service_areas, shown, booking, contact   as written
    capacity      定員, people
    municipality  5-digit code of the office that publishes the row
    other         columns we have no field for, by their own name; empty cells left out
    notes         codes: no_coordinates, bad_coordinates, lat_lon_swapped, capacity_not_a_number,
                  id_in_exponent, code_unreadable, code_zero_restored, from_geo3x3
    """

    row: int
    sheet: str
    key: str | None
    category: str
    name: str
    kana: str
    address: str
    lon: float | None
    lat: float | None
    phone: str
    contact: str
    url: str
    description: str
    days: str
    opens: str
    closes: str
    days_note: str
    holidays: str
    months: str
    first_day: str
    last_day: str
    capacity: int | None
    provider: str
    eligibility: str
    fee: str
    booking: str
    accepting: str
    service_areas: str
    shown: str
    confirmed_on_text: str
    note: str
    municipality: str | None
    other: dict[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the cells of a row stand: a head, and the columns that make up an address."""

    head: Head
    sheet: str
    addresses: list[int]
    parts: list[int]
    streets: list[int]
    rooms: list[int]

    @classmethod
    def of(cls, head: Head, sheet: str) -> "Columns":
        """The columns of a table with this head."""
        said = head.at.get(ADDRESS)
        places_of = municipal_columns.places_of
        whole = places_of(municipal_columns.ADDRESSES, head.plain) if said is None else [said]
        return cls(
            head,
            sheet,
            whole,
            places_of(municipal_columns.ADDRESS_PARTS, head.plain),
            places_of(municipal_columns.STREETS, head.plain),
            places_of(municipal_columns.ROOMS, head.plain),
        )

    def cell(self, cells: Sequence[str], field: str) -> str:
        """The cell of a field, "" when the list has no such column or the row ends before it."""
        at = self.head.at.get(field, len(cells))
        return cells[at] if at < len(cells) else ""

    def address(self, cells: Sequence[str]) -> str:
        """The address in one line: whole or put together, with its street and its room."""
        whole = next((cells[at] for at in self.addresses if cells[at]), "")
        whole = whole or "".join(cells[at] for at in self.parts)
        whole += "".join(cells[at] for at in self.streets)
        rooms = [cells[at] for at in self.rooms if cells[at] and cells[at] not in whole]
        return " ".join([whole, *rooms]).strip()

    def other(self, cells: Sequence[str]) -> dict[str, str]:
        """Cells of columns that are neither a field nor the address we show."""
        used = {*self.head.at.values(), *self.addresses[:1], *self.streets, *self.rooms}
        kept = {at: text for at, text in enumerate(cells) if text and at not in used}
        return {self.head.headers[at]: text for at, text in kept.items()}


def row_of(columns: Columns, at: int, cells: Sequence[str]) -> ResourceRow:
    """A row of the register's fields. Raises RowError: no_name, outside_japan."""
    said = {field: columns.cell(cells, field) for field in municipal_columns.COLUMNS}
    if not said["name"]:
        raise RowError("no_name")
    lon, lat, place_notes = _place(said.pop("lon"), said.pop("lat"), said.pop("geo3x3"))
    key, key_notes = _key(said.pop("key"))
    municipality, code_notes = _municipality(said.pop("municipality"))
    other = columns.other(cells)
    capacity, capacity_notes = _capacity(said.pop("capacity"))
    if capacity_notes:
        other[columns.head.headers[columns.head.at["capacity"]]] = columns.cell(cells, "capacity")
    return ResourceRow(
        row=at,
        sheet=columns.sheet,
        key=key,
        address=columns.address(cells),
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


def _place(
    lon_text: str, lat_text: str, word: str
) -> tuple[float | None, float | None, tuple[str, ...]]:
    """lon, lat in degrees and what was done. Raises RowError: outside_japan."""
    texts = _even(lon_text), _even(lat_text)
    if all(text in ("", "-") for text in texts):
        decoded = geo3x3.decode(_even(word))
        return (*decoded, ("from_geo3x3",)) if decoded else (None, None, ("no_coordinates",))
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
