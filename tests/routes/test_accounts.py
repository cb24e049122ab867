"""アカウント: signing in, one's own devices, an administrator's list, one-time links."""

import re

import pytest

from geo import sign_in
from geo.records import accounts
from geo.scope import Role, house
from routes import _sessions
from tests.conftest import TOWN, kept

PASSWORD = "縁側でお茶を飲みましょう"


@pytest.fixture
def person(db):
    row = sign_in.add(
        db,
        house(),
        email="h@example.jp",
        name="花子",
        role="official",
        municipality=TOWN,
        password=None,
    )
    row.password_hash = kept(PASSWORD)
    db.commit()
    return row


def enter(client, password=PASSWORD, query=""):
    return client.post(
        f"/accounts/sign-in{query}", data={"email": "h@example.jp", "password": password}
    )


def test_signing_in_leads_home_and_shows_the_name(client, person):
    assert enter(client).location == "/"
    assert "花子さん" in client.get("/").text


def test_signing_in_leads_back_to_where_one_was_going(client, person):
    assert enter(client, query="?next=/imports/").location == "/imports/"


@pytest.mark.parametrize(
    "away", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:1"]
)
def test_signing_in_never_leads_out_of_the_house(client, person, away):
    assert enter(client, query=f"?next={away}").location == "/"


def test_a_wrong_password_says_nothing_more_and_is_counted(client, person, db):
    answer = enter(client, "ちがう")
    assert answer.status_code == 401
    assert "メールアドレスかパスワードが違います" in answer.text
    for _ in range(4):
        enter(client, "ちがう")
    assert enter(client).status_code == 429


def test_the_cookie_is_not_for_scripts_nor_for_other_sites(client, person):
    cookie = next(c for c in enter(client).headers.getlist("Set-Cookie") if c.startswith("engawa="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_signing_out_ends_the_session_for_good(client, person, db):
    enter(client)
    with client.session_transaction() as cookie:
        token = cookie["token"]
    client.post("/accounts/sign-out")
    with client.session_transaction() as cookie:
        cookie["token"] = token
    assert client.get("/accounts/mine").status_code == 302


def test_another_device_can_be_signed_out(client, person, db, app):
    enter(client)
    other = app.test_client()
    enter(other)
    page = client.get("/accounts/mine").text
    (session,) = re.findall(r"/accounts/mine/sessions/([0-9a-f-]{36})/end", page)
    client.post(f"/accounts/mine/sessions/{session}/end")
    assert client.get("/accounts/mine").status_code == 200
    assert other.get("/accounts/mine").status_code == 302


def test_somebody_elses_device_cannot_be_signed_out(client, person, sign_in_as, db):
    enter(client)
    (session,) = db.query(accounts.AccountSession).filter_by(account=person.id).all()
    sign_in_as(Role.VIEWER).post(f"/accounts/mine/sessions/{session.id}/end")
    db.refresh(session)
    assert session.ended_at is None


def test_an_administrator_adds_an_account_and_the_person_chooses_the_password(sign_in_as, app, db):
    admin = sign_in_as(Role.ADMINISTRATOR)
    page = admin.post(
        "/accounts/", data={"email": "new@example.jp", "name": "新人", "role": "viewer"}
    )
    address = re.search(r"/accounts/reset/[\w-]+", page.text)[0]
    person = app.test_client()
    assert person.get(address).status_code == 200
    bad = person.post(address, data={"password": "short", "again": "short"})
    assert bad.status_code == 422
    assert person.post(address, data={"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert person.post(address, data={"password": PASSWORD, "again": PASSWORD}).status_code == 410
    row = accounts.find_by_email(db, house(TOWN), "new@example.jp")
    assert (row.municipality, row.role) == (TOWN, "viewer")


def test_a_bad_new_account_is_refused_with_words(sign_in_as):
    admin = sign_in_as(Role.ADMINISTRATOR)
    answer = admin.post("/accounts/", data={"email": "no", "role": "king"})
    assert answer.status_code == 422
    assert "メールアドレスの形で" in answer.text


def test_an_administrator_limits_an_account_to_an_area(sign_in_as, person, db):
    admin = sign_in_as(Role.ADMINISTRATOR)
    page = admin.get(f"/accounts/{person.id}").text
    area = re.search(r'name="areas" value="([0-9a-f-]{36})"', page)[1]
    form = {"role": "coordinator_2", "is_active": "1", "areas": [area]}
    assert admin.post(f"/accounts/{person.id}", data=form).status_code == 302
    assert [str(id_) for id_ in accounts.list_areas(db, house(), person.id)] == [area]


def test_an_area_that_is_none_is_refused(sign_in_as, person):
    admin = sign_in_as(Role.ADMINISTRATOR)
    form = {"role": "viewer", "is_active": "1", "areas": ["x"]}
    assert admin.post(f"/accounts/{person.id}", data=form).status_code == 422


def test_pages_of_who_is_signed_in_are_kept_by_no_cache(sign_in_as):
    assert sign_in_as(Role.VIEWER).get("/").headers["Cache-Control"] == "no-store"


def test_a_device_that_was_signed_out_elsewhere_knows_it_until_the_next_sign_in(
    client, person, app, db
):
    enter(client)
    other = app.test_client()
    enter(other)
    (session,) = re.findall(
        r"/accounts/mine/sessions/([0-9a-f-]{36})/end", client.get("/accounts/mine").text
    )
    client.post(f"/accounts/mine/sessions/{session}/end")
    for _ in range(2):  # the page, and what it asks next
        with other:
            other.get("/")
            assert _sessions.was_ended()
    enter(other)
    with other:
        other.get("/")
        assert not _sessions.was_ended()


@pytest.mark.parametrize(
    ("role", "device", "is_told"),
    [
        (Role.COORDINATOR_2, "unknown", True),
        (Role.COORDINATOR_2, "wiped", False),
        (Role.COORDINATOR_2, "clean", False),
        (Role.VIEWER, "unknown", False),
    ],
)
def test_where_no_script_looked_one_is_told_that_the_device_may_hold_something(
    sign_in_as, role, device, is_told
):
    client = sign_in_as(role)
    page = client.post("/accounts/sign-out", data={"device": device}, follow_redirects=True).text
    assert ("まだ端末に残っています" in page) == is_told


def test_every_page_of_who_is_signed_in_looks_into_the_device_before_signing_out(
    client, sign_in_as
):
    assert "leaving.js" not in client.get("/").text
    page = sign_in_as(Role.COORDINATOR_2).get("/work/").text
    assert "js/pages/leaving.js" in page
    assert re.search(r'<input type="hidden" name="device" value="unknown">', page)
