"""地図: /map/<municipality>"""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from geo import population
from geo.kinds import vocabulary
from geo.population import Residents
from geo.records import districts, municipalities, public_gaps, shelf
from geo.records.districts import DistrictShape
from geo.records.shelf import Wanted
from routes import _cards
from routes._basemap import backgrounds
from routes._languages import say
from routes._lists import kinds_by_code, listed, sources
from routes._request import reading, scope_in, today
from routes._roles import ANYONE, allow

LONGEST = 100  # characters of a search: more than any name has

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
    viewpoints = vocabulary("viewpoint")
    wanted = Wanted(
        kind=_chosen(request.args.get("kind", ""), ["", *kinds]),
        words=request.args.get("words", "")[:LONGEST].strip(),
        viewpoint=_chosen(request.args.get("viewpoint", ""), ["", *viewpoints]),
        open_to=_cards.WITHOUT_CERTIFICATE if request.args.get("free") == "1" else (),
    )
    marks = shelf.list_marks(db, scope, wanted)
    shapes = districts.list_shapes(db, scope, level, within_m=_cards.OUTLINE_M)
    counts = shelf.count_by_district(db, scope, level, wanted)
    by_kind = (
        shelf.count_by_kind(db, scope, Wanted())
        if wanted != Wanted()
        else Counter(mark.kind for mark in marks)
    )
    page = listed(db, scope, wanted, len(marks), kinds)
    page_data = _cards.map_data(marks, kinds, shapes, counts, _bounds(db, scope, marks), today())
    return render_template(
        "maps/show.html",
        municipality=place,
        levels=[{"code": row.code, "name": row.name} for row in levels],
        level=level,
        kinds=[kind | {"count": count} for kind, count in _cards.counted(kinds, by_kind)],
        kind=wanted.kind,
        words=wanted.words,
        viewpoints={code: say(words) for code, words in viewpoints.items()},
        viewpoint=wanted.viewpoint,
        free=bool(wanted.open_to),
        districts=_areas(shapes, counts, population.by_area(db, scope, level)),
        resources=page.cards,
        pages=page.pages,
        sources=sources(db, scope, level),
        add_url=url_for("resources.add", municipality=municipality)
        if scope.may_change_resources
        else "",
        gaps_url=url_for("public_gaps.show", municipality=municipality)
        if public_gaps.find_day(db, scope)
        else "",
        page_data=page_data | backgrounds(scope, page_data["bounds"]),
    )


def _areas(
    shapes: list[DistrictShape], counts: Mapping[UUID, int], residents: Mapping[UUID, Residents]
) -> list[dict[str, Any]]:
    """The areas of the chosen level, with what and who is in them."""
    return [
        {
            "id": str(shape.id),
            "name": shape.name,
            "url": url_for("districts.show", district_id=shape.id),
            "count": counts.get(shape.id, 0),
            "residents": residents.get(shape.id, population.UNKNOWN),
        }
        for shape in shapes
    ]


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
