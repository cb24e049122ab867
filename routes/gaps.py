"""届きにくさ: /gaps/<municipality>, who cannot reach what, in which area and when; people are for its staff only."""

import json
from collections.abc import Mapping
from time import monotonic
from typing import Any

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from geo import publish, travel_profiles
from geo.errors import Invalid, NotFound
from geo.gap_matrix import Matrices, Matrix, matrix
from geo.gap_questions import WEEKDAYS, GapQuestion
from geo.possible_homes import BANDS
from geo.reach_questions import STAFF_MINUTES, profiles
from geo.records import districts, kinds, municipalities, shelf
from geo.records.shelf import Wanted
from geo.scope import STAFF, Scope
from routes import _cards, _gap_files, _if_closed
from routes._basemap import backgrounds
from routes._errors import field_words
from routes._gap_answers import (
    ASKED,
    STEPS,
    WORDS,
    Answered,
    answer,
    area_of,
    asked_of,
    band,
    groups,
    people_of,
    told,
)
from routes._lists import kinds_by_code, sources
from routes._request import area, reading, residents, scope_in, today
from routes._roles import allow

PATIENCE_S = 3.0  # our choice: how long the table counts before it shows what it has
MATRICES = Matrices()

bp = Blueprint("gaps", __name__, url_prefix="/gaps")


@bp.get("/<municipality>")
@allow(*STAFF)
def index(municipality: str) -> tuple[str, int]:
    """Every kind by area on one page; each number leads to its map."""
    db, scope = reading(), _scope(municipality)
    asked, problems, found = asked_of(db, scope), {}, None
    try:
        found = _matrix(db, scope, asked)
    except Invalid as refused:
        problems = field_words(refused.facts["fields"])  # type: ignore[arg-type]
    practical = request.args.get("limit") == "practical"
    page = render_template(
        "gaps/index.html",
        municipality=municipalities.get(db, scope, municipality),
        asked=asked,
        practical=practical,
        found=found,
        groups=groups(found, practical=practical) if found else [],
        people=people_of(found) if found else {},
        areas=districts.list_at_level(db, scope, asked["level"]),
        problems=problems,
        used=travel_profiles.in_use(db, scope),
        sources=sources(db, scope, asked["level"]),
        **_choices(db, scope),
    )
    return page, 422 if "age" in problems else 200


@bp.get("/<municipality>/<kind>")
@allow(*STAFF)
def show(municipality: str, kind: str) -> tuple[str, int]:
    """One kind: the answer in words, by area, and on the map."""
    db, scope = reading(), _scope(municipality)
    asked, problems, found = asked_of(db, scope), {}, None
    row, every = kinds.get(db, scope, kind), kinds_by_code(db, scope)
    closing: list[dict[str, Any]] = []
    try:
        found = answer(db, scope, kind, asked)
        closing = _if_closed.rows(_if_closed.table(db, scope, kind, asked))[: _if_closed.FIRST]
    except Invalid as refused:
        problems = field_words(refused.facts["fields"])  # type: ignore[arg-type]
    page = render_template(
        "gaps/show.html",
        municipality=municipalities.get(db, scope, municipality),
        kind=row,
        asked=asked,
        query={name: asked[name] for name in WORDS if asked[name]},
        answer=found,
        of=found.found.of[0] if found else None,
        if_closed=closing,
        may_plan=scope.may_change_resources,
        problems=problems,
        used=travel_profiles.in_use(db, scope),
        delivered=profiles(),
        today=today(),
        kinds=_cards.counted(every, shelf.count_by_kind(db, scope, Wanted())),
        sources=sources(db, scope, asked["level"]),
        page_data=_page_data(db, scope, kind, asked, found),
        **_choices(db, scope),
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


def _scope(municipality: str) -> Scope:
    """The reader's scope at home. Raises NotFound in a foreign municipality: people are for its own staff."""
    scope = scope_in(municipality)
    if scope.role not in STAFF:
        raise NotFound(thing="municipality", id=municipality)
    return scope


def _choices(db: Session, scope: Scope) -> dict[str, Any]:
    """What the forms offer, and how they call it."""
    return {
        "level_names": {row.code: row.name for row in districts.list_levels(db, scope)},
        "ages": [str(age) for age in reversed(BANDS)],
        "minutes": [str(step) for step in STAFF_MINUTES],
        "weekdays": WEEKDAYS,
        "steps": STEPS,
    }


def _matrix(db: Session, scope: Scope, asked: Mapping[str, str]) -> Matrix:
    """The table as far as it is counted in a reader's patience. Raises Invalid."""
    late = monotonic() + PATIENCE_S
    question = GapQuestion.parse({"age": asked["age"]}, (), asked["level"], today(), {})
    town = (db, scope, residents(), area(scope))
    found = matrix(*town, question, today(), MATRICES, lambda: monotonic() > late)
    if found is None:
        raise Invalid(fields={"municipality": "no_people"})
    return found


def _page_data(
    db: Session, scope: Scope, kind: str, asked: Mapping[str, str], found: Answered | None
) -> dict[str, Any]:
    """What the script of the page reads; an area's count is of people beyond."""
    shapes = districts.list_shapes(db, scope, asked["level"], within_m=_cards.OUTLINE_M)
    marks = shelf.list_marks(db, scope, Wanted(kind=kind))
    frame = districts.bounds(db, scope, area_of(asked))
    data = _cards.map_data(marks, kinds_by_code(db, scope), shapes, {}, frame)
    lines = {line["id"]: line for line in found.rows} if found else {}
    for feature in data["districts"]["features"]:
        line = lines.get(feature["properties"]["id"])
        feature["properties"]["count"] = f"{line['leading']['beyond']:,}" if line else None
    data |= backgrounds(db, scope, data["bounds"])
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
    db, scope = reading(), _scope(municipality)
    municipalities.get(db, scope, municipality)
    asked, row = asked_of(db, scope), kinds.get(db, scope, kind)
    found = answer(db, scope, kind, asked)
    write, mimetype = {
        "csv": (_gap_files.table, "text/csv"),
        "geojson": (_gap_files.shapes, "application/geo+json"),
    }[form]
    document = write(db, scope, found, told(db, scope, asked, row, found))
    response = Response(document, mimetype=mimetype)
    name = f"gaps-{municipality}-{kind}-{today():%Y%m%d}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
