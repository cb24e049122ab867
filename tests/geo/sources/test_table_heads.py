"""Tables as offices make them in Excel: titles above, names over two rows, remarks below."""

import openpyxl
import pytest

from geo.errors import Unreadable
from geo.sources import resource_tables, table_heads
from geo.sources.mapping import Mapping


@pytest.fixture
def workbook(tmp_path):
    """workbook({"一覧": [[…], …]}, merge={"一覧": ["A1:C1"]}) -> a path."""

    def make(sheets, merge=()):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
            for area in merge:
                sheet.merge_cells(area)
        path = tmp_path / "list.xlsx"
        book.save(path)
        return path

    return make


TITLED = [
    ["みほん市 サロン一覧"],
    [],
    [None, None, None, "令和8年10月1日現在"],
    ["種別", "名称", "所在地", "電話番号"],
    ["サロン", "茶話会", "松葉1", "0000-00-0001"],
    [None, "なかよし", "松葉2", "0000-00-0002"],
    [],
    ["※内容は変わることがあります。"],
]


def test_titles_above_and_remarks_below_are_no_rows_and_merged_kinds_count_for_each(workbook):
    path = workbook({"一覧": TITLED}, merge=["A1:D1", "A5:A6"])
    file = resource_tables.read(path)
    assert [(row.row, row.category, row.name, row.address) for row in file.rows] == [
        (5, "サロン", "茶話会", "松葉1"),
        (6, "サロン", "なかよし", "松葉2"),
    ]
    assert (file.refused, file.sheets[0].header_row) == ((), 4)


TWO_ROWS = [
    ["名称", "連絡先", None, "開催", None],
    [None, "電話", "FAX", "曜日", "時間"],
    ["茶話会", "0000-00-0001", "0000-00-0009", "火", "10:00～11:30"],
]


@pytest.mark.parametrize("merge", [(), ("A1:A2", "B1:C1", "D1:E1")])
def test_names_over_two_rows_are_one_header(workbook, merge):
    file = resource_tables.read(workbook({"一覧": TWO_ROWS}, merge=merge))
    assert file.headers == ("名称", "連絡先 電話", "連絡先 FAX", "開催 曜日", "開催 時間")
    [row] = file.rows
    assert (row.name, row.phone, row.days, row.opens) == (
        "茶話会",
        "0000-00-0001",
        "火",
        "10:00~11:30",
    )
    assert row.other == {"連絡先 FAX": "0000-00-0009"}


def test_a_first_row_of_data_is_not_taken_for_a_second_row_of_names(workbook):
    file = resource_tables.read(workbook({"一覧": [["名称", "住所"], ["茶話会", "名称"]]}))
    assert [row.name for row in file.rows] == ["茶話会"]


def test_each_sheet_is_tried_and_those_that_are_no_table_say_so(workbook):
    path = workbook(
        {
            "はじめに": [["この一覧の使い方"]],
            "東": [["名称", "住所"], ["東の茶話会", "東1"]],
            "西": [["名称", "所在地", "電話"], ["西の茶話会", "西1", "0"]],
            "人口": [["地区", "人口"], ["東", 5]],
        }
    )
    file = resource_tables.read(path)
    assert [(row.sheet, row.row, row.name) for row in file.rows] == [
        ("東", 2, "東の茶話会"),
        ("西", 2, "西の茶話会"),
    ]
    assert [(sheet.name, sheet.rows, sheet.reason) for sheet in file.sheets] == [
        ("はじめに", 0, "not_a_table"),
        ("東", 1, ""),
        ("西", 1, ""),
        ("人口", 0, "no_name_column"),
    ]
    only = resource_tables.read(path, Mapping(sheet="西"))
    assert [row.name for row in only.rows] == ["西の茶話会"]
    with pytest.raises(Unreadable) as error:
        resource_tables.read(path, Mapping(sheet="北"))
    assert error.value.facts == {"reason": "no_sheet", "sheet": "北"}


def test_names_repeated_on_each_page_and_totals_are_no_rows(workbook):
    rows = [["名称", "定員"], ["茶話会", 5], ["名称", "定員"], ["体操", 6], ["合計", 11]]
    file = resource_tables.read(workbook({"一覧": rows}))
    assert [row.name for row in file.rows] == ["茶話会", "体操"]


