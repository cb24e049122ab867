"""The pieces of what municipalities write about days: one pattern, one meaning each.

A text is read from left to right and every sign must belong to a piece; at the first that is
unknown, or that people could mean in two ways, the reading is given up: half a rule would send
somebody to a closed door.
"""

import re
from collections.abc import Callable

from geo.days import DATE, WEEKDAYS, date_of, plain
from geo.openings import clock
from geo.openings.clock import MIDNIGHT, MONTHS, Hours, months_of
from geo.openings.opening import ALL_MONTHS, OnHolidays, Rule
from geo.openings.pauses import CLOSING, YEARLY_PAUSES
from geo.openings.said import Days, Reading
from geo.openings.weekdays import (
    DAY,
    JOIN,
    LIST,
    MONTHDAYS,
    NTH,
    joined_rule,
    monthdays_of,
    nth_of,
    weekdays_of,
)
from geo.openings.wording import ASK_THE_HOST, WEEKDAY_RULE

LONGEST = 200  # our choice: signs; a longer cell is prose
USUAL_MONTHS = {"冬": (12, 1, 2, 3), "猛": (7, 8)}  # PRACTICE, Days and seasons


Read = Callable[[Reading, re.Match[str]], bool]  # False: the form is known, the meaning is not


def read_pieces(text: str) -> Reading | None:
    """Everything a text says, or None where it is not wholly understood."""
    written = _BRACKETED_WEEKDAYS.sub(r"\1", plain(text))
    if len(written) > LONGEST:
        return None
    reading, position = Reading(), 0
    while position < len(written):
        match, read = _piece_at(written, position)
        if match is None or not read(reading, match) or reading.depth < 0:
            return None
        reading.is_new = read is _read_between and (
            reading.is_new or bool(_NEW_SENTENCE.search(match[0]))
        )
        position = match.end()
    return reading if reading.depth == 0 else None


def _piece_at(text: str, position: int) -> tuple[re.Match[str] | None, Read]:
    for pattern, read in _PIECES:
        if match := pattern.match(text, position):
            return match, read
    return None, _read_between


# --- between the pieces, and words that add nothing

_BETWEEN = r"(?:[\s・、,。;/()「」【】:※&]|と|及び|および|ただし|但し|の(?=\s?(?:午[前後]|\d)))+"
_BOUNDARY = re.compile(rf"(?:^|{_BETWEEN})$")
_NEW_SENTENCE = re.compile("[。;※]|ただし|但し")
_FILLER = (
    rf"のみ|だけ|開始|スタート|利用可能?|(?:開催|実施|営業|開所|開館|開店|診療)日?+|{ASK_THE_HOST}"
)
# 「第2(火)」, 「第2㈫」; of 「週2回(火・金)」 the brackets stay
_BRACKETED_WEEKDAYS = re.compile(rf"(?<=[1-5一二三四五終週])\(([{WEEKDAYS}・、,]+(?:曜日?)?)\)")


def _read_between(reading: Reading, match: re.Match[str]) -> bool:
    reading.depth += match[0].count("(") - match[0].count(")")
    return True


def _read_filler(_reading: Reading, _match: re.Match[str]) -> bool:
    return True


# --- dates with a year, months, hours

_OFF = rf"(?:は|を|も|が|の日は|の場合は|の期間は)?\s?(?:{CLOSING}|以外の?|不可|なし)(?:です|ます|します)?"
_SEASON = (
    rf"(?P<season>冬[季期]間?|猛暑期?|夏[季期]間?|農繁期)(?:\((?P<before>{MONTHS})\))?"
    rf"{_OFF}(?:\((?P<after>{MONTHS})\))?"
)


def _read_date(reading: Reading, match: re.Match[str]) -> bool:
    day = date_of(match)
    if day is None or (match["edge"] and not _tell_of_days(reading)):
        return False
    is_far_end = match.string[: match.start()].endswith(("~", "から")) and not match["edge"]
    if match["edge"] == "まで" or is_far_end:
        is_once = reading.last_on is None
        reading.last_on = day
        return is_once
    if match["edge"]:
        is_once = reading.first_on is None
        reading.first_on = day
        return is_once
    reading.dated.add(day)
    return True


def _read_months(reading: Reading, match: re.Match[str]) -> bool:
    if match["off"] and _is_listed_with_days(reading, match):
        return False
    return _add_months(reading, months_of(match["months"]), is_off=bool(match["off"]))


def _read_season(reading: Reading, match: re.Match[str]) -> bool:
    """夏季 and 農繁期 are other months everywhere: only with the months beside them."""
    if _is_listed_with_days(reading, match):
        return False
    usual = USUAL_MONTHS.get(match["season"][0], ())
    written = match["before"] or match["after"]
    return _add_months(reading, months_of(written) if written else usual, is_off=True)


