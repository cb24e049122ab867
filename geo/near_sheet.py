"""答えの一枚: the map of a residents' answer for paper, numbered as its list."""

import math
from collections.abc import Mapping, Sequence

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from geo import squares
from geo.scope import Scope
from geo.sheet_map import Shown, sheet_map

AROUND_DEG = 0.0015  # our choice: some 150 m around what is listed
MARK_MM = 3.2  # our choice: read at arm's length


def drawing(
    db: Session,
    scope: Scope,
    square: str,
    marks: Sequence[tuple[int, float, float]],
    rough: frozenset[int],
    size_mm: tuple[float, float],
    words: Mapping[str, str],
    coverage: BaseGeometry | None,
) -> str:
    """The map as an <svg> element: the square in which one lives, and what is listed.

    marks  (number, lon, lat); rough: numbers whose place is only about there; words: as ``sheet_map``
    coverage  as far as the streets are known; None: no streets
    """
    home = shapely.box(*squares.box_of(square))
    area = shapely.union_all([home, *(shapely.Point(lon, lat) for _, lon, lat in marks)]).envelope
    shown = Shown(
        area=shapely.Polygon(),  # none has a border here
        window=_filling(area, size_mm),
        others=[],
        leading=None,
        practical=home,
        served=None,
        coverage=coverage,
        dots=(),
        marks=marks,
        rough=rough,
        mark_mm=MARK_MM,
    )
    return sheet_map(db, scope, shown, size_mm, words)


def _filling(area: BaseGeometry, size_mm: tuple[float, float]) -> BaseGeometry:
    """A box around the area, in the shape of the paper: its border is that of the map."""
    west, south, east, north = area.buffer(AROUND_DEG).bounds
    narrow = math.cos(math.radians((south + north) / 2))
    wide, high = (east - west) * narrow, north - south
    more_wide = max(0.0, high * size_mm[0] / size_mm[1] - wide) / narrow / 2
    more_high = max(0.0, wide * size_mm[1] / size_mm[0] - high) / 2
    return shapely.box(west - more_wide, south - more_high, east + more_wide, north + more_high)
