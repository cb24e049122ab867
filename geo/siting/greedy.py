"""順に選ぶ・入れかえる: a choice one place after the other, and bettered by exchanging one for another.

Quick and never proven: it stands beside the proven choice, and gives it something to beat.
"""

from collections.abc import Callable

import numpy as np

from geo.siting.cover import Chosen, Floats, Rows, Wanted

_ROUNDS = 20  # our choice: it ends long before
_BETTER = 1e-9  # people: less is the rounding of sums


def greedy(rows: Rows, wanted: Wanted) -> Chosen:
    """Each time the place that adds most; areas that lack something go first. Without those that add nothing, unless
    an area needs them."""
    chosen = list(wanted.must)
    while len(chosen) < wanted.most:
        adds, lacks = _adds(rows, wanted, chosen)
        may = _may_join(wanted, rows.places, chosen)
        best = _best(adds, lacks, may)
        if best is None or (
            adds[best] <= _BETTER and not lacks[best] and not _needs(wanted, chosen)
        ):
            break
        chosen.append(best)
    return np.array(chosen, np.int32)


def exchanged(rows: Rows, wanted: Wanted, chosen: Chosen, look: Callable[[], None]) -> Chosen:
    """One for another as long as that betters the choice, each chosen place in turn. ``look`` is called before each and
    may raise to stop."""
    mine = chosen.tolist()
    worth = _worth(rows, wanted, mine)
    for _ in range(_ROUNDS):
        before = worth
        for at in range(len(wanted.must), len(mine)):
            look()
            others = mine[:at] + mine[at + 1 :]
            adds, lacks = _adds(rows, wanted, others)
            best = _best(adds, lacks, _may_join(wanted, rows.places, others))
            tried = [*mine[:at], best, *mine[at + 1 :]] if best is not None else mine
            if (better := _worth(rows, wanted, tried)) > worth:
                mine, worth = tried, better
        if worth <= before:
            break
    return np.array(mine, np.int32)


def in_order(rows: Rows, chosen: Chosen) -> tuple[Chosen, Floats]:
    """The chosen with those first that add most to the ones before, and what each adds."""
    left, ordered, adds = set(chosen.tolist()), [], []
    covered = np.zeros(len(rows), np.bool_)
    while left:
        scores = rows.scores(np.where(covered, 0.0, rows.weight))
        best = max(left, key=lambda place: (scores[place], -place))
        ordered.append(best)
        adds.append(float(scores[best]))
        left.remove(best)
        covered = rows.times(ordered) > 0
    return np.array(ordered, np.int32), np.array(adds, np.float64)


def _worth(rows: Rows, wanted: Wanted, chosen: list[int]) -> tuple[float, float]:
    """The larger the better: first that no area lacks anything, then the weight."""
    return round(-wanted.lacking(rows, chosen), 6), round(rows.value(chosen), 6)


def _adds(rows: Rows, wanted: Wanted, chosen: list[int]) -> tuple[Floats, Floats]:
    """(places,) what each adds in weight, and in people of areas that lack some (at most all that they lack)."""
    free = rows.times(chosen) == 0
    adds = rows.scores(np.where(free, rows.weight, 0.0))
    lacks = np.zeros(rows.places)
    for area in np.flatnonzero(wanted.least_people > 0):
        here = rows.area == area
        short = wanted.least_people[area] - rows.people[here & ~free].sum()
        if short > _BETTER:
            new = rows.scores(np.where(here & free, rows.people, 0.0))
            lacks += np.minimum(new, short)
    return adds, lacks


def _needs(wanted: Wanted, chosen: list[int]) -> int:
    """How many of the places still to choose are spoken for by areas."""
    return int(np.maximum(wanted.least_places - wanted.by_area(chosen), 0).sum())


def _may_join(wanted: Wanted, places: int, chosen: list[int]) -> np.ndarray:
    """(places,) bool: which can be chosen next so that every area still gets its own."""
    may = np.ones(places, np.bool_)
    may[list(wanted.never)] = may[chosen] = False
    if _needs(wanted, chosen) >= wanted.most - len(chosen):
        short = wanted.by_area(chosen) < wanted.least_places
        may &= (wanted.area >= 0) & short[np.maximum(wanted.area, 0)] if len(short) else False
    return may


def _best(adds: Floats, lacks: Floats, may: np.ndarray) -> int | None:
    if not may.any():
        return None
    order = np.lexsort((np.arange(len(adds)), -adds, -lacks))
    return int(order[may[order]][0])
