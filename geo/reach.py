"""到達圏: how long it takes from a place to everywhere around it, and how far one gets in some minutes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import crs
from geo.area import Area, Folders, open_area
from geo.edits import openings_of
from geo.errors import Invalid
from geo.means import OnStreets
from geo.openings import weekly_days
from geo.reach_questions import ReachQuestion, Walk
from geo.records import basemap, districts, kinds, shelf
from geo.records.shelf import Wanted
from geo.scope import Scope
from geo.streets.contour import Band, whole
from geo.streets.points import point_seconds
from geo.streets.snap import Join, Snap
from geo.ways import Rough, rough_of

BY_DISTANCE = ("go", "stops", "there")  # ways of reaching people (data/kinds.csv) that one walks


@dataclass(frozen=True, slots=True)
class Times:
    """Every place of the streets within the minutes. Row i of each array is the same place.

    lonlat   (n, 2) float64, the quickest first
    seconds  (n,)   float64
    """

    lonlat: NDArray[np.float64]
    seconds: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Around:
    """How far one gets from a place, or from the nearest of several.

    bands     in the order of the limits, each with everything nearer
    start     where the places join the street; those that join none are unknown
    is_cut    the widest limit may lead beyond what the streets' data know (MEANING 1)
    """

    bands: tuple[Band, ...]
    start: Snap
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Near:
    """A resource that is reached: as a map shows it, and the seconds to the nearest of its places."""

    resource: Row[Any]
    seconds: float


@dataclass(frozen=True, slots=True)
class Choices:
    """How much there is to choose from: kinds, and the weekdays (0 is Monday) on which something opens."""

    kinds: int
    weekdays: tuple[int, ...]


def times(db: Session, scope: Scope, folders: Folders, question: ReachQuestion) -> Times:
    """How long it takes from a place to every place of the streets around it.

    Raises Invalid when nothing is known there: no streets were imported, the place lies outside them, or
    no street is near; NotFound and Unreadable as ``open_area``.
    """
    area = open_area(db, scope, folders)
    start = join(area, question)
    walk = question.walk
    xy_m, seconds = point_seconds(area.graph(walk.profile), start, walk.longest_s, walk.backward)
    lonlat = np.round(area.network.lonlat(xy_m), 7)
    order = np.lexsort((lonlat[:, 1], lonlat[:, 0], seconds))
    return Times(lonlat[order], seconds[order])


def join(area: Area, question: ReachQuestion) -> Snap:
    """Where the place of a question joins the street. Raises Invalid where that is unknown."""
    if not area.network.knows(question.lon, question.lat):
        raise Invalid(fields={"from": "outside_streets"})
    found = on_street(area, question.walk, [(question.lon, question.lat)])
    if found.state[0] == Join.FAR:
        raise Invalid(fields={"from": "no_street_near"})
    if found.state[0] == Join.APART:
        raise Invalid(fields={"from": "street_apart"})
    return found


def on_street(area: Area, walk: Walk, lonlat: Sequence[tuple[float, float]]) -> Snap:
    """Where places join the street of who walks so."""
    xy_m = crs.to_plane_m(np.array(lonlat, np.float64).reshape(-1, 2), area.network.zone)
    return OnStreets(area, walk.profile).join(xy_m)


def around(area: Area, walk: Walk, start: Snap) -> Around:
    """How far one gets within each limit from the nearest of the places, or to it (``walk.backward``)."""
    joined = start[start.state == Join.JOINED]
    means = OnStreets(area, walk.profile)
    found = means.bands(joined, walk.limits_s, backward=walk.backward)
    straight_m = walk.longest_s / 60 * walk.profile.metres_per_min
    to_edge_m = shapely.distance(area.edge_m, shapely.points(joined.foot_m))
    return Around(found, start, bool((to_edge_m < straight_m).any()))


def seconds_between(area: Area, walk: Walk, start: Snap, others: Snap) -> NDArray[np.float64]:
    """(others,) float64 seconds from the nearest start to each of the others (or back): inf beyond the
    longest limit, nan for who joins no street."""
    means = OnStreets(area, walk.profile)
    seconds = means.seconds(start, walk.longest_s, backward=walk.backward).at(others).seconds
    return np.where(others.state == Join.JOINED, seconds, np.nan)


def near(db: Session, scope: Scope, area: Area, question: ReachQuestion) -> list[Near]:
    """What is reached from the place of a question, the quickest first; of a resource with halts the
    nearest counts. What comes to the home, fetches or is assigned has no distance and is left out."""
    walked = {kind.code for kind in kinds.list_all(db, scope) if kind.reach in BY_DISTANCE}
    places = shelf.list_places(db, scope, Wanted())
    others = on_street(area, question.walk, [(row.lon, row.lat) for row in places])
    seconds = seconds_between(area, question.walk, join(area, question), others)
    quickest: dict[UUID, float] = {}
    for row, each in zip(places, seconds.tolist(), strict=True):
        if each <= question.walk.longest_s:
            quickest[row.id] = min(each, quickest.get(row.id, each))
    marks = shelf.list_marks(db, scope, Wanted())
    found = [
        Near(row, quickest[row.id]) for row in marks if row.id in quickest and row.kind in walked
    ]
    return sorted(found, key=lambda one: one.seconds)


def choices(
    db: Session, scope: Scope, found: Sequence[Near], elements: Sequence[str], as_of: date
) -> Choices:
    """選択肢の数: how many different kinds are among what is near, and on which weekdays something of the
    given elements is open each week."""
    element = {kind.code: kind.element for kind in kinds.list_all(db, scope)}
    asked = [one.resource.id for one in found if element[one.resource.kind] in elements]
    openings = [
        opening for row in shelf.list_openings(db, scope, asked) for opening in openings_of(row)
    ]
    open_on = weekly_days(openings, as_of)
    weekdays = tuple(day for day, is_open in enumerate(open_on) if is_open)
    return Choices(len({one.resource.kind for one in found}), weekdays)


def around_resource(db: Session, scope: Scope, area: Area, walk: Walk, resource: UUID) -> Around:
    """From where one gets to a resource, or to the nearest of its halts. A blurred one stands where the
    reader may see it. Raises NotFound; Invalid where it has no place that the reader may see, or where
    distance says nothing of it."""
    if kinds.get(db, scope, shelf.get(db, scope, resource).kind).reach not in BY_DISTANCE:
        raise Invalid(fields={"kind": "not_by_distance"})
    places = shelf.list_places(db, scope, Wanted(resource=resource))
    return _around_places(area, walk, places, "resource")


def around_kind(
    db: Session,
    scope: Scope,
    area: Area,
    walk: Walk,
    kind: str,
    district: UUID | None,
    as_of: date,
) -> Around:
    """From where one gets to at least one resource of a kind that does not rest that day, wherever in the
    municipality it is; of an area only the part within. Raises NotFound; Invalid for a kind that distance says
    nothing of, and where none has a place, or all rest."""
    if kinds.get(db, scope, kind).reach not in BY_DISTANCE:
        raise Invalid(fields={"kind": "not_by_distance"})
    places = shelf.list_places(db, scope, Wanted(kind=kind, running=as_of))
    if not places and shelf.list_places(db, scope, Wanted(kind=kind)):
        raise Invalid(fields={"kind": "all_paused"})
    found = _around_places(area, walk, places, "kind")
    if district is None:
        return found
    outline = districts.get_wkb(db, scope, district)
    return replace(found, bands=part_of(found.bands, outline))


def find_rough(db: Session, scope: Scope, area: Area, kind: str, as_of: date) -> Rough | None:
    """Which places of a kind are only known to the town, row for row as ``around_kind`` starts from them, and
    where they may be: anywhere in their 町丁・字, or near its middle where no outline of it is known. None
    where every place is known better."""
    places = shelf.list_places(db, scope, Wanted(kind=kind, running=as_of))
    is_rough = np.array([row.place_level == "district" for row in places], np.bool_)
    lonlat = np.array([(row.lon, row.lat) for row in places], np.float64).reshape(-1, 2)
    return rough_of(db, scope, area, lonlat, is_rough)


def _around_places(area: Area, walk: Walk, places: Sequence[Row[Any]], asked: str) -> Around:
    start = on_street(area, walk, [(row.lon, row.lat) for row in places])
    if not (start.state == Join.JOINED).any():
        raise Invalid(fields={asked: "no_place_on_streets" if places else "no_place"})
    return around(area, walk, start)


def part_of(found: Sequence[Band], outline_wkb: bytes) -> tuple[Band, ...]:
    """The part of the bands that lies in an outline (lon-lat)."""
    shapes = np.array([band.shape for band in found], object)
    parts = shapely.intersection(shapes, shapely.from_wkb(outline_wkb))
    return tuple(Band(band.seconds, whole(part)) for band, part in zip(found, parts, strict=True))


def find_owner(db: Session, scope: Scope, question: ReachQuestion) -> str:
    """The municipality whose streets are known at the place of a question: the one in which it lies,
    else another whose extract holds it. Raises Invalid where nobody knows them."""
    owners = basemap.list_owners_at(db, scope, question.lon, question.lat)
    if not owners:
        raise Invalid(fields={"from": "outside_streets"})
    return owners[0]
