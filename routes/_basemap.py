"""The base map as pages speak of it: where its tiles are, how far it reaches, who made it."""

from typing import Any

from flask import current_app, url_for
from sqlalchemy.orm import Session

from geo.records import basemap, tiles
from geo.records.basemap import ExtractNear
from geo.scope import Scope

# A tile of zoom z is drawn 512 pixels wide: one zoom deeper on the screen.
MAX_DATA_ZOOM = tiles.MAX_ZOOM
AROUND = 1.0  # of the map's own width: as far as a reader can move before the map is small


def backgrounds(
    db: Session, scope: Scope, bounds: list[list[float]]
) -> dict[str, dict[str, Any] | None]:
    """What lies under the areas of a map, for its page data.

    bounds   [[south, west], [north, east]] of the map's first view
    basemap  {url, script, bounds, max_zoom, attribution}; None where no extract is imported
    raster   {url, attribution} of the installation's other tiles (RASTER_TILES_URL), usually None
    """
    settings = current_app.extensions["settings"]
    raster = {"url": settings.raster_url, "attribution": settings.raster_attribution}
    return {
        "basemap": _basemap(db, scope, bounds),
        "raster": raster if settings.raster_url else None,
    }


def _basemap(db: Session, scope: Scope, bounds: list[list[float]]) -> dict[str, Any] | None:
    (south, west), (north, east) = bounds
    wide, high = (east - west) * AROUND, (north - south) * AROUND
    near = basemap.list_extracts_near(
        db, scope, (west - wide, south - high, east + wide, north + high)
    )
    if not near:
        return None
    west, south, east, north = (
        choose(extract.bounds[side] for extract in near)
        for side, choose in enumerate((min, min, max, max))
    )
    # The version in the address: after an import nobody looks at yesterday's map for an hour.
    pattern = url_for("tiles.show", layer="basemap", z=0, x=0, y=0).replace(
        "/0/0/0.mvt", "/{z}/{x}/{y}.mvt"
    )
    return {
        "url": f"{pattern}?v={tiles.get_version(db, scope, 'basemap')}",
        "script": url_for("vendor.file", name="protomaps-leaflet/protomaps-leaflet.js"),
        "bounds": [[south, west], [north, east]],
        "max_zoom": MAX_DATA_ZOOM,
        "attribution": _makers(near),
    }


def _makers(extracts: list[ExtractNear]) -> str:
    """Who made what is drawn; the mappers ask for the sign before their name."""
    names = [
        f"© {extract.publisher}" if extract.licence.startswith("ODbL") else extract.publisher
        for extract in extracts
    ]
    return "、".join(dict.fromkeys(filter(None, names)))
