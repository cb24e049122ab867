"""道案内: a way in the steps in which one tells it to somebody: straight on for so long, left, down the stairs, over the
crossing. Turns are read off the drawing of the streets; what only follows a bend of its street is no turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo import crs
from geo.area import Area
from geo.records import basemap
from geo.scope import Scope
from geo.streets.network import StreetClass
from geo.streets.route import Piece
from geo.way_there import Seat, Slope, Way, slope_of

# Our choice: what bends less is told as straight on; half of the angle of a plain corner.
TURN_DEG = 45.0
BACK_DEG = 150.0  # our choice: sharper than any corner of streets
HEADING_M = 10.0  # our choice: as far as one looks along a street to say which way it goes
# Our choice: nearer than this to a turn only another whole corner is a second one, not the rest of the first.
SAME_CORNER_M, WHOLE_CORNER_DEG = 10.0, 60.0
LEAST_M = 0.5  # our choice: of less street nobody can say which way it goes
_PATHS = (StreetClass.TRACK, StreetClass.PATH, StreetClass.FOOTWAY, StreetClass.CYCLEWAY)


class Turn(Enum):
    """How one comes upon a stretch."""

    START = "start"
    AHEAD = "ahead"
    LEFT = "left"
    RIGHT = "right"
    BACK = "back"


class Ground(Enum):
    """What one walks on."""

    STREET = "street"
    PATH = "path"
    STEPS = "steps"
    CROSSING = "crossing"
    FERRY = "ferry"


_PLAIN = (Ground.STREET, Ground.PATH)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One step of a way.

    turn          how one comes upon it; heading: 0..7, to the north and on clockwise
    name          of the street in the base map, "" where it has none
    from_start_m  metres walked before it
    climb_m, fall_m  0 where heights are unknown; slope: of what is known
    steps         NaN where nobody counted; 0 but on flights
    seats         what to sit on one passes on it
    """

    turn: Turn
    heading: int
    ground: Ground
    name: str
    length_m: float
    from_start_m: float
    climb_m: float
    fall_m: float
    slope: Slope
    steps: float
    seats: tuple[Seat, ...]


def stretches(db: Session, scope: Scope, area: Area, way: Way) -> tuple[Stretch, ...]:
    """A way in steps, with the names of streets as the base map of the scope's municipality has them."""
    names = basemap.load_street_names(db, scope, {piece.way for piece in way.pieces})
    return told(way.pieces, names, area.network.zone, way.seats, way.away_m[0])


def told(
    pieces: Sequence[Piece],
    names: Mapping[int, str],
    zone: int,
    seats: Sequence[Seat] = (),
    to_street_m: float = 0.0,
) -> tuple[Stretch, ...]:
    """Pieces, edge by edge, in steps. A first step shorter than one looks is left out: where a way begins is
    known to a square only.

    names  of OSM's ways;  zone  of the plane in which angles are measured;  to_street_m  walked before
    """
    if not pieces:
        return ()
    line = _Line.of(pieces, zone)
    groups, turns = _groups(pieces, names, line)
    ends = [*(line.begin_m[group[0]] for group in groups[1:]), np.inf]
    found = []
    begin = -np.inf
    for group, turn, end in zip(groups, turns, ends, strict=True):
        begin_m = line.begin_m[group[0]]
        found.append(
            _stretch(
                [pieces[row] for row in group],
                names,
                turn=turn,
                heading=line.heading(begin_m),
                from_start_m=begin_m + to_street_m,
                seats=tuple(
                    s for s in seats if begin < s.from_start_m - to_street_m - LEAST_M <= end
                ),
            )
        )
        begin = end
    if len(found) > 1 and found[0].length_m < HEADING_M and found[0].ground in _PLAIN:
        seen = found[0].seats + found[1].seats
        found[:2] = [replace(found[1], turn=Turn.START, seats=seen)]
    return tuple(found)


