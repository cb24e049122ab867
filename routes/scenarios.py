"""検討案: /scenarios/<municipality>, what would change if one stood here, moved, closed or opened on other days."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from geo import scenario_book, scenario_drag
from geo.errors import Conflict, Invalid
from geo.records import districts, municipalities, scenarios
from geo.scenario_book import Plan
from geo.scenario_drag import Drags
from geo.scenario_steps import parse_step
from geo.scope import STAFF, WRITERS, Scope
from routes import _scenario_answers, _scenario_files, _scenario_forms
from routes._errors import WORDS, field_words
from routes._guard import DRAGS, limiter
from routes._home import staff_at
from routes._lists import kinds_by_code, sources
from routes._request import area, glancing, reading, residents, today, writing
from routes._roles import allow
from routes._scenario_pages import begin_form, located, plan_page, the_one
from routes._writable import id_in_form

LISTED = 200  # our choice: plans on the page of a municipality
COMPARED = 6  # our choice: plans side by side, what a wide screen has room for
KEPT = Drags()

bp = Blueprint("scenarios", __name__, url_prefix="/scenarios")


@bp.get("/<municipality>")
@allow(*STAFF)
def index(municipality: str) -> str:
    """The plans of a municipality, the last changed first."""
    db, scope = reading(), staff_at(municipality)
    kinds = kinds_by_code(db, scope)
    asked = {
        "kind": request.args.get("kind", "") if request.args.get("kind") in kinds else "",
        "closed": request.args.get("closed") == "1",
    }
    rows = scenarios.list_all(db, scope, **asked, limit=LISTED)
    return render_template(
        "scenarios/index.html",
        municipality=municipalities.get(db, scope, municipality),
        asked=asked,
        plans=[
            {"row": row, "kinds": [kinds[code].name for code in row.kinds if code in kinds]}
            for row in rows
        ],
        total=scenarios.count_all(db, scope, **asked),
        kinds=[kind for kind in kinds.values() if not kind.hidden],
        level_names={row.code: row.name for row in districts.list_levels(db, scope)},
        may_plan=scope.may_change_resources,
    )


@bp.route("/<municipality>/new", methods=["GET", "POST"])
@allow(*WRITERS)
def begin(municipality: str) -> str | Response | tuple[str, int]:
    """A new plan: its name, what it asks, of which kinds; it may begin with one that closes."""
    db, scope = reading(), staff_at(municipality)
    if request.method == "GET":
        return begin_form(db, scope, {}, {})
    try:
        with writing() as writer:
            words = {name: request.form.get(name, "")[:40] for name in scenario_book.WORDS}
            closing = _scenario_answers.id_of(request.form.get("close", ""))
            steps = [{"id": str(uuid4()), "do": "close", "resource": str(closing)}]
            asked = (request.form.get("name", ""), request.form.getlist("kind"), words)
            id_ = scenario_book.begin(
                writer, scope, id_in_form("id"), *asked, steps if closing else [], today()
            )
    except Invalid as refused:
        return begin_form(db, scope, request.form, refused.facts["fields"]), 422  # type: ignore[arg-type]
    return redirect(_url(municipality, id_))


@bp.get("/<municipality>/<uuid:scenario_id>")
@allow(*STAFF)
def show(municipality: str, scenario_id: UUID) -> str:
    """A plan: what it changes, for whom, and on the map; its writer goes on from here."""
    return plan_page(staff_at(municipality), scenario_id, {}, {})


@bp.post("/<municipality>/<uuid:scenario_id>")
@allow(*WRITERS)
def change(municipality: str, scenario_id: UUID) -> Response | tuple[str, int]:
    """Another name or another question."""
    words = {name: request.form.get(name, "")[:40] for name in scenario_book.WORDS}
    base = request.form.get("base", "")
    said = (int(base) if base.isascii() and base.isdigit() else 0, request.form.get("name", ""))
    scope = staff_at(municipality)
    try:
        with writing() as db:
            scenario_book.change(db, scope, scenario_id, *said, words, today())
    except (Invalid, Conflict) as refused:
        theirs = {"name": WORDS[Conflict][1]} if isinstance(refused, Conflict) else {}
        fields = field_words(refused.facts.get("fields", {})) | theirs  # type: ignore[arg-type]
        status = 409 if theirs else 422
        return plan_page(scope, scenario_id, dict(request.form), fields, "about"), status
    return _saved(municipality, scenario_id)


@bp.post("/<municipality>/<uuid:scenario_id>/steps")
@allow(*WRITERS)
def put_step(municipality: str, scenario_id: UUID) -> Response | tuple[str, int]:
    """One more change, or another in place of the one with its id."""
    said = _scenario_forms.typed(request.form)
    places: list[dict[str, str]] = []
    scope = staff_at(municipality)
    try:
        with writing() as db:
            plan = scenario_book.read(db, scope, scenario_id, today())
            if said["address"] and not (said["lon"] or said["lat"]):
                places = located(db, scope, said["address"])
                said["lon"], said["lat"] = the_one(places).split(",")
            scenario_book.put_step(
                db, scope, scenario_id, _scenario_forms.step_of(said, plan.question)
            )
    except Invalid as refused:
        problems = field_words(refused.facts["fields"])  # type: ignore[arg-type]
        return plan_page(scope, scenario_id, said, problems, "step", places), 422
    return _saved(municipality, scenario_id)


@bp.post("/<municipality>/<uuid:scenario_id>/steps/<uuid:step_id>/remove")
@allow(*WRITERS)
def take_back(municipality: str, scenario_id: UUID, step_id: UUID) -> Response:
    """A change less."""
    with writing() as db:
        scenario_book.take_back(db, staff_at(municipality), scenario_id, step_id)
    return _saved(municipality, scenario_id)


@bp.post("/<municipality>/<uuid:scenario_id>/copy")
@allow(*WRITERS)
def copy(municipality: str, scenario_id: UUID) -> Response | tuple[str, int]:
    """The same plan under another name, of whoever copies it."""
    scope = staff_at(municipality)
    try:
        with writing() as db:
            asked = (id_in_form("id"), request.form.get("name", ""))
            into = scenario_book.copy(db, scope, scenario_id, *asked)
    except Invalid as refused:
        problems = field_words(refused.facts["fields"])  # type: ignore[arg-type]
        return plan_page(scope, scenario_id, dict(request.form), problems, "copy"), 422
    flash("plan_copied")
    return redirect(_url(municipality, into))


@bp.post("/<municipality>/<uuid:scenario_id>/close")
@allow(*WRITERS)
def close(municipality: str, scenario_id: UUID) -> Response:
    """Put a plan away: it leaves the list, its page stays."""
    with writing() as db:
        scenario_book.close(db, staff_at(municipality), scenario_id)
    return _saved(municipality, scenario_id)


@bp.post("/<municipality>/<uuid:scenario_id>/reopen")
@allow(*WRITERS)
def reopen(municipality: str, scenario_id: UUID) -> Response:
    """Take a plan out again."""
    with writing() as db:
        scenario_book.reopen(db, staff_at(municipality), scenario_id)
    return _saved(municipality, scenario_id)


@bp.get("/<municipality>/<uuid:scenario_id>/moved")
@allow(*STAFF)
@limiter.limit(DRAGS)
def moved(municipality: str, scenario_id: UUID) -> Response:
    """What the plan would change with a place where it is being dragged: nothing is kept."""
    db, scope = glancing(), staff_at(municipality)
    town = (db, scope, residents(), lambda: area(scope))
    plan = scenario_drag.begun(*town, scenario_id, today(), KEPT)
    said = _scenario_forms.typed(request.args)
    step = parse_step(_scenario_forms.step_of(said, plan.question), plan.kinds)
    found = scenario_drag.dragged(db, scope, plan, step)
    return jsonify(_scenario_answers.drag_of(plan, step, found))


@bp.get("/<municipality>/<uuid:scenario_id>.csv")
@allow(*STAFF)
def table(municipality: str, scenario_id: UUID) -> Response:
    """The table of the page, with its question, day and sources."""
    db, scope = reading(), staff_at(municipality)
    plan = scenario_book.read(db, scope, scenario_id, today())
    document = _scenario_files.table(db, scope, plan)
    return _file(document, f"scenario-{municipality}-{today():%Y%m%d}.csv")


@bp.get("/<municipality>/compare")
@allow(*STAFF)
def compare(municipality: str) -> tuple[str, int]:
    """Plans about the same kinds side by side, area by area, all asked the question of the first."""
    db, scope = reading(), staff_at(municipality)
    plans, problems = _compared(db, scope)
    found, of = [], []
    try:
        found = [_scenario_answers.answer(db, scope, plan) for plan in plans]
        of = _scenario_answers.kinds_of(db, scope, plans[0].question.kinds) if plans else []
    except Invalid as refused:
        problems |= field_words(refused.facts["fields"])  # type: ignore[arg-type]
    first = plans[0].row.question if plans else {}
    page = render_template(
        "scenarios/compare.html",
        municipality=municipalities.get(db, scope, municipality),
        plans=plans,
        answers=found,
        asked=first,
        others=[plan for plan in plans if plan.row.question != first],
        kind=_scenario_answers.kind_words(of) if of else None,
        of=found[0].found.before.of[0] if found else None,
        rows=_scenario_files.side_by_side(found),
        level_names={row.code: row.name for row in districts.list_levels(db, scope)},
        problems=problems,
        today=today(),
        sources=sources(db, scope, plans[0].question.level) if plans else [],
    )
    return page, 422 if problems and plans else 200


@bp.get("/<municipality>/compare.csv")
@allow(*STAFF)
def compare_table(municipality: str) -> Response:
    """The same as a file: a line for each area and plan."""
    db, scope = reading(), staff_at(municipality)
    plans, problems = _compared(db, scope)
    if problems:
        raise Invalid(fields={"plan": "other_kinds"})
    document = _scenario_files.comparison(db, scope, plans)
    return _file(document, f"scenarios-{municipality}-{today():%Y%m%d}.csv")


def _url(municipality: str, scenario_id: UUID) -> str:
    return url_for("scenarios.show", municipality=municipality, scenario_id=scenario_id)


def _saved(municipality: str, scenario_id: UUID) -> Any:
    flash("saved")
    return redirect(_url(municipality, scenario_id))


def _file(document: str, name: str) -> Response:
    response = Response(document, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _compared(db: Session, scope: Scope) -> tuple[list[Plan], dict[str, str]]:
    """The plans that the query names, all with the question of the first; and what cannot be compared."""
    ids = [_scenario_answers.id_of(text) for text in request.args.getlist("plan")]
    wanted = list(dict.fromkeys(id_ for id_ in ids if id_))[:COMPARED]
    rows = {row.id: row for row in scenarios.list_some(db, scope, wanted)}
    plans = [scenario_book.read_row(db, scope, rows[id_], today()) for id_ in wanted if id_ in rows]
    alike = [plan for plan in plans if set(plan.row.kinds) == set(plans[0].row.kinds)]
    question = plans[0].question if plans else None
    same = [Plan(plan.row, question, plan.steps) for plan in alike] if question else []
    problems = field_words({"plan": "other_kinds"}) if len(alike) < len(plans) else {}
    return same, problems
