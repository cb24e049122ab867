"""呼び名と窓口の連絡先: what a municipality calls things, said where they are named."""

import pytest

from geo.records import audit
from geo.scope import Role, house
from tests.conftest import TOWN
from tests.living import fields_of
from tests.routes.making import make

ADDRESS = f"/wordings/{TOWN}"


def test_own_names_are_said_where_the_thing_is_named(sign_in_as, db, app):
    client = sign_in_as(Role.OFFICIAL)
    form = fields_of(client.get(ADDRESS).text)
    assert form["term.support_centre"] == ""
    names = {"term.support_centre": "あんしんすこやかセンター", "level.living_area": "くらしの区域",
             "desk": "町社協", "desk_phone": "0000-22-0000"}  # fmt: skip
    assert client.post(ADDRESS, data=form | names).status_code == 303
    salon = make(db)
    assert "あんしんすこやかセンター" in client.get(f"/resources/{salon}/edit").text
    everybody = app.test_client()
    assert "くらしの区域" in everybody.get(f"/map/{TOWN}").text
    page = everybody.get(f"/resources/{salon}").text
    assert "町社協" in page
    assert "0000-22-0000" in page
    line = audit.list_of(db, house(TOWN), "wording", TOWN)[0]
    assert line.after["desk"] == "町社協"

    client.post(ADDRESS, data=form)  # as it was
    assert "あんしんすこやかセンター" not in client.get(f"/resources/{salon}/edit").text
    assert "地域包括支援センター" in client.get(f"/resources/{salon}/edit").text


def test_nothing_changed_is_said_and_written_nowhere(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    form = fields_of(client.get(ADDRESS).text)
    assert client.post(ADDRESS, data=form).status_code == 303
    assert audit.list_of(db, house(TOWN), "wording", TOWN) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"level.living_area": " "}, "入力してください"),
        ({"term.council": "あ" * 61}, "長すぎます"),
        ({"desk": "", "desk_phone": "0000-22-0000"}, "入力してください"),
    ],
)
def test_what_cannot_be_is_said_with_what_was_typed(sign_in_as, typed, words):
    client = sign_in_as(Role.OFFICIAL)
    answer = client.post(ADDRESS, data=fields_of(client.get(ADDRESS).text) | typed)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_coordinator_does_not_rename_the_town(sign_in_as):
    assert sign_in_as(Role.COORDINATOR_1).get(ADDRESS).status_code == 403
