"""取り込み: /imports/new, where the office sends a file, sees what it would change, and decides."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import (
    Blueprint,
    Response,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user
from sqlalchemy.orm import Session

from geo import originals
from geo import previews as answers
from geo.errors import Conflict, Invalid, NotFound, Unreadable
from geo.intake import Mapping, datasets
from geo.intake.areas import LEVELS
from geo.intake.series import NEW
from geo.records import accounts, intakes, kinds, municipalities, previews
from geo.records.previews import Preview
from geo.scope import Scope
from routes import _mappings
from routes._errors import field_words, reason_words
from routes._guard import SENDING, limiter
from routes._request import now, own_scope, reading, scope_in, writing
from routes._roles import WRITERS, Role, allow
from routes._sending import MOST_OPEN, file_words, receive, waiting_files

bp = Blueprint("previews", __name__, url_prefix="/imports")

IMPORTERS = (Role.OFFICIAL, Role.ADMINISTRATOR)
PAGES = {
    "waiting": "imports/working.html",
    "working": "imports/working.html",
    "applying": "imports/working.html",
    "asking": "imports/asking.html",
    "ready": "imports/ready.html",
    "unreadable": "imports/unreadable.html",
    "failed": "imports/unreadable.html",
    "stopped": "imports/unreadable.html",
}


@bp.get("/new")
@allow(*IMPORTERS)
def new() -> str:
    """The page for sending a file, and the files that wait for an answer. A link may say which."""
    return _new({name: request.args.get(name, "") for name in ("dataset", "level")}, [])


@bp.post("/new")
@allow(*IMPORTERS)
@limiter.limit(SENDING)
def send() -> str | Response | tuple[str, int]:
    """Keep what was sent in the waiting room, and let the worker try it out."""
    form = request.form.to_dict()
    sent = request.files.get("file")
    preview = uuid4()
    try:
        dataset = _dataset(form.get("dataset", ""))
        said = datasets.parse_said(dataset, form)
        scope = _scope_of(form.get("municipality") or current_user.municipality)
        received = receive(sent, preview, dataset.limit_mb)
        with writing() as db:
            if len(previews.list_open(db, own_scope())) >= MOST_OPEN:
                raise Invalid(fields={"file": "too_many_waiting"})
            answers.open_preview(db, scope, dataset.code, said, received)
    except Invalid as error:
        originals.give_up(waiting_files(), preview)
        return _new(form, _problems(field_words(error.facts["fields"]))), 422  # type: ignore[arg-type]
    except Unreadable as error:
        return _new(form, _problems({"file": file_words(error)})), 422
    return redirect(url_for("previews.show", preview_id=preview), 303)


@bp.get("/previews/<uuid:preview_id>")
@allow(*WRITERS)
def show(preview_id: UUID) -> str | Response:
    """A file between sending and importing: how far the worker is, or what it found."""
    db = reading()
    row = previews.get(db, own_scope(), preview_id)
    if row.state == "applied":
        return redirect(url_for("imports.show", intake_id=row.intake), 303)
    scope = scope_in(row.municipality)
    return render_template(
        PAGES[row.state],
        preview=row,
        finding=row.finding,
        municipality=municipalities.get(db, scope, row.municipality),
        is_quiet=answers.is_quiet(row, now()) and not previews.count_before(db, scope, row),
        before=previews.count_before(db, scope, row),
        kinds={kind.code: kind.name for kind in kinds.list_all(db, scope)},
        levels={code: name for code, (name, _) in LEVELS.items()},
        names_of={str(one.id): one.name for one in accounts.list_all(db, own_scope())},
        may_ask=scope.role in IMPORTERS,
        editions=_editions(db, scope) if row.dataset == "resources" else {},
        fields=_mappings.FIELDS,
        words=reason_words,
        problems=[],
        page_data={
            "url": url_for("previews.state", preview_id=row.id),
            "state": row.state,
            "words": {
                "rows": "{total}行のうち{done}行まで",
                "before": "前に{before}件が並んでいます",
            },
        },
    )


@bp.get("/previews/<uuid:preview_id>/state")
@allow(*WRITERS)
def state(preview_id: UUID) -> Response:
    """How far the worker is, for the page's script."""
    db = reading()
    row = previews.get(db, own_scope(), preview_id)
    before = previews.count_before(db, own_scope(), row) if row.state == "waiting" else 0
    return jsonify(state=row.state, done=row.done, total=row.total, before=before)


@bp.post("/previews/<uuid:preview_id>/apply")
@allow(*WRITERS)
def apply(preview_id: UUID) -> Response:
    """Import exactly the file whose preview was read."""
    with writing() as db:
        row = previews.get(db, own_scope(), preview_id)
        try:
            form = request.form
            taken = form.getlist("take")
            answers.apply(db, scope_in(row.municipality), row.id, form.get("sha256", ""), taken)
        except Conflict:  # pressed twice, or given up in another window: the page says how it is
            db.rollback()
    return redirect(url_for("previews.show", preview_id=preview_id), 303)


