"""訪問の記録: the diary of those who go round, with what comes next and who promised it.

Who reads: staff of the municipality; an account that is limited to areas reads what it wrote, what
was handed to it, and what lies in its areas.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Row,
    Select,
    Uuid,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from geo.errors import NotFound
from geo.records.accounts import Account
from geo.records.database import LONLAT, Base, any_of, in_scope
from geo.records.districts import District
from geo.records.mergers import covers_merged
from geo.records.resources import Resource
from geo.scope import Scope


class Visit(Base):
    """One visit, meeting or talk of one day.

    id          made where it was written: sent twice it counts once
    visited_on  the day as its writer says it, never after the day it arrived
    claimed_at  what the device's clock said; ``at`` is when it arrived. Order is never by the first
    met         how many people were met; a number, never who; None: nobody said
    confirmed   whether its writer said of the resource that nothing had changed
    next_step   what comes next, ``next_by`` whose it is (words), ``next_on`` when, ``promised`` to
                whom what was promised; ``next_owner`` who sees it each morning, where not its writer
    revision    grows with each correction
    """

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("met >= 0", name="met"),
        CheckConstraint("minutes >= 0", name="minutes"),
        Index("ix_visit_municipality_visited_on", "municipality", "visited_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    account: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    resource: Mapped[UUID | None] = mapped_column(ForeignKey("resource.id"), index=True)
    district: Mapped[UUID | None] = mapped_column(ForeignKey("district.id"))
    place: Mapped[str] = mapped_column(server_default="")
    visited_on: Mapped[date]
    activity: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    met: Mapped[int | None]
    minutes: Mapped[int | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    confirmed: Mapped[bool] = mapped_column(server_default="false")
    next_step: Mapped[str] = mapped_column(server_default="")
    next_by: Mapped[str] = mapped_column(server_default="")
    next_on: Mapped[date | None]
    promised: Mapped[str] = mapped_column(server_default="")
    next_owner: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    next_done_at: Mapped[datetime | None]
    next_done_by: Mapped[UUID | None]
    revision: Mapped[int] = mapped_column(server_default="1")
    claimed_at: Mapped[datetime | None]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    removed_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which visits a list asks for; an empty part asks for all.

    since, until  days of the visit, both included
    open_steps    only those whose next step is still to do; ``owner`` whose
    """

    since: date | None = None
    until: date | None = None
    account: UUID | None = None
    resource: UUID | None = None
    open_steps: bool = False
    owner: UUID | None = None


_holder = func.coalesce(Visit.next_owner, Visit.account)
_WRITER = aliased(Account, name="writer")
_HOLDER = aliased(Account, name="holder")
_STAYS = aliased(Resource, name="stays")  # of those that turned out to be one
# the entry that stands for the visited one today, over any number of merges; the function only where there was one
_survivor = case(
    (Resource.merged_into.is_(None), Resource.id),
    else_=func.resource_survivor(Resource.id, type_=Uuid),
)
_COLUMNS: tuple[Any, ...] = (
    *Visit.__table__.c,
    _holder.label("owner"),
    _WRITER.name.label("writer_name"),
    _HOLDER.name.label("owner_name"),
    func.coalesce(_STAYS.name, Resource.name, "").label("resource_name"),
    func.coalesce(_STAYS.kind, Resource.kind, "").label("resource_kind"),
    func.coalesce(_STAYS.id, Resource.id).label("resource_now"),
    func.coalesce(District.name, "").label("district_name"),
)


def get(db: Session, scope: Scope, visit: UUID, *, locked: bool = False) -> Visit:
    """A visit that the reader may see, with ``locked`` until the transaction ends. Raises NotFound."""
    asked = (
        select(Visit)
        .where(Visit.id == visit, Visit.removed_at.is_(None), _readable(scope))
        .execution_options(populate_existing=True)
    )
    row = db.scalar(asked.with_for_update() if locked else asked)
    if row is None:
        raise NotFound(thing="visit", id=str(visit))
    return row


def find(db: Session, scope: Scope, visit: UUID) -> Visit | None:
    """The visit of an id in the scope's municipality, removed or not; or None."""
    return db.scalar(select(Visit).where(Visit.id == visit, in_scope(scope, Visit.municipality)))


def save_new(db: Session, scope: Scope, values: dict[str, Any]) -> bool:
    """Keep a visit. False where its id was kept before, whoever kept it."""
    kept = db.execute(
        insert(Visit)
        .values(municipality=scope.municipality, account=scope.account, **values)
        .on_conflict_do_nothing()
        .returning(Visit.id)
    )
    return kept.first() is not None


