"""どこに開くかの案: asked for once, reckoned once by any of several workers, taken up when one dies, cancelled."""

import time
from datetime import UTC, date, datetime, timedelta
from threading import Thread
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo import jobs, where_plans, where_working
from geo.area import Areas, Folders
from geo.candidates import Candidate, Candidates
from geo.errors import Conflict, Invalid, NotAllowed, NotFound
from geo.possible_homes import Residents
from geo.records import audit, siting_plans
from geo.scope import Role, Scope, house
from geo.sources.model_town import corner_lonlat
from geo.where_plans import MOST_OPEN, MOST_TURNS, QUIET, Ordered
from tests.conftest import FOREIGN, TOWN
from tests.living import wait_for
from tests.sharing import linked

MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
WORDS = {"most": "2", "age": "0", "profile": "on_foot", "minutes": "13"}
OFFICE = Scope(TOWN, Role.OFFICIAL)
CORNERS = Candidates(
    tuple(Candidate(f"{x}の{y}", *corner_lonlat(x, y), False) for x in (0, 20) for y in (3, 30))
)


def asked(plan=None, **words):
    return Ordered(plan or uuid4(), "salon", WORDS | words, CORNERS)


def waiting(db):
    found = db.execute(text("select args->>'plan' from procrastinate_jobs where status = 'todo'"))
    return [row[0] for row in found]


def test_a_plan_sent_twice_is_one_plan_one_job_and_one_line_of_the_audit(db):
    order = asked()
    for _ in range(2):
        where_plans.order(db, OFFICE, order, MONDAY)
    assert waiting(db) == [str(order.id)]
    assert [row.action for row in audit.list_of(db, OFFICE, "siting_plan", order.id)] == ["add"]


def test_what_makes_no_sense_is_refused_before_anybody_works(db):
    for words, field in (
        ({"most": "0"}, "most"),
        ({"never": "海"}, "never"),
        ({"age": "3"}, "age"),
    ):
        with pytest.raises(Invalid) as refused:
            where_plans.order(db, OFFICE, asked(**words), MONDAY)
        assert list(refused.value.facts["fields"]) == [field]
    with pytest.raises(NotAllowed):
        where_plans.order(db, Scope(TOWN, Role.VIEWER), asked(), MONDAY)
    with pytest.raises(NotFound):
        where_plans.order(db, OFFICE, Ordered(uuid4(), "no_such", WORDS, CORNERS), MONDAY)
    assert waiting(db) == []


def test_the_queue_of_a_municipality_has_an_end(db):
    for _ in range(MOST_OPEN):
        where_plans.order(db, OFFICE, asked(), MONDAY)
    with pytest.raises(Invalid):
        where_plans.order(db, OFFICE, asked(), MONDAY)


