"""届きにくさの種別を合わせる: /gaps/<municipality>/choose, any or each of several kinds; staff only."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from geo.kinds import vocabulary
from geo.records import kinds, municipalities, shelf
from geo.records.shelf import Wanted
from geo.scope import STAFF, Scope
from routes._errors import field_words
from routes._gap_pages import MOST_KINDS, of_element
from routes._home import staff_at
from routes._request import reading
from routes._roles import allow

bp = Blueprint("gap_groups", __name__, url_prefix="/gaps")


@bp.get("/<municipality>/choose")
@allow(*STAFF)
def show(municipality: str) -> ResponseReturnValue:
    """The five elements, and every kind to tick; on to the answer when some are ticked."""
    db, scope = reading(), staff_at(municipality)
    known = [kind.code for kind in kinds.list_all(db, scope)]
    wanted = set(request.args.getlist("pick"))
    chosen = [code for code in known if code in wanted]
    each = request.args.get("each") == "1"
    problems: dict[str, str] = {}
    if request.args.get("go"):
        if chosen and len(chosen) <= MOST_KINDS:
            asked = {"each": "1"} if each and len(chosen) > 1 else {}
            word = ",".join(chosen)
            return redirect(
                url_for("gaps.show", municipality=municipality, kind=word, **asked), 303
            )
        problems = field_words({"kinds": "too_many_chosen" if chosen else "nothing_chosen"})
    page = render_template(
        "gaps/choose.html",
        municipality=municipalities.get(db, scope, municipality),
        elements=[
            {"element": code, "kinds": of_element(db, scope, code)}
            for code in vocabulary("element")
        ],
        offered=_offered(db, scope),
        problems=problems,
        chosen=set(chosen),
        each=each,
    )
    return page, 422 if problems else 200


def _offered(db: Session, scope: Scope) -> list[dict[str, Any]]:
    """The kinds of each element of which something is registered, in their order."""
    counts = shelf.count_by_kind(db, scope, Wanted())
    every = kinds.list_all(db, scope)
    told = [
        {
            "element": element,
            "kinds": [
                (kind, counts[kind.code])
                for kind in every
                if kind.element == element and counts.get(kind.code)
            ],
        }
        for element in vocabulary("element")
    ]
    return [one for one in told if one["kinds"]]
