"""GeoJSON: a delivered file of features, checked before a single shape is drawn.

RFC 7946 says lon, lat in WGS84 and no ``crs`` member; Japanese offices follow the older
GeoJSON 2008, so the member is read where it stands. The file is parsed by Python's own json
and nothing else: a GDAL VRT saved as .geojson made another reader open /etc/passwd.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.errors import Unreadable
from geo.sources.delivery import RowError, decode, read_bytes

LIMIT_MB = 200

NO_CRS = "no_crs_wgs84"
JGD2000_AS_IS = "jgd2000_as_is"

# JGD2000 and JGD2011 differ by the earthquakes since: centimetres, up to 5 m around 牡鹿半島
# (国土地理院, 2011). Less than the 25 m a school district is drawn to, so it is read as is.
_TAKEN = {"CRS84": None, "4326": None, "6668": None, "4612": JGD2000_AS_IS}


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature as delivered: row counts from 1, geometry is the raw ``geometry`` member."""

    row: int
    properties: dict[str, object]
    geometry: object


@dataclass(frozen=True, slots=True)
class FeatureFile:
    """A FeatureCollection: its features and what it says about itself ("" where it is silent).

    crs          "CRS84" or "EPSG:n"; "" when the file has none
    assumptions  codes: no_crs_wgs84, jgd2000_as_is
    publisher, licence  top-level members of the same name, which our own exports write
    """

    features: tuple[Feature, ...]
    name: str
    crs: str
    encoding: str
    publisher: str
    licence: str
    assumptions: tuple[str, ...]


def read_features(path: Path) -> FeatureFile:
    """Read a GeoJSON FeatureCollection.

    Raises Unreadable with a reason: cannot_open, too_large, empty, not_text,
    encoding_unknown, not_geojson, truncated, not_json, nan_in_json, nested_too_deep, not_feature_collection,
    crs_not_supported (with ``crs``).
    """
    delivered = decode(read_bytes(path, LIMIT_MB))
    text = delivered.text.lstrip("\ufeff \t\r\n")
    if not text.startswith("{"):
        raise Unreadable(reason="not_geojson")
    collection = _parse(text)
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise Unreadable(reason="not_feature_collection")
    listed = collection.get("features")
    if not isinstance(listed, list):
        raise Unreadable(reason="not_feature_collection")
    if not listed:
        raise Unreadable(reason="empty")
    crs, assumptions = _crs(collection.get("crs"))
    return FeatureFile(
        features=tuple(_feature(row, one) for row, one in enumerate(listed, start=1)),
        name=_said(collection, "name"),
        crs=crs,
        encoding=delivered.encoding,
        publisher=_said(collection, "publisher"),
        licence=_said(collection, "licence"),
        assumptions=assumptions,
    )


def _parse(text: str) -> object:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise Unreadable(reason="nested_too_deep") from None
    except ValueError:  # JSONDecodeError, and an integer of more digits than Python reads
        cut = not text.rstrip().endswith("}")
        raise Unreadable(reason="truncated" if cut else "not_json") from None


def _refuse_constant(_: str) -> NoReturn:
    """NaN and Infinity are not JSON, though Python's parser would take them."""
    raise Unreadable(reason="nan_in_json")


def _feature(row: int, one: object) -> Feature:
    if not isinstance(one, dict) or one.get("type") != "Feature":
        return Feature(row, {}, None)
    properties = one.get("properties")
    return Feature(row, properties if isinstance(properties, dict) else {}, one.get("geometry"))


def _said(collection: dict[str, object], member: str) -> str:
    said = collection.get(member)
    return said if isinstance(said, str) else ""


def _crs(member: object) -> tuple[str, tuple[str, ...]]:
    """The name of the coordinate system and what we assume by taking it."""
    if member is None:
        return "", (NO_CRS,)
    inner = member.get("properties") if isinstance(member, dict) else None
    said = str(inner.get("name", inner.get("code"))) if isinstance(inner, dict) else ""
    match = re.search(r"(?:^|EPSG.*[:/])([0-9]+)$|(CRS84)$", said.strip())
    known = (match[1] or match[2]) if match else ""
    if known not in _TAKEN:
        raise Unreadable(reason="crs_not_supported", crs=said[:100])
    assumed = _TAKEN[known]
    return known if known == "CRS84" else f"EPSG:{known}", (assumed,) if assumed else ()


def polygons(geometry: object) -> tuple[list[BaseGeometry], int]:
    """The polygons of a raw geometry, heights dropped, and how many other parts it had.

    Collections are opened however deep they lie. Raises RowError: no_geometry, bad_coordinates.
    """
    found: list[BaseGeometry] = []
    others = 0
    waiting = [geometry]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, dict):
            raise RowError("no_geometry")
        kind = part.get("type")
        if kind == "GeometryCollection":
            waiting.extend(reversed(_listed(part.get("geometries"))))
        elif kind == "MultiPolygon":
            found.extend(_polygon(rings) for rings in _listed(part.get("coordinates")))
        elif kind == "Polygon":
            found.append(_polygon(part.get("coordinates")))
        else:
            others += 1
    return [polygon for polygon in found if not polygon.is_empty], others


def _polygon(rings: object) -> BaseGeometry:
    shell, *holes = [_ring(ring) for ring in _listed(rings)] or [np.empty((0, 2))]
    try:
        return shapely.Polygon(shell, holes)
    except (ValueError, shapely.GEOSException):
        raise RowError("bad_coordinates") from None


def _ring(ring: object) -> NDArray[np.float64]:
    """(points, 2) lon, lat. Text and numbers without an end are no coordinates."""
    try:
        lonlat = np.array([point[:2] for point in _listed(ring)])
    except (TypeError, ValueError, OverflowError):  # a point that is no list, or too short
        raise RowError("bad_coordinates") from None
    if lonlat.dtype.kind not in "iuf" or lonlat.ndim != 2 or lonlat.shape[1] != 2:
        raise RowError("bad_coordinates")
    if not np.isfinite(lonlat).all():  # 1e999 is JSON, and infinite
        raise RowError("bad_coordinates")
    return lonlat.astype(np.float64)


def _listed(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise RowError("bad_coordinates")
    return value
