"""いま開いている資源: what a municipality's residents may see, kept in memory with where it joins the street and
when it opens, so that an answer costs its two searches and no reading of ten thousand rows.
"""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import crs
from geo.area import Area
from geo.edits import opening_of
from geo.means import OnStreets
from geo.openings import Opening, opening_dates
from geo.records import kinds, shelf, versions
from geo.records.kinds import Kind
from geo.records.shelf import Wanted
from geo.scope import EVERYBODY, Scope
from geo.streets.network import frozen
from geo.streets.profile import TravelProfile
from geo.streets.snap import Snap

AHEAD_DAYS = 28  # our choice: four of each weekday; what opens on none of them is not "on Tuesdays"
_KEPT = (
    4  # our choice: municipalities that stay in memory, some 40 MB each with ten thousand entries
)
_NOUNS = ("resources", "kinds")  # what entries are made of

Floats = NDArray[np.float64]


@dataclass(slots=True)
class OpenEntries:
    """The open entries of a municipality as residents see them.

    rows    as ``shelf.list_open`` gives them
    kinds   by code
    owner   (places,) int64 the row that a place belongs to: its own, then those of its halts
    lonlat  (places, 2) float64
    codes   of the kind of each row;  has_areas  (rows,) bool whether it says where it comes to;  at  id → row
    """

    rows: Sequence[Row[Any]]
    kinds: dict[str, Kind]
    owner: NDArray[np.int64]
    lonlat: Floats
    codes: tuple[str, ...] = ()
    has_areas: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    at: dict[UUID, int] = field(default_factory=dict)
    _joined: dict[tuple[str, TravelProfile], Snap] = field(default_factory=dict)
    _openings: dict[int, tuple[Opening, ...]] = field(default_factory=dict)
    _dates: dict[tuple[int, date], tuple[date, ...]] = field(default_factory=dict)

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
        return np.fromiter((code in held for code in self.codes), np.bool_, len(self.codes))

    def openings(self, at: int) -> tuple[Opening, ...]:
        """When a row opens."""
        if at not in self._openings:
            self._openings[at] = tuple(opening_of(values) for values in self.rows[at].openings)
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
    """The open entries of the municipalities that were asked for last. One for a process, for all its threads;
    what a write changes is found by its version."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], OpenEntries] = OrderedDict()
        self._one_builds = Lock()  # who comes meanwhile waits for it instead of building the same

    def of(self, db: Session, municipality: str) -> OpenEntries:
        """The entries of a municipality as they are now, as everybody may see them."""
        scope = Scope(municipality, EVERYBODY.role)
        values = versions.list_values(db, scope)
        key = (municipality, *(values.get(noun, 0) for noun in _NOUNS))
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        with self._one_builds:
            kept = self._kept.get(key) or _read(db, scope)
            for old in [one for one in self._kept if one[0] == municipality]:
                del self._kept[old]
            self._kept[key] = kept
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return kept


def _read(db: Session, scope: Scope) -> OpenEntries:
    known = {kind.code: kind for kind in kinds.list_all(db, scope)}
    for kind in known.values():
        db.expunge(kind)  # it outlives the session
    rows = shelf.list_open(db, scope, Wanted())
    places = [(at, *lonlat) for at, row in enumerate(rows) for lonlat in places_of(row)]
    table = np.array(places, np.float64).reshape(-1, 3)
    return OpenEntries(
        rows,
        known,
        table[:, 0].astype(np.int64),
        table[:, 1:],
        tuple(row.kind for row in rows),
        np.array([bool(row.service_areas) for row in rows], np.bool_),
        {row.id: at for at, row in enumerate(rows)},
    )


def places_of(row: Row[Any]) -> list[tuple[float, float]]:
    """Where a resource meets people, as the reader may see it: its own place, then those of its halts."""
    own = [] if row.lon is None else [(row.lon, row.lat)]
    halts = [(one["lon"], one["lat"]) for one in row.stops if one["lon"] is not None]
    return own + halts
