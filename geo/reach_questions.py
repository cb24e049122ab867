"""到達圏の問い: who walks how, from where, and for how many minutes, read from words as people type them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.errors import Invalid
from geo.sources.delivery import where_in_japan
from geo.streets.profile import MODIFIERS, TravelProfile, profiles

__all__ = [
    "MODIFIERS",
    "PUBLIC_MINUTES",
    "STAFF_MINUTES",
    "ReachQuestion",
    "TravelProfile",
    "Walk",
    "profiles",
    "steps_to",
]

LONGEST_MIN = (
    60  # our choice: twice the measure of the law; what is farther is not "near" for anybody
)
PUBLIC_MINUTES = (5, 10, 15, 20, 30)  # MEANING 5
STAFF_MINUTES = (*PUBLIC_MINUTES, 45, 60)  # our choice of what a page offers
STEPS = 5  # our choice: bands on a page's map
MOST_BANDS = 10  # our choice: more cannot be told apart on a map


def steps_to(minutes: str) -> str:
    """The limits that a map draws for the widest one, as ``Walk.parse`` reads them: those offered below it,
    as many as can be told apart. Other words stay as they are."""
    if minutes not in map(str, STAFF_MINUTES):
        return minutes
    steps = [step for step in STAFF_MINUTES if step <= int(minutes)]
    return ",".join(map(str, steps[-STEPS:]))


@dataclass(frozen=True, slots=True)
class Walk:
    """How somebody moves, and the limits one asks for in minutes, the least first.

    backward  the way to the place, not from it
    """

    profile: TravelProfile
    minutes: tuple[float, ...]
    backward: bool = False

    @classmethod
    def parse(
        cls,
        profile: str,
        minutes: str,
        modifiers: Sequence[str] = (),
        *,
        backward: bool = False,
        only: Sequence[int] = (),
        among: Mapping[str, TravelProfile] | None = None,
    ) -> "Walk":
        """Read words as people type them: a profile's code, minutes with commas between, modifiers.

        only   the minutes that this reader may ask for; empty: any from 1 to 60
        among  profiles by code, as the municipality has them (geo.travel_profiles.in_use); None: as delivered
        Raises Invalid naming every field that cannot be read.
        """
        problems: dict[str, str] = {}
        known = profiles() if among is None else among
        if profile not in known:
            problems["profile"] = "unknown_choice"
        if not set(modifiers) <= set(MODIFIERS):
            problems["modifiers"] = "unknown_choice"
        limits = _minutes(minutes)
        if not limits or len(limits) > MOST_BANDS:
            problems["minutes"] = "not_1_to_60"
        elif only and not set(limits) <= set(only):
            problems["minutes"] = "not_public_minutes"
        if problems:
            raise Invalid(fields=problems)
        return cls(known[profile].with_modifiers(*modifiers), limits, backward)

    @property
    def longest_s(self) -> float:
        """The widest limit in seconds."""
        return self.minutes[-1] * 60

    @property
    def limits_s(self) -> tuple[float, ...]:
        """All limits in seconds."""
        return tuple(minutes * 60 for minutes in self.minutes)


@dataclass(frozen=True, slots=True)
class ReachQuestion:
    """From where, and how one walks from there."""

    walk: Walk
    lon: float
    lat: float

    @classmethod
    def parse(
        cls, profile: str, place: str, minutes: str, modifiers: Sequence[str] = (), **more: object
    ) -> "ReachQuestion":
        """Read words as people type them: as ``Walk.parse``, and "LON,LAT".

        Raises Invalid naming every field that cannot be read.
        """
        problems: dict[str, str] = {}
        lonlat = _lonlat(place, problems)
        try:
            walk = Walk.parse(profile, minutes, modifiers, **more)  # type: ignore[arg-type]
        except Invalid as refused:
            raise Invalid(fields={**problems, **refused.facts["fields"]}) from None  # type: ignore[dict-item]
        if problems:
            raise Invalid(fields=problems)
        return cls(walk, *lonlat)


def _lonlat(text: str, problems: dict[str, str]) -> tuple[float, float]:
    number = r"\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*"
    found = re.fullmatch(f"{number},{number}", text, flags=re.ASCII)
    if not found:
        problems["from"] = "not_lon_lat"
        return 0.0, 0.0
    lon, lat = float(found[1]), float(found[2])
    outside = where_in_japan(lon, lat, lon, lat)
    if outside:
        problems["from"] = outside
    return lon, lat


def _minutes(text: str) -> tuple[float, ...]:
    """Numbers from 1 to 60 with commas between, the least first, each once; () for anything else."""
    number = r"\d{1,3}(?:\.\d{1,3})?"
    if not re.fullmatch(rf"\s*{number}\s*(?:,\s*{number}\s*)*", text, flags=re.ASCII):
        return ()
    minutes = sorted({float(part) for part in text.split(",")})
    return tuple(minutes) if minutes[0] >= 1 and minutes[-1] <= LONGEST_MIN else ()
