"""抹消: on a host's demand, fields in which persons stand are taken out of an entry and of its past."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo import wiping
from geo.errors import Invalid
from geo.records import accounts, municipalities, wipings
from geo.wiping import USUAL, WIPEABLE, Wish
from routes._errors import field_words
from routes._request import reading, writing
from routes._roles import Role, allow
from routes._writable import opened

bp = Blueprint("wiping", __name__, url_prefix="/resources")


@bp.route("/<uuid:resource_id>/wipe", methods=["GET", "POST"])
@allow(Role.OFFICIAL, Role.ADMINISTRATOR)
def wipe(resource_id: UUID) -> str | Response | tuple[str, int]:
    """Choose what is wiped and type the entry's name: it cannot be set back."""
    scope, _revision, now = opened(resource_id)
    db, typed = reading(), request.form
    problems: dict[str, str] = {}
    wish = Wish(
        fields=typed.getlist("fields"),
        typed=typed.get("typed", ""),
        name=typed.get("new_name", "").strip()[:200],
        do_not_list=typed.get("do_not_list") == "1",
        words=typed.getlist("words"),
    )
    if request.method == "POST":
        try:
            with writing() as writer:
                wiping.wipe(writer, scope, resource_id, wish)
        except Invalid as error:
            problems = field_words(error.facts["fields"])
        else:
            flash("saved")
            return redirect(url_for("resources.show", resource_id=resource_id), 303)
    names = {row.id: row.name for row in accounts.list_all(db, scope)}
    page = render_template(
        "resources/wipe.html",
        municipality=municipalities.get(db, scope, scope.municipality or ""),
        resource_id=resource_id,
        name=now["name"],
        fields=[
            {
                "field": field,
                "value": now[field],
                "chosen": field in (wish.fields if request.method == "POST" else USUAL),
            }
            for field in WIPEABLE
        ],
        wish=wish,
        spoken=[
            {"said": one, "chosen": one.key in wish.words if typed else one.names}
            for one in wiping.list_spoken(db, scope, resource_id)
        ],
        originals=wiping.originals_naming(db, scope, resource_id),
        before=[
            {"at": row.at, "by": names.get(row.account, ""), "fields": row.fields}
            for row in wipings.list_of(db, scope, resource_id)
        ],
        problems=problems,
    )
    return (page, 422) if problems else page