def test_sheets_and_headings_may_say_the_kind(workbook):
    path = workbook(
        {
            "サロン": [["名称", "住所"], ["茶話会", "松葉1"]],
            "その他": [
                ["名称", "住所", "電話"],
                ["通いの場"],
                ["体操の会", "松葉2", "1"],
                ["配食", None, None],
                ["弁当屋", "松葉3", "2"],
            ],
        }
    )
    file = resource_tables.read(path)
    assert [(row.name, row.category) for row in file.rows] == [
        ("茶話会", "サロン"),
        ("体操の会", "通いの場"),
        ("弁当屋", "配食"),
    ]
    assert set(file.assumptions) == {"kinds_are_sheets", "kinds_are_headings"}


def test_a_kind_in_the_first_row_of_its_group_counts_for_the_rows_below(tmp_path):
    """A CSV saved from merged cells; where a kind is written twice, an empty cell is empty."""
    path = tmp_path / "list.csv"
    grouped = "種別,名称\nサロン,茶話会\n,なかよし\n体操,百歳体操\n,ころばん体操\n"
    path.write_text(grouped, encoding="utf-8")
    file = resource_tables.read(path)
    assert [row.category for row in file.rows] == ["サロン", "サロン", "体操", "体操"]
    assert list(file.assumptions) == ["kind_filled_down"]
    path.write_text("種別,名称\nサロン,茶話会\nサロン,なかよし\n,なぞの会\n", encoding="utf-8")
    file = resource_tables.read(path)
    assert [row.category for row in file.rows] == ["サロン", "サロン", ""]


UNKNOWN = [["ご案内", ""], ["施設の名まえ", "ばしょ", "でんわ"], ["茶話会", "松葉1", "0000"]]


def test_a_mapping_says_what_the_dictionary_does_not_know(workbook):
    path = workbook({"一覧": UNKNOWN})
    with pytest.raises(Unreadable) as error:
        resource_tables.read(path)
    assert error.value.facts == {"reason": "no_name_column"}
    columns = {"name": "施設の名まえ", "address": "ばしょ", "phone": "でんわ"}
    [row] = resource_tables.read(path, Mapping(columns=columns)).rows
    assert (row.name, row.address, row.phone, row.other) == ("茶話会", "松葉1", "0000", {})
    with pytest.raises(Unreadable) as error:
        resource_tables.read(path, Mapping(columns={**columns, "url": "ウェブ"}))
    assert error.value.facts == {"reason": "column_missing", "columns": ["ウェブ"]}


def test_a_mapping_may_say_that_a_column_is_not_what_its_name_says(workbook):
    path = workbook({"一覧": [["名称", "種別", "説明"], ["茶話会", "B", "サロン"]]})
    [row] = resource_tables.read(
        path, Mapping(columns={"category": "説明", "description": ""})
    ).rows
    assert (row.category, row.description, row.other) == ("サロン", "", {"種別": "B"})


def test_the_row_of_names_may_be_said(workbook):
    rows = [["名称", "住所"], ["（記入例）", "例"], ["名称", "所在地"], ["茶話会", "松葉1"]]
    file = resource_tables.read(workbook({"一覧": rows}), Mapping(header_row=3))
    assert [row.name for row in file.rows] == ["茶話会"]


def test_a_survey_shows_what_would_be_read_and_what_is_missing(workbook):
    path = workbook({"一覧": UNKNOWN, "サロン": TITLED})
    unknown, titled = resource_tables.survey(path)
    assert (unknown.header_row, unknown.headers, unknown.reason) == (0, (), "no_name_column")
    assert unknown.sample[1][:2] == ("施設の名まえ", "ばしょ")
    assert (titled.header_row, titled.reason) == (4, "")
    assert titled.columns["name"] == "名称"
    assert titled.columns["address"] == "所在地"
    assert titled.sample[0] == ("サロン", "茶話会", "松葉1", "0000-00-0001")
    named = resource_tables.survey(path, Mapping(sheet="一覧", header_row=2))[0]
    assert (named.header_row, named.headers) == (2, ("施設の名まえ", "ばしょ", "でんわ"))


def test_a_hundred_thousand_columns_of_one_name_are_told_apart():
    labels = table_heads.distinct(["計"] * 100_000)
    assert (labels[0], labels[1], labels[-1], len(set(labels))) == (
        "計",
        "計 (2)",
        "計 (100000)",
        100_000,
    )
    assert table_heads.distinct(["計", "計 (2)", "計"]) == ("計", "計 (2)", "計 (3)")
