"""Alembic's environment: run by ``flask db upgrade`` with the owner's connection.

After the versions, grants.sql says again what the application's role may do, so that a new table
is never forgotten.
"""

from pathlib import Path

from alembic import context
from geoalchemy2.alembic_helpers import include_object, render_item, writer
from sqlalchemy import text

from geo.records import (  # noqa: F401 - each brings its tables
    accounts,
    audit,
    basemap,
    campaigns,
    consulted,
    decisions,
    districts,
    intakes,
    kinds,
    mappings,
    mesh,
    municipalities,
    population,
    previews,
    providers,
    reminders,
    residents,
    resources,
    schools,
    second_steps,
    service_areas,
    snapshots,
    suggestions,
    tries,
    versions,
    wordings,
)
from geo.records.database import Base

GRANTS = Path(__file__).parent / "grants.sql"


def run() -> None:
    """Bring the schema of the given connection up to date."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=include_object,
        process_revision_directives=writer,
        render_item=render_item,
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()
    role = context.config.attributes.get("application_role")
    if role:
        quoted = connection.dialect.identifier_preparer.quote(role)
        connection.execute(
            text(GRANTS.read_text(encoding="utf-8").replace("{application}", quoted))
        )


run()
