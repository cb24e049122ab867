"""現地記録のページ: /field/, for a telephone in one hand, with or without a network.

One page that the telephone keeps (by a service worker, for /field/ only) and what goes along: public
facts of the writer's areas, and the base map as one file. The page itself carries nothing of anybody;
what is written there comes back by routes/field.py.
"""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    render_template,
    request,
    send_file,
    url_for,
)

from geo import field_map, field_pack
from geo.errors import NotFound
from geo.field_map import Plan
from geo.kinds import vocabulary
from geo.scope import Scope
from routes._basemap import backgrounds
from routes._request import now, own_scope, reading, writing
from routes._roles import ANYONE, WRITERS, allow
from routes._vendor import FILES as VENDOR
from routes._vendor import NODE_MODULES

bp = Blueprint("field_pages", __name__, url_prefix="/field")

LEVEL = 5  # of zlib's nine, as routes/tiles.py
STATIC = Path(__file__).parents[1] / "static"
TEMPLATES = Path(__file__).parents[1] / "templates"
SHEETS = ("map.css", "site.css", "work.css", "field.css")
OWN = (*SHEETS, "favicon.svg", "js/field/*.js", "js/core/*.js")
WORDS = (  # vocabularies that the page asks by
    *("eligibility", "accepting", "seating", "entrance", "medium", "activity"),
)


@bp.get("/")
@allow(*WRITERS)
def index() -> str:
    """The page, the same for everybody who may open it: it is kept on the telephone."""
    return render_template(
        "field/index.html",
        version=_version(),
        vocabularies={name: vocabulary(name) for name in WORDS},
    )


@bp.get("/worker.js")
@allow(*ANYONE)
def worker() -> Response:
    """The service worker: which files make the page, by a version of their checksums."""
    kept = {"version": _version(), "page": url_for("field_pages.index"), "files": _addresses()}
    script = (STATIC / "js/field/worker.js").read_text(encoding="utf-8")
    head = f"const KEPT = {current_app.json.dumps(kept)}\n"
    response = Response(head + script, mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = url_for("field_pages.index")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/manifest.webmanifest")
@allow(*ANYONE)
def manifest() -> Response:
    """What a telephone shows of the page among its applications."""
    response = Response(
        render_template("field/manifest.json"), mimetype="application/manifest+json"
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/pack")
@allow(*WRITERS)
def pack() -> Response:
    """What goes along. 304 where the device has it."""
    content = field_pack.pack(reading(), own_scope(), now())
    response = jsonify(content)
    response.set_etag(content["version"], weak=True)
    response.vary.add("Accept-Encoding")
    if response.make_conditional(request).status_code == 200 and request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


@bp.get("/map")
@allow(*WRITERS)
def state_of_map() -> Response:
    """Whether the map that goes along is ready, and how large it is: said before it is fetched.

    {state: none | making | ready, bytes, name, url, basemap, online}; ``online``: everybody's tiles, for
    who has taken none along and has a network. A map that nobody has made yet is asked of the worker.
    """
    db, scope = reading(), _at_home()
    wanted = field_map.plan(db, scope)
    if wanted is None:
        return jsonify(state="none")
    path, online = field_map.find(_folder(), wanted), _tiles_of(scope, wanted)
    if path is None:
        with writing() as writer:
            field_map.ask(writer, scope, wanted)
        return jsonify(state="making", tiles=len(wanted.tiles), online=online)
    return jsonify(
        state="ready",
        bytes=path.stat().st_size,
        name=wanted.name,
        url=url_for("field_pages.tiles", name=wanted.name),
        basemap=_drawn(wanted, online),
        online=online,
    )


@bp.get("/tiles.pmtiles")
@allow(*WRITERS)
def tiles() -> Response:
    """The map of the reader's areas in one file; also in parts (Range)."""
    wanted = field_map.plan(reading(), _at_home())
    path = wanted and field_map.find(_folder(), wanted)
    if path is None or wanted is None:
        raise NotFound(thing="field_map", id="")
    return send_file(
        path, mimetype="application/vnd.pmtiles", conditional=True, etag=wanted.name, max_age=0
    )


def _at_home() -> Scope:
    """The reader's scope. Raises NotFound for who belongs to no municipality."""
    scope = own_scope()
    if scope.municipality is None:
        raise NotFound(thing="municipality", id="")
    return scope


def _folder() -> Path:
    var: Path = current_app.extensions["settings"].var
    return var / "field_maps"


def _tiles_of(scope: Scope, wanted: Plan) -> dict[str, Any] | None:
    west, south, east, north = wanted.bounds
    return backgrounds(scope, [[south, west], [north, east]])["basemap"]


def _drawn(wanted: Plan, online: dict[str, Any] | None) -> dict[str, Any]:
    """How the page draws the file: who made it, how far and how deep it goes."""
    west, south, east, north = wanted.bounds
    return {
        "script": url_for("vendor.file", name="protomaps-leaflet/protomaps-leaflet.js"),
        "bounds": [[south, west], [north, east]],
        "max_zoom": wanted.max_zoom,
        "attribution": (online or {}).get("attribution", ""),
    }


def _own_files() -> list[Path]:
    return sorted(
        path for pattern in OWN for path in STATIC.glob(pattern) if path.name != "worker.js"
    )


def _vendor_names() -> list[str]:
    return sorted(name for name in VENDOR if not name.startswith("leaflet/images/"))


def _addresses() -> list[str]:
    """Everything the page needs besides itself."""
    own = [url_for("static", filename=str(path.relative_to(STATIC))) for path in _own_files()]
    others = [url_for("vendor.file", name=name) for name in _vendor_names()]
    return [*own, *others, url_for("field_pages.manifest")]


@lru_cache(maxsize=1)
def _version() -> str:
    """A sum over everything that the telephone keeps of the page."""
    parts = [*_own_files(), STATIC / "js/field/worker.js"]
    parts += [NODE_MODULES / VENDOR[name] for name in _vendor_names()]
    parts += sorted((TEMPLATES / "field").glob("*"))
    parts += [Path(__file__), TEMPLATES / "_form.html", TEMPLATES / "_fields.html"]
    total = hashlib.sha256()
    for path in parts:
        total.update(path.read_bytes())
    return total.hexdigest()[:16]
