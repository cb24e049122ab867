"""公開データ: areas and resources as files that others may use. Only what everybody may see."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from geo import squares
from geo.edits import openings_of
from geo.gap_map import GapMap
from geo.gap_map import whole as whole_people
from geo.openings import words_all
from geo.records import districts, intakes, kinds, shelf
from geo.records.shelf import Wanted
from geo.scope import EVERYBODY, Scope
from geo.service_areas import area_words
from geo.streets.contour import Band
from geo.way_there import Seat, Way

# A cell that begins so could be run as a formula by a spreadsheet (OWASP, CSV Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
OFF_STREET_M = 1.0  # our choice: what is nearer to the street than its kerb begins on it


def districts_geojson(db: Session, municipality: str) -> str:
    """Areas of every level as a FeatureCollection in lon-lat."""
    return _collection(_district_features(db, Scope(municipality, EVERYBODY.role)))


def districts_csv(db: Session, municipality: str) -> str:
    """Areas of every level as a table, without outlines."""
    features = _district_features(db, Scope(municipality, EVERYBODY.role))
    return table([feature["properties"] for feature in features])


def resources_geojson(db: Session, municipality: str) -> str:
    """Open resources as points in lon-lat; geometry null where the place is not shown."""
    rows = _resource_rows(db, Scope(municipality, EVERYBODY.role))
    return _collection(
        {
            "type": "Feature",
            "id": row["id"],
            "geometry": None
            if row["lon"] is None
            else {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
            "properties": {
                name: value for name, value in row.items() if name not in ("lon", "lat")
            },
        }
        for row in rows
    )


def resources_csv(db: Session, municipality: str) -> str:
    """Open resources as a table."""
    return table(_resource_rows(db, Scope(municipality, EVERYBODY.role)))


def times_csv(lonlat: NDArray[np.float64], seconds: NDArray[np.float64]) -> str:
    """Seconds by place, (n, 2) lon, lat and (n,), as a plain table for programs."""
    rows = zip(lonlat.tolist(), seconds.tolist(), strict=True)
    lines = (f"{lon:.7f},{lat:.7f},{time:.3f}" for (lon, lat), time in rows)
    return "\n".join(["lon,lat,seconds", *lines]) + "\n"


def gaps_csv(_db: Session, _scope: Scope, found: GapMap) -> str:
    """People of each area who are reached, beyond and unknown, as a table for programs: whole people, areas by code;
    a last line without a code for whoever lives in none."""
    return table(_gap_rows(found))


def gaps_geojson(db: Session, scope: Scope, found: GapMap) -> str:
    """The same with the outlines of the areas; geometry null where there is none."""
    shapes = {
        shape.code: shape.geojson
        for shape in districts.list_shapes(db, scope, found.question.level)
    }
    return _collection(
        {"type": "Feature", "geometry": shapes.get(row["code"]), "properties": row}
        for row in _gap_rows(found)
    )


def _gap_rows(found: GapMap) -> list[dict[str, Any]]:
    """Of several kinds also who lacks each: beyond_<kind>."""
    several = found.of if len(found.of) > 1 else ()
    told = []
    for at, row in enumerate(found.rows):
        people = whole_people(row.leading)
        lacks = {
            f"beyond_{of.kind.code}": round(float(found.lacks[number, at]))
            for number, of in enumerate(several)
        }
        if row.id or people["people"]:
            about = {"level": found.question.level, "code": row.code, "name": row.name}
            told.append({**about, **people, **lacks})
    return told


def _district_features(db: Session, scope: Scope) -> list[dict[str, Any]]:
    files = {
        run.target: run.file_name
        for run in intakes.list_in_use(db, scope)
        if run.dataset == "districts"
    }
    return [
        {
            "type": "Feature",
            "id": str(shape.id),
            "geometry": shape.geojson,
            "properties": {
                "municipality": level.municipality,
                "level": level.code,
                "code": shape.code,
                "name": shape.name,
                "source": files.get(level.code, ""),
            },
        }
        for level in districts.list_levels(db, scope)
        for shape in districts.list_shapes(db, scope, level.code)
    ]


def _resource_rows(db: Session, scope: Scope) -> list[dict[str, Any]]:
    names = {kind.code: kind.name for kind in kinds.list_all(db, scope)}
    return [
        {
            "id": str(row.id),
            "municipality": row.municipality,
            "kind": row.kind,
            "kind_name": names[row.kind],
            "name": row.name,
            "kana": row.kana,
            "address": row.address,
            "lon": row.lon,
            "lat": row.lat,
            "place_shown": row.place_shown,
            "openings": "；".join(words_all(openings_of(row))),
            "paused_on": row.paused_on.isoformat() if row.paused_on else "",
            "resumes_on": row.resumes_on.isoformat() if row.resumes_on else "",
            "eligibility": row.eligibility,
            "accepting": row.accepting,
            "service_areas": "；".join(area_words(row.service_areas)),
            "fee": row.fee,
            "provider": row.provider,
            "phone": row.phone,
            "url": row.url,
            "description": row.description,
            "confirmed_on": row.confirmed_on.isoformat() if row.confirmed_on else "",
        }
        for row in shelf.list_open(db, scope, Wanted())
        if row.as_open_data
    ]


def bands_geojson(found: Iterable[Band], **more: Any) -> str:
    """Bands as a FeatureCollection in lon-lat, the widest first so that each is drawn over the last.

    more  members beside the features: source, assumptions, whatever the reader should know
    """
    widest_first = sorted(found, key=lambda band: -band.seconds)
    shapes = shapely.to_geojson(np.array([band.shape for band in widest_first], object))
    features = ",".join(  # written as text: GEOS writes outlines many times faster than Python would
        f'{{"type":"Feature","properties":{{"minutes":{band.seconds / 60:g}}},"geometry":{shape}}}'
        for band, shape in zip(widest_first, shapes, strict=True)
    )
    others = json.dumps(more, ensure_ascii=False, allow_nan=False)[1:-1]
    return f'{{"type":"FeatureCollection","features":[{features}]{"," if more else ""}{others}}}'


def way_geojson(way: Way, square: str) -> str:
    """A way as a FeatureCollection in lon-lat, each feature with its ``role``: the square in which it begins, the
    ``way`` (its minutes; ``off``: whether it begins and ends off the street), the seats beside it by their numbers
    in the order of walking, and the ``end`` (``radius_m`` where it is blurred)."""
    west, south, east, north = squares.box_of(square)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    end = {
        "role": "end",
        "rough": way.destination.is_rough,
        "radius_m": None if way.destination.radius_m is None else round(way.destination.radius_m),
    }
    told = {
        "role": "way",
        "minutes": way.minutes,
        "slow_minutes": way.slow_minutes,
        "metres": round(way.length_m),
        "off": [metres > OFF_STREET_M for metres in way.away_m],
    }
    features = [
        ({"role": "square", "code": square}, "Polygon", [ring]),
        (told, "LineString", np.round(way.lonlat, 6).tolist()),
        *(
            (_seat(number, seat), "Point", list(seat.lonlat))
            for number, seat in enumerate(way.seats, 1)
        ),
        (end, "Point", list(way.destination.lonlat)),
    ]
    return _collection(
        {"type": "Feature", "properties": about, "geometry": {"type": form, "coordinates": places}}
        for about, form, places in features
    )


def _seat(number: int, seat: Seat) -> dict[str, Any]:
    return {
        "role": "seat",
        "number": number,
        "name": seat.name,
        "metres": round(seat.from_start_m),
        "is_out": seat.is_out,
    }


def outline_geojson(shape: BaseGeometry) -> str:
    """A lon-lat shape as a GeoJSON geometry, to 1e-5 degrees (a metre)."""
    return str(shapely.to_geojson(shapely.transform(shape, lambda lonlat: np.round(lonlat, 5))))


def _collection(features: Iterable[dict[str, Any]]) -> str:
    """GeoJSON text (RFC 7946); what is not a number does not get in."""
    document = {"type": "FeatureCollection", "features": list(features)}
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def table(rows: Sequence[dict[str, Any]]) -> str:
    """CSV as spreadsheets in offices read it: a byte order mark, CRLF, no cell that is a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    if rows:
        sheet = csv.DictWriter(out, fieldnames=list(rows[0]))
        sheet.writeheader()
        sheet.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value
