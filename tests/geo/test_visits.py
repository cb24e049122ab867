"""訪問の記録: once, without people's numbers, with what comes next."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from geo import visits
from geo.errors import Conflict, Invalid, NotAllowed, NotFound
from geo.records import audit, resources
from geo.records import visits as records
from geo.records.visits import Asked
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from geo.visits import VisitEdit
from tests.conftest import FOREIGN, TOWN
from tests.routes.making import make

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
HERS, NOT_HERS = corner_lonlat(5, 5), corner_lonlat(35, 5)


def raw(**values):
    return {"id": str(uuid4()), "visited_on": "2026-11-19", "activity": "visit", **values}


def write(db, scope, **values):
    edit = VisitEdit.parse(raw(**values))
    assert visits.record(db, scope, edit, TODAY)
    return edit.id


def listed(db, scope, **asked):
    return [row.id for row in records.list_all(db, scope, Asked(**asked))]


def test_a_visit_is_kept_once_with_its_audit(db, scope_of):
    scope = scope_of(Role.COORDINATOR_2)
    edit = VisitEdit.parse(
        raw(
            note="体操のあと茶話。",
            met=12,
            minutes="60",
            next_step="椅子を借りる",
            next_on="2026-12-01",
        )
    )
    assert [visits.record(db, scope, edit, TODAY) for _ in range(2)] == [True, False]
    [row] = records.list_all(db, scope, Asked())
    assert (row.met, row.minutes, row.note, row.owner) == (
        12,
        60,
        "体操のあと茶話。",
        scope.account,
    )
    [told] = audit.list_of(db, house(TOWN), "visit", edit.id)
    assert (told.action, told.after["next_on"]) == ("add", "2026-12-01")


def test_an_id_of_somebody_else_is_refused(db, scope_of):
    edit = VisitEdit.parse(raw())
    visits.record(db, scope_of(Role.COORDINATOR_2), edit, TODAY)
    with pytest.raises(Invalid) as refused:
        visits.record(db, scope_of(Role.OFFICIAL), edit, TODAY)
    assert refused.value.facts["fields"] == {"draft": "used_elsewhere"}


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"note": "090-1234-5678"}, "note", "has_phone"),
        ({"promised": "a@example.jp"}, "promised", "has_mail"),
        ({"place": "松葉町3番地"}, "place", "has_block"),
        ({"activity": "shopping"}, "activity", "unknown_choice"),
        ({"visited_on": "きのう"}, "visited_on", "not_a_date"),
        ({"visited_on": ""}, "visited_on", "not_a_date"),
        ({"met": "-1"}, "met", "not_a_number"),
        ({"met": "たくさん"}, "met", "not_a_number"),
        ({"met": "9" * 5000}, "met", "unreadable"),
        ({"accuracy_m": "nan"}, "accuracy_m", "not_a_number"),
        ({"resource": "x"}, "resource", "unknown_choice"),
        ({"claimed_at": "2026-11-20T10:00:00"}, "claimed_at", "not_a_date"),
        ({"lon": "999", "lat": "35"}, "lon", "not_a_number"),
        ({"note": "長" * 4001}, "note", "too_long"),
        ({"colour": "red"}, "colour", "unknown_field"),
        ({"note": "\x00"}, "note", "bad_character"),
    ],
)
def test_what_cannot_be_read_is_said_field_by_field(values, field, code):
    with pytest.raises(Invalid) as refused:
        VisitEdit.parse(raw(**values))
    assert refused.value.facts["fields"] == {field: code}


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"visited_on": "2026-11-23"}, "visited_on", "visit_to_come"),
        ({"visited_on": "1970-01-01"}, "visited_on", "not_a_date"),
        ({"next_on": "2026-12-01"}, "next_step", "required"),
        ({"confirmed": True}, "resource", "required"),
        ({"resource": str(uuid4())}, "resource", "unknown_choice"),
        ({"district": str(uuid4())}, "district", "unknown_choice"),
        ({"lon": 136.0}, "lon", "required"),
    ],
)
def test_what_does_not_fit_together_is_refused(db, scope_of, values, field, code):
    with pytest.raises(Invalid) as refused:
        visits.record(db, scope_of(Role.OFFICIAL), VisitEdit.parse(raw(**values)), TODAY)
    assert refused.value.facts["fields"] == {field: code}


def test_an_empty_field_says_nothing(db, scope_of):
    empty = dict.fromkeys(("resource", "district", "met", "minutes", "lon", "lat", "next_on"), "")
    edit = VisitEdit.parse(raw(**empty, accuracy_m=" ", claimed_at="", place=" "))
    assert edit.values.met is None
    visits.record(db, scope_of(Role.OFFICIAL), edit, TODAY)


def test_a_clock_some_hours_ahead_says_today(db, scope_of):
    write(db, scope_of(Role.OFFICIAL), visited_on="2026-11-21")
    [row] = records.list_all(db, scope_of(Role.OFFICIAL), Asked())
    assert row.visited_on == TODAY


def test_a_visit_may_confirm_what_it_was_at_in_the_same_transaction(db, scope_of):
    resource = make(db, place=list(HERS))
    edit = VisitEdit.parse(raw(resource=str(resource), confirmed=True))
    for _ in range(2):
        visits.record(db, scope_of(Role.COORDINATOR_2), edit, TODAY)
    revision, now = resources.load_values(db, house(TOWN), [resource])[resource]
    assert (revision, now["confirmed_on"]) == (2, "2026-11-19")
    other = make(db, place=list(NOT_HERS))
    outside = VisitEdit.parse(raw(resource=str(other), confirmed=True))
    with pytest.raises(NotAllowed):
        visits.record(db, scope_of(Role.COORDINATOR_2), outside, TODAY)


def test_who_reads_what(db, scope_of):
    official, sakura = scope_of(Role.OFFICIAL), scope_of(Role.COORDINATOR_2)
    here = write(db, official, resource=str(make(db, place=list(HERS))))
    there = write(db, official, resource=str(make(db, place=list(NOT_HERS))))
    by_place = write(db, official, lon=HERS[0], lat=HERS[1])
    by_area = write(db, official, district=str(next(iter(sakura.areas))))
    own = write(db, sakura, place="県庁")
    assert set(listed(db, official)) == {here, there, by_place, by_area, own}
    assert set(listed(db, sakura)) == {here, by_place, by_area, own}
    assert listed(db, house(FOREIGN)) == []
    with pytest.raises(NotFound):
        records.get(db, sakura, there)
    for role in (Role.PROVIDER, Role.PREFECTURE):
        with pytest.raises(NotAllowed):
            visits.check_may_read(scope_of(role))
    with pytest.raises(NotAllowed):
        visits.record(db, scope_of(Role.VIEWER), VisitEdit.parse(raw()), TODAY)


def test_its_writer_or_the_office_corrects_it_and_two_at_once_are_told(db, scope_of):
    sakura, official = scope_of(Role.COORDINATOR_2), scope_of(Role.OFFICIAL)
    id_ = write(db, sakura, met=3, lon=HERS[0], lat=HERS[1])
    fixed = VisitEdit.parse(raw(met=4) | {"id": str(id_), "base": 1})
    assert visits.correct(db, official, fixed, TODAY) == 2
    assert visits.correct(db, official, fixed, TODAY) == 2  # sent again
    late = VisitEdit.parse(raw(met=5) | {"id": str(id_), "base": 1})
    with pytest.raises(Conflict) as refused:
        visits.correct(db, sakura, late, TODAY)
    assert refused.value.facts["theirs"] == {"met": 4}
    row = records.get(db, sakura, id_)
    assert (row.met, row.lon) == (4, HERS[0])  # where the device was is not lost by a correction
    written = write(db, official, lon=HERS[0], lat=HERS[1])
    with pytest.raises(NotAllowed):
        visits.correct(db, sakura, VisitEdit.parse(raw() | {"id": str(written)}), TODAY)
    visits.remove(db, sakura, id_, NOW)
    assert listed(db, official) == [written]
    assert [row.action for row in audit.list_of(db, house(TOWN), "visit", id_)] == [
        "remove",
        "change",
        "add",
    ]


def test_a_step_is_done_once_put_off_and_taken_back(db, scope_of):
    scope = scope_of(Role.COORDINATOR_2)
    id_ = write(db, scope, next_step="鍵を借りる", next_by="公民館", next_on="2026-11-18")
    assert listed(db, scope, open_steps=True) == [id_]
    visits.postpone(db, scope, id_, date(2026, 12, 1), TODAY)
    with pytest.raises(Invalid):
        visits.postpone(db, scope, id_, date(2026, 11, 1), TODAY)
    for _ in range(2):
        visits.finish(db, scope, id_, NOW)
    row = records.get(db, scope, id_)
    assert (row.next_on, row.next_done_at, row.next_done_by) == (
        date(2026, 12, 1),
        NOW,
        scope.account,
    )
    assert listed(db, scope, open_steps=True) == []
    visits.finish(db, scope, id_, NOW, is_done=False)
    assert listed(db, scope, open_steps=True) == [id_]
    with pytest.raises(Invalid):
        visits.finish(db, scope, write(db, scope), NOW)


def test_who_is_moved_hands_over_what_is_open(db, scope_of):
    sakura, hikari = scope_of(Role.COORDINATOR_2), scope_of(Role.SUPPORT_CENTRE)
    id_ = write(db, sakura, next_step="見学に行く")
    write(db, sakura)
    with pytest.raises(NotAllowed):
        visits.hand_over(db, hikari, sakura.account, hikari.account)
    with pytest.raises(Invalid):
        visits.hand_over(db, sakura, sakura.account, scope_of(Role.VIEWER).account)
    assert visits.hand_over(db, sakura, sakura.account, hikari.account) == 1
    assert listed(db, hikari, open_steps=True, owner=hikari.account) == [id_]
    assert visits.hand_over(db, scope_of(Role.OFFICIAL), hikari.account, sakura.account) == 1
