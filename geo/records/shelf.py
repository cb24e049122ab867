"""地域資源 as people read them: one view for staff, and one for everybody.

``resource_public`` is the only resource relation that pages without an account, tiles, the API and
exports name (DATA 6; tests/house watches the statements). What it does not select cannot leave:
the true place of a blurred resource, staff notes, お宝, unpublished entries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    ColumnElement,
    Float,
    Row,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from geo.errors import NotFound
from geo.records.database import LONLAT, any_of, in_scope
from geo.records.districts import District
from geo.records.kinds import Kind
from geo.records.shelf_views import PUBLIC, STAFF
from geo.scope import Scope
from geo.words import search_key


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which resources a list asks for; an empty part asks for all.

    words  parts of a name or its reading, all of which it must have: 「体操　南」; a word that a kind
           is called by finds what is of that kind: 「オレンジカフェ」
    kinds  any of several kinds
    viewpoint  its own, or its kind's where it has none of its own
    open_to    who may come (codes of eligibility); any of them
    resources  any of several resources
    running    only what does not rest on that day
    """

    kind: str = ""
    district: UUID | None = None
    words: str = ""
    resource: UUID | None = None
    kinds: tuple[str, ...] = ()
    viewpoint: str = ""
    open_to: tuple[str, ...] = ()
    resources: tuple[UUID, ...] = ()
    running: date | None = None


def get(db: Session, scope: Scope, resource: UUID) -> Row[Any]:
    """One resource as the reader may see it, open or closed. Raises NotFound."""
    shelf = of(scope)
    row = db.execute(
        select(shelf).where(shelf.c.id == resource, in_scope(scope, shelf.c.municipality))
    ).first()
    if row is None:
        raise NotFound(thing="resource", id=str(resource))
    return row


def list_open(
    db: Session, scope: Scope, wanted: Wanted, limit: int | None = None, offset: int = 0
) -> list[Row[Any]]:
    """Resources that run today, by kind as kinds.csv orders them, then by name."""
    asked = _order_by_kind(_open(select(of(scope)), scope, wanted), scope)
    return list(db.execute(asked.limit(limit).offset(offset)))


def list_marks(db: Session, scope: Scope, wanted: Wanted) -> list[Row[Any]]:
    """What a map shows of each resource of ``list_open``, in its order: neither openings nor halts,
    of which ten thousand rows have more than everything else."""
    shown = (
        *("id", "name", "kana", "kind", "lon", "lat", "place_shown", "place_level"),
        *("confirmed_on", "paused_on", "resumes_on"),
    )
    columns = [of(scope).c[name] for name in shown]
    return list(db.execute(_order_by_kind(_open(select(*columns), scope, wanted), scope)))


def list_places(db: Session, scope: Scope, wanted: Wanted) -> list[Row[Any]]:
    """id, lon, lat and level of every place where a resource of ``list_open`` meets people: its own and
    those of its halts (level ""), as the reader may see them; by id, its own first."""
    shelf = of(scope)
    halts, lon, lat = _halts(shelf)
    level, turn = shelf.c.place_level, literal(0).label("turn")
    own = _open(select(shelf.c.id, shelf.c.lon, shelf.c.lat, level, turn), scope, wanted)
    halt = (lon.label("lon"), lat.label("lat"), literal("").label("place_level"))
    asked = select(shelf.c.id, *halt, literal(1).label("turn"))
    of_halts = _open(asked, scope, wanted).join(halts, literal(True))
    both = union(own.where(shelf.c.lon.is_not(None)), of_halts.where(lon.is_not(None))).subquery()
    columns = (both.c.id, both.c.lon, both.c.lat, both.c.place_level)
    ordered = (both.c.id, both.c.turn, both.c.lon, both.c.lat)
    return list(db.execute(select(*columns).order_by(*ordered)))


def list_openings(db: Session, scope: Scope, resources: Iterable[UUID]) -> list[Row[Any]]:
    """id, openings and pause of some resources that run today, by id."""
    shelf = of(scope)
    columns = (shelf.c.id, shelf.c.openings, shelf.c.paused_on, shelf.c.resumes_on)
    asked = _open(select(*columns), scope, Wanted())
    return list(db.execute(asked.where(shelf.c.id == any_of(resources, Uuid)).order_by(shelf.c.id)))


def list_names(db: Session, scope: Scope, wanted: Wanted = Wanted()) -> list[Row[Any]]:
    """id, name, kana, address and kind of what runs today, by id: to tell what is there already."""
    columns = [of(scope).c[name] for name in ("id", "name", "kana", "address", "kind")]
    return list(db.execute(_open(select(*columns), scope, wanted).order_by(of(scope).c.id)))