@bp.post("/previews/<uuid:preview_id>/stop")
@allow(*WRITERS)
def stop(preview_id: UUID) -> Response:
    """Give a file up; it is gone from here."""
    with writing() as db:
        try:
            answers.stop(db, own_scope(), preview_id)
        except Conflict:
            db.rollback()
            return redirect(url_for("previews.show", preview_id=preview_id), 303)
    originals.give_up(waiting_files(), preview_id)
    return redirect(url_for("previews.show", preview_id=preview_id), 303)


@bp.post("/previews/<uuid:preview_id>/again")
@allow(*WRITERS)
def again(preview_id: UUID) -> Response:
    """Let the worker look once more at the same file."""
    return _again(preview_id, None)


@bp.post("/previews/<uuid:preview_id>/mapping")
@allow(*IMPORTERS)
def say_columns(preview_id: UUID) -> str | Response | tuple[str, int]:
    """What the columns of a list mean, as far as the person says."""
    row = previews.get(reading(), own_scope(), preview_id)
    try:
        said = _mappings.said(request.form, request.files.get("file"), row)
    except (Invalid, Unreadable) as error:
        if row.state != "asking":  # nothing was asked on the page that sent this
            return redirect(url_for("previews.show", preview_id=preview_id), 303)
        return _asking(row, _mappings.problems(error)), 422
    return _again(preview_id, said)


@bp.post("/previews/<uuid:preview_id>/kinds")
@allow(*IMPORTERS)
def say_kinds(preview_id: UUID) -> Response:
    """Which kinds the words of a category column mean."""
    row = previews.get(reading(), own_scope(), preview_id)
    mapping = Mapping.parse(row.options.get("mapping", {})).as_json()
    mapping["kinds"] |= _mappings.said_kinds(request.form)
    name = row.options.get("mapping_name") or Path(row.file_name).stem
    return _again(preview_id, row.options | {"mapping": mapping, "mapping_name": name})


@bp.post("/previews/<uuid:preview_id>/edition")
@allow(*IMPORTERS)
def say_edition(preview_id: UUID) -> Response:
    """Which earlier list the file is the next edition of, or that it is a list of its own."""
    row = previews.get(reading(), own_scope(), preview_id)
    said = request.form.get("follows", "")
    if said not in _editions(reading(), scope_in(row.municipality)):
        said = NEW
    return _again(preview_id, row.options | {"follows": said})


def _editions(db: Session, scope: Scope) -> dict[str, Any]:
    """Lists of resources that were imported before → the last run of each."""
    runs = intakes.list_in_use(db, scope)
    return {run.target: run for run in runs if run.dataset == "resources"}


def _again(preview_id: UUID, said: dict[str, Any] | None) -> Response:
    with writing() as db:
        try:
            answers.try_again(db, own_scope(), preview_id, now(), said)
        except Conflict:
            db.rollback()
    return redirect(url_for("previews.show", preview_id=preview_id), 303)


def _asking(row: Preview, problems: list[dict[str, str]]) -> str:
    """The questions about a list's columns once more, with what is wrong with the answers."""
    db, scope = reading(), scope_in(row.municipality)
    return render_template(
        "imports/asking.html",
        preview=row,
        finding=row.finding,
        municipality=municipalities.get(db, scope, row.municipality),
        kinds={kind.code: kind.name for kind in kinds.list_all(db, scope)},
        fields=_mappings.FIELDS,
        words=reason_words,
        problems=problems,
    )


def _new(form: dict[str, str], problems: list[dict[str, str]]) -> str:
    db, scope = reading(), own_scope()
    places = municipalities.list_all(db, scope)
    return render_template(
        "imports/new.html",
        datasets=datasets.DATASETS.values(),
        levels={code: name for code, (name, _) in LEVELS.items()},
        kinds=_kinds(db, scope, places),
        places=places,
        open=previews.list_open(db, scope),
        form=form,
        problems=problems,
        page_data={
            "limits": {code: dataset.limit_mb for code, dataset in datasets.DATASETS.items()},
            "words": {
                "too_large": "このファイルは{size}MBあります。{limit}MBまでのファイルを選んでください。"
            },
        },
    )


def _kinds(db: Session, scope: Scope, places: list[Any]) -> dict[str, str]:
    """The kinds to choose from: of the one municipality, else of the first (they have one origin)."""
    if not places:
        return {}
    home = Scope(places[0].code, scope.role)
    return {kind.code: kind.name for kind in kinds.list_all(db, home)}


def _dataset(code: str) -> datasets.Dataset:
    try:
        return datasets.get(code)
    except NotFound:
        raise Invalid(fields={"dataset": "unknown_choice" if code else "required"}) from None


def _scope_of(municipality: str | None) -> Scope:
    """The scope of the municipality that a file is for. Raises Invalid without a name of one."""
    known = {row.code for row in municipalities.list_all(reading(), own_scope())}
    if municipality not in known:
        raise Invalid(fields={"municipality": "required" if not municipality else "unknown_choice"})
    return scope_in(municipality)


def _problems(fields: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "words": words} for name, words in fields.items()]
