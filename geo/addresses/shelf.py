"""開いている辞書: the dictionaries of a process, the last used ones kept open."""

import threading
from collections import OrderedDict
from pathlib import Path

from geo.addresses.dictionary import Dictionary

ROOM = 8  # municipalities; our choice: an open one costs some 0.2 MB and four files


class Shelf:
    """Open dictionaries by path. One that is put away is closed when its last reader is done."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._open: OrderedDict[Path, Dictionary] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, path: Path) -> Dictionary:
        """The dictionary of a path; an older version of the same municipality is put away.

        Raises FileNotFoundError.
        """
        with self._lock:
            found = self._open.pop(path, None) or Dictionary(path)
            for other in [one for one in self._open if one.parent == path.parent]:
                del self._open[other]
            self._open[path] = found
            while len(self._open) > self._room:
                self._open.popitem(last=False)
            return found

    def __len__(self) -> int:
        return len(self._open)
