"""選べる数と近さ: how many of a kind people have within the limit, and how many minutes it is to the nearest.

Each entry counts by itself: what is open often enough only together with others is within reach (gap_map), but no
choice of its own. People of whom nobody knows whether they reach one are left out of all numbers here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo import crs
from geo.access.coverage import State, is_within
from geo.area import Area
from geo.gap_map import GapMap, OfKind
from geo.gap_offers import Entry, OfferSet, Reaches, entries, offers
from geo.gap_questions import LONGEST_MIN, GapQuestion
from geo.gap_reach import Limit, Mask, Town, counting, days_of, is_enough
from geo.means import OnStreets
from geo.possible_homes import Residents
from geo.scope import Scope
from geo.streets.network import frozen

Floats = NDArray[np.float64]
FAR = 0.9  # our choice: nine of ten live no farther than this


@dataclass(frozen=True, slots=True)
class Choice:
    """People of one area, or of all (id None, no name), and what they may choose among.

    people            of whom it is known, float64; the others are left out
    none, one, more   of them who have nothing, exactly one, two or more within the limit; they add up to ``people``
    median            how many half of them have at least; None for nobody
    nearest_min, far_min   minutes within which half of them, and nine of ten, get to the nearest; inf: farther than
                           the search goes (LONGEST_MIN); None for nobody, and for what goes by area
    """

    id: UUID | None
    code: str
    name: str
    people: float
    none: float
    one: float
    more: float
    median: int | None
    nearest_min: float | None
    far_min: float | None


@dataclass(frozen=True, slots=True)
class Choices:
    """Areas in the order of their codes, and everybody as one."""

    rows: tuple[Choice, ...]
    everybody: Choice


def choices(
    db: Session, scope: Scope, residents: Residents, area: Area, found: GapMap, as_of: date
) -> Choices:
    """Of an answer about one kind: the choice within the limit that leads, by area."""
    (of,) = found.of
    town = Town(db, scope, residents, area, found.question.rhythm)
    town.joined(of.leading.profile)  # its homes are what ``inside`` and ``areas`` speak of
    alone = _each_alone(entries(db, scope, of.kind.code), of, found.question, as_of)
    count = np.zeros(len(found.living.people), np.int32)
    usable = is_enough(found.question.rhythm)
    nearest_s = None if of.by_area else np.full(len(count), np.inf)
    together: dict[Reaches, list[tuple[float, float]]] = {}
    for sets in alone:
        here = np.zeros(len(count), np.bool_)
        for one in sets:
            if "usual" in counting(one) and usable(days_of(town, one)[None])[0]:
                here |= _within(town, one, of.leading)
                together.setdefault(one.reaches, []).extend(place[:2] for place in one.places)
        count += here
    if nearest_s is not None:
        for reaches, places in together.items():
            if reaches.by_place and places:
                seconds = _seconds(town, of.leading, places, LONGEST_MIN)
                held = _held(town, of.leading, reaches)
                nearest_s = np.minimum(nearest_s, np.where(held, seconds, np.inf))
    return _told(town, found, count, nearest_s)


def _each_alone(
    every: Sequence[Entry], of: OfKind, question: GapQuestion, as_of: date
) -> list[tuple[OfferSet, ...]]:
    return [offers(of.kind, (one,), question, as_of).sets for one in every]


def _within(town: Town, one: OfferSet, limit: Limit) -> Mask:
    """(homes,) whether a set is within the limit of a home, or comes to it."""
    held = _held(town, limit, one.reaches)
    if not one.reaches.by_place:
        return held if one.reaches.areas else np.zeros_like(held)
    seconds = _seconds(town, limit, [place[:2] for place in one.places], limit.minutes)
    return is_within(seconds, limit.minutes * 60) & held


def _held(town: Town, limit: Limit, reaches: Reaches) -> Mask:
    """(homes,) whom a set is for."""
    homes = len(town.joined(limit.profile).snap)
    return town.inside(reaches.areas) if reaches.areas else np.ones(homes, np.bool_)


def _seconds(
    town: Town, limit: Limit, places: Sequence[tuple[float, float]], minutes: float
) -> Floats:
    """(homes,) seconds of each home to the nearest of some places, inf beyond so many minutes."""
    means, joined = OnStreets(town.area, limit.profile), town.joined(limit.profile)
    snap = means.join(frozen(crs.to_plane_m(np.array(places, np.float64), town.area.network.zone)))
    return means.seconds(snap, minutes * 60, backward=True).at(joined.snap).seconds


def _told(town: Town, found: GapMap, count: NDArray[np.int32], nearest_s: Floats | None) -> Choices:
    told = town.areas(found.question.level)
    people = found.living.people[:, found.question.band]
    known = (found.leading.state() != State.UNKNOWN) & (people > 0)

    def one(who: tuple[UUID | None, str, str], here: Mask) -> Choice:
        homes = np.flatnonzero(here & known)
        held, many = people[homes], count[homes]
        minutes = None if nearest_s is None else nearest_s[homes] / 60
        return Choice(
            *who,
            people=float(held.sum()),
            none=float(held[many == 0].sum()),
            one=float(held[many == 1].sum()),
            more=float(held[many > 1].sum()),
            median=None if len(homes) == 0 else int(quantile(many, held, 0.5) or 0),
            nearest_min=None if minutes is None else quantile(minutes, held, 0.5),
            far_min=None if minutes is None else quantile(minutes, held, FAR),
        )

    rows = tuple(one(who, told.group == at) for at, who in enumerate(told.areas))
    return Choices(rows, one((None, "", ""), np.ones(len(people), np.bool_)))


def quantile(values: NDArray, people: Floats, share: float) -> float | None:
    """The smallest of the values that at least this share of the people do not exceed; None for nobody.

    values  (n,); inf stays inf: where too many have none, no number stands for them
    """
    if people.sum() <= 0:
        return None
    order = np.argsort(values, kind="stable")
    so_far = np.cumsum(people[order])
    at = int(np.searchsorted(so_far, share * so_far[-1] * (1 - 1e-12)))
    return float(values[order[min(at, len(order) - 1)]])
