"""取り込み: what was imported, when, from which file, and how good it was; and the values a source
last delivered for each row, which are the base of the next merge."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Identity,
    Text,
    UniqueConstraint,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

from geo.errors import NotFound
from geo.records.database import Base, any_of, in_scope
from geo.scope import Scope

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
    """The last run of each dataset and target: where what is on the map comes from. A workbook that
    staff edited is no source: it came from here."""
    return list(
        db.scalars(
            select(Intake)
            .where(in_scope(scope, Intake.municipality), Intake.dataset != WORKBOOK)
            .ext(distinct_on(Intake.municipality, Intake.dataset, Intake.target))
            .order_by(Intake.municipality, Intake.dataset, Intake.target, Intake.number.desc())
        )
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


@dataclass(frozen=True, slots=True)
class Said:
    """What a dataset last said about one of its rows."""

    key: str
    resource: UUID
    values: dict


@dataclass(frozen=True, slots=True)
class KnownRows:
    """Of some rows, how many a dataset has under the same name and under another; and all it has."""

    same: int
    other: int
    rows: int


def list_said(db: Session, scope: Scope, dataset: str, keys: Iterable[str]) -> list[Said]:
    """What a dataset last said of the rows of these keys, by key."""
    rows = db.execute(
        select(SourceRow.key, SourceRow.resource, SourceRow.values)
        .where(
            in_scope(scope, SourceRow.municipality),
            SourceRow.dataset == dataset,
            SourceRow.key == any_of(keys, Text),
        )
        .order_by(SourceRow.key)
    )
    return [Said(*row) for row in rows]


def list_resources(db: Session, scope: Scope, dataset: str) -> list[UUID]:
    """The resources that a dataset brought, in the order of their ids."""
    rows = db.scalars(
        select(SourceRow.resource)
        .where(in_scope(scope, SourceRow.municipality), SourceRow.dataset == dataset)
        .order_by(SourceRow.resource)
    )
    return list(rows)


def list_unsaid(
    db: Session, scope: Scope, dataset: str, keys: Collection[str]
) -> list[tuple[str, str]]:
    """(key, name) of a dataset's rows that are none of these, by key."""
    rows = db.execute(
        select(SourceRow.key, SourceRow.values["name"].astext)
        .where(in_scope(scope, SourceRow.municipality), SourceRow.dataset == dataset)
        .order_by(SourceRow.key)
        .execution_options(yield_per=5_000)
    )
    return [(key, name) for key, name in rows if key not in keys]


def count_known(
    db: Session, scope: Scope, keys: list[str], names: list[str]
) -> dict[str, KnownRows]:
    """Dataset → how many of these rows (key and name) it has said before, by dataset."""
    rows = db.execute(
        text("""
            select s.dataset, count(*) filter (where d.name = s."values"->>'name'),
                   count(*) filter (where d.name <> s."values"->>'name'), count(*)
            from source_row s
            left join unnest(cast(:keys as text[]), cast(:names as text[])) as d(key, name)
                 on d.key = s.key
            where s.municipality = :municipality
            group by s.dataset order by s.dataset
        """),
        {"municipality": scope.municipality, "keys": keys, "names": names},
    )
    return {row[0]: KnownRows(*row[1:]) for row in rows}


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
