"""地域資源を書く: the statements by which the gate writes resources as a whole, one or ten thousand."""

import json
from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.records.database import LONLAT
from geo.scope import Scope

# The columns that the gate writes, with their types in PostgreSQL. A place travels as lon, lat.
WRITTEN = {
    "kind": "text",
    "name": "text",
    "kana": "text",
    "other_names": "text[]",
    "description": "text",
    "place_level": "text",
    "place_shown": "text",
    "address": "text",
    "eligibility": "text",
    "eligibility_note": "text",
    "scheme": "text",
    "fee": "text",
    "booking": "text",
    "capacity": "integer",
    "accepting": "text",
    "phone": "text",
    "contact": "text",
    "url": "text",
    "staff_note": "text",
    "public": "boolean",
    "confirmed_on": "date",
    "closed_on": "date",
    "closed_reason": "text",
    "viewpoints": "text[]",
    "provider_type": "text",
    "pick_up": "text",
    "may_visit": "text",
    "seating": "text",
    "entrance": "text",
    "western_toilet": "text",
    "parking": "text",
    "wheelchair": "text",
    "dementia_welcome": "text",
    "can_help": "text",
    "can_help_note": "text",
    "main_activity": "text",
    "venue_type": "text",
    "frequency": "text",
    "subsidised": "text",
    "started_on": "date",
    "paused_on": "date",
    "resumes_on": "date",
    "counted_on": "date",
    "participants": "integer",
    "participants_men": "integer",
    "participants_women": "integer",
    "participants_65_74": "integer",
    "participants_75": "integer",
    "fragility": "text[]",
    "host": "text",
    "host_contact": "text",
    "do_not_list": "boolean",
    "consents": "jsonb",
    "place_source": "jsonb",
}
_KEPT = {
    **{"id": "uuid", "provider": "uuid", "revision": "integer", "intake": "uuid"},
    **{"search_key": "text", "blur": "jsonb"},
    **WRITTEN,
}
_PLACES = {"lon": "float8", "lat": "float8", "shown_lon": "float8", "shown_lat": "float8"}
_OPENING = {
    "rrule": "text",
    "first_on": "date",
    "last_on": "date",
    "opens_at": "time",
    "closes_at": "time",
    "months": "integer[]",
    "on_holidays": "text",
    "except_on": "date[]",
    "also_on": "date[]",
    "irregular": "boolean",
    "note": "text",
}
_STOP = {
    "name": "text",
    "lon": "float8",
    "lat": "float8",
    "shown": "text",
    "landmark": "text",
    "arrives_at": "time",
    "leaves_at": "time",
}
_SERVICE_AREA = {
    "name": "text",
    "note": "text",
    "whole": "boolean",
    "district": "uuid",
    "without": "uuid[]",
}


def _types(columns: dict[str, str]) -> str:
    return ", ".join(f'"{name}" {type_}' for name, type_ in columns.items())


def _names(columns: dict[str, str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


_SAVE = text(f"""
    insert into resource (municipality, place, shown_place, {_names(_KEPT)})
    select :municipality, st_setsrid(st_makepoint(lon, lat), {LONLAT}),
           st_setsrid(st_makepoint(shown_lon, shown_lat), {LONLAT}), {_names(_KEPT)}
    from jsonb_to_recordset(cast(:rows as jsonb)) as r({_types({**_KEPT, **_PLACES})})
    on conflict (id) do update set place = excluded.place, shown_place = excluded.shown_place,
    {", ".join(f'"{name}" = excluded."{name}"' for name in _KEPT if name not in ("id", "intake"))}
    where resource.municipality = :municipality
""")
_DROP = """
    delete from {table}
    where municipality = :municipality and resource = any(cast(:resources as uuid[]))
"""
_FILL = """
    insert into {table} (municipality, resource, position, {names})
    select :municipality, resource, position, {names}
    from jsonb_to_recordset(cast(:rows as jsonb)) as r(resource uuid, position integer, {types})
"""
# Children of a resource in its values -> how they are taken away and written anew.
_CHILDREN = {
    children: (
        text(_DROP.format(table=table)),
        text(_FILL.format(table=table, names=_names(columns), types=_types(columns))),
    )
    for table, children, columns in (
        ("opening", "openings", _OPENING),
        ("stop", "stops", _STOP),
        ("service_area", "service_areas", _SERVICE_AREA),
    )
}
CHILDREN = tuple(_CHILDREN)
_REVISE = text("""
    insert into resource_revision
           (resource, revision, municipality, draft, intake, before, changed, account)
    select id, revision, :municipality, draft, intake, before, changed, :account
    from jsonb_to_recordset(cast(:rows as jsonb))
         as r(id uuid, revision integer, draft uuid, intake uuid, before jsonb, changed jsonb)
""")


def save_values(db: Session, scope: Scope, rows: list[dict]) -> None:
    """Write resources as a whole, one or ten thousand: row, children and revision.

    Each row holds every field of WRITTEN, lon, lat, shown_lon, shown_lat, blur (or None), provider
    (id or None), openings, stops, service_areas (with the district each means, if any), revision,
    and before and changed for its history.
    """
    given = {"municipality": scope.municipality, "account": scope.account}
    db.execute(_SAVE, given | {"rows": _json(rows, (*_KEPT, *_PLACES))})
    for children in _CHILDREN:
        _save_children(db, given, children, [row for row in rows if children in row["changed"]])
    revised = ("id", "revision", "draft", "intake", "before", "changed")
    db.execute(_REVISE, given | {"rows": _json(rows, revised)})


def _save_children(db: Session, given: dict, children: str, rows: list[dict]) -> None:
    """Openings, stops or service areas of the resources for which they changed."""
    drop, fill = _CHILDREN[children]
    older = [row["id"] for row in rows if row["revision"] > 1]
    if older:
        db.execute(drop, given | {"resources": older})
    written = [
        child | {"resource": row["id"], "position": position}
        for row in rows
        for position, child in enumerate(row[children], start=1)
    ]
    if written:
        db.execute(fill, given | {"rows": json.dumps(written, ensure_ascii=False)})


def _json(rows: list[dict], columns: Iterable[str]) -> str:
    """These columns only: PostgreSQL reads the whole document whatever it then takes from it."""
    return json.dumps([{name: row[name] for name in columns} for row in rows], ensure_ascii=False)
