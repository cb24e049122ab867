"""How often the busiest pages ask the database (HOUSE 8): a page that asks more has a reason."""

import re

import pytest
from sqlalchemy import event

from geo import squares
from geo.scope import Role
from geo.sources.model_town import corner_lonlat
from routes import _request, gaps
from tests.conftest import TOWN
from tests.routes.examples import known


@pytest.fixture
def statements(engine):
    """What was asked of PostgreSQL while a test ran, savepoints of the test itself aside."""
    asked: list[str] = []

    def listen(_connection, _cursor, statement, *_):
        if not re.match(r"\s*(savepoint|release|rollback)", statement, re.I):
            asked.append(" ".join(statement.split()))

    event.listen(engine, "before_cursor_execute", listen)
    yield asked
    event.remove(engine, "before_cursor_execute", listen)


@pytest.fixture(autouse=True)
def _one_minute(monkeypatch):
    """The base map is asked for anew each minute: not between two requests of a test."""
    monkeypatch.setattr(_request, "minute", lambda: 0)


PAGES = {
    "/": 3,
    "/map/{municipality}": 10,  # one for who lives in each area, one for the table that residents are shown
    "/districts/{district_id}": 10,  # one for who lives there
    "/resources/{resource_id}": 8,  # one for its photos
}


@pytest.mark.parametrize(("page", "count"), PAGES.items())
def test_a_resident_s_page_asks_no_more_than_it_needs(client, db, statements, page, count):
    address = page.format(**known(db))
    client.get(
        address
    )  # sources are read once for all (and versions once in a transaction, which is a test's)
    statements.clear()
    assert client.get(address).status_code == 200
    assert len(statements) == count, "\n".join(statements)


def test_an_answer_asks_next_to_nothing(client, statements):
    address = f"/near/{TOWN}/{squares.square_of(corner_lonlat(8, 8))}"
    client.get(address)  # entries, speeds, and what lies in the square, are read once for all
    for _ in range(2):
        statements.clear()
        assert client.get(f"{address}?free=1").status_code == 200
        assert len(statements) == 1, "\n".join(
            statements
        )  # the town; and its versions, asked above


def test_the_form_of_a_resource_asks_no_more_than_it_needs(sign_in_as, db, statements):
    client = sign_in_as(Role.OFFICIAL)
    address = "/resources/{resource_id}/edit".format(**known(db))
    client.get(address)  # the makers of the map, and the town's own words, are read once for all
    statements.clear()
    assert client.get(address).status_code == 200
    assert len(statements) == 7, "\n".join(statements)


def test_a_map_of_who_cannot_reach_asks_no_more_than_it_needs(sign_in_as, db, statements):
    client = sign_in_as(Role.OFFICIAL)
    address = f"/gaps/{known(db)['municipality']}/exercise_group"
    client.get(address)  # homes and streets are opened once for all
    statements.clear()
    assert client.get(address).status_code == 200
    # 27 for the answer; the rest for choices, who does not drive, what would be missed and what is confirmed
    # (the versions were read before: a transaction asks for them once)
    assert len(statements) == 26, "\n".join(statements)


def test_a_kind_more_in_the_table_of_gaps_costs_no_more_than_nine_questions(
    sign_in_as, db, statements
):
    client = sign_in_as(Role.OFFICIAL)
    address = f"/gaps/{known(db)['municipality']}?age=65"
    gaps.MATRICES._kept.clear()
    first = client.get(address)
    kinds = first.text.count('<tr><th scope="row">')
    counting = len(statements)
    statements.clear()
    assert client.get(address).status_code == 200
    assert counting - len(statements) <= 9 * kinds, "\n".join(statements)
    # three of them for what nobody has confirmed this 年度, area by area
    assert len(statements) == 13, "\n".join(statements)
