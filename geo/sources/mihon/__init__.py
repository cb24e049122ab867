"""みほん市 (99002): an invented city of 60,200 people, in the formats real offices deliver.

``write(folder)`` makes all its files in a few seconds, the same bytes each time. Nothing in it
is real; it lies over open sea, so that no real neighbour or mesh mixes in.
"""

from pathlib import Path

from geo.sources.mihon.boundaries import boundary_files
from geo.sources.mihon.land import make_land
from geo.sources.mihon.places import CODE, NAME, ZONE
from geo.sources.mihon.shapes import town_shapes

__all__ = ["CODE", "NAME", "ZONE", "write"]


def write(folder: Path) -> tuple[Path, ...]:
    """Write the city's files under ``folder``, always the same bytes; their paths, sorted."""
    files: dict[str, bytes] = {}
    land = make_land()
    shapes = town_shapes(land)
    files |= _in("boundaries", boundary_files(land, shapes))
    return _written(folder, files)


def _in(room: str, files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{room}/{name}": content for name, content in files.items()}


def _written(folder: Path, files: dict[str, bytes]) -> tuple[Path, ...]:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tuple(sorted(folder / name for name in files))
