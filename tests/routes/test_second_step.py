"""2段階のログイン at the door: what the pages ask, show once, and refuse."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pyotp
import pytest
from sqlalchemy.orm import Session

from geo import second_step, sign_in
from geo.records import accounts, audit
from geo.scope import Role, Scope, house
from geo.sign_in import Caller
from routes._sessions import TOKEN
from tests.conftest import TOWN, open_session, undone

PASSWORD = "縁側でお茶を飲みましょう"
HANAKO, SACHI = "h@example.jp", "s@example.jp"


@pytest.fixture(scope="module")
def women(engine, app):
    """Hanako, and Sachi who has switched it on, with her secret and codes, on a connection that all tests
    here share: argon2 takes its time, and no test sees what another wrote."""
    with engine.connect() as connection, connection.begin() as outer:
        with Session(connection, join_transaction_mode="create_savepoint") as db:
            hanako, sachi = (
                sign_in.add(
                    db, house(), email=email, name="花子", role="official", municipality=TOWN,
                    password=PASSWORD,
                ).id
                for email in (HANAKO, SACHI)
            )  # fmt: skip
            scope, now = Scope(TOWN, Role.OFFICIAL, account=sachi), datetime.now(UTC)
            here = Caller("127.0.0.1", "test", app.secret_key.encode())
            secret = second_step.begin(db, scope, PASSWORD, here, now).secret
            codes = second_step.confirm(db, scope, code_of(secret), here, uuid4(), now)
            db.commit()
        yield connection, hanako, sachi, secret, codes
        outer.rollback()


@pytest.fixture
def db(women):
    with undone(women[0]) as session:
        yield session


@pytest.fixture
def person(women, db):
    return accounts.get(db, house(), women[1])


def enter(client, query="", email=HANAKO):
    form = {"email": email, "password": PASSWORD}
    return client.post(f"/accounts/sign-in{query}", data=form)


def code_of(secret, steps=0):
    return pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30 * steps))


@pytest.fixture
def switched_on(women, client, db):
    """(secret, recovery codes) of Sachi, who is signed in in ``client``."""
    with client.session_transaction() as cookie:
        cookie[TOKEN] = open_session(db, women[2])
    return women[3:]


def switch_on(client):
    """The same through the pages, by who is signed in; the codes that the last of them shows."""
    begun = client.post("/accounts/mine/second-step", data={"password": PASSWORD}).text
    secret = re.search(r'class="copied secret">([A-Z2-7 ]+)<', begun)[1].replace(" ", "")
    page = client.post("/accounts/mine/second-step/confirm", data={"code": code_of(secret)}).text
    return re.findall(r'class="copied">([0-9A-Z]{5}-[0-9A-Z]{5})<', page)


def test_the_secret_is_shown_once_as_a_picture_and_as_text(client, person):
    enter(client)
    begun = client.post("/accounts/mine/second-step", data={"password": PASSWORD})
    assert 'class="qr"' in begun.text
    assert "style=" not in begun.text
    assert begun.headers["Cache-Control"] == "no-store"
    secret = re.search(r'class="copied secret">([A-Z2-7 ]+)<', begun.text)[1]
    again = client.get("/accounts/mine/second-step").text
    assert secret not in again
    assert 'class="qr"' not in again


def test_ten_codes_are_shown_and_the_page_says_how_many_are_left(client, person):
    enter(client)
    assert len(set(switch_on(client))) == 10
    assert "あと10個" in client.get("/accounts/mine").text


def test_a_wrong_code_is_refused_in_words_and_the_picture_does_not_come_again(client, person):
    enter(client)
    client.post("/accounts/mine/second-step", data={"password": PASSWORD})
    answer = client.post("/accounts/mine/second-step/confirm", data={"code": "000000"})
    assert answer.status_code == 422
    assert "確認コードが違うか" in answer.text
    assert 'class="qr"' not in answer.text


def test_after_the_password_the_house_is_still_closed(client, app, switched_on):
    secret, _ = switched_on
    phone = app.test_client()
    answer = enter(phone, "?next=/imports/", SACHI)
    assert answer.location == "/accounts/sign-in/second?next=/imports/"
    assert phone.get("/accounts/mine").status_code == 302
    answer = phone.post(answer.location, data={"code": code_of(secret, 1)})
    assert answer.location == "/imports/"
    assert phone.get("/accounts/mine").status_code == 200


def test_half_a_sign_in_is_bound_to_its_browser(app, client, switched_on):
    secret, _ = switched_on
    enter(app.test_client(), email=SACHI)
    other = app.test_client()
    answer = other.post("/accounts/sign-in/second", data={"code": code_of(secret)})
    assert answer.location == "/accounts/sign-in"


def test_five_wrong_codes_close_the_door_for_passwords_too(app, client, switched_on):
    secret, _ = switched_on
    phone = app.test_client()
    enter(phone, email=SACHI)
    for _ in range(5):
        assert phone.post("/accounts/sign-in/second", data={"code": "000000"}).status_code == 401
    assert phone.post("/accounts/sign-in/second", data={"code": code_of(secret)}).status_code == 429
    assert enter(app.test_client(), email=SACHI).status_code == 429


def test_a_code_on_paper_signs_in(app, client, switched_on):
    phone = app.test_client()
    enter(phone, email=SACHI)
    answer = phone.post("/accounts/sign-in/second", data={"code": switched_on[1][0]})
    assert answer.status_code == 302
    assert "あと9個" in phone.get("/accounts/mine").text


def test_who_signs_in_again_is_told_of_the_last_time_and_of_failures(app, client, person):
    enter(client)
    app.test_client().post("/accounts/sign-in", data={"email": "h@example.jp", "password": "x"})
    again = app.test_client()
    enter(again)
    assert "失敗したログインが1回ありました" in again.get("/accounts/mine").text


def test_wrong_passwords_inside_are_counted_too(client, person):
    enter(client)
    for _ in range(5):
        client.post("/accounts/mine/second-step", data={"password": "x"})
    answer = client.post("/accounts/mine/second-step", data={"password": PASSWORD})
    assert answer.status_code == 429
    old = {"old": PASSWORD, "password": "新しい長いパスワード", "again": "新しい長いパスワード"}
    assert client.post("/accounts/mine/password", data=old).status_code == 429


def test_it_is_switched_off_by_password_and_code(app, client, switched_on):
    _, codes = switched_on
    form = {"password": PASSWORD, "code": codes[0]}
    assert client.post("/accounts/mine/second-step/off", data=form).status_code == 302
    assert enter(app.test_client(), email=SACHI).location == "/"


def test_new_codes_are_made(client, switched_on):
    form = {"password": PASSWORD, "code": switched_on[1][0]}
    page = client.post("/accounts/mine/second-step/codes", data=form).text
    assert len(re.findall(r'class="copied">[0-9A-Z]{5}-[0-9A-Z]{5}<', page)) == 10
    assert switched_on[1][1] not in page


def test_an_administrator_takes_it_away_and_hands_over_a_link(app, women, sign_in_as, db):
    admin, sachi = sign_in_as(Role.ADMINISTRATOR), women[2]
    assert "2段階のログインを外す" in admin.get(f"/accounts/{sachi}").text
    page = admin.post(f"/accounts/{sachi}/second-step/off").text
    assert re.search(r"/accounts/reset/[\w-]+", page)
    refused = enter(app.test_client(), email=SACHI)
    assert refused.status_code == 401, "a new password has to be chosen first"
    actions = [row.action for row in audit.list_of(db, house(), "account", sachi)]
    assert {"switch_off_second_step", "make_reset_link"} <= set(actions)


def test_where_a_town_asks_for_it_nothing_else_opens_first(client, person, sign_in_as, app):
    admin = sign_in_as(Role.ADMINISTRATOR)
    assert admin.post(f"/accounts/required/{TOWN}", data={"roles": ["official"]}).status_code == 302
    assert re.search(r'id="asked-99001-official"[^>]* checked', admin.get("/accounts/").text)
    official = app.test_client()
    enter(official)
    for address in ("/work/", "/accounts/mine", "/imports/"):
        assert official.get(address).location == "/accounts/mine/second-step"
    page = official.get("/accounts/mine/second-step").text
    assert "2段階のログインが必要です" in page
    switch_on(official)
    assert official.get("/work/").status_code == 200
