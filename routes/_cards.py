"""A resource as pages show it: rows of the shelf become the plain values that templates read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import Row

from geo import days
from geo.edits import opening_of, openings_of
from geo.kinds import vocabulary
from geo.openings import is_paused, next_dates, pause_of
from geo.records.districts import DistrictShape
from geo.records.kinds import Kind
from geo.service_areas import area_words
from routes import _saying
from routes._languages import say

# fields whose codes a vocabulary words -> that vocabulary
CODED = {
    "eligibility": "eligibility",
    "scheme": "scheme",
    "accepting": "accepting",
    "provider_type": "provider_type",
    "seating": "seating",
    "entrance": "entrance",
    "main_activity": "main_activity",
    "venue_type": "venue_type",
    "frequency": "frequency",
    "viewpoints": "viewpoint",
    "fragility": "fragility",
}
# What whoever comes wants to know first, in the order of saying it; "unknown" until somebody asked.
KNEES = (
    *("seating", "entrance", "western_toilet", "wheelchair", "parking", "pick_up", "may_visit"),
    *("dementia_welcome", "can_help"),
)
WITHOUT_CERTIFICATE = ("anyone", "over_65")  # may come without 介護の認定 (vocabularies.csv)
JOINED = "activity"  # the viewpoint of what people join
BY_AREA = ("comes", "fetched", "assigned")  # ways of reaching people that go by area, not distance
OUTLINE_M = 3.0  # our choice: under a pixel at the zoom where a whole 中学校区 fills a screen
FRESHNESS = {
    "confirmed": "confirmed",
    "unconfirmed_this_year": "not_this_year",
    "stale": "old",
    "never": "not_this_year",
}


def kind_of(kind: Kind) -> dict[str, str]:
    """A kind as lists and legends show it."""
    return {"code": kind.code, "name": say(kind.name), "icon": kind.icon, "element": kind.element}


def counted(
    kinds: Mapping[str, Kind], counts: Mapping[str, int]
) -> list[tuple[dict[str, str], int]]:
    """The kinds there is something of, in their order, with how many."""
    return [(kind_of(kind), counts[code]) for code, kind in kinds.items() if counts.get(code)]


def unconfirmed(rows: Iterable[Row[Any]], today: date) -> Counter[str]:
    """Kind → resources that nobody has confirmed within this 年度, by its code."""
    return Counter(
        row.kind for row in rows if days.freshness(row.confirmed_on, today) != "confirmed"
    )


def opening_lines(openings: list[dict[str, Any]]) -> list[str]:
    """Openings as kept, in words."""
    return _saying.opening_lines([opening_of(values) for values in openings])


def viewpoints_of(row: Row[Any], kinds: Mapping[str, Kind]) -> list[str]:
    """The viewpoints a resource stands under: its own, else its kind's."""
    return list(row.viewpoints) or list(kinds[row.kind].viewpoints)


def card(row: Row[Any], number: int, kinds: Mapping[str, Kind], today: date) -> dict[str, Any]:
    """A resource in a list; ``number`` is the one on its mark."""
    return {
        "number": number,
        "id": str(row.id),
        "name": row.name,
        "kana": row.kana,
        "kind": kind_of(kinds[row.kind]),
        "place_words": row.address,
        "openings": opening_lines(row.openings),
        "pause": pause(row, today),
        "freshness": FRESHNESS[days.freshness(row.confirmed_on, today)],
        "confirmed_words": _saying.day(row.confirmed_on) if row.confirmed_on else "",
        "blurred": is_rough(row),
        "url": url_for("resources.show", resource_id=row.id),
    }


def pause(row: Row[Any], today: date) -> dict[str, Any] | None:
    """What is to be said of a pause on a day: whether it holds or is to come, since when and until when ("" where nobody
    knows); None where there is none, or it is over."""
    found = pause_of(row)
    if found is None or found.is_over(today):
        return None
    return {
        "is_now": found.holds(today),
        "since": _saying.day(found.since),
        "until": _saying.day(found.until) if found.until else "",
    }


def is_rough(row: Row[Any]) -> bool:
    """Whether the mark stands about there only: blurred on purpose, or in the middle of a town."""
    return row.place_shown == "blurred" or row.place_level == "district"


