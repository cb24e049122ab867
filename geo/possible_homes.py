"""住まいの場所: where the people of a municipality may live, and where each of these homes joins the street.

People of the census squares stand at possible homes (geo.access.spread), as many of them as the residents'
register says where it does. All of it is kept in memory, so that a question costs no more than its search.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
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
from geo.area import Area, Areas
from geo.errors import GeoError
from geo.means import OnStreets
from geo.population import Band, Said
from geo.records import basemap, districts, mesh, municipalities, shelf, versions
from geo.scope import EVERYBODY, Scope, house
from geo.streets.network import StreetNetwork
from geo.streets.profile import TravelProfile, get_profile
from geo.streets.snap import Join, Snap

Floats = NDArray[np.float64]

USUAL = "on_foot_slow"  # our choice: how the kinds are reached that most pages ask for
BANDS = (0, 65, 75, 85)  # columns of all counts here: everybody, and from an age
_KEPT = 4  # our choice: municipalities whose homes stay in memory, some 10 MB each
_WAYS = 8  # our choice: ways of moving for which they stay, some 5 MB each in a large city
_COUNTED = ("towns", "table")  # of geo.records.residents: what a register says itself
_OWN = frozenset({"population", "districts", "basemap"})  # nouns that homes are made of


@dataclass(frozen=True, slots=True)
class Register:
    """Whose totals the people were brought to: the level of its areas, how many of them, the days, and the
    tables as a page names them."""

    level: str
    areas: int
    as_of: tuple[date, ...]
    sources: tuple[Said, ...]


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
    squares    the census as a page names it; None where the areas of the register stand for it
    register   whose totals, None where there are none
    shapes     (cells,) lon-lat: the squares that ``homes.cell`` speaks of; None where areas of the register stand for them
    """

    homes: Homes
    people: Floats
    unplaced: Floats
    in_care: Floats
    flagged: Floats
    unsaid: float
    edge_m: Floats
    squares: Said | None
    register: Register | None
    shapes: NDArray[np.object_] | None = None

    def knows(self, band: int) -> bool:
        """Whether anybody is counted from an age on (a column): where no source says ages, that is not nobody."""
        everybody = self.of
        return bool(everybody[band] > 0 or not everybody[0])

    @property
    def census(self) -> date | None:
        """The day of the squares."""
        return self.squares.as_of if self.squares else None

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


@dataclass(frozen=True, slots=True)
class HomeAreas:
    """In which area of a level each home lies.

    areas  (id, code, name) of today's areas, by code
    group  (homes,) int32 row of ``areas``; their number for homes that lie in none
    """

    areas: tuple[tuple[UUID, str, str], ...]
    group: NDArray[np.int32]


@dataclass(slots=True)
class _Kept:
    living: Living
    joined: OrderedDict[TravelProfile, Joined] = field(default_factory=OrderedDict)
    areas: dict[str, HomeAreas] = field(default_factory=dict)


class Residents:
    """The homes of the municipalities that were asked for last. One for a process, for all its threads; what
    a new import changes is found by its version."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], _Kept] = OrderedDict()
        self._places: dict[Scope, tuple[int, int]] = {}
        self._one_builds = Lock()  # who comes meanwhile waits for it instead of building the same

    def of(self, db: Session, scope: Scope, area: Area, profile: TravelProfile) -> Joined | None:
        """The homes of the scope's municipality on the streets of a traveller; None where no people
        were imported. Who has no account is answered from what is public alone: other homes, with other people."""
        everything = _everything(scope)
        key = self._version(db, everything, area.network)
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
            joined = kept.joined.pop(profile, None)
            if joined is None:
                found = OnStreets(area, profile).join(kept.living.homes.xy_m)
                joined = Joined(kept.living, found)
            kept.joined[profile] = joined  # the newest stands last
            if len(kept.joined) > _WAYS:
                kept.joined.popitem(last=False)
            return joined

    def areas(self, db: Session, scope: Scope, area: Area, living: Living, level: str) -> HomeAreas:
        """In which area of a level each of the homes lies, that ``of`` gave last."""
        kept = next((one for one in self._kept.values() if one.living is living), None)
        if kept is not None and level in kept.areas:
            return kept.areas[level]
        rows, row = areas_of_homes(db, scope, area, living, level)
        group = np.where(row < 0, len(rows), row).astype(np.int32)
        found = HomeAreas(tuple((one.id, one.code, one.name) for one in rows), group)
        if kept is not None:
            kept.areas[level] = found
        return found

    def open_all(self, db: Session, areas: Areas) -> None:
        """The homes of every municipality that has people and streets, on the streets of who walks slowly, as most
        questions ask: so that nobody's first question builds them."""
        for place in municipalities.list_all(db, house()):
            scope = house(place.code)
            with suppress(GeoError):
                self.of(db, scope, areas.take(db, scope), get_profile(USUAL))

    def _version(self, db: Session, scope: Scope, network: StreetNetwork) -> tuple[object, ...]:
        """What the homes are made of: the streets, what was imported, and the places in facilities, which are
        asked anew when something in the register has changed."""
        values = versions.list_values(db, scope)
        register = values.get("resources", 0)
        known = self._places.get(scope)
        if known is None or known[0] != register:
            kinds = homes.FACILITIES | homes.HOSPITALS
            known = register, hash(shelf.load_capacities(db, scope, kinds).tobytes())
            self._places[scope] = known
        imported = tuple(sorted((noun, values[noun]) for noun in values.keys() & _OWN))
        return scope, network.version, imported, known[1]


