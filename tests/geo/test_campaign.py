"""確認のお願い: one at a time, a code for each published entry, lines that add up."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from geo import campaign as campaigns
from geo import suggestions
from geo.campaign import Opening
from geo.errors import Invalid, NotAllowed
from geo.records import audit, districts
from geo.records import campaigns as records
from geo.records.campaigns import Asked
from geo.records.shelf import Wanted, count_open
from geo.scope import EVERYBODY, Role, Scope, house
from geo.sources.model_town import corner_lonlat
from geo.suggestions import Choice
from tests.asking import KEY, NOON, SPRING, begin, codes_of, suggest
from tests.conftest import TOWN
from tests.routes.making import make

HERS, NOT_HERS = corner_lonlat(5, 5), corner_lonlat(35, 5)


def test_every_published_entry_gets_a_code_of_its_own(db):
    hidden, gone = make(db, public=False), make(db, closed_on="2026-04-01")
    campaign = begin(db, TOWN)
    codes = codes_of(db, campaign)
    assert len(codes) == len(set(codes.values()))
    assert len(codes) == count_open(db, Scope(TOWN, EVERYBODY.role), Wanted())
    assert {hidden, gone}.isdisjoint(codes)
    told = audit.list_of(db, house(TOWN), "campaign", campaign.id)
    assert [(row.action, row.after["entries"]) for row in told] == [("open", len(codes))]


def test_kinds_and_areas_limit_what_is_asked_about(db):
    salon, shop = make(db, place=list(HERS)), make(db, kind="grocery", place=list(HERS))
    east = make(db, place=list(NOT_HERS))
    west = next(
        row.id for row in districts.list_at(db, house(TOWN), *HERS) if row.level == "living_area"
    )
    asked = codes_of(db, begin(db, TOWN, kinds=("salon",), areas=(west,)))
    assert salon in asked
    assert {shop, east}.isdisjoint(asked)


def test_a_second_campaign_is_refused_while_one_runs_and_the_same_twice_is_one(db):
    campaign = begin(db, TOWN)
    with pytest.raises(Invalid) as refused:
        begin(db, TOWN)
    assert refused.value.facts["fields"] == {"campaign": "runs_already"}
    same = Opening(campaign.id, (), (), campaign.answer_by)
    now = datetime(2026, 4, 15, tzinfo=UTC)
    again = campaigns.begin(db, house(TOWN), same, KEY, "x", now, SPRING)
    assert again.id == campaign.id
    assert campaigns.end(db, house(TOWN), campaign.id, NOON) is True
    assert campaigns.end(db, house(TOWN), campaign.id, NOON) is False
    assert begin(db, TOWN).id != campaign.id


def test_last_years_campaign_that_nobody_ended_ends_when_the_next_begins(db):
    old = begin(db, TOWN, today=date(2025, 4, 15), answer_by=date(2025, 5, 31))
    assert not campaigns.is_running(old, SPRING)
    begin(db, TOWN)
    assert records.get(db, house(TOWN), old.id).ended_at is not None


@pytest.mark.parametrize("role", [Role.COORDINATOR_1, Role.COORDINATOR_2, Role.SUPPORT_CENTRE])
def test_only_officials_begin_and_end(db, scope_of, role):
    opening = Opening(uuid4(), (), (), date(2026, 5, 31))
    with pytest.raises(NotAllowed):
        campaigns.begin(db, scope_of(role), opening, KEY, "x", NOON, SPRING)
    campaign = begin(db, TOWN)
    with pytest.raises(NotAllowed):
        campaigns.end(db, scope_of(role), campaign.id, NOON)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "required"),
        ("ゆうべ", "not_a_date"),
        ("2026-04-14", "not_this_year"),
        ("2027-04-01", "not_this_year"),
    ],
)
def test_answers_are_asked_for_within_the_year(typed, problem):
    with pytest.raises(Invalid) as refused:
        Opening.parse(uuid4(), [], [], typed, SPRING)
    assert refused.value.facts["fields"] == {"answer_by": problem}


def test_what_is_not_there_cannot_be_chosen(db):
    for chosen, problem in (
        ({"kinds": ("no_such_kind",)}, {"kinds": "unknown_choice"}),
        ({"areas": (uuid4(),)}, {"areas": "unknown_choice"}),
        ({"kinds": ("treasure",)}, {"kinds": "nothing_to_ask"}),
    ):
        with pytest.raises(Invalid) as refused:
            begin(db, TOWN, **chosen)
        assert refused.value.facts["fields"] == problem
    with pytest.raises(Invalid):
        Opening.parse(uuid4(), [], ["no id"], "2026-05-31", SPRING)


def test_the_usual_day_is_six_weeks_on_and_within_the_year():
    assert campaigns.usual_answer_by(date(2026, 4, 16)) == date(2026, 5, 31)
    assert campaigns.usual_answer_by(date(2027, 3, 1)) == date(2027, 3, 31)


def test_every_entry_is_in_one_state_and_the_lines_add_up(db, scope_of):
    waiting, answered, done, ended, seen = (
        make(db, name=name, kind="hobby_group", place=list(HERS)) for name in "あいうえお"
    )
    campaign = begin(db, TOWN, kinds=("hobby_group",))
    before = campaigns.progress(db, house(TOWN), campaign).whole
    suggest(db, TOWN, answered, campaign=campaign.id)
    for resource, kind, more in (
        (done, "still_running", None),
        (ended, "ended", {"closed_on": "2026-05-01", "closed_reason": "解散"}),
    ):
        id_ = suggest(db, TOWN, resource, kind, campaign=campaign.id)
        suggestions.apply(db, scope_of(Role.OFFICIAL), id_, Choice(1, (), more), NOON)
    visited = suggest(db, TOWN, seen)  # confirmed by another way than the code
    suggestions.apply(db, scope_of(Role.OFFICIAL), visited, Choice(1), NOON)
    progress = campaigns.progress(db, house(TOWN), campaign)
    assert progress.whole.total == before.total
    gone = {
        state: progress.whole.counts[state] - before.counts[state] for state in campaigns.STATES
    }
    assert gone == {"confirmed": 2, "ended": 1, "answered": 1, "waiting": -4}
    for lines in (progress.by_area, progress.by_kind):
        assert sum((line.counts for line in lines[1:]), lines[0].counts) == progress.whole.counts
    asked = Asked(level="living_area", waiting=True)
    left = {sheet.row.id for sheet in campaigns.sheets(db, house(TOWN), campaign, asked, KEY)}
    assert waiting in left
    assert {answered, done, ended, seen}.isdisjoint(left)


def test_a_coordinator_counts_and_prints_her_own_areas(db, scope_of):
    hers, other = make(db, place=list(HERS)), make(db, place=list(NOT_HERS))
    campaign = begin(db, TOWN)
    scope = scope_of(Role.COORDINATOR_2)
    sheets = campaigns.sheets(db, scope, campaign, Asked(level="living_area"), KEY)
    assert hers in {sheet.row.id for sheet in sheets}
    assert other not in {sheet.row.id for sheet in sheets}
    assert campaigns.progress(db, scope, campaign).whole.total == len(sheets)
    assert {sheet.row.area_name for sheet in sheets} == {"山の手圏域"}


def test_a_sheet_is_printed_again_with_the_same_code_and_shows_what_residents_see(db):
    resource = make(db, address="碁盤町1-1", place_shown="hidden")
    campaign = begin(db, TOWN)
    asked = Asked(resource=resource)
    (first,), (second,) = (campaigns.sheets(db, house(TOWN), campaign, asked, KEY) for _ in "12")
    assert first.code == second.code
    assert first.row.address == ""
