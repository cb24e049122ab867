"""歩いて行く道: how one gets on foot from a square of 250 m to a resource, and what is on the way: minutes, climb, steps,
crossings, places to sit, dark streets.

One search outward for whoever walks and one for whoever walks slowly, whatever the number of resources; ways are
traced of the first (geo.streets.route). Places are where the reader may see them: a way to a blurred one ends at
the blurred point, and a chair that nobody knows the place of is on no way.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import groupby
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import blur, crs, reach
from geo.area import Area
from geo.errors import Invalid
from geo.gap_rests import is_rest
from geo.lookup_times import SLOW, USUAL, outward_from, slow_limit_s
from geo.open_entries import OpenEntries
from geo.openings import is_paused, opening_dates
from geo.reach_questions import LONGEST_MIN, ReachQuestion, Walk
from geo.records import shelf
from geo.scope import Scope
from geo.streets.network import Known
from geo.streets.profile import TravelProfile
from geo.streets.route import Outward, Piece, Route, outward
from geo.streets.slope import SHORTEST_RUN_M
from geo.streets.snap import Join

# 移動等円滑化のために必要な道路の構造に関する基準を定める省令: 歩道等の縦断勾配 5 % or less, 8 % where the ground leaves no choice
GENTLE, SLOPED = 0.05, 0.08
# Our choice: the width of a road of two lanes with its pavements, and of a forecourt beside it. A chair farther off
# is behind something: who looks for it from the way does not see it.
SEAT_OFF_M = 30.0
UNKNOWN_M = SHORTEST_RUN_M  # our choice: less of a way than one run of slope says nothing about it


class Slope(Enum):
    """The steepest of a way as far as heights are known; UNKNOWN where what is known of it is gentle and some
    of it is not known: never level for want of heights."""

    UNKNOWN = "unknown"
    GENTLE = "gentle"  # nowhere steeper than 5 %
    SLOPED = "sloped"  # somewhere up to 8 %
    STEEP = "steep"


@dataclass(frozen=True, slots=True)
class Seat:
    """A place to sit beside a way.

    lonlat        degrees
    from_start_m  metres walked until one is beside it
    off_m         metres from the way to it, as the crow flies
    is_out        whether it stands there today by its plan: some are put away in winter
    """

    id: UUID
    name: str
    lonlat: tuple[float, float]
    from_start_m: float
    off_m: float
    is_out: bool


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a way leads: the resource's own place, or one of its halts.

    lonlat    degrees, as the reader may see it
    halt      which halt, from 0, in the order of the round; None for its own place
    is_rough  the place is known, or shown, about there only: blurred, or the middle of its town
    radius_m  how far from there a blurred one may be; None else
    """

    lonlat: tuple[float, float]
    halt: int | None = None
    is_rough: bool = False
    radius_m: float | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """The quickest way to a resource, to the nearest of its places.

    seconds, slow_seconds  of whoever walks as usual, and slowly, each by their own quickest way, as ``reach.near``;
                           slow_seconds inf where there is none for them
    length_m         the ways from the start to the street and from the street to the place included: away_m
    climb_m, fall_m  NaN where more than UNKNOWN_M of the way have no height
    steepest, slope  of what is known (0.05 = 5 %); heights_unknown_m: metres of which nobody knows
    steps            up or down; NaN where there is a flight that nobody counted
    crossings        as far as the map has them marked
    unlit_m, light_unknown_m  metres said to be without light, and of which the map says nothing
    seats            within SEAT_OFF_M, in the order of walking
    longest_without_seat_m    between the start, what stands out today of the seats, and the end
    lonlat           (points, 2) from the start to the end, degrees: what is off the street is straight
    pieces           edge by edge (geo/way_turns.py says it in steps)
    """

    destination: Destination
    seconds: float
    slow_seconds: float
    length_m: float
    away_m: tuple[float, float]
    climb_m: float
    fall_m: float
    steepest: float
    slope: Slope
    heights_unknown_m: float
    steps: float
    crossings: int
    unlit_m: float
    light_unknown_m: float
    seats: tuple[Seat, ...]
    longest_without_seat_m: float
    lonlat: NDArray[np.float64]
    pieces: tuple[Piece, ...]

    @property
    def minutes(self) -> int:
        """As people say it: every begun minute counts."""
        return minutes_of(self.seconds)

    @property
    def slow_minutes(self) -> int | None:
        """The same of whoever walks slowly; None where there is no way for them."""
        return minutes_of(self.slow_seconds) if np.isfinite(self.slow_seconds) else None


def minutes_of(seconds: float) -> int:
    """Begun minutes, at least one; a thousandth of a second begins none."""
    return max(1, math.ceil(round(seconds / 60, 6)))


