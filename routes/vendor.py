"""Third-party scripts and sheets, by an allow-list: nothing else of node_modules can be asked for."""

from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory

from routes._guard import limiter
from routes._roles import ANYONE, allow

bp = Blueprint("vendor", __name__, url_prefix="/static/vendor")

NODE_MODULES = Path(__file__).parents[1] / "node_modules"
FILES = {
    "leaflet/leaflet-src.esm.js": "leaflet/dist/leaflet-src.esm.js",
    "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    # Its ES module names other packages, which no browser finds without a build: hence the classic one.
    "protomaps-leaflet/protomaps-leaflet.js": "protomaps-leaflet/dist/protomaps-leaflet.js",
    # Reads the map that goes along; the classic one for the same reason.
    "pmtiles/pmtiles.js": "pmtiles/dist/pmtiles.js",
    "idb/index.js": "idb/build/index.js",
    **{
        f"leaflet/images/{name}": f"leaflet/dist/images/{name}"
        for name in ("layers.png", "layers-2x.png", "marker-icon.png", "marker-shadow.png")
    },
}


@bp.get("/<path:name>")
@allow(*ANYONE)
@limiter.exempt
def file(name: str) -> Response:
    """One allowed file."""
    if name not in FILES:
        abort(404)
    return send_from_directory(NODE_MODULES, FILES[name], max_age=86_400)
