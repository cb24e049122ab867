"""届きにくさの一枚: one area of an answer for paper and for its own page: its map, its squares, its resources.

A list is numbered as its map is: first what lies in the area, then what lies beside it within the frame.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo.access.spread import areas_of
from geo.area import Area
from geo.days import freshness
from geo.errors import NotFound
from geo.gap_cells import fewest_of
from geo.gap_drawn import Drawn
from geo.gap_map import GapMap
from geo.gap_squares import Square, squares_of
from geo.possible_homes import HomeAreas, outlines
from geo.records import shelf
from geo.records.shelf import Wanted
from geo.scope import Scope
from geo.sheet_map import Dot, Shown, sheet_map

_FRAME = 0.06  # of an area's width and height: what lies so near is on its map, as in geo.sheet_map


@dataclass(frozen=True, slots=True)
class Seen:
    """Resources of a kind whose place lies in an area: how many, and how many of them were confirmed this 年度."""

    resources: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class OfArea:
    """What belongs to one area of an answer.

    cells    its squares, those with most people beyond first; fewest  from how many people on one has a number
    inside, beside   rows of the shelf in the area, and near it; without_place  of the kind, nobody knows where
    outline  None where it has none: then there is no map
    """

    cells: tuple[Square, ...]
    fewest: float
    inside: tuple[Row[Any], ...]
    beside: tuple[Row[Any], ...]
    without_place: tuple[Row[Any], ...]
    outline: BaseGeometry | None

    @property
    def listed(self) -> tuple[Row[Any], ...]:
        """All of them in the order of their numbers."""
        return (*self.inside, *self.beside, *self.without_place)


def of_area(
    db: Session, scope: Scope, area: Area, found: GapMap, homes: HomeAreas, only: UUID
) -> OfArea:
    """One area of an answer about one kind. Raises NotFound for one that is not of its level."""
    if only not in [id_ for id_, _, _ in homes.areas]:
        raise NotFound(thing="district", id=str(only))
    fewest = fewest_of(db, scope, float(found.living.of[0]))
    squares = sorted(
        squares_of(found, area, homes, only, fewest),
        key=lambda one: (-(one.beyond or 0.0), -one.beyond_share, -one.unknown_share, one.code),
    )
    outline = outlines(db, scope, found.question.level).get(only)
    inside, beside, nowhere = [], [], []
    for row in shelf.list_open(db, scope, Wanted(kind=found.question.kinds[0])):
        places = _places(row)
        if not places or outline is None:
            nowhere.append(row)
        elif any(shapely.intersects_xy(outline, *place) for place in places):
            inside.append(row)
        elif found.of[0].by_area or any(_is_near(outline, place) for place in places):
            beside.append(row)
    return OfArea(tuple(squares), fewest, tuple(inside), tuple(beside), tuple(nowhere), outline)


def draw(
    db: Session,
    scope: Scope,
    area: Area,
    found: GapMap,
    within: Drawn,
    one: OfArea,
    size_mm: tuple[float, float],
    words: Mapping[str, str],
) -> str:
    """The map of an area as SVG, "" where it has no outline. words: as geo.sheet_map.sheet_map."""
    if one.outline is None:
        return ""
    others = [s for s in outlines(db, scope, found.question.level).values() if s is not one.outline]
    nothing = not found.of[0].offers.resources
    dots = [_dot(cell, one.fewest) for cell in one.cells if not nothing]
    marks = [
        (number, lon, lat)
        for number, row in enumerate(one.listed, start=1)
        for lon, lat in _places(row)
    ]
    shown = Shown(
        area=one.outline,
        others=[shape for shape in others if not shape.equals(one.outline)],
        leading=within.leading.shape if within.leading else None,
        practical=within.practical.shape if within.practical else None,
        served=within.served,
        coverage=area.network.coverage,
        dots=dots,
        marks=marks,
    )
    return sheet_map(db, scope, shown, size_mm, words)


def seen_by_area(db: Session, scope: Scope, level: str, kind: str, as_of: date) -> dict[UUID, Seen]:
    """Area of a level → the resources of a kind in it, for every area with an outline."""
    shapes = outlines(db, scope, level)
    marks = [m for m in shelf.list_marks(db, scope, Wanted(kind=kind)) if m.lon is not None]
    lonlat = np.array([(mark.lon, mark.lat) for mark in marks], np.float64).reshape(-1, 2)
    row = areas_of(lonlat, list(shapes.values())) if marks else np.empty(0, np.int32)
    confirmed = [freshness(mark.confirmed_on, as_of) == "confirmed" for mark in marks]
    return {
        id_: Seen(
            int((row == at).sum()),
            sum(sure for sure, where in zip(confirmed, row.tolist(), strict=True) if where == at),
        )
        for at, id_ in enumerate(shapes)
    }


def _dot(cell: Square, fewest: float) -> Dot:
    """A square on the map; one without a number is as large as half the fewest, whatever is most of it."""
    if cell.beyond is not None and cell.unknown is not None:
        return Dot(cell.lonlat, cell.beyond, cell.unknown)
    usual = fewest / 2
    is_beyond, is_unknown = cell.beyond_share >= 0.5, cell.unknown_share > 0.5
    return Dot(cell.lonlat, usual if is_beyond else 0.0, usual if is_unknown else 0.0)


def _places(row: Row[Any]) -> list[tuple[float, float]]:
    own = [] if row.lon is None else [(row.lon, row.lat)]
    return own + [(halt["lon"], halt["lat"]) for halt in row.stops if halt["lon"] is not None]


def _is_near(outline: BaseGeometry, place: Sequence[float]) -> bool:
    west, south, east, north = outline.bounds
    wide, high = (east - west) * _FRAME, (north - south) * _FRAME
    return bool(west - wide <= place[0] <= east + wide and south - high <= place[1] <= north + high)