def _read_even_or_odd(reading: Reading, match: re.Match[str]) -> bool:
    return _add_months(reading, ALL_MONTHS[match[1] == "偶" :: 2], is_off=False)


def _read_all_year(reading: Reading, _match: re.Match[str]) -> bool:
    return _add_months(reading, ALL_MONTHS, is_off=False)


def _add_months(reading: Reading, months: tuple[int, ...], *, is_off: bool) -> bool:
    open_months = tuple(m for m in ALL_MONTHS if (m in months) != is_off)
    reading.months.append(open_months)
    return bool(months and open_months) and _tell_of_days(reading)


def _is_listed_with_days(reading: Reading, match: re.Match[str]) -> bool:
    """Whether closed months hang on days by a list's sign: 「日曜・8月は休み」 closes both."""
    last = reading.slots[-1] if reading.slots else None
    if reading.depth or reading.is_new or not isinstance(last, Days) or last.is_firm:
        return False
    return (
        match.string[: match.start()].rstrip().endswith(("・", "、", ",", "と", "及び", "および"))
    )


def _tell_of_days(reading: Reading) -> bool:
    """Note that the days so far have been told about; False where they are of two kinds.

    「火曜、第2土曜（4〜11月）」: of both, or of Saturday?
    """
    reading.is_told = bool(reading.days)
    return len([days for days in reading.days if days.rule]) <= 1


def _read_range(reading: Reading, match: re.Match[str]) -> bool:
    return _add_hours(reading, clock.range_of(match), match)


def _read_start(reading: Reading, match: re.Match[str]) -> bool:
    return _add_hours(reading, Hours(opens_at=clock.start_of(match)), match)


def _read_end(reading: Reading, match: re.Match[str]) -> bool:
    return _add_hours(reading, Hours(closes_at=clock.end_of(match)), match)


def _read_whole_day(reading: Reading, match: re.Match[str]) -> bool:
    return _add_hours(reading, Hours(MIDNIGHT, MIDNIGHT), match)


def _read_half_day(reading: Reading, _match: re.Match[str]) -> bool:
    reading.slots.append(Hours())
    reading.is_rough = True
    return True


def _add_hours(reading: Reading, hours: Hours | None, match: re.Match[str]) -> bool:
    if hours in (None, Hours()):
        return False
    reading.slots.append(hours or Hours())
    reading.is_rough |= clock.is_about(match)
    return True


# --- days

_OPEN = r"(?:も|は)?\s?(?:開催|営業|実施|開所|開館|開く|運行|届け|配達|あり|可能?|含む)(?:します|する|ます|る)?"
_EVERY_LIST = rf"(?P<every>毎週の?|隔週の?)?\s?{LIST}(?!{_OFF}|{_OPEN})"
_OFF_MEMBER = rf"(?:{DAY}|年末年始|お?盆)"
_OFF_LIST = rf"(?:毎週)?(?P<list>{_OFF_MEMBER}(?:{JOIN}{_OFF_MEMBER})*){_OFF}"
_OFF_STEP = re.compile(rf"({JOIN})({_OFF_MEMBER})")


def _read_list(reading: Reading, match: re.Match[str]) -> bool:
    """「火・木」, 「月〜金」, 「土日祝」. A bare 日 or 月 in the middle of a word is not a weekday."""
    every = match["every"] or ""
    if not every and not _BOUNDARY.search(match.string[: match.start()]):
        return False
    last = reading.slots[-1] if reading.slots else None
    if not every and isinstance(last, Days) and last.rule and last.rule.nth:
        return False  # 第2火曜・木曜: every Thursday, or the second?
    said = weekdays_of(match["list"])
    if said is None or (said.has_holidays and every.startswith("隔")):
        return False
    found: list[Days] = []
    if said.weekdays:
        rule = Rule("WEEKLY", 2 if every.startswith("隔") else 1, said.weekdays)
        is_firm = said.is_span and len(said.weekdays) >= 5
        found.append(Days(rule, "open" if said.has_holidays else "unknown", is_firm))
    if said.has_holidays:
        found.append(Days(None, "open"))
    return all(_add_days(reading, days) for days in found)


def _read_weekdays(reading: Reading, _match: re.Match[str]) -> bool:
    return _add_days(reading, Days(WEEKDAY_RULE, "closed", is_firm=True))


