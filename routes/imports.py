"""取り込み結果: /imports, what was read from which file and what became of each row."""

from uuid import UUID

from flask import Blueprint, render_template

from geo.records import accounts, intakes, municipalities
from routes._errors import reason_words
from routes._reasons import REASON_WORDS
from routes._request import own_scope, reading
from routes._roles import STAFF, allow

bp = Blueprint("imports", __name__, url_prefix="/imports")


@bp.get("/")
@allow(*STAFF)
def index() -> str:
    """The runs of the reader's municipality, the newest first."""
    db, scope = reading(), own_scope()
    return render_template(
        "imports/index.html",
        runs=intakes.list_recent(db, scope),
        places={row.code: row for row in municipalities.list_all(db, scope)},
    )


@bp.get("/<uuid:intake_id>")
@allow(*STAFF)
def show(intake_id: UUID) -> str:
    """The quality report of one run."""
    db, scope = reading(), own_scope()
    run = intakes.get(db, scope, intake_id)
    names = {row.id: row.name for row in accounts.list_all(db, scope)}
    return render_template(
        "imports/show.html",
        run=run,
        report=run.report,
        municipality=municipalities.get(db, scope, run.municipality),
        by=names.get(run.account, "") if run.account else "",
        reasons=REASON_WORDS,
        words=reason_words,
    )
