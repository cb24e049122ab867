"""/imports/workbook: the register as a workbook, by who may edit it and nobody else."""

import io

import openpyxl
import pytest
from sqlalchemy import text

from geo.scope import Role
from geo.sources.register_sheet import ABOUT, SHEET
from tests.conftest import TOWN
from tests.routes.making import make
from tests.routes.sending import preview_of, work


def book_of(answer):
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def column(sheet, name):
    return next(cell.column for cell in sheet[1] if cell.value == name)


def test_an_official_takes_the_register_along_all_of_it_or_one_kind(sign_in_as):
    client = sign_in_as(Role.OFFICIAL)
    assert "碁盤町の地域資源 25件" in client.get("/imports/workbook/").text
    answer = client.get(f"/imports/workbook/{TOWN}.xlsx")
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"engawa-{TOWN}-" in answer.headers["Content-Disposition"]
    book = book_of(answer)
    assert book[SHEET].max_row == 26
    assert "25件" in book[ABOUT].cell(1, 1).value
    assert book_of(client.get(f"/imports/workbook/{TOWN}.xlsx?kind=salon"))[SHEET].max_row == 5


def test_an_edited_workbook_is_looked_at_and_taken_in_with_what_was_chosen(app, db, sign_in_as):
    client = sign_in_as(Role.COORDINATOR_1)
    id_ = make(db, name="ああ会", kind="salon", fee="100円", phone="1")
    book = book_of(client.get(f"/imports/workbook/{TOWN}.xlsx"))
    sheet = book[SHEET]
    row = next(r for r in range(2, 40) if sheet.cell(r, 1).value == str(id_))
    sheet.cell(row, column(sheet, "料金")).value = "200円"
    sheet.cell(row, column(sheet, "電話（公開）")).value = "2"
    db.execute(text("update resource set fee = '無料', revision = 2 where id = :i"), {"i": id_})
    db.execute(
        text(
            "insert into resource_revision (resource, revision, municipality, before, changed)"
            """ values (:i, 2, :m, '{"fee": "100円"}', '{"fee": "無料"}')"""
        ),
        {"i": id_, "m": TOWN},
    )
    out = io.BytesIO()
    book.save(out)
    answer = client.post(
        "/imports/workbook/", data={"file": (io.BytesIO(out.getvalue()), "台帳.xlsx")}
    )
    preview = preview_of(answer)
    work(app, db, preview)
    page = client.get(answer.location).text
    assert "ほかの人も直していた項目" in page
    key = f"{id_}/fee"
    assert f'value="{key}"' in page
    sha = page.split('name="sha256" value="')[1][:64]
    client.post(f"{answer.location}/apply", data={"sha256": sha, "take": key})
    work(app, db, preview)
    kept = db.execute(text("select fee, phone from resource where id = :i"), {"i": id_}).one()
    assert kept == ("200円", "2")
    report = client.get(client.get(answer.location).location).text
    assert "えらばれたとおり、表の値にしました" in report
    assert "台帳.xlsx" not in client.get(f"/map/{TOWN}").text, "no source of what residents read"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PROVIDER, Role.PREFECTURE])
def test_who_may_not_write_takes_nothing_along(sign_in_as, role):
    client = sign_in_as(role)
    assert client.get(f"/imports/workbook/{TOWN}.xlsx").status_code == 403
    assert client.post("/imports/workbook/").status_code == 403


def test_another_file_than_a_workbook_of_ours_is_told_in_words(app, db, sign_in_as):
    client = sign_in_as(Role.OFFICIAL)
    answer = client.post("/imports/workbook/", data={})
    assert (answer.status_code, "ファイルを選んでください" in answer.text) == (422, True)
    sent = {"file": (io.BytesIO("名称,住所\n茶の間,松葉1\n".encode()), "a.csv")}
    answer = client.post("/imports/workbook/", data=sent)
    work(app, db, preview_of(answer))
    assert "ここで受け取ったExcelの表ではない" in client.get(answer.location).text
