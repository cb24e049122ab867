"""地図のタイル: /tiles/<layer>/<z>/<x>/<y>.mvt, the base map, areas and resources for everybody."""

import gzip

from flask import Blueprint, Response, request

from geo.records import tiles
from geo.scope import EVERYBODY
from routes._guard import TILES, limiter
from routes._request import reading
from routes._roles import ANYONE, allow

bp = Blueprint("tiles", __name__, url_prefix="/tiles")

KEPT = "public, max-age=3600, must-revalidate"
SMALL = 200  # bytes; below, packing makes a tile longer


@bp.get("/<layer>/<int:z>/<int:x>/<int:y>.mvt")
@allow(*ANYONE)
@limiter.limit(TILES)
def show(layer: str, z: int, x: int, y: int) -> Response:
    """One vector tile. 204 where there is nothing, 304 where the reader has it already."""
    db = reading()
    response = Response(mimetype="application/vnd.mapbox-vector-tile")
    response.set_etag(tiles.get_version(db, EVERYBODY, layer), weak=True)
    response.headers["Cache-Control"] = KEPT
    response.vary.add("Accept-Encoding")
    if response.make_conditional(request).status_code == 304:
        return response
    body = tiles.get_tile(db, EVERYBODY, layer, z, x, y)
    if not body:
        response.status_code = 204
        del response.headers["Content-Type"]
        return response
    if len(body) >= SMALL and request.accept_encodings["gzip"]:
        body = gzip.compress(body, 5, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    response.set_data(body)
    return response
