"""さがす: /near/<municipality>, what is near home for whoever has no account and reads no maps.

What is typed travels by POST and is neither kept nor logged; the answer lives at a page named by a square of
250 m, which everybody who lives in it shares.
"""

from pathlib import Path

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

from geo import centres, lookup, spots, squares
from geo.errors import Invalid, Unreadable
from geo.locate import dictionaries
from geo.lookup import Around
from geo.records import municipalities, versions
from geo.records.municipalities import Municipality
from geo.scope import EVERYBODY, Scope
from geo.spots import Spot
from geo.wishes import Wish
from routes._errors import field_words
from routes._kept_pages import same_for_all
from routes._languages import say
from routes._near_answer import Asked, in_square, level, streets_of, told, words_asked
from routes._near_cards import told_centres
from routes._request import entries, profiles_of, reading, today
from routes._roles import ANYONE, allow

LONGEST = 100  # signs of what is typed, our choice: more than any address or name has
STATIC = Path(__file__).parents[1] / "static"
# What an answer without its map is made of; KEPT_DAYS: our choice, until the last one is forgotten.
SHEETS = ("map.css", "site.css", "print.css")
SCRIPTS = ("js/pages/near.js", "js/core/page.js", "js/core/words.js")
FILES_OF_ANSWER = (*SHEETS, "favicon.svg", *SCRIPTS)
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
        "-".join(
            str(values.get(noun, 0)) for noun in ("resources", "districts", "basemap", "addresses")
        )
    )
    return response.make_conditional(request)


@bp.get("/<municipality>/<square>")
@allow(*ANYONE)
def show(municipality: str, square: str) -> str | tuple[str, int]:
    """What is near a square: in words, then on a map."""
    db, scope = reading(), _everybody(municipality)
    here = municipalities.get(db, scope, municipality)
    square = squares.parse(square)
    there = entries(municipality)
    words = words_asked()
    problems, wish = {}, Wish()
    try:
        wish = Wish.parse(words, there.kinds)
    except Invalid as refused:
        problems = field_words(refused.facts["fields"])  # type: ignore[arg-type]
    try:
        around = in_square(there, square)
    except Invalid:
        return _asking(here, meant=spots.Meant((), "outside"))
    if problems:
        return _answer(here, square, around, wish, problems), 422
    return same_for_all(scope, lambda: _answer(here, square, around, wish))


def _answer(
    here: Municipality,
    square: str,
    around: Around,
    wish: Wish,
    problems: dict[str, str] | None = None,
) -> str:
    """The page of an answer."""
    db, scope, there = reading(), _everybody(here.code), entries(here.code)
    streets, profiles = streets_of(scope), profiles_of(here.code)
    found = lookup.nearby(there, streets, profiles, square, around, wish, today())
    asked = Asked(here, square, level(), streets, wish)
    told_problems = [{"name": name, "words": words} for name, words in (problems or {}).items()]
    return render_template(
        "residents/near.html", **told(db, scope, asked, there, found), problems=told_problems
    )


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
            {"name": one.name, "about": _about(here.code, one), "url": _url_of(here.code, one)}
            for one in (meant.spots if meant else ())
        ],
        centres=told_centres(centres.of_municipality(db, scope))
        if meant and not meant.spots
        else [],
        problems=[
            {"name": name, "words": told} for name, told in field_words(problems or {}).items()
        ],
        page_data={"names_url": url_for("residents.names", municipality=here.code)},
    )


def _from_device(here: Municipality, text: str) -> Response | tuple[str, int]:
    """On to the square in which a device says that it is."""
    try:
        lon, lat = (float(part) for part in text[:LONGEST].split(","))
        square = squares.square_of((lon, lat))
    except (ValueError, Invalid):
        return _asking(here, problems={"words": "no_position"}), 422
    return redirect(_of_square(here.code, square, "here"), 303)  # type: ignore[return-value]


def _about(municipality: str, spot: Spot) -> list[str]:
    """What tells an entry from another of its name: its kind, and where it is."""
    row = spot.resource
    return [] if row is None else [say(entries(municipality).kinds[row.kind].name), row.address]


def _url_of(municipality: str, spot: Spot) -> str:
    if spot.lonlat is None and spot.resource is not None:
        return url_for("resources.show", resource_id=spot.resource.id)
    return _address(municipality, spot)


def _address(municipality: str, spot: Spot) -> str:
    assert spot.lonlat is not None  # noqa: S101
    return _of_square(municipality, squares.square_of(spot.lonlat), spot.level)


def _of_square(municipality: str, square: str, level: str) -> str:
    return url_for("residents.show", municipality=municipality, square=square, by=level)


def _static(name: str) -> str:
    return url_for("static", filename=name)


def _leaflet() -> str:
    return url_for("vendor.file", name="leaflet/leaflet.css")


def _everybody(municipality: str) -> Scope:
    """Everybody reads the same, whoever signed in."""
    return Scope(municipality, EVERYBODY.role)
