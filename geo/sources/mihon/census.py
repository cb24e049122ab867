"""国勢調査 2020 person by person: who lives in which building, and what is counted of them.

The people of the census tables are put into households and the households into houses, so that
meshes of any size add up. Columns are those of 「人口及び世帯」 (T001141, T001142).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.sources.mihon import people
from geo.sources.mihon.houses import NURSING_HOME_TOWN, Houses, Whole, households
from geo.sources.mihon.places import SEED, towns

Flags = NDArray[np.bool_]

_AGES_FROM = (0, 15, 18, 20, 65, 75, 85, 95)
_FOREIGN = 620
# Share of heads who live with a partner: over 65, and grown
_OLD_COUPLES, _COUPLES = 0.62, 0.66
COLUMNS = (
    *[
        f"　{what}{who}"
        for what in (
            *("人口（総数）", "０～１４歳人口", "１５歳以上人口", "１５～６４歳人口"),
            *("１８歳以上人口", "２０歳以上人口", "６５歳以上人口", "７５歳以上人口"),
            *("８５歳以上人口", "９５歳以上人口", "外国人人口"),
        )
        for who in ("　総数", "　男", "　女")
    ],
    "　世帯総数",
    "　一般世帯数",
    *[f"　{size}人世帯数　一般世帯数" for size in "１２３４５６"],
    "　７人以上世帯数　一般世帯数",
    *("　親族のみの世帯数　一般世帯数", "　核家族世帯数　一般世帯数"),
    "　核家族以外の世帯数　一般世帯数",
    "　６歳未満世帯員のいる一般世帯数　一般世帯数",
    "　６５歳以上世帯員のいる一般世帯数　一般世帯数",
    "　世帯主の年齢が２０～２９歳の１人世帯数　一般世帯数",
    *("　高齢単身世帯数　一般世帯数", "　高齢夫婦世帯数　一般世帯数"),
)


@dataclass(frozen=True, slots=True)
class Census:
    """counts[building, column], columns as in COLUMNS; by_town: (people, households)."""

    counts: Whole
    by_town: dict[str, tuple[int, int]]


@dataclass(slots=True)
class _Person:
    """Everybody, one entry each. home: number of the household, -1 in the 特養."""

    age: Whole
    is_woman: Flags
    town: Whole
    home: Whole


def take_census(houses: Houses) -> Census:
    """The census of 2020, its people put into households and houses."""
    rng = np.random.default_rng(SEED + 5)
    table = people.census()
    total = table.sum(axis=(1, 2))
    homes = households(total.astype(np.float64), people.CENSUS_HOUSEHOLDS - 1)
    everybody = _everybody(table, rng)
    _move_in(everybody, homes, rng)
    building = _buildings(houses, homes)
    counts = np.concatenate(
        [
            _people_columns(everybody, building, houses, rng),
            _home_columns(everybody, building, houses, rng),
        ],
        axis=1,
    )
    setai = homes.copy()
    setai[houses.town[houses.nursing_home]] += 1
    by_town = {town.name: (int(total[at]), int(setai[at])) for at, town in enumerate(towns())}
    return Census(counts, by_town)


def _everybody(table: Whole, rng: np.random.Generator) -> _Person:
    """People of the table, then the 100 of the 特養 taken out of their town."""
    number = int(np.argmax([town.name == NURSING_HOME_TOWN for town in towns()]))
    apart = table.copy()
    apart[number] -= people.residents()
    stacked = np.concatenate([apart, people.residents()[None]])
    town, group, sex = np.indices(stacked.shape)
    often = stacked.ravel()
    town_of = np.repeat(town.ravel(), often)
    ages = np.repeat(group.ravel(), often) * 5 + rng.integers(0, 5, int(often.sum()))
    home = np.where(town_of == len(table), -1, 0)
    return _Person(
        age=ages,
        is_woman=np.repeat(sex.ravel(), often) == 1,
        town=np.where(town_of == len(table), number, town_of),
        home=home,
    )


def _move_in(everybody: _Person, homes: Whole, rng: np.random.Generator) -> None:
    """Give everybody outside the 特養 a household of their town."""
    before = 0
    for number, count in enumerate(homes):
        there = np.flatnonzero((everybody.town == number) & (everybody.home >= 0))
        everybody.home[there] = before + _homes_of(
            everybody.age[there], everybody.is_woman[there], int(count), rng
        )
        before += int(count)


def _homes_of(age: Whole, is_woman: Flags, count: int, rng: np.random.Generator) -> Whole:
    """A household 0..count-1 for each: heads, then their partners, then children and the rest."""
    weight = np.select([age < 20, age < 30, age >= 65, is_woman], [1e-9, 0.3, 1.5, 0.5], 1.0)
    heads = np.argsort(rng.exponential(size=len(age)) / weight, kind="stable")[:count]
    home = np.full(len(age), -1, dtype=np.int64)
    home[heads] = np.arange(count)
    is_old = age[heads] >= 65
    is_grown = (age[heads] >= 28) & ~is_old
    _pair(home, heads, is_old, age >= 60, is_woman, _OLD_COUPLES, rng)
    _pair(home, heads, is_grown, (age >= 25) & (age < 65), is_woman, _COUPLES, rng)
    paired = np.bincount(home[home >= 0], minlength=count) > 1
    families = np.flatnonzero(paired & is_grown)
    old = np.flatnonzero(is_old)
    every = np.arange(count)
    rest = np.flatnonzero(home < 0)
    with_old = rng.random(len(rest)) < np.where(age[rest] < 20, 0.07, 0.45)
    home[rest] = np.where(
        with_old,
        rng.choice(old if len(old) else every, len(rest)),
        rng.choice(families if len(families) else every, len(rest)),
    )
    return home


def _pair(
    home: Whole,
    heads: Whole,
    is_kind: Flags,
    may_be: Flags,
    is_woman: Flags,
    share: float,
    rng: np.random.Generator,
) -> None:
    """A partner of the other sex for a share of these heads, into ``home``."""
    for woman in (False, True):
        alone = rng.permutation(np.flatnonzero(is_kind & (is_woman[heads] == woman)))
        free = rng.permutation(np.flatnonzero((home < 0) & may_be & (is_woman != woman)))
        number = min(round(len(alone) * share), len(free))
        home[free[:number]] = alone[:number]


def _buildings(houses: Houses, homes: Whole) -> Whole:
    """The building of each household: lived in as in 2026, as far as there are households."""
    found: list[Whole] = []
    for number, count in enumerate(homes):
        there = np.flatnonzero(houses.town == number)
        places = np.repeat(there, houses.homes[there])
        found.append(np.resize(places, int(count)))
    return np.concatenate(found)


def _summed(where: Whole, flags: Flags, houses: Houses) -> Whole:
    return np.bincount(where[flags], minlength=len(houses.xy)).astype(np.int64)


def _people_columns(
    everybody: _Person, building: Whole, houses: Houses, rng: np.random.Generator
) -> Whole:
    where = np.where(everybody.home < 0, houses.nursing_home, building[everybody.home])
    age = everybody.age
    foreign = np.zeros(len(age), dtype=bool)
    working = np.flatnonzero((age >= 18) & (age < 50))
    foreign[rng.choice(working, _FOREIGN, replace=False)] = True
    groups = [
        *[np.ones(len(age), dtype=bool), age < 15, age >= 15, (age >= 15) & (age < 65)],
        *[age >= 18, age >= 20, age >= 65, age >= 75, age >= 85, age >= 95, foreign],
    ]
    women = everybody.is_woman
    columns = [
        _summed(where, flags, houses)
        for group in groups
        for flags in (group, group & ~women, group & women)
    ]
    return np.column_stack(columns)


def _home_columns(
    everybody: _Person, building: Whole, houses: Houses, rng: np.random.Generator
) -> Whole:
    at_home = everybody.home >= 0
    home, age = everybody.home[at_home], everybody.age[at_home]
    women = everybody.is_woman[at_home]
    count = len(building)

    def number(flags: Flags) -> Whole:
        return np.bincount(home[flags], minlength=count)

    size, elders = number(age >= 0), number(age >= 65)
    related = (size >= 2) & (rng.random(count) > 0.03)
    three = related & (elders > 0) & (number(age < 20) > 0)
    couple = (size == 2) & (number((age >= 60) & women) == 1) & (number((age >= 65) & ~women) == 1)
    twenties = (size == 1) & (number((age >= 20) & (age < 30)) == 1)
    flags = [
        *[size == n for n in range(1, 7)],
        *[size >= 7, related, related & ~three, related & three, number(age < 6) > 0],
        *[elders > 0, twenties, (size == 1) & (elders == 1), couple],
    ]
    every = _summed(building, np.ones(count, dtype=bool), houses)
    with_home = every.copy()
    with_home[houses.nursing_home] += 1  # 施設等の世帯: one
    return np.column_stack([with_home, every, *(_summed(building, f, houses) for f in flags)])
