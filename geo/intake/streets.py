"""道の取り込み: an extract of OSM becomes the base map of a municipality.

The original is kept: the street engine is built from the file that this run points at.
"""

from datetime import date
from pathlib import Path
from typing import Any

import shapely
from shapely import MultiPolygon
from sqlalchemy.orm import Session

from geo.errors import Unreadable
from geo.intake.report import Delivery, Report, begin, finish, open_municipality, source
from geo.records import basemap
from geo.records.database import take_turns
from geo.records.intakes import Intake
from geo.scope import Scope
from geo.sources import areas, geojson, osm
from geo.sources.delivery import RowError
from geo.sources.model_town import LICENCE, PUBLISHER
from geo.sources.model_town_streets import GENERATOR
from geo.sources.osm import OsmFile
from geo.sources.tangles import Patience

INVENTED = "99"  # DATA 18: codes of municipalities that nobody mapped
OSM = ("OpenStreetMap contributors", "ODbL 1.0")
LISTED = 200  # refused features told one by one; the others are counted


def run_streets(
    db: Session, scope: Scope, delivery: Delivery, coverage: Path | None = None, *, name: str = ""
) -> Intake:
    """Read an extract as the base map of the scope's municipality, in place of the last edition.

    coverage  a GeoJSON file: as far as the extract knows every street. Without it the header's box,
              else the hull of the streets; the report says which
    Raises Unreadable, Invalid.
    """
    place = open_municipality(db, scope, name)
    take_turns(db, scope, "basemap")
    file = osm.read(delivery.path)
    edge, made_of = _edge(file, coverage, place.zone)
    report = Report(_source(file, place.code), [f"coverage_{made_of}"])
    for row, refused in enumerate(file.refused[:LISTED], start=1):
        report.say(row, refused.name, refused.reason, refused=True, detail=refused.key)
    run = begin(db, scope, delivery, "streets", "osm")
    swapped = basemap.save_edition(db, scope, file.lines, file.areas, file.points)
    edition = date.fromisoformat(file.edition) if file.edition else None
    moved = basemap.save_extract(db, scope, run.id, edge, made_of, edition)
    run.added, run.changed = swapped.added, swapped.changed
    run.unchanged = swapped.unchanged
    differs = moved or swapped.added or swapped.changed or swapped.missing
    report.count_unlisted(refused=max(0, len(file.refused) - LISTED), missing=swapped.missing)
    return finish(db, scope, run, report, "basemap" if differs else None)


def _edge(file: OsmFile, coverage: Path | None, zone: int) -> tuple[MultiPolygon, str]:
    """How far the extract knows every street (MEANING 1), and how we know that."""
    if coverage is not None:
        patience = Patience()
        features = geojson.read_features(coverage).features
        return _joined([_polygon(one, zone, patience) for one in features], patience), "file"
    if file.box:
        return _many(shapely.box(*file.box)), "box"
    return _many(file.hull()), "hull"


def _polygon(feature: geojson.Feature, zone: int, patience: Patience) -> MultiPolygon:
    try:
        return areas.one_area(*geojson.polygons(feature.geometry), zone, patience)[0]
    except RowError as error:
        raise Unreadable(reason=error.reason) from None


def _joined(found: list[MultiPolygon], patience: Patience) -> MultiPolygon:
    try:
        return areas.merged(found, patience)
    except RowError as error:
        raise Unreadable(reason=error.reason) from None


def _many(shape: shapely.Geometry) -> MultiPolygon:
    return shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])


def _source(file: OsmFile, municipality: str) -> dict[str, Any]:
    """Whose data it is. Only an invented municipality's own drawing is not OpenStreetMap's."""
    invented = municipality.startswith(INVENTED) and file.generator == GENERATOR
    publisher, licence = (PUBLISHER, LICENCE) if invented else OSM
    return source(
        layer="osm", edition=file.edition, crs="CRS84", publisher=publisher, licence=licence
    )
