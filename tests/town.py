"""What tests are given: one real PostGIS for the run, one rolled-back transaction for each test. No mocks.

碁盤町 is imported once, through the real importers, into a template database; whoever needs a
database of their own (browser walks, kill -9) gets a copy of it.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app import Settings, create_app
from geo import demo, intake, passwords, registry
from geo.edits import ResourceEdit
from geo.looks import Looks
from geo.records import accounts, migrate
from geo.records.database import open_engine
from geo.scope import Role, Scope, house
from geo.sources import mihon
from routes import _request
from routes._guard import limiter
from routes._sessions import TOKEN
from scripts.cluster import Cluster
from tests import forking
from tests.real import real
from tests.sharing import Shared, linked
from tests.summaries import leading_nowhere

__all__ = ["real"]

# a busy machine is no failure: how long an example takes is nobody's promise
settings.register_profile("engawa", deadline=None)
settings.load_profile("engawa")

TOWN = demo.GOBANCHO
FOREIGN = "13101"
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
def shared() -> Iterator[Shared]:
    """What all processes of this run have in common; its server is stopped by the last of them."""
    shared = Shared()
    kept = shared.folder / "templates"
    kept.mkdir(exist_ok=True)
    with (
        shared.used(lambda: Cluster(shared.folder / "cluster", durable=False).stop()),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("ENGAWA_TESTS_TEMPLATES", str(kept))  # for tests/serving.py
        yield shared


@pytest.fixture(scope="session", autouse=True)
def readers() -> Iterator[None]:
    """Foreign files are read, and pages set, in processes that need not open their libraries first."""
    with forking.ready():
        yield


@pytest.fixture(scope="session", autouse=True)
def light_passwords() -> Iterator[None]:
    """Passwords and codes are hashed as cheaply as argon2id can: what it costs in life, geo/test_passwords.py asks."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
        patch.setattr(passwords, "_hasher", PasswordHasher(**cheap))
        patch.setattr(passwords, "_code_cost", cheap)
        yield


@pytest.fixture(scope="session")
def var(shared: Shared) -> Path:
    """The folder of this process' houses."""
    return Path(tempfile.mkdtemp(prefix="var-", dir=shared.folder))


@pytest.fixture(scope="session")
def databases(shared: Shared, var: Path) -> Databases:
    """A private server without fsync, with 碁盤町 imported once; of it a copy for this process: two in one
    database would wait for each other's rows, which a test holds until it ends."""
    server = Databases(**shared.once("town", lambda: asdict(_open_town(shared.folder))))
    linked(shared.folder / "originals", var / "originals")
    return server.copy()


def _open_town(folder: Path) -> Databases:
    cluster = Cluster(folder / "cluster", durable=False).ensure()
    server = Databases(cluster.admin_conninfo, cluster.owner_conninfo, cluster.conninfo, [])
    migrate.upgrade(lambda: server.owner, lambda: server.application)
    with _session(server) as db:
        demo.load_town(db, folder / "originals")
        server.accounts.extend(demo.load_accounts(db, demo.TOWN))
        _a_foreign_town(db)
    with psycopg.connect(server.admin, autocommit=True) as admin:
        admin.execute(f"create database {TEMPLATE} template engawa strategy file_copy")
    return server


@contextmanager
def _session(databases: Databases) -> Iterator[Session]:
    engine = open_engine(lambda: databases.application)
    with Session(engine) as db, db.begin():
        yield db
    engine.dispose()


def _a_foreign_town(db: Session) -> None:
    """A municipality that the people of 碁盤町 have nothing to do with, with one resource."""
    scope = house(FOREIGN)
    intake.open_municipality(db, scope)
    edits = {"kind": "salon", "name": "みほんサロン", "place": [136.5, 32.5]}
    registry.apply(db, scope, ResourceEdit(uuid4(), uuid4(), None, edits))


@pytest.fixture(scope="session")
def city(mihon_databases: Databases) -> Databases:
    """A database with みほん市 beside 碁盤町, built once for whoever asks: read it, do not write."""
    return mihon_databases


@pytest.fixture(scope="session")
def drawn_city(shared: Shared) -> Path:
    """みほん市's files, written once for whoever asks: read them, do not write."""
    folder = shared.folder / "drawn"
    shared.once("drawn", lambda: len(mihon.write(folder)))
    return folder


@pytest.fixture(scope="session")
def mihon_databases(databases: Databases, shared: Shared, drawn_city: Path, var: Path) -> Databases:
    """The same where ``city`` is the folder of its files (tests/geo)."""
    folder = shared.folder / "originals-of-the-city"
    city = shared.once("city", lambda: asdict(_open_city(databases, folder, drawn_city)))
    linked(folder, var / "originals")
    return Databases(**city)


