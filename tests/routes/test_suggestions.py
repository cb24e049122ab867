"""お知らせ: the page where a person decides, field by field."""

from datetime import timedelta
from uuid import uuid4

import pytest

from geo import registry, stamps
from geo.edits import ResourceEdit, opening_values
from geo.openings import parse_openings
from geo.records import resources
from geo.records import suggestions as records
from geo.scope import Role, house
from routes._request import now, today
from tests.asking import suggest, tell
from tests.conftest import TOWN
from tests.living import fields_of
from tests.routes.making import make


def kept(db, resource):
    return resources.load_values(db, house(TOWN), [resource])[resource][1]


def test_still_running_is_two_presses_from_the_desk(sign_in_as, db):
    client, resource = sign_in_as(Role.OFFICIAL), make(db, name="茶の間 花")
    id_ = suggest(db, TOWN, resource)
    db.commit()
    listed = client.get(f"/desk/{TOWN}/suggested").text
    assert f"/suggestions/{id_}" in listed
    assert "茶の間 花" in listed
    page = client.get(f"/suggestions/{id_}").text
    assert "反映すると：<strong>令和8年5月12日</strong>" in page
    for _ in range(2):
        answer = client.post(f"/suggestions/{id_}/apply", data={"base": "1"})
        assert (answer.status_code, answer.location) == (303, f"/desk/{TOWN}/suggested")
    assert kept(db, resource)["confirmed_on"] == "2026-05-12"
    assert "台帳に反映しました" in client.get(f"/suggestions/{id_}").text


def test_the_page_shows_both_values_and_applies_what_is_ticked(sign_in_as, db):
    client, resource = sign_in_as(Role.OFFICIAL), make(db, fee="100円", booking="いらない")
    id_ = suggest(
        db, TOWN, resource, "changed", fee="200円", booking="電話で", words="値上げしました"
    )
    db.commit()
    page = client.get(f"/suggestions/{id_}").text
    for words in ("100円", "200円", "いらない", "電話で", "値上げしました"):
        assert words in page
    client.post(f"/suggestions/{id_}/apply", data={"base": "1", "field": "fee"})
    assert (kept(db, resource)["fee"], kept(db, resource)["booking"]) == ("200円", "いらない")


def test_what_others_wrote_while_the_page_lay_open_is_shown_before_it_is_replaced(sign_in_as, db):
    client, resource = sign_in_as(Role.OFFICIAL), make(db, fee="100円")
    id_ = suggest(db, TOWN, resource, "changed", fee="200円")
    registry.apply(db, house(TOWN), ResourceEdit(uuid4(), resource, 1, {"fee": "150円"}))
    db.commit()
    answer = client.post(f"/suggestions/{id_}/apply", data={"base": "1", "field": "fee"})
    assert answer.status_code == 409
    assert "お知らせのあとに書きかわりました（前は「100円」）" in answer.text
    assert kept(db, resource)["fee"] == "150円"
    assert 'name="base" value="2"' in answer.text
    client.post(f"/suggestions/{id_}/apply", data={"base": "2", "field": "fee"})
    assert kept(db, resource)["fee"] == "200円"


def test_an_ending_begins_with_what_the_host_said(sign_in_as, db):
    client, resource = sign_in_as(Role.OFFICIAL), make(db)
    id_ = suggest(db, TOWN, resource, "ended", closed_on="2026-03-31", words="世話人の引退")
    db.commit()
    page = client.get(f"/suggestions/{id_}").text
    assert 'value="2026-03-31"' in page
    assert 'value="世話人の引退"' in page
    refused = client.post(f"/suggestions/{id_}/apply", data={"base": "1", "closed_on": "あした"})
    assert refused.status_code == 422
    assert "終わった理由：入力してください" in refused.text
    form = {"base": "1", "closed_on": "令和8年3月31日", "closed_reason": "世話人の引退"}
    assert client.post(f"/suggestions/{id_}/apply", data=form).status_code == 303
    assert kept(db, resource)["closed_on"] == "2026-03-31"


def test_declining_asks_why(sign_in_as, db):
    client, resource = sign_in_as(Role.OFFICIAL), make(db)
    id_ = suggest(db, TOWN, resource, "ended")
    db.commit()
    sent = fields_of(client.get(f"/suggestions/{id_}").text)
    refused = client.post(f"/suggestions/{id_}/decline", data=sent)
    assert refused.status_code == 422
    assert "見送る理由：入力してください" in refused.text
    client.post(f"/suggestions/{id_}/decline", data=sent | {"reason": "電話で確かめた"})
    assert records.get(db, house(TOWN), id_).reason == "電話で確かめた"
    assert kept(db, resource)["closed_on"] is None


