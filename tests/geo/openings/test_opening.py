from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import Invalid
from geo.openings import Opening, covers, next_dates, opening_dates

#      November 2026            December 2026            January 2027
#  Mo Tu We Th Fr Sa Su     Mo Tu We Th Fr Sa Su     Mo Tu We Th Fr Sa Su
#                     1         1  2  3  4  5  6                  1  2  3
#   2 *3  4  5  6  7  8      7  8  9 10 11 12 13      4  5  6  7  8  9 10
#   9 10 11 12 13 14 15     14 15 16 17 18 19 20    *11 12 13 14 15 16 17
#  16 17 18 19 20 21 22     21 22 23 24 25 26 27     18 19 20 21 22 23 24
# *23 24 25 26 27 28 29     28 29 30 31              25 26 27 28 29 30 31
#  30
TUESDAYS = "FREQ=WEEKLY;BYDAY=TU"
MONDAYS = "FREQ=WEEKLY;BYDAY=MO"
NOVEMBER = (date(2026, 11, 1), 30)


def november(*days):
    return [date(2026, 11, day) for day in days]


def december(*days):
    return [date(2026, 12, day) for day in days]


def at(text):
    return datetime.fromisoformat(text)


def test_every_tuesday():
    assert opening_dates(Opening(TUESDAYS), *NOVEMBER) == november(3, 10, 17, 24)


def test_the_second_and_fourth_tuesday():
    rule = "FREQ=MONTHLY;BYDAY=2TU,4TU"
    assert opening_dates(Opening(rule), *NOVEMBER) == november(10, 24)
    assert opening_dates(Opening(rule), date(2026, 11, 11), 42) == [
        date(2026, 11, 24),
        date(2026, 12, 8),
        date(2026, 12, 22),
    ]


@pytest.mark.parametrize("day", range(1, 31))
def test_the_second_tuesday_does_not_depend_on_where_the_window_begins(day):
    found = opening_dates(Opening("FREQ=MONTHLY;BYDAY=2TU"), date(2026, 11, day), 60)
    expected = [date(2026, 11, 10), date(2026, 12, 8), date(2027, 1, 12)]
    start, end = date(2026, 11, day), date(2026, 11, day).toordinal() + 60
    assert found == [d for d in expected if d >= start and d.toordinal() < end]


def test_a_fifth_monday_comes_only_where_the_month_has_one():
    rule = Opening("FREQ=MONTHLY;BYDAY=5MO")
    assert opening_dates(rule, date(2026, 11, 1), 91) == [date(2026, 11, 30)]


def test_the_last_thursday_of_december_is_the_31st():
    rule = Opening("FREQ=MONTHLY;BYDAY=-1TH")
    assert opening_dates(rule, date(2026, 12, 1), 31) == december(31)
    assert opening_dates(rule, date(2026, 12, 1), 30) == []


def test_the_31st_and_the_last_day_are_not_the_same_in_november():
    assert opening_dates(Opening("FREQ=MONTHLY;BYMONTHDAY=31"), *NOVEMBER) == []
    assert opening_dates(Opening("FREQ=MONTHLY;BYMONTHDAY=-1"), *NOVEMBER) == november(30)


def test_a_leap_day_is_a_day():
    rule = Opening("FREQ=MONTHLY;BYMONTHDAY=29")
    assert opening_dates(rule, date(2028, 2, 1), 29) == [date(2028, 2, 29)]
    assert opening_dates(rule, date(2027, 2, 1), 28) == []


def test_a_winter_pause_leaves_the_months_out():
    opening = Opening(TUESDAYS, months=(4, 5, 6, 7, 8, 9, 10, 11))
    assert opening_dates(opening, date(2026, 11, 20), 60) == november(24)


def test_a_public_holiday_closes_only_what_is_said_to_close():
    assert opening_dates(Opening(MONDAYS, on_holidays="closed"), *NOVEMBER) == november(
        2, 9, 16, 30
    )
    assert opening_dates(Opening(MONDAYS, on_holidays="open"), *NOVEMBER) == november(
        2, 9, 16, 23, 30
    )
    assert opening_dates(Opening(MONDAYS), *NOVEMBER) == november(2, 9, 16, 23, 30)


