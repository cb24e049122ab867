from datetime import date

import pytest

from geo.openings import opening_dates, parse_openings


def closed(cells, start=date(2026, 12, 26), days=14):
    """The days of a fortnight on which something daily is closed."""
    (opening,) = parse_openings(*cells)
    there = opening_dates(opening, start, days)
    return [
        f"{d.month}/{d.day}"
        for d in (date.fromordinal(start.toordinal() + n) for n in range(days))
        if d not in there
    ]


@pytest.mark.parametrize(
    ("note", "days"),
    [
        ("1月1日は休み", "1/1"),
        ("元旦は休業します", "1/1"),
        ("１月１日から３日は休み", "1/1 1/2 1/3"),
        ("三が日休み", "1/1 1/2 1/3"),
        ("12月29日～翌年1月3日を除く", "12/29 12/30 12/31 1/1 1/2 1/3"),
        ("12/31〜1/2は休館。要予約", "12/31 1/1 1/2"),
        ("12月31日・1月1日は運休", "12/31 1/1"),
        ("年末年始（12月30日〜1月4日）は休み", "12/30 12/31 1/1 1/2 1/3 1/4"),
        ("年末年始は休み", "12/29 12/30 12/31 1/1 1/2 1/3"),
        ("年末年始は休み。1月4日は休み", "12/29 12/30 12/31 1/1 1/2 1/3 1/4"),
        ("毎年1月7日は休み", "1/7"),
        ("1月1日も開く", ""),
        ("1月1日は10時から", ""),
        ("2020年1月1日は休み", ""),
        ("令和8年12月29日は休み", ""),
        ("お盆は休み", ""),
    ],
)
def test_days_that_a_note_closes_each_year_are_not_planned(note, days):
    assert closed(("毎日", "9:00", "17:00", note)) == days.split()


def test_obon_by_its_days_and_what_may_be_one_years_day_stays_planned():
    cells = ("毎日", "9:00", "17:00")
    august = (date(2027, 8, 8), 14)
    assert closed((*cells, "8月12日から15日まで休み"), *august) == ["8/12", "8/13", "8/14", "8/15"]
    assert closed((*cells, "8月5日は休み"), date(2027, 8, 1), 14) == []  # of which year?


def test_a_bus_that_does_not_run_on_holidays_is_closed_on_them():
    """11 January and 22 March 2027 are holidays, second and fourth Mondays."""
    (opening,) = parse_openings("第2・第4月曜", "9:40", "9:50", "祝日は運休。前日までに予約")
    assert opening.on_holidays == "closed"
    assert opening_dates(opening, date(2027, 1, 1), 90) == [
        *(date(2027, 1, 25), date(2027, 2, 8), date(2027, 2, 22), date(2027, 3, 8))
    ]


def test_who_delivers_on_holidays_too_is_open_on_them():
    (opening,) = parse_openings("月水金", "16:00", "18:00", "祝日も届けます")
    assert opening.on_holidays == "open"
