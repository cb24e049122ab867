"""GeoJSON: a delivered file of features, checked before a single shape is drawn; and shapes from
what any vector file holds (the raw JSON member, or WKB from ``vector``).

RFC 7946 says lon, lat in WGS84 and no ``crs`` member; Japanese offices follow the older
GeoJSON 2008, so the member is read where it stands. The file is parsed by Python's own json
and nothing else: a GDAL VRT saved as .geojson made another reader open /etc/passwd.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.errors import Unreadable
from geo.sources import datums
from geo.sources.datums import NO_CRS, Convert, Datum
from geo.sources.delivery import RowError, decode, read_bytes

LIMIT_MB = 200
FEATURES = 500_000  # our choice: twice the 町丁・字等 of the country
# Our choice: 200 MB of points with seven decimals are 8 million lists; as many as could be written would
# take some 10 GB as Python holds them.
_OBJECTS, _LISTS = 2_000_000, 12_000_000


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature as delivered: row counts from 1, geometry is the raw ``geometry`` member or WKB."""

    row: int
    properties: dict[str, object]
    geometry: object


@dataclass(frozen=True, slots=True)
class FeatureFile:
    """A file of features and what it says about itself ("" where it is silent).

    crs          "CRS84" or "EPSG:n"; "" when the file has none
    convert      its coordinates -> lon, lat; None where they are that
    assumptions  codes: no_crs_wgs84, jgd2000_as_is, tokyo_datum=m; from vector also no_prj_jgd,
                 shx_rebuilt, no_dbf, encoding_assumed=codec, views_ignored
    publisher, licence  top-level members of the same name, which our own exports write
    """

    features: tuple[Feature, ...]
    name: str
    crs: str
    encoding: str
    publisher: str
    licence: str
    assumptions: tuple[str, ...]
    convert: Convert | None = None


def read_features(path: Path, crs: str = "") -> FeatureFile:
    """Read a GeoJSON FeatureCollection.

    crs  "EPSG:n" where the person who imports knows better than the file

    Raises Unreadable with a reason: cannot_open, too_large, empty, not_text,
    encoding_unknown, not_geojson, truncated, not_json, nan_in_json, nested_too_deep, not_feature_collection,
    too_many_features, crs_not_supported (with ``crs``).
    """
    delivered = decode(read_bytes(path, LIMIT_MB))
    text = delivered.text.lstrip("\ufeff \t\r\n")
    if not text.startswith("{"):
        raise Unreadable(reason="not_geojson")
    if text.count("{") > _OBJECTS or text.count("[") > _LISTS:
        raise Unreadable(reason="too_many_features", limit=FEATURES)
    collection = _parse(text)
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise Unreadable(reason="not_feature_collection")
    listed = collection.get("features")
    if not isinstance(listed, list):
        raise Unreadable(reason="not_feature_collection")
    if not listed:
        raise Unreadable(reason="empty")
    if len(listed) > FEATURES:
        raise Unreadable(reason="too_many_features", limit=FEATURES)
    datum = datums.of(crs) if crs else _datum(collection.get("crs"))
    return FeatureFile(
        features=tuple(_feature(row, one) for row, one in enumerate(listed, start=1)),
        name=_said(collection, "name"),
        crs=datum.crs,
        encoding=delivered.encoding,
        publisher=_said(collection, "publisher"),
        licence=_said(collection, "licence"),
        assumptions=datum.assumptions,
        convert=datum.convert,
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


def _datum(member: object) -> Datum:
    """The coordinate system that the ``crs`` member names."""
    if member is None:
        return Datum("", None, (NO_CRS,))
    inner = member.get("properties") if isinstance(member, dict) else None
    said = str(inner.get("name", inner.get("code"))) if isinstance(inner, dict) else ""
    match = re.search(r"(?:^|EPSG.*[:/])([0-9]+)$|(CRS84)$", said.strip())
    if not match:
        raise Unreadable(reason="crs_not_supported", crs=said[:100])
    return datums.of(match[1] or match[2])


def polygons(geometry: object, convert: Convert | None = None) -> tuple[list[BaseGeometry], int]:
    """The polygons of a raw geometry in lon, lat, heights dropped, and how many other parts it had.

    Collections are opened however deep they lie. Raises RowError: no_geometry, bad_coordinates.
    """
    found: list[BaseGeometry] = []
    others = 0
    for kind, part in _parts(geometry):
        if isinstance(part, BaseGeometry) and kind == "Polygon":
            found.append(part)
        elif kind == "MultiPolygon":
            found.extend(_polygon(rings) for rings in _listed(part))
        elif kind == "Polygon":
            found.append(_polygon(part))
        else:
            others += 1
    return [_converted(one, convert) for one in found if not one.is_empty], others


def point(geometry: object, convert: Convert | None = None) -> tuple[float, float]:
    """lon, lat of a geometry that is one point. Raises RowError: no_geometry, not_a_point,
    bad_coordinates."""
    parts = list(_parts(geometry))
    if len(parts) != 1 or parts[0][0] not in ("Point", "MultiPoint"):
        raise RowError("not_a_point")
    kind, part = parts[0]
    if isinstance(part, BaseGeometry):
        lonlat = shapely.get_coordinates(part)
    else:
        lonlat = _ring(part if kind == "MultiPoint" else [part])
    if len(lonlat) != 1:
        raise RowError("not_a_point")
    lon, lat = (convert(lonlat) if convert else lonlat)[0].tolist()
    return lon, lat


def _parts(geometry: object) -> Iterator[tuple[object, Any]]:
    """(kind, coordinates or shape) of every part that is no collection itself."""
    waiting = [_shape(geometry) if isinstance(geometry, bytes) else geometry]
    while waiting:
        part = waiting.pop()
        if isinstance(part, BaseGeometry):
            parts = shapely.get_parts(part)
            if part.geom_type in ("MultiPolygon", "MultiPoint", "GeometryCollection"):
                waiting.extend(reversed(parts.tolist()))
            else:
                yield part.geom_type, part
        elif not isinstance(part, dict):
            raise RowError("no_geometry")
        elif part.get("type") == "GeometryCollection":
            waiting.extend(reversed(_listed(part.get("geometries"))))
        else:
            yield part.get("type"), part.get("coordinates")


def _shape(wkb: bytes) -> BaseGeometry:
    """A shape from WKB; rings that do not close are closed."""
    try:
        shape = shapely.from_wkb(wkb, on_invalid="fix")
    except shapely.GEOSException:
        shape = None
    if shape is None or not np.isfinite(shapely.get_coordinates(shape)).all():
        raise RowError("bad_coordinates")
    return shapely.force_2d(shape)


def _converted(shape: BaseGeometry, convert: Convert | None) -> BaseGeometry:
    if convert is None:
        return shape
    converted = shapely.transform(shape, convert)
    if not np.isfinite(shapely.get_coordinates(converted)).all():  # metres of another zone
        raise RowError("bad_coordinates")
    return converted


def _polygon(rings: object) -> BaseGeometry:
    shell, *holes = [_ring(ring) for ring in _listed(rings)] or [np.empty((0, 2))]
    try:
        return shapely.Polygon(shell, holes)
    except (ValueError, shapely.GEOSException):
        raise RowError("bad_coordinates") from None


def _ring(ring: object) -> NDArray[np.float64]:
    """(points, 2) lon, lat. Text and numbers without an end are no coordinates."""
    try:
        points = _listed(ring)
        if any(len(point) != 2 for point in points):  # heights; without, no second list of millions
            points = [point[:2] for point in points]
        lonlat = np.array(points)
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
