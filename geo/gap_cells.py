"""届きにくさの四角: the answer square by square of the census, for staff.

A square's people are a share of somebody's count. What everybody may know (census, published tables) staff see as it
is; where a source that is not public was used for the totals, a square with few people has no number: of fewer than
FEWEST a count is one of persons (TRUST).
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo.access.coverage import State
from geo.gap_map import GapMap
from geo.records import population
from geo.scope import Scope

FEWEST, SMALL_TOWN_FEWEST = 10, 20  # TRUST: fewer are not shown; a town under LARGE needs more
LARGE = 25_000  # residents
_TABLE = "table"


@dataclass(frozen=True, slots=True)
class Cell:
    """One square somebody of the age lives in. people, reached, beyond, unknown: float64, None where too few to be told;
    shares: of its people, as the map colours it.

    geojson  lon-lat
    """

    geojson: str
    people: float | None
    reached: float | None
    beyond: float | None
    unknown: float | None
    beyond_share: float
    unknown_share: float


def cells(db: Session, scope: Scope, found: GapMap) -> list[Cell] | None:
    """The squares of an answer; None where no census by squares was imported."""
    living = found.living
    if living.shapes is None:
        return None
    people = living.people[:, found.question.band]
    state, count = found.leading.state(), len(living.shapes)
    parts = np.stack(
        [
            np.bincount(living.homes.cell, np.where(state == one, people, 0.0), minlength=count)
            for one in (State.REACHED, State.BEYOND, State.UNKNOWN)
        ]
    )
    every = parts.sum(axis=0)
    fewest = fewest_of(db, scope, float(living.of[0]))
    shapes = shapely.to_geojson(living.shapes)
    told = []
    lived_in = np.flatnonzero(every > 0)
    few = hidden(every[lived_in], fewest)
    for at, whole in zip(lived_in.tolist(), (~few).tolist(), strict=True):
        reached, beyond, unknown = (float(part) for part in parts[:, at])
        counts = (float(every[at]), reached, beyond, unknown) if whole else (None,) * 4
        shares = (beyond / every[at], unknown / every[at])
        told.append(Cell(str(shapes[at]), *counts, *map(float, shares)))
    return told


def hidden(people: NDArray[np.float64], fewest: float) -> NDArray[np.bool_]:
    """(n,) whether a square has no number: too few people, or the next fewest beside one that is alone so, whose
    number would follow from the others'."""
    few = people < fewest
    if few.sum() == 1 and len(people) > 1:
        rest = np.flatnonzero(~few)
        few[rest[np.argmin(people[rest])]] = True
    return few


def fewest_of(db: Session, scope: Scope, residents: float) -> float:
    """From how many people on a square is told in numbers: from any, unless totals come from a source that is not
    public."""
    private = [
        one for one in population.list_sources(db, scope) if one.kind == _TABLE and not one.public
    ]
    if not private:
        return 0.0
    return float(FEWEST if residents >= LARGE else SMALL_TOWN_FEWEST)
