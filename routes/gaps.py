"""届きにくさ: /gaps/<municipality>, who cannot reach what, in which area and when; people are for its staff only."""

import json
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as WerkzeugResponse

from geo import gap_cells, gap_drivers, gap_sheets, publish, travel_profiles
from geo.errors import Invalid
from geo.gap_matrix import Matrices, Matrix, matrix
from geo.gap_questions import GapQuestion
from geo.gap_rests import is_rest
from geo.gap_sheets import Seen
from geo.gap_unconfirmed import unconfirmed
from geo.reach_questions import profiles
from geo.records import districts, municipalities, shelf
from geo.records.kinds import Kind
from geo.records.shelf import Wanted
from geo.scope import STAFF, Scope
from routes import _cards, _gap_books, _gap_files, _if_closed
from routes._basemap import backgrounds
from routes._errors import field_words
from routes._gap_answers import (
    ASKED,
    WORDS,
    Answered,
    answer,
    area_of,
    asked_of,
    band,
    groups,
    matrix_told,
    matrix_words,
    people_of,
    people_reached,
    told,
)
from routes._gap_pages import choices, codes_of, element_of, kinds_asked
from routes._home import staff_at
from routes._lists import kinds_by_code, sources
from routes._request import area, reading, residents, today
from routes._roles import allow

FILE_PATIENCE_S = 17.0  # our choice: a file comes once, not piece by piece
PATIENCE_S = 3.0  # our choice: how long the table counts before it shows what it has
MATRICES = Matrices()

bp = Blueprint("gaps", __name__, url_prefix="/gaps")


@bp.get("/<municipality>")
@allow(*STAFF)
def index(municipality: str) -> tuple[str, int]:
    """Every kind by area on one page; each number leads to its map."""
    db, scope = reading(), staff_at(municipality)
    asked, problems, found = asked_of(db, scope), {}, None
    try:
        found = _matrix(db, scope, asked)
    except Invalid as refused:
        problems = field_words(refused.facts["fields"])  # type: ignore[arg-type]
    practical = request.args.get("limit") == "practical"
    by_field = request.args.get("by") == "field"
    page = render_template(
        "gaps/index.html",
        municipality=municipalities.get(db, scope, municipality),
        asked=asked,
        practical=practical,
        found=found,
        by_field=by_field,
        groups=groups(found, practical=practical, by_field=by_field) if found else [],
        unconfirmed=unconfirmed(db, scope, asked["level"], today()),
        query={name: asked[name] for name in WORDS if asked[name]},
        people=people_of(found) if found else {},
        areas=districts.list_at_level(db, scope, asked["level"]),
        problems=problems,
        used=travel_profiles.in_use(db, scope),
        sources=sources(db, scope, asked["level"]),
        **choices(db, scope),
    )
    return page, 422 if problems.keys() & set(ASKED) else 200


@bp.get("/<municipality>/all.csv")
@allow(*STAFF)
def matrix_table(municipality: str) -> Response:
    """The whole table as far as it is counted."""
    db, scope = reading(), staff_at(municipality)
    municipalities.get(db, scope, municipality)
    asked = asked_of(db, scope)
    found = _matrix(db, scope, asked, PATIENCE_S + FILE_PATIENCE_S)
    areas = districts.list_at_level(db, scope, asked["level"])
    document = _gap_files.matrix(found, areas, matrix_told(db, scope, asked))
    response = Response(document, mimetype="text/csv")
    name = f"gaps-{municipality}-all-{today():%Y%m%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/<municipality>.xlsx")
@allow(*STAFF)
def matrix_book(municipality: str) -> WerkzeugResponse:
    """The table of the page as a workbook, once all of it is counted; until then the page."""
    db, scope = reading(), staff_at(municipality)
    asked, practical = asked_of(db, scope), request.args.get("limit") == "practical"
    found = _matrix(db, scope, asked)
    if found.waiting:
        return redirect(url_for("gaps.index", municipality=municipality, **request.args.to_dict()))
    names = {row.code: row.name for row in districts.list_levels(db, scope)}
    book = _gap_books.of_matrix(
        found,
        groups(found, practical=practical),
        districts.list_at_level(db, scope, asked["level"]),
        people_of(found),
        matrix_words(db, scope, asked, names[asked["level"]], practical=practical),
    )
    return _gap_books.response(book, f"gaps-{municipality}-{today():%Y%m%d}.xlsx")


