"""休止: from which day on a place rests, and on which day it means to run again."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol


class Pausing(Protocol):
    """Whatever says that it pauses: a row of the register."""

    paused_on: Any
    resumes_on: Any


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause that somebody wrote down.

    since  its first day
    until  the first day on which it means to run again; None: nobody knows when
    """

    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it rests on that day."""
        return self.since <= day and (self.until is None or day < self.until)

    def is_over(self, day: date) -> bool:
        """Whether it runs again on that day by its own word."""
        return self.until is not None and self.until <= day


def pause_of(row: Pausing) -> Pause | None:
    """The pause of a row; None where it has none."""
    return pause_between(row.paused_on, row.resumes_on)


def pause_between(paused_on: date | None, resumes_on: date | None) -> Pause | None:
    """The pause that two days of the register mean. A day of running again that is no later than the pause belongs to
    an earlier one: then nobody knows when this one ends."""
    if paused_on is None:
        return None
    return Pause(paused_on, resumes_on if resumes_on and resumes_on > paused_on else None)


def is_paused(row: Pausing, day: date) -> bool:
    """Whether a row rests on that day."""
    pause = pause_of(row)
    return pause is not None and pause.holds(day)
