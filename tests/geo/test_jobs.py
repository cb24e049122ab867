"""裏の仕事: what the nightly sweep takes and what it leaves."""

import os
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from geo import jobs, sign_in
from geo.addresses import path_of
from geo.records import addresses, intakes
from geo.scope import house
from geo.sign_in import Caller
from tests.conftest import TOWN

NOW = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)


def test_old_tries_and_originals_without_an_intake_go_and_the_rest_stays(db, tmp_path):
    caller = Caller("192.0.2.1", "test", b"key")
    sign_in.count_failure(db, "a@example.jp", caller, NOW - timedelta(days=31))
    sign_in.count_failure(db, "a@example.jp", caller, NOW - timedelta(days=29))
    kept = sorted(intakes.list_sha256(db, house()))[0]
    for name, age in ((kept, 9), ("0" * 64, 9), ("1" * 64, 0)):
        path = tmp_path / name
        path.write_text("x")
        at = (NOW - timedelta(days=age)).timestamp()
        os.utime(path, (at, at))
    assert jobs.sweep(db, tmp_path, NOW) == {"rows": 1, "originals": 1, "dictionaries": 0}
    assert {path.name for path in tmp_path.iterdir()} == {kept, "1" * 64}
    assert db.scalar(text("select count(*) from sign_in_try")) == 1


def test_dictionaries_that_newer_ones_replaced_go(db, tmp_path):
    (version,) = [v for code, v in addresses.list_versions(db, house()) if code == TOWN]
    folder = tmp_path / "addresses"
    kept, lost = (path_of(folder, TOWN, name) for name in (version, "older"))
    for path in (kept, lost):
        path.mkdir(parents=True)
        at = (NOW - timedelta(days=9)).timestamp()
        os.utime(path, (at, at))
    assert jobs.sweep(db, tmp_path / "originals", NOW)["dictionaries"] == 1
    assert (kept.is_dir(), lost.exists()) == (True, False)


def test_the_queue_knows_its_nightly_sweep(databases, engine, tmp_path):
    queue = jobs.open_queue(databases.application, engine, tmp_path)
    (task,) = queue.periodic_registry.periodic_tasks.values()
    assert (task.task.name, task.cron) == ("sweep", "30 3 * * *")
