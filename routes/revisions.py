"""更新履歴: one change to a resource, set back. The history keeps both."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for

from geo import registry
from geo.errors import Conflict, Invalid
from geo.records import municipalities, resources
from routes._errors import WORDS, field_words
from routes._request import reading, writing
from routes._roles import WRITERS, allow
from routes._writable import id_in_form, opened

bp = Blueprint("revisions", __name__, url_prefix="/resources")


@bp.post("/<uuid:resource_id>/revisions/<int:revision>/undo")
@allow(*WRITERS)
def undo(resource_id: UUID, revision: int) -> str | Response | tuple[str, int]:
    """Set back what one revision changed; what others changed since is shown beside it instead."""
    scope, latest, now = opened(resource_id)
    if revision > latest:
        revision = latest + 1  # however long the number is, there is no such revision
    try:
        with writing() as db:
            after = registry.undo(db, scope, id_in_form("draft"), resource_id, revision)
    except (Conflict, Invalid) as error:
        theirs = error.facts["theirs"] if isinstance(error, Conflict) else {}
        known = resources.list_revisions(reading(), scope, resource_id, after=revision - 1)
        before = known[-1].before if known else {}
        page = render_template(
            "resources/undo.html",
            municipality=municipalities.get(reading(), scope, scope.municipality or ""),
            resource_id=resource_id,
            name=now["name"],
            fields=[
                {"field": field, "before": before[field], "now": value}
                for field, value in theirs.items()
            ],
            problems=field_words(error.facts["fields"]) if isinstance(error, Invalid) else {},
        )
        return page, WORDS[type(error)][0]
    flash("saved" if after > latest else "nothing_changed")
    return redirect(url_for("resources.show", resource_id=resource_id))
