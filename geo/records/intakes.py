"""取り込み: what was imported, when, from which file, and how good it was; and the values a source
last delivered for each row, which are the base of the next merge."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Identity,
    Row,
    Select,
    UniqueConstraint,
    Uuid,
    exists,
    func,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

from geo.errors import NotFound
from geo.records.database import Base, in_scope
from geo.records.shelf_views import PUBLIC
from geo.scope import Scope
from geo.words import key_sum

WORKBOOK = "workbook"  # the dataset of a run that brought an edited workbook back


class Intake(Base):
    """One run of one file, with its quality report.

    sha256    of the file as delivered; the original lies under var/originals/<sha256>
    report    {"source": {...}, "rows": [{"row", "name", "reason", ...}], "assumptions": [code]}
    """

    __tablename__ = "intake"
    __table_args__ = (UniqueConstraint("number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True))
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), index=True)
    dataset: Mapped[str]
    target: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str]
    account: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    rows: Mapped[int]
    added: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    missing: Mapped[int]
    refused: Mapped[int]
    report: Mapped[dict] = mapped_column(JSONB)


_LAST_OF_EACH = (Intake.municipality, Intake.dataset, Intake.target, Intake.number.desc())


class SourceRow(Base):
    """What a source last said about one of its rows, and which resource that row became."""

    __tablename__ = "source_row"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    dataset: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    resource: Mapped[UUID] = mapped_column(ForeignKey("resource.id"), index=True)
    intake: Mapped[UUID] = mapped_column(ForeignKey("intake.id"))
    values: Mapped[dict] = mapped_column(JSONB)


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows of a file. ``rows`` = added + changed + unchanged + refused."""

    rows: int
    added: int
    changed: int
    unchanged: int
    missing: int
    refused: int


def get(db: Session, scope: Scope, intake: UUID) -> Intake:
    """One run. Raises NotFound outside the scope."""
    row = db.scalar(select(Intake).where(Intake.id == intake, in_scope(scope, Intake.municipality)))
    if row is None:
        raise NotFound(thing="intake", id=str(intake))
    return row


def list_recent(
    db: Session, scope: Scope, limit: int = 100, offset: int = 0, dataset: str = ""
) -> list[Intake]:
    """Runs within the scope, the newest first, of one dataset or ("") of all. Their reports are
    read only where they are asked for."""
    return list(
        db.scalars(
            select(Intake)
            .options(defer(Intake.report))
            .where(in_scope(scope, Intake.municipality), *_of(dataset))
            .order_by(Intake.number.desc())
            .limit(limit)
            .offset(offset)
        )
    )


def count_by_dataset(db: Session, scope: Scope) -> dict[str, int]:
    """Dataset → runs, by dataset."""
    rows = db.execute(
        select(Intake.dataset, func.count())
        .where(in_scope(scope, Intake.municipality))
        .group_by(Intake.dataset)
        .order_by(Intake.dataset)
    )
    return {row[0]: row[1] for row in rows}


def list_in_use(db: Session, scope: Scope) -> list[Intake]:
    """The last run of each dataset and target: where what the reader sees comes from. A list of
    which everybody may see nothing is not named to everybody either. A workbook that staff edited
    is no source: it came from here."""
    return list(db.scalars(_in_use(select(Intake), scope).order_by(*_LAST_OF_EACH)))


def list_sources(db: Session, scope: Scope) -> list[Row[Any]]:
    """id, dataset, target, file_name, at and source (``Intake.report``) of the same runs, without the reports' lines."""
    named = ("id", "dataset", "target", "file_name", "at")
    columns = [getattr(Intake, name) for name in named]
    asked = _in_use(select(*columns, Intake.report["source"].label("source")), scope)
    return list(db.execute(asked.order_by(*_LAST_OF_EACH)))


def _in_use(asked: Select[Any], scope: Scope) -> Select[Any]:
    seen = exists().where(
        SourceRow.municipality == Intake.municipality,
        SourceRow.dataset == Intake.target,
        SourceRow.resource.in_(select(PUBLIC.c.id)),
    )
    return (
        asked.where(in_scope(scope, Intake.municipality), Intake.dataset != WORKBOOK)
        .where(or_(Intake.dataset != "resources", seen) if scope.is_public else true())
        .ext(distinct_on(Intake.municipality, Intake.dataset, Intake.target))
    )


def list_sha256(db: Session, scope: Scope) -> set[str]:
    """Checksums of every original that a run within the scope points at."""
    return set(
        db.scalars(
            select(Intake.sha256)
            .where(in_scope(scope, Intake.municipality))
            .order_by(Intake.sha256)
        )
    )


