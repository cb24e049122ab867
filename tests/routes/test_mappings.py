"""/imports/mappings: what was said of the columns of lists, handed on and forgotten."""

import json

from geo.records import mappings
from geo.scope import Role, Scope
from tests.conftest import TOWN

SPEC = {
    "sheet": "",
    "header_row": 3,
    "columns": {"name": "呼び名"},
    "kind": "",
    "kinds": {"集い": "salon"},
}


def test_a_mapping_is_shown_handed_on_and_forgotten(db, sign_in_as):
    client = sign_in_as(Role.OFFICIAL)
    assert "まだありません" in client.get("/imports/mappings/").text
    mappings.save(db, Scope(TOWN, Role.OFFICIAL), "f" * 64, "集いの場", SPEC)
    db.commit()
    page = client.get("/imports/mappings/").text
    assert "呼び名" in page
    assert "種別「集い」" in page
    address = f"/imports/mappings/{TOWN}/{'f' * 64}"
    answer = client.get(f"{address}.json")
    assert json.loads(answer.data) == SPEC
    assert client.post(f"{address}/forget").status_code == 303
    assert client.get(f"{address}.json").status_code == 404