def list_paused(db: Session, scope: Scope, day: date) -> list[UUID]:
    """Ids of what rests on a day, as geo.openings.pausing reads its days, by id."""
    shelf = of(scope)
    asked = _open(select(shelf.c.id), scope, Wanted()).where(_rests(shelf, day))
    return list(db.scalars(asked.order_by(shelf.c.id)))


def list_editable(db: Session, scope: Scope, wanted: Wanted) -> list[Row[Any]]:
    """Ids of what runs today where the scope's areas allow to write, in the order of lists."""
    asked = _order_by_kind(_open(select(of(scope).c.id), scope, wanted), scope)
    return list(db.execute(_within_areas(asked, scope)))


def list_in_areas(db: Session, scope: Scope) -> list[Row[Any]]:
    """What runs today within the scope's areas (all of the municipality without any), in the order of
    lists; as the reader may see it."""
    asked = _order_by_kind(_open(select(of(scope)), scope, Wanted()), scope)
    return list(db.execute(_within_areas(asked, scope)))


def list_for_area(
    db: Session, scope: Scope, district: UUID, by_area: Iterable[str], round_: Iterable[str]
) -> list[Row[Any]]:
    """What people of an area may turn to, in the order of lists: what stands in it; of kinds that go round, what halts
    in it; and, wherever it is, kinds ``by_area`` and what shows no place but areas (which: ``service_areas``)."""
    shelf = of(scope)
    halts, *lonlat = _halts(shelf)
    point = func.ST_SetSRID(func.ST_MakePoint(*lonlat), LONLAT)
    there = and_(District.id == district, func.ST_Covers(District.geom, point))
    halting = select(literal(1)).select_from(halts).join(District, there).correlate(shelf).exists()
    rounds = and_(shelf.c.kind == any_of(round_, Text), halting)
    unseen = and_(shelf.c.lon.is_(None), func.jsonb_array_length(shelf.c.service_areas) > 0)
    which = or_(shelf.c.kind == any_of(by_area, Text), _belongs(shelf, district), rounds, unseen)
    asked = _open(select(shelf), scope, Wanted()).where(which)
    return list(db.execute(_order_by_kind(asked, scope)))


def count_open(db: Session, scope: Scope, wanted: Wanted) -> int:
    """How many resources a list has."""
    return db.scalar(_open(select(func.count()), scope, wanted)) or 0


def count_by_kind(db: Session, scope: Scope, wanted: Wanted) -> dict[str, int]:
    """Kind → open resources, by code."""
    shelf = of(scope)
    rows = db.execute(
        _open(select(shelf.c.kind, func.count()), scope, wanted)
        .group_by(shelf.c.kind)
        .order_by(shelf.c.kind)
    )
    return {row[0]: row[1] for row in rows}


def count_by_district(db: Session, scope: Scope, level: str, wanted: Wanted) -> dict[UUID, int]:
    """Area → open resources within it; a place on a border counts for the lowest code (DATA 4)."""
    shelf = of(scope)
    area = (
        select(District.id)
        .where(
            District.municipality == shelf.c.municipality,
            District.level == level,
            District.valid_to.is_(None),
            func.ST_Covers(District.geom, shelf.c.place),
        )
        .order_by(District.code)
        .limit(1)
        .correlate(shelf)
        .lateral("area")
    )
    rows = db.execute(
        _open(select(area.c.id, func.count()), scope, wanted)
        .join_from(shelf, area, literal(True))
        .group_by(area.c.id)
        .order_by(area.c.id)
    )
    return {row[0]: row[1] for row in rows}


def count_by_municipality(db: Session, scope: Scope) -> dict[str, int]:
    """Municipality → open resources, by code."""
    shelf = of(scope)
    rows = db.execute(
        _open(select(shelf.c.municipality, func.count()), scope, Wanted())
        .group_by(shelf.c.municipality)
        .order_by(shelf.c.municipality)
    )
    return {row[0]: row[1] for row in rows}


def load_capacities(db: Session, scope: Scope, kinds: Iterable[str]) -> NDArray[np.float64]:
    """(n, 3) float64 lon, lat, capacity (nan where it is not known) of open resources of these kinds
    with a place, by number; as the reader may see them."""
    shelf = of(scope)
    rows = db.execute(
        _open(select(shelf.c.lon, shelf.c.lat, shelf.c.capacity), scope, Wanted())
        .where(shelf.c.kind == any_of(kinds, Text), shelf.c.lon.is_not(None))
        .order_by(shelf.c.number)
    ).all()
    return np.array([tuple(row) for row in rows], dtype=np.float64).reshape(-1, 3)


