"""端末: names, ending all others, and an administrator's hand on those of a lost one."""

import re

import pytest

from geo import sign_in
from geo.records import accounts
from geo.scope import Role, house
from routes._devices import Device, device
from tests.conftest import FOREIGN, TOWN, kept, open_session

PASSWORD = "縁側でお茶を飲みましょう"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/130.0.0.0 Mobile Safari/537.36"
)


@pytest.mark.parametrize(
    ("agent", "known"),
    [
        (PHONE, ("phone", "Android", "Chrome")),
        (PHONE.replace(" Mobile", ""), ("tablet", "Android", "Chrome")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E Safari/604", ("phone", "iPhone", "Safari")),
        ("Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X) CriOS/120 Mobile/15E Safari/604", ("tablet", "iPad", "Chrome")),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0", ("desk", "Windows", "Edge")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:130.0) Gecko/20100101 Firefox/130.0", ("desk", "Mac", "Firefox")),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0.0.0 Safari/537.36", ("desk", "Linux", "Chrome")),
        ("curl/8.0", ("unknown", "", "")),
        ("", ("unknown", "", "")),
    ],
)  # fmt: skip
def test_a_device_is_known_by_what_its_browser_says(agent, known):
    assert device(agent) == Device(*known)


@pytest.fixture
def person(db):
    row = sign_in.add(
        db, house(), email="h@example.jp", name="花子", role="official", municipality=TOWN,
        password=None,
    )  # fmt: skip
    row.password_hash = kept(PASSWORD)
    db.commit()
    return row


def enter(client, agent=PHONE):
    form = {"email": "h@example.jp", "password": PASSWORD}
    return client.post("/accounts/sign-in", data=form, headers={"User-Agent": agent})


def sessions(page):
    return re.findall(r"sessions/([0-9a-f-]{36})/name", page)


def test_devices_stand_in_words_the_one_in_hand_is_marked(client, person, app):
    enter(client)
    enter(app.test_client(), "Mozilla/5.0 (Windows NT 10.0) Edg/130.0")
    page = client.get("/accounts/mine").text
    assert "スマートフォン（Android・Chrome）</strong>（この端末）" in page
    assert "パソコン（Windows・Edge）</strong></p>" in page.replace("\n", "")


def test_a_device_gets_a_name(client, person):
    enter(client)
    (session,) = sessions(client.get("/accounts/mine").text)
    client.post(f"/accounts/mine/sessions/{session}/name", data={"name": " 訪問用の  スマホ "})
    assert "<strong>訪問用の スマホ</strong>" in client.get("/accounts/mine").text
    long = client.post(f"/accounts/mine/sessions/{session}/name", data={"name": "あ" * 41})
    assert long.status_code == 422


def test_somebody_elses_device_keeps_its_name(client, person, sign_in_as, db):
    enter(client)
    (session,) = sessions(client.get("/accounts/mine").text)
    answer = sign_in_as(Role.VIEWER).post(
        f"/accounts/mine/sessions/{session}/name", data={"name": "x"}
    )
    assert answer.status_code == 404


def test_all_other_devices_are_signed_out_at_their_next_request(client, person, app):
    others = [app.test_client() for _ in range(2)]
    for other in (client, *others):
        enter(other)
    client.post("/accounts/mine/sessions/end")
    assert client.get("/accounts/mine").status_code == 200
    assert [other.get("/accounts/mine").status_code for other in others] == [302, 302]


def test_an_administrator_ends_a_lost_device_and_it_is_written_down(
    client, person, app, db, sign_in_as
):
    phone, desk = app.test_client(), app.test_client()
    enter(phone)
    enter(desk, "Mozilla/5.0 (Windows NT 10.0) Edg/130.0")
    admin = sign_in_as(Role.ADMINISTRATOR)
    page = admin.get(f"/accounts/{person.id}/devices").text
    lost = re.search(r"/devices/([0-9a-f-]{36})/end\"[^§]*?ログアウトする：スマートフォン", page)[1]
    all_ = re.findall(r"/devices/([0-9a-f-]{36})/end", page)
    assert lost in all_
    assert len(all_) == 2
    row = next(
        row for row in accounts.list_sessions_of(db, house(), person.id, person.created_at)
        if row.device == PHONE
    )  # fmt: skip
    admin.post(f"/accounts/{person.id}/devices/{row.id}/end")
    assert phone.get("/accounts/mine").status_code == 302
    assert desk.get("/accounts/mine").status_code == 200
    admin.post(f"/accounts/{person.id}/devices/end")
    assert desk.get("/accounts/mine").status_code == 302
    assert "ログインしている端末はありません" in admin.get(f"/accounts/{person.id}/devices").text


def test_devices_of_another_town_are_out_of_reach(db, sign_in_as):
    stranger = sign_in.add(
        db, house(), email="s@example.jp", name="", role="viewer", municipality=FOREIGN,
        password=None,
    )  # fmt: skip
    open_session(db, stranger.id)
    admin = sign_in_as(Role.ADMINISTRATOR)
    assert admin.get(f"/accounts/{stranger.id}/devices").status_code == 404
    assert admin.post(f"/accounts/{stranger.id}/devices/end").status_code == 404
