"""ふたつをひとつに: two entries side by side, field by field; and the way back."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo import merging, registry, twins
from geo.errors import Conflict, Invalid, NotAllowed
from geo.merging import Side, Wish
from geo.records import districts, municipalities, shelf
from geo.scope import Scope
from routes import _cards
from routes._basemap import backgrounds
from routes._errors import WORDS, field_words
from routes._lists import kinds_by_code
from routes._request import own_scope, reading, today, writing
from routes._roles import WRITERS, allow
from routes._writable import id_in_form, whole, writing_scope

bp = Blueprint("merging", __name__, url_prefix="/resources")


@bp.route("/<uuid:resource_id>/merge/<uuid:other>", methods=["GET", "POST"])
@allow(*WRITERS)
def merge(resource_id: UUID, other: UUID) -> str | Response | tuple[str, int]:
    """Two entries side by side: the first is kept, field by field, the other will lead to it."""
    db = reading()
    scope = writing_scope(shelf.get(db, own_scope(), resource_id).municipality)
    kept, gone = merging.sides(db, scope, resource_id, other)
    for side in (kept, gone):
        if not registry.is_within(db, scope, side.values["place"]):
            raise NotAllowed(action="outside_areas")
    if request.method == "GET":
        return _form(scope, kept, gone)
    choices = {
        field.removeprefix("choose_"): side
        for field, side in request.form.items()
        if field.startswith("choose_")
    }
    seen = (whole("kept_base"), whole("gone_base"))
    reason = f"「{kept.values['name'][:100]}」と同じものなので、ひとつにまとめました"
    wish = Wish(id_in_form("draft"), resource_id, other, seen, choices, reason)
    try:
        with writing() as writer:
            merging.merge(writer, scope, wish, today())
    except Conflict as error:
        kept, gone = merging.sides(reading(), scope, resource_id, other)
        return _form(scope, kept, gone, choices=choices, theirs=error.facts["theirs"]), 409
    except Invalid as error:
        problems = field_words(error.facts["fields"])
        return _form(scope, kept, gone, choices=choices, problems=problems), 422
    flash("saved")
    return redirect(url_for("resources.show", resource_id=resource_id), 303)


@bp.post("/<uuid:resource_id>/unmerge")
@allow(*WRITERS)
def undo(resource_id: UUID) -> str | Response | tuple[str, int]:
    """Set a merge back: ``resource_id`` was the one that leads to the other."""
    db = reading()
    row = shelf.get(db, own_scope(), resource_id)
    scope = writing_scope(row.municipality)
    try:
        with writing() as writer:
            merging.undo(writer, scope, id_in_form("draft"), resource_id)
    except Conflict as error:
        theirs = error.facts["theirs"]
        return (
            render_template(
                "twins/stays.html",
                municipality=municipalities.get(reading(), scope, row.municipality),
                name=row.name,
                kept=row.merged_into,
                fields=[{"field": field, "now": value} for field, value in theirs.items()],
            ),
            WORDS[Conflict][0],
        )
    flash("saved")
    return redirect(url_for("resources.show", resource_id=resource_id), 303)


def _form(
    scope: Scope,
    kept: Side,
    gone: Side,
    *,
    choices: dict[str, str] | None = None,
    theirs: dict[str, Any] | None = None,
    problems: dict[str, str] | None = None,
) -> str:
    """Both side by side, the better guess chosen or what was chosen before."""
    db = reading()
    rows = merging.differences(kept, gone)
    return render_template(
        "twins/merge.html",
        municipality=municipalities.get(db, scope, scope.municipality or ""),
        kept=kept,
        gone=gone,
        rows=[
            {
                "field": row.field,
                "kept": row.kept,
                "gone": row.gone,
                "choice": (choices or {}).get(row.field, row.guess),
                "changed": row.field in (theirs or {}),
            }
            for row in rows
        ],
        same=[
            field
            for field in ("kind", "name", "address", "phone")
            if kept.values[field] == gone.values[field] and kept.values[field]
        ],
        theirs=theirs or {},
        problems=problems or {},
        where={"kept": _where(scope, kept), "gone": _where(scope, gone)},
        apart_m=_apart_m(kept, gone),
        draft=str(uuid4()),
        page_data=_page_data(scope, kept, gone),
    )


def _where(scope: Scope, side: Side) -> str:
    """In which town it lies, or in which areas where towns are not known; "" without a place."""
    if side.values["place"] is None:
        return ""
    around = districts.list_at(reading(), scope, *side.values["place"])
    names = {level: [one.name for one in around if one.level == level] for level in ("town", "")}
    names[""] = [one.name for one in around if one.level != "municipality"]
    return "、".join(dict.fromkeys(names["town"] or names[""]))


def _apart_m(kept: Side, gone: Side) -> int | None:
    """Metres between the two, to ten; None where one has no place."""
    one, other = kept.values["place"], gone.values["place"]
    return None if one is None or other is None else round(twins.apart_m(one, other), -1)


def _page_data(scope: Scope, kept: Side, gone: Side) -> dict[str, Any]:
    """A map with both places."""
    db = reading()
    rows = [shelf.get(db, scope, side.resource) for side in (kept, gone)]
    placed = [(row.lon, row.lat) for row in rows if row.lon is not None]
    shapes = districts.list_shapes(db, scope, "municipality", within_m=_cards.OUTLINE_M)
    margin = 0.002  # degrees, some 200 m around both
    frame = (
        (
            min(lon for lon, _ in placed) - margin,
            min(lat for _, lat in placed) - margin,
            max(lon for lon, _ in placed) + margin,
            max(lat for _, lat in placed) + margin,
        )
        if placed
        else districts.bounds(db, scope)
    )
    data = _cards.map_data(rows, kinds_by_code(db, scope), shapes, {}, frame, today())
    return data | backgrounds(scope, data["bounds"])
