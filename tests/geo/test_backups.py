"""控え: what was written comes back the same, what was changed is noticed, a killed run leaves nothing."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from geo import backups
from geo.errors import BackupRefused, Unreadable
from geo.records import migrate
from scripts.postgres import find_programs

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@cache
def empty_on(admin):
    """An empty database as ./run makes one, of which others are copies: its functions for maps take their time."""
    name = f"engawa_empty_{uuid4().hex[:8]}"
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(f"create database {name} template template0 encoding utf8")
    with psycopg.connect(make_conninfo(admin, dbname=name), autocommit=True) as empty:
        empty.execute("create extension postgis")
        empty.execute("alter schema public owner to engawa_owner")
    return name


@contextmanager
def scratch_of(databases):
    name, empty = f"engawa_tryout_{uuid4().hex[:8]}", empty_on(databases.admin)
    with psycopg.connect(databases.admin, autocommit=True) as server:
        server.execute(
            f"create database {name} owner engawa_owner template {empty} strategy file_copy"
        )
        yield make_conninfo(databases.owner, dbname=name)
        server.execute(f"drop database if exists {name} with (force)")


@pytest.fixture(scope="module")
def installation(databases, tmp_path_factory):
    """A town of one's own with two files, and a backup of it."""
    var = tmp_path_factory.mktemp("var")
    for name in ("originals/" + "a" * 64, "waiting/1/一覧.csv", "networks/not kept"):
        (var / name).parent.mkdir(parents=True, exist_ok=True)
        (var / name).write_text(name)
    copy = databases.copy()
    place = backups.Place(
        copy.owner, copy.application, var, find_programs(), lambda: scratch_of(databases)
    )
    path = var / "town.zip"
    manifest = backups.write(place, path, NOW)
    yield place, path, manifest
    copy.drop()


@pytest.fixture
def elsewhere(databases, tmp_path):
    """An empty database on the same server, as after ./run --setup on a new machine."""
    with scratch_of(databases) as owner:
        application = make_conninfo(owner, user="engawa")
        yield backups.Place(
            owner, application, tmp_path / "var", find_programs(), lambda: scratch_of(databases)
        )


def spoilt(path, tmp_path, change):
    """A copy of a backup with one member changed: change(name, bytes) -> bytes or None (left out)."""
    other = tmp_path / "spoilt.zip"
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(other, "w") as copy:
        for name in packed.namelist():
            if (said := change(name, packed.read(name))) is not None:
                copy.writestr(name, said)
    return other


def test_a_backup_holds_all_tables_and_the_files_that_cannot_be_made_again(installation):
    _, path, manifest = installation
    assert set(manifest.files) == {"database.dump", "originals/" + "a" * 64, "waiting/1/一覧.csv"}
    assert {"audit", "resource", "account", "second_step"} <= set(manifest.tables)
    assert manifest.tables["resource"].rows > 20
    assert path.stat().st_mode & 0o077 == 0, "for its owner only"


def test_the_servers_key_is_not_in_it(installation):
    with zipfile.ZipFile(installation[1]) as packed:
        assert not [name for name in packed.namelist() if "key" in name]


def test_restored_elsewhere_every_table_and_file_is_the_same(installation, elsewhere):
    place, path, manifest = installation
    backups.restore(elsewhere, path)
    after = backups.digests(elsewhere.owner)
    assert after == backups.digests(place.owner) == manifest.tables
    assert (elsewhere.var / "waiting/1/一覧.csv").read_text() == "waiting/1/一覧.csv"
    with psycopg.connect(elsewhere.application) as db:
        assert db.execute("select count(*) from resource_public").fetchone()[0] > 20
        assert db.execute("select has_table_privilege('engawa', 'audit', 'update')").fetchone() == (
            False,
        )


def test_restored_over_another_town_nothing_of_that_stays_and_nobody_is_signed_in(
    installation, databases
):
    _place, path, manifest = installation
    other = databases.copy()
    with psycopg.connect(other.owner) as db:
        db.execute("create table left_over (x int)")
        db.execute("update resource set name = 'あとから'")
    place = replace(installation[0], owner=other.owner, application=other.application)
    backups.restore(place, path)
    assert backups.digests(other.owner) == manifest.tables
    other.drop()


