"""控え: everything of an installation in one file, and an installation made of such a file again.

The file is a zip: the database as pg_dump writes it, the files that were delivered and sent, and a
manifest with the count and the sum of every table and the checksum of every file. It is finished only when
a scratch database that was made of it has the same sums. Passwords are hashes in it and second steps are
sealed, but names and telephone numbers are not: it is to be kept as the register itself is. The
server's key is not in it.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from psycopg import conninfo
from sqlalchemy.orm import Session

from geo.errors import BackupRefused, Unreadable
from geo.records import backups, migrate
from geo.records.backups import Digest
from geo.records.database import open_engine
from geo.scope import house

FORMAT = 1
# Folders that cannot be made again from others. Networks and dictionaries are built of the originals.
FOLDERS = ("originals", "waiting", "photos")
DUMP, MANIFEST = "database.dump", "manifest.json"
BLOCK = 1 << 20
_MEMBER = re.compile(rf"(?:{'|'.join(FOLDERS)})/[^\\\x00]+")


_NOT_OURS = (
    " SCHEMA - public",
    " public spatial_ref_sys ",
)  # of the database itself, and PostGIS's


@dataclass(frozen=True, slots=True)
class Place:
    """An installation: its database as the tables' owner reaches it, its folder, PostgreSQL's programs.

    scratch   a context that yields how to reach an empty database with PostGIS, on the same server
    """

    owner: str
    application: str
    var: Path
    programs: Path
    scratch: Callable[[], AbstractContextManager[str]]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    schema: str
    made_at: str
    tables: dict[str, Digest]
    files: dict[str, str]  # name in the zip -> sha256

    def told(self) -> dict[str, Any]:
        """Counts for who asked."""
        rows = sum(table.rows for table in self.tables.values())
        counts = {"tables": len(self.tables), "rows": rows, "files": len(self.files) - 1}
        return {"schema": self.schema, "made_at": self.made_at, **counts}


def write(place: Place, path: Path, now: datetime) -> Manifest:
    """The installation as it is at this moment, as one file at ``path``; work goes on meanwhile.

    Written beside, tried out, synced, then named: there is the whole file or none. Raises
    BackupRefused: file_exists, no_folder, program_failed, not_the_same, no_scratch.
    """
    if path.exists():
        raise BackupRefused(reason="file_exists", found=path)
    if not path.parent.is_dir():
        raise BackupRefused(reason="no_folder", found=path.parent)
    with _part(path) as part, _workroom(place.var) as folder:
        manifest = _pack(place, part, folder, now)
        if read_manifest(part) != manifest:
            raise BackupRefused(reason="not_the_same")
        with place.scratch() as scratch, zipfile.ZipFile(part) as packed:
            dump = _taken_out(packed, DUMP, folder / "again.dump", manifest.files[DUMP])
            _load(place, scratch, dump, manifest, "")
        _name(part, path)
    return manifest


def restore(place: Place, path: Path) -> Manifest:
    """Put what ``path`` holds in the place of what is there: files first, which add to what is there, then the
    database in one transaction that ends only if every table's sum is that of the manifest. Whoever was
    signed in is not any more.

    Raises Unreadable (not_a_backup, damaged, newer_schema), BackupRefused.
    """
    manifest = read_manifest(path)
    if manifest.schema not in migrate.versions():
        raise Unreadable(reason="newer_schema", found=manifest.schema)
    with _workroom(place.var) as folder, zipfile.ZipFile(path) as packed:
        dump = _taken_out(packed, DUMP, folder / DUMP, manifest.files[DUMP])
        for name, digest in manifest.files.items():
            if name != DUMP:
                _put_back(packed, name, digest, place.var)
        _load(place, place.owner, dump, manifest, _end_sessions(manifest))
    migrate.upgrade(lambda: place.owner, lambda: place.application)
    return manifest


def read_manifest(path: Path) -> Manifest:
    """What a backup says of itself, after every file in it has been compared with its checksum.

    Raises Unreadable: not_a_backup, damaged, newer_schema (a format of later versions).
    """
    try:
        with zipfile.ZipFile(path) as packed:
            raw = json.loads(packed.read(MANIFEST))
            if raw["format"] != FORMAT:
                raise Unreadable(reason="newer_schema", found=str(raw["format"]))
            tables = {name: Digest(**row) for name, row in raw["tables"].items()}
            manifest = Manifest(**{**raw, "tables": tables})
            if set(packed.namelist()) != {MANIFEST, *manifest.files} or DUMP not in manifest.files:
                raise Unreadable(reason="damaged", found=path.name)
            for name, digest in manifest.files.items():
                if _sha256(packed, name) != digest:
                    raise Unreadable(reason="damaged", found=name)
    except FileNotFoundError:
        raise Unreadable(reason="no_such_file", found=str(path)) from None
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(reason="damaged", found=str(error)[:80]) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(reason="not_a_backup", found=path.name) from error
    return manifest


def digests(owner: str) -> dict[str, Digest]:
    """Count and sum of every table of a database."""
    with _opened(owner) as db:
        return backups.list_digests(db, house())


def counts(owner: str) -> tuple[int, int]:
    """(municipalities that keep a register there, others who are connected)."""
    with _opened(owner) as db:
        municipalities = backups.count_municipalities(db, house())
        return municipalities, backups.count_others(db, house())


# writing


def _pack(place: Place, part: Path, folder: Path, now: datetime) -> Manifest:
    with _opened(place.owner) as db:
        snapshot = backups.take_snapshot(db, house())
        schema = backups.find_schema(db, house())
        if schema is None:
            raise BackupRefused(reason="nothing_there")
        dump = folder / DUMP
        words = ("-Fc", "-n", "public", "--no-owner", "--no-acl", f"--snapshot={snapshot}")
        _run(place, "pg_dump", *words, "-f", str(dump), _url(place.owner))
        tables = backups.list_digests(db, house())
    files = {}
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=True) as packed:
        files[DUMP] = _put_in(packed, dump, DUMP)
        for path in _kept_files(place.var):
            name = path.relative_to(place.var).as_posix()
            files[name] = _put_in(packed, path, name)
        manifest = Manifest(FORMAT, schema, now.isoformat(), tables, files)
        packed.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
    return manifest


def _kept_files(var: Path) -> Iterator[Path]:
    """Files after the moment of the database: whatever its rows point at is there, and perhaps more."""
    for name in FOLDERS:
        for path in sorted((var / name).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path


def _put_in(packed: zipfile.ZipFile, path: Path, name: str) -> str:
    digest = hashlib.sha256()
    about = zipfile.ZipInfo(name)
    about.external_attr = 0o600 << 16
    with path.open("rb") as source, packed.open(about, "w", force_zip64=True) as copy:
        while block := source.read(BLOCK):
            digest.update(block)
            copy.write(block)
    return digest.hexdigest()


@contextmanager
def _part(path: Path) -> Iterator[Path]:
    """A file beside ``path`` for its owner only; what killed runs left of theirs goes."""
    for old in path.parent.glob(f".{path.name}.*.part"):
        with old.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # somebody is writing it
            old.unlink(missing_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield part
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def _workroom(var: Path) -> Iterator[Path]:
    """A folder for its owner only, gone afterwards; those of killed runs, with people's names in them, go
    now."""
    for old in var.glob(".backup-*"):
        with (old / "lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(old, ignore_errors=True)
    var.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix=".backup-", dir=var) as name,
        (Path(name) / "lock").open("w") as file,
    ):
        fcntl.flock(file, fcntl.LOCK_EX)
        yield Path(name)


def _name(part: Path, path: Path) -> None:
    """Give the finished file its name, unless somebody took the name meanwhile."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        raise BackupRefused(reason="file_exists", found=path) from None
    _sync(path.parent)


