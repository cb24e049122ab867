"""対象地域: the streets of a municipality, opened once and shared by whoever asks.

The network is built from the kept original of the newest street import when somebody first needs it, and
lies under ``networks/<version>/`` from then on; a new import or another edge of the data makes another
version. Opening one that is there maps files into memory.
"""

from dataclasses import dataclass, field
from pathlib import Path

import shapely
from sqlalchemy.orm import Session

from geo.errors import Invalid
from geo.records import basemap, municipalities
from geo.scope import Scope
from geo.sources import osm_streets
from geo.streets.archive import find_network, save_network
from geo.streets.build import Coverage, build_network, version_of
from geo.streets.graph import TravelGraph, graph_of
from geo.streets.network import StreetNetwork
from geo.streets.profile import TravelProfile
from geo.streets.snap import StreetGrid, street_grid


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
    when the original is gone or broken.
    """
    place = municipalities.get(db, scope, scope.municipality or "")
    extract = basemap.find_extract(db, scope)
    if extract is None:
        raise Invalid(fields={"municipality": "no_streets"})
    coverage = Coverage(shapely.from_wkb(bytes(extract.coverage)), extract.made_of)
    version = version_of(extract.sha256, place.zone, coverage)
    network = find_network(folders.networks, version)
    if network is None:
        raw = osm_streets.read(folders.originals / extract.sha256)
        save_network(build_network(raw, place.zone, extract.sha256, coverage), folders.networks)
        network = find_network(folders.networks, version)
    if network is None:
        raise Invalid(fields={"municipality": "no_streets"})
    return Area(network)
