"""届きにくさの内訳: a number of people followed to where they live, square by square (250 m, JIS X 0410), for staff.

The squares of an area add up to its numbers before they were rounded; whose home nobody knows is in none. Where a source
that is not public was used for the totals, a square with few people has no number (TRUST): sheets leave the office.
"""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from geo.access.coverage import State
from geo.area import Area
from geo.gap_cells import hidden
from geo.gap_map import GapMap
from geo.possible_homes import HomeAreas

# JIS X 0410: a 250 m square is 7.5 seconds high and 11.25 seconds wide
SIDE_LAT_DEG, SIDE_LON_DEG = 7.5 / 3600, 11.25 / 3600
_Counts = tuple[float | None, float | None, float | None, float | None]
_NO_NUMBERS: _Counts = (None, None, None, None)


@dataclass(frozen=True, slots=True)
class Square:
    """One square with people: its code and the middle of its homes (lon, lat, by people).

    people, reached, beyond, unknown   float64; None where too few to be told
    beyond_share, unknown_share        of its people
    """

    code: str
    lonlat: tuple[float, float]
    people: float | None
    reached: float | None
    beyond: float | None
    unknown: float | None
    beyond_share: float
    unknown_share: float


def squares_of(
    found: GapMap, area: Area, homes: HomeAreas, only: UUID | None, fewest: float
) -> list[Square]:
    """The squares in which somebody of the question lives, by code.

    homes   in which area of the question's level each home lies; only: one of them, None for everybody
    fewest  from how many people on a square has a number; one square alone is never without: its number would follow
            from the others'

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
    state = found.leading.state()[held]
    column = np.floor(lonlat / (SIDE_LON_DEG, SIDE_LAT_DEG)).astype(np.int64)
    names, square = np.unique(column, axis=0, return_inverse=True)

    def summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(square, values, minlength=len(names)).astype(np.float64)

    total = summed(people)
    middle = np.column_stack([summed(people * lonlat[:, axis]) / total for axis in (0, 1)])
    parts = np.stack([summed(np.where(state == one, people, 0.0)) for one in _STATES])
    told = ~hidden(total, fewest)
    rows = []
    for at, (lon, lat) in enumerate(middle.tolist()):
        reached, beyond, unknown = (float(part) for part in parts[:, at])
        counts: _Counts = (float(total[at]), reached, beyond, unknown) if told[at] else _NO_NUMBERS
        shares = float(beyond / total[at]), float(unknown / total[at])
        rows.append(Square(code_of(*names[at].tolist()), (lon, lat), *counts, *shares))
    return sorted(rows, key=lambda one: one.code)


_STATES = (State.REACHED, State.BEYOND, State.UNKNOWN)


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
