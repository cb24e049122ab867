"""項目の形: the kinds of values of which a change is made, each with what it refuses and by which code."""

import re
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from geo.errors import Invalid
from geo.kinds import vocabulary
from geo.openings.opening import read_rule

JAPAN = (
    122.0,
    20.0,
    154.0,
    46.0,
)  # west, south, east, north: 国土地理院「日本の東西南北端点」, widened


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")  # all but tab and line feed


def _clean(text: str) -> str:
    """Text as a register keeps it: trimmed, without control signs that no person typed."""
    text = text.replace("\r\n", "\n").strip()
    if _CONTROL.search(text):
        raise PydanticCustomError("bad_character", "control sign")
    return text


def _in_japan(lonlat: tuple[float, float] | None) -> tuple[float, float] | None:
    if lonlat is None:
        return None
    lon, lat = lonlat
    if not (JAPAN[0] <= lon <= JAPAN[2] and JAPAN[1] <= lat <= JAPAN[3]):
        raise PydanticCustomError("outside_japan", "outside Japan")
    return lonlat


def web_address(text: str) -> str:
    """A text that is a web address, or nothing."""
    if text and not text.startswith(("https://", "http://")):
        raise PydanticCustomError("not_a_url", "not a web address")
    return text


def _rule(text: str) -> str:
    try:
        read_rule(text)
    except Invalid:
        raise PydanticCustomError("not_a_rule", "not a rule of days") from None
    return text


def one_of(name: str) -> AfterValidator:
    """A code of a vocabulary, or nothing."""

    def check(code: str) -> str:
        if code and code not in vocabulary(name):
            raise PydanticCustomError("unknown_choice", "unknown code")
        return code

    return AfterValidator(check)


Clean = AfterValidator(_clean)
Line = Annotated[str, Clean, Field(max_length=200)]
Text = Annotated[str, Clean, Field(max_length=4000)]
Lonlat = Annotated[tuple[float, float] | None, AfterValidator(_in_japan)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Strict(BaseModel):
    """Nothing beside the fields, and no number that is none."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class OpeningValues(Strict):
    """One opening as a gate takes it; see geo.days.Opening for what the parts mean."""

    rrule: Annotated[str, AfterValidator(_rule)] | None = None
    first_on: date | None = None
    last_on: date | None = None
    opens_at: Clock | None = None
    closes_at: Clock | None = None
    months: list[Annotated[int, Field(ge=1, le=12)]] = list(range(1, 13))
    on_holidays: Literal["open", "closed", "unknown"] = "unknown"
    except_on: list[date] = []
    also_on: list[date] = []
    irregular: bool = False
    note: Line = ""

    @model_validator(mode="after")
    def _guesses_no_days(self) -> "OpeningValues":
        """Without a rule, a date or 「祝日」 the days are unknown: 不定期."""
        known = self.rrule or self.also_on or self.first_on or self.on_holidays == "open"
        self.irregular = self.irregular or not known
        if self.irregular:
            self.rrule = None
        return self


class StopValues(Strict):
    """One halt of a van or a bus. ``shown`` says what residents are told of it."""

    name: Line
    lon: float | None = None
    lat: float | None = None
    shown: Literal["public", "landmark", "hidden"] = "landmark"
    landmark: Line = ""
    arrives_at: Clock | None = None
    leaves_at: Clock | None = None


class ServiceAreaValues(Strict):
    """One area a service comes to, as its list calls it; the note says what part of it."""

    name: Annotated[str, Clean, Field(min_length=1, max_length=200)]
    note: Line = ""


class ConsentValues(Strict):
    """Whether a host agrees to stand in one medium: who said so, and when."""

    medium: Literal["paper", "web", "open_data"]
    answer: Literal["yes", "no"]
    by: Line = ""
    on: date | None = None


class PlaceSource(Strict):
    """How a place was captured where somebody stood: kept as the device claimed it."""

    how: Literal["gps", "pin", "address", "typed"]
    accuracy_m: Annotated[float, Field(ge=0, le=100_000)] | None = None
    at: datetime | None = None


def one_answer_each(consents: list[ConsentValues]) -> list[ConsentValues]:
    """Each medium once, in one order."""
    if len({consent.medium for consent in consents}) < len(consents):
        raise PydanticCustomError("unknown_choice", "a medium twice")
    return sorted(consents, key=lambda consent: consent.medium)


def _each_once(codes: list[str]) -> list[str]:
    return list(dict.fromkeys(codes))


Once = AfterValidator(_each_once)
Viewpoint = Annotated[str, one_of("viewpoint")]
Frailty = Annotated[str, one_of("fragility")]
Answer = Literal["yes", "no", "unknown"]
People = Annotated[int, Field(ge=0, le=100_000)] | None
