"""手引きの地図: the maps of an area's handbook, each as large as its page, with every number that lies in what it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from geo import crs
from geo.handbook import Handbook
from geo.possible_homes import outlines
from geo.scope import Scope
from geo.sheet_map import Shown, framed, sheet_map

MOST_ON_MAP = (
    90  # our choice: of more, marks stand far from their places, and a booklet has several maps
)
Mark = tuple[int, float, float]  # number, lon, lat
# Half a mark's side: numbers of 11 points, by the look of 87 of them; of a part on the map of all. Names of 9.5 points.
_HALF_MARK_MM, _PART_MM, _NAME_MM = 3.0, 5.0, 3.4
# Millimetres of a map that fills its page, upright and across: our choice, what heading and legend leave.
_UPRIGHT_MM, _ACROSS_MM = (182.0, 213.0), (273.0, 147.0)
_PAGES_MM = (_UPRIGHT_MM, _ACROSS_MM)
# Our choice: how much larger a map is to become for a page to lie across, and for the area's border to be cut off.
_WORTH_TURNING, _WORTH_CUTTING = 1.15, 1.25
_FEW = 3  # marks that do not yet say where people live
# On the sheet for the wall: the map is as high as title, legend and those to ask leave it.
_WALL_MM, _LINE_MM, _LEAST_MM = (186.0, 178.0), 7.0, 110.0
_TITLE_SIGNS, _USUAL_CENTRES = (
    8,
    1,
)  # of the area's name on one line of the title; lines of whom to ask


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map of a handbook as SVG, and which of its numbers it bears. Of several the first shows where the others are,
    and bears no number of an entry. is_wide: for a page that lies across. until: the last number of a map that had no
    room for more; 0 for one that has all."""

    svg: str
    numbers: frozenset[int]
    is_wide: bool = False
    until: int = 0


def drawings(
    db: Session, scope: Scope, told: Handbook, size: str, words: Mapping[str, str]
) -> list[Drawing]:
    """The map of "a3" or "a4"; in a booklet of many entries one for each part. None where nobody drew the area.
    words: as ``geo.sheet_map.sheet_map``."""
    if told.outline is None:
        return []
    marks = [(entry.number, lon, lat) for entry in told.entries for lon, lat in entry.places]
    whole = _whole(db, scope, told, told.outline, marks)

    def draw(shown: Shown, size_mm: tuple[float, float]) -> Drawing:
        svg = sheet_map(db, scope, shown, size_mm, words)
        numbers = frozenset(number for number, *_ in shown.marks)
        return Drawing(svg, numbers, size_mm == _ACROSS_MM)

    if size == "a3":
        mm, some = _wall_mm(told), _first_chapters(told, marks)
        wall = replace(whole, marks=some, window=_filling(told.outline, some, [mm]))
        return [replace(draw(wall, mm), until=some[-1][0] if len(some) < len(marks) else 0)]
    parts = parted(marks)
    if len(parts) == 1:
        filling = _filling(told.outline, marks, _PAGES_MM)
        return [draw(replace(whole, window=filling), _page_mm(filling))]
    windows = [_box(part) for part in parts]
    sizes = [_page_mm(window) for window in windows]
    frames = [framed(window, mm) for window, mm in zip(windows, sizes, strict=True)]
    overview = replace(
        whole,
        practical=shapely.multipolygons(windows),
        marks=[(n, *_middle(window)) for n, window in enumerate(windows, 1)],
        rough=frozenset(),
        mark_mm=_PART_MM,
    )
    first = replace(draw(overview, _page_mm(told.outline)), numbers=frozenset())
    return [first] + [
        draw(replace(whole, marks=_within(marks, frame), window=window), mm)
        for window, frame, mm in zip(windows, frames, sizes, strict=True)
    ]


