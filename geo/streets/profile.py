"""移動のしかた: how fast somebody moves along which street, and what makes it slower.

The profiles and the sources of their speeds are rows of ``data/profiles.csv``; a municipality may have its
own (geo/travel_profiles.py). Plain profiles are flat (MEANING 7): hills, steps, snow and darkness are modifiers.
"""

import csv
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.errors import NotFound
from geo.streets.junctions import waits_s
from geo.streets.network import Built, Known, Mode, StreetClass, StreetNetwork, Surface
from geo.streets.slope import slopes

_TABLE = Path(__file__).parents[2] / "data" / "profiles.csv"

# 消防庁「津波対策推進マニュアル検討報告書」: 1.0 m/s on the level is 0.5 on stairs, 0.8 is 0.4.
STEPS_FACTOR = 0.5
# 中央防災会議 南海トラフ巨大地震対策検討ワーキンググループ 第一次報告 (2012): 80 % at night.
NIGHT_FACTOR = 0.8
# 中央防災会議 日本海溝・千島海溝の被害想定 (2021): 36 m/min on thin snow, of 2.65 km/h (44 m/min) without.
SNOW_FACTOR = 0.8
# 国土技術政策総合研究所 (山本・大脇・上坂 2011): 11.6 km/h on footways shared with people on foot.
_SHARED_M_MIN = 11.6 / 0.06
PUSHING_M_MIN = 80.0  # of a bicycle: as on foot

# km/h. Motorway and national roads as measured in 令和3年度 (rush hours); below them our choice.
CAR_KMH = {
    StreetClass.MOTORWAY: 80.7,
    StreetClass.TRUNK: 34.9,
    StreetClass.PRIMARY: 34.9,
    StreetClass.SECONDARY: 30.0,
    StreetClass.TERTIARY: 25.0,
    StreetClass.RESIDENTIAL: 20.0,
    StreetClass.SERVICE: 10.0,
    StreetClass.TRACK: 10.0,
}
MODIFIERS = ("slope", "steps", "snow", "night")


