"""届くかもしれないもの: what a kind has to offer, taken together where it counts alike for everybody.

A question about days would need one search for each resource; but all that are open on the same days, to the same
residents and as surely are one set of places, and a kind of a city has some tens of such sets.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo.days import freshness
from geo.edits import opening_of
from geo.gap_questions import OPEN_TO_ALL, GapQuestion
from geo.openings import Opening, Pause, pause_of
from geo.openings.rhythm import Days
from geo.records import service_areas, shelf
from geo.records.kinds import Kind
from geo.records.service_areas import Meaning
from geo.records.shelf import Wanted
from geo.scope import Scope

BY_AREA = (
    "comes",
    "fetched",
    "assigned",
)  # ways of reaching people (data/kinds.csv) that go by area
TOWN_ONLY = "town_only"
_AS_KEPT = (
    *("id", "kind", "name", "lon", "lat", "place_level"),
    *("eligibility", "accepting", "pick_up", "confirmed_on", "openings"),
)
HALT_MIN = 10  # our choice: how long a van stands where only its arrival is written


@dataclass(frozen=True, slots=True)
class Entry:
    """What counts of a resource: as the register has it, or as somebody plans it (geo.scenario_steps).

    lon, lat      None where nobody knows its place; place_level as the register has it
    openings      as the register keeps them; halts: those of a van
    areas         what its service areas mean, in their order
    pause         its host rests
    """

    id: UUID
    kind: str
    name: str
    lon: float | None
    lat: float | None
    place_level: str
    eligibility: str
    accepting: str
    pick_up: str
    confirmed_on: date | None
    openings: Sequence[Mapping[str, Any]]
    halts: Sequence[Mapping[str, Any]]
    areas: tuple[Meaning, ...]
    pause: Pause | None = None

    def is_confirmed(self, as_of: date) -> bool:
        """Whether somebody has confirmed it within this 年度."""
        return freshness(self.confirmed_on, as_of) == "confirmed"

    @property
    def has_known_days(self) -> bool:
        """Whether its days are known: not 不定期. Nothing said of days is no irregular day."""
        return _openings(self, None, None)[1]


@dataclass(frozen=True, slots=True)
class Sure:
    """How far a set can be relied on: confirmed within this 年度; with days that are known (not 不定期); and for
    whom and where it is known."""

    confirmed: bool
    days: bool
    place: bool


@dataclass(frozen=True, slots=True)
class Reaches:
    """Whom a set is for. places: whoever gets to one of them; areas: whoever lives there, () for everybody; both:
    who lives there and gets there."""

    by_place: bool
    areas: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class OfferSet:
    """Resources of a kind that count alike.

    days    words of Rhythm.days_of as bytes; b"" for a question about any time
    places  (lon, lat, is only known to its town)
    """

    days: bytes
    sure: Sure
    reaches: Reaches
    places: tuple[tuple[float, float, bool], ...]


@dataclass(frozen=True, slots=True)
class Offers:
    """The sets of a kind. by_area: it goes by service area, not by distance; resources: how many there are;
    unconfirmed, irregular, full, without_place: how many of them nobody has confirmed this 年度, open on days nobody
    knows, take nobody, or lie nobody knows where; paused: how many rest on every day that is asked about and count for
    nobody; pausing: how many rest on some of them, and count on the others."""

    sets: tuple[OfferSet, ...]
    by_area: bool
    resources: int
    unconfirmed: int
    irregular: int
    full: int
    without_place: int
    paused: int
    pausing: int


def entries(db: Session, scope: Scope, kind: str) -> tuple[Entry, ...]:
    """What runs today of a kind, in the order of lists."""
    rows = shelf.list_open(db, scope, Wanted(kind=kind))
    meanings = service_areas.load_meanings(db, scope, [row.id for row in rows])
    return tuple(
        Entry(
            **{name: getattr(row, name) for name in _AS_KEPT},
            halts=[halt for halt in row.stops if halt["lon"] is not None],
            areas=tuple(meanings.get(row.id, ())),
            pause=pause_of(row),
        )
        for row in rows
    )


def offers(
    kind: Kind,
    there: Sequence[Entry],
    question: GapQuestion,
    as_of: date,
    days: Days | None = None,
) -> Offers:
    """What the entries of a kind have to offer to whom the question is about; on the days of the question, or of
    ``days``."""
    asked = days or question.rhythm
    rests = {entry.id: rest_of(entry, asked, as_of) for entry in there if entry.pause}
    sets: dict[tuple[bytes, Sure, Reaches], list[tuple[float, float, bool]]] = {}
    for entry in there:
        if not _is_usable(entry, question) or rests.get(entry.id) == "all":
            continue
        confirmed = entry.is_confirmed(as_of)
        for reaches, place_known in _reaches(kind, entry):
            for open_on, days_known, places in _times(entry, asked):
                key = (open_on, Sure(confirmed, days_known, place_known), reaches)
                if places or not reaches.by_place:
                    sets.setdefault(key, []).extend(places if reaches.by_place else ())
    return Offers(
        sets=tuple(OfferSet(*key, tuple(places)) for key, places in sets.items()),
        by_area=kind.reach in BY_AREA,
        resources=len(there),
        unconfirmed=sum(not entry.is_confirmed(as_of) for entry in there),
        irregular=sum(not entry.has_known_days for entry in there),
        full=sum(entry.accepting == "no" for entry in there),
        without_place=sum(not _places(one) for one in there) if kind.reach not in BY_AREA else 0,
        paused=sum(rest == "all" for rest in rests.values()),
        pausing=sum(rest == "some" for rest in rests.values()),
    )


def rest_of(entry: Entry, days: Days | None, as_of: date) -> str:
    """On how many of the days that are asked about an entry rests: "all", "some" or ""; of a question about any time
    on ``as_of``."""
    if entry.pause is None:
        return ""
    if days is None:
        return "all" if entry.pause.holds(as_of) else ""
    rested = days.rested(entry.pause)
    return "all" if rested and rested == days.count else "some" if rested else ""


def _is_usable(entry: Entry, question: GapQuestion) -> bool:
    """Whether it takes people, and whether one needs a certificate where the question asks for none."""
    if entry.accepting == "no":
        return False
    return not question.open_to_all or entry.eligibility in (*OPEN_TO_ALL, TOWN_ONLY)


def _reaches(kind: Kind, entry: Entry) -> Iterable[tuple[Reaches, bool]]:
    """For whom it is, and whether that is known: a service area that means nothing of ours is not."""
    known = tuple(area for area in entry.areas if area.is_known)
    if kind.reach in BY_AREA:
        yield Reaches(False, known), bool(known) and len(known) == len(entry.areas)
        return
    if entry.eligibility == TOWN_ONLY:
        yield Reaches(True, known), bool(known)
        return
    yield Reaches(True, ()), True
    if known and entry.pick_up == "yes":  # whoever is fetched need not get there
        yield Reaches(False, known), True


def _places(entry: Entry) -> list[tuple[float, float, bool]]:
    own: list[tuple[float, float, bool]] = []
    if entry.lon is not None and entry.lat is not None:
        own.append((entry.lon, entry.lat, entry.place_level == "district"))
    return own + [(halt["lon"], halt["lat"], False) for halt in entry.halts]


def _times(
    entry: Entry, rhythm: Days | None
) -> Iterable[tuple[bytes, bool, list[tuple[float, float, bool]]]]:
    """(days, whether they are known, places there): halts of a van each at their own time."""
    if rhythm is None:  # at any time: what runs on days nobody knows runs at some time (DECISIONS)
        yield b"", True, _places(entry)
        return
    if not entry.halts:
        days, known = _openings(entry, rhythm, None)
        yield days, known, _places(entry)
        return
    for halt in entry.halts:
        days, known = _openings(entry, rhythm, halt)
        yield days, known, [(halt["lon"], halt["lat"], False)]


def _openings(
    entry: Entry, rhythm: Days | None, halt: Mapping[str, str | None] | None
) -> tuple[bytes, bool]:
    """Days on which it is open, and whether they are known."""
    planned = [opening_of(values, entry.pause) for values in entry.openings]
    known = bool(planned) and all(opening.has_known_days for opening in planned)
    if rhythm is None:
        return b"", known or not planned
    if halt and halt["arrives_at"]:
        planned = [_at_halt(opening, halt) for opening in planned]
    return rhythm.days_of(planned).tobytes(), known


def _at_halt(opening: Opening, halt: Mapping[str, str | None]) -> Opening:
    arrives = time.fromisoformat(halt["arrives_at"] or "00:00")
    leaves = time.fromisoformat(halt["leaves_at"]) if halt["leaves_at"] else None
    end = min(arrives.hour * 60 + arrives.minute + HALT_MIN, 24 * 60 - 1)
    return replace(opening, opens_at=arrives, closes_at=leaves or time(*divmod(end, 60)))
