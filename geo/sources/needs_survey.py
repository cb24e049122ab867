"""ニーズ調査: 介護予防・日常生活圏域ニーズ調査 by 圏域 and age, counts of answers with how many were asked.

Such a sample holds for a 圏域 and a class of age, no further: a table that splits it by 町 or by sex is
refused, and where fewer than ten answered nothing is kept but that number.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date

from geo.ages import EVERYBODY, Ages
from geo.errors import Unreadable
from geo.sources import population_labels, population_rows
from geo.sources.delivery import Refused, RowError
from geo.sources.municipal_columns import plain_name
from geo.sources.population_layout import Edition, edition_of_titles, words_of_titles
from geo.sources.population_rows import Key, Noticed
from geo.sources.population_sums import AreaCount, sort_lines
from geo.sources.population_tables import NO_DATE, PopulationTable
from geo.sources.tables import Sheet

ANSWERS = "answers"
FEWEST = 10  # 「10人未満」 is not told of surveys (PRACTICE)
FROM_SHARES = "counts_from_shares"
_AREAS = ("日常生活圏域", "日常生活圏域名", "生活圏域", "圏域", "圏域名")
_TOO_FINE = (
    *("町名", "町丁目", "町丁字", "町字", "地区", "地区名", "小学校区", "行政区", "町内会"),
    *("性別", "男女", "男女別"),
)
_AGES = ("年齢", "年齢区分", "年齢階級", "年齢階層")
_MEASURES = (
    ("asked", re.compile("配布数|発送数|調査対象者?数|対象者数")),
    (ANSWERS, re.compile("(有効)?回答(者)?数|(有効)?回収数|サンプル数|^n$|標本数")),
    ("not_driving", re.compile("運転し(ない|ていない)")),
    ("goes_out", re.compile("外出")),
    ("joins", re.compile("通いの場")),
)
_SHARE = re.compile("割合|率|%|パーセント")


def header_of(sheet: Sheet) -> int | None:
    """The row of a survey's header, counted from 0; None where the sheet is no survey."""
    for at, row in enumerate(sheet.rows[:25]):
        measures = _columns(row)
        plain = {plain_name(cell) for cell in row}
        if ANSWERS in measures and len(measures) > 1 and plain & {*_AREAS, *_TOO_FINE}:
            return at
    return None


def read(sheet: Sheet, header: int, own: str, as_of: date | None) -> PopulationTable:
    """The answers by 圏域 and age (measures: asked, answers, not_driving, goes_out, joins).

    Rows are refused with a reason: not_a_count, negative, no_answers_said, parts_exceed_total,
    said_twice. Raises Unreadable: survey_too_fine, no_rows.
    """
    plain = [plain_name(cell) for cell in sheet.rows[header]]
    finer = [cell for cell in plain if cell in _TOO_FINE]
    if finer:
        raise Unreadable(reason="survey_too_fine", found=finer[0])
    noticed = Noticed()
    counted = _lines(sheet, header, plain, noticed)
    lines = sort_lines(counted, own, noticed)
    if not lines.areas:
        raise Unreadable(reason="no_rows")
    said = edition_of_titles(sheet.rows, header, sheet.name)
    said = Edition(as_of, "day") if as_of else said
    if said.day is None:
        noticed.assumptions[NO_DATE] = None
    title, office = words_of_titles(sheet.rows, header)
    return PopulationTable(
        form="survey",
        edition=said,
        areas=lines.areas,
        wider=(),
        total=lines.totals[0] if lines.totals else None,
        named_by=next(cell for cell in plain if cell in _AREAS),
        is_own=own in title,
        is_whole=False,
        refused=tuple(noticed.refused),
        remarks=tuple(noticed.remarks),
        encoding=sheet.encoding,
        title=title,
        office=office,
        assumptions=tuple(noticed.assumptions),
    )


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Measure → its column."""
    found: dict[str, int] = {}
    for at, cell in enumerate(header):
        even = plain_name(cell).casefold()
        for measure, words in _MEASURES:
            is_rate = measure in ("asked", ANSWERS) and _SHARE.search(even)
            if words.search(even) and not is_rate:
                found.setdefault(measure, at)
                break
    return found


def _lines(sheet: Sheet, header: int, plain: Sequence[str], noticed: Noticed) -> list[AreaCount]:
    columns = _columns(sheet.rows[header])
    shares = {name for name, at in columns.items() if _SHARE.search(plain[at])}
    area = next(at for at, cell in enumerate(plain) if cell in _AREAS)
    age = [at for at, cell in enumerate(plain) if cell in _AGES]
    found: dict[str, dict[Key, int | None]] = {}
    first: dict[str, int] = {}
    name = ""
    for at, cells in enumerate(sheet.rows[header + 1 :], start=header + 2):
        name = population_rows.at_(cells, [area]) or name
        if not any(population_rows.at_(cells, [one]) for one in columns.values()):
            continue
        try:
            ages = _ages(population_rows.at_(cells, age))
            counts = _answers(cells, columns, shares, noticed)
        except RowError as error:
            noticed.refused.append(error.at(at, name))
            continue
        if (ANSWERS, "both", ages) in found.get(name, {}):
            noticed.refused.append(Refused(at, "said_twice", name))
            continue
        if (counts[ANSWERS] or 0) < FEWEST:
            noticed.remarks.append(Refused(at, "too_few_answers", f"{name} {counts[ANSWERS]}"))
            counts = {one: n if one in ("asked", ANSWERS) else None for one, n in counts.items()}
        own = found.setdefault(name, {})
        own.update({(measure, "both", ages): people for measure, people in counts.items()})
        first.setdefault(name, at)
    return [AreaCount(first[name], name, "", counts) for name, counts in found.items()]


def _ages(words: str) -> Ages:
    if not words or plain_name(words) in ("計", "合計", "全体", "総数"):
        return EVERYBODY
    label = population_labels.read(words, is_age=True)
    if label is None:
        raise RowError("unknown_category", words[:40])
    return label.ages


def _answers(
    cells: Sequence[str], columns: Mapping[str, int], shares: set[str], noticed: Noticed
) -> dict[str, int | None]:
    """The counts of a row; a share becomes a count of those who answered. Raises RowError."""
    found: dict[str, int | None] = {}
    for measure, column in columns.items():
        cell = population_rows.at_(cells, [column])
        if measure not in shares:
            found[measure] = population_rows.number(cell, noticed)
    answers = found.get(ANSWERS)
    if answers is None:
        raise RowError("no_answers_said")
    for measure in shares:
        share = _share(population_rows.at_(cells, [columns[measure]]))
        found[measure] = None if share is None else round(share * answers / 100)
        noticed.assumptions[FROM_SHARES] = None
    for measure, people in found.items():
        if measure not in ("asked", ANSWERS) and people is not None and people > answers:
            raise RowError("parts_exceed_total", f"{people} / {answers}")
    return found


def _share(cell: str) -> float | None:
    """「45.6%」 as 45.6; None where nobody says. Raises RowError: not_a_count."""
    even = unicodedata.normalize("NFKC", cell).strip().removesuffix("%").strip()
    if not even or even in ("-", "*"):
        return None
    if not re.fullmatch(r"\d{1,3}(\.\d{1,4})?", even):
        raise RowError("not_a_count", cell[:40])
    return float(even)
