"""移動のしかた: how fast people move as a municipality says, and the one gate where it says so.

What it never changed is as delivered (``data/profiles.csv``).
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from geo.days import plain
from geo.errors import Invalid, NotAllowed, NotFound
from geo.records import audit, travel_profiles, versions
from geo.records.database import take_turns
from geo.records.travel_profiles import OwnSpeed
from geo.scope import Role, Scope
from geo.streets.network import Mode
from geo.streets.profile import TravelProfile, profiles

EDITORS = (Role.OFFICIAL, Role.ADMINISTRATOR)
SLOWEST, FASTEST, FASTEST_RIDE = 10, 300, 500  # metres a minute, our choice: 0.6, 18 and 30 km/h
STEEPEST = 30  # per cent, our choice: beyond it streets are steps
LONGEST_SOURCE = 200  # characters, our choice
THING = "travel_profile"  # in the audit
NOUN = "travel_profiles"  # of versions


@dataclass(frozen=True, slots=True)
class Speed:
    """What a municipality says of one profile.

    metres_per_min     from SLOWEST to FASTEST, of a bicycle to FASTEST_RIDE
    max_slope_percent  from 1 to STEEPEST; None for a profile without a steepest grade
    source             where the numbers are from
    """

    metres_per_min: float
    max_slope_percent: float | None
    source: str

    @classmethod
    def parse(cls, profile: TravelProfile, words: Mapping[str, str]) -> "Speed":
        """Read words as people type them, of the fields above. Raises Invalid naming every field that cannot
        be read."""
        problems: dict[str, str] = {}
        rides = profile.mode == Mode.BICYCLE
        fastest, refusal = (FASTEST_RIDE, "not_10_to_500") if rides else (FASTEST, "not_10_to_300")
        metres = _number(words, "metres_per_min", (SLOWEST, fastest, refusal), problems)
        slope = None
        if np.isfinite(profile.max_slope):
            slope = _number(words, "max_slope_percent", (1, STEEPEST, "not_1_to_30"), problems)
        source = " ".join(words.get("source", "").split())
        if not source:
            problems["source"] = "required"
        elif len(source) > LONGEST_SOURCE:
            problems["source"] = "longer_than_200"
        elif not source.isprintable():
            problems["source"] = "bad_character"
        if problems:
            raise Invalid(fields=problems)
        return cls(metres, slope, source)


def in_use(db: Session, scope: Scope) -> dict[str, TravelProfile]:
    """Every profile as the scope's municipality has it, by code, in the order of the delivered ones; as
    delivered for the scope of all of them, of which none speaks for the others."""
    rows = travel_profiles.list_all(db, scope) if scope.municipality else []
    own = {row.code: row for row in rows}
    return {
        code: _changed(profile, own[code]) if code in own else profile
        for code, profile in profiles().items()
    }


def is_editable(profile: TravelProfile) -> bool:
    """Whether a municipality may have its own numbers: cars go by the class of road (DECISIONS)."""
    return profile.mode != Mode.CAR


def is_own(profile: TravelProfile) -> bool:
    """Whether a profile in use says anything else than the delivered one."""
    delivered = profiles()[profile.code]
    return profile != delivered or profile.source != delivered.source


def get_editable(code: str) -> TravelProfile:
    """The delivered profile of a code that a municipality may change. Raises NotFound."""
    profile = profiles().get(code)
    if profile is None or not is_editable(profile):
        raise NotFound(thing="profile", id=code)
    return profile


def change(db: Session, scope: Scope, code: str, words: Mapping[str, str]) -> bool:
    """Have the municipality's own numbers of a profile; whether anything changed.

    Raises NotFound, NotAllowed, and Invalid naming the fields of ``Speed``.
    """
    profile = get_editable(code)
    _check_may_change(scope)
    said = Speed.parse(profile, words)
    take_turns(db, scope, THING)
    before = _kept(db, scope, code)
    if said == before:
        return False
    travel_profiles.save(db, scope, code, said.metres_per_min, said.max_slope_percent, said.source)
    audit.save(db, scope, "change", THING, code, asdict(before) if before else None, asdict(said))
    versions.raise_version(db, scope, NOUN)
    return True


def restore(db: Session, scope: Scope, code: str) -> bool:
    """Go back to the delivered numbers of a profile; whether anything changed. Raises NotFound, NotAllowed."""
    get_editable(code)
    _check_may_change(scope)
    take_turns(db, scope, THING)
    before = _kept(db, scope, code)
    if before is None:
        return False
    travel_profiles.save_without(db, scope, code)
    audit.save(db, scope, "restore", THING, code, asdict(before), None)
    versions.raise_version(db, scope, NOUN)
    return True


def _check_may_change(scope: Scope) -> None:
    if scope.role not in EDITORS or scope.municipality is None:
        raise NotAllowed(action="change_profile")


def _kept(db: Session, scope: Scope, code: str) -> Speed | None:
    row = travel_profiles.find(db, scope, code)
    return Speed(row.metres_per_min, row.max_slope_percent, row.source) if row else None


def _changed(profile: TravelProfile, own: OwnSpeed) -> TravelProfile:
    slope = own.max_slope_percent
    return replace(
        profile,
        metres_per_min=own.metres_per_min,
        max_slope=profile.max_slope if slope is None else slope / 100,
        source=own.source,
    )


def _number(
    words: Mapping[str, str],
    field: str,
    within: tuple[float, float, str],
    problems: dict[str, str],
) -> float:
    """A number from the least to the most, in full-width digits too; the problem is noted."""
    least, most, refusal = within
    text = plain(words.get(field, ""))
    if not text:
        problems[field] = "required"
    elif not re.fullmatch(r"\d{1,4}(?:\.\d{1,2})?", text, flags=re.ASCII):
        problems[field] = "not_a_number"
    elif not least <= float(text) <= most:
        problems[field] = refusal
    return 0.0 if field in problems else float(text)
