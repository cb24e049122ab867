"""お知らせ: /suggestions/<id>. What somebody outside the staff said of an entry, beside what the register
has; a person applies it or declines it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo import suggestions
from geo.errors import Conflict, Invalid, NotFound
from geo.records import accounts, municipalities, resources
from geo.records import suggestions as records
from geo.records.suggestions import Suggestion
from geo.scope import Scope
from geo.suggestions import Choice
from routes._ending import ending
from routes._errors import WORDS, field_words
from routes._request import now, own_scope, reading, scope_in, today, writing
from routes._roles import WRITERS, allow
from routes._writable import whole

bp = Blueprint("suggestions", __name__, url_prefix="/suggestions")


@bp.get("/<uuid:suggestion_id>")
@allow(*WRITERS)
def show(suggestion_id: UUID) -> str:
    """Field by field: what the register has, what was said, what both were then."""
    row, scope = _find(suggestion_id)
    return _page(row, scope)


@bp.post("/<uuid:suggestion_id>/apply")
@allow(*WRITERS)
def apply(suggestion_id: UUID) -> Response | tuple[str, int]:
    """Bring the chosen fields into the register; twice is once."""
    row, scope = _find(suggestion_id)
    was_open = row.state == "open"
    try:
        more = ending(request.form, today()) if row.kind == "ended" and was_open else {}
        choice = Choice(whole("base"), tuple(request.form.getlist("field")), more)
        with writing() as db:
            row = suggestions.apply(db, scope, suggestion_id, choice, now())
    except (Conflict, Invalid) as error:
        reading().rollback()
        return _page(*_find(suggestion_id), error), WORDS[type(error)][0]
    flash("suggestion_applied" if was_open and row.state == "applied" else "decided_before")
    return _on(row)


@bp.post("/<uuid:suggestion_id>/decline")
@allow(*WRITERS)
def decline(suggestion_id: UUID) -> Response | tuple[str, int]:
    """Leave the register as it is, and say why."""
    row, scope = _find(suggestion_id)
    was_open = row.state == "open"
    try:
        with writing() as db:
            reason = request.form.get("reason", "")
            row = suggestions.decline(db, scope, suggestion_id, reason, now())
    except Invalid as error:
        return _page(*_find(suggestion_id), error), 422
    flash("suggestion_declined" if was_open and row.state == "declined" else "decided_before")
    return _on(row)


def _find(suggestion_id: UUID) -> tuple[Suggestion, Scope]:
    """A suggestion at home, and the reader's scope there. Raises NotFound."""
    row = records.get(reading(), own_scope(), suggestion_id)
    scope = scope_in(row.municipality)
    if not scope.may_change_resources:
        raise NotFound(thing="suggestion", id=str(suggestion_id))
    return row, scope


def _on(row: Suggestion) -> Response:
    """Back to what waits."""
    return redirect(url_for("desk.suggested", municipality=row.municipality), 303)  # type: ignore[return-value]


def _page(row: Suggestion, scope: Scope, error: Invalid | Conflict | None = None) -> str:
    db = reading()
    revision, differences = suggestions.differences(db, scope, row)
    known = resources.load_values(db, scope, [row.resource]) if row.resource else {}
    now_values: dict[str, Any] = known[row.resource][1] if row.resource in known else {}
    names = {account.id: account.name for account in accounts.list_all(db, scope)}
    problems = field_words(error.facts["fields"]) if isinstance(error, Invalid) else {}  # type: ignore[arg-type]
    typed = request.form if request.method == "POST" else {}
    return render_template(
        "suggestions/show.html",
        municipality=municipalities.get(db, scope, row.municipality),
        suggestion=row,
        name=now_values.get("name") or row.values.get("name", ""),
        now=now_values,
        base=revision,
        differences=differences,
        chosen=request.form.getlist("field")
        if typed
        else [one.field for one in differences if not one.is_conflict and not one.is_done],
        may_decide=suggestions.may_decide(db, scope, row),
        answered_on=suggestions.answered_on(row),
        values=_ending_values(row, typed),
        earlier=_earlier(row, scope),
        names=names,
        is_conflict=isinstance(error, Conflict),
        problems=[{"name": name, "words": words} for name, words in problems.items()],
    )


def _ending_values(row: Suggestion, typed: Any) -> dict[str, str]:
    """The day and the reason that the form of an ending begins with."""
    day = row.values.get("closed_on") or suggestions.answered_on(row).isoformat()
    reason = " ".join(row.words.split())[: suggestions.LONGEST_REASON]
    return {
        "closed_on": typed.get("closed_on", day),
        "closed_reason": typed.get("closed_reason", reason),
        "reason": typed.get("reason", ""),
    }


def _earlier(row: Suggestion, scope: Scope) -> list[Suggestion]:
    """What else was said of the same entry, the newest first."""
    if row.resource is None:
        return []
    return [one for one in records.list_of(reading(), scope, [row.resource]) if one.id != row.id]
