"""届きにくさの内訳: a number of people followed to where they live, square by square (250 m, JIS X 0410).

The squares of an area add up to its numbers before they were rounded; whose home nobody knows is in none.
"""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from geo.access.coverage import State, tri_state
from geo.area import Area
from geo.gap_map import GapMap
from geo.possible_homes import HomeAreas

# JIS X 0410: a 250 m square is 7.5 seconds high and 11.25 seconds wide
SIDE_LAT_DEG, SIDE_LON_DEG = 7.5 / 3600, 11.25 / 3600


@dataclass(frozen=True, slots=True)
class Cell:
    """One square with people: its code, the middle of its homes (lon, lat, by people), and people float64."""

    code: str
    lonlat: tuple[float, float]
    people: float
    reached: float
    beyond: float
    unknown: float


def cells(found: GapMap, area: Area, homes: HomeAreas, only: UUID | None) -> list[Cell]:
    """The squares in which somebody of the question lives, by code.

    homes  in which area of the question's level each home lies; only: one of them, None for everybody

    Raises KeyError for an area that is not of the level.
    """
    people = found.living.people[:, found.question.band]
    held = people > 0
    if only is not None:
        row = {id_: at for at, (id_, _, _) in enumerate(homes.areas)}[only]
        held &= homes.group == row
    if not held.any():
        return []
    people = people[held]
    lonlat = area.network.lonlat(found.living.homes.xy_m[held])
    state = tri_state(found.leading.usual[held], found.leading.known[held])
    column = np.floor(lonlat / (SIDE_LON_DEG, SIDE_LAT_DEG)).astype(np.int64)
    squares, square = np.unique(column, axis=0, return_inverse=True)

    def summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(square, values, minlength=len(squares)).astype(np.float64)

    total = summed(people)
    middle = np.column_stack([summed(people * lonlat[:, axis]) / total for axis in (0, 1)])
    parts = [
        summed(np.where(state == one, people, 0.0))
        for one in (State.REACHED, State.BEYOND, State.UNKNOWN)
    ]
    rows = [
        Cell(
            code_of(*squares[at].tolist()),
            (lon, lat),
            float(total[at]),
            *(float(p[at]) for p in parts),
        )
        for at, (lon, lat) in enumerate(middle.tolist())
    ]
    return sorted(rows, key=lambda cell: cell.code)


def code_of(east: int, north: int) -> str:
    """地域メッシュコード of a 250 m square, ten digits; columns from 0° east and rows from the equator, in squares."""
    parts = []
    for across, along in ((320, 320), (40, 40), (4, 4)):  # squares in a mesh of 1°, 7.5′, 45″
        (up, north), (right, east) = divmod(north, along), divmod(east, across)
        parts.append((up, right))
    first, second, third = parts
    halves = [1 + 2 * (north // side % 2) + east // side % 2 for side in (2, 1)]
    numbers = (*first[:1], first[1] - 100, *second, *third, *halves)
    return "".join(f"{one:02d}" if at < 2 else str(one) for at, one in enumerate(numbers))
