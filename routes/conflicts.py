"""食い違い: /conflicts. What the field wrote and the register has otherwise, side by side; the desk chooses."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import Row

from geo import conflicts
from geo.edits import FIELDS
from geo.errors import Conflict, Invalid, NotAllowed
from geo.records import conflicts as kept
from geo.records import resources
from routes._errors import WORDS, field_words
from routes._request import now, own_scope, reading, scope_in, writing
from routes._roles import WRITERS, allow
from routes._writable import id_in_form, whole

bp = Blueprint("conflicts", __name__, url_prefix="/conflicts")


@bp.get("/")
@allow(*WRITERS)
def index() -> str:
    """Every open conflict that is the reader's to settle, with both values."""
    return _page()


@bp.post("/<uuid:conflict_id>")
@allow(*WRITERS)
def settle(conflict_id: UUID) -> Response | tuple[str, int]:
    """Take what was written in the field, or leave the register as it is."""
    try:
        base, draft = whole("base"), id_in_form("draft")
        with writing() as db:
            row = kept.get_locked(db, own_scope(), conflict_id)
            scope, take = scope_in(row.municipality), request.form.get("take", "")
            conflicts.settle(db, scope, conflict_id, take, draft, now(), base)
    except (Conflict, Invalid, NotAllowed) as error:
        words = WORDS[type(error)][1]
        if isinstance(error, Invalid):
            words = "".join(field_words(error.facts["fields"]).values())
        return _page(conflict_id, words), WORDS[type(error)][0]
    flash("saved")
    return redirect(url_for("conflicts.index"), 303)


def _page(refused: UUID | None = None, words: str = "") -> str:
    db, scope = reading(), own_scope()
    rows = kept.list_open(db, scope)
    today = resources.load_values(db, scope, [row.resource for row in rows])
    return render_template(
        "conflicts/index.html",
        conflicts=[_card(row, today[row.resource][1]) for row in rows],
        refused=refused,
        words=words,
    )


def _card(row: Row[Any], now_: dict[str, Any]) -> dict[str, Any]:
    met = [field for field in FIELDS if field in row.theirs]
    beside = conflicts.beside(row.ours, row.theirs)
    return {
        "id": row.id,
        "resource": row.resource,
        "name": row.name,
        "by": row.by,
        "written_at": row.written_at or row.at,
        "at": row.at,
        "base": row.now,
        "draft": str(uuid4()),  # pressed twice it counts once
        "fields": [{"field": f, "ours": row.ours[f], "now": now_[f]} for f in met],
        "beside": [
            {"field": f, "ours": value, "now": now_[f]}
            for f, value in beside.items()
            if now_[f] != value
        ],
    }
