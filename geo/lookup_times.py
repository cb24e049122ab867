"""さがす: how long it takes from the middle of a square to every entry, as people walk, slowly, and by car.

Three searches outward whatever the number of entries; the ways that a page draws are traced of the first
(geo/way_there.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo import squares
from geo.area import Area
from geo.open_entries import OpenEntries
from geo.reach import on_street
from geo.reach_questions import Walk
from geo.streets.profile import TravelProfile
from geo.streets.route import Outward, outward
from geo.streets.snap import Join

Floats = NDArray[np.float64]

MINUTES = 30  # おおむね30分以内
USUAL, SLOW, BY_CAR = "on_foot", "on_foot_slow", "car"  # data/profiles.csv
FARTHEST_STRAIGHT_M = 2_400.0  # 30 minutes at 80 m/min, where no streets are known
# Our choice: who walks slowly may go round what others climb, by half as much again; beyond it nothing is told.
ROUND = 1.5
_WHY = {Join.FAR: "no_street_near", Join.APART: "street_apart"}


@dataclass(frozen=True, slots=True)
class Times:
    """(rows,) each: seconds on foot, slowly, by car, metres as the crow flies; inf beyond.

    state   joined, or why nobody knows minutes: no_streets, outside_streets, no_street_near, street_apart
    place   (rows,) the place of each row that is nearest on foot, else by car; -1 for none
    is_cut  the minutes may lead beyond what the streets' data know
    search  the first search; None where no streets are joined
    """

    state: str
    usual: Floats
    slow: Floats
    car: Floats
    straight_m: Floats
    place: NDArray[np.int64]
    is_cut: bool = False
    search: Outward | None = None


def times_from(
    entries: OpenEntries,
    area: Area | None,
    profiles: Mapping[str, TravelProfile],
    middle: tuple[float, float],
) -> Times:
    """From a place (lon, lat) to every entry. ``area`` None: no streets were imported."""
    if area is None:
        return _straight(entries, middle, "no_streets")
    if not area.network.knows(*middle):
        return _straight(entries, middle, "outside_streets")
    limit_s, usual = MINUTES * 60.0, profiles[USUAL]
    search = outward_from(area, usual, middle, limit_s)
    state = Join(int(search.start.state[0]))
    if state != Join.JOINED:
        return _straight(entries, middle, _WHY[state])
    walked, place = entries.quickest(search.seconds(entries.joined(area, usual)))
    slowly, _ = _quickest(entries, area, profiles[SLOW], middle, slow_limit_s(profiles, limit_s))
    driven, by_car = _quickest(entries, area, profiles[BY_CAR], middle, limit_s)
    to_edge_m = float(shapely.distance(area.edge_m, shapely.points(search.start.foot_m[0])))
    return Times(
        "joined",
        walked,
        slowly,
        driven,
        np.full(len(walked), np.inf),
        np.where(place >= 0, place, by_car),
        to_edge_m < MINUTES * usual.metres_per_min,
        search,
    )


def outward_from(
    area: Area, profile: TravelProfile, lonlat: tuple[float, float], limit_s: float
) -> Outward:
    """One search from a place; of one that joins no street it reaches nothing (``start.state`` says why)."""
    start = on_street(area, Walk(profile, (limit_s / 60,)), [lonlat])
    return outward(area.graph(profile), start, limit_s)


def slow_limit_s(profiles: Mapping[str, TravelProfile], limit_s: float) -> float:
    """How long whoever walks slowly is followed to places that others reach within a limit."""
    slower = profiles[USUAL].metres_per_min / profiles[SLOW].metres_per_min
    return limit_s * max(1.0, slower) * ROUND


def _quickest(
    entries: OpenEntries,
    area: Area,
    profile: TravelProfile,
    middle: tuple[float, float],
    limit_s: float,
) -> tuple[Floats, NDArray[np.int64]]:
    search = outward_from(area, profile, middle, limit_s)
    return entries.quickest(search.seconds(entries.joined(area, profile)))


def _straight(entries: OpenEntries, middle: tuple[float, float], why: str) -> Times:
    """As the crow flies, for a place whose streets nobody knows."""
    beyond = np.full(len(entries.rows), np.inf)
    metres, place = entries.quickest(squares.metres_from(middle, entries.lonlat))
    near = np.where(metres <= FARTHEST_STRAIGHT_M, metres, np.inf)
    return Times(why, beyond, beyond, beyond, near, np.where(np.isfinite(near), place, -1))
