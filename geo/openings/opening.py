"""開催日時: when a place is open, as a rule that repeats, and the days that follow from it.

An opening is a plan (「開く日の予定」), never a promise. How it is written and read in Japanese is in
wording.py and reading.py; the calendar itself in days.py.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Literal

from dateutil.rrule import rrulestr

from geo.days import is_holiday
from geo.errors import Invalid
from geo.openings.moving import moved_closing, moved_days
from geo.openings.pauses import is_pause
from geo.openings.pausing import Pause

OnHolidays = Literal["open", "closed", "unknown"]

ALL_MONTHS = tuple(range(1, 13))
WINDOW_DAYS = 84  # twelve weeks: every weekday twelve times, a first to fourth at least twice
JAPAN = timezone(timedelta(hours=9))  # no summer time since 1952

_PART_NAMES = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY"}
_WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(rf"([+-]?\d)?({'|'.join(_WEEKDAY_CODES)})")


@dataclass(frozen=True, slots=True)
class Rule:
    """What an rrule says, taken apart. Weekdays are 0 = Monday.

    weekdays   of a weekly rule
    nth        of a monthly rule: (weekday, n), n = -1 for the last
    monthdays  of a monthly rule: days of the month, -1 for the last
    """

    freq: str  # DAILY, WEEKLY, MONTHLY
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nth: tuple[tuple[int, int], ...] = ()
    monthdays: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The rule as RFC 5545 writes it, always in the same order."""
        days = [_WEEKDAY_CODES[day] for day in self.weekdays]
        days += [f"{n}{_WEEKDAY_CODES[day]}" for day, n in self.nth]
        parts = [f"FREQ={self.freq}"]
        parts += [f"INTERVAL={self.interval}"] if self.interval > 1 else []
        parts += [f"BYDAY={','.join(days)}"] if days else []
        if self.monthdays:
            parts.append(f"BYMONTHDAY={','.join(map(str, self.monthdays))}")
        return ";".join(parts)


@dataclass(frozen=True, slots=True)
class Opening:
    """One repeating or dated opening, in local wall time.

    rrule        RFC 5545 without DTSTART: FREQ=WEEKLY;BYDAY=TU, FREQ=MONTHLY;BYDAY=2TU,4TU or
                 BYMONTHDAY=15, FREQ=DAILY; INTERVAL needs first_on, which says from when to
                 count. None: only also_on (a single first_on = last_on counts as that day),
                 and with on_holidays "open" every public holiday (祝日)
    opens_at     closes_at is exclusive; at or before opens_at it is past midnight, and 0:00 to
                 0:00 is the whole day
    months       the others are a seasonal pause (冬季休止)
    on_holidays  "unknown" keeps a public holiday as a planned day
    except_on    not open whatever the rule says
    also_on      open whatever rule, month and holiday say
    irregular    不定期, or text that could not be read (kept in note): no day but also_on
    note         the host's words. 「年末年始は休み」 and 「1月1日は休み」 in it take those days out
                 (pauses.py), 「月曜休館（祝日のときは翌日）」 moves the closing (moving.py)
    pause        its host rests: no day of it is planned, whatever else is said
    """

    rrule: str | None
    first_on: date | None = None
    last_on: date | None = None
    opens_at: time | None = None
    closes_at: time | None = None
    months: tuple[int, ...] = ALL_MONTHS
    on_holidays: OnHolidays = "unknown"
    except_on: tuple[date, ...] = ()
    also_on: tuple[date, ...] = ()
    irregular: bool = False
    note: str = ""
    pause: Pause | None = None

    def __post_init__(self) -> None:
        if self.rrule is not None:
            read_rule(self.rrule)
        if not self.months or not set(self.months) <= set(ALL_MONTHS):
            raise Invalid(fields={"months": "out_of_range"})

    @property
    def has_hours(self) -> bool:
        """Whether both ends are known; without them ``covers`` is False but means unknown."""
        return self.opens_at is not None and self.closes_at is not None

    @property
    def has_known_days(self) -> bool:
        """Whether the days follow from the rule; if not, no day is guessed.

        "Every second Wednesday" without a first day could be either Wednesday: not known.
        """
        if self.irregular:
            return False
        return not (self.rrule and read_rule(self.rrule).interval > 1 and not self.first_on)


@lru_cache(maxsize=4096)
def read_rule(rrule: str) -> Rule:
    """The parts of a rule that an opening can have. Raises Invalid for any other rule.

    Only what wording.py can say is let in: no YEARLY, SETPOS, COUNT or UNTIL
    (``last_on`` is that), no rule that would need a start date to have a weekday.
    """
    parts = dict(part.partition("=")[::2] for part in rrule.upper().split(";"))
    days = [_DAY.fullmatch(day) for day in parts.get("BYDAY", "").split(",") if day]
    try:
        interval = int(parts.get("INTERVAL", "1"))
        monthdays = tuple(int(day) for day in parts.get("BYMONTHDAY", "").split(",") if day)
    except ValueError:
        raise Invalid(fields={"rrule": "unreadable"}) from None
    found = [(_WEEKDAY_CODES.index(day[2]), int(day[1] or 0)) for day in days if day]
    rule = Rule(
        freq=parts.get("FREQ", ""),
        interval=interval,
        weekdays=tuple(weekday for weekday, n in found if n == 0),
        nth=tuple((weekday, n) for weekday, n in found if n != 0),
        monthdays=monthdays,
    )
    if None in days or not _is_sayable(rule) or set(parts) - _PART_NAMES:
        raise Invalid(fields={"rrule": "unreadable"})
    return rule


