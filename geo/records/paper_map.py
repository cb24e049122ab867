"""紙の地図の下地: what of the base map is drawn on paper, within a box. Of whichever municipality, as tiles are."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.scope import Scope

Box = tuple[float, float, float, float]  # west, south, east, north, metres of 3857

_WITHIN = "geom && st_makeenvelope(:west, :south, :east, :north, 3857) and min_zoom <= :zoom"
_CLIPPED = """st_asbinary(st_simplify(
    st_clipbybox2d(geom, st_makeenvelope(:west, :south, :east, :north, 3857)), :bend_m))"""


def list_areas(db: Session, _scope: Scope, box: Box, zoom: int, bend_m: float) -> list[Any]:
    """(drawn, wkb) of water and green with a first zoom up to ``zoom``, by class and key."""
    return _rows(
        db,
        f"select drawn, {_CLIPPED} from basemap_area where {_WITHIN}"
        " and drawn in ('water', 'park', 'forest') order by drawn, municipality, key",
        box,
        zoom=zoom,
        bend_m=bend_m,
    )


def list_lines(db: Session, _scope: Scope, box: Box, zoom: int, bend_m: float) -> list[Any]:
    """(drawn, wkb) of streets, railways and rivers with a first zoom up to ``zoom``, by class and key."""
    return _rows(
        db,
        f"select drawn, {_CLIPPED} from basemap_line where {_WITHIN}"
        " order by drawn, municipality, key",
        box,
        zoom=zoom,
        bend_m=bend_m,
    )


def list_places(db: Session, _scope: Scope, box: Box, zoom: int) -> list[Any]:
    """(drawn, name, x, y) of places and stations with a first zoom up to ``zoom``, the most important first."""
    return _rows(
        db,
        "select drawn, name, st_x(geom), st_y(geom) from"
        f" (select distinct on (key) * from basemap_point where {_WITHIN} and name <> ''"
        "  order by key, municipality) as once"
        " where drawn not in ('water', 'park', 'forest', 'school', 'hospital')"
        " order by min_zoom, name",
        box,
        zoom=zoom,
    )


def _rows(db: Session, statement: str, box: Box, **more: Any) -> list[Any]:
    sides = dict(zip(("west", "south", "east", "north"), box, strict=True))
    return list(db.execute(text(statement), sides | more))
