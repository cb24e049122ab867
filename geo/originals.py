"""原本: files as they were delivered, kept under the checksum of their content.

Beside the folder of originals lies the waiting room: files that somebody sent by a page and has not
imported yet, each in a folder of its own.
"""

import hashlib
import os
import shutil
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from geo.errors import Unreadable

LONGEST_NAME = 120  # bytes of a file's name: ext4 ends at 255, and a suffix may be added


def checksum(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(path: Path, folder: Path | None) -> str:
    """Copy a delivered file to ``folder/<sha256>`` and return the sha256; without a folder only that.

    Written beside, synced, then renamed (DATA 13): after a crash there is the whole file or none.
    A copy that no intake points at is swept later.
    """
    if folder is None:
        return checksum(path)
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


def waiting_room(originals: Path, preview: UUID) -> Path:
    """The folder of one file that waits."""
    return originals.parent / "waiting" / str(preview)


def receive(sent: BinaryIO, name: str, folder: Path, limit_mb: int) -> tuple[Path, str, int]:
    """Write what is being sent into ``folder`` under a name that does no harm: path, sha256, bytes.

    Block by block, never more than the limit. Raises Unreadable: too_large, empty.
    """
    folder.mkdir(parents=True, mode=0o700)
    path = folder / harmless_name(name)
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("xb") as copy:
            while block := sent.read(1 << 20):
                size += len(block)
                if size > limit_mb * 1_000_000:
                    raise Unreadable(reason="too_large", limit_mb=limit_mb)
                digest.update(block)
                copy.write(block)
        if not size:
            raise Unreadable(reason="empty")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return path, digest.hexdigest(), size


def harmless_name(name: str) -> str:
    """A file's name as its sender called it, without folders, control signs or hidden beginnings."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    kept = kept.strip().lstrip(".") or "file"
    suffix = "".join(Path(kept).suffixes[-2:])[-20:]
    stem = kept.removesuffix(suffix).encode()[: LONGEST_NAME - len(suffix.encode())]
    return stem.decode(errors="ignore") + suffix


def give_up(originals: Path, preview: UUID) -> None:
    """Remove a file that waits, if it is there."""
    shutil.rmtree(waiting_room(originals, preview), ignore_errors=True)


def sweep_waiting(originals: Path, in_use: set[UUID], before: datetime) -> int:
    """Remove what waits for nobody and is older than a moment. Returns how many went."""
    names = {str(id_) for id_ in in_use}
    lost = [
        folder
        for folder in (originals.parent / "waiting").glob("*")
        if folder.name not in names and folder.stat().st_mtime < before.timestamp()
    ]
    for folder in lost:
        shutil.rmtree(folder, ignore_errors=True)
    return len(lost)