def save_many(db: Session, scope: Scope, rows: list[dict[str, Any]]) -> None:
    """Keep many new visits in one statement; each row names its account, and all the same fields."""
    db.execute(insert(Visit), [{"municipality": scope.municipality, **row} for row in rows])


def save(db: Session, scope: Scope, visit: UUID, values: dict[str, Any]) -> None:
    """Write fields of a visit within the scope."""
    db.execute(
        update(Visit)
        .where(Visit.id == visit, in_scope(scope, Visit.municipality))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def list_all(
    db: Session, scope: Scope, asked: Asked, limit: int | None = None, offset: int = 0
) -> list[Row[Any]]:
    """Visits with the names of who and where, the newest day first; open steps by their day, those
    without a day last."""
    order: list[Any] = [Visit.visited_on.desc(), Visit.at.desc(), Visit.id]
    if asked.open_steps:
        order = [Visit.next_on.asc().nulls_last(), *order]
    rows = _asked(select(*_COLUMNS), scope, asked).order_by(*order)
    return list(db.execute(rows.limit(limit).offset(offset)))


def count_all(db: Session, scope: Scope, asked: Asked) -> int:
    """How many visits such a list has."""
    return db.scalar(_asked(select(func.count()), scope, asked)) or 0


def list_ids_of_steps(db: Session, scope: Scope, owner: UUID) -> list[UUID]:
    """Open steps that an account holds, locked, in the order of their ids."""
    return list(
        db.scalars(
            select(Visit.id)
            .where(in_scope(scope, Visit.municipality), _is_open(), _holder == owner)
            .order_by(Visit.id)
            .with_for_update(of=Visit)
        )
    )


def list_writers(db: Session, scope: Scope) -> list[Row[Any]]:
    """id and name of whoever has written a visit that the reader may see, by name."""
    return list(
        db.execute(
            select(Account.id, Account.name)
            .where(Account.id.in_(select(Visit.account).where(_readable(scope))))
            .order_by(Account.name, Account.id)
        )
    )


def _asked(statement: Select[Any], scope: Scope, asked: Asked) -> Select[Any]:
    statement = (
        _joined(statement.select_from(Visit))
        .outerjoin(District, District.id == Visit.district)
        .join(_WRITER, _WRITER.id == Visit.account)
        .join(_HOLDER, _HOLDER.id == _holder)
        .where(Visit.removed_at.is_(None), _readable(scope))
    )
    if asked.since:
        statement = statement.where(Visit.visited_on >= asked.since)
    if asked.until:
        statement = statement.where(Visit.visited_on <= asked.until)
    if asked.account:
        statement = statement.where(Visit.account == asked.account)
    if asked.resource:
        statement = statement.where(covers_merged(scope, Visit.resource, asked.resource))
    if asked.open_steps:
        statement = statement.where(_is_open())
    if asked.owner:
        statement = statement.where(_holder == asked.owner)
    return statement


def _joined(statement: Any) -> Any:
    return statement.outerjoin(Resource, Resource.id == Visit.resource).outerjoin(
        _STAYS, _STAYS.id == _survivor
    )


def _is_open() -> ColumnElement[bool]:
    return and_(Visit.next_step != "", Visit.next_done_at.is_(None), Visit.removed_at.is_(None))


def _readable(scope: Scope) -> ColumnElement[bool]:
    """Visits that the scope's staff may read: all of the municipality, or those of its areas."""
    inside = in_scope(scope, Visit.municipality)
    if scope.areas is None:
        return inside
    return and_(
        inside,
        or_(
            Visit.account == scope.account, Visit.next_owner == scope.account, _lies_in(scope.areas)
        ),
    )


def _lies_in(areas: Iterable[UUID]) -> ColumnElement[bool]:
    """The visit was noted for one of these areas or for one within, or its place lies there."""
    own, noted, at = aliased(District), aliased(District), aliased(Resource)
    mine = own.id == any_of(areas, Uuid)
    device = func.ST_SetSRID(func.ST_MakePoint(Visit.lon, Visit.lat), LONLAT)
    return or_(
        exists(
            select(true())
            .select_from(own)
            .join(
                at,
                or_(
                    at.id == Visit.resource,
                    at.id == func.resource_survivor(Visit.resource, type_=Uuid),
                ),
            )
            .where(mine, func.ST_Covers(own.geom, at.place))
        ),
        exists(
            select(true())
            .select_from(own)
            .join(noted, noted.id == Visit.district)
            .where(
                mine,
                or_(
                    own.id == noted.id,
                    func.ST_Covers(own.geom, func.ST_PointOnSurface(noted.geom)),
                ),
            )
        ),
        exists().where(mine, func.ST_Covers(own.geom, device)),
    )
