"""The day and the reason of an ending, as a form says them."""

from collections.abc import Mapping
from datetime import date

from geo.days import parse_date
from geo.errors import Invalid


def ending(typed: Mapping[str, str], today: date) -> dict[str, str]:
    """closed_on and closed_reason as the gate reads them.

    What has an end is on no list from this moment on, so a day to come is refused. Raises Invalid
    naming each field that is missing or cannot be read.
    """
    text, reason = (typed.get(name, "").strip() for name in ("closed_on", "closed_reason"))
    day = parse_date(text)
    problems = {}
    if day is None:
        problems["closed_on"] = "not_a_date" if text else "required"
    elif day > today:
        problems["closed_on"] = "day_to_come"
    if not reason:
        problems["closed_reason"] = "required"
    if day is None or problems:
        raise Invalid(fields=problems)
    return {"closed_on": day.isoformat(), "closed_reason": reason}