def _read_daily(reading: Reading, match: re.Match[str]) -> bool:
    on_holidays: OnHolidays = "unknown" if match[0] == "毎日" else "open"
    return _add_days(reading, Days(Rule("DAILY"), on_holidays, is_firm=True))


def _read_nth(reading: Reading, match: re.Match[str]) -> bool:
    return _add_days(reading, Days(nth_of(match)))


def _read_monthdays(reading: Reading, match: re.Match[str]) -> bool:
    rule = monthdays_of(match)
    return rule is not None and _add_days(reading, Days(rule))


def _read_last_digit(reading: Reading, match: re.Match[str]) -> bool:
    """「5のつく日」. For 1 to 3 the tens may be meant as well (12 for 1): not read."""
    days = tuple(day for day in range(1, 31) if day % 10 == int(match[1]))
    return _add_days(reading, Days(Rule("MONTHLY", monthdays=days)))


def _add_days(reading: Reading, days: Days) -> bool:
    """Another set of days; joined to the one just before where the two are one rule."""
    if reading.is_told:
        return False
    last = reading.slots[-1] if reading.slots else None
    joined = _joined(last, days) if isinstance(last, Days) else None
    if joined:
        reading.slots[-1] = joined
    else:
        reading.slots.append(days)
    return True


def _joined(last: Days, days: Days) -> Days | None:
    if last.rule == days.rule:  # 平日（月〜金）
        known = days.on_holidays if last.on_holidays == "unknown" else last.on_holidays
        return Days(last.rule, known, last.is_firm or days.is_firm)
    rule = last.rule and days.rule and joined_rule(last.rule, days.rule)
    return Days(rule, days.on_holidays) if rule and last.on_holidays == days.on_holidays else None


def _read_often(reading: Reading, match: re.Match[str]) -> bool:
    reading.often.append((match[1], int(match[2])))
    return True


# --- closed


def _read_holidays_open(reading: Reading, _match: re.Match[str]) -> bool:
    reading.holidays.add("open")
    reading.is_told = bool(reading.days)
    return True


def _read_off(reading: Reading, match: re.Match[str]) -> bool:
    """「日曜・祝日休み」, 「（祝日を除く）」, 「年末年始は休み」.

    Outside brackets and at the head of a sentence's days it is not clear which days the closing
    takes in: 「月曜、祝日休み」 closes both. So it must stand in brackets, in a sentence of its
    own, after the hours, or after days that can only be open ones.
    """
    steps = _OFF_STEP.findall("・" + match["list"])
    weekdays = {WEEKDAYS.index(day[0]) for _, day in steps if day[0] in WEEKDAYS}
    joins = {join.strip() for join, _ in steps[1:]}
    last = reading.slots[-1] if reading.slots else None
    if not reading.depth and not reading.is_new:
        if isinstance(last, Days) and not last.is_firm:
            return False
        if weekdays and any(join in ("、", ",") for join in joins):
            return False
    if "" in joins and not weekdays <= {5, 6}:
        return False  # 月水祝日休み
    reading.off |= weekdays
    reading.is_told = bool(reading.days)
    if any(day[0] == "祝" for _, day in steps):
        reading.holidays.add("closed")
    reading.pauses |= {n for n in YEARLY_PAUSES if any(day in n for _, day in steps)}
    return True


_PIECES: tuple[tuple[re.Pattern[str], Read], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (_BETWEEN, _read_between),
        (
            rf"{DATE}\s?(?P<edge>から|まで|以降|~(?!\s?(?:翌日?|午前|午後)?\d{{1,2}}[:時]|正午))?",
            _read_date,
        ),
        (_SEASON, _read_season),
        ("24時間", _read_whole_day),
        (clock.RANGE, _read_range),
        (clock.START, _read_start),
        (clock.END, _read_end),
        (r"午前中?+(?!\s?\d)|午後(?!\s?\d)", _read_half_day),
        (MONTHDAYS, _read_monthdays),
        (r"(?:毎月)?([04-9])の?[つ付]く日", _read_last_digit),
        (r"毎?(週|月)に?(\d)回", _read_often),
        ("(偶|奇)数月の?", _read_even_or_odd),
        (
            rf"(?<!\d)(?P<months>{MONTHS})(?!\d|曜)(?:まで|の間|中)?(?P<off>{_OFF})?の?",
            _read_months,
        ),
        ("通年", _read_all_year),
        (NTH, _read_nth),
        (_OFF_LIST, _read_off),
        (rf"祝(?:祭?日)?+{_OPEN}", _read_holidays_open),
        ("平日", _read_weekdays),
        ("毎日|年中無休|無休", _read_daily),
        (_EVERY_LIST, _read_list),
        (_FILLER, _read_filler),
    )
)
