"""The cells of a row, as municipalities fill them, read into openings or kept as they stand."""

import re
from datetime import date

from geo.days import WEEKDAYS, plain
from geo.openings.clock import Hours
from geo.openings.moving import without_move
from geo.openings.opening import ALL_MONTHS, OnHolidays, Opening, Rule
from geo.openings.parts import parted
from geo.openings.pauses import CLOSING, YEARLY_PAUSES
from geo.openings.pieces import read_pieces
from geo.openings.said import Days, Reading
from geo.openings.wording import ASK_THE_HOST

_IRREGULAR = re.compile(rf"不定期(?:\({ASK_THE_HOST}\))?")
_EMPTY = re.compile(r"[-~\s]*")
_DASHES = "〜～~-－ー "
# A remark that changes the days in a way not understood: the rule beside it would not be true.
_N = r"第\s?[1-5一二三四五]"
_CHANGES_DAYS = re.compile(
    rf"不定期|隔週|隔月|{_N}[^。]{{0,6}}(?:曜|週|[{WEEKDAYS}])"
    rf"|^{_N}(?:[・、,と]第?[1-5一二三四五])*(?:のみ)?$|[{WEEKDAYS}]曜日?[^。]{{0,3}}{CLOSING}"
)


def parse_openings(
    days: str, opens: str = "", closes: str = "", note: str = "", months: str = ""
) -> tuple[Opening, ...]:
    """The openings that the cells of a row say; () when all are empty.

    Two ranges a day are two openings. So is 土日祝: the weekend, and every public holiday. What
    cannot be read with certainty is one irregular opening whose note is the text. ``note`` is
    kept as written; where the whole of it is about pauses (「祝日を除く」) it counts, and 「土曜は正午まで」
    makes two openings of one.
    """
    day_text, month_text, note_text = _cell(days), _cell(months), _cell(note)
    hour_text = _joined_hours(_cell(opens), _cell(closes))
    written = " ".join(filter(None, (day_text, hour_text, month_text, note_text)))
    if not written:
        return ()
    if not (hour_text or month_text) and _IRREGULAR.fullmatch(plain(day_text)):
        return (Opening(None, irregular=True, note=note_text),)
    reading = _read_cells(day_text, hour_text, month_text, note_text)
    if reading is None:
        return (Opening(None, irregular=True, note=written),)
    # The pauses of the note cell are in the note already.
    kept = [note_text, f"{day_text} {hour_text}".strip() if reading.is_rough else ""]
    pauses = [f"{name}は休み" for name in YEARLY_PAUSES if name in reading.pauses]
    openings = _openings(reading, "、".join(filter(None, kept + pauses))) or ()
    found = tuple(part for opening in openings for part in parted(opening))
    return found or (Opening(None, irregular=True, note=written),)


def _cell(text: str) -> str:
    """A cell's text; a lone dash is an empty cell."""
    return "" if _EMPTY.fullmatch(plain(text)) else text.strip()


def _joined_hours(opens: str, closes: str) -> str:
    """「10:00」 and 「11:30」 of two columns as one range."""
    return f"{opens.rstrip(_DASHES)}〜{closes.lstrip(_DASHES)}" if closes else opens


def _read_cells(days: str, hours: str, months: str, note: str) -> Reading | None:
    """One reading of all cells; None where one is not understood or two disagree."""
    # a closing that moves is found in the note again, whenever days are asked for
    fixed = without_move(days)
    reading, clock, season = read_pieces(fixed), read_pieces(hours), read_pieces(months)
    if reading is None or clock is None or season is None:
        return None
    if clock.subjects - {"hours"} or season.subjects - {"months"}:
        return None
    remarks = [(text, read_pieces(text)) for text in re.split("[。\n]", without_move(note))]
    if any(remark is None and _CHANGES_DAYS.search(plain(text)) for text, remark in remarks):
        return None
    reading.is_rough |= clock.is_rough or fixed != days
    for other in (clock, season, *(remark for _, remark in remarks if remark)):
        if not _agree(reading, other):
            return None
        reading.slots += [] if reading.hours else other.hours
        reading.months += other.months
        reading.holidays |= other.holidays
        reading.off |= other.off
        reading.often += other.often
    return reading


def _agree(reading: Reading, other: Reading) -> bool:
    """Whether another cell says the same days and hours, or nothing of them. Dates: never."""
    if "span" in other.subjects or other.dated:
        return False
    if other.days and set(other.days) != set(reading.days):
        return False
    if other.hours and len(reading.days) == 1 and reading.hours == [Hours()]:
        reading.slots.remove(Hours())  # 「第1水曜 午後」, and the hours in their own cell
    return not (other.hours and reading.hours and set(other.hours) != set(reading.hours))


