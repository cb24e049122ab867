"""来てくれる地域: which areas a list means by 「川東地区・浜地区」 or 「市内全域（奥沢を除く）」.

Names are matched whole, never by likeness; what matches no area stays as written and the nearest name
is only shown.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo.records import service_areas
from geo.records.service_areas import AreaName
from geo.scope import Scope
from geo.words import area_key, search_key, town_key

# Where several levels have an area of one name, the first of these is meant. Our choice: services
# speak of 地区; school districts are a reference, not what anybody delivers by.
LEVELS = (
    "chiku",
    "living_area",
    "second_layer",
    "center_area",
    "town",
    "elementary",
    "junior_high",
)
_LAST = len(LEVELS)
# An ending that says of which level an area is: 松葉中学校区 is never 松葉小学校区
_OF_LEVEL = {
    "elementary": re.compile("小学?校?区?$"),
    "junior_high": re.compile("中学?校?区?$"),
    "living_area": re.compile("圏域$"),
}
_SEPARATORS = "・、,，／/;；\n"
_BRACKET = re.compile(r"^(.*?)\s*[(（](.*)[)）]$", re.DOTALL)
_WRITTEN = (
    1_000  # signs, our choice: what is longer is no list of areas, and brackets take its square
)
_PART = re.compile("^(.*?[^(（])(の?一部(?:地域|区域)?|の?(?:ほぼ|大部分)|周辺|など|ほか|等)$")
_WHOLE = re.compile(
    "(?:市|区|町|村|市町|町村|市区町村)?(?:内)?(?:の)?(?:全域|全地域|全区域|一円|全体)|[市区村]内"  # 町内 is a neighbourhood
)
_WITHOUT = re.compile("^(.+?)(?:地区)?は?(?:を?除く|以外|を?のぞく|は?対象外)$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name means: the whole municipality, an area of ours, or (both empty) nothing known."""

    whole: bool
    district: UUID | None
    without: tuple[UUID, ...]

    @property
    def is_known(self) -> bool:
        """Whether the name means a place that we know."""
        return self.whole or self.district is not None


def parse_areas(written: str) -> list[dict[str, str]]:
    """{name, note} for each area in a cell, in its order, each once.

    「川東・高岡地区の一部」 is two; what stands in brackets or says 「一部」 is the note.
    """
    found: dict[tuple[str, str], None] = {}
    for piece in _pieces(written):
        in_brackets = _BRACKET.match(piece) if len(piece) <= _WRITTEN else None
        name, note = (in_brackets[1], in_brackets[2]) if in_brackets else (piece, "")
        part = _PART.match(name)
        if part:
            name, note = part[1], " ".join(filter(None, (part[2].removeprefix("の"), note)))
        if name.strip():
            found[name.strip()[:200], note.strip()[:200]] = None
    return [{"name": name, "note": note} for name, note in found]


def area_words(areas: Iterable[dict[str, str]]) -> list[str]:
    """Service areas as a list would write them, and ``parse_areas`` reads: 「高岡地区（一部）」."""
    return [f"{one['name']}（{one['note']}）" if one["note"] else one["name"] for one in areas]


def _pieces(written: str) -> list[str]:
    """Parted at ・ 、 and line ends, but not inside brackets."""
    pieces, depth = [""], 0
    for sign in written:
        depth = max(0, depth + (sign in "(（") - (sign in ")）"))
        if depth == 0 and sign in _SEPARATORS:
            pieces.append("")
        else:
            pieces[-1] += sign
    return [piece.strip() for piece in pieces if piece.strip()]


class Areas:
    """A municipality's areas, found by what lists call them."""

    def __init__(self, rows: Sequence[AreaName], municipality: str) -> None:
        self.municipality = search_key(municipality)
        self.names: dict[str, str] = {}
        self.exact: dict[str, list[tuple[int, UUID]]] = {}
        self.bare: dict[str, list[tuple[int, UUID]]] = {}
        self.whole: UUID | None = None
        for row in rows:
            if row.level == "municipality":
                self.whole = row.id
                continue
            rank = LEVELS.index(row.level) if row.level in LEVELS else _LAST
            key = town_key(row.name) if row.level == "town" else search_key(row.name)
            self.names.setdefault(key, row.name)
            self.exact.setdefault(key, []).append((rank, row.id))
            self.bare.setdefault(area_key(key), []).append((rank, row.id))

    def meaning(self, name: str, note: str = "") -> Meaning:
        """What a service area means, with the areas that its note takes out."""
        without = _WITHOUT.match(unicodedata.normalize("NFKC", note).strip())
        out = [self._find(one["name"]) for one in parse_areas(without[1])] if without else []
        taken_out = tuple(dict.fromkeys(id_ for id_ in out if id_))
        if self._is_whole(name):
            return Meaning(True, self.whole, taken_out)
        return Meaning(False, self._find(name), taken_out)

    def nearest(self, name: str) -> str:
        """The name of ours that is most like it, "" when none is."""
        close = difflib.get_close_matches(search_key(name), self.names, n=1)
        return self.names[close[0]] if close else ""

    def _is_whole(self, name: str) -> bool:
        plain = unicodedata.normalize("NFKC", name).strip()
        own = search_key(plain).removeprefix(self.municipality)
        return not own or bool(_WHOLE.fullmatch(plain) or _WHOLE.fullmatch(own)) or own == "内"

    def _find(self, name: str) -> UUID | None:
        """The one area called so, with or without its ending; None where two are."""
        key = search_key(name).removeprefix(self.municipality) or search_key(name)
        only = {LEVELS.index(level) for level, end in _OF_LEVEL.items() if end.search(key)}
        alike = self.bare.get(area_key(key), [])
        for found in (
            self.exact.get(key) or self.exact.get(town_key(key)),
            [one for one in alike if not only or one[0] in only],
        ):
            if found:
                first = min(rank for rank, _ in found)
                ids = [id_ for rank, id_ in found if rank == first]
                return ids[0] if len(ids) == 1 else None
        return None


def open_areas(db: Session, scope: Scope, municipality: str) -> Areas:
    """The areas of the scope's municipality, which is called so."""
    return Areas(service_areas.list_area_names(db, scope), municipality)


def written(areas: Areas, values: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """Service areas as the records keep them: with what each name means today."""
    return [_row(areas, one["name"], one["note"]) for one in values]


def match_again(db: Session, scope: Scope, municipality: str) -> None:
    """Say of every service area anew what it means, after areas have been imported."""
    names = service_areas.list_written(db, scope)
    if names:
        areas = open_areas(db, scope, municipality)
        rows = [_row(areas, name, note) for name, note in names]
        service_areas.save_meanings(db, scope, rows)


def _row(areas: Areas, name: str, note: str) -> dict[str, Any]:
    meaning = areas.meaning(name, note)
    return {
        "name": name,
        "note": note,
        "whole": meaning.whole,
        "district": str(meaning.district) if meaning.district else None,
        "without": [str(id_) for id_ in meaning.without],
    }
