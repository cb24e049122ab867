"""What a text about days and hours has said so far."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from geo.openings.clock import Hours
from geo.openings.opening import OnHolidays, Rule


class Days(NamedTuple):
    """Days that were named. ``rule`` None: every public holiday.

    on_holidays  what the words themselves say (平日 closed, 年中無休 open), else unknown
    is_firm      these can only be days that it is open (毎日, 平日, 月〜金): 「月曜、祝日休み」 closes
                 on Mondays, 「月〜金、祝日休み」 does not
    """

    rule: Rule | None
    on_holidays: OnHolidays = "unknown"
    is_firm: bool = False


@dataclass(slots=True)
class Reading:
    """What has been read of a text so far.

    slots     days and hours in the order written
    months    open months, one entry for each time months were spoken of
    holidays  "open" and "closed", as far as said
    off       weekdays said to be closed; ``pauses``: names of YEARLY_PAUSES, likewise
    dated     single days
    often     (週 or 月, times) of 「週2回」, to be held against the days
    is_rough  「10時ごろ」, or only 「午前」: the text has to stay beside the hours
    depth     brackets open here; ``is_new``: a new sentence has begun
    is_told   months, a span or a closing came after days: for days still to come it is unclear
              whether it holds for them too
    """

    slots: list[Days | Hours] = field(default_factory=list)
    months: list[tuple[int, ...]] = field(default_factory=list)
    holidays: set[OnHolidays] = field(default_factory=set)
    off: set[int] = field(default_factory=set)
    pauses: set[str] = field(default_factory=set)
    dated: set[date] = field(default_factory=set)
    often: list[tuple[str, int]] = field(default_factory=list)
    first_on: date | None = None
    last_on: date | None = None
    is_rough: bool = False
    depth: int = 0
    is_new: bool = False
    is_told: bool = False

    @property
    def days(self) -> list[Days]:
        return [slot for slot in self.slots if isinstance(slot, Days)]

    @property
    def hours(self) -> list[Hours]:
        return [slot for slot in self.slots if isinstance(slot, Hours)]

    @property
    def subjects(self) -> set[str]:
        """What the text speaks of at all."""
        spoken = {
            "days": self.days or self.dated or self.off or self.often,
            "hours": self.hours,
            "months": self.months,
            "pauses": self.holidays or self.pauses,
            "span": self.first_on or self.last_on,
        }
        return {subject for subject, found in spoken.items() if found}