def _openings(reading: Reading, note: str) -> tuple[Opening, ...] | None:
    """The openings of a reading, or None where its parts do not agree."""
    if len(set(reading.months)) > 1 or len(reading.holidays) > 1:
        return None
    if reading.dated:
        return _dated(reading, note)
    groups = _groups(reading)
    openings: list[Opening] = []
    for days_said, hours_said in groups or []:
        for days in days_said:
            kept = _kept_days(days, reading)
            if kept is None:
                return None
            openings += [_opening(kept, hours, reading, note) for hours in hours_said]
    is_counted = all(opening.has_known_days for opening in openings)
    is_in_order = (reading.first_on or date.min) <= (reading.last_on or date.max)
    if not (is_counted and is_in_order and _is_as_often(reading)):
        return None
    return tuple(dict.fromkeys(openings)) or None


def _dated(reading: Reading, note: str) -> tuple[Opening, ...] | None:
    if reading.subjects - {"days", "hours"} or reading.days or reading.off or reading.often:
        return None
    also_on = tuple(sorted(reading.dated))
    several = _several(reading.hours)
    if several is None:
        return None
    return tuple(
        Opening(
            None, opens_at=hours.opens_at, closes_at=hours.closes_at, also_on=also_on, note=note
        )
        for hours in several
    )


def _groups(reading: Reading) -> list[tuple[list[Days], list[Hours]]] | None:
    """Days with the hours that belong to them.

    「火・木 10:00〜」 and 「10:00〜 火・木」 are one group; 「火 10:00〜、木 13:00〜」 is two; hours for
    some of the days only are not understood.
    """
    order = "".join("d" if isinstance(slot, Days) else "h" for slot in reading.slots)
    if not reading.days and reading.off:
        open_days = tuple(day for day in range(7) if day not in reading.off)
        slots = [[Days(Rule("WEEKLY", weekdays=open_days))]] if open_days else []
        found = [(days, reading.hours) for days in slots]
    elif re.fullmatch("d+h*|h+d+", order):
        found = [(reading.days, reading.hours)]
    elif re.fullmatch("(?:d+h+)+", order):
        spans = [match.span() for match in re.finditer("d+h+", order)]
        parts = [Reading(slots=reading.slots[start:end]) for start, end in spans]
        found = [(part.days, part.hours) for part in parts]
    else:
        return None
    several = [(days, _several(hours)) for days, hours in found]
    return (
        [(days, hours) for days, hours in several if hours] if all(h for _, h in several) else None
    )


def _several(hours: list[Hours]) -> list[Hours] | None:
    """The ranges of a day, each once; one without hours when none was said."""
    each = list(dict.fromkeys(hours)) or [Hours()]
    if len(each) > 1 and any(hours.opens_at is None for hours in each):
        return None
    return each


def _kept_days(days: Days, reading: Reading) -> Days | None:
    """The days less the weekdays said to be closed, and what holds on public holidays."""
    said: OnHolidays = next(iter(reading.holidays), "unknown")
    if days.on_holidays == "open" and said == "closed":
        return None
    on_holidays = days.on_holidays if said == "unknown" else said
    rule = days.rule
    if rule and reading.off:
        is_every_day = rule.freq == "DAILY" and days.on_holidays == "open"  # 年中無休
        if rule.freq == "MONTHLY" or rule.interval > 1 or is_every_day:
            return None
        weekdays = set(rule.weekdays or range(7)) - reading.off
        if not weekdays:
            return None
        rule = Rule("WEEKLY", weekdays=tuple(sorted(weekdays)))
    return Days(rule, on_holidays)


def _opening(days: Days, hours: Hours, reading: Reading, note: str) -> Opening:
    return Opening(
        rrule=days.rule.text if days.rule else None,
        first_on=reading.first_on,
        last_on=reading.last_on,
        opens_at=hours.opens_at,
        closes_at=hours.closes_at,
        months=reading.months[0] if reading.months else ALL_MONTHS,
        on_holidays=days.on_holidays,
        note=note,
    )


def _is_as_often(reading: Reading) -> bool:
    """Whether 「週2回」 or 「月1回」, where said, is what the days come to."""
    rules = [days.rule for days in reading.days if days.rule]
    times = {
        "週": sum(len(rule.weekdays) for rule in rules),
        "月": sum(len(rule.nth) + len(rule.monthdays) for rule in rules),
    }
    other = {"週": "月", "月": "週"}
    return all(times[span] == said and not times[other[span]] for span, said in reading.often)
