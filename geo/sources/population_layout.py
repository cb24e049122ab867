"""表の組み立て: where in an office's population table the names, the headings and the numbers stand.

Titles stand above a header of one to three rows; a table may stand beside itself (鯖江市 地区別人口実態表:
five 地区 to the left, five to the right); a heading may span columns (年齢 over 計・男・女) or rows.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from geo import days
from geo.sources import population_labels
from geo.sources.municipal_columns import plain_name
from geo.sources.population_labels import Label

Rows = Sequence[Sequence[str]]

# Columns that name an area, the widest first: where a table has two, the finer one is the name.
CITIES = ("city", "schema.org/city", "市町村", "市町村名", "市区町村名", "自治体", "自治体名")
_AREAS = (
    *CITIES,
    *("日常生活圏域", "日常生活圏域名", "生活圏域", "圏域", "圏域名", "中学校区", "小学校区"),
    *("学区", "学区名", "校区", "校区名", "地区", "地区名", "地域", "地域名", "区域", "区域名"),
    *("code4fukui.github.io/rdf/#echizen_city_area", "大字", "大字名", "行政区", "行政区名"),
    *("自治会", "自治会名", "町内会", "町内会名", "町内", "字名", "町字", "町字名", "町・字名"),
    *(
        "町名",
        "町丁",
        "町丁名",
        "町丁字",
        "町丁字名",
        "町丁・字",
        "町丁・字名",
        "町丁目",
        "町丁目名",
    ),
    *("大字町丁目", "大字・町丁目", "大字町丁目名", "大字・町名", "大字町名", "町名・地区名"),
    *("place", "schema.org/place", "schema.org/name"),
)
_LABELS = (
    *("性別", "男女", "男女別", "区分", "種別", "項目", "内訳", "国籍", "gender", "category"),
    *("schema.org/gender", "schema.org/category"),
)
_AGES = (
    *("年齢", "年齢別", "年齢階級", "年齢区分", "年齢階層", "5歳階級", "歳", "age"),
    "code4fukui.github.io/rdf/#age",
)
_DATES = (
    *("年月日", "調査年月日", "調査日", "基準日", "集計日", "年月", "年", "年次", "年度", "時点"),
    *("date", "year", "code4fukui.github.io/rdf/#year"),
)
_HEADER_WITHIN = 25  # rows: above it stand titles, dates and notes
_HEADER_ROWS = 3
_YEAR = re.compile(r"(?:(令和|平成|昭和)(元|\d{1,2})|(\d{4}))年(?:度|(\d{1,2})月)?")
_DATE = re.compile(days.DATE)
_PUBLISHER = re.compile("(?:資料|出典|作成|提供)[:：]?(.{2,30})")


@dataclass(frozen=True, slots=True)
class Edition:
    """When the people were counted. ``unit`` says how exactly: day, month, year; "" is unknown."""

    day: date | None
    unit: str


UNKNOWN = Edition(None, "")


@dataclass(frozen=True, slots=True)
class Layout:
    """A header, and what its columns are.

    first     row of the header, counted from 0; data: first row under it
    areas     columns of names, the finest last; labels, ages: of what a row counts; dates
    named_by  heading of the finest column of names, plain
    numbers   column → what it counts
    others    columns that are none of these → their heading
    """

    first: int
    data: int
    areas: tuple[int, ...]
    labels: tuple[int, ...]
    ages: tuple[int, ...]
    dates: tuple[int, ...]
    named_by: str
    numbers: dict[int, Label]
    others: dict[int, str]


def find(rows: Rows) -> list[Layout]:
    """The tables that stand side by side under the first header there is; none without one."""
    for at, row in enumerate(rows[:_HEADER_WITHIN]):
        plain = [plain_name(cell).casefold() for cell in row]
        named = [
            column
            for column, cell in enumerate(plain)
            if cell in _AREAS or cell in _AGES or cell in _DATES
        ]
        if not named or sum(map(bool, plain)) < 2:
            continue
        data = _end_of_header(rows, at)
        found = [_layout(rows, at, data, *ends) for ends in _panels(plain)]
        usable = [one for one in found if one.numbers or (one.dates and len(one.others) > 1)]
        if usable:
            return usable
    return []


def edition(text: str) -> Edition:
    """A date, a month or a year as a cell has it; UNKNOWN for anything else."""
    day = days.parse_date(text)
    if day:
        return Edition(day, "day")
    match = _YEAR.fullmatch(days.plain(text).replace(" ", ""))
    if not match:
        return UNKNOWN
    years = {"令和": 2018, "平成": 1988, "昭和": 1925}
    number = 1 if match[2] == "元" else int(match[2] or match[3])
    month = int(match[4] or 1)
    year = number + years.get(match[1], 0)
    if not (1900 <= year <= 2100 and 1 <= month <= 12):
        return UNKNOWN
    return Edition(date(year, month, 1), "month" if match[4] else "year")


def edition_of_titles(rows: Rows, until: int, sheet: str) -> Edition:
    """The date a sheet is of: beside 「現在」, else the only one in its titles, else its name."""
    titles = [days.plain(cell) for row in [*rows[:until], *rows[-3:]] for cell in row if cell]
    found = {
        day: "現在" in title
        for title in titles
        for match in _DATE.finditer(title.replace(" ", ""))
        if (day := days.date_of(match))
    }
    said = [day for day, is_said in found.items() if is_said] or list(found)
    if len(set(said)) == 1:
        return Edition(said[0], "day")
    return edition(sheet)


def words_of_titles(rows: Rows, until: int) -> tuple[str, str]:
    """The title above a table, and the office that is named as its source; "" where none is."""
    cells = [tidy for row in rows[:until] for cell in row if (tidy := " ".join(cell.split()))]
    office = next((m[1].strip() for cell in cells if (m := _PUBLISHER.match(cell))), "")
    titles = [cell for cell in cells if not _PUBLISHER.match(cell) and not _DATE.search(cell)]
    return re.sub(r"(?<=[^\x00-\x7f])\s(?=[^\x00-\x7f])", "", titles[0]) if titles else "", office


def number(cell: str) -> str:
    """A cell's digits: 「１，２３４人」 → 1234. "" where there are none."""
    even = unicodedata.normalize("NFKC", cell).replace(",", "").replace(" ", "")
    return even.removesuffix("人").removesuffix("世帯")


