"""持ち出し: what a coordinator's telephone takes along into a hall without reception.

Only what everybody may see, of the writer's own areas: names, days and what one needs to know at the
door. No host, no telephone of anybody, no note of the staff, nothing of kinds that are the staff's
alone, and nothing of 困りごと: a telephone is lost more easily than a folder.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import shapely
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo.edits import opening_of
from geo.errors import NotFound
from geo.openings import words_all
from geo.records import districts, kinds, municipalities, shelf, visits
from geo.records.districts import DistrictShape
from geo.records.visits import Asked
from geo.scope import Role, Scope

KEPT_FOR = timedelta(days=30)  # our choice: a month's round; longer, and what is shown is stale
MOST_STEPS = 100  # our choice: more promises than one keeps
OUTLINE_M = 15.0  # our choice: as well as a telephone knows where it is
FORMAT = 2  # raised when a pack has other fields: a device that knows the old ones asks anew

# Public fields that go along as they are. Neither contact, telephone, site nor description: whatever
# was typed there, no person's name or number goes along with it.
CARRIED = (
    *("kind", "name", "kana", "other_names", "address", "place_shown", "place_level"),
    *("eligibility", "eligibility_note", "fee", "booking", "accepting", "pick_up", "may_visit"),
    *("seating", "entrance", "western_toilet", "parking", "wheelchair", "dementia_welcome"),
    *("openings", "revision", "search_key"),
)
_DAYS = ("confirmed_on", "paused_on", "resumes_on")


def pack(db: Session, scope: Scope, taken_at: datetime) -> dict[str, Any]:
    """What goes along, as JSON.

    municipality  {code, name, outline}; areas [{id, name, outline}] the writer is limited to (none:
                  the whole municipality); outlines are GeoJSON, lon-lat, None where not known
    kinds         [{code, name, icon, element}] one may add in the field, in their order
    towns         [[name, lon, lat]] a point inside each: where an address is while nobody can be asked
    resources     [{id, place, confirmed_on, paused_on, resumes_on, opening_words, …CARRIED}]; place (lon, lat) as residents see it
    steps         [{next_step, next_on, next_by, promised, resource, place}] the writer's own open 次の一手, by
                  their day; ``resource`` only where it goes along, so that no お宝 is named
    version       a sum over all of this; taken_at: the instant by the server's clock; kept_days: how long
                  a device keeps it
    Raises NotFound for a scope without a municipality.
    """
    if scope.municipality is None:
        raise NotFound(thing="municipality", id="")
    everybody = Scope(scope.municipality, Role.RESIDENT, scope.areas)
    carried = [_carried(row) for row in shelf.list_in_areas(db, everybody)]
    municipality = municipalities.get(db, scope, scope.municipality)
    whole = districts.list_shapes(db, scope, "municipality", within_m=OUTLINE_M)
    content = {
        "format": FORMAT,
        "municipality": {
            "code": municipality.code,
            "name": municipality.name,
            "outline": whole[0].geojson if whole else None,
        },
        "areas": [_area(shape) for shape in _own_areas(db, scope)],
        "kinds": [
            {"code": kind.code, "name": kind.name, "icon": kind.icon, "element": kind.element}
            for kind in kinds.list_all(db, scope)
            if not kind.staff_only
        ],
        "towns": _towns(db, scope),
        "resources": carried,
        "steps": _steps(db, scope, {row["id"] for row in carried}),
    }
    written = json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
    return content | {
        "version": hashlib.sha256(written).hexdigest()[:16],
        "taken_at": taken_at.isoformat(),
        "kept_days": KEPT_FOR.days,
    }


def _own_areas(db: Session, scope: Scope) -> list[DistrictShape]:
    """Outlines of the areas the writer is limited to; none for who writes everywhere."""
    return [
        shape
        for area in districts.list_of_accounts(db, scope, scope.areas or ())
        for shape in districts.list_shapes(db, scope, area.level, only=area.id, within_m=OUTLINE_M)
    ]


def _area(shape: DistrictShape) -> dict[str, Any]:
    return {"id": str(shape.id), "name": shape.name, "outline": shape.geojson}


def _towns(db: Session, scope: Scope) -> list[list[Any]]:
    outlines = districts.load_wkb(db, scope, "town")
    found = []
    for town in districts.list_at_level(db, scope, "town"):
        if outlines.get(town.id):
            middle = shapely.point_on_surface(shapely.from_wkb(outlines[town.id]))
            found.append([town.name, round(middle.x, 6), round(middle.y, 6)])
    return found


def _steps(db: Session, scope: Scope, known: set[str]) -> list[dict[str, Any]]:
    if scope.account is None:
        return []
    asked = Asked(open_steps=True, owner=scope.account)
    return [
        {
            **{name: getattr(row, name) for name in ("next_step", "next_by", "promised", "place")},
            "next_on": row.next_on.isoformat() if row.next_on else None,
            "resource": str(row.resource_now) if str(row.resource_now) in known else None,
        }
        for row in visits.list_all(db, scope, asked, limit=MOST_STEPS)
    ]


def _carried(row: Row[Any]) -> dict[str, Any]:
    """One resource of ``resource_public``."""
    return {field: getattr(row, field) for field in CARRIED} | {
        "id": str(row.id),
        "place": None if row.lon is None else [round(row.lon, 6), round(row.lat, 6)],
        **{name: day.isoformat() if (day := getattr(row, name)) else None for name in _DAYS},
        "opening_words": words_all([opening_of(values) for values in row.openings]),
    }
