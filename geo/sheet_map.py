"""紙の地図: a map as SVG for a sheet, drawn so that it reads without colour.

Everything is a line, a hatch or a size: a grey print and eyes that know no red tell the same. Coordinates of the
drawing are millimetres of the paper, y downwards.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import cosh, log2, pi, sqrt

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from geo import crs, sheet_marks
from geo.records import paper_map
from geo.scope import Scope
from geo.sheet_marks import Box, Placed

# Millimetres of a street by class on paper, the narrowest first: our choice, by the look of みほん市 on A4 and A3.
STREETS = {
    **dict.fromkeys(("path", "footway", "steps", "cycleway", "track", "service"), 0.12),
    **dict.fromkeys(("residential", "pedestrian"), 0.25),
    **{"tertiary": 0.45, "secondary": 0.7, "primary": 0.9, "trunk": 0.9, "motorway": 0.9},
}
_PX_MM = 0.35  # our choice: a thing of the base map is drawn from the zoom on at which a pixel is that long
_WORLD_PX_M = 156_543.034 / 2
_EARTH_M = 6_378_137.0  # radius of EPSG:3857
_AROUND = 0.06  # of the area's own width and height, on each side: our choice
_MARK_MM = 2.4  # half a mark's side
_NAME_MM = 2.8
_DOT_MM = 0.4  # radius of a dot of one person; its surface grows with the people
SIZES_SHOWN = (5, 20, 50)  # people of the dots in the legend


@dataclass(frozen=True, slots=True)
class Dot:
    """People at a place (lon, lat): how many are beyond and of how many nobody knows; reached only: both 0."""

    lonlat: tuple[float, float]
    beyond: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Shown:
    """What a map shows, lon-lat.

    area       the outline that fills the map; others: outlines around it
    window     what fills the map instead, where it shows a part of the area
    leading, practical, served   as geo.gap_drawn.Drawn
    coverage   as far as the streets are known; None: no streets
    marks      (number, lon, lat)
    rough      numbers whose place is only about there: in a broken outline
    mark_mm    half a mark's side;  name_mm  how high names of places are
    """

    area: BaseGeometry
    others: Sequence[BaseGeometry]
    leading: BaseGeometry | None
    practical: BaseGeometry | None
    served: BaseGeometry | None
    coverage: BaseGeometry | None
    dots: Sequence[Dot]
    marks: Sequence[tuple[int, float, float]]
    rough: frozenset[int] = frozenset()
    mark_mm: float = _MARK_MM
    name_mm: float = _NAME_MM
    window: BaseGeometry | None = None


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Where metres of 3857 stand on the paper. mm: millimetres a metre of 3857 is long."""

    west: float
    north: float
    mm: float
    size: tuple[float, float]

    @property
    def box(self) -> paper_map.Box:
        wide, high = (side / self.mm for side in self.size)
        return self.west, self.north - high, self.west + wide, self.north

    def on_paper(self, shape: BaseGeometry) -> BaseGeometry:
        def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            return (xy - (self.west, self.north)) * (self.mm, -self.mm)

        return shapely.transform(shape, move)

    def of_lonlat(self, shape: BaseGeometry) -> BaseGeometry:
        """On paper, cut at the frame."""
        placed = self.on_paper(shapely.transform(shape, crs.to_mercator_m))
        return shapely.intersection(shapely.make_valid(placed), shapely.box(0, 0, *self.size))


def sheet_map(
    db: Session, scope: Scope, shown: Shown, size_mm: tuple[float, float], words: Mapping[str, str]
) -> str:
    """The map as an <svg> element of this size.

    words  label (what the drawing is, for who hears it), north
    """
    sheet = _placed(shown.area if shown.window is None else shown.window, size_mm)
    wide, high = size_mm
    corners = _corners(sheet)
    marks = _marks(sheet, shown, corners)
    parts = [
        *_ground(db, scope, sheet),
        *_no_data(sheet, shown.coverage),
        *_within(sheet, shown),
        *_outlines(sheet, shown),
        *_dots(sheet, shown.dots),
        *_names(db, scope, sheet, shown.name_mm, [*corners, *(one.box for one in marks)]),
        *sheet_marks.drawn(marks, shown.rough),
        *_scale(sheet, words["north"]),
        f'<rect x="0.15" y="0.15" width="{wide - 0.3}" height="{high - 0.3}" fill="none" stroke="#000" stroke-width="0.3"/>',
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}mm" height="{high}mm" viewBox="0 0 {wide} {high}"'
        f' role="img" aria-label="{escape(words["label"])}"><rect width="{wide}" height="{high}" fill="#fff"/>{"".join(parts)}</svg>'
    )


