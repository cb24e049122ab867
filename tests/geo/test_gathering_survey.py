"""通いの場の実施状況調査: what is known is summed with how many it is of; unknown is never 0."""

from datetime import date

import pytest

from geo import gathering_survey
from geo.edits import opening_values
from geo.errors import NotAllowed
from geo.gathering_survey import frequency_of, make
from geo.openings import parse_openings
from geo.scope import Role, house
from tests.conftest import FOREIGN
from tests.routes.making import make as put


def openings(days):
    return [opening_values(one) for one in parse_openings(days, "10:00", "11:00", "", "")]


@pytest.mark.parametrize(
    ("days", "frequency"),
    [
        ("毎週火曜", "weekly"),
        ("月・木", "weekly"),
        ("第2・第4火曜", "two_to_four"),
        ("第1・第3木曜", "two_to_four"),
        ("第1水曜", "monthly"),
        ("毎月15日", "monthly"),
        ("不定期", ""),
    ],
)
def test_how_often_follows_from_the_days(days, frequency):
    assert frequency_of(openings(days), date(2026, 4, 1)) == frequency


def test_a_pause_in_winter_does_not_make_a_weekly_class_rarer():
    [weekly] = openings("毎週木曜")
    summer = weekly | {"months": [4, 5, 6, 7, 8, 9, 10, 11]}
    assert frequency_of([summer], date(2026, 12, 1)) == "weekly"
    assert frequency_of([], date(2026, 4, 1)) == ""


def test_a_year_counts_what_ran_in_it_and_says_what_it_does_not_know(db):
    put(db, FOREIGN, name="数えた会", participants=12, participants_men=2, participants_75=8,
        counted_on="2026-09-01", main_activity="tea", frequency="monthly", subsidised="yes",
        openings=openings("毎週火曜"))  # fmt: skip
    put(db, FOREIGN, name="去年数えた会", participants=30, counted_on="2025-09-01",
        openings=openings("毎週火曜"))  # fmt: skip
    put(db, FOREIGN, name="先に終わった会", closed_on="2026-03-31", closed_reason="解散")
    put(db, FOREIGN, name="年度のうちに終わった会", closed_on="2026-05-01", closed_reason="解散")
    put(db, FOREIGN, name="来年からの会", started_on="2027-04-01")
    put(db, FOREIGN, name="店", kind="grocery")
    survey = make(db, house(FOREIGN), 2026)
    rows = {row.name: row for row in survey.rows}
    assert set(rows) == {"数えた会", "去年数えた会", "年度のうちに終わった会", "みほんサロン"}
    own, derived = rows["数えた会"], rows["去年数えた会"]
    assert (own.frequency, own.frequency_from) == ("monthly", "own")
    assert (derived.frequency, derived.frequency_from) == ("weekly", "openings")
    assert (derived.counts["participants"], derived.earlier) == (None, 30)
    known = survey.sums["participants"]
    assert (known.total, known.known, known.of) == (12, 1, 4)
    assert survey.sums["participants_women"].total is None
    assert "participants_women" in own.missing
    assert "frequency" not in derived.missing
    by_frequency = {row.code: row for row in survey.classes["frequency"]}
    assert (by_frequency["monthly"].places, by_frequency["monthly"].people.total) == (1, 12)
    assert (by_frequency[""].places, by_frequency[""].people.total) == (2, None)
    assert survey.per_100k is None  # nobody knows how many people live there
    assert survey.share is None


def test_people_behind_it_make_a_rate(db, scope_of):
    survey = make(db, scope_of(Role.OFFICIAL), 2026)
    assert survey.people_65.people > 0
    assert survey.per_100k == round(len(survey.rows) * 100_000 / survey.people_65.people, 1)


def test_a_town_may_count_other_kinds(db, scope_of):
    assert set(gathering_survey.KINDS) <= set(gathering_survey.candidates())
    assert "grocery" not in gathering_survey.candidates()
    wide = make(db, scope_of(Role.OFFICIAL), 2026, ["salon", "ibasho", "grocery"])
    assert wide.kinds == ("salon", "ibasho")
    assert make(db, scope_of(Role.OFFICIAL), 2026, ["x"]).kinds == gathering_survey.KINDS
    with pytest.raises(NotAllowed):
        make(db, scope_of(Role.PREFECTURE), 2026)
