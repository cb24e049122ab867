"""休みの日・臨時に開く日: single days that a repeating opening leaves out or has besides, in the form."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from geo.days import parse_date
from geo.edit_fields import OpeningValues

_BETWEEN = re.compile(r"[、,，;；\n]+")


def shown(openings: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The single days of openings that repeat, a line each. An event's own dates are its days, which
    the words above the fields say."""
    repeating = [opening for opening in openings if opening["rrule"] or opening["irregular"]]
    return {
        "except_days": "\n".join(_all(repeating, "except_on")),
        "also_days": "\n".join(_all(repeating, "also_on")),
    }


def written(
    openings: list[dict[str, Any]], except_days: str, also_days: str, problems: dict[str, str]
) -> list[dict[str, Any]]:
    """Openings with these single days: off for all that repeat, besides for the first of them; what
    has no day that repeats yet opens on the further days only."""
    off = _read(except_days, "except_days", problems)
    besides = _read(also_days, "also_days", problems)
    found = [dict(opening) for opening in openings]
    repeating = [opening for opening in found if opening["rrule"] or opening["irregular"]]
    if off and not repeating:
        problems["except_days"] = "no_opening_to_leave_out"
    for opening in repeating:
        opening["except_on"] = off
        opening["also_on"] = besides if opening is repeating[0] else []
    if besides and not repeating:
        found.append(OpeningValues(also_on=besides).model_dump(mode="json"))  # type: ignore[arg-type]
    return found


def _all(openings: Iterable[Mapping[str, Any]], field: str) -> list[str]:
    return sorted({day for opening in openings for day in opening[field]})


def _read(text: str, name: str, problems: dict[str, str]) -> list[str]:
    days = [(part, parse_date(part)) for part in map(str.strip, _BETWEEN.split(text)) if part]
    if any(day is None for _, day in days):
        problems[name] = "not_a_date"
    return sorted({day.isoformat() for _, day in days if day})
