"""覚えておく: what is made of a municipality's records and read by every visitor, kept in memory until one of the nouns it
is made of is written (geo/records/versions.py).
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from geo.records import versions
from geo.scope import Scope

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """The values that were asked for last. One for a process, for all its threads.

    nouns  of versions.raise_version, whatever a value is made of; None for all of a municipality's
    most   values at once
    """

    def __init__(self, nouns: tuple[str, ...] | None, most: int) -> None:
        self._nouns, self._most = nouns, most
        self._kept: OrderedDict[Hashable, tuple[Hashable, Made]] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}  # who comes meanwhile waits for it
        self._lock = Lock()

    def of(self, db: Session, scope: Scope, make: Callable[[], Made], *about: Hashable) -> Made:
        """The value of a municipality as it is now.

        make   asked where it is not kept; what it gives must not hold on to the session
        about  what else it depends on: who reads, a day, a square …
        """
        values = versions.list_values(db, scope)
        now = tuple(sorted(values.items()))
        if self._nouns is not None:
            now = tuple((noun, values.get(noun, 0)) for noun in self._nouns)
        key = scope.municipality, *about
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and kept[0] == now:
                self._kept.move_to_end(key)
                return kept[1]
            making = self._making.setdefault(key, Lock())
        try:
            with making:
                kept = self._kept.get(key)
                if kept is None or kept[0] != now:
                    kept = now, make()
                    self._keep(key, kept)
        finally:
            self._making.pop(key, None)
        return kept[1]

    def _keep(self, key: Hashable, kept: tuple[Hashable, Made]) -> None:
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
