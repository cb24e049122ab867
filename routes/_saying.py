"""Days, times and openings as the language of the page says them. Japanese says them by geo/days.py and geo/openings."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_skeleton, get_day_names, get_month_names
from babel.lists import format_list
from flask import get_template_attribute

from geo import days
from geo.openings import Opening, facets, lines_all
from routes._catalogues import Words, catalogue, filled, with_readings
from routes._languages import EASY, JAPANESE, Language, language

MIDNIGHT = time(0)


def day(of: date) -> str:
    """「令和8年11月20日」; elsewhere the year as everybody counts."""
    return days.era_words(of) if language() is JAPANESE else Told(language()).day(of)


def day_of_week(of: date) -> str:
    """「11月20日（金）」."""
    return days.date_words(of) if language() is JAPANESE else Told(language()).day_of_week(of)


def month(of: date) -> str:
    """「令和8年11月」."""
    return days.month_words(of) if language() is JAPANESE else Told(language()).month_of_year(of)


def year(of: date) -> str:
    """「令和8年」."""
    if language() is JAPANESE:
        return f"{days.era_words(of).partition('年')[0]}年"
    return Told(language()).year(of)


def opening_lines(openings: Iterable[Opening]) -> list[str]:
    """Openings as a page lists them (geo/openings/lines.py), a line for each and what their hosts say besides."""
    several = tuple(openings)
    return lines_all(several) if language() is JAPANESE else list(_lines_told(several, language()))


class Told:
    """The calendar of one language, as templates/languages/openings.txt asks for it."""

    def __init__(self, one: Language) -> None:
        self.one = one
        self.is_easy = one is EASY
        self.manner = catalogue(one.code).manner

    def day(self, of: date) -> str:
        """A day with its year."""
        return self._easy("day", of) or self._ours(format_date(of, "long", self.one.locale))

    def day_of_week(self, of: date) -> str:
        """A day with its weekday, without a year."""
        said = self._easy("day_of_week", of)
        return said or self._ours(format_skeleton("MMMMEEEEd", of, locale=self.one.locale))

    def month_of_year(self, of: date) -> str:
        """A month with its year."""
        said = self._easy("month_of_year", of)
        return said or self._ours(format_skeleton("yMMMM", of, locale=self.one.locale))

    def year(self, of: date) -> str:
        """A year."""
        said = self._easy("year", of.year)
        return said or self._ours(format_skeleton("y", of, locale=self.one.locale))

    def weekday(self, number: int) -> str:
        """The name of a weekday, 0 = Monday."""
        said = self._easy("weekday", number)
        return said or self._ours(get_day_names("wide", "stand-alone", self.one.locale)[number])

    def month(self, number: int) -> str:
        """The name of a month."""
        said = self._easy("month", number)
        return said or self._ours(get_month_names("wide", "stand-alone", self.one.locale)[number])

    def monthday(self, number: int) -> str:
        """A day of every month."""
        return self._easy("monthday", number) or str(number)

    def clock(self, at: time) -> str:
        """A time of day, of 24 hours."""
        return self._easy("clock", at) or f"{at.hour}:{at.minute:02}"

    def closing(self, at: time) -> str:
        """The same for an end: midnight is 24:00."""
        return self._easy("clock", at) or ("24:00" if at == MIDNIGHT else self.clock(at))

    def list(self, pieces: Sequence[str]) -> str:
        """「A、B」, "A and B"."""
        if len(pieces) < 2:
            return "".join(pieces)
        blanks = [f"<{at}>" for at in range(len(pieces))]
        text = "、".join(blanks) if self.is_easy else format_list(blanks, locale=self.one.locale)
        for blank, piece in zip(blanks, pieces, strict=True):
            text = text.replace(blank, filled(piece, self.manner))
        return self._ours(text)

    def _easy(self, macro: str, value: Any) -> str:
        """By templates/languages/easy.txt; "" in any other language."""
        if not self.is_easy:
            return ""
        said = get_template_attribute("languages/easy.txt", macro)(value)
        return self._ours(with_readings(said))

    def _ours(self, text: str) -> Words:
        return Words.of((text,), self.manner)


@lru_cache(maxsize=4096)
def _lines_told(openings: tuple[Opening, ...], one: Language) -> tuple[str, ...]:
    told, parts = Told(one), [facets(opening) for opening in openings]
    line = get_template_attribute("languages/openings.txt", "line")
    lines = list(dict.fromkeys(str(line(part, told)) for part in parts))
    for name in ("off", "besides"):
        found = sorted({day for part in parts for day in getattr(part, name)})
        if found:
            say = get_template_attribute("languages/openings.txt", name)
            lines.append(str(say(found, told)))
    return tuple(lines)
