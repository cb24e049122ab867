"""毎週: on which days of the week something is open as good as each week (MEANING 3)."""

from collections.abc import Iterable
from datetime import date, timedelta

from geo.openings.opening import WINDOW_DAYS, Opening, opening_dates

EVERY_WEEK = 0.75  # MEANING 3: of the days of a weekday within the window


def weekly_days(openings: Iterable[Opening], as_of: date) -> tuple[bool, ...]:
    """Monday first: whether at least one of the openings falls on three quarters of the Mondays, Tuesdays
    … of the window that begins on a day. Taken together: one that opens in odd weeks and one that opens in
    even ones are there each week."""
    open_on = {day for opening in openings for day in opening_dates(opening, as_of)}
    window = [as_of + timedelta(days=n) for n in range(WINDOW_DAYS)]
    return tuple(
        sum(day in open_on for day in window if day.weekday() == weekday)
        >= EVERY_WEEK * sum(day.weekday() == weekday for day in window)
        for weekday in range(7)
    )
