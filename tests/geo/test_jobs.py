"""裏の仕事: what the nightly sweep takes and what it leaves."""

import os
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import text

from geo import jobs, originals, sign_in
from geo.addresses import path_of
from geo.records import addresses, intakes, queue
from geo.records.previews import Preview
from geo.scope import house
from geo.sign_in import Caller
from tests.conftest import TOWN

NOW = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)


def test_old_tries_and_originals_without_an_intake_go_and_the_rest_stays(db, tmp_path):
    caller = Caller("192.0.2.1", "test", b"key")
    sign_in.count_failure(db, "a@example.jp", caller, NOW - timedelta(days=31))
    sign_in.count_failure(db, "a@example.jp", caller, NOW - timedelta(days=29))
    kept = sorted(intakes.list_sha256(db, house()))[0]
    folder = tmp_path / "originals"
    folder.mkdir()
    for name, age in ((kept, 9), ("0" * 64, 9), ("1" * 64, 0)):
        path = folder / name
        path.write_text("x")
        at = (NOW - timedelta(days=age)).timestamp()
        os.utime(path, (at, at))
    swept = {
        "rows": 1,
        "originals": 1,
        "dictionaries": 0,
        "networks": 0,
        "previews": 0,
        "waiting": 0,
        "tries": 0,
        "field_maps": 0,
        "prints": 0,
        "looks": 0,
        "siting_plans": 0,
    }
    assert jobs.sweep(db, folder, NOW) == swept
    assert {path.name for path in folder.iterdir()} == {kept, "1" * 64}
    assert db.scalar(text("select count(*) from sign_in_try")) == 1


def test_a_file_that_nobody_came_back_to_goes_after_a_day(db, tmp_path):
    """Three files wait: one sent yesterday, one an hour ago, and one of a request that died."""
    ids = {age: uuid4() for age in (25, 1)}
    for age, id_ in ids.items():
        at = NOW - timedelta(hours=age)
        row = {"municipality": TOWN, "dataset": "resources", "file_name": "a", "sha256": ""}
        row |= {"size": 1, "options": {}, "state": "ready", "finding": {}, "seen_at": at}
        db.add(Preview(id=id_, **row))
    db.flush()
    for id_, age in (*((id_, age) for age, id_ in ids.items()), (uuid4(), 25)):
        folder = originals.waiting_room(tmp_path / "originals", id_)
        folder.mkdir(parents=True)
        at = (NOW - timedelta(hours=age)).timestamp()
        os.utime(folder, (at, at))
    swept = jobs.sweep(db, tmp_path / "originals", NOW)
    assert (swept["previews"], swept["waiting"]) == (1, 2)
    assert [path.name for path in (tmp_path / "waiting").iterdir()] == [str(ids[1])]


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
    opened = jobs.open_queue(databases.application, engine, tmp_path)
    known = opened.periodic_registry.periodic_tasks.values()
    assert ("sweep", "30 3 * * *") in {(task.task.name, task.cron) for task in known}
    assert "preview" in opened.tasks


def test_a_job_is_asked_for_by_the_transaction_that_needs_it_and_once(db):
    """Two requests before the worker comes are one job; when it has begun, another may wait."""
    for _ in range(2):
        queue.save_job(db, house(TOWN), "preview", {"preview": "x"}, "x")
    waiting = text("select args from procrastinate_jobs where queueing_lock = 'preview/x'")
    assert db.scalars(waiting).all() == [{"municipality": TOWN, "preview": "x"}]
    db.execute(text("update procrastinate_jobs set status = 'doing'"))
    queue.save_job(db, house(TOWN), "preview", {"preview": "x"}, "x")
    assert len(db.scalars(waiting).all()) == 2