def test_a_holiday_moved_from_a_sunday_closes_too():
    opening = Opening(MONDAYS, on_holidays="closed")
    assert opening_dates(opening, date(2027, 3, 15), 15) == [date(2027, 3, 15), date(2027, 3, 29)]


def test_open_on_public_holidays_alone():
    assert opening_dates(Opening(None, on_holidays="open"), *NOVEMBER) == november(3, 23)


def test_exceptions_and_extra_days():
    opening = Opening(
        TUESDAYS,
        except_on=(date(2026, 11, 10), date(2026, 11, 25)),
        also_on=(date(2026, 11, 11), date(2026, 11, 25), date(2026, 11, 24)),
    )
    assert opening_dates(opening, *NOVEMBER) == november(3, 11, 17, 24)


def test_an_extra_day_stands_in_a_pause_and_on_a_holiday():
    opening = Opening(TUESDAYS, months=(12,), on_holidays="closed", also_on=(date(2026, 11, 23),))
    assert opening_dates(opening, *NOVEMBER) == november(23)


def test_nothing_before_the_first_day_or_after_the_last():
    opening = Opening(
        TUESDAYS,
        first_on=date(2026, 11, 10),
        last_on=date(2026, 11, 17),
        also_on=(date(2026, 11, 5), date(2026, 11, 20)),
    )
    assert opening_dates(opening, *NOVEMBER) == november(10, 17)


def test_a_single_day_can_be_said_in_two_ways():
    day = date(2026, 11, 20)
    assert opening_dates(Opening(None, also_on=(day,)), *NOVEMBER) == [day]
    assert opening_dates(Opening(None, first_on=day, last_on=day), *NOVEMBER) == [day]


def test_every_second_wednesday_counts_from_its_own_first_day():
    rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"
    counted = Opening(rule, first_on=date(2026, 9, 2))
    assert opening_dates(counted, *NOVEMBER) == november(11, 25)
    assert opening_dates(counted, date(2026, 11, 12), 19) == november(25)
    assert opening_dates(Opening(rule), *NOVEMBER) == []


def test_irregular_guesses_no_day_but_keeps_the_known_ones():
    assert opening_dates(Opening(TUESDAYS, irregular=True), *NOVEMBER) == []
    known = Opening(None, irregular=True, also_on=(date(2026, 11, 20),))
    assert opening_dates(known, *NOVEMBER) == november(20)


def test_a_note_about_new_year_takes_those_days_out():
    opening = Opening("FREQ=DAILY", note="年末年始は休み")
    assert opening_dates(opening, date(2026, 12, 27), 10) == [
        date(2026, 12, 27),
        date(2026, 12, 28),
        date(2027, 1, 4),
        date(2027, 1, 5),
    ]
    not_closed = Opening("FREQ=DAILY", note="年末年始も休まず開きます")
    assert len(opening_dates(not_closed, date(2026, 12, 27), 10)) == 10


def test_a_note_about_obon_takes_those_days_out():
    opening = Opening("FREQ=DAILY", note="お盆・年末年始を除く。要予約")
    found = opening_dates(opening, date(2026, 8, 12), 6)
    assert found == [date(2026, 8, 12), date(2026, 8, 17)]


def test_the_next_days_of_all_openings_together_begin_today():
    openings = [Opening(TUESDAYS), Opening("FREQ=MONTHLY;BYDAY=4TU"), Opening(MONDAYS)]
    assert next_dates(openings, date(2026, 11, 24)) == [
        date(2026, 11, 24),
        date(2026, 11, 30),
        date(2026, 12, 1),
    ]


def test_the_next_day_after_a_long_pause_is_found():
    opening = Opening(TUESDAYS, months=(10,))
    assert next_dates([opening], date(2026, 11, 20), count=1) == [date(2027, 10, 5)]
    assert next_dates([Opening(None, irregular=True)], date(2026, 11, 20)) == []


