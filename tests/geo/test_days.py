from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.days import (
    date_words,
    era_words,
    fiscal_year,
    fiscal_year_words,
    freshness,
    is_holiday,
    parse_date,
)


def test_the_fiscal_year_turns_between_31_march_and_1_april():
    assert fiscal_year(date(2026, 3, 31)) == 2025
    assert fiscal_year(date(2026, 4, 1)) == 2026
    assert fiscal_year(date(2026, 12, 31)) == fiscal_year(date(2027, 1, 1)) == 2026


def test_a_fiscal_year_is_said_in_the_era_the_offices_used_for_it():
    assert fiscal_year_words(2026) == "令和8年度"
    assert fiscal_year_words(2019) == "令和元年度"
    assert fiscal_year_words(2018) == "平成30年度"
    assert fiscal_year_words(1989) == "平成元年度"
    assert fiscal_year_words(1988) == "昭和63年度"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 20), "令和8年11月20日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1872, 12, 31), "1872年12月31日"),
    ],
)
def test_a_date_is_said_in_the_era_of_that_day(day, said):
    assert era_words(day) == said


def test_a_date_of_this_year_is_said_with_its_weekday():
    assert date_words(date(2026, 11, 20)) == "11月20日（金）"
    assert date_words(date(2026, 11, 1)) == "11月1日（日）"


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-20",
        "2026/11/20",
        "2026.11.20",
        "20261120",
        "R8.11.20",
        "r8/11/20",
        "R08-11-20",
        "令8.11.20",
        "令和8年11月20日",
        "令和 8年 11月 20日",
        "㋿8年11月20日",
        "２０２６年１１月２０日",
        "２０２６／１１／２０",
        "2026年11月20日(金)",
        "2026年11月20日（金曜日）",
        "2026年11月20日㈮",
        "2026-11-20 00:00:00",
        " 2026-11-20 ",
        "平成38年11月20日",
    ],
)
def test_the_same_day_is_read_however_an_office_writes_it(written):
    assert parse_date(written) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("S55.4.1", date(1980, 4, 1)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("T15.12.24", date(1926, 12, 24)),
        ("2024-02-29", date(2024, 2, 29)),
        ("令和6年2月29日", date(2024, 2, 29)),
    ],
)
def test_eras_and_leap_days_are_read(written, day):
    assert parse_date(written) == day


@pytest.mark.parametrize(
    "written",
    [
        "",
        "不明",
        "11月20日",
        "令和8年11月",
        "2026-11-31",
        "2026-13-01",
        "2025-02-29",
        "20261340",
        "R8.11/20",
        "26/11/20",
        "46346",
        "令和元年4月30日",  # the era had not begun
        "2026年11月20日(木)",  # it was a Friday: one of the two is wrong
        "2026-11-20 13:30",
        "2026年11月20日ごろ",
    ],
)
def test_what_is_not_certainly_a_date_is_not_one(written):
    assert parse_date(written) is None


@given(st.dates(date(1873, 1, 1), date(2099, 12, 31)))
def test_a_date_said_in_an_era_is_read_back(day):
    assert parse_date(era_words(day)) == day


@given(st.text())
def test_no_text_breaks_the_reading_of_dates(text):
    parse_date(text)


def test_public_holidays_include_the_day_that_makes_up_for_a_sunday():
    assert is_holiday(date(2026, 11, 23))  # 勤労感謝の日, a Monday
    assert is_holiday(date(2027, 3, 22))  # 春分の日 fell on the Sunday
    assert is_holiday(date(2026, 9, 22))  # between two holidays
    assert not is_holiday(date(2026, 11, 24))
    assert not is_holiday(date(2026, 12, 31))


def test_confirmed_this_fiscal_year_is_confirmed():
    assert freshness(date(2026, 4, 1), date(2027, 3, 31)) == "confirmed"
    assert freshness(date(2026, 11, 20), date(2026, 11, 20)) == "confirmed"


def test_last_years_confirmation_holds_until_30_june():
    assert freshness(date(2026, 3, 31), date(2026, 6, 30)) == "confirmed"
    assert freshness(date(2026, 3, 31), date(2026, 7, 1)) == "unconfirmed_this_year"
    assert freshness(date(2025, 6, 10), date(2026, 3, 31)) == "confirmed"
    assert freshness(date(2025, 6, 10), date(2026, 4, 1)) == "confirmed"
    assert freshness(date(2025, 6, 10), date(2026, 7, 1)) == "unconfirmed_this_year"


def test_after_thirteen_months_it_is_stale_in_spring_too():
    assert freshness(date(2025, 6, 10), date(2026, 7, 10)) == "unconfirmed_this_year"
    assert freshness(date(2025, 6, 10), date(2026, 7, 11)) == "stale"
    assert freshness(date(2025, 4, 10), date(2026, 5, 10)) == "confirmed"
    assert freshness(date(2025, 4, 10), date(2026, 5, 11)) == "stale"
    assert freshness(date(2024, 3, 1), date(2026, 4, 1)) == "stale"


def test_thirteen_months_from_a_long_month_end_with_the_short_one():
    assert freshness(date(2025, 1, 31), date(2026, 2, 28)) == "unconfirmed_this_year"
    assert freshness(date(2025, 1, 31), date(2026, 3, 1)) == "stale"
    assert freshness(date(2023, 1, 31), date(2024, 2, 29)) == "unconfirmed_this_year"


def test_nobody_has_confirmed_it():
    assert freshness(None, date(2026, 11, 20)) == "never"


def test_a_clock_that_is_ahead_does_not_make_it_unconfirmed():
    assert freshness(date(2026, 11, 21), date(2026, 11, 20)) == "confirmed"
    assert freshness(date(2026, 4, 1), date(2026, 3, 31)) == "confirmed"
