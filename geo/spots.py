"""どこのことか: where the words of a resident or of a caller mean: an address, a town, an area, a station, or a
place that the register knows by name. Nothing that is asked is kept.
"""

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import squares
from geo.addresses import Found, Unknown
from geo.errors import NotFound
from geo.locate import locate, places_of
from geo.records import addresses, districts, map_names, service_areas, shelf
from geo.records.shelf import Wanted
from geo.scope import Scope
from geo.service_areas import LEVELS
from geo.words import (
    area_key,
    is_reading,
    runs_of,
    search_key,
    station_key,
    station_name,
    town_key,
)

MOST_NAMED = 6  # our choice: of more with such a name nobody chooses
MOST_OFFERED = 2_000  # our choice: some 60 kB, fetched once when one begins to type
TOWN_LEVEL = "town"
ELSEWHERE = ("outside", "elsewhere")  # geo.addresses.Unknown: it lies in another municipality
_LETTERS = re.compile(r"[^\W\d_]{2}")  # what follows an address and is a name, not 12番3号


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that was meant.

    lonlat    degrees; None of a resource whose place the reader may not see
    level     how well it is known: block, district (a town), area, station or resource
    rest      what of an address was not understood
    resource  as the reader may see it, where one was asked for by name
    """

    lonlat: tuple[float, float] | None
    name: str
    level: str
    rest: str = ""
    resource: Row[Any] | None = None


@dataclass(frozen=True, slots=True)
class Meant:
    """What words may mean: one spot, several to choose from, or none.

    why   of none: outside (the address lies in another municipality) or unknown
    like  of none: the town whose name is most like it, to be shown, never used
    """

    spots: tuple[Spot, ...]
    why: str = ""
    like: str = ""


def find_spots(db: Session, scope: Scope, folder: Path, words: str) -> Meant:
    """Where the words mean: a resource that is called just so; else an address, all of which is understood
    but for its numbers; else a station; else resources whose name has the words; else the town an address begins with.

    folder  of the dictionaries
    """
    if not words:
        return Meant((), "unknown")
    named = shelf.list_open(db, scope, Wanted(words=words), limit=MOST_NAMED)
    key = search_key(words)
    same = [row for row in named if key in (search_key(row.name), search_key(row.kana))]
    if len(set(map(_where, same))) == 1:  # a town hall and the AED in it
        return Meant((_of_resource(same[0]),))
    answers = locate(db, scope, folder, [words])
    found = answers[0] if answers else None
    towns = tuple(map(_of_address, places_of(found)))[:MOST_NAMED]
    if towns and named and is_reading(key):  # みどり: the town, or a salon of that name
        return Meant((*towns, *map(_of_resource, named))[:MOST_NAMED])
    if len(towns) > 1 or (towns and not (named and _LETTERS.search(towns[0].rest))):
        return Meant(towns)
    area = _area(db, scope, words)
    if area:
        return Meant((area,))
    others = (
        _stations(db, scope, words)
        or _read_so(db, scope, folder, key)
        or tuple(map(_of_resource, named))
    )
    return Meant(others) if others else _nowhere(found)


def list_names(db: Session, scope: Scope) -> list[tuple[str, str]]:
    """(name, reading or "") of what a field offers while one types: towns and areas, stations, then entries that are
    places one goes to by name; each name once, ``MOST_OFFERED`` at most."""
    areas = service_areas.list_area_names(db, scope)
    towns = addresses.list_towns(db, scope)
    offered = sorted(towns, key=lambda one: town_key(one[0]))  # 二丁目 before 三丁目
    offered += [(one.name, "") for one in areas if one.level in LEVELS]
    stations = map_names.list_named(db, scope, "station")
    offered += [(station_name(one.name), one.kana) for one in stations]
    rows = shelf.list_names(db, scope, Wanted(viewpoint="place"))
    offered += [(row.name, row.kana) for row in rows]
    once: dict[str, str] = {}
    for name, kana in offered:
        once.setdefault(name, kana)
    return list(once.items())[:MOST_OFFERED]


def _nowhere(found: object) -> Meant:
    if not isinstance(found, Unknown):
        return Meant((), "unknown")
    return Meant((), "outside" if found.reason in ELSEWHERE else "unknown", found.like)


def _of_address(found: Found) -> Spot:
    return Spot(found.lonlat, found.name, found.level, found.rest)


def _of_resource(row: Row[Any]) -> Spot:
    lonlat = None if row.lon is None else (row.lon, row.lat)
    return Spot(lonlat, row.name, "resource", resource=row)


def _where(row: Row[Any]) -> Hashable:
    return row.id if row.lon is None else squares.square_of((row.lon, row.lat))


def _stations(db: Session, scope: Scope, words: str) -> tuple[Spot, ...]:
    """Stations of the base map that are called so."""
    key = station_key(words)
    called = [
        Spot((one.lon, one.lat), station_name(one.name), "station")
        for one in map_names.list_named(db, scope, "station")
        if key and key in (station_key(one.name), station_key(one.kana))
    ]
    return tuple(called[:MOST_NAMED])


def _read_so(db: Session, scope: Scope, folder: Path, key: str) -> tuple[Spot, ...]:
    """Towns and areas that are read so (みなみはま or みなみ浜 for 南浜町). Few lists of towns bring readings,
    the register's names do: what begins with a town's name and is read as was typed tells how it is read."""
    runs = runs_of(key)
    kana = max(filter(is_reading, runs), key=len, default="")
    if not kana:
        return ()
    written = re.compile("".join(".+?" if is_reading(run) else re.escape(run) for run in runs))
    read_as = re.compile("".join(run if is_reading(run) else ".+?" for run in runs))
    rows = shelf.list_open(db, scope, Wanted(words=kana))
    begun = {search_key(row.name) for row in rows if read_as.match(search_key(row.kana))}
    there = [one.name for one in districts.list_at_level(db, scope, TOWN_LEVEL)]
    towns = [town for town in there if written.match(search_key(town))]
    read = [town for town in towns if any(map(_begins_with(search_key(town)), begun))]
    spots = [
        Spot(one.lonlat, town, one.level)
        for town, one in zip(read, locate(db, scope, folder, read) or (), strict=False)
        if isinstance(one, Found)
    ]
    if len(spots) != 1:  # of one town nobody asks whether its area was meant
        names = {area_key(one.name): one.name for one in service_areas.list_area_names(db, scope)}
        called = {start: name for start, name in names.items() if written.match(start)}
        wide = [name for start, name in called.items() if any(map(_begins_with(start), begun))]
        areas = (_area(db, scope, name) for name in wide if name not in read)
        spots = [*filter(None, areas), *spots]
    return tuple(spots[:MOST_NAMED])


def _begins_with(start: str) -> Callable[[str], bool]:
    return lambda name: name.startswith(start)


def _area(db: Session, scope: Scope, words: str) -> Spot | None:
    """Where people live in the area that is called so (奥沢 for 奥沢地区), of the level that services speak of; of one in
    which no address is known its middle."""
    key = area_key(words)
    names = service_areas.list_area_names(db, scope)
    called = [one for one in names if one.level in LEVELS and area_key(one.name) == key]
    if not called:
        return None
    first = min(called, key=lambda one: LEVELS.index(one.level))
    lived_in = addresses.find_middle(db, scope, first.id)
    if lived_in is not None:
        return Spot(lived_in, first.name, "area")
    try:
        inside = shapely.from_wkb(districts.get_wkb(db, scope, first.id)).representative_point()
    except NotFound:
        return None
    return Spot((inside.x, inside.y), first.name, "area")