def test_sessions_end_by_a_restore(databases, installation, elsewhere, tmp_path):
    place, _, _ = installation
    with psycopg.connect(place.owner) as db:
        db.execute(
            "insert into account_session (id, token_hash, account, device, created_at, seen_at, ends_at)"
            " select gen_random_uuid(), 'x', id, 'd', now(), now(), now() + interval '1 day' from account"
            " limit 1"
        )
    path = tmp_path / "b.zip"
    backups.write(place, path, NOW)
    backups.restore(elsewhere, path)
    with psycopg.connect(elsewhere.owner) as db:
        open_ = "select count(*) from account_session where ended_at is null"
        assert db.execute(open_).fetchone() == (0,)
    with psycopg.connect(place.owner) as db:
        db.execute("delete from account_session where token_hash = 'x'")


def test_the_sum_notices_one_changed_letter_and_not_the_order(installation, databases):
    copy = databases.copy()
    before = backups.digests(copy.owner)
    with psycopg.connect(copy.owner) as db:
        db.execute("update resource set name = name where number % 2 = 0")  # moves rows about
    assert backups.digests(copy.owner)["resource"].sum == before["resource"].sum
    with psycopg.connect(copy.owner) as db:
        db.execute(
            "update resource set name = name || '。' where number = (select min(number) from resource)"
        )
    after = backups.digests(copy.owner)
    assert [name for name in after if after[name] != before[name]] == ["resource"]
    copy.drop()


def test_a_backup_never_overwrites(installation):
    place, path, _ = installation
    before = path.read_bytes()
    with pytest.raises(BackupRefused) as refused:
        backups.write(place, path, NOW)
    assert refused.value.facts["reason"] == "file_exists"
    assert path.read_bytes() == before


@pytest.mark.parametrize("member", ["database.dump", "waiting/1/一覧.csv"])
def test_a_changed_byte_is_refused(installation, elsewhere, tmp_path, member):
    bad = spoilt(
        installation[1], tmp_path,
        lambda name, raw: raw[:-1] + bytes([raw[-1] ^ 1]) if name == member else raw,
    )  # fmt: skip
    with pytest.raises(Unreadable) as refused:
        backups.restore(elsewhere, bad)
    assert refused.value.facts["reason"] == "damaged"
    assert backups.counts(elsewhere.owner)[0] == 0


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.999])
def test_half_a_file_is_refused(installation, tmp_path, keep):
    raw = installation[1].read_bytes()
    bad = tmp_path / "half.zip"
    bad.write_bytes(raw[: int(len(raw) * keep)])
    with pytest.raises(Unreadable) as refused:
        backups.read_manifest(bad)
    assert refused.value.facts["reason"] == "damaged"


