"""Where in their square people may live: in its buildings, else along its streets, else anywhere on its land.

A square of the census says how many live in it, not where. Each square's people are shared out over possible
homes; what is said of a square and of all of them stays what the census says.
"""

from collections.abc import Sequence
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
# Our choice: some hundred places in a square of 500 m, and in a wide area not more than 1,600.
GRID_M, MOST_PARTS = 50.0, 40
# Our choice: where buildings have less ground than this for each person (ten storeys of flats have as much),
# not all of them are drawn.
LEAST_M2 = 3.0
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
    shapes: Sequence[BaseGeometry],
    people: Floats,
    network: StreetNetwork,
    buildings: Floats,
    outline: BaseGeometry | None = None,
) -> Homes:
    """Possible homes of squares that people live in; of areas, where nobody counted by squares.

    shapes     (cells,) lon-lat
    people     (cells,) everybody: buildings that are too small for them are not all that there are
    buildings  (m, 3) lon, lat, m2 of ground
    outline    of the municipality, lon-lat: of a square on the border only what is inside counts, as long
               as anything is

    Where the streets' data end within a square, they say nothing of its other part: its people stand anywhere.
    """
    cells, known = len(shapes), _is_known(shapes, network.coverage, outline)
    ground = np.minimum(buildings[:, 2], LARGEST_M2) * (buildings[:, 2] >= SMALLEST_M2)
    built = _inside(shapes, buildings[:, :2], ground, outline)
    m2 = np.bincount(built[0], built[2], minlength=cells)
    is_built = known & (m2 > 0) & (m2 >= people * LEAST_M2)
    how = np.where(is_built, Spread.BUILDINGS, Spread.AREA)
    found = [_kept(built, how[built[0]] == Spread.BUILDINGS)]
    if (how == Spread.AREA).any():
        xy_m, metres = street_samples(network)
        streets = _inside(shapes, network.lonlat(xy_m), metres, outline)
        found.append(_kept(streets, (known & (how == Spread.AREA))[streets[0]]))
        how[found[1][0]] = Spread.STREETS
    found += [
        _on_land(shapes[c], c, network, outline)
        for c in np.flatnonzero(how == Spread.AREA).tolist()
    ]
    cell, lonlat, weight = (np.concatenate(columns) for columns in zip(*found, strict=True))
    order = np.argsort(cell, kind="stable")
    cell, weight = cell[order], weight[order]
    share = weight / np.bincount(cell, weight, minlength=cells)[cell]
    return Homes(crs.to_plane_m(lonlat[order], network.zone), cell, share, how.astype(np.uint8))


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


def areas_of(places: Floats, shapes: Sequence[BaseGeometry | None]) -> NDArray[np.int32]:
    """(n,) int32: the row of the shape each place lies in, -1 for none; on a border, or where two overlap, the
    first (DATA 4).

    places  (n, 2) in the measure of the shapes; None is an area without an outline
    """
    found = np.full(len(places), len(shapes), np.int64)
    if len(shapes) and len(places):
        tree = shapely.STRtree(shapely.points(places))
        row, place = tree.query(np.array(shapes, object), predicate="intersects")
        np.minimum.at(found, place, row)
    return np.where(found < len(shapes), found, -1).astype(np.int32)


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


def _inside(
    shapes: Sequence[BaseGeometry],
    lonlat: Floats,
    weight: Floats,
    outline: BaseGeometry | None,
) -> _Found:
    """The places with a weight inside the squares; on the edge of two a place belongs to the first."""
    counted = weight > 0
    if outline is not None:
        shapely.prepare(outline)
        counted &= shapely.intersects_xy(outline, lonlat[:, 0], lonlat[:, 1])
    cell = areas_of(lonlat[counted], shapes)
    inside = cell >= 0
    return cell[inside], lonlat[counted][inside], weight[counted][inside]


def _is_known(
    shapes: Sequence[BaseGeometry], coverage: BaseGeometry, outline: BaseGeometry | None
) -> NDArray[np.bool_]:
    """(cells,) bool: whether the data know all of a square, or of its part inside the outline."""
    shapely.prepare(coverage)
    whole = np.array(shapes, object)
    known = shapely.covers(coverage, whole)
    cut = np.flatnonzero(~known)
    if outline is not None and len(cut):
        ours = shapely.intersection(whole[cut], outline)
        known[cut] = shapely.covers(coverage, ours) & ~shapely.is_empty(ours)
    return np.asarray(known)


def _kept(found: _Found, which: NDArray[np.bool_]) -> _Found:
    return found[0][which], found[1][which], found[2][which]


def _on_land(
    shape: BaseGeometry, cell: int, network: StreetNetwork, outline: BaseGeometry | None
) -> _Found:
    """A grid over a square: on dry land inside the outline, else on dry land, else all of it."""
    lonlat = _grid(shape, network.zone)
    inside = shapely.intersects_xy(shape, lonlat[:, 0], lonlat[:, 1])
    lonlat = lonlat[inside] if inside.any() else shapely.get_coordinates(shape.point_on_surface())
    dry = ~_is_wet(network, crs.to_plane_m(lonlat, network.zone))
    ours = np.ones(len(dry), np.bool_)
    if outline is not None:
        ours = shapely.intersects_xy(outline, lonlat[:, 0], lonlat[:, 1])
    kept = next((which for which in (dry & ours, dry) if which.any()), np.ones(len(dry), np.bool_))
    count = int(kept.sum())
    return np.full(count, cell, np.int32), lonlat[kept], np.ones(count)


def _grid(shape: BaseGeometry, zone: int) -> Floats:
    """(n, 2) lon, lat: the middles of equal parts of a shape's box, GRID_M apart if those are not too many."""
    low, high = np.array(shape.bounds).reshape(2, 2)
    side_m = np.abs(np.diff(crs.to_plane_m(np.stack([low, high]), zone), axis=0))[0]
    parts = np.clip(np.ceil(side_m / GRID_M), 1, MOST_PARTS).astype(np.int64)
    east, north = ((np.arange(count) + 0.5) / count for count in parts)
    grid = np.stack(np.meshgrid(east, north), axis=-1).reshape(-1, 2)
    return np.asarray(low + grid * (high - low))


def _is_wet(network: StreetNetwork, xy_m: Floats) -> NDArray[np.bool_]:
    """Whether each place lies in water, as far as the network's grid of water goes."""
    rows, cols = network.water.shape
    col, row = np.floor((xy_m - network.water_origin) / WATER_M).astype(np.int64).T
    known = (col >= 0) & (col < cols) & (row >= 0) & (row < rows)
    wet = np.zeros(len(xy_m), np.bool_)
    wet[known] = network.water[row[known], col[known]] == _WET
    return wet
