"""受け箱: each heap leads to its list, and the list to what can be done."""

import re
from uuid import uuid4

import pytest

from geo import stamps
from geo.records import consulted, resources
from geo.records import suggestions as suggestion_records
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from routes._request import today
from tests.asking import suggest, tell
from tests.conftest import TOWN
from tests.routes.making import make

LISTS = ("unconfirmed", "suggested", "reports/missing", "reports/stands", "reports/alike")


def test_the_desk_leads_to_every_list(sign_in_as):
    client = sign_in_as(Role.OFFICIAL)
    assert client.get("/desk/").location == f"/desk/{TOWN}"
    page = client.get(f"/desk/{TOWN}").text
    for name in (*LISTS, "places", "unasked"):
        assert f"/desk/{TOWN}/{name}" in page
        assert client.get(f"/desk/{TOWN}/{name}").status_code == 200
    assert client.get(f"/desk/{TOWN}/reports/nothing").status_code == 404
    assert "/desk/" in client.get("/work/").text


def test_unconfirmed_is_confirmed_by_one_press_and_leaves_the_list(sign_in_as, db):
    client, resource = sign_in_as(Role.OFFICIAL), make(db, name="電話で聞いた会")
    consulted.save_looks(db, house(), {(resource, today()): 1234})
    db.commit()
    listed = client.get(f"/desk/{TOWN}/unconfirmed").text
    assert "1,234回" in listed
    assert listed.index("電話で聞いた会") < listed.index("回</td>")  # the most consulted first
    form = {"draft": str(uuid4())}
    for _ in range(2):
        answer = client.post(f"/desk/{TOWN}/confirm/{resource}", data=form)
        assert (answer.status_code, answer.location) == (303, f"/desk/{TOWN}/unconfirmed")
    revision, now = resources.load_values(db, house(TOWN), [resource])[resource]
    assert (revision, now["confirmed_on"]) == (2, today().isoformat())
    assert "電話で聞いた会" not in client.get(f"/desk/{TOWN}/unconfirmed").text


def test_a_coordinator_sees_her_areas_alone(sign_in_as, db):
    client = sign_in_as(Role.COORDINATOR_2)
    make(db, name="わたしの会", place=list(corner_lonlat(5, 5)))
    other = make(db, name="よその会", place=list(corner_lonlat(35, 5)))
    listed = client.get(f"/desk/{TOWN}/unconfirmed").text
    assert "わたしの会" in listed
    assert "よその会" not in listed
    form = {"draft": str(uuid4())}
    assert client.post(f"/desk/{TOWN}/confirm/{other}", data=form).status_code == 403


def test_long_lists_have_pages(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    for number in range(101):
        make(db, name=f"会{number:03}")
    assert "次のページ" in client.get(f"/desk/{TOWN}/unconfirmed").text
    for page in ("2", "999", "x", "-1"):
        assert client.get(f"/desk/{TOWN}/unconfirmed?page={page}").status_code == 200


def test_what_was_told_of_one_entry_stands_together_the_most_consulted_first(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    seldom, often = make(db, name="静かな会"), make(db, name="よく見られる会")
    tell(db, TOWN, seldom)
    tell(db, TOWN, often)
    suggest(db, TOWN, often, "changed", words="会場が変わった")
    tell(db, TOWN, None, "new", name="新しい会")
    consulted.save_looks(db, house(), {(often, today()): 1234})
    db.commit()
    page = client.get(f"/desk/{TOWN}/suggested").text
    assert page.index("1,234回") < page.index("静かな会")
    assert page.index("よく見られる会") < page.index("会場が変わった") < page.index("静かな会")
    for words in ("4件", "2件", "住民の画面", "種別はわからない", "新しい会"):
        assert words in page


PHONE = {"User-Agent": "Mozilla/5.0 (iPhone) Safari/604.1"}


def test_a_page_that_somebody_opens_is_counted_and_nobody_is_known(client, app, db):
    resource, looks = make(db), app.extensions["looks"]
    address, before = f"/resources/{resource}", dict(looks._counts)
    assert client.get(address, headers=PHONE).status_code == 200
    key = (resource, today())
    assert looks._counts[key] == before.get(key, 0) + 1
    client.head(address, headers=PHONE)
    client.get(address, headers={"User-Agent": "Googlebot/2.1"})
    client.get(address, headers=PHONE | {"Sec-Purpose": "prefetch"})
    client.get(f"/resources/{uuid4()}", headers=PHONE)
    assert looks._counts[key] == before.get(key, 0) + 1
    columns = {column.name for column in consulted.Consulted.__table__.columns}
    assert columns == {"municipality", "resource", "day", "times"}


def test_staff_who_open_a_page_do_not_push_it_up(sign_in_as, app, db):
    client, resource = sign_in_as(Role.OFFICIAL), make(db)
    client.get(f"/resources/{resource}", headers=PHONE)
    assert (resource, today()) not in app.extensions["looks"]._counts


def test_a_flood_of_tellings_is_left_aside_at_once_and_the_host_is_heard(sign_in_as, db):
    client, first, other = (
        sign_in_as(Role.OFFICIAL),
        make(db, name="一の会"),
        make(db, name="二の会"),
    )
    flood = [tell(db, TOWN, first, "otherwise", words=f"買って{n}") for n in range(3)]
    new = tell(db, TOWN, None, "new", name="うその会")
    host = suggest(db, TOWN, other)
    db.commit()
    page = client.get(f"/desk/{TOWN}/suggested").text
    ids = [str(stamps.id_of(secret)) for secret in flood]
    heaps = re.findall(r'name="heap" value="([^"]*)"', page)
    assert set(ids) in [set(heap.split()) for heap in heaps]
    assert str(host) not in " ".join(heaps)
    form = {"heap": [" ".join(ids), str(stamps.id_of(new))], "reason": "いたずらのようでした。"}
    answer = client.post(f"/desk/{TOWN}/suggested", data=form)
    assert (answer.status_code, answer.location) == (303, f"/desk/{TOWN}/suggested")
    after = client.get(f"/desk/{TOWN}/suggested").text
    assert "一の会" not in after
    assert "うその会" not in after
    assert "二の会" in after
    for secret in (*flood, new):
        assert "いたずらのようでした" in client.get(f"/told/{secret}").text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"reason": "いたずら"}, "ひとつ以上えらんで"),
        ({"heap": "told", "reason": ""}, "入力してください"),
        ({"heap": "told", "reason": "0776-53-0000へ電話を"}, "電話番号"),
        ({"heap": "host", "reason": "いたずら"}, "一覧の中から"),
        ({"heap": "x", "reason": "いたずら"}, "一覧の中から"),
    ],
)
def test_what_cannot_be_left_aside_is_said_and_nothing_is(sign_in_as, db, form, words):
    resource = make(db)
    known = {
        "told": str(stamps.id_of(tell(db, TOWN, resource))),
        "host": str(suggest(db, TOWN, resource)),
    }
    db.commit()
    sent = form | {"heap": known.get(form.get("heap", ""), form.get("heap", ""))}
    answer = sign_in_as(Role.OFFICIAL).post(f"/desk/{TOWN}/suggested", data=sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert {row.state for row in suggestion_records.list_of(db, house(TOWN), [resource])} == {
        "open"
    }
