"""住んでいる人の数えあげ: what each source says of each area, reckoned anew when areas or people come in.

Four ways (geo.records.residents): a line of the table itself; the area's towns together; towns parted
where the people of the census live, for an area that is only an outline; squares by their area.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo.homes import ages_by_cell
from geo.intake.names import without_block
from geo.records import districts, mesh, population, residents
from geo.records.database import take_turns
from geo.records.mesh import Cells
from geo.records.population import PopulationSource
from geo.records.residents import OfDistrict
from geo.scope import Scope
from geo.words import town_key

TOWN = "town"
# Borders of towns and of areas are drawn by different offices: our choice, a town with so much of
# its land inside is inside.
WHOLLY = 0.99
BLOCK = 10_000  # squares looked at together
Counts = tuple[float | None, float | None, float | None, float | None]


@dataclass(frozen=True, slots=True)
class _Area:
    id: UUID
    level: str
    name: str
    shape: Any  # of shapely, None without an outline
    keys: frozenset[str]  # of its towns, where a table says them
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Town:
    """A line of a source about a town: its key, its name, the ids of its outlines."""

    key: str
    name: str
    counts: Counts


def count_residents(db: Session, scope: Scope, at_hand: Mapping[UUID, Cells] | None = None) -> None:
    """Reckon again what every source says of every area of the scope's municipality.

    at_hand  squares of sources that were written just now and need not be read again
    """
    take_turns(db, scope, "population")
    sources = population.list_sources(db, scope)
    if not sources:
        return
    areas = _areas(db, scope)
    lines = residents.list_counts(db, scope)
    finest = mesh.find_finest(db, scope)
    squares = None
    if finest:
        cells = (at_hand or {}).get(finest.id) or mesh.load_cells(db, scope, finest.id)
        squares = _Squares(finest, cells)
    found: dict[tuple[UUID, UUID, str], OfDistrict] = {}
    for row in [
        *_of_tables(lines),
        *_of_towns(lines, areas, squares),
        *(squares.of(areas) if squares else ()),
    ]:
        found[row.source, row.district, row.how] = row
    residents.save_of_districts(db, scope, found.values())


def _areas(db: Session, scope: Scope) -> list[_Area]:
    keys: dict[UUID, dict[str, str]] = {}
    for row in residents.list_members(db, scope):
        keys.setdefault(row.area, {}).setdefault(row.key or town_key(row.name), row.name)
    found = []
    for level in districts.list_levels(db, scope):
        shapes = districts.load_wkb(db, scope, level.code)
        for area in districts.list_at_level(db, scope, level.code):
            outline = shapely.from_wkb(shapes[area.id]) if shapes.get(area.id) else None
            own = keys.get(area.id, {})
            found.append(_Area(area.id, level.code, area.name, outline, frozenset(own), own))
    return found


def _of_tables(lines: Iterable[Any]) -> Iterator[OfDistrict]:
    """Areas that a table names: its lines of one area together (a town under two 地区 has two)."""
    own: dict[tuple[UUID, UUID], list[Counts]] = {}
    for line in lines:
        if line.district:
            own.setdefault((line.source, line.district), []).append(_counts(line))
    for (source, district), counts in own.items():
        yield OfDistrict(source, district, "table", _together(counts), len(counts))


def _of_towns(
    lines: Iterable[Any], areas: Sequence[_Area], squares: "_Squares | None"
) -> Iterator[OfDistrict]:
    """Areas as the sum of their towns, for every table of towns."""
    towns: dict[UUID, list[_Town]] = {}
    for line in lines:
        if line.level == TOWN and line.town_key:
            town = _Town(line.town_key, line.name, _counts(line))
            towns.setdefault(line.source, []).append(town)
    if not towns:
        return
    known = {key for area in areas for key in area.keys}
    known |= {town_key(area.name) for area in areas if area.level == TOWN}
    holders: dict[tuple[str, str], int] = {}
    for area in areas:
        for key in area.keys:
            holders[area.level, key] = holders.get((area.level, key), 0) + 1
    for source, own in towns.items():
        blocks = [_blocks(town.key, known) for town in own]
        for area in areas:
            if area.keys:
                held = {key for key in area.keys if holders[area.level, key] > 1}
                yield _listed(source, area, own, blocks, held)
        if any(area.level == TOWN and area.shape for area in areas):
            yield from _outlined(source, areas, own, blocks, squares)


def _blocks(key: str, known: set[str]) -> frozenset[str]:
    """The towns we know that a line is about: itself, else all its 丁目, else the one it is part of."""
    if key in known:
        return frozenset({key})
    return frozenset(one for one in known if without_block(one) == key) or frozenset({key})


def _listed(
    source: UUID,
    area: _Area,
    towns: Sequence[_Town],
    blocks: Sequence[frozenset[str]],
    held: set[str],
) -> OfDistrict:
    """An area that a table makes of towns. held: those that another area of its level has too."""
    within: list[Counts] = []
    split: list[str] = []
    covered: set[str] = set()
    for town, keys in zip(towns, blocks, strict=True):
        if without_block(town.key) in area.keys:
            keys |= {without_block(town.key)}
        here = keys & area.keys
        if not here:
            continue
        covered |= here
        is_whole = keys <= area.keys or without_block(town.key) in area.keys
        if is_whole and not here & held:
            within.append(town.counts)
        else:
            split.append(town.name)
    missing = [
        area.names[key]
        for key in sorted(area.keys - covered)
        if without_block(key) not in covered
        and not any(without_block(one) == key for one in covered)
    ]
    counts = _together(within) if within else (None, None, None, None)
    return OfDistrict(
        *(source, area.id, "towns", counts, len(within)), tuple(missing), tuple(split)
    )


def _outlined(
    source: UUID,
    areas: Sequence[_Area],
    towns: Sequence[_Town],
    blocks: Sequence[frozenset[str]],
    squares: "_Squares | None",
) -> Iterator[OfDistrict]:
    """Areas that are only an outline, by the outlines of the towns."""
    outlines: dict[str, list[Any]] = {}
    for area in areas:
        if area.level == TOWN and area.shape is not None:
            outlines.setdefault(town_key(area.name), []).append(area.shape)
    drawn = {
        at: shapely.union_all([shape for key in keys for shape in outlines.get(key, ())])
        for at, keys in enumerate(blocks)
        if any(key in outlines for key in keys)
    }
    told = {key for at in drawn for key in blocks[at]}
    untold = {key: shapely.union_all(shapes) for key, shapes in outlines.items() if key not in told}
    names = {town_key(area.name): area.name for area in areas if area.level == TOWN}
    for area in areas:
        if area.level == TOWN or area.keys or area.shape is None:
            continue
        found: list[Counts] = []
        split: list[str] = []
        is_spread = False
        for at, shape in drawn.items():
            share = shapely.intersection(shape, area.shape).area / shape.area
            if share >= WHOLLY:
                found.append(towns[at].counts)
            elif share > 1 - WHOLLY:
                part = squares.share(shape, area.shape) if squares else None
                if part is None:
                    split.append(towns[at].name)
                    continue
                is_spread = True
                found.append(_times(towns[at].counts, part))
        missing = [
            names[key]
            for key, shape in untold.items()
            if shapely.intersection(shape, area.shape).area > (1 - WHOLLY) * shape.area
        ]
        if found:
            yield OfDistrict(
                *(source, area.id, "spread" if is_spread else "towns", _together(found)),
                *(len(found), tuple(sorted(missing)), tuple(split)),
                spread_by=squares.source.id if is_spread and squares else None,
            )


class _Squares:
    """The squares of one census, to ask how many people live in a shape."""

    def __init__(self, source: PopulationSource, cells: Cells) -> None:
        self.source = source
        self.cells = cells
        self.counts = ages_by_cell(cells)[:, :4]
        self.first = np.unique(self.cells.codes // 10 ** (len(str(self.cells.codes.max())) - 4))

    def of(self, areas: Iterable[_Area]) -> Iterator[OfDistrict]:
        """Every area with an outline: each square by the share of it that lies inside."""
        for area in areas:
            if area.shape is None:
                continue
            at, share = self._shares(area.shape)
            sums = (self.counts[at] * share[:, None]).sum(axis=0)
            one, two, three, four = (None if np.isnan(n) else float(n) for n in sums)
            yield OfDistrict(
                *(self.source.id, area.id, "cells", (one, two, three, four)),
                *(len(at), self._not_delivered(area.shape)),
            )

    def share(self, whole: Any, area: Any) -> float | None:
        """The share of a shape's people who live in its part inside an area; None without people."""
        at, share = self._shares(whole)
        people = np.nan_to_num(self.counts[at, 0])
        if not (people * share).sum():
            return None
        squares = shapely.box(*self.cells.boxes[at].T)
        part = shapely.intersection(shapely.intersection(squares, whole), area)
        inside = shapely.area(part) / shapely.area(squares)
        return float((people * inside).sum() / (people * share).sum())

    def _shares(self, shape: Any) -> tuple[Any, Any]:
        """Squares that touch a shape, and the share of each that lies in it."""
        west, south, east, north = shape.bounds
        boxes = self.cells.boxes
        near = np.flatnonzero(
            (boxes[:, 0] <= east)
            & (boxes[:, 2] >= west)
            & (boxes[:, 1] <= north)
            & (boxes[:, 3] >= south)
        )
        share = shares(boxes[near], shape)
        return near[share > 0], share[share > 0]

    def _not_delivered(self, shape: Any) -> tuple[str, ...]:
        """First meshes an area reaches into of which no square was delivered."""
        west, south, east, north = shape.bounds
        reached = {
            lat * 100 + lon
            for lat in range(int(south * 1.5), int(north * 1.5) + 1)
            for lon in range(int(west) - 100, int(east) - 100 + 1)
            if shape.intersects(shapely.box(100 + lon, lat / 1.5, 101 + lon, (lat + 1) / 1.5))
        }
        return tuple(str(code) for code in sorted(reached - set(self.first.tolist())))


