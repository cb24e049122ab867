"""flask backup | restore: what the commands say, how they end, and, in processes of their own, that sums are
equal."""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from app import Settings, create_app
from geo import backups
from scripts.cluster import Cluster

HOUSE = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def cluster(shared):
    """A private cluster of one's own with its tables, as ./run has it."""
    var = shared.folder / "house-of-the-backups"
    var.mkdir()
    own = Cluster(var, durable=False).ensure()
    assert command(var, "db", "upgrade")[0] == 0
    yield var, own
    own.stop()


def command(var, *words):
    """A command in this process: (exit status, last line of stdout read as JSON, stderr)."""
    app = create_app(Settings(var=var))
    done = app.test_cli_runner().invoke(args=list(words))
    app.extensions["engine"].dispose()
    lines = done.stdout.strip().splitlines()
    return done.exit_code, json.loads(lines[-1]) if lines else None, done.stderr


def flask(var, *words):
    """The same as people type it."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "ENGAWA_VAR": str(var),
        "FLASK_APP": "app",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        [sys.executable, "-m", "flask", *words],
        cwd=HOUSE, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = done.stdout.strip().splitlines()
    return done.returncode, json.loads(lines[-1]) if lines else None, done.stderr


@pytest.mark.soak
def test_backup_drop_restore_and_every_sum_is_equal(cluster, tmp_path):
    var, own = cluster
    assert flask(var, "demo", "load", "--only", "99001")[0] == 0
    before = backups.digests(own.owner_conninfo)
    path = tmp_path / "engawa.zip"

    status, told, said = flask(var, "backup", str(path))
    assert (status, told["verified"], told["backup"]) == (0, True, str(path)), said
    assert "台帳と同じように守って" in said
    status, _, said = flask(var, "backup", str(path))
    assert status == 1
    assert "上書きはしません" in said

    status, _, said = flask(var, "restore", str(path))
    assert status == 1
    assert "--replace" in said

    with psycopg.connect(own.owner_conninfo) as db:
        db.execute("drop table resource, account cascade")
    with psycopg.connect(own.owner_conninfo) as db:
        db.execute("delete from version")
        db.execute("drop table municipality cascade")
    status, told, said = flask(var, "restore", str(path))
    assert (status, told["same"], told["before"]) == (0, True, None), said
    after = backups.digests(own.owner_conninfo)
    differing = {name for name in after if after[name] != before[name]}
    assert differing <= {"audit", "account_session"}, (
        "the backup and the restore are lines themselves"
    )
    assert after["resource"] == before["resource"]
    print(f"\nrestored: {told['tables']} tables, {told['rows']} rows, {told['files']} files, equal")

    status, told, said = flask(var, "restore", str(path), "--replace")
    assert status == 0, said
    assert backups.read_manifest(Path(told["before"])).tables["resource"] == before["resource"]

    raw = path.read_bytes()
    bad = tmp_path / "bad.zip"
    bad.write_bytes(raw[: len(raw) // 2] + b"\0" + raw[len(raw) // 2 + 1 :])
    status, _, said = flask(var, "restore", str(bad), "--replace")
    assert status == 1
    assert "控えが壊れています" in said
    assert backups.digests(own.owner_conninfo)["resource"] == before["resource"]


def test_a_restore_waits_for_nobody_who_serves(cluster, tmp_path):
    import fcntl  # noqa: PLC0415

    var, _own = cluster
    with ExitStack() as held:
        file = held.enter_context((var / "serve.lock").open("a+"))
        fcntl.flock(file, fcntl.LOCK_EX)
        status, told, said = command(var, "restore", str(tmp_path / "x.zip"))
    assert (status, told) == (1, None)
    assert "先に ./run を止めてください" in said


def test_nobody_may_be_connected_while_it_is_restored(cluster, tmp_path):
    var, own = cluster
    path = tmp_path / "engawa.zip"
    status, _, said = command(var, "backup", str(path))
    assert status == 0, said
    with psycopg.connect(own.conninfo):
        status, _, said = command(var, "restore", str(path), "--replace")
    assert status == 1
    assert "ほかにデータベースにつながっている" in said


def test_a_file_that_is_none_is_refused_in_words(cluster, tmp_path):
    var, _own = cluster
    status, _, said = command(var, "restore", str(tmp_path / "nowhere.zip"))
    assert status == 1
    assert "ファイルが見つかりません" in said
    assert "Traceback" not in said
