"""報告の列: /reports/layout, the columns a municipality wants; said here, or by its own empty table."""

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from geo import originals, report_layouts
from geo.errors import Invalid, Unreadable
from geo.records import municipalities
from geo.report_layouts import Column, Layout
from geo.scope import Role, Scope
from geo.sources import report_columns
from routes._errors import field_words
from routes._guard import SENDING, limiter
from routes._home import at_home
from routes._request import reading, writing
from routes._roles import allow
from routes._sending import file_words

bp = Blueprint("report_layouts", __name__, url_prefix="/reports/layout")

EDITORS = (Role.COORDINATOR_1, Role.OFFICIAL, Role.ADMINISTRATOR)
LARGEST_MB = 2  # an empty table; what is larger is not one
MORE = 5  # our choice: empty lines below those there are


@bp.route("/<report>", methods=["GET", "POST"])
@allow(*EDITORS)
def edit(report: str) -> str | Response | tuple[str, int]:
    """The columns of a report, in their order."""
    db, scope = reading(), at_home()
    if request.method == "GET":
        return _page(db, scope, report, report_layouts.in_use(db, scope, report))
    title, lines = request.form.get("title", ""), _lines()
    try:
        with writing() as writer:
            report_layouts.keep(writer, scope, report, title, lines)
    except Invalid as error:
        used = max((at for at, line in enumerate(lines, 1) if any(line.values())), default=0)
        typed = Layout(title, tuple(Column(**line) for line in lines[:used]))
        return _page(db, scope, report, typed, problems=error.facts["fields"])  # type: ignore[arg-type]
    flash("layout_saved")
    return redirect(url_for("reports.index"), 303)


@bp.post("/<report>/table")
@allow(*EDITORS)
@limiter.limit(SENDING)
def read(report: str) -> str | tuple[str, int]:
    """The headings of the municipality's own empty table, to be looked at before they are kept."""
    db, scope = reading(), at_home()
    known = report_layouts.in_use(db, scope, report)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(db, scope, report, known, problems={"file": "no_file"})
    with TemporaryDirectory() as folder:
        try:
            path, _, _ = originals.receive(
                sent.stream,
                sent.filename,
                Path(folder) / "sent",
                LARGEST_MB,  # type: ignore[arg-type]
            )
            layout = report_layouts.read_table(report, path)
        except Unreadable as error:
            return _page(db, scope, report, known, unreadable=file_words(error))
    return _page(db, scope, report, layout, is_read=True)


@bp.post("/<report>/forget")
@allow(*EDITORS)
def forget(report: str) -> Response:
    """Our own columns again."""
    scope = at_home()
    with writing() as db:
        report_layouts.forget(db, scope, report)
    flash("layout_forgotten")
    return redirect(url_for("report_layouts.edit", report=report), 303)


def _lines() -> list[dict[str, str]]:
    """The lines of the form in the order that their numbers say; an empty number keeps its place."""
    count = min(request.form.get("count", 0, type=int), report_layouts.MOST_COLUMNS + MORE)
    lines = []
    for at in range(count):
        place = request.form.get(f"place_{at}", "")
        is_number = place.isascii() and place.isdigit() and len(place) < 4
        line = {name: request.form.get(f"{name}_{at}", "") for name in ("heading", "of", "form")}
        lines.append((int(place) if is_number else at + 1, at, line))
    return [line for _, _, line in sorted(lines, key=lambda one: one[:2])]


def _page(
    db: Session,
    scope: Scope,
    report: str,
    layout: Layout,
    *,
    problems: dict[str, str] | None = None,
    unreadable: str = "",
    is_read: bool = False,
) -> str | tuple[str, int]:
    words = field_words(problems or {}) | ({"file": unreadable} if unreadable else {})
    page = render_template(
        "reports/layout.html",
        municipality=municipalities.get(db, scope, scope.municipality or ""),
        report=report,
        name=report_columns.TITLES[report],
        layout=layout,
        columns=[*layout.columns, *([Column("", "")] * MORE)],
        choices=report_columns.COLUMNS[report],
        is_read=is_read,
        problems=words,
    )
    return (page, 422) if words else page
