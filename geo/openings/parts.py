"""「土曜は正午まで」: an opening that ends earlier on some of its weekdays is two."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import time

from geo.days import plain
from geo.openings.clock import UNTIL, end_of
from geo.openings.opening import Opening, Rule, read_rule
from geo.openings.weekdays import LIST, weekdays_of

_SENTENCE = re.compile(r"[^。\n]+[。\n]?")
_EARLIER = re.compile(rf"{LIST}(?:曜?日?だけ|のみ|は)?\s?{UNTIL}(?:です)?")


def parted(opening: Opening) -> Iterator[Opening]:
    """The opening, or its two parts without the sentence that says so. A part that would begin after its end
    (the afternoon, of who closes at noon) is left out."""
    found = next(_earlier(opening), None)
    if found is None:
        yield opening
        return
    weekdays, ends_at, note = found
    rule = read_rule(opening.rrule or "")
    others = tuple(day for day in rule.weekdays if day not in weekdays)
    if others:
        yield replace(opening, rrule=Rule("WEEKLY", weekdays=others).text, note=note)
    if opening.opens_at is not None and opening.opens_at < ends_at:
        closes_at = min(opening.closes_at or time.max, ends_at)
        same = Rule("WEEKLY", weekdays=weekdays).text
        yield replace(opening, rrule=same, closes_at=closes_at, note=note)


def _earlier(opening: Opening) -> Iterator[tuple[tuple[int, ...], time, str]]:
    """(weekdays, when they end, the other words) of what can be parted: days of every week, all of them the opening's,
    of which it is known when they begin."""
    rule = read_rule(opening.rrule) if opening.rrule and not opening.irregular else None
    if rule is None or rule.freq != "WEEKLY" or rule.interval > 1 or opening.opens_at is None:
        return
    for sentence in _SENTENCE.findall(opening.note):
        match = _EARLIER.fullmatch(plain(sentence).rstrip("。"))
        said = weekdays_of(match["list"]) if match else None
        if match is None or said is None or said.has_holidays or not said.weekdays:
            continue
        ends_at = end_of(match)
        if ends_at is not None and ends_at != time(0) and {*said.weekdays} <= {*rule.weekdays}:
            yield said.weekdays, ends_at, opening.note.replace(sentence, "", 1).strip()