def shares(boxes: NDArray[np.float64], shape: Any) -> NDArray[np.float64]:
    """(n, 4) boxes → (n,) the share of each that lies in a shape, in degrees: within one square their
    scale does not change. A block at a time, so that memory does not grow with them."""
    shapely.prepare(shape)
    found = np.zeros(len(boxes))
    for start in range(0, len(boxes), BLOCK):
        squares = shapely.box(*boxes[start : start + BLOCK].T)
        share = np.asarray(shapely.contains(shape, squares), dtype=np.float64)
        border = (share == 0) & shapely.intersects(shape, squares)
        cut = shapely.intersection(squares[border], shape)
        share[border] = shapely.area(cut) / shapely.area(squares[border])
        found[start : start + BLOCK] = share
    return found


def _counts(line: Any) -> Counts:
    return line.people, line.people_65, line.people_75, line.people_85


def _times(counts: Counts, share: float) -> Counts:
    one, two, three, four = (None if n is None else n * share for n in counts)
    return one, two, three, four


def _together(counts: Sequence[Counts]) -> Counts:
    """The sum of each; None where one of them is not known."""
    sums = [
        None if any(one[at] is None for one in counts) else sum(one[at] or 0 for one in counts)
        for at in range(4)
    ]
    return sums[0], sums[1], sums[2], sums[3]
