"""Weekdays and days of the month as municipalities write them: 「月〜金」, 「第2・第4火曜」, 「毎月15日」."""

import re
from typing import NamedTuple

from geo.days import WEEKDAYS
from geo.openings.opening import Rule

# The + after ? holds on to the 日 of 火曜日 and of 祝日, so that it is never read as a Sunday.
DAY = rf"(?:[{WEEKDAYS}](?:曜日?+)?+|祝(?:祭?日)?+)"
JOIN = r"(?:\s?(?:[・、,/や&と]|及び|および)\s?|\s?)"  # one way only to match a space
_TO = r"\s?(?:~|-|から)\s?"
LIST = rf"(?P<list>{DAY}(?:(?:{_TO}|{JOIN}){DAY})*)(?:まで)?"
_STEP = re.compile(rf"({_TO})?({DAY})")

_N = r"(?:第\s?[1-5一二三四五]|最終|最後の)"
_AND = r"\s?(?:[・、,.と]|及び)\s?"
_NS = rf"(?P<ns>{_N}(?:(?:{_AND}|{_TO}|){_N}|(?:{_AND}|{_TO})[1-5一二三四五](?![\d:]))*)"
NTH = (
    rf"(?:毎月の?)?\s?{_NS}\s?の?\s?"
    rf"(?P<weekdays>[{WEEKDAYS}](?:[・、,]?[{WEEKDAYS}])*曜日?+|[{WEEKDAYS}](?![{WEEKDAYS}曜]))"
)
_MONTHDAY = r"(?:\d{1,2}日?|末日)"
MONTHDAYS = (
    rf"毎月の?\s?(?P<monthdays>(?:{_MONTHDAY}{_AND})*(?:\d{{1,2}}日|末日))(?![{WEEKDAYS}曜間])"
)


class WeekdayList(NamedTuple):
    """A list of weekdays, 0 = Monday; ``has_holidays`` where 祝 is one of them."""

    weekdays: tuple[int, ...]
    has_holidays: bool
    is_span: bool  # 「月〜金」 and nothing else


def weekdays_of(written: str) -> WeekdayList | None:
    """The weekdays of a LIST, spans filled (「土〜火」 too); None where a span is to or from 祝."""
    steps = _STEP.findall(written)
    weekdays: list[int] = []
    before = ""
    for to, day in steps:
        if to and "祝" in (before[0], day[0]):
            return None
        if day[0] != "祝":
            weekday = WEEKDAYS.index(day[0])
            if to:
                days_between = (weekday - weekdays[-1]) % 7
                weekdays += [(weekdays[-1] + i) % 7 for i in range(1, days_between)]
            weekdays.append(weekday)
        before = day
    is_span = len(steps) == 2 and bool(steps[1][0])
    has_holidays = any(day[0] == "祝" for _, day in steps)
    return WeekdayList(tuple(sorted(set(weekdays))), has_holidays, is_span)


def nth_of(match: re.Match[str]) -> Rule:
    """The rule of an NTH: every number with every weekday (「第2・4火・木曜」 is four days)."""
    ns: list[int] = []
    for to, said in re.findall("(~|-|から)?[第\\s]*([1-5一二三四五]|最)", match["ns"]):
        n = -1 if said == "最" else "12345一二三四五".index(said) % 5 + 1
        ns += range(ns[-1], n) if to else ()  # 第1~3
        ns.append(n)
    weekdays = [WEEKDAYS.index(day) for day in match["weekdays"].split("曜")[0] if day in WEEKDAYS]
    return Rule("MONTHLY", nth=_in_order({(weekday, n) for weekday in weekdays for n in ns}))


def monthdays_of(match: re.Match[str]) -> Rule | None:
    """The rule of MONTHDAYS; None where a number is no day of a month."""
    days = {-1 if d == "末" else int(d) for d in re.findall(r"\d+|末", match["monthdays"])}
    if not days <= {-1, *range(1, 32)}:
        return None
    return Rule("MONTHLY", monthdays=tuple(sorted(days, key=lambda day: (day < 0, day))))


def joined_rule(rule: Rule, other: Rule) -> Rule | None:
    """Two rules of one kind as one (「毎週火曜、毎週木曜」), or None."""
    if (rule.freq, rule.interval) != (other.freq, other.interval):
        return None
    if rule.weekdays and other.weekdays:
        weekdays = tuple(sorted({*rule.weekdays, *other.weekdays}))
        return Rule(rule.freq, rule.interval, weekdays=weekdays)
    if rule.nth and other.nth:
        return Rule(rule.freq, rule.interval, nth=_in_order({*rule.nth, *other.nth}))
    return None


def _in_order(nth: set[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(nth, key=lambda day: (day[0], day[1] < 0, day[1])))
