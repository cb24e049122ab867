"""終わりにする・ふたたび開く: what ended stays in the register, with the day and the reason."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo import registry
from geo.edits import ResourceEdit
from geo.errors import Conflict, Invalid
from geo.records import municipalities, resources
from geo.scope import Scope
from routes._ending import ending
from routes._errors import WORDS, field_words
from routes._request import reading, today, writing
from routes._roles import WRITERS, allow
from routes._writable import opened, whole

bp = Blueprint("closings", __name__, url_prefix="/resources")

OPEN = {"closed_on": None, "closed_reason": ""}
FIELDS = tuple(OPEN)


@bp.route("/<uuid:resource_id>/close", methods=["GET", "POST"])
@allow(*WRITERS)
def close(resource_id: UUID) -> str | Response | tuple[str, int]:
    """Say since when a resource is no longer there, and why; or correct what was said of it."""
    scope, revision, now = opened(resource_id)
    if request.method == "GET":
        return _form(scope, resource_id, revision, now, is_ending=True)
    return _receive(scope, resource_id, is_ending=True)


@bp.route("/<uuid:resource_id>/reopen", methods=["GET", "POST"])
@allow(*WRITERS)
def reopen(resource_id: UUID) -> str | Response | tuple[str, int]:
    """Take the ending back; the history keeps it."""
    scope, revision, now = opened(resource_id)
    if request.method == "GET":
        return _form(scope, resource_id, revision, now, is_ending=False)
    return _receive(scope, resource_id, is_ending=False)


def _receive(
    scope: Scope, resource_id: UUID, *, is_ending: bool
) -> str | Response | tuple[str, int]:
    """Apply what the form says; a problem shows it again with everything as typed."""
    base, typed = whole("base"), request.form
    shown = registry.values_at(reading(), scope, resource_id, base)
    choices: dict[str, Any] = {"is_ending": is_ending, "typed": typed}
    try:
        said = ending(typed, today()) if is_ending else OPEN
        changed = {field: value for field, value in said.items() if value != shown[field]}
        if changed:
            edit = {"id": typed.get("draft"), "resource": resource_id, "base": base}
            with writing() as writer:
                registry.apply(writer, scope, ResourceEdit.parse(edit | {"edits": changed}))
    except Conflict as error:
        known = resources.load_values(reading(), scope, [resource_id])
        revision, now = known[resource_id]
        return _form(scope, resource_id, revision, now, error=error, **choices)
    except Invalid as error:
        return _form(scope, resource_id, base, shown, error=error, **choices)
    flash("saved" if changed else "nothing_changed")
    return redirect(url_for("resources.show", resource_id=resource_id))


def _form(
    scope: Scope,
    resource_id: UUID,
    base: int,
    now: Mapping[str, Any],
    *,
    is_ending: bool,
    typed: Mapping[str, str] | None = None,
    error: Invalid | Conflict | None = None,
) -> str | tuple[str, int]:
    """The form, with what the register has or with what was typed and what is wrong with it."""
    theirs = error.facts["theirs"] if isinstance(error, Conflict) else {}
    problems = dict.fromkeys(theirs, WORDS[Conflict][1])
    if isinstance(error, Invalid):
        problems = field_words(error.facts["fields"])
    typed = typed or {}
    kept = {"closed_on": now["closed_on"] or "", "closed_reason": now["closed_reason"]}
    if is_ending and not kept["closed_on"]:
        kept["closed_on"] = today().isoformat()
    page = render_template(
        "resources/closing.html",
        municipality=municipalities.get(reading(), scope, scope.municipality or ""),
        resource_id=resource_id,
        name=now["name"],
        is_ending=is_ending,
        closed={field: now[field] for field in FIELDS},
        values={field: typed.get(field, kept[field]) for field in FIELDS},
        base=base,
        draft=typed.get("draft") or str(uuid4()),
        theirs=theirs,
        problems=problems,
    )
    return (page, WORDS[type(error)][0]) if error else page
