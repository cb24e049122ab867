"""地域資源の行: one row of a list, its cells led to fields and its numbers evened out.

Cells stay as written but for their ends; only numbers (coordinates, times, 定員, telephone) are
evened out to half width, a lone dash is an empty cell. Coordinates are taken as WGS84 / JGD2011 lon,
lat. What was repaired or could not be had is a note; what is no row at all is refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from geo.sources import geo3x3, municipal_columns, numbers, point_texts
from geo.sources.delivery import RowError, where_in_japan
from geo.sources.mapping import ADDRESS
from geo.sources.municipality_code import read_code
from geo.sources.table_heads import Head


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """One row. "" is an empty cell or a missing column; None where a number could not be had.

    row           as Excel counts: the header of a CSV is 1; sheet: of a workbook, else ""
    key           ID (or NO) of the list, None without a usable one
    categories    種別 in the list's own words, the most telling column first; () without any
    details       (column, text) of what else a person wants to know before she goes
    lon, lat      degrees, both or neither
    opens, closes, days, days_note, months, holidays, first_day, last_day, confirmed_on_text
                  as written, for geo.days and geo.openings to read
    accepting, service_areas, shown, booking, contact   as written
    capacity      定員, people
    municipality  5-digit code of the office that publishes the row
    other         columns we have no field for, by their own name; empty cells left out, and what
                  another column says already (市区町村名)
    notes         codes: no_coordinates, bad_coordinates, lat_lon_swapped, capacity_not_a_number,
                  id_in_exponent, code_unreadable, code_zero_restored, phone_zero_restored,
                  dash_restored, from_serial_number, cell_error, from_geo3x3
    """

    row: int
    sheet: str
    key: str | None
    categories: tuple[str, ...]
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
    landmark: str
    confirmed_on_text: str
    note: str
    municipality: str | None
    details: tuple[tuple[str, str], ...]
    other: dict[str, str]
    notes: tuple[str, ...]

    @property
    def category(self) -> str:
        """The first of its categories, "" without one."""
        return self.categories[0] if self.categories else ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the cells of a row stand: a head, and the columns that make up an address."""

    head: Head
    sheet: str
    addresses: list[int]
    parts: list[int]
    streets: list[int]
    rooms: list[int]
    categories: list[int]
    details: list[int]
    fields: list[tuple[str, int]]
    left: list[int]

    @classmethod
    def of(cls, head: Head, sheet: str) -> "Columns":
        """The columns of a table with this head."""
        said = head.at.get(ADDRESS)
        category = head.at.get("category")
        places_of = municipal_columns.places_of
        whole = places_of(municipal_columns.ADDRESSES, head.plain) if said is None else [said]
        found = cls(
            head,
            sheet,
            whole,
            places_of(municipal_columns.ADDRESS_PARTS, head.plain),
            places_of(municipal_columns.STREETS, head.plain),
            places_of(municipal_columns.ROOMS, head.plain),
            [] if category is None else [category, *_less_telling(head, category)],
            [at for at, name in enumerate(head.plain) if name in municipal_columns.DETAILS],
            [(f, at) for f, at in head.at.items() if f in municipal_columns.COLUMNS],
            [],
        )
        used = {*head.at.values(), *found.addresses[:1], *found.streets, *found.rooms}
        used.update(found.details, found.categories)
        left = [
            at
            for at, name in enumerate(head.plain)
            if at not in used and name not in municipal_columns.REDUNDANT
        ]
        return replace(found, left=left)

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
        headers, width = self.head.headers, len(cells)
        return {headers[at]: cells[at] for at in self.left if at < width and cells[at]}


def _less_telling(head: Head, category: int) -> list[int]:
    """Other columns of categories, where the most telling one may say something else."""
    names = municipal_columns.COLUMNS["category"]
    if head.plain[category] not in names:  # the person said which column it is
        return []
    others = municipal_columns.places_of(names, head.plain)
    return [at for at in others if at != category and at not in head.at.values()]


