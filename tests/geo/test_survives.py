"""What survives kill -9, each once and quickly; ./test --soak does it often (tests/soak)."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import DeadlockDetected

from geo import registry
from geo.edits import ResourceEdit
from geo.records import resources
from geo.scope import Role, Scope
from tests.conftest import TOWN
from tests.crowd import Crowd, Write
from tests.killing import Delivery, districts_file, resources_file
from tests.living import Answer, House, SmallHouse, living_house, wait_for
from tests.turns import play, sequences

WRITES, RESOURCES = 32, 8


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with living_house(SmallHouse) as house:
        yield house


@pytest.fixture(scope="module")
def crowd(house: House) -> Crowd:
    return Crowd(house, seed=7)


def test_writes_at_the_same_moment_end_as_if_people_had_taken_turns(crowd: Crowd) -> None:
    told = crowd.storm(WRITES, RESOURCES)
    assert told["saved"] + told["409"] == WRITES
    assert min(told["saved"], told["409"]) > 0


def test_a_killed_database_loses_nothing_that_was_told_to_be_saved(
    crowd: Crowd, house: House
) -> None:
    assert crowd.storm(WRITES, RESOURCES, strike=house.kill_database)["saved"] > 0


def test_a_killed_server_loses_nothing_that_was_told_to_be_saved(
    crowd: Crowd, house: House
) -> None:
    told = crowd.storm(WRITES, RESOURCES, strike=house.kill_server, revive=house.serve)
    assert told["saved"] > 0


def test_of_many_who_add_under_one_id_one_is_first(crowd: Crowd) -> None:
    addition = next(write for write in crowd.writes(10, 1) if write.base is None)
    with ThreadPoolExecutor(8) as together:
        answers = list(
            together.map(lambda _: crowd.post(addition, draft=str(uuid4())).status, range(16))
        )
    assert Counter(answers) == {302: 1, 422: 15}


def test_one_draft_sent_many_times_at_once_is_one_addition(crowd: Crowd, house: House) -> None:
    addition = next(write for write in crowd.writes(10, 1) if write.base is None)
    with ThreadPoolExecutor(8) as together:
        answers = list(together.map(lambda _: crowd.post(addition).said, range(16)))
    assert answers == ["saved"] * 16
    with psycopg.connect(house.cluster.conninfo) as db:
        asked = "select count(*) from resource_revision where draft = %s"
        assert db.execute(asked, [addition.draft]).fetchone() == (1,)


def test_who_gives_way_in_a_deadlock_is_told_when_to_come_back(crowd: Crowd, house: House) -> None:
    for seed in range(
        9, 14
    ):  # the database may let us give way instead, on a busy machine: once more
        write = next(write for write in crowd.writes(seed, 1) if write.base)
        with suppress(DeadlockDetected):
            answer = _in_a_deadlock(crowd, house, write)
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "5"
            assert crowd.post(write).was_saved
            return
    pytest.fail("the database never let the write give way")


def _in_a_deadlock(crowd: Crowd, house: House, write: Write) -> Answer:
    """What a write is told that waits for us while we wait for it. Raises DeadlockDetected where we give way."""
    resource = write.path.split("/")[2]
    with psycopg.connect(house.cluster.conninfo) as other, ThreadPoolExecutor(1) as aside:
        other.execute("select from version where municipality = '99001' for update")
        answer = aside.submit(crowd.post, write)
        wait_for(lambda: _waits(house), "the write to wait for us")
        other.execute("select from resource where id = %s for update", [resource])
        return answer.result()


def _waits(house: House) -> bool:
    with psycopg.connect(house.cluster.admin_conninfo) as db:
        asked = "select 1 from pg_stat_activity where wait_event_type = 'Lock'"
        return db.execute(asked).fetchone() is not None


@pytest.mark.parametrize(
    ("what", "municipality", "file", "rows", "statement"),
    [
        ("resources", "18207", resources_file, 600, "into source_row"),
        ("districts", "18209", districts_file, 60, "INSERT INTO district "),
        pytest.param(
            *("resources", "18210", resources_file, 600, "insert into resource "),
            marks=pytest.mark.soak,
        ),
    ],
)
def test_a_killed_import_leaves_nothing_or_everything(
    house: House, tmp_path: Path, what, municipality, file, rows, statement
) -> None:
    delivery = Delivery(house, what, municipality, file(tmp_path / "list", rows, edition=1))
    left = delivery.kill(delivery.until(statement))
    assert delivery.run().added == (rows if left == "nothing" else 0)
    before = delivery.register()
    assert delivery.run().unchanged == rows
    assert delivery.register() == before
    assert delivery.problems() == []


@sequences(40)
def test_two_writers_in_any_order_lose_nothing_and_write_nothing_twice(db, steps) -> None:
    play(db, steps)


def test_a_draft_whose_first_sender_was_undone_is_free_for_the_second(db) -> None:
    scope = Scope(TOWN, Role.OFFICIAL)
    edit = ResourceEdit(uuid4(), uuid4(), None, {"kind": "salon", "name": "茶の間"})
    with db.begin_nested() as first:
        assert registry.apply(db, scope, edit) == 1
        first.rollback()
    assert registry.apply(db, scope, edit) == 1
    assert len(resources.list_revisions(db, scope, edit.resource)) == 1
