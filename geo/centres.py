"""担当の地域包括支援センター: which 包括 a town or a point belongs to, by the municipality's table of towns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo.records import districts, shelf
from geo.records.districts import District
from geo.records.shelf import Wanted
from geo.scope import Scope
from geo.words import centre_key, search_key, town_key

KIND, LEVEL = "support_centre", "center_area"


@dataclass(frozen=True, slots=True)
class Centre:
    """A 包括 in charge.

    entry  of the register, for its telephone; None where it has none
    part   the part of the town that a table gives it; "" for all of it
    """

    district: District
    entry: Row[Any] | None
    part: str = ""


def in_charge(
    db: Session, scope: Scope, town: str, lonlat: tuple[float, float] | None
) -> tuple[Centre, ...]:
    """The 包括 of a town by its table, else of the point: two where a town is split (nobody is told one guess),
    none where nobody said."""
    by_table = districts.list_of_town(db, scope, LEVEL, town_key(town)) if town else []
    found = [(one.district, one.note) for one in by_table]
    if not found and lonlat is not None:
        at = districts.list_at(db, scope, *lonlat)
        found = [(one, "") for one in at if one.level == LEVEL]
    return _with_entries(db, scope, found)


def of_municipality(db: Session, scope: Scope) -> tuple[Centre, ...]:
    """Every 包括 of the municipality, by code: whom to call where nobody knows whose a place is."""
    areas = districts.list_at_level(db, scope, LEVEL)
    return _with_entries(db, scope, [(one, "") for one in areas])


def of_areas(db: Session, scope: Scope, areas: Sequence[District]) -> tuple[Centre, ...]:
    """The 包括 of some of their areas, in that order."""
    return _with_entries(db, scope, [(one, "") for one in areas])


def _with_entries(
    db: Session, scope: Scope, found: Sequence[tuple[District, str]]
) -> tuple[Centre, ...]:
    if not found:
        return ()
    rows = shelf.list_open(db, scope, Wanted(kind=KIND))
    entries = {search_key(row.name): row for row in rows}
    return tuple(Centre(one, _entry(one, entries), note) for one, note in found)


def _entry(district: District, entries: Mapping[str, Row[Any]]) -> Row[Any] | None:
    """The entry that is called as the area, but for what every 包括 is called."""
    key = centre_key(district.name)
    same = (row for row in entries.values() if centre_key(row.name) == key)
    return entries.get(search_key(district.name)) or next(same, None)
