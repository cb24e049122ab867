"""Areas as the city keeps them: tables of towns, in Excel with merged cells and in CSV."""

from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from geo.sources.mihon.files import csv_bytes, xlsx_bytes
from geo.sources.mihon.places import (
    BRANCH,
    CENTRES,
    CHIKU,
    COUNCIL_THAT_NEVER_MEETS,
    COUNCILS,
    MERGED_IN_REIWA_10,
    SPLIT_TOWN,
    towns,
)

_PHONES = dict(zip(CENTRES, ("0000-21-1100", "0000-23-2200", "0000-25-3300"), strict=True))
_BRANCH_PHONE = "0000-29-4400"
# Who looks after which 地区 as 第2層 SC; the last has been here since April.
SECOND_LAYER = {
    "佐伯": ("中央", "駅南"),
    "三宅": ("川東", "浜", "新田"),
    "大野": ("西山", "南浜"),
    "久保": ("北が丘", "高岡", "中里", "奥沢"),
}
_NEW_IN_APRIL = "久保"


def area_files() -> dict[str, bytes]:
    """File name -> content."""
    merger = f"令和10年4月に{MERGED_IN_REIWA_10[1]}へ統合予定"
    return {
        "areas_center.xlsx": _centres_xlsx(),
        "areas_living.csv": csv_bytes(
            ("町名", "日常生活圏域"), [(town.name, town.living_area) for town in towns()], "cp932"
        ),
        "areas_chiku.csv": csv_bytes(
            ("町名", "フリガナ", "地区", "公民館"),
            [(t.name, t.kana, f"{t.chiku}地区", f"{t.chiku}公民館") for t in towns()],
            "utf-8-sig",
        ),
        "areas_school.csv": csv_bytes(
            ("町名", "小学校", "中学校", "備考"),
            [
                (t.name, t.school, t.junior_high, merger if _is_merged(t.junior_high) else "")
                for t in towns()
            ],
            "cp932",
        ),
        "areas_second_layer.csv": csv_bytes(
            ("地区", "第2層の区域", "協議体の名称", "開催", "生活支援コーディネーター", "備考"),
            _second_layer(),
            "utf-8-sig",
        ),
    }


def _is_merged(junior_high: str) -> bool:
    return junior_high == MERGED_IN_REIWA_10[0]


def _second_layer() -> Iterable[tuple[str, ...]]:
    for chiku in CHIKU:
        name = next(sc for sc, own in SECOND_LAYER.items() if chiku in own)
        council = COUNCILS.get(chiku, "")
        meets = "開催なし" if chiku == COUNCIL_THAT_NEVER_MEETS else "2か月に1回"
        note = "令和8年4月から担当" if name == _NEW_IN_APRIL else ""
        yield f"{chiku}地区", f"{chiku}地区", council, meets if council else "", name, note


def _centres_xlsx() -> bytes:
    """Towns by 包括; the split town stands with both, its half in brackets."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError
    sheet.title = "担当区域"
    sheet["A1"] = "地域包括支援センターの担当区域（令和8年4月1日現在）"
    sheet.merge_cells("A1:E1")
    for column, title in enumerate(("センター", "電話", "町名", "窓口（ブランチ）", "備考"), 1):
        sheet.cell(3, column, title)
    row = 4
    for centre in CENTRES:
        first = row
        for name, branch, note in _towns_of(centre):
            sheet.cell(row, 3, name)
            sheet.cell(row, 4, branch)
            sheet.cell(row, 5, note)
            row += 1
        sheet.cell(first, 1, centre)
        sheet.cell(first, 2, _PHONES[centre])
        for column in (1, 2):
            sheet.merge_cells(
                start_row=first, end_row=row - 1, start_column=column, end_column=column
            )
    sheet.cell(row + 1, 1, f"※{BRANCH}は{CENTRES[2]}の窓口です。電話 {_BRANCH_PHONE}")
    sheet.merge_cells(start_row=row + 1, end_row=row + 1, start_column=1, end_column=5)
    return xlsx_bytes(book)


def _towns_of(centre: str) -> Iterable[tuple[str, str, str]]:
    """(町名, branch, note) in the order of the table."""
    for town in towns():
        branch = BRANCH if town.has_branch else ""
        if town.name == SPLIT_TOWN and centre in CENTRES[:2]:
            half = "北" if centre == CENTRES[0] else "南"
            yield f"{town.name}（国道599号より{half}）", "", "番地でわからないときは電話で"
        elif town.centre == centre:
            yield town.name, branch, ""
