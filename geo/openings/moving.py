"""「月曜休館（祝日のときは翌日）」: a weekly closing that a public holiday moves to the next day.

It has no field in an opening: like 年末年始 it is found in the host's words whenever days are asked
for, so that nobody is sent to a hall on the Tuesday after a holiday.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from geo.days import WEEKDAYS, is_holiday, plain

_HOLIDAY = r"(?:祝祭?日|休日|国民の祝日|祝)"
_WHEN = r"(?:の(?:場合|とき|時|日)|に(?:当た|あた|重な)る(?:場合|とき|時|日)?|と重なる?(?:場合|とき|時)?)"
# what follows the closing: brackets, 「ただし、」, 「祝日の場合は開館し、」, and the day it moves to
_CLAUSE = re.compile(
    rf"[(、,;\s]*(?:ただし|但し)?[、,\s]*(?:月曜日?が)?{_HOLIDAY}{_WHEN}(?:に?は|には)?[、,\s]*"
    r"(?:開[館所店][^。()翌]{0,6})?(?:その)?翌(?P<to>日|平日|開[館所]日|営業日)"
    r"(?:[がをにへは]?\s?(?:お?休[みう館業所日]*|閉館|振替(?:休館)?|定休日?))?(?:します|する|とします)?\)?"
)
_MOVED = re.compile(
    rf"(?<![{WEEKDAYS}・、,~])([{WEEKDAYS}])曜日?(?:は|が|の)?\s?(?:お?休(?:み|館|業|所)日?|定休日?|閉館)"
    rf"(?:です)?[。]?{_CLAUSE.pattern}"
)


def without_move(text: str) -> str:
    """A text without what moves its closing, to read the rest; as it was where nothing moves."""
    if moved_closing(text) is None:
        return text
    return _CLAUSE.sub(_bracket_left, plain(text))


def _bracket_left(match: re.Match[str]) -> str:
    """A bracket that the clause closes without having opened it stays."""
    return ")" if match[0].endswith(")") and "(" not in match[0] else ""


@lru_cache(maxsize=4096)
def moved_closing(note: str) -> tuple[int, bool] | None:
    """(weekday that is closed, whether the closing moves past further holidays), or None where
    a note moves nothing."""
    match = _MOVED.search(plain(note))
    return (WEEKDAYS.index(match[1]), match["to"] != "日") if match else None


def moved_days(closing: tuple[int, bool], start: date, end: date) -> Iterator[tuple[date, date]]:
    """(the holiday on which it is open after all, the day on which it is closed instead), for
    every holiday on the closing weekday that touches [start, end)."""
    weekday, past_holidays = closing
    day = start - timedelta(days=10)  # longer than any run of holidays
    while day < end:
        if day.weekday() == weekday and is_holiday(day):
            instead = day + timedelta(days=1)
            while past_holidays and is_holiday(instead):
                instead += timedelta(days=1)
            yield day, instead
        day += timedelta(days=1)
