"""住まいの場所: where the people of a municipality may live, and where each of these homes joins the street.

People of the census squares stand at possible homes (geo.access.spread), as many of them as the residents'
register says where it does. All of it is kept in memory, so that a question costs no more than its search.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from geo import homes, population
from geo.access.coverage import edge_m
from geo.access.spread import Homes, areas_of, scaled_to, spread
from geo.area import Area
from geo.population import Band
from geo.records import basemap, districts, mesh, shelf, versions
from geo.records.mesh import Cells
from geo.scope import Scope, house
from geo.streets.network import StreetNetwork, frozen
from geo.streets.profile import TravelProfile
from geo.streets.snap import Join, Snap, snap

Floats = NDArray[np.float64]

BANDS = (0, 65, 75, 85)  # columns of all counts here: everybody, and from an age
_KEPT = 4  # our choice: municipalities whose homes stay in memory; some 10 MB each
_COUNTED = (
    "towns",
    "table",
)  # geo.records.residents: what a register says itself, not what was spread
_OWN = frozenset({"population", "districts", "basemap"})  # nouns that homes are made of


@dataclass(frozen=True, slots=True)
class Register:
    """Whose totals the people were brought to: the level of its areas, how many of them, and the days."""

    level: str
    areas: int
    as_of: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Living:
    """People at the possible homes of a municipality. Row i of people and edge_m is home i of ``homes``;
    four columns, as BANDS.

    people     (n, 4) float64 at home
    unplaced   (4,) of the register, in areas in which no home is known: unknown always
    in_care    (4,) residents of facilities, who are not among the people
    flagged    (4,) people of squares that may still hold residents of a facility (「施設の入所者を含む」)
    unsaid     people of squares whose ages nobody says: they are in the first column only
    edge_m     (n,) metres to where the streets' data end
    census     the day of the squares; register: whose totals, None where there are none
    """

    homes: Homes
    people: Floats
    unplaced: Floats
    in_care: Floats
    flagged: Floats
    unsaid: float
    edge_m: Floats
    census: date | None
    register: Register | None

    @property
    def of(self) -> Floats:
        """(4,): all residents at home."""
        return np.asarray(self.people.sum(axis=0) + self.unplaced)


@dataclass(frozen=True, slots=True)
class Joined:
    """Possible homes on the streets of one traveller. Row i of ``snap`` is home i."""

    living: Living
    snap: Snap

    @property
    def is_joined(self) -> NDArray[np.bool_]:
        """(n,) bool: whether a home joins a street that hangs together with the others."""
        return np.asarray(self.snap.state == Join.JOINED)


@dataclass(slots=True)
class _Kept:
    living: Living
    joined: dict[TravelProfile, Joined] = field(default_factory=dict)


class Residents:
    """The homes of the municipalities that were asked for last. One for a process, for all its threads; what
    a new import changes is found by its version."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], _Kept] = OrderedDict()
        self._one_builds = Lock()  # who comes meanwhile waits for it instead of building the same

    def of(self, db: Session, scope: Scope, area: Area, profile: TravelProfile) -> Joined | None:
        """The homes of the scope's municipality on the streets of a traveller; None where no census was
        imported."""
        everything = house(scope.municipality)
        key = _version(db, everything, area.network)
        with self._one_builds:
            kept = self._kept.pop(key, None)
            if kept is None:
                living = _living(db, everything, area.network)
                if living is None:
                    return None
                kept = _Kept(living)
            self._kept[key] = kept
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            if profile not in kept.joined:
                places = frozen(kept.living.homes.xy_m)
                found = snap(area.graph(profile), area.grid(profile), places)
                kept.joined[profile] = Joined(kept.living, found)
            return kept.joined[profile]


def areas_of_homes(
    db: Session, scope: Scope, area: Area, living: Living, level: str
) -> tuple[list[districts.District], NDArray[np.int32]]:
    """Today's areas of a level by code, and for each home the row of the one it lies in (-1 for none)."""
    rows = districts.list_at_level(db, scope, level)
    shapes = _outlines(db, scope, level)
    lonlat = area.network.lonlat(living.homes.xy_m)
    return rows, areas_of(lonlat, [shapes.get(row.id) for row in rows])


def _version(db: Session, scope: Scope, network: StreetNetwork) -> tuple[object, ...]:
    """What the homes are made of: the streets, what was imported, and the places in facilities."""
    values = versions.list_values(db, scope)
    kinds = homes.FACILITIES | homes.HOSPITALS
    capacities = shelf.load_capacities(db, scope, kinds).tobytes()
    imported = tuple(sorted((noun, values[noun]) for noun in values.keys() & _OWN))
    return scope.municipality, network.version, imported, hash(capacities)


