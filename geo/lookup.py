"""さがす: what is near where somebody lives, whether she may use it, and how long the walk is.

Where she lives is a square of 250 m (geo/squares.py): every way begins in its middle. An answer knows nobody, so
everybody in the square gets the same one.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, overload
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import centres, days, squares
from geo.area import Area
from geo.centres import Centre, of_square
from geo.lookup_times import Times, times_from
from geo.open_entries import OpenEntries
from geo.reach import BY_DISTANCE
from geo.records import service_areas
from geo.records.kinds import Kind
from geo.scope import Scope
from geo.streets.profile import TravelProfile
from geo.streets.route import Outward
from geo.wishes import ASKED_FOR, Fit, Wish

BROUGHT = ("comes", "fetched", "assigned")  # what reaches people by area
# Our choice: of a kind that nobody walks to within the minutes, the nearest by car; of one kind asked for, these.
BY_CAR_OF_EACH, BY_CAR_OF_ONE = 1, 5


@dataclass(frozen=True, slots=True)
class Offer:
    """One entry of the answer.

    seconds, slow_s  on foot at the usual and at a slow pace; inf where it is not walked to within the minutes
    car_s       by car, where nobody walks there
    straight_m  as the crow flies, where no streets are known
    lonlat      which of its places is meant: the nearest on foot, else by car
    fit         YES, or UNKNOWN where nobody has asked the host about something that was wished
    covers      of what comes, fetches or is assigned: whether it says so of this place
    planned     gives the planned days of the next four weeks, reckoned for what is shown alone
    place       which of the entries' places ``lonlat`` is; -1 for none
    paused      it rests today: shown after what runs, never as something that is open
    """

    resource: Row[Any]
    kind: Kind
    fit: Fit
    planned: Callable[[], tuple[date, ...]]
    seconds: float = np.inf
    slow_s: float = np.inf
    car_s: float = np.inf
    straight_m: float = np.inf
    lonlat: tuple[float, float] | None = None
    covers: bool = False
    place: int = -1
    paused: bool = False

    @property
    def dates(self) -> tuple[date, ...]:
        """The planned days of the next four weeks."""
        return self.planned()


@dataclass(frozen=True, slots=True)
class Around:
    """What lies in a square, whoever asks and for what.

    towns     that it touches, the largest part first; that of the nearest address where no outlines are known
    centres   every 包括 in charge of a part of it
    covering  ids of what says that it comes there, or fetches from there: whether to all of it
    """

    towns: tuple[str, ...]
    centres: tuple[Centre, ...]
    covering: Mapping[UUID, bool]


@dataclass(frozen=True, slots=True)
class Nearby:
    """What is near a square.

    state     joined, or why nobody knows minutes (lookup_times.Times)
    there     what lies in it
    walked    the quickest first; without streets the nearest as the crow flies; what has paused last
    driven    of kinds that nobody walks to within the minutes, the nearest by car
    brought   what comes to the home, fetches or is in charge: what says so of this place first, what has paused last
    paused    how many of walked rest today
    unsure    how many of walked and brought that run are there only because nobody has asked their host
    counts    topic → how many of walked and brought that run there are without any wish
    unconfirmed  how many of walked and brought nobody has confirmed this 年度
    is_cut    the minutes may lead beyond what the streets' data know
    search    of which the ways to what is walked to are traced; None where nobody knows minutes
    """

    state: str
    there: Around
    walked: Sequence[Offer]
    driven: tuple[Offer, ...]
    brought: tuple[Offer, ...]
    counts: dict[str, int]
    unsure: int
    unconfirmed: int
    paused: int
    is_cut: bool = False
    search: Outward | None = None

    @property
    def running(self) -> int:
        """How many one may walk to that have not paused."""
        return len(self.walked) - self.paused


def around(db: Session, scope: Scope, entries: OpenEntries, square: str) -> Around:
    """What lies in a square; holds on to no session. Raises Invalid ("outside") where no part of it lies in the
    municipality."""
    towns, in_charge = of_square(db, scope, entries, square)
    covering = service_areas.list_covering(db, scope, squares.box_of(square))
    return Around(towns, in_charge, covering)


def nearby(
    entries: OpenEntries,
    area: Area | None,
    profiles: Mapping[str, TravelProfile],
    square: str,
    there: Around,
    wish: Wish,
    today: date,
) -> Nearby:
    """What is near a square and fits the wish.

    area      None: no streets were imported
    profiles  as the municipality has them, by code
    there     what lies in the square
    """
    times = times_from(entries, area, profiles, squares.middle_of(square))
    found = _Found(entries, times, there.covering, today)
    near = _near(found)
    held = entries.of_kinds([code for code, kind in entries.kinds.items() if wish.holds(kind)])
    asked = near[held[near]]
    fits = wish.fits(entries, asked, today)
    kept, fits = asked[fits != Fit.NO], fits[fits != Fit.NO]
    rests = entries.paused(today)
    is_walked = entries.of_kinds(_reached_by(entries, BY_DISTANCE))[kept]
    is_brought = entries.of_kinds(_reached_by(entries, BROUGHT))[kept]
    return Nearby(
        state=times.state,
        there=there,
        walked=found.walked(kept[is_walked], fits[is_walked]),
        driven=_driven(found, wish, kept[is_walked & (fits == Fit.YES) & ~rests[kept]]),
        brought=found.brought(kept[is_brought], fits[is_brought]),
        counts=_counts(entries, near[~rests[near]]),
        unsure=int(((fits == Fit.UNKNOWN) & ~rests[kept]).sum()),
        unconfirmed=int((_confirmed(entries, today)[kept] == 0).sum()),
        paused=int(rests[kept[is_walked]].sum()),
        is_cut=times.is_cut,
        search=times.search,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of every entry from here. covering: ids of what says that it comes to the place."""

    entries: OpenEntries
    times: Times
    covering: Mapping[UUID, bool]
    today: date

    def offer(self, at: int, fit: int) -> Offer:
        """One row of the entries as it is shown."""
        entries, times = self.entries, self.times
        row, place = entries.rows[at], int(times.place[at])
        return Offer(
            row,
            entries.kinds[row.kind],
            Fit(fit),
            partial(entries.dates, at, self.today),
            float(times.usual[at]),
            float(times.slow[at]),
            float(times.car[at]),
            float(times.straight_m[at]),
            entries.place(place) if place >= 0 else None,
            self.covering.get(row.id, False),
            place,
            bool(entries.paused(self.today)[at]),
        )

    def walked(self, rows: NDArray[np.intp], fits: NDArray[np.int8]) -> Sequence[Offer]:
        """The quickest first, what nobody asked about after them, what has paused last; of thousands only what a page
        shows is made."""
        times, names, rests = self.times, self.entries.name_at, self.entries.paused(self.today)
        nearness = (names[rows], times.straight_m[rows], times.usual[rows])
        order = np.lexsort((*nearness, fits == Fit.UNKNOWN, rests[rows]))
        return _Offers(self, rows[order], fits[order])

    def brought(self, rows: NDArray[np.intp], fits: NDArray[np.int8]) -> tuple[Offer, ...]:
        """What says that it comes here first, then by kind; what has paused last."""
        offers = map(self.offer, rows.tolist(), fits.tolist())
        return tuple(
            sorted(offers, key=lambda one: (one.paused, not one.covers, one.kind.position))
        )


