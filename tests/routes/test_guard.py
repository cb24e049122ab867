"""What stands before every door: headers, CSRF, limits, words instead of errors, a silent log."""

import json
import logging

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from geo.records import accounts
from geo.scope import Role, house
from routes import _guard, _log
from routes._sessions import TOKEN
from tests.conftest import TOWN, open_session

BREAK = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"


def test_no_page_lets_foreign_or_inline_script_run(client):
    policy = client.get(f"/map/{TOWN}").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "'nonce-" in policy


def test_each_answer_has_a_nonce_of_its_own(client):
    first, second = (client.get("/").headers["Content-Security-Policy"] for _ in "ab")
    assert first != second


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_every_answer_is_guarded(client, header, value):
    for address in ("/", "/healthz", "/nothing", "/static/site.css"):
        assert client.get(address).headers[header] == value


def test_a_form_without_its_token_is_refused_in_words(app, client):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = client.post("/accounts/sign-in", data={"email": "a", "password": "b"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    assert "開き直して" in answer.text


def test_too_many_sign_ins_from_one_address_are_slowed_down(client):
    limited = [
        client.post(
            "/accounts/sign-in", data={"email": "x@example.jp", "password": "x"}
        ).status_code
        for _ in range(61)
    ]
    _guard.limiter.reset()
    assert limited[-1] == 429
    assert (
        "Retry-After" in client.post("/accounts/sign-in", data={}).headers or limited.count(429) > 1
    )


def test_too_large_a_form_is_refused_in_words(client):
    answer = client.post("/accounts/sign-in", data={"email": "x" * 3_000_000})
    assert (answer.status_code, "大きすぎます" in answer.text) == (413, True)


def test_a_program_gets_json(client):
    answer = client.get("/nothing", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


def test_a_verb_a_door_does_not_know_is_refused_in_words(client):
    answer = client.delete("/")
    assert (answer.status_code, "この操作はできません" in answer.text) == (405, True)


@pytest.mark.parametrize(
    "address",
    ["/%00", "/map/%ff%fe", "/map/" + "9" * 5000, "/resources/%2e%2e", "/map/99001?kind=%00"],
)
def test_no_address_is_so_odd_that_the_house_falls(client, address):
    assert client.get(address).status_code in (200, 404)


def test_a_database_that_is_away_is_said_with_when_to_come_back(app, client, monkeypatch):
    def away(*_):
        raise OperationalError("select 1", {}, Exception("gone"))

    monkeypatch.setattr("geo.records.municipalities.list_all", away)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_somebody_signed_in_is_told_too_and_is_still_signed_in_afterwards(own_house, databases):
    engine = own_house.extensions["engine"]
    with Session(engine) as db:
        name = db.scalar(text("select current_database()"))
        token = open_session(db, accounts.list_all(db, house(TOWN))[0].id)
        db.commit()
    client = own_house.test_client()
    with client.session_transaction() as cookie:
        cookie[TOKEN] = token
    with psycopg.connect(databases.admin, autocommit=True) as server:
        server.execute(f"alter database {name} allow_connections false")
        server.execute(BREAK, [name])
        away = [client.get(address) for address in ("/", "/accounts/mine", "/nothing", "/healthz")]
        server.execute(f"alter database {name} allow_connections true")
    assert [(answer.status_code, answer.headers["Retry-After"]) for answer in away] == [
        (503, "5")
    ] * 4
    assert "つながりにくく" in away[1].text
    assert client.get("/accounts/mine").status_code == 200


def test_a_page_that_was_read_is_shown_though_the_database_died_meanwhile(own_house, databases):
    engine = own_house.extensions["engine"]
    with Session(engine) as db:
        name = db.scalar(text("select current_database()"))

    def die(response):
        with psycopg.connect(databases.admin, autocommit=True) as server:
            server.execute(BREAK, [name])
        return response

    own_house.after_request(die)
    client = own_house.test_client()
    assert [client.get(f"/map/{TOWN}").status_code for _ in "ab"] == [200, 200]


@pytest.mark.parametrize("address", ["/map/%00", "/map/99001?kind=%00", "/accounts/reset/%00"])
def test_a_sign_that_no_text_can_hold_is_not_the_houses_fault(client, address):
    assert client.get(address).status_code in (200, 400, 404)


def test_an_email_that_no_text_can_hold_is_refused_in_words(client):
    answer = client.post("/accounts/sign-in", data={"email": "a\0@example.jp", "password": "x"})
    assert (answer.status_code, "読みとれませんでした" in answer.text) == (400, True)


def test_what_nobody_foresaw_shows_a_number_and_no_trace(app, client, monkeypatch):
    def broken(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("geo.records.municipalities.list_all", broken)
    monkeypatch.setattr(app, "testing", False)
    answer = client.get("/", headers={"X-Request-ID": "telephone-1"})
    assert answer.status_code == 500
    assert "telephone-1" in answer.text
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_the_log_has_a_line_per_request_and_nobody_in_it(client, monkeypatch):
    lines = []

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(record.getMessage())

    keep = Keep()
    _log.LOG.addHandler(keep)
    client.post(
        "/accounts/sign-in?next=/x",
        data={"email": "hanako@example.jp", "password": "secret"},
        environ_base={"REMOTE_ADDR": "192.0.2.77"},
    )
    client.get("/accounts/reset/a-secret-token")
    _log.LOG.removeHandler(keep)
    told = [json.loads(line) for line in lines]
    first, second = (line for line in told if line["event"] == "request")
    assert first["path"] == "/accounts/sign-in"
    assert second["path"] == "/accounts/reset/…"
    assert not any(word in "".join(lines) for word in ("hanako", "secret", "192.0.2.77", "next="))


def test_a_stranger_sends_a_page_of_words_and_no_million_fields(client, sign_in_as):
    """Refused by its length, before it is read."""
    for body in (b"a&" * 33_000, b"words=" + b"a" * 65_000):
        sent = {"data": body, "content_type": "application/x-www-form-urlencoded"}
        assert client.post(f"/tell/new/{TOWN}", **sent).status_code == 413
        assert client.post("/accounts/sign-in", **sent).status_code == 413
    assert client.post(f"/tell/new/{TOWN}", data={"name": "あ" * 5_000}).status_code == 422
    signed = sign_in_as(Role.OFFICIAL)
    assert signed.post(f"/tell/new/{TOWN}", data={"name": "a" * 70_000}).status_code == 422
