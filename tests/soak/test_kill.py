"""The whole day of a house that is killed again and again; tests/geo/test_survives is the short one.

Each figure is printed (``./test tests/soak -m soak -s``): benchmarks/RESULTS.md keeps the last.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.crowd import Crowd
from tests.killing import Delivery, districts_file, resources_file
from tests.living import House, Person, unprepared_house
from tests.turns import play, sequences

pytestmark = pytest.mark.soak

ROUNDS, WRITES, RESOURCES = 10, 200, 40
KILLS, SET_UPS = 12, 8
SEED = 20261120
FILES = {"resources": (resources_file, 5000), "districts": (districts_file, 600)}
PLACES = {"resources": 13101, "districts": 13201}  # the first of many codes in a row


@pytest.fixture(scope="module")
def crowd(house: House, tmp_path_factory: pytest.TempPathFactory) -> Crowd:
    """碁盤町 has 25 resources: some more for everybody to write at."""
    more = resources_file(tmp_path_factory.mktemp("more") / "more.csv", 20, edition=1)
    house.flask("import", "resources", more, "--municipality", "99001", "--kind", "salon")
    return Crowd(house, SEED)


def rounds(crowd: Crowd, words: str, count: int, **strike) -> Counter[str]:
    told: Counter[str] = Counter()
    for _ in range(count):
        told += crowd.storm(WRITES, RESOURCES, **strike)
    print(f"\n{words}: {count} × {WRITES} writes, the first time told {dict(told)}")
    return told


def test_two_hundred_writes_at_once_end_in_some_order(crowd: Crowd) -> None:
    told = rounds(crowd, "nobody is killed", ROUNDS)
    assert told["saved"] + told["409"] == ROUNDS * WRITES


def test_the_database_is_killed_in_the_midst_of_two_hundred_writes(
    crowd: Crowd, house: House
) -> None:
    told = rounds(crowd, "the database is killed", ROUNDS, strike=house.kill_database)
    assert told["503"] > 0


def test_the_server_is_killed_in_the_midst_of_two_hundred_writes(
    crowd: Crowd, house: House
) -> None:
    strike = {"strike": house.kill_server, "revive": house.serve}
    told = rounds(crowd, "the server is killed", ROUNDS, **strike)
    assert told["0"] > 0


@pytest.mark.parametrize("what", ["resources", "districts"])
def test_the_first_import_of_a_municipality_is_killed_at_twelve_moments(
    house: House, tmp_path: Path, what: str
) -> None:
    """Over the whole run, again until it has come through, then in the next municipality."""
    write, rows = FILES[what]
    file = write(tmp_path / "list", rows, edition=0)
    places = [str(PLACES[what] + n) for n in range(KILLS + 2)]
    run_s = Delivery(house, what, places.pop(), file).seconds()
    left: Counter[str] = Counter()
    for moment in moments(run_s):
        delivery = Delivery(house, what, places[left["everything"]], file)
        left[delivery.kill(moment)] += 1
        assert delivery.problems() == []
    comes_through(Delivery(house, what, places[left["everything"]], file), rows)
    print(f"\nfirst import, {rows} {what}, {run_s:.1f} s; {KILLS} kills left {dict(left)}")


@pytest.mark.parametrize("what", ["resources", "districts"])
def test_a_later_edition_is_killed_at_twelve_moments(
    house: House, tmp_path: Path, what: str
) -> None:
    """Every row is another: what is there is the old edition or the new one, never some of both."""
    write, rows = FILES[what]

    def edition(number: int) -> Delivery:
        file = write(tmp_path / f"{number}", rows, edition=number)
        return Delivery(house, what, str(PLACES[what] + KILLS + 2), file)

    edition(0).run()
    run_s = edition(1).seconds()
    left: Counter[str] = Counter()
    for number, moment in enumerate(moments(run_s), start=2):
        delivery = edition(number)
        left[delivery.kill(moment)] += 1
        assert delivery.problems() == []
    comes_through(edition(KILLS + 2), rows)
    print(f"\nlater edition, {rows} {what}, {run_s:.1f} s; {KILLS} kills left {dict(left)}")


def test_a_database_that_cannot_start_keeps_no_visitor_waiting_for_another(house: House) -> None:
    """Each is told within a browser's patience; before, they queued for minutes."""
    visitors = [Person(house, f"198.51.100.{n}") for n in range(16)]
    folder = house.cluster.data / "global"
    house.kill_database()
    folder.rename(folder.with_name("elsewhere"))
    try:
        with ThreadPoolExecutor(16) as together:
            answers = list(together.map(lambda person: person.get("/healthz"), visitors))
    finally:
        folder.with_name("elsewhere").rename(folder)
    assert [(answer.status, answer.headers["Retry-After"]) for answer in answers] == [
        (503, "5")
    ] * 16
    assert visitors[0].get("/healthz").status == 200


def test_a_set_up_killed_at_any_moment_is_finished_by_the_next(tmp_path_factory) -> None:
    """From no database at all to 碁盤町 with accounts that can sign in."""
    with unprepared_house() as house:
        began = time.monotonic()
        house.prepare()
        run_s = time.monotonic() - began
    for moment in moments(run_s)[:SET_UPS]:
        with unprepared_house() as house:
            process = house.begin_to_prepare()
            moment(process)
            process.kill()
            process.wait()
            house.prepare()
            house.serve()
            Crowd(house, SEED)
            assert Delivery(house, "resources", "99001", house.var).problems() == []


def moments(run_s: float) -> list[Callable[[object], None]]:
    """By luck, over the whole of a run and a little more."""
    luck = random.Random(SEED)  # noqa: S311
    waits = [luck.uniform(0, 1.05 * run_s) for _ in range(KILLS)]
    return [lambda _process, wait=wait: time.sleep(wait) for wait in waits]


def comes_through(delivery: Delivery, rows: int) -> None:
    """The next import succeeds, and reading the same file again changes nothing."""
    run = delivery.run()
    assert rows in (run.added, run.changed)
    register = delivery.register()
    assert delivery.run().unchanged == rows
    assert delivery.register() == register
    assert delivery.problems() == []


@sequences(2000)
def test_two_thousand_sequences_of_two_writers(db, steps) -> None:
    play(db, steps)
