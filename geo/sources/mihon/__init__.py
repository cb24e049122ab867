"""みほん市 (99002): an invented city of 60,200 people, in the formats real offices deliver.

``write(folder)`` makes all its files in a few seconds, the same bytes each time. Nothing in it
is real; it lies over open sea, so that no real neighbour or mesh mixes in.
"""

from pathlib import Path

from geo.sources.mihon.addresses import Numbering, address_files
from geo.sources.mihon.area_tables import area_files
from geo.sources.mihon.boundaries import boundary_files, small_areas_zip
from geo.sources.mihon.census import take_census
from geo.sources.mihon.gtfs import gtfs_files
from geo.sources.mihon.houses import make_houses
from geo.sources.mihon.land import make_land
from geo.sources.mihon.mesh import mesh_files
from geo.sources.mihon.osm import pbf_bytes
from geo.sources.mihon.places import CODE, DESK, DESK_PHONE, NAME, ZONE
from geo.sources.mihon.population import population_files
from geo.sources.mihon.resources import resource_files
from geo.sources.mihon.shapes import town_shapes
from geo.sources.mihon.street_lines import street_lines
from geo.sources.mihon.streets import join_streets

__all__ = ["CODE", "DESK", "DESK_PHONE", "NAME", "ZONE", "write"]


def write(folder: Path) -> tuple[Path, ...]:
    """Write the city's files under ``folder``, always the same bytes; their paths, sorted."""
    land = make_land()
    shapes = town_shapes(land)
    network = join_streets(street_lines(land, shapes), land)
    houses = make_houses(network, shapes, land)
    numbering = Numbering(houses, shapes)
    census = take_census(houses)
    small_areas = {f"A002005212020DDSWC{CODE}.zip": small_areas_zip(shapes, census.by_town)}
    files = {
        **_in("boundaries", boundary_files(land, shapes, numbering) | small_areas),
        **_in("areas", area_files()),
        **_in("addresses", address_files(numbering)),
        **_in("population", population_files() | mesh_files(houses, census)),
        **_in("resources", resource_files(network, shapes, houses, numbering)),
        **_in("transit", gtfs_files(network)),
        **_in("streets", {"mihon.osm.pbf": pbf_bytes(network, houses, land)}),
    }
    return _written(folder, files)


def _in(room: str, files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{room}/{name}": content for name, content in files.items()}


def _written(folder: Path, files: dict[str, bytes]) -> tuple[Path, ...]:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tuple(sorted(folder / name for name in files))
