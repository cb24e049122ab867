"""The two views of 地域資源 as relations: what everybody may read, and what staff may (geo/records/shelf.py reads them)."""

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import Boolean, Column, Date, Float, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from geo.records.database import LONLAT

# What a resource says of who may come and how one sits, in codes.
_TOLD = (
    "provider_type",
    "pick_up",
    "may_visit",
    "seating",
    "entrance",
    "western_toilet",
    "parking",
    "wheelchair",
    "dementia_welcome",
    "can_help",
    "can_help_note",
)


def _view(name: str, *more: Column[Any]) -> Table:
    """The columns that both views have, and what one has more."""
    return Table(
        name,
        MetaData(),
        Column("id", Uuid, primary_key=True),
        Column("number", Integer),
        Column("municipality", Text),
        Column("kind", Text),
        Column("name", Text),
        Column("kana", Text),
        Column("other_names", JSONB),
        Column("description", Text),
        Column("provider", Text),
        Column("place", Geometry("POINT", srid=LONLAT)),
        Column("lon", Float),
        Column("lat", Float),
        Column("place_level", Text),
        Column("place_shown", Text),
        Column("address", Text),
        Column("eligibility", Text),
        Column("eligibility_note", Text),
        Column("scheme", Text),
        Column("fee", Text),
        Column("booking", Text),
        Column("capacity", Integer),
        Column("accepting", Text),
        Column("phone", Text),
        Column("contact", Text),
        Column("url", Text),
        Column("confirmed_on", Date),
        Column("closed_on", Date),
        Column("merged_into", Uuid),
        Column("revision", Integer),
        Column("intake", Uuid),
        Column("openings", JSONB),
        Column("stops", JSONB),
        Column("service_areas", JSONB),
        Column("public", Boolean),
        Column("search_key", Text),
        Column("paused_on", Date),
        Column("resumes_on", Date),
        *(Column(name, Text) for name in _TOLD),
        Column("viewpoints", ARRAY(Text)),
        *more,
    )


PUBLIC = _view("resource_public", Column("on_paper", Boolean), Column("as_open_data", Boolean))
STAFF = _view(
    "resource_staff",
    Column("staff_note", Text),
    Column("closed_reason", Text),
    Column("main_activity", Text),
    Column("venue_type", Text),
    Column("frequency", Text),
    Column("subsidised", Text),
    Column("started_on", Date),
    Column("counted_on", Date),
    Column("participants", Integer),
    Column("participants_men", Integer),
    Column("participants_women", Integer),
    Column("participants_65_74", Integer),
    Column("participants_75", Integer),
    Column("fragility", JSONB),
    Column("host", Text),
    Column("host_contact", Text),
    Column("do_not_list", Boolean),
    Column("consents", JSONB),
    Column("place_source", JSONB),
)