class _Offers(Sequence[Offer]):
    """Offers that are made when they are looked at."""

    def __init__(self, found: _Found, rows: NDArray[np.intp], fits: NDArray[np.int8]) -> None:
        self._found, self._rows, self._fits = found, rows, fits

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Offer: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Offer, ...]: ...
    def __getitem__(self, at: int | slice) -> Offer | tuple[Offer, ...]:
        if isinstance(at, slice):
            return tuple(map(self._found.offer, self._rows[at].tolist(), self._fits[at].tolist()))
        return self._found.offer(int(self._rows[at]), int(self._fits[at]))


def _confirmed(entries: OpenEntries, today: date) -> NDArray[np.int8]:
    """(rows,) whether somebody has confirmed an entry within this 年度."""

    def is_confirmed(at: int) -> bool:
        return days.freshness(entries.rows[at].confirmed_on, today) == "confirmed"

    return entries.said(("confirmed", today), is_confirmed)


def _reached_by(entries: OpenEntries, reaches: Collection[str]) -> list[str]:
    return [code for code, kind in entries.kinds.items() if kind.reach in reaches]


def _near(found: _Found) -> NDArray[np.intp]:
    """Rows within the minutes on foot, or serving this place; what does not say where it serves may do so. The 包括
    stand in ``centres``."""
    entries, times = found.entries, found.times
    by_area = _reached_by(entries, BROUGHT)
    served = entries.of_kinds([code for code in by_area if code != centres.KIND])
    serves = ~entries.has_areas
    serves[[entries.at[id_] for id_ in found.covering if id_ in entries.at]] = True
    reached = np.isfinite(times.usual) | np.isfinite(times.straight_m)
    return np.flatnonzero(np.where(entries.of_kinds(by_area), served & serves, reached))


def _driven(found: _Found, wish: Wish, walked: NDArray[np.intp]) -> tuple[Offer, ...]:
    """Of each kind that is asked about and not walked to, the nearest by car; of one kind asked for, several."""
    entries, car_s = found.entries, found.times.car
    most = BY_CAR_OF_ONE if wish.kind else BY_CAR_OF_EACH
    there = entries.count_kinds(walked)
    wanted = [
        code
        for code in _reached_by(entries, BY_DISTANCE)
        if not there[code] and wish.holds(entries.kinds[code])
    ]
    is_far = np.isfinite(car_s) & ~np.isfinite(found.times.usual)
    offers = []
    for code in wanted:
        far = np.flatnonzero(is_far & entries.of_kinds([code]))
        far = far[wish.fits(entries, far, found.today) == Fit.YES]
        far = far[~entries.paused(found.today)[far]]
        nearest = far[np.argsort(car_s[far], kind="stable")][:most]
        offers += [found.offer(at, Fit.YES) for at in nearest.tolist()]
    return tuple(sorted(offers, key=lambda one: one.car_s))


def _counts(entries: OpenEntries, near: NDArray[np.intp]) -> dict[str, int]:
    there = entries.count_kinds(near)
    kinds = entries.kept("topics", lambda: _kinds_of_topics(entries))
    return {topic: sum(there[code] for code in codes) for topic, codes in kinds.items()}


def _kinds_of_topics(entries: OpenEntries) -> dict[str, tuple[str, ...]]:
    return {
        topic: tuple(code for code, kind in entries.kinds.items() if Wish(topic=topic).holds(kind))
        for topic in ("", *ASKED_FOR)
    }
