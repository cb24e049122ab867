"""人口の表: who lives in which 町・地区, by sex and age, as offices write it down.

Read: 自治体標準 地域・年齢別人口; 住基 by 町字 with merged cells, 計・男・女 under each age; 地区 tables long
(越前市 koureikaritsu) or wide, beside themselves (鯖江市), a row a month with a column for each 地区;
ages of the whole town without any area. Lines of 計, 小計, 合計 are checked and never counted twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from geo.errors import Unreadable
from geo.sources import population_layout, population_rows
from geo.sources.delivery import Refused
from geo.sources.municipal_columns import RDF_MARK, plain_name
from geo.sources.municipality_code import read_code
from geo.sources.population_layout import UNKNOWN, Edition, Layout
from geo.sources.population_rows import Line, Noticed
from geo.sources.population_sums import AreaCount, is_sound, sort_lines
from geo.sources.tables import Sheet

NO_DATE = "no_date_said"
_STANDARD = {"地域名", "総人口", "調査年月日"}
MOST_AREAS = 20_000  # our choice: the largest cities have some 6,000 町字
_TELL = 12  # editions named when the one asked for is not there


@dataclass(frozen=True, slots=True)
class PopulationTable:
    """A table with the areas of one edition, in its order.

    form      standard, rdf, office
    areas     without lines of sums; wider: headings with numbers of their own above some of them
    total     the line of everybody, if there is one
    named_by  heading of the column of names, "" where they are headings themselves
    is_own    the file says by a name or a code that it is of this municipality
    is_whole  the table names no area: it is about the whole municipality, and only ``total`` is there
    remarks   on rows that were taken
    title     above the table; office: whom it names as its source
    """

    form: str
    edition: Edition
    areas: tuple[AreaCount, ...]
    wider: tuple[AreaCount, ...]
    total: AreaCount | None
    named_by: str
    is_own: bool
    is_whole: bool
    refused: tuple[Refused, ...]
    remarks: tuple[Refused, ...]
    encoding: str
    title: str
    office: str
    assumptions: tuple[str, ...]


def read(
    sheets: Sequence[Sheet], own: str, code: str, as_of: date | None = None
) -> PopulationTable:
    """The table of one municipality (``own``: its name, ``code``: five digits) in a file's sheets.

    as_of  which edition, where a file has several; the day of one that does not say its own

    Rows are refused with a reason: not_a_count, negative, too_many_people, unknown_category,
    said_twice, parts_exceed_total, other_municipality. Raises Unreadable: not_population, no_rows,
    too_many_rows, no_such_edition, edition_differs.
    """
    found = []
    for sheet in sheets:
        layouts = population_layout.find(sheet.rows)
        if layouts:
            said = population_layout.edition_of_titles(sheet.rows, layouts[0].first, sheet.name)
            found.append((sheet, layouts, said))
    if not found:
        raise Unreadable(reason="not_population")
    noticed = Noticed()
    editions = [said for _, _, said in found]
    chosen = editions.index(_edition(editions, as_of)) if any(e.day for e in editions) else 0
    if len(found) > 1:
        noticed.remarks.append(Refused(0, "sheets_left_out", str(len(found) - 1)))
    sheet, layouts, said = found[chosen]
    lines = [line for one in layouts for line in population_rows.lines(sheet.rows, one, noticed)]
    dated = [line.edition for line in lines if line.edition.day]
    if dated:
        said = _edition(dated, as_of)
        lines = [line for line in lines if line.edition == said]
        if len(set(dated)) > 1:
            noticed.remarks.append(Refused(0, "editions_left_out", str(len(set(dated)) - 1)))
    named_by = layouts[0].named_by
    kept = _own(lines, own, code, named_by in population_layout.CITIES, noticed)
    edition = _stated(said, as_of, noticed)
    table = _table(sheet, layouts, _areas(kept, noticed), own, noticed)
    is_own = any(line.code or line.name == own for line in kept) or own in table.title
    return replace(table, edition=edition, is_own=is_own)


def _edition(editions: Sequence[Edition], as_of: date | None) -> Edition:
    """The edition of the day asked for, else the latest. Raises Unreadable: no_such_edition."""
    dated = sorted({one for one in editions if one.day}, key=lambda one: str(one.day))
    if as_of is None or len(dated) == 1:
        return dated[-1]
    matching = [one for one in dated if one.day == as_of]
    if not matching:
        latest = ", ".join(str(one.day) for one in reversed(dated[-_TELL:]))
        raise Unreadable(reason="no_such_edition", found=latest)
    return matching[0]


def _stated(said: Edition, as_of: date | None, noticed: Noticed) -> Edition:
    """The file's own date, made exact by the person who imports. Raises Unreadable: edition_differs."""
    if as_of is not None:
        exact = {"day": 3, "month": 2, "year": 1, "": 0}[said.unit]
        own = (said.day or as_of).timetuple()[:exact]
        if own != as_of.timetuple()[:exact]:
            raise Unreadable(reason="edition_differs", found=str(said.day))
        return Edition(as_of, "day")
    if said.day is None:
        noticed.assumptions[NO_DATE] = None
    return said


