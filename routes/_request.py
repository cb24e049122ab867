"""What every door needs of the request: the database, who asks, and what time it is."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g
from flask_login import current_user
from sqlalchemy import Row
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from geo import travel_profiles
from geo.area import Area, Areas, Folders
from geo.kept import Kept
from geo.lookup import Around
from geo.open_entries import EntriesInMemory, OpenEntries
from geo.possible_homes import Residents
from geo.records import basemap, tiles, wordings
from geo.records.basemap import ExtractNear
from geo.scope import EVERYBODY, Scope
from geo.streets.profile import TravelProfile
from geo.warm import warm_up
from scripts.cluster import ClusterProblem

DATABASE_AWAY = (OperationalError, PoolTimeout, ClusterProblem)
# Our choice, at once in memory: some 20 kB, 1 kB and 10 kB each; squares and pages of a town of 100,000.
MUNICIPALITIES, SQUARES, PAGES = 64, 4_096, 4_096
WORLD = (-180.0, -90.0, 180.0, 90.0)
NOT_TEXT = DataError  # what no person typed: a NUL in an address or a field
JAPAN = ZoneInfo("Asia/Tokyo")
# Doors behind which nobody asks who reads: no cookie is read or written, so anybody may keep the answer.
FILES = (
    "static",
    "vendor.file",
    "tiles.show",
    "field_pages.worker",
    "field_pages.manifest",
    "residents.worker",
)
# Doors for programs that lie on a device: they are told what is missing, and never sent to a page.
PROGRAMS = (
    *("field.token", "field.receive", "field.receive_photo", "field.own_conflicts", "field.drop"),
    *("field_pages.pack", "field_pages.state_of_map", "field_pages.tiles"),
)


@dataclass(frozen=True, slots=True)
class MapInUse:
    """version: of the tiles, for their address;  extracts: of every municipality"""

    version: str
    extracts: tuple[ExtractNear, ...]


def register(app: Flask) -> None:
    """Close the session when the request ends, whatever happened; hold streets open for all."""
    engine = app.extensions[
        "engine"
    ]  # the same connections, from which each takes as it needs them
    app.extensions["glancing_engine"] = engine.execution_options(isolation_level="AUTOCOMMIT")
    app.extensions["residents"] = Residents()
    forget(app)
    app.extensions["areas"] = Areas(Folders.under(app.extensions["settings"].var))
    app.extensions["warm_up"] = partial(_warm_up, app)
    app.teardown_appcontext(_close)


def forget(app: Flask) -> None:
    """Begin with empty memories of what is made of records."""
    app.extensions["entries"] = EntriesInMemory()
    app.extensions["sources"] = Kept(("intakes", "resources"), MUNICIPALITIES)
    app.extensions["words"] = Kept(("districts",), MUNICIPALITIES)
    app.extensions["profiles"] = Kept((travel_profiles.NOUN,), MUNICIPALITIES)
    app.extensions["map"] = Kept(("basemap",), MUNICIPALITIES)
    app.extensions["pages"] = Kept(None, PAGES)
    app.extensions["squares"] = Kept(("districts", "resources", "addresses"), SQUARES)


def _warm_up(app: Flask) -> None:
    """Kernels loaded, streets opened, homes joined to them and entries read, before a server takes its first visitor."""
    warm_up()
    with Session(app.extensions["engine"]) as db:
        app.extensions["areas"].open_all(db)
        app.extensions["residents"].open_all(db, app.extensions["areas"])
        app.extensions["entries"].open_all(db)


def reading() -> Session:
    """This request's session, for looking only: rolled back when the request ends."""
    if "db" not in g:
        g.db = Session(current_app.extensions["engine"])
    return g.db


def glancing() -> Session:
    """This request's session where single statements are all that is asked: without a transaction around
    them, whose beginning and end are two questions more to the database. Never with ``writing``."""
    if "db" not in g:
        g.db = Session(current_app.extensions["glancing_engine"])
    return g.db


@contextmanager
def writing() -> Iterator[Session]:
    """The same session, kept on leaving and undone on any error. One per view, outermost."""
    db = reading()
    try:
        yield db
        db.commit()
    except BaseException:
        db.rollback()
        raise


def scope_in(municipality: str | None) -> Scope:
    """How far the reader may see in a municipality: as what they are at home, else as a resident."""
    if not current_user.is_authenticated:
        return Scope(municipality, EVERYBODY.role)
    if current_user.municipality in (None, municipality):
        return Scope(municipality, current_user.role, current_user.areas, current_user.account)
    return Scope(municipality, EVERYBODY.role)


def own_scope() -> Scope:
    """How far the reader may see at home; everybody's view for who has no account."""
    if not current_user.is_authenticated:
        return EVERYBODY
    return scope_in(current_user.municipality)


def area(scope: Scope) -> Area:
    """The streets of the scope's municipality, opened once for all requests. Raises as geo.area."""
    opened: Area = current_app.extensions["areas"].take(reading(), scope)
    return opened


def residents() -> Residents:
    """Where people live, kept for all requests."""
    kept: Residents = current_app.extensions["residents"]
    return kept


def entries(municipality: str) -> OpenEntries:
    """What is open in a municipality as everybody may see it, kept for all requests."""
    kept: EntriesInMemory = current_app.extensions["entries"]
    return kept.of(reading(), municipality)


def kept_sources() -> Kept[list[Row[Any]]]:
    """Where what people read comes from (``intakes.list_sources``), by municipality and by whether everybody reads."""
    kept: Kept[list[Row[Any]]] = current_app.extensions["sources"]
    return kept


def map_in_use(scope: Scope) -> MapInUse:
    """The base map: what a municipality imports is seen at once, what its neighbours import within a minute."""
    db, kept = reading(), current_app.extensions["map"]
    found: MapInUse = kept.of(db, scope, lambda: _read_map(db), minute())
    return found


def minute() -> int:
    """Which minute it is since some moment."""
    return int(time.monotonic() / 60)


def _read_map(db: Session) -> MapInUse:
    version = tiles.get_version(db, EVERYBODY, "basemap")
    return MapInUse(version, tuple(basemap.list_extracts_near(db, EVERYBODY, WORLD)))


def words_of(municipality: str) -> dict[str, str]:
    """Term → how a municipality says it, of those that it says in its own way (geo/wordings.py raises the noun)."""
    db, scope = reading(), Scope(municipality, EVERYBODY.role)
    kept: Kept[dict[str, str]] = current_app.extensions["words"]
    return kept.of(db, scope, lambda: wordings.load_words(db, scope))


def profiles_of(municipality: str) -> dict[str, TravelProfile]:
    """``travel_profiles.in_use`` of a municipality."""
    db, scope = reading(), Scope(municipality, EVERYBODY.role)
    kept: Kept[dict[str, TravelProfile]] = current_app.extensions["profiles"]
    return kept.of(db, scope, lambda: travel_profiles.in_use(db, scope))


def kept_squares() -> Kept[Around]:
    """What lies in the squares that were asked from."""
    kept: Kept[Around] = current_app.extensions["squares"]
    return kept


def now() -> datetime:
    """This moment, UTC. Nothing below routes asks for the time by itself."""
    return datetime.now(UTC)


def today() -> date:
    """The date in Japan."""
    return now().astimezone(JAPAN).date()


def _close(_error: BaseException | None) -> None:
    db = g.pop("db", None)
    if db is None:
        return
    try:
        db.close()
    except DATABASE_AWAY:
        db.invalidate()  # it died after our last question: what was read was read
