"""近いところまで: how long it takes from every home to the nearest of some places, with what is only known to
its town at best and at worst (MEANING 4)."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from geo import crs
from geo.area import Area
from geo.means import OnStreets
from geo.possible_homes import Joined, outlines
from geo.scope import Scope
from geo.streets.network import Mode
from geo.streets.profile import CAR_KMH, TravelProfile
from geo.streets.snap import Snap

Floats = NDArray[np.float64]
# Farther than this from the middle of their town lie one in twenty places of 越前市's own lists.
ROUGH_M = 1_100.0


@dataclass(frozen=True, slots=True)
class Rough:
    """Which of the places are only known to the town, and where those may be (MEANING 4).

    is_rough  (places,) bool, row for row as the places
    extent_m  their towns, metres of the plane zone
    """

    is_rough: NDArray[np.bool_]
    extent_m: BaseGeometry


def rough_of(
    db: Session, scope: Scope, area: Area, lonlat: Floats, is_rough: NDArray[np.bool_]
) -> Rough | None:
    """Where the rough ones of some places (n, 2) may be: anywhere in their 町丁・字, or near its middle where no
    outline of it is known. None where every place is known better."""
    if not is_rough.any():
        return None
    to_plane = partial(crs.to_plane_m, zone=area.network.zone)
    middles = shapely.points(to_plane(lonlat[is_rough]))
    towns = shapely.transform(np.array(list(outlines(db, scope, "town").values())), to_plane)
    at, town = shapely.STRtree(towns).query(middles, predicate="within")
    unknown = np.delete(middles, at)
    return Rough(is_rough, shapely.union_all([*towns[town], *shapely.buffer(unknown, ROUGH_M)]))


@dataclass(frozen=True, slots=True)
class Ways:
    """(homes,) seconds to the nearest place; best: with those known to the town at the point of it that suits
    each home most, as the crow flies; worst: without them. All the same where every place is known."""

    usual: Floats
    best: Floats
    worst: Floats


def ways(
    means: OnStreets,
    joined: Joined,
    places: Snap,
    farthest_s: float,
    backward: bool,
    rough: Rough | None,
) -> Ways:
    """Seconds of every home to the nearest place (``backward``), or from it; inf beyond the farthest."""

    def nearest(some: Snap) -> Floats:
        return means.seconds(some, farthest_s, backward=backward).at(joined.snap).seconds

    usual = nearest(places)
    if rough is None or not rough.is_rough.any():
        return Ways(usual, usual, usual)
    homes = shapely.points(joined.living.homes.xy_m)
    straight_s = shapely.distance(homes, rough.extent_m) / fastest(means.profile) * 60
    return Ways(usual, np.minimum(usual, straight_s), nearest(places[~rough.is_rough]))


def fastest(profile: TravelProfile) -> float:
    """Metres a minute of the straight circle around a home: the flat speed, by car that of a motorway."""
    return max(CAR_KMH.values()) / 0.06 if profile.mode == Mode.CAR else profile.metres_per_min
