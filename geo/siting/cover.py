"""最大被覆: the question of where to open as a model, and homes that are alike in it taken as one.

Maximal covering (Church & ReVelle 1974): choose ``most`` places so that the people within reach of at least one
of them weigh most. Homes with the same places within reach, in the same area, are one row: they are covered
together or not at all, so nothing of the answer is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import Invalid
from geo.siting.within import Within
from geo.streets.compiled import Number, compiled
from geo.streets.network import frozen

Floats = NDArray[np.float64]
Chosen = NDArray[np.int32]  # rows of places
SomePlaces = Sequence[int] | NDArray[np.signedinteger]  # the same, however it comes


@dataclass(frozen=True, slots=True)
class Rows:
    """Homes taken together. Row i of each array but ``place`` is the same one.

    first   (rows + 1,) int64   places of row i are place[first[i] : first[i + 1]]
    place   (n,)        int32   ascending within a row
    weight  (rows,)     float64 what covering it is worth
    people  (rows,)     float64 people in it
    area    (rows,)     int32   -1 for none
    places  how many places there are
    """

    first: NDArray[np.int64]
    place: NDArray[np.int32]
    weight: Floats
    people: Floats
    area: NDArray[np.int32]
    places: int

    def __len__(self) -> int:
        return len(self.weight)

    def times(self, chosen: SomePlaces) -> NDArray[np.int32]:
        """(rows,) int32: by how many of the chosen each row is covered."""
        return _times(self.first, self.place, _mask(self.places, chosen))

    def scores(self, price: Floats) -> Floats:
        """(places,) float64: prices of the rows that each place covers, added."""
        return _scores(self.first, self.place, price, self.places)

    def value(self, chosen: SomePlaces) -> float:
        """What the rows weigh that at least one of the chosen covers."""
        return float(self.weight[self.times(chosen) > 0].sum())

    def without(self, gone: NDArray[np.bool_], chosen: SomePlaces = ()) -> "Rows":
        """Without some places (places,) and without what is covered by the chosen; collapsed anew. Numbers of places
        stay."""
        row = np.repeat(np.arange(len(self)), np.diff(self.first))
        kept = ~gone[self.place] & (self.times(chosen) == 0)[row]
        many = np.bincount(row[kept], minlength=len(self))
        return _together(many, self.place[kept], self.weight, self.people, self.area, self.places)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a choice has to be.

    most          places to choose at most
    must, never   rows of places that are chosen whatever happens, or not at all
    area          (places,) int32 in which area each lies; -1 for none
    least_places  (areas,) int64 so many of the chosen at least in each area
    least_people  (areas,) float64 people of each area who must be covered by the chosen, at least
    """

    most: int
    must: tuple[int, ...]
    never: tuple[int, ...]
    area: NDArray[np.int32]
    least_places: NDArray[np.int64]
    least_people: Floats

    def check(self, places: int) -> None:
        """Raises Invalid where no choice can be such: must_and_never, too_many_must, least_too_many."""
        if set(self.must) & set(self.never):
            raise Invalid(fields={"never": "must_and_never"})
        if len(self.must) > self.most:
            raise Invalid(fields={"must": "too_many_must"})
        free = np.isin(np.arange(places), self.never, invert=True)
        there = self.by_area(np.flatnonzero(free))
        must = np.maximum(self.least_places - self.by_area(self.must), 0).sum() + len(self.must)
        if (there < self.least_places).any() or must > self.most:
            raise Invalid(fields={"least_places": "least_too_many"})

    def by_area(self, chosen: SomePlaces) -> NDArray[np.int64]:
        """(areas,) int64: how many of the chosen lie in each area."""
        area = self.area[np.asarray(chosen, np.int64)]
        return np.bincount(area[area >= 0], minlength=len(self.least_places)).astype(np.int64)

    def lacking(self, rows: Rows, chosen: SomePlaces) -> float:
        """People of areas who are not covered though so many must be; 0 where the choice is as wanted."""
        covered = np.where(rows.times(chosen) > 0, rows.people, 0.0)
        inside = rows.area >= 0
        by_area = np.bincount(rows.area[inside], covered[inside], minlength=len(self.least_people))
        return float(np.maximum(self.least_people - by_area, 0).sum())


def collapse(
    within: Within,
    weight: Floats,
    people: Floats,
    area: NDArray[np.int32],
    counts: NDArray[np.bool_],
) -> Rows:
    """Homes (n,) with somebody to cover, those alike as one row; homes that do not count (reached today, or of whom
    nobody knows) and homes out of reach of every place are in none."""
    kept = counts & ((weight > 0) | (people > 0))
    inside = kept[within.home]
    home, place = within.home[inside], within.place[inside]
    order = np.argsort(home, kind="stable")  # places stay ascending within a home
    many = np.bincount(home, minlength=within.homes)
    return _together(many, place[order], weight, people, area, len(within.first) - 1)


def _together(
    many: NDArray[np.int64],
    place: NDArray[np.int32],
    weight: Floats,
    people: Floats,
    area: NDArray[np.int32],
    places: int,
) -> Rows:
    """Rows with the same places and area as one, in the order in which they are first met."""
    first = np.concatenate([[0], np.cumsum(many)])
    number: dict[tuple[int, bytes], int] = {}
    of, kept = [], []
    for row in np.flatnonzero(many).tolist():
        mine = place[first[row] : first[row + 1]].tobytes()
        key = (int(area[row]), mine)
        if key not in number:
            number[key] = len(number)
            kept.append(row)
        of.append(number[key])
    old = np.flatnonzero(many)
    sums = [np.bincount(of, values[old], minlength=len(kept)) for values in (weight, people)]
    ends = np.concatenate([[0], np.cumsum(many[kept])]) if kept else np.zeros(1)
    parts = [place[first[row] : first[row + 1]] for row in kept] or [np.zeros(0, np.int32)]
    return Rows(
        frozen(ends.astype(np.int64)),
        frozen(np.concatenate(parts).astype(np.int32)),
        frozen(sums[0].astype(np.float64)),
        frozen(sums[1].astype(np.float64)),
        frozen(area[kept].astype(np.int32)),
        places,
    )


def _mask(places: int, chosen: SomePlaces) -> NDArray[np.bool_]:
    mask = np.zeros(places, np.bool_)
    mask[np.asarray(chosen, np.int64)] = True
    return mask


@compiled
def _times(
    first: NDArray[np.int64], place: NDArray[np.int32], is_chosen: NDArray[np.bool_]
) -> NDArray[np.int32]:
    found = np.zeros(len(first) - 1, np.int32)
    for row in range(len(found)):
        for at in range(first[row], first[row + 1]):
            if is_chosen[place[at]]:
                found[row] += 1
    return found


@compiled
def _scores(
    first: NDArray[np.int64], place: NDArray[np.int32], price: Floats, places: Number
) -> Floats:
    found = np.zeros(places)
    for row in range(len(first) - 1):
        if price[row] != 0.0:
            for at in range(first[row], first[row + 1]):
                found[place[at]] += price[row]
    return found