def _groups(
    pieces: Sequence[Piece], names: Mapping[int, str], line: "_Line"
) -> tuple[list[list[int]], list[Turn]]:
    """Rows of pieces that are one step each, and how one comes upon it."""
    groups: list[list[int]] = []
    turns: list[Turn] = []
    corner_m = 0.0
    for row, piece in enumerate(pieces):
        turn = line.turn(line.begin_m[row], corner_m) if groups else Turn.START
        if turn is not Turn.AHEAD:
            corner_m = line.begin_m[row]
        if turn is Turn.AHEAD and _is_same(pieces[groups[-1][0]], piece, names):
            groups[-1].append(row)
        else:
            groups.append([row])
            turns.append(turn)
    return groups, turns


def _stretch(pieces: Sequence[Piece], names: Mapping[int, str], **more: Any) -> Stretch:
    return Stretch(
        ground=ground_of(pieces[0]),
        name=names.get(pieces[0].way, ""),
        length_m=sum(piece.length_m for piece in pieces),
        climb_m=sum(piece.climb_m for piece in pieces),
        fall_m=sum(piece.fall_m for piece in pieces),
        slope=slope_of(max(piece.steepest for piece in pieces)),
        steps=sum(piece.steps for piece in pieces),
        **more,
    )


def ground_of(piece: Piece) -> Ground:
    """What a piece is walked on."""
    if piece.street == StreetClass.STEPS:
        return Ground.STEPS
    if piece.is_crossing:
        return Ground.CROSSING
    if piece.street == StreetClass.FERRY:
        return Ground.FERRY
    return Ground.PATH if piece.street in _PATHS else Ground.STREET


def _is_same(one: Piece, other: Piece, names: Mapping[int, str]) -> bool:
    same_name = names.get(one.way, "") == names.get(other.way, "")
    return same_name and ground_of(one) is ground_of(other)


@dataclass(frozen=True, slots=True)
class _Line:
    """The pieces of a way as one line.

    xy_m     (points, 2) metres of the plane
    so_far   (points,) metres walked
    begin_m  where each piece begins
    """

    xy_m: NDArray[np.float64]
    so_far: NDArray[np.float64]
    begin_m: list[float]

    @classmethod
    def of(cls, pieces: Sequence[Piece], zone: int) -> "_Line":
        xy_m = crs.to_plane_m(np.concatenate([piece.lonlat for piece in pieces]), zone)
        so_far = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy_m, axis=0).T))])
        first = np.cumsum([0, *(len(piece.lonlat) for piece in pieces[:-1])])
        return cls(xy_m, so_far, so_far[first].tolist())

    def turn(self, at_m: float, corner_m: float) -> Turn:
        """How it turns at so many metres, the last turn being at ``corner_m``."""
        since_m = at_m - corner_m
        ahead = self.bearing(at_m, at_m + HEADING_M)
        behind = self.bearing(at_m - min(HEADING_M, since_m), at_m)
        if ahead is None or behind is None:
            return Turn.AHEAD
        angle = (ahead - behind + 180.0) % 360.0 - 180.0
        is_near = corner_m > 0 and since_m < SAME_CORNER_M
        if abs(angle) < (WHOLE_CORNER_DEG if is_near else TURN_DEG):
            return Turn.AHEAD
        if abs(angle) >= BACK_DEG:
            return Turn.BACK
        return Turn.RIGHT if angle > 0 else Turn.LEFT

    def heading(self, at_m: float) -> int:
        """0..7, to the north and on clockwise."""
        bearing = self.bearing(at_m, at_m + HEADING_M)
        if bearing is None:
            bearing = self.bearing(at_m - HEADING_M, at_m) or 0.0
        return round(bearing / 45.0) % 8

    def bearing(self, begin_m: float, end_m: float) -> float | None:
        """Degrees clockwise from the north of the straight line between two places of the way; None where
        that is no line."""
        at = np.clip([begin_m, end_m], 0.0, self.so_far[-1])
        ends = [np.interp(at, self.so_far, self.xy_m[:, axis]) for axis in (0, 1)]
        east, north = (float(two[1] - two[0]) for two in ends)
        if np.hypot(east, north) < LEAST_M:
            return None
        return float(np.degrees(np.arctan2(east, north)) % 360.0)
