"""The form of a resource: the register's values as texts, and what was typed as the gate takes it.

Every field is compared with what the form had shown: what was not touched asks for nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from geo.days import parse_date, plain
from geo.edits import opening_values
from geo.errors import Invalid
from geo.kinds import vocabulary
from geo.openings import parse_openings
from geo.service_areas import area_words, parse_areas
from routes import _dated, _stops

TEXTS = (
    *("kind", "name", "kana", "provider", "provider_type", "address", "place_shown"),
    *("eligibility", "eligibility_note", "scheme", "fee", "booking", "accepting"),
    *("contact", "phone", "url", "description", "staff_note"),
    *("pick_up", "may_visit", "seating", "entrance", "western_toilet", "parking", "wheelchair"),
    *("dementia_welcome", "can_help", "can_help_note"),
    *("main_activity", "venue_type", "frequency", "subsidised", "host", "host_contact"),
)
# Several boxes -> their vocabulary; an empty input before them says they were there.
CHECKED = {"viewpoints": "viewpoint", "fragility": "fragility"}
DAYS = ("confirmed_on", "started_on", "paused_on", "resumes_on", "counted_on")
PAUSE = ("paused_on", "resumes_on")
COUNTS = (
    *("capacity", "participants", "participants_men", "participants_women"),
    *("participants_65_74", "participants_75"),
)
OPENING = ("days", "opens", "closes", "days_note", "months")
EXCEPTIONS = ("except_days", "also_days")
CONSENT = ("answer", "by", "on")
MEDIA = tuple(vocabulary("medium"))
# a field that the form asks for in parts -> its first input
FIRST_INPUT = {
    "place": "lat",
    "openings": "days",
    "stops": "stop_0_name",
    "consents": f"consent_{MEDIA[0]}_answer",
}
HIDDEN = ("draft", "resource", "base", "despite", "csrf_token")
# What the form never asks for by itself: it is said with the place.
OF_PLACE = ("place_level", "place_source")
_SEVERAL = ";"  # between the codes of boxes in one text
_HOW = ("gps", "pin")  # what the map of the form can say of a place


def sent(form: MultiDict[str, str]) -> dict[str, str]:
    """What a browser sent, a text for each input. It ends lines its own way."""
    typed = {name: text.replace("\r\n", "\n") for name, text in form.items()}
    for name in CHECKED:
        if name in form:
            typed[name] = _in_order(name, form.getlist(name))
    return typed


def _in_order(name: str, codes: Iterable[str]) -> str:
    """Codes of boxes as one text, always in the order of the form."""
    order = list(vocabulary(CHECKED[name]))
    known = sorted((code for code in codes if code in order), key=order.index)
    return _SEVERAL.join([*known, *(code for code in codes if code and code not in order)])


def input_of(field: str, texts: Mapping[str, str]) -> str:
    """The input of a form with these texts by which one answers for a field; '' where it has none."""
    name = FIRST_INPUT.get("place" if field in OF_PLACE else field, field)
    return name if name in texts and name not in HIDDEN else ""


def told(problems: Mapping[str, str], texts: Mapping[str, str]) -> list[dict[str, str]]:
    """What is wrong with which input of a form with these texts; of a place once."""
    return [
        {"name": input_of(field, texts), "field": field, "words": words}
        for field, words in problems.items()
        if "place" not in problems or field not in OF_PLACE
    ]


def is_of_consent(name: str) -> bool:
    """Whether an input belongs to what a host agreed to."""
    return name.startswith("consent_")


def as_typed(typed: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    """What of a form must be shown again as typed over the newer values: what was touched, and all
    inputs of a field that has many."""
    differs = differing(typed, values) | {"draft"}
    for belongs in (_stops.is_of_stop, is_of_consent):
        if any(map(belongs, differs)):
            differs |= set(filter(belongs, typed))
    return {name: typed[name] for name in differs if name in typed}


def differing(typed: Mapping[str, str], values: Mapping[str, Any]) -> set[str]:
    """Names of the inputs whose text is not the text that they showed."""
    before = shown(values)
    return {
        name for name in before if typed.get(name, before[name]).strip() != before[name].strip()
    }


def changed(typed: Mapping[str, str], values: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The fields that differ from what the form showed, as the gate reads them. Raises Invalid.

    at  the moment, for how a place was captured
    """
    differs = differing(typed, values)
    found: dict[str, Any] = {name: typed[name] for name in TEXTS if name in differs}
    problems: dict[str, str] = {}
    if differs & {"lon", "lat"}:
        found |= _place(typed, at, problems)
    found |= {name: _PARTS[name](typed[name]) for name in _PARTS if name in differs}
    found |= {name: _day(typed[name], name, problems) for name in DAYS if name in differs}
    if differs & {*PAUSE}:
        found |= _pause(found, values, problems)
    if any(map(_stops.is_of_stop, differs)):
        found["stops"] = _stops.read(typed, problems)
    if any(map(is_of_consent, differs)):
        found["consents"] = _consents(typed, problems)
    if differs & {*OPENING, *EXCEPTIONS}:
        found["openings"] = _openings(typed, values, differs, problems)
    if problems:
        raise Invalid(fields=problems)
    return found


