"""一年の予定: on every day of a year, what residents are told is planned is what a calendar on the wall has.

The entries of both invented towns and some that are hard to count, for 392 days, over New Year, Golden Week, Obon and,
with a second year, a 29 February: the next days and the wished day of さがす, the calendar files, the area handbook.
"""

import json
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import icalendar
import numpy as np
import pytest
from sqlalchemy.orm import Session

from geo import calendars, handbook
from geo.calendars import Told
from geo.demo import CITY
from geo.edits import opening_of
from geo.open_entries import AHEAD_DAYS, EntriesInMemory
from geo.openings import next_dates, words_all
from geo.records import districts, resources
from geo.records.database import open_engine
from geo.scope import EVERYBODY, Scope, house
from geo.sources.model_town import corner_lonlat
from geo.wishes import WEEKDAYS, Fit, Wish
from tests.conftest import TOWN
from tests.routes.making import make
from tests.wall_calendar import NOTES, planned

START = date(2026, 11, 30)  # a Monday
WINDOWS = [START + timedelta(days=AHEAD_DAYS * n) for n in range(14)]
YEAR = AHEAD_DAYS * len(WINDOWS)  # 392 days: a year, and whoever looks ahead from its end
LEAP_YEAR = date(2027, 11, 29)
MONTHS = [date(2026 + (10 + n) // 12, (10 + n) % 12 + 1, 1) for n in range(14)]

PLAIN = {
    **{"rrule": None, "first_on": None, "last_on": None, "opens_at": "10:00", "closes_at": "11:30"},
    **{"months": list(range(1, 13)), "on_holidays": "unknown", "except_on": [], "also_on": []},
    **{"irregular": False, "note": ""},
}
# What is hard to count. Each is a place of its own, with one opening or several.
HARD = {
    "第5月曜": [{"rrule": "FREQ=MONTHLY;BYDAY=5MO"}],
    "第5土曜と最終土曜": [{"rrule": "FREQ=MONTHLY;BYDAY=5SA,-1SA"}],
    "最終木曜": [{"rrule": "FREQ=MONTHLY;BYDAY=-1TH", "on_holidays": "closed"}],
    "末日": [{"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1"}],
    "29日・30日・31日": [{"rrule": "FREQ=MONTHLY;BYMONTHDAY=29,30,31"}],
    "隔週水曜": [{"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "first_on": "2026-09-02"}],
    "隔週の土日、日曜から": [
        {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU", "first_on": "2026-11-08"}
    ],
    "隔週、いつからか不明": [{"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"}],
    "隔月第2火曜": [{"rrule": "FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU", "first_on": "2026-12-01"}],
    "3か月ごとの31日": [
        {"rrule": "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31", "first_on": "2026-10-31"}
    ],
    "10日ごと": [{"rrule": "FREQ=DAILY;INTERVAL=10", "first_on": "2026-11-25"}],
    "冬の朝市": [{"rrule": "FREQ=WEEKLY;BYDAY=SU", "months": [11, 12, 1, 2]}],
    "冬は休む茶話会": [{"rrule": "FREQ=WEEKLY;BYDAY=TU,FR", "months": [4, 5, 6, 7, 8, 9, 10, 11]}],
    "祝日は休む月曜": [{"rrule": "FREQ=WEEKLY;BYDAY=MO", "on_holidays": "closed"}],
    "祝日も開く月曜": [{"rrule": "FREQ=WEEKLY;BYDAY=MO", "on_holidays": "open"}],
    "祝日だけ": [{"on_holidays": "open", "opens_at": "09:00", "closes_at": None}],
    "土日祝": [{"rrule": "FREQ=WEEKLY;BYDAY=SA,SU"}, {"on_holidays": "open"}],
    "月曜休館、祝日のときは翌日": [
        {"rrule": "FREQ=WEEKLY;BYDAY=TU,WE,TH,FR,SA,SU", "note": "月曜休館（祝日のときは翌日）"}
    ],
    "年末年始休み": [{"rrule": "FREQ=DAILY", "note": "年末年始は休み"}],
    "お盆も": [{"rrule": "FREQ=DAILY", "note": "お盆・年末年始は休み"}],
    "元日だけ休み": [{"rrule": "FREQ=DAILY", "note": "1月1日は休み"}],
    "三が日休み": [{"rrule": "FREQ=DAILY", "note": "1月1日から3日は休み"}],
    "暮れから": [{"rrule": "FREQ=DAILY", "note": "12月29日～1月3日は休み"}],
    "大みそかから": [{"rrule": "FREQ=DAILY", "note": "12/31〜1/3は休業"}],
    "元日と終戦の日": [{"rrule": "FREQ=DAILY", "note": "元日と8月15日は休み"}],
    "どの年か言わない": [{"rrule": "FREQ=DAILY", "months": [5], "note": "5月12日は休み"}],
    "運休": [
        {"rrule": "FREQ=MONTHLY;BYDAY=2MO,4MO", "on_holidays": "closed", "note": "祝日は運休"}
    ],
    "うるう日休み": [{"rrule": "FREQ=DAILY", "months": [2], "note": "毎年2月29日は休み"}],
    "臨時の休みと臨時の日": [
        {
            "rrule": "FREQ=WEEKLY;BYDAY=TH",
            "months": [1, 2, 3, 4, 5, 6],
            "on_holidays": "closed",
            "except_on": ["2027-01-07", "2027-02-04"],
            "also_on": ["2026-12-30", "2027-02-11", "2027-02-04", "2027-08-19"],
        }
    ],
    "単発の三日": [{"also_on": ["2026-12-05", "2027-05-05", "2027-11-03"]}],
    "一日だけ": [{"first_on": "2027-02-14", "last_on": "2027-02-14"}],
    "春から": [{"rrule": "FREQ=WEEKLY;BYDAY=WE", "first_on": "2027-04-01"}],
    "年度まで": [
        {"rrule": "FREQ=WEEKLY;BYDAY=WE", "first_on": "2026-10-01", "last_on": "2027-03-31"}
    ],
    "不定期、日は決まったものだけ": [{"irregular": True, "also_on": ["2026-12-12", "2027-06-12"]}],
    "午前と午後": [
        {"rrule": "FREQ=MONTHLY;BYDAY=1TU,3TU"},
        {"rrule": "FREQ=MONTHLY;BYDAY=1TU,4FR", "opens_at": "13:00", "closes_at": "15:00"},
    ],
    "夜から朝": [{"rrule": "FREQ=WEEKLY;BYDAY=FR", "opens_at": "21:00", "closes_at": "01:00"}],
    "時刻は不明": [{"rrule": "FREQ=WEEKLY;BYDAY=TH", "opens_at": None, "closes_at": None}],
}


@pytest.fixture
def hard(db) -> dict[UUID, str]:
    """Id → name of what is hard to count, all west of the middle of 碁盤町."""
    return {
        make(
            db,
            name=name,
            kind="salon",
            public=True,
            place=list(corner_lonlat(5, 5)),
            openings=[PLAIN | one for one in openings],
        ): name
        for name, openings in HARD.items()
    }


@pytest.fixture(scope="module")
def city_db(mihon_databases):
    """みほん市, to be read."""
    engine = open_engine(lambda: mihon_databases.application)
    with Session(engine) as db:
        yield db
    engine.dispose()


def test_the_wall_calendar_itself_by_hand():
    """What everything below is held against, on days that anybody can look up."""

    def days(name, start=START, count=YEAR):
        return [
            f"{day:%m-%d}" for day in planned([PLAIN | one for one in HARD[name]], start, count)
        ]

    assert days("第5月曜") == ["11-30", "03-29", "05-31", "08-30", "11-29"]
    assert days("祝日だけ")[:6] == ["01-01", "01-11", "02-11", "02-23", "03-21", "03-22"]
    assert days("隔月第2火曜") == ["12-08", "02-09", "04-13", "06-08", "08-10", "10-12", "12-14"]
    assert days("3か月ごとの31日") == ["01-31", "07-31", "10-31"]  # of April there are thirty
    assert days("29日・30日・31日", date(2028, 2, 1), 29) == ["02-29"]
    assert days("月曜休館、祝日のときは翌日", date(2027, 1, 9), 6) == [
        *("01-09", "01-10", "01-11", "01-13", "01-14")
    ]
    assert days("臨時の休みと臨時の日")[:6] == [
        *("12-30", "01-14", "01-21", "01-28", "02-11", "02-18")
    ]
    assert days("三が日休み", date(2026, 12, 31), 5) == ["12-31", "01-04"]
    assert "隔週、いつからか不明" in HARD
    assert days("隔週、いつからか不明") == []


def said_once(rows):
    """(position, row) of the first that says each plan."""
    first = {json.dumps(row.openings): (at, row) for at, row in reversed(list(enumerate(rows)))}
    return list(first.values())


def disagreements(entries, windows):
    """(name, day) of which the next four weeks of さがす and the wall calendar say different things."""
    found = []
    for at, row in said_once(entries.rows):
        for start in windows:
            told = set(entries.dates(at, start))
            there = set(planned(row.openings, start, AHEAD_DAYS))
            found += [(row.name, day.isoformat(), day in told) for day in sorted(told ^ there)]
    return found


def test_a_year_of_every_entry_of_gobancho_and_of_what_is_hard_to_count(db, hard):
    entries = EntriesInMemory().of(db, TOWN)
    assert {row.name for row in entries.rows} >= set(HARD)
    assert disagreements(entries, WINDOWS) == []
    leap = [LEAP_YEAR + timedelta(days=AHEAD_DAYS * n) for n in range(13)]
    assert disagreements(entries, leap) == []


def test_a_year_of_every_entry_of_mihon(city_db):
    entries = EntriesInMemory().of(city_db, CITY.code)
    assert len(entries.rows) > 600
    assert {one["note"] for row in entries.rows for one in row.openings} <= set(NOTES)
    assert disagreements(entries, WINDOWS) == []


def test_hours_of_every_day_of_a_year_of_mihon(city_db):
    found = []
    for _, row in said_once(EntriesInMemory().of(city_db, CITY.code).rows):
        told: dict[date, set[tuple[time | None, time | None]]] = {}
        for one in calendars.planned(map(opening_of, row.openings), START, YEAR):
            told.setdefault(one.day, set()).add((one.opens_at, one.closes_at))
        there = planned(row.openings, START, YEAR)
        found += [(row.name, day) for day in told.keys() | there.keys() if told.get(day) != there.get(day)]  # fmt: skip
    assert found == []


def test_what_has_paused_has_no_days_from_then_on(db):
    every_tuesday = [PLAIN | {"rrule": "FREQ=WEEKLY;BYDAY=TU"}]
    where = {"public": True, "place": list(corner_lonlat(5, 5)), "openings": every_tuesday}
    paused = make(db, name="休止した会", paused_on="2026-10-01", **where)
    pausing = make(db, name="年明けから休む会", paused_on="2027-01-06", **where)
    entries = EntriesInMemory().of(db, TOWN)
    assert entries.dates(entries.at[paused], START) == ()
    assert [day.isoformat() for day in entries.dates(entries.at[pausing], date(2026, 12, 20))] == [
        *("2026-12-22", "2026-12-29", "2027-01-05")
    ]
    assert Wish(day="tue").fits(entries, np.array([entries.at[paused]]), START) == [Fit.NO]
    assert words_all(entries.openings(entries.at[paused])) == ["毎週火曜 10:00〜11:30"]
    _, values = resources.load_values(db, house(TOWN), [paused])[paused]
    assert values["openings"][0]["last_on"] is None  # staff write, and Excel brings, what was said


def test_a_wished_day_is_a_planned_day_all_the_year(db, hard):
    entries = EntriesInMemory().of(db, TOWN)
    wishes = {day: Wish(day=day) for day in ("today", "tomorrow", "week", *WEEKDAYS)}
    rows = np.array([entries.at[id_] for id_ in hard])
    plans = [set(planned(entries.rows[at].openings, START, YEAR + AHEAD_DAYS)) for at in rows]
    openings = [entries.rows[at].openings for at in rows]
    is_asked = [all(o["irregular"] and not o["also_on"] for o in several) for several in openings]
    wrong = []
    for n in range(365):
        today = START + timedelta(days=n)
        ahead = [today + timedelta(days=k) for k in range(AHEAD_DAYS)]
        wanted = {"today": ahead[:1], "tomorrow": ahead[1:2], "week": ahead[:7]}
        wanted |= {name: ahead[(k - today.weekday()) % 7 :: 7] for k, name in enumerate(WEEKDAYS)}
        for name, wish in wishes.items():
            there = [
                Fit.UNKNOWN if asked else Fit.NO if days.isdisjoint(wanted[name]) else Fit.YES
                for asked, days in zip(is_asked, plans, strict=True)
            ]
            if wish.fits(entries, rows, today).tolist() != there:
                wrong.append((today.isoformat(), name))
    assert wrong == []


def test_the_next_days_of_a_page_are_the_first_that_are_planned(db, hard):
    entries = EntriesInMemory().of(db, TOWN)
    for id_, name in hard.items():
        openings = entries.rows[entries.at[id_]].openings
        days = sorted(planned(openings, START, 760))
        for n in range(0, 365, 30):
            today = START + timedelta(days=n)
            first = [day for day in days if today <= day < today + timedelta(days=365)][:3]
            told = next_dates(map(opening_of, openings), today)
            assert [day for day in told if day < today + timedelta(days=365)] == first, name


@pytest.mark.parametrize("today", [START, date(2027, 5, 30)])
def test_a_calendar_file_has_each_planned_day_with_its_hours(db, hard, today):
    """Two files of half a year are a year; what opens daily is in the tests above."""
    entries = EntriesInMemory().of(db, TOWN)
    rows = [entries.rows[entries.at[id_]] for id_ in hard]
    days = (calendars.until(today) - today).days
    told, expected = [], []
    for row in rows:
        plan = planned(row.openings, today, days)
        if len(plan) < 60:
            there = calendars.planned(map(opening_of, row.openings), today, days)
            told.append((Told(row.id, row.name, "", "", "", "", None, 1), there))
            expected += [(row.name, *ends(day, *one)) for day, some in plan.items() for one in some]
    file = icalendar.Calendar.from_ical(calendars.write("", "", uuid4(), told, datetime.now(UTC)))
    events = [(str(e["SUMMARY"]), str(e.start), str(e.get("DTEND") and e.end)) for e in file.events]
    assert len(events) > 200
    assert sorted(events) == sorted(expected)


def ends(day, opens, closes):
    """Beginning and end of an event, as RFC 5545 has them; whole days without a beginning."""
    if opens is None:
        return str(day), str(day + timedelta(days=1))
    start = datetime.combine(day, opens)
    if closes is None:
        return f"{start}+09:00", "None"
    end = datetime.combine(day + timedelta(days=closes <= opens), closes)
    return f"{start}+09:00", f"{end}+09:00"


def test_the_handbook_of_each_month_has_the_days_of_the_wall_calendar(db, hard):
    everybody = Scope(TOWN, EVERYBODY.role)
    levels = [level.code for level in districts.list_levels(db, everybody)]
    areas = [one for code in levels for one in districts.list_at_level(db, everybody, code)]
    west = next(one.id for one in areas if one.name == "西中学校")
    told = handbook.load_months(db, everybody, west, MONTHS, START)
    assert {entry.row.name for entry in told[0].entries} >= set(HARD)
    assert wrong_months(told) == []


def test_the_handbook_of_an_area_of_mihon_has_the_days_of_the_wall_calendar(city_db):
    everybody = Scope(CITY.code, EVERYBODY.role)
    area = districts.list_at_level(city_db, everybody, "chiku")[0]
    told = handbook.load_months(city_db, everybody, area.id, MONTHS, START)
    assert len(told[0].entries) > 10
    assert wrong_months(told) == []


def wrong_months(told):
    """What the calendars of some months say otherwise than the wall calendar."""
    wrong = []
    for one in told:
        squares = {day.day: day for week in one.weeks for day in week if not day.is_outside}
        there: dict[date, list[int]] = {day: [] for day in squares}
        for entry in one.entries:
            days = planned(entry.row.openings, one.month, len(squares))
            if {day.day for day in entry.days} != set(days):
                wrong.append((one.month, entry.row.name))
            if len(days) <= handbook.OFTEN:
                for day, hours in days.items():
                    there[day] += [entry.number] * len(hours)
        wrong += [
            (one.month, day)
            for day, numbers in there.items()
            if sorted(number for number, *_ in squares[day].at) != sorted(numbers)
        ]
    return wrong
