"""住んでいる人: what each source says of the residents of an area, reckoned when areas or people were
imported, so that a page asks once. Derived: may be made anew from lines and squares."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Double,
    ForeignKey,
    Row,
    delete,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column
from sqlalchemy.types import Text

from geo.records.database import Base, copy_rows, in_scope
from geo.records.districts import District
from geo.records.population import BANDS, PopulationFigure, PopulationLine, PopulationSource
from geo.scope import Scope


class PopulationOfDistrict(Base):
    """What a source says of an area, reckoned when areas or people were imported; may be made anew.

    how        towns (its towns together), table (a line of its own), spread (towns parted where
               people of spread_by live), cells (squares by their area)
    parts      how many towns or squares were added up
    missing    towns of the area of which the source says nothing
    split      towns that lie in two areas: not in the counts
    """

    __tablename__ = "population_of_district"
    __table_args__ = (CheckConstraint("how in ('towns', 'table', 'spread', 'cells')", name="how"),)

    source: Mapped[UUID] = mapped_column(ForeignKey("population_source.id"), primary_key=True)
    district: Mapped[UUID] = mapped_column(ForeignKey("district.id"), primary_key=True, index=True)
    how: Mapped[str] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    people: Mapped[float | None] = mapped_column(Double)
    people_65: Mapped[float | None] = mapped_column(Double)
    people_75: Mapped[float | None] = mapped_column(Double)
    people_85: Mapped[float | None] = mapped_column(Double)
    parts: Mapped[int]
    missing: Mapped[list[str]] = mapped_column(ARRAY(Text))
    split: Mapped[list[str]] = mapped_column(ARRAY(Text))
    spread_by: Mapped[UUID | None] = mapped_column(ForeignKey("population_source.id"))


@dataclass(frozen=True, slots=True)
class OfDistrict:
    """What a source says of an area; see PopulationOfDistrict."""

    source: UUID
    district: UUID
    how: str
    counts: tuple[float | None, float | None, float | None, float | None]
    parts: int
    missing: tuple[str, ...] = ()
    split: tuple[str, ...] = ()
    spread_by: UUID | None = None


def list_counts(db: Session, scope: Scope) -> list[Row[Any]]:
    """source, level, district, name, within, town_key, is_total and the counts of every line of every
    table, by source and line: what an area's residents are reckoned from."""
    columns = [getattr(PopulationLine, name) for name in BANDS]
    return list(
        db.execute(
            select(
                PopulationLine.source,
                PopulationSource.level,
                PopulationLine.district,
                PopulationLine.name,
                PopulationLine.within,
                PopulationLine.town_key,
                PopulationLine.is_total,
                *columns,
            )
            .join(PopulationSource, PopulationSource.id == PopulationLine.source)
            .where(in_scope(scope, PopulationLine.municipality), PopulationSource.kind == "table")
            .order_by(PopulationLine.source, PopulationLine.line)
        )
    )


def list_of_districts(
    db: Session, scope: Scope, level: str, only: UUID | None = None
) -> list[Row[Any]]:
    """What each source that the reader may see says of today's areas of a level, by area, then the
    newest source first: PopulationOfDistrict with its source, and the source it was spread by."""
    other = aliased(PopulationSource)
    asked: Any = select(PopulationOfDistrict, PopulationSource, other)
    return list(
        db.execute(
            asked.join(PopulationSource, PopulationSource.id == PopulationOfDistrict.source)
            .join(District, District.id == PopulationOfDistrict.district)
            .outerjoin(other, other.id == PopulationOfDistrict.spread_by)
            .where(
                in_scope(scope, PopulationOfDistrict.municipality),
                District.level == level,
                District.valid_to.is_(None),
                _seen(scope, PopulationSource),
                other.id.is_(None) | _seen(scope, other),
                *([District.id == only] if only else []),
            )
            .order_by(
                District.code,
                PopulationSource.as_of.desc().nulls_last(),
                PopulationSource.number.desc(),
                PopulationOfDistrict.how,
            )
        )
    )


def list_answers(db: Session, scope: Scope, district: UUID) -> list[Row[Any]]:
    """Figures of surveys about an area with their source, by source and as the table has them."""
    return list(
        db.execute(
            select(PopulationFigure, PopulationSource)
            .join(
                PopulationLine,
                (PopulationLine.source == PopulationFigure.source)
                & (PopulationLine.line == PopulationFigure.line),
            )
            .join(PopulationSource, PopulationSource.id == PopulationFigure.source)
            .where(
                in_scope(scope, PopulationFigure.municipality),
                PopulationSource.kind == "survey",
                PopulationLine.district == district,
                _seen(scope, PopulationSource),
            )
            .order_by(
                PopulationSource.as_of.desc().nulls_last(),
                PopulationSource.number.desc(),
                PopulationFigure.position,
            )
        )
    )


def list_members(db: Session, scope: Scope) -> list[Row[Any]]:
    """area, name of a town and its key ("" for one that is a part, by id ``town``): what today's areas
    are made of, parts of parts included; by area, then name."""
    return list(
        db.execute(
            text("""
                with recursive part(area, id) as (
                    select id, id from district
                    where municipality = :municipality and valid_to is null
                    union
                    select part.area, p.id
                    from part join district d on d.id = part.id cross join unnest(d.parts) as p(id)
                )
                select part.area, t.town as name, t.town_key as key, null::uuid as town
                from part join district_town t on t.district = part.id
                union
                select part.area, d.name, '', d.id
                from part join district d on d.id = part.id
                where d.level = 'town' and part.area <> part.id
                order by 1, 2
            """),
            {"municipality": scope.municipality},
        )
    )


def save_of_districts(db: Session, scope: Scope, rows: Iterable[OfDistrict]) -> None:
    """Let these take the place of all that was reckoned for the municipality's areas."""
    db.execute(
        delete(PopulationOfDistrict).where(in_scope(scope, PopulationOfDistrict.municipality))
    )
    copy_rows(
        db,
        "copy population_of_district (source, district, how, municipality, people, people_65,"
        " people_75, people_85, parts, missing, split, spread_by) from stdin",
        (
            (
                *(row.source, row.district, row.how, scope.municipality, *row.counts, row.parts),
                *(list(row.missing), list(row.split), row.spread_by),
            )
            for row in rows
        ),
    )


def _seen(scope: Scope, source: type[PopulationSource]) -> ColumnElement[bool]:
    return source.public.is_(True) if scope.is_public else true()
