"""ふたつをひとつに: the page side by side, old addresses, and the way back."""

from uuid import uuid4

import pytest

from geo.records import resources
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from tests.conftest import TOWN
from tests.living import fields_of
from tests.routes.making import make

HERE, EAST = list(corner_lonlat(5, 5)), list(corner_lonlat(35, 5))


def state(db, resource):
    return resources.load_values(db, house(TOWN), [resource])[resource][1]


@pytest.fixture
def two(db):
    kept = make(db, name="ふれあいサロンかもめ", place=HERE, fee="100円")
    gone = make(db, name="かもめふれあいサロン", place=HERE, fee="200円", booking="電話で")
    return kept, gone


def test_merged_the_old_address_leads_to_the_one_that_stays_and_can_be_set_back(
    sign_in_as, db, two
):
    client, (kept, gone) = sign_in_as(Role.OFFICIAL), two
    page = client.get(f"/resources/{kept}/merge/{gone}").text
    assert "違う項目（3）" in page
    form = {"draft": fields_of(page)["draft"], "kept_base": "1", "gone_base": "1"}
    form |= {"choose_fee": "gone", "choose_booking": "gone", "choose_name": "kept"}
    answer = client.post(f"/resources/{kept}/merge/{gone}", data=form)
    assert (answer.status_code, answer.location) == (303, f"/resources/{kept}")
    assert (state(db, kept)["fee"], state(db, kept)["booking"]) == ("200円", "電話で")
    for address in (f"/resources/{gone}", f"/resources/{gone}/edit"):
        assert client.get(address).location.startswith(f"/resources/{kept}")
    assert client.get(f"/resources/{gone}/close").status_code == 422
    shown = client.get(f"/resources/{kept}").text
    assert "「かもめふれあいサロン」をこの記録にまとめました" in shown
    back = client.post(f"/resources/{gone}/unmerge", data={"draft": str(uuid4())})
    assert (back.status_code, back.location) == (303, f"/resources/{gone}")
    assert state(db, kept)["fee"] == "100円"
    assert client.get(f"/resources/{gone}").status_code == 200


def test_what_somebody_changed_meanwhile_is_shown_before_anything_is_merged(sign_in_as, db, two):
    client, (kept, gone) = sign_in_as(Role.OFFICIAL), two
    client.post(f"/resources/{gone}/edit", data={"draft": str(uuid4()), "base": "1", "fee": "無料"})
    form = {"draft": str(uuid4()), "kept_base": "1", "gone_base": "1"}
    answer = client.post(f"/resources/{kept}/merge/{gone}", data=form)
    assert answer.status_code == 409
    assert "ほかの方がどちらかを書き換えました（料金）" in answer.text
    assert state(db, gone)["merged_into"] is None


def test_what_others_wrote_over_a_merge_keeps_it_and_says_so(sign_in_as, db, two):
    client, (kept, gone) = sign_in_as(Role.OFFICIAL), two
    form = {"draft": str(uuid4()), "kept_base": "1", "gone_base": "1", "choose_fee": "gone"}
    client.post(f"/resources/{kept}/merge/{gone}", data=form)
    client.post(f"/resources/{kept}/edit", data={"draft": str(uuid4()), "base": "2", "fee": "無料"})
    answer = client.post(f"/resources/{gone}/unmerge", data={"draft": str(uuid4())})
    assert answer.status_code == 409
    assert "いまの内容：無料" in answer.text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 422),
        ({"draft": "x", "kept_base": "1", "gone_base": "1"}, 422),
        ({"draft": str(uuid4()), "kept_base": "9", "gone_base": "1"}, 422),
        ({"draft": str(uuid4()), "kept_base": "1", "gone_base": "1", "choose_fee": "both"}, 422),
        (
            {
                "draft": str(uuid4()),
                "kept_base": "1",
                "gone_base": "1",
                "choose_merged_into": "kept",
            },
            422,
        ),
    ],
)
def test_a_form_that_says_nothing_sensible_is_refused_in_words(sign_in_as, db, two, form, status):
    client, (kept, gone) = sign_in_as(Role.OFFICIAL), two
    assert client.post(f"/resources/{kept}/merge/{gone}", data=form).status_code == status
    assert state(db, gone)["merged_into"] is None


def test_beyond_one_s_areas_and_with_itself_nothing_is_merged(sign_in_as, db, two):
    client = sign_in_as(Role.COORDINATOR_2)
    far = make(db, name="東の会", place=EAST)
    assert client.get(f"/resources/{two[0]}/merge/{far}").status_code == 403
    assert client.get(f"/resources/{two[0]}/merge/{two[0]}").status_code == 422
    assert client.get(f"/resources/{two[0]}/merge/{uuid4()}").status_code == 404
    assert (
        client.post(f"/resources/{two[0]}/unmerge", data={"draft": str(uuid4())}).status_code == 404
    )
