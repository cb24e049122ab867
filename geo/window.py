"""窓口: what somebody on the telephone is told of a town, in the time of a breath.

Three places that suit best, as near as the streets say for whoever walks slowly, or coming to the house
where that is how a kind reaches people; and the 包括 in charge. Nothing that is asked is kept.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import reach
from geo.addresses import Found, Several
from geo.area import Area
from geo.edits import opening_of
from geo.errors import Invalid, NotFound
from geo.locate import locate
from geo.openings import opening_dates
from geo.reach_questions import Walk
from geo.records import districts, kinds, service_areas, shelf
from geo.records.districts import District
from geo.records.kinds import Kind
from geo.records.shelf import Wanted
from geo.scope import Scope
from geo.service_areas import LEVELS
from geo.streets.snap import Join
from geo.words import area_key, centre_key, is_reading, search_key, town_key

AT_ONCE = 3  # places read out in one answer
MOST_NAMED = 6  # our choice: of more resources with such a name nobody chooses on the telephone
WITHOUT_CERTIFICATE = ("anyone", "over_65")  # 介護の認定がなくても (vocabularies.csv)
TOWN_LEVEL = "town"
_LETTERS = re.compile(r"[^\W\d_]{2}")  # what follows an address and is a name, not 12番3号
BY_AREA = ("comes", "fetched", "assigned")
# Our choice, minutes that put one place behind another: what comes to the house counts as a walk of ten;
# one that is full, for its own 町内 only, or at a place that nobody knows, goes behind what is free.
AT_THE_DOOR, WAITING, CLOSED, ONE_TOWN, NOWHERE = 10, 30, 90, 30, 60
CENTRE_KIND, CENTRE_LEVEL = "support_centre", "center_area"


@dataclass(frozen=True, slots=True)
class Topic:
    """What is asked for, in words of kinds.csv, so that a municipality's own kinds belong by themselves.

    viewpoint, fields (any of them), reach (any), element   what a kind must have; () and "" ask nothing
    but  a field that it must not have
    """

    viewpoint: str = ""
    fields: tuple[str, ...] = ()
    reach: tuple[str, ...] = ()
    element: str = ""
    but: str = ""

    def holds(self, kind: Kind) -> bool:
        """Whether a kind is one of these. What only stands there (a chair, a toilet) answers no call."""
        return (
            kind.reach != "there"
            and (not self.viewpoint or self.viewpoint in kind.viewpoints)
            and (not self.fields or bool({*self.fields} & {*kind.fields}))
            and (not self.reach or kind.reach in self.reach)
            and (not self.element or kind.element == self.element)
            and (not self.but or self.but not in kind.fields)
        )


_LIVING = "living_support"
TOPICS = {
    "": Topic(viewpoint="activity", fields=("gathering_place", "health", "exchange")),
    "exercise": Topic(viewpoint="activity", fields=("health",), element="prevention"),
    "salon": Topic(viewpoint="activity", fields=("gathering_place",), but="health"),
    "shopping": Topic(viewpoint="service", fields=("shopping",), element=_LIVING),
    "transport": Topic(viewpoint="service", fields=("transport",), element=_LIVING),
    "meals": Topic(viewpoint="service", fields=("meals",), reach=("comes",)),
    "household": Topic(
        fields=("cleaning", "laundry"), reach=("comes",), element=_LIVING, but="meals"
    ),
    "watching_over": Topic(
        fields=("watching_over",), reach=("comes", "assigned"), element=_LIVING, but="meals"
    ),
}
DAYS = ("", "today", "weekend")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked. words: a town, an address or a resource; topic, when: keys of TOPICS and of DAYS;
    after: how many were read out before."""

    words: str
    topic: str = ""
    is_free_of_certificate: bool = False
    when: str = ""
    after: int = 0


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the caller is: a point and what it is called; ``resource`` where she asked for one by name."""

    lonlat: tuple[float, float] | None
    name: str
    resource: Row[Any] | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One place to read out.

    minutes  on foot, slowly, rounded up; None where it is not walked to, or nobody knows
    covers   of what comes, fetches or is assigned: whether it says so of the caller's town
    """

    resource: Row[Any]
    kind: Kind
    minutes: int | None
    covers: bool


@dataclass(frozen=True, slots=True)
class Told:
    """The answer: several spots to choose from, or one with what is near it. ``centres`` are the 包括 in
    charge, two of them where a town is split."""

    spots: tuple[Spot, ...]
    offers: tuple[Offer, ...] = ()
    left: int = 0
    centres: tuple[tuple[District, Row[Any] | None, str], ...] = ()


