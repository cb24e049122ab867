"""PostgreSQL's own programs: where they are, and as whom they run."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class ClusterProblem(Exception):
    """The private database cannot be had. Its text is one plain sentence for the person who asked."""


class Person(NamedTuple):
    """A user of the machine, by numbers: one that owns files may have no name any more."""

    uid: int
    gid: int


def stand_in(data: Path | None = None) -> Person | None:
    """Who runs PostgreSQL in root's place (it refuses root); None when we are not root.

    ``data`` that exist stay with their owner, also when a better user is there by now.
    """
    if os.geteuid() != 0:
        return None
    if data is not None and data.exists() and data.stat().st_uid != 0:
        return Person(data.stat().st_uid, data.stat().st_gid)
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Person(found.pw_uid, found.pw_gid)
    return Person(65534, 65534)


def find_programs(version: str | None = None) -> Path:
    """The newest directory of PostgreSQL programs that has PostGIS, of ``version`` if data exist.

    A data directory belongs to the major version that made it: after an upgrade of Debian the
    newest programs are the wrong ones.
    """
    for folder in _program_folders():
        if not (folder / "initdb").exists() or not _has_postgis(folder):
            continue
        if version is None or _major(folder) == version:
            return folder
    if version is not None:
        raise ClusterProblem(
            f"The database here was made by PostgreSQL {version}, which is not installed with PostGIS any more."
        )
    raise ClusterProblem(
        "No PostgreSQL with PostGIS is installed: ./run installs it, or DATABASE_URL names another one."
    )


def _program_folders() -> Iterator[Path]:
    if chosen := os.environ.get("PG_BIN"):
        yield Path(chosen)
    debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    yield from sorted(debian, key=lambda folder: -int(folder.parent.name))
    for brew in (Path("/opt/homebrew/opt"), Path("/usr/local/opt")):
        yield from sorted(brew.glob("postgresql@*/bin"), reverse=True)
    if found := shutil.which("pg_config"):
        yield Path(_output([found, "--bindir"]))


def _has_postgis(folder: Path) -> bool:
    # Debian has one pg_config for all versions in the path, but one share folder for each.
    share = Path("/usr/share/postgresql") / folder.parent.name
    if not share.is_dir():
        if not (folder / "pg_config").exists():
            return False
        share = Path(_output([folder / "pg_config", "--sharedir"]))
    return (share / "extension" / "postgis.control").exists()


def _major(folder: Path) -> str:
    found = re.search(r"\) (\d+)", _output([folder / "postgres", "--version"]))
    return found[1] if found else ""


def _output(command: list[str | Path]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def run_as(person: Person | None, *command: object) -> str:
    """Run a program as ``person`` (as ourselves if None). Its complaint if it failed, else nothing.

    It starts in ``/`` because ``person`` may not be allowed where we stand, and in the C locale
    because the language of the machine is no business of the database.
    """
    words = [str(word) for word in command]
    surroundings = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": "/",
        "LC_ALL": "C" if sys.platform == "darwin" else "C.UTF-8",
    }
    drop = {"user": person.uid, "group": person.gid, "extra_groups": []} if person else {}
    try:
        done = subprocess.run(
            words,
            check=False,
            cwd="/",
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            **drop,  # type: ignore[call-overload]
        )
    except OSError as error:
        raise ClusterProblem(f"{words[0]} cannot be run: {error.strerror}.") from error
    return (done.stderr.strip() or f"exit {done.returncode}") if done.returncode else ""


def is_postgres(pid: int) -> bool:
    """Is ``pid`` a living PostgreSQL process, neither a zombie nor somebody who got the number later?"""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        words = Path(f"/proc/{pid}/stat").read_text()
    except ProcessLookupError:
        return False  # it died while its file was being read
    except FileNotFoundError:
        return not Path("/proc/self").exists()  # macOS has no /proc: what lives is taken to be it
    name, rest = words[words.index("(") + 1 :].rsplit(")", 1)
    return name == "postgres" and rest.split()[0] not in "ZX"


def lives_in(folder: Path) -> bool:
    """Does any PostgreSQL process still work on the data in ``folder``? True when it cannot be known.

    Each of them stands in its data directory, orphans of a killed postmaster too.
    """
    processes = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
    if not processes:
        return True
    for pid in filter(is_postgres, processes):
        try:
            if (Path(f"/proc/{pid}/cwd")).readlink() == folder:
                return True
        except (FileNotFoundError, ProcessLookupError):
            continue
        except PermissionError:  # root in a container without CAP_SYS_PTRACE
            return True
    return False
