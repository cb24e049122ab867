"""写真: /photos. A picture itself, and what staff say of it: whether it has faces, who may see it, away with it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from sqlalchemy import Row

from geo import photos
from geo.errors import NotFound
from geo.records import photos as kept
from geo.scope import EVERYBODY
from routes._request import now, own_scope, reading, writing
from routes._roles import ANYONE, WRITERS, allow
from routes._writable import writing_scope

bp = Blueprint("photos", __name__, url_prefix="/photos")


@bp.get("/<uuid:photo_id>.jpg")
@allow(*ANYONE)
def show(photo_id: UUID) -> Response:
    """The picture: to staff of its municipality, and to everybody once it is published."""
    row = _find(photo_id)
    response = make_response(row.bytes)
    response.content_type = "image/jpeg"
    response.headers["Cache-Control"] = "private, no-cache"  # it may be taken away at any moment
    response.set_etag(row.sha256)
    return response.make_conditional(request)


@bp.post("/<uuid:photo_id>")
@allow(*WRITERS)
def change(photo_id: UUID) -> Response:
    """Say whether it has faces, and whether everybody may see it."""
    with writing() as db:
        row = kept.get_locked(db, own_scope(), photo_id)
        resource = photos.change(
            db,
            writing_scope(row.municipality),
            photo_id,
            has_faces=request.form.get("has_faces", ""),
            is_public=request.form.get("is_public") == "1",
            caption=request.form.get("caption", ""),
        )
    flash("saved")
    return redirect(url_for("resources.show", resource_id=resource) + "#photos-title", 303)


@bp.post("/<uuid:photo_id>/remove")
@allow(*WRITERS)
def remove(photo_id: UUID) -> Response:
    """Take it away for good."""
    with writing() as db:
        row = kept.get_locked(db, own_scope(), photo_id)
        resource = photos.remove(db, writing_scope(row.municipality), photo_id, now())
    flash("saved")
    return redirect(url_for("resources.show", resource_id=resource) + "#photos-title", 303)


def _find(photo_id: UUID) -> Row[Any]:
    """As staff at home, else as everybody. Raises NotFound."""
    home = own_scope()
    if not home.is_public:
        try:
            return kept.get_bytes(reading(), home, photo_id)
        except NotFound:
            pass
    return kept.get_bytes(reading(), EVERYBODY, photo_id)
