"""書き込みの記録: who may look, what stands there in words, and that a file holds exactly what was asked."""

import csv
import io
import re

import openpyxl
import pytest

from geo import registry, sign_in
from geo.edits import ResourceEdit
from geo.records import audit
from geo.scope import Role, Scope, house
from tests.conftest import FOREIGN, TOWN
from tests.routes.making import make


def table(answer):
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


@pytest.fixture
def changed(db, scope_of):
    """A salon whose fee an official changed."""
    resource = make(db, name="=お茶の会", fee="100円")
    raw = {"id": "11111111-1111-4111-8111-111111111111", "resource": resource, "base": 1,
           "edits": {"fee": "50円"}}  # fmt: skip
    registry.apply(db, scope_of(Role.OFFICIAL), ResourceEdit.parse(raw))
    db.commit()
    return resource


def test_a_change_stands_there_with_who_what_and_from_what_to_what(sign_in_as, changed):
    page = sign_in_as(Role.OFFICIAL).get(f"/audit/?thing=resource&thing_id={changed}").text
    plain = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "「 =お茶の会 」：変えた" in plain or "「 =お茶の会 」：直した" in plain
    assert "料金 100円 → 50円" in plain
    assert f'href="/resources/{changed}"' in page


def test_officials_see_nothing_about_accounts(sign_in_as, client):
    administrator = sign_in_as(Role.ADMINISTRATOR)
    administrator.post("/accounts/", data={"email": "n@example.jp", "role": "viewer"})
    assert "アカウント「" in re.sub(r"<[^>]+>", "", administrator.get("/audit/").text)
    official = sign_in_as(Role.OFFICIAL)
    for address in ("/audit/", "/audit/?thing=account", "/audit/?action=add"):
        assert "アカウント「" not in re.sub(r"<[^>]+>", "", official.get(address).text)
    rows = table(official.post("/audit/export", data={"thing": "account"}))
    assert len(rows) == 1


@pytest.mark.parametrize(
    "role", [Role.VIEWER, Role.COORDINATOR_1, Role.SUPPORT_CENTRE, Role.PROVIDER]
)
def test_others_do_not_look(sign_in_as, role):
    assert sign_in_as(role).get("/audit/").status_code == 403


def test_another_town_is_not_in_it(sign_in_as, db):
    audit.save(db, house(FOREIGN), "add", "resource", "x", None, {"name": "よその町のもの"})
    db.commit()
    admin = sign_in_as(Role.ADMINISTRATOR)
    assert "よその町のもの" not in admin.get("/audit/?thing_id=x").text
    assert len(table(admin.post("/audit/export", data={"thing_id": "x"}))) == 1


def test_pages_follow_each_other_without_a_gap_or_a_double(sign_in_as, db):
    for number in range(120):
        audit.save(db, house(TOWN), "decide", "intake", f"t{number}", None, {"line": number})
    db.commit()
    admin, seen, address = sign_in_as(Role.ADMINISTRATOR), [], "/audit/?thing=intake&action=decide"
    while address:
        page = admin.get(address).text
        seen += [int(n) for n in re.findall(r"<dt>行</dt><dd>(\d+)</dd>", page)]
        following = re.search(r'href="([^"]+upto=[^"]+)">もっと前', page)
        address = following[1].replace("&amp;", "&") if following else None
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 120


def test_the_file_holds_exactly_what_is_filtered_and_no_formula(sign_in_as, changed, db):
    official = sign_in_as(Role.OFFICIAL)
    rows = table(official.post("/audit/export", data={"thing_id": str(changed), "format": "csv"}))
    assert rows[0][:4] == ["日時", "市町村", "だれが", "何をしたか"]
    assert len(rows) == 3
    assert rows[1][5] == "'=お茶の会"
    assert rows[1][7:9] == ["料金：100円", "料金：50円"]
    book = openpyxl.load_workbook(
        io.BytesIO(
            official.post(
                "/audit/export", data={"thing_id": str(changed), "format": "xlsx"}
            ).get_data()
        )
    )
    cell = book.active["F2"]
    assert (cell.value, cell.data_type) == ("=お茶の会", "s")
    assert book.active.max_row == 3


def test_taking_it_along_is_a_line_as_well(sign_in_as, changed, db):
    admin = sign_in_as(Role.ADMINISTRATOR)
    rows = table(admin.post("/audit/export", data={"thing_id": str(changed)}))
    assert not [row for row in rows if row[3] == "書き出した"], "not in its own file"
    assert "書き出した" in admin.get("/audit/?thing=audit").text