def test_another_town_neither_sees_nor_takes_over_a_plan(db):
    plan = where_plans.order(db, OFFICE, asked(), MONDAY)
    stranger = Scope(FOREIGN, Role.OFFICIAL)
    for attempt in (
        lambda: siting_plans.get(db, stranger, plan.id),
        lambda: where_plans.cancel(db, stranger, plan.id),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_a_cancelled_plan_is_not_begun_and_cannot_be_cancelled_twice(db):
    plan = where_plans.order(db, OFFICE, asked(), MONDAY)
    where_plans.cancel(db, OFFICE, plan.id)
    db.flush()
    assert siting_plans.take(db, house(), plan.id, QUIET) is None
    with pytest.raises(Conflict):
        where_plans.cancel(db, OFFICE, plan.id)
    where_plans.ask_again(db, OFFICE, plan.id, NOW)
    db.flush()
    assert siting_plans.take(db, house(), plan.id, QUIET) == 1


def test_a_plan_is_kept_for_a_year_and_a_month(db):
    plan = where_plans.order(db, OFFICE, asked(), MONDAY)
    assert siting_plans.sweep(db, house(), datetime.now(UTC) - where_plans.KEPT_FOR) == 0
    assert siting_plans.sweep(db, house(), datetime.now(UTC) + timedelta(minutes=1)) == 1
    assert siting_plans.find(db, house(), plan.id) is None


def silence(db, plan, by=QUIET + timedelta(seconds=5)):
    said = text("update siting_plan set seen_at = seen_at - cast(:by as interval) where id = :id")
    db.execute(said, {"id": plan, "by": by})
    db.expire_all()


def test_a_plan_is_one_workers_until_it_falls_silent_and_then_the_next_ones(db):
    plan = where_plans.order(db, OFFICE, asked(), MONDAY)
    assert siting_plans.take(db, house(), plan.id, QUIET) == 1
    assert siting_plans.take(db, house(), plan.id, QUIET) is None
    assert where_plans.take_up(db, house()) == 0
    db.execute(text("delete from procrastinate_jobs"))  # its job died with its worker
    silence(db, plan.id)
    assert where_plans.take_up(db, house()) == 1
    assert waiting(db) == [str(plan.id)]
    assert siting_plans.take(db, house(), plan.id, QUIET) == 2
    assert not siting_plans.save_pulse(db, house(), plan.id, 1, state="done", result={})
    assert siting_plans.save_pulse(db, house(), plan.id, 2, stage="proof")


@pytest.fixture
def living(own_house, shared, tmp_path):
    """(sessions, what a worker has): 碁盤町 in a database of its own, where things are committed."""
    linked(shared.folder / "originals", tmp_path / "originals")
    engine = own_house.extensions["engine"]
    areas = Areas(Folders.under(tmp_path))
    return (lambda: Session(engine)), areas, Residents()


def order(sessions, **words):
    with sessions() as db, db.begin():
        return where_plans.order(db, OFFICE, asked(**words), MONDAY).id


def found(sessions, plan):
    with sessions() as db:
        row = siting_plans.get(db, house(), plan)
        db.expunge(row)
        return row


def test_a_worker_reckons_a_plan_once(living):
    sessions, areas, residents = living
    plan = order(sessions)
    where_working.work(sessions, areas, residents, plan)
    row = found(sessions, plan)
    assert (row.state, row.turns, row.result["is_proven"]) == ("done", 1, True)
    assert row.result["chosen"][0]["name"] in {one.name for one in CORNERS.places}
    assert row.value == row.result["value"]
    where_working.work(sessions, areas, residents, plan)
    again = found(sessions, plan)
    assert (again.turns, again.seen_at) == (1, row.seen_at)


def test_what_cannot_be_is_said_with_its_reason(living):
    sessions, areas, residents = living
    plan = order(sessions, least_share="100")
    where_working.work(sessions, areas, residents, plan)
    row = found(sessions, plan)
    assert (row.state, row.result["code"]) == ("failed", "invalid")
    assert row.result["facts"]["fields"] == {"least_share": "too_little_share"}


def test_after_three_workers_died_of_it_nobody_else_begins(living):
    sessions, areas, residents = living
    plan = order(sessions)
    for turn in range(1, MOST_TURNS + 1):
        with sessions() as db, db.begin():
            assert siting_plans.take(db, house(), plan, QUIET) == turn
            silence(db, plan)
    where_working.work(sessions, areas, residents, plan)
    row = found(sessions, plan)
    assert (row.state, row.result["code"]) == ("failed", "given_up")


def is_told_to_stop(beat):
    try:
        beat.tell("bound", 10.0, 12.0)
    except where_working.Stopped:
        return True
    return False


def test_who_cancels_is_heard_within_two_seconds(living):
    sessions, _areas, _residents = living
    plan = order(sessions)
    with sessions() as db, db.begin():
        turn = siting_plans.take(db, house(), plan, QUIET)
    with where_working._Beat(sessions, plan, turn) as beat:
        beat.tell("bound", 10.0, float("inf"))
        with sessions() as db, db.begin():
            where_plans.cancel(db, OFFICE, plan)
        began = time.monotonic()
        wait_for(lambda: is_told_to_stop(beat), "the worker to hear of it")
        assert time.monotonic() - began < 3
    assert found(sessions, plan).state == "cancelled"


def test_two_workers_share_the_queue_and_no_plan_is_reckoned_twice(living, own_house, tmp_path):
    """Two real workers at once, each with connections and streets of its own."""
    sessions, _areas, _residents = living
    plans = [order(sessions) for _ in range(MOST_OPEN)]
    settings, engine = own_house.extensions["settings"], own_house.extensions["engine"]

    def one_worker():
        queue = jobs.open_queue(settings.conninfo(), engine, tmp_path / "originals")
        with queue.open():
            quiet = {"install_signal_handlers": False, "listen_notify": False}
            queue.run_worker(wait=False, delete_jobs="successful", **quiet)

    workers = [Thread(target=one_worker) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    rows = [found(sessions, plan) for plan in plans]
    assert [(row.state, row.turns) for row in rows] == [("done", 1)] * MOST_OPEN
    results = [row.result | {"seconds": 0, "reaching_s": 0} for row in rows]
    assert all(one == results[0] for one in results)
