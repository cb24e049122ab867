"""届き方: from seconds to people who are reached, beyond, or of whom nobody knows (MEANING 1 and 4).

Row i of each array is the same possible home (spread.Homes); people are float64 and are never rounded here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo import crs
from geo.streets.compiled import Number, compiled
from geo.streets.network import frozen

Floats = NDArray[np.float64]
States = NDArray[np.uint8]

SPEED_STEP = 10.0  # metres a minute, MEANING 4
_EXACT_S = 1e-6  # thirty minutes are thirty minutes, whatever the last bit of a float says
_STRAIGHT_DEG = (
    0.01  # an edge along a parallel is bent in the plane: by less than a decimetre in this
)


class State(IntEnum):
    """What becomes of a person: always one of these."""

    REACHED = 0
    BEYOND = 1
    UNKNOWN = 2


@dataclass(frozen=True, slots=True)
class Tally:
    """People by what becomes of them. Row i of each array is the same group of homes; a column is a band of
    people, as they were given. (groups, bands) float64.

    reached + beyond + unknown is everybody of the group.
    beyond_min  who is beyond wherever in their square they live, with what is only known to the town at its
                most favourable place
    beyond_max  who is beyond in at least one possible home of their square, without it
    """

    reached: Floats
    beyond: Floats
    unknown: Floats
    beyond_min: Floats
    beyond_max: Floats

    @property
    def of(self) -> Floats:
        """(groups, bands): everybody."""
        return self.reached + self.beyond + self.unknown


def edge_m(xy_m: Floats, coverage: BaseGeometry, zone: int) -> Floats:
    """(n,) metres from each home to where the streets' data end; 0 outside.

    coverage  lon-lat, as far as every street is known (StreetNetwork.coverage)
    """
    shape = shapely.transform(
        shapely.segmentize(coverage, _STRAIGHT_DEG), lambda lonlat: crs.to_plane_m(lonlat, zone)
    )
    shapely.prepare(shape)
    rim = shapely.boundary(shape)
    shapely.prepare(rim)
    away = np.asarray(shapely.distance(rim, shapely.points(xy_m)), dtype=np.float64)
    return np.where(shapely.intersects_xy(shape, *xy_m.T), away, 0.0)


def states(
    seconds: Floats,
    joined: NDArray[np.bool_],
    to_edge_m: Floats,
    limit_s: float,
    metres_per_min: float,
) -> States:
    """(n,) uint8 State of each home for a limit.

    seconds  to the nearest place, the way off the street included; inf beyond the search
    joined   whether the home joins a street that hangs together with the others
    to_edge_m  as ``edge_m`` gives it

    Who is not reached is unknown where no street is near, or where the straight circle of limit × flat
    speed crosses the edge of the data (MEANING 1): a place, or a way round, may lie out there.
    """
    known = joined & is_far_from_edge(to_edge_m, limit_s / 60 * metres_per_min)
    return tri_state(is_within(seconds, limit_s), known)


def is_within(seconds: Floats, limit_s: float) -> NDArray[np.bool_]:
    """(n,) bool: thirty minutes are within thirty minutes."""
    return np.asarray(seconds <= limit_s + _EXACT_S)


def is_far_from_edge(to_edge_m: Floats, straight_m: float) -> NDArray[np.bool_]:
    """(n,) bool: whether a circle around a home stays within the data."""
    return np.asarray(to_edge_m >= straight_m)


def tri_state(reached: NDArray[np.bool_], known: NDArray[np.bool_]) -> States:
    """(n,) uint8 State: reached; else beyond where that is known; else unknown."""
    return np.where(reached, State.REACHED, np.where(known, State.BEYOND, State.UNKNOWN)).astype(
        np.uint8
    )


def at_speed(seconds: Floats, metres_per_min: float, other: float) -> Floats:
    """Seconds of somebody whose speed is ``other``. Exact where time is metres over speed, with slopes,
    steps, snow and darkness too; a ferry crosses no faster for it."""
    return seconds * (metres_per_min / other)


def search_limit_s(limit_s: float, metres_per_min: float) -> float:
    """How far to search so that ``at_speed`` still finds who walks SPEED_STEP faster."""
    return limit_s * (metres_per_min + SPEED_STEP) / metres_per_min


def tally_speeds(
    people: Floats,
    cell: NDArray[np.int32],
    seconds: Floats,
    joined: NDArray[np.bool_],
    to_edge_m: Floats,
    limits_s: Sequence[float],
    metres_per_min: float,
    speeds: Sequence[float],
) -> list[list[Tally]]:
    """``tally`` of ``states`` of ``at_speed``, for each limit at each speed, all homes one group: what a page
    asks with every movement of a finger, in one pass.

    seconds         of who walks metres_per_min
    limits_s, speeds  rows and columns of the answer; metres a minute

    The other arguments as there.
    """
    pairs = [(limit, speed) for limit in limits_s for speed in speeds]
    sums = _count(
        frozen(people),
        frozen(cell),
        frozen(seconds),
        frozen(joined),
        frozen(to_edge_m),
        np.array([metres_per_min / speed for _, speed in pairs]),
        np.array([limit + _EXACT_S for limit, _ in pairs]),
        np.array([limit / 60 * speed for limit, speed in pairs]),
    )
    told = [Tally(*one[:, None, :]) for one in sums]
    return [told[at : at + len(speeds)] for at in range(0, len(told), len(speeds))]


@compiled
def _count(
    people: Floats,
    cell: NDArray[np.int32],
    seconds: Floats,
    joined: NDArray[np.bool_],
    to_edge_m: Floats,
    slower: Floats,
    within_s: Floats,
    straight_m: Floats,
) -> Floats:
    """(pairs, 5, bands): reached, beyond, unknown, beyond_min, beyond_max, square by square."""
    bands, first = people.shape[1], 0
    found = np.zeros((len(slower), 5, bands))
    while first < len(cell):
        stop = first + 1
        while stop < len(cell) and cell[stop] == cell[first]:
            stop += 1
        for pair in range(len(slower)):
            beyond: Number = 0
            for i in range(first, stop):
                state = 2
                if seconds[i] * slower[pair] <= within_s[pair]:
                    state = 0
                elif joined[i] and to_edge_m[i] >= straight_m[pair]:
                    state = 1
                    beyond += 1
                for band in range(bands):
                    found[pair, state, band] += people[i, band]
            if beyond == 0:
                continue
            for i in range(first, stop):
                for band in range(bands):
                    found[pair, 4, band] += people[i, band]
                    if beyond == stop - first:
                        found[pair, 3, band] += people[i, band]
        first = stop
    return found


def tally(
    people: Floats,
    cell: NDArray[np.int32],
    state: States,
    group: NDArray[np.int32] | None = None,
    groups: int = 1,
    *,
    at_best: States | None = None,
    at_worst: States | None = None,
) -> Tally:
    """Count people by what becomes of them.

    people    (n, bands) float64 of each possible home
    cell      (n,) int32 its square, ascending: where exactly in it they live nobody knows
    group     (n,) int32 row of its area, -1 for none; None: all homes are one group
    at_best   state with what is only known to the town at its most favourable place; as ``state`` if None
    at_worst  state without it
    """
    best = state if at_best is None else at_best
    worst = state if at_worst is None else at_worst
    by_square = _by_square(cell, best == State.BEYOND, worst == State.BEYOND)
    masks = np.stack([*(state == int(one) for one in State), *by_square])
    return Tally(*_sums(masks, people, group, groups))


def people_between(
    people: Floats,
    cell: NDArray[np.int32],
    usual: NDArray[np.bool_],
    least: NDArray[np.bool_],
    most: NDArray[np.bool_],
    group: NDArray[np.int32],
    groups: int,
) -> Floats:
    """(3, groups, bands): people at the homes of a mask; at least, who live in a square of which ``least`` holds all
    possible homes; at most, in one of which ``most`` holds any (MEANING 4).

    The other arguments as of ``tally``.
    """
    return _sums(np.stack([usual, *_by_square(cell, least, most)]), people, group, groups)


def _by_square(
    cell: NDArray[np.int32], least: NDArray[np.bool_], most: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(n,) bool each, home by home: whether ``least`` holds all homes of its square; ``most`` any of them."""
    first = np.flatnonzero(np.diff(cell, prepend=-1))
    homes = np.diff(first, append=len(cell))
    everywhere = np.repeat(np.logical_and.reduceat(least, first), homes)
    return everywhere, np.repeat(np.logical_or.reduceat(most, first), homes)


