"""An entry of the residents' answer, as its template reads it."""

import math
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import Row

from geo import days
from geo.centres import Centre
from geo.edits import openings_of
from geo.kinds import vocabulary
from geo.lookup import Offer
from geo.openings import next_dates
from geo.records.municipalities import Municipality
from geo.service_areas import area_words
from geo.wishes import Fit
from routes import _cards, _saying
from routes._languages import say


def near_card(one: Offer, number: int, today: date, here: Municipality) -> dict[str, Any]:
    """What is said of an entry: minutes first, then when, who, and whom to call."""
    row, kind = one.resource, one.kind
    return (
        _named(one, number)
        | _when(one, today)
        | _who(row)
        | {
            "reach": kind.reach,
            "is_joined": _cards.JOINED in _cards.viewpoints_of(row, {kind.code: kind}),
            "minutes": _minutes(one.seconds),
            "slow_minutes": _minutes(one.slow_s),
            "car_minutes": _minutes(one.car_s),
            "straight_m": max(10, round(one.straight_m, -1))
            if math.isfinite(one.straight_m)
            else None,
            "lonlat": one.lonlat,
            "covers": one.covers,
            "asked_nobody": one.fit == Fit.UNKNOWN,
            "place_words": row.address.removeprefix(here.prefecture).removeprefix(here.name),
            "contact": row.contact,
            "phone": row.phone,
            "on_paper": row.on_paper,
        }
    )


def _named(one: Offer, number: int) -> dict[str, Any]:
    """What it is called, in the list and on the map."""
    row, kind = one.resource, one.kind
    named = {
        "id": str(row.id),
        "number": number,
        "name": row.name,
        "url": url_for("resources.show", resource_id=row.id),
        "blurred": _cards.is_rough(row),
    }
    drawn: dict[str, Any] = {"kind": say(kind.name), "icon": kind.icon, "element": kind.element}
    drawn |= {"kana": row.kana} if row.kana else {}
    drawn |= {"paused": True} if one.paused else {}
    marker = named | drawn | {"lonlat": list(one.lonlat) if one.lonlat else None}
    return named | {"kana": row.kana, "kind": _cards.kind_of(kind), "marker": marker}


def _when(one: Offer, today: date) -> dict[str, Any]:
    """The plan of its days, and how fresh it is."""
    row = one.resource
    following = one.dates[:3] or tuple(next_dates(openings_of(row), today, 1))
    return {
        "openings": _cards.opening_lines(row.openings),
        "pause": _cards.pause(row, today),
        "next_days": [_saying.day_of_week(day) for day in following],
        "is_today": bool(following) and following[0] == today,
        "freshness": _cards.FRESHNESS[days.freshness(row.confirmed_on, today)],
        "confirmed_words": _saying.day(row.confirmed_on) if row.confirmed_on else "",
    }


def _who(row: Row[Any]) -> dict[str, Any]:
    """Who may come, what it costs, how one sits."""
    is_said = row.eligibility != "unknown"
    return {
        "eligibility_words": say(vocabulary("eligibility")[row.eligibility]) if is_said else "",
        "eligibility_note": row.eligibility_note,
        "without_certificate": row.eligibility in _cards.WITHOUT_CERTIFICATE,
        "fee": row.fee,
        "booking": row.booking,
        "accepting": row.accepting,
        "answers": [
            (field, getattr(row, field))
            for field in _cards.KNEES
            if getattr(row, field) not in ("unknown", "no")
        ],
        "can_help_note": row.can_help_note,
        "area_words": area_words(row.service_areas),
    }


def told_centres(centres: Iterable[Centre]) -> list[dict[str, Any]]:
    """The 包括 in charge, with telephone, and of which towns where it is not of all."""
    return [
        {
            "name": one.name,
            "part": one.part,
            "towns": one.towns,
            "phone": one.entry.phone if one.entry else "",
            "url": url_for("resources.show", resource_id=one.entry.id) if one.entry else "",
        }
        for one in centres
    ]


def _minutes(seconds: float) -> int | None:
    return max(1, math.ceil(round(seconds / 60, 6))) if math.isfinite(seconds) else None