@pytest.mark.parametrize("raw", [b"", b"hello", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_backup_is_refused(tmp_path, raw):
    bad = tmp_path / "x.zip"
    bad.write_bytes(raw)
    with pytest.raises(Unreadable):
        backups.read_manifest(bad)


def manifest_with(**changes):
    def change(name, raw):
        if name != "manifest.json":
            return raw
        return json.dumps(json.loads(raw) | changes).encode()

    return change


def test_a_backup_of_a_newer_version_is_refused(installation, elsewhere, tmp_path):
    bad = spoilt(installation[1], tmp_path, manifest_with(schema="9999"))
    with pytest.raises(Unreadable) as refused:
        backups.restore(elsewhere, bad)
    assert refused.value.facts["reason"] == "newer_schema"


def test_where_one_table_is_not_what_the_manifest_says_nothing_is_restored(
    installation, databases, tmp_path
):
    tables = {name: {"rows": d.rows, "sum": d.sum} for name, d in installation[2].tables.items()}
    tables["resource"]["rows"] += 1
    bad = spoilt(installation[1], tmp_path, manifest_with(tables=tables))
    other = databases.copy()
    before = backups.digests(other.owner)
    place = replace(installation[0], owner=other.owner, application=other.application)
    with pytest.raises(BackupRefused) as refused:
        backups.restore(place, bad)
    assert refused.value.facts["reason"] == "not_the_same"
    assert backups.digests(other.owner) == before
    other.drop()


def test_a_member_cannot_climb_out_of_the_folder(installation, elsewhere, tmp_path):
    evil = "originals/../../evil"
    digest = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"  # of foo
    files = installation[2].files | {evil: digest}
    bad = spoilt(installation[1], tmp_path, manifest_with(files=files))
    with zipfile.ZipFile(bad, "a") as packed:
        packed.writestr(evil, "foo")
    with pytest.raises(Unreadable):
        backups.restore(elsewhere, bad)
    assert not (elsewhere.var.parent / "evil").exists()


def test_work_that_goes_on_meanwhile_is_in_the_backup_whole_or_not_at_all(databases, tmp_path):
    """A writer adds a pair of rows again and again; no backup has half a pair."""
    copy = databases.copy()
    program = (
        "import psycopg, sys\n"
        f"db = psycopg.connect({copy.owner!r})\n"
        "while True:\n"
        "    for place in 'ab':\n"
        "        db.execute(\"insert into audit (action, thing, thing_id) values ('pair', %s, '')\", [place])\n"
        "    db.commit()\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", program])
    try:
        place = backups.Place(
            copy.owner, copy.application, tmp_path, find_programs(), lambda: scratch_of(databases)
        )
        manifest = backups.write(place, tmp_path / "b.zip", NOW)
    finally:
        writer.kill()
        writer.wait()
    base = databases.copy()
    assert (manifest.tables["audit"].rows - backups.digests(base.owner)["audit"].rows) % 2 == 0
    for one in (copy, base):
        one.drop()


KILLED = """
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4
from geo import backups
from scripts.postgres import find_programs
owner, application, scratch, var, path, what = sys.argv[1:]
@contextmanager
def own():
    yield scratch
place = backups.Place(owner, application, Path(var), find_programs(), own)
print("go", flush=True)
if what == "write":
    backups.write(place, Path(path), datetime(2026, 11, 20, tzinfo=UTC))
else:
    backups.restore(place, Path(path))
print("done", flush=True)
"""


@pytest.mark.parametrize("what", ["write", "restore"])
@pytest.mark.parametrize(
    "after_s",
    [pytest.param(0.15, marks=pytest.mark.soak), 0.4, pytest.param(0.8, marks=pytest.mark.soak)],
)
def test_killed_in_the_middle_nothing_is_half_done(
    installation, databases, tmp_path, what, after_s
):
    other = databases.copy()
    before = backups.digests(other.owner)
    path = tmp_path / "new.zip" if what == "write" else installation[1]
    with scratch_of(databases) as scratch:
        words = [other.owner, other.application, scratch, str(tmp_path), str(path), what]
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, *words], stdout=subprocess.PIPE, text=True,
            start_new_session=True, cwd=Path(backups.__file__).parents[1],
        ) as run:  # fmt: skip
            assert run.stdout.readline() == "go\n"
            time.sleep(after_s)  # the moment of death, not a wait for something
            os.killpg(run.pid, signal.SIGKILL)
            finished = "done" in run.stdout.read()
    if what == "write":
        assert not path.exists() or backups.read_manifest(path)
        place = replace(
            installation[0], owner=other.owner, application=other.application, var=tmp_path
        )
        if not path.exists():
            backups.write(place, path, NOW)
            assert not list(tmp_path.glob(".*"))
    else:
        deadline = time.monotonic() + 20
        while others(other.owner) and time.monotonic() < deadline:
            pass  # the server notices that its client died
        after = backups.digests(other.owner)
        whole = [installation[2].tables] if finished else [before, installation[2].tables]
        assert after in whole
    other.drop()


def others(owner):
    return backups.counts(owner)[1]


def test_every_version_of_the_tables_is_known(installation):
    assert installation[2].schema in migrate.versions()
