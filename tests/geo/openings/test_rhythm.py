"""いつ: which days a question is about, and how many of them are enough."""

from datetime import date, time

import numpy as np
import pytest

from geo.openings import parse_openings
from geo.openings.rhythm import HALVES, every_week, in_month, on_day, twice_a_month

MONDAY = date(2026, 11, 16)


def holds(rhythm, *texts):
    openings = [one for text in texts for one in parse_openings(*text)]
    return bool(rhythm.holds(rhythm.days_of(openings)[None])[0])


def test_three_quarters_of_the_tuesdays_are_every_tuesday():
    """Twelve Tuesdays from 16 November: nine are enough. 第1 to 第4 are 11 of them, 第1 to 第3 are 8."""
    tuesdays = every_week(MONDAY, 1)
    assert holds(tuesdays, ("火",))
    assert holds(tuesdays, ("第1・第2・第3・第4火曜",))
    assert not holds(tuesdays, ("第1・第2・第3火曜",))
    assert not holds(tuesdays, ("水",))


def test_second_and_fourth_tuesdays_are_twice_a_month():
    """Between the fourth of one month and the second of the next may lie three weeks."""
    rhythm = twice_a_month(MONDAY)
    assert rhythm.start == date(2026, 12, 1)
    assert len(rhythm.unit) == 31 + 31 + 28
    assert holds(rhythm, ("第2・第4火曜",))
    assert not holds(rhythm, ("第2火曜",))
    assert holds(rhythm, ("第2火曜",), ("第4金曜",))


def test_a_holiday_may_take_one_of_the_days():
    """The second Monday of January is 成人の日."""
    opening = parse_openings("第2・第4月曜", "", "", "祝日は休み")
    rhythm = twice_a_month(MONDAY)
    assert rhythm.holds(rhythm.days_of(opening)[None])[0]


@pytest.mark.parametrize(
    ("hours", "morning", "afternoon"),
    [
        (("10:00", "11:30"), True, False),
        (("8:00", "10:00"), True, False),  # 60 minutes of the morning
        (("8:00", "9:59"), False, False),
        (("11:01", "13:59"), False, False),
        (("11:00", "14:00"), True, True),
        (("9:00", "17:00"), True, True),
    ],
)
def test_an_hour_of_the_morning_is_the_morning(hours, morning, afternoon):
    opening = ("火", *hours)
    assert holds(every_week(MONDAY, 1, HALVES["morning"]), opening) is morning
    assert holds(every_week(MONDAY, 1, HALVES["afternoon"]), opening) is afternoon


def test_the_closing_minute_is_outside():
    opening = ("火", "10:00", "11:30")
    assert holds(every_week(MONDAY, 1, time(10)), opening)
    assert not holds(every_week(MONDAY, 1, time(11, 30)), opening)


def test_hours_that_nobody_wrote_are_no_hours():
    assert holds(every_week(MONDAY, 1), ("火",))
    assert not holds(every_week(MONDAY, 1, time(10)), ("火",))


def test_winter_is_the_next_winter():
    """In November January is the coming one; 冬季休止 leaves nothing of it."""
    january = in_month(MONDAY, 1, 1)
    assert january.start == date(2027, 1, 1)
    assert holds(january, ("火",))
    assert in_month(MONDAY, 11).start == date(2026, 11, 1)
    opening = parse_openings("火", "", "", "", "12月～3月休止")
    assert not january.holds(january.days_of(opening)[None])[0]


def test_one_date():
    assert holds(on_day(date(2026, 11, 17)), ("火",))
    assert not holds(on_day(date(2026, 11, 18)), ("火",))


def test_days_of_several_places_are_put_together_by_or():
    tuesdays = every_week(MONDAY, 1)
    one, other = (
        tuesdays.days_of(parse_openings(text)) for text in ("第1・第3・第5火曜", "第2・第4火曜")
    )
    assert tuesdays.holds(np.stack([one, other, one | other])).tolist() == [False, False, True]
