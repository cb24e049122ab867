"""The residents' answer as its template reads it: cards, pages, the kinds that come to the home, the map."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from geo import squares, way_there
from geo.area import Area
from geo.errors import Invalid, NotFound, Unreadable
from geo.lookup import Around, Nearby, Offer, around
from geo.open_entries import OpenEntries
from geo.records.municipalities import Municipality
from geo.scope import EVERYBODY, Scope
from geo.way_there import Way
from geo.wishes import ASKED_FOR, DAYS, TICKED, Wish
from routes import _cards
from routes._basemap import backgrounds
from routes._languages import say
from routes._lists import sources
from routes._near_cards import near_card, told_centres
from routes._request import area, kept_squares, reading, today

AT_ONCE = 10  # entries on a page of the answer, our choice: some 50 kB
AROUND_DEG = 0.004  # our choice: around the square and what is listed, some 400 m


LEVELS = ("block", "district", "area", "station", "resource", "here")  # how the place became known
LONGEST = 100  # signs of a word of the query


@dataclass(frozen=True, slots=True)
class Asked:
    """Where somebody asked from, and what for.

    square, level  its code, and how it became known ("" for a shared address)
    streets        None where none were imported
    """

    here: Municipality
    square: str
    level: str
    streets: Area | None
    wish: Wish


def level() -> str:
    """How the place became known, as the address says it; "" of one that was shared without it."""
    said = request.args.get("by", "")
    return said if said in LEVELS else ""


def words_asked() -> dict[str, str]:
    """What is wished, as typed."""
    return {
        name: request.args.get(name, "")[:LONGEST] for name in ("topic", "kind", "day", *TICKED)
    }


def streets_of(scope: Scope) -> Area | None:
    """The streets, or None where none were imported."""
    try:
        return area(scope)
    except (Invalid, NotFound, Unreadable):
        return None


def in_square(there: OpenEntries, square: str) -> Around:
    """What lies in a square. Raises Invalid where none of it lies in the municipality."""
    db, scope = reading(), Scope(there.municipality, EVERYBODY.role)
    return kept_squares().of(db, scope, lambda: around(db, scope, there, square), square)


def told(
    db: Session, scope: Scope, asked: Asked, there: OpenEntries, found: Nearby
) -> dict[str, Any]:
    """Everything that templates/residents/near.html says."""
    page, last = _page(len(found.walked))
    first = (page - 1) * AT_ONCE
    shown = found.walked[first : first + AT_ONCE]
    ways = _ways(asked, there, found, shown)
    walked = _numbered(shown, first + 1, asked, ways)
    driven = _numbered(found.driven, len(found.walked) + 1, asked, {})
    is_chosen = bool(asked.wish.topic or asked.wish.kind)
    brought = [_card(one, 0, asked, None) for one in found.brought if is_chosen]
    return {
        "municipality": asked.here,
        "square": asked.square,
        "level": asked.level,
        "found": found,
        "reaches_m": round(squares.farthest_m(asked.square), -1),
        "walked": walked,
        "driven": driven,
        "brought": [one for one in brought if one["covers"]],
        "unsaid": [one for one in brought if not one["covers"]],
        "brought_kinds": [] if is_chosen else _by_kind(found.brought, asked),
        "centres": told_centres(found.there.centres),
        "wish": asked.wish,
        "topics": list(ASKED_FOR),
        "days": DAYS,
        "ticked": TICKED,
        "kinds": _kinds(there),
        "pages": _pages(page, last, len(found.walked)),
        "sheet_url": url_for("near_sheets.show", **_same(asked)),
        "calendar_url": _calendar(walked, asked),
        "sources": sources(db, scope, "town"),
        "page_data": _page_data(scope, asked.square, walked + driven),
    }


def _ways(
    asked: Asked, there: OpenEntries, found: Nearby, shown: Sequence[Offer]
) -> dict[UUID, Way]:
    """The walks to what is shown; none where nobody knows the streets."""
    if asked.streets is None or found.search is None:
        return {}
    wanted = [(one.place, one.slow_s) for one in shown]
    start = squares.middle_of(asked.square)
    return way_there.traced(there, asked.streets, start, found.search, wanted, today())


def _same(asked: Asked) -> dict[str, Any]:
    """The query of this page again."""
    given = {name: value for name, value in request.args.to_dict().items() if value}
    return given | {"municipality": asked.here.code, "square": asked.square}


def _calendar(walked: Sequence[Mapping[str, Any]], asked: Asked) -> dict[str, Any]:
    """The calendar of what people join on certain days, of what this page shows: {url, count}."""
    ids = [one["id"] for one in walked if one["is_joined"] and one["next_days"]]
    where = {"municipality": asked.here.code, "resource": ids}
    return {"url": url_for("prints.selection", **where) if ids else "", "count": len(ids)}


def _numbered(
    offers: Sequence[Offer], first: int, asked: Asked, ways: Mapping[UUID, Way]
) -> list[dict[str, Any]]:
    return [
        _card(one, number, asked, ways.get(one.resource.id))
        for number, one in enumerate(offers, start=first)
    ]


def _card(one: Offer, number: int, asked: Asked, way: Way | None) -> dict[str, Any]:
    to = {"municipality": asked.here.code, "square": asked.square, "resource_id": one.resource.id}
    return near_card(one, number, today(), asked.here) | {
        "way": way,
        "way_url": url_for("ways.show", **to) if way else "",
        "line_url": url_for("ways.line", **to) if way else "",
    }


def _page_data(scope: Scope, square: str, cards: list[dict[str, Any]]) -> dict[str, Any]:
    """What the map of the answer draws: the square, and the entries of this page."""
    west, south, east, north = squares.box_of(square)
    places = [one["lonlat"] for one in cards if one["lonlat"] and one["minutes"] is not None]
    lons = [west - AROUND_DEG, east + AROUND_DEG, *(lon for lon, _ in places)]
    lats = [south - AROUND_DEG, north + AROUND_DEG, *(lat for _, lat in places)]
    bounds = [[min(lats), min(lons)], [max(lats), max(lons)]]
    data = {
        "bounds": bounds,
        "districts": {"type": "FeatureCollection", "features": []},
        "resources": [one["marker"] for one in cards if one["lonlat"]],
        "square": [[south, west], [north, east]],
        "worker_url": url_for("residents.worker"),
    }
    return data | backgrounds(scope, bounds)


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


def _by_kind(offers: Sequence[Offer], asked: Asked) -> list[dict[str, Any]]:
    """What comes to the home, fetches or is in charge, kind by kind: how many say so of this place, how many do not
    say where they serve (of both those that run), and where they are shown."""
    kinds = {one.kind.code: one.kind for one in offers}
    counts = Counter((one.kind.code, one.covers) for one in offers if not one.paused)
    given = {**request.args.to_dict(), "municipality": asked.here.code, "square": asked.square}
    return [
        {
            "name": say(kind.name),
            "count": counts[code, True],
            "unsaid": counts[code, False],
            "url": url_for("residents.show", **(given | {"kind": code})) + "#brought",
        }
        for code, kind in sorted(kinds.items(), key=lambda item: item[1].position)
    ]


def _kinds(there: OpenEntries) -> list[dict[str, str]]:
    """The kinds there is something of, for choosing one."""
    return [
        _cards.kind_of(there.kinds[code]) for code, count in there.count_kinds().items() if count
    ]
