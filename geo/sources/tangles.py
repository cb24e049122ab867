"""もつれ: how often lines cross, counted before anybody is asked to put them in order.

A repair or a union takes its time by the number of crossings and cannot be stopped once it has begun:
a ring of 1,000 random points crosses itself 100,000 times and takes 40 s. What a hand or a scanner
has drawn has a dozen crossings, two lines of one border drawn apart some thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.sources.delivery import RowError

IN_ONE = 20_000  # our choice: half a second of repair
IN_A_FILE = 200_000  # our choice: five seconds
_LOOKS = 200  # pairs of pieces that are looked at in the time in which one crossing is put in order
_BLOCK = 256  # pieces at a time, so that the count ends soon after its limit
_PAIRS = 5_000_000  # at a time, where all lie over one another


@dataclass(slots=True)
class Patience:
    """How much of one file is put in order; ``left`` in crossings."""

    left: int = IN_A_FILE

    def spend(self, shapes: Sequence[BaseGeometry]) -> None:
        """Count how the lines of shapes cross, before they are repaired or joined. Raises RowError:
        too_tangled."""
        most = min(IN_ONE, self.left)
        found = crossings(shapes, most)
        self.left -= found
        if found > most:
            raise RowError("too_tangled")


def crossings(shapes: Sequence[BaseGeometry], most: int) -> int:
    """How often straight pieces of the lines of shapes cross in their midst; ends soon after ``most``.
    Looking at pieces that only come close counts too, a little."""
    starts, ends = _pieces(shapes)
    tree = shapely.STRtree(shapely.box(*np.minimum(starts, ends).T, *np.maximum(starts, ends).T))
    at_once = max(1, min(_BLOCK, _PAIRS // max(1, len(starts))))
    found = looks = 0
    for first in range(0, len(starts), at_once):
        one, other = tree.query(tree.geometries[first : first + at_once])
        ahead = one + first < other
        one, other = one[ahead] + first, other[ahead]
        looks += max(0, len(one) - 2 * at_once)  # its neighbours are beside every piece
        if found + looks // _LOOKS > most:
            break
        found += _crossing(starts[one], ends[one], starts[other], ends[other])
        if found + looks // _LOOKS > most:
            break
    return int(found + looks // _LOOKS)


def _pieces(shapes: Sequence[BaseGeometry]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Start and end of every straight piece, (pieces, 2) float64 degrees each."""
    parts = shapely.get_parts(shapely.get_parts(list(shapes)))
    areas = shapely.get_dimensions(parts) == 2
    lines = np.concatenate([shapely.get_rings(parts[areas]), parts[~areas]])
    points, line = shapely.get_coordinates(lines, return_index=True)
    piece = (line[1:] == line[:-1]) & (points[1:] != points[:-1]).any(axis=1)
    return points[:-1][piece], points[1:][piece]


def _crossing(
    a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64], d: NDArray[np.float64]
) -> int:
    """How many pairs of pieces a-b and c-d, (pairs, 2) each, have their ends on both sides of each
    other. Pieces that only touch do not."""
    return int(
        np.sum((_side(a, b, c) * _side(a, b, d) < 0) & (_side(c, d, a) * _side(c, d, b) < 0))
    )


def _side(
    a: NDArray[np.float64], b: NDArray[np.float64], point: NDArray[np.float64]
) -> NDArray[np.float64]:
    """1 where a point lies left of a-b, -1 right of it, 0 on it."""
    along, there = b - a, point - a
    return np.sign(along[:, 0] * there[:, 1] - along[:, 1] * there[:, 0])
