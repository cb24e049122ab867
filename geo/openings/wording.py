"""「第2・第4火曜 13:30〜15:00（祝日は休み）」: an opening as people say it.

What is said here, reading.py reads back to an equal opening.
"""

from collections.abc import Iterable, Sequence
from datetime import time

from geo.days import WEEKDAYS, era_words
from geo.openings.opening import ALL_MONTHS, Opening, Rule, read_rule
from geo.openings.pauses import yearly_pauses

ASK_THE_HOST = "主催者に確かめてください"
WEEKDAY_RULE = Rule("WEEKLY", weekdays=(0, 1, 2, 3, 4))
MIDNIGHT = time(0)
SMALL_HOURS = (time(1), time(6))  # our choice: here 「1:30」 alone may be meant for the afternoon


def words(opening: Opening) -> str:
    """The opening in one line. The host's own words stay in ``note``, for the page to show."""
    if opening.rrule and not opening.irregular and not opening.has_known_days:
        return f"{_rule_words(read_rule(opening.rrule))}（日は{ASK_THE_HOST}）"
    days = "" if opening.irregular else _days_words(opening)
    if not days:
        return f"不定期（{ASK_THE_HOST}）"
    hours = _hours_words(opening.opens_at, opening.closes_at)
    remarks = "、".join(_remarks(opening))
    return days + (f" {hours}" if hours else "") + (f"（{remarks}）" if remarks else "")


def _days_words(opening: Opening) -> str:
    if opening.rrule is None:
        if opening.on_holidays == "open":
            return "祝日"
        single = {opening.first_on} if opening.first_on == opening.last_on else set()
        dated = sorted(day for day in {*opening.also_on, *single} if day)
        return "・".join(era_words(day) for day in dated)
    rule = read_rule(opening.rrule)
    if (rule, opening.on_holidays) == (WEEKDAY_RULE, "closed"):
        return "平日"
    if (rule, opening.on_holidays) == (Rule("DAILY"), "open"):
        return "年中無休"
    return _rule_words(rule)


def _rule_words(rule: Rule) -> str:
    if rule.freq == "DAILY":
        return "毎日" if rule.interval == 1 else f"{rule.interval}日ごと"
    if rule.freq == "WEEKLY":
        every = {1: "毎週", 2: "隔週"}.get(rule.interval, f"{rule.interval}週ごとの")
        return f"{every}{_weekday_words(rule.weekdays)}曜"
    every = {1: "", 2: "隔月 "}.get(rule.interval, f"{rule.interval}か月ごと ")
    if rule.monthdays:
        days = "・".join("末日" if day == -1 else f"{day}日" for day in rule.monthdays)
        return f"{every}毎月{days}" if rule.interval == 1 else f"{every}{days}"
    return every + _nth_words(rule.nth)


def _weekday_words(weekdays: Sequence[int]) -> str:
    first, last = weekdays[0], weekdays[-1]
    if len(weekdays) >= 3 and list(weekdays) == list(range(first, last + 1)):
        return f"{WEEKDAYS[first]}〜{WEEKDAYS[last]}"
    return "・".join(WEEKDAYS[day] for day in weekdays)


def _nth_words(nth: Iterable[tuple[int, int]]) -> str:
    counted: dict[int, list[str]] = {}
    for weekday, n in nth:
        counted.setdefault(weekday, []).append("最終" if n == -1 else f"第{n}")
    return "、".join(f"{'・'.join(ns)}{WEEKDAYS[day]}曜" for day, ns in counted.items())


def _hours_words(opens_at: time | None, closes_at: time | None) -> str:
    if opens_at is None and closes_at is None:
        return ""
    if opens_at == closes_at == MIDNIGHT:
        return "24時間"
    opens = _marked_clock(opens_at) if opens_at is not None else ""
    if closes_at is None:
        return f"{opens}〜"
    if closes_at == MIDNIGHT:
        return f"{opens}〜24:00"
    if opens_at is None:
        return f"〜{_marked_clock(closes_at)}"
    is_next_day = closes_at <= opens_at
    return f"{opens}〜{'翌' if is_next_day else ''}{_clock(closes_at)}"


def _marked_clock(moment: time) -> str:
    return ("午前" if SMALL_HOURS[0] <= moment < SMALL_HOURS[1] else "") + _clock(moment)


def _clock(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02}"


def _remarks(opening: Opening) -> Iterable[str]:
    if set(opening.months) != set(ALL_MONTHS):
        yield _month_words(opening.months)
    rule = read_rule(opening.rrule) if opening.rrule else None
    if opening.on_holidays == "closed" and rule not in (None, WEEKDAY_RULE):
        yield "祝日は休み"
    if opening.on_holidays == "open" and rule not in (None, Rule("DAILY")):
        yield "祝日も開く"
    yield from (f"{name}は休み" for name in yearly_pauses(opening.note))
    if opening.rrule is None and opening.on_holidays != "open":
        return  # the dates themselves have been said
    span = (f"{era_words(opening.first_on)}から" if opening.first_on else "") + (
        f"{era_words(opening.last_on)}まで" if opening.last_on else ""
    )
    if span:
        yield span


def _month_words(months: Sequence[int]) -> str:
    """「4〜11月」, over New Year too (「12〜3月」); 「8月は休み」 where one or two months are left out."""
    if len(months) >= 10:
        left_out = [month for month in ALL_MONTHS if month not in months]
        return f"{_month_words(left_out)}は休み"
    count = len(months)
    for first in months:
        run = [(first - 1 + i) % 12 + 1 for i in range(count)]
        if set(run) == set(months):
            return f"{run[0]}〜{run[-1]}月" if count >= 3 else f"{'・'.join(map(str, run))}月"
    return f"{'・'.join(map(str, months))}月"
