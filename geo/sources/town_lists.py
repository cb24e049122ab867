"""町字の一覧: towns with representative points (Geolonia 住所データ) and without any (アドレス・ベース・レジストリ).

Quirks of Geolonia's JSON, one file per municipality: a 丁目 may stand as 小字 (越前市 家久町 一丁目);
the file does not say whose it is. Quirks of the 町字マスター: no coordinates; a 小字 may have no
大字 (鯖江市 椿坂); towns in which nobody lives by that name any more are kept beside their 丁目;
numbers in full width (１９字); columns in Japanese (2022) or English (2023-); an edition cut into
municipalities has no column that says whose it is, but its name does.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geo.errors import Unreadable
from geo.sources.delivery import RowError
from geo.sources.gazetteer import AddressRow, Whose, columns, lonlat, word
from geo.sources.municipality_code import read_code

_ABR_COLUMNS = {
    "code": ("全国地方公共団体コード", "lg_code"),
    "id": ("町字id", "町字ID", "machiaza_id"),
    "ward": ("政令市区名", "ward"),
    "town": ("大字・町名", "oaza_cho"),
    "chome": ("丁目名", "chome"),
    "koaza": ("小字名", "koaza"),
    "kana": ("大字・町名_カナ", "oaza_cho_kana"),
    "ended": ("廃止日", "ablt_date"),
}
_ABR_NOT_NEEDED = ("code", "ward", "kana", "ended")
_CODE_IN_NAME = re.compile(r"(?<!\d)\d{6}(?!\d)")


def geolonia(text: str) -> Iterator[AddressRow | RowError]:
    """Rows of a JSON of Geolonia, or why one is none. Raises Unreadable: not_json, not_addresses."""
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(reason="not_json") from None
    if not isinstance(entries, list) or not entries or not isinstance(entries[0], dict):
        raise Unreadable(reason="not_addresses")
    if not {"town", "lat", "lng"} <= entries[0].keys():
        raise Unreadable(reason="not_addresses")
    for at, entry in enumerate(entries, start=1):
        try:
            yield _geolonia_row(at, entry)
        except RowError as problem:
            yield problem


def _geolonia_row(at: int, entry: Any) -> AddressRow:
    if not isinstance(entry, dict) or not isinstance(entry.get("town"), str):
        raise RowError("no_name")
    town, koaza = word(entry["town"]), word(str(entry.get("koaza") or ""))
    if not town and not koaza:
        raise RowError("no_name")
    if entry.get("lat") is None and entry.get("lng") is None:
        return AddressRow(at, "", town, koaza, "", None, None, None)
    lon, lat = lonlat(str(entry.get("lng")), str(entry.get("lat")))
    return AddressRow(at, "", town, koaza, "", None, lon, lat)


@dataclass(frozen=True, slots=True)
class AbrTable:
    """The 町字マスター: where its columns stand, and whether the whole file is another's."""

    at: Mapping[str, int]
    whose: Whose
    is_other: bool

    @classmethod
    def recognise(cls, headers: Sequence[str], whose: Whose, name: str) -> "AbrTable | None":
        """This table, if it is one. ``name`` of the file may say whose it is."""
        at = columns(_ABR_COLUMNS, headers, _ABR_NOT_NEEDED)
        if at is None:
            return None
        named = [read_code(code)[0] for code in _CODE_IN_NAME.findall(name)]
        codes = [code for code in named if code]
        return cls(at, whose, "code" not in at and bool(codes) and whose.code not in codes)

    def row(self, at: int, cells: Sequence[str]) -> AddressRow | str:
        """A row, or the code for which it is left alone. Raises RowError."""
        said = {field: cells[column] for field, column in self.at.items()}
        if self.is_other or ("code" in said and read_code(said["code"])[0] != self.whose.code):
            return "other_rows"
        if said.get("ended", "").strip():
            return "abolished"
        town, koaza = word(said["town"] + said["chome"]), word(said["koaza"])
        kana = word(said.get("kana", ""))
        if not town and not koaza:
            raise RowError("no_name")
        return AddressRow(at, "", town, koaza, "", None, None, None, kana)
