"""学校: where schools stand, to name school districts that a file leaves without a name."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import ForeignKey, Identity, UniqueConstraint, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import LONLAT, Base, in_scope
from geo.scope import Scope


class School(Base):
    """One school of a municipality. ``kind``: elementary, junior_high, compulsory …"""

    __tablename__ = "school"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("municipality", "kind", "code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True))
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    kind: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    address: Mapped[str] = mapped_column(server_default="")
    place: Mapped[WKBElement] = mapped_column(Geometry("POINT", srid=LONLAT))
    intake: Mapped[UUID | None] = mapped_column(ForeignKey("intake.id"))


@dataclass(frozen=True, slots=True)
class SchoolPoint:
    """A school as importers compare and use it; lon, lat in degrees."""

    id: UUID
    kind: str
    code: str
    name: str
    address: str
    lon: float
    lat: float


def list_points(db: Session, scope: Scope, kinds: Iterable[str] | None = None) -> list[SchoolPoint]:
    """Schools of the given kinds (None: of all), by kind and code."""
    rows = db.execute(
        select(
            School.id,
            School.kind,
            School.code,
            School.name,
            School.address,
            func.ST_X(School.place),
            func.ST_Y(School.place),
        )
        .where(
            in_scope(scope, School.municipality),
            *([] if kinds is None else [School.kind.in_(list(kinds))]),
        )
        .order_by(School.kind, School.code)
    )
    return [SchoolPoint(*row) for row in rows]


def save_many(db: Session, scope: Scope, rows: list[SchoolPoint], intake: UUID) -> None:
    """Write schools: new ids are added, known ids take the new values."""
    for row in rows:
        values = {
            "kind": row.kind,
            "code": row.code,
            "name": row.name,
            "address": row.address,
            "place": func.ST_SetSRID(func.ST_MakePoint(row.lon, row.lat), LONLAT),
            "intake": intake,
        }
        db.execute(
            insert(School)
            .values(id=row.id, municipality=scope.municipality, **values)
            .on_conflict_do_update(index_elements=[School.id], set_=values)
        )
