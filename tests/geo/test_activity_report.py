"""活動月報: a month of the diary in the municipality's own columns."""

import io
from datetime import UTC, date, datetime
from uuid import uuid4

from openpyxl import load_workbook

from geo import activity_report, report_layouts, visits
from geo.scope import Role
from geo.visits import VisitEdit
from routes.reports import SHEETS
from tests.routes.making import make

TODAY = date(2026, 11, 30)
NOVEMBER = date(2026, 11, 1)


def write(db, scope, **values):
    raw = {"id": str(uuid4()), "visited_on": "2026-11-05", "activity": "visit", **values}
    edit = VisitEdit.parse(raw)
    visits.record(db, scope, edit, TODAY)
    return edit.id


def test_a_month_is_counted_by_activity_and_day_and_unknown_is_not_0(db, scope_of):
    scope = scope_of(Role.COORDINATOR_1)
    resource = str(make(db))
    write(db, scope, resource=resource, met=12, minutes=60)
    write(db, scope, resource=resource, activity="meeting", visited_on="2026-11-30")
    write(db, scope, visited_on="2026-10-31", met=100)
    write(db, scope_of(Role.OFFICIAL), met=5)
    mine = activity_report.make(db, scope, NOVEMBER, scope.account)
    assert (mine.by_activity["visit"], mine.by_activity["meeting"], mine.by_activity["other"]) == (
        1,
        1,
        0,
    )
    assert (mine.met.total, mine.met.known, mine.met.of, mine.places) == (12, 1, 2, 1)
    assert len(mine.days) == 30
    assert dict(mine.days)[date(2026, 11, 30)] == {"meeting": 1}
    assert activity_report.make(db, scope, NOVEMBER, None).met.total == 17
    empty = activity_report.make(db, scope, date(2026, 1, 1), None)
    assert (empty.met.total, empty.met.of) == (None, 0)


def test_the_workbook_has_the_towns_columns_the_sums_and_the_next_steps(db, scope_of):
    scope = scope_of(Role.COORDINATOR_1)
    done = write(
        db, scope, note="=SUM(A1)", place="役場", met=3, next_step="+鍵", next_on="2026-12-01"
    )
    visits.finish(db, scope, done, datetime(2026, 11, 6, tzinfo=UTC))
    write(db, scope, activity="linking", visited_on="2026-11-04", next_step="見学")
    lines = [
        {"heading": "年月日", "of": "day", "form": "era"},
        {"heading": "訪問", "of": "mark_visit", "form": "circle"},
        {"heading": "人数", "of": "met", "form": "unit"},
        {"heading": "内容", "of": "note", "form": ""},
        {"heading": "確認印", "of": "", "form": ""},
        {"heading": "日付", "of": "day", "form": "iso"},
    ]
    report_layouts.keep(db, scope, "activity", "月報（様式第3号）", lines)
    layout = report_layouts.in_use(db, scope, "activity")
    report = activity_report.make(db, scope, NOVEMBER, None)
    rows = activity_report.table(db, scope, report, layout)
    assert rows[0] == ["令和8年11月4日", None, None, None, None, date(2026, 11, 4)]
    book = load_workbook(
        io.BytesIO(activity_report.workbook(report, layout, rows, SHEETS | {"under": "碁盤町"}))
    )
    table, sums, steps = book["活動月報"], book["日ごとの集計"], book["次の一手"]
    assert table["A1"].value == "月報（様式第3号）"
    assert [cell.value for cell in table[3]] == [line["heading"] for line in lines]
    told = [cell.value for cell in table[5]]
    assert told[:5] == ["令和8年11月5日", "○", "3人", "=SUM(A1)", None]
    assert table["D5"].data_type == "s"
    assert table["D5"].quotePrefix
    assert sums.max_row == 3 + 30 + 1
    assert sums.cell(34, 10).value == 2
    assert [row[1].value for row in steps.iter_rows(min_row=4)] == ["+鍵", "見学"]
    assert [row[5].value for row in steps.iter_rows(min_row=4)] == ["できた", None]
    assert not any(
        cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row
    )
