"""届きにくさの一枚: /gaps/<municipality>/<kind>/<area>, one area of an answer followed to its rows, and on paper."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from geo import gap_sheets, paper, travel_profiles
from geo.errors import Invalid
from geo.gap_sheets import OfArea
from geo.reach_questions import profiles
from geo.records import districts, kinds, municipalities
from geo.records.kinds import Kind
from geo.scope import STAFF, Scope
from geo.service_areas import area_words
from geo.sheet_map import SIZES_SHOWN, key
from routes import _cards, _codes
from routes._basemap import backgrounds
from routes._gap_answers import WORDS, Answered, answer, asked_of
from routes._home import staff_at
from routes._lists import kinds_by_code, sources
from routes._request import area, reading, residents, today
from routes._roles import allow

# Paper → millimetres of the map on it: its width and height. Our choice: a portrait page, a landscape one.
SIZES = {"a4": (182.0, 118.0), "a3": (236.0, 232.0)}
DRAWING = {"label": "地図", "north": "北"}

bp = Blueprint("gap_areas", __name__, url_prefix="/gaps/<municipality>/<kind>")


@dataclass(frozen=True)
class _Asked:
    """What a page of one answer is about."""

    db: Session
    scope: Scope
    kind: Kind
    asked: dict[str, str]
    found: Answered

    @property
    def query(self) -> dict[str, str]:
        """What of the question was said."""
        return {name: self.asked[name] for name in WORDS if self.asked[name]}


@bp.get("/<uuid:area_id>")
@allow(*STAFF)
def show(municipality: str, kind: str, area_id: UUID) -> str:
    """One area: its numbers, the squares they are made of, and what is registered there."""
    one = _ask(municipality, kind)
    return render_template("gaps/area.html", **_told(one, area_id, _of_area(one, area_id)))


@bp.get("/<uuid:area_id>.pdf")
@allow(*STAFF)
def sheet(municipality: str, kind: str, area_id: UUID) -> Response:
    """The same on a sheet of paper: map, numbers, list, where they are from."""
    one = _ask(municipality, kind)
    return _pdf(one, [area_id], f"gaps-{municipality}-{kind}-{_code(one, area_id)}")


@bp.get("/booklet.pdf")
@allow(*STAFF)
def booklet(municipality: str, kind: str) -> Response:
    """All areas of the level, a sheet each."""
    one = _ask(municipality, kind)
    ids = [row.id for row in districts.list_at_level(one.db, one.scope, one.asked["level"])]
    return _pdf(one, ids, f"gaps-{municipality}-{kind}-{one.asked['level']}")


def _ask(municipality: str, kind: str) -> _Asked:
    """The answer to the question of the address. Raises NotFound in a foreign municipality, Invalid."""
    db, scope = reading(), staff_at(municipality)
    municipalities.get(db, scope, municipality)
    asked, row = asked_of(db, scope), kinds.get(db, scope, kind)
    return _Asked(db, scope, row, asked, answer(db, scope, (kind,), asked))


def _of_area(one: _Asked, area_id: UUID) -> OfArea:
    streets, found = area(one.scope), one.found.found
    homes = residents().areas(one.db, one.scope, streets, found.living, one.asked["level"])
    return gap_sheets.of_area(one.db, one.scope, streets, found, homes, area_id)


def _code(one: _Asked, area_id: UUID) -> str:
    return next((row["code"] for row in one.found.rows if row["id"] == str(area_id)), "")


def _told(one: _Asked, area_id: UUID, own: OfArea) -> dict[str, Any]:
    """What the page and the sheet of an area read."""
    db, scope = one.db, one.scope
    every = kinds_by_code(db, scope)
    cards = [
        _cards.card(row, number, every, today())
        | {"is_inside": number <= len(own.inside), "has_place": row not in own.without_place}
        | {"area_words": area_words(row.service_areas), "accepting": row.accepting}
        for number, row in enumerate(own.listed, start=1)
    ]
    bounds = districts.bounds(db, scope, area_id)
    frame = [[bounds[1], bounds[0]], [bounds[3], bounds[2]]] if bounds else None
    ground = backgrounds(scope, frame)["basemap"] if frame else None
    return {
        "municipality": municipalities.get(db, scope, str(scope.municipality)),
        "kind": one.kind,
        "area": next(row for row in one.found.rows if row["id"] == str(area_id)),
        "asked": one.asked,
        "query": one.query,
        "answer": one.found,
        "of": one.found.found.of[0],
        "cells": own.cells,
        "fewest": round(own.fewest),
        "cards": cards,
        "inside": len(own.inside),
        "confirmed": sum(card["freshness"] == "confirmed" for card in cards[: len(own.inside)]),
        "level_names": {row.code: row.name for row in districts.list_levels(db, scope)},
        "used": travel_profiles.in_use(db, scope),
        "delivered": profiles(),
        "today": today(),
        "sources": sources(db, scope, one.asked["level"]),
        "ground": ground["attribution"] if ground else "",
        "address": url_for(
            "gap_areas.show",
            municipality=scope.municipality,
            kind=one.kind.code,
            area_id=area_id,
            _external=True,
            **one.query,
        ),
    }


def _pdf(one: _Asked, ids: list[UUID], name: str) -> Response:
    """Sheets of areas as one file."""
    size = request.args.get("size", "a4")
    if size not in SIZES:
        raise Invalid(fields={"size": "unknown_choice"})
    sheets = []
    for area_id in ids:
        own = _of_area(one, area_id)
        drawn = gap_sheets.draw(
            *(one.db, one.scope, area(one.scope), one.found.found, one.found.map, own),
            SIZES[size],
            DRAWING,
        )
        told = _told(one, area_id, own)
        sheets.append(told | {"drawing": Markup(drawn), "square": _codes.square(told["address"])})  # noqa: S704 - our own drawing
    page = render_template("gaps/sheet.html", sheets=sheets, size=size, key=_key, sizes=SIZES_SHOWN)
    response = Response(paper.pdf(page), mimetype="application/pdf")
    file = f"{name}-{size}-{today():%Y%m%d}.pdf"
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(file)}"
    return response


def _key(name: str) -> Markup:
    """A drawing of the legend."""
    return Markup(key(name))  # noqa: S704 - our own drawing
