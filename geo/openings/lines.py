"""開催日時の行: openings as a page lists them, each with what the host says besides."""

import re
from collections.abc import Iterable
from functools import lru_cache

from geo.days import era_words, plain
from geo.openings.moving import moved_closing
from geo.openings.opening import Opening, read_rule
from geo.openings.pauses import yearly_pauses
from geo.openings.pieces import read_pieces
from geo.openings.said import Reading
from geo.openings.wording import ASK_THE_HOST, words

_SENTENCE = re.compile(r"[^。\n]+[。\n]?")


def words_all(openings: Iterable[Opening]) -> list[str]:
    """One line for each opening, in the order given; the same line once.

    A note follows its opening in the host's own words, less the sentences that the line says
    already; where the days are unknown the note is the best there is and leads.
    """
    return list(dict.fromkeys(_line(opening) for opening in openings))


def lines_all(openings: Iterable[Opening]) -> list[str]:
    """``words_all``, and below them the single days off and the further days of what repeats: as a
    page says an opening to people, not as a cell that is read again."""
    several = tuple(openings)
    lines = words_all(several)
    repeating = [opening for opening in several if opening.rrule or opening.irregular]
    off = sorted({day for opening in repeating for day in opening.except_on})
    besides = sorted({day for opening in repeating for day in opening.also_on})
    lines += [f"休みの日：{'、'.join(map(era_words, off))}"] if off else []
    lines += [f"臨時に開く日：{'、'.join(map(era_words, besides))}"] if besides else []
    return lines


def unsaid(opening: Opening) -> str:
    """The host's words without the sentences that the opening's own words tell already; "" where none is left."""
    note = opening.note
    if opening.irregular and note:
        return note
    if plain(note) in plain(words(opening)):
        return ""
    return "".join(s for s in _SENTENCE.findall(note) if not _is_said(opening, s)).strip()


@lru_cache(maxsize=4096)
def _line(opening: Opening) -> str:
    said, left = words(opening), unsaid(opening)
    if opening.irregular and left:
        return f"{left}（日は{ASK_THE_HOST}）"
    return f"{said}　{left}" if left else said


def _is_said(opening: Opening, sentence: str) -> bool:
    """Whether a sentence of the note tells nothing but what the opening's own words tell."""
    reading = read_pieces(sentence)
    return reading is not None and not reading.is_rough and _adds_nothing(opening, reading)


def _adds_nothing(opening: Opening, reading: Reading) -> bool:
    if reading.days or reading.dated or reading.often or reading.first_on or reading.last_on:
        return False
    if any((hours.opens_at, hours.closes_at) != _hours(opening) for hours in reading.hours):
        return False
    if any(months != opening.months for months in reading.months):
        return False
    if reading.holidays - {opening.on_holidays}:
        return False
    return reading.pauses <= set(yearly_pauses(opening.note)) and _is_closed_on(opening, reading)


def _hours(opening: Opening) -> tuple[object, object]:
    return opening.opens_at, opening.closes_at


def _is_closed_on(opening: Opening, reading: Reading) -> bool:
    """Whether the weekdays said to be closed are none of the opening's, and stay so."""
    if not reading.off:
        return True
    if moved_closing(opening.note):
        return False
    rule = read_rule(opening.rrule) if opening.rrule else None
    return rule is not None and rule.freq == "WEEKLY" and not reading.off & set(rule.weekdays)
