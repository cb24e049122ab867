"""答えの一枚: /near/<municipality>/<square>/sheet.pdf, what is near on one page of A4 in large type, for whoever has no screen."""

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup

from geo import lookup, near_sheet, squares, travel_profiles
from geo.records import municipalities
from geo.scope import EVERYBODY, Scope
from geo.wishes import Wish
from routes._codes import site
from routes._codes import square as code_of
from routes._guard import limiter
from routes._languages import in_japanese
from routes._near_answer import Asked, in_square, level, streets_of, told, words_asked
from routes._printing import DRAWING, kept
from routes._request import entries, reading, today
from routes._roles import ANYONE, allow

SHEETS = "12 per minute"  # our choice, for one address: as a poster
MAP_MM = (180.0, 74.0)
MOST = 8  # entries on the page, our choice: in type that reads without glasses
TYPES_PT = (15.0, 13.5, 12.0, 11.0)  # our choice: the largest that fits one page, else two

bp = Blueprint("near_sheets", __name__, url_prefix="/near")


@bp.get("/<municipality>/<square>/sheet.pdf")
@allow(*ANYONE)
@limiter.limit(SHEETS)
@in_japanese()
def show(municipality: str, square: str) -> Response:
    """The page of an answer that is looked at, with its wishes, on paper."""
    pages, title = pages_of(municipality, square)
    return kept(f"near-{square}", pages, f"{title}.pdf")


def pages_of(municipality: str, square: str) -> tuple[list[str], str]:
    """The page in several sizes of type, the largest first, and its title. Only what its host allows on paper is on it."""
    db, scope = reading(), Scope(municipality, EVERYBODY.role)
    here = municipalities.get(db, scope, municipality)
    there, streets = entries(municipality), streets_of(scope)
    wish = Wish.parse(words_asked(), there.kinds)
    around, profiles = in_square(there, squares.parse(square)), travel_profiles.in_use(db, scope)
    found = lookup.nearby(there, streets, profiles, square, around, wish, today())
    asked = Asked(here, square, level(), streets, wish)
    answer = told(db, scope, asked, there, found)
    places = [one for one in answer["walked"] if one["on_paper"]][:MOST]
    marks = [(one["number"], *one["lonlat"]) for one in places if one["lonlat"]]
    rough = frozenset(one["number"] for one in places if one["blurred"])
    drawn = near_sheet.drawing(
        db,
        scope,
        square,
        marks,
        rough,
        MAP_MM,
        DRAWING,
        streets.network.coverage if streets else None,
    )
    words = {name: value for name, value in request.args.to_dict().items() if value}
    address = site() + url_for(
        "residents.show", **(words | {"municipality": municipality, "square": square})
    )
    facts = answer | {
        "places": places,
        "kept_back": sum(not one["on_paper"] for one in answer["walked"]),
        "drawing": Markup(drawn),  # noqa: S704 - our own drawing
        "code": code_of(address),
        "address": address,
        "day": today(),
    }
    pages = [render_template("prints/near.html", **facts, type_pt=size) for size in TYPES_PT]
    return pages, around.towns[0] if around.towns else here.name
