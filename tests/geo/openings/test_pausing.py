"""休止: which days a pause takes away, and which it leaves."""

from datetime import date
from types import SimpleNamespace

import pytest

from geo.openings import Opening, Pause, is_paused, next_dates, opening_dates, pause_of

FIRST = date(2026, 11, 30)  # a Monday


def row(paused_on, resumes_on=None):
    return SimpleNamespace(paused_on=paused_on, resumes_on=resumes_on)


@pytest.mark.parametrize(
    ("paused_on", "resumes_on", "rests"),
    [
        (None, None, []),
        (None, date(2026, 12, 1), []),  # nothing paused: a day of running again says nothing
        (date(2026, 12, 1), None, [1, 2, 3, 4]),
        (date(2026, 12, 2), None, [2, 3, 4]),
        (date(2026, 12, 2), date(2026, 12, 4), [2, 3]),  # on the fourth it runs again
        (date(2026, 12, 2), date(2026, 12, 3), [2]),
        (date(2026, 12, 2), date(2026, 12, 2), [2, 3, 4]),  # of an earlier pause: nobody knows when
        (date(2026, 12, 2), date(2025, 4, 1), [2, 3, 4]),
    ],
)
def test_a_pause_is_from_its_first_day_until_the_day_before_it_runs_again(
    paused_on, resumes_on, rests
):
    there = row(paused_on, resumes_on)
    assert [d for d in (1, 2, 3, 4) if is_paused(there, date(2026, 12, d))] == rests


def test_it_is_over_only_by_its_own_word():
    assert not pause_of(row(date(2020, 3, 1))).is_over(FIRST)
    assert pause_of(row(date(2020, 3, 1), FIRST)).is_over(FIRST)
    assert not pause_of(row(date(2020, 3, 1), date(2026, 12, 1))).is_over(FIRST)


def test_no_day_of_a_pause_is_planned_and_those_after_it_keep_their_turn():
    """Every second Tuesday from the first of December: 1, 15, 29, 12 January; of them the pause takes 15 and 29."""
    opening = Opening(
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        first_on=date(2026, 12, 1),
        also_on=(date(2026, 12, 20),),
        pause=Pause(date(2026, 12, 10), date(2027, 1, 10)),
    )
    assert opening_dates(opening, FIRST, 50) == [date(2026, 12, 1), date(2027, 1, 12)]
    assert next_dates([opening], date(2026, 12, 10), 1) == [date(2027, 1, 12)]
