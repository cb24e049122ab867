"""変わりなし: one press on the page of a resource."""

from uuid import uuid4

from geo.records import resources
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from routes._request import today
from tests.conftest import TOWN
from tests.living import fields_of
from tests.routes.making import make


def test_one_press_confirms_for_today_and_twice_is_once(sign_in_as, db):
    client = sign_in_as(Role.COORDINATOR_2)
    resource = make(db, place=list(corner_lonlat(5, 5)), confirmed_on="2020-04-01")
    page = client.get(f"/resources/{resource}").text
    assert "変わりなし（確認した）" in page
    for _ in range(2):
        answer = client.post(f"/resources/{resource}/confirm", data=fields_of(page))
        assert (answer.status_code, answer.location) == (303, f"/resources/{resource}")
    revision, now = resources.load_values(db, house(TOWN), [resource])[resource]
    assert (revision, now["confirmed_on"]) == (2, today().isoformat())
    assert "きょう確認したことを記録しました" in client.get(f"/resources/{resource}").text


def test_the_button_is_only_for_who_may_press_it(sign_in_as, client, db):
    far = make(db, place=list(corner_lonlat(35, 5)))
    ended = make(db, closed_on="2026-03-31", closed_reason="解散")
    for role, resource in ((Role.COORDINATOR_2, far), (Role.VIEWER, far), (Role.OFFICIAL, ended)):
        assert "変わりなし（確認した）" not in sign_in_as(role).get(f"/resources/{resource}").text
    sign_in_as(Role.OFFICIAL)
    assert client.post(f"/resources/{far}/confirm", data={"draft": "x"}).status_code == 422
    answer = client.post(f"/resources/{ended}/confirm", data={"draft": str(uuid4())})
    assert answer.status_code == 422
    assert "もう終わった記録" in answer.text
