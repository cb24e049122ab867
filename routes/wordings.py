"""呼び名と窓口の連絡先: /wordings/<municipality>, what a municipality calls its areas, 包括 and desk."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo import wordings
from geo.errors import Invalid, NotFound
from geo.records import municipalities
from geo.scope import Scope
from routes._errors import field_words
from routes._request import reading, scope_in, writing
from routes._roles import Role, allow

EDITORS = (Role.OFFICIAL, Role.ADMINISTRATOR)

bp = Blueprint("wordings", __name__, url_prefix="/wordings/<municipality>")


@bp.get("")
@allow(*EDITORS)
def index(municipality: str) -> str:
    """The names as they are."""
    scope = _scope(municipality)
    return _page(municipality, wordings.shown(reading(), scope, municipality))


@bp.post("")
@allow(*EDITORS)
def change(municipality: str) -> Response | tuple[str, int]:
    """Other names."""
    scope = _scope(municipality)
    try:
        with writing() as db:
            changed = wordings.change(db, scope, municipality, request.form)
    except Invalid as refused:
        found = field_words(refused.facts["fields"])  # type: ignore[arg-type]
        names = wordings.shown(reading(), scope, municipality)
        typed = {name: request.form.get(name, words) for name, words in names.items()}
        return _page(municipality, typed, found), 422
    flash("saved" if changed else "nothing_changed")
    return redirect(url_for("wordings.index", municipality=municipality), 303)


def _page(municipality: str, names: dict[str, str], problems: dict[str, str] | None = None) -> str:
    return render_template(
        "wordings/index.html",
        municipality=municipalities.get(reading(), _scope(municipality), municipality),
        names=names,
        terms=wordings.TERMS,
        longest=wordings.LONGEST,
        problems=[{"name": name, "words": words} for name, words in (problems or {}).items()],
    )


def _scope(municipality: str) -> Scope:
    """The reader's scope at home. Raises NotFound in a foreign municipality."""
    scope = scope_in(municipality)
    if scope.role not in EDITORS:
        raise NotFound(thing="municipality", id=municipality)
    return scope
