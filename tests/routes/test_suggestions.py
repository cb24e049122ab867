"""お知らせ: the page where a person decides, field by field."""

from datetime import timedelta
from uuid import uuid4

import pytest

from geo import merging, registry, stamps
from geo.edits import ResourceEdit, opening_values
from geo.openings import parse_openings
from geo.records import resources
from geo.records import suggestions as records
from geo.scope import Role, house
from routes._request import now, today
from tests.asking import NOON, suggest, tell
from tests.conftest import FOREIGN, TOWN
from tests.living import fields_of
from tests.routes.making import make


def values_of(db, resource):
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
    assert values_of(db, resource)["confirmed_on"] == "2026-05-12"
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
    assert (values_of(db, resource)["fee"], values_of(db, resource)["booking"]) == (
        "200円",
        "いらない",
    )


def test_what_others_wrote_while_the_page_lay_open_is_shown_before_it_is_replaced(sign_in_as, db):
    client, resource = sign_in_as(Role.OFFICIAL), make(db, fee="100円")
    id_ = suggest(db, TOWN, resource, "changed", fee="200円")
    registry.apply(db, house(TOWN), ResourceEdit(uuid4(), resource, 1, {"fee": "150円"}))
    db.commit()
    answer = client.post(f"/suggestions/{id_}/apply", data={"base": "1", "field": "fee"})
    assert answer.status_code == 409
    assert "お知らせのあとに書きかわりました（前は「100円」）" in answer.text
    assert values_of(db, resource)["fee"] == "150円"
    assert 'name="base" value="2"' in answer.text
    client.post(f"/suggestions/{id_}/apply", data={"base": "2", "field": "fee"})
    assert values_of(db, resource)["fee"] == "200円"


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
    assert values_of(db, resource)["closed_on"] == "2026-03-31"


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
    assert values_of(db, resource)["closed_on"] is None


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
    assert values_of(db, resource)["confirmed_on"] == today().isoformat()
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
    assert values_of(db, entry)["public"] is False
    assert "台帳に加えました" in client.get(f"/suggestions/{id_}").text


NEW = {"name": "東町の体操", "address": "東町集会所"}


def tell_new(db, minute=0, **values):
    """Somebody tells of something new; returns the bits of the link and the id."""
    secret = tell(db, TOWN, None, "new", at=NOON + timedelta(minutes=minute), **NEW | values)
    db.commit()
    return secret, stamps.id_of(secret)


def test_two_who_tell_of_one_new_thing_stand_together(sign_in_as, db):
    _, one = tell_new(db)
    _, other = tell_new(db, 5, name="東町体操", address="東町の集会所のとなり", kind="salon")
    _, third = tell_new(db, 9, name="西町の茶話会", address="西町集会所")
    client = sign_in_as(Role.OFFICIAL)
    page = client.get(f"/desk/{TOWN}/suggested").text
    heaps = page.split("<tbody>")[1:]
    (heap,) = [heap for heap in heaps if str(one) in heap]
    assert str(other) in heap
    assert "<strong>2件</strong>" in heap
    assert "東町体操" in heap
    assert str(third) not in heap
    beside = client.get(f"/suggestions/{other}").text
    assert f"/suggestions/{one}" in beside
    assert f"/suggestions/{third}" not in beside


def test_of_two_who_tell_of_one_thing_one_makes_it_and_the_other_leads_there(sign_in_as, db):
    (first, one), (second, other) = tell_new(db), tell_new(db, 5, name="東町体操")
    client = sign_in_as(Role.OFFICIAL)
    client.post(f"/suggestions/{one}/apply", data={"base": "0", "kind": "salon"})
    made = records.get(db, house(TOWN), one).resource
    page = client.get(f"/suggestions/{other}").text
    assert f'name="known" value="{made}"' in page
    before = resources.load_values(db, house(TOWN), [made])
    answer = client.post(f"/suggestions/{other}/apply", data={"base": "0", "known": str(made)})
    assert answer.location == f"/desk/{TOWN}/suggested"
    assert resources.load_values(db, house(TOWN), [made]) == before
    row = records.get(db, house(TOWN), other)
    assert (row.state, row.outcome, row.resource) == ("applied", "added", made)
    for secret in (first, second):
        assert "台帳に加えました" in client.get(f"/told/{secret}").text


