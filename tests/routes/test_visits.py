"""訪問の記録 by its pages: written, found again, corrected, done, put off, handed over."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from geo import sign_in
from geo.records import resources
from geo.records import visits as records
from geo.records.visits import Asked
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from routes._request import today
from routes._sessions import TOKEN
from tests.conftest import FOREIGN, TOWN, open_session
from tests.living import fields_of
from tests.routes.making import make

HERS, NOT_HERS = corner_lonlat(5, 5), corner_lonlat(35, 5)


def form(**values):
    return {"id": str(uuid4()), "activity": "visit", "visited_on": today().isoformat(), **values}


def send(client, **values):
    typed = form(**values)
    answer = client.post("/visits/add", data=typed)
    assert answer.status_code == 303, answer.text
    return typed["id"]


def form_of(page):
    """The form of a visit as a browser sends it; a tick that is not set sends nothing."""
    typed = fields_of(page.partition('<details class="more">')[0])
    return {name: value for name, value in typed.items() if name != "confirmed"}


def kept(db, **asked):
    return records.list_all(db, house(TOWN), Asked(**asked))


def test_a_visit_is_written_on_a_page_and_stands_in_the_diary_and_at_the_resource(sign_in_as, db):
    client = sign_in_as(Role.COORDINATOR_2)
    resource = make(db, name="まつばの会", place=list(HERS))
    shown = client.get(f"/visits/add?resource={resource}")
    assert "まつばの会" in shown.text
    typed = fields_of(shown.text) | {"note": "いすが足りない", "met": "12", "confirmed": "1"}
    typed |= {"next_step": "いすを借りる", "next_by": "SC", "next_on": "令和9年1月15日"}
    for _ in range(2):  # pressed twice
        answer = client.post("/visits/add", data=typed)
        assert (answer.status_code, answer.location) == (303, f"/resources/{resource}")
    [row] = kept(db)
    assert (row.met, str(row.next_on), row.confirmed) == (12, "2027-01-15", True)
    now = resources.load_values(db, house(TOWN), [resource])[resource][1]
    assert now["confirmed_on"] == today().isoformat()
    page = client.get(f"/resources/{resource}").text
    assert "いすを借りる" in page
    assert "1月15日（金）" in page
    diary = client.get("/visits/").text
    assert "いすが足りない" in diary
    assert "会った人 12人" in diary


def test_residents_and_partners_see_nothing_of_visits_on_the_page_of_a_resource(
    client, sign_in_as, db
):
    resource = make(db, place=list(HERS))
    client = sign_in_as(Role.OFFICIAL)
    send(client, resource=str(resource), note="ここだけの話")
    assert "ここだけの話" in client.get(f"/resources/{resource}").text
    for role in (Role.PROVIDER, Role.PREFECTURE):
        page = sign_in_as(role).get(f"/resources/{resource}").text
        assert "訪問の記録" not in page
        assert "ここだけの話" not in page
    with client.session_transaction() as cookie:
        cookie.clear()
    assert "訪問の記録" not in client.get(f"/resources/{resource}").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"note": "090-1234-5678 に"}, "内容：電話番号"),
        ({"promised": "a@example.jp"}, "だれに約束した：メールアドレス"),
        ({"place": "松葉町3番地"}, "場所・相手先：番地"),
        ({"visited_on": "ゆうべ"}, "日：日付を"),
        ({"visited_on": "2999-01-01"}, "日：きょうまでの日付"),
        ({"met": "たくさん"}, "会った人数：数字"),
        ({"next_on": "2027-01-01"}, "次の一手：入力してください"),
        ({"confirmed": "1"}, "行った地域資源：入力してください"),
        ({"resource": "x"}, "行った地域資源：一覧の中から"),
        ({"id": "x"}, "送信：送られた内容が足りません"),
        ({"note": "a\x00b"}, "内容：使えない文字"),
    ],
)
def test_a_refused_visit_is_shown_again_as_typed(sign_in_as, db, typed, words):
    client = sign_in_as(Role.OFFICIAL)
    answer = client.post("/visits/add", data=form(**{"place": "役場", "met": "3"} | typed))
    assert answer.status_code == 422
    assert words in answer.text
    assert "エラー：" in answer.text
    assert kept(db) == []
    if "met" not in typed:
        assert 'value="3"' in answer.text


def test_a_name_is_pointed_at_but_kept(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    send(client, note="山田さんが世話人になった")
    page = client.get("/visits/").text
    assert "個人の名前らしい言葉" in page
    assert "名前らしい言葉：山田さん" in page


def test_the_diary_is_looked_through_by_month_person_and_resource(sign_in_as, db, scope_of):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db, name="みどりの会")
    send(client, note="七月のこと", visited_on="2026-07-10", resource=str(resource))
    send(client, note="八月のこと", visited_on="2026-08-10")
    july = client.get("/visits/?month=2026-07").text
    assert "七月のこと" in july
    assert "八月のこと" not in july
    of_resource = client.get(f"/visits/?resource={resource}").text
    assert "八月のこと" not in of_resource
    nobody = client.get(f"/visits/?account={scope_of(Role.COORDINATOR_1).account}").text
    assert "この条件の記録はありません" in nobody
    for odd in (
        "month=2026-13",
        "account=x",
        "resource=x",
        f"resource={uuid4()}",
        "page=99",
        "page=-1",
    ):
        assert client.get(f"/visits/?{odd}").status_code == 200


def test_the_diary_goes_on_after_fifty(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    for at in range(52):
        send(client, note=f"その{at:02}")
    assert "1／2ページ" in client.get("/visits/").text
    assert client.get("/visits/?page=2").text.count('class="visit"') == 2


def test_a_correction_keeps_the_rest_and_tells_of_another(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    id_ = send(client, note="まちがい", met="3")
    first = form_of(client.get(f"/visits/{id_}/edit").text)
    answer = client.post(f"/visits/{id_}/edit", data=first | {"note": "ただしい"})
    assert answer.status_code == 303
    answer = client.post(f"/visits/{id_}/edit", data=first | {"note": "べつの人"})
    assert answer.status_code == 409
    assert "いまの内容：ただしい" in answer.text
    again = form_of(answer.text)
    answer = client.post(f"/visits/{id_}/edit", data=again)
    assert answer.status_code == 303
    [row] = kept(db)
    assert (row.note, row.met, row.revision) == ("べつの人", 3, 3)
    refused = client.post(f"/visits/{id_}/edit", data=again | {"note": "0778-53-2213"})
    assert refused.status_code == 422


def test_others_do_not_correct_what_a_coordinator_wrote(sign_in_as):
    client = sign_in_as(Role.COORDINATOR_2)
    id_ = send(client, note="わたしの")
    other = sign_in_as(Role.SUPPORT_CENTRE)
    assert other.get(f"/visits/{id_}/edit").status_code == 403
    assert other.post(f"/visits/{id_}/remove").status_code == 403
    office = sign_in_as(Role.COORDINATOR_1)
    assert office.get(f"/visits/{id_}/edit").status_code == 200
    assert office.post(f"/visits/{id_}/remove").status_code == 303
    assert "わたしの" not in office.get("/visits/").text


def test_the_morning_list_is_worked_off(sign_in_as, db):
    client = sign_in_as(Role.COORDINATOR_2)
    late = (today() - timedelta(days=3)).isoformat()
    id_ = send(client, next_step="鍵を借りる", next_on=late, next_by="公民館", promised="会長")
    send(client, next_step="急がない")
    page = client.get("/visits/morning").text
    assert "3日すぎています" in page
    assert page.index("鍵を借りる") < page.index("急がない")
    assert "約束：会長" in page
    soon = (today() + timedelta(days=2)).isoformat()
    for day, status in (("", 422), ("2020-01-01", 422), (soon, 303)):
        answer = client.post(f"/visits/{id_}/postpone", data={"next_on": day})
        assert answer.status_code == status
    assert "すぎています" not in client.get("/visits/morning").text
    for _ in range(2):
        answer = client.post(f"/visits/{id_}/done", data={})
        assert (answer.status_code, answer.location) == (303, "/visits/morning")
    assert "鍵を借りる" not in client.get("/visits/morning").text
    assert "できた" in client.get("/visits/").text
    client.post(f"/visits/{id_}/done", data={"done": "0", "all": "1"})
    assert "鍵を借りる" in client.get("/visits/morning?all=1").text


def test_mine_comes_first_and_everybodys_on_asking(sign_in_as):
    send(sign_in_as(Role.OFFICIAL), next_step="役場のこと", resource="")
    client = sign_in_as(Role.COORDINATOR_1)
    assert "役場のこと" not in client.get("/visits/morning").text
    assert "役場のこと" in client.get("/visits/morning?all=1").text
    viewer = sign_in_as(Role.VIEWER).get("/visits/morning").text
    assert "役場のこと" in viewer  # who writes nothing looks at all, and presses nothing
    assert ">できた<" not in viewer


def test_places_long_unvisited_and_areas_without_a_visit_are_named(sign_in_as, db):
    client = sign_in_as(Role.COORDINATOR_2)
    db.execute(text("update resource set closed_on = '2026-01-01' where municipality = '99001'"))
    make(db, name="だれも行かない会", place=list(HERS))
    make(db, name="よその区域の会", place=list(NOT_HERS))
    page = client.get("/visits/morning").text
    assert "だれも行かない会" in page
    assert "よその区域の会" not in page
    assert "今年度はまだ行っていません" in page


def test_what_is_open_is_handed_over(sign_in_as, db, scope_of):
    client = sign_in_as(Role.COORDINATOR_2)
    sakura, hikari = scope_of(Role.COORDINATOR_2).account, scope_of(Role.SUPPORT_CENTRE).account
    assert "引きつげる次の一手は" in client.get("/visits/hand-over").text
    send(client, next_step="見学に行く")
    assert "第二層 さくら（1件）" in client.get("/visits/hand-over").text
    for typed in ({}, {"giver": str(sakura), "taker": str(sakura)}, {"giver": "x", "taker": "x"}):
        assert client.post("/visits/hand-over", data=typed).status_code == 422
    answer = client.post("/visits/hand-over", data={"giver": str(sakura), "taker": str(hikari)})
    assert answer.status_code == 303
    taken = sign_in_as(Role.SUPPORT_CENTRE).get("/visits/morning").text
    assert "見学に行く" in taken
    assert "第二層 さくらから包括 ひかりへ" in taken
    foreign = client.post("/visits/hand-over", data={"giver": str(uuid4()), "taker": str(hikari)})
    assert foreign.status_code in (403, 404)


def test_an_administrator_of_all_is_at_home_where_the_address_says(client, db):
    who = {"role": "administrator", "municipality": None, "password": None}
    everywhere = sign_in.add(db, house(), email="all-visits@example.jp", name="", **who)
    token = open_session(db, everywhere.id)
    with client.session_transaction() as cookie:
        cookie[TOKEN] = token
    page = client.get(f"/visits/morning?municipality={TOWN}").text
    assert f"/map/{TOWN}" in page
    typed = form(note="よその町のこと", municipality=FOREIGN)
    assert client.post("/visits/add", data=typed).status_code == 303
    assert "よその町のこと" in client.get(f"/visits/?municipality={FOREIGN}").text
    assert "よその町のこと" not in client.get(f"/visits/?municipality={TOWN}").text
    assert client.get(f"/visits/{typed['id']}/edit?municipality={TOWN}").status_code == 200
