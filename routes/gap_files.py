"""届きにくさ to take along: /gaps/<municipality>/<kind>.xlsx and .html, exactly what the page shows."""

from typing import Any

from flask import Blueprint, Response, render_template
from sqlalchemy.orm import Session

from geo.kinds import defaults
from geo.records import districts, kinds, municipalities, shelf
from geo.records.shelf import Wanted
from geo.scope import STAFF, Scope
from routes import _cards, _gap_books
from routes._gap_answers import STEPS, Answered, answer, area_lines, asked_of, band, outline, told
from routes._home import staff_at
from routes._lists import kinds_by_code, sources
from routes._request import reading, today
from routes._roles import allow

# The steps of static/work.css (--gap-0 …), which a file of its own does not have; tests/routes/test_gap_colours.py
COLOURS = ("#fffdf6", "#f3d595", "#d99c42", "#a84a14", "#541a05")
HATCHED = "url(#gap-hatch)"

bp = Blueprint("gap_files", __name__, url_prefix="/gaps")


@bp.get("/<municipality>/<kind>.xlsx")
@allow(*STAFF)
def book(municipality: str, kind: str) -> Response:
    """The table of the page as a workbook."""
    db, scope = reading(), staff_at(municipality)
    asked = asked_of(db, scope)
    found = answer(db, scope, (kind,), asked)
    sheets = _gap_books.of_kind(found, told(db, scope, asked, "", found))
    return _gap_books.response(sheets, f"gaps-{municipality}-{kind}-{today():%Y%m%d}.xlsx")


@bp.get("/<municipality>/<kind>.html")
@allow(*STAFF)
def single(municipality: str, kind: str) -> Response:
    """The map of the page as one file that opens without a network; for staff, and it says so."""
    from geo import draw  # noqa: PLC0415 it brings folium, half a second that only who asks for this file shall wait

    db, scope = reading(), staff_at(municipality)
    here = municipalities.get(db, scope, municipality)
    asked, row = asked_of(db, scope), kinds.get(db, scope, kind)
    found = answer(db, scope, (kind,), asked)
    every = kinds_by_code(db, scope)
    cards = [
        _cards.card(one, number, every, today()) | {"lon": one.lon, "lat": one.lat, "phone": ""}
        for number, one in enumerate(shelf.list_open(db, scope, Wanted(kind=kind)), start=1)
    ]
    words = render_template(
        "gaps/single.html",
        municipality=here,
        kind=row,
        asked=asked,
        answer=found,
        of=found.found.of[0],
        told=told(db, scope, asked, "", found),
        resources=cards,
        sources=sources(db, scope, asked["level"]),
        today=today(),
        steps=STEPS,
        colours=COLOURS,
        elements={one.element: one.colour for one in defaults()},
    )
    title = f"{here.name}_{row.name}"
    response = Response(draw.gap_map(title, _areas(db, scope, found), _lines(found), cards, words))
    response.headers["Content-Security-Policy"] = "sandbox allow-scripts"
    response.headers["Content-Disposition"] = "attachment; filename*=UTF-8''" + draw.file_name(
        title
    )
    return response


def _areas(db: Session, scope: Scope, found: Answered) -> list[dict[str, Any]]:
    """What the map colours; nothing where nothing is registered, for then nobody was counted."""
    lines = {line["id"]: line for line in found.rows}
    counted = found.found.of[0].offers.resources
    areas = []
    for shape in districts.list_shapes(
        db, scope, found.found.question.level, within_m=_cards.OUTLINE_M
    ):
        if not shape.geojson:
            continue
        line = lines[str(shape.id)]
        fill = HATCHED if line["is_hatched"] or not counted else COLOURS[line["step"]]
        areas.append(
            {
                "geojson": shape.geojson,
                "fill": fill,
                "lines": area_lines(line, counted=bool(counted)),
            }
        )
    return areas


def _lines(found: Answered) -> list[tuple[Any, str]]:
    drawn = [
        (band(found.map.leading) or outline(found.map.served), ""),
        (band(found.map.practical), "6 5"),
    ]
    return [(shape, dash) for shape, dash in drawn if shape]