def _everything(scope: Scope) -> Scope:
    """All that may be counted for a reader, whoever of the staff it is, so that they share what is kept."""
    if scope.is_public:
        return Scope(scope.municipality, EVERYBODY.role)
    return house(scope.municipality)


def areas_of_homes(
    db: Session,
    scope: Scope,
    area: Area,
    living: Living,
    level: str,
    shapes: Mapping[UUID, BaseGeometry] | None = None,
) -> tuple[list[districts.District], NDArray[np.int32]]:
    """Today's areas of a level by code, and for each home the row of the one it lies in (-1 for none).

    shapes  as ``outlines`` gives them, for whoever has them already
    """
    rows = districts.list_at_level(db, scope, level)
    shapes = outlines(db, scope, level) if shapes is None else shapes
    lonlat = area.network.lonlat(living.homes.xy_m)
    return rows, areas_of(lonlat, [shapes.get(row.id) for row in rows])


@dataclass(frozen=True, slots=True)
class _Counted:
    """People by squares of the census, or by areas of the register. Row i of each array is the same one.

    shape    (cells,) lon-lat
    counts   (cells, 4) people at home; care: (cells, 4) residents of facilities, who are not in them
    flagged  (cells,) bool whether residents of a facility may be among them
    unsaid   people of cells whose ages nobody says
    said     the census as a page names it; None of the register
    """

    shape: NDArray[np.object_]
    counts: Floats
    care: Floats
    flagged: NDArray[np.bool_]
    unsaid: float
    said: Said | None


def _living(db: Session, scope: Scope, network: StreetNetwork) -> Living | None:
    """Spread the people of the newest census, else of the register, and bring them to its totals."""
    told = _totals(db, scope)
    squares = _by_squares(db, scope)
    counted = squares or _by_areas(db, scope, told)
    if counted is None:
        return None
    shapes = list(outlines(db, scope, "municipality").values())
    outline = shapely.union_all(shapes) if shapes else None
    # Our choice: in a wide area houses are often drawn in its middle only, so people live along its streets
    buildings = basemap.load_homes(db, scope) if squares else np.empty((0, 3))
    found = spread(list(counted.shape), counted.counts[:, 0], network, buildings, outline)
    people, unplaced = found.people(counted.counts), np.zeros(len(BANDS))
    if told.register is not None:
        area = areas_of(network.lonlat(found.xy_m), told.shapes)
        totals = _without_care(db, scope, told, counted)
        people, left = scaled_to(people, area, totals)
        unplaced = left.sum(axis=0)
    return Living(
        homes=found,
        people=people,
        unplaced=unplaced,
        in_care=counted.care.sum(axis=0),
        flagged=people[counted.flagged[found.cell]].sum(axis=0),
        unsaid=counted.unsaid,
        edge_m=edge_m(found.xy_m, network.coverage, network.zone),
        squares=counted.said,
        register=told.register,
        shapes=counted.shape if counted.said else None,
    )


