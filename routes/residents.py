"""さがす: /near/<municipality>, what is near home for whoever has no account and reads no maps.

What is typed travels by POST and is neither kept nor logged; the answer lives at a page named by a square of
250 m, which everybody who lives in it shares.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy.orm import Session

from geo import centres, lookup, spots, squares, travel_profiles
from geo.area import Area
from geo.errors import Invalid, NotFound, Unreadable
from geo.locate import dictionaries
from geo.open_entries import OpenEntries
from geo.records import districts, municipalities, versions
from geo.records.municipalities import Municipality
from geo.scope import EVERYBODY, Scope
from geo.spots import Spot
from geo.wishes import ASKED_FOR, DAYS, TICKED, Wish
from routes import _cards
from routes._basemap import backgrounds
from routes._errors import field_words
from routes._lists import sources
from routes._near_cards import near_card, told_centres
from routes._request import area, entries, reading, today
from routes._roles import ANYONE, allow

LONGEST = 100  # signs of what is typed, our choice: more than any address or name has
AT_ONCE = 10  # entries on a page of the answer
LEVELS = ("block", "district", "area", "station", "resource", "here")  # how the place became known
AROUND_DEG = 0.012  # our choice: the first view of the map, some 1.2 km each way
STATIC = Path(__file__).parents[1] / "static"
# What an answer without its map is made of; KEPT_DAYS: our choice, until the last one is forgotten.
FILES_OF_ANSWER = ("site.css", "print.css", "favicon.svg", "js/pages/near.js", "js/core/page.js")
ANSWER, KEPT_DAYS = "^/near/[0-9]{5}/[0-9]{10}$", 30

bp = Blueprint("residents", __name__, url_prefix="/near")


@bp.get("/worker.js")
@allow(*ANYONE)
def worker() -> Response:
    """The service worker of these pages: it keeps the last answer for where there is no network."""
    kept = {
        "files": [*map(_static, FILES_OF_ANSWER), _leaflet()],
        "answer": ANSWER,
        "days": KEPT_DAYS,
    }
    script = (STATIC / "js/residents/worker.js").read_text(encoding="utf-8")
    head = f"const KEPT = {current_app.json.dumps(kept)}\n"
    response = Response(head + script, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/<municipality>")
@allow(*ANYONE)
def find(municipality: str) -> str:
    """One field: an address, a town, a station, the name of a place, or where one is."""
    here = municipalities.get(reading(), _everybody(municipality), municipality)
    return _asking(here)


@bp.post("/<municipality>")
@allow(*ANYONE)
def ask(municipality: str) -> Response | str | tuple[str, int]:
    """Where the words mean, and on to its square. By POST: where somebody lives stands in no address."""
    db, scope = reading(), _everybody(municipality)
    here = municipalities.get(db, scope, municipality)
    if request.form.get("here"):
        return _from_device(here, request.form["here"])
    words = " ".join(request.form.get("words", "").split())
    problem = "required" if not words else "too_long" if len(words) > LONGEST else ""
    if problem:
        return _asking(here, words[:LONGEST], problems={"words": problem}), 422
    folder = dictionaries(current_app.extensions["settings"].var / "originals")
    try:
        meant = spots.find_spots(db, scope, folder, words)
    except Unreadable:  # a dictionary that cannot be opened is as none
        meant = spots.Meant((), "unknown")
    if len(meant.spots) != 1:
        return _asking(here, words, meant)
    spot = meant.spots[0]
    if spot.lonlat is None and spot.resource is not None:
        return redirect(url_for("resources.show", resource_id=spot.resource.id), 303)  # type: ignore[return-value]
    return redirect(_address(municipality, spot), 303)  # type: ignore[return-value]


@bp.get("/<municipality>/names.json")
@allow(*ANYONE)
def names(municipality: str) -> Response:
    """Names that the field offers while one types: matched on the device, so that nothing typed leaves it."""
    db, scope = reading(), _everybody(municipality)
    municipalities.get(db, scope, municipality)
    values = versions.list_values(db, scope)
    response = jsonify(names=spots.list_names(db, scope))
    response.set_etag(
        "-".join(str(values.get(noun, 0)) for noun in ("resources", "districts", "basemap"))
    )
    return response.make_conditional(request)


@bp.get("/<municipality>/<square>")
@allow(*ANYONE)
def show(municipality: str, square: str) -> str | tuple[str, int]:
    """What is near a square: in words, then on a map."""
    db, scope = reading(), _everybody(municipality)
    here = municipalities.get(db, scope, municipality)
    square = squares.parse(square)
    if districts.list_outside(db, scope, {0: list(squares.middle_of(square))}) and not _touches(
        db, scope, square
    ):
        return _asking(here, meant=spots.Meant((), "outside"))
    there = entries(municipality)
    words = {
        name: request.args.get(name, "")[:LONGEST] for name in ("topic", "kind", "day", *TICKED)
    }
    problems, wish = {}, Wish()
    try:
        wish = Wish.parse(words, there.kinds)
    except Invalid as refused:
        problems = field_words(refused.facts["fields"])  # type: ignore[arg-type]
    streets = _streets(scope)
    profiles = travel_profiles.in_use(db, scope)
    found = lookup.nearby(db, scope, there, streets, profiles, square, wish, today())
    page = _answer(db, scope, here, square, there, streets, wish, found, problems)
    return (page, 422) if problems else page


def _asking(
    here: Municipality,
    words: str = "",
    meant: spots.Meant | None = None,
    problems: dict[str, str] | None = None,
) -> str:
    """The field; and, where it was not one place, which there are or whom to call."""
    db, scope = reading(), _everybody(here.code)
    return render_template(
        "residents/find.html",
        municipality=here,
        words=words,
        meant=meant,
        places=[
            {"name": one.name, "level": one.level, "url": _url_of(here.code, one)}
            for one in (meant.spots if meant else ())
        ],
        centres=told_centres(centres.of_municipality(db, scope))
        if meant and not meant.spots
        else [],
        names_url=url_for("residents.names", municipality=here.code),
        problems=[
            {"name": name, "words": told} for name, told in field_words(problems or {}).items()
        ],
        page_data={
            "names_url": url_for("residents.names", municipality=here.code),
            "bounds": [],
            "resources": [],
        },
    )


def _answer(
    db: Session,
    scope: Scope,
    here: Municipality,
    square: str,
    there: OpenEntries,
    streets: Area | None,
    wish: Wish,
    found: lookup.Nearby,
    problems: dict[str, str],
) -> str:
    page, last = _page(len(found.walked))
    first = (page - 1) * AT_ONCE
    day = today()
    walked = [
        near_card(one, number, day, here)
        for number, one in enumerate(found.walked[first : first + AT_ONCE], start=first + 1)
    ]
    driven = [
        near_card(one, number, day, here)
        for number, one in enumerate(found.driven, start=len(found.walked) + 1)
    ]
    is_chosen = bool(wish.topic or wish.kind)
    brought = [near_card(one, 0, day, here) for one in found.brought if is_chosen]
    return render_template(
        "residents/near.html",
        municipality=here,
        square=square,
        level=_level(),
        found=found,
        reaches_m=round(squares.farthest_m(square), -1),
        walked=walked,
        driven=driven,
        brought=[one for one in brought if one["covers"]],
        unsaid=[one for one in brought if not one["covers"]],
        brought_kinds=[]
        if is_chosen
        else _by_kind(found.brought, municipality=here.code, square=square),
        centres=told_centres(found.centres),
        wish=wish,
        topics=list(ASKED_FOR),
        days=DAYS,
        ticked=TICKED,
        kinds=_kinds(there),
        pages=_pages(page, last, len(found.walked)),
        problems=[{"name": name, "words": told} for name, told in problems.items()],
        asked=request.args.to_dict(),
        sources=sources(db, scope, "town"),
        edition=streets.network.version if streets else "",
        page_data=_page_data(db, scope, square, walked + driven),
    )


def _page_data(
    db: Session, scope: Scope, square: str, cards: list[dict[str, Any]]
) -> dict[str, Any]:
    """What the map of the answer draws: the square, and the entries of this page."""
    west, south, east, north = squares.box_of(square)
    places = [one["lonlat"] for one in cards if one["lonlat"] and one["minutes"] is not None]
    lons = [west - AROUND_DEG / 3, east + AROUND_DEG / 3, *(lon for lon, _ in places)]
    lats = [south - AROUND_DEG / 3, north + AROUND_DEG / 3, *(lat for _, lat in places)]
    bounds = [[min(lats), min(lons)], [max(lats), max(lons)]]
    data = {
        "bounds": bounds,
        "districts": {"type": "FeatureCollection", "features": []},
        "resources": [one["marker"] for one in cards if one["lonlat"]],
        "square": [[south, west], [north, east]],
        "worker_url": url_for("residents.worker"),
    }
    return data | backgrounds(db, scope, bounds)


def _from_device(here: Municipality, text: str) -> Response | tuple[str, int]:
    """On to the square in which a device says that it is."""
    try:
        lon, lat = (float(part) for part in text[:LONGEST].split(","))
        square = squares.square_of((lon, lat))
    except (ValueError, Invalid):
        return _asking(here, problems={"words": "no_position"}), 422
    return redirect(_of_square(here.code, square, "here"), 303)  # type: ignore[return-value]


def _touches(db: Session, scope: Scope, square: str) -> bool:
    """Whether any corner of a square lies in the municipality: its middle may lie across the border."""
    west, south, east, north = squares.box_of(square)
    corners = [(west, south), (west, north), (east, south), (east, north)]
    outside = districts.list_outside(db, scope, {n: list(at) for n, at in enumerate(corners)})
    return len(outside) < len(corners)


def _url_of(municipality: str, spot: Spot) -> str:
    if spot.lonlat is None and spot.resource is not None:
        return url_for("resources.show", resource_id=spot.resource.id)
    return _address(municipality, spot)


def _address(municipality: str, spot: Spot) -> str:
    assert spot.lonlat is not None  # noqa: S101
    return _of_square(municipality, squares.square_of(spot.lonlat), spot.level)


def _of_square(municipality: str, square: str, level: str) -> str:
    return url_for("residents.show", municipality=municipality, square=square, by=level)


def _level() -> str:
    level = request.args.get("by", "")
    return level if level in LEVELS else ""


def _page(count: int) -> tuple[int, int]:
    last = max(1, -(-count // AT_ONCE))
    text = request.args.get("page", "1")
    asked = int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 1
    return min(last, max(1, asked)), last


def _pages(page: int, last: int, total: int) -> dict[str, Any]:
    given = {**(request.view_args or {}), **request.args.to_dict()}

    def url(number: int) -> str:
        return url_for("residents.show", **(given | {"page": number})) + "#walked"

    return {
        "page": page,
        "pages": last,
        "total": total,
        "prev_url": url(page - 1) if page > 1 else None,
        "next_url": url(page + 1) if page < last else None,
    }


def _by_kind(offers: Sequence[lookup.Offer], **where: str) -> list[dict[str, Any]]:
    """What comes to the home, fetches or is in charge, kind by kind: how many say so of this place, how many do not
    say where they serve, and where they are shown."""
    kinds = {one.kind.code: one.kind for one in offers}
    given = {**request.args.to_dict(), **where}
    return [
        {
            "name": kind.name,
            "count": sum(one.covers for one in offers if one.kind.code == code),
            "unsaid": sum(not one.covers for one in offers if one.kind.code == code),
            "url": url_for("residents.show", **(given | {"kind": code})) + "#brought",
        }
        for code, kind in sorted(kinds.items(), key=lambda item: item[1].position)
    ]


def _kinds(there: OpenEntries) -> list[dict[str, str]]:
    """The kinds there is something of, for choosing one."""
    used = {row.kind for row in there.rows}
    return [_cards.kind_of(kind) for code, kind in there.kinds.items() if code in used]


def _static(name: str) -> str:
    return url_for("static", filename=name)


def _leaflet() -> str:
    return url_for("vendor.file", name="leaflet/leaflet.css")


def _streets(scope: Scope) -> Area | None:
    """The streets, or None where none were imported."""
    try:
        return area(scope)
    except (Invalid, NotFound, Unreadable):
        return None


def _everybody(municipality: str) -> Scope:
    """Everybody reads the same, whoever signed in."""
    return Scope(municipality, EVERYBODY.role)
