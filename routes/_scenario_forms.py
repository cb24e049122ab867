"""A change of a 検討案 as a form or a query says it, and as a form shows it again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from geo.edits import opening_of, opening_values
from geo.errors import Invalid
from geo.gap_questions import GapQuestion
from geo.openings import lines_all, parse_openings
from geo.scenario_steps import Step
from geo.service_areas import area_words, parse_areas

FIELDS = (
    *("do", "kind", "name", "resource", "lon", "lat", "address"),
    *("eligibility", "days", "opens", "closes", "service_areas"),
)
LONGEST = 2000  # characters, our choice
_IRREGULAR = "不定期"


def typed(values: Mapping[str, str]) -> dict[str, str]:
    """What was typed, a text for each field; ``step`` is the id of the change."""
    found = {name: values.get(name, "")[:LONGEST].strip() for name in FIELDS}
    if "," in values.get("place", ""):  # one of several places was chosen
        found["lon"], _, found["lat"] = values["place"][:LONGEST].partition(",")
    return found | {"step": _id(values.get("step", ""))}


def step_of(said: Mapping[str, str], question: GapQuestion) -> dict[str, Any]:
    """The change as the plan takes it. Raises Invalid."""
    openings = _openings(said)
    if question.rhythm and not openings and said["do"] in ("add", "open"):
        raise Invalid(fields={"days": "required"})  # no question about days counts it otherwise
    raw = {
        "id": said["step"],
        "do": said["do"],
        "resource": None if said["do"] == "add" else said["resource"] or None,
        "place": _place(said) if said["do"] in ("add", "move") else None,
        "openings": openings,
    }
    if said["do"] != "add":
        return raw
    areas = parse_areas(said["service_areas"])
    more = {"kind": said["kind"], "name": said["name"], "service_areas": areas}
    return raw | more | {"eligibility": said["eligibility"] or "anyone"}


def shown(step: Step) -> dict[str, str]:
    """A change as the form showed it when it was typed; openings in words that the form reads again."""
    lon, lat = step.place or ("", "")
    openings = [opening_of(one.model_dump(mode="json")) for one in step.openings]
    return {
        "step": str(step.id),
        "do": step.do,
        "kind": step.kind,
        "name": step.name,
        "resource": str(step.resource or ""),
        "lon": str(lon),
        "lat": str(lat),
        "address": "",
        "eligibility": step.eligibility,
        "days": "、".join(lines_all(openings)),
        "opens": "",
        "closes": "",
        "service_areas": "\n".join(area_words(one.model_dump() for one in step.service_areas)),
    }


def _openings(said: Mapping[str, str]) -> list[dict[str, Any]]:
    read = parse_openings(said["days"], said["opens"], said["closes"])
    if any(one.irregular for one in read) and _IRREGULAR not in said["days"]:
        raise Invalid(fields={"days": "not_a_rule"})
    return [opening_values(one) for one in read]


def _place(said: Mapping[str, str]) -> tuple[float, float] | None:
    if not said["lon"] and not said["lat"]:
        return None
    try:
        return float(said["lon"]), float(said["lat"])
    except ValueError:
        raise Invalid(fields={"place": "not_a_number"}) from None


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())
