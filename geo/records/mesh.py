"""地域メッシュ: squares of the census with the people in them, as arrays for engines."""

from dataclasses import dataclass
from math import isnan
from uuid import UUID

import numpy as np
import shapely
from geoalchemy2 import Geometry, WKBElement
from numpy.typing import NDArray
from sqlalchemy import BigInteger, CheckConstraint, Double, ForeignKey, delete, func, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import LONLAT, Base, copy_rows, in_scope
from geo.records.population import PopulationSource
from geo.scope import Scope

_BLOCK = 10_000  # squares read or written at a time: memory does not grow with the file


class MeshCell(Base):
    """One square. people None: nobody says. Where ``counted_in`` is set, ages and more are in the
    counts of that square; ``inside``: the share of its area that lies in the municipality."""

    __tablename__ = "mesh_cell"
    __table_args__ = (CheckConstraint("inside between 0 and 1", name="inside"),)

    source: Mapped[UUID] = mapped_column(ForeignKey("population_source.id"), primary_key=True)
    code: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    municipality: Mapped[str]  # the source's: without a key, which 100,000 squares would look up
    geom: Mapped[WKBElement] = mapped_column(Geometry("POLYGON", srid=LONLAT, spatial_index=False))
    people: Mapped[int | None]
    people_65: Mapped[int | None]
    people_75: Mapped[int | None]
    people_85: Mapped[int | None]
    households: Mapped[int | None]
    counted_in: Mapped[int | None] = mapped_column(BigInteger)
    inside: Mapped[float] = mapped_column(Double)


@dataclass(frozen=True, slots=True)
class Cells:
    """Squares of one source, by code. Row i of each array is the same square.

    codes       (n,) int64
    boxes       (n, 4) float64: west, south, east, north in degrees
    counts      (n, 5) float64: people, 65+, 75+, 85+, households as delivered; nan = nobody says
    counted_in  (n,) int64: the square that holds its ages; 0 = its own
    inside      (n,) float64: share of its area in the municipality
    """

    codes: NDArray[np.int64]
    boxes: NDArray[np.float64]
    counts: NDArray[np.float64]
    counted_in: NDArray[np.int64]
    inside: NDArray[np.float64]


def find_finest(db: Session, scope: Scope) -> PopulationSource | None:
    """The census to spread people by, of those the reader may see: the newest, of it the smallest squares."""
    return db.scalar(
        select(PopulationSource)
        .where(
            in_scope(scope, PopulationSource.municipality),
            PopulationSource.kind == "cells",
            PopulationSource.public.is_(True) if scope.is_public else true(),
        )
        .order_by(
            PopulationSource.as_of.desc().nulls_last(),
            PopulationSource.side_m,
            PopulationSource.number.desc(),
        )
        .limit(1)
    )


def load_cells(db: Session, scope: Scope, source: UUID) -> Cells:
    """The squares of a source. Empty arrays when there are none.

    Block by block by their key, not by a cursor of the server: that would need a transaction, and whoever
    drags a point asks without one.
    """
    asked = (
        select(
            *(MeshCell.code, MeshCell.counted_in, MeshCell.inside),
            *(MeshCell.people, MeshCell.people_65, MeshCell.people_75, MeshCell.people_85),
            MeshCell.households,
            *(func.ST_XMin(MeshCell.geom), func.ST_YMin(MeshCell.geom)),
            *(func.ST_XMax(MeshCell.geom), func.ST_YMax(MeshCell.geom)),
        )
        .where(MeshCell.source == source, in_scope(scope, MeshCell.municipality))
        .order_by(MeshCell.code)
        .limit(_BLOCK)
    )
    whole, numbers = [np.empty((0, 2), dtype=np.int64)], [np.empty((0, 10))]
    rows = db.execute(asked).all()
    while rows:
        whole.append(np.array([(row[0], row[1] or 0) for row in rows], dtype=np.int64))
        numbers.append(np.array([row[2:] for row in rows], dtype=np.float64))
        rows = db.execute(asked.where(MeshCell.code > rows[-1].code)).all()
    codes, table = np.concatenate(whole), np.concatenate(numbers)
    return Cells(
        codes=codes[:, 0],
        boxes=table[:, 6:],
        counts=table[:, 1:6],
        counted_in=codes[:, 1],
        inside=table[:, 0],
    )


def save_cells(db: Session, scope: Scope, source: UUID, cells: Cells) -> None:
    """Let these squares take the place of those a source had."""
    db.execute(
        delete(MeshCell).where(MeshCell.source == source, in_scope(scope, MeshCell.municipality))
    )
    for start in range(0, len(cells.codes), _BLOCK):
        block = slice(start, start + _BLOCK)
        shapes = shapely.set_srid(shapely.box(*cells.boxes[block].T), LONLAT)
        copy_rows(
            db,
            "copy mesh_cell (source, code, municipality, geom, people, people_65, people_75,"
            " people_85, households, counted_in, inside) from stdin",
            (
                (
                    *(source, code, scope.municipality, wkb),
                    *(None if isnan(count) else int(count) for count in counts),
                    *(host or None, inside),
                )
                for code, wkb, counts, host, inside in zip(
                    cells.codes[block].tolist(),
                    shapely.to_wkb(shapes, hex=True, include_srid=True),
                    cells.counts[block].tolist(),
                    cells.counted_in[block].tolist(),
                    cells.inside[block].tolist(),
                    strict=True,
                )
            ),
        )
