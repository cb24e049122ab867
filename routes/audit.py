"""書き込みの記録: /audit. Who changed what, when, from what to what; and the same as a file."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, stream_with_context
from flask_login import current_user
from sqlalchemy.orm import Session

from geo import audit_trail
from geo.audit_trail import Line
from geo.errors import Invalid
from geo.records import accounts, audit, municipalities
from geo.records.audit import Wanted
from geo.scope import Scope
from geo.workbook import MIMETYPE
from routes import _entering
from routes._guard import SENDING, limiter
from routes._request import JAPAN, now, own_scope, reading, writing
from routes._roles import Role, allow

bp = Blueprint("audit", __name__, url_prefix="/audit")

READERS = (Role.OFFICIAL, Role.ADMINISTRATOR)
NEWEST = 2**31 - 1  # the largest number of a line
ASKED = ("person", "thing", "thing_id", "action", "from", "to")
HEADINGS = ("when", "town", "who", "action", "thing", "name", "id", "before", "after", "number")


@bp.get("/")
@allow(*READERS)
def index() -> str | tuple[str, int]:
    """A page of lines, the newest first."""
    db, scope = reading(), own_scope()
    asked = _asked(request.args)
    try:
        wanted = audit_trail.parse(scope, asked)
    except Invalid as error:
        return _page(db, scope, asked, [], None, _entering.problems(error)), 422
    typed = request.args.get("upto", "")
    upto = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 11 else NEWEST
    lines, following = audit_trail.page(db, scope, wanted, min(upto, NEWEST))
    return _page(db, scope, asked, lines, following, [])


@bp.post("/export")
@allow(*READERS)
@limiter.limit(SENDING)
def export() -> Response:
    """Exactly what the page shows, all of it, as CSV or Excel; that it was taken is a line as well."""
    scope, asked = own_scope(), _asked(request.form)
    form = "xlsx" if request.form.get("format") == "xlsx" else "csv"
    wanted = audit_trail.parse(scope, asked)
    with writing() as db:
        upto = audit.find_newest(db, scope)
        told = {"format": form, **{name: words for name, words in asked.items() if words}}
        audit.save(db, scope, "export", "audit", "", None, told)
    rows = _rows(reading(), scope, wanted, upto)
    name = f"engawa-audit-{now().astimezone(JAPAN):%Y%m%d-%H%M}.{form}"
    if form == "csv":
        response = Response(
            stream_with_context(audit_trail.csv_blocks(rows)), mimetype="text/csv; charset=utf-8"
        )
    else:
        file = audit_trail.excel(rows, "記録")
        response = Response(iter(lambda: file.read(1 << 16), b""), mimetype=MIMETYPE)
        response.call_on_close(file.close)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _asked(given: Any) -> dict[str, str]:
    return {name: given.get(name, "")[:200] for name in ASKED}


def _page(
    db: Session,
    scope: Scope,
    asked: dict[str, str],
    lines: list[Line],
    following: int | None,
    problems: list[dict[str, Any]],
) -> str:
    return render_template(
        "audit/index.html",
        lines=lines,
        following=following,
        asked=asked,
        people=accounts.list_all(db, scope),
        towns={row.code: row.name for row in municipalities.list_all(db, scope)},
        is_administrator=current_user.role == Role.ADMINISTRATOR,
        hidden=() if current_user.role == Role.ADMINISTRATOR else audit_trail.OF_ACCOUNTS,
        problems=problems,
        paged=bool(request.args.get("upto")),
    )


def _rows(db: Session, scope: Scope, wanted: Wanted, upto: int) -> Iterator[list[str]]:
    """Lines in the words of the page, cell by cell."""
    words: Any = current_app.jinja_env.get_template("audit/_words.html").module
    towns = {row.code: row.name for row in municipalities.list_all(db, scope)}
    yield [_plain(words.heading(name)) for name in HEADINGS]
    for line in audit_trail.all_lines(db, scope, wanted, upto):
        row = line.row
        yield [
            row.at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M:%S"),
            towns.get(row.municipality or "", ""),
            _plain(words.who(line)),
            _plain(words.action(row.action)),
            _plain(words.thing(row.thing)),
            line.what,
            row.thing_id,
            _plain(words.side(row, row.before, line.others)),
            _plain(words.side(row, row.after, line.others)),
            str(row.number),
        ]


def _plain(markup: Any) -> str:
    """What a macro says, as text in one line."""
    return " ".join(markup.unescape().split()) if hasattr(markup, "unescape") else str(markup)