def _by_squares(db: Session, scope: Scope) -> _Counted | None:
    """Squares of the newest census that somebody lives in; of those on the border the share inside."""
    loaded, source = homes.load_at_home(db, scope), mesh.find_finest(db, scope)
    if loaded is None or source is None:
        return None
    cells, at_home = loaded
    share = cells.inside[:, None]
    counts, before = at_home.counts[:, : len(BANDS)], homes.ages_by_cell(cells)[:, : len(BANDS)]
    care = np.nan_to_num(before - counts) * share
    counts = counts * share
    is_unsaid = np.isnan(counts).any(axis=1)
    counts = np.nan_to_num(counts)
    lived = np.flatnonzero((counts[:, 0] > 0) | (care[:, 0] > 0))
    if len(lived) == 0:
        return None
    return _Counted(
        shapely.box(*cells.boxes[lived].T),
        counts[lived],
        care[lived],
        at_home.with_facilities[lived],
        float(counts[is_unsaid, 0].sum()),
        population.said_of(source),
    )


def _by_areas(db: Session, scope: Scope, told: "_Told") -> _Counted | None:
    """Areas of the register, where no census was imported. How many of their people live in care nobody told
    apart: areas with a facility are flagged."""
    lived = np.flatnonzero(told.totals[:, 0] > 0)
    if len(lived) == 0:
        return None
    counts = told.totals[lived]
    shape = np.array([told.shapes[row] for row in lived], object)
    places = shelf.load_capacities(db, scope, homes.FACILITIES | homes.HOSPITALS)
    flagged = np.isin(np.arange(len(lived)), areas_of(places[:, :2], list(shape)))
    unsaid = float(counts[np.isnan(counts).any(axis=1), 0].sum())
    counts = np.nan_to_num(counts)
    return _Counted(shape, counts, np.zeros_like(counts), flagged, unsaid, None)


def _without_care(db: Session, scope: Scope, told: "_Told", counted: _Counted) -> Floats:
    """(areas, 4) totals of the register without those in care, who are taken out where their facility stands as
    they were of its square."""
    places = shelf.load_capacities(db, scope, homes.FACILITIES)
    places = places[places[:, 2] > 0]
    cell = areas_of(places[:, :2], list(counted.shape))
    area = areas_of(places[:, :2], told.shapes)
    held = cell >= 0
    together = np.bincount(cell[held], places[held, 2], minlength=len(counted.shape))
    held &= area >= 0
    share = places[held, 2] / together[cell[held]]
    totals = told.totals.copy()
    np.subtract.at(totals, area[held], counted.care[cell[held]] * share[:, None])
    return np.maximum(totals, 0)


@dataclass(frozen=True, slots=True)
class _Told:
    """Areas with an outline of which the register says how many live there; totals (areas, 4), nan for a band
    of which it says nothing."""

    register: Register | None
    totals: Floats
    shapes: list[BaseGeometry]


def _totals(db: Session, scope: Scope) -> _Told:
    """The level of which the register tells most areas, by code."""
    best = _Told(None, np.empty((0, len(BANDS))), [])
    for level in districts.list_levels(db, scope):
        told, shapes = population.by_area(db, scope, level.code), outlines(db, scope, level.code)
        rows = districts.list_at_level(db, scope, level.code)
        bands = {
            row.id: (told[row.id].everybody, *told[row.id].over)
            for row in rows
            if row.id in told and row.id in shapes
        }
        counts = {area: _counts(one) for area, one in bands.items()}
        order = [area for area, one in counts.items() if not np.isnan(one[0])]
        if len(order) > len(best.totals):
            sources = {band.source for area in order for band in bands[area] if band.source}
            days = tuple(sorted({one.as_of for one in sources if one.as_of}))
            told_by = tuple(sorted(sources, key=lambda one: (one.title, str(one.as_of))))
            register = Register(level.code, len(order), days, told_by)
            totals = np.array([counts[area] for area in order])
            best = _Told(register, totals, [shapes[area] for area in order])
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


def outlines(db: Session, scope: Scope, level: str) -> dict[UUID, BaseGeometry]:
    """Area → its outline, lon-lat, of those that have one."""
    kept = districts.load_wkb(db, scope, level)
    return {area: shapely.from_wkb(wkb) for area, wkb in kept.items() if wkb}
