"""Days and openings in other languages."""

from datetime import date, time

import pytest

from geo.openings import Opening
from routes import _saying
from routes._catalogues import plain

TUESDAYS = "FREQ=WEEKLY;BYDAY=TU"
SPAN = {"opens_at": time(10), "closes_at": time(12)}


def lines(app, code, *openings):
    with app.test_request_context(headers={"Cookie": f"language={code}"}):
        return [plain(line) for line in _saying.opening_lines(openings)]


@pytest.mark.parametrize(
    ("opening", "said"),
    [
        (Opening(TUESDAYS, **SPAN), "Every Tuesday, 10:00–12:00"),
        (
            Opening("FREQ=MONTHLY;BYDAY=2TU,4TU", **SPAN),
            "2nd and 4th Tuesday of the month, 10:00–12:00",
        ),
        (
            Opening("FREQ=MONTHLY;BYDAY=1TU,3TH,-1FR"),
            "1st Tuesday, 3rd Thursday, and last Friday of the month",
        ),
        (
            Opening("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", on_holidays="closed"),
            "Monday to Friday (closed on public holidays)",
        ),
        (Opening("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"), "Every Monday to Friday"),
        (Opening("FREQ=WEEKLY;BYDAY=SA,SU", on_holidays="open"), "Every Saturday and Sunday (open on public holidays too)"),
        (Opening("FREQ=DAILY", on_holidays="open"), "Every day, all year round"),
        (Opening("FREQ=DAILY", opens_at=time(0), closes_at=time(0)), "Every day, 24 hours"),
        (Opening(TUESDAYS, opens_at=time(18), closes_at=time(0)), "Every Tuesday, 18:00–24:00"),
        (Opening(TUESDAYS, opens_at=time(22), closes_at=time(6)), "Every Tuesday, 22:00–6:00 (next day)"),
        (Opening(TUESDAYS, opens_at=time(9, 5)), "Every Tuesday, from 9:05"),
        (Opening(TUESDAYS, months=(4, 5, 6, 7, 8, 9, 10, 11)), "Every Tuesday (April to November only)"),
        (Opening(TUESDAYS, months=(1, 2, 3, 12)), "Every Tuesday (December to March only)"),
        (Opening(TUESDAYS, months=(1, 2, 3, 4, 5, 6, 9, 10, 11, 12)), "Every Tuesday (closed in July and August)"),
        (Opening(TUESDAYS, months=(5, 8, 11)), "Every Tuesday (May, August, and November only)"),
        (Opening(None, on_holidays="open"), "Public holidays"),
        (Opening("FREQ=MONTHLY;BYMONTHDAY=5,-1"), "Day 5 and the last day of every month"),
        (
            Opening("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"),
            "Every 2 weeks, Wednesday (ask the contact when it is open)",
        ),
        (Opening(None, also_on=(date(2026, 11, 20),), **SPAN), "November 20, 2026, 10:00–12:00"),
        (Opening(None, irregular=True), "No fixed days (ask the contact when it is open)"),
        (Opening(TUESDAYS, note="年末年始は休み。"), "Every Tuesday (closed around New Year)"),
        (Opening(TUESDAYS, note="お茶代100円"), "Every Tuesday, お茶代100円"),
    ],
)  # fmt: skip
def test_an_opening_reads_right_in_english(app, opening, said):
    assert lines(app, "en", opening) == [said]


@pytest.mark.parametrize(
    ("opening", "said"),
    [
        (Opening(TUESDAYS, **SPAN), "毎週 火曜日　午前10時から 昼12時まで"),
        (
            Opening("FREQ=MONTHLY;BYDAY=2TU,4TU", opens_at=time(13, 30), closes_at=time(15)),
            "毎月 2回目、4回目の火曜日　午後1時30分から 午後3時まで",
        ),
        (Opening(TUESDAYS, months=(1, 2, 3, 12)), "毎週 火曜日（12月から3月までだけ）"),
    ],
)
def test_an_opening_reads_right_in_easy_japanese(app, opening, said):
    assert lines(app, "ja@easy", opening) == [said]


def test_single_days_off_stand_below(app):
    opening = Opening(TUESDAYS, except_on=(date(2026, 8, 11),), also_on=(date(2026, 8, 12),))
    assert lines(app, "en", opening) == [
        "Every Tuesday",
        "Closed on August 11, 2026",
        "Also open on August 12, 2026",
    ]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ja", ("令和8年11月20日", "11月20日（金）", "令和8年11月", "令和8年")),
        ("ja@easy", ("2026年 11月 20日", "11月 20日（金曜日）", "2026年 11月", "2026年")),
        ("en", ("November 20, 2026", "Fri, November 20", "November 2026", "2026")),
        ("ko", ("2026년 11월 20일", "11월 20일 금요일", "2026년 11월", "2026년")),
    ],
)
def test_days_are_said_as_the_language_says_them(app, code, said):
    day = date(2026, 11, 20)
    with app.test_request_context(headers={"Cookie": f"language={code}"}):
        found = [_saying.day(day), _saying.day_of_week(day), _saying.month(day), _saying.year(day)]
    assert tuple(map(plain, found)) == said


def test_days_with_a_reading_of_their_own_have_it(app):
    with app.test_request_context(headers={"Cookie": "language=ja@easy"}):
        assert "はつか" in _saying.day(date(2026, 11, 20))
        assert "ついたち" in _saying.day(date(2026, 12, 1))
        assert "にち" in _saying.day(date(2026, 12, 15))
