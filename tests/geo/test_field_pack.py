"""What goes along into the field: public facts of the writer's areas, and nothing of anybody."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from geo import field_pack, registry, visits
from geo.edits import ResourceEdit
from geo.errors import NotFound
from geo.scope import Role, Scope, house
from geo.sources.model_town import corner_lonlat
from geo.visits import VisitEdit
from tests.conftest import TOWN

NOON = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
SECRETS = {
    "host": "世話人の花子",
    "host_contact": "090-1234-5678",
    "staff_note": "鍵は隣の家",
    "contact": "山田の携帯",
    "phone": "080-9999-0000",
    "description": "会長の次郎さんが",
}


def add(db, lonlat, **more):
    id_ = uuid4()
    edits = {"kind": "salon", "name": "持ち出しの会", "place": list(lonlat), **more}
    registry.apply(
        db, house(TOWN), ResourceEdit.parse({"id": uuid4(), "resource": id_, "edits": edits})
    )
    return str(id_)


def ids(content):
    return {row["id"] for row in content["resources"]}


def test_it_holds_what_everybody_may_see_of_her_areas(db, scope_of):
    hers, other = add(db, corner_lonlat(5, 5)), add(db, corner_lonlat(35, 5))
    content = field_pack.pack(db, scope_of(Role.COORDINATOR_2), NOON)
    assert hers in ids(content)
    assert other not in ids(content)
    assert [area["name"] for area in content["areas"]] == ["山の手圏域"]
    assert {hers, other} <= ids(field_pack.pack(db, scope_of(Role.OFFICIAL), NOON))


def test_no_host_no_telephone_and_no_note_goes_along(db, scope_of):
    add(db, corner_lonlat(5, 5), **SECRETS)
    written = json.dumps(field_pack.pack(db, scope_of(Role.OFFICIAL), NOON), ensure_ascii=False)
    assert "持ち出しの会" in written
    assert [words for words in SECRETS.values() if words in written] == []


def test_what_residents_do_not_see_stays_at_the_office(db, scope_of):
    hidden = [
        add(db, corner_lonlat(5, 5), public=False),
        add(db, corner_lonlat(5, 6), kind="treasure", name="朝のコーヒー"),
        add(db, corner_lonlat(5, 7), consents=[{"medium": "web", "answer": "no"}]),
        add(db, corner_lonlat(5, 8), do_not_list=True),
    ]
    content = field_pack.pack(db, scope_of(Role.OFFICIAL), NOON)
    assert ids(content).isdisjoint(hidden)
    assert "treasure" not in {kind["code"] for kind in content["kinds"]}


def test_a_blurred_place_goes_along_blurred(db, scope_of):
    at = corner_lonlat(5, 5)
    blurred = add(db, at, place_shown="blurred", address="緑丘1-2-3")
    content = field_pack.pack(db, scope_of(Role.OFFICIAL), NOON)
    row = next(row for row in content["resources"] if row["id"] == blurred)
    assert row["place"] != [round(at[0], 6), round(at[1], 6)]
    assert row["address"] == ""


def test_it_says_when_it_was_taken_how_long_it_keeps_and_from_what(db, scope_of):
    hers = add(db, corner_lonlat(5, 5), openings=[{"rrule": "FREQ=WEEKLY;BYDAY=TU"}])
    content = field_pack.pack(db, scope_of(Role.OFFICIAL), NOON)
    again = field_pack.pack(db, scope_of(Role.OFFICIAL), datetime(2026, 12, 1, tzinfo=UTC))
    assert (content["kept_days"], content["taken_at"]) == (30, NOON.isoformat())
    assert content["version"] == again["version"]
    row = next(row for row in content["resources"] if row["id"] == hers)
    assert (row["revision"], row["opening_words"]) == (1, ["毎週火曜"])
    assert field_pack.FORMAT == 2
    resting = add(db, corner_lonlat(5, 9), paused_on="2026-10-01", resumes_on="2027-04-01")
    content = field_pack.pack(db, scope_of(Role.OFFICIAL), NOON)
    (row,) = [row for row in content["resources"] if row["id"] == resting]
    assert (row["paused_on"], row["resumes_on"]) == ("2026-10-01", "2027-04-01")
    add(db, corner_lonlat(6, 5))
    assert field_pack.pack(db, scope_of(Role.OFFICIAL), NOON)["version"] != content["version"]


def test_what_she_promised_goes_along_and_no_treasure_is_named(db, scope_of):
    hers, treasure = (
        add(db, corner_lonlat(5, 5)),
        add(db, corner_lonlat(5, 6), kind="treasure", name="朝のコーヒー"),
    )
    scope = scope_of(Role.COORDINATOR_2)
    for resource, step in ((hers, "ちらしを届ける"), (treasure, "また寄る")):
        said = {
            "resource": resource,
            "visited_on": "2026-11-27",
            "activity": "visit",
            "next_step": step,
        }
        said |= {"note": "ここだけの話", "next_on": "2026-11-30"}
        visits.record(db, scope, VisitEdit.parse({"id": uuid4(), **said}), NOON.date())
    content = field_pack.pack(db, scope, NOON)
    assert {(row["next_step"], row["resource"]) for row in content["steps"]} == {
        ("ちらしを届ける", hers),
        ("また寄る", None),
    }
    written = json.dumps(content, ensure_ascii=False)
    assert "ここだけの話" not in written
    assert "朝のコーヒー" not in written
    assert field_pack.pack(db, scope_of(Role.COORDINATOR_1), NOON)["steps"] == []


def test_who_belongs_to_no_municipality_takes_nothing_along(db):
    with pytest.raises(NotFound):
        field_pack.pack(db, Scope(None, Role.ADMINISTRATOR), NOON)