def test_what_is_broken_is_refused_in_words(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    id_ = suggest(db, TOWN, make(db), "changed", fee="200円")
    db.commit()
    for form in ({}, {"base": "x"}, {"base": "99999999", "field": "fee"}):
        assert client.post(f"/suggestions/{id_}/apply", data=form).status_code == 422
    assert client.get(f"/suggestions/{uuid4()}").status_code == 404


WEEKLY = [opening_values(one) for one in parse_openings("毎日", "10:00", "12:00")]


def told(db, resource, *args, **facts):
    return stamps.id_of(tell(db, TOWN, resource, *args, at=now(), **facts))


def test_what_people_saw_of_one_entry_stands_together_beside_the_plan(sign_in_as, db):
    client, resource = sign_in_as(Role.OFFICIAL), make(db, openings=WEEKLY, host="世話人の山田")
    first = told(db, resource, words="雨の日でした")
    told(db, resource, seen_on=today() - timedelta(days=3))
    db.commit()
    page = client.get(f"/suggestions/{first}").text
    for words in ("雨の日でした", "開く予定の日でした（10:00〜12:00）", "2件、2日について"):
        assert words in page
    assert "電話して" in page
    assert "世話人の山田" in page
    assert f"/suggestions/{first}" in client.get(f"/resources/{resource}").text
    alone = client.get(f"/suggestions/{first}?only=1").text
    assert alone.count('name="said"') < page.count('name="said"')


def test_all_of_one_entry_is_decided_by_one_press(sign_in_as, db):
    client, resource = sign_in_as(Role.OFFICIAL), make(db)
    ids = [told(db, resource), told(db, resource, "other_hours")]
    db.commit()
    form = {"base": "1", "outcome": "confirmed", "said": [str(id_) for id_ in ids]}
    for _ in range(2):
        answer = client.post(f"/suggestions/{ids[0]}/settle", data=form)
        assert (answer.status_code, answer.location) == (303, f"/desk/{TOWN}/suggested")
    assert kept(db, resource)["confirmed_on"] == today().isoformat()
    assert "確かめました（変わりなし）" in client.get(f"/suggestions/{ids[1]}").text


def test_after_a_correction_one_press_settles_it(sign_in_as, db):
    client, resource = sign_in_as(Role.OFFICIAL), make(db, fee="100円")
    id_ = told(db, resource, "otherwise")
    db.commit()
    assert "確かめた。変わりなし" in client.get(f"/suggestions/{id_}").text
    early = client.post(f"/suggestions/{id_}/settle", data={"base": "1", "outcome": "corrected"})
    assert (early.status_code, "先に内容を直して" in early.text) == (422, True)
    registry.apply(db, house(TOWN), ResourceEdit(uuid4(), resource, 1, {"fee": "200円"}))
    db.commit()
    assert "直したので、済みにする" in client.get(f"/suggestions/{id_}").text
    form = {"base": "2", "outcome": "corrected", "note": "値段を直しました"}
    assert client.post(f"/suggestions/{id_}/settle", data=form).status_code == 303
    assert records.get(db, house(TOWN), id_).reason == "値段を直しました"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"outcome": "declined"}, "見送る理由：入力してください"),
        ({"outcome": "declined", "reason": "090-1234-5678"}, "電話番号"),
        ({"outcome": "confirmed", "note": "a@example.jp"}, "ひとこと：メールアドレス"),
        ({"outcome": "closed", "closed_on": "あした"}, "終わった理由：入力してください"),
        ({"outcome": "closed"}, "終わった日：入力してください"),
        ({"outcome": "x"}, "一覧の中から"),
        ({"outcome": "declined", "reason": "いいえ", "said": "x"}, "足りません"),
        ({"outcome": "declined", "reason": "いいえ", "base": "x"}, "足りません"),
    ],
)
def test_what_cannot_be_decided_is_said(sign_in_as, db, form, words):
    client, resource = sign_in_as(Role.OFFICIAL), make(db)
    id_ = told(db, resource)
    db.commit()
    answer = client.post(f"/suggestions/{id_}/settle", data={"base": "1"} | form)
    assert answer.status_code == 422
    assert words in answer.text
    assert records.get(db, house(TOWN), id_).state == "open"
    assert client.post(f"/suggestions/{id_}/apply", data={"base": "1"}).status_code == 422


def test_a_planned_rest_gives_the_reason(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    openings = [opening_values(one) for one in parse_openings("第5月曜", "10:00", "12:00")]
    weekday = today() - timedelta(days=(today().weekday() - 2) % 7)  # the last Wednesday
    id_ = told(db, make(db, openings=openings), seen_on=weekday)
    db.commit()
    page = client.get(f"/suggestions/{id_}").text
    assert "開く予定のない日でした" in page
    assert 'value="その日は、休みの予定の日でした。"' in page


def test_something_new_is_held_against_the_register_and_goes_on_to_its_place(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    make(db, name="東町の朝の体操", kind="exercise_group")
    id_ = told(db, None, "new", name="東町の朝の体操")
    db.commit()
    page = client.get(f"/suggestions/{id_}").text
    assert "同じかもしれません" in page
    assert "東町の朝の体操" in page
    refused = client.post(f"/suggestions/{id_}/apply", data={"base": "0", "kind": ""})
    assert (refused.status_code, "種別：" in refused.text) == (422, True)
    for _ in range(2):
        form = {"base": "0", "kind": "exercise_group"}
        answer = client.post(f"/suggestions/{id_}/apply", data=form)
        assert answer.status_code == 303
        entry = records.get(db, house(TOWN), id_).resource
        assert answer.location == f"/resources/{entry}/edit"
    assert kept(db, entry)["public"] is False
    assert "台帳に加えました" in client.get(f"/suggestions/{id_}").text
