"""書かれたもの: what one run of an import has written to the register, read from its revisions."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from geo.records.database import in_scope
from geo.records.resources import Resource, ResourceRevision, load_values
from geo.scope import Scope

_DIGEST = text("""
    select coalesce(md5(string_agg(line, ' ' order by line)), '') from (
        select md5(case when revision = 1 then changed::text
                        else resource::text || before::text || changed::text end) as line
        from resource_revision
        where intake = :intake
          and (cast(:municipality as text) is null or municipality = :municipality)
    ) written
""")


def list_added(db: Session, scope: Scope, intake: UUID, limit: int) -> list[dict[str, Any]]:
    """The first resources that a run added, as they stand, in the order in which they came."""
    ids = list(
        db.scalars(
            select(ResourceRevision.resource)
            .join(Resource, Resource.id == ResourceRevision.resource)
            .where(
                ResourceRevision.intake == intake,
                ResourceRevision.revision == 1,
                in_scope(scope, ResourceRevision.municipality),
            )
            .order_by(Resource.number)
            .limit(limit)
        )
    )
    values = load_values(db, scope, ids)
    return [values[id_][1] for id_ in ids]


def list_changed(db: Session, scope: Scope, intake: UUID, limit: int) -> list[Row[Any]]:
    """The first changes that a run made to what was there: resource, name, before, changed."""
    return list(
        db.execute(
            select(
                ResourceRevision.resource,
                Resource.name,
                ResourceRevision.before,
                ResourceRevision.changed,
            )
            .join(Resource, Resource.id == ResourceRevision.resource)
            .where(
                ResourceRevision.intake == intake,
                ResourceRevision.revision > 1,
                in_scope(scope, ResourceRevision.municipality),
            )
            .order_by(Resource.number, ResourceRevision.revision)
            .limit(limit)
        )
    )


def load_digest(db: Session, scope: Scope, intake: UUID) -> str:
    """A checksum of everything a run wrote (order by content): new resources by their fields
    alone, since their ids are new each time; changed ones by id, old and new values."""
    row = db.execute(_DIGEST, {"intake": intake, "municipality": scope.municipality})
    return str(row.scalar_one())
