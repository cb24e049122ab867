"""訪問の記録: /visits. The diary of an area, what comes next each morning, and who takes over."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from geo import morning as mornings
from geo import visits
from geo.days import month_days, months_back, parse_date, parse_month
from geo.errors import Conflict, Invalid, NotFound
from geo.kinds import vocabulary
from geo.records import accounts, municipalities, shelf, visit_gaps
from geo.records import visits as records
from geo.records.visits import Asked
from geo.scope import Scope
from geo.visits import VisitEdit
from routes import _visits
from routes._errors import WORDS, field_words
from routes._home import at_home, at_home_of
from routes._request import now, reading, today, writing
from routes._roles import STAFF, WRITERS, allow

bp = Blueprint("visits", __name__, url_prefix="/visits")

PAGE = 50  # our choice
MONTHS = 25  # our choice: this month and two years back
FORM = (
    *("activity", "visited_on", "resource", "district", "place", "met", "minutes", "note"),
    *("confirmed", "next_step", "next_by", "next_on", "promised"),
)
DAYS = ("visited_on", "next_on")


@bp.get("/")
@allow(*STAFF)
def index() -> str:
    """The diary, the newest first: of a month, a person, a resource."""
    db, scope = reading(), at_home()
    month = parse_month(request.args.get("month", ""))
    account, resource = _id("account"), _id("resource")
    since, until = month_days(month) if month else (None, None)
    asked = Asked(since, until, account, resource)
    total = records.count_all(db, scope, asked)
    last = max(1, -(-total // PAGE))
    page = min(last, max(1, request.args.get("page", 1, type=int)))
    rows = records.list_all(db, scope, asked, limit=PAGE, offset=(page - 1) * PAGE)
    return render_template(
        "visits/index.html",
        municipality=_place(db, scope),
        visits=[_visits.shown(row, scope) for row in rows],
        total=total,
        page=page,
        pages=last,
        month=month,
        months=months_back(today(), MONTHS),
        account=account,
        writers=records.list_writers(db, scope),
        resource=_resource(db, scope, resource),
        may_write=scope.may_change_resources,
    )


@bp.get("/morning")
@allow(*STAFF)
def morning() -> str:
    """What was promised, the overdue first; places long unvisited; areas without a visit."""
    db, scope = reading(), at_home()
    of_all = request.args.get("all") == "1" or not scope.may_change_resources
    steps = mornings.steps(db, scope, today(), None if of_all else scope.account)
    places, places_total = mornings.unvisited(db, scope, today())
    level_name, areas = mornings.blanks(db, scope, today())
    return render_template(
        "visits/morning.html",
        municipality=_place(db, scope),
        today=today(),
        next_week=today() + timedelta(days=7),
        steps=steps,
        counts=Counter(step["when"] for step in steps),
        of_all=of_all,
        places=places,
        places_total=places_total,
        level_name=level_name,
        areas=areas,
        may_write=scope.may_change_resources,
    )


@bp.route("/add", methods=["GET", "POST"])
@allow(*WRITERS)
def add() -> str | Response | tuple[str, int]:
    """A visit, a meeting, a talk on the telephone: written once, however often it is sent."""
    db, scope = reading(), at_home()
    if request.method == "GET":
        resource = _id("resource")
        values = {"visited_on": today().isoformat(), "activity": "visit"}
        return _form(db, scope, values | {"resource": str(resource or "")})
    try:
        edit = VisitEdit.parse(_typed() | {"id": request.form.get("id")})
        with writing() as writer:
            visits.record(writer, scope, edit, today())
    except Invalid as error:
        return _form(db, scope, request.form, error=error)
    return _saved(edit)


@bp.route("/<uuid:visit_id>/edit", methods=["GET", "POST"])
@allow(*WRITERS)
def edit(visit_id: UUID) -> str | Response | tuple[str, int]:
    """A correction by who wrote it, or by the office."""
    db, scope = reading(), at_home_of(visit_id)
    row = records.get(db, scope, visit_id)
    visits.check_is_own(scope, row.account)
    if request.method == "GET":
        return _form(db, scope, _kept(row), visit=visit_id, base=row.revision)
    base = request.form.get("base", "")
    try:
        said = VisitEdit.parse(_typed() | {"id": visit_id, "base": base})
        with writing() as writer:
            visits.correct(writer, scope, said, today())
    except Invalid as error:
        return _form(db, scope, request.form, visit=visit_id, base=base, error=error)
    except Conflict as error:
        revision = error.facts["revision"]
        return _form(db, scope, request.form, visit=visit_id, base=revision, error=error)
    return _saved(said)


@bp.post("/<uuid:visit_id>/remove")
@allow(*WRITERS)
def remove(visit_id: UUID) -> Response:
    """Out of the diary; the audit keeps it."""
    scope = at_home_of(visit_id)
    with writing() as db:
        visits.remove(db, scope, visit_id, now())
    flash("visit_removed")
    return redirect(url_for("visits.index"), 303)


@bp.post("/<uuid:visit_id>/done")
@allow(*WRITERS)
def done(visit_id: UUID) -> Response:
    """The next step was taken; or, by the same door, it was not after all."""
    scope, is_done = at_home_of(visit_id), request.form.get("done", "1") == "1"
    with writing() as db:
        visits.finish(db, scope, visit_id, now(), is_done=is_done)
    flash("step_done" if is_done else "step_open")
    return _back()


@bp.post("/<uuid:visit_id>/postpone")
@allow(*WRITERS)
def postpone(visit_id: UUID) -> Response:
    """The next step is moved to another day."""
    scope = at_home_of(visit_id)
    day = parse_date(request.form.get("next_on", ""))
    if day is None:
        raise Invalid(fields={"next_on": "not_a_date"})
    with writing() as db:
        visits.postpone(db, scope, visit_id, day, today())
    flash("step_postponed")
    return _back()


@bp.route("/hand-over", methods=["GET", "POST"])
@allow(*WRITERS)
def hand_over() -> str | Response | tuple[str, int]:
    """Somebody is moved: what is open goes to another."""
    db, scope = reading(), at_home()
    problems: dict[str, str] = {}
    if request.method == "POST":
        giver, taker = _id("giver"), _id("taker")
        problems = {k: "required" for k, v in {"giver": giver, "taker": taker}.items() if not v}
        try:
            if giver and taker:
                with writing() as writer:
                    count = visits.hand_over(writer, scope, giver, taker)
                flash("handed_over" if count else "nothing_changed")
                return redirect(url_for("visits.morning", all=1), 303)
        except Invalid as error:
            problems = error.facts["fields"]  # type: ignore[assignment]
    page = render_template(
        "visits/hand_over.html",
        municipality=_place(db, scope),
        people=[row for row in accounts.list_all(db, scope) if row.is_active],
        takers=[row for row in accounts.list_all(db, scope) if visits.may_take_over(row)],
        open_steps=Counter(
            str(row.owner) for row in records.list_all(db, scope, Asked(open_steps=True))
        ),
        me=scope.account,
        is_office=scope.role in visits.OFFICE,
        typed=request.form,
        problems=field_words(problems),
    )
    return (page, 422) if problems else page


def _typed() -> dict[str, Any]:
    """The form as VisitEdit reads it: days in any form that people write, a tick as yes."""
    typed: dict[str, Any] = {name: request.form.get(name, "") for name in FORM}
    for name in DAYS:
        day = parse_date(typed[name])
        typed[name] = day.isoformat() if day else typed[name].strip()
    typed["confirmed"] = bool(typed["confirmed"])
    return typed


def _kept(row: Any) -> dict[str, Any]:
    """A visit as the form shows it: every field a text."""
    kept = {name: getattr(row, name) for name in FORM}
    return {
        name: "" if value is None or value is False else str(value) for name, value in kept.items()
    }


def _form(
    db: Session,
    scope: Scope,
    values: Mapping[str, Any],
    *,
    visit: UUID | None = None,
    base: object = None,
    error: Invalid | Conflict | None = None,
) -> str | tuple[str, int]:
    """The form, empty, as kept, or as typed with what is wrong with it."""
    problems: dict[str, str] = {}
    if isinstance(error, Invalid):
        problems = field_words(error.facts["fields"])  # type: ignore[arg-type]
    theirs: dict[str, Any] = dict(error.facts["theirs"]) if isinstance(error, Conflict) else {}  # type: ignore[call-overload]
    problems |= dict.fromkeys(theirs, WORDS[Conflict][1])
    level, areas = mornings.areas(db, scope)
    page = render_template(
        "visits/edit.html",
        municipality=_place(db, scope),
        visit=visit,
        id=values.get("id") or str(uuid4()),
        base=base,
        values={name: values.get(name, "") for name in FORM},
        activities=vocabulary("activity"),
        resources=_choices(db, scope, str(values.get("resource", ""))),
        level_name=level,
        districts=areas,
        theirs=theirs,
        problems=problems,
    )
    return (page, WORDS[type(error)][0]) if error else page


def _choices(db: Session, scope: Scope, chosen: str) -> list[dict[str, str]]:
    """Resources of the writer's areas that people join, and the one that is chosen."""
    told = [
        {"value": str(row.id), "words": f"{row.kind_name}：{row.name}"}
        for row in visit_gaps.list_places(db, scope)
    ]
    if chosen and chosen not in {one["value"] for one in told}:
        row = _resource(db, scope, _as_id(chosen))
        if row:
            told.insert(0, {"value": chosen, "words": row["name"]})
    return told


def _resource(db: Session, scope: Scope, resource: UUID | None) -> dict[str, Any] | None:
    if resource is None:
        return None
    try:
        row = shelf.get(db, scope, resource)
    except NotFound:
        return None
    return {"id": row.id, "name": row.name}


def _saved(edit: VisitEdit) -> Response:
    flash("saved")
    if edit.names:
        flash("maybe_names")
    resource = edit.values.resource
    if resource:
        return redirect(url_for("resources.show", resource_id=resource), 303)
    return redirect(url_for("visits.index"), 303)


def _back() -> Response:
    """Where the press was made: the morning list, of mine or of all, or a resource."""
    resource = _id("resource")
    if resource:
        return redirect(url_for("resources.show", resource_id=resource), 303)
    everybody = "1" if request.form.get("all") == "1" else None
    return redirect(url_for("visits.morning", all=everybody), 303)


def _place(db: Session, scope: Scope) -> Any:
    return municipalities.get(db, scope, scope.municipality or "")


def _id(name: str) -> UUID | None:
    return _as_id(request.values.get(name, ""))


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
