from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.openings import Opening, parse_openings, words, words_all

TUESDAYS = "FREQ=WEEKLY;BYDAY=TU"


@pytest.mark.parametrize(
    ("opening", "said"),
    [
        (Opening(TUESDAYS, opens_at=time(10), closes_at=time(11, 30)), "毎週火曜 10:00〜11:30"),
        (
            Opening(
                "FREQ=MONTHLY;BYDAY=2TU,4TU",
                opens_at=time(13, 30),
                closes_at=time(15),
                on_holidays="closed",
            ),
            "第2・第4火曜 13:30〜15:00（祝日は休み）",
        ),
        (Opening(None, irregular=True), "不定期（主催者に確かめてください）"),
        (Opening(TUESDAYS, months=(4, 5, 6, 7, 8, 9, 10, 11)), "毎週火曜（4〜11月）"),
        (Opening(TUESDAYS, months=(1, 2, 3, 12)), "毎週火曜（12〜3月）"),
        (Opening(TUESDAYS, months=(1, 2, 3, 4, 5, 6, 9, 10, 11, 12)), "毎週火曜（7・8月は休み）"),
        (Opening(TUESDAYS, months=(5, 8, 11)), "毎週火曜（5・8・11月）"),
        (Opening("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"), "毎週月〜金曜"),
        (Opening("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", on_holidays="closed"), "平日"),
        (Opening("FREQ=WEEKLY;BYDAY=SA,SU", on_holidays="open"), "毎週土・日曜（祝日も開く）"),
        (Opening(None, on_holidays="open"), "祝日"),
        (Opening("FREQ=DAILY", on_holidays="open"), "年中無休"),
        (Opening("FREQ=DAILY", opens_at=time(0), closes_at=time(0)), "毎日 24時間"),
        (Opening(TUESDAYS, opens_at=time(18), closes_at=time(0)), "毎週火曜 18:00〜24:00"),
        (Opening(TUESDAYS, opens_at=time(22), closes_at=time(6)), "毎週火曜 22:00〜翌6:00"),
        (Opening(TUESDAYS, opens_at=time(5), closes_at=time(8)), "毎週火曜 午前5:00〜8:00"),
        (Opening(TUESDAYS, opens_at=time(9, 5)), "毎週火曜 9:05〜"),
        (Opening("FREQ=MONTHLY;BYDAY=1TU,3TH,-1FR"), "第1火曜、第3木曜、最終金曜"),
        (Opening("FREQ=MONTHLY;BYMONTHDAY=5,15,-1"), "毎月5日・15日・末日"),
        (Opening("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"), "隔週水曜（日は主催者に確かめてください）"),
        (
            Opening("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", first_on=date(2026, 11, 4)),
            "隔週水曜（令和8年11月4日から）",
        ),
        (
            Opening(TUESDAYS, last_on=date(2027, 3, 31), note="年末年始は休み"),
            "毎週火曜（年末年始は休み、令和9年3月31日まで）",
        ),
        (Opening(None, also_on=(date(2026, 11, 20),)), "令和8年11月20日"),
        (
            Opening("FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU", date(2026, 4, 1)),
            "隔月 第2火曜（令和8年4月1日から）",
        ),
    ],
)
def test_an_opening_is_said_as_people_say_it(opening, said):
    assert words(opening) == said


def test_several_openings_are_several_lines_and_none_twice():
    morning = Opening(TUESDAYS, opens_at=time(9), closes_at=time(12))
    evening = Opening(TUESDAYS, opens_at=time(13), closes_at=time(17))
    assert words_all([morning, evening, morning]) == [
        "毎週火曜 9:00〜12:00",
        "毎週火曜 13:00〜17:00",
    ]
    assert words_all([]) == []


def test_the_hosts_own_words_stand_beside_the_days_unless_they_say_the_same():
    rain = Opening(TUESDAYS, note="雨の日は休み")
    holiday = Opening(TUESDAYS, on_holidays="closed", note="祝日は休み")
    unknown = Opening(None, irregular=True, note="満月の夜")
    assert words_all([rain, holiday, unknown]) == [
        "毎週火曜　雨の日は休み",
        "毎週火曜（祝日は休み）",
        "満月の夜（日は主催者に確かめてください）",
    ]


def day_codes(numbers=("",)):
    """Codes as the reading puts them: Monday first, the last of the month after the fifth."""
    codes = [f"{n}{day}" for day in ("MO", "TU", "WE", "TH", "FR", "SA", "SU") for n in numbers]
    chosen = st.sets(st.sampled_from(codes), min_size=1, max_size=7)
    return chosen.map(lambda found: ",".join(code for code in codes if code in found))


MONTHDAYS = st.sets(st.sampled_from([*range(1, 32), -1]), min_size=1, max_size=4).map(
    lambda days: ",".join(str(day) for day in sorted(days, key=lambda day: (day < 0, day)))
)
RULES = st.one_of(
    day_codes().map("FREQ=WEEKLY;BYDAY={}".format),
    day_codes().map("FREQ=WEEKLY;INTERVAL=2;BYDAY={}".format),
    day_codes((1, 2, 3, 4, 5, -1)).map("FREQ=MONTHLY;BYDAY={}".format),
    MONTHDAYS.map("FREQ=MONTHLY;BYMONTHDAY={}".format),
    st.just("FREQ=DAILY"),
)
CLOCK = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
HOURS = st.one_of(
    st.just((None, None)),
    st.tuples(CLOCK, st.none()),
    st.tuples(st.none(), CLOCK),
    st.tuples(CLOCK, CLOCK).filter(lambda hours: hours[0] != hours[1] or hours[0] == time(0)),
)
MONTHS = st.sets(st.integers(1, 12), min_size=1).map(lambda months: tuple(sorted(months)))
SPANS = st.tuples(
    st.none() | st.dates(date(2019, 5, 1), date(2026, 11, 20)),
    st.none() | st.dates(date(2026, 11, 21), date(2040, 1, 1)),
)
NOTES = st.sampled_from(["", "年末年始は休み", "お盆は休み", "年末年始は休み、お盆は休み"])


REMARKS = st.fixed_dictionaries(
    {"months": MONTHS, "on_holidays": st.sampled_from(["open", "closed", "unknown"]), "note": NOTES}
)


@given(RULES, HOURS, SPANS, REMARKS)
def test_what_is_said_is_read_back_as_the_same_opening(rule, hours, span, remarks):
    if "INTERVAL" in rule and span[0] is None:
        span = (date(2026, 4, 1), span[1])
    opening = Opening(rule, *span, *hours, **remarks)
    assert parse_openings(words(opening)) == (opening,)


@given(HOURS, MONTHS, SPANS)
def test_public_holidays_are_read_back_too(hours, months, span):
    opening = Opening(None, *span, *hours, months, on_holidays="open")
    assert parse_openings(words(opening)) == (opening,)


@given(st.sets(st.dates(date(2019, 5, 1), date(2040, 1, 1)), min_size=1, max_size=4), HOURS)
def test_single_days_are_read_back_too(days, hours):
    opening = Opening(None, also_on=tuple(sorted(days)), opens_at=hours[0], closes_at=hours[1])
    assert parse_openings(words(opening)) == (opening,)
