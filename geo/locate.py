"""住所の場所: where addresses of a municipality are, by its dictionary and within its outline."""

import threading
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from geo import addresses
from geo.addresses import Answer, Dictionary, Found, Several, Shelf, Unknown, Whose
from geo.records import addresses as address_records
from geo.records import districts, municipalities
from geo.records.addresses import KnownAddress
from geo.scope import Scope

# Gazetteers, the most trusted first: the ministry's points, then those made of them, then names only
LAYERS = ("isj_block", "isj_town", "geolonia", "abr_town")
_SHELF = Shelf()
_ONE_BUILDS = threading.Lock()  # who comes meanwhile waits for it instead of building the same


def dictionaries(originals: Path) -> Path:
    """The folder of the dictionaries: beside the originals they are made of."""
    return originals.parent / "addresses"


def locate(db: Session, scope: Scope, folder: Path, asked: Sequence[str]) -> list[Answer] | None:
    """An answer for each address, in order; None while the municipality has no gazetteer.

    folder  holds the dictionaries
    A place outside the municipality's outline is no answer: Unknown("outside"). Addresses are
    neither kept nor logged.
    """
    dictionary = _dictionary(db, scope, folder)
    if dictionary is None:
        return None
    answers = [addresses.find(dictionary, text) for text in asked]
    places = {
        (at, number): found.lonlat
        for at, answer in enumerate(answers)
        for number, found in enumerate(places_of(answer))
    }
    numbered = dict(enumerate(places))
    outside = districts.list_outside(
        db, scope, {number: list(places[key]) for number, key in numbered.items()}
    )
    lost = {numbered[number] for number in outside}
    return [_within(at, answer, lost) for at, answer in enumerate(answers)]


def refresh(db: Session, scope: Scope, folder: Path, intake: UUID) -> None:
    """Build the dictionary from the gazetteers as they are now, then point at it."""
    whose, editions = _whose(db, scope), _editions(db, scope)
    version = addresses.version_of(whose, editions)
    addresses.build(addresses.path_of(folder, whose.code, version), whose, editions)
    address_records.save_version(db, scope, version, intake)


def _dictionary(db: Session, scope: Scope, folder: Path) -> Dictionary | None:
    version = address_records.find_version(db, scope)
    if version is None or scope.municipality is None:
        return None
    path = addresses.path_of(folder, scope.municipality, version)
    if not path.is_dir():  # var was lost or moved, or this code writes dictionaries otherwise
        with _ONE_BUILDS:
            addresses.build(path, _whose(db, scope), _editions(db, scope))
    return _SHELF.take(path)


def _editions(db: Session, scope: Scope) -> list[list[KnownAddress]]:
    return [address_records.load_rows(db, scope, layer) for layer in LAYERS]


def _whose(db: Session, scope: Scope) -> Whose:
    row = municipalities.get(db, scope, scope.municipality or "")
    return Whose(row.code, row.prefecture, row.name)


def places_of(answer: Answer | None) -> tuple[Found, ...]:
    """The places of an answer, if it has any."""
    if isinstance(answer, Several):
        return answer.candidates
    return (answer,) if isinstance(answer, Found) else ()


def _within(at: int, answer: Answer, lost: set[tuple[int, int]]) -> Answer:
    """The answer without the places that lie outside."""
    places = places_of(answer)
    kept = tuple(found for number, found in enumerate(places) if (at, number) not in lost)
    if len(kept) == len(places):
        return answer
    return Several(kept) if kept else Unknown("outside", places[0].name)
