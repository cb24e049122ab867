"""Third-party scripts and sheets, by an allow-list: nothing else of node_modules can be asked for."""

from flask import Blueprint, Response, abort, send_from_directory

from routes._guard import limiter
from routes._roles import ANYONE, allow
from routes._vendor import FILES, NODE_MODULES

bp = Blueprint("vendor", __name__, url_prefix="/static/vendor")


@bp.get("/<path:name>")
@allow(*ANYONE)
@limiter.exempt
def file(name: str) -> Response:
    """One allowed file."""
    if name not in FILES:
        abort(404)
    return send_from_directory(NODE_MODULES, FILES[name], max_age=86_400)
