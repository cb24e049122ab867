"""はじめのページ: / and whether the house stands: /healthz."""

from flask import Blueprint, Response, jsonify, redirect, render_template, url_for

from geo.records import districts, municipalities, shelf
from geo.scope import EVERYBODY
from routes._guard import limiter
from routes._request import reading
from routes._roles import ANYONE, allow

bp = Blueprint("home", __name__)


@bp.get("/")
@allow(*ANYONE)
def index() -> str | Response:
    """The municipalities that keep a register here; where there is one, its field to look things up."""
    db = reading()
    rows = municipalities.list_all(db, EVERYBODY)
    if len(rows) == 1:
        return redirect(url_for("residents.find", municipality=rows[0].code))
    resources = shelf.count_by_municipality(db, EVERYBODY)
    areas = districts.count_by_municipality(db, EVERYBODY)
    return render_template(
        "home/index.html",
        municipalities=[
            {
                "code": row.code,
                "name": row.name,
                "prefecture": row.prefecture,
                "districts": areas.get(row.code, 0),
                "resources": resources.get(row.code, 0),
                "url": url_for("residents.find", municipality=row.code),
                "map_url": url_for("maps.show", municipality=row.code),
                "reach_url": url_for("reach.show", municipality=row.code),
            }
            for row in rows
        ],
    )


@bp.get("/healthz")
@allow(*ANYONE)
@limiter.exempt
def healthz() -> Response:
    """For whoever watches over the server: the application answers and so does its database."""
    municipalities.list_all(reading(), EVERYBODY)
    return jsonify(status="ok")


@bp.get("/favicon.ico")
@allow(*ANYONE)
def favicon() -> Response:
    """Where browsers look by themselves."""
    return redirect(url_for("static", filename="favicon.svg"))
