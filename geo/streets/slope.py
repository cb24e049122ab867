"""坂: what uphill and downhill do to a walk.

Tobler (1993), "Three presentations on geographical analysis and modeling", his hiking function
6 exp(-3.5 |S + 0.05|) km/h, taken relative to its own 5.04 km/h on the level and never above it: his
gentle descent is faster than the level, which we grant to nobody whose knees hurt (our choice).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.streets.compiled import Number, compiled
from geo.streets.network import Built, StreetClass, StreetNetwork, frozen, points_of

# Our choice: a grade is taken over at least this length, since heights come rounded to decimetres and
# a step of 30 cm between two points 2 m apart is no hill.
SHORTEST_RUN_M = 20.0
_STEEPNESS, _EASIEST = 3.5, 0.05  # Tobler's
_CARRIED, _FLIGHT = 1, 2


@dataclass(frozen=True, slots=True)
class Slopes:
    """What the heights say of each edge.

    effort_m   (edges, 2) float64  metres on the level that take as long, along and against
    steepest   (edges,)   float64  steepest grade of any run, up or down; 0 where heights are unknown
    climb_m    (edges, 2) float64  metres climbed along and against, from run to run
    unknown_m  (edges,)   float64  metres of street whose grade nobody knows, taken as level
    """

    effort_m: NDArray[np.float64]
    steepest: NDArray[np.float64]
    climb_m: NDArray[np.float64]
    unknown_m: NDArray[np.float64]


def slopes(network: StreetNetwork, edges: NDArray[np.int64] | None = None) -> Slopes:
    """Grades of every edge, or of some; measured anew (some 10 ns a point). Steps are level: they have
    a modifier of their own."""
    first, xy_m, height_m = network.first_point, network.point_xy_m, network.point_height_m
    street, built = network.edge_class, network.edge_built
    if edges is not None:
        first, points = points_of(network, edges)
        xy_m, height_m = xy_m[points], height_m[points]
        street, built = street[edges], built[edges]
    is_carried = (built & (Built.BRIDGE | Built.TUNNEL)) > 0
    kinds = np.where(street == StreetClass.STEPS, _FLIGHT, np.where(is_carried, _CARRIED, 0))
    return Slopes(
        *_measure(
            frozen(first),
            frozen(xy_m),
            frozen(height_m),
            kinds.astype(np.uint8),
            SHORTEST_RUN_M,
        )
    )


@compiled
def _slowing(grade: Number) -> Number:
    """How many metres on the level one metre of this grade is worth."""
    return max(1.0, np.exp(_STEEPNESS * (abs(grade + _EASIEST) - _EASIEST)))


@compiled
def _measure(
    first: NDArray[np.int64],
    xy_m: NDArray[np.float64],
    height_m: NDArray[np.float32],
    kind: NDArray[np.uint8],
    shortest_m: Number,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Slopes of each edge. On bridges and in tunnels only the heights of the ends count."""
    edges = len(first) - 1
    effort, climb = np.zeros((edges, 2)), np.zeros((edges, 2))
    steepest, unknown = np.zeros(edges), np.zeros(edges)
    for edge in range(edges):
        last = first[edge + 1] - 1
        run_m, known, below = 0.0, False, 0.0
        if not np.isnan(height_m[first[edge]]):
            known, below = True, float(height_m[first[edge]])
        for point in range(first[edge], last):
            run_m += np.hypot(
                xy_m[point + 1, 0] - xy_m[point, 0], xy_m[point + 1, 1] - xy_m[point, 1]
            )
            ends_here = point + 1 == last
            height = float(height_m[point + 1])
            if np.isnan(height) or not (ends_here or (run_m >= shortest_m and kind[edge] == 0)):
                continue
            grade = 0.0
            if known and run_m >= shortest_m / 2 and kind[edge] != _FLIGHT:
                grade = (height - below) / run_m
            effort[edge, 0] += run_m * _slowing(grade)
            effort[edge, 1] += run_m * _slowing(-grade)
            steepest[edge] = max(steepest[edge], abs(grade))
            if known:
                climb[edge, 0] += max(0.0, height - below)
                climb[edge, 1] += max(0.0, below - height)
            else:
                unknown[edge] += run_m
            run_m, known, below = 0.0, True, height
        effort[edge, 0] += run_m  # behind the last known height
        effort[edge, 1] += run_m
        unknown[edge] += run_m
    return effort, steepest, climb, unknown
