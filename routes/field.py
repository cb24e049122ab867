"""現地から: /field. What the devices of the field send and ask, as JSON; their pages are field_pages.

Nobody is sent to a page from here: who is not signed in is told 401, and an outbox keeps what it has.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from geo import conflicts, field, photos
from geo.errors import Conflict, Invalid
from geo.records import conflicts as kept
from geo.records import districts
from routes import _errors
from routes._request import now, own_scope, reading, today, writing
from routes._roles import WRITERS, allow

bp = Blueprint("field", __name__, url_prefix="/field")

TOLD_FOR = timedelta(days=60)  # our choice: how long a device hears how its conflicts ended
ENVELOPE = ("id", "seq", "device", "account", "resource", "csrf_token")


@bp.get("/token")
@allow(*WRITERS)
def token() -> Response:
    """Who is signed in, and what this round of sending needs."""
    scope = own_scope()
    areas = districts.list_of_accounts(reading(), scope, sorted(scope.areas or ()))
    return jsonify(
        csrf=generate_csrf(),
        account=str(current_user.account),
        name=current_user.name,
        role=current_user.role,
        municipality=current_user.municipality,
        areas=[{"id": str(area.id), "name": area.name} for area in areas] if scope.areas else None,
        server_now=now().isoformat(),
    )


@bp.post("/drafts")
@allow(*WRITERS)
def receive() -> Response | tuple[Response, int]:
    """One draft. The same draft again has the same answer; a conflict is kept with both values."""
    draft, scope = field.Draft.parse(request.get_json(silent=True)), own_scope()
    try:
        with writing() as db:
            answer = field.take(db, scope, draft, now(), today())
    except Conflict as error:
        with writing() as db:
            field.keep_conflict(db, scope, draft, field.edit_of(draft), error, now())
        return _conflict(draft.id, error)
    return jsonify(**answer)


@bp.post("/photos")
@allow(*WRITERS)
def receive_photo() -> Response:
    """One photo with its file."""
    form = request.form.to_dict()
    scope = own_scope()
    try:
        photo, account, resource = (
            UUID(form.get(name, "")) for name in ("id", "account", "resource")
        )
    except ValueError:
        raise Invalid(fields={"draft": "incomplete"}) from None
    field.check_account(scope, account)
    if not photos.is_received(reading(), scope, photo):
        photos.check_place(reading(), scope, resource)  # before its file costs anything
        said = {name: value for name, value in form.items() if name not in ENVELOPE}
        values = photos.parse(said)
        sent = request.files.get("file")
        if sent is None:
            raise Invalid(fields={"photo": "no_file"})
        picture = photos.developed(sent.read())
        with writing() as db:
            photos.receive(db, scope, photo, resource, values, picture)
    return jsonify(state="gone", photo=str(photo))


@bp.get("/conflicts")
@allow(*WRITERS)
def own_conflicts() -> Response:
    """What the reader's own drafts have met, and how it ended: the desk may have chosen meanwhile."""
    rows = kept.list_of_account(reading(), own_scope(), now() - TOLD_FOR)
    return jsonify(
        conflicts=[
            {
                "id": str(row.id),
                "resource": str(row.resource),
                "theirs": row.theirs,
                "settled_how": row.settled_how,
                "settled_at": row.settled_at and row.settled_at.isoformat(),
            }
            for row in rows
        ]
    )


@bp.post("/conflicts/<uuid:conflict_id>/drop")
@allow(*WRITERS)
def drop(conflict_id: UUID) -> Response:
    """The writer of a change gives it up: what others wrote stays."""
    with writing() as db:
        conflicts.drop(db, own_scope(), conflict_id, now())
    return jsonify(state="gone")


def _conflict(draft: UUID, error: Conflict) -> tuple[Response, int]:
    facts: dict[str, Any] = error.facts
    status, words, hint = _errors.WORDS[Conflict]
    told = {"theirs": facts["theirs"], "revision": facts["revision"], "conflict": str(draft)}
    if "merged_into" in facts:  # sent again, it goes to the entry that stays, with what it holds
        told |= {"merged_into": facts["merged_into"], "revision": facts["merged_revision"]}
    return jsonify(code=error.code, message=words, hint=hint, **told), status
