"""住基 as the city publishes it: 自治体標準 地域・年齢別人口 (CSV), and the office's own Excel table."""

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from geo.sources.mihon import people
from geo.sources.mihon.files import csv_bytes, xlsx_bytes
from geo.sources.mihon.houses import HOUSEHOLDS, Whole, households
from geo.sources.mihon.places import AS_OF, CHIKU, CODE, NAME, PREFECTURE, towns
from geo.sources.municipality_code import check_digit

_LAST = 17  # 85 and over: the standard's last group
_GROUP_NAMES = [f"{n * 5}-{n * 5 + 4}歳" for n in range(20)] + ["100歳以上"]
SHEET = "R8.10.1"


def population_files() -> dict[str, bytes]:
    """File name -> content."""
    table = people.register()
    homes = households(table.sum(axis=(1, 2)).astype(float), HOUSEHOLDS)
    return {
        f"{CODE[:5]}{check_digit(CODE)}_population.csv": _standard_csv(table, homes),
        "juki_chobetsu_nenrei_R8-10.xlsx": _office_xlsx(table, homes),
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
