"""更新履歴: each change can be set back from the page of its resource."""

import re
from uuid import uuid4

from geo.records import resources
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from tests.conftest import FOREIGN, TOWN
from tests.routes.making import make

WEST, EAST = corner_lonlat(5, 5), corner_lonlat(35, 5)


def kept(db, resource):
    return resources.load_values(db, house(TOWN), [resource])[resource][1]


def change(client, resource, base, **values):
    form = {"draft": str(uuid4()), "base": str(base), **values}
    assert client.post(f"/resources/{resource}/edit", data=form).status_code == 302


def undo(client, resource, revision, draft=None):
    form = {"draft": draft or str(uuid4())}
    return client.post(f"/resources/{resource}/revisions/{revision}/undo", data=form)


def test_each_change_but_the_first_offers_to_be_set_back(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db, fee="100円")
    change(client, resource, 1, fee="50円")
    page = client.get(f"/resources/{resource}").text
    offered = re.findall(rf'action="/resources/{resource}/revisions/(\d+)/undo"', page)
    assert offered == ["2"]
    answer = undo(client, resource, 2)
    assert (answer.status_code, answer.location) == (302, f"/resources/{resource}")
    assert (kept(db, resource)["fee"], kept(db, resource)["revision"]) == ("100円", 3)
    assert "保存しました" in client.get(f"/resources/{resource}").text


def test_what_was_changed_again_since_is_shown_with_both_values(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db, fee="100円", place=list(WEST))
    change(client, resource, 1, fee="50円", lon=str(WEST[0] + 0.001), lat=str(WEST[1]))
    change(client, resource, 2, fee="0円")
    answer = undo(client, resource, 2)
    assert answer.status_code == 409
    for words in ("もどせませんでした", "料金", "<td>100円</td>", "<td>0円</td>"):
        assert words in answer.text
    assert kept(db, resource)["revision"] == 3


def test_setting_back_twice_says_that_nothing_changed(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db, fee="100円")
    change(client, resource, 1, fee="50円")
    assert [undo(client, resource, 2).status_code for _ in "ab"] == [302, 302]
    assert "変更はありませんでした" in client.get(f"/resources/{resource}").text
    assert kept(db, resource)["revision"] == 3


def test_there_is_nothing_before_the_beginning_and_nothing_after_the_end(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db)
    answer = undo(client, resource, 1)
    assert answer.status_code == 422
    assert "この前の内容はありません" in answer.text
    for revision in ("0", "2", "9" * 30):
        assert undo(client, resource, revision).status_code == 404
    assert undo(client, resource, 1, draft="x").status_code == 422


def test_a_coordinator_sets_nothing_back_outside_her_area(sign_in_as, db):
    client = sign_in_as(Role.COORDINATOR_2)
    outside, inside = make(db, place=list(EAST), fee="1円"), make(db, place=list(WEST), fee="1円")
    for resource, status in ((outside, 403), (inside, 302)):
        edits = {"draft": str(uuid4()), "base": "1", "fee": "2円"}
        client.post(f"/resources/{resource}/edit", data=edits)
        assert undo(client, resource, 2).status_code == status
    assert "/undo" not in client.get(f"/resources/{outside}").text
    assert undo(client, make(db, FOREIGN), 1).status_code == 404
    assert kept(db, inside)["fee"] == "1円"


def test_readers_without_an_account_see_no_history(client, db):
    assert "/undo" not in client.get(f"/resources/{make(db)}").text
