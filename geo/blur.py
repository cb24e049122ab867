"""場所をぼかす: where residents see a place whose host does not want to be found by a pin."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo.records import blurs
from geo.records.blurs import CELL_LAT_DEG, CELL_LON_DEG
from geo.scope import Scope

FEWEST = 20  # homes among which a place is hidden (PRACTICE)
LARGEST = 2  # our choice: doubled so often, 2 km; a wider circle says nothing of where to go

HALF_MESH_M = 500  # about: 2分の1地域メッシュ (JIS X 0410), in Japan 460 to 620 m from north to south and west to east

M_PER_DEGREE = 111_195.0  # of a sphere of 6 371 km

Cell = tuple[int, int]
Counts = Mapping[Cell, int]  # homes of half meshes that have any


@dataclass(frozen=True, slots=True)
class Blurred:
    """A place as residents see it.

    size   how often the half mesh (some 500 m) was doubled
    cell   which cell of that size, east and north
    homes  in it, as the base map knew when it was blurred; None where it knows no buildings
    """

    size: int
    cell: Cell
    homes: int | None

    @property
    def lonlat(self) -> tuple[float, float]:
        """The middle of the cell, degrees."""
        return (
            round((self.cell[0] + 0.5) * CELL_LON_DEG * 2**self.size, 6),
            round((self.cell[1] + 0.5) * CELL_LAT_DEG * 2**self.size, 6),
        )

    @property
    def side_m(self) -> int:
        """How wide the cell is, to the nearest half kilometre."""
        return HALF_MESH_M << self.size

    @property
    def kept(self) -> dict[str, Any]:
        """As the register keeps it, for staff."""
        return {"size": self.size, "cell": list(self.cell), "homes": self.homes}


def radius_m(lonlat: tuple[float, float]) -> float:
    """Metres around the place that residents see within which the true one is, whoever reads it: from the middle
    of its cell to the corners. How large the cell is, its middle tells; it is no secret."""
    column, row = lonlat[0] / CELL_LON_DEG, lonlat[1] / CELL_LAT_DEG
    size = next((size for size in range(LARGEST) if _is_middle(column, row, size)), LARGEST)
    wide = CELL_LON_DEG * math.cos(math.radians(lonlat[1]))
    return math.hypot(wide, CELL_LAT_DEG) * (1 << size) / 2 * M_PER_DEGREE


def _is_middle(column: float, row: float, size: int) -> bool:
    """Whether a place, counted in half meshes, is the middle of a cell of a size; it is kept to 6 decimals."""
    return all(abs(at / 2**size % 1 - 0.5) < 0.01 for at in (column, row))


def blurred(lonlat: tuple[float, float], size: int = 0) -> tuple[float, float]:
    """The centre of the half mesh that holds a place, or of one doubled ``size`` times; degrees."""
    return Blurred(size, cell_of(lonlat, size), None).lonlat


def cell_of(lonlat: tuple[float, float], size: int) -> Cell:
    """The cell of a size that holds a place: columns from 0° east, rows from the equator."""
    lon, lat = lonlat
    return math.floor(lon / CELL_LON_DEG) >> size, math.floor(lat / CELL_LAT_DEG) >> size


def hidden_among(
    lonlat: tuple[float, float], counts: Counts, before: Mapping[str, Any] | None = None
) -> Blurred:
    """The cell in which a place is hidden: the largest, parted as long as each inhabited quarter of it keeps
    FEWEST homes. One that is shown whole is never a hint that its place stands in its emptiest corner.

    before  how it was blurred last (Blurred.kept): while its cell holds the place, it is not made
            smaller, so that a slip of the pin, a newer base map or a house torn down move nothing
    """
    size = LARGEST
    while size > 0:
        column, row = cell_of(lonlat, size)
        if before and before["size"] == size and before["cell"] == [column, row]:
            break
        quarters = {
            (2 * column + dx, 2 * row + dy): _count(
                counts, (2 * column + dx, 2 * row + dy), size - 1
            )
            for dx in (0, 1)
            for dy in (0, 1)
        }
        enough = all(n == 0 or n >= FEWEST for n in quarters.values())
        if not enough or quarters[cell_of(lonlat, size - 1)] < FEWEST:
            break
        size -= 1
    cell = cell_of(lonlat, size)
    return Blurred(size, cell, _count(counts, cell, size))


def _count(counts: Counts, cell: Cell, size: int) -> int:
    """Homes in a cell of a size."""
    side = 2**size
    west, south = cell[0] * side, cell[1] * side
    return sum(counts.get((west + dx, south + dy), 0) for dx in range(side) for dy in range(side))


def hide(
    db: Session, scope: Scope, places: Mapping[UUID, tuple[float, float]]
) -> dict[UUID, Blurred]:
    """How each of these places is blurred; one question to the base map for all of them.

    Where no buildings were imported it is the half mesh, and how many homes it has nobody knows.
    """
    if not places:
        return {}
    if not blurs.find_any_home(db, scope):
        return {id_: Blurred(0, cell_of(place, 0), None) for id_, place in places.items()}
    counts = blurs.load_counts(db, scope, _blocks(places.values()), 2**LARGEST)
    before = blurs.list_kept(db, scope, places)
    return {id_: hidden_among(place, counts, before.get(id_)) for id_, place in places.items()}


def of_resource(db: Session, scope: Scope, resource: UUID) -> Blurred | None:
    """How a resource's place was blurred, for staff; None where it is not."""
    kept = blurs.list_kept(db, scope, [resource]).get(resource)
    return (
        Blurred(kept["size"], (kept["cell"][0], kept["cell"][1]), kept["homes"]) if kept else None
    )


def _blocks(places: Iterable[tuple[float, float]]) -> list[Cell]:
    """The largest cells that hold these places, each once."""
    return sorted({cell_of(place, LARGEST) for place in places})
