"""予定表: what is planned, and the same read back from the file, against an expansion of its own."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import icalendar
import pytest
from holidays.countries.japan import Japan

from geo.calendars import MOST_EVENTS, Planned, Told, planned, told_until, until, write
from geo.openings import Opening

AT = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
START = date(2026, 11, 30)
ONE = Told(UUID(int=7), "茶話会（予定）", "電話 0776-00-0000", "松葉町1-2", "https://x.example/r", "サロン", None, 3)  # fmt: skip


def read(days, told=ONE):
    """The events of a file, read again by the library."""
    file = icalendar.Calendar.from_ical(write("予定", "", uuid4(), [(told, days)], AT))
    return file, file.events


def second_and_fourth_tuesdays(start, days):
    """An expansion of its own: counted day by day, as one does with a calendar on the wall."""
    seen = [start + timedelta(days=n) for n in range(days)]
    return [day for day in seen if day.weekday() == 1 and (day.day - 1) // 7 in (1, 3)]


def test_half_a_year_of_second_and_fourth_tuesdays_closed_on_holidays_and_in_winter():
    opening = Opening(
        "FREQ=MONTHLY;BYDAY=2TU,4TU",
        opens_at=time(10),
        closes_at=time(11, 30),
        months=(3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
        on_holidays="closed",
        except_on=(date(2026, 12, 8),),
        also_on=(date(2027, 1, 5),),
    )
    days = (until(START) - START).days
    _, events = read(planned([opening], START, days))
    closed = Japan(years=(2026, 2027))
    expected = {
        day
        for day in second_and_fourth_tuesdays(START, days)
        if day not in closed and day.month not in (1, 2) and day != date(2026, 12, 8)
    } | {date(2027, 1, 5)}
    assert len(expected) > 5
    assert {event.start.date() for event in events} == expected
    for event in events:
        assert (event.start.hour, event.end - event.start) == (10, timedelta(hours=1, minutes=30))
        assert event.start.utcoffset() == timedelta(hours=9)


@pytest.mark.parametrize(
    ("hours", "start", "end"),
    [
        ((None, None), date(2026, 12, 1), date(2026, 12, 2)),
        ((None, time(15)), date(2026, 12, 1), date(2026, 12, 2)),
        ((time(0), time(0)), date(2026, 12, 1), date(2026, 12, 2)),
        ((time(21), time(1)), (2026, 12, 1, 21), (2026, 12, 2, 1)),
    ],
    ids=["no hours", "an end alone", "the whole day", "past midnight"],
)
def test_hours_that_are_not_known_make_a_whole_day_and_those_past_midnight_end_tomorrow(
    hours, start, end
):
    _, (event,) = read([Planned(date(2026, 12, 1), *hours)])
    if isinstance(start, tuple):
        assert (event.start, event.end) == tuple(
            datetime(*at, tzinfo=event.start.tzinfo) for at in (start, end)
        )
    else:
        assert (event.start, event.end) == (start, end)


def test_an_end_that_nobody_said_is_not_made_up():
    _, (event,) = read([Planned(date(2026, 12, 1), time(13), None)])
    assert "DTEND" not in event
    assert "DURATION" not in event


def test_an_event_keeps_its_name_when_its_hours_change_and_says_that_it_is_a_plan():
    _, (before,) = read([Planned(date(2026, 12, 1), time(10), time(11))])
    _, (after,) = read([Planned(date(2026, 12, 1), time(13), time(14))])
    assert before["UID"] == after["UID"]
    assert before["STATUS"] == "TENTATIVE"
    assert before["TRANSP"] == "TRANSPARENT"
    assert before["SUMMARY"] == "茶話会（予定）"
    _, two = read([Planned(date(2026, 12, 1), time(h), None) for h in (10, 13)])
    assert len({event["UID"] for event in two}) == 2


def test_what_has_no_place_for_everybody_has_none_in_the_file():
    shown = Told(UUID(int=7), "a", "", "松葉町1-2", "", "", (136.017, 32.516), 1)
    hidden = Told(UUID(int=7), "a", "", "", "", "", None, 1)
    day = [Planned(date(2026, 12, 1), None, None)]
    _, (event,) = read(day, shown)
    assert (event["LOCATION"], event["GEO"].to_ical()) == ("松葉町1-2", "32.516;136.017")
    _, (event,) = read(day, hidden)
    assert "LOCATION" not in event
    assert "GEO" not in event


def test_the_file_names_its_zone_and_when_to_ask_again():
    file, _ = read([Planned(date(2026, 12, 1), time(10), time(11))])
    assert [zone.tz_name for zone in file.timezones] == ["Asia/Tokyo"]
    assert file["METHOD"] == "PUBLISH"
    assert file.refresh_interval == timedelta(days=1)


def test_two_openings_that_say_the_same_day_are_one():
    opening = Opening("FREQ=WEEKLY;BYDAY=TU", opens_at=time(10), closes_at=time(11))
    assert planned([opening, opening], START, 14) == planned([opening], START, 14)


def test_the_end_of_half_a_year():
    assert until(date(2026, 5, 15)) == date(2026, 11, 15)
    assert until(date(2026, 8, 31)) == date(2027, 3, 3)  # no February has a 31st: no day too few


def test_a_large_selection_is_told_less_far_ahead_for_all_alike():
    daily = [Planned(START + timedelta(days=n), None, None) for n in range(180)]
    end = until(START)
    assert told_until([daily] * 3, end) == end
    last = told_until([daily] * 30, end)
    assert sum(one.day < last for one in daily) * 30 <= MOST_EVENTS
    assert last == START + timedelta(days=MOST_EVENTS // 30)
