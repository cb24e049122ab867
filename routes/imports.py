"""取り込み結果: /imports, what was read from which file, what became of each row, what is to be decided."""

from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from geo import decisions, publish, registry
from geo.decisions import Question
from geo.errors import Conflict, Invalid
from geo.intake.report import grouped
from geo.records import accounts, intakes, municipalities, resources
from geo.records.intakes import Intake
from geo.scope import Scope
from routes._ending import ending
from routes._errors import WORDS, field_words, reason_words
from routes._request import own_scope, reading, scope_in, today, writing
from routes._roles import STAFF, WRITERS, Role, allow

bp = Blueprint("imports", __name__, url_prefix="/imports")

PAGE = 50
LINES = 200  # our choice: lines of one reason on the page; all of them are in the file beside it
COUNTS = ("rows", "added", "changed", "unchanged", "missing", "refused")
LABELS = {"closed_on": "終わった日", "closed_reason": "終わった理由"}
SECTION_OF = {  # of a choice: the part of the page that offers it
    **dict.fromkeys(("keep", "close"), "missing"),
    **dict.fromkeys(("ours", "theirs"), "edit_stands"),
    "apart": "alike",
}


@bp.get("/")
@allow(*STAFF)
def index() -> str:
    """The runs of the reader's municipality, the newest first."""
    db, scope = reading(), own_scope()
    by_dataset = intakes.count_by_dataset(db, scope)
    asked = request.args.get("dataset", "")
    dataset = asked if asked in by_dataset else ""
    total = by_dataset[dataset] if dataset else sum(by_dataset.values())
    last = max(1, -(-total // PAGE))
    page = _page(request.args.get("page", "1"), last)
    return render_template(
        "imports/index.html",
        runs=intakes.list_recent(db, scope, PAGE, (page - 1) * PAGE, dataset),
        places={row.code: row for row in municipalities.list_all(db, scope)},
        names={row.id: row.name for row in accounts.list_all(db, scope)},
        datasets=by_dataset,
        dataset=dataset,
        page=page,
        pages=last,
        total=total,
        may_send=scope.role in (Role.OFFICIAL, Role.ADMINISTRATOR),
        may_edit=scope.may_change_resources,
    )


@bp.get("/<uuid:intake_id>")
@allow(*STAFF)
def show(intake_id: UUID) -> str:
    """The quality report of one run."""
    db, scope = reading(), own_scope()
    return _show(db, intakes.get(db, scope, intake_id), {}, [])


@bp.post("/<uuid:intake_id>/decide")
@allow(*WRITERS)
def decide(intake_id: UUID) -> str | Response | tuple[str, int]:
    """What a person decides about lines of a report."""
    form, choice = request.form, request.form.get("choice", "")
    lines = form.getlist("line")
    run = intakes.get(reading(), own_scope(), intake_id)
    try:
        if not lines:
            raise Invalid(fields={f"line-{SECTION_OF.get(choice, '')}": "nothing_chosen"})
        closing = ending(request.form, today()) if choice == "close" else None
        with writing() as db:
            scope = scope_in(run.municipality)
            count = decisions.decide(db, scope, run, lines, choice, closing)
    except Invalid as error:
        words = field_words(error.facts["fields"])  # type: ignore[arg-type]
        problems = [
            {"name": name, "words": said, "label": LABELS.get(name, "")}
            for name, said in words.items()
        ]
        return _show(reading(), run, form.to_dict(), problems, set(lines)), 422
    except Conflict:
        problems = [
            {
                "name": "line-edit_stands",
                "words": "台帳の値が、そのあとまた変わっています。資源のページで確かめてください。",
            }
        ]
        return _show(reading(), run, form.to_dict(), problems, set(lines)), WORDS[Conflict][0]
    flash("decided" if count else "decided_before")
    return redirect(url_for("imports.show", intake_id=intake_id), 303)


@bp.get("/<uuid:intake_id>/lines.csv")
@allow(*STAFF)
def lines(intake_id: UUID) -> Response:
    """Every line of a report as a table, for who wants to go through them in a spreadsheet."""
    run = intakes.get(reading(), own_scope(), intake_id)
    table = publish.table(
        [
            {
                "シート": line.get("sheet", ""),
                "行": line["row"] or "",
                "名前": line["name"],
                "取り込んだか": "いいえ" if line["refused"] else "はい",
                "わけ": reason_words(line["reason"]),
                "くわしく": line["detail"] if isinstance(line["detail"], str) else "",
            }
            for line in run.report["rows"]
        ]
    )
    response = Response(table, mimetype="text/csv")
    name = quote(f"{run.file_name}の結果.csv")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _show(
    db: Session,
    run: Intake,
    form: dict[str, str],
    problems: list[dict[str, str]],
    chosen: set[str] | None = None,
) -> str:
    scope = scope_in(run.municipality)
    names = {row.id: row.name for row in accounts.list_all(db, own_scope())}
    questions = decisions.list_questions(db, scope, run)
    asked = {question.reason for question in questions}
    groups = [
        g
        for g in grouped(run.report["rows"], run.report.get("more", {}), LINES)
        if g["reason"] not in asked
    ]
    return render_template(
        "imports/show.html",
        run=run,
        report=run.report,
        counts={name: getattr(run, name) for name in COUNTS},
        municipality=municipalities.get(db, scope, run.municipality),
        by=names.get(run.account, "") if run.account else "",
        names=names,
        groups=groups,
        questions=questions,
        writable=_writable(db, scope, questions),
        words=reason_words,
        form={"closed_on": today().isoformat(), **form},
        chosen=chosen or set(),
        problems=problems,
    )


def _writable(db: Session, scope: Scope, questions: list[Question]) -> set[str]:
    """Lines that the reader may decide about: those of resources within their areas."""
    if not scope.may_change_resources:
        return set()
    ids = [question.resource for question in questions if question.resource]
    if scope.areas is None:
        return {question.line for question in questions}
    places = {id_: now["place"] for id_, (_, now) in resources.load_values(db, scope, ids).items()}
    within = {id_ for id_, place in places.items() if registry.is_within(db, scope, place)}
    return {question.line for question in questions if question.resource in within}


def _page(text: str, last: int) -> int:
    """The page asked for; past the end the last one."""
    is_number = text.isascii() and text.isdigit() and len(text) < 7
    return min(last, max(1, int(text))) if is_number else 1
