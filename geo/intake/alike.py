"""似た名前: whether two names at one place are likely to mean one thing.

Only ever a remark: 「ふれあいサロン松葉」 and 「松葉ふれあいサロン」 may still be two groups in one hall, and a
person decides.
"""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo.intake.report import Report
from geo.name_forms import dice, without_legal
from geo.records import neighbours
from geo.records.districts import METRES_PER_DEGREE
from geo.records.municipalities import Municipality
from geo.records.neighbours import AddressWords, UnlistedRow
from geo.scope import Scope
from geo.words import search_key

WITHIN_M = 50.0  # our choice: a building and the error of two people's pins for it
# our choice, tried on みほん市 and 越前市: いきいき体操松葉 / いきいき体操緑丘 0.67, one word moved 0.88
ALIKE = 0.8

# 一丁目１１番２号 and 1-11-2 are one
_ADDRESS_SIGNS = ("一二三四五六七八九‐－―−ー", "123456789-----", "丁目|番地の?|番|号")
_BRANCH = re.compile(
    r"^(.{2,}?)[\s　]*([^\s　]{1,8}?(?:支店|本店|営業所|支所|出張所|分院|分校|分館|店))$"
)
# 第１和上苑 and 第２和上苑, 一丁目 and 二丁目 are two
_NUMBER = re.compile(
    "[0-9]+|[一二三四五六七八九十]+(?=丁目|号|区|番|組|班|部)|(?<=第)[一二三四五六七八九十]+"
)


def tell_alike(
    db: Session,
    scope: Scope,
    place: Municipality,
    intake: UUID,
    written: Mapping[UUID, tuple[int, str, str]],
    report: Report,
) -> None:
    """Say of each row that an intake wrote which others it may be: in the delivery or before.

    written  resource → (row, sheet, key)
    """
    words = AddressWords(place.prefecture, place.name, *_ADDRESS_SIGNS)
    pairs = neighbours.list_beside(db, scope, intake, within_m=WITHIN_M, address=words)
    for pair in pairs:
        row, sheet, key = written[pair.resource]
        beside = written.get(pair.other)
        if beside and (beside < (row, sheet, key) or _one_office(key, beside[2])):
            continue
        if not are_alike(pair.name, pair.other_name, same_kind=pair.same_kind):
            continue
        code = "alike_address" if pair.apart_m is None else "alike_near"
        apart = "" if pair.apart_m is None else f"（{pair.apart_m:.0f}m）"
        detail = f"{pair.other_name}{apart}"
        ids = (pair.resource, pair.other)
        report.say(row, pair.name, code, refused=False, detail=detail, sheet=sheet, about=ids)


class Unlisted:
    """What asked not to be listed, found again where a list brings it under another row."""

    def __init__(self, rows: Sequence[UnlistedRow]) -> None:
        self.rows = rows

    def find(self, key: str, values: Mapping[str, Any]) -> UnlistedRow | None:
        """The entry that a delivered row resembles: a name that may be the same thing's, and the same
        address or a place within WITHIN_M (either, where the other is not known); None where none does.
        A list's own row of it (``key``) is it, not like it."""
        for row in self.rows:
            if key in row.keys or not are_alike(values["name"], row.name, same_kind=True):
                continue
            if _is_beside(values, row):
                return row
        return None


def _is_beside(values: Mapping[str, Any], row: UnlistedRow) -> bool:
    same_address = search_key(values["address"]) == search_key(row.address)
    if values["place"] is None or row.lon is None or row.lat is None:
        return same_address
    lon, lat = values["place"]
    north_m = (lat - row.lat) * METRES_PER_DEGREE
    east_m = (lon - row.lon) * METRES_PER_DEGREE * math.cos(math.radians(lat))
    return math.hypot(north_m, east_m) <= WITHIN_M or (bool(row.address) and same_address)


def _one_office(key: str, other: str) -> bool:
    """Whether two rows were taken as two on purpose: one name at one address, several services."""
    parts, others = key.split("/"), other.split("/")
    return len(parts) >= 3 and parts[:2] == others[:2]


def are_alike(one: str, other: str, *, same_kind: bool) -> bool:
    """Whether two names may be the same thing's; of different kinds only where they are equal but
    for what is written around them (株式会社, a branch that one of them leaves out)."""
    if _numbers(one) != _numbers(other):
        return False
    (base, branch), (other_base, other_branch) = _parts(one), _parts(other)
    if branch and other_branch and branch != other_branch:
        return False
    if base == other_base or _core(one) == _core(other):
        return True
    return same_kind and dice(base + branch, other_base + other_branch) >= ALIKE


@lru_cache(maxsize=20_000)
def _core(name: str) -> str:
    return search_key(without_legal(unicodedata.normalize("NFKC", name)))


@lru_cache(maxsize=20_000)
def _parts(name: str) -> tuple[str, str]:
    """(what it is called, its branch) without legal forms; the branch may be ""."""
    plain = without_legal(unicodedata.normalize("NFKC", name)).strip()
    match = _BRANCH.match(plain)
    if match and re.search(r"[\s　]", plain):  # まるよし商店 is no branch of まるよし商
        return search_key(match[1]), search_key(match[2])
    return search_key(plain), ""


@lru_cache(maxsize=20_000)
def _numbers(name: str) -> tuple[str, ...]:
    return tuple(sorted(_NUMBER.findall(unicodedata.normalize("NFKC", name))))
