"""住基 as the city publishes it: 自治体標準 地域・年齢別人口 (CSV), and the office's own Excel table."""

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from geo.sources.mihon import people
from geo.sources.mihon.files import csv_bytes, xlsx_bytes
from geo.sources.mihon.houses import HOUSEHOLDS, Whole, households
from geo.sources.mihon.places import (
    AS_OF,
    CHIKU,
    CODE,
    LIVING_AREAS,
    NAME,
    PREFECTURE,
    towns,
)
from geo.sources.municipality_code import check_digit

_LAST = 17  # 85 and over: the standard's last group
_GROUP_NAMES = [f"{n * 5}-{n * 5 + 4}歳" for n in range(20)] + ["100歳以上"]
SHEET = "R8.10.1"
_SAMPLED = 0.2  # one in five of those over 65 was asked
# age, its groups, share who answer, who do not drive, who go out weekly, who go to a 通いの場
_SURVEY = (
    ("65～74歳", (13, 15), 0.66, 0.17, 0.95, 0.09),
    ("75～84歳", (15, 17), 0.73, 0.39, 0.86, 0.17),
    ("85歳以上", (17, 21), 0.58, 0.78, 0.61, 0.14),
)
_AFOOT = {"中央圏域": 0.07, "東部圏域": 0.0, "南圏域": -0.01, "北部圏域": -0.05}


def population_files() -> dict[str, bytes]:
    """File name -> content."""
    table = people.register()
    homes = households(table.sum(axis=(1, 2)).astype(float), HOUSEHOLDS)
    return {
        f"{CODE[:5]}{check_digit(CODE)}_population.csv": _standard_csv(table, homes),
        "juki_chobetsu_nenrei_R8-10.xlsx": _office_xlsx(table, homes),
        "needs_survey_R7.csv": _survey_csv(table),
    }


def _standard_csv(table: Whole, homes: Whole) -> bytes:
    ages = [f"{n * 5}-{n * 5 + 4}歳の" for n in range(_LAST)] + ["85歳以上の"]
    header = [
        *("都道府県コード又は市区町村コード", "地域コード", "都道府県名", "市区町村名"),
        *("調査年月日", "地域名", "総人口", "男性", "女性"),
        *[age + sex for age in ages for sex in ("男性", "女性")],
        *("世帯数", "備考"),
    ]
    rows = []
    for at, town in enumerate(towns()):
        counts = table[at]
        upto = [*counts[:_LAST], counts[_LAST:].sum(axis=0)]
        men, women = counts.sum(axis=0)
        rows.append(
            [
                *(CODE + check_digit(CODE), town.key, PREFECTURE, NAME, AS_OF, town.name),
                *(men + women, men, women),
                *[number for pair in upto for number in pair],
                *(homes[at], ""),
            ]
        )
    return csv_bytes(header, rows, "utf-8-sig")


def _survey_csv(table: Whole) -> bytes:
    """介護予防・日常生活圏域ニーズ調査 of 令和7: answers by 圏域 and age, never finer."""
    header = (
        *("日常生活圏域", "年齢", "配布数", "回答数", "自分で運転しない人"),
        *("週1回以上外出する人", "通いの場に月1回以上行く人"),
    )
    rows: list[tuple[str | int, ...]] = []
    for area in LIVING_AREAS:
        own = [at for at, town in enumerate(towns()) if town.living_area == area]
        for age, (first, end), rate, afoot, out, meets in _SURVEY:
            sent = round(int(table[own, first:end].sum()) * _SAMPLED)
            answers = round(sent * rate)
            counts = (round(answers * share) for share in (afoot + _AFOOT[area], out, meets))
            rows.append((area, age, sent, answers, *counts))
    return csv_bytes(header, rows, "cp932")


def _office_xlsx(table: Whole, homes: Whole) -> bytes:
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError
    sheet.title = SHEET
    _head(sheet)
    row = 6
    for chiku in CHIKU:
        own = [at for at, town in enumerate(towns()) if town.chiku == chiku]
        first = row
        for at in own:
            _fill(sheet, row, towns()[at].name, table[at], int(homes[at]))
            row += 1
        _fill(sheet, row, "小計", table[own].sum(axis=0), int(homes[own].sum()))
        sheet.cell(first, 1, f"{chiku}地区").alignment = Alignment(vertical="center")
        sheet.merge_cells(start_row=first, end_row=row, start_column=1, end_column=1)
        row += 1
    sheet.cell(row, 1, "合計")
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
    _fill(sheet, row, None, table.sum(axis=0), int(homes.sum()))
    sheet.cell(row + 1, 1, "※外国人住民を含みます。施設に住民票がある人も含みます。")
    return xlsx_bytes(book)


def _head(sheet: Worksheet) -> None:
    sheet["A1"] = "町　別　年　齢　別　人　口　【住民基本台帳】"
    sheet.merge_cells("A1:M1")
    sheet["L2"] = "令和8年10月1日現在"
    sheet["L3"] = "資料：市民課"
    for column, title in enumerate(("地区", "町名", "世帯数", "総人口", None, None), start=1):
        sheet.cell(4, column, title)
    for start in ("A", "B", "C"):
        sheet.merge_cells(f"{start}4:{start}5")
    sheet.merge_cells("D4:F4")
    for at, name in enumerate(["", *_GROUP_NAMES]):
        column = 4 + at * 3
        if name:
            sheet.cell(4, column, name)
            sheet.merge_cells(start_row=4, end_row=4, start_column=column, end_column=column + 2)
        for part, who in enumerate(("計", "男", "女")):
            sheet.cell(5, column + part, who)


def _fill(sheet: Worksheet, row: int, name: str | None, counts: Whole, homes: int) -> None:
    if name:
        sheet.cell(row, 2, name)
    sheet.cell(row, 3, homes)
    totals = [counts.sum(axis=0), *counts]
    for at, (men, women) in enumerate(totals):
        for part, number in enumerate((men + women, men, women)):
            sheet.cell(row, 4 + at * 3 + part, int(number))
