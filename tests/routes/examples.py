"""An address for every view, with ids of 碁盤町: what the house opens to look behind each door."""

from uuid import UUID

from flask import Flask, url_for
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.scope import Role, house
from geo.squares import square_of
from tests.asking import asked_about
from tests.routes.making import make_gap_table, make_photo

NOBODY = UUID(int=0)
# Doors that answer a question: what they are asked, in the middle of 碁盤町.
QUESTIONS = {
    "reach.bands": {"from": "136.0170700,32.5163300"},
    "reach.near": {"from": "136.0170700,32.5163300"},
    "gap_areas.sheet": {"size": "b5"},  # no paper that there is: setting one takes its time
    "gap_areas.booklet": {"size": "b5"},
    "scenarios.moved": {"do": "add", "kind": "salon", "lon": "136.01707", "lat": "32.51633"},
    "api.isochrones": {"lon": "136.0170700", "lat": "32.5163300"},
}


def known(db: Session, municipality: str = "99001", key: bytes = b"") -> dict[str, object]:
    """Values for the variables of the addresses: one district, resource, intake and account."""

    def first(sql: str) -> object:
        return db.scalar(text(sql), {"m": municipality}) or NOBODY

    shown = first("select id from resource where municipality = :m and public order by number")
    return {
        "photo_id": make_photo(db, house(municipality), shown, is_public=True),
        "conflict_id": NOBODY,
        "municipality": make_gap_table(db, municipality),
        "district_id": first(
            "select id from district where municipality = :m and level = 'junior_high' order by code"
        ),
        "area_id": first(
            "select id from district where municipality = :m and level = 'living_area' order by code"
        ),
        "resource_id": shown,
        "other": first(
            "select id from resource where municipality = :m and public order by number desc"
        ),
        "intake_id": first("select id from intake where municipality = :m order by number"),
        "account_id": first("select id from account where municipality = :m order by role desc"),
        "preview_id": NOBODY,
        "visit_id": NOBODY,
        "plan_id": NOBODY,
        "scenario_id": NOBODY,
        "step_id": NOBODY,
        "square": square_of((136.01707, 32.51633)),
        "report": "activity",
        "revision": 1,
        "fingerprint": "f" * 64,
        "session_id": NOBODY,
        "token": "no-such-token",
        "code": "on_foot",
        "kind": "exercise_group",
        **asked_about(db, municipality, key),
        "what": "missing",
        "name": "leaflet/leaflet.css",
        "filename": "site.css",
        **{"layer": "basemap", "z": 12, "x": 3595, "y": 1656},
    }


def addresses(app: Flask, db: Session) -> list[str]:
    """Every page that opens without an account, as GET."""
    values = known(db, key=str(app.secret_key).encode())
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            view = app.view_functions[rule.endpoint]
            roles = getattr(view, "allowed_roles", frozenset(Role))
            if "GET" in rule.methods and Role.RESIDENT in roles:
                arguments = {name: values[name] for name in rule.arguments}
                arguments |= QUESTIONS.get(rule.endpoint, {})
                found.append(url_for(rule.endpoint, **arguments))
    return found
