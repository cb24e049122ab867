"""The people of each town by five years of age and sex: 住基 of 2026 and the census of 2020.

Both are made from the city's totals and each town's share of older people by proportional
fitting, then rounded so that the city's totals are exact. Age groups: 0-4, 5-9, … 95-99, 100+.
"""

import numpy as np
from numpy.typing import NDArray

from geo.sources.mihon.houses import NURSING_HOME_TOWN, Whole, shared_out
from geo.sources.mihon.places import Town, towns

Floats = NDArray[np.float64]

GROUPS = 21
# 60,200 people: 65+ 18,600, 75+ 10,200, 85+ 3,500 (PRACTICE)
REGISTER_AGES = np.array(
    [
        *[1850, 2250, 2600, 2800, 2500, 2500, 2750, 3100, 3600, 4350, 4850, 4350, 4100],
        *[3950, 4450, 3900, 2800, 2050, 1080, 330, 40],
    ]
)
# 62,100 people: 65+ 18,000, 75+ 9,150, 85+ 3,100
CENSUS_AGES = np.array(
    [
        *[2250, 2600, 2800, 2850, 2550, 2750, 3100, 3600, 4350, 4900, 4350, 4150, 3850],
        *[4500, 4350, 3400, 2650, 1950, 850, 260, 40],
    ]
)
CENSUS_HOUSEHOLDS = 24_100
_MALE = np.array([0.512] * 4 + [0.515] * 4 + [0.508] * 3 + [0.502, 0.494] + [0.486, 0.474]) * 1.0
_MALE = np.concatenate([_MALE, [0.453, 0.418, 0.358, 0.272, 0.191, 0.12]])
# 100 residents of the 特養 by age group from 70-74 on; one in five is a man
_RESIDENTS = np.array([2, 5, 14, 33, 32, 12, 2])
_GROWTH = {"hamlet": 1.16, "rural": 1.08, "estate": 1.09, "urban": 1.03, "suburb": 0.99}
# 北が丘 was built in 1974: who moved in at thirty is past eighty now
_ESTATE_2026 = {14: 0.9, 15: 1.5, 16: 2.1, 17: 2.0, 18: 1.5}
_ESTATE_2020 = {14: 1.8, 15: 2.2, 16: 1.7, 17: 0.9, 18: 0.7}


def register() -> Whole:
    """住基 of 令和8年10月1日: (towns, 21 ages, 2 sexes), men first."""
    people = np.array([town.people for town in towns()], dtype=np.float64)
    return _made(people, REGISTER_AGES, _ESTATE_2026, 0.0)


def census() -> Whole:
    """国勢調査 of 令和2年10月1日, the same shape. Hamlets had more people then."""
    grown = np.array([town.people * _GROWTH[town.kind] for town in towns()])
    people = shared_out(grown, int(CENSUS_AGES.sum())).astype(np.float64)
    return _made(people, CENSUS_AGES, _ESTATE_2020, -0.08)


def residents() -> Whole:
    """(21 ages, 2 sexes) of the 特養."""
    found = np.zeros((GROUPS, 2), dtype=np.int64)
    found[14:, 0] = shared_out(_RESIDENTS.astype(np.float64), 20)
    found[14:, 1] = _RESIDENTS - found[14:, 0]
    return found


def _made(people: Floats, ages: Whole, estate: dict[int, float], shift: float) -> Whole:
    columns = _by_sex(ages)
    home = residents()
    number = next(at for at, town in enumerate(towns()) if town.name == NURSING_HOME_TOWN)
    rows = people.copy()
    rows[number] -= home.sum()
    seed = np.array([_seed(town, ages, estate, shift) for town in towns()])
    seed = seed[:, :, None] * (columns / columns.sum(axis=1, keepdims=True))[None]
    fitted = _fitted(seed.reshape(len(rows), -1), rows, (columns - home).ravel())
    whole = np.column_stack(
        [shared_out(fitted[:, at], int(total)) for at, total in enumerate((columns - home).ravel())]
    ).reshape(len(rows), GROUPS, 2)
    whole[number] += home
    return whole


def _by_sex(ages: Whole) -> Whole:
    men = np.round(ages * _MALE).astype(np.int64)
    return np.column_stack([men, ages - men])


def _seed(town: Town, ages: Whole, estate: dict[int, float], shift: float) -> Floats:
    """How a town's ages lean, before fitting."""
    share = town.older / 100 + shift
    lean = np.log(share / (1 - share)) - np.log(0.31 / 0.69)
    slope = np.concatenate(
        [np.full(3, -0.5), np.full(7, -0.15), np.full(3, 0.25), np.ones(2), np.full(2, 1.15)]
    )
    slope = np.concatenate([slope, np.full(4, 1.3)])
    seed = ages * np.exp(lean * slope)
    if town.kind == "estate":
        for group, factor in estate.items():
            seed[group] *= factor
    return np.asarray(seed, dtype=np.float64)


def _fitted(seed: Floats, rows: Floats, columns: Whole) -> Floats:
    """Proportional fitting to both margins."""
    fitted = seed.astype(np.float64)
    for _ in range(60):
        fitted *= (rows / fitted.sum(axis=1))[:, None]
        fitted *= (columns / np.maximum(fitted.sum(axis=0), 1e-9))[None, :]
    return fitted
