"""The store-room: its tables are its migrations, and nobody reads it without saying who asks."""

import ast
import re

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from geoalchemy2.alembic_helpers import include_object
from sqlalchemy import event, text

from geo.records import migrate
from geo.records.database import Base
from tests.house.source import HOUSE, functions, parsed, python_files, short
from tests.routes.examples import addresses

# Functions that are not about rows of anybody, each with its reason.
WITHOUT_SCOPE = {
    "geo/records/database.py": "opens the engine and builds conditions",
    "geo/records/migrate.py": "the owner's work on the schema",
}
WRITTEN_ONCE = (
    *("audit", "resource_revision", "draft", "decision"),
    *("twin_decision", "merger", "wiping"),
    *("gap_snapshot", "gap_snapshot_row"),
)
PREFIXES = (
    "get",
    "find",
    "list",
    "load",
    "count",
    "save",
    "raise",
    "take",
    "covers",
    "bounds",
    "sweep",
)


def test_the_migrations_make_the_tables_that_the_code_declares(databases, engine):
    migrate.alembic(None)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": _ours, "compare_type": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def _ours(thing, name, kind, reflected, compare_to):
    if kind == "table" and name.startswith("procrastinate_"):
        return False
    return include_object(thing, name, kind, reflected, compare_to)


def test_every_function_of_the_records_takes_a_scope():
    silent = [
        f"{short(path)}:{function.name}"
        for path in python_files("geo/records")
        if "migrations" not in path.parts and short(path) not in WITHOUT_SCOPE
        for function in parsed(path).body
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_")
        if "Scope"
        not in [ast.unparse(arg.annotation or ast.Constant("")) for arg in function.args.args]
    ]
    assert silent == []


def test_every_function_of_the_records_promises_by_its_name():
    odd = [
        f"{short(path)}:{function.name}"
        for path in python_files("geo/records")
        if "migrations" not in path.parts and short(path) not in WITHOUT_SCOPE
        for function in parsed(path).body
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_")
        if function.name.split("_")[0] not in PREFIXES
    ]
    assert sorted(odd) == ["geo/records/accounts.py:assert_house", "geo/records/shelf.py:of"]


def test_what_is_listed_has_an_order():
    """A list without an order is a different list tomorrow."""
    loose = [
        f"{short(path)}:{function.name}"
        for path in python_files("geo/records")
        for function in functions(path)
        if function.name.startswith(("list_", "load_"))
        if not re.search(r"order_by|order by|_VALUES", ast.unparse(function))
    ]
    assert loose == []


def test_people_without_an_account_read_resources_only_as_everybody_may(client, db, engine):
    """Every page that RESIDENT may open is opened; the statements name no resource table."""
    asked = addresses(client.application, db)
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    opened = [(address, client.get(address).status_code) for address in asked]
    assert {status for _, status in opened} <= {200, 302}, opened
    private = [
        statement
        for statement in said
        if re.search(
            r"\b(from|join)\s+(resource|resource_staff|opening|stop|provider)\b", statement, re.I
        )
    ]
    assert private == []
    assert any("resource_public" in statement for statement in said)


def test_people_without_an_account_are_counted_by_public_sources_only(client, db, engine):
    """Whatever page RESIDENT opens: a statement about people asks for what is public."""
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    for address in addresses(client.application, db):
        client.get(address)
    about_people = [words for words in said if re.search(r"population_|mesh_cell", words)]
    assert about_people, "the test looks at nothing"
    assert [w for w in about_people if "population_source.public IS true" not in w] == []


def test_the_application_may_not_rewrite_what_was_written_down(db):
    may = db.execute(
        text("""
            select t, p, has_table_privilege('engawa', t, p)
            from unnest(cast(:tables as text[])) t,
                 unnest(array['update', 'delete', 'truncate', 'insert', 'select']) p
        """),
        {"tables": list(WRITTEN_ONCE)},
    ).all()
    assert {(t, p) for t, p, may_do in may if may_do} == {
        (t, p) for t in WRITTEN_ONCE for p in ("insert", "select")
    }
    assert db.scalar(text("select rolsuper from pg_roles where rolname = current_user")) is False


def test_the_views_for_everybody_have_no_staff_columns(db):
    columns = set(
        db.scalars(
            text(
                "select column_name from information_schema.columns"
                " where table_name = 'resource_public'"
            )
        )
    )
    assert columns.isdisjoint(
        {"staff_note", "shown_place", "closed_reason", "host", "host_contact", "fragility"}
        | {"participants", "consents", "do_not_list", "place_source"}
    )
    assert HOUSE.is_dir()
