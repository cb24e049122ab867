"""公開の問い合わせ口: /api/v1/…, stable names for other programs."""

from collections.abc import Mapping

from flask import Blueprint, Response, request

from geo import publish, reach, travel_profiles
from geo.reach_questions import PUBLIC_MINUTES, ReachQuestion, TravelProfile, profiles
from routes._lists import sources
from routes._request import area, own_scope, reading, scope_in
from routes._roles import ANYONE, allow

bp = Blueprint("api", __name__, url_prefix="/api/v1")


@bp.get("/isochrones")
@allow(*ANYONE)
def isochrones() -> Response:
    """How far one gets from a point (``reverse=1``: from where one gets to it) as a FeatureCollection.

    lon, lat, profile, minutes (commas between), modifiers (commas between).
    """
    db = reading()
    owner = reach.find_owner(db, own_scope(), _question(profiles()))
    scope = scope_in(owner)
    question = _question(travel_profiles.in_use(db, scope))  # it says how fast people are there
    streets = area(scope)
    found = reach.around(streets, question.walk, reach.join(streets, question))
    profile = question.walk.profile
    text = publish.bands_geojson(
        found.bands,
        profile={
            "code": profile.code,
            "name": profile.name,
            "metres_per_min": profile.metres_per_min,
            "delivered_metres_per_min": profiles()[profile.code].metres_per_min,
            "source": profile.source,
            "modifiers": profile.modifiers,
        },
        reverse=question.walk.backward,
        unknown_beyond_edge=found.is_cut,
        sources=[_source(row) for row in sources(db, scope, "") if row["dataset"] == "streets"],
    )
    return Response(text, mimetype="application/geo+json")


def _question(among: Mapping[str, TravelProfile]) -> ReachQuestion:
    """What is asked, of travellers as the municipality has them. Raises Invalid."""
    args = request.args
    return ReachQuestion.parse(
        args.get("profile", "on_foot"),
        f"{args.get('lon', '')},{args.get('lat', '')}",
        args.get("minutes", "5,10,15,20,30"),
        [word for word in args.get("modifiers", "").split(",") if word],
        backward=args.get("reverse", "") == "1",
        only=PUBLIC_MINUTES if own_scope().is_public else (),
        among=among,
    )


def _source(row: dict[str, object]) -> dict[str, str]:
    """Whom to name: publishers ask for it."""
    return {name: str(row.get(name) or "") for name in ("publisher", "licence", "edition")}
