from datetime import date, time, timedelta

import pytest

from geo.calendars import planned
from geo.openings import parse_openings, words_all

SATURDAY = date(2026, 12, 5)


@pytest.mark.parametrize(
    ("cells", "lines"),
    [
        (
            ("月火水木金土", "8:30", "17:00", "土曜は正午まで。日曜・祝日は休診"),
            ["平日 8:30〜17:00", "毎週土曜 8:30〜12:00（祝日は休み）"],
        ),
        (
            ("月〜土", "9:00〜12:00、14:00〜18:00", "", "土曜は12時まで"),
            ["毎週月〜金曜 9:00〜12:00", "毎週土曜 9:00〜12:00", "毎週月〜金曜 14:00〜18:00"],
        ),
        (
            ("火・木", "10:00", "15:00", "木曜日は14:30まで。要予約"),
            ["毎週火曜 10:00〜15:00　要予約", "毎週木曜 10:00〜14:30　要予約"],
        ),
        (("土", "9:00", "17:00", "土曜は正午まで"), ["毎週土曜 9:00〜12:00"]),
        # not the opening's own day; no hours to shorten; not every week; a half hour that may be of the afternoon
        (
            ("月〜金", "9:00", "17:00", "土曜は正午まで"),
            ["毎週月〜金曜 9:00〜17:00　土曜は正午まで"],
        ),
        (("月〜土", "", "", "土曜は正午まで"), ["毎週月〜土曜　土曜は正午まで"]),
        (("第1土曜", "9:00", "17:00", "土曜は正午まで"), ["第1土曜 9:00〜17:00　土曜は正午まで"]),
        (("月〜土", "9:00", "17:00", "土曜は3時まで"), ["毎週月〜土曜 9:00〜17:00　土曜は3時まで"]),
    ],
)
def test_an_end_that_some_days_have_earlier_makes_two_openings(cells, lines):
    assert words_all(parse_openings(*cells)) == lines


def test_nobody_is_sent_on_a_saturday_afternoon():
    openings = parse_openings("月火水木金土", "8:30", "18:00", "土曜は正午まで。日曜・祝日は休診")
    ends = {one.day: one.closes_at for one in planned(openings, SATURDAY, 7)}
    assert ends.pop(SATURDAY) == time(12)
    assert set(ends.values()) == {time(18)}
    assert SATURDAY + timedelta(days=1) not in ends
