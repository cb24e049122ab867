"""到達圏: how long it takes from a place to everywhere around it."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo import crs
from geo.area import Area, Folders, open_area
from geo.errors import Invalid
from geo.scope import Scope
from geo.sources.delivery import where_in_japan
from geo.streets.network import frozen
from geo.streets.points import point_seconds
from geo.streets.profile import TravelProfile, profiles
from geo.streets.snap import Join, Snap, snap

LONGEST_MIN = (
    60  # our choice: twice the measure of the law; what is farther is not "near" for anybody
)


@dataclass(frozen=True, slots=True)
class ReachQuestion:
    """From where, how one moves, and for how long."""

    profile: TravelProfile
    lon: float
    lat: float
    minutes: float

    @classmethod
    def parse(cls, profile: str, place: str, minutes: str) -> "ReachQuestion":
        """Read words as people type them: a profile's code, "LON,LAT", minutes.

        Raises Invalid naming every field that cannot be read.
        """
        problems: dict[str, str] = {}
        lonlat = _lonlat(place, problems)
        if profile not in profiles():
            problems["profile"] = "unknown_choice"
        if not _is_minutes(minutes):
            problems["minutes"] = "not_1_to_60"
        if problems:
            raise Invalid(fields=problems)
        return cls(profiles()[profile], *lonlat, float(minutes))


@dataclass(frozen=True, slots=True)
class Times:
    """Every place of the streets within the minutes. Row i of each array is the same place.

    lonlat   (n, 2) float64, the quickest first
    seconds  (n,)   float64
    """

    lonlat: NDArray[np.float64]
    seconds: NDArray[np.float64]


def times(db: Session, scope: Scope, folders: Folders, question: ReachQuestion) -> Times:
    """How long it takes from a place to every place of the streets around it.

    Raises Invalid when nothing is known there: no streets were imported, the place lies outside them, or
    no street is near; NotFound and Unreadable as ``open_area``.
    """
    area = open_area(db, scope, folders)
    start = join(area, question)
    graph = area.graph(question.profile)
    xy_m, seconds = point_seconds(graph, start, question.minutes * 60)
    lonlat = np.round(area.network.lonlat(xy_m), 7)
    order = np.lexsort((lonlat[:, 1], lonlat[:, 0], seconds))
    return Times(lonlat[order], seconds[order])


def join(area: Area, question: ReachQuestion) -> Snap:
    """Where the place of a question joins the street. Raises Invalid where that is unknown."""
    if not area.network.knows(question.lon, question.lat):
        raise Invalid(fields={"from": "outside_streets"})
    xy_m = crs.to_plane_m(np.array([[question.lon, question.lat]]), area.network.zone)
    graph, grid = area.graph(question.profile), area.grid(question.profile)
    found = snap(graph, grid, frozen(xy_m))
    if found.state[0] == Join.FAR:
        raise Invalid(fields={"from": "no_street_near"})
    if found.state[0] == Join.APART:
        raise Invalid(fields={"from": "street_apart"})
    return found


def _lonlat(text: str, problems: dict[str, str]) -> tuple[float, float]:
    number = r"\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*"
    found = re.fullmatch(f"{number},{number}", text, flags=re.ASCII)
    if not found:
        problems["from"] = "not_lon_lat"
        return 0.0, 0.0
    lon, lat = float(found[1]), float(found[2])
    outside = where_in_japan(lon, lat, lon, lat)
    if outside:
        problems["from"] = outside
    return lon, lat


def _is_minutes(text: str) -> bool:
    is_number = re.fullmatch(r"\d{1,3}(\.\d{1,3})?", text, flags=re.ASCII)
    return bool(is_number) and 1 <= float(text) <= LONGEST_MIN
