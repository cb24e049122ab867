"""どこに開くか: /gaps/<municipality>/<kind>/where, the places with which most people come within reach; for staff."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4, uuid5

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from geo import candidates, gap_map, locate, originals, scenario_book, travel_profiles, where_plans
from geo.candidates import Candidates
from geo.errors import Conflict, Invalid, NotFound, Unreadable
from geo.gap_offers import BY_AREA
from geo.gap_questions import AGE, LAW_MIN, WEEKDAYS
from geo.possible_homes import BANDS
from geo.reach_questions import STAFF_MINUTES
from geo.records import accounts, districts, kinds, municipalities, shelf, siting_plans
from geo.records.shelf import Wanted
from geo.records.siting_plans import SitingPlan
from geo.scope import STAFF, Scope
from geo.where_plans import Ordered
from geo.where_questions import CANDIDATES, MOST, USUAL_VENUES, VENUES, WEIGHED, WEIGHTS
from routes import _where_answers as answers
from routes._errors import field_words, reason_words
from routes._guard import SENDING, limiter
from routes._home import staff_at
from routes._lists import kinds_by_code, sources
from routes._request import now, reading, scope_in, today, writing
from routes._roles import WRITERS, allow
from routes._sending import file_words, receive, waiting_files
from routes._where_answers import QUESTION, WISHES

LIST_MB = 5  # of places that somebody brings
LATEST = 10  # our choice: earlier plans that the form shows
LONGEST_WORD = 4_000

bp = Blueprint("where", __name__, url_prefix="/gaps")


@bp.get("/<municipality>/<kind>/where")
@allow(*STAFF)
def ask(municipality: str, kind: str) -> str:
    """The form, with the question of the map that one came from or with the wishes of an earlier plan."""
    db, scope = reading(), staff_at(municipality)
    kinds.get(db, scope, kind)
    form: dict[str, Any] = {name: _word(request.args, name) for name in (*QUESTION, *WISHES)}
    form["kinds"] = [code for code in USUAL_VENUES if code in kinds_by_code(db, scope)]
    earlier = _earlier(db, scope, kind, request.args.get("from", ""))
    if earlier is not None:
        form |= earlier.asked | {"from": str(earlier.id)}
        form["kinds"] = earlier.asked.get("kinds", "").split()
        form["never"] = "\n".join(filter(None, (form.get("never"), _word(request.args, "without"))))
    return _asking(db, scope, kind, form, {})


@bp.post("/<municipality>/<kind>/where")
@allow(*WRITERS)
@limiter.limit(SENDING)
def start(municipality: str, kind: str) -> str | Response | tuple[str, int]:
    """Ask the workers for a plan. Pressed twice it is one plan."""
    scope = staff_at(municipality)
    plan = _id(request.form.get("id", ""))
    form: dict[str, Any] = {name: _word(request.form, name) for name in (*QUESTION, *WISHES)}
    form |= {"kinds": request.form.getlist("kinds")[:100], "from": _word(request.form, "from")}
    try:
        with writing() as db:
            kinds.get(db, scope, kind)
            words = {name: form[name] for name in (*QUESTION, *WISHES)}
            words["kinds"] = " ".join(form["kinds"])
            asked = Ordered(plan, kind, words, _candidates(db, scope, kind, form))
            where_plans.order(db, scope, asked, today())
    except Invalid as refused:
        problems = field_words(refused.facts["fields"])  # type: ignore[arg-type]
        return _asking(reading(), scope, kind, form, problems), 422
    except Unreadable as error:
        return _asking(reading(), scope, kind, form, {"file": file_words(error)}), 422
    return _to(municipality, kind, plan)


@bp.get("/<municipality>/<kind>/where/<uuid:plan_id>")
@allow(*STAFF)
def show(municipality: str, kind: str, plan_id: UUID) -> str:
    """A plan: how far the worker is, or what came out."""
    db, scope = reading(), staff_at(municipality)
    row = _plan(db, scope, kind, plan_id)
    common = _common(db, scope, kind) | {
        "plan": row,
        "asked": answers.asked_of(row, db, scope),
        "who": _who(db, row),
        "is_writer": scope.role in WRITERS,
    }
    if row.state in where_plans.OPEN:
        before = siting_plans.count_before(db, scope, row)
        return render_template(
            "gaps/where_working.html",
            **common,
            before=before,
            said=answers.stage_words(row, before),
            is_quiet=where_plans.is_quiet(row, now()) and not before,
            page_data=_working(row),
        )
    if row.state != "done":
        return render_template("gaps/where_ended.html", **common, words=answers.ended_words(row))
    return render_template(
        "gaps/where_plan.html",
        **common,
        answer=answers.told(row),
        page_data=answers.page_data(db, scope, row, kinds_by_code(db, scope)),
        sources=sources(db, scope, answers.level_of(row, db, scope)),
        reasons={reason: reason_words(reason) for _, reason in row.left_out},
    )


@bp.get("/<municipality>/<kind>/where/<uuid:plan_id>/state")
@allow(*STAFF)
def state(municipality: str, kind: str, plan_id: UUID) -> Response:
    """How far the worker is, for the page's script."""
    db, scope = reading(), staff_at(municipality)
    row = _plan(db, scope, kind, plan_id)
    before = siting_plans.count_before(db, scope, row) if row.state == "waiting" else 0
    return jsonify(answers.progress(row) | {"before": before})


