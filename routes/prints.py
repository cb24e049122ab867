"""持っていく: /prints. An area's handbook on paper, a calendar of planned days, a poster; for everybody."""

from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import handbook, printing
from geo.days import month_words
from geo.errors import Invalid, NotFound
from geo.handbook import Handbook
from geo.printing import SIZES, Copy
from geo.records import districts, municipalities, service_areas, shelf
from geo.records.shelf import Wanted
from geo.scope import EVERYBODY, Scope
from routes import _taking
from routes._codes import site
from routes._errors import field_words
from routes._guard import limiter
from routes._languages import in_japanese
from routes._lists import kinds_by_code
from routes._printing import kept
from routes._printing import poster as poster_pages
from routes._request import now, reading, today, writing
from routes._roles import ANYONE, allow

# Our choice, for one address: an office prints all its areas within a minute or two.
ASKING = "12 per minute"
POSTERS, CALENDARS = "12 per minute", "30 per minute"
MOST_SELECTED = 30  # resources in one calendar

bp = Blueprint("prints", __name__, url_prefix="/prints")


@bp.get("/<municipality>")
@allow(*ANYONE)
def index(municipality: str) -> str:
    """Every area that has a handbook, level by level."""
    db, scope = reading(), _everybody(municipality)
    here = municipalities.get(db, scope, municipality)
    levels = [level for level in districts.list_levels(db, scope) if level.code != "municipality"]
    return render_template(
        "prints/index.html",
        municipality=here,
        levels=[
            {"name": level.name, "areas": districts.list_at_level(db, scope, level.code)}
            for level in levels
        ],
    )


@bp.get("/<municipality>/<uuid:district_id>")
@allow(*ANYONE)
def show(municipality: str, district_id: UUID) -> str:
    """The handbook of an area: what is in it, and each file that is there or can be asked for."""
    return _page(municipality, district_id, request.args.get("size", ""), _asked_month())


@bp.post("/<municipality>/<uuid:district_id>")
@allow(*ANYONE)
@limiter.limit(ASKING)
def make(municipality: str, district_id: UUID) -> str | Response | tuple[str, int]:
    """Ask the worker for a file. Asked for twice it is made once."""
    size, month = request.form.get("size", ""), request.form.get("month", "")[:10]
    copy = printing.read_copy(district_id, size, month, site(), today())
    told = handbook.load(reading(), _everybody(municipality), district_id, copy.month, today())
    try:
        if told.is_too_large:
            raise Invalid(fields={"handbook": "too_many_entries"})
        name = printing.name_of(copy, told)
        with writing() as db:
            if printing.state_of(db, EVERYBODY, _folder(), name, now()) != "ready":
                printing.ask(db, _everybody(municipality), copy, name)
    except Invalid as refused:
        problems = field_words(refused.facts["fields"])  # type: ignore[arg-type]
        return _page(municipality, district_id, size, month, problems["handbook"]), 429
    return redirect(_address(municipality, copy), 303)  # type: ignore[return-value]


@bp.get("/<municipality>/<uuid:district_id>/state")
@allow(*ANYONE)
def state(municipality: str, district_id: UUID) -> Response:
    """How far the worker is with a file, for the page's script."""
    db, name = reading(), request.args.get("name", "")[:120]
    districts.get(db, _everybody(municipality), district_id)
    if not name.startswith(str(district_id)):
        return jsonify(state="none")
    return jsonify(state=printing.state_of(db, EVERYBODY, _folder(), name, now()))


@bp.get("/<municipality>/<uuid:district_id>/handbook.pdf")
@allow(*ANYONE)
def file(municipality: str, district_id: UUID) -> Response:
    """The file as it would be made now, else the page where it is asked for: what a host took back is not handed out
    from yesterday's."""
    copy = printing.read_copy(
        district_id, request.args.get("size", ""), _asked_month(), site(), today()
    )
    told = handbook.load(reading(), _everybody(municipality), district_id, copy.month, today())
    name = printing.name_of(copy, told)
    path = printing.find(_folder(), name)
    if path is None:
        return redirect(_address(municipality, copy))  # type: ignore[return-value]
    response = send_file(
        path, mimetype="application/pdf", conditional=True, etag=told.mark, max_age=0
    )
    title = f"{told.district.name}-{month_words(copy.month)}-{copy.size.upper()}.pdf"
    return _named(response, title)


@bp.get("/<uuid:resource_id>.ics")
@allow(*ANYONE)
@limiter.limit(CALENDARS)
def calendar(resource_id: UUID) -> Response:
    """The planned days of one resource, to be taken into a calendar or subscribed to."""
    db = reading()
    row = shelf.get(db, EVERYBODY, resource_id)
    if row.merged_into:
        return redirect(url_for("prints.calendar", resource_id=row.merged_into), 301)  # type: ignore[return-value]
    return _calendar(db, row.municipality, row.name, [row])


@bp.get("/<municipality>/selection.ics")
@allow(*ANYONE)
@limiter.limit(CALENDARS)
def selection(municipality: str) -> Response:
    """The same of several at once; one that was withdrawn since is left out."""
    db, scope = reading(), _everybody(municipality)
    here = municipalities.get(db, scope, municipality)
    ids = list(
        dict.fromkeys(_id(text) for text in request.args.getlist("resource")[: MOST_SELECTED + 1])
    )
    if len(ids) > MOST_SELECTED:
        raise Invalid(fields={"resource": "too_many_selected"})
    rows = shelf.list_open(db, scope, Wanted(resources=tuple(ids))) if ids else []
    return _calendar(db, municipality, here.name, rows)


