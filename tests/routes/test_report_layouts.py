"""報告の列 by its page, and by the town's own empty table."""

import io

from openpyxl import Workbook

from geo import report_layouts
from geo.scope import Role
from tests.living import fields_of


def xlsx(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(client, content, name="様式.xlsx"):
    data = {"file": (io.BytesIO(content), name)}
    return client.post("/reports/layout/activity/table", data=data)


def test_columns_are_put_in_another_order_and_remembered(sign_in_as, db, scope_of):
    client = sign_in_as(Role.OFFICIAL)
    typed = {"title": "月報", "count": "3"}
    typed |= {"place_0": "2", "heading_0": "内容", "of_0": "note", "form_0": ""}
    typed |= {"place_1": "1", "heading_1": "日", "of_1": "day", "form_1": "short"}
    typed |= {"place_2": "x", "heading_2": "", "of_2": "", "form_2": ""}
    assert client.post("/reports/layout/activity", data=typed).status_code == 303
    layout = report_layouts.in_use(db, scope_of(Role.VIEWER), "activity")
    assert [column.heading for column in layout.columns] == ["日", "内容"]
    refused = client.post("/reports/layout/activity", data=typed | {"title": ""})
    assert refused.status_code == 422
    assert "題：入力してください" in refused.text
    assert client.post("/reports/layout/activity/forget").status_code == 303
    assert "いまは、はじめの列です" in client.get("/reports/layout/activity").text
    assert client.get("/reports/layout/nothing").status_code == 404


def test_an_empty_table_is_read_shown_and_kept_when_a_person_has_looked(sign_in_as, db, scope_of):
    client = sign_in_as(Role.OFFICIAL)
    answer = send(client, xlsx(["業務報告書"], ["実施日", "訪問先", "活動内容", "所長印"]))
    assert answer.status_code == 200
    assert "まだ保存していません" in answer.text
    assert not report_layouts.in_use(db, scope_of(Role.OFFICIAL), "activity").is_own
    values = fields_of(answer.text)
    assert values["heading_3"] == "所長印"


def test_what_is_no_table_is_refused_in_words(sign_in_as):
    client = sign_in_as(Role.COORDINATOR_1)
    for content, name in ((b"PK\x03\x04broken", "a.xlsx"), (b"", "a.xlsx"), (b"a,b\n", "a.csv")):
        answer = send(client, content, name)
        assert answer.status_code == 422
        assert "エラー：" in answer.text
    assert client.post("/reports/layout/activity/table").status_code == 422