def framed(shape: BaseGeometry, size_mm: tuple[float, float]) -> BaseGeometry:
    """What a map of this size shows that is filled by a shape, lon-lat."""
    return shapely.transform(shapely.box(*_placed(shape, size_mm).box), crs.from_mercator_m)


def key(name: str) -> str:
    """A drawing for the legend, 9 by 5 mm: leading, practical, served, area, no_data, unknown, mark, rough, or a
    number of people beyond."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="key" width="9mm" height="5mm" viewBox="0 0 9 5" aria-hidden="true">'
        f"{_KEYS[name] if name in _KEYS else _dot(4.5, 2.5, float(name))}</svg>"
    )


def _placed(area: BaseGeometry, size: tuple[float, float]) -> _Sheet:
    west, south, east, north = shapely.transform(area, crs.to_mercator_m).bounds
    wide, high = (max(one, 200.0) * (1 + 2 * _AROUND) for one in (east - west, north - south))
    mm = min(size[0] / wide, size[1] / high)
    middle = (west + east) / 2, (south + north) / 2
    return _Sheet(middle[0] - size[0] / mm / 2, middle[1] + size[1] / mm / 2, mm, size)


def _ground(db: Session, scope: Scope, sheet: _Sheet) -> Iterator[str]:
    """Water, green and streets of the base map, light."""
    zoom = max(0, int(log2(_WORLD_PX_M * sheet.mm / _PX_MM)))
    bend_m = 0.12 / sheet.mm
    by_class: dict[str, list[BaseGeometry]] = {}
    for row in paper_map.list_areas(db, scope, sheet.box, zoom, bend_m):
        by_class.setdefault(row[0], []).append(shapely.from_wkb(row[1]))
    for drawn, fill in (("forest", "#f3f5ee"), ("park", "#eef3e8"), ("water", "#d5e2e8")):
        for shape in by_class.get(drawn, []):
            yield f'<path d="{_path(sheet.on_paper(shape))}" fill="{fill}" fill-rule="evenodd"/>'
    lines: dict[str, list[BaseGeometry]] = {}
    for row in paper_map.list_lines(db, scope, sheet.box, zoom, bend_m):
        lines.setdefault(row[0], []).append(sheet.on_paper(shapely.from_wkb(row[1])))
    for drawn in ("stream", "river"):
        if drawn in lines:
            yield _line(lines[drawn], "#b4cad4", 0.35 if drawn == "river" else 0.2)
    for drawn, width in STREETS.items():
        if drawn in lines:
            yield _line(lines[drawn], "#c4c0b8" if width < 0.4 else "#a39f97", width)
    if "rail" in lines:
        yield _line(lines["rail"], "#8a8a8a", 0.5, "1.6 1.2")


def _no_data(sheet: _Sheet, coverage: BaseGeometry | None) -> Iterator[str]:
    frame = shapely.box(0, 0, *sheet.size)
    outside = frame if coverage is None else shapely.difference(frame, sheet.of_lonlat(coverage))
    if not outside.is_empty:
        yield _line([_hatched(outside, 2.4)], "#8c8c8c", 0.18)


def _within(sheet: _Sheet, shown: Shown) -> Iterator[str]:
    for shape, dash, width in (
        (shown.leading if shown.leading is not None else shown.served, "", 0.75),
        (shown.practical, "2 1.3", 0.6),
    ):
        if shape is None:
            continue
        placed = sheet.of_lonlat(shape)
        if not dash:
            yield f'<path d="{_path(placed)}" fill="#0d5566" fill-opacity="0.09" fill-rule="evenodd"/>'
        # the frame is no limit: only the outline inside it is drawn
        edge = shapely.difference(
            placed.boundary, shapely.box(0, 0, *sheet.size).boundary.buffer(0.05)
        )
        yield _line([edge], "#fff", width + 0.5)
        yield _line([edge], "#0d5566", width, dash)


def _outlines(sheet: _Sheet, shown: Shown) -> Iterator[str]:
    for shape in shown.others:
        yield _line([sheet.of_lonlat(shape.boundary)], "#777", 0.25, "0.6 0.8")
    yield _line([sheet.of_lonlat(shown.area.boundary)], "#000", 0.9, "3 0.8 0.8 0.8")


def _dots(sheet: _Sheet, dots: Sequence[Dot]) -> Iterator[str]:
    """Who is beyond as filled dots, the larger first so that none is hidden; unknown as squares with a stroke."""
    for dot in sorted(dots, key=lambda one: -(one.beyond + one.unknown)):
        point = sheet.of_lonlat(shapely.Point(dot.lonlat))
        if point.is_empty:
            continue
        x, y = shapely.get_coordinates(point)[0].tolist()
        if dot.unknown >= 0.5:
            yield _unknown(x, y, dot.unknown)
        if dot.beyond >= 0.5:
            yield _dot(x, y, dot.beyond)
        if dot.beyond < 0.5 and dot.unknown < 0.5:
            yield f'<circle cx="{x:.2f}" cy="{y:.2f}" r="0.4" fill="#fff" stroke="#555" stroke-width="0.15"/>'


def _radius(people: float) -> float:
    return _DOT_MM * sqrt(max(people, 1.0))


def _dot(x: float, y: float, people: float) -> str:
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{_radius(people):.2f}" fill="#541a05" stroke="#fff" stroke-width="0.2"/>'


def _unknown(x: float, y: float, people: float) -> str:
    half = _radius(people) * sqrt(pi) / 2
    return (
        f'<path d="M{x - half:.2f} {y - half:.2f}h{2 * half:.2f}v{2 * half:.2f}h{-2 * half:.2f}z" fill="#fff" stroke="#333" stroke-width="0.2"/>'
        f'<path d="M{x - half:.2f} {y + half:.2f}l{2 * half:.2f} {-2 * half:.2f}" stroke="#333" stroke-width="0.25"/>'
    )


def _names(
    db: Session, scope: Scope, sheet: _Sheet, size_mm: float, taken: Iterable[Box]
) -> Iterator[str]:
    """Names of places and stations as far as they have room beside the numbers, the most important first."""
    zoom = max(0, int(log2(_WORLD_PX_M * sheet.mm / _PX_MM)))
    rooms = list(taken)
    for row in paper_map.list_places(db, scope, sheet.box, zoom):
        name, x_m, y_m = row[1], row[2], row[3]
        x, y = (x_m - sheet.west) * sheet.mm, (sheet.north - y_m) * sheet.mm
        half = len(name) * size_mm / 2
        if not (half < x < sheet.size[0] - half and 4 < y < sheet.size[1] - 3):
            continue
        spots = (Box(x, y + down * size_mm - 0.35 * size_mm, half, size_mm * 0.6) for down in _DOWN)
        room = next((s for s in spots if all(s.is_apart(one) for one in rooms)), None)
        if room is not None:
            rooms.append(room._replace(wide=half + 1, high=size_mm * 0.9))
            yield _text(x, room.y + 0.35 * size_mm, name, size_mm, "#333")


_DOWN = (0.0, 1.2, -1.2, 2.4, -2.4)  # heights of a name that it may stand away from its place


def _marks(sheet: _Sheet, shown: Shown, taken: Iterable[Box]) -> list[Placed]:
    """Where the numbers stand."""
    points = []
    for number, lon, lat in shown.marks:
        point = sheet.of_lonlat(shapely.Point(lon, lat))
        if not point.is_empty:
            x, y = shapely.get_coordinates(point)[0].tolist()
            points.append((number, x, y))
    return sheet_marks.placed(points, shown.mark_mm, sheet.size, taken)


def _corners(sheet: _Sheet) -> list[Box]:
    """The room of the bar and of the arrow."""
    wide, high = sheet.size
    long = _bar(sheet)[1] + 3
    return [Box(2 + long / 2, high - 4.2, long / 2, 3.6), Box(wide - 6, 8, 3.5, 7)]


def _bar(sheet: _Sheet) -> tuple[int, float]:
    """How many metres the bar is, and how many millimetres of the paper."""
    _, south, _, top = sheet.box
    # a metre on the ground is longer than one of 3857
    mm = sheet.mm * cosh((south + top) / 2 / _EARTH_M)
    most = sheet.size[0] * 0.25
    metres = max(m for m in _LENGTHS_M if m * mm <= most or m == _LENGTHS_M[0])
    return metres, metres * mm


def _scale(sheet: _Sheet, north: str) -> Iterator[str]:
    """A bar of whole metres, and where north is."""
    metres, long = _bar(sheet)
    y = sheet.size[1] - 3.0
    words = f"{metres // 1000}km" if metres >= 1000 else f"{metres}m"
    yield f'<rect x="2" y="{y - 4.6:.2f}" width="{long + 3:.2f}" height="6.8" fill="#fff" fill-opacity="0.85"/>'
    yield f'<path d="M3.5 {y - 1:.2f}v1h{long:.2f}v-1" fill="none" stroke="#000" stroke-width="0.4"/>'
    yield f'<text x="3.5" y="{y - 1.6:.2f}" font-size="2.8">{words}</text>'
    x = sheet.size[0] - 6
    yield f'<path d="M{x} 3l2 6-2-1.4-2 1.4z" fill="#000" stroke="#fff" stroke-width="0.2"/>'
    yield _text(x, 13, north, 3, "#000")


_LENGTHS_M = (50, 100, 200, 500, 1000, 2000, 5000, 10000)


def _hatched(shape: BaseGeometry, every_mm: float) -> BaseGeometry:
    """Parallel lines over a shape, at 45 degrees."""
    west, south, east, north = shape.bounds
    middle, half = ((west + east) / 2, (south + north) / 2), (east - west + north - south)
    steps = np.arange(-half, half, every_mm)
    lines = shapely.linestrings(
        [[(middle[0] - half, middle[1] + at), (middle[0] + half, middle[1] + at)] for at in steps]
    )
    turned = rotate(shapely.multilinestrings(lines), 45, origin=middle)
    return shapely.intersection(turned, shape)


def _line(shapes: Iterable[BaseGeometry], colour: str, width: float, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    d = "".join(_path(shape, closed=False) for shape in shapes)
    if not d:
        return ""
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"'
        f' stroke-linecap="{"butt" if dash else "round"}"{dashes}/>'
    )


def _path(shape: BaseGeometry, *, closed: bool = True) -> str:
    """The outline of any shape as a path, to a hundredth of a millimetre."""
    parts: list[str] = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            rings = [part.exterior, *part.interiors]
        elif part.geom_type in ("LineString", "LinearRing"):
            rings = [part]
        elif part.geom_type.startswith(("Multi", "Geometry")):
            parts.append(_path(part, closed=closed))
            continue
        else:
            continue
        for ring in rings:
            xy = shapely.get_coordinates(ring)
            if len(xy) > 1:
                points = "L".join(f"{x:.2f} {y:.2f}" for x, y in xy.tolist())
                parts.append(f"M{points}{'z' if closed else ''}")
    return "".join(parts)


def _text(x: float, y: float, words: str, size: float, colour: str) -> str:
    place = f'x="{x:.2f}" y="{y:.2f}" font-size="{size}" text-anchor="middle"'
    told = escape(words)
    return (
        f'<text {place} fill="#fff" stroke="#fff" stroke-width="0.8" stroke-linejoin="round">{told}</text>'
        f'<text {place} fill="{colour}">{told}</text>'
    )


_KEYS = {
    "leading": '<rect x="0.5" y="0.5" width="8" height="4" fill="#0d5566" fill-opacity="0.09"/><path d="M0.5 4.5v-4h8v4z" fill="none" stroke="#0d5566" stroke-width="0.75"/>',
    "practical": '<path d="M0 2.5h9" stroke="#0d5566" stroke-width="0.6" stroke-dasharray="2 1.3"/>',
    "area": '<path d="M0 2.5h9" stroke="#000" stroke-width="0.9" stroke-dasharray="3 0.8 0.8 0.8"/>',
    "other": '<path d="M0 2.5h9" stroke="#777" stroke-width="0.25" stroke-dasharray="0.6 0.8"/>',
    "reached": '<circle cx="4.5" cy="2.5" r="0.4" fill="#fff" stroke="#555" stroke-width="0.15"/>',
    "unknown": _unknown(4.5, 2.5, 20),
    "no_data": '<path d="M0 5L5 0M2.4 5L7.4 0M4.8 5L9 0.8M7.2 5L9 3.2" stroke="#8c8c8c" stroke-width="0.25" fill="none"/>',
    "mark": '<rect x="2.1" y="0.1" width="4.8" height="4.8" rx="0.7" fill="#fff" stroke="#000" stroke-width="0.45"/><text x="4.5" y="3.65" font-size="3.2" font-weight="700" text-anchor="middle">1</text>',
    "rough": '<rect x="2.1" y="0.1" width="4.8" height="4.8" rx="2.4" fill="#fff" stroke="#000" stroke-width="0.45" stroke-dasharray="0.9 0.7"/><text x="4.5" y="3.65" font-size="3.2" font-weight="700" text-anchor="middle">1</text>',
}
