"""歩いて行く道: /near/<municipality>/<square>/to/<resource>, the walk there in words, and on the map."""

import json
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import publish, squares, travel_profiles, way_there, way_turns
from geo.area import Area
from geo.errors import Invalid, Unreadable
from geo.records import basemap, districts, municipalities, shelf
from geo.records.kinds import Kind
from geo.scope import EVERYBODY, Scope
from geo.service_areas import area_words
from geo.way_there import Way
from routes import _cards
from routes._basemap import backgrounds
from routes._errors import field_words
from routes._guard import DRAGS, limiter
from routes._lists import kinds_by_code, sources
from routes._request import area, entries, glancing, reading, today
from routes._roles import ANYONE, allow

# The page says what was asked, and why there is no way; another address would not say more.
STATUS = {"has_closed": 410, "outside_streets": 422}
AROUND_DEG = 0.001  # around the whole way on its map: some 100 m

bp = Blueprint("ways", __name__, url_prefix="/near")


@bp.get("/<municipality>/<square>/to/<uuid:resource_id>")
@allow(*ANYONE)
def show(municipality: str, square: str, resource_id: UUID) -> str | Response | tuple[str, int]:
    """The walk from the middle of a square to a resource: in words, in steps, on a map."""
    db, scope = reading(), _everybody(municipality)
    here = municipalities.get(db, scope, municipality)
    squares.parse(square)
    row = shelf.get(db, scope, resource_id)
    if row.merged_into:
        where = {"municipality": municipality, "square": square, "resource_id": row.merged_into}
        return redirect(url_for("ways.show", **where), 301)
    way, steps, why_not = None, (), ""
    try:
        way = _way(db, scope, square, resource_id)
        steps = way_turns.stretches(db, scope, _streets(scope), way)
    except Invalid as refused:
        why_not = next(iter(refused.facts["fields"].values()))  # type: ignore[attr-defined]
    kinds = kinds_by_code(db, scope)
    page = render_template(
        "ways/show.html",
        municipality=here,
        resource=_cards.page(row, kinds, today()),
        square=square,
        way=way,
        halt=_halt(row, way),
        steps=steps,
        why_not=field_words({"": why_not})[""] if why_not else "",
        area_words=area_words(row.service_areas),
        farthest_m=squares.farthest_m(square),
        profiles=travel_profiles.in_use(db, scope),
        edition=_edition(db, scope),
        sources=sources(db, scope, "municipality", row.id),
        page_data=_page_data(db, scope, row, kinds, square, way),
    )
    return page, STATUS.get(why_not, 200)


@bp.get("/<municipality>/<square>/to/<uuid:resource_id>/line")
@allow(*ANYONE)
@limiter.limit(DRAGS)
def line(municipality: str, square: str, resource_id: UUID) -> Response:
    """The way alone, for a map on which a card was pressed. Raises in words where there is none."""
    db, scope = glancing(), _everybody(municipality)
    municipalities.get(db, scope, municipality)
    squares.parse(square)
    way = _way(db, scope, square, resource_id)
    return Response(publish.way_geojson(way, square), mimetype="application/geo+json")


def _everybody(municipality: str) -> Scope:
    """Everybody is led to the same place, whoever signed in."""
    return Scope(municipality, EVERYBODY.role)


def _way(db: Session, scope: Scope, square: str, resource_id: UUID) -> Way:
    """Raises NotFound, and Invalid where there is no way."""
    among, start = travel_profiles.in_use(db, scope), squares.middle_of(square)
    there = entries(scope.municipality or "")
    return way_there.way_to(db, scope, there, _streets(scope), start, resource_id, among, today())


def _streets(scope: Scope) -> Area:
    """The streets; what cannot be opened is as none. Raises Invalid."""
    try:
        return area(scope)
    except Unreadable:
        raise Invalid(fields={"municipality": "no_streets"}) from None


def _halt(row: Row[Any], way: Way | None) -> dict[str, Any] | None:
    """The halt to which the way leads, of what stops here and there."""
    if way is None or way.destination.halt is None:
        return None
    stop: dict[str, Any] = row.stops[way.destination.halt]
    return stop


def _edition(db: Session, scope: Scope) -> Any:
    """The day of the streets' data, where it says so."""
    extract = basemap.find_extract(db, scope)
    return extract.edition if extract else None


def _page_data(
    db: Session,
    scope: Scope,
    row: Row[Any],
    kinds: dict[str, Kind],
    square: str,
    way: Way | None,
) -> dict[str, Any]:
    """A map around the square and the whole way; without a way there is no map."""
    if way is None:
        return {}
    west, south, east, north = squares.box_of(square)
    lons, lats = way.lonlat.T.tolist()
    frame = (
        min(west, *lons) - AROUND_DEG,
        min(south, *lats) - AROUND_DEG,
        max(east, *lons) + AROUND_DEG,
        max(north, *lats) + AROUND_DEG,
    )
    shapes = districts.list_shapes(db, scope, "municipality", within_m=_cards.OUTLINE_M)
    data = _cards.map_data([], kinds, shapes, {}, frame, today())
    place = {"number": None, "lonlat": list(way.destination.lonlat)}
    place["blurred"] = way.destination.is_rough
    data["resources"] = [_cards.marker(row, 1, kinds, today()) | place]
    data["way"] = json.loads(publish.way_geojson(way, square))
    return data | backgrounds(scope, data["bounds"])