def _living(db: Session, scope: Scope, network: StreetNetwork) -> Living | None:
    """Spread the people of the newest census, and bring them to the totals of the register."""
    loaded, source = homes.load_at_home(db, scope), mesh.find_finest(db, scope)
    if loaded is None or source is None:
        return None
    cells, at_home = loaded
    inside = cells.inside[:, None]
    counts, before = at_home.counts[:, : len(BANDS)], homes.ages_by_cell(cells)[:, : len(BANDS)]
    care = np.nan_to_num(before - counts) * inside
    unsaid = float(np.nan_to_num(counts[:, 0] * cells.inside)[np.isnan(counts).any(axis=1)].sum())
    counts = np.nan_to_num(counts) * inside
    lived = np.flatnonzero((counts[:, 0] > 0) | (care[:, 0] > 0))
    counts, care, flags = counts[lived], care[lived], at_home.with_facilities[lived]
    found = _spread(db, scope, network, cells, lived)
    people, in_care = found.people(counts), found.people(care)
    people, unplaced, register = _as_registered(db, scope, network, found, people, in_care)
    return Living(
        homes=found,
        people=people,
        unplaced=unplaced,
        in_care=in_care.sum(axis=0),
        flagged=people[flags[found.cell]].sum(axis=0),
        unsaid=unsaid,
        edge_m=edge_m(found.xy_m, network.coverage, network.zone),
        census=source.as_of,
        register=register,
    )


def _spread(
    db: Session, scope: Scope, network: StreetNetwork, cells: Cells, lived: NDArray[np.int64]
) -> Homes:
    shapes = list(_outlines(db, scope, "municipality").values())
    outline = shapely.union_all(shapes) if shapes else None
    return spread(cells.boxes[lived], network, basemap.load_homes(db, scope), outline)


def _as_registered(
    db: Session,
    scope: Scope,
    network: StreetNetwork,
    found: Homes,
    people: Floats,
    in_care: Floats,
) -> tuple[Floats, Floats, Register | None]:
    """People as many as the register says: of its totals those in care are taken out, as they were of the
    squares. Also (4,) those of areas without a home, and whose totals they are."""
    register, totals, shapes = _totals(db, scope)
    if register is None:
        return people, np.zeros(len(BANDS)), None
    area = areas_of(network.lonlat(found.xy_m), shapes)
    held = area >= 0
    for band in range(len(BANDS)):
        apart = np.bincount(area[held], in_care[held, band], minlength=len(totals))
        totals[:, band] = np.maximum(totals[:, band] - apart, 0)
    scaled, unplaced = scaled_to(people, area, totals)
    return scaled, unplaced.sum(axis=0), register


def _totals(db: Session, scope: Scope) -> tuple[Register | None, Floats, list[BaseGeometry | None]]:
    """The level of which the register tells most areas: (areas, 4) people of each area that has an outline, by
    code, and the outlines."""
    best: tuple[Register | None, Floats, list[BaseGeometry | None]] = None, np.empty((0, 4)), []
    for level in districts.list_levels(db, scope):
        told, shapes = population.by_area(db, scope, level.code), _outlines(db, scope, level.code)
        rows = districts.list_at_level(db, scope, level.code)
        bands = {
            row.id: (told[row.id].everybody, *told[row.id].over)
            for row in rows
            if row.id in told and row.id in shapes
        }
        counts = {area: _counts(one) for area, one in bands.items()}
        order = [area for area, one in counts.items() if not np.isnan(one[0])]
        if len(order) > len(best[1]):
            sources = {band.source for area in order for band in bands[area] if band.source}
            days = tuple(sorted({one.as_of for one in sources if one.as_of}))
            register = Register(level.code, len(order), days)
            best = register, np.array([counts[a] for a in order]), [shapes[a] for a in order]
    return best


def _counts(bands: Sequence[Band]) -> Floats:
    """(4,) what a register itself says of the whole area, nan where it does not."""
    return np.array(
        [
            band.people
            if band.people is not None and band.how in _COUNTED and not (band.missing or band.split)
            else np.nan
            for band in bands
        ]
    )


def _outlines(db: Session, scope: Scope, level: str) -> dict[UUID, BaseGeometry]:
    """Area → its outline, lon-lat, of those that have one."""
    kept = districts.load_wkb(db, scope, level)
    return {area: shapely.from_wkb(wkb) for area, wkb in kept.items() if wkb}
