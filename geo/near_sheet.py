"""答えの一枚: the map of a residents' answer for paper, numbered as its list."""

from collections.abc import Mapping, Sequence

import shapely
from sqlalchemy.orm import Session

from geo import squares
from geo.scope import Scope
from geo.sheet_map import Shown, sheet_map

MARK_MM = 3.2  # our choice: read at arm's length


def drawing(
    db: Session,
    scope: Scope,
    square: str,
    marks: Sequence[tuple[int, float, float]],
    rough: frozenset[int],
    size_mm: tuple[float, float],
    words: Mapping[str, str],
) -> str:
    """The map as an <svg> element: the square in which one lives, and what is listed.

    marks  (number, lon, lat); rough: numbers whose place is only about there; words: as ``sheet_map``
    """
    home = shapely.box(*squares.box_of(square))
    area = shapely.union_all([home, *(shapely.Point(lon, lat) for _, lon, lat in marks)]).envelope
    shown = Shown(
        area=area.buffer(0.0015).envelope,
        others=[home],
        leading=None,
        practical=None,
        served=None,
        coverage=None,
        dots=(),
        marks=marks,
        rough=rough,
        mark_mm=MARK_MM,
    )
    return sheet_map(db, scope, shown, size_mm, words)
