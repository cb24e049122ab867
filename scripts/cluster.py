"""The private database of a checkout: PostGIS behind a socket, never on the network.

``Cluster(root).ensure()`` finds it running or starts it, from any process and from several at
once. Three roles: ``cluster_admin`` (superuser, for this file and for tests that copy databases),
``engawa_owner`` (owns the tables, runs migrations), ``engawa`` (the application).
The traps behind the odd lines are told in scripts/README.md.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql

from scripts.cluster_home import PATIENCE_S, find_home, make_private, only_one
from scripts.postgres import ClusterProblem, find_programs, is_postgres, lives_in, run_as, stand_in

__all__ = ["Cluster", "ClusterProblem"]

ADMIN, OWNER, APPLICATION, DATABASE = "cluster_admin", "engawa_owner", "engawa", "engawa"

# A socket's path holds 107 bytes at most, and $TMPDIR differs from process to process.
SOCKETS = Path("/tmp")  # noqa: S108  (the folder inside is private, and refused if a stranger made it)
SOCKET = ".s.PGSQL.5432"

START_PATIENCE_S = 30.0  # our choice; after kill -9 a start is refused for a second or two

# Handed over at every start, so that a new release changes old clusters too.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "Asia/Tokyo",
    "jit": "off",  # compiling takes longer than our short queries
    "max_connections": "60",
    "max_parallel_workers_per_gather": "0",  # a container's /dev/shm is too small for them
    "log_error_verbosity": "terse",  # else a refused row stands in the log, personal data and all
    "log_min_error_statement": "panic",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

COMPLETE = """
    select exists (select from pg_extension where extname = 'postgis')
       and exists (select from pg_roles where rolname = %s)
       and exists (select from pg_namespace n join pg_roles r on r.oid = n.nspowner
                   where n.nspname = 'public' and r.rolname = %s)
