"""The schema brought up to date, and the invented municipalities removed: both as its owner."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, text

from geo.records.database import open_engine

MIGRATIONS = Path(__file__).parent / "migrations"
INVENTED = "99%"  # DATA 18


def upgrade(owner: Callable[[], str], application: Callable[[], str]) -> None:
    """Run the migrations that are missing, then say what the application's role may do."""
    role = str(conninfo_to_dict(application()).get("user") or "")
    own = str(conninfo_to_dict(owner()).get("user") or "")
    engine = open_engine(owner)
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(hashtextextended('migrate', 0))"))
        command.upgrade(alembic(connection, role if role != own else ""), "head")
    engine.dispose()


def alembic(connection: Connection, application_role: str = "") -> Config:
    """Alembic over a connection that is open already."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    config.attributes["application_role"] = application_role
    return config


def remove_invented(owner: Callable[[], str]) -> None:
    """Take everything of the invented municipalities out, in the order their keys allow."""
    own = "(select id from account where municipality like :code)"
    tables = {
        "account_session": f"account in {own}",
        "reset_link": f"account in {own}",
        "account_area": f"account in {own}",
        "account": "municipality like :code",
        **dict.fromkeys(
            (
                "decision",
                "preview",
                "mapping",
                "street_extract",
                "basemap_line",
                "basemap_area",
                "basemap_point",
                "source_row",
                "resource_revision",
                "draft",
                "opening",
                "stop",
                "service_area",
                "resource",
                "provider",
                "district_town",
                "district",
                "level",
                "school",
                "intake",
                "kind",
                "version",
            ),
            "municipality like :code",
        ),
        "municipality": "code like :code",
        "insurer": "code like :code",
    }
    engine = open_engine(owner)
    with engine.begin() as connection:
        # whoever still writes there is waited for, and nobody begins
        locked = "select from municipality where code like :code order by code for update"
        connection.execute(text(locked), {"code": INVENTED})
        for table, theirs in tables.items():
            connection.execute(text(f"delete from {table} where {theirs}"), {"code": INVENTED})
    engine.dispose()
