"""Where people live: buildings along the streets of each town, and how many homes each has."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from geo.sources.mihon.land import Land, elevation_m
from geo.sources.mihon.places import SEED, Town, towns
from geo.sources.mihon.plane import Array
from geo.sources.mihon.streets import Network

HOUSEHOLDS = 24_500  # 住基, 令和8年10月
NURSING_HOME_TOWN = "城山"  # the 特養 stands highest in it
UNREACHED_HOUSES = 3  # on the farm track above 尾畑, which no street reaches
_SIZE = {"urban": 2.15, "suburb": 2.6, "estate": 2.1, "rural": 2.75, "hamlet": 2.3}
_HOMES = {"urban": 2.6, "suburb": 1.45, "estate": 1.7, "rural": 0.96, "hamlet": 0.9}
_LIVED_ON = {"residential", "unclassified", "tertiary", "service"}
_PLOT_M = 15.0  # along the street
_CLEAR_M = 11.0  # no two houses in one square of this size

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Houses:
    """Buildings in which people live.

    xy      on the sheet; turn: radians by which the house follows its street
    town    number of the town in the table
    homes   households in 2026; 0 stands empty
    nursing_home  number of the building that is the 特養 (its homes are 0)
    """

    xy: Array
    turn: Array
    town: Whole
    homes: Whole
    nursing_home: int


def shared_out(weights: Array, total: int) -> Whole:
    """Whole numbers in proportion to weights that add up to ``total``, by largest remainder."""
    exact = weights / weights.sum() * total
    whole: Whole = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def households(people: Array, total: int) -> Whole:
    """Households per town: fewer people to a home in town than in the country."""
    sizes = np.array([_SIZE[town.kind] for town in towns()])
    return shared_out(people / sizes, total)


def make_houses(network: Network, shapes: Mapping[str, Polygon], land: Land) -> Houses:
    """Houses along the streets of every town, with 24,500 households in them."""
    rng = np.random.default_rng(SEED + 4)
    xy, turn, on_town = _plots(network, shapes, rng)
    homes_of = households(np.array([town.people for town in towns()], dtype=np.float64), HOUSEHOLDS)
    parts: list[tuple[Whole, Whole]] = []
    farm = _farm_houses(network)
    for number, town in enumerate(towns()):
        free = np.flatnonzero(on_town == number)
        extra = UNREACHED_HOUSES if town.name == "尾畑" else 0
        chosen, homes = _chosen(town, free, int(homes_of[number]) - extra, rng)
        parts.append((chosen, homes))
    plots = np.concatenate([chosen for chosen, _ in parts])
    farm_town = next(at for at, town in enumerate(towns()) if town.name == "尾畑")
    all_xy = np.concatenate([xy[plots], farm])
    all_town = np.concatenate([on_town[plots], np.full(len(farm), farm_town)])
    return Houses(
        xy=all_xy,
        turn=np.concatenate([turn[plots], np.zeros(len(farm))]),
        town=all_town,
        homes=_without_nursing_home(
            np.concatenate([*(homes for _, homes in parts), np.ones(len(farm), dtype=np.int64)]),
            nursing := _nursing_home(all_xy, all_town, land),
            all_town,
        ),
        nursing_home=nursing,
    )


def _plots(
    network: Network, shapes: Mapping[str, Polygon], rng: np.random.Generator
) -> tuple[Array, Array, Whole]:
    """Every place along a street where a house could stand: xy, turn, number of the town."""
    lived_on = [w for w in network.ways if w.is_joined and w.tags["highway"] in _LIVED_ON]
    pairs = np.array([p for w in lived_on for p in zip(w.nodes[:-1], w.nodes[1:], strict=True)])
    start, end = network.xy[pairs[:, 0]], network.xy[pairs[:, 1]]
    length = np.hypot(*(end - start).T)
    count = np.floor(length / _PLOT_M).astype(np.int64)
    edge = np.repeat(np.arange(len(pairs)), count)
    place = (np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + 0.5) / count[edge]
    along = ((end - start) / np.maximum(length, 0.1)[:, None])[edge]
    aside = np.column_stack([-along[:, 1], along[:, 0]])
    middle = start[edge] + (end - start)[edge] * place[:, None]
    both = [middle + aside * rng.uniform(10, 14, len(edge))[:, None] * side for side in (-1, 1)]
    xy = np.concatenate(both)
    turn = np.tile(np.arctan2(along[:, 1], along[:, 0]), 2)
    order = rng.permutation(len(xy))
    _, first = np.unique(np.floor(xy[order] / _CLEAR_M), axis=0, return_index=True)
    clear = order[np.sort(first)]
    return xy[clear], turn[clear], _towns_of(xy[clear], shapes)


def _towns_of(xy: Array, shapes: Mapping[str, Polygon]) -> Whole:
    tree = shapely.STRtree([shapes[town.name] for town in towns()])
    point, town = tree.query(shapely.points(xy), predicate="within")
    found = np.full(len(xy), -1, dtype=np.int64)
    found[point] = town
    return found


def _chosen(town: Town, free: Whole, homes: int, rng: np.random.Generator) -> tuple[Whole, Whole]:
    """Some of the free plots of a town, and the homes in each."""
    count = min(len(free), round(homes / _HOMES[town.kind]))
    chosen = np.sort(rng.choice(free, count, replace=False))
    found = np.ones(count, dtype=np.int64)
    if homes < count:
        found[rng.choice(count, count - homes, replace=False)] = 0
        return chosen, found
    flats = rng.choice(count, max(1, count // 7), replace=False)
    found += rng.multinomial(homes - count, np.isin(np.arange(count), flats) / len(flats))
    return chosen, found


def _farm_houses(network: Network) -> Array:
    """The houses beside the track that hangs apart."""
    track = next(way for way in network.ways if not way.is_joined)
    beside: Array = network.xy[list(track.nodes)][:UNREACHED_HOUSES] + np.array([6.0, -9.0])
    return beside


def _nursing_home(xy: Array, town: Whole, land: Land) -> int:
    number = next(at for at, one in enumerate(towns()) if one.name == NURSING_HOME_TOWN)
    there = np.flatnonzero(town == number)
    return int(there[np.argmax(elevation_m(xy[there], land))])


def _without_nursing_home(homes: Whole, nursing_home: int, town: Whole) -> Whole:
    """The home's own households go to the next building of its town."""
    moved = homes.copy()
    there = np.flatnonzero(town == town[nursing_home])
    other = there[there != nursing_home][0]
    moved[other] += moved[nursing_home]
    moved[nursing_home] = 0
    return moved
