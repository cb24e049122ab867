"""住まい: where people live, square by square, with the ages that the census hides given back to their
squares, and the residents of homes and hospitals told apart.

Arrays; row i is the same square as in geo.records.mesh.Cells.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo.records import mesh, shelf
from geo.records.mesh import Cells
from geo.scope import Scope

Floats = NDArray[np.float64]

# Kinds (data/kinds.csv) whose residents live there and are cared for there: 特養, 老健, 介護医療院,
# グループホーム, 特定施設 (有料老人ホーム), 軽費・養護. Those of サービス付き住宅 are tenants of homes.
FACILITIES = frozenset(
    {
        *("nursing_home", "care_health_facility", "care_medical_institution", "group_home"),
        *("specified_facility", "low_cost_home"),
    }
)
# The census counts who is in hospital for three months or more; beds do not say how many those are.
HOSPITALS = frozenset({"hospital"})
# Our choice: a home with more places than this many times the people over 75 of its square was not
# counted there (built since, or standing on the edge); nobody is taken out, and the square is flagged.
FITS = 1.25
PEOPLE, OVER_65, OVER_75, OVER_85, HOUSEHOLDS = range(5)


@dataclass(frozen=True, slots=True)
class Facilities:
    """Places where people live in care. Row i of each array is the same one.

    lonlat    (m, 2) float64 degrees
    capacity  (m,) float64 people; nan where it is not known, and for hospitals
    """

    lonlat: Floats
    capacity: Floats


@dataclass(frozen=True, slots=True)
class AtHome:
    """People who live at home.

    counts    (n, 5) float64: people, 65+, 75+, 85+, households
    taken     (n,) float64: residents of facilities that were taken out
    with_facilities  (n,) bool: the square may still have residents of a facility in it, because
              nobody knows how many (「施設の入所者を含む」)
    """

    counts: Floats
    taken: Floats
    with_facilities: NDArray[np.bool_]


def load_at_home(db: Session, scope: Scope) -> tuple[Cells, AtHome] | None:
    """The squares of the newest census, the smallest there are, with the people who live at home in
    them. None where no census was imported."""
    source = mesh.find_finest(db, scope)
    if source is None:
        return None
    cells = mesh.load_cells(db, scope, source.id)
    known = shelf.load_capacities(db, scope, FACILITIES)
    beds = shelf.load_capacities(db, scope, HOSPITALS)
    places = np.concatenate([known, beds])
    capacity = np.concatenate([known[:, 2], np.full(len(beds), np.nan)])
    return cells, at_home(cells, ages_by_cell(cells), Facilities(places[:, :2], capacity))


def ages_by_cell(cells: Cells) -> Floats:
    """(n, 5) float64: people, 65+, 75+, 85+, households of each square, nan where nobody says.

    Where ages of several squares are counted in one, they are shared out by people: the sums over
    all squares are the file's own (1e-6). A group without people keeps its ages where they are.
    """
    found = cells.counts.copy()
    host = np.where(cells.counted_in > 0, cells.counted_in, cells.codes)
    _, group = np.unique(host, return_inverse=True)
    people = np.nan_to_num(cells.counts[:, PEOPLE])
    together = np.bincount(group, weights=people)
    is_host = host == cells.codes
    share = np.where(together[group] > 0, people / np.maximum(together[group], 1e-300), is_host)
    for column in (OVER_65, OVER_75, OVER_85):
        said = np.full(len(together), np.nan)
        said[group[is_host]] = cells.counts[is_host, column]
        found[:, column] = said[group] * share
    return found


def at_home(cells: Cells, counts: Floats, facilities: Facilities) -> AtHome:
    """The people of each square without the residents of its facilities.

    counts  as ``ages_by_cell`` gives them

    A capacity is taken out of people, 65+ and 75+, as far as there are people over 75 (beds may be
    empty); out of 85+ its share of 75+ (our choice: the residents are like the square's 75+). A
    place on the edge of two squares belongs to the first of them.
    """
    cell = _cell_of(cells, facilities.lonlat)
    inside = cell >= 0
    known = inside & ~np.isnan(facilities.capacity)
    capacity = np.bincount(
        cell[known], weights=facilities.capacity[known], minlength=len(cells.codes)
    )
    unknown = np.zeros(len(cells.codes), dtype=np.bool_)
    unknown[cell[inside & ~known]] = True
    found = counts.copy()
    over_75 = np.nan_to_num(counts[:, OVER_75])
    oldest = np.divide(counts[:, OVER_85], over_75, out=np.zeros(len(over_75)), where=over_75 > 0)
    fits = capacity <= over_75 * FITS
    taken = np.where(fits, np.minimum(capacity, over_75), 0)
    for column, share in ((PEOPLE, 1.0), (OVER_65, 1.0), (OVER_75, 1.0), (OVER_85, oldest)):
        found[:, column] = counts[:, column] - taken * share
    return AtHome(found, taken, unknown | ~fits)


def _cell_of(cells: Cells, lonlat: Floats) -> NDArray[np.int64]:
    """(m,) the square each place lies in, -1 for none."""
    found = np.full(len(lonlat), -1, dtype=np.int64)
    for at, (lon, lat) in enumerate(lonlat):
        west, south, east, north = cells.boxes.T
        here = np.flatnonzero((west <= lon) & (lon <= east) & (south <= lat) & (lat <= north))
        if len(here):
            found[at] = here[0]
    return found
