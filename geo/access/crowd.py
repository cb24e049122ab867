"""Thirty-two fields against all homes at once: how many people of each area are within reach in each lane."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.streets.compiled import Number, compiled
from geo.streets.network import frozen

Floats = NDArray[np.float64]
_TOO_FAR = 65_535  # streets.lanes: no number of units is nearer than this
_LANES = 32


@dataclass(frozen=True, slots=True)
class Crowd:
    """Homes as a sweep of lanes meets them, by area and then in the order of memory. Row i of each array but
    the first is the same home.

    first    (areas + 1,) int64   homes of area a are first[a] : first[a + 1]
    home     (n,)    int32   its row in what the crowd was made of
    at       (n, 2)  int32   position in the hierarchy of both ends of its street
    units    (n, 2)  uint16  from the door to them; 65,535 where that way is closed
    people   (n,)    float64
    """

    first: NDArray[np.int64]
    home: NDArray[np.int32]
    at: NDArray[np.int32]
    units: NDArray[np.uint16]
    people: Floats


def crowd_of(
    at: NDArray[np.int32],
    units: NDArray[np.int64],
    people: Floats,
    area: NDArray[np.int32],
    areas: int,
) -> Crowd:
    """Put homes in order. Who lives in no area (-1), and homes without people, are left out.

    at     (n, 2) position of both ends in the hierarchy (Hierarchy.rank)
    units  (n, 2) int64 from the door to the ends, the way off the street included (streets.snap)
    """
    kept = np.flatnonzero((area >= 0) & (people > 0))
    kept = kept[np.lexsort((at[kept, 0], area[kept]))]
    first = np.searchsorted(area[kept], np.arange(areas + 1)).astype(np.int64)
    return Crowd(
        frozen(first),
        frozen(kept.astype(np.int32)),
        frozen(at[kept].astype(np.int32)),
        frozen(np.minimum(units[kept], _TOO_FAR).astype(np.uint16)),
        frozen(people[kept].astype(np.float64)),
    )


def people_within(rows: NDArray[np.uint16], crowd: Crowd, limit: int) -> Floats:
    """(32, areas) float64: people within ``limit`` units of each lane's places.

    rows   (nodes, 32) uint16 by position in the hierarchy (LaneRows.units)
    limit  units, at most 65,534

    By the ends of each home's street; who lives on the very same street as a place is counted by
    ``people_beside``.
    """
    return np.asarray(_within(rows, crowd.first, crowd.at, crowd.units, crowd.people, limit)).T


def people_beside(
    rows: NDArray[np.uint16],
    crowd: Crowd,
    limit: int,
    home: NDArray[np.int32],
    lane: NDArray[np.int32],
) -> Floats:
    """(32, areas) float64 to be added to ``people_within``: homes that a lane's place on their own street is
    near, and that by the ends of the street would not have been.

    home, lane  (pairs,) rows of ``crowd`` and lanes, of pairs known to be within the limit; a pair may
                come twice
    """
    areas = len(crowd.first) - 1
    pair = np.unique(home.astype(np.int64) * _LANES + lane)
    home, lane = (pair // _LANES).astype(np.int32), (pair % _LANES).astype(np.int32)
    there = rows[crowd.at[home], lane[:, None]].astype(np.int64) + crowd.units[home]
    new = (there > limit).all(axis=1)
    area = np.searchsorted(crowd.first, home[new], side="right") - 1
    cell = lane[new].astype(np.int64) * areas + area
    added = np.bincount(cell, crowd.people[home[new]], minlength=_LANES * areas)
    return np.asarray(added.reshape(_LANES, areas))


@compiled
def _within(
    rows: NDArray[np.uint16],
    first: NDArray[np.int64],
    at: NDArray[np.int32],
    units: NDArray[np.uint16],
    people: NDArray[np.float64],
    limit: Number,
) -> NDArray[np.float64]:
    """(areas, 32). A lane reaches a home if one of its two nodes is as near as the home leaves over of
    the limit; -1 is left over where the way to the node alone is too long."""
    areas = len(first) - 1
    found = np.zeros((areas, 32))
    for area in range(areas):
        for i in range(first[area], first[area + 1]):
            one, other = at[i, 0], at[i, 1]
            left_one = np.int32(limit) - np.int32(units[i, 0])
            left_other = np.int32(limit) - np.int32(units[i, 1])
            living = people[i]
            for lane in range(32):
                near = (np.int32(rows[one, lane]) <= left_one) | (
                    np.int32(rows[other, lane]) <= left_other
                )
                found[area, lane] += living if near else 0.0
    return found
