"""Tables of towns and areas as offices write them."""

import zipfile

import openpyxl
import pytest

from geo.errors import Unreadable
from geo.sources import area_tables, tables
from geo.sources.apart import Limits
from geo.sources.area_tables import members_of


@pytest.fixture
def deliver(tmp_path):
    def read(text, of="town", into="living_area", encoding="utf-8", **options):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode(encoding))
        return area_tables.read(path, of, into, **options)

    return read


def pairs(table):
    return [(line.member, line.area) for line in table.lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize(
    ("header", "into"),
    [
        ("町名,圏域", "living_area"),
        ("大字町丁目,地区", "chiku"),
        ("町丁字名,担当包括名,電話", "center_area"),
        ("No.,町名,第2層圏域", "second_layer"),
    ],
)
def test_columns_are_known_by_their_names(deliver, encoding, header, into):
    number = "1," if header.startswith("No") else ""
    table = deliver(
        f"{header}\n{number}松葉一丁目,東,1\n{number}緑丘,西,2\n", into=into, encoding=encoding
    )
    assert pairs(table) == [("松葉一丁目", "東"), ("緑丘", "西")]
    assert (table.encoding, table.assumptions) == (encoding, ())


def test_the_column_of_the_level_goes_before_other_areas(deliver):
    text = "町名,地区,日常生活圏域\n松葉,東地区,山の手\n"
    assert pairs(deliver(text)) == [("松葉", "山の手")]
    assert pairs(deliver(text, into="chiku")) == [("松葉", "東地区")]
    assert pairs(deliver(text, of="chiku")) == [("東地区", "山の手")]


def test_columns_can_be_named_by_the_person_who_imports(deliver):
    text = "a,b\n松葉,東\n"
    with pytest.raises(Unreadable) as error:
        deliver(text)
    assert error.value.facts["reason"] == "no_area_columns"
    assert pairs(deliver(text, member_column="a", area_column="b")) == [("松葉", "東")]


def test_titles_above_the_header_and_empty_cells_below_an_area(deliver):
    table = deliver("令和6年度　担当区域一覧,\n,\n圏域,町名\n東,松葉\n,緑丘\n西,汐見\n")
    assert pairs(table) == [("松葉", "東"), ("緑丘", "東"), ("汐見", "西")]
    assert table.assumptions == ("area_filled_down",)
    assert [line.row for line in table.lines] == [4, 5, 6]


def test_a_town_without_an_area_above_it_is_refused(deliver):
    table = deliver("町名,圏域\n松葉,\n緑丘,西\n")
    assert [(one.row, one.reason, one.detail) for one in table.refused] == [
        (2, "no_area_said", "松葉")
    ]


def test_notes_say_which_part_of_a_split_town(deliver):
    table = deliver("町名,圏域,備考\n松葉（1～5番）,東,踏切の北\n松葉,西,その他\n")
    assert [(line.member, line.note) for line in table.lines] == [
        ("松葉", "1～5番 踏切の北"),
        ("松葉", "その他"),
    ]


@pytest.mark.parametrize(
    ("cell", "towns"),
    [
        ("松葉、緑丘,汐見", [("松葉", ""), ("緑丘", ""), ("汐見", "")]),
        ("本町1～3丁目", [("本町1丁目", ""), ("本町2丁目", ""), ("本町3丁目", "")]),
        ("本町１丁目〜２丁目", [("本町1丁目", ""), ("本町2丁目", "")]),
        ("松葉（1番、2番）", [("松葉", "1番、2番")]),
        ("本町9～2丁目", [("本町9～2丁目", "")]),
        ("本町1～99丁目", [("本町1～99丁目", "")]),
    ],
)
def test_several_towns_in_one_cell(cell, towns):
    assert members_of(cell) == towns


def test_merged_cells_of_a_workbook_hold_for_every_row_they_cover(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "表紙"
    book.active.append(["令和6年度"])
    sheet = book.create_sheet("一覧")
    for row in (
        ["圏域", "町名", "世帯"],
        ["東", "松葉", 10.0],
        [None, "緑丘", 5],
        ["西", "汐見", 1],
    ):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    hidden = book.create_sheet("旧")
    hidden.append(["圏域", "町名"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "t.xlsx")
    table = area_tables.read(tmp_path / "t.xlsx", "town", "living_area")
    assert pairs(table) == [("松葉", "東"), ("緑丘", "東"), ("汐見", "西")]
    assert (table.assumptions, table.encoding) == ((), "")


def test_a_merge_over_a_whole_sheet_ends_at_the_limits(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "EXCEL_LIMITS", Limits(memory_mb=300, cpu_s=2, wall_s=20))
    book = openpyxl.Workbook()
    book.active.append(["圏域", "町名"])
    book.save(tmp_path / "a.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "a.xlsx") as old,
        zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new,
    ):
        for name in old.namelist():
            raw = old.read(name)
            merge = (
                b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
            )
            new.writestr(name, raw.replace(b"</sheetData>", merge))
    with pytest.raises(Unreadable) as error:
        area_tables.read(tmp_path / "b.xlsx", "town", "living_area")
    assert error.value.facts["reason"] in ("too_much_memory", "too_slow")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 500, "not_a_workbook"),
        (b"PK\x03\x04" + b"\0" * 500, "not_a_zip"),
        (b"", "empty"),
        (b"\0\1\2", "not_text"),
        ('町名,圏域\n"松葉,東\n'.encode(), "broken_quotes"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, content, reason):
    path = tmp_path / "t.xlsx"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as error:
        area_tables.read(path, "town", "living_area")
    assert error.value.facts["reason"] == reason


def test_an_archive_that_is_no_workbook_is_refused(tmp_path):
    for inside, reason in (
        (["a.txt"], "not_a_workbook"),
        (["[Content_Types].xml"], "not_a_workbook"),
    ):
        with zipfile.ZipFile(tmp_path / "t.xlsx", "w") as pack:
            for name in inside:
                pack.writestr(name, "<x/>")
        with pytest.raises(Unreadable) as error:
            area_tables.read(tmp_path / "t.xlsx", "town", "living_area")
        assert error.value.facts["reason"] == reason


def test_headings_of_echizen_say_the_area_of_the_towns_below(real):
    table = area_tables.read(real / "echizen/population/machibetsujumin.csv", "town", "chiku")
    areas = list(dict.fromkeys(line.area for line in table.lines))
    assert (len(table.lines), len(areas)) == (274, 17)
    assert (areas[:2], table.assumptions) == (["東地区", "西 地区"], ("areas_are_headings",))
    assert [one.detail for one in table.refused] == ["越前市"]


def test_two_columns_of_echizen(real):
    table = area_tables.read(real / "echizen/population/gyouseiku.csv", "town", "chiku")
    assert (len(table.lines), len({line.area for line in table.lines})) == (274, 17)
    assert (table.refused, table.assumptions) == ((), ())


def test_more_areas_than_a_city_has_towns_are_refused(tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text("町名,地区\n" + "".join(f"町{n},区{n}\n" for n in range(area_tables.AREAS + 1)))
    with pytest.raises(Unreadable) as refused:
        area_tables.read(path, "town", "chiku")
    assert refused.value.facts["reason"] == "too_many_rows"


def test_brackets_without_end_are_a_name(tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text("町名,地区\n" + "（" * 30_000 + ",東\n")
    assert len(area_tables.read(path, "town", "chiku").lines) == 1
