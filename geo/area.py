"""対象地域: the streets of a municipality, opened once and shared by whoever asks.

The network is built from the kept originals (the newest street import, and the tiles of an elevation
model) when somebody first needs it, and lies under ``networks/<version>/`` from then on; a new import of
either or another edge of the data makes another version. Opening one that is there maps files into memory.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo.errors import Invalid
from geo.records import basemap, elevation, municipalities
from geo.records.elevation import TileInUse
from geo.scope import Scope
from geo.sources import dem, osm_streets
from geo.streets.archive import find_network, save_network
from geo.streets.build import Coverage, Ground, build_network, version_of
from geo.streets.graph import TravelGraph, graph_of
from geo.streets.network import StreetNetwork
from geo.streets.profile import TravelProfile
from geo.streets.snap import StreetGrid, street_grid
from geo.streets.terrain import Terrain


@dataclass(frozen=True, slots=True)
class Folders:
    """Where originals of imports lie, and where networks are kept."""

    originals: Path
    networks: Path


@dataclass(slots=True)
class Area:
    """A network, and what was made of it for each traveller."""

    network: StreetNetwork
    _made: dict[TravelProfile, tuple[TravelGraph, StreetGrid]] = field(default_factory=dict)

    def graph(self, profile: TravelProfile) -> TravelGraph:
        """The network as a traveller uses it."""
        return self._for(profile)[0]

    def grid(self, profile: TravelProfile) -> StreetGrid:
        """Where a traveller's places join it."""
        return self._for(profile)[1]

    def _for(self, profile: TravelProfile) -> tuple[TravelGraph, StreetGrid]:
        if profile not in self._made:
            graph = graph_of(self.network, profile)
            self._made[profile] = graph, street_grid(graph)
        return self._made[profile]


def open_area(db: Session, scope: Scope, folders: Folders) -> Area:
    """The area of the scope's municipality, built on first use.

    Raises NotFound for a municipality without records, Invalid when no streets were imported, Unreadable
    when an original is gone or broken.
    """
    place = municipalities.get(db, scope, scope.municipality or "")
    extract = basemap.find_extract(db, scope)
    if extract is None:
        raise Invalid(fields={"municipality": "no_streets"})
    coverage = Coverage(shapely.from_wkb(bytes(extract.coverage)), extract.made_of)
    tiles = elevation.list_tiles(db, scope)
    version = version_of(extract.sha256, place.zone, coverage, _digest(tiles))
    network = find_network(folders.networks, version)
    if network is None:
        raw = osm_streets.read(folders.originals / extract.sha256)
        ground = _ground(raw.ref_lonlat, tiles, folders.originals) if tiles else None
        built = build_network(raw, place.zone, extract.sha256, coverage, ground)
        save_network(built, folders.networks)
        network = find_network(folders.networks, version)
    if network is None:
        raise Invalid(fields={"municipality": "no_streets"})
    return Area(network)


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