@bp.get("/<municipality>/<kind>/where/<uuid:plan_id>.csv")
@allow(*STAFF)
def table(municipality: str, kind: str, plan_id: UUID) -> Response:
    """The chosen places and the areas, with the question, the day and how sure it is."""
    db, scope = reading(), staff_at(municipality)
    row = _plan(db, scope, kind, plan_id)
    if row.state != "done":
        raise NotFound(thing="siting_plan", id=str(plan_id))
    document = answers.table(row, db, scope, kinds.get(db, scope, kind))
    response = Response(document, mimetype="text/csv")
    name = f"where-{municipality}-{kind}-{row.as_of:%Y%m%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.post("/<municipality>/<kind>/where/<uuid:plan_id>/stop")
@allow(*WRITERS)
def stop(municipality: str, kind: str, plan_id: UUID) -> Response:
    """Give a plan up."""
    scope = staff_at(municipality)
    with writing() as db:
        _plan(db, scope, kind, plan_id)
        try:
            where_plans.cancel(db, scope, plan_id)
        except Conflict:  # it has ended meanwhile: the page says how
            db.rollback()
    return _to(municipality, kind, plan_id)


@bp.post("/<municipality>/<kind>/where/<uuid:plan_id>/again")
@allow(*WRITERS)
def again(municipality: str, kind: str, plan_id: UUID) -> Response:
    """Ask the workers once more for the same."""
    scope = staff_at(municipality)
    with writing() as db:
        _plan(db, scope, kind, plan_id)
        try:
            where_plans.ask_again(db, scope, plan_id, now())
        except Conflict:
            db.rollback()
    return _to(municipality, kind, plan_id)


@bp.post("/<municipality>/<kind>/where/<uuid:plan_id>/scenario")
@allow(*WRITERS)
def keep(municipality: str, kind: str, plan_id: UUID) -> Response:
    """Go on with the answer as a 検討案. Pressed twice it is one."""
    scope = staff_at(municipality)
    with writing() as db:
        row = _plan(db, scope, kind, plan_id)
        steps = where_plans.as_additions(row)
        if not steps:
            raise NotFound(thing="siting_plan", id=str(plan_id))
        words = {name: row.asked.get(name, "") for name in QUESTION}
        asked = (_word(request.form, "name"), [kind], words)
        id_ = scenario_book.begin(db, scope, uuid5(plan_id, "scenario"), *asked, steps, today())
    address = url_for("scenarios.show", municipality=municipality, scenario_id=id_)
    return redirect(address, 303)  # type: ignore[return-value]


def _plan(db: Session, scope: Scope, kind: str, plan: UUID) -> SitingPlan:
    row = siting_plans.get(db, scope, plan)
    if row.kind != kind:
        raise NotFound(thing="siting_plan", id=str(plan))
    return row


def _to(municipality: str, kind: str, plan: UUID) -> Response:
    address = url_for("where.show", municipality=municipality, kind=kind, plan_id=plan)
    return redirect(address, 303)  # type: ignore[return-value]


