"""終わりにする・ふたたび開く: by the page of the resource, with the day and why."""

from uuid import uuid4

import pytest

from geo.records import audit, resources
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from tests.conftest import FOREIGN, TOWN
from tests.living import fields_of
from tests.routes.making import make

EAST = corner_lonlat(35, 5)
ENDED = {"closed_on": "令和8年3月31日", "closed_reason": "世話人の引退で解散"}


def kept(db, resource):
    now = resources.load_values(db, house(TOWN), [resource])[resource][1]
    return now["closed_on"], now["closed_reason"]


def form(base=1, **values):
    return {"draft": str(uuid4()), "base": str(base), **values}


def test_what_ended_leaves_the_map_and_keeps_its_page_with_day_and_reason(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db, name="おわる会")
    assert f"/resources/{resource}/close" in client.get(f"/resources/{resource}").text
    answer = client.post(f"/resources/{resource}/close", data=form(**ENDED))
    assert (answer.status_code, answer.location) == (302, f"/resources/{resource}")
    assert kept(db, resource) == ("2026-03-31", "世話人の引退で解散")
    assert "おわる会" not in client.get(f"/map/{TOWN}").text
    page = client.get(f"/resources/{resource}").text
    assert "令和8年3月31日からは、開いていません" in page
    assert "終わった理由（職員だけが見ます）：世話人の引退で解散" in page
    assert f"/resources/{resource}/reopen" in page
    told = audit.list_of(db, house(TOWN), "resource", resource)
    assert any(
        row.after == {"closed_on": "2026-03-31", "closed_reason": ENDED["closed_reason"]}
        for row in told
    )


def test_the_reason_is_for_staff_alone(client, db):
    page = client.get(f"/resources/{make(db, **ENDED | {'closed_on': '2026-03-31'})}").text
    assert "からは、開いていません" in page
    assert "世話人の引退" not in page
    assert "/reopen" not in page


def test_what_was_closed_by_mistake_is_opened_again_and_the_history_tells_both(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db, name="つづく会")
    client.post(f"/resources/{resource}/close", data=form(**ENDED))
    shown = client.get(f"/resources/{resource}/reopen").text
    assert "世話人の引退で解散" in shown
    sent = fields_of(shown)
    assert client.post(f"/resources/{resource}/reopen", data=sent).status_code == 302
    assert kept(db, resource) == (None, "")
    assert "つづく会" in client.get(f"/map/{TOWN}").text
    history = resources.list_revisions(db, house(TOWN), resource)
    assert [row.changed.get("closed_on") for row in history[:2]] == [None, "2026-03-31"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"closed_on": ""}, "終わった日：入力してください"),
        ({"closed_on": "ゆうべ"}, "終わった日：日付を"),
        ({"closed_on": "2999-01-01"}, "終わった日：きょうまでの日付"),
        ({"closed_reason": " "}, "終わった理由：入力してください"),
        ({"closed_reason": "長" * 201}, "終わった理由：長すぎます"),
    ],
)
def test_an_ending_without_a_day_that_has_come_or_a_reason_is_refused(sign_in_as, db, typed, words):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db)
    answer = client.post(f"/resources/{resource}/close", data=form(**ENDED | typed))
    assert answer.status_code == 422
    assert words in answer.text
    again = fields_of(answer.text)
    assert {name: again[name].strip() for name in typed} == {n: t.strip() for n, t in typed.items()}
    assert kept(db, resource) == (None, "")


def test_two_endings_that_differ_show_both_and_can_be_decided(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db)
    client.post(f"/resources/{resource}/close", data=form(**ENDED))
    mine = form(closed_on="2026-04-30", closed_reason="会場の閉館")
    answer = client.post(f"/resources/{resource}/close", data=mine)
    assert answer.status_code == 409
    for words in ("いまの内容：令和8年3月31日", "いまの内容：世話人の引退で解散", "会場の閉館"):
        assert words in answer.text
    assert kept(db, resource)[0] == "2026-03-31"
    again = fields_of(answer.text)
    assert client.post(f"/resources/{resource}/close", data=again).status_code == 302
    assert kept(db, resource) == ("2026-04-30", "会場の閉館")


def test_who_opens_again_what_another_has_meanwhile_said_more_of_is_asked(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db, **ENDED | {"closed_on": "2026-03-31"})
    correction = form(closed_on="2026-02-28", closed_reason=ENDED["closed_reason"])
    client.post(f"/resources/{resource}/close", data=correction)
    answer = client.post(f"/resources/{resource}/reopen", data=form(base=1))
    assert answer.status_code == 409
    assert "いまの内容：令和8年2月28日" in answer.text
    assert kept(db, resource)[0] == "2026-02-28"
    client.post(f"/resources/{resource}/reopen", data=fields_of(answer.text))
    assert kept(db, resource) == (None, "")


def test_an_ending_beside_what_others_changed_leaves_theirs(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db, fee="100円")
    client.post(f"/resources/{resource}/edit", data=form(fee="50円"))
    assert client.post(f"/resources/{resource}/close", data=form(**ENDED)).status_code == 302
    assert resources.load_values(db, house(TOWN), [resource])[resource][1]["fee"] == "50円"


def test_the_same_ending_sent_twice_counts_once(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db)
    same = form(**ENDED)
    for _ in "ab":
        assert client.post(f"/resources/{resource}/close", data=same).status_code == 302
    assert len(resources.list_revisions(db, house(TOWN), resource)) == 2


def test_opening_what_is_open_changes_nothing(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db)
    assert client.post(f"/resources/{resource}/reopen", data=form()).status_code == 302
    assert len(resources.list_revisions(db, house(TOWN), resource)) == 1


def test_a_coordinator_ends_nothing_outside_her_area(sign_in_as, db):
    client = sign_in_as(Role.COORDINATOR_2)
    resource = make(db, place=list(EAST))
    assert f"/resources/{resource}/close" not in client.get(f"/resources/{resource}").text
    for door in ("close", "reopen"):
        assert client.get(f"/resources/{resource}/{door}").status_code == 403
        answer = client.post(f"/resources/{resource}/{door}", data=form(**ENDED))
        assert answer.status_code == 403
    assert kept(db, resource) == (None, "")
    theirs = make(db, FOREIGN)
    assert client.get(f"/resources/{theirs}/close").status_code == 404


@pytest.mark.parametrize("sent", [{}, {"draft": "x", "base": "1"}, {"base": "-1"}])
def test_a_form_with_parts_missing_is_refused_in_words(sign_in_as, db, sent):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db, closed_on="2026-03-31")
    for door in ("close", "reopen"):
        answer = client.post(f"/resources/{resource}/{door}", data=ENDED | sent)
        assert answer.status_code == 422
    assert kept(db, resource)[0] == "2026-03-31"
