"""人口: who lives where, as tables of areas and surveys say. What is not known is None.

What is reckoned of it for each area is in geo.records.residents, squares are in geo.records.mesh.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    SmallInteger,
    UniqueConstraint,
    delete,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import Base, copy_rows, in_scope
from geo.records.districts import DistrictTown
from geo.scope import Scope

BANDS = ("people", "people_65", "people_75", "people_85")


class PopulationSource(Base):
    """One series of deliveries, with the edition in use: a later one takes its place.

    series      what makes two deliveries editions of one thing: form, level, what is told
    kind        cells (census by squares), table (of areas), survey
    level       of the areas it names, where they are known
    as_of       the day people were counted, as exact as as_of_unit says (day, month, year, "")
    public      whether anonymous readers may see it (MEANING 5)
    side_m      of squares
    """

    __tablename__ = "population_source"
    __table_args__ = (
        CheckConstraint("kind in ('cells', 'table', 'survey')", name="kind"),
        CheckConstraint(
            "as_of_unit in ('day', 'month', 'year', '') and (as_of is null) = (as_of_unit = '')",
            name="as_of",
        ),
        UniqueConstraint("number"),
        UniqueConstraint("municipality", "series"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True))
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    series: Mapped[str]
    kind: Mapped[str]
    form: Mapped[str]
    level: Mapped[str | None]
    as_of: Mapped[date | None]
    as_of_unit: Mapped[str]
    title: Mapped[str]
    publisher: Mapped[str]
    licence: Mapped[str]
    public: Mapped[bool]
    side_m: Mapped[int | None]
    intake: Mapped[UUID] = mapped_column(ForeignKey("intake.id"))


class PopulationLine(Base):
    """One area of a table: the area it is (None where none is called so), its name as written, the
    wider one it stands under, and both sexes by age from the figures. ``is_total``: of everybody."""

    __tablename__ = "population_line"

    source: Mapped[UUID] = mapped_column(ForeignKey("population_source.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    district: Mapped[UUID | None] = mapped_column(ForeignKey("district.id"), index=True)
    name: Mapped[str]
    within: Mapped[str]
    town_key: Mapped[str]
    is_total: Mapped[bool]
    people: Mapped[int | None]
    people_65: Mapped[int | None]
    people_75: Mapped[int | None]
    people_85: Mapped[int | None]
    households: Mapped[int | None]


class PopulationFigure(Base):
    """One number of a line. age_to None is open; people None: nobody says."""

    __tablename__ = "population_figure"
    __table_args__ = (
        CheckConstraint("sex in ('both', 'men', 'women')", name="sex"),
        ForeignKeyConstraint(
            ["source", "line"], ["population_line.source", "population_line.line"]
        ),
    )

    source: Mapped[UUID] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    measure: Mapped[str]
    sex: Mapped[str]
    age_from: Mapped[int] = mapped_column(SmallInteger)
    age_to: Mapped[int | None] = mapped_column(SmallInteger)
    people: Mapped[int | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a line: what it counts, of whom, and the number or None."""

    measure: str
    sex: str
    age_from: int
    age_to: int | None
    people: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be written, or as it was; counts in the order of BANDS."""

    district: UUID | None
    name: str
    within: str
    town_key: str
    is_total: bool
    counts: tuple[int | None, int | None, int | None, int | None]
    households: int | None
    figures: tuple[Figure, ...]


def find_source(db: Session, scope: Scope, series: str) -> PopulationSource | None:
    """The source of a series in the scope's municipality."""
    return db.scalar(
        select(PopulationSource).where(
            in_scope(scope, PopulationSource.municipality), PopulationSource.series == series
        )
    )


def list_sources(db: Session, scope: Scope) -> list[PopulationSource]:
    """Sources the reader may see, the newest edition first, those without a date last."""
    return list(
        db.scalars(
            select(PopulationSource)
            .where(in_scope(scope, PopulationSource.municipality), _seen(scope))
            .order_by(PopulationSource.as_of.desc().nulls_last(), PopulationSource.number.desc())
        )
    )


def list_lines(db: Session, scope: Scope, source: UUID) -> list[Line]:
    """The lines of a source with their figures, in the order of the table."""
    figures: dict[int, list[Figure]] = {}
    for row in db.execute(
        select(PopulationFigure)
        .where(PopulationFigure.source == source, in_scope(scope, PopulationFigure.municipality))
        .order_by(PopulationFigure.line, PopulationFigure.position)
    ).scalars():
        own = Figure(row.measure, row.sex, row.age_from, row.age_to, row.people)
        figures.setdefault(row.line, []).append(own)
    rows = db.scalars(
        select(PopulationLine)
        .where(PopulationLine.source == source, in_scope(scope, PopulationLine.municipality))
        .order_by(PopulationLine.line)
    )
    return [
        Line(
            *(row.district, row.name, row.within, row.town_key, row.is_total),
            (row.people, row.people_65, row.people_75, row.people_85),
            row.households,
            tuple(figures.get(row.line, ())),
        )
        for row in rows
    ]


def list_towns(db: Session, scope: Scope) -> dict[str, str]:
    """Key → name of every town that tables of areas name, by key."""
    rows = db.execute(
        select(DistrictTown.town_key, func.min(DistrictTown.town))
        .where(in_scope(scope, DistrictTown.municipality))
        .group_by(DistrictTown.town_key)
        .order_by(DistrictTown.town_key)
    )
    return {row[0]: row[1] for row in rows}


def save_source(db: Session, scope: Scope, row: dict[str, Any]) -> None:
    """Keep a source under its id: new, or with the values of the edition now in use."""
    values = {name: value for name, value in row.items() if name != "id"}
    db.execute(
        insert(PopulationSource)
        .values(id=row["id"], municipality=scope.municipality, **values)
        .on_conflict_do_update(index_elements=[PopulationSource.id], set_=values)
    )


def save_lines(db: Session, scope: Scope, source: UUID, lines: Sequence[Line]) -> None:
    """Let these lines take the place of those a source had."""
    for table in (PopulationFigure, PopulationLine):
        db.execute(delete(table).where(table.source == source, in_scope(scope, table.municipality)))
    copy_rows(
        db,
        "copy population_line (source, line, municipality, district, name, within, town_key,"
        " is_total, people, people_65, people_75, people_85, households) from stdin",
        (
            (
                *(source, at, scope.municipality, line.district, line.name, line.within),
                *(line.town_key, line.is_total, *line.counts, line.households),
            )
            for at, line in enumerate(lines)
        ),
    )
    copy_rows(
        db,
        "copy population_figure (source, line, position, municipality, measure, sex, age_from,"
        " age_to, people) from stdin",
        (
            (
                *(source, at, position, scope.municipality),
                *(one.measure, one.sex, one.age_from, one.age_to, one.people),
            )
            for at, line in enumerate(lines)
            for position, one in enumerate(line.figures)
        ),
    )


def _seen(scope: Scope) -> ColumnElement[bool]:
    return PopulationSource.public.is_(True) if scope.is_public else true()
