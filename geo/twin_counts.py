"""似た記録の数: the pairs that look alike, counted by the worker and kept, so that a page says at once how many wait.

Of a small register they are searched for at each look, and always of today.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from geo import twins
from geo.records import municipalities, shelf, twin_counts, versions
from geo.records.shelf import Wanted
from geo.scope import Scope, house
from geo.twins import Likeness, Pair

NOUN = "resources"  # whose version says that something changed
AT_EACH_LOOK = (
    300  # our choice: so many entries are compared in 0.3 s, as long as anybody waits gladly
)
CRON = "*/10 * * * *"  # our choice: what was written is among the pairs ten minutes later


@dataclass(frozen=True, slots=True)
class Counted:
    """The pairs that wait for a person.

    pairs       the likeliest first; None where nobody has counted yet
    counted_at  when they were searched for; None: just now
    is_stale    something was written since
    """

    pairs: list[Pair] | None
    counted_at: datetime | None = None
    is_stale: bool = False


def counted(db: Session, scope: Scope) -> Counted:
    """The pairs of the scope's municipality that wait, as far as the reader may write either."""
    if shelf.count_open(db, scope, Wanted()) <= AT_EACH_LOOK:
        return Counted(_own(db, scope, twins.list_pairs(db, scope)))
    kept = twin_counts.find(db, scope)
    if kept is None:
        return Counted(None)
    pairs = [
        Pair(row.one, row.other, Likeness(row.score, tuple(row.reasons)))
        for row in twin_counts.list_waiting(db, scope)
    ]
    is_stale = kept.version != _version(db, scope)
    return Counted(_own(db, scope, pairs), kept.counted_at, is_stale)


def count(db: Session, scope: Scope, now: datetime) -> bool:
    """Search the scope's municipality and keep what was found. False where nothing was written since the
    last time."""
    version, kept = _version(db, scope), twin_counts.find(db, scope)
    if kept and kept.version == version:
        return False
    pairs = [
        [str(pair.one), str(pair.other), pair.likeness.score, list(pair.likeness.reasons)]
        for pair in twins.list_pairs(db, scope)
    ]
    entries = shelf.count_open(db, scope, Wanted())
    twin_counts.save(db, scope, version=version, counted_at=now, entries=entries, pairs=pairs)
    return True


def count_all(sessions: Callable[[], Session], now: Callable[[], datetime]) -> list[str]:
    """Count every municipality in which something was written, each in a transaction of its own; returns
    their codes."""
    with sessions() as db:
        codes = [place.code for place in municipalities.list_all(db, house())]
    done = []
    for code in codes:
        with sessions() as db, db.begin():
            if count(db, house(code), now()):
                done.append(code)
    return done


def _version(db: Session, scope: Scope) -> int:
    return versions.list_values(db, Scope(scope.municipality, scope.role)).get(NOUN, 0)


def _own(db: Session, scope: Scope, pairs: list[Pair]) -> list[Pair]:
    if scope.areas is None or not pairs:
        return pairs
    own = {row.id for row in shelf.list_editable(db, scope, Wanted())}
    return [pair for pair in pairs if pair.one in own and pair.other in own]
