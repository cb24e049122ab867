"""行った人のお知らせ: each closed door beside the plan of its day; all of one entry decided at once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from geo import heard, registry, stamps
from geo.edits import ResourceEdit, opening_values
from geo.errors import Invalid, NotAllowed
from geo.heard import Finding, plan_on
from geo.openings import Opening, parse_openings
from geo.records import audit, resources
from geo.records import suggestions as records
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from tests.asking import NOON, suggest, tell
from tests.conftest import TOWN
from tests.routes.making import make

TODAY = date(2026, 5, 12)  # a Tuesday
TUESDAYS = "FREQ=WEEKLY;BYDAY=TU"
MONDAYS = "FREQ=WEEKLY;BYDAY=MO"
WEEKLY = [opening_values(one) for one in parse_openings("毎週火曜", "10:00", "12:00")]
HOLIDAY = date(2026, 7, 20)  # 海の日, a Monday
ENDING = {"closed_on": "2026-05-01", "closed_reason": "解散"}


def kept(db, resource):
    return resources.load_values(db, house(TOWN), [resource])[resource][1]


def edit(db, resource, base, **values):
    registry.apply(db, house(TOWN), ResourceEdit(uuid4(), resource, base, values))


def told(db, resource, *args, **facts):
    return stamps.id_of(tell(db, TOWN, resource, *args, **facts))


def settle(db, scope, ids, *finding, now=NOON):
    return heard.settle(db, scope, ids, Finding(*finding), now)


@pytest.mark.parametrize(
    ("openings", "day", "code"),
    [
        ([], TODAY, "unknown"),
        ([Opening(TUESDAYS)], TODAY, "planned"),
        ([Opening(TUESDAYS)], TODAY + timedelta(days=1), "no_day"),
        ([Opening(TUESDAYS, months=(1, 2))], TODAY, "season"),
        ([Opening(TUESDAYS, except_on=(TODAY,))], TODAY, "day_off"),
        ([Opening(TUESDAYS, last_on=date(2026, 5, 5))], TODAY, "no_day"),
        ([Opening(MONDAYS)], HOLIDAY, "planned_holiday"),
        ([Opening(MONDAYS, on_holidays="open")], HOLIDAY, "planned"),
        ([Opening(MONDAYS, on_holidays="closed")], HOLIDAY, "holiday"),
        ([Opening(MONDAYS), Opening(MONDAYS, on_holidays="open")], HOLIDAY, "planned"),
        ([Opening(TUESDAYS, note="年末年始は休み")], date(2026, 12, 29), "pause"),
        ([Opening(None, irregular=True)], TODAY, "unknown"),
        ([Opening(None, irregular=True), Opening(MONDAYS)], TODAY, "unknown"),
        ([Opening(None, irregular=True), Opening(TUESDAYS)], TODAY, "planned"),
        ([Opening(None, irregular=True, also_on=(TODAY,))], TODAY, "planned"),
        ([Opening("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")], TODAY, "unknown"),
    ],
)
def test_the_plan_says_why_a_door_was_closed(openings, day, code):
    plan = plan_on(openings, day)
    assert plan.code == code
    assert plan.is_open == (code in ("planned", "planned_holiday"))


def test_days_are_counted_apart_and_those_that_were_to_be_open_among_them(db):
    resource = make(db, openings=WEEKLY)
    for seen_on in (TODAY, TODAY, TODAY - timedelta(days=14), TODAY - timedelta(days=15)):
        tell(db, TOWN, resource, seen_on=seen_on)
    tell(db, TOWN, resource, "other_hours")
    tell(db, TOWN, resource, seen_on=TODAY - timedelta(days=91), at=NOON - timedelta(days=91))
    tell(db, TOWN, make(db), seen_on=TODAY)
    known = heard.heard(db, house(TOWN), resource, TODAY)
    assert (known.told, known.days, known.planned_days, known.last) == (4, 3, 2, TODAY)
    assert len(known.rows) == 6
    assert sorted(plan.code for plan in known.plans.values()) == ["no_day"] + ["planned"] * 4


def test_a_day_is_held_against_what_its_teller_had_read(db):
    resource = make(db, openings=WEEKLY)
    id_ = told(db, resource, seen_on=TODAY)
    edit(db, resource, 1, openings=[opening_values(Opening(MONDAYS))])
    plan = heard.heard(db, house(TOWN), resource, TODAY).plans[id_]
    assert (plan.code, plan.is_past) == ("planned", True)
    later = told(db, resource, seen_on=TODAY, base=2)
    plan = heard.heard(db, house(TOWN), resource, TODAY).plans[later]
    assert (plan.code, plan.is_past) == ("no_day", False)


def test_a_declined_one_is_no_reason_to_telephone(db, scope_of):
    resource = make(db, openings=WEEKLY)
    settle(db, scope_of(Role.OFFICIAL), [told(db, resource)], "declined", "いたずら")
    assert heard.heard(db, house(TOWN), resource, TODAY).told == 0


def test_confirmed_is_confirmed_on_the_day_of_asking_and_settles_all_at_once(db, scope_of):
    scope, resource = scope_of(Role.OFFICIAL), make(db)
    ids = [told(db, resource), told(db, resource, "seems_ended"), told(db, resource, "otherwise")]
    later = NOON + timedelta(days=3)
    for _ in range(2):
        rows = settle(db, scope, ids, "confirmed", "その日は臨時の休みでした", now=later)
        assert {row.outcome for row in rows} == {"confirmed"}
        assert {row.reason for row in rows} == {"その日は臨時の休みでした"}
    assert kept(db, resource)["confirmed_on"] == "2026-05-15"
    assert heard.heard(db, house(TOWN), resource, TODAY).rows == []
    for id_ in ids:
        found = audit.list_of(db, house(TOWN), "suggestion", id_)
        assert [row.action for row in found] == ["decide", "suggest"]
        assert found[0].after["outcome"] == "confirmed"


def test_corrected_needs_a_correction(db, scope_of):
    scope, resource = scope_of(Role.OFFICIAL), make(db, openings=WEEKLY)
    ids = [told(db, resource, "other_hours")]
    edit(db, resource, 1, staff_note="電話した")
    with pytest.raises(Invalid) as refused:
        settle(db, scope, ids, "corrected")
    assert refused.value.facts["fields"] == {"outcome": "not_corrected_yet"}
    edit(db, resource, 2, openings=[opening_values(Opening(MONDAYS))])
    assert [row.outcome for row in settle(db, scope, ids, "corrected")] == ["corrected"]
    assert kept(db, resource)["confirmed_on"] == "2026-05-12"


def test_closing_needs_a_day_and_a_reason_and_happens_once(db, scope_of):
    scope, resource = scope_of(Role.OFFICIAL), make(db)
    ids = [told(db, resource, "seems_ended"), told(db, resource)]
    with pytest.raises(Invalid), db.begin_nested():
        settle(db, scope, ids, "closed")
    settle(db, scope, ids, "closed", "", 1, ENDING)
    settle(db, scope, ids, "closed", "", 1, ENDING)
    now = kept(db, resource)
    assert (now["closed_on"], now["closed_reason"]) == ("2026-05-01", "解散")
    left = told(db, resource, "seems_ended")
    assert settle(db, scope, [left], "closed")[0].outcome == "closed"  # ended meanwhile


@pytest.mark.parametrize(
    ("finding", "problem"),
    [
        (("declined",), {"reason": "required"}),
        (("declined", "長" * 201), {"reason": "too_long"}),
        (("declined", "090-1234-5678へ"), {"reason": "has_phone"}),
        (("confirmed", "a@b.jp"), {"reason": "has_mail"}),
        (("added",), {"outcome": "unknown_choice"}),
        (("",), {"outcome": "unknown_choice"}),
    ],
)
def test_a_finding_that_cannot_be_is_refused(db, scope_of, finding, problem):
    id_ = told(db, make(db))
    with pytest.raises(Invalid) as refused:
        settle(db, scope_of(Role.OFFICIAL), [id_], *finding)
    assert refused.value.facts["fields"] == problem
    assert records.get(db, house(TOWN), id_).state == "open"


def test_only_what_people_saw_of_one_entry_is_settled(db, scope_of):
    scope, resource = scope_of(Role.OFFICIAL), make(db)
    for ids in (
        [],
        [told(db, resource), told(db, make(db))],
        [suggest(db, TOWN, resource)],
    ):
        with pytest.raises(Invalid):
            settle(db, scope, ids, "declined", "いいえ")


def test_a_coordinator_settles_in_her_areas_alone(db, scope_of):
    scope = scope_of(Role.COORDINATOR_2)
    hers = told(db, make(db, place=list(corner_lonlat(5, 5))))
    other = told(db, make(db, place=list(corner_lonlat(35, 5))))
    settle(db, scope, [hers], "confirmed")
    with pytest.raises(NotAllowed):
        settle(db, scope, [other], "confirmed")