def _end_of_header(rows: Rows, first: int) -> int:
    """The first row under a header: one that says anything but what the row above says, or more
    words for what is counted."""
    for at in range(first + 1, min(len(rows), first + _HEADER_ROWS)):
        for column, cell in enumerate(rows[at]):
            above = rows[at - 1][column] if column < len(rows[at - 1]) else ""
            if cell and cell != above and population_labels.read(cell) is None:
                return at
    return min(len(rows), first + _HEADER_ROWS)


def _panels(plain: Sequence[str]) -> list[tuple[int, int]]:
    """Columns from and to of each table: a new one begins where a name's column comes again."""
    firsts: list[int] = []
    seen: set[str] = set()
    for at, cell in enumerate(plain):
        before = plain[at - 1] if at else ""
        if cell in _AREAS and before != cell and (not firsts or cell in seen):
            firsts.append(at)
            seen.clear()
        if cell in _AREAS:
            seen.add(cell)
    if len(firsts) < 2:
        return [(0, len(plain))]
    return list(zip([0, *firsts[1:]], [*firsts[1:], len(plain)], strict=True))


def _layout(rows: Rows, first: int, data: int, start: int, end: int) -> Layout:
    at: dict[str, list[int]] = {"areas": [], "ages": [], "labels": [], "dates": []}
    known = {"areas": _AREAS, "ages": _AGES, "labels": _LABELS, "dates": _DATES}
    numbers: dict[int, Label] = {}
    others: dict[int, str] = {}
    headings = dict(_headings(rows[first:data], start, end))
    plain = {column: plain_name(heading).casefold() for column, heading in headings.items()}
    for column, heading in headings.items():
        role = next((name for name, words in known.items() if plain[column] in words), "")
        if role:
            at[role].append(column)
        elif label := population_labels.read(heading):
            numbers[column] = label
        elif heading:
            others[column] = heading
    areas = tuple(sorted(at["areas"], key=lambda column: _AREAS.index(plain[column])))
    named_by = plain[areas[-1]] if areas else ""
    roles = (areas, tuple(at["labels"]), tuple(at["ages"]), tuple(at["dates"]))
    return Layout(first, data, *roles, named_by, numbers, others)


def _headings(rows: Rows, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Each column's words from above to below, each once."""
    for column in range(start, end):
        words = [row[column] for row in rows if column < len(row) and row[column]]
        yield column, " ".join(dict.fromkeys(words))
