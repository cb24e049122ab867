"""An entry of the residents' answer, as its template reads it."""

import math
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import url_for

from geo import days
from geo.centres import Centre
from geo.edits import opening_of
from geo.kinds import vocabulary
from geo.lookup import Offer
from geo.openings import next_dates
from geo.records.municipalities import Municipality
from geo.service_areas import area_words
from geo.wishes import Fit
from routes import _cards

TOLD = (
    "seating",
    "entrance",
    "western_toilet",
    "wheelchair",
    "parking",
    "pick_up",
    "may_visit",
    "dementia_welcome",
    "can_help",
)


def near_card(one: Offer, number: int, today: date, here: Municipality) -> dict[str, Any]:
    """What is said of an entry: minutes first, then when, who, and whom to call."""
    row, kind = one.resource, one.kind
    openings = [opening_of(values) for values in row.openings]
    following = one.dates[:3] or tuple(next_dates(openings, today, 1))
    blurred = _cards.is_rough(row)
    url = url_for("resources.show", resource_id=row.id)
    return {
        "id": str(row.id),
        "number": number,
        "name": row.name,
        "kana": row.kana,
        "kind": _cards.kind_of(kind),
        "reach": kind.reach,
        "is_joined": _cards.JOINED in _cards.viewpoints_of(row, {kind.code: kind}),
        "minutes": _minutes(one.seconds),
        "slow_minutes": _minutes(one.slow_s),
        "car_minutes": _minutes(one.car_s),
        "straight_m": None
        if not math.isfinite(one.straight_m)
        else max(10, round(one.straight_m, -1)),
        "lonlat": one.lonlat,
        "covers": one.covers,
        "asked_nobody": one.fit == Fit.UNKNOWN,
        "openings": _cards.opening_lines(row.openings),
        "next_days": [days.date_words(day) for day in following],
        "is_today": bool(following) and following[0] == today,
        "eligibility": row.eligibility,
        "eligibility_words": ""
        if row.eligibility == "unknown"
        else vocabulary("eligibility")[row.eligibility],
        "eligibility_note": row.eligibility_note,
        "without_certificate": row.eligibility in _cards.WITHOUT_CERTIFICATE,
        "fee": row.fee,
        "booking": row.booking,
        "accepting": row.accepting,
        "answers": [
            (field, getattr(row, field))
            for field in TOLD
            if getattr(row, field) not in ("unknown", "no")
        ],
        "can_help_note": row.can_help_note,
        "area_words": area_words(row.service_areas),
        "place_words": row.address.removeprefix(here.prefecture).removeprefix(here.name),
        "contact": row.contact,
        "phone": row.phone,
        "freshness": _cards.FRESHNESS[days.freshness(row.confirmed_on, today)],
        "confirmed_words": days.era_words(row.confirmed_on) if row.confirmed_on else "",
        "blurred": blurred,
        "url": url,
        "marker": {
            "id": str(row.id),
            "number": number,
            "name": row.name,
            "kind": kind.name,
            "icon": kind.icon,
            "element": kind.element,
            "lonlat": list(one.lonlat) if one.lonlat else None,
            "url": url,
            "blurred": blurred,
        },
    }


def told_centres(centres: Iterable[Centre]) -> list[dict[str, str]]:
    """The 包括 in charge, with telephone."""
    return [
        {
            "name": one.district.name,
            "part": one.part,
            "phone": one.entry.phone if one.entry else "",
            "url": url_for("resources.show", resource_id=one.entry.id) if one.entry else "",
        }
        for one in centres
    ]


def _minutes(seconds: float) -> int | None:
    return max(1, math.ceil(round(seconds / 60, 6))) if math.isfinite(seconds) else None
