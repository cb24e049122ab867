"""番号で答える: /c/ without an account. GET shows, POST proposes; five wrong codes an hour."""

import json
import logging
import re
from uuid import uuid4

import pytest

from geo import codes
from geo.records import resources
from geo.records import suggestions as records
from geo.scope import house
from routes._log import LOG
from routes._request import today
from tests.asking import begin, codes_of
from tests.conftest import TOWN
from tests.geo.test_confirmations import never_given
from tests.living import fields_of
from tests.routes.making import make


@pytest.fixture
def asked(app, db):
    """A resource of a running campaign and its code."""
    key, day = str(app.secret_key).encode(), today()
    resource = make(db, name="茶の間 花", fee="100円", host="山田花子", staff_note="内緒の話")
    code = codes_of(db, begin(db, TOWN, key=key, today=day, answer_by=day), key)[resource]
    db.commit()
    return resource, code


def said_of(db, resource):
    return records.list_of(db, house(TOWN), [resource])


def test_a_typed_code_leads_to_its_page_however_it_is_typed(client, asked):
    _, code = asked
    for typed in (code, codes.grouped(code).lower(), f" {code[:4]} {code[4:]} "):
        answer = client.post("/c/", data={"code": typed})
        assert (answer.status_code, answer.location) == (303, f"/c/{code}?by=hand")


def test_looking_shows_what_residents_see_and_changes_nothing(client, db, asked):
    resource, code = asked
    for _ in range(3):
        page = client.get(f"/c/{code}")
    assert page.status_code == 200
    for words in ("茶の間 花", "100円", "このままです", "変わりました", "終わりました"):
        assert words in page.text
    assert "山田花子" not in page.text
    assert "内緒の話" not in page.text
    assert said_of(db, resource) == []


def test_an_answer_proposes_and_says_what_happens_next(client, db, asked):
    resource, code = asked
    before = resources.load_values(db, house(TOWN), [resource])
    sent = {"id": str(uuid4()), "answer": "still_running"}
    for _ in range(2):
        page = client.post(f"/c/{code}", data=sent)
        assert page.status_code == 200
        assert "お答えを受けとりました" in page.text
        assert "1週間" in page.text
    (row,) = said_of(db, resource)
    assert (row.kind, row.origin, row.state) == ("still_running", "link", "open")
    assert resources.load_values(db, house(TOWN), [resource]) == before


def test_what_changed_is_read_as_the_register_keeps_it(client, db, asked):
    resource, code = asked
    form = {"id": str(uuid4()), "by": "hand", "answer": "changed", "fee": "100円"}
    form |= {
        "days": "毎週火曜",
        "opens": "10:00",
        "address": "東町集会所",
        "words": "駐車場ができた",
    }
    assert client.post(f"/c/{code}", data=form).status_code == 200
    (row,) = said_of(db, resource)
    assert row.origin == "code"
    assert row.values.keys() == {"openings", "address"}  # the fee is what the page showed
    assert row.values["openings"][0]["rrule"]
    assert row.words == "駐車場ができた"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"answer": "changed"}, "どれかひとつでも"),
        ({"answer": "changed", "words": "090-1234-5678"}, "電話番号は書かないで"),
        ({"answer": "changed", "words": "a@example.jp"}, "メールアドレスは書かないで"),
        ({"answer": "changed", "words": "長" * 501}, "500文字まで"),
        ({"answer": "changed", "fee": "円" * 201}, "長すぎます"),
        ({"answer": "ended", "closed_on": "ゆうべ"}, "日付を"),
        ({"answer": "ended", "closed_on": "2999-01-01"}, "きょうまでの日付"),
        ({"answer": "ended", "ended_words": "電話0778-53-2213"}, "電話番号は書かないで"),
        ({"answer": "new"}, "一覧の中から"),
        ({"answer": "was_closed"}, "一覧の中から"),
        ({"answer": "x"}, "一覧の中から"),
        ({}, "一覧の中から"),
        ({"answer": "still_running", "id": "x"}, "画面を開き直して"),
    ],
)
def test_what_cannot_be_taken_is_said_and_what_was_typed_stays(client, db, asked, form, words):
    resource, code = asked
    page = client.post(f"/c/{code}", data={"id": str(uuid4())} | form)
    assert page.status_code == 422
    assert words in page.text
    assert "エラー：" in page.text
    for typed in (form.get("words", ""), form.get("closed_on", "")):
        assert typed in page.text
    assert said_of(db, resource) == []


def test_five_wrong_codes_and_then_words_with_429(client, asked):
    _, code = asked
    answers = [client.get(f"/c/{wrong}") for wrong in never_given(5)]
    assert {answer.status_code for answer in answers} == {404}
    own = r'value="[^"]*"|href="[^"]*lang=[^"]*"'  # what was typed, and the same page in another language
    assert len({re.sub(own, "", answer.text) for answer in answers}) == 1
    for answer in (client.get(f"/c/{code}"), client.post("/c/", data={"code": code})):
        assert answer.status_code == 429
        assert "1時間ほど" in answer.text
        assert answer.headers["Retry-After"]
    assert client.post(f"/c/{code}", data={"answer": "still_running"}).status_code == 429


def test_a_slip_is_told_as_one(client, asked):
    _, code = asked
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")
    for _ in range(8):
        page = client.post("/c/", data={"code": slip})
        assert page.status_code == 404
        assert "どこかの文字が違う" in page.text
    assert client.get(f"/c/{code}").status_code == 200


@pytest.mark.parametrize("typed", ["", "x" * 5000, "\x00", "../..", "<script>", "茶の間"])
def test_anything_may_be_typed(client, asked, typed):
    page = client.post("/c/", data={"code": typed})
    assert page.status_code == 404
    assert "<script>" not in page.text.split("<main")[1]


def test_the_code_stands_neither_in_the_log_nor_in_a_referer(client, asked):
    _, code = asked
    lines = []

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(record.getMessage())

    keeper = Kept()
    LOG.addHandler(keeper)
    try:
        shown = client.get(f"/c/{code}")
        client.post(f"/c/{code}", data={"id": str(uuid4()), "answer": "still_running"})
    finally:
        LOG.removeHandler(keeper)
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["Cache-Control"] == "no-store"
    assert [json.loads(line)["path"] for line in lines] == ["/c/…"] * 2
    assert client.get("/").headers["Referrer-Policy"] == "same-origin"


def test_the_form_as_a_browser_sends_it_is_taken(client, db, asked):
    resource, code = asked
    sent = fields_of(client.get(f"/c/{code}").text) | {"closed_on": "2026-03-31"}
    assert sent["answer"] == "ended"
    assert client.post(f"/c/{code}", data=sent).status_code == 200
    assert said_of(db, resource)[0].values == {"closed_on": "2026-03-31"}
