"""The private database, started, crashed and moved for real."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from scripts import cluster_home
from scripts.cluster import Cluster, ClusterProblem
from scripts.postgres import find_programs, is_postgres

CHECKOUT = Path(__file__).parents[2]
JOIN = "import sys; from pathlib import Path; from scripts.cluster import Cluster; Cluster(Path(sys.argv[1])).ensure()"


def has_postgis() -> bool:
    try:
        find_programs()
    except ClusterProblem:
        return False
    return True


pytestmark = pytest.mark.skipif(
    not has_postgis(), reason="with DATABASE_URL no PostgreSQL is installed here"
)


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A folder others may pass: pytest's own is 0700, and PostgreSQL does not run as root."""
    folder = Path(tempfile.mkdtemp(prefix="engawa-cluster-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@dataclass(frozen=True)
class Started:
    """A cluster, and what the five commands said that all started it at the same moment."""

    cluster: Cluster
    complaints: list[bytes]


@pytest.fixture(scope="module")
def started() -> Iterator[Started]:
    """One durable cluster under a long path for the whole file; tests leave it as crashed as they like."""
    with open_folder() as folder:
        root = folder.joinpath(*["町" * 30] * 3) / "var"
        commands = [
            subprocess.Popen(
                [sys.executable, "-c", JOIN, str(root)], cwd=CHECKOUT, stderr=subprocess.PIPE
            )
            for _ in range(5)
        ]
        complaints = [command.communicate(timeout=120)[1] for command in commands]
        cluster = Cluster(root)
        yield Started(cluster, complaints)
        cluster.stop()


@pytest.fixture
def cluster(started: Started) -> Cluster:
    return started.cluster


def postmaster(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def kill_hard(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    while is_postgres(pid):
        time.sleep(0.01)


def write_a_row(cluster: Cluster) -> None:
    with psycopg.connect(cluster.owner_conninfo) as db:
        db.execute("create table if not exists kept (word text)")
        db.execute("insert into kept values ('縁側')")


def count_rows(cluster: Cluster) -> int:
    with psycopg.connect(cluster.owner_conninfo) as db:
        row = db.execute("select count(*) from kept where word = '縁側'").fetchone()
    assert row
    return row[0]


def test_five_commands_at_once_start_one_database_together(started: Started) -> None:
    assert started.complaints == [b""] * 5
    assert started.cluster.is_running()


def test_a_path_longer_than_a_socket_may_have_works(cluster: Cluster) -> None:
    assert len(os.fsencode(cluster.data)) > 107
    assert cluster.is_running()


def test_a_stopped_database_leaves_no_socket_and_starts_again(cluster: Cluster) -> None:
    write_a_row(cluster)
    cluster.stop()
    assert not cluster.is_running()
    assert not cluster.socket_folder.exists()
    cluster.ensure()
    assert count_rows(cluster) >= 1


def test_a_running_database_is_joined_and_not_started_again(cluster: Cluster) -> None:
    before = postmaster(cluster)
    started_at = cluster.started_at()
    again = Cluster(cluster.data.parent).ensure()
    assert postmaster(again) == before
    assert again.started_at() == started_at <= time.time()


def test_the_map_functions_and_the_japanese_clock_are_there(cluster: Cluster) -> None:
    with psycopg.connect(cluster.conninfo) as db:
        found = db.execute(
            "select st_astext(st_point(139, 35)), current_setting('timezone'), current_setting('jit'),"
            " current_setting('max_connections'), current_setting('server_encoding')"
        ).fetchone()
    assert found == ("POINT(139 35)", "Asia/Tokyo", "off", "60", "UTF8")


def test_rows_survive_when_the_server_is_killed(cluster: Cluster) -> None:
    write_a_row(cluster)
    for _ in range(2):
        kill_hard(postmaster(cluster))
        cluster.ensure()
        assert count_rows(cluster) >= 1


def test_a_server_whose_socket_was_swept_away_is_found_again(cluster: Cluster) -> None:
    write_a_row(cluster)
    shutil.rmtree(cluster.socket_folder)
    assert not cluster.is_running()
    cluster.ensure()
    assert count_rows(cluster) >= 1


def test_a_number_that_belongs_to_somebody_else_now_does_not_keep_the_database_shut(
    cluster: Cluster,
) -> None:
    cluster.stop()
    note = cluster.data / "postmaster.pid"
    with subprocess.Popen(["sleep", "60"], **as_keeper(cluster)) as stranger:
        note.write_text(
            f"{stranger.pid}\n{cluster.data}\n0\n5432\n{cluster.socket_folder}\n\n0 0\n"
        )
        os.chown(note, cluster.data.stat().st_uid, cluster.data.stat().st_gid)
        cluster.ensure()
        assert postmaster(cluster) != stranger.pid
        stranger.kill()


def as_keeper(cluster: Cluster) -> dict[str, int]:
    """The user of the database: PostgreSQL looks at living processes of its own user only."""
    return {"user": cluster.data.stat().st_uid} if os.geteuid() == 0 else {}


def test_an_interrupted_creation_and_deleted_data_both_begin_anew() -> None:
    with open_folder() as folder:
        root = folder / "var"
        half_made = root / "pg.new" / "base"
        half_made.mkdir(parents=True)
        (half_made / "1").write_text("half a file")
        cluster = Cluster(root, durable=False).ensure()
        first = postmaster(cluster)
        write_a_row(cluster)

        shutil.rmtree(root)
        cluster.ensure()
        assert not is_postgres(first)
        with pytest.raises(psycopg.errors.UndefinedTable):
            count_rows(cluster)
        cluster.stop()


@pytest.mark.parametrize(
    "statement",
    [
        "create extension pgcrypto",
        "copy kept from program 'id'",
        "copy (select 1) to '/tmp/engawa-was-here'",
        "select pg_read_file('/etc/passwd')",
        "create table mine (word text)",
        "set role cluster_admin",
    ],
)
def test_the_application_may_not(cluster: Cluster, statement: str) -> None:
    write_a_row(cluster)
    with psycopg.connect(cluster.owner_conninfo) as db:
        db.execute("grant all on kept to engawa")
    with (
        psycopg.connect(cluster.conninfo) as db,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        db.execute(statement)


def test_neither_the_application_nor_the_owner_of_the_tables_is_a_superuser(
    cluster: Cluster,
) -> None:
    with psycopg.connect(cluster.owner_conninfo) as db:
        found = db.execute(
            "select rolname from pg_roles where rolname like 'engawa%%' and (rolsuper or rolcreatedb"
            " or rolcreaterole)",
        ).fetchall()
        owner = db.execute(
            "select pg_get_userbyid(datdba) from pg_database where datname = 'engawa'"
        )
        assert found == []
        assert owner.fetchone() == ("engawa_owner",)


def test_other_clients_are_seen_and_our_own_are_not(cluster: Cluster) -> None:
    assert not cluster.has_other_clients()
    with psycopg.connect(cluster.conninfo, application_name="engawa-serve-1"):
        assert cluster.has_other_clients()
        assert not cluster.has_other_clients("engawa-serve-1")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the database to another user")
def test_a_checkout_in_a_closed_home_keeps_its_database_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with open_folder() as folder:
        monkeypatch.setattr(cluster_home, "ELSEWHERE", folder / "elsewhere")
        closed = folder / "home"
        closed.mkdir(mode=0o700)
        root = closed / "checkout" / "var"
        cluster = Cluster(root, durable=False).ensure()
        assert cluster.data.is_relative_to(folder / "elsewhere")
        closed.chmod(0o755)  # opening the home later loses nothing
        assert Cluster(root, durable=False).data == cluster.data
        cluster.stop()
        shutil.rmtree(root)
        assert Cluster(root).data == root / "pg"


def test_a_stranger_s_socket_folder_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with open_folder() as folder:
        cluster = Cluster(folder / "var", durable=False)
        trap = folder / "socket"
        trap.symlink_to(folder)
        monkeypatch.setattr(cluster, "socket_folder", trap)
        with pytest.raises(ClusterProblem, match="made by somebody else"):
            cluster.ensure()