def parted(marks: Sequence[Mark]) -> list[list[Mark]]:
    """Marks (number, lon, lat) in parts of at most MOST_ON_MAP, each cut in two across its longer side until it is."""
    if len(marks) <= MOST_ON_MAP:
        return [list(marks)]
    at = crs.to_mercator_m(np.array([(lon, lat) for _, lon, lat in marks]))
    across = int(np.ptp(at[:, 1]) > np.ptp(at[:, 0]))
    order = np.lexsort((np.arange(len(marks)), at[:, across] * (-1 if across else 1))).tolist()
    half = len(order) // 2
    return [
        part for some in (order[:half], order[half:]) for part in parted([marks[n] for n in sorted(some)])
    ]  # fmt: skip


def _whole(
    db: Session, scope: Scope, told: Handbook, outline: BaseGeometry, marks: Sequence[Mark]
) -> Shown:
    others = outlines(db, scope, told.district.level)
    return Shown(
        area=outline,
        others=[shape for id_, shape in others.items() if id_ != told.district.id],
        leading=None,
        practical=None,
        served=None,
        coverage=outline.buffer(1.0),  # degrees: nothing here is said of streets
        dots=[],
        marks=marks,
        rough=frozenset(entry.number for entry in told.entries if entry.is_rough),
        mark_mm=_HALF_MARK_MM,
        name_mm=_NAME_MM,
    )


def _first_chapters(told: Handbook, marks: Sequence[Mark]) -> Sequence[Mark]:
    """As many whole chapters as one map has room for, what people join before all; of a chapter that has more than
    that, its first numbers."""
    if len(marks) <= MOST_ON_MAP:
        return marks
    ends = [entries[-1].number for _, entries in told.chapters]
    fitting = [some for end in ends if 0 < len(some := _until(marks, end)) <= MOST_ON_MAP]
    return fitting[-1] if fitting else marks[:MOST_ON_MAP]


def _until(marks: Sequence[Mark], last: int) -> list[Mark]:
    return [one for one in marks if one[0] <= last]


def _within(marks: Sequence[Mark], frame: BaseGeometry) -> list[Mark]:
    """Those that a map shows, also of its neighbours: where it shows ground, nothing is left out."""
    return [one for one in marks if shapely.intersects_xy(frame, one[1], one[2])]


def _middle(window: BaseGeometry) -> tuple[float, float]:
    lon, lat = shapely.get_coordinates(window.centroid)[0].tolist()
    return lon, lat


def _filling(
    outline: BaseGeometry, marks: Sequence[Mark], sizes: Sequence[tuple[float, float]]
) -> BaseGeometry:
    """What fills the only map: the area, or where its places are if that makes it clearly larger. Behind many a village
    lies a forest."""
    if len(marks) < _FEW:
        return outline
    box = _box(marks)
    of_area, of_places = (max(_scale(shape, mm) for mm in sizes) for shape in (outline, box))
    return box if of_places > of_area * _WORTH_CUTTING else outline


def _box(marks: Sequence[Mark]) -> BaseGeometry:
    return shapely.box(*shapely.multipoints([place for _, *place in marks]).bounds)


def _scale(filled: BaseGeometry, mm: tuple[float, float]) -> float:
    """Millimetres of a map to a metre of 3857."""
    west, south, east, north = shapely.transform(filled, crs.to_mercator_m).bounds
    return float(min(mm[0] / max(east - west, 1.0), mm[1] / max(north - south, 1.0)))


def _page_mm(filled: BaseGeometry) -> tuple[float, float]:
    """How wide and high a map of what fills it is: across where that makes it clearly larger."""
    upright, across = (_scale(filled, mm) for mm in _PAGES_MM)
    return _ACROSS_MM if across > upright * _WORTH_TURNING else _UPRIGHT_MM


def _wall_mm(told: Handbook) -> tuple[float, float]:
    wide, high = _WALL_MM
    more = 2 * (len(told.district.name) > _TITLE_SIGNS) + len(told.centres) - _USUAL_CENTRES
    return wide, max(_LEAST_MM, high - _LINE_MM * max(0, more))