def _sync(folder: Path) -> None:
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


# reading


def _sha256(packed: zipfile.ZipFile, name: str) -> str:
    with packed.open(name) as source:
        return hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type]


def _taken_out(packed: zipfile.ZipFile, name: str, path: Path, digest: str) -> Path:
    """A member as a file; what is read is compared once more, since the file may change meanwhile."""
    with packed.open(name) as source, path.open("wb") as copy:
        shutil.copyfileobj(source, copy, BLOCK)
        copy.flush()
        os.fsync(copy.fileno())
    with path.open("rb") as copy:
        if hashlib.file_digest(copy, "sha256").hexdigest() != digest:
            raise Unreadable(reason="damaged", found=name)
    return path


def _put_back(packed: zipfile.ZipFile, name: str, digest: str, var: Path) -> None:
    if not _MEMBER.fullmatch(name) or ".." in name.split("/"):
        raise Unreadable(reason="damaged", found=name)
    path = var / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".restore-{os.getpid()}")
    try:
        _taken_out(packed, name, beside, digest).replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _end_sessions(manifest: Manifest) -> str:
    known = {"account_session", "reset_link", "half_sign_in"} & set(manifest.tables)
    lines = backups.END_SESSIONS.strip().splitlines()
    return "\n".join(line for line in lines if any(f" {name}" in line for name in known))


def _load(place: Place, target: str, dump: Path, manifest: Manifest, then: str) -> None:
    """Empty a database and fill it with a dump, in one transaction that ends only where all sums are right."""
    folder = dump.parent
    contents = _run(place, "pg_restore", "-l", str(dump)).splitlines()
    (folder / "list").write_text(
        "\n".join(line for line in contents if not any(name in line for name in _NOT_OURS))
    )
    (folder / "empty.sql").write_text(backups.EMPTY)
    check = backups.find_check(house(), manifest.tables)
    (folder / "check.sql").write_text(f"set constraints all immediate;\n{check}\n{then}\n")
    unpack: list[str | Path] = [place.programs / "pg_restore", "--no-owner", "--no-acl"]
    unpack += ["-L", folder / "list", "-f", "-", dump]
    files = [word for name in ("empty.sql", "-", "check.sql") for word in ("-f", _in(folder, name))]
    settings = ["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-o", os.devnull]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 PostgreSQL's own programs, no shell
            unpack, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as source,
    ):
        done = subprocess.run(  # noqa: S603
            [place.programs / "psql", *settings, *files, _url(target)],
            stdin=source.stdout,
            stdout=subprocess.DEVNULL,
            stderr=said,
            check=False,
        )
        if done.returncode:
            said.seek(0)
            raise _failed("psql", said.read().decode(errors="replace"))


def _in(folder: Path, name: str) -> str:
    return name if name == "-" else str(folder / name)


def _run(place: Place, program: str, *words: str) -> str:
    done = subprocess.run(  # noqa: S603
        [place.programs / program, *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise _failed(program, done.stderr)
    return done.stdout


def _failed(program: str, said: str) -> BackupRefused:
    lines = [line for line in said.splitlines() if "ERROR" in line or "error" in line]
    told = (lines or said.splitlines() or [""])[0][:300]
    same = "differs: " in told
    return BackupRefused(
        reason="not_the_same" if same else "program_failed", found=f"{program}: {told}"
    )


def _url(owner: str) -> str:
    return conninfo.make_conninfo(owner, options="-c client_min_messages=warning")


@contextmanager
def _opened(owner: str) -> Iterator[Session]:
    engine = open_engine(lambda: owner)
    try:
        with Session(engine) as db:
            yield db
    finally:
        engine.dispose()
