"""The words of an area's handbook and of a poster: templates/prints, set on paper by geo/paper.py."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Flask, g, render_template, url_for
from markupsafe import Markup
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo.days import freshness
from geo.handbook import Entry, Handbook, Service
from geo.printing import Copy, Press
from geo.records import districts
from geo.records.kinds import Kind
from geo.records.municipalities import Municipality
from geo.scope import EVERYBODY, Scope
from geo.sheet_map import key
from routes import _cards
from routes._basemap import backgrounds
from routes._codes import site, square
from routes._lists import kinds_by_code, sources

DRAWING = {"label": "地図", "north": "北"}
# Our choice: points of type that a sheet for the wall is tried in; then it takes more sheets.
TYPES_PT = (18, 16, 14.5, 13, 12)
POSTER_SIZES = (1.0, 0.8, 0.62, 0.45)  # our choice
BUSY = 6  # our choice: of more entries on one day, a square of the calendar has numbers alone


def press(app: Flask) -> Press:
    """What the worker prints with. Pages are written as for a visitor without a session, who came by the site's
    address: squares lead there."""

    def write(db: Session, told: Handbook, drawing: str, copy: Copy, day: date) -> list[str]:
        with app.test_request_context(base_url=f"{copy.site}/"):
            g.db = db
            try:
                facts = _facts(db, told, drawing, day)
                if copy.size == "a4":
                    return [render_template("prints/handbook.html", **facts)]
                return [render_template("prints/wall.html", **facts, type_pt=pt) for pt in TYPES_PT]
            finally:
                g.pop("db")  # it is the worker's, who closes it

    return Press(write, DRAWING)


def poster(row: Row[Any], kinds: Mapping[str, Kind], here: Municipality, today: date) -> list[str]:
    """The page of a poster in several sizes of type, the largest first."""
    address = site() + url_for("resources.show", resource_id=row.id)
    facts = {
        "resource": _cards.page(row, kinds, today),
        "municipality": here,
        "square": square(address),
        "address": address,
    }
    return [render_template("prints/poster.html", **facts, size=size) for size in POSTER_SIZES]


def _facts(db: Session, told: Handbook, drawing: str, day: date) -> dict[str, Any]:
    scope = Scope(told.municipality.code, EVERYBODY.role)
    kinds = kinds_by_code(db, scope)
    link = site() + url_for("districts.show", district_id=told.district.id)
    entries = told.entries
    return {
        "municipality": told.municipality,
        "district": {"name": told.district.name, "level_name": told.level_name},
        "month": told.month,
        "today": day,
        "chapters": [
            {"code": code, "cards": [_card(entry, kinds, day) for entry in entries]}
            for code, entries in told.chapters
        ],
        "confirmed": sum(
            freshness(entry.row.confirmed_on, day) == "confirmed" for entry in entries
        ),
        "total": len(entries),
        "services": [_service(one, kinds, day) for one in told.services],
        "centres": [
            {"name": one.name, "phone": row.phone if row else "", "place": row.address if row else ""}
            for one, row in told.centres
        ],
        "weeks": told.weeks,
        "is_busy": max((len(day.at) for week in told.weeks for day in week), default=0) > BUSY,
        "often": [(one.number, one.row.name) for one in entries if one.is_often],
        "undated": [
            (one.number, one.row.name)
            for one in entries
            if not one.is_dated and one.kind.reach != "there"
        ],
        "drawing": Markup(drawing),  # noqa: S704 - our own drawing
        "key": _key,
        "has_rough": any(one.is_rough for one in entries if one.places),
        "ground": _ground(db, scope, told),
        "sources": sources(db, scope, told.district.level),
        "square": square(link),
        "address": link,
    }  # fmt: skip


def _card(entry: Entry, kinds: Mapping[str, Kind], day: date) -> dict[str, Any]:
    """An entry as its chapter says it: its page, and the days of the month (numbers; [] where they would be most)."""
    days = sorted({one.day.day for one in entry.days})
    return _cards.page(entry.row, kinds, day) | {
        "number": entry.number,
        "days": [] if entry.is_often else days,
        "is_paused": entry.is_dated and not days,
        "halts": [
            {"name": halt["name"], "at": (halt["arrives_at"] or "").removeprefix("0")}
            for halt in entry.halts
            if halt["name"] and halt["name"] != entry.row.name
        ],
        "has_place": bool(entry.places),
    }


def _service(one: Service, kinds: Mapping[str, Kind], day: date) -> dict[str, Any]:
    return _cards.page(one.row, kinds, day) | {"covers": one.covers}


def _ground(db: Session, scope: Scope, told: Handbook) -> str:
    """Who made the base map under the area; "" without one."""
    bounds = districts.bounds(db, scope, told.district.id)
    if bounds is None:
        return ""
    west, south, east, north = bounds
    drawn = backgrounds(db, scope, [[south, west], [north, east]])["basemap"]
    return drawn["attribution"] if drawn else ""


def _key(name: str) -> Markup:
    """A drawing of the legend."""
    return Markup(key(name))  # noqa: S704 - our own drawing
