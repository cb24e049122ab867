"""報告 by its pages and files."""

import csv
import io
from uuid import uuid4

from openpyxl import load_workbook

from geo.scope import Role
from routes._request import today
from tests.routes.making import make


def visit(client, **values):
    typed = {"id": str(uuid4()), "activity": "visit", "visited_on": today().isoformat(), **values}
    assert client.post("/visits/add", data=typed).status_code == 303


def test_a_month_is_looked_at_and_taken_as_excel(sign_in_as, db, scope_of):
    client = sign_in_as(Role.COORDINATOR_2)
    visit(client, note="いすの話", met="4", next_step="いすを借りる")
    assert "活動月報" in client.get("/reports/").text
    page = client.get("/reports/activity").text
    assert "いすの話" in page
    assert "いすを借りる" in page
    me = scope_of(Role.COORDINATOR_2).account
    answer = client.get(f"/reports/activity.xlsx?account={me}&month={today():%Y-%m}")
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(answer.data))
    said = [cell.value for row in book["活動月報"].iter_rows() for cell in row]
    assert "いすの話" in said
    assert any("第二層 さくら" in str(value) for value in said)
    for odd in ("month=2026-99", "account=x", f"account={uuid4()}", "month=1900-01"):
        assert client.get(f"/reports/activity?{odd}").status_code == 200


def test_the_survey_shows_what_is_missing_and_is_taken_as_excel_and_csv(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db, name="=危ない会", participants=7, counted_on=today().isoformat())
    page = client.get("/reports/gatherings").text
    assert "足りないところ" in page
    assert f"/resources/{resource}/edit" in page
    assert "10万人あたり" in page
    book = load_workbook(io.BytesIO(client.get("/reports/gatherings.xlsx").data))
    assert "=危ない会" in [cell.value for row in book["通いの場"].iter_rows() for cell in row]
    assert "集計" in book.sheetnames
    rows = list(
        csv.reader(io.StringIO(client.get("/reports/gatherings.csv").data.decode("utf-8-sig")))
    )
    assert rows[0][1] == "名称"
    [mine] = [row for row in rows if row[1] == "'=危ない会"]
    assert mine[rows[0].index("参加実人数")] == "7"
    assert mine[rows[0].index("うち男")] == ""
    for odd in ("year=1", "year=x", "kind=x", "kind=ibasho&kind=salon"):
        assert client.get(f"/reports/gatherings?{odd}").status_code == 200
