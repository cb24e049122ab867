"""対象地域: the streets of a municipality, opened once and shared by whoever asks.

The network is built from the kept originals (the newest street import, and the tiles of an elevation
model) when somebody first needs it, and lies under ``networks/<version>/`` from then on; a new import of
either or another edge of the data makes another version. Opening one that is there maps files into memory.
"""

import hashlib
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from geo import crs
from geo.errors import GeoError, Invalid
from geo.records import basemap, elevation, municipalities, versions
from geo.records.elevation import TileInUse
from geo.scope import Scope, house
from geo.sources import dem, osm_streets
from geo.streets.archive import (
    find_hierarchy,
    find_network,
    save_hierarchy,
    save_network,
)
from geo.streets.build import Coverage, Ground, build_network, version_of
from geo.streets.graph import TravelGraph, graph_of
from geo.streets.hierarchy import Hierarchy, hierarchy_of
from geo.streets.network import StreetNetwork
from geo.streets.profile import TravelProfile
from geo.streets.snap import StreetGrid, street_grid
from geo.streets.terrain import Terrain

_NOUNS = ("basemap", "elevation")  # what streets are made of
WAYS_AT_ONCE = (
    32  # our choice: of moving in one area; a municipality may change its speeds again and again
)
OPEN_AT_ONCE = 16  # our choice: areas one server holds open; their arrays are mapped, not read


@dataclass(frozen=True, slots=True)
class Folders:
    """Where originals of imports lie, and where networks are kept."""

    originals: Path
    networks: Path

    @classmethod
    def under(cls, var: Path) -> "Folders":
        """The folders of an installation."""
        return cls(originals=var / "originals", networks=var / "networks")


@dataclass(slots=True)
class Area:
    """A network, and what was made of it for each traveller."""

    network: StreetNetwork
    _kept_in: Path | None = None  # where hierarchies are kept; None: nowhere
    _made: dict[TravelProfile, tuple[TravelGraph, StreetGrid]] = field(default_factory=dict)
    _hierarchies: dict[str, Hierarchy] = field(default_factory=dict)
    _edge_m: BaseGeometry | None = None

    def graph(self, profile: TravelProfile) -> TravelGraph:
        """The network as a traveller uses it."""
        return self._for(profile)[0]

    def grid(self, profile: TravelProfile) -> StreetGrid:
        """Where a traveller's places join it."""
        return self._for(profile)[1]

    def hierarchy(self, profile: TravelProfile) -> Hierarchy:
        """The network in levels, for fields of many kinds at once (geo.streets.lanes): one for each metric,
        built when it is first asked for and kept beside the network."""
        graph = self.graph(profile)
        if graph.metric not in self._hierarchies:
            about = (self.network.version, graph.metric)
            kept = find_hierarchy(self._kept_in, *about) if self._kept_in else None
            if kept is None:
                kept = hierarchy_of(graph)
                if self._kept_in:
                    save_hierarchy(kept, self._kept_in, *about)
            self._hierarchies[graph.metric] = kept
        return self._hierarchies[graph.metric]

    @property
    def edge_m(self) -> BaseGeometry:
        """Where the streets' data end: lines in metres of the plane zone."""
        if self._edge_m is None:
            line = shapely.boundary(self.network.coverage)
            plane = partial(crs.to_plane_m, zone=self.network.zone)
            self._edge_m = shapely.transform(shapely.segmentize(line, 0.01), plane)
            shapely.prepare(self._edge_m)
        return self._edge_m

    def _for(self, profile: TravelProfile) -> tuple[TravelGraph, StreetGrid]:
        made = self._made.get(profile)
        if made is None:
            graph = graph_of(self.network, profile)
            made = self._made[profile] = graph, street_grid(graph)
            for oldest in list(self._made)[:-WAYS_AT_ONCE]:
                self._made.pop(oldest, None)  # whoever uses it keeps it
        return made


class Areas:
    """The areas that a server holds open, the latest asked for last. For all threads."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self._open: OrderedDict[tuple[object, ...], Area] = OrderedDict()
        self._one_opens = threading.Lock()  # who comes meanwhile does not build the same

    def take(self, db: Session, scope: Scope) -> Area:
        """The area of the scope's municipality as its streets are now. Raises as ``open_area``.

        Costs one small question: what an area is made of is asked only when one of its nouns has changed.
        """
        values = versions.list_values(db, scope)
        made_of = (scope.municipality or "", *(values.get(noun, 0) for noun in _NOUNS))
        known = self._open.get(made_of)
        if known is None:
            with self._one_opens:
                known = self._open.get(made_of) or open_area(db, scope, self._folders)
                self._open[made_of] = known
                while len(self._open) > OPEN_AT_ONCE:
                    self._open.popitem(last=False)
        return known

    def open_all(self, db: Session) -> None:
        """Every area that can be opened, so that no visitor waits for one to be built."""
        for place in municipalities.list_all(db, house()):
            with suppress(GeoError):
                self.take(db, house(place.code))


def find_version(db: Session, scope: Scope) -> str:
    """The version of the municipality's streets. Raises NotFound for a municipality without records,
    Invalid when no streets were imported."""
    return _asked_of(db, scope).version


def open_area(db: Session, scope: Scope, folders: Folders) -> Area:
    """The area of the scope's municipality, built on first use.

    Raises NotFound for a municipality without records, Invalid when no streets were imported, Unreadable
    when an original is gone or broken.
    """
    asked = _asked_of(db, scope)
    network = find_network(folders.networks, asked.version)
    if network is None:
        raw = osm_streets.read(folders.originals / asked.sha256)
        ground = _ground(raw.ref_lonlat, asked.tiles, folders.originals) if asked.tiles else None
        built = build_network(raw, asked.zone, asked.sha256, asked.coverage, ground)
        save_network(built, folders.networks)
        network = find_network(folders.networks, asked.version)
    if network is None:
        raise Invalid(fields={"municipality": "no_streets"})
    return Area(network, folders.networks)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a network is made of."""

    sha256: str
    zone: int
    coverage: Coverage
    tiles: Sequence[TileInUse]
    version: str


def _asked_of(db: Session, scope: Scope) -> _Asked:
    place = municipalities.get(db, scope, scope.municipality or "")
    extract = basemap.find_extract(db, scope)
    if extract is None:
        raise Invalid(fields={"municipality": "no_streets"})
    coverage = Coverage(shapely.from_wkb(bytes(extract.coverage)), extract.made_of)
    tiles = elevation.list_tiles(db, scope)
    version = version_of(extract.sha256, place.zone, coverage, _digest(tiles))
    return _Asked(extract.sha256, place.zone, coverage, tiles, version)


def _digest(tiles: Sequence[TileInUse]) -> str:
    """What tells one set of tiles from another; "" for none."""
    told = "".join(f"{tile.kind} {tile.name} {tile.digest}\n" for tile in tiles)
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest() if tiles else ""


def _ground(lonlat: NDArray[np.float64], tiles: Sequence[TileInUse], originals: Path) -> Ground:
    """The height of the ground at each place (n, 2), read from the kept originals."""
    wanted: dict[str, dict[int, TileInUse]] = defaultdict(dict)
    for tile in tiles:
        wanted[tile.sha256][tile.piece] = tile
    terrain = Terrain(lonlat)
    for sha256, pieces in sorted(wanted.items()):
        for piece in dem.read(originals / sha256):
            if piece.read and piece.number in pieces:  # what kind it is, its name said at the gate
                terrain.take(replace(piece.read.tile, kind=pieces[piece.number].kind))
    return Ground(terrain.heights_m(), _digest(tiles))