def list_lists_of(db: Session, scope: Scope, resource: UUID) -> list[str]:
    """The lists (targets of their runs) that a resource stands in, by name."""
    return list(
        db.scalars(
            select(SourceRow.dataset)
            .where(in_scope(scope, SourceRow.municipality), SourceRow.resource == resource)
            .order_by(SourceRow.dataset)
        )
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What a dataset last said about one of its rows.

    resource  what stands for it today: what it brought, or what that was merged into
    brought   what it brought; kept_as: the key under which it is kept (of a wiped name, its sum)
    leads     whether it speaks for ``resource``: of rows of one list that are one thing, one does
    """

    key: str
    resource: UUID
    values: dict
    brought: UUID
    kept_as: str
    leads: bool


# Who was not merged speaks first, then the lower key
_SAID = """
    with asked as (select key, sum from unnest(cast(:keys as text[]), cast(:sums as text[])) as a(key, sum)),
    said as (
        select a.key as asked, s.key, s.resource as brought, s."values",
               resource_survivor(s.resource) as resource
        from asked a join source_row s on s.key in (a.key, a.sum)
        where s.municipality = :municipality and s.dataset = :dataset)
    select d.asked, d.resource, d."values", d.brought, d.key,
           d.resource = d.brought and not exists (
               select from source_row o where o.municipality = :municipality
                   and o.dataset = :dataset and o.resource = d.brought and o.key < d.key)
           or d.resource <> d.brought and not exists (
               select from source_row o where o.municipality = :municipality
                   and o.dataset = :dataset and o.key <> d.key
                   and (o.resource = d.resource
                        or o.key < d.key and resource_survivor(o.resource) = d.resource))
    from said d
"""


def list_said(db: Session, scope: Scope, dataset: str, keys: Iterable[str]) -> list[Said]:
    """What a dataset last said of the rows of these keys, by key."""
    asked = list(keys)
    given = {"keys": asked, "sums": [key_sum(key) for key in asked], "dataset": dataset}
    rows = db.execute(text(f"{_SAID} order by d.key"), given | {"municipality": scope.municipality})
    return [Said(*row) for row in rows]


def list_resources(db: Session, scope: Scope, dataset: str) -> list[UUID]:
    """What stands today for the resources that a dataset brought, in the order of their ids."""
    stands = func.resource_survivor(SourceRow.resource, type_=Uuid).label("stands")
    rows = db.scalars(
        select(stands)
        .where(in_scope(scope, SourceRow.municipality), SourceRow.dataset == dataset)
        .distinct()
        .order_by(stands)
    )
    return list(rows)


def list_unsaid(
    db: Session, scope: Scope, dataset: str, keys: Collection[str]
) -> list[tuple[str, str]]:
    """(key, name) of a dataset's rows that are none of these, by key."""
    said = {*keys, *map(key_sum, keys)}
    rows = db.execute(
        select(SourceRow.key, SourceRow.values["name"].astext)
        .where(in_scope(scope, SourceRow.municipality), SourceRow.dataset == dataset)
        .order_by(SourceRow.key)
        .execution_options(yield_per=5_000)
    )
    return [(key, name or "") for key, name in rows if key not in said]


def list_names(db: Session, scope: Scope, dataset: str) -> list[tuple[str, str, str, str]]:
    """(key, name, address, kind) of what a dataset last said, by key."""
    said = SourceRow.values
    rows = db.execute(
        select(
            SourceRow.key,
            said["name"].astext,
            func.coalesce(said["address"].astext, ""),
            said["kind"].astext,
        )
        .where(in_scope(scope, SourceRow.municipality), SourceRow.dataset == dataset)
        .order_by(SourceRow.key)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


_OVERLAPS = text("""
    with given as (
        select * from jsonb_to_recordset(cast(:rows as jsonb))
                 as r(key text, name text, address text, kind text)
    ), remembered as (
        select dataset, key, "values"->>'name' as name, "values"->>'kind' as kind,
               coalesce("values"->>'address', '') as address
        from source_row where municipality = :municipality
    ), by_key as (
        select dataset, count(*) filter (where is_same) as n,
               count(*) filter (where not is_same) as other
        from (select dataset, r.kind = g.kind
                     and (r.name = g.name or (r.address = g.address and g.address <> '')) as is_same
              from remembered r join given g using (key)) as met
        group by dataset
    ), by_name as (
        select dataset, count(distinct (name, address, kind)) as n
        from remembered join given using (name, address, kind) group by dataset
    ), size as (
        select dataset, count(*) as n from remembered group by dataset
    ), last as (
        select distinct on (target) target, file_name
        from intake where municipality = :municipality and dataset = 'resources'
        order by target, number desc
    )
    select size.dataset, coalesce(last.file_name, ''), size.n,
           coalesce(by_key.n, 0), coalesce(by_key.other, 0), coalesce(by_name.n, 0)
    from size
    left join by_key using (dataset) left join by_name using (dataset)
    left join last on last.target = size.dataset
    order by size.dataset
""")


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a list that was read before shares with rows that are delivered now.

    rows        that the list had; file_name  of its last edition
    same        rows with the same key and kind, and the same name or the same address
    other       rows with the same key that are something else
    renumbered  rows with the same name, address and kind, whatever their keys
    """

    dataset: str
    file_name: str
    rows: int
    same: int
    other: int
    renumbered: int


def count_overlaps(db: Session, scope: Scope, rows: list[dict]) -> list[Overlap]:
    """Every list of the municipality beside ``rows`` (key, name, address, kind), by its name."""
    given = json.dumps(rows, ensure_ascii=False)
    found = db.execute(_OVERLAPS, {"rows": given, "municipality": scope.municipality})
    return [Overlap(*row) for row in found]


def save(db: Session, scope: Scope, row: Intake) -> None:
    """Keep a run. Written before what it brings, so that rows can point at it."""
    if scope.municipality not in (None, row.municipality):
        raise NotFound(thing="municipality", id=row.municipality)
    db.add(row)
    db.flush()


def _of(dataset: str) -> list[ColumnElement[bool]]:
    return [Intake.dataset == dataset] if dataset else []


_REMEMBER = text("""
    insert into source_row (municipality, dataset, key, resource, intake, "values")
    select :municipality, dataset, key, resource, intake, "values"
    from jsonb_to_recordset(cast(:rows as jsonb))
         as r(dataset text, key text, resource uuid, intake uuid, "values" jsonb)
    on conflict (municipality, dataset, key) do update
    set resource = excluded.resource, intake = excluded.intake, "values" = excluded."values"
""")


def save_source_rows(db: Session, scope: Scope, rows: list[dict]) -> None:
    """Remember what a source said now, as the base of its next merge."""
    if rows:
        given = json.dumps(rows, ensure_ascii=False, default=str)  # ids are written as text
        db.execute(_REMEMBER, {"rows": given, "municipality": scope.municipality})
