"""変わりなし: one press on the page of a resource says that it is as the register has it."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for

from geo import freshness
from routes._request import today, writing
from routes._roles import WRITERS, allow
from routes._writable import id_in_form, opened

bp = Blueprint("confirming", __name__, url_prefix="/resources")


@bp.post("/<uuid:resource_id>/confirm")
@allow(*WRITERS)
def confirm(resource_id: UUID) -> Response:
    """Confirmed today, by whoever pressed; twice is once."""
    scope, _, _ = opened(resource_id)
    draft = id_in_form("draft")
    with writing() as db:
        freshness.confirm(db, scope, draft, resource_id, today(), today())
    flash("confirmed")
    return redirect(url_for("resources.show", resource_id=resource_id), 303)