def _sums(
    masks: NDArray[np.bool_], people: Floats, group: NDArray[np.int32] | None, groups: int
) -> Floats:
    """(masks, groups, bands): people of the homes that each mask holds, by group."""
    if group is None:
        return (masks.astype(np.float64) @ people)[:, None, :]
    inside = group >= 0
    held, row = people[inside], group[inside].astype(np.int64)
    found = np.empty((len(masks), groups, people.shape[1]))
    for number, mask in enumerate(masks[:, inside]):
        for band in range(people.shape[1]):
            found[number, :, band] = np.bincount(
                row, np.where(mask, held[:, band], 0.0), minlength=groups
            )
    return found


def people_by_place(owner: NDArray[np.int32], state: States, people: Floats, places: int) -> Floats:
    """(places, bands): who is reached, by the place that is nearest to them.

    owner  (n,) int32 row of the nearest place, -1 where there is none (field.Nearest)
    """
    served = np.where((state == State.REACHED) & (owner >= 0), owner, -1).astype(np.int32)
    return np.asarray(_sums(np.ones((1, len(people)), np.bool_), people, served, places)[0])


def people_per_seat(served: Floats, capacity: Floats) -> Floats:
    """(places, bands): how many people come on one place to sit; nan where nobody knows the capacity, inf
    where there is none.

    served    as ``people_by_place`` gives them
    capacity  (places,) people; nan = nobody says
    """
    seats = capacity[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(seats == 0, np.inf, served / seats))
