"""道の高さ: from the heights of the ground and of tags to the height of every point of every street.

The ground comes first where a model knows it, tags fill in: one survey for a whole hill, where a tag is
whatever somebody's telephone said. But a model has no bridges and no tunnels: what is carried over or
led through the ground goes straight from where it leaves the ground to where it meets it again.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from geo.streets.network import Built

_MOST = 2_000  # our choice: nodes of one structure that are solved for at once; more stay unknown
_SHORTEST_M = 0.1  # our choice: bridges of no length would weigh infinitely


def point_heights(
    ground_m: NDArray[np.float32],
    tagged_m: NDArray[np.float32],
    ends: NDArray[np.int64],
    built: NDArray[np.uint8],
    first_point: NDArray[np.int64],
    points: NDArray[np.int64],
    xy_m: NDArray[np.float64],
) -> NDArray[np.float32]:
    """(points,) float32 metres above the sea, NaN where unknown.

    ground_m, tagged_m  (places,) by the model and by tags, NaN where unknown
    ends                (edges, 2) places at both ends of each edge; built (edges,) bits of Built
    first_point         (edges + 1,) CSR pointer; points (points,) the place of each point
    xy_m                (places, 2) metres in the plane zone
    """
    height = np.where(np.isfinite(ground_m), ground_m, tagged_m).astype(np.float64)
    carried = (built & (Built.BRIDGE | Built.TUNNEL)) > 0
    if not carried.any() or not np.isfinite(ground_m).any():
        return height[points].astype(np.float32)
    along_m = _along(first_point, xy_m[points])
    length_m = along_m[first_point[1:] - 1]
    on_ground = np.zeros(len(height), bool)
    on_ground[ends[~carried]] = True
    aloft = np.unique(ends[carried])
    aloft = aloft[~on_ground[aloft]]
    height[aloft] = tagged_m[aloft]
    _span(height, aloft[np.isnan(height[aloft])], ends[carried], length_m[carried])
    found = height[points]
    for edge in np.flatnonzero(carried):
        inner = slice(first_point[edge], first_point[edge + 1])
        found[inner] = np.interp(
            along_m[inner], (0.0, length_m[edge]), height[ends[edge]]
        )  # unknown from end to end where one end is
    return found.astype(np.float32)


def _along(first_point: NDArray[np.int64], xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """(points,) metres from the first point of its edge."""
    steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy_m, axis=0).T))])
    return np.asarray(steps - np.repeat(steps[first_point[:-1]], np.diff(first_point)))


def _span(
    height: NDArray[np.float64],
    unknown: NDArray[np.int64],
    ends: NDArray[np.int64],
    length_m: NDArray[np.float64],
) -> None:
    """Heights of nodes in the air (or under ground), written into ``height``: each between those of its
    neighbours, by their distance. Along one bridge of several pieces that is the straight line."""
    waiting = set(unknown.tolist())
    beside: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for (one, other), metres in zip(ends.tolist(), length_m.tolist(), strict=True):
        beside[one].append((other, 1.0 / max(metres, _SHORTEST_M)))
        beside[other].append((one, 1.0 / max(metres, _SHORTEST_M)))
    while waiting:
        piece = _piece(waiting.pop(), beside, waiting)
        if len(piece) <= _MOST:
            _solve(height, piece, beside)


def _piece(start: int, beside: dict[int, list[tuple[int, float]]], waiting: set[int]) -> list[int]:
    """The unknown nodes that hang together with one of them; they wait no longer."""
    piece = [start]
    for node in piece:  # grows while it is gone through
        for other, _ in beside[node]:
            if other in waiting:
                waiting.remove(other)
                piece.append(other)
    return piece


def _solve(
    height: NDArray[np.float64], piece: list[int], beside: dict[int, list[tuple[int, float]]]
) -> None:
    row = {node: number for number, node in enumerate(piece)}
    matrix, right = np.zeros((len(piece), len(piece))), np.zeros(len(piece))
    held = False
    for node, at in row.items():
        for other, weight in beside[node]:
            if other in row:
                matrix[at, at] += weight
                matrix[at, row[other]] -= weight
            elif np.isfinite(height[other]):
                held = True
                matrix[at, at] += weight
                right[at] += weight * height[other]
    if held:
        height[piece] = np.linalg.solve(matrix, right)
