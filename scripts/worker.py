"""The background worker beside the server: one ``flask work``, started again whenever it dies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from scripts.cluster import ClusterProblem

# Our choice: a worker that cannot start is tried again after 1, 2, 4 … 60 s; one that lived for
# a minute was well, and its successor starts at once.
FIRST_PAUSE_S, LONGEST_PAUSE_S, WELL_AFTER_S = 1.0, 60.0, 60.0
SERVER = "ENGAWA_SERVER"  # in the worker's environment: whose child it is to be
PATIENCE_S = 15.0  # for the job in hand when the server is asked to stop


class Worker:
    """A child process kept alive by a thread until ``stop``. ``prepare`` is called before each start."""

    def __init__(self, prepare: Callable[[], object]) -> None:
        self._prepare = prepare
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep_alive, name="worker-keeper", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ask it to finish its job, and end it when that takes too long or a second signal comes."""
        self._stopping.set()
        child = self._child
        try:
            if child is not None:
                child.terminate()
                child.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            print("The background worker did not finish in time and was ended.", flush=True)
        finally:
            if child is not None:
                child.kill()
            self._thread.join(PATIENCE_S)

    def _keep_alive(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_set():
            began = time.monotonic()
            ending = self._run_once()
            if self._stopping.is_set():
                return
            if time.monotonic() - began > WELL_AFTER_S:
                pause_s = FIRST_PAUSE_S
            print(
                f"The background worker {ending}; starting it again in {pause_s:.0f} s.", flush=True
            )
            self._stopping.wait(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _run_once(self) -> str:
        try:
            self._prepare()
            child = subprocess.Popen(
                _command(),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env=os.environ | {SERVER: str(os.getpid())},
            )
        except (ClusterProblem, OSError) as error:  # the next try may succeed
            return f"could not start ({error})"
        self._child = child
        if self._stopping.is_set():  # stop() came between the question and the start
            child.terminate()
        code = child.wait()
        return f"was ended by signal {-code}" if code < 0 else f"ended with exit {code}"


def _command() -> list[str]:
    """``flask work``, in a session of its own so that Ctrl-C reaches us first.

    A server ended by kill -9 takes it along (setpriv): else old code would go on taking jobs. One that
    ended before setpriv could say so is missed by ``flask work`` itself (SERVER).
    """
    words = [sys.executable, "-m", "flask", "work"]
    if setpriv := shutil.which("setpriv"):
        return [setpriv, "--pdeathsig", "TERM", *words]
    return words
