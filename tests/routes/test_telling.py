"""教えてください: /tell/ and /told/ without an account; nothing typed is lost, and nothing of the sender kept."""

import json
import logging
import re
from datetime import timedelta

import pytest

from geo import heard, merging, registry, stamps, suggestions
from geo.edits import ResourceEdit
from geo.heard import Finding
from geo.merging import Wish
from geo.records import resources
from geo.records import suggestions as records
from geo.scope import Role, house
from geo.suggestions import Choice
from routes._log import LOG
from routes._request import now, today
from tests.asking import tell
from tests.conftest import FOREIGN, TOWN
from tests.living import fields_of
from tests.routes.making import make

ANSWERS = ("was_closed", "other_hours", "seems_ended", "otherwise")


def stamp_of(app, what, seconds=30):
    return stamps.draw(str(app.secret_key).encode(), what, now() - timedelta(seconds=seconds))


@pytest.fixture
def send(app, client):
    """send(resource, answer=…) → the answer to a form that was opened half a minute ago."""

    def to(resource, path=None, **typed):
        form = {"stamp": stamp_of(app, str(resource)), "day": today().isoformat(), **typed}
        return client.post(path or f"/tell/{resource}", data=form)

    return to


@pytest.fixture
def send_new(send):
    def new(**typed):
        return send(f"new/{TOWN}", f"/tell/new/{TOWN}", **typed)

    return new


def said_of(db, resource):
    return records.list_of(db, house(TOWN), [resource])


def state_of(client, secret):
    page = client.get(f"/told/{secret}")
    assert page.status_code == 200
    return re.search(r'<div class="notice told-state">(.*?)</div>', page.text, re.S)[1]


def test_two_taps_from_the_page_of_an_entry(client, db, send):
    resource = make(db, name="茶の間 花", host="山田花子", staff_note="内緒の話")
    before = resources.load_values(db, house(TOWN), [resource])
    assert f'href="/tell/{resource}"' in client.get(f"/resources/{resource}").text
    page = client.get(f"/tell/{resource}")
    for words in (
        "茶の間 花",
        "閉まっていた",
        "時間や曜日がちがう",
        "やめたようだ",
        "そのほかがちがう",
    ):
        assert words in page.text
    assert "山田花子" not in page.text
    assert "内緒の話" not in page.text
    assert fields_of(page.text)["day"] == today().isoformat()
    answer = send(resource, answer="was_closed")
    assert answer.status_code == 303
    assert "まだ見ていません" in client.get(answer.location).text
    (row,) = said_of(db, resource)
    assert (row.kind, row.origin, row.seen_on) == ("was_closed", "resident", today())
    assert resources.load_values(db, house(TOWN), [resource]) == before


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_button_is_a_whole_answer(db, send, answer):
    resource = make(db)
    assert send(resource, answer=answer).status_code == 303
    assert [row.kind for row in said_of(db, resource)] == [answer]


def test_what_comes_to_the_door_did_not_come_and_a_bench_is_gone(client, db):
    van, bench = make(db, kind="mobile_shop"), make(db, kind="bench")
    assert "来なかった・休みだった" in client.get(f"/tell/{van}").text
    page = client.get(f"/tell/{bench}").text
    assert "なくなったようだ" in page
    assert "やめたようだ" not in page


def test_pressed_twice_it_is_told_once_and_both_lead_to_one_page(app, client, db):
    resource = make(db)
    form = {"stamp": stamp_of(app, str(resource)), "answer": "seems_ended"}
    places = {client.post(f"/tell/{resource}", data=form).location for _ in range(3)}
    assert len(places) == 1
    assert len(said_of(db, resource)) == 1


def test_who_goes_back_and_tells_more_is_asked_to_press_again_and_then_has_told_both(
    app, client, db
):
    resource = make(db)
    form = {"stamp": stamp_of(app, str(resource)), "answer": "otherwise"}
    client.post(f"/tell/{resource}", data=form)
    page = client.post(f"/tell/{resource}", data=form | {"words": "場所が変わった"})
    assert page.status_code == 422
    assert "もう届いています" in page.text
    assert "場所が変わった" in page.text
    assert fields_of(page.text)["stamp"] != form["stamp"]
    assert len(said_of(db, resource)) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "一覧の中から"),
        ({"answer": "x"}, "一覧の中から"),
        ({"answer": "ended"}, "一覧の中から"),
        ({"answer": "was_closed", "day": ""}, "入力してください"),
        ({"answer": "was_closed", "day": "ゆうべ"}, "日付を"),
        ({"answer": "was_closed", "day": "2999-01-01"}, "きょうまでの日"),
        ({"answer": "was_closed", "day": "2001-01-01"}, "90日より前"),
        ({"answer": "otherwise", "words": "090-1234-5678"}, "電話番号は書かないで"),
        ({"answer": "otherwise", "words": "a@example.jp"}, "メールアドレスは書かないで"),
        ({"answer": "otherwise", "words": "見て www.example.com"}, "ホームページのアドレスは"),
        ({"answer": "otherwise", "words": "長" * 501}, "500文字まで"),
        ({"answer": "otherwise", "words": "a\u202eb"}, "使えない文字"),
        ({"answer": "otherwise", "words": "a\x00b"}, "使えない文字"),
        ({"answer": "otherwise", "words": "よい", "homepage": "x"}, "何も書かない欄"),
        ({"answer": "otherwise", "words": "よい", "stamp": "x"}, "もう一度押して"),
        ({"answer": "otherwise", "words": "よい", "stamp": "\x00"}, "もう一度押して"),
    ],
)
def test_what_cannot_be_taken_is_said_and_what_was_typed_stays(db, send, typed, words):
    resource = make(db)
    page = send(resource, **typed)
    assert page.status_code == 422
    assert words in page.text
    assert "エラー：" in page.text
    assert fields_of(page.text)["homepage"] == ""
    for text in (typed.get("words", ""), typed.get("day", "")):
        assert text.replace("\u202e", "").replace("\x00", "") in page.text
    assert not set(page.text) & set("\x00\u202e")
    assert said_of(db, resource) == []


def test_a_form_is_for_its_own_entry_not_for_programs_and_not_for_ever(app, client, db):
    resource, other = make(db), make(db)
    sent = fields_of(client.get(f"/tell/{resource}").text) | {"answer": "otherwise"}
    too_soon = client.post(f"/tell/{resource}", data=sent)
    assert (too_soon.status_code, "区別できません" in too_soon.text) == (422, True)
    assert fields_of(too_soon.text)["stamp"] == sent["stamp"]  # which is older at the next press
    for stamp in (stamp_of(app, str(other)), stamp_of(app, str(resource), 90_000)):
        refused = client.post(f"/tell/{resource}", data={"stamp": stamp, "answer": "otherwise"})
        assert refused.status_code == 422
        assert fields_of(refused.text)["stamp"] != stamp
    assert said_of(db, resource) == []


def test_the_eleventh_of_an_hour_waits_and_keeps_its_words(db, send):
    assert {send(make(db), answer="otherwise").status_code for _ in range(10)} == {303}
    page = send(make(db), answer="otherwise", words="入口が変わった")
    assert page.status_code == 429
    assert page.headers["Retry-After"]
    assert "1時間ほど" in page.text
    assert "入口が変わった" in page.text


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (Finding("declined", "休みの予定の日でした"), ("直しませんでした", "休みの予定の日でした")),
        (
            Finding("confirmed", "臨時の休みでした"),
            ("のせている内容で合っていました", "臨時の休み"),
        ),
        (Finding("corrected"), ("直しました",)),
        (
            Finding("closed", "", 2, {"closed_on": "2026-05-01", "closed_reason": "内緒のわけ"}),
            ("終わった記録にしました",),
        ),
    ],
)
def test_the_link_says_what_became_of_it(client, db, scope_of, finding, words):
    resource = make(db, fee="100円")
    secret = tell(db, TOWN, resource)
    registry.apply(db, house(TOWN), ResourceEdit(uuid_of(resource), resource, 1, {"fee": "200円"}))
    heard.settle(db, scope_of(Role.OFFICIAL), [stamps.id_of(secret)], finding, now())
    db.commit()
    said = state_of(client, secret)
    for text in (*words, "令和"):
        assert text in said
    assert "内緒のわけ" not in client.get(f"/told/{secret}").text


def uuid_of(resource):
    return stamps.id_of(str(resource))


def test_nobody_finds_it_without_the_link(client, db):
    resource = make(db)
    secret = tell(db, TOWN, resource)
    db.commit()
    assert client.get(f"/told/{secret}").status_code == 200
    for wrong in (stamps.id_of(secret), secret[:-1], secret.upper(), "x", "あ", "a" * 3000, "%00"):
        assert client.get(f"/told/{wrong}").status_code == 404