def page(row: Row[Any], kinds: Mapping[str, Kind], today: date) -> dict[str, Any]:
    """A resource on its own page."""
    openings = openings_of(row)
    eligibility = "" if row.eligibility == "unknown" else vocabulary("eligibility")[row.eligibility]
    accepting = "" if row.accepting == "unknown" else vocabulary("accepting")[row.accepting]
    viewpoints = viewpoints_of(row, kinds)
    return card(row, 1, kinds, today) | {
        "other_names": row.other_names,
        "address_words": row.address,
        "place_level": row.place_level,
        "hidden": row.place_shown == "hidden",
        "by_town": row.place_shown == "exact" and row.place_level == "district",
        "next_days": [_saying.day_of_week(day) for day in next_dates(openings, today)],
        "eligibility_words": say(eligibility),
        "eligibility_note": row.eligibility_note,
        "scheme_words": say(vocabulary("scheme").get(row.scheme, "")),
        "fee_words": row.fee,
        "booking_words": row.booking,
        "capacity": row.capacity,
        "accepting": row.accepting,
        "accepting_words": say(accepting),
        "reach": kinds[row.kind].reach,
        "by_area": kinds[row.kind].reach in BY_AREA,
        "area_words": area_words(row.service_areas),
        "contact": {"name": row.contact, "phone": row.phone},
        "site": row.url,
        "provider_words": row.provider,
        "description": row.description,
        "stops": row.stops,
        "provider_type_words": say(vocabulary("provider_type").get(row.provider_type, "")),
        "viewpoint_words": [
            say(words) for code, words in vocabulary("viewpoint").items() if code in viewpoints
        ],
        "without_certificate": row.eligibility in WITHOUT_CERTIFICATE,
        **_answers(row, is_joined=JOINED in viewpoints),
        "closed_words": _saying.day(row.closed_on) if row.closed_on else "",
    }


def _answers(row: Row[Any], *, is_joined: bool) -> dict[str, Any]:
    """What is known of chairs, steps and the like, and which of it nobody has asked yet: said of what
    people join; nobody expects a chair of a 配食."""
    answers = [(field, getattr(row, field)) for field in KNEES]
    blank = [field for field in ("fee", "booking") if not getattr(row, field)]
    blank += [field for field, answer in answers if is_joined and answer == "unknown"]
    return {
        "answers": [(field, answer) for field, answer in answers if answer != "unknown"],
        "can_help_note": row.can_help_note,
        "not_known": blank,
    }


def line_of(row: Row[Any]) -> list[dict[str, Any]]:
    """The halts with a place that the reader may see, in the order of the round."""
    return [
        {
            "lonlat": [stop["lon"], stop["lat"]],
            "name": stop["name"],
            "number": number,
            "at": stop["arrives_at"] or "",
        }
        for number, stop in enumerate(row.stops, start=1)
        if stop["lon"] is not None and stop["lat"] is not None
    ]


def marker(row: Row[Any], number: int, kinds: Mapping[str, Kind], today: date) -> dict[str, Any]:
    """A resource on the map."""
    kind = kinds[row.kind]
    return {
        "id": str(row.id),
        "number": number,
        "name": row.name,
        **({"kana": row.kana} if row.kana else {}),
        "kind": say(kind.name),
        "icon": kind.icon,
        "element": kind.element,
        "lonlat": [row.lon, row.lat],
        "url": url_for("resources.show", resource_id=row.id),
        "blurred": is_rough(row),
        **({"paused": True} if is_paused(row, today) else {}),  # of ten thousand marks hardly one
    }


def map_data(
    rows: Iterable[Row[Any]],
    kinds: Mapping[str, Kind],
    shapes: list[DistrictShape],
    counts: Mapping[Any, int],
    bounds: tuple[float, float, float, float] | None,
    today: date,
) -> dict[str, Any]:
    """What the script of a map page reads; numbers are the ones of the list."""
    west, south, east, north = bounds or (122.0, 24.0, 146.0, 46.0)
    return {
        "bounds": [[south, west], [north, east]],
        "districts": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "geometry": shape.geojson,
                    "properties": {
                        "id": str(shape.id),
                        "name": shape.name,
                        "url": url_for("districts.show", district_id=shape.id),
                        "count": counts.get(shape.id, 0),
                    },
                }
                for shape in shapes
                if shape.geojson
            ],
        },
        "resources": [
            marker(row, number, kinds, today)
            for number, row in enumerate(rows, start=1)
            if row.lon is not None
        ],
    }