@bp.get("/<uuid:resource_id>/poster.pdf")
@allow(*ANYONE)
@limiter.limit(POSTERS)
@in_japanese()
def poster(resource_id: UUID) -> Response:
    """One page of A4 to hang up: name, when, where, and the square that opens its page. Set once for each state."""
    db = reading()
    row = shelf.get(db, EVERYBODY, resource_id)
    if row.merged_into:
        return redirect(url_for("prints.poster", resource_id=row.merged_into), 301)  # type: ignore[return-value]
    if row.closed_on or not row.on_paper:
        raise NotFound(thing="poster", id=str(resource_id))
    scope = _everybody(row.municipality)
    here = municipalities.get(db, scope, row.municipality)
    pages = poster_pages(row, kinds_by_code(db, scope), here, today())
    return kept(f"poster-{row.id}", pages, f"{row.name}.pdf")


def _page(municipality: str, district_id: UUID, size: str, month: str, problem: str = "") -> str:
    db, scope, day = reading(), _everybody(municipality), today()
    wanted = printing.read_copy(district_id, size, month, site(), day)
    months = printing.months(day)
    several = handbook.load_months(db, scope, district_id, months, day)
    told = dict(zip(months, several, strict=True))
    copies = [
        _copy(db, municipality, Copy(district_id, one, first, wanted.site), told[first])
        for first in told
        for one in SIZES
    ]
    asked = next(
        one for one in copies if (one["size"], one["month"]) == (wanted.size, wanted.month)
    )
    busy = [one for one in (asked, *copies) if one["state"] in ("waiting", "working")]
    now_told = told[wanted.month]
    return render_template(
        "prints/show.html",
        municipality=now_told.municipality,
        district={"id": str(district_id), "name": now_told.district.name, "level_name": now_told.level_name},
        total=len(now_told.entries),
        services=len(now_told.services),
        is_too_large=now_told.is_too_large,
        parts=_parts(db, scope, now_told) if now_told.is_too_large else [],
        most=handbook.MOST_ENTRIES,
        dates=_dates(municipality, now_told),
        copies=copies,
        asked=asked,
        problem=problem,
        page_data=_waiting(municipality, district_id, busy[0]) if busy else None,
    )  # fmt: skip


def _copy(db: Session, municipality: str, copy: Copy, told: Handbook) -> dict[str, Any]:
    """One of the files as the page lists it."""
    name = printing.name_of(copy, told)
    path = printing.find(_folder(), name)
    return {
        "size": copy.size,
        "month": copy.month,
        "name": name,
        "state": printing.state_of(db, EVERYBODY, _folder(), name, now()),
        "bytes": path.stat().st_size if path else 0,
        "url": _address(municipality, copy, "prints.file"),
        "page": _address(municipality, copy),
    }


def _dates(municipality: str, told: Handbook) -> dict[str, Any]:
    """The calendar of what people join in the area on certain days: {url, count}; url "" for none, or too many."""
    ids = [
        entry.row.id
        for code, entries in told.chapters
        for entry in entries
        if code == handbook.JOINED and entry.is_dated and not entry.is_often
    ]
    fits = 0 < len(ids) <= MOST_SELECTED
    where = {"municipality": municipality, "resource": ids}
    return {"url": url_for("prints.selection", **where) if fits else "", "count": len(ids)}


def _waiting(municipality: str, district_id: UUID, busy: dict[str, Any]) -> dict[str, Any]:
    """What the page's script asks."""
    where = {"municipality": municipality, "district_id": district_id, "name": busy["name"]}
    return {"url": url_for("prints.state", **where), "state": busy["state"], "words": {}}


def _parts(db: Session, scope: Scope, told: Handbook) -> list[dict[str, str]]:
    """Smaller areas within one that is too large, of the next level that divides it."""
    levels = [level.code for level in districts.list_levels(db, scope)]
    there = service_areas.list_overlapping(db, scope, told.district.id)
    for level in levels[levels.index(told.district.level) + 1 :]:
        parts = [one for one, share in there if one.level == level and share > handbook.TOUCHED]
        if len(parts) > 1:
            where = {"municipality": told.municipality.code}
            return [
                {"name": one.name, "url": url_for("prints.show", district_id=one.id, **where)}
                for one in parts
            ]
    return []


def _calendar(db: Session, municipality: str, name: str, rows: list[Row[Any]]) -> Response:
    kinds = kinds_by_code(db, _everybody(municipality))
    body = _taking.calendar_of(name, rows, kinds, today())
    response = Response(body, mimetype="text/calendar")
    return _named(response, f"{name}.ics", "attachment")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(fields={"resource": "unknown_choice"}) from None


def _asked_month() -> str:
    return request.args.get("month", "")[:10]


def _address(municipality: str, copy: Copy, endpoint: str = "prints.show") -> str:
    where = {"municipality": municipality, "district_id": copy.district}
    return url_for(endpoint, **where, size=copy.size, month=f"{copy.month:%Y-%m}")


def _named(response: Response, name: str, how: str = "inline") -> Response:
    response.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name)}"
    return response


def _everybody(municipality: str) -> Scope:
    """Whoever reads: what is taken along leaves the house."""
    return Scope(municipality, EVERYBODY.role)


def _folder() -> Path:
    var: Path = current_app.extensions["settings"].var
    return var / "prints"
