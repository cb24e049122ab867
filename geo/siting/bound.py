"""上限: how much any choice can cover at most, and which places that rules out.

Lagrangian relaxation of "covered only by a chosen place" (Galvão & ReVelle 1996), bettered by steps along the
subgradient. With prices u of the rows between 0 and their weight, no choice covers more than

    sum(weight - u) + the sum of the ``most`` largest scores,   score of a place = sum of u of its rows.

A place that would have to push one of the largest aside for that, and then stays below what a known choice covers,
is in no better choice (reduced cost fixing); one without which the bound falls below it is in every better choice.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.siting.cover import Chosen, Floats, Rows

STEPS = 400  # our choice: after 200 to 300 the bound of みほん市 hardly moves
_HALVED_AFTER = 12  # our choice: steps without a better bound
_SMALLEST = 0.005

Told = Callable[[float, float], None]  # the best choice and the bound so far; may raise to stop
May = Callable[[Chosen], bool]


@dataclass(frozen=True, slots=True)
class Bound:
    """No choice covers more than ``value``; (places,) bool: whether each is in no better choice than ``known``, or in
    every better one. known: the choice that was given, or a better one met on the way."""

    known: Chosen
    value: float
    is_out: NDArray[np.bool_]
    is_in: NDArray[np.bool_]


def bound(rows: Rows, most: int, known: Chosen, margin: float, may: May, told: Told) -> Bound:
    """The least bound that was found.

    known   a choice of at most ``most`` places; margin: how much better one has to be to count as better
    may     whether a choice that is met on the way is as wanted: the bound itself knows of no wishes
    """
    best = rows.value(known)
    is_out, is_in = np.zeros(rows.places, np.bool_), np.zeros(rows.places, np.bool_)
    price = _start(rows, known)
    least, step, waited = np.inf, 1.5, 0
    for number in range(STEPS):
        scores = rows.scores(price)
        order = np.argsort(-scores, kind="stable")
        top = order[:most]
        value = float((rows.weight - price).sum() + scores[top].sum())
        if value < least - 1e-9:
            least, waited = value, 0
        else:
            waited += 1
        is_out |= _ruled_out(scores, order, most, value, best + margin)
        is_in |= _needed(scores, order, most, value, best + margin)
        if least <= best + margin or step < _SMALLEST:
            break
        if waited >= _HALVED_AFTER:
            step, waited = step / 2, 0
        times = rows.times(top)
        covers = float(rows.weight[times > 0].sum())
        if covers > best + margin and may(top.astype(np.int32)):
            known, best = top.astype(np.int32), covers
        slope = times.astype(np.float64) - 1.0
        still = ((price <= 0) & (slope > 0)) | ((price >= rows.weight) & (slope < 0))
        slope[still] = 0.0
        length = float(slope @ slope)
        if length == 0:
            break
        price = np.clip(price - step * (value - best) / length * slope, 0.0, rows.weight)
        if number % 20 == 0:
            told(best, least)
    return Bound(known, max(least, best), is_out, is_in)


def _start(rows: Rows, known: Chosen) -> Floats:
    """What the known choice covers more than once is cheap: nobody pays for it alone."""
    return rows.weight / np.maximum(rows.times(known), 1)


def _ruled_out(
    scores: Floats, order: NDArray[np.int64], most: int, value: float, target: float
) -> NDArray[np.bool_]:
    """Places outside the largest with which the bound stays below the target."""
    out = np.zeros(len(scores), np.bool_)
    if most < len(order):
        rest = order[most:]
        out[rest] = value - scores[order[most - 1]] + scores[rest] < target
    return out


def _needed(
    scores: Floats, order: NDArray[np.int64], most: int, value: float, target: float
) -> NDArray[np.bool_]:
    """Places among the largest without which the bound falls below the target."""
    needed = np.zeros(len(scores), np.bool_)
    if most < len(order):
        top = order[:most]
        needed[top] = value - scores[top] + scores[order[most]] < target
    return needed
