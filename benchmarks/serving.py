"""The real server, as ./run starts it, in a process of its own beside the measurement."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from benchmarks.measuring import Ground

START_S = 60


@contextmanager
def serving(place: Ground, **more: str) -> Iterator[str]:
    """The server as ./run starts it, on a free port, with further settings; its address."""
    var = place.folder / "var"
    settings = {"ENGAWA_VAR": str(var), "PORT": "0", "HOST": "127.0.0.1"} | more
    with running([sys.executable, "-m", "scripts.serve"], settings, place):
        yield at_last(lambda: (var / "serve.lock").read_text().strip().rstrip("/"))


@contextmanager
def running(words: Sequence[str], settings: dict[str, str], place: Ground) -> Iterator[None]:
    """A program beside us, ended at the end; what it says stands in server.log."""
    with (place.folder / "server.log").open("ab") as log:
        child = subprocess.Popen(words, env=os.environ | settings, stdout=log, stderr=log)
        try:
            yield
        finally:
            child.terminate()
            child.wait(30)


def at_last(found: Callable[[], str]) -> str:
    """What is there after a while."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            if answer := found():
                return answer
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError
