"""よく見られているもの: pages of resources that were opened, counted in memory and kept now and then.

Nothing is known of who opened them, and no page waits for the count. What was not yet kept when a
server is killed is lost: a minute of a ranking.
"""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from geo.records import consulted
from geo.scope import house

KEPT_EVERY = timedelta(minutes=1)  # our choice
AT_MOST = 500  # our choice: kept at once when so many pages wait
# Words by which programs that read pages name themselves. Our choice; who hides is counted.
_PROGRAMS = (
    "bot",
    "crawl",
    "spider",
    "slurp",
    "curl",
    "wget",
    "python",
    "http",
    "headless",
    "monitor",
)


def is_program(agent: str) -> bool:
    """Whether a reader names itself as a program, or not at all. Browsers all begin with Mozilla."""
    words = agent.lower()
    return not words.startswith("mozilla/") or any(word in words for word in _PROGRAMS)


class Looks:
    """The count of one server; safe between its threads."""

    def __init__(self, kept_every: timedelta = KEPT_EVERY) -> None:
        self._kept_every = kept_every
        self._lock = threading.Lock()
        self._counts: Counter[tuple[UUID, date]] = Counter()
        self._kept_at: datetime | None = None

    def count(self, resource: UUID, day: date) -> None:
        """One page was opened."""
        with self._lock:
            self._counts[resource, day] += 1

    def is_due(self, now: datetime) -> bool:
        """Whether it is time to keep what was counted; the first look begins the minute."""
        with self._lock:
            if self._kept_at is None:
                self._kept_at = now
            waited = now - self._kept_at >= self._kept_every
            return bool(self._counts) and (waited or len(self._counts) >= AT_MOST)

    def keep(self, session: Callable[[], Session], now: datetime) -> int:
        """Add the count to the table in a transaction of its own; returns how many lines. What cannot
        be kept waits for the next time."""
        with self._lock:
            taken, self._counts, self._kept_at = self._counts, Counter(), now
        if not taken:
            return 0
        try:
            with session() as db, db.begin():
                consulted.save_looks(db, house(), taken)
        except BaseException:
            with self._lock:
                self._counts.update(taken)
            raise
        return len(taken)
