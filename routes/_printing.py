"""The words of an area's handbook and of a poster: templates/prints, set on paper by geo/paper.py."""

from collections.abc import Mapping, Sequence
from datetime import date
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import quote

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    render_template,
    send_file,
    url_for,
)
from markupsafe import Markup
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import paper, printing
from geo.days import freshness
from geo.handbook import CHAPTERS, JOINED, Day, Entry, Handbook, Service
from geo.printing import Copy, Drawing, Press
from geo.records import districts
from geo.records.kinds import Kind
from geo.records.municipalities import Municipality
from geo.scope import EVERYBODY, Scope
from geo.sheet_map import key
from routes import _cards
from routes._basemap import backgrounds
from routes._codes import site, square
from routes._languages import in_japanese
from routes._lists import kinds_by_code, sources

DRAWING = {"label": "地図", "north": "北"}
# Our choice: points of type that a sheet for the wall is tried in; where none fits, the last but one on several.
TYPES_PT = (18.0, 16.0, 14.5, 13.0, 12.0)
POSTER_SIZES = (1.3, 1.1, 0.9, 0.7, 0.5)  # our choice
PATIENCE_S = 2.0  # of a request for one page while another one is set; each keeps a thread
_SETTING = BoundedSemaphore(1)
BUSY = 8  # our choice: of more entries on one day, a square of the calendar has numbers alone
# Signs on a line of a square and its millimetres, of a calendar that is one page; what a page has for its weeks.
LINE_SIGNS, LINE_MM, DATE_MM, LEAST_MM, WEEKS_MM = 10, 4.4, 6.5, 19.0, 155.0


def press(app: Flask) -> Press:
    """What the worker prints with. Pages are written as for a visitor without a session, who came by the site's
    address: squares lead there."""

    def write(
        db: Session, told: Handbook, drawings: Sequence[Drawing], copy: Copy, day: date
    ) -> list[str]:
        with app.test_request_context(base_url=f"{copy.site}/"), in_japanese():
            g.db = db
            try:
                facts = _facts(db, told, drawings, day)
                if copy.size == "a4":
                    return [render_template("prints/handbook.html", **facts)]
                sizes = _sizes(facts)
                return [render_template("prints/wall.html", **facts, type_pt=pt) for pt in sizes]
            finally:
                g.pop("db")  # it is the worker's, who closes it

    return Press(write, DRAWING)


def _sizes(facts: Mapping[str, Any]) -> list[float]:
    """Sizes of type that a sheet for the wall may fit in, the largest first; setting one costs seconds. About how many
    lines it has is measured in みほん市: 13 points, two columns of 96 millimetres."""
    lines = sum(
        2 + len(chapter["cards"]) * {"activity": 4.2, "there": 1.4}.get(chapter["code"], 1.9)
        for chapter in facts["chapters"]
    ) + 1.7 * sum(
        len(those) for _, those in facts["services"] if those[0]["kind"]["element"] != "care"
    )
    fits = [pt for pt in TYPES_PT if lines * (pt / 13) ** 0.5 < 2 * 270 / (pt * 0.3528 * 1.35)]
    larger = TYPES_PT[: TYPES_PT.index(fits[0])][-1:] if fits else ()
    return [*larger, *fits[:2], TYPES_PT[-2]]


def poster(row: Row[Any], kinds: Mapping[str, Kind], here: Municipality, today: date) -> list[str]:
    """The page of a poster in several sizes of type, the largest first."""
    address = site() + url_for("resources.show", resource_id=row.id)
    facts = {
        "resource": _cards.page(row, kinds, today) | {"place_words": _at_home(row.address, here)},
        "municipality": here,
        "square": square(address),
        "address": address,
    }
    return [render_template("prints/poster.html", **facts, size=size) for size in POSTER_SIZES]


def kept(name: str, pages: list[str], title: str) -> Response:
    """One page of paper, in the first of its settings that fits, set once for each state of it; one at a time, and
    whoever waits longer than a moment is asked to come again (429)."""
    folder = current_app.extensions["settings"].var / "prints"
    path = folder / f"{name}-{paper.mark_of(pages[0])}.pdf"
    if not path.exists():
        if not _SETTING.acquire(timeout=PATIENCE_S):
            abort(429)
        try:
            printing.keep(path, paper.fitting(pages, 1))
        finally:
            _SETTING.release()
    response = send_file(path, mimetype="application/pdf", max_age=0)
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(title)}"
    return response


