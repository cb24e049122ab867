"""いま開いている資源: what a municipality's residents may see, kept in memory with where it joins the street and
when it opens, so that an answer costs its two searches and no reading of ten thousand rows.
"""

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar, cast
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import crs
from geo.area import Area
from geo.edits import openings_of
from geo.kept import Kept
from geo.means import OnStreets
from geo.openings import Opening, is_paused, opening_dates
from geo.records import kinds, municipalities, shelf
from geo.records.kinds import Kind
from geo.records.shelf import Wanted
from geo.scope import EVERYBODY, Scope, house
from geo.streets.network import frozen
from geo.streets.profile import TravelProfile
from geo.streets.snap import Snap

AHEAD_DAYS = 28  # our choice: four of each weekday; what opens on none of them is not "on Tuesdays"
_KEPT = 16  # our choice: municipalities that stay in memory; of a town some 2 MB, 40 MB with ten thousand entries
_NOUNS = ("resources", "kinds")  # what entries are made of
_KEPT_OF_EACH = 32  # our choice: more than there are things to wish for; 10 kB each

Floats = NDArray[np.float64]
Made = TypeVar("Made")


@dataclass(slots=True)
class OpenEntries:
    """The open entries of a municipality as residents see them.

    rows    as ``shelf.list_open`` gives them
    kinds   by code
    owner   (places,) int64 the row that a place belongs to: its own, then those of its halts; ascending
    lonlat  (places, 2) float64
    at      id → row
    kind_at, name_at  (rows,) int64 which of ``kinds`` each is, in their order; its place in the order of names
    has_areas  (rows,) bool whether it says where it comes to
    """

    municipality: str
    rows: Sequence[Row[Any]]
    kinds: dict[str, Kind]
    owner: NDArray[np.int64]
    lonlat: Floats
    at: dict[UUID, int]
    kind_at: NDArray[np.int64]
    name_at: NDArray[np.int64]
    has_areas: NDArray[np.bool_]
    _joined: dict[tuple[str, TravelProfile], Snap] = field(default_factory=dict)
    _openings: dict[int, tuple[Opening, ...]] = field(default_factory=dict)
    _dates: dict[tuple[int, date], tuple[date, ...]] = field(default_factory=dict)
    _kept: dict[Hashable, object] = field(default_factory=dict)

    def joined(self, area: Area, profile: TravelProfile) -> Snap:
        """(places,) where they join the street of who moves so."""
        key = area.network.version, profile
        if key not in self._joined:
            xy_m = crs.to_plane_m(self.lonlat, area.network.zone)
            self._joined[key] = OnStreets(area, profile).join(frozen(xy_m))
        return self._joined[key]

    def quickest(self, seconds: Floats) -> tuple[Floats, NDArray[np.int64]]:
        """(places,) seconds → (rows,) seconds to the nearest place of each row, inf where none is reached; and
        (rows,) which place that is, -1 for none."""
        known = np.where(np.isfinite(seconds), seconds, np.inf)
        least = np.full(len(self.rows), np.inf)
        np.minimum.at(least, self.owner, known)
        place = np.full(len(self.rows), -1, np.int64)
        is_least = np.isfinite(known) & (known == least[self.owner])
        place[self.owner[is_least][::-1]] = np.flatnonzero(is_least)[::-1]  # of equals the first
        return least, place

    def of_kinds(self, codes: Collection[str]) -> NDArray[np.bool_]:
        """(rows,) which are of one of these kinds."""
        held = frozenset(codes)
        return np.array([code in held for code in self.kinds], np.bool_)[self.kind_at]

    def count_kinds(self, rows: NDArray[np.intp] | slice = slice(None)) -> dict[str, int]:
        """How many of some rows there are of each kind."""
        counts = np.bincount(self.kind_at[rows], minlength=len(self.kinds))
        return dict(zip(self.kinds, counts.tolist(), strict=True))

    def kept(self, what: Hashable, make: Callable[[], Made]) -> Made:
        """What is made of the entries and asked for by every answer, made once under its name."""
        found = self._kept.get(what)
        if found is None:
            found = self._kept[what] = make()
            for oldest in list(self._kept)[:-_KEPT_OF_EACH]:  # of other days
                self._kept.pop(oldest, None)
        return cast("Made", found)

    def said(self, what: Hashable, of: Callable[[int], int]) -> NDArray[np.int8]:
        """(rows,) what is told of each row, a small number."""
        return self.kept(what, lambda: np.array([of(at) for at in range(len(self.rows))], np.int8))

    def paused(self, today: date) -> NDArray[np.bool_]:
        """(rows,) which rest today."""
        rests = self.said(("paused", today), lambda at: is_paused(self.rows[at], today))
        return rests.astype(np.bool_)

    def place(self, lonlat_at: int) -> tuple[float, float]:
        """lon, lat of a place."""
        lon, lat = self.lonlat[lonlat_at].tolist()
        return lon, lat

    def openings(self, at: int) -> tuple[Opening, ...]:
        """When a row opens."""
        if at not in self._openings:
            self._openings[at] = openings_of(self.rows[at])
        return self._openings[at]

    def dates(self, at: int, today: date) -> tuple[date, ...]:
        """The planned days of a row among the next ``AHEAD_DAYS``, from today on."""
        key = at, today
        if key not in self._dates:
            found = {
                day for one in self.openings(at) for day in opening_dates(one, today, AHEAD_DAYS)
            }
            if len(self._dates) > len(self.rows):  # yesterday's
                self._dates.clear()
            self._dates[key] = tuple(sorted(found))
        return self._dates[key]


class EntriesInMemory:
    """The open entries of the municipalities that were asked for last. One for a process, for all its threads."""

    def __init__(self) -> None:
        self._kept: Kept[OpenEntries] = Kept(_NOUNS, _KEPT)

    def of(self, db: Session, municipality: str) -> OpenEntries:
        """The entries of a municipality as they are now, as everybody may see them."""
        scope = Scope(municipality, EVERYBODY.role)
        return self._kept.of(db, scope, lambda: _read(db, scope))

    def open_all(self, db: Session) -> None:
        """Read those of each municipality, as many as stay in memory: before there are visitors."""
        for here in municipalities.list_all(db, house())[:_KEPT]:
            self.of(db, here.code)


def _read(db: Session, scope: Scope) -> OpenEntries:
    known = {kind.code: kind for kind in kinds.list_all(db, scope)}
    for kind in known.values():
        db.expunge(kind)  # it outlives the session
    rows = shelf.list_open(db, scope, Wanted())
    places = [(at, *lonlat) for at, row in enumerate(rows) for lonlat in places_of(row)]
    table = np.array(places, np.float64).reshape(-1, 3)
    number = {code: at for at, code in enumerate(known)}
    by_name = sorted(range(len(rows)), key=lambda at: rows[at].name)
    return OpenEntries(
        scope.municipality or "",
        rows,
        known,
        owner=table[:, 0].astype(np.int64),
        lonlat=table[:, 1:],
        at={row.id: at for at, row in enumerate(rows)},
        kind_at=np.array([number[row.kind] for row in rows], np.int64),
        name_at=np.argsort(np.array(by_name, np.int64)),
        has_areas=np.array([bool(row.service_areas) for row in rows], np.bool_),
    )


def places_of(row: Row[Any]) -> list[tuple[float, float]]:
    """Where a resource meets people, as the reader may see it: its own place, then those of its halts."""
    own = [] if row.lon is None else [(row.lon, row.lat)]
    halts = [(one["lon"], one["lat"]) for one in row.stops if one["lon"] is not None]
    return own + halts
