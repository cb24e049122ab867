"""An invented city of any size for measurements: blocks of some 50 m, lanes that end blind, avenues, a
river with a bridge at every second avenue, one-way lanes for cars. The same city for the same size."""

import numpy as np
import shapely

from geo import crs
from geo.streets.build import RawStreets
from geo.streets.network import Mode, StreetClass

ZONE = 7
_BLOCK_M, _JITTER_M, _AVENUE = 48.0, 22.5, 20  # every 20th street is an avenue
_KEPT = 0.665  # share of lanes that are there
_SOUTH_WEST_M = np.array([-16_000.0, 59_000.0])


def city(side: int) -> RawStreets:
    """The streets of ``side`` x ``side`` corners; about 0.72 side² of them are nodes of the network."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[0:side, 0:side]
    xy = np.stack([x, y], axis=-1) * _BLOCK_M + rng.uniform(-_JITTER_M, _JITTER_M, (side, side, 2))
    number = np.arange(side * side).reshape(side, side)
    east = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    north = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    is_avenue = np.concatenate(
        [np.repeat(y[:, 0] % _AVENUE == 0, side - 1), np.tile(x[0] % _AVENUE == 0, side - 1)]
    )
    pairs = np.concatenate([east, north])
    kept = is_avenue | (rng.random(len(pairs)) < _KEPT)
    bank = xy[..., 1].ravel() - _river(xy[..., 0].ravel(), side)
    wet = (np.sign(bank[pairs[:, 0]]) != np.sign(bank[pairs[:, 1]])) | (
        np.abs(bank[pairs]) < 70
    ).any(1)
    bridge = is_avenue & (np.arange(len(pairs)) >= len(east))
    bridge &= (pairs[:, 0] % side) % (2 * _AVENUE) == 0
    kept &= ~wet | bridge
    return _raw(xy.reshape(-1, 2), pairs[kept], is_avenue[kept], rng, side)


def _river(x_m: np.ndarray, side: int) -> np.ndarray:
    """Metres north of the middle of the river at each x."""
    return side * _BLOCK_M / 2 + 2500 * np.sin(x_m / 5200) + 600 * np.sin(x_m / 1700)


def _raw(
    xy: np.ndarray, pairs: np.ndarray, is_avenue: np.ndarray, rng: np.random.Generator, side: int
) -> RawStreets:
    """Every street between two corners as a way of its own, but for runs through corners of two."""
    ways = _runs(pairs, is_avenue, len(xy))
    first = np.concatenate([[0], np.cumsum([len(way) for way, _ in ways])])
    ref = np.concatenate([way for way, _ in ways])
    avenue = np.array([avenue for _, avenue in ways])
    count = len(ways)
    one_way = ~avenue & (rng.random(count) < 0.08)
    cars = np.where(one_way, Mode.CAR.along, Mode.CAR.along | Mode.CAR.against)
    everybody = Mode.FOOT.along | Mode.FOOT.against | Mode.BICYCLE.along | Mode.BICYCLE.against
    lane = np.where(rng.random(count) < 0.3, StreetClass.SERVICE, StreetClass.RESIDENTIAL)
    x = np.linspace(-500, side * _BLOCK_M + 500, 400)
    middle = np.column_stack([x, _river(x, side)])
    river = shapely.LineString(middle).buffer(60)
    nothing = np.zeros(count, np.uint8)
    return RawStreets(
        way_osm=np.arange(count, dtype=np.int64),
        first_ref=first.astype(np.int64),
        ref=ref.astype(np.int64),
        ref_lonlat=crs.to_lonlat(xy[ref] + _SOUTH_WEST_M, ZONE),
        way_class=np.where(avenue, StreetClass.SECONDARY, lane).astype(np.uint8),
        way_open=(everybody | cars).astype(np.uint8),
        way_lit=nothing,
        way_wheelchair=nothing,
        way_surface=nothing,
        way_built=nothing,
        way_steps=np.full(count, np.nan),
        way_max_kmh=nothing,
        way_ferry_s=np.full(count, np.nan),
        tagged_osm=np.zeros(0, np.int64),
        tagged_height_m=np.zeros(0, np.float32),
        tagged_shut=np.zeros(0, np.uint8),
        tagged_signal=np.zeros(0, np.uint8),
        water_areas=(shapely.transform(river, lambda at: crs.to_lonlat(at + _SOUTH_WEST_M, ZONE)),),
        water_lines=(),
        box=None,
    )


def _runs(pairs: np.ndarray, is_avenue: np.ndarray, corners: int) -> list[tuple[list[int], bool]]:
    """Streets joined through every corner where only two of one kind meet."""
    at: list[list[int]] = [[] for _ in range(corners)]
    for street, (one, other) in enumerate(pairs.tolist()):
        at[one].append(street)
        at[other].append(street)
    through = [len(s) == 2 and is_avenue[s[0]] == is_avenue[s[1]] for s in at]
    used = np.zeros(len(pairs), bool)
    runs = []
    for street, (one, other) in enumerate(pairs.tolist()):
        if used[street]:
            continue
        used[street] = True
        run = [one, other]
        for _ in range(2):
            while through[run[-1]]:
                ahead = [s for s in at[run[-1]] if not used[s]]
                if not ahead:
                    break
                used[ahead[0]] = True
                run.append(int(pairs[ahead[0]].sum()) - run[-1])
            run.reverse()
        runs.append((run, bool(is_avenue[street])))
    return runs
