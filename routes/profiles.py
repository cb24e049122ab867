"""行き方の速さ: /reach/<municipality>/profiles, how fast people move as the municipality says, and why."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo import travel_profiles
from geo.errors import Invalid, NotFound
from geo.reach_questions import TravelProfile, profiles
from geo.records import accounts, audit, municipalities
from geo.scope import Scope
from routes._errors import field_words
from routes._request import JAPAN, reading, scope_in, writing
from routes._roles import Role, allow

EDITORS = (Role.OFFICIAL, Role.ADMINISTRATOR)
FIELDS = ("metres_per_min", "max_slope_percent", "source")

bp = Blueprint("profiles", __name__, url_prefix="/reach/<municipality>/profiles")


@bp.get("")
@allow(*EDITORS)
def index(municipality: str) -> str:
    """Each way of moving: as delivered, as the municipality has it, and who said so."""
    return _page(municipality)


@bp.post("/<code>")
@allow(*EDITORS)
def change(municipality: str, code: str) -> Response | tuple[str, int]:
    """The municipality's own numbers of one way of moving."""
    scope = _scope(municipality)
    words = {field: request.form.get(f"{code}.{field}", "") for field in FIELDS}
    try:
        with writing() as db:
            changed = travel_profiles.change(db, scope, code, words)
    except Invalid as refused:
        return _page(municipality, {code: words}, _problems(code, refused)), 422
    return _back(municipality, "saved" if changed else "nothing_changed")


@bp.post("/<code>/restore")
@allow(*EDITORS)
def restore(municipality: str, code: str) -> Response:
    """Back to the delivered numbers."""
    with writing() as db:
        changed = travel_profiles.restore(db, _scope(municipality), code)
    return _back(municipality, "profile_restored" if changed else "nothing_changed")


def _page(
    municipality: str,
    typed: dict[str, dict[str, str]] | None = None,
    problems: list[dict[str, str]] | None = None,
) -> str:
    db, scope = reading(), _scope(municipality)
    here = municipalities.get(db, scope, municipality)
    used = travel_profiles.in_use(db, scope)
    own = {code for code, profile in used.items() if travel_profiles.is_own(profile)}
    last = {code: audit.list_of(db, scope, travel_profiles.THING, code)[:1] for code in own}
    return render_template(
        "reach/profiles.html",
        municipality=here,
        rows=[
            {
                "profile": profile,
                "delivered": profiles()[code],
                "is_own": code in own,
                "is_editable": travel_profiles.is_editable(profile),
                "words": (typed or {}).get(code) or _words(profile),
                "said": [
                    {"day": line.at.astimezone(JAPAN).date(), "account": line.account}
                    for line in last.get(code, ())
                ],
            }
            for code, profile in used.items()
        ],
        names={row.id: row.name for row in accounts.list_all(db, scope)},
        problems=problems or [],
        longest=travel_profiles.LONGEST_SOURCE,
    )


def _words(profile: TravelProfile) -> dict[str, str]:
    """What the form of a profile begins with; its source stands there only where it is the municipality's."""
    return {
        "metres_per_min": f"{profile.metres_per_min:g}",
        "max_slope_percent": f"{profile.max_slope * 100:g}",
        "source": profile.source if travel_profiles.is_own(profile) else "",
    }


def _problems(code: str, refused: Invalid) -> list[dict[str, str]]:
    found = field_words(refused.facts["fields"])  # type: ignore[arg-type]
    return [{"name": f"{code}.{field}", "words": words} for field, words in found.items()]


def _back(municipality: str, notice: str) -> Response:
    flash(notice)
    return redirect(url_for("profiles.index", municipality=municipality), 303)


def _scope(municipality: str) -> Scope:
    """The reader's scope at home. Raises NotFound in a foreign municipality."""
    scope = scope_in(municipality)
    if scope.role not in EDITORS:
        raise NotFound(thing="municipality", id=municipality)
    return scope