def row_of(
    columns: Columns, at: int, cells: Sequence[str], lonlat: tuple[float, float] | None = None
) -> ResourceRow:
    """A row of the register's fields; ``lonlat`` is where its feature stands, in a layer.

    Raises RowError: no_name, outside_japan.
    """
    cells, notes = _without_errors(cells)
    said = dict(_NOTHING_SAID)
    for field, column in columns.fields:
        if column < len(cells):
            said[field] = cells[column]
    if not said["name"]:
        raise RowError("no_name")
    lon, lat, place_notes = _place(said, lonlat)
    key, key_notes = _key(said.pop("key"))
    municipality, code_notes = _municipality(said.pop("municipality"))
    phone, phone_notes = numbers.phone(said.pop("phone"))
    address, address_notes = numbers.with_dashes(columns.address(cells))
    other = columns.other(cells)
    capacity, capacity_notes = _capacity(said.pop("capacity"))
    if capacity_notes:
        other[columns.head.headers[columns.head.at["capacity"]]] = columns.cell(cells, "capacity")
    more = phone_notes + address_notes + notes
    times = {field: numbers.clock(said.pop(field)) for field in ("opens", "closes")}
    days = {field: numbers.day(said.pop(field)) for field in _DAYS}
    evened = {field: text for field, (text, _) in (times | days).items()}
    if any(notes for _, notes in (times | days).values()):
        more += (numbers.FROM_SERIAL,)
    said.pop("category")
    return ResourceRow(
        row=at,
        sheet=columns.sheet,
        key=key,
        categories=tuple(filter(None, (_filled(cells, column) for column in columns.categories))),
        address=address,
        lon=lon,
        lat=lat,
        phone=phone,
        capacity=capacity,
        municipality=municipality,
        details=_details(columns, cells),
        other=other,
        notes=place_notes + capacity_notes + key_notes + code_notes + more,
        **evened,
        **said,
    )


_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?")
_EXPONENT = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+?[0-9]+")
_NOTHING_SAID = dict.fromkeys(municipal_columns.COLUMNS, "")
_DAYS = ("first_day", "last_day", "confirmed_on_text")
# What a formula that failed shows, in Excel
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
_DASH = re.compile("[-－―—–‐ー]")


def _without_errors(cells: Sequence[str]) -> tuple[Sequence[str], tuple[str, ...]]:
    """Cells without what is no content: lone dashes, and what failed formulas show."""
    if not any(len(cell) == 1 or cell[:1] == "#" for cell in cells):
        return cells, ()
    has_error = any(cell in _ERRORS for cell in cells)
    kept = ["" if cell in _ERRORS or _DASH.fullmatch(cell) else cell for cell in cells]
    return kept, ("cell_error",) if has_error else ()


def _filled(cells: Sequence[str], at: int) -> str:
    return cells[at] if at < len(cells) else ""


def _details(columns: Columns, cells: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """What else is told, under the column's own name; of several columns of one name together."""
    found: dict[str, list[str]] = {}
    for at in columns.details:
        if text := _filled(cells, at):
            found.setdefault(columns.head.plain[at], []).append(text)
    return tuple((name, "、".join(dict.fromkeys(texts))) for name, texts in found.items())


def _place(
    said: dict[str, str], lonlat: tuple[float, float] | None
) -> tuple[float | None, float | None, tuple[str, ...]]:
    """lon, lat in degrees and what was done. Raises RowError: outside_japan."""
    word, shape = said.pop("geo3x3"), said.pop("shape")
    texts = numbers.even(said.pop("lon")), numbers.even(said.pop("lat"))
    if lonlat is not None:
        return _in_japan(*lonlat)
    if all(text == "" for text in texts):
        decoded = geo3x3.decode(numbers.even(word))
        if decoded:
            return (*decoded, ("from_geo3x3",))
        point = point_texts.read(shape) if shape else None
        return _in_japan(*point) if point else (None, None, ("no_coordinates",))
    if not all(map(_DEGREES.fullmatch, texts)):
        return None, None, ("bad_coordinates",)
    return _in_japan(float(texts[0]), float(texts[1]))


def _in_japan(lon: float, lat: float) -> tuple[float, float, tuple[str, ...]]:
    reason = where_in_japan(lon, lat, lon, lat)
    if reason == "swapped_axes":
        return lat, lon, ("lat_lon_swapped",)
    if reason:
        raise RowError(reason, f"{lat},{lon}")
    return lon, lat, ()


def _key(text: str) -> tuple[str | None, tuple[str, ...]]:
    """A usable ID. One that Excel wrote as 1.72051E+11 has lost its digits and names nothing."""
    if _EXPONENT.fullmatch(text):
        return None, ("id_in_exponent",)
    return text or None, ()


def _municipality(text: str) -> tuple[str | None, tuple[str, ...]]:
    if not text:
        return None, ()
    code, repair = read_code(text)
    if not code:
        return None, ("code_unreadable",)
    return code, (repair,) if repair else ()


def _capacity(text: str) -> tuple[int | None, tuple[str, ...]]:
    """定員 as a number: 20, ２０人, 1,200名. Anything else is kept as text in ``other``."""
    even = numbers.even(text).replace(",", "")
    if not even:
        return None, ()
    match = re.fullmatch(r"([0-9]{1,5})(?:\.0)?[人名]?", even)
    return (int(match[1]), ()) if match else (None, ("capacity_not_a_number",))
