"""どこに開くと多くの人に届くか: the best choice of places, proven, with the quick one beside it.

Greedy, exchanges, then a bound (bound.py) that rules out most places; HiGHS proves the rest. What is left after the
bound is some tens of places whose homes collapse once more, instead of thousands.
"""

from dataclasses import dataclass, replace
from time import monotonic
from typing import Protocol

import numpy as np

from geo.siting import proof
from geo.siting.bound import bound
from geo.siting.cover import Chosen, Floats, Rows, Wanted
from geo.siting.greedy import exchanged, greedy, in_order

SAME = 0.01  # our choice: people; a hundredth of a person is no difference between two choices


_ROUNDS = 3  # our choice: a better choice met on the way begins the bound anew; more never came


class Told(Protocol):
    """Hears how far it is; may raise to stop."""

    def __call__(self, stage: str, value: float, limit: float) -> None:
        """stage: greedy, bound, proof; value: covered so far; limit: what no choice exceeds (inf: not known yet)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen.

    chosen  places, those first that add most; adds (n,) float64 what each adds to the ones before
    value   what they cover; limit: no choice covers more; is_proven: the two are the same (SAME)
    greedy  the choice one by one; greedy_value; None where it does not meet what areas want
    places, rows, entries            of the model at first
    places_left, rows_left           of what was left to HiGHS; 0 where the bound alone was the proof
    seconds of the choosing
    """

    chosen: Chosen
    adds: Floats
    value: float
    limit: float
    greedy: Chosen | None
    greedy_value: float | None
    places: int
    rows: int
    entries: int
    places_left: int
    rows_left: int
    seconds: float

    @property
    def is_proven(self) -> bool:
        """Whether no choice is better."""
        return self.limit - self.value <= 3 * SAME


def choose(rows: Rows, wanted: Wanted, within_s: float, told: Told) -> Choice | None:
    """The best choice that can be found in about so many seconds; None where none is as wanted, or none was found.

    Raises Invalid for a wish that no choice can meet by its numbers alone, and what ``told`` raises.
    """
    began = monotonic()
    wanted.check(rows.places)
    never = np.zeros(rows.places, np.bool_)
    never[list(wanted.never)] = True
    whole, rows = rows, rows.without(never)
    one_by_one = greedy(rows, wanted)
    value = rows.value(one_by_one)
    told("greedy", value, np.inf)
    best = exchanged(rows, wanted, one_by_one, lambda: told("greedy", value, np.inf))
    known = best if _is_as_wanted(rows, wanted, best) else None
    if known is not None:
        told("greedy", rows.value(known), np.inf)
    found, limit, left = _proven(rows, wanted, known, began + within_s, told)
    if found is None:
        return None
    chosen, adds = in_order(rows, found)
    quick = one_by_one if _is_as_wanted(rows, wanted, one_by_one) else None
    value = rows.value(chosen)
    return Choice(
        chosen=chosen,
        adds=adds,
        value=value,
        limit=max(limit, value),
        greedy=None if quick is None else in_order(rows, quick)[0],
        greedy_value=None if quick is None else rows.value(quick),
        places=rows.places,
        rows=len(whole),
        entries=len(whole.place),
        places_left=left[0],
        rows_left=left[1],
        seconds=monotonic() - began,
    )


def _is_as_wanted(rows: Rows, wanted: Wanted, chosen: Chosen) -> bool:
    enough = (wanted.by_area(chosen) >= wanted.least_places).all()
    return bool(enough) and wanted.lacking(rows, chosen) <= 1e-6


def _proven(
    rows: Rows, wanted: Wanted, known: Chosen | None, until: float, told: Told
) -> tuple[Chosen | None, float, tuple[int, int]]:
    """(choice, limit, (places, rows) left to HiGHS)."""
    left, narrow, limit = rows, wanted, np.inf
    if known is not None:
        left, narrow, known, limit = _narrowed(rows, wanted, known, told)
        if limit - rows.value(known) <= 2 * SAME:
            return known, limit, (0, 0)
    aside = rows.value(narrow.must)  # covered whatever happens
    rest = left.without(np.zeros(rows.places, np.bool_), narrow.must)
    free = replace(
        narrow,
        must=(),
        never=(*narrow.never, *narrow.must),
        most=narrow.most - len(narrow.must),
        least_places=np.maximum(narrow.least_places - narrow.by_area(narrow.must), 0),
        least_people=np.maximum(narrow.least_people - _covered(rows, narrow, narrow.must), 0.0),
    )
    begun = None
    if known is not None and set(narrow.must) <= set(known.tolist()):
        begun = np.setdiff1d(known, narrow.must).astype(np.int32)

    def hear(value: float, bound_: float) -> None:
        told("proof", value + aside, min(limit, bound_ + aside))

    size = (len(np.unique(rest.place)), len(rest))
    found = proof.solve(rest, free, begun, max(until - monotonic(), 1.0), SAME, hear)
    if found.chosen is None:  # nothing better than what is known, if anything
        return known, _limit(rows, known, found, limit), size
    best = np.concatenate([np.array(narrow.must, np.int32), found.chosen])
    if known is not None and rows.value(known) >= rows.value(best):
        best = known
    top = max(found.bound + aside, rows.value(best))
    if known is not None:
        top = max(top, rows.value(known) + SAME)  # what was ruled out is no better than that
    return best, min(top, limit), size


def _limit(rows: Rows, known: Chosen | None, found: proof.Proof, limit: float) -> float:
    if found.is_impossible and known is not None:
        return min(limit, rows.value(known) + SAME)
    return limit


def _narrowed(
    rows: Rows, wanted: Wanted, known: Chosen, told: Told
) -> tuple[Rows, Wanted, Chosen, float]:
    """Without the places that are in no better choice, with those that are in every better one; the best choice known
    by then, and the limit."""
    aside = rows.value(wanted.must)
    free = rows.without(np.zeros(rows.places, np.bool_), wanted.must)
    must = np.array(wanted.must, np.int32)
    out, needed = np.zeros(rows.places, np.bool_), np.zeros(rows.places, np.bool_)
    limit, begun = np.inf, rows.value(known)

    def hear(value: float, least: float) -> None:
        told("bound", value + aside, min(limit, least + aside))

    def look() -> None:
        told("bound", begun, limit)

    def may(some: Chosen) -> bool:
        return _is_as_wanted(rows, wanted, np.union1d(must, some).astype(np.int32))

    for _ in range(_ROUNDS):
        others = np.setdiff1d(known, must).astype(np.int32)
        found = bound(free, wanted.most - len(must), others, SAME, may, hear)
        out, needed = out | found.is_out, needed | found.is_in
        limit = min(limit, found.value + aside)
        if found.known is others:
            break
        met = np.concatenate([must, np.setdiff1d(found.known, must)]).astype(np.int32)
        known = exchanged(rows, wanted, met, look)
    out[known] = False  # the known choice stays possible
    needed &= np.isin(np.arange(rows.places), known)
    never = np.union1d(wanted.never, np.flatnonzero(out)).astype(int)
    kept = np.union1d(must, np.flatnonzero(needed)).astype(int)
    narrow = replace(wanted, must=tuple(kept.tolist()), never=tuple(never.tolist()))
    return rows.without(out), narrow, known, limit


def _covered(rows: Rows, wanted: Wanted, chosen: tuple[int, ...]) -> Floats:
    """(areas,) people covered by the chosen."""
    held = (rows.times(chosen) > 0) & (rows.area >= 0)
    areas = len(wanted.least_people)
    return np.bincount(rows.area[held], rows.people[held], minlength=areas).astype(np.float64)
