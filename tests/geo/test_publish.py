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
    edits = {"kind": "salon", "name": "茶の間", "place": [136.01, 32.51]}
    edits |= {"consents": [{"medium": "open_data", "answer": "yes"}], **values}
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


def test_open_data_is_what_a_list_delivered_or_its_host_agreed_to(db):
    add(db, name="だれも聞いていない会", consents=[])
    add(db, name="ことわった会", consents=[{"medium": "open_data", "answer": "no"}])
    add(db, name="よいと言った会")
    files = publish.resources_csv(db, TOWN) + publish.resources_geojson(db, TOWN)
    assert "だれも聞いていない会" not in files
    assert "ことわった会" not in files
    assert "よいと言った会" in files


def test_who_does_not_want_to_be_listed_is_listed_nowhere(db):
    add(db, name="のせないでほしい会", do_not_list=True)
    add(db, name="地図はことわる会", consents=[{"medium": "web", "answer": "no"}])
    files = publish.resources_csv(db, TOWN) + publish.resources_geojson(db, TOWN)
    assert "のせないでほしい会" not in files
    assert "地図はことわる会" not in files


def test_what_rests_is_published_with_both_days_and_its_openings_as_written(db):
    days = {"paused_on": "2026-10-01", "resumes_on": "2027-04-01"}
    add(db, name="休む会", openings=[{"rrule": "FREQ=WEEKLY;BYDAY=TU"}], **days)
    (row,) = [row for row in table(publish.resources_csv(db, TOWN)) if row["name"] == "休む会"]
    assert {name: row[name] for name in days} == days
    assert row["openings"] == "毎週火曜"