def answer(
    db: Session,
    scope: Scope,
    area: Area | None,
    folder: Path,
    asked: Asked,
    walk: Walk,
    today: date,
) -> Told:
    """What a caller is told. ``area`` None: no streets are known, nothing has minutes.

    folder  of the dictionaries; walk: how slowly, and how far at most
    """
    spots = _spots(db, scope, folder, asked.words)
    if len(spots) != 1:
        return Told(spots)
    spot = spots[0]
    known = {kind.code: kind for kind in kinds.list_all(db, scope)}
    topic = TOPICS[asked.topic]
    wanted = tuple(code for code, kind in known.items() if topic.holds(kind) and not kind.hidden)
    rows = shelf.list_open(
        db,
        scope,
        Wanted(kinds=wanted, open_to=WITHOUT_CERTIFICATE if asked.is_free_of_certificate else ()),
    )
    rows = [row for row in rows if wanted and _is_running(row, asked.when, today)]
    if spot.resource is not None:
        rows = [row for row in rows if row.id != spot.resource.id]
    offers = _nearest(db, scope, area, walk, spot, rows, known)
    if spot.resource is not None:
        offers.insert(0, Offer(spot.resource, known[spot.resource.kind], None, covers=True))
    shown = offers[asked.after : asked.after + AT_ONCE]
    left = max(0, len(offers) - asked.after - AT_ONCE)
    return Told(spots, tuple(shown), left, _centres(db, scope, spot))


def _spots(db: Session, scope: Scope, folder: Path, words: str) -> tuple[Spot, ...]:
    """Where the words mean: a resource that is called just so; else an address, all of which is understood
    but for its numbers; else resources whose name has the words; else the town an address begins with."""
    if not words:
        return ()
    named = shelf.list_open(db, scope, Wanted(words=words), limit=MOST_NAMED)
    key = search_key(words)
    same = [row for row in named if key in (search_key(row.name), search_key(row.kana))]
    if len(same) == 1:
        return (_spot_of(same[0]),)
    answers = locate(db, scope, folder, [words])
    found = answers[0] if answers else None
    if isinstance(found, Several):
        return tuple(Spot(one.lonlat, one.name) for one in found.candidates[:MOST_NAMED])
    if isinstance(found, Found) and (not named or not _LETTERS.search(found.rest)):
        return (Spot(found.lonlat, found.name),)
    area = _area(db, scope, words)
    return (area,) if area else _read_so(db, scope, folder, key) or tuple(map(_spot_of, named))


def _read_so(db: Session, scope: Scope, folder: Path, key: str) -> tuple[Spot, ...]:
    """Towns and areas that are read so (みなみはま for 南浜町). Tables of towns bring no readings, the register's
    names do: what begins with a town's name and is read as was typed tells how the town is read."""
    if not is_reading(key):
        return ()
    rows = shelf.list_open(db, scope, Wanted(words=key))
    begun = {search_key(row.name) for row in rows if search_key(row.kana).startswith(key)}
    towns = [one.name for one in districts.list_at_level(db, scope, TOWN_LEVEL)]
    read = [town for town in towns if any(map(_begins_with(search_key(town)), begun))]
    spots = [
        Spot(one.lonlat, town)
        for town, one in zip(read, locate(db, scope, folder, read) or (), strict=False)
        if isinstance(one, Found)
    ]
    if len(spots) != 1:  # of one town nobody asks whether its area was meant
        names = {area_key(one.name): one.name for one in service_areas.list_area_names(db, scope)}
        wide = [name for start, name in names.items() if any(map(_begins_with(start), begun))]
        areas = (_area(db, scope, name) for name in wide if name not in read)
        spots = [*filter(None, areas), *spots]
    return tuple(spots[:MOST_NAMED])


def _begins_with(start: str) -> Callable[[str], bool]:
    return lambda name: name.startswith(start)


def _area(db: Session, scope: Scope, words: str) -> Spot | None:
    """The middle of the area that is called so (奥沢 for 奥沢地区), of the level that services speak of."""
    key = area_key(words)
    names = service_areas.list_area_names(db, scope)
    called = [one for one in names if one.level in LEVELS and area_key(one.name) == key]
    if not called:
        return None
    first = min(called, key=lambda one: LEVELS.index(one.level))
    try:
        inside = shapely.from_wkb(districts.get_wkb(db, scope, first.id)).representative_point()
    except NotFound:
        return None
    return Spot((inside.x, inside.y), first.name)


def _spot_of(row: Row[Any]) -> Spot:
    return Spot(None if row.lon is None else (row.lon, row.lat), row.name, row)


def _is_running(row: Row[Any], when: str, today: date) -> bool:
    """Whether it is not paused, and opens on the days asked for by its plan."""
    if row.paused_on and row.paused_on <= today:
        return False
    if not when:
        return True
    days = [today] if when == "today" else _weekend(today)
    openings = [opening_of(values) for values in row.openings]
    return any(opening_dates(opening, day, 1) for opening in openings for day in days)