@bp.get("/<municipality>/<kind>")
@allow(*STAFF)
def show(municipality: str, kind: str) -> tuple[str, int]:
    """One kind, or several: the answer in words, by area, and on the map."""
    db, scope = reading(), staff_at(municipality)
    some, asked, problems, found = kinds_asked(db, scope, kind), asked_of(db, scope), {}, None
    every, closing = kinds_by_code(db, scope), []
    try:
        found = answer(db, scope, codes_of(some), asked)
        if len(some) == 1 and not is_rest(some[0]):
            table = _if_closed.table(db, scope, some[0].code, asked)
            closing = _if_closed.rows(table)[: _if_closed.FIRST]
    except Invalid as refused:
        problems = field_words(refused.facts["fields"])  # type: ignore[arg-type]
    page = render_template(
        "gaps/show.html" if len(some) == 1 else "gaps/group.html",
        municipality=municipalities.get(db, scope, municipality),
        word=kind,
        element=element_of(kind),
        chosen=some,
        kind=some[0],
        asked=asked,
        query={name: asked[name] for name in WORDS if asked[name]},
        answer=found,
        of=found.found.of[0] if found else None,
        if_closed=closing,
        may_plan=scope.may_change_resources,
        problems=problems,
        seen=_seen(db, scope, asked["level"], some) if found else {},
        drivers=gap_drivers.not_driving(db, scope, found.found) if found else None,
        used=travel_profiles.in_use(db, scope),
        delivered=profiles(),
        today=today(),
        kinds=_cards.counted(every, shelf.count_by_kind(db, scope, Wanted())),
        sources=sources(db, scope, asked["level"]),
        page_data=_page_data(db, scope, codes_of(some), asked, found),
        **choices(db, scope),
    )
    return page, 422 if problems.keys() & set(ASKED) else 200


@bp.get("/<municipality>/<kind>.csv")
@allow(*STAFF)
def table(municipality: str, kind: str) -> Response:
    """The table of the page, with its question, day and sources."""
    return _file(municipality, kind, "csv")


@bp.get("/<municipality>/<kind>.geojson")
@allow(*STAFF)
def shapes(municipality: str, kind: str) -> Response:
    """The map of the page: areas with their numbers, what is within reach, the resources."""
    return _file(municipality, kind, "geojson")


@bp.get("/<municipality>/<kind>/cells.geojson")
@allow(*STAFF)
def cells(municipality: str, kind: str) -> Response:
    """The squares of the map of an answer."""
    db, scope = reading(), staff_at(municipality)
    asked, some = asked_of(db, scope), kinds_asked(db, scope, kind)
    found = people_reached(db, scope, codes_of(some), asked)
    features = _gap_files.cells(gap_cells.cells(db, scope, found))
    document = json.dumps({"type": "FeatureCollection", "features": features}, allow_nan=False)
    return Response(document, mimetype="application/geo+json")


def _matrix(
    db: Session, scope: Scope, asked: Mapping[str, str], patience_s: float | None = None
) -> Matrix:
    """The table as far as it is counted in a reader's patience. Raises Invalid."""
    late = monotonic() + (PATIENCE_S if patience_s is None else patience_s)
    words = {name: asked[name] for name in ("age", "day", "at", "month", "on")}
    question = GapQuestion.parse(words, (), asked["level"], today(), {})
    town = (db, scope, residents(), area(scope))
    found = matrix(*town, question, today(), MATRICES, lambda: monotonic() > late)
    if found is None:
        raise Invalid(fields={"municipality": "no_people"})
    return found


def _seen(db: Session, scope: Scope, level: str, some: Sequence[Kind]) -> dict[str, Seen]:
    """What is registered in each area, and how much of it was confirmed this 年度; of one kind that goes by distance."""
    if len(some) > 1 or some[0].reach in _cards.BY_AREA:
        return {}
    found = gap_sheets.seen_by_area(db, scope, level, some[0].code, today())
    return {str(id_): one for id_, one in found.items()}


def _page_data(
    db: Session,
    scope: Scope,
    some: tuple[str, ...],
    asked: Mapping[str, str],
    found: Answered | None,
) -> dict[str, Any]:
    """What the script of the page reads; an area's count is of people beyond."""
    shapes = districts.list_shapes(db, scope, asked["level"], within_m=_cards.OUTLINE_M)
    marks = shelf.list_marks(db, scope, Wanted(kinds=some))
    frame = districts.bounds(db, scope, area_of(asked))
    data = _cards.map_data(marks, kinds_by_code(db, scope), shapes, {}, frame, today())
    lines = {line["id"]: line for line in found.rows} if found else {}
    for feature in data["districts"]["features"]:
        line = lines.get(feature["properties"]["id"])
        feature["properties"]["count"] = f"{line['leading']['beyond']:,}" if line else None
    data |= backgrounds(scope, data["bounds"])
    if found is None:
        return data | {"gaps": None}
    served = found.map.served
    return data | {
        "gaps": {
            "steps": {id_: line["step"] for id_, line in lines.items()},
            "hatched": [id_ for id_, line in lines.items() if line["is_hatched"]],
            "leading": band(found.map.leading),
            "practical": band(found.map.practical),
            "served": None if served is None else json.loads(publish.outline_geojson(served)),
            "coverage": json.loads(publish.outline_geojson(area(scope).network.coverage)),
        }
    }


def _file(municipality: str, kind: str, form: str) -> Response:
    db, scope = reading(), staff_at(municipality)
    municipalities.get(db, scope, municipality)
    asked, some = asked_of(db, scope), kinds_asked(db, scope, kind)
    found = answer(db, scope, codes_of(some), asked)
    write, mimetype = {
        "csv": (_gap_files.table, "text/csv"),
        "geojson": (_gap_files.shapes, "application/geo+json"),
    }[form]
    document = write(db, scope, found, told(db, scope, asked, element_of(kind), found))
    response = Response(document, mimetype=mimetype)
    about = kind if len(some) == 1 else element_of(kind) or "group"
    name = f"gaps-{municipality}-{about}-{today():%Y%m%d}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
