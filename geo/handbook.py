"""手引き: what an area has for its people, for one month and for paper; only what everybody may see and whose host
lets it stand on paper.

What stands or halts in the area is numbered as on its map, chapter by chapter; what comes to the home or fetches is told
apart, by the areas it says it serves. A month's days are expanded from the openings. The file is made of it in
printing.py.
"""

from calendar import SUNDAY, Calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from hashlib import sha256
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import centres
from geo.calendars import Planned, planned
from geo.days import freshness, is_holiday, month_days
from geo.edits import openings_of
from geo.errors import NotFound
from geo.openings import is_paused
from geo.records import districts, kinds, municipalities, service_areas, shelf, tiles
from geo.records.districts import District
from geo.records.kinds import Kind
from geo.records.municipalities import Municipality
from geo.records.service_areas import Meaning
from geo.scope import EVERYBODY, Scope

MOST_ENTRIES = 300  # our choice: some sixty pages; a larger area is told in parts
OFTEN = 12  # our choice: what opens on more days of a month is told once, not in each square of the calendar
REACHING = ("comes", "fetched")  # ways of reaching people that go by area (kinds.csv)
ROUND = ("stops", "fetched")  # those whose halts are places
JOINED, SERVICE = "activity", "service"  # viewpoints: what people join, what is done for them
# What people join first, then the elements of kinds.csv as somebody at home needs them, then what merely stands there.
CHAPTERS = ("activity", "living_support", "medical", "care", "prevention", "housing", "there")
# Our choice: of an area's surface; outlines of two tables do not meet to the metre.
WHOLE, TOUCHED = 0.95, 0.02


@dataclass(frozen=True, slots=True)
class Entry:
    """One numbered entry. days: what is planned in the month; is_often: on more than OFTEN days; is_dated: whether its
    days are known at all. halts: those in the area, of what goes round. places: lon-lat, as everybody may see them."""

    number: int
    row: Row[Any]
    kind: Kind
    days: tuple[Planned, ...]
    is_often: bool
    is_dated: bool
    halts: tuple[Mapping[str, Any], ...]
    places: tuple[tuple[float, float], ...]

    @property
    def is_rough(self) -> bool:
        """Whether its mark stands about there only: blurred on purpose, or in the middle of a town."""
        return bool(self.row.place_shown == "blurred" or self.row.place_level == "district")


@dataclass(frozen=True, slots=True)
class Service:
    """What comes to the home or fetches. covers: "whole" of the area or "part" of it as it says itself; "unknown" where
    it says nothing that we understand."""

    row: Row[Any]
    kind: Kind
    covers: str


@dataclass(frozen=True, slots=True)
class Day:
    """A square of the month's calendar. at: (number, name, beginning or None) in the order of time; is_outside: of
    another month, without anything."""

    day: date
    is_holiday: bool
    is_outside: bool
    at: tuple[tuple[int, str, time | None], ...]


