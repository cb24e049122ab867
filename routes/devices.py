"""端末: names for one's own, ending all others, and an administrator's hand on those of a lost one."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_login import current_user

from geo import sign_in as answers
from geo.records import accounts
from routes._request import now, own_scope, reading, writing
from routes._roles import Role, allow

bp = Blueprint("devices", __name__, url_prefix="/accounts")

SIGNED_IN = tuple(role for role in Role if role != Role.RESIDENT)


@bp.post("/mine/sessions/end")
@allow(*SIGNED_IN)
def end_others() -> Response:
    """Sign out everywhere but here."""
    with writing() as db:
        answers.end_others(db, own_scope(), current_user.session, now())
    flash("others_signed_out")
    return redirect(url_for("accounts.mine"))


@bp.post("/mine/sessions/<uuid:session_id>/name")
@allow(*SIGNED_IN)
def rename(session_id: UUID) -> Response:
    """Call a device something one knows it by."""
    with writing() as db:
        answers.name_device(db, own_scope(), session_id, request.form.get("name", "")[:200])
    flash("saved")
    return redirect(url_for("accounts.mine"))


@bp.get("/<uuid:account_id>/devices")
@allow(Role.ADMINISTRATOR)
def of_account(account_id: UUID) -> str:
    """The devices on which somebody is signed in."""
    db, scope = reading(), own_scope()
    return render_template(
        "accounts/devices.html",
        account=accounts.get(db, scope, account_id),
        sessions=accounts.list_sessions_of(db, scope, account_id, now()),
    )


@bp.post("/<uuid:account_id>/devices/end")
@allow(Role.ADMINISTRATOR)
def end_all_of(account_id: UUID) -> Response:
    """Sign somebody out everywhere."""
    with writing() as db:
        answers.end_of(db, own_scope(), account_id, now())
    flash("device_signed_out")
    return redirect(url_for("devices.of_account", account_id=account_id))


@bp.post("/<uuid:account_id>/devices/<uuid:session_id>/end")
@allow(Role.ADMINISTRATOR)
def end_of(account_id: UUID, session_id: UUID) -> Response:
    """Sign out a device that somebody lost."""
    with writing() as db:
        answers.end_of(db, own_scope(), account_id, now(), session_id)
    flash("device_signed_out")
    return redirect(url_for("devices.of_account", account_id=account_id))