def test_something_new_that_the_register_has_leads_to_it(sign_in_as, db):
    there = make(db, name="東町の体操", public=True)
    secret, id_ = tell_new(db)
    client = sign_in_as(Role.OFFICIAL)
    client.post(f"/suggestions/{id_}/apply", data={"base": "0", "known": str(there)})
    page = client.get(f"/told/{secret}").text
    assert "のせている内容で合っていました" in page
    assert f"/resources/{there}" in page


@pytest.mark.parametrize("known", ["x", "00000000-0000-4000-8000-000000000007", "foreign"])
def test_something_new_is_nothing_that_is_not_there(sign_in_as, db, known):
    if known == "foreign":
        known = str(make(db, FOREIGN, name="東町の体操"))
    _, id_ = tell_new(db)
    answer = sign_in_as(Role.OFFICIAL).post(
        f"/suggestions/{id_}/apply", data={"base": "0", "known": known}
    )
    assert answer.status_code == 422
    assert "一覧の中から" in answer.text
    assert records.get(db, house(TOWN), id_).state == "open"


def merged(db, scope):
    """(kept, gone, the bits of a link): somebody told of an entry that was then merged into another."""
    kept, gone = make(db, name="松葉サロン", public=True), make(db, name="サロン松葉", public=True)
    secret = tell(db, TOWN, gone, "other_hours", words="10時からでした")
    tell(db, TOWN, kept, "otherwise")
    merging.merge(db, scope, merging.Wish(uuid4(), kept, gone, (1, 1), {}, "同じ"), today())
    db.commit()
    return kept, gone, secret


def test_what_was_told_of_an_entry_that_was_merged_is_decided_with_the_one_that_stays(
    sign_in_as, db, scope_of
):
    kept, gone, secret = merged(db, scope_of(Role.OFFICIAL))
    client, id_ = sign_in_as(Role.OFFICIAL), stamps.id_of(secret)
    heaps = client.get(f"/desk/{TOWN}/suggested").text.split("<tbody>")[1:]
    assert len([heap for heap in heaps if "松葉サロン" in heap or "サロン松葉" in heap]) == 1
    page = client.get(f"/suggestions/{id_}").text
    assert "「サロン松葉」として届いたもの" in page
    assert "終わった記録になっています" not in page
    said = [str(one) for one in (id_, *(r.id for r in records.list_of(db, house(TOWN), [kept])))]
    form = {"base": "2", "said": said, "outcome": "confirmed", "note": "10時からです"}
    assert client.post(f"/suggestions/{id_}/settle", data=form).status_code == 303
    assert values_of(db, kept)["confirmed_on"] == today().isoformat()
    assert values_of(db, gone)["confirmed_on"] is None
    told = client.get(f"/told/{secret}").text
    for words in ("松葉サロン", f"/resources/{kept}", "10時からです", "10時からでした"):
        assert words in told
    assert f"/resources/{gone}" not in told


def test_the_entry_that_stays_is_closed_by_what_was_told_of_the_other(sign_in_as, db, scope_of):
    kept, _, secret = merged(db, scope_of(Role.OFFICIAL))
    client, id_ = sign_in_as(Role.OFFICIAL), stamps.id_of(secret)
    form = {"base": "2", "said": str(id_), "outcome": "closed"}
    form |= {"closed_on": today().isoformat(), "closed_reason": "解散"}
    assert client.post(f"/suggestions/{id_}/settle", data=form).status_code == 303
    assert values_of(db, kept)["closed_on"] == today().isoformat()


def test_what_a_host_said_of_an_entry_that_was_merged_changes_the_one_that_stays(
    sign_in_as, db, scope_of
):
    kept, gone = make(db, name="松葉サロン"), make(db, name="サロン松葉", fee="100円")
    id_ = suggest(db, TOWN, gone, "changed", fee="200円")
    wish = merging.Wish(uuid4(), kept, gone, (1, 1), {"fee": "gone"}, "同じ")
    merging.merge(db, scope_of(Role.OFFICIAL), wish, today())
    db.commit()
    client = sign_in_as(Role.OFFICIAL)
    page = client.get(f"/suggestions/{id_}").text
    assert "すでに終わったこと" not in page
    assert "100円" in page
    answer = client.post(f"/suggestions/{id_}/apply", data={"base": "2", "field": "fee"})
    assert answer.status_code == 303
    assert values_of(db, kept)["fee"] == "200円"
