"""年末年始・お盆: the days of each year on which a host is closed, as far as a note names them.

They have no field in an opening; they are found in the host's words whenever days are asked for.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from geo.days import plain

Day = tuple[int, int]  # month, day

# Pauses that a note may name and that have no field: (first, last).
YEARLY_PAUSES: dict[str, tuple[Day, Day]] = {
    "年末年始": ((12, 29), (1, 3)),  # 行政機関の休日に関する法律 1条1項3号; a host's may be longer
    "お盆": ((8, 13), (8, 16)),  # our choice: 月遅れ盆, the usual days of most of Japan
}
# How a notice says "closed". 日?+ holds on to the 日 of 休館日, which is no Sunday.
CLOSING = r"(?:お?休(?:み|止|業|館|所|診|会|園|配|(?![まむ日]))日?+|定休日?+|運休|除[くき外]?+|のぞく|閉[館所店]|中止)"
_NAMED = re.compile(
    rf"(年末年始|お?盆)(?=[年末始お盆祝土日曜・、,やと及びはをの期間中\s]{{0,20}}{CLOSING})"
)
# Our choice: a day of these weeks without a year is meant for every year; 「5月12日は休み」 may be one May's.
_AROUND = (((12, 20), (1, 10)), ((8, 10), (8, 20)))
_MONTH = r"\d{1,2}(?:月\s?|/)"
_SPAN = (
    rf"(?:元[日旦]|三[がケヶ]日|{_MONTH}\d{{1,2}}日?"
    rf"(?:\s?(?:~|-|から)\s?(?:翌年?の?)?(?:{_MONTH})?\d{{1,2}}日?(?:まで)?)?)"
)
_ITEM = rf"(?:(?:年末年始|お?盆)(?:休み|期間)?)?\s?\(?{_SPAN}\)?"
_DATED = re.compile(
    rf"(?<![\d/.~月])(?P<yearly>毎年の?)?(?P<list>{_ITEM}(?:\s?(?:[・、,や&と]|及び|および)\s?{_ITEM})*)"
    rf"\s?(?:の間|の期間)?(?:は|を|も|に|が)?\s?{CLOSING}"
)
_ONE = re.compile(
    r"(?P<new>元[日旦])|(?P<three>三.日)|(?P<m>\d{1,2})(?:月\s?|/)(?P<d>\d{1,2})日?"
    r"(?:\s?(?:~|-|から)\s?(?:翌年?の?)?(?:(?P<m2>\d{1,2})(?:月\s?|/))?(?P<d2>\d{1,2}))?"
)


def is_pause(note: str, day: Day) -> bool:
    """Whether a host's words close this day of every year."""
    return any(_is_within(day, span) for span in _spans(note))


@lru_cache(maxsize=4096)
def yearly_pauses(note: str) -> tuple[str, ...]:
    """The names in YEARLY_PAUSES that a note says are closed, in the table's order."""
    named = [match[1] for match in _NAMED.finditer(note)]
    return tuple(name for name in YEARLY_PAUSES if any(n in name for n in named))


@lru_cache(maxsize=4096)
def _spans(note: str) -> tuple[tuple[Day, Day], ...]:
    """Every span that a note closes: by name, and by its days (「12月29日〜1月3日は休み」)."""
    named = tuple(YEARLY_PAUSES[name] for name in yearly_pauses(note))
    return named + tuple(_dated(plain(note)))


def _dated(text: str) -> Iterator[tuple[Day, Day]]:
    for match in _DATED.finditer(text):
        if text[: match.start("list")].endswith("年") and not match["yearly"]:
            continue  # of one year
        for first, last in map(_span, _ONE.finditer(match["list"])):
            is_near = any(_is_within(first, s) and _is_within(last, s) for s in _AROUND)
            if is_near or match["yearly"]:
                yield first, last


def _span(match: re.Match[str]) -> tuple[Day, Day]:
    if match["new"] or match["three"]:
        return (1, 1), (1, 3 if match["three"] else 1)
    first = int(match["m"]), int(match["d"])
    if not match["d2"]:
        return first, first
    return first, (int(match["m2"] or first[0]), int(match["d2"]))


def _is_within(day: Day, span: tuple[Day, Day]) -> bool:
    first, last = span
    return first <= day <= last if first <= last else day >= first or day <= last