@dataclass(frozen=True, slots=True)
class _Seats:
    """Everything to sit on whose place is known. Row i of each is the same."""

    rows: Sequence[Row[Any]]
    xy_m: NDArray[np.object_]
    is_out: tuple[bool, ...]


def ways(
    entries: OpenEntries,
    area: Area,
    start: tuple[float, float],
    resources: Collection[UUID],
    among: Mapping[str, TravelProfile],
    today: date,
) -> dict[UUID, Way]:
    """The way to each resource that is walked to and reached within an hour; the others are not in it.

    start  lon, lat; of a resident the middle of a square (geo/squares.py), never a home
    among  profiles as the municipality has them (geo.travel_profiles.in_use)
    Raises Invalid where the start joins no street (as ``reach.join``).
    """
    joined = reach.join(area, _question(among[USUAL], start))
    rows = [at for id_ in resources if (at := entries.at.get(id_)) is not None]
    rows = [at for at in rows if entries.kinds[entries.rows[at].kind].reach in reach.BY_DISTANCE]
    places = np.flatnonzero(np.isin(entries.owner, rows))
    if not len(places):
        return {}
    longest_s = LONGEST_MIN * 60.0
    search = outward(area.graph(among[USUAL]), joined, longest_s)
    nearest: dict[int, tuple[float, int]] = {}
    seconds = search.seconds(entries.joined(area, among[USUAL])[places])
    for place, each in zip(places.tolist(), seconds.tolist(), strict=True):
        owner = int(entries.owner[place])
        if np.isfinite(each):
            nearest[owner] = min((each, place), nearest.get(owner, (each, place)))
    slowly = outward_from(area, among[SLOW], start, slow_limit_s(among, longest_s))
    slow_s, _ = entries.quickest(slowly.seconds(entries.joined(area, among[SLOW])))
    wanted = [(place, float(slow_s[row])) for row, (_, place) in nearest.items()]
    return traced(entries, area, start, search, wanted, today)


def traced(
    entries: OpenEntries,
    area: Area,
    start: tuple[float, float],
    search: Outward,
    wanted: Sequence[tuple[int, float]],
    today: date,
) -> dict[UUID, Way]:
    """The ways of a search that was made already, from its start.

    wanted  which of the entries' places, and the seconds of whoever walks slowly to its resource
    """
    seats = _seats(entries, area, today)
    places = np.array([place for place, _ in wanted], np.int64)
    found = search.routes(entries.joined(area, search.graph.profile)[places], by_edge=True)
    ways = {}
    for (place, slow_s), one in zip(wanted, found, strict=True):
        if one is not None:
            row = entries.rows[int(entries.owner[place])]
            ways[row.id] = _way(area, start, _destination(entries, place), one, slow_s, seats)
    return ways


def way_to(
    db: Session,
    scope: Scope,
    entries: OpenEntries,
    area: Area,
    start: tuple[float, float],
    resource: UUID,
    among: Mapping[str, TravelProfile],
    today: date,
) -> Way:
    """The way to one resource. Raises NotFound; Invalid ("resource") where distance says nothing of it, where it has
    no place that the reader may see or that a street leads to, and where it is farther than an hour; Invalid
    ("from") as ``ways``."""
    row = shelf.get(db, scope, resource)
    if row.closed_on is not None:
        raise Invalid(fields={"resource": "has_closed"})
    if entries.kinds[row.kind].reach not in reach.BY_DISTANCE:
        raise Invalid(fields={"resource": "not_by_distance"})
    places = np.flatnonzero(entries.owner == entries.at[resource])
    if not len(places):
        raise Invalid(fields={"resource": "no_place"})
    found = ways(entries, area, start, [resource], among, today).get(resource)
    if found is not None:
        return found
    if not (entries.joined(area, among[USUAL])[places].state == Join.JOINED).any():
        raise Invalid(fields={"resource": "no_place_on_streets"})
    raise Invalid(fields={"resource": "beyond_an_hour"})


def slope_of(steepest: float, *, is_known: bool = True) -> Slope:
    """What a steepest grade is called. Heights come in decimetres: it is known to a tenth of a per cent at best."""
    grade = round(steepest, 3)
    if grade > SLOPED:
        return Slope.STEEP
    if grade > GENTLE:
        return Slope.SLOPED
    return Slope.GENTLE if is_known else Slope.UNKNOWN


def crossings_of(pieces: Sequence[Piece]) -> int:
    """Roads crossed at a marked place: one behind the other without a pavement between is one crossing."""
    return sum(is_one for is_one, _ in groupby(piece.is_crossing for piece in pieces))


def _question(profile: TravelProfile, start: tuple[float, float]) -> ReachQuestion:
    return ReachQuestion(Walk(profile, (LONGEST_MIN,)), *start)


