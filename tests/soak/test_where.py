"""Two workers in processes of their own; the one that has begun with a plan is killed by kill -9, and the other ends it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import NullPool, create_engine
from sqlalchemy.orm import Session

from geo import where_plans
from geo.candidates import Candidate, Candidates
from geo.scope import Role, Scope
from geo.sources.model_town import corner_lonlat
from geo.where_plans import Ordered
from tests.conftest import TOWN
from tests.living import CHECKOUT, House, unprepared_house, wait_for

pytestmark = pytest.mark.soak

WORDS = {"most": "5", "age": "0", "profile": "on_foot", "minutes": "5"}
CORNERS = Candidates(
    tuple(Candidate(f"{n}番", *corner_lonlat(n % 41, n // 41), False) for n in range(41 * 41))
)
PATIENCE_S = 180  # twenty seconds of silence, and the minute of the task that asks again


@contextmanager
def worker(house: House) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "work"], cwd=CHECKOUT, env=house.environment()
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_plan_outlives_the_worker_that_began_with_it() -> None:
    with unprepared_house() as house:
        assert house.begin_to_prepare().wait(PATIENCE_S) == 0
        plan = order(house)
        with worker(house) as first:
            wait_for(lambda: asked(house, plan)[0] == "working", "a worker to begin", PATIENCE_S)
            first.kill()
            first.wait()
        assert asked(house, plan) == ("working", 1)
        with worker(house), worker(house):
            wait_for(lambda: asked(house, plan)[0] == "done", "another to end it", PATIENCE_S)
        assert asked(house, plan) == ("done", 2)


def order(house: House) -> UUID:
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(house.cluster.conninfo),
        poolclass=NullPool,
    )
    with Session(engine) as db, db.begin():
        ordered = Ordered(uuid4(), "salon", WORDS, CORNERS)
        where_plans.order(db, Scope(TOWN, Role.OFFICIAL), ordered, date(2026, 11, 16))
    return ordered.id


def asked(house: House, plan: UUID) -> tuple[str, int]:
    with psycopg.connect(house.cluster.conninfo) as db:
        return db.execute("select state, turns from siting_plan where id = %s", [plan]).fetchone()
