"""毎週: three quarters of the Tuesdays are every Tuesday, two of four are not."""

from datetime import date

from geo.openings import parse_openings, weekly_days

MONDAY = date(2026, 11, 16)


def days(*texts):
    openings = [one for text in texts for one in parse_openings(text)]
    return weekly_days(openings, MONDAY)


def test_what_opens_each_tuesday_is_there_on_tuesdays_only():
    assert days("火") == (False, True, False, False, False, False, False)


def test_twice_a_month_is_not_each_week():
    assert not any(days("第2・第4月曜"))


def test_two_that_take_turns_are_there_each_week():
    assert days("第1・第3・第5木曜", "第2・第4木曜")[3]


def test_nothing_is_open_on_no_day():
    assert weekly_days([], MONDAY) == (False,) * 7
