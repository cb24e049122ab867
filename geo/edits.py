"""変更の読みとり: what a gate takes, read and checked field by field, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

from pydantic import AfterValidator, Field, ValidationError

from geo.edit_fields import (
    Answer,
    Clean,
    ConsentValues,
    Frailty,
    Line,
    Lonlat,
    Once,
    OpeningValues,
    People,
    PlaceSource,
    ServiceAreaValues,
    StopValues,
    Strict,
    Text,
    Viewpoint,
    one_answer_each,
    one_of,
    web_address,
)
from geo.errors import Invalid
from geo.openings import Opening, Pause, pause_between, pause_of
from geo.openings.pausing import Pausing


class ResourceValues(Strict):
    """Every field of a resource that the gate may change, with what an empty one means."""

    kind: Line = ""
    name: Annotated[str, Clean, Field(min_length=1, max_length=200)] = ""
    kana: Line = ""
    other_names: Annotated[list[Line], Field(default_factory=list)]
    description: Text = ""
    provider: Line = ""
    place: Lonlat = None
    place_level: Literal["surveyed", "building", "block", "district", "unknown"] = "unknown"
    place_shown: Literal["exact", "blurred", "hidden"] = "exact"
    address: Line = ""
    eligibility: Annotated[str, one_of("eligibility")] = "unknown"
    eligibility_note: Line = ""
    scheme: Annotated[str, one_of("scheme")] = ""
    fee: Line = ""
    booking: Line = ""
    capacity: Annotated[int, Field(ge=0, le=100_000)] | None = None
    accepting: Literal["yes", "waiting", "no", "unknown"] = "unknown"
    phone: Line = ""
    contact: Line = ""
    url: Annotated[Line, AfterValidator(web_address)] = ""
    staff_note: Text = ""
    public: bool = True
    confirmed_on: date | None = None
    closed_on: date | None = None
    closed_reason: Line = ""
    viewpoints: Annotated[list[Viewpoint], Once, Field(default_factory=list)]
    provider_type: Annotated[str, one_of("provider_type")] = ""
    pick_up: Answer = "unknown"
    may_visit: Answer = "unknown"
    seating: Annotated[str, one_of("seating")] = "unknown"
    entrance: Annotated[str, one_of("entrance")] = "unknown"
    western_toilet: Answer = "unknown"
    parking: Answer = "unknown"
    wheelchair: Answer = "unknown"
    dementia_welcome: Answer = "unknown"
    can_help: Answer = "unknown"
    can_help_note: Line = ""
    main_activity: Annotated[str, one_of("main_activity")] = ""
    venue_type: Annotated[str, one_of("venue_type")] = ""
    frequency: Annotated[str, one_of("frequency")] = ""
    subsidised: Answer = "unknown"
    started_on: date | None = None
    paused_on: date | None = None
    resumes_on: date | None = None
    counted_on: date | None = None
    participants: People = None
    participants_men: People = None
    participants_women: People = None
    participants_65_74: People = None
    participants_75: People = None
    fragility: Annotated[list[Frailty], Once, Field(default_factory=list)]
    host: Line = ""
    host_contact: Line = ""
    do_not_list: bool = False
    consents: Annotated[
        list[ConsentValues], AfterValidator(one_answer_each), Field(default_factory=list)
    ]
    place_source: PlaceSource | None = None
    openings: Annotated[list[OpeningValues], Field(default_factory=list, max_length=50)]
    stops: Annotated[list[StopValues], Field(default_factory=list, max_length=200)]
    service_areas: Annotated[list[ServiceAreaValues], Field(default_factory=list, max_length=200)]


def count_remarks(values: Mapping[str, Any]) -> list[str]:
    """What does not add up in the people counted, in codes: nothing is refused for it, a person looks.

    sexes_differ  men and women are not the total;  ages_exceed  65-74 and 75+ are more than the total
    """
    total = values["participants"]
    men, women = values["participants_men"], values["participants_women"]
    ages = [values[name] or 0 for name in ("participants_65_74", "participants_75")]
    remarks = []
    if None not in (total, men, women) and men + women != total:
        remarks.append("sexes_differ")
    if total is not None and sum(ages) > total:
        remarks.append("ages_exceed")
    return remarks


FIELDS = tuple(ResourceValues.model_fields)
EMPTY: dict[str, Any] = ResourceValues.model_construct().model_dump(mode="json")

# what pydantic calls a problem -> the code that routes/_errors.py words
_PROBLEMS = {
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_too_short": "required",
    "too_short": "required",
    "missing": "required",
    "literal_error": "unknown_choice",
    "int_parsing": "not_a_number",
    "int_type": "not_a_number",
    "int_from_float": "not_a_number",
    "greater_than_equal": "not_a_number",
    "less_than_equal": "not_a_number",
    "float_parsing": "not_a_number",
    "finite_number": "not_a_number",
    "date_from_datetime_parsing": "not_a_date",
    "date_parsing": "not_a_date",
    "date_type": "not_a_date",
    "string_pattern_mismatch": "not_a_time",
    "bad_character": "bad_character",
    "outside_japan": "outside_japan",
    "not_a_url": "not_a_url",
    "not_a_rule": "not_a_rule",
    "unknown_choice": "unknown_choice",
    "uuid_parsing": "unknown_choice",
    "uuid_type": "unknown_choice",
    "datetime_from_date_parsing": "not_a_date",
    "datetime_parsing": "not_a_date",
    "timezone_aware": "not_a_date",
    "has_mail": "has_mail",
    "has_phone": "has_phone",
    "has_block": "has_block",
}


@dataclass(frozen=True, slots=True)
class ResourceEdit:
    """A change to one resource, already read and checked.

    draft   made by whoever wrote it; applying the same draft twice changes nothing more
    base    the revision the writer was looking at; None for a resource that is new
    values  changed fields only, as JSON writes them
    own     earlier drafts of the same writer, which she saw beside ``base``
    """

    draft: UUID
    resource: UUID
    base: int | None
    values: dict[str, Any]
    own: frozenset[UUID] = frozenset()

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> "ResourceEdit":
        """Read what a door hands over. Raises Invalid naming every field that cannot be read."""
        values = parse_values(raw.get("edits"))
        try:
            base = raw.get("base")
            return cls(
                UUID(str(raw["id"])),
                UUID(str(raw["resource"])),
                None if base is None else int(base),
                values,
                frozenset(UUID(str(one)) for one in raw.get("own") or ()),
            )
        except (KeyError, TypeError, ValueError):
            raise Invalid(fields={"draft": "incomplete"}) from None


def parse_values(edits: object) -> dict[str, Any]:
    """Changed fields as JSON writes them. Raises Invalid with a code for each bad field."""
    if not isinstance(edits, Mapping) or not edits:
        raise Invalid(fields={"edits": "empty"})
    try:
        read = ResourceValues.model_validate(edits)
    except ValidationError as error:
        raise Invalid(fields=problems_of(error)) from None
    values = read.model_dump(mode="json", include=read.model_fields_set)
    return {field: values[field] for field in FIELDS if field in values}


def parse_delivered(values: Mapping[str, Any]) -> dict[str, Any]:
    """``parse_values`` of a row of a list, where most fields are empty: those need no reading.

    ``openings`` have been through ``checked_openings`` and are taken as they are. Raises Invalid.
    """
    filled = {
        field: value
        for field, value in values.items()
        if field != "openings" and value != EMPTY.get(field, NOT_A_FIELD)
    }
    read = parse_values(filled) if filled else {}
    return {field: read.get(field, values[field]) for field in FIELDS if field in values}


NOT_A_FIELD = object()


@lru_cache(maxsize=4_000)  # a list says the same days again and again
def checked_openings(openings: tuple[Opening, ...]) -> list[dict[str, Any]]:
    """Openings as the gate keeps them; shared by all who have the same, so not to be changed.

    Raises Invalid.
    """
    values = [opening_values(opening) for opening in openings]
    return list(parse_values({"openings": values})["openings"])


def problems_of(error: ValidationError) -> dict[str, str]:
    """Field → code of what is wrong with it; a code of one's own (PydanticCustomError) must stand
    in ``_PROBLEMS``."""
    return {
        str(problem["loc"][0]) if problem["loc"] else "edits": _PROBLEMS.get(
            problem["type"], "unreadable"
        )
        for problem in error.errors(include_url=False, include_input=False)
    }


def opening_values(opening: Opening) -> dict[str, Any]:
    """An opening as the gate takes it and the register keeps it."""

    def clock(moment: time | None) -> str | None:
        return None if moment is None else moment.strftime("%H:%M")

    return {
        "rrule": opening.rrule,
        "first_on": opening.first_on and opening.first_on.isoformat(),
        "last_on": opening.last_on and opening.last_on.isoformat(),
        "opens_at": clock(opening.opens_at),
        "closes_at": clock(opening.closes_at),
        "months": list(opening.months),
        "on_holidays": opening.on_holidays,
        "except_on": [day.isoformat() for day in opening.except_on],
        "also_on": [day.isoformat() for day in opening.also_on],
        "irregular": opening.irregular,
        "note": opening.note[:200],
    }


class Planned(Pausing, Protocol):
    """Whatever has a plan of its days: a row of the register."""

    openings: Any


def openings_of(row: Planned) -> tuple[Opening, ...]:
    """When a row opens, with its pause."""
    pause = pause_of(row)
    return tuple(opening_of(values, pause) for values in row.openings)


def planned_by(values: Mapping[str, Any]) -> tuple[Opening, ...]:
    """When an entry opens by its values, as the register keeps them, with its pause."""

    def day(name: str) -> date | None:
        return date.fromisoformat(values[name]) if values[name] else None

    pause = pause_between(day("paused_on"), day("resumes_on"))
    return tuple(opening_of(one, pause) for one in values["openings"])


def opening_of(values: Mapping[str, Any], pause: Pause | None = None) -> Opening:
    """An opening as the register keeps it, to ask it for its days; ``pause`` of what it belongs to."""

    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    def clock(text: str | None) -> time | None:
        return time.fromisoformat(text) if text else None

    return Opening(
        rrule=values["rrule"],
        first_on=day(values["first_on"]),
        last_on=day(values["last_on"]),
        opens_at=clock(values["opens_at"]),
        closes_at=clock(values["closes_at"]),
        months=tuple(values["months"]),
        on_holidays=values["on_holidays"],
        except_on=tuple(map(date.fromisoformat, values["except_on"])),
        also_on=tuple(map(date.fromisoformat, values["also_on"])),
        irregular=values["irregular"],
        note=values["note"],
        pause=pause,
    )
