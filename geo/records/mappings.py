"""列の対応: which column of a list means what, kept by the header it was said for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.errors import NotFound
from geo.records.database import Base, in_scope
from geo.scope import Scope


class MappingRow(Base):
    """One mapping of a municipality. ``spec`` is what ``flask import … --mapping`` reads."""

    __tablename__ = "mapping"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    spec: Mapped[dict] = mapped_column(JSONB)
    account: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


def get(db: Session, scope: Scope, fingerprint: str) -> MappingRow:
    """The mapping for a header. Raises NotFound."""
    row = find(db, scope, [fingerprint])
    if row is None:
        raise NotFound(thing="mapping", id=fingerprint)
    return row


def find(db: Session, scope: Scope, fingerprints: list[str]) -> MappingRow | None:
    """The newest mapping for any of these headers, or None."""
    return db.scalar(
        select(MappingRow)
        .where(
            in_scope(scope, MappingRow.municipality),
            MappingRow.fingerprint.in_(fingerprints),
        )
        .order_by(MappingRow.at.desc())
        .limit(1)
    )


def list_all(db: Session, scope: Scope) -> list[MappingRow]:
    """The mappings of the scope's municipality, the newest first."""
    return list(
        db.scalars(
            select(MappingRow)
            .where(in_scope(scope, MappingRow.municipality))
            .order_by(MappingRow.at.desc(), MappingRow.fingerprint)
        )
    )


def save(db: Session, scope: Scope, fingerprint: str, name: str, spec: dict[str, Any]) -> None:
    """Keep the mapping for a header, in place of the one there was."""
    values = {"name": name, "spec": spec, "account": scope.account, "at": func.clock_timestamp()}
    db.execute(
        insert(MappingRow)
        .values(municipality=scope.municipality, fingerprint=fingerprint, **values)
        .on_conflict_do_update(index_elements=["municipality", "fingerprint"], set_=values)
    )


def save_without(db: Session, scope: Scope, fingerprint: str) -> None:
    """Forget the mapping for a header."""
    db.execute(
        delete(MappingRow).where(
            in_scope(scope, MappingRow.municipality), MappingRow.fingerprint == fingerprint
        )
    )
