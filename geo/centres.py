"""担当の地域包括支援センター: which 包括 a town, a point or a square belongs to, by the municipality's table of towns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import squares
from geo.errors import Invalid
from geo.open_entries import OpenEntries
from geo.records import addresses, districts, in_box, shelf
from geo.records.districts import District
from geo.records.shelf import Wanted
from geo.scope import Scope
from geo.words import centre_key, search_key, town_key

KIND, LEVEL = "support_centre", "center_area"
OUTLINE, TOWN = "municipality", "town"
FEW = 3  # our choice: of more, nobody is told to try them all
NEAR_DEG = 0.005  # our choice: some 500 m, within which the next address says how a place is called


@dataclass(frozen=True, slots=True)
class Centre:
    """A 包括 in charge.

    name   as its area is called; of a municipality without such areas as its entry is
    entry  of the register, for its telephone; None where it has none
    part   the part of the town that a table gives it; "" for all of it
    towns  of a square that several share: the towns whose 包括 it is; empty where no table says
    """

    name: str
    entry: Row[Any] | None
    part: str = ""
    towns: tuple[str, ...] = ()


def in_charge(
    db: Session, scope: Scope, town: str, lonlat: tuple[float, float] | None
) -> tuple[Centre, ...]:
    """The 包括 of a town by its table, else of the point: two where a town is split (nobody is told one guess),
    none where nobody said."""
    by_table = districts.list_of_towns(db, scope, LEVEL, [town_key(town)]) if town else []
    found = [(one.district, one.note) for one in by_table]
    if not found and lonlat is not None:
        at = districts.list_at(db, scope, *lonlat)
        found = [(one, "") for one in at if one.level == LEVEL]
    return _with_entries(found, _entries(db, scope) if found else [])


def of_square(
    db: Session, scope: Scope, entries: OpenEntries, square: str
) -> tuple[tuple[str, ...], tuple[Centre, ...]]:
    """The towns of a square, the largest part first (without outlines those of the addresses in it, or of the nearest one), and every 包括 in charge
    of a part of it: nobody is told one guess for her own. Raises Invalid ("outside") for a square of which no part lies
    in the municipality."""
    box, middle = squares.box_of(square), squares.middle_of(square)
    parts = in_box.list_touching(db, scope, (OUTLINE, TOWN, LEVEL), box)
    at: dict[str, list[District]] = {OUTLINE: [], TOWN: [], LEVEL: []}
    for one in parts:
        at[one.level].append(one)
    if not at[OUTLINE] and districts.list_outside(db, scope, {0: list(middle)}):
        raise Invalid(fields={"square": "outside"})
    towns = tuple(dict.fromkeys(one.name for one in at[TOWN]))
    towns = towns or _by_addresses(db, scope, box, middle)
    rows = [entries.rows[row] for row in np.flatnonzero(entries.of_kinds([KIND])).tolist()]
    found = _shared(db, scope, towns, at[LEVEL], rows)
    if not found and len(rows) == 1 and not districts.list_at_level(db, scope, LEVEL):
        found = _of_entries(rows)  # the one 包括 of a small municipality
    return towns, found


def _by_addresses(
    db: Session, scope: Scope, box: tuple[float, float, float, float], middle: tuple[float, float]
) -> tuple[str, ...]:
    inside = addresses.list_towns_in(db, scope, box)
    near = "" if inside else addresses.find_town_near(db, scope, *middle, NEAR_DEG)
    return tuple(inside) or ((near,) if near else ())


def of_municipality(db: Session, scope: Scope) -> tuple[Centre, ...]:
    """Every 包括 of the municipality, by code: whom to call where nobody knows whose a place is."""
    return of_areas(db, scope, districts.list_at_level(db, scope, LEVEL))


def of_areas(db: Session, scope: Scope, areas: Sequence[District]) -> tuple[Centre, ...]:
    """The 包括 of some of their areas, in that order; without any areas the entries themselves, where they are few."""
    rows = _entries(db, scope)
    if areas:
        return _with_entries([(one, "") for one in areas], rows)
    return _of_entries(rows) if len(rows) <= FEW else ()


def _of_entries(rows: Sequence[Row[Any]]) -> tuple[Centre, ...]:
    return tuple(Centre(row.name, row) for row in rows)


def _shared(
    db: Session,
    scope: Scope,
    towns: Sequence[str],
    outlined: Sequence[District],
    rows: Sequence[Row[Any]],
) -> tuple[Centre, ...]:
    """Whose each of some towns is by the table; of one that it does not name, all whose outlines touch the square."""
    by_table = districts.list_of_towns(db, scope, LEVEL, map(town_key, towns))
    whose: dict[tuple[UUID, str], list[str]] = {}
    areas = {one.id: one for one in (*outlined, *(one.district for one in by_table))}
    for town in towns or ("",):
        named = [(c.district.id, c.note) for c in by_table if town_key(c.town) == town_key(town)]
        for key in named or [(one.id, "") for one in outlined]:
            whose.setdefault(key, []).append(town)
    found = _with_entries([(areas[id_], note) for id_, note in whose], rows)
    if len(found) < 2 or len(towns) < 2:
        return found
    return tuple(
        replace(one, towns=tuple(its)) for one, its in zip(found, whose.values(), strict=True)
    )


def _entries(db: Session, scope: Scope) -> list[Row[Any]]:
    return shelf.list_open(db, scope, Wanted(kind=KIND))


def _with_entries(
    found: Sequence[tuple[District, str]], rows: Sequence[Row[Any]]
) -> tuple[Centre, ...]:
    entries = {search_key(row.name): row for row in rows}
    return tuple(Centre(one.name, _entry(one, entries), note) for one, note in found)


def _entry(district: District, entries: Mapping[str, Row[Any]]) -> Row[Any] | None:
    """The entry that is called as the area, but for what every 包括 is called."""
    key = centre_key(district.name)
    same = (row for row in entries.values() if centre_key(row.name) == key)
    return entries.get(search_key(district.name)) or next(same, None)
