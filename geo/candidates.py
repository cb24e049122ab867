"""候補の場所: where something may be opened, from the register or from a list that somebody brings."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from geo import locate
from geo.addresses import Found
from geo.errors import Invalid
from geo.records import shelf
from geo.records.shelf import Wanted
from geo.scope import Scope
from geo.sources import resource_tables
from geo.where_questions import CANDIDATES


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be chosen.

    is_rough  only its town is known (MEANING 4); resource: id of the entry it is, "" for one that was brought
    """

    name: str
    lon: float
    lat: float
    is_rough: bool
    resource: str = ""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Places to choose from; left_out: (name, code of the reason) of those that lie nobody knows where."""

    places: tuple[Candidate, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: "Candidates") -> "Candidates":
        """Both, each place once: the same name at the same spot is the same place."""
        known = {(one.name, round(one.lon, 6), round(one.lat, 6)): one for one in other.places}
        known |= {(one.name, round(one.lon, 6), round(one.lat, 6)): one for one in self.places}
        return Candidates(tuple(known.values()), (*self.left_out, *other.left_out))

    def check(self) -> None:
        """Raises Invalid for none at all, and for more than can be proven."""
        if not self.places:
            raise Invalid(fields={"kinds": "no_candidates"})
        if len(self.places) > CANDIDATES:
            raise Invalid(fields={"kinds": "too_many_candidates"})

    def rows_of(self, names: Sequence[str], field: str) -> tuple[int, ...]:
        """Rows of the places with these names. Raises Invalid in the field for a name that none has."""
        by_name: dict[str, list[int]] = {}
        for row, one in enumerate(self.places):
            by_name.setdefault(one.name, []).append(row)
        if any(name not in by_name for name in names):
            raise Invalid(fields={field: "not_a_candidate"})
        return tuple(row for name in names for row in by_name[name])


def registered(db: Session, scope: Scope, kinds: Sequence[str]) -> Candidates:
    """Entries of some kinds that run today, in the order of lists. Raises NotFound as the records."""
    if not kinds:
        return Candidates()
    places, left_out = [], []
    for row in shelf.list_marks(db, scope, Wanted(kinds=tuple(kinds))):
        if row.lon is None:
            left_out.append((row.name, "no_coordinates"))
            continue
        is_rough = row.place_level == "district"
        places.append(Candidate(row.name, row.lon, row.lat, is_rough, str(row.id)))
    return Candidates(tuple(places), tuple(left_out))


def brought(db: Session, scope: Scope, path: Path, dictionaries: Path) -> Candidates:
    """A list as any office writes it (CSV, Excel, GeoJSON …): names with coordinates, else with addresses.

    dictionaries  the folder of the dictionaries of addresses
    Raises Unreadable as sources.resource_tables.
    """
    file = resource_tables.read(path)
    left_out = [(row.detail, row.reason) for row in file.refused]
    places = [Candidate(r.name, r.lon, r.lat, False) for r in file.rows if r.lon and r.lat]
    bare = [row for row in file.rows if not (row.lon and row.lat)]
    answers = locate.locate(db, scope, dictionaries, [row.address for row in bare])
    if answers is None:
        return Candidates(tuple(places), (*left_out, *((r.name, "no_addresses") for r in bare)))
    for row, answer in zip(bare, answers, strict=True):
        if isinstance(answer, Found):
            places.append(Candidate(row.name, *answer.lonlat, answer.level == "district"))
        else:
            reason = "address_not_found" if row.address else "no_coordinates"
            left_out.append((row.name, reason))
    return Candidates(tuple(places), tuple(left_out))
