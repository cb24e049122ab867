"""Where in their square people may live: in its buildings, else along its streets, else anywhere on its land.

A square of the census says how many live in it, not where. Each square's people are shared out over possible
homes; what is said of a square and of all of them stays what the census says.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo import crs
from geo.streets.network import WATER_M, Built, StreetClass, StreetNetwork

Floats = NDArray[np.float64]

# Our choice: what covers less ground is a shed, and what covers more is a hall or a block of flats, in
# which no more people live for being larger still (nobody tells us how many storeys there are).
SMALLEST_M2, LARGEST_M2 = 20.0, 1000.0
SAMPLE_M = 20.0  # our choice: the front of a house
GRID_M = 50.0  # our choice: some hundred places in a square of 500 m
# Our choice: along these people live; not along a motorway, a track, or the ways of a car park.
LIVED_ON = (
    *(StreetClass.PRIMARY, StreetClass.SECONDARY, StreetClass.TERTIARY),
    *(StreetClass.RESIDENTIAL, StreetClass.PEDESTRIAN),
)
_WET = 1  # of StreetNetwork.water: the middle of the cell is water
_IS_METRES = 1e-9


class Spread(IntEnum):
    """By what a square's people are spread."""

    BUILDINGS = 0
    STREETS = 1
    AREA = 2


@dataclass(frozen=True, slots=True)
class Homes:
    """Possible homes, by square. Row i of each array but the last is the same home.

    xy_m   (n, 2)    float64  metres of the plane zone
    cell   (n,)      int32    row of its square, ascending
    share  (n,)      float64  of the square's people; those of a square add up to 1
    how    (cells,)  uint8    Spread of each square; every square has at least one home
    """

    xy_m: Floats
    cell: NDArray[np.int32]
    share: Floats
    how: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.cell)

    def people(self, counts: Floats) -> Floats:
        """(n,) or (n, k) float64: people of each home, of (cells,) or (cells, k) counts. Nobody knows
        (nan) stays so."""
        return np.asarray((counts[self.cell].T * self.share).T)


def spread(
    boxes: Floats, network: StreetNetwork, buildings: Floats, outline: BaseGeometry | None = None
) -> Homes:
    """Possible homes of squares that people live in.

    boxes      (cells, 4) degrees west, south, east, north
    buildings  (m, 3) lon, lat, m2 of ground
    outline    of the municipality, lon-lat: of a square on the border only what is inside counts, as long
               as anything is
    """
    cells = len(boxes)
    squares = shapely.STRtree(shapely.box(*boxes.T))
    ground = np.minimum(buildings[:, 2], LARGEST_M2) * (buildings[:, 2] >= SMALLEST_M2)
    found = [_in_squares(squares, buildings[:, :2], ground, outline)]
    how = np.full(cells, Spread.AREA, np.uint8)
    how[found[0][0]] = Spread.BUILDINGS
    if (how == Spread.AREA).any():
        xy_m, metres = street_samples(network)
        streets = _in_squares(squares, network.lonlat(xy_m), metres, outline)
        found.append(_kept(streets, how[streets[0]] == Spread.AREA))
        how[found[1][0]] = Spread.STREETS
    rest = np.flatnonzero(how == Spread.AREA)
    if len(rest):
        found.append(_on_land(boxes, rest, network, outline))
    cell, lonlat, weight = (np.concatenate(columns) for columns in zip(*found, strict=True))
    order = np.argsort(cell, kind="stable")
    cell, weight = cell[order], weight[order]
    share = weight / np.bincount(cell, weight, minlength=cells)[cell]
    return Homes(crs.to_plane_m(lonlat[order], network.zone), cell, share, how)


def scaled_to(people: Floats, area: NDArray[np.int32], totals: Floats) -> tuple[Floats, Floats]:
    """People of each home so that those of an area are as many as a register says (MEANING 4: it gives the
    totals, squares and buildings say how they are spread).

    people  (n, k) of each home, everybody first; no nan. A band of which the squares know nobody in an area
            is put where everybody lives
    area    (n,) int32 row of the area it lies in; -1 for none
    totals  (areas, k); nan where the register says nothing: people stay as they are

    Returns (n, k), and (areas, k) people of areas in which there is no home to put them: 0 for the others.
    """
    inside = area >= 0
    home, row = np.flatnonzero(inside), area[inside]
    scaled, unplaced = people.copy(), np.zeros_like(totals)
    everybody = np.bincount(row, people[home, 0], minlength=len(totals))
    for band in range(totals.shape[1]):
        said, total = ~np.isnan(totals[:, band]), totals[:, band]
        mine = np.bincount(row, people[home, band], minlength=len(total))
        nobody = (mine <= 0) & (everybody > 0)
        by = np.where(nobody[row], people[home, 0], people[home, band])
        sums = np.where(nobody, everybody, mine)
        factor = np.divide(total, sums, out=np.zeros(len(total)), where=said & (sums > 0))
        scaled[home, band] = np.where(said[row], by * factor[row], people[home, band])
        unplaced[said & (sums <= 0), band] = total[said & (sums <= 0)]
    return scaled, unplaced