def _own(
    lines: Sequence[Line], own: str, code: str, is_of_cities: bool, noticed: Noticed
) -> list[Line]:
    """The lines of this municipality: by their code, or by their name in a table of cities."""
    kept, foreign = [], set()
    for line in lines:
        theirs = read_code(line.code)[0] if line.code else None
        if (theirs and theirs != code) or (is_of_cities and line.name != own):
            if line.name not in foreign:
                noticed.refused.append(Refused(line.row, "other_municipality", line.name))
            foreign.add(line.name)
        else:
            kept.append(line)
    return kept


def _areas(lines: Sequence[Line], noticed: Noticed) -> list[AreaCount]:
    """Rows of one area together, in the order of the table."""
    found: dict[tuple[str, str], AreaCount] = {}
    for line in lines:
        key = (line.within, line.name)
        before = found.get(key)
        if before is None:
            found[key] = AreaCount(line.row, line.name, line.within, dict(line.counts))
            continue
        clash = [
            f"{before.counts[one]} / {people}"
            for one, people in line.counts.items()
            if before.counts.get(one, people) != people
        ]
        if clash:
            noticed.refused.append(Refused(line.row, "said_twice", f"{line.name} {clash[0]}"))
            continue
        found[key] = replace(before, counts={**line.counts, **before.counts})
    return list(found.values())


def _table(
    sheet: Sheet,
    layouts: Sequence[Layout],
    counted: Sequence[AreaCount],
    own: str,
    noticed: Noticed,
) -> PopulationTable:
    """Areas apart from the lines that sum them, all of them checked."""
    if len(counted) > MOST_AREAS:
        raise Unreadable(reason="too_many_rows", limit=MOST_AREAS)
    lines = sort_lines([one for one in counted if is_sound(one, noticed)], own, noticed)
    if not lines.areas and not lines.totals:
        raise Unreadable(reason="no_rows")
    title, office = population_layout.words_of_titles(sheet.rows, layouts[0].first)
    return PopulationTable(
        form=_form(sheet.rows[layouts[0].first]),
        edition=UNKNOWN,
        is_own=False,
        named_by=layouts[0].named_by,
        areas=lines.areas,
        wider=lines.wider,
        total=lines.totals[0] if lines.totals else None,
        is_whole=not lines.areas,
        refused=tuple(noticed.refused),
        remarks=tuple(noticed.remarks),
        encoding=sheet.encoding,
        title=title,
        office=office,
        assumptions=tuple(noticed.assumptions),
    )


def _form(header: Sequence[str]) -> str:
    plain = {plain_name(cell) for cell in header}
    if plain >= _STANDARD:
        return "standard"
    return "rdf" if any(cell.startswith((RDF_MARK, "code4fukui")) for cell in plain) else "office"
