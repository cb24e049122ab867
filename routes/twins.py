"""似た記録: pairs of entries that may be one, for a person to decide; and what a new one resembles."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from geo import registry, twin_counts, twins
from geo.errors import Invalid, NotAllowed
from geo.records import audit, municipalities, shelf
from geo.records import twins as records
from geo.scope import Scope
from routes._alike import reason_words, told, typed_entry
from routes._cards import kind_of
from routes._lists import kinds_by_code
from routes._request import own_scope, reading, writing
from routes._roles import WRITERS, allow
from routes._writable import id_in_form, writing_scope

bp = Blueprint("twins", __name__, url_prefix="/resources")

SHOWN = 50  # pairs on the page, the likeliest first: our choice


@bp.get("/twins/<municipality>")
@allow(*WRITERS)
def index(municipality: str) -> str:
    """Pairs that may be one thing, the likeliest first, as far as the reader may write either."""
    db, scope = reading(), writing_scope(municipality)
    place = municipalities.get(db, scope, municipality)
    found = twin_counts.counted(db, scope)
    pairs = found.pairs or []
    kinds = kinds_by_code(db, scope)
    return render_template(
        "twins/index.html",
        municipality=place,
        counted=found,
        count=len(pairs),
        pairs=[_shown(db, scope, pair, kinds) for pair in pairs[:SHOWN]],
    )


@bp.get("/alike")
@allow(*WRITERS)
def alike() -> Response:
    """{"alike": […]}: what an entry that is being written may be the same as (five at most)."""
    municipality = request.args.get("municipality") or own_scope().municipality or ""
    scope = writing_scope(municipality)
    entry = typed_entry(request.args)
    if not entry.name:
        return jsonify(alike=[])
    return jsonify(alike=told(reading(), scope, entry))


@bp.post("/<uuid:resource_id>/different")
@allow(*WRITERS)
def decide(resource_id: UUID) -> Response:
    """Say that an entry and another are two things: they are not told again."""
    db, other = reading(), id_in_form("other")
    scope = writing_scope(shelf.get(db, own_scope(), resource_id).municipality)
    rows = [shelf.get(db, scope, id_) for id_ in (resource_id, other)]
    if resource_id == other:
        raise Invalid(fields={"other": "same_entry"})
    for row in rows:
        if not registry.is_within(db, scope, None if row.lon is None else (row.lon, row.lat)):
            raise NotAllowed(action="outside_areas")
    with writing() as writer:
        records.save_decision(writer, scope, resource_id, other, "different")
        said = {"other": str(other)}
        audit.save(writer, scope, "call_different", "resource", resource_id, None, said)
    flash("saved")
    return redirect(url_for("twins.index", municipality=scope.municipality), 303)


def _shown(db: Session, scope: Scope, pair: twins.Pair, kinds: dict[str, Any]) -> dict[str, Any]:
    """A pair as the page shows it."""
    rows = [shelf.get(db, scope, id_) for id_ in (pair.one, pair.other)]
    return {
        "score": pair.likeness.score,
        "reasons": reason_words(pair.likeness.reasons),
        "entries": [
            {
                "id": row.id,
                "name": row.name,
                "kind": kind_of(kinds[row.kind]),
                "address": row.address,
                "phone": row.phone,
                "provider": row.provider,
                "confirmed_on": row.confirmed_on,
                "unlisted": row.do_not_list,
            }
            for row in rows
        ],
    }