def areas_of(xy_m: Floats, shapes: list[BaseGeometry | None]) -> NDArray[np.int32]:
    """(n,) int32: the row of the shape each place lies in, -1 for none; on a border, or where two overlap, the
    first (DATA 4). Shapes and places in the same measure; None is an area without an outline."""
    found = np.full(len(xy_m), -1, np.int32)
    for row in range(len(shapes) - 1, -1, -1):
        shape = shapes[row]
        if shape is None:
            continue
        west, south, east, north = shape.bounds or (np.nan,) * 4
        x, y = xy_m.T
        near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        shapely.prepare(shape)
        found[near[shapely.intersects_xy(shape, x[near], y[near])]] = row
    return found


def street_samples(network: StreetNetwork) -> tuple[Floats, Floats]:
    """Places along the streets where people live, one for about SAMPLE_M: (n, 2) metres of the plane zone, and
    the (n,) metres of street that each stands for. None on bridges and in tunnels."""
    lived = np.isin(network.edge_class, LIVED_ON)
    lived &= (network.edge_built & (Built.BRIDGE | Built.TUNNEL)) == 0
    edge = np.repeat(np.arange(network.edge_count), np.diff(network.first_point))
    first = np.flatnonzero((edge[:-1] == edge[1:]) & lived[edge[:-1]])
    start, step = (
        network.point_xy_m[first],
        network.point_xy_m[first + 1] - network.point_xy_m[first],
    )
    metres = np.hypot(*step.T)
    times = np.where(metres > _IS_METRES, np.maximum(np.rint(metres / SAMPLE_M), 1), 0).astype(
        np.int64
    )
    piece = np.repeat(np.arange(len(first)), times)
    nth = np.arange(len(piece)) - np.repeat(np.cumsum(times) - times, times)
    along = (nth + 0.5) / times[piece]
    return start[piece] + step[piece] * along[:, None], metres[piece] / times[piece]


_Found = tuple[NDArray[np.int32], Floats, Floats]  # square, lon and lat, weight of each place


def _in_squares(
    squares: shapely.STRtree, lonlat: Floats, weight: Floats, outline: BaseGeometry | None
) -> _Found:
    """The places with a weight inside the squares; on the edge of two a place belongs to the first."""
    counted = weight > 0
    if outline is not None:
        shapely.prepare(outline)
        counted &= shapely.intersects_xy(outline, lonlat[:, 0], lonlat[:, 1])
    lonlat, weight = lonlat[counted], weight[counted]
    place, cell = squares.query(shapely.points(lonlat))
    order = np.lexsort((cell, place))
    place, at = np.unique(place[order], return_index=True)
    return cell[order][at].astype(np.int32), lonlat[place], weight[place]


def _kept(found: _Found, which: NDArray[np.bool_]) -> _Found:
    return found[0][which], found[1][which], found[2][which]


def _on_land(
    boxes: Floats, cells: NDArray[np.int64], network: StreetNetwork, outline: BaseGeometry | None
) -> _Found:
    """A grid over each square: on dry land inside the outline, else on dry land, else all of it."""
    lonlat, cell = _grid(boxes, cells, network.zone)
    dry = ~_is_wet(network, crs.to_plane_m(lonlat, network.zone))
    inside = dry
    if outline is not None:
        inside = dry & shapely.intersects_xy(outline, lonlat[:, 0], lonlat[:, 1])
    kept = _or_all(dry, cell)
    kept &= _or_all(inside | ~kept, cell)
    return cell[kept], lonlat[kept], np.ones(int(kept.sum()))


def _or_all(which: NDArray[np.bool_], cell: NDArray[np.int32]) -> NDArray[np.bool_]:
    """The places asked for, and all of a square that has none of them."""
    return np.asarray(which | (np.bincount(cell, which) == 0)[cell])


def _grid(boxes: Floats, cells: NDArray[np.int64], zone: int) -> tuple[Floats, NDArray[np.int32]]:
    """The middles of equal parts of each square, at most GRID_M apart: lon and lat, and the square."""
    corners = crs.to_plane_m(boxes[cells].reshape(-1, 2), zone).reshape(-1, 2, 2)
    side_m = np.abs(corners[:, 1] - corners[:, 0])
    parts = int(max(np.ceil(side_m.max() / GRID_M), 1))
    middle = (np.arange(parts) + 0.5) / parts
    north, east = (part.ravel() for part in np.meshgrid(middle, middle, indexing="ij"))
    west_south, span = boxes[cells, None, :2], boxes[cells, None, 2:] - boxes[cells, None, :2]
    lonlat = west_south + span * np.column_stack([east, north])[None]
    return lonlat.reshape(-1, 2), np.repeat(cells, parts * parts).astype(np.int32)


def _is_wet(network: StreetNetwork, xy_m: Floats) -> NDArray[np.bool_]:
    """Whether each place lies in water, as far as the network's grid of water goes."""
    rows, cols = network.water.shape
    col, row = np.floor((xy_m - network.water_origin) / WATER_M).astype(np.int64).T
    known = (col >= 0) & (col < cols) & (row >= 0) & (row < rows)
    wet = np.zeros(len(xy_m), np.bool_)
    wet[known] = network.water[row[known], col[known]] == _WET
    return wet
