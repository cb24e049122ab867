"""食い違い: the desk sees both values side by side, and chooses once."""

import re
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text

from geo import merging
from geo.merging import Wish
from geo.records import resources
from geo.scope import Role, Scope, house
from geo.sources.model_town import corner_lonlat
from tests.conftest import FOREIGN, TOWN
from tests.routes.making import make, make_conflict

WEST, EAST = list(corner_lonlat(5, 5)), list(corner_lonlat(35, 5))


@pytest.fixture
def conflict(db, scope_of):
    """conflict(…) -> (resource, id) of a change by 第1層 that met another one."""

    def of(place=None, **ours):
        resource = make(db, fee="100円", place=place or WEST)
        return resource, make_conflict(db, scope_of(Role.COORDINATOR_1), resource, **ours)

    return of


def settle(client, conflict, take, base=2, draft=None):
    form = {"take": take, "base": str(base), "draft": draft or str(uuid4())}
    return client.post(f"/conflicts/{conflict}", data=form)


def kept(db, resource):
    db.expire_all()
    return resources.load_values(db, house(TOWN), [resource])[resource][1]


def how(db, conflict):
    return db.scalar(text("select settled_how from conflict where id = :c"), {"c": conflict})


def test_both_values_stand_side_by_side(sign_in_as, conflict):
    resource, _ = conflict(booking="電話で")
    page = sign_in_as(Role.OFFICIAL).get("/conflicts/").text
    for words in (
        "料金",
        ">60円</td>",
        ">50円</td>",
        "「申し込み：電話で」",
        f"/resources/{resource}",
    ):
        assert words in page
    assert "第一層" in page


@pytest.mark.parametrize(("take", "fee"), [("ours", "60円"), ("theirs", "50円")])
def test_the_desk_takes_one_and_what_met_nobody_is_written_in_any_case(
    sign_in_as, db, conflict, take, fee
):
    client = sign_in_as(Role.OFFICIAL)
    resource, id_ = conflict(booking="電話で")
    answer = settle(client, id_, take)
    assert (answer.status_code, answer.location) == (303, "/conflicts/")
    now = kept(db, resource)
    assert (now["fee"], now["booking"], how(db, id_)) == (fee, "電話で", take)
    assert "いまはありません" in client.get("/conflicts/").text


def test_pressed_twice_it_counts_once_and_a_later_choice_is_told(sign_in_as, db, conflict):
    client = sign_in_as(Role.OFFICIAL)
    resource, id_ = conflict()
    draft = str(uuid4())
    assert [settle(client, id_, "ours", draft=draft).status_code for _ in "ab"] == [303, 303]
    assert kept(db, resource)["revision"] == 3
    refused = settle(client, id_, "theirs")
    assert refused.status_code == 422
    assert "もう決められています" in refused.text


def test_what_was_changed_since_the_page_was_shown_is_shown_anew(sign_in_as, db, conflict):
    client = sign_in_as(Role.OFFICIAL)
    resource, id_ = conflict()
    form = {"draft": str(uuid4()), "base": "2", "fee": "0円"}
    assert client.post(f"/resources/{resource}/edit", data=form).status_code == 302
    refused = settle(client, id_, "ours")
    assert refused.status_code == 409
    assert ">0円</td>" in refused.text
    assert re.search('name="base" value="3"', refused.text)
    assert how(db, id_) is None
    assert settle(client, id_, "ours", base=3).status_code == 303
    assert kept(db, resource)["fee"] == "60円"


def test_a_coordinator_settles_only_in_her_own_areas(sign_in_as, db, conflict):
    client = sign_in_as(Role.COORDINATOR_2)
    _, outside = conflict(place=EAST)
    _, inside = conflict(place=WEST)
    page = client.get("/conflicts/").text
    assert (str(outside) in page, str(inside) in page) == (False, True)
    assert settle(client, outside, "theirs").status_code == 403
    assert settle(client, inside, "theirs").status_code == 303


def test_nothing_of_another_town_is_settled_and_nothing_without_a_choice(sign_in_as, db, conflict):
    client = sign_in_as(Role.OFFICIAL)
    foreign = make_conflict(db, Scope(FOREIGN, Role.OFFICIAL), make(db, FOREIGN, fee="1円"))
    assert settle(client, foreign, "theirs").status_code == 404
    _, id_ = conflict()
    assert settle(client, id_, "both").status_code == 422
    assert client.post(f"/conflicts/{id_}", data={"take": "ours"}).status_code == 422
    assert how(db, id_) is None


def test_the_staff_find_it_from_where_they_begin(sign_in_as):
    assert 'href="/conflicts/"' in sign_in_as(Role.OFFICIAL).get("/work/").text
    assert 'href="/conflicts/"' not in sign_in_as(Role.VIEWER).get("/work/").text


@pytest.mark.parametrize(("take", "fee"), [("ours", "60円"), ("theirs", "10円")])
def test_of_an_entry_that_was_merged_since_the_one_that_stays_is_shown_and_written(
    sign_in_as, db, scope_of, conflict, take, fee
):
    (gone, id_), stays = conflict(), make(db, name="残る茶の間", fee="10円", place=WEST)
    seen = resources.load_values(db, house(TOWN), [stays, gone])
    wish = Wish(uuid4(), stays, gone, (seen[stays][0], seen[gone][0]), {"fee": "kept"}, "まとめた")
    merging.merge(db, scope_of(Role.OFFICIAL), wish, date(2026, 11, 30))
    db.commit()
    official = sign_in_as(Role.OFFICIAL)
    page = official.get("/conflicts/").text
    assert "残る茶の間" in page
    assert ">10円</td>" in page
    base = re.search(r'name="base" value="(\d+)"', page)[1]
    assert settle(official, id_, take, base=base).status_code == 303
    assert (kept(db, stays)["fee"], kept(db, gone)["fee"]) == (fee, "50円")
