"""列の対応表: /imports/mappings, what was said of the columns of lists; to be handed on and forgotten."""

import json
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, url_for

from geo.errors import NotFound
from geo.records import accounts, mappings, municipalities
from geo.scope import Scope
from routes import _mappings
from routes._request import own_scope, reading, scope_in, writing
from routes._roles import Role, allow

bp = Blueprint("mappings", __name__, url_prefix="/imports/mappings")

IMPORTERS = (Role.OFFICIAL, Role.ADMINISTRATOR)


@bp.get("/")
@allow(*IMPORTERS)
def index() -> str:
    """The mappings of the reader's municipality."""
    db, scope = reading(), own_scope()
    return render_template(
        "imports/mappings.html",
        mappings=mappings.list_all(db, scope),
        places={row.code: row for row in municipalities.list_all(db, scope)},
        names={row.id: row.name for row in accounts.list_all(db, scope)},
        fields=_mappings.FIELDS,
    )


@bp.get("/<municipality>/<fingerprint>.json")
@allow(*IMPORTERS)
def download(municipality: str, fingerprint: str) -> Response:
    """A mapping as a file: for a colleague, and for ``flask import resources --mapping``."""
    row = mappings.get(reading(), _scope(municipality), fingerprint)
    document = json.dumps(row.spec, ensure_ascii=False, indent=1) + "\n"
    response = Response(document, mimetype="application/json")
    name = quote(f"{row.name or 'mapping'}.json")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@bp.post("/<municipality>/<fingerprint>/forget")
@allow(*IMPORTERS)
def forget(municipality: str, fingerprint: str) -> Response:
    """Ask anew the next time such a list comes."""
    with writing() as db:
        mappings.get(db, _scope(municipality), fingerprint)
        mappings.save_without(db, _scope(municipality), fingerprint)
    flash("mapping_forgotten")
    return redirect(url_for("mappings.index"), 303)


def _scope(municipality: str) -> Scope:
    """The reader's scope at home. Raises NotFound in a foreign municipality."""
    scope = scope_in(municipality)
    if scope.role not in IMPORTERS:
        raise NotFound(thing="municipality", id=municipality)
    return scope
