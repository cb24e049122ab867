"""資源の種別: /kinds/<municipality>, the kinds of a municipality and what it says of each."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo import own_kinds, travel_profiles
from geo.errors import Invalid, NotFound
from geo.kinds import vocabulary
from geo.records import accounts, audit, kinds, municipalities
from geo.records.kinds import Kind
from geo.scope import STAFF, Scope
from routes._errors import field_words
from routes._request import JAPAN, reading, scope_in, writing
from routes._roles import Role, allow

EDITORS = (Role.OFFICIAL, Role.ADMINISTRATOR)
LISTS = ("element", "viewpoint", "field", "reach", "rhythm")
TEXTS = (
    *("name", "limit_min", "limit_m", "profile", "limit_note", "rhythm", "source", "icon"),
    *("element", "reach", "staff_only", "hidden", "synonyms"),
)
BOXES = ("viewpoints", "fields")
EMPTY = dict.fromkeys(TEXTS, "") | {"element": "living_support", "reach": "go"}

bp = Blueprint("kinds", __name__, url_prefix="/kinds/<municipality>")


@bp.get("")
@allow(*STAFF)
def index(municipality: str) -> str:
    """All kinds with their limits, and what each number is from."""
    db, scope = reading(), _scope(municipality)
    return render_template(
        "kinds/index.html",
        municipality=municipalities.get(db, scope, municipality),
        kinds=kinds.list_all(db, scope),
        counts=own_kinds.count_entries(db, scope),
        profiles=_profiles(scope),
        vocabularies=_vocabularies(),
        may_edit=scope.role in EDITORS,
    )


@bp.route("/add", methods=["GET", "POST"])
@allow(*EDITORS)
def add(municipality: str) -> str | Response | tuple[str, int]:
    """A kind of the municipality's own."""
    if request.method == "GET":
        return _form(municipality, None, EMPTY, {name: [] for name in BOXES})
    words, boxes = _sent()
    try:
        with writing() as db:
            own_kinds.add(db, _editing(municipality), words, boxes)
    except Invalid as refused:
        return _form(municipality, None, words, boxes, refused), 422
    return _back(municipality, "saved")


@bp.route("/<kind>", methods=["GET", "POST"])
@allow(*EDITORS)
def edit(municipality: str, kind: str) -> str | Response | tuple[str, int]:
    """What the municipality says of one kind."""
    row = own_kinds.get(reading(), _editing(municipality), kind)
    if request.method == "GET":
        return _form(municipality, row, *_shown(row))
    words, boxes = _sent()
    try:
        with writing() as db:
            changed = own_kinds.change(db, _editing(municipality), kind, words, boxes)
    except Invalid as refused:
        return _form(municipality, row, words, boxes, refused), 422
    return _back(municipality, "saved" if changed else "nothing_changed")


@bp.post("/<kind>/restore")
@allow(*EDITORS)
def restore(municipality: str, kind: str) -> Response | tuple[str, int]:
    """Back to what was delivered; a kind of one's own goes."""
    row = own_kinds.get(reading(), _editing(municipality), kind)
    try:
        with writing() as db:
            changed = own_kinds.restore(db, _editing(municipality), kind)
    except Invalid as refused:
        return _form(municipality, row, *_shown(row), refused), 422
    return _back(municipality, "kind_restored" if changed else "nothing_changed")


def _form(
    municipality: str,
    kind: Kind | None,
    words: dict[str, str],
    boxes: dict[str, list[str]],
    refused: Invalid | None = None,
) -> str:
    db, scope = reading(), _editing(municipality)
    found = field_words(refused.facts["fields"]) if refused else {}  # type: ignore[arg-type]
    lines = audit.list_of(db, scope, own_kinds.THING, kind.code)[:5] if kind else []
    return render_template(
        "kinds/edit.html",
        municipality=municipalities.get(db, scope, municipality),
        kind=kind,
        used=own_kinds.count_entries(db, scope).get(kind.code, 0) if kind else 0,
        words=words,
        boxes=boxes,
        profiles=_profiles(scope),
        vocabularies=_vocabularies(),
        said=[{"day": one.at.astimezone(JAPAN).date(), "account": one.account} for one in lines],
        names={row.id: row.name for row in accounts.list_all(db, scope)},
        problems=[{"name": name, "words": problem} for name, problem in found.items()],
    )


def _sent() -> tuple[dict[str, str], dict[str, list[str]]]:
    words = {name: request.form.get(name, "").replace("\r\n", "\n") for name in TEXTS}
    return words, {name: request.form.getlist(name) for name in BOXES}


def _shown(kind: Kind) -> tuple[dict[str, str], dict[str, list[str]]]:
    """A kind as its form shows it."""
    words = {name: _text(getattr(kind, name)) for name in TEXTS}
    return words, {name: list(getattr(kind, name)) for name in BOXES}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, list):
        return "\n".join(value)
    return "" if value is None else str(value)


def _profiles(scope: Scope) -> dict[str, str]:
    return {
        code: profile.name for code, profile in travel_profiles.in_use(reading(), scope).items()
    }


def _vocabularies() -> dict[str, dict[str, str]]:
    return {name: vocabulary(name) for name in LISTS}


def _back(municipality: str, notice: str) -> Response:
    flash(notice)
    return redirect(url_for("kinds.index", municipality=municipality), 303)


def _scope(municipality: str) -> Scope:
    """The reader's scope at home. Raises NotFound in a foreign municipality."""
    scope = scope_in(municipality)
    if scope.role not in STAFF:
        raise NotFound(thing="municipality", id=municipality)
    return scope


def _editing(municipality: str) -> Scope:
    scope = _scope(municipality)
    if scope.role not in EDITORS:
        raise NotFound(thing="municipality", id=municipality)
    return scope
