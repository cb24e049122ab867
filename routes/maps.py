"""地図: /map/<municipality>"""

from collections import Counter

from flask import Blueprint, render_template, request, url_for

from geo import population
from geo.records import districts, municipalities, shelf
from geo.records.shelf import Wanted
from routes import _cards
from routes._basemap import backgrounds
from routes._lists import kinds_by_code, listed, sources
from routes._request import reading, scope_in
from routes._roles import ANYONE, allow

bp = Blueprint("maps", __name__, url_prefix="/map")


@bp.get("/<municipality>")
@allow(*ANYONE)
def show(municipality: str) -> str:
    """The map of a municipality, and the same as lists."""
    db, scope = reading(), scope_in(municipality)
    place = municipalities.get(db, scope, municipality)
    kinds = kinds_by_code(db, scope)
    levels = districts.list_levels(db, scope)
    level = _chosen(request.args.get("level", ""), [level.code for level in levels])
    wanted = Wanted(kind=_chosen(request.args.get("kind", ""), ["", *kinds]))
    marks = shelf.list_marks(db, scope, wanted)
    shapes = districts.list_shapes(db, scope, level, within_m=_cards.OUTLINE_M)
    counts = shelf.count_by_district(db, scope, level, wanted)
    residents = population.by_area(db, scope, level)
    by_kind = (
        shelf.count_by_kind(db, scope, Wanted())
        if wanted.kind
        else Counter(mark.kind for mark in marks)
    )
    page = listed(db, scope, wanted, len(marks), kinds)
    page_data = _cards.map_data(marks, kinds, shapes, counts, _bounds(db, scope, marks))
    return render_template(
        "maps/show.html",
        municipality=place,
        levels=[{"code": row.code, "name": row.name} for row in levels],
        level=level,
        kinds=[
            _cards.kind_of(kind) | {"count": by_kind[code]}
            for code, kind in kinds.items()
            if code in by_kind
        ],
        kind=wanted.kind,
        districts=[
            {
                "id": str(shape.id),
                "name": shape.name,
                "url": url_for("districts.show", district_id=shape.id),
                "count": counts.get(shape.id, 0),
                "residents": residents.get(shape.id, population.UNKNOWN),
            }
            for shape in shapes
        ],
        resources=page.cards,
        pages=page.pages,
        sources=sources(db, scope),
        add_url=url_for("resources.add", municipality=municipality)
        if scope.may_change_resources
        else "",
        page_data=page_data | backgrounds(db, scope, page_data["bounds"]),
    )


def _chosen(asked: str, known: list[str]) -> str:
    """What the query asks for, else the usual: the first there is."""
    if asked in known:
        return asked
    usual = [code for code in ("living_area", "junior_high") if code in known]
    return (usual or known or [""])[0] if "" not in known else ""


def _bounds(db, scope, rows):
    """The frame of the map: all areas, else all resources."""
    frame = districts.bounds(db, scope)
    places = [(row.lon, row.lat) for row in rows if row.lon is not None]
    if frame or not places:
        return frame
    lons, lats = zip(*places, strict=True)
    return min(lons), min(lats), max(lons), max(lats)
