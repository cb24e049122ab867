"""What the processes of one run of pytest share: whoever comes first makes it, the last to leave clears up.

``./test`` runs pytest twice over one folder that it names (ENGAWA_TESTS_SHARE) and that it removes itself;
``python -m tests.sharing`` stops the database server in it.
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.cluster import Cluster

NAMED = "ENGAWA_TESTS_SHARE"


class Shared:
    """A folder for one run of pytest, whether it has one process or several (pytest-xdist)."""

    def __init__(self) -> None:
        run, named = os.environ.get("PYTEST_XDIST_TESTRUNUID"), os.environ.get(NAMED)
        self._stays = bool(named)
        if named:
            self.folder = Path(named)
        elif run:
            self.folder = Path(tempfile.gettempdir()) / f"engawa-test-{run}"
        else:
            self.folder = Path(tempfile.mkdtemp(prefix="engawa-test-"))
        self.folder.mkdir(exist_ok=True)
        self.folder.chmod(0o755)  # the database's own user passes through

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What ``make`` answered (JSON) to whoever asked first; who asks for the same waits for it."""
        kept = self.folder / f"{name}.json"
        with self._turn(name):
            if not kept.exists():
                kept.write_text(json.dumps(make()))
        return json.loads(kept.read_text())

    @contextmanager
    def used(self, clear: Callable[[], None]) -> Iterator[None]:
        """While somebody is inside, it stays; the last to leave calls ``clear``, and the folder goes."""
        self._count(1)
        try:
            yield
        finally:
            if self._count(-1) == 0 and not self._stays:
                clear()
                shutil.rmtree(self.folder, ignore_errors=True)

    def _count(self, more: int) -> int:
        users = self.folder / "users"
        with self._turn("users"):
            count = int(users.read_text() if users.exists() else "0") + more
            users.write_text(str(count))
        return count

    @contextmanager
    def _turn(self, name: str) -> Iterator[None]:
        with (self.folder / f"{name}.turn").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def linked(source: Path, target: Path) -> None:
    """The same files in another folder, without room of their own."""
    shutil.copytree(source, target, copy_function=os.link, dirs_exist_ok=True)


if __name__ == "__main__":
    Cluster(Path(os.environ[NAMED]) / "cluster", durable=False).stop()
