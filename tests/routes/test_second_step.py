"""2段階のログイン at the door: what the pages ask, show once, and refuse."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from geo import sign_in
from geo.records import audit
from geo.scope import Role, house
from tests.conftest import TOWN

PASSWORD = "縁側でお茶を飲みましょう"


@pytest.fixture
def person(db):
    row = sign_in.add(
        db, house(), email="h@example.jp", name="花子", role="official", municipality=TOWN,
        password=PASSWORD,
    )  # fmt: skip
    db.commit()
    return row


def enter(client, query=""):
    form = {"email": "h@example.jp", "password": PASSWORD}
    return client.post(f"/accounts/sign-in{query}", data=form)


def code_of(secret, steps=0):
    return pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30 * steps))


@pytest.fixture
def switched_on(client, person):
    """(secret, recovery codes) of a person who has just switched it on in ``client``."""
    enter(client)
    begun = client.post("/accounts/mine/second-step", data={"password": PASSWORD}).text
    secret = re.search(r'class="copied secret">([A-Z2-7 ]+)<', begun)[1].replace(" ", "")
    page = client.post("/accounts/mine/second-step/confirm", data={"code": code_of(secret)}).text
    codes = re.findall(r'class="copied">([0-9A-Z]{5}-[0-9A-Z]{5})<', page)
    return secret, codes


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


def test_ten_codes_are_shown_and_the_page_says_how_many_are_left(client, switched_on):
    _, codes = switched_on
    assert len(codes) == 10
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
    answer = enter(phone, "?next=/imports/")
    assert answer.location == "/accounts/sign-in/second?next=/imports/"
    assert phone.get("/accounts/mine").status_code == 302
    answer = phone.post(answer.location, data={"code": code_of(secret, 1)})
    assert answer.location == "/imports/"
    assert phone.get("/accounts/mine").status_code == 200


def test_half_a_sign_in_is_bound_to_its_browser(app, client, switched_on):
    secret, _ = switched_on
    enter(app.test_client())
    other = app.test_client()
    answer = other.post("/accounts/sign-in/second", data={"code": code_of(secret)})
    assert answer.location == "/accounts/sign-in"


def test_five_wrong_codes_close_the_door_for_passwords_too(app, client, switched_on):
    secret, _ = switched_on
    phone = app.test_client()
    enter(phone)
    for _ in range(5):
        assert phone.post("/accounts/sign-in/second", data={"code": "000000"}).status_code == 401
    assert phone.post("/accounts/sign-in/second", data={"code": code_of(secret)}).status_code == 429
    assert enter(app.test_client()).status_code == 429


def test_a_code_on_paper_signs_in(app, client, switched_on):
    phone = app.test_client()
    enter(phone)
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
    assert enter(app.test_client()).location == "/"


def test_new_codes_are_made(client, switched_on):
    form = {"password": PASSWORD, "code": switched_on[1][0]}
    page = client.post("/accounts/mine/second-step/codes", data=form).text
    assert len(re.findall(r'class="copied">[0-9A-Z]{5}-[0-9A-Z]{5}<', page)) == 10
    assert switched_on[1][1] not in page


def test_an_administrator_takes_it_away_and_hands_over_a_link(
    app, client, switched_on, person, sign_in_as, db
):
    admin = sign_in_as(Role.ADMINISTRATOR)
    assert "2段階のログインを外す" in admin.get(f"/accounts/{person.id}").text
    page = admin.post(f"/accounts/{person.id}/second-step/off").text
    assert re.search(r"/accounts/reset/[\w-]+", page)
    assert enter(app.test_client()).status_code == 401, "a new password has to be chosen first"
    actions = [row.action for row in audit.list_of(db, house(), "account", person.id)]
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
    begun = official.post("/accounts/mine/second-step", data={"password": PASSWORD}).text
    secret = re.search(r'class="copied secret">([A-Z2-7 ]+)<', begun)[1].replace(" ", "")
    official.post("/accounts/mine/second-step/confirm", data={"code": code_of(secret)})
    assert official.get("/work/").status_code == 200