def test_days_are_of_japan_and_both_count(sign_in_as, db, changed):
    official = sign_in_as(Role.OFFICIAL)
    line = audit.list_of(db, house(TOWN), "resource", changed)[0]
    day = line.at.astimezone(__import__("zoneinfo").ZoneInfo("Asia/Tokyo")).date()
    asked = {"thing_id": str(changed), "from": f"{day}", "to": f"{day}"}
    assert len(table(official.post("/audit/export", data=asked))) == 3
    asked["to"] = "令和元年5月1日"
    asked["from"] = ""
    assert len(table(official.post("/audit/export", data=asked))) == 1


@pytest.mark.parametrize("query", ["from=x", "person=x", "to=2026-02-30"])
def test_a_bad_question_is_refused_in_words(sign_in_as, query):
    answer = sign_in_as(Role.OFFICIAL).get(f"/audit/?{query}")
    assert answer.status_code == 422
    assert "入力を確かめてください" in answer.text


@pytest.mark.parametrize("query", ["upto=x", "upto=99999999999999999999", "thing=%00x", "action='"])
def test_odd_addresses_are_answered_in_words(sign_in_as, query):
    assert sign_in_as(Role.OFFICIAL).get(f"/audit/?{query}").status_code in (200, 400)


def test_a_failed_sign_in_is_written_down_without_the_address_typed(client, sign_in_as, db):
    client.post("/accounts/sign-in", data={"email": "nobody@example.jp", "password": "x"})
    row = (
        db.query(audit.Audit)
        .filter_by(action="sign_in_failed")
        .order_by(audit.Audit.number.desc())
        .first()
    )
    assert (row.account, row.thing_id, row.after) == (None, "", {"step": "password"})
    person = sign_in.add(
        db, house(), email="h@example.jp", name="花子", role="viewer", municipality=TOWN,
        password=None,
    )  # fmt: skip
    db.commit()
    client.post("/accounts/sign-in", data={"email": "h@example.jp", "password": "x"})
    page = sign_in_as(Role.ADMINISTRATOR).get("/audit/?action=sign_in_failed").text
    assert "ログインに失敗した" in page
    assert f"/accounts/{person.id}" in page


def test_a_refused_right_is_written_down_once_a_minute(sign_in_as, db):
    viewer = sign_in_as(Role.VIEWER)
    for _ in range(3):
        assert viewer.get("/accounts/").status_code == 403
    rows = db.query(audit.Audit).filter_by(action="refused").all()
    assert [(row.thing_id, row.after) for row in rows] == [("accounts.index", {"method": "GET"})]
    assert "許可がなく断られた" in sign_in_as(Role.ADMINISTRATOR).get("/audit/?action=refused").text


def test_the_log_names_nobody(sign_in_as, caplog):
    viewer = sign_in_as(Role.VIEWER)
    with caplog.at_level("INFO", "engawa"):
        viewer.get("/accounts/")
        viewer.post("/accounts/sign-in", data={"email": "secret@example.jp", "password": "hush"})
    assert "secret@example.jp" not in caplog.text
    assert "hush" not in caplog.text


def test_nobody_may_ask_with_no_right_to(db):
    from geo import audit_trail  # noqa: PLC0415
    from geo.errors import NotAllowed  # noqa: PLC0415

    with pytest.raises(NotAllowed):
        audit_trail.parse(Scope(TOWN, Role.VIEWER), {})


def test_what_a_line_holds_is_told_in_words_and_entries_by_their_names(sign_in_as, db, scope_of):
    resource, scope = make(db, name="花の会"), scope_of(Role.OFFICIAL)
    told = {"medium": "paper", "answer": "yes", "by": "会長", "on": "2026-11-20"}
    raw = {"id": "21111111-1111-4111-8111-111111111111", "resource": resource, "base": 1,
           "edits": {"consents": [told]}}  # fmt: skip
    registry.apply(db, scope, ResourceEdit.parse(raw))
    audit.save(db, scope, "suggest", "suggestion", "1", None, {"resource": str(resource)})
    columns = [{"heading": "実施日", "of": "day", "form": "short"}]
    audit.save(db, scope, "change", "report_layout", "activity", None, {"columns": columns})
    client = sign_in_as(Role.OFFICIAL)
    page = client.get("/audit/").text
    assert "紙（冊子・ちらし）：載せてよい（会長、令和8年11月20日）" in page
    assert "<dd>花の会</dd>" in page
    assert "<dd>実施日</dd>" in page
    lines = table(client.post("/audit/export", data={"format": "csv"}))
    assert any("地域資源：花の会" in cell for line in lines for cell in line)
    assert not any("medium" in cell for line in lines for cell in line)