def _is_sayable(rule: Rule) -> bool:
    if not 1 <= rule.interval <= 99:
        return False
    if any(n not in (-1, 1, 2, 3, 4, 5) for _, n in rule.nth):
        return False
    if any(not (day == -1 or 1 <= day <= 31) for day in rule.monthdays):
        return False
    filled = (bool(rule.weekdays), bool(rule.nth), bool(rule.monthdays))
    return (rule.freq, filled) in (
        ("DAILY", (False, False, False)),
        ("WEEKLY", (True, False, False)),
        ("MONTHLY", (False, True, False)),
        ("MONTHLY", (False, False, True)),
    )


def opening_dates(opening: Opening, start: date, days: int = WINDOW_DAYS) -> list[date]:
    """The planned days from ``start`` on, ``days`` of them looked at, ascending and unique."""
    end = start + timedelta(days=days)  # exclusive
    planned = {day for day in _by_rule(opening, start, end) if _is_kept(opening, day)}
    _move_closings(opening, planned, start, end)
    planned |= set(opening.also_on)
    if opening.rrule is None and opening.first_on == opening.last_on and opening.first_on:
        planned.add(opening.first_on)
    first = max(start, opening.first_on or start)
    last = opening.last_on or date.max
    within = (day for day in planned - set(opening.except_on) if first <= day < end and day <= last)
    return sorted(day for day in within if not (opening.pause and opening.pause.holds(day)))


def _move_closings(opening: Opening, planned: set[date], start: date, end: date) -> None:
    """「月曜休館（祝日のときは翌日）」: open on that Monday, closed on the day it moves to."""
    closing = moved_closing(opening.note) if opening.rrule and not opening.irregular else None
    if closing is None or read_rule(opening.rrule or "").freq == "MONTHLY":
        return
    usual = replace(opening, on_holidays="unknown")
    for holiday, instead in moved_days(closing, start, end):
        if _is_kept(usual, holiday):
            planned.add(holiday)
        planned.discard(instead)


def next_dates(openings: Iterable[Opening], as_of: date, count: int = 3) -> list[date]:
    """The next ``count`` planned days, ``as_of`` included, of all openings together.

    Looks a little over a year ahead, so that a winter pause does not look like the end.
    """
    found: set[date] = set()
    several = tuple(openings)
    for window in range(5):
        start = as_of + timedelta(days=window * WINDOW_DAYS)
        found.update(day for opening in several for day in opening_dates(opening, start))
        if len(found) >= count:
            break
    return sorted(found)[:count]


def covers(opening: Opening, moment: datetime) -> bool:
    """Whether the plan has it open at ``moment`` (local wall time; with a zone, taken to Japan).

    The closing minute is outside. False without both hours: ask ``has_hours`` to tell
    "not open then" from "not known".
    """
    if opening.opens_at is None or opening.closes_at is None:
        return False
    wall = moment.astimezone(JAPAN).replace(tzinfo=None) if moment.tzinfo else moment
    is_planned = bool(opening_dates(opening, wall.date(), 1))
    if opening.opens_at < opening.closes_at:
        return is_planned and opening.opens_at <= wall.time() < opening.closes_at
    if is_planned and opening.opens_at <= wall.time():
        return True
    day_before = wall.date() - timedelta(days=1)
    return wall.time() < opening.closes_at and bool(opening_dates(opening, day_before, 1))


def _by_rule(opening: Opening, start: date, end: date) -> Iterable[date]:
    """The days of the rule alone in [start, end), pauses and holidays still in."""
    if not opening.has_known_days:
        return ()
    if opening.rrule is not None:
        is_counted = read_rule(opening.rrule).interval > 1
        return _expanded(opening.rrule, opening.first_on if is_counted else None, start, end)
    if opening.on_holidays == "open":
        span = ((start + timedelta(days=i)) for i in range((end - start).days))
        return [day for day in span if is_holiday(day)]
    return ()


@lru_cache(maxsize=4096)
def _expanded(rrule: str, count_from: date | None, start: date, end: date) -> tuple[date, ...]:
    """Days of a rule in [start, end). Many places share a rule and a window.

    Counted from the first of the month, so that an nth weekday of the first month is not lost
    and nothing drifts; an interval is counted from the opening's own first day.
    """
    count_on = count_from or start.replace(day=1)
    occurrences = rrulestr(rrule, dtstart=datetime.combine(count_on, time()))
    upto = datetime.combine(end, time()) - timedelta(microseconds=1)
    return tuple(
        moment.date()
        for moment in occurrences.between(datetime.combine(start, time()), upto, inc=True)
    )


def _is_kept(opening: Opening, day: date) -> bool:
    if day.month not in opening.months:
        return False
    if opening.on_holidays == "closed" and is_holiday(day):
        return False
    return not is_pause(opening.note, (day.month, day.day))
