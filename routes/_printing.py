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
from geo.handbook_maps import Drawing
from geo.printing import Copy, Press
from geo.records import basemap, districts
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
# Our choice: points of type that a sheet for the wall is tried in, and millimetres of one column.
TYPES_PT, WALL_MM = (16.0, 14.5, 13.0), 270.0
NEARLY = 1.06  # of what a sheet holds by the estimate: so much it may be wrong
# Sides of paper, columns on them (beside the map are two), and columns that the month takes
SIDES = ((1, 2, 0.8), (2, 6, 1.5))
POSTER_SIZES = (1.3, 1.1, 0.9, 0.7, 0.5)  # our choice
PATIENCE_S = 2.0  # of a request for one page while another one is set; each keeps a thread
_SETTING = BoundedSemaphore(1)
BUSY = 8  # our choice: of more entries on one day, a square of the calendar has numbers alone
# Signs on a line of a square, millimetres of a line and of a week at least, of a calendar on one page and on two; what
# its date takes, and what a page has for its weeks.
SMALL, LARGE = (10, 4.4, 19.0), (8, 5.4, 36.0)
DATE_MM, WEEKS_MM = 6.5, 155.0
NUMBERS, NAMED = (
    (3, 5.2),
    (64, 5.5),
)  # numbers on a line of a square, signs on one under it; their millimetres


def press(app: Flask) -> Press:
    """What the worker prints with. Pages are written as for a visitor without a session, who came by the site's
    address: squares lead there."""

    def write(
        db: Session, told: Handbook, drawings: Sequence[Drawing], copy: Copy, day: date
    ) -> list[tuple[str, int]]:
        with app.test_request_context(base_url=f"{copy.site}/"), in_japanese():
            g.db = db
            try:
                facts = _facts(db, told, drawings, day)
                if copy.size == "a4":
                    return [(render_template("prints/handbook.html", **facts), 0)]
                return [
                    (render_template("prints/wall.html", **facts, **setting), sides)
                    for setting, sides in _settings(facts)
                ]
            finally:
                g.pop("db")  # it is the worker's, who closes it

    return Press(write, DRAWING)


def _settings(facts: Mapping[str, Any]) -> list[tuple[dict[str, Any], int]]:
    """How a sheet for the wall may be set (type_pt, has_calendar) and on how many sides it is to fit, what is wanted
    most first; setting one costs seconds. One side, else the two of one sheet, in type as large as fits, with the month
    where it has room; else as many as it takes. About how many lines it has is measured in みほん市: 13 points, columns
    of 97 millimetres."""
    lines = _lines(facts)
    found: list[tuple[dict[str, Any], int]] = []
    for sides, columns, of_month in SIDES:
        fits = []
        for pt in TYPES_PT:
            filled = lines * (pt / 13) ** 0.5 * pt * 0.3528 * 1.32 / WALL_MM
            has_dates = any(day.at for week in facts["weeks"] for day in week)
            fits += [(pt, True)] * (has_dates and filled + of_month < columns * NEARLY)
            fits += [(pt, False)] * (filled < columns * NEARLY)
        found += [({"type_pt": pt, "has_calendar": month}, sides) for pt, month in fits[:4]]
    return [*found, ({"type_pt": TYPES_PT[-1], "has_calendar": False}, 0)]


def _lines(facts: Mapping[str, Any]) -> float:
    """About how many lines of 13 points a sheet for the wall has in its columns."""
    lines = 0.0
    for chapter in facts["chapters"]:
        cards = chapter["cards"]
        lines += 1.5 + (
            len({card["kind"]["code"] for card in cards}) if chapter["code"] != JOINED else 0
        )
        for card in cards:
            told = card["days"] or card["halts"]
            lines += 3.75 if chapter["code"] == JOINED else 2.7 if told else 1.15
    those = [those for _, those in facts["services"] if those[0]["kind"]["element"] != "care"]
    return lines + (2 if those else 0) + sum(1 + 1.15 * len(one) for one in those)


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
            printing.keep(path, paper.fitting([(page, 1) for page in pages]))
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
        **_calendar(told),
        "often": [(one.number, one.row.name) for one in joined if one.is_often],
        "undated": [(one.number, one.row.name) for one in joined if not one.is_dated],
        "drawings": [
            {"svg": Markup(one.svg), "is_wide": one.is_wide, "until": one.until}  # noqa: S704 - our own drawing
            for one in drawings
        ],
        "key": _key,
        "has_rough": any(one.is_rough for one in entries if one.places),
        "ground": _ground(db, scope, told),
        "edition": extract.edition if (extract := basemap.find_extract(db, scope)) else None,
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


def _weeks_mm(told: Handbook, signs: int, line_mm: float, least_mm: float) -> list[float]:
    """About how high each week is with the names of its entries, in a type that has so many signs on a line."""

    def lines(day: Day) -> int:
        return sum(-(-(len(name) + 5) // signs) for _, name, _ in day.at)

    highest = (max(map(lines, week)) for week in told.weeks)
    return [max(least_mm, DATE_MM + line_mm * most) for most in highest]


def _calendar(told: Handbook) -> dict[str, Any]:
    """How the month is set: with names on one page, or on two in larger type, else with numbers alone, and under it
    whose they are, where the page has room."""
    small, large = (_weeks_mm(told, *type_) for type_ in (SMALL, LARGE))
    is_one_page = sum(small) <= WEEKS_MM
    fits_two = sum(large[:3]) <= WEEKS_MM and sum(large[3:]) <= WEEKS_MM
    is_busy = _most(told) > BUSY or not (is_one_page or fits_two)
    days = [day for week in told.weeks for day in week]
    named = sorted({(number, name) for day in days for number, name, _ in day.at})
    under = -(-sum(len(name) + 3 for _, name in named) // NAMED[0]) * NAMED[1]
    numbers = (max(-(-len(day.at) // NUMBERS[0]) for day in week) for week in told.weeks)
    high = sum(max(SMALL[2], DATE_MM + NUMBERS[1] * most) for most in numbers)
    has_room = is_busy and high + under <= WEEKS_MM
    return {"is_busy": is_busy, "is_one_page": is_one_page, "named": named if has_room else []}


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
