"""似た記録: the list of pairs, what is asked while one types, and the form that asks once."""

import pytest
from sqlalchemy import text

from geo.scope import Role
from geo.sources.model_town import corner_lonlat
from tests.conftest import FOREIGN, TOWN
from tests.living import fields_of
from tests.routes.making import make

HERE, EAST = list(corner_lonlat(5, 5)), list(corner_lonlat(35, 5))


@pytest.fixture
def two(db):
    same = {"place": HERE, "place_level": "building", "phone": "0000-11-2222"}
    return make(db, name="ふれあいサロンかもめ", **same), make(
        db, name="かもめふれあいサロン", **same
    )


def test_a_pair_stands_in_the_list_with_its_reasons_until_somebody_decides(sign_in_as, db, two):
    client = sign_in_as(Role.OFFICIAL)
    page = client.get(f"/resources/twins/{TOWN}").text
    assert "名前の語の順や書き方だけが違う、場所がほぼ同じ、電話番号が同じ、種別が同じ" in page
    one, other = sorted(two)
    assert f"/resources/{one}/merge/{other}" in page
    answer = client.post(f"/resources/{one}/different", data={"other": str(other)})
    assert (answer.status_code, answer.location) == (303, f"/resources/twins/{TOWN}")
    assert "かもめふれあいサロン" not in client.get(f"/resources/twins/{TOWN}").text
    assert db.scalar(text("select verdict from twin_decision")) == "different"


def test_a_coordinator_sees_and_decides_pairs_of_her_areas_only(sign_in_as, db):
    far = {"place": EAST, "place_level": "building"}
    one, other = make(db, name="東のかもめ会", **far), make(db, name="東のカモメ会", **far)
    client = sign_in_as(Role.COORDINATOR_2)
    assert "東のかもめ会" not in client.get(f"/resources/twins/{TOWN}").text
    answer = client.post(f"/resources/{one}/different", data={"other": str(other)})
    assert answer.status_code == 403
    assert client.get(f"/resources/twins/{FOREIGN}").status_code == 404


@pytest.mark.parametrize("other", ["", "x", "88742890-b57a-45fa-8ed9-5f923df57fec"])
def test_a_decision_about_nothing_is_refused_in_words(sign_in_as, two, other):
    client = sign_in_as(Role.OFFICIAL)
    assert client.post(f"/resources/{two[0]}/different", data={"other": other}).status_code in (
        404,
        422,
    )
    assert (
        client.post(f"/resources/{two[0]}/different", data={"other": str(two[0])}).status_code
        == 422
    )


def alike(client, **asked):
    return client.get("/resources/alike", query_string=asked).get_json()["alike"]


def test_while_one_types_the_likeliest_are_told_with_reasons_in_words(sign_in_as, two):
    client = sign_in_as(Role.OFFICIAL)
    rows = alike(client, name="フレアイサロン かもめ", kind="salon", lon=HERE[0], lat=HERE[1])
    assert {row["name"] for row in rows} == {"ふれあいサロンかもめ", "かもめふれあいサロン"}
    assert "場所がほぼ同じ" in rows[0]["reasons"]
    assert alike(client, name="まったく別の名", kind="salon") == []
    assert alike(client) == []


@pytest.mark.parametrize("lon", ["nan", "inf", "x", "999", "1e400", ""])
def test_odd_questions_are_answered(sign_in_as, two, lon):
    client = sign_in_as(Role.OFFICIAL)
    rows = alike(client, name="かもめ%_サロン", kind="?", lon=lon, lat="32.5", phone="%")
    assert isinstance(rows, list)


def test_of_what_is_not_to_be_listed_only_that_it_is_there_is_told(sign_in_as, db):
    make(db, name="田中さん宅サロン", place=HERE, do_not_list=True, address="松葉1-1-1")
    client = sign_in_as(Role.OFFICIAL)
    (row,) = alike(client, name="田中さん宅サロン", kind="salon", lon=HERE[0], lat=HERE[1])
    assert row["unlisted"]
    assert (row["name"], row["address"], row["reasons"]) == ("", "", [])


def test_without_a_script_the_form_asks_once(sign_in_as, db, two):
    client = sign_in_as(Role.OFFICIAL)
    form = fields_of(client.get(f"/resources/add/{TOWN}").text)
    form |= {"kind": "salon", "name": "かもめサロン", "lon": str(HERE[0]), "lat": str(HERE[1])}
    asked = client.post(f"/resources/add/{TOWN}", data=form)
    assert asked.status_code == 200
    assert "似た記録が、もうあります" in asked.text
    assert "それでも加える" in asked.text
    again = fields_of(asked.text) | {"despite": "yes"}
    assert again["name"] == "かもめサロン"
    assert client.post(f"/resources/add/{TOWN}", data=again).status_code == 302
    assert client.post(f"/resources/add/{TOWN}", data=form).status_code == 302, (
        "sent again it is there"
    )
    assert db.scalar(text("select count(*) from resource where name = 'かもめサロン'")) == 1