@dataclass(frozen=True, slots=True)
class TravelProfile:
    """One way of moving.

    metres_per_min    on the level, off the street too; for cars from the street to the door
    takes_steps       whether flights of steps are no obstacle
    max_slope         steepest grade that is passed (0.08 = 8 %); inf for all
    takes_rough       whether unpaved ground is no obstacle
    modifiers         of MODIFIERS, in that order: what is taken into account beyond the plain speed
    source            where the numbers come from, in the words of the legend

    Who moves alike is the same traveller, whatever they are called and whoever says so: what was made for one
    serves the other.
    """

    code: str
    name: str = field(compare=False)
    mode: Mode
    metres_per_min: float
    takes_steps: bool
    max_slope: float
    takes_rough: bool
    source: str = field(compare=False)
    modifiers: tuple[str, ...] = ()

    def with_modifiers(self, *words: str) -> "TravelProfile":
        """The same person on hills, steps, in snow, at night. Raises NotFound for another word."""
        for word in words:
            if word not in MODIFIERS:
                raise NotFound(thing="modifier", id=word)
        return replace(self, modifiers=tuple(word for word in MODIFIERS if word in words))

    def open_arcs(self, network: StreetNetwork) -> NDArray[np.bool_]:
        """(edges, 2) bool: whether this traveller passes each edge along and against its drawing."""
        bits = network.edge_open
        if self.mode == Mode.BICYCLE:  # pushed where one may walk
            bits = bits | _as_bicycle(bits)
        passes = _by_bits(bits, self.mode)
        passes[~self._passable(network)] = False
        return passes

    def _passable(self, network: StreetNetwork) -> NDArray[np.bool_]:
        passable = np.ones(network.edge_count, bool)
        if not self.takes_steps:
            passable &= network.edge_class != StreetClass.STEPS
        if not self.takes_rough:
            unsaid = (network.edge_surface == Surface.UNKNOWN) & np.isin(
                network.edge_class, (StreetClass.TRACK, StreetClass.PATH)
            )
            passable &= (network.edge_surface != Surface.ROUGH) & ~unsaid
            passable |= network.edge_wheelchair == Known.YES
            passable &= network.edge_wheelchair != Known.NO
        if np.isfinite(self.max_slope):
            passable &= slopes(network).steepest <= self.max_slope
        return passable

    def edge_seconds(self, network: StreetNetwork) -> NDArray[np.float64]:
        """(edges, 2) float64: seconds along and against each edge; inf where it is not passed."""
        metres = np.repeat(network.edge_length_m[:, None], 2, axis=1)
        if "slope" in self.modifiers and self.mode != Mode.CAR:
            metres = slopes(network).effort_m.copy()
        seconds = metres * 60.0 / self._speeds(network)
        if self.mode == Mode.CAR:
            seconds += waits_s(network, self.open_arcs(network))
        ferry = np.isfinite(network.edge_ferry_s)
        seconds[ferry] = network.edge_ferry_s[ferry, None]
        seconds[~self.open_arcs(network)] = np.inf
        return seconds

    def _speeds(self, network: StreetNetwork) -> NDArray[np.float64]:
        """(edges, 2) metres a minute on the level, along and against."""
        speed = np.full((network.edge_count, 2), self.metres_per_min, np.float64)
        if self.mode == Mode.CAR:
            usual, posted = _by_class(network, CAR_KMH), network.edge_max_kmh.astype(np.float64)
            speed[:] = np.where(posted > 0, np.minimum(usual, posted), usual)[:, None] / 0.06
            return speed
        if self.mode == Mode.BICYCLE:
            shared = np.isin(network.edge_class, (StreetClass.FOOTWAY, StreetClass.PEDESTRIAN))
            speed[shared] = min(_SHARED_M_MIN, self.metres_per_min)
            speed[~_by_bits(network.edge_open, self.mode)] = self.pushing_m_min
        stairs = (network.edge_class == StreetClass.STEPS) & ("steps" in self.modifiers)
        dark = (network.edge_lit == Known.NO) & ("night" in self.modifiers)
        snow = SNOW_FACTOR if "snow" in self.modifiers else 1.0
        speed[stairs] *= STEPS_FACTOR
        speed[dark] *= NIGHT_FACTOR
        return speed * snow

    def one_speed(self, network: StreetNetwork) -> float | None:
        """Metres a minute when time is metres over one speed on all that is passed, else None. Then metres
        are searched, and a speed or a limit is only a threshold on them."""
        passed = self.open_arcs(network)
        used, speeds = passed.any(axis=1), self._speeds(network)[passed]
        sloped = "slope" in self.modifiers and bool(np.isfinite(network.point_height_m).any())
        ferries = bool(np.isfinite(network.edge_ferry_s[used]).any())
        waits = self.mode == Mode.CAR and bool(waits_s(network, passed)[used].any())
        if sloped or ferries or waits or not (speeds == speeds[:1]).all():
            return None
        return float(speeds[0]) if len(speeds) else self.metres_per_min

    @property
    def pushing_m_min(self) -> float:
        """Metres a minute where a bicycle is pushed: nobody is faster on foot than riding."""
        return min(PUSHING_M_MIN, self.metres_per_min)

    @property
    def may_start_on(self) -> frozenset[StreetClass]:
        """Streets that a place can stand at: nobody lives at a motorway or on a ferry."""
        return frozenset(StreetClass) - {StreetClass.MOTORWAY, StreetClass.FERRY}

    def joinable(self, network: StreetNetwork) -> NDArray[np.bool_]:
        """(edges,) bool: where a place may join: passed one way or the other, and not in a tunnel."""
        joins = np.asarray(self.open_arcs(network).any(axis=1))
        joins &= np.isin(network.edge_class, sorted(self.may_start_on))
        joins &= (network.edge_built & Built.TUNNEL) == 0
        return joins


@lru_cache(maxsize=1)
def profiles() -> dict[str, TravelProfile]:
    """Every profile as delivered, by its code, in the order of ``data/profiles.csv``."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: _profile(row) for row in csv.DictReader(file)}


def get_profile(code: str) -> TravelProfile:
    """The profile of a code. Raises NotFound."""
    if code not in profiles():
        raise NotFound(thing="profile", id=code)
    return profiles()[code]


def _profile(row: dict[str, str]) -> TravelProfile:
    percent = row["max_slope_percent"]
    return TravelProfile(
        code=row["code"],
        name=row["name"],
        mode=Mode[row["mode"].upper()],
        metres_per_min=float(row["metres_per_min"] or PUSHING_M_MIN),
        takes_steps=row["takes_steps"] == "yes",
        max_slope=float(percent) / 100 if percent else np.inf,
        takes_rough=row["takes_rough"] == "yes",
        source=row["source"],
    )


def _by_bits(bits: NDArray[np.uint8], mode: Mode) -> NDArray[np.bool_]:
    """(edges, 2) bool: whether ``edge_open`` lets a mode pass along and against."""
    return np.column_stack([bits & np.uint8(mode.along), bits & np.uint8(mode.against)]) > 0


def _as_bicycle(bits: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The bits of people on foot moved to where those of bicycles are."""
    on_foot = bits & np.uint8(Mode.FOOT.along | Mode.FOOT.against)
    return (on_foot << np.uint8(2 * (Mode.BICYCLE - Mode.FOOT))).astype(np.uint8)


def _by_class(network: StreetNetwork, table: dict[StreetClass, float]) -> NDArray[np.float64]:
    """(edges,) float64: a value for each street class; classes without one get the lowest."""
    values = np.full(len(StreetClass), min(table.values()))
    values[list(table)] = list(table.values())
    return values[network.edge_class]
