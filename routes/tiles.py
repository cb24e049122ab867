"""地図のタイル: /tiles/<layer>/<z>/<x>/<y>.mvt?v=<version>, the base map, areas and resources for everybody."""

import gzip

from flask import Blueprint, Response, request

from geo.records import tiles
from geo.scope import EVERYBODY
from routes._guard import TILES, limiter
from routes._kept_tiles import Packed, kept_tiles
from routes._request import glancing
from routes._roles import ANYONE, allow

bp = Blueprint("tiles", __name__, url_prefix="/tiles")

FOR_AN_HOUR = "public, max-age=3600, must-revalidate"
FOR_GOOD = "public, max-age=31536000, immutable"
SMALL = 200  # bytes; below, packing makes a tile longer
# Of zlib's nine; our choice: 1 makes the tiles of みほん市 1.7 % larger than 5, 9 less than 0.1 % smaller.
LEVEL = 5


@bp.get("/<layer>/<int:z>/<int:x>/<int:y>.mvt")
@allow(*ANYONE)
@limiter.limit(TILES)
def show(layer: str, z: int, x: int, y: int) -> Response:
    """One vector tile. 204 where there is nothing, 304 where the reader has it already. Whoever
    names the version of a layer that keeps its versions may keep the tile for good."""
    version, is_named = _version(layer)
    response = Response(mimetype="application/vnd.mapbox-vector-tile")
    response.set_etag(version, weak=True)
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    response.headers["Cache-Control"] = FOR_GOOD if is_named else FOR_AN_HOUR
    response.vary.add("Accept-Encoding")
    if response.make_conditional(request).status_code == 304:
        return response
    tile = _kept(layer, version, z, x, y) if is_named else _packed(layer, z, x, y)
    if not tile.body:
        response.status_code = 204
        del response.headers["Content-Type"]
        return response
    if tile.gzipped and request.accept_encodings["gzip"]:
        response.headers["Content-Encoding"] = "gzip"
        response.set_data(tile.body)
    else:
        response.set_data(gzip.decompress(tile.body) if tile.gzipped else tile.body)
    return response


def _version(layer: str) -> tuple[str, bool]:
    """A layer's version, and whether the address names it and nothing else can ever be meant by it."""
    named, shelf = request.args.get("v", ""), kept_tiles()
    if shelf.is_current(layer, named):
        return named, True
    version = tiles.get_version(glancing(), EVERYBODY, layer)
    if not tiles.LAYERS[layer].lasting or named != version:
        return version, False
    shelf.note(layer, version)
    return version, True


def _kept(layer: str, version: str, z: int, x: int, y: int) -> Packed:
    key, shelf = (layer, version, z, x, y), kept_tiles()
    tile = shelf.find(key)
    if tile is None:
        tile = _packed(layer, z, x, y)
        shelf.keep(key, tile)
    return tile


def _packed(layer: str, z: int, x: int, y: int) -> Packed:
    body = tiles.get_tile(glancing(), EVERYBODY, layer, z, x, y)
    if len(body) < SMALL:
        return Packed(body, gzipped=False)
    return Packed(gzip.compress(body, LEVEL, mtime=0), gzipped=True)
