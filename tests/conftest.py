"""One real PostGIS for the run; one rolled-back transaction for each test. No mocks.

碁盤町 is imported once, through the real importers, into a template database; whoever needs a
database of their own (browser walks, kill -9) gets a copy of it.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from psycopg.conninfo import make_conninfo
from sqlalchemy.orm import Session

from app import Settings, create_app
from geo import demo, intake, registry
from geo.edits import ResourceEdit
from geo.records import accounts, migrate
from geo.records.database import open_engine
from geo.scope import Role, Scope, house
from geo.sign_in import Caller, sign_in
from routes._sessions import TOKEN
from scripts.cluster import Cluster
from tests.real import real

__all__ = ["real"]

TOWN = demo.GOBANCHO
FOREIGN = "99002"
TEMPLATE = "engawa_template"


@dataclass(frozen=True)
class Databases:
    """The server of this run, and copies of the template on it."""

    admin: str
    owner: str
    application: str
    accounts: list[dict[str, str]]

    def copy(self) -> "Databases":
        """A database of one's own with 碁盤町 in it."""
        name = f"engawa_{uuid4().hex[:12]}"
        with psycopg.connect(self.admin, autocommit=True) as server:
            server.execute(f"create database {name} template {TEMPLATE} strategy file_copy")
            server.execute(f"grant connect on database {name} to engawa")
        return Databases(
            self.admin,
            make_conninfo(self.owner, dbname=name),
            make_conninfo(self.application, dbname=name),
            self.accounts,
        )

    def drop(self) -> None:
        """Give the room back."""
        name = psycopg.conninfo.conninfo_to_dict(self.application)["dbname"]
        with psycopg.connect(self.admin, autocommit=True) as server:
            server.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def var() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="engawa-test-"))
    folder.chmod(0o755)  # the database's own user passes through
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def databases(var: Path) -> Iterator[Databases]:
    """A private server without fsync, with 碁盤町 imported once."""
    cluster = Cluster(var / "cluster", durable=False).ensure()
    server = Databases(cluster.admin_conninfo, cluster.owner_conninfo, cluster.conninfo, [])
    migrate.upgrade(lambda: server.owner, lambda: server.application)
    engine = open_engine(lambda: server.application)
    with Session(engine) as db:
        demo.load_town(db, var / "originals")
        server.accounts.extend(demo.load_accounts(db))
        _a_foreign_town(db)
        db.commit()
    engine.dispose()
    with psycopg.connect(server.admin, autocommit=True) as admin:
        admin.execute(f"create database {TEMPLATE} template engawa strategy file_copy")
    yield server
    cluster.stop()


def _a_foreign_town(db: Session) -> None:
    """A municipality that the people of 碁盤町 have nothing to do with, with one resource."""
    scope = house(FOREIGN)
    intake.open_municipality(db, scope)
    edits = {"kind": "salon", "name": "みほんサロン", "place": [136.5, 32.5]}
    registry.apply(db, scope, ResourceEdit(uuid4(), uuid4(), None, edits))


@pytest.fixture(scope="session")
def engine(databases: Databases):
    engine = open_engine(lambda: databases.application)
    yield engine
    engine.dispose()


@pytest.fixture
def db(engine) -> Iterator[Session]:
    """A session whose every commit is undone when the test ends."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()


@pytest.fixture(scope="session")
def app(databases: Databases, var: Path) -> Flask:
    """The application as it is served, over the test database."""
    app = create_app(Settings(var=var, database_url=databases.application))
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False  # tests/routes/test_guard.py switches it on
    return app


@pytest.fixture
def client(app: Flask, db: Session) -> Iterator[FlaskClient]:
    """Requests that share the test's rolled-back transaction."""

    def use_the_tests_session() -> None:
        g.db = db

    app.before_request_funcs.setdefault(None, []).insert(0, use_the_tests_session)
    removed = app.teardown_appcontext_funcs[:]
    app.teardown_appcontext_funcs.clear()
    yield app.test_client()
    app.before_request_funcs[None].remove(use_the_tests_session)
    app.teardown_appcontext_funcs.extend(removed)


@pytest.fixture
def sign_in_as(
    client: FlaskClient, db: Session, databases: Databases
) -> Callable[[Role], FlaskClient]:
    """sign_in_as(Role.OFFICIAL) -> a client whose reader is that account of 碁盤町."""

    def as_role(role: Role) -> FlaskClient:
        account = next(told for told in databases.accounts if told["role"] == str(role))
        token = sign_in(
            db,
            account["email"],
            account["password"],
            Caller("127.0.0.1", "test", b"key"),
            datetime.now(UTC),
        )
        with client.session_transaction() as cookie:
            cookie[TOKEN] = token
        return client

    return as_role


@pytest.fixture
def scope_of(db: Session) -> Callable[[Role], Scope]:
    """scope_of(Role.COORDINATOR_2) -> how far that account of 碁盤町 may reach."""

    def find(role: Role) -> Scope:
        account = next(row for row in accounts.list_all(db, house(TOWN)) if row.role == role)
        areas = accounts.list_areas(db, house(TOWN), account.id)
        return Scope(TOWN, role, frozenset(areas) or None, account.id)

    return find
