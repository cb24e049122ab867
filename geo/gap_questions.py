"""届きにくさの問い: of whom, of what, within how many minutes and when, read from words as people type them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from geo.days import parse_date
from geo.errors import Invalid
from geo.openings.rhythm import HALVES, Rhythm, every_week, in_month, on_day, twice_a_month
from geo.possible_homes import BANDS, Living
from geo.streets.profile import TravelProfile

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_WEEK, TWICE_A_MONTH = "weekly", "twice_a_month"
LAW_MIN = 30.0  # 「おおむね30分以内」, 厚生労働省「地域包括ケアシステム」
AGE = 75  # our choice: whom a plan speaks of first; 65 and 85 are one press away
LONGEST_MIN = 60.0  # as geo.reach_questions
# Who may use it without a certificate of care (data/vocabularies.csv, eligibility)
OPEN_TO_ALL = ("anyone", "over_65")


@dataclass(frozen=True, slots=True)
class GapQuestion:
    """What the reader of a gap map asks.

    kinds    codes; reached is who reaches any of them, or each of them where ``each``
    level    whose areas people are counted by
    age      from this age on, one of BANDS
    minutes  the limit that leads; the practical limit of each kind is answered beside it
    profile  None: as each kind is reached (data/kinds.csv)
    rhythm   None: at any time
    open_to_all  only what one may use without a certificate of care
    """

    kinds: tuple[str, ...]
    level: str
    age: int
    minutes: float
    profile: TravelProfile | None
    rhythm: Rhythm | None
    open_to_all: bool = False
    each: bool = False

    @property
    def band(self) -> int:
        """The column of BANDS that is counted."""
        return BANDS.index(self.age)

    def check_counted(self, living: Living) -> None:
        """Raises Invalid where people live, and no source says how old they are: 0 of 0 would be no answer."""
        if not living.knows(self.band):
            raise Invalid(fields={"age": "ages_unknown"})

    @classmethod
    def parse(
        cls,
        words: Mapping[str, str],
        kinds: tuple[str, ...],
        level: str,
        as_of: date,
        among: Mapping[str, TravelProfile],
    ) -> "GapQuestion":
        """Read words as people type them: age, minutes, profile, day, at, month, on, open_to_all, each.

        day     mon … sun, weekly, twice_a_month; at: HH:MM, morning, afternoon; month: 1 to 12; on: a date
        as_of   the day from which twelve weeks are looked at
        among   profiles by code, as the municipality has them
        Raises Invalid naming every field that cannot be read.
        """
        problems: dict[str, str] = {}
        age = _one_of(words, "age", {"": AGE, **{str(band): band for band in BANDS}}, problems)
        profile = _one_of(words, "profile", among, problems)
        rhythm = _rhythm(words, as_of, problems)
        minutes = _minutes(words.get("minutes", ""), problems)
        if problems:
            raise Invalid(fields=problems)
        wide = words.get("open_to_all", "") == "1"
        each = words.get("each", "") == "1" and len(kinds) > 1
        return cls(kinds, level, age, minutes, profile, rhythm, wide, each)


def _one_of(
    words: Mapping[str, str], field: str, choices: Mapping[str, Any], problems: dict[str, str]
) -> Any:
    text = words.get(field, "").strip()
    if text and text not in choices:
        problems[field] = "unknown_choice"
    return choices.get(text)


def _minutes(text: str, problems: dict[str, str]) -> float:
    try:
        minutes = float(text) if text.strip() else LAW_MIN
    except ValueError:
        minutes = 0.0
    if not 1 <= minutes <= LONGEST_MIN:
        problems["minutes"] = "not_1_to_60"
    return minutes


def _rhythm(words: Mapping[str, str], as_of: date, problems: dict[str, str]) -> Rhythm | None:
    day, month, on = (words.get(name, "").strip() for name in ("day", "month", "on"))
    if day and day not in (*WEEKDAYS, EVERY_WEEK, TWICE_A_MONTH):
        problems["day"] = "unknown_choice"
    if month and month not in map(str, range(1, 13)):
        problems["month"] = "unknown_choice"
    date_ = parse_date(on) if on else None
    if on and date_ is None:
        problems["on"] = "not_a_date"
    at = _hour(words.get("at", "").strip(), problems)
    if problems:
        return None
    weekday = WEEKDAYS.index(day) if day in WEEKDAYS else None
    if date_:
        return on_day(date_, at)
    if month:
        return in_month(as_of, int(month), weekday, at)
    if day == TWICE_A_MONTH:
        return twice_a_month(as_of, at)
    return every_week(as_of, weekday, at) if day or at else None


def _hour(text: str, problems: dict[str, str]) -> time | tuple[time, time] | None:
    if not text or text in HALVES:
        return HALVES.get(text)
    try:
        return time.fromisoformat(text if len(text) > 4 else f"0{text}")
    except ValueError:
        problems["at"] = "not_a_time"
        return None
