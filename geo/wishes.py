"""希望: what a resident wishes of a place, and whether an entry fits: yes, no, or nobody has asked yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.errors import Invalid
from geo.fees import is_free
from geo.open_entries import AHEAD_DAYS, OpenEntries
from geo.openings import pause_of
from geo.records.kinds import Kind
from geo.topics import GATHERINGS, TOPICS, Topic

EVERYTHING = ""
ASKED_FOR: dict[str, Topic] = {"gatherings": GATHERINGS} | {
    topic: TOPICS[topic]
    for topic in (
        *("shopping", "medical", "meals", "household", "transport", "watching_over"),
        "consultation",
    )
}
WITHOUT_CERTIFICATE = ("anyone", "over_65")  # 介護の認定がなくても (vocabularies.csv)
CERTIFICATE = ("support_needed", "care_certified")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS = ("", "today", "tomorrow", "week", *WEEKDAYS)
# What a person ticks, and what an entry says of it.
ANSWERED = {
    "wheelchair": ("wheelchair", ("yes",)),
    "pick_up": ("pick_up", ("yes",)),
    "can_help": ("can_help", ("yes",)),
    "dementia": ("dementia_welcome", ("yes",)),
    "chairs": ("seating", ("chairs", "both")),
}
TICKED = ("no_certificate", "free", *ANSWERED)


class Fit(IntEnum):
    """Whether an entry is what was wished for."""

    NO = 0
    UNKNOWN = 1  # nobody asked the host yet: shown apart, never left out unsaid
    YES = 2


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wished. topic: of ASKED_FOR, kind: a code, day: of DAYS; "" asks nothing. ticked: of TICKED."""

    topic: str = EVERYTHING
    kind: str = ""
    day: str = ""
    ticked: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, words: Mapping[str, str], known: Mapping[str, Kind]) -> "Wish":
        """Read what a form says. Raises Invalid naming what cannot be read."""
        problems = {}
        topic, kind, day = (words.get(name, "") for name in ("topic", "kind", "day"))
        if topic and topic not in ASKED_FOR:
            problems["topic"] = "unknown_choice"
        if kind and kind not in known:
            problems["kind"] = "unknown_choice"
        if day not in DAYS:
            problems["day"] = "unknown_choice"
        if problems:
            raise Invalid(fields=problems)
        return cls(topic, kind, day, frozenset(name for name in TICKED if words.get(name)))

    def holds(self, kind: Kind) -> bool:
        """Whether a kind is asked about. Without a topic: what one joins, uses or meets others at in daily life, so
        neither what only stands there (a chair, an AED), nor a home to move into (a kind without a limit), nor a school."""
        if kind.staff_only:
            return False
        if self.kind:
            return kind.code == self.kind
        if self.topic:
            return ASKED_FOR[self.topic].holds(kind)
        if kind.reach == "there" or (kind.reach == "go" and kind.limit_min is None):
            return False
        return (
            bool({"activity", "service"} & {*kind.viewpoints}) or "gathering_place" in kind.fields
        )

    def fits(self, entries: OpenEntries, rows: NDArray[np.intp], today: date) -> NDArray[np.int8]:
        """(rows,) the ``Fit`` of some rows: the least that any part of the wish says."""
        least = np.full(len(rows), Fit.YES, np.int8)
        for name in self.ticked:
            said = entries.said(name, partial(_answer, entries, name))
            least = np.minimum(least, said[rows])
        if self.day:
            said = entries.said((self.day, today), lambda at: self._opens(entries, at, today))
            least = np.minimum(least, said[rows])
        return least

    def _opens(self, entries: OpenEntries, at: int, today: date) -> Fit:
        openings, pause = entries.openings(at), pause_of(entries.rows[at])
        ahead = (today + timedelta(days=count) for count in range(AHEAD_DAYS))
        if pause and all(map(pause.holds, filter(self._is_day(today), ahead))):
            return Fit.NO
        if not openings and entries.kinds[entries.rows[at].kind].rhythm == "always":
            return Fit.YES
        if not openings or all(one.irregular and not one.also_on for one in openings):
            return Fit.UNKNOWN
        return Fit.YES if any(map(self._is_day(today), entries.dates(at, today))) else Fit.NO

    def _is_day(self, today: date) -> Any:
        if self.day in WEEKDAYS:
            weekday = WEEKDAYS.index(self.day)
            return lambda day: day.weekday() == weekday
        first, count = {"today": (0, 1), "tomorrow": (1, 1), "week": (0, 7)}[self.day]
        begin = today + timedelta(days=first)
        return lambda day: begin <= day < begin + timedelta(days=count)


def _answer(entries: OpenEntries, name: str, at: int) -> Fit:
    row = entries.rows[at]
    if name == "no_certificate":
        if row.eligibility in WITHOUT_CERTIFICATE:
            return Fit.YES
        return Fit.NO if row.eligibility in CERTIFICATE else Fit.UNKNOWN  # 町内の人だけ: ask
    if name == "free":
        said = is_free(row.fee)
        return Fit.UNKNOWN if said is None else Fit.YES if said else Fit.NO
    column, good = ANSWERED[name]
    answer = getattr(row, column)
    return Fit.UNKNOWN if answer == "unknown" else Fit.YES if answer in good else Fit.NO
