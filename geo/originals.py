"""原本: files as they were delivered, kept under the checksum of their content."""

import hashlib
import os
from datetime import datetime
from pathlib import Path


def keep(path: Path, folder: Path) -> str:
    """Copy a delivered file to ``folder/<sha256>`` and return the sha256.

    Written beside, synced, then renamed (DATA 13): after a crash there is the whole file or none.
    A copy that no intake points at is swept later.
    """
    digest = hashlib.sha256()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = folder / f".{os.getpid()}-{path.name[-40:]}"
    try:
        with path.open("rb") as source, beside.open("wb") as copy:
            while block := source.read(1 << 20):
                digest.update(block)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
        beside.replace(folder / digest.hexdigest())
    finally:
        beside.unlink(missing_ok=True)
    return digest.hexdigest()


def sweep(folder: Path, in_use: set[str], before: datetime) -> int:
    """Remove originals that no intake points at and that are older than a moment (a younger one
    may belong to an import that is still running). Returns how many went."""
    lost = [
        path
        for path in folder.glob("*")
        if path.name not in in_use and path.stat().st_mtime < before.timestamp()
    ]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)