def _word(words: Mapping[str, str], name: str) -> str:
    return words.get(name, "")[:LONGEST_WORD].strip()


def _id(text: str) -> UUID:
    """The id that the form was given, so that it is one plan however often it is sent."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def _earlier(db: Session, scope: Scope, kind: str, text: str) -> SitingPlan | None:
    try:
        row = siting_plans.find(db, scope, UUID(text))
    except ValueError:
        return None
    return row if row is not None and row.kind == kind else None


def _candidates(db: Session, scope: Scope, kind: str, form: Mapping[str, Any]) -> Candidates:
    """What was ticked, what was brought, and what an earlier plan had been brought. Raises Invalid, Unreadable."""
    known = kinds_by_code(db, scope)
    if any(code not in known for code in form["kinds"]):
        raise Invalid(fields={"kinds": "unknown_choice"})
    found = candidates.registered(db, scope, form["kinds"])
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return found + _brought(db, scope, sent)
    earlier = _earlier(db, scope, kind, form["from"])
    if earlier is not None:
        old = where_plans.candidates_of(earlier)
        places = tuple(one for one in old.places if not one.resource)
        return found + Candidates(places)
    return found


def _brought(db: Session, scope: Scope, sent: FileStorage) -> Candidates:
    """Read a list, and keep nothing of the file."""
    room = uuid4()
    try:
        name = receive(sent, room, LIST_MB).file_name
        path = originals.waiting_room(waiting_files(), room) / name
        return candidates.brought(db, scope, path, locate.dictionaries(waiting_files()))
    finally:
        originals.give_up(waiting_files(), room)


def _common(db: Session, scope: Scope, kind: str) -> dict[str, Any]:
    return {
        "municipality": municipalities.get(db, scope, scope.municipality or ""),
        "kind": kinds.get(db, scope, kind),
        "level_names": {row.code: row.name for row in districts.list_levels(db, scope)},
        "used": travel_profiles.in_use(db, scope),
        "today": today(),
    }


def _asking(
    db: Session, scope: Scope, kind: str, form: Mapping[str, Any], problems: Mapping[str, str]
) -> str:
    every = kinds_by_code(db, scope)
    counts = shelf.count_by_kind(db, scope, Wanted())
    first = [code for code in VENUES if counts.get(code)]
    others = [
        code
        for code, one in every.items()
        if counts.get(code)
        and code not in first
        and ("place" in one.viewpoints or one.reach == "go")
    ]
    usual = {"age": str(AGE), "minutes": f"{LAW_MIN:g}", "most": "5"}
    usual["level"] = gap_map.usual_level(db, scope)
    earlier = _earlier(db, scope, kind, form.get("from", ""))
    return render_template(
        "gaps/where.html",
        **_common(db, scope, kind),
        form={**form, **{name: form.get(name) or word for name, word in usual.items()}},
        id=uuid4(),
        problems=[
            {"name": "" if name in ("kind", "municipality") else name, "words": words}
            for name, words in problems.items()
        ],
        venues=[(every[code], counts[code]) for code in first],
        others=[(every[code], counts[code]) for code in others],
        by_area=every[kind].reach in BY_AREA,
        brought=[one[0] for one in earlier.candidates if not one[4]] if earlier else [],
        plans=siting_plans.list_of_kind(db, scope, kind, LATEST),
        is_writer=scope.role in WRITERS,
        ages=[str(age) for age in reversed(BANDS)],
        minutes=[str(step) for step in STAFF_MINUTES],
        weekdays=WEEKDAYS,
        weighed=WEIGHED,
        weights=WEIGHTS,
        most=MOST,
        most_candidates=CANDIDATES,
    )


def _who(db: Session, row: SitingPlan) -> str:
    """Who asked for it, as colleagues call them."""
    names = {one.id: one.name for one in accounts.list_all(db, scope_in(row.municipality))}
    return names.get(row.account, "") if row.account else ""


def _working(row: SitingPlan) -> dict[str, Any]:
    where = {"municipality": row.municipality, "kind": row.kind, "plan_id": row.id}
    return {
        "url": url_for("where.state", **where),
        "state": row.state,
        "words": answers.STAGE_WORDS,
    }
