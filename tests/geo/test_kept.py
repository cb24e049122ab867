"""What is kept is as the records are now."""

from threading import Barrier, Thread

from sqlalchemy.orm import Session

from geo.kept import Kept
from geo.records.versions import raise_version
from geo.scope import house
from tests.conftest import FOREIGN, TOWN

SCOPE = house(TOWN)


class Counting:
    def __init__(self):
        self.times = 0

    def __call__(self):
        self.times += 1
        return self.times


def test_it_is_made_once_and_again_when_a_noun_of_it_is_written(db):
    kept, make = Kept(("resources",), 4), Counting()
    assert [kept.of(db, SCOPE, make), kept.of(db, SCOPE, make)] == [1, 1]
    raise_version(db, SCOPE, "districts")
    assert kept.of(db, SCOPE, make) == 1
    raise_version(db, SCOPE, "resources")
    assert [kept.of(db, SCOPE, make), kept.of(db, SCOPE, make)] == [2, 2]


def test_without_nouns_any_write_of_the_municipality_makes_it_anew(db):
    kept, make = Kept(None, 4), Counting()
    kept.of(db, SCOPE, make)
    raise_version(db, house(FOREIGN), "districts")
    assert kept.of(db, SCOPE, make) == 1
    raise_version(db, SCOPE, "districts")
    assert kept.of(db, SCOPE, make) == 2


def test_those_longest_unasked_are_forgotten(db):
    kept, make = Kept((), 2), Counting()
    assert [kept.of(db, SCOPE, make, about) for about in "abacab"] == [1, 2, 1, 3, 1, 4]


def test_what_fails_is_not_kept_and_nobody_waits_for_it(db):
    kept = Kept((), 2)
    for _ in range(2):
        try:
            kept.of(db, SCOPE, lambda: 1 // 0)
        except ZeroDivisionError:
            continue
    assert kept.of(db, SCOPE, lambda: 5) == 5
    assert kept._making == {}  # nor does what anybody may ask for in vain stay behind


def test_who_comes_while_it_is_made_waits_for_it(engine):
    kept, make, together, found = Kept((), 2), Counting(), Barrier(4), []

    def ask():
        with Session(engine) as db:
            together.wait(timeout=30)
            found.append(kept.of(db, SCOPE, make))

    threads = [Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    assert found == [1, 1, 1, 1]
