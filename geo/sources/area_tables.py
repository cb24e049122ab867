"""区域の表: which towns (or which smaller areas) belong to which area, as offices write it down.

Seen in real tables: two columns 町名 and 地区; an area's name once, then empty cells or one merged
cell down the side; the area as a heading above its towns (越前市 町別住民); several towns in one cell;
「中央一丁目（1～5番）」 for part of a town, which then stands under two areas; titles above and notes
below the table in one cell merged across all its columns.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.errors import Unreadable
from geo.sources import tables
from geo.sources.delivery import Refused
from geo.sources.municipal_columns import plain_name
from geo.sources.tables import Sheet

FILLED_DOWN = "area_filled_down"
HEADINGS = "areas_are_headings"

_TOWNS = (
    *("町名", "町丁字", "町丁字名", "町丁・字", "町丁・字名", "町丁目", "町丁目名", "町丁名"),
    *("大字町丁目", "大字・町丁目", "大字町丁目名", "大字・町名", "大字町名", "町字", "町字名"),
    *("大字", "字名", "町内", "町内会", "行政区", "行政区名", "schema.org/name", "name"),
)
_AREAS = (
    *("日常生活圏域", "日常生活圏域名", "生活圏域", "圏域", "圏域名"),
    *("地域包括支援センター", "担当地域包括支援センター", "担当包括", "包括", "担当センター"),
    *("担当", "担当区域", "担当名", "第2層", "第2層圏域", "第2層区域", "第2層の区域"),
    *("地区", "地区名", "区域", "区域名", "学区", "小学校区", "中学校区", "校区"),
    "code4fukui.github.io/rdf/#echizen_city_area",
)
_NOTES = ("備考", "摘要", "注記", "特記事項", "補足")
# Columns of levels by themselves: what a table may call the parts, or the areas, of this level.
_OF_LEVEL = {
    "living_area": ("日常生活圏域", "日常生活圏域名", "生活圏域", "圏域", "圏域名"),
    "center_area": (
        *("担当地域包括支援センター", "地域包括支援センター", "担当包括", "包括", "担当センター"),
        *("担当", "担当区域", "センター", "センター名"),
    ),
    "second_layer": ("第2層", "第2層圏域", "第2層区域", "第2層の区域"),
    "junior_high": ("中学校区", "中学校", "学区", "校区"),
    "elementary": ("小学校区", "小学校", "学区", "校区"),
    "chiku": ("地区", "地区名", "code4fukui.github.io/rdf/#echizen_city_area"),
    "town": _TOWNS,
}
_HEADING = re.compile("(地区|圏域|区域|校区|学区|センター)$")
_SEPARATORS = re.compile("[、,，;；\n]+")
_PART = re.compile(r"^(.+?)[(（](.+)[)）]$")
AREAS = 5_000  # our choice: more than a city has towns
_NAME = 200  # signs; what is longer is no name with a part in brackets
_HEADER_WITHIN = 10  # rows: above it stand titles and dates


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One town (or smaller area) of one area.

    row     as Excel counts
    member  as written, without what stood in brackets; area: as written
    note    備考, and what stood in brackets: which part of the town
    """

    row: int
    member: str
    area: str
    note: str


@dataclass(frozen=True, slots=True)
class AreaTable:
    """A whole table, in its order.

    columns      headers of the members' column and the areas' column
    assumptions  codes: area_filled_down, areas_are_headings
    """

    lines: tuple[AreaLine, ...]
    refused: tuple[Refused, ...]
    encoding: str
    columns: tuple[str, str]
    assumptions: tuple[str, ...]


def read(
    path: Path, of: str, into: str, *, member_column: str = "", area_column: str = ""
) -> AreaTable:
    """Read a table of parts and areas.

    of, into  codes of the levels: parts of ``of`` (town …) make areas of ``into``
    member_column, area_column  headers, where the person who imports says so

    Rows are refused with a reason: no_area_said. Raises Unreadable: the reasons of
    tables.read_sheets, no_area_columns, too_many_rows.
    """
    for sheet in tables.read_sheets(path):
        for at, header in enumerate(sheet.rows[:_HEADER_WITHIN]):
            if _is_across(header):
                continue
            found = _columns(header, of, into, member_column, area_column)
            if found:
                return _table(sheet, at, *found)
    raise Unreadable(reason="no_area_columns")


