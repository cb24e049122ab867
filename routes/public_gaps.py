"""住民に見せる届きにくさの表: /hard-to-reach/<municipality>, where a municipality shows one; and the page that shows it."""

from time import monotonic
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from geo import public_gaps, publish
from geo.errors import Invalid, NotFound
from geo.gap_matrix import Matrices
from geo.public_gaps import EDITORS, Told
from geo.records import municipalities
from geo.scope import Scope
from routes import _public_gaps
from routes._errors import field_words
from routes._lists import sources
from routes._request import area, reading, residents, scope_in, today, writing
from routes._roles import ANYONE, allow

PATIENCE_S = 3.0  # our choice: as the staff's table
MATRICES = Matrices()

bp = Blueprint("public_gaps", __name__, url_prefix="/hard-to-reach")


@bp.get("/<municipality>")
@allow(*ANYONE)
def show(municipality: str) -> str:
    """The table as it was when it was shown, area by area."""
    db, scope = reading(), scope_in(municipality)
    here = municipalities.get(db, scope, municipality)
    shown = public_gaps.find(db, municipality)
    if shown is None:
        raise NotFound(thing="gap_publication", id=municipality)
    return render_template(
        "public_gaps/show.html",
        municipality=here,
        may_change=scope.role in EDITORS,
        **_told(db, municipality, shown.told),
        day=shown.counted_on,
    )


@bp.get("/<municipality>.csv")
@allow(*ANYONE)
def table(municipality: str) -> Response:
    """The same as a file for everybody."""
    db = reading()
    municipalities.get(db, scope_in(municipality), municipality)
    shown = public_gaps.find(db, municipality)
    if shown is None:
        raise NotFound(thing="gap_publication", id=municipality)
    response = Response(publish.table(_public_gaps.rows(shown)), mimetype="text/csv")
    name = f"hard-to-reach-{municipality}-{shown.counted_on:%Y%m%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/<municipality>/showing")
@allow(*EDITORS)
def showing(municipality: str) -> str:
    """Whether residents see the table, and as it would be today."""
    db, scope = reading(), _scope(municipality)
    here, shown = municipalities.get(db, scope, municipality), public_gaps.find(db, municipality)
    told, waiting, problems = None, 0, {}
    try:
        told, waiting = _count(db, municipality)
    except (Invalid, NotFound) as refused:
        problems = field_words(refused.facts.get("fields", {"municipality": "no_areas"}))  # type: ignore[arg-type]
    return render_template(
        "public_gaps/showing.html",
        municipality=here,
        shown=shown,
        is_same=bool(shown and told and shown.told == told),
        waiting=waiting,
        problems=problems,
        day=today(),
        **(_told(db, municipality, told) if told else {"told": None}),
    )


@bp.post("/<municipality>/showing")
@allow(*EDITORS)
def begin(municipality: str) -> Response:
    """Show the table that was looked at."""
    scope = _scope(municipality)
    told, _ = _count(reading(), municipality)
    with writing() as db:
        done = told is not None and public_gaps.show(
            db, scope, told, request.form.get("seen", ""), today()
        )
    flash("gaps_shown" if done else "gaps_changed")
    return redirect(url_for("public_gaps.showing", municipality=municipality), 303)


@bp.post("/<municipality>/showing/end")
@allow(*EDITORS)
def end(municipality: str) -> Response:
    """Show none any more."""
    with writing() as db:
        done = public_gaps.withdraw(db, _scope(municipality))
    flash("gaps_withdrawn" if done else "nothing_changed")
    return redirect(url_for("public_gaps.showing", municipality=municipality), 303)


def _count(db: Session, municipality: str) -> tuple[Told | None, int]:
    """The table as it would be today, as far as it is counted in a reader's patience."""
    late = monotonic() + PATIENCE_S
    streets = area(public_gaps.everybody_in(municipality))
    return public_gaps.count(
        db, municipality, residents(), streets, today(), MATRICES, lambda: monotonic() > late
    )


def _told(db: Session, municipality: str, told: Told) -> dict[str, Any]:
    """What the table's template reads."""
    people = [public_gaps.said_of(one) for one in [told.squares, *told.register] if one]
    listed = sources(db, public_gaps.everybody_in(municipality), told.level["code"])
    return {"told": told, "people_sources": people, "sources": listed}


def _scope(municipality: str) -> Scope:
    """The reader's scope at home. Raises NotFound in a foreign municipality."""
    scope = scope_in(municipality)
    if scope.role not in EDITORS:
        raise NotFound(thing="municipality", id=municipality)
    return scope
