"""抹消: the page that asks twice."""

from geo.records import resources
from geo.scope import Role, house
from tests.conftest import TOWN
from tests.routes.making import make


def state(db, resource):
    return resources.load_values(db, house(TOWN), [resource])[resource][1]


def test_what_is_chosen_is_wiped_when_the_name_is_typed(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db, name="田中さん宅サロン", host="田中みちこ", phone="0000-99-8765")
    assert f"/resources/{resource}/wipe" in client.get(f"/resources/{resource}").text
    page = client.get(f"/resources/{resource}/wipe").text
    assert "抹消したものは、もどせません" in page
    wrong = {"fields": ["host"], "typed": "べつの名前"}
    answer = client.post(f"/resources/{resource}/wipe", data=wrong)
    assert answer.status_code == 422
    assert "この記録の名前と違います" in answer.text
    assert state(db, resource)["host"] == "田中みちこ"
    right = {"fields": ["host", "name"], "typed": "田中さん宅サロン", "new_name": "個人宅の集まり"}
    answer = client.post(f"/resources/{resource}/wipe", data=right | {"do_not_list": "1"})
    assert (answer.status_code, answer.location) == (303, f"/resources/{resource}")
    now = state(db, resource)
    assert (now["host"], now["name"], now["do_not_list"]) == ("", "個人宅の集まり", True)
    shown = client.get(f"/resources/{resource}").text
    assert "次の項目を抹消しました" in shown
    assert "田中" not in shown
    assert client.get(f"/resources/{resource}/wipe").status_code == 200


def test_nothing_chosen_is_refused(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db, host="田中みちこ")
    answer = client.post(f"/resources/{resource}/wipe", data={"typed": "茶の間"})
    assert answer.status_code == 422
    assert "抹消する項目：ひとつ以上えらんでください" in answer.text


def test_coordinators_ask_the_office(sign_in_as, db):
    client = sign_in_as(Role.COORDINATOR_1)
    resource = make(db)
    assert f"/resources/{resource}/wipe" not in client.get(f"/resources/{resource}").text
    assert client.get(f"/resources/{resource}/wipe").status_code == 403
