"""よく見られているもの: counted without anybody's name, kept once a minute, never twice."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from geo.looks import AT_MOST, Looks, is_program
from geo.records import consulted
from geo.scope import house
from tests.conftest import TOWN
from tests.routes.making import make

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)


@pytest.fixture
def lent(db):
    """Sessions over the test's own connection: what they commit is undone with it."""
    return lambda: Session(db.connection(), join_transaction_mode="create_savepoint")


def times(db, resource):
    return consulted.count_times(db, house(TOWN), [resource], date(2026, 1, 1)).get(resource, 0)


def test_what_was_opened_is_added_to_what_is_kept(db, lent):
    looks, resource = Looks(), make(db)
    for _ in range(3):
        looks.count(resource, DAY)
    assert looks.keep(lent, NOW) == 1
    looks.count(resource, DAY)
    looks.count(resource, DAY + timedelta(days=1))
    assert looks.keep(lent, NOW) == 2
    assert looks.keep(lent, NOW) == 0
    assert times(db, resource) == 5


def test_it_is_kept_after_a_minute_or_when_many_wait():
    looks = Looks()
    assert not looks.is_due(NOW)
    looks.count(uuid4(), DAY)
    assert not looks.is_due(NOW + timedelta(seconds=59))
    assert looks.is_due(NOW + timedelta(seconds=60))
    for _ in range(AT_MOST):
        looks.count(uuid4(), DAY)
    assert looks.is_due(NOW)


def test_a_page_that_is_not_there_is_not_kept(db, lent):
    looks = Looks()
    looks.count(uuid4(), DAY)
    assert looks.keep(lent, NOW) == 1


def test_what_cannot_be_kept_waits(db, lent):
    looks, resource = Looks(), make(db)
    looks.count(resource, DAY)

    def away():
        raise OperationalError("", {}, Exception())

    with pytest.raises(OperationalError):
        looks.keep(away, NOW)
    assert looks.keep(lent, NOW) == 1
    assert times(db, resource) == 1


@pytest.mark.parametrize(
    ("agent", "answer"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", False),
        ("Mozilla/5.0 (compatible; Googlebot/2.1)", True),
        ("Mozilla/5.0 HeadlessChrome/120", True),
        ("curl/8.1", True),
        ("", True),
    ],
)
def test_programs_are_not_counted(agent, answer):
    assert is_program(agent) is answer
