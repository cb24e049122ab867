"""学校: 国土数値情報 P29, points with a name and a kind; they name school districts that have none.

The first edition (P29-13) has the kind in P29_004 and the name in P29_005, later ones (P29-21, -23)
the kind in P29_003 and the name in P29_004, with a 学校コード and whether the school is 休校.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from geo.errors import Unreadable
from geo.sources import geojson, vector
from geo.sources.delivery import Refused, RowError, name_key, tidy, where_in_japan
from geo.sources.district_layers import SOURCES
from geo.sources.geojson import Feature
from geo.sources.municipality_code import read_code

# 学校分類コード of P29, as its code list has them
KINDS = {
    "16001": "elementary",
    "16002": "junior_high",
    "16003": "secondary",  # 中等教育学校
    "16004": "high",
    "16005": "technical_college",
    "16006": "junior_college",
    "16007": "university",
    "16011": "kindergarten",
    "16012": "special_needs",
    "16013": "nursery_kindergarten",  # 認定こども園
    "16014": "compulsory",  # 義務教育学校
    "16015": "miscellaneous",
    "16016": "vocational",
}
OTHER = "other"
_CLOSED = "2"  # P29_007 since 2021: 休校中


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """One school.

    row   number of its feature in the file, from 1
    code  学校コード, or a key made of the name in editions without
    kind  a value of KINDS, or other
    """

    row: int
    municipality: str | None
    code: str
    name: str
    kind: str
    address: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class SchoolFile:
    """All schools of a file, in its order, and what the file is (as DistrictFile)."""

    rows: tuple[SchoolRow, ...]
    refused: tuple[Refused, ...]
    edition: str
    encoding: str
    crs: str
    name_field: str
    publisher: str
    licence: str
    assumptions: tuple[str, ...]


def read(path: Path, *, layer_name: str = "", crs: str = "") -> SchoolFile:
    """Read a file of P29 in any format that vector.read_features takes.

    Schools are refused with a reason: no_name, not_a_point, no_geometry, bad_coordinates,
    swapped_axes, outside_japan, school_closed, duplicate_row. Raises Unreadable: the reasons of
    vector.read_features, not_p29.
    """
    file = vector.read_features(path, layer=layer_name, crs=crs)
    present = {field for feature in file.features for field in feature.properties}
    if not {"P29_001", "P29_003", "P29_004"} <= present:
        raise Unreadable(reason="not_p29")
    is_first = any(_text(one, "P29_002") == "16" for one in file.features)
    rows: dict[tuple[str | None, str, str], SchoolRow] = {}
    refused = []
    for feature in file.features:
        name = _text(feature, "P29_005" if is_first else "P29_004")
        try:
            row = _row(feature, name, is_first, geojson.point(feature.geometry, file.convert))
            if (row.municipality, row.kind, row.code) in rows:
                raise RowError("duplicate_row")
            rows[row.municipality, row.kind, row.code] = row
        except RowError as problem:
            refused.append(problem.at(feature.row, name))
    publisher, licence = SOURCES["p29"]
    year = re.search(r"P29-([0-9]{2})", f"{file.name} {path.name}", re.IGNORECASE)
    return SchoolFile(
        rows=tuple(rows.values()),
        refused=tuple(refused),
        edition="20" + year[1] if year else "",
        encoding=file.encoding,
        crs=file.crs,
        name_field="P29_005" if is_first else "P29_004",
        publisher=file.publisher or publisher,
        licence=file.licence or licence,
        assumptions=file.assumptions,
    )


def _row(feature: Feature, name: str, is_first: bool, lonlat: tuple[float, float]) -> SchoolRow:
    if not name:
        raise RowError("no_name")
    if not is_first and _text(feature, "P29_007") == _CLOSED:
        raise RowError("school_closed")
    lon, lat = lonlat
    reason = where_in_japan(lon, lat, lon, lat)
    if reason:
        raise RowError(reason, f"{lat:.5f},{lon:.5f}")
    return SchoolRow(
        row=feature.row,
        municipality=read_code(_text(feature, "P29_001"))[0],
        code=name_key(name) if is_first else _text(feature, "P29_002") or name_key(name),
        name=name,
        kind=KINDS.get(_text(feature, "P29_004" if is_first else "P29_003"), OTHER),
        address=_text(feature, "P29_006" if is_first else "P29_005"),
        lon=lon,
        lat=lat,
    )


def _text(feature: Feature, field: str) -> str:
    value = feature.properties.get(field)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return tidy(str(value)) if isinstance(value, str | int) else ""
