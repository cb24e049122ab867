"""届きにくさのうつりかわり: /gaps/<municipality>/<kind>/trend, two countings beside each other; staff only."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo import gap_trend
from geo.gap_trend import Compared
from geo.records import audit, districts, kinds, municipalities
from geo.records.snapshots import GapSnapshotRow
from geo.scope import STAFF, Role
from routes._home import staff_at
from routes._request import reading, today, writing
from routes._roles import allow

_PEOPLE = ("reached", "beyond", "unknown", "people", "practical_beyond")

bp = Blueprint("gap_trends", __name__, url_prefix="/gaps")


@bp.get("/<municipality>/<kind>/trend")
@allow(*STAFF)
def show(municipality: str, kind: str) -> str:
    """A kind then and now, by area, and what opened, closed and moved in between."""
    db, scope = reading(), staff_at(municipality)
    row = kinds.get(db, scope, kind)
    asked = {name: request.args.get(name, "")[:10] for name in ("now", "then")}
    found = gap_trend.trend(db, scope, kind, _day(asked["now"]), _day(asked["then"]))
    return render_template(
        "gaps/trend.html",
        municipality=municipalities.get(db, scope, municipality),
        kind=row,
        found=found,
        total=_together(found.rows) if found else None,
        level_names={level.code: level.name for level in districts.list_levels(db, scope)},
        is_asked=request.args.get("asked") == "1",
        may_ask=scope.role in (Role.OFFICIAL, Role.ADMINISTRATOR),
        today=today(),
    )


@bp.post("/<municipality>/<kind>/trend")
@allow(Role.OFFICIAL, Role.ADMINISTRATOR)
def count(municipality: str, kind: str) -> ResponseReturnValue:
    """Let the worker count today."""
    scope = staff_at(municipality)
    with writing() as db:
        kinds.get(db, scope, kind)
        gap_trend.ask(db, scope)
        audit.save(db, scope, "ask", "gap_snapshot", municipality)
    page = url_for("gap_trends.show", municipality=municipality, kind=kind, asked="1")
    return redirect(page, 303)


def _day(text: str) -> date | None:
    """A day of the list; anything else is as if nothing was asked."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _together(rows: tuple[Compared, ...]) -> dict[str, dict[str, Any] | None]:
    """All areas as one, then and now; None where a counting has nothing of the kind."""
    return {
        "then": _sum([row.then for row in rows if row.then]),
        "now": _sum([row.now for row in rows if row.now]),
    }


def _sum(rows: list[GapSnapshotRow]) -> dict[str, Any] | None:
    """Sums of people; resources are of the whole kind in every row."""
    if not rows:
        return None
    told: dict[str, Any] = {"resources": rows[0].resources, "unconfirmed": rows[0].unconfirmed}
    for name in _PEOPLE:
        parts = [getattr(row, name) for row in rows]
        told[name] = None if None in parts else sum(parts)
    return told
