"""The base map as pages speak of it: where its tiles are, how far it reaches, who made it."""

from typing import Any

from flask import current_app, url_for

from geo.records import tiles
from geo.records.basemap import ExtractNear
from geo.scope import Scope
from routes._request import map_in_use

Box = tuple[float, float, float, float]
# A tile of zoom z is drawn 512 pixels wide: one zoom deeper on the screen.
MAX_DATA_ZOOM = tiles.MAX_ZOOM
AROUND = 1.0  # of the map's own width: as far as a reader can move before the map is small


def backgrounds(scope: Scope, bounds: list[list[float]]) -> dict[str, dict[str, Any] | None]:
    """What lies under the areas of a map, for its page data.

    bounds   [[south, west], [north, east]] of the map's first view
    basemap  {url, script, bounds, max_zoom, attribution}; None where no extract is imported
    raster   {url, attribution} of the installation's other tiles (RASTER_TILES_URL), usually None
    """
    settings = current_app.extensions["settings"]
    raster = {"url": settings.raster_url, "attribution": settings.raster_attribution}
    return {
        "basemap": _basemap(scope, bounds),
        "raster": raster if settings.raster_url else None,
    }


def _basemap(scope: Scope, bounds: list[list[float]]) -> dict[str, Any] | None:
    (south, west), (north, east) = bounds
    wide, high = (east - west) * AROUND, (north - south) * AROUND
    in_use = map_in_use(scope)
    view = (west - wide, south - high, east + wide, north + high)
    near = [one for one in in_use.extracts if _is_shown(one.bounds, view)]
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
        "url": f"{pattern}?v={in_use.version}",
        "script": url_for("vendor.file", name="protomaps-leaflet/protomaps-leaflet.js"),
        "bounds": [[south, west], [north, east]],
        "max_zoom": MAX_DATA_ZOOM,
        "attribution": _makers(near),
    }


def _is_shown(bounds: Box, view: Box) -> bool:
    (west, south, east, north), (left, low, right, high) = bounds, view
    return west <= right and left <= east and south <= high and low <= north


def _makers(extracts: list[ExtractNear]) -> str:
    """Who made what is drawn; the mappers ask for the sign before their name."""
    names = [
        f"© {extract.publisher}" if extract.licence.startswith("ODbL") else extract.publisher
        for extract in extracts
    ]
    return "、".join(dict.fromkeys(filter(None, names)))
