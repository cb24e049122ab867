"""Counters for rate limits in the memory of this process: a number for each window of time.

The one that comes with limits starts a thread to forget old windows, up to a hundred times a second; when
eight threads serve, each request waits for it. Here whoever counts forgets, once in a window's length.
"""

import threading
import time

from limits.storage import Storage

SWEEP_EVERY_S = 60.0  # the length of our windows


class Windows(Storage):
    """What the fixed windows of flask-limiter ask of a storage (storage_uri ``process://``)."""

    STORAGE_SCHEME = ["process"]  # noqa: RUF012  (so in the base class)
    base_exceptions = ()  # type: ignore[assignment]  # nothing here can be away

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_: object) -> None:
        super().__init__(uri, wrap_exceptions)
        self._windows: dict[str, tuple[int, float]] = {}
        self._swept_at = 0.0
        self._lock = threading.Lock()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count in the key's window, which is opened for ``expiry`` seconds when there is none."""
        now = time.time()
        with self._lock:
            if now - self._swept_at > SWEEP_EVERY_S:
                self._windows = {
                    k: window for k, window in self._windows.items() if window[1] > now
                }
                self._swept_at = now
            count, ends = self._windows.get(key, (0, 0.0))
            if ends <= now:
                count, ends = 0, now + expiry
            self._windows[key] = (count + amount, ends)
            return count + amount

    def get(self, key: str) -> int:
        """The count in the key's window; 0 without one."""
        count, ends = self._windows.get(key, (0, 0.0))
        return count if ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the key's window ends, in seconds of the epoch; now without one."""
        return self._windows.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int:
        """Forget everything; how many keys there were."""
        with self._lock:
            forgotten = len(self._windows)
            self._windows = {}
        return forgotten

    def clear(self, key: str) -> None:
        """Forget a key."""
        with self._lock:
            self._windows.pop(key, None)
