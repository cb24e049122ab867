"""Migrations forth and back, with rows in them; that models and tables agree is kept in tests/house."""

from contextlib import contextmanager

import pytest
from alembic import command
from sqlalchemy import text

from geo.records import migrate
from geo.records.database import open_engine


@pytest.fixture
def at(databases):
    """at(version) → a connection to a database of its own at that version, with what was written before."""
    copy = databases.copy()
    engine = open_engine(lambda: copy.owner)

    @contextmanager
    def connected(version):
        with engine.begin() as connection:
            now = connection.scalar(text("select version_num from alembic_version"))
            move = command.downgrade if now > version else command.upgrade
            move(migrate.alembic(connection, "engawa"), version)
            yield connection

    yield connected
    engine.dispose()
    copy.drop()


def test_two_tables_of_tries_become_one_and_two_again(at):
    def count(connection, table):
        return connection.scalar(text(f"select count(*) from {table}"))

    with at("0027") as connection:
        for table, who in (("code_try", "a"), ("told_try", "b")):
            connection.execute(
                text(f"insert into {table} (at, address_hash) select now(), :who || n from generate_series(1, 3) n"),
                {"who": who},
            )  # fmt: skip
    with at("0028") as connection:
        assert count(connection, "address_try") == 6
    with at("0027") as connection:
        assert (count(connection, "code_try"), count(connection, "told_try")) == (6, 6)
    with at("0028") as connection:
        assert count(connection, "address_try") == 6  # nobody is counted twice
        assert connection.scalar(
            text("select has_table_privilege('engawa', 'address_try', 'insert')")
        )


def test_a_plan_ended_where_its_entry_paused_and_now_the_pause_is_told(at):
    asked = text("select openings->0->>'last_on' from resource_public where name = '茶話会 まつば'")
    with at("0028") as connection:
        connection.execute(
            text("update resource set paused_on = '2026-10-01' where name = '茶話会 まつば'")
        )
        assert connection.scalar(asked) is None
    with at("0029") as connection:
        assert connection.scalar(asked) == "2026-09-30"
    both = text("select paused_on, resumes_on from resource_public where name = '茶話会 まつば'")
    with at("0031") as connection:
        assert connection.scalar(asked) is None
        assert [day and day.isoformat() for day in connection.execute(both).one()] == [
            *("2026-10-01", None)
        ]
    with at("0029") as connection:
        assert connection.scalar(asked) == "2026-09-30"
    with at("0028") as connection:
        assert connection.scalar(asked) is None
