"""予定表: the days on which something is planned, and the same as an iCalendar file (RFC 5545).

Days are written out one by one, not as a rule: no rule of RFC 5545 knows Japanese holidays, seasonal pauses or a
closing that a holiday moves. An event is a plan (tentative, and it blocks nobody's time), never a promise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from geo.openings import Opening, opening_dates

JAPAN = ZoneInfo("Asia/Tokyo")
MONTHS = 6  # our choice: until then; a calendar that is subscribed to is asked for again
MOST_EVENTS = (
    600  # our choice: a millisecond each; of more, the days to come are told less far ahead
)
_MIDNIGHT = time(0)
_ASK_AGAIN = timedelta(days=1)  # our choice: of who subscribes


@dataclass(frozen=True, slots=True, order=True)
class Planned:
    """One planned opening of a day. opens_at, closes_at: local wall time, None where it is not known; closes_at at or
    before opens_at is past midnight."""

    day: date
    opens_at: time | None
    closes_at: time | None

    @property
    def is_all_day(self) -> bool:
        """Whether it has no beginning that one could be on time for."""
        return self.opens_at is None or self.opens_at == self.closes_at == _MIDNIGHT


@dataclass(frozen=True, slots=True)
class Told:
    """A resource as its events say it. Words of the door; "" leaves a property out.

    lonlat  only of a place that everybody may see as it is
    """

    id: UUID
    summary: str
    description: str
    location: str
    url: str
    category: str
    lonlat: tuple[float, float] | None
    revision: int


def planned(openings: Iterable[Opening], start: date, days: int) -> list[Planned]:
    """What is planned from a day on, so many days, in the order of time; what two openings say alike once."""
    found = {
        Planned(day, opening.opens_at, opening.closes_at)
        for opening in openings
        for day in opening_dates(opening, start, days)
    }
    return sorted(found, key=_in_time)


def until(as_of: date) -> date:
    """The first day that a calendar of a day no longer tells of: the same day MONTHS later."""
    months = as_of.year * 12 + as_of.month - 1 + MONTHS
    first = date(months // 12, months % 12 + 1, 1)
    return first + timedelta(days=as_of.day - 1)  # 31 August is 3 March: no day too few


def told_until(several: Sequence[Sequence[Planned]], end: date) -> date:
    """The first day of which a file of all of these tells nothing more: ``end``, or sooner where that would be more
    than MOST_EVENTS; whole days, the same for all."""
    all_days = sorted(one.day for days in several for one in days)
    return all_days[MOST_EVENTS] if len(all_days) > MOST_EVENTS else end


def write(
    name: str,
    description: str,
    uid: UUID,
    entries: Sequence[tuple[Told, Sequence[Planned]]],
    at: datetime,
) -> bytes:
    """The file: an event for each planned day. ``uid``: of the file; ``at``: the moment of writing, with a zone.

    The UID of an event is its resource, its day and its place among the day's: a calendar that has it takes new
    hours for it, not for another event.
    """
    calendar = Calendar.new(
        name=name,
        description=description,
        uid=uid,
        prodid="-//Engawa//JP",
        method="PUBLISH",
        refresh_interval=_ASK_AGAIN,
    )
    calendar.add("x-wr-timezone", JAPAN.key)
    for told, days in entries:
        counted: dict[date, int] = {}
        for one in days:
            counted[one.day] = counted.get(one.day, 0) + 1
            calendar.add_component(_event(told, one, counted[one.day], at))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(told: Told, one: Planned, nth: int, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{told.id}-{one.day:%Y%m%d}-{nth}@engawa")
    event.add("dtstamp", at)
    event.add("sequence", told.revision)
    start, end = _ends(one)
    event.add("dtstart", start)
    if end is not None:
        event.add("dtend", end)
    for name, words in (
        ("summary", told.summary),
        ("description", told.description),
        ("location", told.location),
        ("url", told.url),
    ):
        if words:
            event.add(name, words)
    if told.category:
        event.add("categories", [told.category])
    if told.lonlat:
        lon, lat = told.lonlat
        event.add("geo", (round(lat, 6), round(lon, 6)))
    event.add("status", "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    return event


def _ends(one: Planned) -> tuple[date | datetime, date | datetime | None]:
    """Beginning and end (exclusive); the end is None where nobody said it: no hour is guessed."""
    if one.opens_at is None or one.is_all_day:
        return one.day, one.day + timedelta(days=1)
    start = datetime.combine(one.day, one.opens_at, JAPAN)
    if one.closes_at is None:
        return start, None
    is_next_day = one.closes_at <= one.opens_at
    closes_on = one.day + timedelta(days=1) if is_next_day else one.day
    return start, datetime.combine(closes_on, one.closes_at, JAPAN)


def _in_time(one: Planned) -> tuple[date, time, time]:
    return one.day, one.opens_at or _MIDNIGHT, one.closes_at or time.max
