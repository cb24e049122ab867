"""生活支援の一覧 as an office keeps it in Excel: merged cells, a title, 和暦, no coordinates."""

from datetime import date
from itertools import groupby

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from geo.days import era_words
from geo.sources.mihon.files import xlsx_bytes
from geo.sources.mihon.places import NAME
from geo.sources.mihon.resources.row import Resource

TITLES = (
    *("種別", "名称", "フリガナ", "実施主体", "対象者", "内容", "曜日", "開始時間", "終了時間"),
    *("利用可能日時特記事項", "区域", "料金", "定員", "電話番号", "所在地", "備考", "確認日"),
)
HEADER_ROW = 4


def support_xlsx(rows: list[Resource]) -> bytes:
    """Rows of one 種別 stand together, their 種別 in one merged cell."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError
    sheet.title = "生活支援"
    sheet["A1"] = f"{NAME}　生活支援・見守り・移動の一覧"
    sheet.merge_cells("A1:H1")
    sheet["N2"] = "令和8年10月1日現在"
    for column, title in enumerate(TITLES, start=1):
        sheet.cell(HEADER_ROW, column, title)
    row = HEADER_ROW + 1
    for kind, group in groupby(_by_kind(rows), key=lambda one: one.kind):
        first = row
        for one in group:
            for column, text in enumerate(_texts(one), start=2):
                sheet.cell(row, column, text or None)
            row += 1
        sheet.cell(first, 1, kind).alignment = Alignment(vertical="top", wrap_text=True)
        if row - first > 1:
            sheet.merge_cells(start_row=first, end_row=row - 1, start_column=1, end_column=1)
    sheet.cell(row + 1, 1, "※内容は変わることがあります。電話で確かめてください。")
    return xlsx_bytes(book)


def _by_kind(rows: list[Resource]) -> list[Resource]:
    kinds = list(dict.fromkeys(row.kind for row in rows))
    return sorted(rows, key=lambda row: kinds.index(row.kind))


def _texts(row: Resource) -> list[str]:
    confirmed = era_words(date.fromisoformat(row.confirmed)) if row.confirmed else ""
    return [
        *(row.name, row.kana, row.provider, row.eligibility, row.description),
        *(row.days, row.opens, row.closes, row.days_note, row.other.get("区域", "")),
        *(row.fee, row.capacity, row.phone, f"{NAME}{row.town}{row.block}", row.note, confirmed),
    ]
