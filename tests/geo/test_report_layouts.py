"""報告の列の並び: said on a page or by an empty table, remembered, forgotten."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from geo import report_layouts
from geo.errors import Invalid, NotAllowed, NotFound, Unreadable
from geo.report_layouts import Column
from geo.scope import Role
from geo.sources import report_columns


def table(path: Path, *rows):
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def test_a_town_that_said_nothing_has_the_usual_columns(db, scope_of):
    layout = report_layouts.in_use(db, scope_of(Role.VIEWER), "activity")
    assert not layout.is_own
    assert [column.of for column in layout.columns][:3] == ["day", "weekday", "person"]
    assert layout.columns[0].form == "era"


def test_what_was_said_is_remembered_until_it_is_forgotten(db, scope_of):
    scope = scope_of(Role.OFFICIAL)
    said = [
        {"heading": "日付", "of": "day", "form": "short"},
        {"heading": " ", "of": "note", "form": ""},
        {"heading": "人数", "of": "met", "form": "era"},
    ]
    report_layouts.keep(db, scope, "activity", " 月報 ", said)
    layout = report_layouts.in_use(db, scope, "activity")
    assert layout.is_own
    assert layout.title == "月報"
    # a line without a heading is none; a form that the column has not is its first
    assert layout.columns == (Column("日付", "day", "short"), Column("人数", "met", "plain"))
    report_layouts.forget(db, scope, "activity")
    assert not report_layouts.in_use(db, scope, "activity").is_own


@pytest.mark.parametrize(
    ("title", "said", "problems"),
    [
        ("", [{"heading": "日", "of": "day", "form": ""}], {"title": "required"}),
        ("月報", [], {"columns": "nothing_chosen"}),
        ("月報", [{"heading": "日", "of": "x", "form": ""}], {"heading_0": "unknown_choice"}),
        ("月報", [{"heading": "日" * 101, "of": "day", "form": ""}], {"heading_0": "too_long"}),
        ("月報", [{"heading": "日", "of": "day", "form": ""}] * 61, {"columns": "too_long"}),
    ],
)
def test_what_makes_no_table_is_refused(db, scope_of, title, said, problems):
    with pytest.raises(Invalid) as refused:
        report_layouts.keep(db, scope_of(Role.OFFICIAL), "activity", title, said)
    assert refused.value.facts["fields"] == problems


def test_the_office_and_the_first_layer_say_it(db, scope_of):
    said = [{"heading": "日", "of": "day", "form": ""}]
    report_layouts.keep(
        db,
        scope_of(Role.COORDINATOR_1),
        "gatherings",
        "x",
        [{"heading": "名称", "of": "name", "form": ""}],
    )
    for role in (Role.COORDINATOR_2, Role.SUPPORT_CENTRE, Role.VIEWER):
        with pytest.raises(NotAllowed):
            report_layouts.keep(db, scope_of(role), "activity", "月報", said)
    with pytest.raises(NotFound):
        report_layouts.in_use(db, scope_of(Role.OFFICIAL), "nothing")


def test_an_empty_table_of_the_town_is_read_by_its_headings(tmp_path):
    path = table(
        tmp_path / "様式.xlsx",
        ["", "令和　年　月分　生活支援コーディネーター業務報告書"],
        ["氏名", ""],
        ["No.", "実施日", "曜日", "訪問先", "活動内容", "対応人数（人）", "今後の対応", "所長印"],
        [],
    )
    layout = report_layouts.read_table("activity", path)
    assert "業務報告書" in layout.title
    assert [column.of for column in layout.columns] == [
        *("number", "day", "weekday", "where", "note", "met", "next_step", ""),
    ]
    assert [column.heading for column in layout.columns][5] == "対応人数（人）"


def test_what_has_no_headings_is_refused(tmp_path):
    with pytest.raises(Unreadable) as refused:
        report_layouts.read_table("activity", table(tmp_path / "x.xlsx", ["あいさつ", "1", "2"]))
    assert refused.value.facts["reason"] == "no_known_heading"


@pytest.mark.parametrize("report", sorted(report_columns.COLUMNS))
def test_no_heading_means_two_things(report):
    words = [
        (report_columns.search_key(word), column.code)
        for column in report_columns.COLUMNS[report]
        for word in (column.heading, *column.synonyms)
    ]
    meant = {}
    for word, code in words:
        meant.setdefault(word, set()).add(code)
    assert {word: codes for word, codes in meant.items() if len(codes) > 1} == {}
    assert set(report_columns.USUAL[report]) <= {
        column.code for column in report_columns.COLUMNS[report]
    }
