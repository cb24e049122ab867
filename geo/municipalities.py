"""全国の市町村: codes, names and plane zones from data/municipalities.csv, before anything is imported."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parents[1] / "data" / "municipalities.csv"


@dataclass(frozen=True, slots=True)
class MunicipalityDefault:
    """One 市町村 of the country. ``zone`` is its 平面直角座標系 (平成14年国土交通省告示第9号)."""

    code: str
    prefecture: str
    name: str
    kana: str
    zone: int


@cache
def defaults() -> dict[str, MunicipalityDefault]:
    """Code → municipality, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: MunicipalityDefault(
                row["code"], row["prefecture"], row["name"], row["kana"], int(row["zone"])
            )
            for row in csv.DictReader(file)
        }


def find(code: str, name: str = "") -> MunicipalityDefault | None:
    """The municipality of a code; with a ``name``, also one that is newer than the file, which
    takes prefecture and zone of the first municipality beside it. None when neither is known."""
    known = defaults().get(code)
    if known or not name:
        return known
    beside = next((row for row in defaults().values() if row.code[:2] == code[:2]), None)
    if beside is None or len(code) != 5 or not code.isdigit():
        return None
    return MunicipalityDefault(code, beside.prefecture, name, "", beside.zone)
