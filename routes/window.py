"""窓口: /window/<municipality>, for whoever has somebody on the telephone; and the sheet to fax."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Row

from geo import days, travel_profiles, window
from geo.area import Area
from geo.edits import openings_of
from geo.errors import Invalid, NotFound, Unreadable
from geo.kinds import vocabulary
from geo.locate import dictionaries
from geo.openings import next_dates
from geo.openings.spoken import spoken
from geo.reach_questions import Walk
from geo.records import municipalities, shelf
from geo.records.municipalities import Municipality
from geo.scope import EVERYBODY, Scope
from routes import _cards
from routes._errors import field_words
from routes._lists import kinds_by_code
from routes._request import area, reading, scope_in, today
from routes._roles import STAFF, allow

PROFILE, MINUTES = (
    "on_foot_slow",
    "60",
)  # our choice: as people of 75 and over walk; an hour at most
MOST_ON_A_SHEET = 3  # large type, one page

bp = Blueprint("window", __name__, url_prefix="/window")


@bp.get("/")
@allow(*STAFF)
def index() -> Response:
    """The window of one's own municipality."""
    home = current_user.municipality
    return redirect(url_for("window.show", municipality=home) if home else url_for("home.index"))


@bp.get("/<municipality>")
@allow(*STAFF)
def show(municipality: str) -> str:
    """One field, ready to be typed into."""
    return _page(municipalities.get(reading(), _scope(municipality), municipality))


@bp.post("/<municipality>")
@allow(*STAFF)
def ask(municipality: str) -> str | tuple[str, int]:
    """What the caller is told. By POST: where somebody lives stands in no address and in no log."""
    db, scope = reading(), _scope(municipality)
    here = municipalities.get(db, scope, municipality)
    typed = {name: request.form.get(name, "") for name in ("words", "topic", "free", "when")}
    try:
        after = request.form.get("after", "0")
        asked = window.read_words(**typed, after=after)
    except Invalid as refused:
        return _page(here, typed, problems=field_words(refused.facts["fields"])), 422  # type: ignore[arg-type]
    walk = Walk.parse(PROFILE, MINUTES, among=travel_profiles.in_use(db, scope))
    folder = dictionaries(current_app.extensions["settings"].var / "originals")
    told = window.answer(db, scope, _streets(scope), folder, asked, walk, today())
    return _page(here, typed, told, after=asked.after)


@bp.post("/<municipality>/sheet")
@allow(*STAFF)
def sheet(municipality: str) -> str:
    """The chosen places on one page of A4 in large type: what everybody may see, and nothing else."""
    db, home = reading(), _scope(municipality)
    here = municipalities.get(db, home, municipality)
    everybody = Scope(municipality, EVERYBODY.role)
    chosen = [_id(text) for text in request.form.getlist("chosen")][:MOST_ON_A_SHEET]
    rows, kept_back = [], 0
    for id_ in filter(None, chosen):
        row = _find(everybody, id_)
        if row is not None and row.on_paper:
            rows.append(row)
        else:
            kept_back += 1
    names = _kind_names(everybody)
    return render_template(
        "window/sheet.html",
        municipality=here,
        places=[_said(row, names, None, here) for row in rows],
        kept_back=kept_back,
        office=request.form.get("office", "")[:100].strip(),
        day=today(),
    )


def _page(
    here: Municipality,
    typed: dict[str, str] | None = None,
    told: window.Told | None = None,
    after: int = 0,
    problems: dict[str, str] | None = None,
) -> str:
    asked = {"words": "", "topic": "", "free": "", "when": ""} | (typed or {})
    return render_template(
        "window/show.html",
        municipality=here,
        asked=asked,
        topics=tuple(window.TOPICS),
        days=window.DAYS,
        told=None if told is None else _told(told, here),
        after=after,
        at_once=window.AT_ONCE,
        office=here.desk,
        problems=[{"name": name, "words": words} for name, words in (problems or {}).items()],
    )


def _told(told: window.Told, here: Municipality) -> dict[str, Any]:
    """The answer as the page reads it out."""
    return {
        "spots": [spot.name for spot in told.spots],
        "left": told.left,
        "offers": [
            _said(one.resource, {one.kind.code: one.kind.name}, one.minutes, here)
            | _inside(one.resource)
            | {
                "number": number,
                "reach": one.kind.reach,
                "covers": one.covers,
                "is_joined": _cards.JOINED in one.kind.viewpoints,
                "public": _is_public(one.resource, one.kind.staff_only),
            }
            for number, one in enumerate(told.offers, start=1)
        ],
        "centres": [
            {
                "name": one.name,
                "part": one.part,
                "phone": one.entry.phone if one.entry else "",
            }
            for one in told.centres
        ],
    }


def _said(
    row: Row[Any], kind_names: dict[str, str], minutes: int | None, here: Municipality
) -> dict[str, Any]:
    """What is read out of a place, and printed: nothing of staff's."""
    openings = openings_of(row)
    following = next_dates(openings, today(), 1)
    return {
        "id": str(row.id),
        "name": row.name,
        "kind": kind_names.get(row.kind, ""),
        # nobody reads her own city out to a caller
        "address": row.address.removeprefix(here.prefecture).removeprefix(here.name),
        "when": spoken(openings),
        "pause": _cards.pause(row, today()),
        "next_words": days.date_words(following[0]) if following else "",
        "is_today": bool(following) and following[0] == today(),
        "minutes": minutes,
        "fee": row.fee,
        "booking": row.booking,
        "eligibility": ""
        if row.eligibility == "unknown"
        else vocabulary("eligibility")[row.eligibility],
        "without_certificate": row.eligibility in _cards.WITHOUT_CERTIFICATE,
        "answers": [
            (field, getattr(row, field))
            for field in _cards.KNEES
            if getattr(row, field) not in ("unknown", "no")
        ],
        "can_help_note": row.can_help_note,
        "accepting": row.accepting,
        "contact": row.contact,
        "phone": row.phone,
        "confirmed": days.era_words(row.confirmed_on) if row.confirmed_on else "",
        "fresh": days.freshness(row.confirmed_on, today()) == "confirmed",
        "url": url_for("resources.show", resource_id=row.id),
    }


def _inside(row: Row[Any]) -> dict[str, Any]:
    """What staff know besides, and do not read out."""
    return {
        "host": row.host,
        "host_contact": row.host_contact,
        "capacity": row.capacity,
        "fragility": row.fragility,
        "staff_note": row.staff_note,
    }


def _find(scope: Scope, id_: UUID) -> Row[Any] | None:
    try:
        return shelf.get(reading(), scope, id_)
    except NotFound:
        return None


def _is_public(row: Row[Any], staff_only: bool) -> bool:
    refused = any(one["medium"] == "paper" and one["answer"] == "no" for one in row.consents)
    web = any(one["medium"] == "web" and one["answer"] == "no" for one in row.consents)
    return row.public and not row.do_not_list and not staff_only and not refused and not web


def _kind_names(scope: Scope) -> dict[str, str]:
    return {code: kind.name for code, kind in kinds_by_code(reading(), scope).items()}


def _streets(scope: Scope) -> Area | None:
    """The streets, or None where none were imported."""
    try:
        return area(scope)
    except (Invalid, NotFound, Unreadable):
        return None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _scope(municipality: str) -> Scope:
    """The reader's scope at home. Raises NotFound in a foreign municipality."""
    scope = scope_in(municipality)
    if scope.role not in STAFF:
        raise NotFound(thing="municipality", id=municipality)
    return scope
