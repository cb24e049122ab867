"""Where a private database lives: a folder PostgreSQL can walk to, and a lock beside it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.postgres import ClusterProblem, Person

ELSEWHERE = Path("/var/lib/engawa")
PATIENCE_S = 120.0  # our choice: longer than a recovery after a crash has ever taken


def find_home(root: Path, person: Person | None) -> Path:
    """``root``; or a folder under /var/lib when ``person`` cannot walk to it (root's own home is 0700).

    That folder is named by a mark inside ``root``, so the mark goes with the checkout: a fresh
    clone in the same place gets a fresh database, as its demo passwords are fresh too.
    """
    if person is None or (root / "pg").exists():
        return root
    mark = root / "cluster.id"
    if not mark.exists():
        if all(_lets_pass(path) for path in (root, *root.parents) if path.exists()):
            return root
        _write_mark(mark)
    return ELSEWHERE / mark.read_text().strip()


def _lets_pass(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IXOTH)


def _write_mark(mark: Path) -> None:
    mark.parent.mkdir(parents=True, exist_ok=True)
    draft = mark.with_name(f"{mark.name}.{os.getpid()}")
    draft.write_text(secrets.token_hex(6))
    with contextlib.suppress(FileExistsError):
        mark.hardlink_to(
            draft
        )  # of several processes the first wins, and the file is never half there
    draft.unlink()


def make_passable(folder: Path) -> None:
    """Make ``folder`` and what is missing above it, open to pass whatever the umask says."""
    for new in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        new.mkdir(exist_ok=True)
        new.chmod(0o755)


def make_private(folder: Path, person: Person | None) -> None:
    """Make ``folder`` for whoever runs PostgreSQL alone; refuse one that a stranger made first."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    user = person.uid if person else os.geteuid()
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {user, os.geteuid()}:
        raise ClusterProblem(f"{folder} was made by somebody else: remove it and try again.")
    folder.chmod(0o700)
    if person:
        os.chown(folder, user, person.gid, follow_symlinks=False)


@contextlib.contextmanager
def only_one(home: Path, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """One process at a time starts, completes or stops the cluster; nobody holds this while working."""
    make_passable(home)
    with (home / "cluster.lock").open("a") as file:
        deadline = time.monotonic() + patience_s
        while not _locked(file.fileno()):
            if time.monotonic() > deadline:
                raise ClusterProblem(
                    f"Another process has been busy with the database in {home} for too long."
                )
            time.sleep(0.05)
        yield


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
