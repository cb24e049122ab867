"""公開データ: what others receive, and what no file of ours may do to their spreadsheet."""

import csv
import io
import json
from uuid import uuid4

from geo import publish, registry
from geo.edits import ResourceEdit
from geo.scope import house
from tests.conftest import TOWN


def add(db, **values):
    edits = {"kind": "salon", "name": "茶の間", "place": [136.01, 32.51], **values}
    raw = {"id": uuid4(), "resource": uuid4(), "base": None, "edits": edits}
    registry.apply(db, house(TOWN), ResourceEdit.parse(raw))


def table(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_areas_carry_what_the_contract_says(db):
    features = json.loads(publish.districts_geojson(db, TOWN))["features"]
    assert len(features) == 9
    assert all(
        set(f["properties"]) == {"municipality", "level", "code", "name", "source"}
        for f in features
    )
    assert {f["geometry"]["type"] for f in features} == {"MultiPolygon"}


def test_a_cell_is_never_a_formula(db):
    add(db, name="=1+1", fee="-100円", phone="+81-0", description="@sum")
    (row,) = [row for row in table(publish.resources_csv(db, TOWN)) if row["name"] == "'=1+1"]
    assert (row["fee"], row["phone"], row["description"]) == ("'-100円", "'+81-0", "'@sum")


def test_what_is_not_public_is_in_no_file(db):
    add(db, name="ひみつの会", public=False)
    add(db, name="喫茶の朝", kind="treasure")
    add(db, name="自宅サロン", place_shown="hidden", address="松葉1-2-3", staff_note="鍵は隣")
    files = publish.resources_csv(db, TOWN) + publish.resources_geojson(db, TOWN)
    assert "ひみつの会" not in files
    assert "喫茶の朝" not in files
    assert "松葉1-2-3" not in files
    assert "鍵は隣" not in files
    (point,) = [
        f
        for f in json.loads(publish.resources_geojson(db, TOWN))["features"]
        if f["properties"]["name"] == "自宅サロン"
    ]
    assert point["geometry"] is None
