"""お知らせ: the page where a person decides, field by field."""

from uuid import uuid4

from geo import registry
from geo.edits import ResourceEdit
from geo.records import resources
from geo.records import suggestions as records
from geo.scope import Role, house
from tests.asking import suggest
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