def of(scope: Scope) -> Table:
    """The view that a reader may read."""
    return PUBLIC if scope.is_public else STAFF


def _open(statement: Select[Any], scope: Scope, wanted: Wanted) -> Select[Any]:
    """The rows of a list: running today, in scope, of the kind and in the area asked for."""
    shelf = of(scope)
    statement = statement.select_from(shelf).where(
        shelf.c.closed_on.is_(None), in_scope(scope, shelf.c.municipality)
    )
    if wanted.kind:
        statement = statement.where(shelf.c.kind == wanted.kind)
    if wanted.resource:
        statement = statement.where(shelf.c.id == wanted.resource)
    if wanted.resources:
        statement = statement.where(shelf.c.id == any_of(wanted.resources, Uuid))
    if wanted.district:
        statement = statement.where(_belongs(shelf, wanted.district))
    for word in wanted.words.split():  # 全角 spaces part words, too
        key = search_key(word)
        named = shelf.c.search_key.contains(key, autoescape=True)
        called = Kind.search_key.contains(f"|{key}|", autoescape=True)
        statement = statement.where(or_(named, _of_kind(shelf, called)) if key else named)
    if wanted.kinds:
        statement = statement.where(shelf.c.kind == any_of(wanted.kinds, Text))
    if wanted.running:
        statement = statement.where(~_rests(shelf, wanted.running))
    if wanted.open_to:
        statement = statement.where(shelf.c.eligibility == any_of(wanted.open_to, Text))
    if wanted.viewpoint:
        own = shelf.c.viewpoints.contains([wanted.viewpoint])
        by_kind = _of_kind(shelf, Kind.viewpoints.contains([wanted.viewpoint]))
        statement = statement.where(
            or_(own, and_(func.cardinality(shelf.c.viewpoints) == 0, by_kind))
        )
    return statement


def _rests(shelf: Table, day: date) -> ColumnElement[bool]:
    """Whether a resource rests on a day, as geo.openings.pausing reads its two days; never null."""
    since, until = shelf.c.paused_on, shelf.c.resumes_on
    goes_on = or_(until.is_(None), until <= since, until > day)
    return and_(since.is_not(None), func.coalesce(since <= day, False), goes_on)


def _halts(shelf: Table) -> tuple[Any, ColumnElement[Any], ColumnElement[Any]]:
    """The halts of each resource as rows, with their lon and lat."""
    value = column("value", JSONB)
    halts = func.jsonb_array_elements(shelf.c.stops).table_valued(value, name="halt")
    lon, lat = (sql_cast(halts.c.value[name].astext, Float) for name in ("lon", "lat"))
    return halts, lon, lat


def _of_kind(shelf: Table, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a resource's kind is such a one."""
    return (
        select(literal(1))
        .select_from(Kind)
        .where(Kind.municipality == shelf.c.municipality, Kind.code == shelf.c.kind, condition)
        .correlate(shelf)
        .exists()
    )


def _within_areas(statement: Select[Any], scope: Scope) -> Select[Any]:
    if scope.areas is None:
        return statement
    within = exists().where(
        District.id == any_of(scope.areas, Uuid),
        District.municipality == of(scope).c.municipality,
        func.ST_Covers(District.geom, of(scope).c.place),
    )
    return statement.where(within)


def _order_by_kind(statement: Select[Any], scope: Scope) -> Select[Any]:
    shelf = of(scope)
    return statement.join(
        Kind, and_(Kind.municipality == shelf.c.municipality, Kind.code == shelf.c.kind)
    ).order_by(Kind.position, shelf.c.kana, shelf.c.name, shelf.c.number)


def _belongs(shelf: Table, district: UUID) -> ColumnElement[bool]:
    """In this area, and in no area of the same level with a lower code."""
    here, lower = aliased(District), aliased(District)
    earlier = (
        select(literal(1))
        .select_from(lower)
        .where(
            lower.municipality == here.municipality,
            lower.level == here.level,
            lower.valid_to.is_(None),
            lower.code < here.code,
            func.ST_Covers(lower.geom, shelf.c.place),
        )
        .correlate(here, shelf)
    )
    return (
        select(literal(1))
        .select_from(here)
        .where(here.id == district, func.ST_Covers(here.geom, shelf.c.place), ~earlier.exists())
        .correlate(shelf)
        .exists()
    )