"""


class Cluster:
    """A PostgreSQL cluster in ``<root>/pg``, whoever starts it first.

    ``durable=False`` does not wait for the disk: for tests, which lose nothing in a power cut.
    ``patience_s`` is how long ``ensure`` tries: a server shortens it when visitors begin to wait.
    """

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        self.durable = durable
        self.patience_s = PATIENCE_S
        self._home = find_home(Path(root).resolve(), stand_in())
        self.data = self._home / "pg"
        self._person = stand_in(self.data)
        self.log = self.data / "server.log"
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        user = self._person.uid if self._person else os.geteuid()
        self.socket_folder = SOCKETS / f"pg-{user}-{name}"

    @property
    def conninfo(self) -> str:
        """How the application connects (libpq)."""
        return self._conninfo(DATABASE, APPLICATION)

    @property
    def owner_conninfo(self) -> str:
        """How migrations connect."""
        return self._conninfo(DATABASE, OWNER)

    @property
    def admin_conninfo(self) -> str:
        """How a superuser connects, to the database ``postgres``: to copy databases for tests."""
        return self._conninfo("postgres", ADMIN)

    def ensure(self) -> Self:
        """Return when it runs and is complete, or raise ClusterProblem. Cheap when it already is."""
        try:
            if not self._is_complete():
                with only_one(self._home, self.patience_s):
                    if not self.is_running():
                        self._start()
                    self._complete()
        except PermissionError as error:
            raise ClusterProblem(
                f"{error.filename} belongs to another user: run this as that user or as root."
            ) from error
        except (psycopg.Error, OSError) as error:
            raise ClusterProblem(
                f"The private database in {self.data} cannot be had: {error}"
            ) from error
        return self

    def is_running(self) -> bool:
        """A connection is the only honest test: pg_ctl believes in a server killed just now."""
        if not (self.data / "PG_VERSION").exists():
            return False  # deleted under a server that may still answer
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def started_at(self) -> float:
        """When the running server was started, in seconds since 1970."""
        with self._connect("postgres") as db:
            row = db.execute("select extract(epoch from pg_postmaster_start_time())").fetchone()
        return float(row[0]) if row else 0.0

    def has_other_clients(self, own_name: str | None = None) -> bool:
        """Is anybody connected, this question and ``application_name = own_name`` apart?"""
        with self._connect("postgres") as db:
            found = db.execute(
                "select 1 from pg_stat_activity where backend_type = 'client backend'"
                " and pid <> pg_backend_pid() and application_name is distinct from %s limit 1",
                [own_name],
            ).fetchone()
        return found is not None

    def stop(self) -> None:
        """Stop it if it runs; whoever is connected loses the connection."""
        with only_one(self._home):
            if not self.is_running():
                return
            complaint = self._pg_ctl("stop", "-m", "fast")
            if complaint and self.is_running():
                raise ClusterProblem(f"PostgreSQL did not stop: {complaint}")
            with contextlib.suppress(OSError):
                self.socket_folder.rmdir()

    # asking

    def _conninfo(self, database: str, role: str) -> str:
        return f"host={self.socket_folder} dbname={database} user={role}"

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(self._conninfo(database, ADMIN), autocommit=True, connect_timeout=5)

    def _is_complete(self) -> bool:
        if not (self.data / "PG_VERSION").exists():
            return False
        try:
            with self._connect(DATABASE) as db:
                row = db.execute(COMPLETE, [APPLICATION, OWNER]).fetchone()
        except psycopg.OperationalError:
            return False
        return row is not None and row[0]

    # starting

    def _start(self) -> None:
        self._remove_unreachable()
        make_private(self.socket_folder, self._person)
        if not (self.data / "PG_VERSION").exists():
            self._initdb()
        settings = SETTINGS | ({} if self.durable else FORGETFUL)
        settings["unix_socket_directories"] = str(self.socket_folder)
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        deadline = time.monotonic() + min(self.patience_s, START_PATIENCE_S)
        while complaint := self._pg_ctl("start", "-l", self.log, "-o", options):
            if self.is_running():
                return
            if time.monotonic() > deadline or "Permission denied" in complaint:
                raise ClusterProblem(
                    f"PostgreSQL did not start: {self._last_words() or complaint} (all of it: {self.log})"
                )
            if not lives_in(self.data):
                # Killed, and its number is a zombie's or a stranger's by now: PostgreSQL would wait for it.
                (self.data / "postmaster.pid").unlink(missing_ok=True)
            time.sleep(0.25)

    def _initdb(self) -> None:
        """Made beside and renamed: an interrupted initdb leaves nothing that looks finished."""
        draft = self._home / "pg.new"
        shutil.rmtree(draft, ignore_errors=True)
        make_private(draft, self._person)
        complaint = run_as(
            self._person,
            find_programs() / "initdb",
            *("-D", draft, "-U", ADMIN, "-A", "trust", "-E", "UTF8", "--no-instructions"),
            "--locale=C" if sys.platform == "darwin" else "--locale=C.UTF-8",
            *([] if self.durable else ["--no-sync"]),
        )
        if complaint:
            raise ClusterProblem(f"The database could not be made: {complaint.splitlines()[-1]}")
        draft.rename(self.data)

    def _remove_unreachable(self) -> None:
        """End a server of ours that no connection can reach: /tmp was swept, or the data moved or went."""
        data_gone = not (self.data / "PG_VERSION").exists()
        if (self.socket_folder / SOCKET).exists() and not data_gone:
            return
        for note in (self.data / "postmaster.pid", self.socket_folder / f"{SOCKET}.lock"):
            pid = _first_number(note)
            if pid is None or not is_postgres(pid):
                continue
            os.kill(pid, signal.SIGQUIT if data_gone else signal.SIGINT)
            deadline = time.monotonic() + START_PATIENCE_S
            while is_postgres(pid) and time.monotonic() < deadline:
                time.sleep(0.05)

    def _pg_ctl(self, verb: str, *options: object) -> str:
        version = (self.data / "PG_VERSION").read_text().strip()
        command = find_programs(version) / "pg_ctl"
        return run_as(
            self._person, command, verb, "-D", self.data, "-s", "-w", "-t", "300", *options
        )

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return next((line for line in reversed(lines) if "FATAL" in line or "PANIC" in line), "")

    # completing

    def _complete(self) -> None:
        with self._connect("postgres") as db:
            for role in (OWNER, APPLICATION):
                if not db.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
                    statement = "create role {} login nosuperuser nocreatedb nocreaterole"
                    db.execute(sql.SQL(statement).format(sql.Identifier(role)))
            if not db.execute(
                "select 1 from pg_database where datname = %s", [DATABASE]
            ).fetchone():
                statement = "create database {} owner {}"
                db.execute(
                    sql.SQL(statement).format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
                )
        with self._connect(DATABASE) as db, db.transaction():
            db.execute("create extension if not exists postgis")
            db.execute("revoke create on schema public from public")
            db.execute(sql.SQL("alter schema public owner to {}").format(sql.Identifier(OWNER)))


def _first_number(note: Path) -> int | None:
    try:
        return int(note.read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None
