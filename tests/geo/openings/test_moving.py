"""Halls that close on Mondays, and on Tuesdays when Monday is a holiday."""

from datetime import date

import pytest

from geo.openings import opening_dates, parse_openings, words_all
from geo.openings.moving import moved_closing

HALL = ("火水木金土日", "9:00", "21:00")


@pytest.mark.parametrize(
    "note",
    [
        "月曜休館（祝日のときは翌日）",
        "月曜日休館。ただし祝日の場合は翌日",
        "月曜定休、祝日に当たる場合は翌日休み",
        "月曜休館（祝日の場合は開館し、その翌日休館）",
    ],
)
def test_a_closing_moves_to_the_day_after_a_holiday(note):
    assert moved_closing(note) == (0, False)


def test_only_a_closing_moves():
    assert moved_closing("月曜日（祝日の場合は翌日）") is None
    assert moved_closing("月曜休館") is None


def test_the_hall_is_open_on_the_holiday_and_closed_on_the_day_after():
    # 2026-09-21 is 敬老の日, a Monday; the 22nd 国民の休日, the 23rd 秋分の日
    [opening] = parse_openings(*HALL, "月曜休館（祝日のときは翌日）")
    assert not opening.irregular
    days = opening_dates(opening, date(2026, 9, 20), 5)
    assert days == [date(2026, 9, day) for day in (20, 21, 23, 24)]
    [to_workday] = parse_openings(*HALL, "月曜休館（祝日のときは翌平日）")
    days = opening_dates(to_workday, date(2026, 9, 20), 6)
    assert days == [date(2026, 9, day) for day in (20, 21, 22, 23, 25)]


def test_a_week_that_begins_on_the_day_after_knows_the_holiday_before():
    # 2026-10-12 is スポーツの日
    [opening] = parse_openings(*HALL, "月曜休館（祝日のときは翌日）")
    assert opening_dates(opening, date(2026, 10, 13), 2) == [date(2026, 10, 14)]


def test_the_closing_may_stand_beside_the_days():
    days = "火～日（月曜休館、祝日の場合は翌日休館）"
    [opening] = parse_openings(days, "9:00", "17:00")
    assert (opening.rrule, opening.irregular) == ("FREQ=WEEKLY;BYDAY=TU,WE,TH,FR,SA,SU", False)
    assert opening_dates(opening, date(2026, 10, 12), 2) == [date(2026, 10, 12)]


def test_days_that_contradict_the_closing_are_still_not_guessed():
    [opening] = parse_openings("月", "9:00", "21:00", "月曜休館（祝日のときは翌日）")
    assert opening.irregular


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (
            ("金", "10:00", "11:30", "7月・8月は休み", "9月～6月"),
            "毎週金曜 10:00〜11:30（7・8月は休み）",
        ),
        (
            ("木", "13:30", "15:00", "冬季休止（12月～3月）", "4月～11月"),
            "毎週木曜 13:30〜15:00（4〜11月）",
        ),
        (
            ("毎日", "", "", "8:00～18:00。年末年始は休み"),
            "毎日 8:00〜18:00（年末年始は休み）",
        ),
        (
            (*HALL, "月曜休館（祝日のときは翌日）。年末年始は休み"),
            "毎週火〜日曜 9:00〜21:00（年末年始は休み）　月曜休館（祝日のときは翌日）。",
        ),
    ],
)
def test_a_note_does_not_repeat_what_the_line_says(cells, line):
    assert words_all(parse_openings(*cells)) == [line]