def _pause(
    found: Mapping[str, Any], values: Mapping[str, Any], problems: dict[str, str]
) -> dict[str, Any]:
    """The two days of a pause, ISO: it ends after it has begun, and with it goes the day of its end."""
    since, until = (found.get(name, values[name]) for name in PAUSE)
    if not since and "resumes_on" not in found:
        return {"resumes_on": None}
    if until and not (since and since < until):
        problems.setdefault("resumes_on", "not_after_pause")
    return {}


def shown(values: Mapping[str, Any]) -> dict[str, str]:
    """The register's values as the form shows them: every one a text."""
    lon, lat = values["place"] or ("", "")
    said = {consent["medium"]: consent for consent in values["consents"]}
    return {
        **{name: str(values[name]) for name in TEXTS},
        **{name: _in_order(name, values[name]) for name in CHECKED},
        **{name: values[name] or "" for name in DAYS},
        **{name: "" if values[name] is None else str(values[name]) for name in COUNTS},
        "lon": str(lon),
        "lat": str(lat),
        "other_names": "\n".join(values["other_names"]),
        "service_areas": "\n".join(area_words(values["service_areas"])),
        "public": "yes" if values["public"] else "no",
        "do_not_list": "yes" if values["do_not_list"] else "no",
        # openings are shown in words above the fields; to change them one writes them anew
        **dict.fromkeys(OPENING, ""),
        **_dated.shown(values["openings"]),
        **_stops.shown(values["stops"]),
        **{
            f"consent_{medium}_{part}": said.get(medium, {}).get(part) or ""
            for medium in MEDIA
            for part in CONSENT
        },
    }


def _place(typed: Mapping[str, str], at: datetime, problems: dict[str, str]) -> dict[str, Any]:
    """Where it is, how well that is known, and how it was captured: typed, put on the map, or where
    the device said one stands (whose ring of error is the device's own claim)."""
    lon, lat = typed.get("lon", "").strip(), typed.get("lat", "").strip()
    if not lon and not lat:
        return {"place": None, "place_level": "unknown", "place_source": None}
    try:
        place = [float(lon), float(lat)]
    except ValueError:
        problems["place"] = "not_a_number"
        return {}
    how = typed.get("place_how", "")
    how = how if how in _HOW else "typed"
    accuracy = typed.get("place_accuracy_m", "") if how == "gps" else ""
    known = accuracy.isascii() and accuracy.isdigit() and len(accuracy) < 6
    return {
        "place": place,
        "place_level": "surveyed" if how == "gps" else "building",
        "place_source": {
            "how": how,
            "accuracy_m": int(accuracy) if known else None,
            "at": at.isoformat(),
        },
    }


def _day(text: str, name: str, problems: dict[str, str]) -> str | None:
    day = parse_date(text)
    if day is None and text.strip():
        problems[name] = "not_a_date"
    return day.isoformat() if day else None


def _consents(typed: Mapping[str, str], problems: dict[str, str]) -> list[dict[str, Any]]:
    """What was said for each medium; nothing for one that nobody asked about."""
    found = []
    for medium in MEDIA:
        names = {part: f"consent_{medium}_{part}" for part in CONSENT}
        answer, by, on = (typed.get(names[part], "").strip() for part in CONSENT)
        if not answer and not by and not on:
            continue
        if answer not in ("yes", "no"):
            problems[names["answer"]] = "nothing_chosen"
        if len(by) > 200:
            problems[names["by"]] = "too_long"
        day = _day(on, names["on"], problems)
        found.append({"medium": medium, "answer": answer, "by": by, "on": day})
    return found


def _openings(
    typed: Mapping[str, str],
    values: Mapping[str, Any],
    differs: set[str],
    problems: dict[str, str],
) -> list[dict[str, Any]]:
    """The openings anew where days were written, else those there were; with the days off and the
    further days that the form says."""
    openings = values["openings"]
    if differs & set(OPENING):
        read = parse_openings(*(typed.get(name, "") for name in OPENING))
        openings = [opening_values(opening) for opening in read]
    before = _dated.shown(values["openings"])
    off, besides = (typed.get(name, before[name]) for name in EXCEPTIONS)
    return _dated.written(openings, off, besides, problems)


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(filter(None, map(str.strip, text.split("\n")))))


def _codes(text: str) -> list[str]:
    return list(filter(None, text.split(_SEVERAL)))


def _is_yes(text: str) -> bool:
    return text == "yes"


# How the gate takes an input that is not a text of its own.
_PARTS: dict[str, Callable[[str], Any]] = {
    "service_areas": parse_areas,
    "other_names": _lines,
    "public": _is_yes,
    "do_not_list": _is_yes,
    **dict.fromkeys(CHECKED, _codes),
    **dict.fromkeys(COUNTS, lambda text: plain(text) or None),
}
