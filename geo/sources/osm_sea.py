"""海: the sea of an extract, which OSM does not draw. It draws the coast, land on its left hand."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon

from geo.sources.tangles import IN_ONE, crossings

Box = tuple[float, float, float, float]

_BESIDE_DEG = 1e-7  # one centimetre: beside a piece of coast, and over no other


def sea_of(coast: Sequence[LineString], box: Box) -> tuple[Polygon, ...]:
    """The parts of a box that the coast says are sea, from west to east.

    coast  ``natural=coastline`` in its own direction, lon, lat; pieces in any order
    box    west, south, east, north, degrees: as far as the extract goes

    A part of the box is sea when more coast has it on the right than on the left. Where the coast
    breaks off inside the box nothing is parted, and nothing becomes sea: no guess floods a town. A coast
    that runs to and fro across itself is none.
    """
    if not coast:
        return ()
    if crossings(coast, IN_ONE) > IN_ONE:
        return ()
    frame = shapely.box(*box)
    lines = shapely.union_all([frame.boundary, *shapely.intersection(list(coast), frame)])
    parts = shapely.get_parts(shapely.polygonize([lines]))
    if len(parts) < 2:
        return ()
    tree = shapely.STRtree(parts)
    starts, ends = _pieces(coast)
    votes = _held(tree, starts, ends, 1.0, len(parts)) - _held(tree, starts, ends, -1.0, len(parts))
    west = shapely.bounds(parts)[:, 0]
    return tuple(parts[i] for i in np.argsort(west, kind="stable") if votes[i] > 0)


def _pieces(coast: Sequence[LineString]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Start and end of every straight piece, (pieces, 2) float64 degrees each."""
    points, line = shapely.get_coordinates(list(coast), return_index=True)
    same = line[1:] == line[:-1]
    return points[:-1][same], points[1:][same]


def _held(
    tree: shapely.STRtree,
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    side: float,
    parts: int,
) -> NDArray[np.float64]:
    """Degrees of coast that each part has on this side: 1 the coast's right hand, -1 its left."""
    along = ends - starts
    length = np.hypot(along[:, 0], along[:, 1])
    moved = length > 0
    starts, along, length = starts[moved], along[moved], length[moved]
    right = np.column_stack([along[:, 1], -along[:, 0]]) / length[:, None]
    beside = shapely.points(starts + along / 2 + side * _BESIDE_DEG * right)
    point, part = tree.query(beside, predicate="within")
    return np.bincount(part, length[point], parts).astype(np.float64)