def test_the_opening_minute_is_inside_and_the_closing_minute_is_not():
    opening = Opening(TUESDAYS, opens_at=time(10), closes_at=time(11, 30))
    assert covers(opening, at("2026-11-24T10:00"))
    assert covers(opening, at("2026-11-24T11:29:59"))
    assert not covers(opening, at("2026-11-24T11:30"))
    assert not covers(opening, at("2026-11-24T09:59"))
    assert not covers(opening, at("2026-11-25T10:00"))


def test_past_midnight_belongs_to_the_evening_before():
    opening = Opening(TUESDAYS, opens_at=time(22), closes_at=time(6))
    assert covers(opening, at("2026-11-24T22:00"))
    assert covers(opening, at("2026-11-25T05:59"))
    assert not covers(opening, at("2026-11-25T06:00"))
    assert not covers(opening, at("2026-11-24T05:00"))


def test_the_whole_day_and_until_midnight():
    whole = Opening("FREQ=DAILY", opens_at=time(0), closes_at=time(0))
    assert covers(whole, at("2026-11-24T00:00"))
    assert covers(whole, at("2026-11-24T23:59"))
    evening = Opening(TUESDAYS, opens_at=time(18), closes_at=time(0))
    assert covers(evening, at("2026-11-24T23:59"))
    assert not covers(evening, at("2026-11-25T00:00"))


def test_without_hours_it_is_unknown_and_said_so():
    opening = Opening(TUESDAYS, opens_at=time(10))
    assert not covers(opening, at("2026-11-24T10:30"))
    assert not opening.has_hours


def test_a_moment_with_a_zone_is_taken_to_japan():
    opening = Opening(TUESDAYS, opens_at=time(8), closes_at=time(9))
    assert covers(opening, at("2026-11-23T23:30+00:00"))


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=SECONDLY",
        "FREQ=YEARLY;BYDAY=TU",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=2TU",
        "FREQ=MONTHLY;BYDAY=TU",
        "FREQ=MONTHLY;BYDAY=6TU",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=x",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=3",
        "DTSTART:20261101\nRRULE:FREQ=DAILY",
        "毎週火曜",
    ],
)
def test_a_rule_that_cannot_be_said_is_refused(rule):
    with pytest.raises(Invalid) as error:
        Opening(rule)
    assert error.value.facts["fields"] == {"rrule": "unreadable"}


def test_a_month_that_does_not_exist_is_refused():
    for months in ((), (0,), (13,)):
        with pytest.raises(Invalid):
            Opening(TUESDAYS, months=months)


RULES = st.sampled_from(
    [
        TUESDAYS,
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU",
        "FREQ=MONTHLY;BYDAY=1MO,-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=5,15,25,-1",
        "FREQ=DAILY",
        None,
    ]
)
SOME_DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


OPENINGS = st.builds(
    Opening,
    RULES,
    first_on=st.none() | SOME_DAYS,
    last_on=st.none() | SOME_DAYS,
    on_holidays=st.sampled_from(["open", "closed", "unknown"]),
    also_on=st.lists(SOME_DAYS, max_size=3).map(tuple),
)


@given(OPENINGS, SOME_DAYS, st.integers(0, 120))
def test_days_lie_in_the_window_in_order_and_once(opening, start, days):
    found = opening_dates(opening, start, days)
    assert found == sorted(set(found))
    assert all(0 <= (day - start).days < days for day in found)


@given(RULES, SOME_DAYS, SOME_DAYS, st.integers(1, 60))
def test_two_windows_together_are_one_long_window(rule, first, start, days):
    opening = Opening(rule, first_on=first, on_holidays="open")
    halves = opening_dates(opening, start, days)
    halves += opening_dates(opening, date.fromordinal(start.toordinal() + days), days)
    assert halves == opening_dates(opening, start, 2 * days)