def test_the_link_stands_neither_in_the_log_nor_in_a_referer_nor_in_a_cache(client, db):
    secret, lines = tell(db, TOWN, make(db)), []
    db.commit()

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(record.getMessage())

    keeper = Kept()
    LOG.addHandler(keeper)
    try:
        page = client.get(f"/told/{secret}")
    finally:
        LOG.removeHandler(keeper)
    assert [json.loads(line)["path"] for line in lines] == ["/told/…"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert f"/told/{secret}" in page.text  # to be written down
    assert "<svg" in page.text


def test_what_is_not_for_residents_is_neither_told_of_nor_named_any_more(client, db, send):
    hidden = make(db, name="内緒の会", public=False)
    assert client.get(f"/tell/{hidden}").status_code == 404
    assert send(hidden, answer="otherwise").status_code == 404
    resource = make(db, name="茶の間 花")
    secret = tell(db, TOWN, resource)
    edit = ResourceEdit(uuid_of(resource), resource, 1, {"public": False})
    registry.apply(db, house(TOWN), edit)
    db.commit()
    page = client.get(f"/told/{secret}").text
    assert "茶の間 花" not in page
    assert "いまはのせていないもの" in page


def test_what_has_ended_has_no_buttons_and_names_the_desk(client, db, send):
    resource = make(db, closed_on="2026-05-01", closed_reason="解散")
    page = client.get(f"/tell/{resource}").text
    assert "窓口へお知らせください" in page
    assert 'name="answer"' not in page
    refused = send(resource, answer="otherwise")
    assert (refused.status_code, "もう終わった記録" in refused.text) == (422, True)
    assert f"/tell/{resource}" not in client.get(f"/resources/{resource}").text


def test_of_two_that_were_one_the_one_that_stays_is_told_of(client, db, scope_of, app):
    kept, gone = make(db, name="松葉サロン"), make(db, name="サロン松葉")
    wish = Wish(uuid_of(gone), kept, gone, (1, 1), {}, "同じ")
    merging.merge(db, scope_of(Role.OFFICIAL), wish, today())
    db.commit()
    assert client.get(f"/tell/{gone}").location == f"/tell/{kept}"
    form = {"stamp": stamp_of(app, str(kept)), "answer": "otherwise"}
    assert client.post(f"/tell/{gone}", data=form).status_code == 303
    assert len(said_of(db, kept)) == 1


def test_something_new_becomes_an_entry_that_residents_see_when_its_host_agrees(
    client, db, scope_of, send_new
):
    assert f"/tell/new/{TOWN}" in client.get(f"/map/{TOWN}").text
    assert client.get(f"/tell/new/{TOWN}").status_code == 200
    answer = send_new(name="東町の体操", where="東町集会所", when="毎週火曜10時から12時")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    for words in ("まだ見ていません", "東町の体操", "東町集会所", "毎週火曜"):
        assert words in page
    id_ = stamps.id_of(answer.location.rpartition("/")[2])
    scope = scope_of(Role.OFFICIAL)
    entry = suggestions.apply(db, scope, id_, Choice(0, (), {"kind": "salon"}), now()).resource
    values = resources.load_values(db, house(TOWN), [entry])[entry][1]
    assert (values["name"], values["kind"], values["public"]) == ("東町の体操", "salon", False)
    db.commit()
    assert "開いている人に確かめてから" in state_of(client, answer.location.rpartition("/")[2])
    assert client.get(f"/resources/{entry}").status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "名前：入力してください"),
        ({"name": "会", "kind": "treasure"}, "種別：一覧の中から"),
        ({"name": "会", "kind": "x\x00"}, "種別：一覧の中から"),
        ({"name": "会", "where": "町" * 201}, "どこ：長すぎます"),
        ({"name": "会", "when": "a@b.jp"}, "いつ：メールアドレスは"),
        ({"name": "<script>alert(1)</script> www.a"}, "ホームページのアドレスは"),
    ],
)
def test_of_something_new_what_cannot_be_taken_is_said(db, send_new, typed, words):
    page = send_new(**typed)
    assert page.status_code == 422
    assert words in page.text
    assert "<script>alert" not in page.text
    assert records.count_told(db, house(TOWN), None, now()) == (0, 0)


def test_kinds_that_residents_do_not_see_are_not_offered(client):
    page = client.get(f"/tell/new/{TOWN}").text
    assert 'value="salon"' in page
    assert 'value="treasure"' not in page


def test_where_there_is_no_municipality_nothing_can_be_told(client, app):
    for code in ("00000", "x", "あ", "99001'"):
        assert client.get(f"/tell/new/{code}").status_code == 404
        assert client.post(f"/tell/new/{code}", data={"name": "会"}).status_code == 404
    assert client.get(f"/tell/new/{FOREIGN}").status_code == 200


@pytest.mark.parametrize("door", ["entry", "new"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"stamp=%ff%fe&answer=%ff&words=%ff",
        b"words=" + b"%E3%81%82" * 60_000,
        b"&".join([b"answer=otherwise"] * 3_000),
        b"answer=otherwise&day=9999999999999-99-99&name=%00%ED%A0%80",
        b"day=%F0%9F%91%B5%E2%80%8D%F0%9F%91%B4&when=1%2F0%2F0",
    ],
    ids=lambda body: str(len(body)),
)
def test_whatever_is_sent_is_answered_in_words(app, client, db, door, body):
    resource = make(db)
    what, path = (
        (str(resource), f"/tell/{resource}")
        if door == "entry"
        else (f"new/{TOWN}", f"/tell/new/{TOWN}")
    )
    for sent in (body, body + b"&stamp=" + stamp_of(app, what).encode()):
        kind = "application/x-www-form-urlencoded"
        page = client.post(path, data=sent, content_type=kind)
        assert page.status_code in (303, 400, 413, 422)
        assert page.status_code == 303 or "<h1" in page.text
    page = client.post(path, data=b"{}", content_type="application/json")
    assert page.status_code == 422


def test_who_is_signed_in_tells_as_anybody(sign_in_as, db, app):
    client, resource = sign_in_as(Role.OFFICIAL), make(db)
    form = {"stamp": stamp_of(app, str(resource)), "answer": "otherwise"}
    assert client.post(f"/tell/{resource}", data=form).status_code == 303
    assert said_of(db, resource)[0].origin == "resident"
