"""さがす: what is near where somebody lives, whether she may use it, and how long the walk is.

Where she lives is a square of 250 m (geo/squares.py): every way begins in its middle. An answer knows nobody, so
everybody in the square gets the same one.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import centres, days, squares
from geo.area import Area
from geo.centres import Centre, in_charge
from geo.means import OnStreets
from geo.open_entries import OpenEntries
from geo.reach import BY_DISTANCE, on_street
from geo.reach_questions import Walk
from geo.records import addresses, districts, service_areas
from geo.records.kinds import Kind
from geo.scope import Scope
from geo.spots import TOWN_LEVEL
from geo.streets.profile import TravelProfile
from geo.streets.snap import Join, Snap
from geo.wishes import ASKED_FOR, Fit, Wish

Floats = NDArray[np.float64]

MINUTES = 30  # おおむね30分以内
USUAL, SLOW, BY_CAR = "on_foot", "on_foot_slow", "car"
BROUGHT = ("comes", "fetched", "assigned")  # what reaches people by area
# Our choice: of a kind that nobody walks to within the minutes, the nearest by car; of one kind asked for, these.
BY_CAR_OF_EACH, BY_CAR_OF_ONE = 1, 5
NEAR_DEG = 0.005  # our choice: some 500 m, within which the next address says how a place is called
FARTHEST_STRAIGHT_M = 2_400.0  # 30 minutes at 80 m/min, where no streets are known


@dataclass(frozen=True, slots=True)
class Offer:
    """One entry of the answer.

    seconds, slow_s  on foot at the usual and at a slow pace; inf where it is not walked to within the minutes
    car_s       by car, where nobody walks there
    straight_m  as the crow flies, where no streets are known
    lonlat      which of its places is meant: the nearest on foot, else by car
    fit         YES, or UNKNOWN where nobody has asked the host about something that was wished
    covers      of what comes, fetches or is assigned: whether it says so of this place
    planned     gives the planned days of the next four weeks, reckoned for what is shown alone
    """

    resource: Row[Any]
    kind: Kind
    fit: Fit
    planned: Callable[[], tuple[date, ...]]
    seconds: float = np.inf
    slow_s: float = np.inf
    car_s: float = np.inf
    straight_m: float = np.inf
    lonlat: tuple[float, float] | None = None
    covers: bool = False

    @property
    def dates(self) -> tuple[date, ...]:
        """The planned days of the next four weeks."""
        return self.planned()


@dataclass(frozen=True, slots=True)
class Nearby:
    """What is near a square.

    state     joined, or why nobody knows minutes: no_streets, outside_streets, no_street_near, street_apart
    town      the town in which its middle lies, or that of the nearest address; "" where neither is known
    walked    the quickest first; without streets the nearest as the crow flies
    driven    of kinds that nobody walks to within the minutes, the nearest by car
    brought   what comes to the home, fetches or is in charge: what says so of this place first
    unsure    how many of walked and brought are there only because nobody has asked their host
    counts    topic → how many of walked and brought there are without any wish
    unconfirmed  how many of walked and brought nobody has confirmed this 年度
    is_cut    the minutes may lead beyond what the streets' data know
    """

    state: str
    town: str
    walked: tuple[Offer, ...]
    driven: tuple[Offer, ...]
    brought: tuple[Offer, ...]
    centres: tuple[Centre, ...]
    counts: dict[str, int]
    unsure: int
    unconfirmed: int
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class _Times:
    """(rows,) each: seconds on foot, slowly, by car, metres as the crow flies; inf beyond. place: the place of each
    row that is nearest, -1 for none."""

    state: str
    usual: Floats
    slow: Floats
    car: Floats
    straight_m: Floats
    place: NDArray[np.int64]
    is_cut: bool = False


def nearby(
    db: Session,
    scope: Scope,
    entries: OpenEntries,
    area: Area | None,
    profiles: dict[str, TravelProfile],
    square: str,
    wish: Wish,
    today: date,
) -> Nearby:
    """What is near a square and fits the wish. ``scope`` is everybody's; ``area`` None: no streets were imported.

    profiles  as the municipality has them, by code
    """
    middle = squares.middle_of(square)
    times = _times(entries, area, profiles, middle)
    covering = set(service_areas.list_covering(db, scope, *middle))
    town = _town(db, scope, middle)
    near = _near(entries, times, covering)
    held = entries.of_kinds([code for code, kind in entries.kinds.items() if wish.holds(kind)])
    asked = near[held[near]].tolist()
    fits = {at: wish.fit(entries, at, today) for at in asked}
    kept = [at for at in asked if fits[at] != Fit.NO]
    offers = [_offer(entries, at, fits[at], times, covering, today) for at in kept]
    walked = [one for one in offers if one.kind.reach in BY_DISTANCE]
    brought = [one for one in offers if one.kind.reach in BROUGHT]
    return Nearby(
        state=times.state,
        town=town,
        walked=tuple(sorted(walked, key=_quickest)),
        driven=_driven(entries, times, wish, walked, today),
        brought=tuple(sorted(brought, key=lambda one: (not one.covers, one.kind.position))),
        centres=in_charge(db, scope, town, middle),
        counts=_counts(entries, near),
        unsure=sum(one.fit == Fit.UNKNOWN for one in offers),
        unconfirmed=sum(not is_confirmed(one.resource, today) for one in offers),
        is_cut=times.is_cut,
    )


def _town(db: Session, scope: Scope, middle: tuple[float, float]) -> str:
    """The town whose outline holds a place, else that of the nearest address; "" where nobody knows."""
    at = districts.list_at(db, scope, *middle)
    outlined = next((one.name for one in at if one.level == TOWN_LEVEL), "")
    return outlined or addresses.find_town_near(db, scope, *middle, NEAR_DEG)


def is_confirmed(row: Row[Any], today: date) -> bool:
    """Whether somebody has confirmed an entry within this 年度."""
    return days.freshness(row.confirmed_on, today) == "confirmed"


def _kind(entries: OpenEntries, at: int) -> Kind:
    return entries.kinds[entries.rows[at].kind]


def _quickest(one: Offer) -> tuple[bool, float, float, str]:
    return one.fit == Fit.UNKNOWN, one.seconds, one.straight_m, one.resource.name


def _near(entries: OpenEntries, times: _Times, covering: set[UUID]) -> NDArray[np.intp]:
    """Rows within the minutes on foot, or serving this place; what does not say where it serves may do so. The 包括
    stand in ``centres``."""
    by_area = [code for code, kind in entries.kinds.items() if kind.reach in BROUGHT]
    served = entries.of_kinds([code for code in by_area if code != centres.KIND])
    serves = ~entries.has_areas
    serves[[entries.at[id_] for id_ in covering if id_ in entries.at]] = True
    reached = np.isfinite(times.usual) | np.isfinite(times.straight_m)
    return np.flatnonzero(np.where(entries.of_kinds(by_area), served & serves, reached))


def _offer(
    entries: OpenEntries, at: int, fit: Fit, times: _Times, covering: set[UUID], today: date
) -> Offer:
    row, place = entries.rows[at], int(times.place[at])
    lon, lat = entries.lonlat[place] if place >= 0 else (np.nan, np.nan)
    return Offer(
        row,
        _kind(entries, at),
        fit,
        partial(entries.dates, at, today),
        float(times.usual[at]),
        float(times.slow[at]),
        float(times.car[at]),
        float(times.straight_m[at]),
        (float(lon), float(lat)) if place >= 0 else None,
        row.id in covering,
    )


def _driven(
    entries: OpenEntries, times: _Times, wish: Wish, walked: Sequence[Offer], today: date
) -> tuple[Offer, ...]:
    """Of each kind that is asked about and not walked to, the nearest by car; of one kind asked for, several."""
    most = BY_CAR_OF_ONE if wish.kind else BY_CAR_OF_EACH
    there = {one.kind.code for one in walked if one.fit == Fit.YES}
    wanted = {
        code
        for code, kind in entries.kinds.items()
        if kind.reach in BY_DISTANCE and code not in there and wish.holds(kind)
    }
    found: dict[str, list[Offer]] = {code: [] for code in wanted}
    far = np.flatnonzero(
        np.isfinite(times.car) & ~np.isfinite(times.usual) & entries.of_kinds(wanted)
    )
    for at in far[np.argsort(times.car[far], kind="stable")].tolist():
        nearest = found[entries.codes[at]]
        if len(nearest) < most and (fit := wish.fit(entries, at, today)) == Fit.YES:
            nearest.append(_offer(entries, at, fit, times, set(), today))
    return tuple(sorted((one for some in found.values() for one in some), key=lambda o: o.car_s))


def _counts(entries: OpenEntries, near: NDArray[np.intp]) -> dict[str, int]:
    there = Counter(entries.codes[at] for at in near.tolist())
    return {
        topic: sum(
            there[code]
            for code, kind in entries.kinds.items()
            if there[code] and Wish(topic=topic).holds(kind)
        )
        for topic in ("", *ASKED_FOR)
    }


def _times(
    entries: OpenEntries,
    area: Area | None,
    profiles: dict[str, TravelProfile],
    middle: tuple[float, float],
) -> _Times:
    beyond = np.full(len(entries.rows), np.inf)
    if area is None:
        return _straight(entries, middle, "no_streets")
    if not area.network.knows(*middle):
        return _straight(entries, middle, "outside_streets")
    walk = Walk(profiles[USUAL], (float(MINUTES),))
    start = on_street(area, walk, [middle])
    if start.state[0] != Join.JOINED:
        why = {Join.FAR: "no_street_near", Join.APART: "street_apart"}[Join(int(start.state[0]))]
        return _straight(entries, middle, why)
    if not len(entries.owner):
        return _Times("joined", beyond, beyond, beyond, beyond, np.full(len(beyond), -1))
    limit_s = MINUTES * 60.0
    usual, place = entries.quickest(_seconds(entries, area, profiles[USUAL], middle, limit_s))
    slower = profiles[USUAL].metres_per_min / profiles[SLOW].metres_per_min
    slow, _ = entries.quickest(
        _seconds(entries, area, profiles[SLOW], middle, limit_s * max(1.0, slower) * 1.5)
    )
    car, by_car = entries.quickest(_seconds(entries, area, profiles[BY_CAR], middle, limit_s))
    place = np.where(place >= 0, place, by_car)
    straight_m = limit_s / 60 * profiles[USUAL].metres_per_min
    to_edge_m = float(shapely.distance(area.edge_m, shapely.points(start.foot_m[0])))
    return _Times("joined", usual, slow, car, beyond, place, to_edge_m < straight_m)


def _seconds(
    entries: OpenEntries,
    area: Area,
    profile: TravelProfile,
    middle: tuple[float, float],
    limit_s: float,
) -> Floats:
    """(places,) seconds from the middle; inf beyond the limit, and for places that join no street."""
    start: Snap = on_street(area, Walk(profile, (limit_s / 60,)), [middle])
    others = entries.joined(area, profile)
    if start.state[0] != Join.JOINED:
        return np.full(len(others), np.inf)
    found = OnStreets(area, profile).seconds(start, limit_s, backward=False).at(others).seconds
    return np.where(others.state == Join.JOINED, found, np.inf)


def _straight(entries: OpenEntries, middle: tuple[float, float], why: str) -> _Times:
    """As the crow flies, for a place whose streets nobody knows."""
    beyond = np.full(len(entries.rows), np.inf)
    if not len(entries.owner):
        return _Times(why, beyond, beyond, beyond, beyond, np.full(len(beyond), -1))
    metres, place = entries.quickest(squares.metres_from(middle, entries.lonlat))
    near = np.where(metres <= FARTHEST_STRAIGHT_M, metres, np.inf)
    return _Times(why, beyond, beyond, beyond, near, np.where(np.isfinite(near), place, -1))
