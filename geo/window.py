"""窓口: what somebody on the telephone is told of a town, in the time of a breath.

Three places that suit best, as near as the streets say for whoever walks slowly, or coming to the house
where that is how a kind reaches people; and the 包括 in charge. Nothing that is asked is kept.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import reach, topics
from geo.area import Area
from geo.centres import Centre, in_charge
from geo.edits import openings_of
from geo.errors import Invalid
from geo.open_entries import places_of
from geo.openings import is_paused, opening_dates
from geo.reach_questions import Walk
from geo.records import kinds, service_areas, shelf
from geo.records.kinds import Kind
from geo.records.shelf import Wanted
from geo.scope import Scope
from geo.spots import Spot, find_spots
from geo.streets.snap import Join

AT_ONCE = 3  # places read out in one answer
WITHOUT_CERTIFICATE = ("anyone", "over_65")  # 介護の認定がなくても (vocabularies.csv)
BY_AREA = ("comes", "fetched", "assigned")
# Our choice, minutes that put one place behind another: what comes to the house counts as a walk of ten;
# one that is full, for its own 町内 only, or at a place that nobody knows, goes behind what is free.
AT_THE_DOOR, WAITING, CLOSED, ONE_TOWN, NOWHERE = 10, 30, 90, 30, 60
_ASKED_FOR = ("exercise", "salon", "shopping", "transport", "meals", "household", "watching_over")
TOPICS = {"": topics.GATHERINGS} | {topic: topics.TOPICS[topic] for topic in _ASKED_FOR}
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
    centres: tuple[Centre, ...] = ()


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
    spots = find_spots(db, scope, folder, asked.words).spots
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
    return Told(spots, tuple(shown), left, in_charge(db, scope, spot.name, spot.lonlat))


def _is_running(row: Row[Any], when: str, today: date) -> bool:
    """Whether it is not paused, and opens on the days asked for by its plan."""
    if is_paused(row, today):
        return False
    if not when:
        return True
    days = [today] if when == "today" else _weekend(today)
    return any(opening_dates(opening, day, 1) for opening in openings_of(row) for day in days)


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
    covering = service_areas.list_covering(db, scope, _around(spot.lonlat)) if spot.lonlat else {}
    minutes = _minutes(area, walk, spot, [row for row in rows if _is_walked(row, known)])
    offers = []
    for row in rows:
        kind = known[row.kind]
        by_area = kind.reach in BY_AREA
        if by_area and row.service_areas and row.id not in covering:
            continue  # it says where it comes to, and that is elsewhere
        offers.append(
            Offer(row, kind, minutes.get(row.id), by_area and covering.get(row.id, False))
        )
    return sorted(offers, key=_behind)


def _around(lonlat: tuple[float, float]) -> tuple[float, float, float, float]:
    """A box of some centimetres: west, south, east, north."""
    (lon, lat), half = lonlat, 1e-7
    return lon - half, lat - half, lon + half, lat + half


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
    places = [(row.id, at) for row in rows for at in places_of(row)]
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
