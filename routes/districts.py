"""区域: /districts/<id>, and its map as a file to hand out."""

from collections import Counter
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, get_template_attribute, render_template, url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import population
from geo.kinds import defaults
from geo.records import districts, municipalities, shelf
from geo.records.districts import District
from geo.records.shelf import Wanted
from geo.scope import EVERYBODY, Scope
from routes import _cards
from routes._basemap import backgrounds
from routes._languages import in_japanese
from routes._lists import kinds_by_code, listed, sources
from routes._request import reading, scope_in, today
from routes._roles import ANYONE, allow

bp = Blueprint("districts", __name__, url_prefix="/districts")


@bp.get("/<uuid:district_id>")
@allow(*ANYONE)
def show(district_id: UUID) -> str:
    """One area: its map, what it has, and where that is known from."""
    db = reading()
    district, scope = _find(db, district_id)
    kinds = kinds_by_code(db, scope)
    wanted = Wanted(district=district.id)
    marks = shelf.list_marks(db, scope, wanted)
    by_kind, waiting = Counter(mark.kind for mark in marks), _cards.unconfirmed(marks, today())
    shapes = districts.list_shapes(db, scope, district.level, within_m=_cards.OUTLINE_M)
    counts = shelf.count_by_district(db, scope, district.level, Wanted())
    page = listed(db, scope, wanted, len(marks), kinds)
    frame = districts.bounds(db, scope, district.id)
    page_data = _cards.map_data(marks, kinds, shapes, counts, frame, today())
    return render_template(
        "districts/show.html",
        municipality=municipalities.get(db, scope, district.municipality),
        district=_plain(db, scope, district),
        counts=[
            {"kind": kind, "count": count, "unconfirmed": waiting[kind["code"]]}
            for kind, count in _cards.counted(kinds, by_kind)
        ],
        residents=_residents(db, scope, district),
        answers=[] if scope.is_public else population.answers(db, scope, district.id),
        resources=page.cards,
        pages=page.pages,
        sources=sources(db, scope, district.level),
        reach_url=url_for("reach.show", municipality=district.municipality, district=district.id),
        page_data=page_data
        | backgrounds(scope, page_data["bounds"])
        | {"district": str(district.id)},
    )


@bp.get("/<uuid:district_id>/map.html")
@allow(*ANYONE)
@in_japanese()
def handout(district_id: UUID) -> Response:
    """The map of an area as one file that opens without a network: only what everybody may see."""
    from geo import draw  # noqa: PLC0415 it brings folium, half a second that only who asks for this file shall wait

    db = reading()
    district = districts.get(db, EVERYBODY, district_id)
    scope = Scope(district.municipality, EVERYBODY.role)
    kinds = kinds_by_code(db, scope)
    rows = shelf.list_open(db, scope, Wanted(district=district.id))
    cards = [
        _cards.card(row, number, kinds, today())
        | {"lon": row.lon, "lat": row.lat, "phone": row.phone, "openings": _plan(row)}
        for number, row in enumerate(rows, start=1)
    ]
    plain = _plain(db, scope, district)
    words = render_template(
        "districts/handout.html",
        municipality=municipalities.get(db, scope, district.municipality),
        district=plain,
        resources=cards,
        sources=sources(db, scope, district.level),
        today=today(),
        colours={kind.element: kind.colour for kind in defaults()},
    )
    outline = districts.list_shapes(db, scope, district.level, only=district.id)[0]
    response = Response(draw.district_map(plain["name"], outline, cards, words))
    response.headers["Content-Security-Policy"] = "sandbox allow-scripts"
    response.headers["Content-Disposition"] = "attachment; filename*=UTF-8''" + draw.file_name(
        district.name
    )
    return response


def _plan(row: Row[Any]) -> list[str]:
    """When it opens, in lines; of what rests, that it does."""
    lines, pause = _cards.opening_lines(row.openings), _cards.pause(row, today())
    if pause is None:
        return lines
    said = str(get_template_attribute("_pause.html", "text")(pause))
    return [said] if pause["is_now"] else [said, *lines]


def _find(db: Session, district_id: UUID) -> tuple[District, Scope]:
    """An area, and how far the reader may see in its municipality."""
    district = districts.get(db, EVERYBODY, district_id)
    return district, scope_in(district.municipality)


def _residents(db: Session, scope: Scope, district: District) -> population.Residents:
    found = population.by_area(db, scope, district.level, district.id)
    return found.get(district.id, population.UNKNOWN)


def _plain(db: Session, scope: Scope, district: District) -> dict[str, Any]:
    level = districts.get_level(db, scope, district.level)
    return {
        "id": str(district.id),
        "code": district.code,
        "name": district.name,
        "level_name": level.name,
    }
