"""しごと: /work. Where somebody of the staff begins: everything their role may do, with a line on each."""

from flask import Blueprint, render_template
from flask_login import current_user

from geo.records import municipalities
from routes._request import own_scope, reading
from routes._roles import STAFF, allow

bp = Blueprint("work", __name__, url_prefix="/work")


@bp.get("/")
@allow(*STAFF)
def index() -> str:
    """The start page of the staff."""
    db, scope = reading(), own_scope()
    return render_template(
        "work/index.html",
        municipality=municipalities.find(db, scope, current_user.municipality or ""),
    )
