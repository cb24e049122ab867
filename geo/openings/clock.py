"""Times of day and months as municipalities write them: 「午前10時〜11時半」, 「12月〜3月」."""

import re
from datetime import time
from typing import NamedTuple

from geo.openings.wording import SMALL_HOURS

MIDNIGHT = time(0)


class Hours(NamedTuple):
    """One range of a day; None where that end was not said. Past midnight as in Opening."""

    opens_at: time | None = None
    closes_at: time | None = None


def _time(end: str, bare: str = "(?!)") -> str:
    """The pattern of a time; ``bare`` is what must follow an hour that has no 時."""
    minutes = rf"(?:(?P<{end}_kanji>\d{{1,2}})分|(?P<{end}_30>半))?"
    return (
        rf"(?:(?P<{end}_half>午前|午後|AM|PM)?\s?(?P<{end}_hour>\d{{1,2}})"
        rf"(?::(?P<{end}_min>\d{{2}})(?::00)?|時(?!間|期){minutes}|{bare})"
        rf"|(?P<{end}_noon>正午))(?P<{end}_about>頃|ごろ)?"
    )


_TO = r"\s?(?:~|-|から|より|→)\s?"
_THEN = rf"{_TO}(?:午前|午後)?\d{{1,2}}時"
_NEXT_DAY = r"(?P<next_day>翌日?)?\s?"
RANGE = rf"(?<!\d){_time('a', bare=f'(?={_THEN})')}{_TO}{_NEXT_DAY}{_time('b')}(?:まで)?(?!\d)"
START = rf"(?<!\d){_time('a')}(?:{_TO})?(?!\d)"
END = rf"~\s?{_NEXT_DAY}{_time('b')}(?:まで)?(?!\d)"
UNTIL = rf"~?\s?{_time('b')}まで"


def start_of(match: re.Match[str]) -> time | None:
    """The start of a START or RANGE. None for 「1時半」 alone: it may be in the afternoon."""
    start = time_of(match, "a")
    return None if start and _is_small_hour(start) and not match["a_half"] else start


def end_of(match: re.Match[str]) -> time | None:
    """The end of an END; None as in ``start_of``."""
    end = time_of(match, "b")
    return None if end and _is_small_hour(end) and not match["b_half"] else end


def range_of(match: re.Match[str]) -> Hours | None:
    """The hours of a RANGE; None where the end is not after the start and 翌 was not said."""
    opens_at, closes_at = start_of(match), time_of(match, "b")
    if opens_at is None or closes_at is None:
        return None
    if match["next_day"]:
        return Hours(opens_at, closes_at) if closes_at < opens_at else None
    if _is_afternoon(match, "a") and not match["b_half"] and 1 <= closes_at.hour < 12:
        closes_at = closes_at.replace(hour=closes_at.hour + 12)  # 午後1時〜3時: meant for both
    is_until_midnight = match["b_hour"] == "24"
    return Hours(opens_at, closes_at) if opens_at < closes_at or is_until_midnight else None


def time_of(match: re.Match[str], end: str) -> time | None:
    """The time of one end of a match; 24:00 at the far end is 0:00.

    None for 午前12時 and 午後12時, which people use for noon and for midnight.
    """
    if match[f"{end}_noon"]:
        return time(12)
    hour = int(match[f"{end}_hour"])
    minute = 30 if match[f"{end}_30"] else int(match[f"{end}_min"] or match[f"{end}_kanji"] or 0)
    if match[f"{end}_half"] and hour == 12:
        return None
    if _is_afternoon(match, end) and hour < 12:
        hour += 12
    if (hour, minute, end) == (24, 0, "b"):
        return MIDNIGHT
    return time(hour, minute) if hour < 24 and minute < 60 else None


def is_about(match: re.Match[str]) -> bool:
    """Whether 頃 or ごろ was said of either end."""
    return any(said for name, said in match.groupdict().items() if name.endswith("_about"))


def _is_small_hour(moment: time) -> bool:
    return SMALL_HOURS[0] <= moment < SMALL_HOURS[1]


def _is_afternoon(match: re.Match[str], end: str) -> bool:
    return (match[f"{end}_half"] or "").upper() in ("午後", "PM")


MONTHS = r"(?:\d{1,2}月?(?:(?:~|-|から)(?:翌年?)?|[・、,と])\s?)*\d{1,2}月"
_MONTH_STEP = re.compile(r"(~|-|から)?(?:翌年?)?\s?(\d{1,2})")


def months_of(written: str) -> tuple[int, ...]:
    """「12~3月」 as (1, 2, 3, 12); () where a number is no month or a span leads nowhere."""
    found: list[int] = []
    for match in _MONTH_STEP.finditer(written):
        month = int(match[2])
        if not 1 <= month <= 12 or (match[1] and month == found[-1]):
            return ()
        if match[1]:
            found += [(found[-1] + i) % 12 + 1 for i in range((month - found[-1]) % 12)]
        found.append(month)
    return tuple(sorted(set(found)))
