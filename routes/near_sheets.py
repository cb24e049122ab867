"""答えの一枚: /near/<municipality>/<square>/sheet.pdf, what is near on one page of A4 in large type, for whoever has no screen."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from geo import lookup, near_sheet, squares, travel_profiles
from geo.area import Area
from geo.records import municipalities
from geo.scope import EVERYBODY, Scope
from geo.wishes import Wish
from routes._codes import site
from routes._codes import square as code_of
from routes._guard import limiter
from routes._languages import EASY, language
from routes._near_answer import Asked, in_square, level, streets_of, told, words_asked
from routes._printing import DRAWING, kept
from routes._request import entries, reading, today
from routes._roles import ANYONE, allow

SHEETS = "12 per minute"  # our choice, for one address: as a poster
MAP_MM = (180.0, 74.0)
# Entries on the page and points of type in which they are tried, our choice: the first that fits one page, in type that
# reads without glasses; else two. Letters and readings take more room than 漢字.
PLANS = ((8, (15.0, 13.5, 12.0, 11.0)), (6, (12.0, 11.0)))
LONGER = ((8, (12.0,)), (6, (12.0, 11.0)), (5, (11.0,)))

bp = Blueprint("near_sheets", __name__, url_prefix="/near")


@bp.get("/<municipality>/<square>/sheet.pdf")
@allow(*ANYONE)
@limiter.limit(SHEETS)
def show(municipality: str, square: str) -> Response:
    """The page of an answer that is looked at, with its wishes, on paper; in the reader's language, for it is hers."""
    pages, title = pages_of(municipality, square)
    return kept(f"near-{square}-{language().code}", pages, f"{title}.pdf")


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
    words = {name: value for name, value in request.args.to_dict().items() if value}
    address = site() + url_for(
        "residents.show", **(words | {"municipality": municipality, "square": square})
    )
    facts = answer | {
        "kept_back": sum(not one["on_paper"] for one in answer["walked"]),
        "code": code_of(address),
        "address": address,
        "day": today(),
    }
    pages = []
    for most, types in LONGER if language().latin or language() is EASY else PLANS:
        places = [one for one in answer["walked"] if one["on_paper"]][:most]
        drawn = {"places": places, "drawing": _drawing(db, scope, square, places, streets)}
        pages += [
            render_template("prints/near.html", **facts, **drawn, type_pt=size) for size in types
        ]
    return pages, around.towns[0] if around.towns else here.name


def _drawing(
    db: Session, scope: Scope, square: str, places: list[dict[str, Any]], streets: Area | None
) -> Markup:
    marks = [(one["number"], *one["lonlat"]) for one in places if one["lonlat"]]
    rough = frozenset(one["number"] for one in places if one["blurred"])
    coverage = streets.network.coverage if streets else None
    svg = near_sheet.drawing(db, scope, square, marks, rough, MAP_MM, DRAWING, coverage)
    return Markup(svg)  # noqa: S704 - our own drawing
