"""抹消: which fields of which entry were wiped, when, by whom. Never what stood in them."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Uuid, func, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import Text

from geo.records.database import Base, any_of, in_scope
from geo.records.intakes import Intake, SourceRow
from geo.records.resources import ResourceRevision
from geo.scope import Scope


class Wiping(Base):
    """One 抹消. Written once."""

    __tablename__ = "wiping"

    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    resource: Mapped[UUID] = mapped_column(ForeignKey("resource.id"), index=True)
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text))
    account: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


def list_of(db: Session, scope: Scope, resource: UUID) -> list[Wiping]:
    """What was wiped of one entry, the newest first."""
    return list(
        db.scalars(
            select(Wiping)
            .where(Wiping.resource == resource, in_scope(scope, Wiping.municipality))
            .order_by(Wiping.number.desc())
        )
    )


def list_fields(db: Session, scope: Scope, resources: Iterable[UUID]) -> dict[UUID, set[str]]:
    """Resource → fields that were ever wiped of it, of those of which some were; by id."""
    found: dict[UUID, set[str]] = {}
    rows = db.scalars(
        select(Wiping)
        .where(Wiping.resource == any_of(resources, Uuid), in_scope(scope, Wiping.municipality))
        .order_by(Wiping.resource, Wiping.number)
    )
    for row in rows:
        found.setdefault(row.resource, set()).update(row.fields)
    return found


def save(db: Session, scope: Scope, resource: UUID, fields: Sequence[str]) -> None:
    """Take fields out of the history of one entry (by the owner's own function, which writes the audit),
    and remember that they were."""
    db.execute(
        text("select wipe_history(:resource, :municipality, cast(:fields as text[]), :account)"),
        {
            "resource": resource,
            "municipality": scope.municipality,
            "fields": list(fields),
            "account": scope.account,
        },
    )
    mine = {"municipality": scope.municipality, "account": scope.account}
    db.add(Wiping(resource=resource, fields=list(fields), **mine))
    db.flush()


# A row that was known by its name is known by the sum of that name from now on
_SOURCES = text("""
    update source_row s set "values" = s."values" - cast(:fields as text[]),
           key = case when exists (select from unnest(cast(:said as text[])) w
                                   where position(w in s.key) > 0)
                      then 'sha256:' || encode(sha256(convert_to(s.key, 'UTF8')), 'hex')
                      else s.key end
    where municipality = :municipality and resource = any(cast(:resources as uuid[]))
    returning s.intake, s.dataset
""")
_REPORTS = """
    select id, report from intake
    where municipality = :municipality
          and exists (select from unnest(cast(:said as text[])) w where position(w in report::text) > 0)
"""
_FINDINGS = """
    select id, finding from preview
    where municipality = :municipality
          and exists (select from unnest(cast(:said as text[])) w where position(w in finding::text) > 0)
"""


def save_sources(
    db: Session, scope: Scope, resources: Sequence[UUID], fields: Sequence[str], keys: Sequence[str]
) -> None:
    """Forget what lists delivered in these fields; a row whose key holds one of ``keys`` (words.search_key)
    is found by the sum of its key."""
    db.execute(
        _SOURCES,
        {
            "fields": list(fields),
            "said": list(keys),
            "municipality": scope.municipality,
            "resources": [str(id_) for id_ in resources],
        },
    )


def list_bringing(db: Session, scope: Scope, resources: Sequence[UUID]) -> list[Intake]:
    """The imports that brought or changed one of these entries, the newest first."""
    mine = any_of(resources, Uuid)
    brought = select(ResourceRevision.intake).where(
        ResourceRevision.resource == mine, ResourceRevision.intake.is_not(None)
    )
    said = select(SourceRow.intake).where(SourceRow.resource == mine)
    return list(
        db.scalars(
            select(Intake)
            .where(
                in_scope(scope, Intake.municipality),
                or_(Intake.id.in_(brought), Intake.id.in_(said)),
            )
            .order_by(Intake.number.desc())
        )
    )


def list_values_of(db: Session, scope: Scope, resource: UUID) -> list[dict]:
    """What lists last said of one entry, by list and key."""
    return list(
        db.scalars(
            select(SourceRow.values)
            .where(SourceRow.resource == resource, in_scope(scope, SourceRow.municipality))
            .order_by(SourceRow.dataset, SourceRow.key)
        )
    )


def sweep_providers(db: Session, scope: Scope) -> None:
    """Take away the names of providers that no entry names any more."""
    db.execute(
        text(
            "delete from provider p where p.municipality = :municipality"
            " and not exists (select from resource r where r.provider = p.id)"
        ),
        {"municipality": scope.municipality},
    )


def list_reports(db: Session, scope: Scope, said: Sequence[str]) -> list[tuple[UUID, dict]]:
    """Reports of imports in which one of these texts stands, in the order of the runs; locked."""
    rows = db.execute(
        text(f"{_REPORTS} order by number for update"),
        {"said": said, "municipality": scope.municipality},
    )
    return [(row[0], row[1]) for row in rows]


def list_findings(db: Session, scope: Scope, said: Sequence[str]) -> list[tuple[UUID, dict]]:
    """Findings of dry runs in which one of these texts stands, by id; locked."""
    rows = db.execute(
        text(f"{_FINDINGS} order by id for update"),
        {"said": said, "municipality": scope.municipality},
    )
    return [(row[0], row[1]) for row in rows]


def save_report(db: Session, scope: Scope, intake: UUID, report: dict) -> None:
    """A report without what was wiped."""
    db.execute(
        text(
            "update intake set report = cast(:report as jsonb)"
            " where id = :id and municipality = :municipality"
        ),
        {"id": intake, "report": json.dumps(report), "municipality": scope.municipality},
    )


def save_finding(db: Session, scope: Scope, preview: UUID, finding: dict) -> None:
    """A dry run's finding without what was wiped."""
    db.execute(
        text(
            "update preview set finding = cast(:finding as jsonb)"
            " where id = :id and municipality = :municipality"
        ),
        {"id": preview, "finding": json.dumps(finding), "municipality": scope.municipality},
    )