def _open_city(databases: Databases, folder: Path, drawn: Path) -> Databases:
    copy = databases.copy()
    with _session(copy) as db:
        demo.load_city(db, folder, drawn)
        people = demo.load_accounts(db, demo.CITY)
    return replace(copy, accounts=people)


@pytest.fixture(scope="session")
def engine(databases: Databases):
    engine = open_engine(lambda: databases.application)
    yield engine
    engine.dispose()


@contextmanager
def undone(connection: Connection) -> Iterator[Session]:
    """A session whose every commit is undone at the end; what its connection did before stays."""
    outer = connection.begin_nested() if connection.in_transaction() else connection.begin()
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        yield session
    outer.rollback()


@pytest.fixture
def db(engine) -> Iterator[Session]:
    """A session whose every commit is undone when the test ends."""
    with engine.connect() as connection, undone(connection) as session:
        yield session


class Buffered(FlaskClient):
    """A client that closes each answer's file when it has read it, and looks where the links of an
    error summary lead: on every page that any test is refused by."""

    def open(self, *args, **kwargs):
        answer = super().open(*args, **kwargs | {"buffered": True})
        if answer.mimetype == "text/html" and b'class="error-summary"' in answer.data:
            assert not leading_nowhere(answer.text)
        return answer


def open_house(settings: Settings, shared: Shared) -> Flask:
    """The application as it is served; its templates are translated once for all houses of this run."""
    app, kept = create_app(settings), shared.folder / "templates"
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(kept))
    return app


@pytest.fixture(scope="session")
def app(databases: Databases, shared: Shared, var: Path) -> Flask:
    """The application over the test database."""
    app = open_house(Settings(var=var, database_url=databases.application), shared)
    app.testing, app.test_client_class = True, Buffered
    app.extensions["looks"] = Looks(kept_every=timedelta.max)  # else it commits between tests
    app.config["WTF_CSRF_ENABLED"] = False  # tests/routes/test_guard.py switches it on
    return app


class Desk:
    """Which session the requests of a test use."""

    db: Session | None = None


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """Lets a test put its own session under the application's requests."""
    limiter.reset()
    _request.forget(app)  # versions that were undone come again
    desk = Desk()

    def use_the_tests_session() -> None:
        g.db = desk.db

    app.before_request_funcs.setdefault(None, []).insert(0, use_the_tests_session)
    closers, app.teardown_appcontext_funcs = app.teardown_appcontext_funcs, []
    yield desk
    app.before_request_funcs[None].remove(use_the_tests_session)
    app.teardown_appcontext_funcs = closers


@pytest.fixture
def client(app: Flask, db: Session, desk: Desk) -> FlaskClient:
    """Requests that share the test's rolled-back transaction."""
    desk.db = db
    return app.test_client()


@cache
def kept(password: str) -> str:
    """How a password is kept: worked out once for all accounts of the tests that have the same."""
    return passwords.hashed(password)


def open_session(db: Session, account: UUID) -> str:
    """A signed-in device without the work of a password; returns the token of its cookie."""
    now, token = datetime.now(UTC), uuid4().hex
    db.add(
        accounts.AccountSession(
            id=uuid4(),
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            account=account,
            device="test",
            created_at=now,
            seen_at=now,
            ends_at=now + timedelta(hours=1),
            ended_at=None,
        )
    )
    db.flush()
    return token


@pytest.fixture
def sign_in_as(client: FlaskClient, db: Session) -> Callable[[Role], FlaskClient]:
    """sign_in_as(Role.OFFICIAL) -> a client whose reader is that account of 碁盤町."""

    def as_role(role: Role) -> FlaskClient:
        account = next(row for row in accounts.list_all(db, house(TOWN)) if row.role == role)
        token = open_session(db, account.id)
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


@contextmanager
def house_of_its_own(databases: Databases, shared: Shared, var: Path) -> Iterator[Flask]:
    """The application over a copy of the template, which goes with it."""
    copy = databases.copy()
    settings = Settings(var=var, database_url=copy.application, owner_url=copy.owner)
    app = open_house(settings, shared)
    yield app
    app.extensions["engine"].dispose()
    copy.drop()


@pytest.fixture
def own_house(databases: Databases, shared: Shared, tmp_path: Path) -> Iterator[Flask]:
    """The application over a database of its own, for what must really be committed."""
    with house_of_its_own(databases, shared, tmp_path) as app:
        yield app