def _facts(db: Session, told: Handbook, drawings: Sequence[Drawing], day: date) -> dict[str, Any]:
    scope = Scope(told.municipality.code, EVERYBODY.role)
    kinds = kinds_by_code(db, scope)
    link = site() + url_for("districts.show", district_id=told.district.id)
    entries = told.entries
    joined = [one for code, those in told.chapters if code == JOINED for one in those]
    return {
        "municipality": told.municipality,
        "district": {"name": told.district.name, "level_name": told.level_name},
        "month": told.month,
        "today": day,
        "chapters": [
            {"code": code, "cards": [_card(one, kinds, told, day) | _parts(one, drawings) for one in those]}
            for code, those in told.chapters
        ],
        "confirmed": sum(
            freshness(entry.row.confirmed_on, day) == "confirmed" for entry in entries
        ),
        "total": len(entries),
        "services": _by_kind(told, kinds, day),
        "asking": [
            _service(one, kinds, day) for one in told.services if one.covers == "unknown"
        ],
        "centres": [
            {
                "name": name,
                "phone": row.phone if row else "",
                "place": _at_home(row.address, told.municipality) if row else "",
            }
            for name, row in told.centres
        ],
        "weeks": told.weeks,
        "is_busy": _most(told) > BUSY,
        "is_one_page": _weeks_mm(told) <= WEEKS_MM,
        "often": [(one.number, one.row.name) for one in joined if one.is_often],
        "undated": [(one.number, one.row.name) for one in joined if not one.is_dated],
        "drawings": [
            {"svg": Markup(one.svg), "numbers": sorted(one.numbers)}  # noqa: S704 - our own drawing
            for one in drawings
        ],
        "key": _key,
        "has_rough": any(one.is_rough for one in entries if one.places),
        "ground": _ground(db, scope, told),
        "sources": sources(db, scope, told.district.level),
        "square": square(link),
        "address": link,
    }  # fmt: skip


def _card(entry: Entry, kinds: Mapping[str, Kind], told: Handbook, day: date) -> dict[str, Any]:
    """An entry as its chapter says it: its page, and the days of the month (numbers; [] where they would be most)."""
    days = sorted({one.day.day for one in entry.days})
    return _cards.page(entry.row, kinds, day) | {
        "number": entry.number,
        "place_words": _at_home(entry.row.address, told.municipality),
        "days": [] if entry.is_often else days,
        "is_paused": entry.is_dated and not days,
        "halts": [
            {"name": halt["name"], "at": (halt["arrives_at"] or "").removeprefix("0")}
            for halt in entry.halts
            if halt["name"] and halt["name"] != entry.row.name
        ],
    }


def _parts(entry: Entry, drawings: Sequence[Drawing]) -> dict[str, list[int]]:
    """Which of several maps an entry is on."""
    return {"parts": [n for n, one in enumerate(drawings[1:], 1) if entry.number in one.numbers]}


def _by_kind(
    told: Handbook, kinds: Mapping[str, Kind], day: date
) -> list[tuple[str, list[dict[str, Any]]]]:
    """What comes or fetches, by kind, in the order of the chapters; without what does not say where it comes to."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in sorted(told.services, key=lambda one: CHAPTERS.index(one.kind.element)):
        if one.covers != "unknown":
            found.setdefault(one.kind.name, []).append(_service(one, kinds, day))
    return list(found.items())


def _service(one: Service, kinds: Mapping[str, Kind], day: date) -> dict[str, Any]:
    return _cards.page(one.row, kinds, day) | {"covers": one.covers}


def _at_home(address: str, here: Municipality) -> str:
    """An address as people of the municipality write it: nobody there needs to be told where she lives."""
    return address.removeprefix(here.prefecture).removeprefix(here.name)


def _most(told: Handbook) -> int:
    """Entries on the day that has most of them."""
    return max((len(day.at) for week in told.weeks for day in week), default=0)


def _weeks_mm(told: Handbook) -> float:
    """About how high the month is with the names of its entries."""

    def lines(day: Day) -> int:
        return sum(-(-(len(name) + 5) // LINE_SIGNS) for _, name, _ in day.at)

    highest = (max(map(lines, week)) for week in told.weeks)
    return sum(max(LEAST_MM, DATE_MM + LINE_MM * most) for most in highest)


def _ground(db: Session, scope: Scope, told: Handbook) -> str:
    """Who made the base map under the area; "" without one."""
    bounds = districts.bounds(db, scope, told.district.id)
    if bounds is None:
        return ""
    west, south, east, north = bounds
    drawn = backgrounds(scope, [[south, west], [north, east]])["basemap"]
    return drawn["attribution"] if drawn else ""


def _key(name: str) -> Markup:
    """A drawing of the legend."""
    return Markup(key(name))  # noqa: S704 - our own drawing
