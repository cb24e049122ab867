"""いつ開いているか、という問い: which days count, and how many of them something must be open (MEANING 3)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from geo.openings.opening import WINDOW_DAYS, Opening, opening_dates
from geo.openings.pausing import Pause
from geo.openings.weekly import EVERY_WEEK

Bits = NDArray[np.uint64]
Hour = time | tuple[time, time] | None

HALVES = {  # MEANING 3: morning and afternoon, and for how long an opening must overlap them
    "morning": (time(9), time(12)),
    "afternoon": (time(13), time(17)),
}
OVERLAP_MIN = 60
# our choice (DECISIONS, 「月2回」): a public holiday may take one of the days of one month
MONTHS, MOST_MONTHS = 3, 2
_WORD = 64


class Days(Protocol):
    """Days that are asked about, kept as bits."""

    @property
    def words(self) -> int:
        """Words of 64 bits that hold the days."""

    def days_of(self, openings: Iterable[Opening]) -> Bits:
        """(words,): on which of them a plan has it open."""

    def rested(self, pause: Pause) -> int:
        """How many of them lie in a pause."""

    @property
    def count(self) -> int:
        """How many days are asked about."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A question about days, beginning on ``start``: something counts if in ``share`` of the units it is open on
    ``least`` days.

    unit   (days,) int32 number of the unit that a day belongs to; -1: the day is not asked about
    at     the moment of being there, or a (from, to) of which OVERLAP_MIN minutes must be open; None: any hour

    Days are kept as bits, (words,) uint64, so that those of many places are put together by "or".
    """

    start: date
    unit: NDArray[np.int32]
    least: int
    share: float
    at: Hour = None

    def days_of(self, openings: Iterable[Opening]) -> Bits:
        """(words,): on which of the days that are asked about the plan has it open at the hour."""
        found = np.zeros(len(self.unit), np.bool_)
        for opening in openings:
            if self._is_at_hour(opening):
                for day in opening_dates(opening, self.start, len(self.unit)):
                    found[(day - self.start).days] = True
        return _bits(found & (self.unit >= 0))

    def holds(self, open_on: Bits) -> NDArray[np.bool_]:
        """(n,) bool: whether open days, (n, words), are enough."""
        units = np.arange(int(self.unit.max(initial=-1)) + 1, dtype=np.int32)
        enough = np.zeros(len(open_on), np.int32)
        for days in _bits(self.unit == units[:, None]):
            enough += np.bitwise_count(open_on & days).sum(axis=1) >= self.least
        return np.asarray(enough >= self.share * len(units))

    def rested(self, pause: Pause) -> int:
        """How many of the days that are asked about lie in a pause."""
        asked = np.flatnonzero(self.unit >= 0)
        first = (pause.since - self.start).days
        end = (pause.until - self.start).days if pause.until else len(self.unit)
        return int(((asked >= first) & (asked < end)).sum())

    @property
    def count(self) -> int:
        """How many days are asked about."""
        return int((self.unit >= 0).sum())

    @property
    def words(self) -> int:
        """Words of 64 bits that hold the days."""
        return -(-len(self.unit) // _WORD)

    @property
    def key(self) -> tuple[object, ...]:
        """The same of two rhythms that ask the same."""
        return self.start, self.unit.tobytes(), self.least, self.share, self.at

    def _is_at_hour(self, opening: Opening) -> bool:
        if self.at is None:
            return True
        if opening.opens_at is None or opening.closes_at is None:
            return False
        opens, closes = _minute(opening.opens_at), _minute(opening.closes_at)
        closes += 24 * 60 if closes <= opens else 0
        if isinstance(self.at, time):
            return opens <= _minute(self.at) < closes
        first, last = (_minute(end) for end in self.at)
        return min(closes, last) - max(opens, first) >= OVERLAP_MIN


@dataclass(frozen=True, slots=True)
class Halves:
    """Seven days by morning and afternoon as one set of bits: those of all mornings, then those of all afternoons.
    Fourteen questions about a plan are then one look at it."""

    morning: Rhythm
    afternoon: Rhythm

    @property
    def words(self) -> int:
        """Words of 64 bits that hold both."""
        return self.morning.words + self.afternoon.words

    def days_of(self, openings: Iterable[Opening]) -> Bits:
        """(words,): on which mornings, and on which afternoons, the plan has it open."""
        planned = list(openings)
        return np.concatenate([half.days_of(planned) for half in (self.morning, self.afternoon)])

    def rested(self, pause: Pause) -> int:
        """How many of both lie in a pause."""
        return self.morning.rested(pause) + self.afternoon.rested(pause)

    @property
    def count(self) -> int:
        """How many there are of both."""
        return self.morning.count + self.afternoon.count

    def each(self) -> Iterator[tuple[int, str, slice, Rhythm]]:
        """(weekday, a word of HALVES, which words of the bits, what is asked of them), Monday morning first."""
        kept = self.morning.words
        halves = ((self.morning, slice(0, kept)), (self.afternoon, slice(kept, self.words)))
        for weekday in range(7):
            for (half, words), name in zip(halves, HALVES, strict=True):
                unit = _on_weekday(half.start, half.unit, weekday)
                yield weekday, name, words, replace(half, unit=unit)


def halves(as_of: date, month: int | None = None) -> Halves:
    """The fourteen halves of a week within twelve weeks, or within the next such month."""
    both = (
        in_month(as_of, month, None, at) if month else every_week(as_of, None, at)
        for at in HALVES.values()
    )
    return Halves(*both)


def every_week(start: date, weekday: int | None = None, at: Hour = None) -> Rhythm:
    """Each week within twelve: on a weekday (0 is Monday), or on any day of it."""
    day = np.arange(WINDOW_DAYS, dtype=np.int32)
    return Rhythm(start, _on_weekday(start, day // 7, weekday), 1, EVERY_WEEK, at)


def twice_a_month(as_of: date, at: Hour = None) -> Rhythm:
    """On two days of the month, in two of the next three whole months (DECISIONS, 「月2回」)."""
    firsts = [_first_of_month(as_of, ahead) for ahead in range(1, 2 + MONTHS)]
    start = firsts[0]
    lengths = [(after - first).days for first, after in pairwise(firsts)]
    unit = np.repeat(np.arange(MONTHS, dtype=np.int32), lengths)
    return Rhythm(start, unit, 2, MOST_MONTHS / MONTHS, at)


def in_month(as_of: date, month: int, weekday: int | None = None, at: Hour = None) -> Rhythm:
    """Each whole week of the next such month (of this one, if it is that month): 冬の間はどうか."""
    start = _first_of_month(as_of, (month - as_of.month) % 12)
    end = _first_of_month(start, 1)
    day = np.arange((end - start).days // 7 * 7, dtype=np.int32)
    return Rhythm(start, _on_weekday(start, day // 7, weekday), 1, EVERY_WEEK, at)


def on_day(day: date, at: Hour = None) -> Rhythm:
    """On one date."""
    return Rhythm(day, np.zeros(1, np.int32), 1, 1.0, at)


def _first_of_month(day: date, ahead: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + ahead, 12)
    return date(year, month + 1, 1)


def _on_weekday(start: date, unit: NDArray[np.int32], weekday: int | None) -> NDArray[np.int32]:
    if weekday is None:
        return unit
    day = (start.weekday() + np.arange(len(unit))) % 7
    return np.where(day == weekday, unit, -1).astype(np.int32)


def _bits(days: NDArray[np.bool_]) -> Bits:
    """(…, days) bool as (…, words) uint64."""
    packed = np.packbits(days, axis=-1, bitorder="little")
    whole = np.zeros((*packed.shape[:-1], -(-packed.shape[-1] // 8) * 8), np.uint8)
    whole[..., : packed.shape[-1]] = packed
    return whole.view(np.uint64)


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute
