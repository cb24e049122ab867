"""年度, 和暦 and the days of the Japanese calendar: what year it is, and how a date is written.

Repeating openings (第2・第4火曜) are in openings/. Nothing here asks the clock: what "today" is
comes as ``as_of``.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import Literal

from holidays.countries.japan import Japan

WEEKDAYS = "月火水木金土日"  # date.weekday() is the position

# First day of each era (元号法; 皇室典範特例法). 明治 begins where the Gregorian calendar does.
_ERAS = (
    ("令和", date(2019, 5, 1), 2018),
    ("平成", date(1989, 1, 8), 1988),
    ("昭和", date(1926, 12, 25), 1925),
    ("大正", date(1912, 7, 30), 1911),
    ("明治", date(1873, 1, 1), 1867),
)
_ERA_BY_MARK = {mark: era for era in _ERAS for mark in (era[0], era[0][0])} | dict(
    zip("RHSTM", _ERAS, strict=True)
)

_YEAR = (
    r"(?:(?P<era>令和?|平成?|昭和?|大正?|明治?|[RHSTM])\.?(?P<era_year>元|\d{1,2})|(?P<year>\d{4}))"
)
_MONTH_DAY = (
    r"(?:年(?P<m1>\d{1,2})月(?P<d1>\d{1,2})日|(?P<sep>[-/.])(?P<m2>\d{1,2})(?P=sep)(?P<d2>\d{1,2}))"
)
_WEEKDAY = rf"(?:\(?(?P<weekday>[{WEEKDAYS}])(?:曜日?)?\)?)?"
# A date as people and Excel write it, in plain signs (see ``plain``) and without spaces.
DATE = rf"{_YEAR}{_MONTH_DAY}{_WEEKDAY}"
_DATE = re.compile(DATE, re.IGNORECASE)
_EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MIDNIGHT = re.compile(r"[ T]0?0:00(?::00(?:\.0+)?)?$")  # what Excel adds to a date

_BRACKETED = str.maketrans("㈪㈫㈬㈭㈮㈯㈰", WEEKDAYS)
_SIGNS = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-") | dict.fromkeys("〜∼～", "~"))

Freshness = Literal["confirmed", "unconfirmed_this_year", "stale", "never"]


def fiscal_year(day: date) -> int:
    """年度: the year in which the April before or on ``day`` lies. 31 March 2026 is 2025."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_words(year: int) -> str:
    """「令和8年度」. 2019 is 令和元年度 as a whole, as the offices wrote it after the change."""
    # The era of 1 May names the year: right for 1926, 1988, 1989 and for 2019 alike.
    return era_words(date(year, 5, 1)).split("年")[0] + "年度"


def era_words(day: date) -> str:
    """「令和8年11月20日」; before 明治6年 the Gregorian year."""
    for name, first_day, year_zero in _ERAS:
        if day >= first_day:
            year = day.year - year_zero
            return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"{day.year}年{day.month}月{day.day}日"


def date_words(day: date) -> str:
    """「11月20日（金）」."""
    return f"{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def month_days(first: date) -> tuple[date, date]:
    """The first and the last day of the month of a day."""
    return first.replace(day=1), first.replace(day=monthrange(first.year, first.month)[1])


def months_back(day: date, count: int) -> list[date]:
    """First days of the month of ``day`` and of those before it, ``count`` in all, newest first."""
    at = day.year * 12 + day.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(at, at - count, -1)]


def parse_month(text: str) -> date | None:
    """The first day of a month written 2026-11, as addresses have it; None for anything else."""
    found = re.fullmatch(r"([12][0-9]{3})-(0[1-9]|1[0-2])", text)
    return date(int(found[1]), int(found[2]), 1) if found else None


def month_words(day: date) -> str:
    """「令和8年11月」, by the era of the month's last day."""
    return era_words(month_days(day)[1]).rpartition("月")[0] + "月"


def plain(text: str) -> str:
    """Text with full-width signs, dashes and wave dashes made one (NFKC), spaces single."""
    return " ".join(
        unicodedata.normalize("NFKC", text.translate(_BRACKETED)).translate(_SIGNS).split()
    )


def parse_date(text: str) -> date | None:
    """The date a person or Excel wrote, or None when it is not a whole date.

    Reads 2026-11-20, 2026/11/20, 20261120, R8.11.20, 令和8年11月20日, 2026年11月20日(金), with
    full-width signs too. None also where the weekday written beside it is another day's, or
    where the era had not begun: a person must look. An ended era may run on (平成32年3月31日
    was written before the change and is a day of 2020).
    """
    written = _MIDNIGHT.sub("", plain(text))
    if digits := _EIGHT_DIGITS.fullmatch(written):
        return _day(*(int(part) for part in digits.groups()))
    match = _DATE.fullmatch(written.replace(" ", ""))
    return date_of(match) if match else None


def date_of(match: re.Match[str]) -> date | None:
    """The date that a match of ``DATE`` means, or None as in ``parse_date``."""
    part = match.groupdict()
    era = _ERA_BY_MARK[part["era"].upper()] if part["era"] else None
    year = _era_year(part["era_year"]) + era[2] if era else int(part["year"])
    day = _day(year, int(part["m1"] or part["m2"]), int(part["d1"] or part["d2"]))
    if day is None or (era and day < era[1]):
        return None
    if part["weekday"] and part["weekday"] != WEEKDAYS[day.weekday()]:
        return None
    return day


def is_holiday(day: date) -> bool:
    """Whether ``day`` is a public holiday of Japan, 振替休日 and 国民の休日 included."""
    return day in _holidays(day.year)


def freshness(confirmed_on: date | None, as_of: date) -> Freshness:
    """How far a confirmation still holds on ``as_of``. The registry's year is the 年度.

    never                  nobody has confirmed it
    stale                  more than 13 months ago (greyed; the day 13 months later still counts)
    confirmed              within the 年度 of as_of; from April to 30 June, while the offices are
                           asking again, within the 年度 before as well
    unconfirmed_this_year  the rest: 「今年度は未確認」

    Thirteen months come first: what was last confirmed in April is grey in June of the year
    after. A day after ``as_of`` (a telephone's clock, another time zone) counts as confirmed.
    """
    if confirmed_on is None:
        return "never"
    if as_of > _months_later(confirmed_on, 13):
        return "stale"
    asked_again_until_june = 1 if as_of.month in (4, 5, 6) else 0
    if fiscal_year(confirmed_on) >= fiscal_year(as_of) - asked_again_until_june:
        return "confirmed"
    return "unconfirmed_this_year"


def _months_later(day: date, months: int) -> date:
    """The same day so many months on, or the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _era_year(written: str) -> int:
    return 1 if written == "元" else int(written)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # 31 November, month 13
        return None


@lru_cache(maxsize=128)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(Japan(years=year))