def _columns(
    header: Sequence[str], of: str, into: str, member_column: str, area_column: str
) -> tuple[int, int] | None:
    """Numbers of the members' and the areas' column: the same number where areas are headings."""
    plain = [plain_name(cell) for cell in header]
    members = (plain_name(member_column),) if member_column else _OF_LEVEL.get(of, (of,))
    areas = (plain_name(area_column),) if area_column else (*_OF_LEVEL.get(into, (into,)), *_AREAS)
    member = _first(members, plain, -1)
    area = _first(areas, plain, member)
    if area is None:
        return None
    if member is None:
        return (area, area) if of == "town" and not member_column else None
    return member, area


def _is_across(cells: Sequence[str]) -> bool:
    """Whether a row is one cell merged across the table: a title above it, a note below."""
    return len(cells) > 2 and cells[0] != "" and len(set(cells)) == 1


def _first(names: Sequence[str], plain: Sequence[str], but: int | None) -> int | None:
    """The column called so, else one whose name holds one of the longer names."""
    columns = [(at, name) for at, name in enumerate(plain) if name and at != but]
    for wanted in names:
        for at, name in columns:
            if name == wanted:
                return at
    for wanted in names:
        for at, name in columns:
            if len(wanted) > 1 and wanted in name and len(name) <= len(wanted) + 6:
                return at
    return None


def _table(sheet: Sheet, header_at: int, member: int, area: int) -> AreaTable:
    header = sheet.rows[header_at]
    note = _first(_NOTES, [plain_name(cell) for cell in header], None)
    has_headings = member == area
    lines: list[AreaLine] = []
    refused: list[Refused] = []
    assumptions = dict.fromkeys([HEADINGS] if has_headings else [])
    current = ""
    for row, cells in enumerate(sheet.rows[header_at + 1 :], start=header_at + 2):
        if _is_across(cells):
            continue
        named, said = _at(cells, member), _at(cells, area)
        if has_headings and _HEADING.search(unicodedata.normalize("NFKC", "".join(named.split()))):
            current = named
            continue
        if not named:
            current = said or current
            continue
        if not has_headings and said:
            current = said
        elif not has_headings and current:
            assumptions[FILLED_DOWN] = None
        if not current:
            refused.append(Refused(row, "no_area_said", named))
            continue
        remark = _at(cells, note) if note is not None else ""
        for town, part in members_of(named):
            both = " ".join(filter(None, (part, remark)))
            lines.append(AreaLine(row, town, current, both))
    if len({line.area for line in lines}) > AREAS:
        raise Unreadable(reason="too_many_rows", limit=AREAS)
    return AreaTable(
        lines=tuple(lines),
        refused=tuple(refused),
        encoding=sheet.encoding,
        columns=(header[member], header[area]),
        assumptions=tuple(assumptions),
    )


def _at(cells: Sequence[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""


def members_of(cell: str) -> list[tuple[str, str]]:
    """(town, part of it) of a cell: one or several, 「本町1～3丁目」 as three."""
    found = []
    for piece in _pieces(cell):
        in_brackets = _PART.match(piece) if len(piece) <= _NAME else None
        town, part = (in_brackets[1], in_brackets[2]) if in_brackets else (piece, "")
        found += [(one.strip(), part.strip()) for one in _blocks(town)]
    return found


def _pieces(cell: str) -> list[str]:
    """Parted at 、 and line ends, but not inside brackets."""
    pieces, depth = [""], 0
    for sign in cell:
        depth += (sign in "(（") - (sign in ")）")
        if depth <= 0 and _SEPARATORS.match(sign):
            pieces.append("")
        else:
            pieces[-1] += sign
    return [piece.strip() for piece in pieces if piece.strip()]


def _blocks(town: str) -> list[str]:
    """本町1～3丁目 -> 本町1丁目, 本町2丁目, 本町3丁目; anything else as it is."""
    even = unicodedata.normalize("NFKC", town)
    span = re.fullmatch("(.*?)([0-9]{1,2})(?:丁目)?[~〜～-]([0-9]{1,2})丁目", even)
    if not span or not int(span[2]) < int(span[3]) <= int(span[2]) + 30:
        return [town]
    return [f"{span[1]}{number}丁目" for number in range(int(span[2]), int(span[3]) + 1)]
