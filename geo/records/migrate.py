"""The schema brought up to date, and the invented municipalities removed: both as its owner."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, inspect, text

from geo.records.database import open_engine

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
INVENTED = "99%"  # DATA 18


def upgrade(owner: Callable[[], str], application: Callable[[], str]) -> None:
    """Run the migrations that are missing, then say what the application's role may do."""
    from alembic import command  # noqa: PLC0415 a fifth of a second that no other command needs

    role = str(conninfo_to_dict(application()).get("user") or "")
    own = str(conninfo_to_dict(owner()).get("user") or "")
    engine = open_engine(owner)
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(hashtextextended('migrate', 0))"))
        command.upgrade(alembic(connection, role if role != own else ""), "head")
    engine.dispose()


def alembic(connection: Connection, application_role: str = "") -> "Config":
    """Alembic over a connection that is open already."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    config.attributes["application_role"] = application_role
    return config


def versions() -> set[str]:
    """Every version of the tables that this code knows."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    script = ScriptDirectory(str(MIGRATIONS))
    return {revision.revision for revision in script.walk_revisions()}


def remove_invented(owner: Callable[[], str]) -> None:
    """Take everything of the invented municipalities out, in the order their keys allow."""
    engine = open_engine(owner)
    with engine.begin() as connection:
        # whoever still writes there is waited for, and nobody begins
        locked = "select from municipality where code like :code order by code for update"
        connection.execute(text(locked), {"code": INVENTED})
        for table, theirs in _belongings(connection):
            connection.execute(text(f"delete from {table} where {theirs}"), {"code": INVENTED})
    engine.dispose()


def _belongings(connection: Connection) -> list[tuple[str, str]]:
    """(table, which of its rows) of everything that belongs to a municipality or to an account of
    one, whoever points at others first. The audit stays (DATA 8)."""
    columns: dict[str, set[str]] = {}
    for table, column in connection.execute(_COLUMNS):
        columns.setdefault(table, set()).add(column)
    names = inspect(connection).get_sorted_table_and_fkc_names()
    found = []
    for name in reversed([name for name, _ in names if name]):
        if name in ("municipality", "insurer"):
            found.append((name, "code like :code"))
        elif "municipality" in columns.get(name, ()):
            found.append((name, "municipality like :code"))
        elif "account" in columns.get(name, ()):
            found.append((name, _THEIR_ACCOUNT))
    return [(name, theirs) for name, theirs in found if name != "audit"]


_COLUMNS = text("""
    select table_name, column_name from information_schema.columns
    where table_schema = current_schema() and column_name in ('municipality', 'account')
    order by table_name, column_name
""")
_THEIR_ACCOUNT = "account in (select id from account where municipality like :code)"