def _weekend(today: date) -> list[date]:
    """Saturday and Sunday of this week, as far as they are not over."""
    saturday = today + timedelta(days=5 - today.weekday())
    return [day for day in (saturday, saturday + timedelta(days=1)) if day >= today]


def _nearest(
    db: Session,
    scope: Scope,
    area: Area | None,
    walk: Walk,
    spot: Spot,
    rows: Sequence[Row[Any]],
    known: Mapping[str, Kind],
) -> list[Offer]:
    """Offers, the best first."""
    covering = set(service_areas.list_covering(db, scope, *spot.lonlat)) if spot.lonlat else set()
    minutes = _minutes(area, walk, spot, [row for row in rows if _is_walked(row, known)])
    offers = []
    for row in rows:
        kind = known[row.kind]
        by_area = kind.reach in BY_AREA
        if by_area and row.service_areas and row.id not in covering:
            continue  # it says where it comes to, and that is elsewhere
        offers.append(Offer(row, kind, minutes.get(row.id), by_area and row.id in covering))
    return sorted(offers, key=_behind)


def _is_walked(row: Row[Any], known: Mapping[str, Kind]) -> bool:
    return known[row.kind].reach in reach.BY_DISTANCE


def _behind(offer: Offer) -> tuple[float, str, int]:
    """How far an offer stands behind others, in minutes; then by name."""
    row = offer.resource
    if offer.kind.reach in BY_AREA:
        behind: float = AT_THE_DOOR if offer.covers else NOWHERE
    else:
        behind = NOWHERE if offer.minutes is None else offer.minutes
    behind += {"waiting": WAITING, "no": CLOSED}.get(row.accepting, 0)
    behind += ONE_TOWN if row.eligibility == "town_only" else 0
    return behind, row.name, row.number


def _minutes(area: Area | None, walk: Walk, spot: Spot, rows: Sequence[Row[Any]]) -> dict[Any, int]:
    """Minutes on foot to the nearest place of each resource: its own or its halts'."""
    if area is None or spot.lonlat is None or not rows:
        return {}
    places = [(row.id, at) for row in rows for at in _places(row)]
    if not places:
        return {}
    start = reach.on_street(area, walk, [spot.lonlat])
    if start.state[0] != Join.JOINED:
        return {}
    others = reach.on_street(area, walk, [at for _, at in places])
    found: dict[Any, int] = {}
    seconds = reach.seconds_between(area, walk, start, others).tolist()
    for (id_, _), each in zip(places, seconds, strict=True):
        if math.isfinite(each):
            found[id_] = min(math.ceil(each / 60), found.get(id_, 10_000))
    return found


def _places(row: Row[Any]) -> list[tuple[float, float]]:
    own = [] if row.lon is None else [(row.lon, row.lat)]
    halts = [(one["lon"], one["lat"]) for one in row.stops if one["lon"] is not None]
    return own + halts


def _centres(
    db: Session, scope: Scope, spot: Spot
) -> tuple[tuple[District, Row[Any] | None, str], ...]:
    """The 包括 in charge of the caller's town by its table, else by the point, each with its entry of the
    register (for its telephone) and the part of the town that a table gives it."""
    by_table = districts.list_of_town(db, scope, CENTRE_LEVEL, town_key(spot.name))
    found = [(one.district, one.note) for one in by_table]
    if not found and spot.lonlat is not None:
        at = districts.list_at(db, scope, *spot.lonlat)
        found = [(one, "") for one in at if one.level == CENTRE_LEVEL]
    if not found:
        return ()
    entries = {
        search_key(row.name): row for row in shelf.list_open(db, scope, Wanted(kind=CENTRE_KIND))
    }
    return tuple((one, _entry(one, entries), note) for one, note in found)


def _entry(district: District, entries: Mapping[str, Row[Any]]) -> Row[Any] | None:
    """The entry that is called as the area, but for what every 包括 is called."""
    key = centre_key(district.name)
    same = (row for row in entries.values() if centre_key(row.name) == key)
    return entries.get(search_key(district.name)) or next(same, None)


def read_words(words: str, topic: str, free: str, when: str, after: str) -> Asked:
    """What a form says. Raises Invalid naming what cannot be read."""
    problems = {}
    if topic not in TOPICS:
        problems["topic"] = "unknown_choice"
    if when not in DAYS:
        problems["when"] = "unknown_choice"
    if not (after.isascii() and after.isdigit() and len(after) < 4):
        problems["after"] = "not_a_number"
    text = " ".join(words.split())
    if not text:
        problems["words"] = "required"
    elif len(text) > LONGEST:
        problems["words"] = "too_long"
    if problems:
        raise Invalid(fields=problems)
    return Asked(text, topic, free == "1", when, int(after))


LONGEST = 100  # signs, our choice: more than any address or name has
