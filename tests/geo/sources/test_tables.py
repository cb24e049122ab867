"""Workbooks of the old Excel (.xls), as rows of text."""

import pytest

from geo.errors import Unreadable
from geo.sources import tables
from geo.sources.apart import Limits
from geo.sources.tables import Sheet
from tests.geo.sources import old_excel
from tests.hostile import files
from tests.hostile import tables as hostile_tables


def reason(path):
    with pytest.raises(Unreadable) as error:
        tables.read_sheets(path)
    return error.value.facts["reason"]


def test_an_old_workbook_reads_like_a_new_one(tmp_path):
    path = old_excel.write(
        tmp_path / "t.xls",
        {
            "R8.4.1": [["地区", "町", "人口"], ["東", "松葉", 10.0], [None, "緑丘", 5.5]],
            "旧": [["地区"]],
            "日付": [[(46113, old_excel.DAY), "　汐見 "]],
        },
        merged=((1, 2, 0, 0),),
        hidden=("旧",),
    )
    assert tables.read_sheets(path) == (
        Sheet(
            "R8.4.1",
            "",
            (("地区", "町", "人口"), ("東", "松葉", "10"), ("東", "緑丘", "5.5")),
        ),
        Sheet("日付", "", (("2026-04-01", "汐見"),)),
    )


def test_an_old_workbook_under_a_new_name_is_known_by_its_first_bytes(tmp_path):
    path = old_excel.write(tmp_path / "t.xlsx", {"a": [["町"]]})
    assert tables.read_sheets(path)[0].rows == (("町",),)


def test_a_merge_over_a_whole_old_sheet_ends_at_the_limits(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "EXCEL_LIMITS", Limits(memory_mb=300, cpu_s=2, wall_s=20))
    path = old_excel.write(tmp_path / "t.xls", {"a": [["町", "x"]]}, merged=((0, 65535, 0, 255),))
    assert reason(path) in ("too_much_memory", "too_slow")


def test_a_workbook_with_a_password_says_so(tmp_path):
    locked = old_excel.record(0x002F, b"\1\0\1\0" + b"\0" * 50)
    path = old_excel.write(tmp_path / "t.xls", {"a": [["町"]]}, records=locked)
    assert reason(path) == "workbook_locked"
    path.write_bytes(old_excel.compound("EncryptedPackage", b"x"))
    assert reason(path) == "workbook_locked"


def test_a_document_of_another_program_is_no_workbook(tmp_path):
    (tmp_path / "t.xls").write_bytes(old_excel.compound("WordDocument", b"x"))
    assert reason(tmp_path / "t.xls") == "not_a_workbook"


@pytest.mark.parametrize("length", [520, 1100, 1600, 1700, 1800])
def test_an_old_workbook_that_ends_too_early_is_refused(tmp_path, length):
    path = old_excel.write(tmp_path / "t.xls", {"a": [["町名", "人口"], ["松葉", 3]] * 20})
    path.write_bytes(path.read_bytes()[:length])
    assert reason(path) in ("not_a_workbook", "cannot_read", "empty")


def test_the_old_workbooks_of_sabae_are_read(real):
    sheets = tables.read_sheets(real / "sabae/population/R4jinnkousuii11.xls")
    assert [sheet.name for sheet in sheets] == [f"R4.{month}.1" for month in range(4, 12)]
    assert sheets[-1].rows[8][:6] == ("", "計", "5148", "6286", "6704", "12990")


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_a_cell_longer_than_excel_has_is_refused(tmp_path, name):
    path = tmp_path / name
    content = files.resources(名称="長" * 32_768)
    cells = hostile_tables.cell("A1", "長" * 32_768)
    path.write_bytes(
        content.encode()
        if name.endswith("csv")
        else hostile_tables.book(hostile_tables.rows(f"<row>{cells}</row>"))
    )
    with pytest.raises(Unreadable) as refused:
        tables.read_sheets(path)
    assert refused.value.facts["reason"] == "cell_too_long"
