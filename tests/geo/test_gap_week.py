"""The week of 届きにくさ: fourteen halves from one set of searches, each what its own question answers."""

from dataclasses import fields

import pytest

from geo.access.coverage import Tally
from geo.gap_questions import WEEKDAYS, GapQuestion
from geo.gap_week import week
from geo.openings.rhythm import HALVES, halves
from geo.travel_profiles import in_use
from tests.geo.gap_asking import MONDAY, TOWN, TUESDAYS

FRIDAY_AFTERNOONS = [{"rrule": "FREQ=WEEKLY;BYDAY=FR", "opens_at": "13:30", "closes_at": "15:00"}]


@pytest.fixture
def ask_week(db, town_area, residents):
    def asking(*kinds, month=None, **words):
        words = {"age": "0", "profile": "on_foot", "minutes": "13"} | words
        question = GapQuestion.parse(words, kinds, "municipality", MONDAY, in_use(db, TOWN))
        days = halves(MONDAY, month)
        return week(db, TOWN, residents, town_area, question, days, MONDAY)

    return asking


def reached(found):
    """(weekday, half) → people of the town."""
    return {
        (WEEKDAYS[one.weekday], one.half): float(one.rows[0].leading.tally.reached[0, 0])
        for one in found.halves
    }


def test_the_forty_have_tuesday_morning_and_no_other_half(salon, ask_week):
    salon(0, 3, openings=TUESDAYS)
    found = reached(ask_week("salon"))
    assert found.pop(("tue", "morning")) == pytest.approx(40)
    assert len(found) == 13
    assert set(found.values()) == {0}


def test_what_is_open_fifty_minutes_of_a_morning_is_not_there(salon, ask_week):
    salon(0, 3, openings=[TUESDAYS[0] | {"opens_at": "11:10", "closes_at": "14:00"}])
    found = reached(ask_week("salon"))
    assert found["tue", "morning"] == 0
    assert found["tue", "afternoon"] == pytest.approx(40)


def test_what_rests_in_winter_is_not_there_in_the_week_of_january(salon, ask_week):
    salon(0, 3, openings=[TUESDAYS[0] | {"months": [4, 5, 6, 7, 8, 9, 10, 11]}])
    assert reached(ask_week("salon", month=10))["tue", "morning"] == pytest.approx(40)
    assert sum(reached(ask_week("salon", month=1)).values()) == 0


def test_every_half_is_what_its_own_question_answers(salon, ask, ask_week):
    salon(0, 3, openings=TUESDAYS)
    salon(10, 10, openings=FRIDAY_AFTERNOONS, confirmed_on="2025-02-01")
    salon(12, 17, openings=[{"irregular": True, "note": "不定期"}])
    for one in ask_week("salon", minutes="20").halves:
        alone = ask(minutes="20", day=WEEKDAYS[one.weekday], at=one.half)
        for mine, other in zip(one.rows, alone.rows, strict=True):
            for part, same in ((mine.leading, other.leading), (mine.practical, other.practical)):
                for name in (field.name for field in fields(Tally)):
                    assert getattr(part.tally, name) == pytest.approx(getattr(same.tally, name))
                for name in ("slower", "faster", "confirmed", "if_all_run"):
                    assert getattr(part, name) == pytest.approx(getattr(same, name))
    assert list(HALVES) == ["morning", "afternoon"]


def test_kinds_of_a_group_take_turns(salon, ask_week):
    """The first Tuesdays a salon, the others a club at the same corner: together every Tuesday."""
    salon(0, 3, openings=[TUESDAYS[0] | {"rrule": "FREQ=MONTHLY;BYDAY=1TU,3TU,5TU"}])
    club = [TUESDAYS[0] | {"rrule": "FREQ=MONTHLY;BYDAY=2TU,4TU"}]
    salon(0, 3, kind="senior_club", name="長寿会", openings=club)
    assert reached(ask_week("salon"))["tue", "morning"] == 0
    assert reached(ask_week("salon", "senior_club"))["tue", "morning"] == pytest.approx(40)
    assert reached(ask_week("salon", "senior_club", each="1"))["tue", "morning"] == 0