@dataclass(frozen=True, slots=True)
class Handbook:
    """All of it. chapters: (a code of CHAPTERS, its entries), those with any; weeks: from Sunday on. centres: the 包括
    in charge by name, each with its entry of the register where there is one; all of a small town where nobody drew
    their areas. mark: sixteen letters, others where anything that
    is printed is another. outline: None where nobody drew one: then there is no map."""

    municipality: Municipality
    district: District
    level_name: str
    month: date
    chapters: tuple[tuple[str, tuple[Entry, ...]], ...]
    services: tuple[Service, ...]
    centres: tuple[tuple[str, Row[Any] | None], ...]
    weeks: tuple[tuple[Day, ...], ...]
    outline: BaseGeometry | None
    mark: str

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every numbered entry, in the order of its number."""
        return tuple(entry for _, entries in self.chapters for entry in entries)

    @property
    def is_too_large(self) -> bool:
        """Whether it is told in parts only."""
        return len(self.entries) > MOST_ENTRIES


def load(db: Session, scope: Scope, district: UUID, month: date, as_of: date) -> Handbook:
    """The handbook of an area for the month of a day, as everybody may see it, whoever asks. ``as_of`` decides what is
    still confirmed. Raises NotFound for an area of another municipality, or of yesterday."""
    return load_months(db, scope, district, [month], as_of)[0]


def load_months(
    db: Session, scope: Scope, district: UUID, months: Iterable[date], as_of: date
) -> list[Handbook]:
    """The same for several months, in their order."""
    everybody = Scope(scope.municipality, EVERYBODY.role)
    here = districts.get(db, everybody, district)
    if here.valid_to is not None:
        raise NotFound(thing="district", id=str(district))
    overlapping = service_areas.list_overlapping(db, everybody, district)
    known = {kind.code: kind for kind in kinds.list_all(db, everybody)}
    by_area, round_ = (
        [code for code, kind in known.items() if kind.reach in ways] for ways in (REACHING, ROUND)
    )
    found = shelf.list_for_area(db, everybody, district, by_area, round_)
    rows = [row for row in found if row.on_paper]
    covers = _covers(db, everybody, rows, {one.id: share for one, share in overlapping})
    services = tuple(
        Service(row, known[row.kind], covers[row.id])
        for row in rows
        if _is_by_area(row, known[row.kind]) and covers[row.id]
    )
    common = Handbook(
        municipality=municipalities.get(db, everybody, here.municipality),
        district=here,
        level_name=districts.get_level(db, everybody, here.level).name,
        month=as_of,
        chapters=(),
        services=services,
        centres=_centres(db, everybody, overlapping),
        weeks=(),
        outline=_outline(db, everybody, district),
        mark=tiles.get_version(db, everybody, "basemap"),
    )
    return [_of_month(common, rows, known, covers, month, as_of) for month in months]


def _of_month(
    common: Handbook,
    rows: Sequence[Row[Any]],
    known: Mapping[str, Kind],
    covers: Mapping[UUID, str],
    month: date,
    as_of: date,
) -> Handbook:
    """What hangs on the month, and the mark."""
    chapters = _chapters(rows, known, covers, common.outline, month)
    told = replace(
        common,
        month=month.replace(day=1),
        chapters=chapters,
        weeks=_weeks(month, [entry for _, entries in chapters for entry in entries]),
    )
    return replace(told, mark=_mark(told, as_of))


def _mark(told: Handbook, as_of: date) -> str:
    """A sum over everything that is printed, and over the base map (the mark so far)."""
    town, here = told.municipality, told.district
    said = [
        f"{town.name}{town.desk}{town.desk_phone}{here.level}{here.name}{told.level_name}{told.month}",
        told.mark,
        shapely.to_wkt(told.outline, rounding_precision=6) if told.outline is not None else "",
        *(f"{name}{_plain(row) if row else ''}" for name, row in told.centres),
    ]
    said += [_of_kind(entry.kind) + _plain(entry.row) for entry in told.entries]
    said += [_of_kind(one.kind) + one.covers + _plain(one.row) for one in told.services]
    printed = [*(one.row for one in told.entries), *(one.row for one in told.services)]
    said += [freshness(row.confirmed_on, as_of) for row in printed]
    said += [str(is_paused(row, as_of)) for row in printed]
    return sha256("\n".join(said).encode()).hexdigest()[:16]


def _plain(row: Row[Any]) -> str:
    """What an entry says, its place as numbers."""
    return str({name: value for name, value in row._asdict().items() if name != "place"})


def _of_kind(kind: Kind) -> str:
    return f"{kind.name}{kind.reach}{kind.element}{kind.viewpoints}"


def _outline(db: Session, scope: Scope, district: UUID) -> BaseGeometry | None:
    try:
        return shapely.from_wkb(districts.get_wkb(db, scope, district))
    except NotFound:
        return None


def _covers(
    db: Session, scope: Scope, rows: Sequence[Row[Any]], shares: Mapping[UUID, float]
) -> dict[UUID, str]:
    """Resource → whether it serves the area: "whole", "part", "unknown", or "" where it says that it does not."""
    meanings = service_areas.load_meanings(db, scope, [row.id for row in rows])
    return {row.id: _covered(meanings.get(row.id, []), shares) for row in rows}


def _covered(meanings: Iterable[Meaning], shares: Mapping[UUID, float]) -> str:
    share, is_understood, is_part = 0.0, True, False
    several = list(meanings)
    for meaning in several:
        if not meaning.is_known:
            is_understood = False
            continue
        own = 1.0 if meaning.whole else shares.get(meaning.district or UUID(int=0), 0.0)
        own = max(0.0, own - sum(shares.get(one, 0.0) for one in meaning.without))
        is_part |= meaning.is_part and own >= TOUCHED
        share += 0.0 if meaning.is_part else own
    if share >= WHOLE:
        return "whole"
    if share >= TOUCHED or is_part:
        return "part"
    return "" if several and is_understood else "unknown"


def _chapters(
    rows: Sequence[Row[Any]],
    known: Mapping[str, Kind],
    covers: Mapping[UUID, str],
    outline: BaseGeometry | None,
    month: date,
) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """What stands or halts in the area, and what is said to be for it without a place that is shown."""
    found: dict[str, list[Row[Any]]] = {code: [] for code in CHAPTERS}
    for row in rows:
        kind = known[row.kind]
        if _is_by_area(row, kind):
            continue
        is_here = bool(_places(row, outline)) or (outline is None and row.lon is not None)
        is_for_it = row.lon is None and covers[row.id] in ("whole", "part")
        if is_here or is_for_it:
            found[_chapter(row, kind)].append(row)
    number, chapters = 0, []
    for code, those in found.items():
        entries = []
        for row in those:
            number += 1
            entries.append(_entry(number, row, known[row.kind], outline, month))
        chapters.append((code, tuple(entries)))
    return tuple((code, entries) for code, entries in chapters if entries)


def _is_by_area(row: Row[Any], kind: Kind) -> bool:
    """Whether it is a service that comes to the home or the door. A bus that fetches at a stop, and says no areas,
    stands where it stops (kinds.csv: metres to the stop); groups that one joins are no service, wherever they go."""
    at_stop = kind.limit_m is not None and row.lon is not None and not row.service_areas
    is_service = SERVICE in (row.viewpoints or kind.viewpoints)
    return kind.reach in REACHING and is_service and not at_stop


def _chapter(row: Row[Any], kind: Kind) -> str:
    if kind.reach == "there":
        return "there"
    return JOINED if JOINED in (row.viewpoints or kind.viewpoints) else kind.element


def _entry(
    number: int, row: Row[Any], kind: Kind, outline: BaseGeometry | None, month: date
) -> Entry:
    first, last = month_days(month)
    openings = openings_of(row)
    days = planned(openings, first, (last - first).days + 1)
    halts = [
        halt for halt in row.stops if halt["lon"] is not None and _is_in(outline, _lonlat(halt))
    ]
    return Entry(
        number=number,
        row=row,
        kind=kind,
        days=tuple(days),
        is_often=len({one.day for one in days}) > OFTEN,
        is_dated=bool(days) or any(o.has_known_days or o.also_on for o in openings),
        halts=tuple(halts),
        places=tuple(_places(row, outline)),
    )


def _places(row: Row[Any], outline: BaseGeometry | None) -> list[tuple[float, float]]:
    """Its own place and those of its halts, as far as they lie in the area, each once."""
    own = [] if row.lon is None else [(row.lon, row.lat)]
    halts = [_lonlat(halt) for halt in row.stops if halt["lon"] is not None]
    return [at for at in dict.fromkeys(own + halts) if _is_in(outline, at)]


def _lonlat(halt: Mapping[str, Any]) -> tuple[float, float]:
    return halt["lon"], halt["lat"]


def _is_in(outline: BaseGeometry | None, at: tuple[float, float]) -> bool:
    return outline is not None and bool(np.any(shapely.intersects_xy(outline, *at)))


def _centres(
    db: Session, scope: Scope, overlapping: Sequence[tuple[District, float]]
) -> tuple[tuple[str, Row[Any] | None], ...]:
    """The 包括 whose areas hold a part of this one."""
    areas = [one for one, share in overlapping if one.level == centres.LEVEL and share >= TOUCHED]
    return tuple((one.name, one.entry) for one in centres.of_areas(db, scope, areas))


def _weeks(month: date, entries: Iterable[Entry]) -> tuple[tuple[Day, ...], ...]:
    """The month in squares, with what opens now and then."""
    at: dict[date, list[tuple[int, str, time | None]]] = {}
    for entry in entries:
        if not entry.is_often:
            for one in entry.days:
                begins = None if one.is_all_day else one.opens_at
                at.setdefault(one.day, []).append((entry.number, entry.row.name, begins))
    weeks = Calendar(SUNDAY).monthdatescalendar(month.year, month.month)
    return tuple(
        tuple(
            Day(
                day=day,
                is_holiday=is_holiday(day),
                is_outside=day.month != month.month,
                at=tuple(sorted(at.get(day, []), key=_in_time)) if day.month == month.month else (),
            )
            for day in week
        )
        for week in weeks
    )


def _in_time(one: tuple[int, str, time | None]) -> tuple[time, int]:
    return one[2] or time.min, one[0]
