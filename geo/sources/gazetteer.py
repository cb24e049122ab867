"""住所の一覧の行: what every gazetteer comes to, whichever office publishes it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from geo.sources.delivery import RowError, name_key, tidy, where_in_japan

_COUNTY = re.compile("^.{1,8}?郡(?=.)")
_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?")


@dataclass(frozen=True, slots=True)
class Whose:
    """The municipality whose rows are wanted: 5-digit code, prefecture, name (a ward with its city's)."""

    code: str
    prefecture: str
    name: str

    def ward_of(self, city: str) -> str | None:
        """ "" when a file's 市区町村名 is ours (with or without its 郡), the ward where it is a ward
        of our city, None when it is another's."""
        return _ward_of(self.name, city)


@lru_cache(maxsize=4096)
def _ward_of(name: str, city: str) -> str | None:
    own, said = name_key(name), name_key(city)
    if own in (said, _COUNTY.sub("", said)):
        return ""
    ward = said.removeprefix(own)
    return ward if ward != said and own.endswith("市") and ward.endswith("区") else None


@dataclass(frozen=True, slots=True)
class AddressRow:
    """One row. "" where the gazetteer says nothing.

    row       as the file counts: the header is 1, a JSON's first entry too
    ward      of a city that is read as a whole
    town      大字・町・丁目 as written (本町二丁目); koaza 小字・通称
    block     街区符号 or 地番, "" for a town; by_block: True 住居表示, False 地番, None not said
    lon, lat  degrees, both or neither
    kana      how 大字・町 is read, without its 丁目
    """

    row: int
    ward: str
    town: str
    koaza: str
    block: str
    by_block: bool | None
    lon: float | None
    lat: float | None
    kana: str = ""

    @property
    def name(self) -> str:
        """In one line, for a report."""
        return f"{self.ward}{self.town}{self.koaza}{self.block}"


def lonlat(lon_text: str, lat_text: str) -> tuple[float, float]:
    """Degrees from two cells. Raises RowError: bad_coordinates, swapped_axes, outside_japan."""
    if not _NUMBER.fullmatch(lon_text) or not _NUMBER.fullmatch(lat_text):
        raise RowError("bad_coordinates", f"{lat_text},{lon_text}"[:80])
    lon, lat = float(lon_text), float(lat_text)
    if reason := where_in_japan(lon, lat, lon, lat):
        raise RowError(reason, f"{lat},{lon}")
    return lon, lat


def columns(
    wanted: Mapping[str, Sequence[str]], headers: Sequence[str], not_needed: Sequence[str]
) -> dict[str, int] | None:
    """Field → number of its column; None when one that is needed is missing."""
    first = {header: at for at, header in reversed(list(enumerate(headers)))}
    found = {
        field: next((first[name] for name in names if name in first), -1)
        for field, names in wanted.items()
    }
    if any(at < 0 and field not in not_needed for field, at in found.items()):
        return None
    return {field: at for field, at in found.items() if at >= 0}


def word(cell: str) -> str:
    """A name as it is kept: no spaces at all. Raises RowError: bad_character, too_long."""
    name = "".join(tidy(cell).split())
    if "\ufffd" in name:
        raise RowError("bad_character", name[:40])
    if len(name) > 60:  # our choice: the longest 小字 of the country has some 30 signs
        raise RowError("too_long", name[:40])
    return name
