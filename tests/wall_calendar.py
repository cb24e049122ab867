"""壁の暦: what a plan comes to, counted day by day as somebody does with a calendar on the wall.

Nothing here is of geo.openings, and neither a library of rules nor one of holidays is asked: the holidays were typed
by hand, and what hosts add in words was read by a person, note by note. A note that nobody has read is refused.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cache
from typing import Any

# 内閣府「国民の祝日」 of 2026 and 2027 as published; of 2028 by 国民の祝日に関する法律, the equinoxes as the
# 国立天文台 reckons them ahead.
_HOLIDAYS = {
    2026: "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23",
    2027: "1/1 1/11 2/11 2/23 3/21 3/22 4/29 5/3 5/4 5/5 7/19 8/11 9/20 9/23 10/11 11/3 11/23",
    2028: "1/1 1/10 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/17 8/11 9/18 9/22 10/9 11/3 11/23",
}
HOLIDAYS = frozenset(
    date(year, *map(int, day.split("/")))
    for year, days in _HOLIDAYS.items()
    for day in days.split()
)
KNOWN_UNTIL = date(2028, 12, 31)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
Hours = tuple[time | None, time | None]


@dataclass(frozen=True)
class Note:
    """What a person reads in a host's words.

    off       days of each year, weekdays, months that are closed;  holidays  "closed", "open" or ""
    moved     the weekday whose closing a holiday moves to the next day
    until     weekday → when it ends earlier than on the others;  hours  of every day
    """

    off: tuple[tuple[int, int], ...] = ()
    weekdays: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    holidays: str = ""
    moved: int | None = None
    until: Mapping[int, time] = field(default_factory=dict)
    hours: Hours | None = None


NEW_YEAR = ((12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3))
OBON = ((8, 13), (8, 14), (8, 15), (8, 16))
_SUNDAY, _MONDAY = (6,), (0,)
NOTES = {
    "": Note(),
    "祝日は休み": Note(holidays="closed"),
    "日曜・祝日は休み": Note(holidays="closed", weekdays=_SUNDAY),
    "日曜・祝日は休診": Note(holidays="closed", weekdays=_SUNDAY),
    "使うときは自治会へ": Note(),
    "0:00～24:00": Note(hours=(time(0), time(0))),
    "雪の日は中止。前後15分ずれることがあります": Note(),
    "雨の日は休み": Note(),
    "8:30～17:30": Note(hours=(time(8, 30), time(17, 30))),
    "9:00～16:30": Note(hours=(time(9), time(16, 30))),
    "9:00～18:00": Note(hours=(time(9), time(18))),
    "8:00～18:00": Note(hours=(time(8), time(18))),
    "祝日は休診": Note(holidays="closed"),
    "月曜休館": Note(weekdays=_MONDAY),
    "8:00～18:00。年末年始は休み": Note(off=NEW_YEAR, hours=(time(8), time(18))),
    "土曜は正午まで": Note(until={5: time(12)}),
    "土曜は正午まで。日曜・祝日は休診": Note(
        holidays="closed", weekdays=_SUNDAY, until={5: time(12)}
    ),
    "水曜・日曜・祝日は休診": Note(holidays="closed", weekdays=(2, 6)),
    "木曜・日曜・祝日は休診": Note(holidays="closed", weekdays=(3, 6)),
    "土曜・日曜・祝日は休診": Note(holidays="closed", weekdays=(5, 6)),
    "お盆・年末年始は休み": Note(off=OBON + NEW_YEAR),
    "年末年始は休み": Note(off=NEW_YEAR),
    "1月1日は休み": Note(off=((1, 1),)),
    "1月1日から3日は休み": Note(off=((1, 1), (1, 2), (1, 3))),
    "12月29日～1月3日は休み": Note(off=NEW_YEAR),
    "12/31〜1/3は休業": Note(off=((12, 31), (1, 1), (1, 2), (1, 3))),
    "元日と8月15日は休み": Note(off=((1, 1), (8, 15))),
    "毎年2月29日は休み": Note(off=((2, 29),)),
    "5月12日は休み": Note(),  # of which year? it stands beside the days in the host's words
    "祝日は運休": Note(holidays="closed"),
    "祝日は運休。前日までに予約": Note(holidays="closed"),
    "8:30～17:15。祝日・年末年始は休み": Note(
        off=NEW_YEAR, holidays="closed", hours=(time(8, 30), time(17, 15))
    ),
    "祝日・年末年始は休み": Note(off=NEW_YEAR, holidays="closed"),
    "日程は電話で確かめてください": Note(),
    "不定期 13:00〜15:00 日程は電話で確かめてください": Note(),
    "冬季休止（12月～3月）": Note(months=(12, 1, 2, 3)),
    "冬季（12月～3月）はかたづけます": Note(months=(12, 1, 2, 3)),
    "7月・8月は休み": Note(months=(7, 8)),
    "月曜休館。年末年始は休み": Note(off=NEW_YEAR, weekdays=_MONDAY),
    "月曜休館（祝日のときは翌日）": Note(moved=0),
    "祝日も届けます": Note(holidays="open"),
}


def planned(
    openings: Iterable[Mapping[str, Any]], start: date, days: int
) -> dict[date, set[Hours]]:
    """Day → the hours planned on it, of openings as the register keeps them; only days with any."""
    assert start + timedelta(days=days) <= KNOWN_UNTIL, "somebody must type further holidays"
    found: dict[date, set[Hours]] = {}
    for one in openings:
        for day, hours in _days(json.dumps(one), start, days):
            found.setdefault(day, set()).add(hours)
    return found


@cache  # many entries say the same
def _days(text: str, start: date, days: int) -> list[tuple[date, Hours]]:
    one = json.loads(text)
    span = (start + timedelta(days=n) for n in range(days))
    return [(day, _hours(one, day)) for day in span if _is_open(one, day)]


def _is_open(one: Mapping[str, Any], day: date) -> bool:
    text = day.isoformat()
    is_over = (one["first_on"] or text) > text or (one["last_on"] or text) < text
    if text in one["except_on"] or is_over:
        return False
    is_one_day = not one["rrule"] and one["first_on"] and one["first_on"] == one["last_on"]
    if text in one["also_on"] or is_one_day:
        return True
    if one["irregular"] or day.month not in one["months"]:
        return False
    note = NOTES[one["note"]]
    if day.month in note.months or (day.month, day.day) in note.off:
        return False
    return _is_usual(one, note, day)


def _is_usual(one: Mapping[str, Any], note: Note, day: date) -> bool:
    """Whether it is there on such a day of the week or month, or on such a holiday."""
    is_holiday, yesterday = day in HOLIDAYS, day - timedelta(days=1)
    if not one["rrule"]:
        return is_holiday and one["on_holidays"] == "open"
    if note.moved is not None and day.weekday() == note.moved:
        return is_holiday
    if note.moved is not None and yesterday.weekday() == note.moved and yesterday in HOLIDAYS:
        return False
    if day.weekday() in note.weekdays:
        return False
    if is_holiday and "closed" in (one["on_holidays"], note.holidays):
        return False
    return _falls_on(one["rrule"], one["first_on"], day)


def _hours(one: Mapping[str, Any], day: date) -> Hours:
    note = NOTES[one["note"]] if not one["irregular"] else Note()
    opens, closes = (_clock(one[name]) for name in ("opens_at", "closes_at"))
    if note.hours:
        assert (opens, closes) == note.hours, one
    return opens, note.until.get(day.weekday(), closes)


def _clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _falls_on(rule: str, first_on: str | None, day: date) -> bool:
    parts = dict(part.split("=") for part in rule.split(";"))
    every = int(parts.get("INTERVAL", "1"))
    if every > 1 and not first_on:
        return False  # nobody knows from when to count
    first = date.fromisoformat(first_on) if first_on else day
    if parts["FREQ"] == "DAILY":
        return (day - first).days % every == 0
    if parts["FREQ"] == "WEEKLY":
        mondays = [one - timedelta(days=one.weekday()) for one in (first, day)]
        weeks = (mondays[1] - mondays[0]).days // 7
        return weeks % every == 0 and WEEKDAYS[day.weekday()] in parts["BYDAY"].split(",")
    months = (day.year - first.year) * 12 + day.month - first.month
    return months % every == 0 and _is_of_month(parts, day)


def _is_of_month(parts: Mapping[str, str], day: date) -> bool:
    is_last_week = (day + timedelta(days=7)).month != day.month
    is_last_day = (day + timedelta(days=1)).month != day.month
    if "BYMONTHDAY" in parts:
        said = parts["BYMONTHDAY"].split(",")
        return str(day.day) in said or (is_last_day and "-1" in said)
    weekday, said = WEEKDAYS[day.weekday()], parts["BYDAY"].split(",")
    return f"{(day.day - 1) // 7 + 1}{weekday}" in said or (is_last_week and f"-1{weekday}" in said)