def _destination(entries: OpenEntries, place: int) -> Destination:
    """One of the entries' places, as everybody may see it."""
    at = int(entries.owner[place])
    row, lonlat = entries.rows[at], entries.place(place)
    number = place - int(np.searchsorted(entries.owner, at))
    if row.lon is None or number > 0:
        halts = [halt for halt, stop in enumerate(row.stops) if stop["lon"] is not None]
        return Destination(lonlat, halts[number - (row.lon is not None)])
    is_blurred = row.place_shown == "blurred"
    is_rough = is_blurred or row.place_level == "district"
    return Destination(lonlat, None, is_rough, blur.radius_m(lonlat) if is_blurred else None)


def _seats(entries: OpenEntries, area: Area, today: date) -> _Seats:
    """Everything to sit on whose place is known, kept for the day."""
    return entries.kept(
        ("seats", area.network.version, today), lambda: _find_seats(entries, area, today)
    )


def _find_seats(entries: OpenEntries, area: Area, today: date) -> _Seats:
    rests = entries.of_kinds([code for code, kind in entries.kinds.items() if is_rest(kind)])
    known = [at for at in np.flatnonzero(rests).tolist() if _is_known(entries.rows[at])]
    rows = [entries.rows[at] for at in known]
    lonlat = np.array([(row.lon, row.lat) for row in rows], np.float64).reshape(-1, 2)
    points = shapely.points(crs.to_plane_m(lonlat, area.network.zone))
    return _Seats(rows, points, tuple(_is_out(entries, at, today) for at in known))


def _is_known(row: Row[Any]) -> bool:
    """Whether everybody may see where exactly it stands."""
    is_shown = row.lon is not None and row.place_shown == "exact"
    return is_shown and row.place_level != "district"


def _is_out(entries: OpenEntries, at: int, today: date) -> bool:
    """Whether it stands there by its plan; what has none always does."""
    openings = entries.openings(at)
    if is_paused(entries.rows[at], today):
        return False
    return not openings or any(opening_dates(opening, today, 1) for opening in openings)


def _way(
    area: Area,
    start: tuple[float, float],
    destination: Destination,
    route: Route,
    slow_seconds: float,
    seats: _Seats,
) -> Way:
    pieces = route.pieces
    lonlat = _line(start, destination.lonlat, pieces)
    beside = _beside(area, lonlat, seats)
    unknown_m = sum(piece.unknown_m for piece in pieces)
    is_known = unknown_m <= UNKNOWN_M
    steepest = max((piece.steepest for piece in pieces), default=0.0)
    return Way(
        destination=destination,
        seconds=route.seconds,
        slow_seconds=slow_seconds,
        length_m=route.length_m,
        away_m=route.away_m,
        climb_m=route.climb_m if is_known else np.nan,
        fall_m=route.fall_m if is_known else np.nan,
        steepest=steepest,
        slope=slope_of(steepest, is_known=is_known),
        heights_unknown_m=unknown_m,
        steps=route.steps,
        crossings=crossings_of(pieces),
        unlit_m=route.unlit_m,
        light_unknown_m=sum(p.length_m for p in pieces if p.lit == Known.UNKNOWN),
        seats=beside,
        longest_without_seat_m=_longest_without(beside, route.length_m),
        lonlat=lonlat,
        pieces=pieces,
    )


def _line(
    start: tuple[float, float], end: tuple[float, float], pieces: Sequence[Piece]
) -> NDArray[np.float64]:
    """From the start to the end, each point once."""
    line = np.concatenate([[start], *(piece.lonlat for piece in pieces), [end]])
    moved = np.abs(np.diff(line, axis=0)).max(axis=1) > 1e-8  # degrees: a millimetre
    kept = line[np.concatenate([[True], moved])]
    return kept if len(kept) > 1 else line[[0, -1]]


def _beside(area: Area, lonlat: NDArray[np.float64], seats: _Seats) -> tuple[Seat, ...]:
    """The seats beside a line, in the order of walking."""
    line = shapely.linestrings(crs.to_plane_m(lonlat, area.network.zone))
    off_m = shapely.distance(line, seats.xy_m)
    found = []
    for at in np.flatnonzero(off_m <= SEAT_OFF_M).tolist():
        row = seats.rows[at]
        along_m = float(shapely.line_locate_point(line, seats.xy_m[at]))
        place = (row.lon, row.lat)
        found.append(Seat(row.id, row.name, place, along_m, float(off_m[at]), seats.is_out[at]))
    return tuple(sorted(found, key=lambda seat: (seat.from_start_m, seat.name, seat.id)))


def _longest_without(seats: Sequence[Seat], length_m: float) -> float:
    stops = [0.0, *(min(seat.from_start_m, length_m) for seat in seats if seat.is_out), length_m]
    return float(np.diff(stops).max())
