"""台帳の書きかえ: what the gate promises to who writes, worked out on 碁盤町."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo import registry
from geo.edits import ResourceEdit
from geo.errors import Conflict, Invalid, NotAllowed, NotFound
from geo.records import audit, resources, versions
from geo.scope import Role, Scope
from geo.sources.model_town import corner_lonlat
from tests.conftest import FOREIGN, TOWN

WEST, EAST = list(corner_lonlat(5, 5)), list(corner_lonlat(35, 5))


def add(db, scope, **values):
    """A new salon; returns its id."""
    resource = uuid4()
    edits = {"kind": "salon", "name": "茶の間", "place": WEST, **values}
    registry.apply(db, scope, edit(resource, None, **edits))
    return resource


def edit(resource, base=1, **values):
    """A draft as a door hands it over."""
    return ResourceEdit.parse({"id": uuid4(), "resource": resource, "base": base, "edits": values})


def values(db, scope, resource):
    return resources.load_values(db, scope, [resource])[resource][1]


@pytest.fixture
def official(scope_of):
    return scope_of(Role.OFFICIAL)


def test_a_new_resource_is_there_with_its_history(db, official):
    resource = add(db, official, provider="花の会", openings=[{"rrule": "FREQ=WEEKLY;BYDAY=TU"}])
    kept = values(db, official, resource)
    assert (kept["name"], kept["provider"], kept["openings"][0]["rrule"]) == (
        "茶の間",
        "花の会",
        "FREQ=WEEKLY;BYDAY=TU",
    )
    (revision,) = resources.list_revisions(db, official, resource)
    assert (revision.revision, revision.account) == (1, official.account)


def test_the_same_draft_applies_once(db, official):
    resource = add(db, official)
    same = edit(resource, name="茶の間 花")
    assert registry.apply(db, official, same) == 2
    assert registry.apply(db, official, same) == 2
    assert len(resources.list_revisions(db, official, resource)) == 2


def test_a_draft_of_somebody_else_is_not_an_answer(db, official, scope_of):
    resource = add(db, official)
    theirs = edit(resource, name="茶の間 花")
    registry.apply(db, official, theirs)
    with pytest.raises(Invalid) as error:
        registry.apply(db, scope_of(Role.COORDINATOR_1), theirs)
    assert error.value.facts["fields"] == {"draft": "used_elsewhere"}


def test_a_resource_can_be_read_as_it_was_when_a_form_was_opened(db, official):
    resource = add(db, official, fee="100円")
    registry.apply(db, official, edit(resource, fee="50円"))
    registry.apply(db, official, edit(resource, base=2, fee="0円", kana="ちゃのま"))
    was = [registry.values_at(db, official, resource, revision) for revision in (1, 2, 3)]
    assert [(row["fee"], row["kana"]) for row in was] == [
        ("100円", ""),
        ("50円", ""),
        ("0円", "ちゃのま"),
    ]
    with pytest.raises(NotFound):
        registry.values_at(db, official, uuid4(), 1)


def test_edits_to_different_fields_both_stand(db, official):
    resource = add(db, official)
    registry.apply(db, official, edit(resource, name="茶の間 花"))
    registry.apply(db, official, edit(resource, kana="ちゃのま"))
    kept = values(db, official, resource)
    assert (kept["name"], kept["kana"], kept["revision"]) == ("茶の間 花", "ちゃのま", 3)


def test_two_names_for_one_place_is_a_conflict_and_nothing_is_written(db, official):
    resource = add(db, official)
    registry.apply(db, official, edit(resource, name="茶の間 花"))
    with pytest.raises(Conflict) as error:
        registry.apply(db, official, edit(resource, name="茶の間 月"))
    assert error.value.facts["theirs"] == {"name": "茶の間 花"}
    assert values(db, official, resource)["name"] == "茶の間 花"


def test_the_same_new_name_from_two_people_is_no_conflict(db, official):
    resource = add(db, official)
    registry.apply(db, official, edit(resource, name="茶の間 花"))
    assert registry.apply(db, official, edit(resource, name="茶の間 花")) == 2


def test_a_coordinator_writes_only_in_her_areas(db, scope_of):
    coordinator = scope_of(Role.COORDINATOR_2)
    inside = add(db, coordinator, place=WEST)
    with pytest.raises(NotAllowed):
        add(db, coordinator, place=EAST)
    assert values(db, coordinator, inside)["place"] == WEST


def test_moving_needs_the_right_at_the_old_and_the_new_place(db, official, scope_of):
    coordinator = scope_of(Role.COORDINATOR_2)
    inside, outside = add(db, official, place=WEST), add(db, official, place=EAST)
    with pytest.raises(NotAllowed):
        registry.apply(db, coordinator, edit(inside, place=EAST))
    with pytest.raises(NotAllowed):
        registry.apply(db, coordinator, edit(outside, place=WEST))


def test_a_resource_without_a_place_is_nobodys_area(db, official, scope_of):
    nowhere = add(db, official, place=None)
    with pytest.raises(NotAllowed):
        registry.apply(db, scope_of(Role.COORDINATOR_2), edit(nowhere, name="別の名"))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PROVIDER, Role.RESIDENT, Role.PREFECTURE])
def test_who_only_reads_does_not_write(db, official, role):
    resource = add(db, official)
    with pytest.raises(NotAllowed):
        registry.apply(db, Scope(TOWN, role), edit(resource, name="x"))


def test_another_municipality_cannot_be_reached(db, official):
    resource = add(db, official)
    with pytest.raises(NotFound):
        registry.apply(db, Scope(FOREIGN, Role.OFFICIAL), edit(resource, name="x"))


def test_an_id_that_exists_anywhere_cannot_be_made_again(db, official):
    resource = add(db, official)
    with pytest.raises(Invalid):
        registry.apply(
            db,
            Scope(FOREIGN, Role.OFFICIAL),
            ResourceEdit(uuid4(), resource, None, {"kind": "salon", "name": "x"}),
        )


def test_a_blurred_place_is_shown_from_its_cell_only(db, official):
    resource = add(db, official, place_shown="blurred", address="松葉1-2-3")
    row = db.execute(
        text("select lon, lat, address from resource_public where id = :id"), {"id": resource}
    ).one()
    # a half mesh (22.5 s of longitude, 15 s of latitude) doubled twice: few houses are drawn there
    assert 0 < abs(row.lon - WEST[0]) <= 4 * 22.5 / 3600 / 2
    assert abs(row.lat - WEST[1]) <= 4 * 15 / 3600 / 2
    assert row.address == ""


def test_a_treasure_is_staff_only_whatever_its_entry_says(db, official):
    resource = add(db, official, kind="treasure", public=True)
    seen = text("select count(*) from resource_public where id = :id")
    assert db.scalar(seen, {"id": resource}) == 0


def test_a_halt_at_a_gate_is_told_by_its_landmark_without_a_point(db, official):
    stop = {
        "name": "山本さん宅前",
        "lon": 136.01,
        "lat": 32.51,
        "shown": "landmark",
        "landmark": "松葉公園の北",
    }
    hidden = {"name": "川口さん宅前", "shown": "hidden"}
    resource = add(db, official, kind="mobile_shop", stops=[stop, hidden])
    told = db.scalar(text("select stops from resource_public where id = :id"), {"id": resource})
    assert [(halt["name"], halt["lon"]) for halt in told] == [("松葉公園の北", None)]


def test_each_write_is_written_down_and_raises_the_version(db, official):
    before = versions.list_values(db, official).get("resources", 0)
    resource = add(db, official)
    registry.apply(db, official, edit(resource, fee="100円"))
    (change, addition) = audit.list_of(db, official, "resource", resource)
    assert (addition.action, change.action) == ("add", "change")
    assert (change.before, change.after) == ({"fee": ""}, {"fee": "100円"})
    assert versions.list_values(db, official)["resources"] == before + 2


@pytest.mark.parametrize(
    ("field", "bad", "problem"),
    [
        ("name", "", "required"),
        ("name", "あ" * 201, "too_long"),
        ("name", "\x00", "bad_character"),
        ("kind", "no_such_kind", "unknown_choice"),
        ("place", [36.0, 136.0], "outside_japan"),
        ("place", [float("nan"), 36.0], "not_a_number"),
        ("capacity", "たくさん", "not_a_number"),
        ("capacity", -1, "not_a_number"),
        ("confirmed_on", "2026-02-30", "not_a_date"),
        ("url", "javascript:alert(1)", "not_a_url"),
        ("eligibility", "members_of_the_moon", "unknown_choice"),
        ("openings", [{"rrule": "FREQ=SECONDLY"}], "not_a_rule"),
        ("colour", "red", "unknown_field"),
    ],
)
def test_a_bad_field_is_named_with_what_is_wrong(db, official, field, bad, problem):
    resource = add(db, official)
    raw = {"id": str(uuid4()), "resource": str(resource), "base": 1, "edits": {field: bad}}
    with pytest.raises(Invalid) as error:
        registry.apply(db, official, ResourceEdit.parse(raw))
    assert error.value.facts["fields"] == {field: problem}


# --- the three-way merge of imports (DATA 14) ---


def test_a_cell_nobody_touched_takes_the_sources_new_value():
    assert registry.merge({"fee": "100円"}, {"fee": "200円"}, {"fee": "100円"}) == (
        {"fee": "200円"},
        [],
    )


def test_a_persons_edit_wins_over_an_unchanged_cell():
    assert registry.merge({"fee": "100円"}, {"fee": "100円"}, {"fee": "無料"}) == ({}, [])


def test_where_both_changed_the_persons_edit_stands_and_is_told():
    assert registry.merge({"fee": "100円"}, {"fee": "200円"}, {"fee": "無料"}) == ({}, ["fee"])


def test_where_both_changed_to_the_same_nothing_is_to_do():
    assert registry.merge({"fee": "100円"}, {"fee": "無料"}, {"fee": "無料"}) == ({}, [])


def test_a_place_and_how_well_it_is_known_stand_together():
    """A pin that a person set is never called a block by the next edition of a gazetteer."""
    base = {"place": None, "place_level": "unknown"}
    theirs = {"place": [136.01, 32.51], "place_level": "block"}
    moved = {"place": [136.02, 32.52], "place_level": "unknown"}
    assert registry.merge(base, theirs, moved) == ({}, ["place", "place_level"])
    surveyed = {"place": None, "place_level": "surveyed"}
    assert registry.merge(base, theirs, surveyed) == ({}, ["place", "place_level"])
    assert registry.merge(base, theirs, base) == (theirs, [])


def test_an_edit_that_is_not_kept_yet_lets_others_of_the_town_write(own_house):
    """Two writers of two resources: the second does not wait until the first is done."""
    engine, scope = own_house.extensions["engine"], Scope(TOWN, Role.OFFICIAL)
    with Session(engine) as first, Session(engine) as second:
        add(first, scope, name="一番")
        second.execute(text("set lock_timeout = '2s'"))
        add(second, scope, name="二番")
        second.commit()
        before = versions.list_values(second, scope)["resources"]
        first.commit()
        second.rollback()  # a transaction asks for versions once
        assert versions.list_values(second, scope)["resources"] == before + 1


def undo(db, scope, resource, revision):
    return registry.undo(db, scope, uuid4(), resource, revision)


def test_undoing_sets_back_what_a_revision_changed_and_keeps_it_in_the_history(db, official):
    resource = add(db, official, fee="100円", openings=[{"rrule": "FREQ=WEEKLY;BYDAY=TU"}])
    first = values(db, official, resource)
    changed = {"fee": "50円", "openings": [], "closed_on": "2026-03-31", "place": EAST}
    registry.apply(db, official, edit(resource, **changed))
    assert undo(db, official, resource, 2) == 3
    now = values(db, official, resource)
    assert {name: now[name] for name in changed} == {name: first[name] for name in changed}
    history = resources.list_revisions(db, official, resource)
    assert [row.revision for row in history] == [3, 2, 1]
    assert (history[0].before, history[0].changed) == (history[1].changed, history[1].before)
    assert history[0].account == official.account
    (last,) = [
        row
        for row in audit.list_of(db, official, "resource", resource)
        if row.after == history[0].changed
    ]
    assert last.action == "change"


def test_an_undoing_can_be_undone(db, official):
    resource = add(db, official, fee="100円")
    registry.apply(db, official, edit(resource, fee="50円"))
    undo(db, official, resource, 2)
    assert undo(db, official, resource, 3) == 4
    assert values(db, official, resource)["fee"] == "50円"


def test_an_older_revision_is_undone_beside_what_others_changed_since(db, official):
    resource = add(db, official, fee="100円")
    registry.apply(db, official, edit(resource, fee="50円"))
    registry.apply(db, official, edit(resource, base=2, kana="ちゃのま"))
    assert undo(db, official, resource, 2) == 4
    now = values(db, official, resource)
    assert (now["fee"], now["kana"]) == ("100円", "ちゃのま")


def test_what_was_changed_again_is_not_undone_under_its_writer(db, official):
    resource = add(db, official, fee="100円", phone="1")
    registry.apply(db, official, edit(resource, fee="50円", phone="2"))
    registry.apply(db, official, edit(resource, base=2, fee="0円"))
    with pytest.raises(Conflict) as error:
        undo(db, official, resource, 2)
    assert error.value.facts["theirs"] == {"fee": "0円"}
    now = values(db, official, resource)
    assert (now["fee"], now["phone"], now["revision"]) == ("0円", "2", 3)


def test_the_newest_first_changes_are_undone_one_after_the_other(db, official):
    resource = add(db, official, fee="100円")
    registry.apply(db, official, edit(resource, fee="50円"))
    registry.apply(db, official, edit(resource, base=2, fee="30円"))
    assert undo(db, official, resource, 3) == 4
    assert undo(db, official, resource, 2) == 5
    assert values(db, official, resource)["fee"] == "100円"


def test_an_undoing_whose_answer_was_lost_is_answered_again_whatever_came_after(db, official):
    resource = add(db, official, fee="100円")
    registry.apply(db, official, edit(resource, fee="50円"))
    draft = uuid4()
    registry.undo(db, official, draft, resource, 2)
    registry.apply(db, official, edit(resource, base=3, fee="0円"))
    assert registry.undo(db, official, draft, resource, 2) == 4
    assert values(db, official, resource)["fee"] == "0円"


def test_undoing_what_already_is_as_before_changes_nothing(db, official):
    resource = add(db, official, fee="100円")
    registry.apply(db, official, edit(resource, fee="50円"))
    assert undo(db, official, resource, 2) == undo(db, official, resource, 2) == 3


def test_the_same_undoing_sent_twice_counts_once(db, official):
    resource = add(db, official, fee="100円")
    registry.apply(db, official, edit(resource, fee="50円"))
    draft = uuid4()
    assert {registry.undo(db, official, draft, resource, 2) for _ in "ab"} == {3}


def test_the_beginning_of_a_resource_and_what_never_was_cannot_be_undone(db, official, scope_of):
    resource = add(db, official)
    with pytest.raises(Invalid) as error:
        undo(db, official, resource, 1)
    assert error.value.facts["fields"] == {"revision": "nothing_before"}
    for revision in (0, 2):
        with pytest.raises(NotFound):
            undo(db, official, resource, revision)
    with pytest.raises(NotFound):
        undo(db, official, uuid4(), 2)


def test_a_coordinator_undoes_nothing_that_moves_a_place_out_of_her_area(db, official, scope_of):
    resource = add(db, official, place=EAST)
    registry.apply(db, official, edit(resource, place=WEST))
    with pytest.raises(NotAllowed):
        undo(db, scope_of(Role.COORDINATOR_2), resource, 2)
    with pytest.raises(NotAllowed):
        undo(db, scope_of(Role.VIEWER), resource, 2)
    assert values(db, official, resource)["place"] == WEST
