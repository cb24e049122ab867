"""人口の行: what each row of a population table says of which area, rows of one area still apart.

「-」 in a table of numbers means none, as in every official one; 「*」「X」「…」 and an empty cell mean
that nobody says, and stay unknown.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from geo.ages import EVERYBODY, Ages
from geo.sources import population_labels, population_layout
from geo.sources.delivery import Refused, RowError
from geo.sources.municipal_columns import plain_name
from geo.sources.population_labels import PEOPLE, Label
from geo.sources.population_layout import Edition, Layout, Rows

MOST = 5_000_000  # our choice: 横浜市, the largest municipality, has 3.8 million
DASH_IS_ZERO = "dash_is_zero"
WHOLE = "合計"  # the line of everybody, where a table has a column for it
_CODES = (
    *(
        "都道府県コード又は市区町村コード",
        "全国地方公共団体コード",
        "市区町村コード",
        "市町村コード",
    ),
    "lgcode",
)
_NONE = {"-", "‐", "−", "－", "―", "ー"}
_NOBODY_SAYS = {"", "*", "**", "***", "x", "χ", "...", "…", "‥", "・・・"}
_NOTE = re.compile("[※＊*注(（]")
_NO_AREA = re.compile("コード|code|番号|備考|摘要|^no\\.?$|^id$")

Key = tuple[str, str, Ages]  # measure, sex, ages


@dataclass(frozen=True, slots=True)
class Line:
    """One row, or one cell of a row of areas.

    row   as Excel counts; name as written; within: of the wider area it stands under, or ""
    code  of the municipality, as written, or ""
    """

    row: int
    name: str
    within: str
    code: str
    edition: Edition
    counts: Mapping[Key, int | None]


@dataclass(slots=True)
class Noticed:
    """What is noticed while a file is read; assumptions in the order they were made."""

    refused: list[Refused] = field(default_factory=list)
    remarks: list[Refused] = field(default_factory=list)
    assumptions: dict[str, None] = field(default_factory=dict)


def lines(rows: Rows, layout: Layout, noticed: Noticed) -> Iterator[Line]:
    """What the rows of one table say. A row that cannot be read is refused and noticed:
    not_a_count, negative, too_many_people, unknown_category."""
    if not layout.areas and layout.dates and len(layout.others) > 1:
        yield from _areas_in_columns(rows, layout, noticed)
        return
    codes = _codes(layout)
    names = _names(rows, layout)
    for at in range(layout.data, len(rows)):
        cells = rows[at]
        name, within = names.get(at, ("", ""))
        if not name and layout.areas:
            continue
        try:
            label = _row_label(cells, layout)
            counts = {} if label.group else _counts(cells, layout, label, noticed)
        except RowError as error:
            noticed.refused.append(error.at(at + 1, name))
            continue
        if counts:
            said = population_layout.edition(at_(cells, layout.dates[:1]))
            yield Line(at + 1, name, within, at_(cells, codes[:1]), said, counts)


def number(cell: str, noticed: Noticed) -> int | None:
    """A count, None where nobody says. Raises RowError: not_a_count, negative, too_many_people."""
    even = unicodedata.normalize("NFKC", cell).strip().casefold()
    if cell in _NONE or even in _NONE:
        noticed.assumptions[DASH_IS_ZERO] = None
        return 0
    if cell in _NOBODY_SAYS or even in _NOBODY_SAYS:
        return None
    digits = population_layout.number(cell)
    if re.fullmatch("[-−△▲][0-9.]+", digits):
        raise RowError("negative", cell[:40])
    if not re.fullmatch("[0-9]{1,12}", digits):
        raise RowError("not_a_count", cell[:40])
    if int(digits) > MOST:
        raise RowError("too_many_people", cell[:40])
    return int(digits)


def at_(cells: Sequence[str], columns: Sequence[int]) -> str:
    """The cell of the one column, "" where the row is shorter or there is no such column."""
    return cells[columns[0]] if columns and columns[0] < len(cells) else ""


def _codes(layout: Layout) -> list[int]:
    return [at for at, heading in layout.others.items() if plain_name(heading).casefold() in _CODES]


def _areas_in_columns(rows: Rows, layout: Layout, noticed: Noticed) -> Iterator[Line]:
    """A row for each day and a column for each 地区 (鯖江市 sabae_population.csv)."""
    columns = {
        at: heading
        for at, heading in layout.others.items()
        if not _NO_AREA.search(plain_name(heading).casefold())
    }
    whole = [at for at, label in layout.numbers.items() if label.measure == PEOPLE]
    columns |= dict.fromkeys(whole[:1], WHOLE)
    for at in range(layout.data, len(rows)):
        cells = rows[at]
        said = population_layout.edition(at_(cells, layout.dates))
        for column, name in columns.items():
            try:
                people = number(at_(cells, [column]), noticed)
            except RowError as error:
                noticed.refused.append(error.at(at + 1, name))
                continue
            code = at_(cells, _codes(layout))
            yield Line(at + 1, name, "", code, said, {(PEOPLE, "both", EVERYBODY): people})


def _names(rows: Rows, layout: Layout) -> dict[int, tuple[str, str]]:
    """Row → name of its area and of the wider one it stands under.

    A name stands in each row, or in the first of its rows, or (with 計 as the last of them) in
    whichever row the office found beautiful.
    """
    said = {
        at: [at_(rows[at], [column]) for column in layout.areas]
        for at in range(layout.data, len(rows))
    }
    is_block = layout.areas and layout.labels and not any(said.get(layout.data, []))
    if is_block:
        return _names_of_blocks(rows, layout, said)
    found: dict[int, tuple[str, str]] = {}
    name = within = ""
    for at, cells in said.items():
        own, wider = (cells[-1], cells[-2] if len(cells) > 1 else "") if cells else ("", "")
        within = wider or within
        if own or wider:
            name = own or wider
        elif not layout.labels and not layout.ages:
            name = ""
        if name and not _NOTE.match(name):
            found[at] = (name, within if within != name else "")
    return found


def _names_of_blocks(
    rows: Rows, layout: Layout, said: Mapping[int, Sequence[str]]
) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    block: list[int] = []
    for at in said:
        label = population_labels.plain(at_(rows[at], layout.labels))
        if not label:
            continue
        block.append(at)
        if label in ("計", "合計", "総数"):
            names = {said[one][-1] for one in block} - {""}
            if len(names) == 1:
                found |= dict.fromkeys(block, (names.pop(), ""))
            block = []
    return found


def _row_label(cells: Sequence[str], layout: Layout) -> Label:
    """What the row counts by its own words: everybody where it has none. Raises RowError."""
    found = Label(PEOPLE, "both", EVERYBODY, "")
    for column in (*layout.labels, *layout.ages):
        words = at_(cells, [column])
        if not words:
            continue
        label = population_labels.read(words, is_age=column in layout.ages)
        if label is None:
            raise RowError("unknown_category", words[:40])
        found = population_labels.joined(found, label)
    return found


def _counts(
    cells: Sequence[str], layout: Layout, row: Label, noticed: Noticed
) -> dict[Key, int | None]:
    """The numbers of a row. Raises RowError."""
    found: dict[Key, int | None] = {}
    for column, heading in layout.numbers.items():
        label = population_labels.joined(heading, row)
        if not label.group and column < len(cells):
            key = (label.measure, label.sex, label.ages)
            found.setdefault(key, number(cells[column], noticed))
    return found
