from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.openings import Opening, parse_openings, words
from geo.openings.opening import ALL_MONTHS, read_rule

TUESDAYS = "FREQ=WEEKLY;BYDAY=TU"
WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
ECHIZEN = Path(__file__).parents[4] / "shared/real/echizen/resource_list"


def said(openings):
    """The days and hours in words, without the host's notes."""
    return [words(opening) for opening in openings]


def rules(*cells, **more):
    return [opening.rrule for opening in parse_openings(*cells, **more)]


def kept_as_text(*cells, **more):
    openings = parse_openings(*cells, **more)
    assert [opening.irregular for opening in openings] == [True]
    assert openings[0].rrule is None
    return openings[0].note


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("火", TUESDAYS),
        ("毎週火曜日", TUESDAYS),
        ("毎週（火）", TUESDAYS),
        ("㈫", TUESDAYS),
        ("火曜のみ", TUESDAYS),
        ("週1回（火曜）", TUESDAYS),
        ("開催日：毎週火曜日", TUESDAYS),
        ("火・金", "FREQ=WEEKLY;BYDAY=TU,FR"),
        ("毎週火、金曜日", "FREQ=WEEKLY;BYDAY=TU,FR"),
        ("火曜日と金曜日", "FREQ=WEEKLY;BYDAY=TU,FR"),
        ("毎週火曜・毎週金曜", "FREQ=WEEKLY;BYDAY=TU,FR"),
        ("月・水・金", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
        ("月水金", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
        ("月;水;金", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
        ("月～金", WEEKDAYS),
        ("月〜金", WEEKDAYS),
        ("月-金", WEEKDAYS),
        ("月ー金", WEEKDAYS),
        ("㈪～㈮", WEEKDAYS),
        ("月から金", WEEKDAYS),
        ("月曜日から金曜日まで", WEEKDAYS),
        ("水～日", "FREQ=WEEKLY;BYDAY=WE,TH,FR,SA,SU"),
        ("土～月", "FREQ=WEEKLY;BYDAY=MO,SA,SU"),
        ("日月火水木金土", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU"),
        ("毎日", "FREQ=DAILY"),
        ("第2・第4火曜", "FREQ=MONTHLY;BYDAY=2TU,4TU"),
        ("第2・4火曜日", "FREQ=MONTHLY;BYDAY=2TU,4TU"),
        ("第２、第４火曜日", "FREQ=MONTHLY;BYDAY=2TU,4TU"),
        ("第2(火)・第4(火)", "FREQ=MONTHLY;BYDAY=2TU,4TU"),
        ("月2回 第2・第4火曜日", "FREQ=MONTHLY;BYDAY=2TU,4TU"),
        ("第1,3木曜日", "FREQ=MONTHLY;BYDAY=1TH,3TH"),
        ("第一・第三木曜日", "FREQ=MONTHLY;BYDAY=1TH,3TH"),
        ("毎月第1~3水曜日", "FREQ=MONTHLY;BYDAY=1WE,2WE,3WE"),
        ("毎月第3土曜日", "FREQ=MONTHLY;BYDAY=3SA"),
        ("毎月第2日曜日", "FREQ=MONTHLY;BYDAY=2SU"),
        ("第2・4月曜日", "FREQ=MONTHLY;BYDAY=2MO,4MO"),
        ("第1火曜・第3木曜", "FREQ=MONTHLY;BYDAY=1TU,3TH"),
        ("第2・4火・木曜", "FREQ=MONTHLY;BYDAY=2TU,4TU,2TH,4TH"),
        ("最終金曜", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("毎月15日", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("毎月1日・15日", "FREQ=MONTHLY;BYMONTHDAY=1,15"),
        ("毎月10・20・末日", "FREQ=MONTHLY;BYMONTHDAY=10,20,-1"),
        ("5のつく日", "FREQ=MONTHLY;BYMONTHDAY=5,15,25"),
        ("毎月0の付く日", "FREQ=MONTHLY;BYMONTHDAY=10,20,30"),
    ],
)
def test_days_are_read_however_they_are_written(text, rule):
    assert parse_openings(text) == (Opening(rule),)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("火曜・木曜（祝日を除く）", "FREQ=WEEKLY;BYDAY=TU,TH"),
        ("火曜・木曜(祝日は休み)", "FREQ=WEEKLY;BYDAY=TU,TH"),
        ("火・木、ただし祝日は休み", "FREQ=WEEKLY;BYDAY=TU,TH"),
        ("火・木。祝日は休みます", "FREQ=WEEKLY;BYDAY=TU,TH"),
        ("月火水木金（祝日除く）", WEEKDAYS),
        ("月～金、祝日休み", WEEKDAYS),
        ("平日", WEEKDAYS),
        ("平日（月～金）", WEEKDAYS),
        ("月～金（土日祝休み）", WEEKDAYS),
        ("日曜・祝日休み", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA"),
        ("月～土（日・祝休）", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA"),
        ("毎週月曜・祝日休館", "FREQ=WEEKLY;BYDAY=TU,WE,TH,FR,SA,SU"),
        ("火曜以外の平日", "FREQ=WEEKLY;BYDAY=MO,WE,TH,FR"),
        ("第3木曜（祝日不可）", "FREQ=MONTHLY;BYDAY=3TH"),
    ],
)
def test_days_that_are_closed_on_public_holidays(text, rule):
    assert parse_openings(text) == (Opening(rule, on_holidays="closed"),)


def test_open_on_public_holidays():
    assert parse_openings("年中無休") == (Opening("FREQ=DAILY", on_holidays="open"),)
    assert parse_openings("毎週月曜（祝日も開催）") == (
        Opening("FREQ=WEEKLY;BYDAY=MO", on_holidays="open"),
    )
    assert parse_openings("土日祝") == (
        Opening("FREQ=WEEKLY;BYDAY=SA,SU", on_holidays="open"),
        Opening(None, on_holidays="open"),
    )
    assert parse_openings("土・日・祝日") == parse_openings("土日祝")


def test_a_closed_day_alone_means_the_other_six():
    assert rules("水曜定休日") == ["FREQ=WEEKLY;BYDAY=MO,TU,TH,FR,SA,SU"]
    assert rules("水曜休館日") == rules("水曜定休")


def test_new_year_is_kept_as_a_note_that_counts():
    assert parse_openings("毎週金曜（祝日、年末年始を除く）") == (
        Opening("FREQ=WEEKLY;BYDAY=FR", on_holidays="closed", note="年末年始は休み"),
    )
    assert parse_openings("お盆・年末年始を除く毎週水曜") == (
        Opening("FREQ=WEEKLY;BYDAY=WE", note="年末年始は休み、お盆は休み"),
    )


@pytest.mark.parametrize(
    ("opens", "closes", "hours"),
    [
        ("10:00", "11:30", (time(10), time(11, 30))),
        ("10:00:00", "11:30:00", (time(10), time(11, 30))),
        ("10時", "11時30分", (time(10), time(11, 30))),
        ("９：３０", "１１：００", (time(9, 30), time(11))),
        ("午前10時", "午後1時半", (time(10), time(13, 30))),
        ("10:00～11:30", "", (time(10), time(11, 30))),
        ("10:00-11:30", "", (time(10), time(11, 30))),
        ("10:00～", "11:30", (time(10), time(11, 30))),
        ("午前９時３０分から午後７時まで", "", (time(9, 30), time(19))),
        ("午後1時半～3時", "", (time(13, 30), time(15))),
        ("午後1時30分から15時", "", (time(13, 30), time(15))),
        ("9時～正午", "", (time(9), time(12))),
        ("13～15時", "", (time(13), time(15))),
        ("午前10時から午後0時30分", "", (time(10), time(12, 30))),
        ("0:00", "24:00", (time(0), time(0))),
        ("18:00", "24:00", (time(18), time(0))),
        ("22:00～翌6:00", "", (time(22), time(6))),
        ("10:00～", "", (time(10), None)),
        ("10時", "", (time(10), None)),
        ("", "17:00", (None, time(17))),
    ],
)
def test_hours_are_read_however_they_are_written(opens, closes, hours):
    expected = Opening(TUESDAYS, opens_at=hours[0], closes_at=hours[1])
    assert parse_openings("火", opens, closes) == (expected,)


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        ("11:30", "10:00"),
        ("10:00", "10:00"),
        ("1:30", "3:00"),  # in the afternoon, most likely; not certainly
        ("午前12時", "13:00"),  # noon or midnight
        ("25:00", "26:00"),
        ("9:60", ""),
        ("18:00", "2:00"),
        ("10:00～12:00～14:00", ""),
        ("朝", ""),
        ("10:00～受付", ""),
    ],
)
def test_hours_that_could_be_others_are_not_read(opens, closes):
    note = kept_as_text("火", opens, closes)
    assert note == " ".join(["火", f"{opens}〜{closes}" if closes else opens])


def test_two_ranges_a_day_are_two_openings():
    assert parse_openings("火", "9:00-12:00、13:00-17:00") == (
        Opening(TUESDAYS, opens_at=time(9), closes_at=time(12)),
        Opening(TUESDAYS, opens_at=time(13), closes_at=time(17)),
    )


def test_each_day_with_its_own_hours():
    assert said(parse_openings("月・木 9時～正午、土 13時～15時")) == [
        "毎週月・木曜 9:00〜12:00",
        "毎週土曜 13:00〜15:00",
    ]
    assert said(parse_openings("月～金 8:30～17:15／土 8:30～12:00（日・祝休）")) == [
        "平日 8:30〜17:15",
        "毎週土曜 8:30〜12:00（祝日は休み）",
    ]


def test_half_a_day_is_kept_as_text_beside_the_days():
    assert parse_openings("第1水曜日 午後") == (
        Opening("FREQ=MONTHLY;BYDAY=1WE", note="第1水曜日 午後"),
    )
    assert said(parse_openings("火曜午前・木曜 13:00~15:00")) == [
        "毎週火曜",
        "毎週木曜 13:00〜15:00",
    ]
    assert parse_openings("火曜10時ごろ")[0].note == "火曜10時ごろ"


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("4月～11月", (4, 5, 6, 7, 8, 9, 10, 11)),
        ("12月～3月休止", (4, 5, 6, 7, 8, 9, 10, 11)),
        ("冬季休止", (4, 5, 6, 7, 8, 9, 10, 11)),
        ("冬期は休み", (4, 5, 6, 7, 8, 9, 10, 11)),
        ("冬季（12月～2月）休止", (3, 4, 5, 6, 7, 8, 9, 10, 11)),
        ("7・8月休み", (1, 2, 3, 4, 5, 6, 9, 10, 11, 12)),
        ("7月、8月は休み", (1, 2, 3, 4, 5, 6, 9, 10, 11, 12)),
        ("猛暑休み", (1, 2, 3, 4, 5, 6, 9, 10, 11, 12)),
        ("8月を除く", (1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12)),
        ("偶数月", (2, 4, 6, 8, 10, 12)),
        ("11月～翌2月", (1, 2, 11, 12)),
        ("通年", ALL_MONTHS),
        ("4月～翌3月", ALL_MONTHS),
    ],
)
def test_months_are_read_in_their_own_cell_and_beside_the_days(text, months):
    assert parse_openings("火", months=text) == (Opening(TUESDAYS, months=months),)
    assert parse_openings(f"毎週火曜（{text}）") == (Opening(TUESDAYS, months=months),)


def test_pauses_whose_months_differ_from_place_to_place_are_not_guessed():
    for text in ("夏季休止", "農繁期は休み", "13月休み", "春", "4月～11月以外の月"):
        assert kept_as_text("火", months=text) == f"火 {text}"


def test_a_remark_wholly_about_pauses_counts_and_stays():
    assert parse_openings("火", note="祝日は休み。要予約") == (
        Opening(TUESDAYS, on_holidays="closed", note="祝日は休み。要予約"),
    )
    assert parse_openings("火", note="駐車場あり") == (Opening(TUESDAYS, note="駐車場あり"),)
    assert rules("月～金", note="木曜は休み") == ["FREQ=WEEKLY;BYDAY=MO,TU,WE,FR"]


@pytest.mark.parametrize(
    "note", ["第2・第4", "隔週", "月2回", "木曜午後休診", "第5火曜は休み", "不定期", "毎週水曜"]
)
def test_a_remark_that_makes_the_days_untrue_makes_it_irregular(note):
    assert kept_as_text("月～金", note=note) == f"月～金 {note}"


def test_every_second_week_needs_to_know_from_when():
    assert kept_as_text("隔週水曜") == "隔週水曜"
    assert parse_openings("隔週水曜（令和8年11月4日から）") == (
        Opening("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", first_on=date(2026, 11, 4)),
    )


def test_dates_with_a_year_are_read():
    assert parse_openings("令和8年11月20日(金)・2026/12/4", "10:00", "12:00") == (
        Opening(
            None,
            opens_at=time(10),
            closes_at=time(12),
            also_on=(date(2026, 11, 20), date(2026, 12, 4)),
        ),
    )
    assert parse_openings("令和8年4月1日～令和9年3月31日 毎週火曜") == (
        Opening(TUESDAYS, first_on=date(2026, 4, 1), last_on=date(2027, 3, 31)),
    )


def test_irregular_is_irregular():
    assert parse_openings("不定期") == (Opening(None, irregular=True),)
    assert parse_openings("不定期", note="電話で") == (
        Opening(None, irregular=True, note="電話で"),
    )
    assert kept_as_text("随時") == "随時"


@pytest.mark.parametrize(
    "text",
    [
        "月曜、祝日休み",  # closed on Mondays, or open?
        "毎週火曜、祝日は休み",
        "木、日、祝日休診",
        "月～金、土、日曜休み",
        "月水金祝日休み",
        "第2火曜・木曜",  # every Thursday, or the second?
        "火曜、第2土曜（4～11月）",  # the months of both, or of Saturday?
        "火曜（4～11月）・木曜",
        "月～金（祝日を除く）、土 9:00～12:00",
        "火 10:00～12:00、木",
        "第2火曜日または第3火曜日",
        "第2・第4週の火曜日",
        "毎週水曜（第5水曜を除く）",
        "第1火曜日（1月は第2火曜日）",
        "月（祝日の場合は翌日）",
        "年中無休（水曜休み）",
        "週1回（火・金）",
        "月1回",
        "月末",
        "日中",
        "土休日",
        "1のつく日",  # the tenth to the nineteenth too?
        "毎月32日",
        "10日・20日",
        "11月20日",
        "2026年11月20日(木)",
        "火曜日の夜",
        "火）",
        "火（10:00～12:00",
        "日曜・8月は休み",
        "第2火曜、冬季休止",
        "令和9年4月1日から令和8年3月31日まで 毎週火曜",
    ],
)
def test_what_could_mean_two_things_is_kept_as_text(text):
    assert kept_as_text(text) == text


def test_nothing_written_is_no_opening():
    assert parse_openings("") == ()
    assert parse_openings(" ", "-", "－", "", "　") == ()


def test_hours_without_days_are_not_every_day():
    assert kept_as_text("", "9:00", "17:00") == "9:00〜17:00"


@given(st.text(), st.text(), st.text(), st.text())
def test_no_text_breaks_the_reading(days, opens, note, months):
    parse_openings(days, opens, note=note, months=months)


DAY_PIECES = ["火曜", "木", "金曜日", "土", "日", "毎週", "第2", "第1・3", "最終", "平日"]
PIECES = st.sampled_from(
    [*DAY_PIECES, "・", "、", "。", " ", "（", "）", "10:00〜11:30", "13時〜", "午後", "4〜11月"]
)


@given(st.lists(PIECES, max_size=9).map("".join))
def test_no_named_weekday_is_lost_and_none_is_added(text):
    openings = parse_openings(text)
    if not openings or openings[0].irregular:
        assert not text.strip() or text.strip() in openings[0].note
        return
    named = {day for day in "火木金土" if day in text}
    named |= {"日"} if "日" in text.replace("曜日", "").replace("平日", "") else set()
    named |= set("月火水木金") if "平日" in text else set()
    said = [read_rule(opening.rrule) for opening in openings if opening.rrule]
    found = {day for rule in said for day in (*rule.weekdays, *(day for day, _ in rule.nth))}
    assert found == {"月火水木金土日".index(day) for day in named}


@pytest.mark.skipif(not ECHIZEN.exists(), reason=f"real lists are not here: {ECHIZEN}")
def test_every_row_of_echizens_meal_list_is_read():
    lines = (ECHIZEN / "syokujiservice.csv").read_text("utf-8-sig").splitlines()[1:]
    rows = [line.split(",") for line in lines]
    read = [parse_openings(row[3], note=f"祝日{row[4]}" if row[4] else "") for row in rows]
    assert [said(openings) for openings in read] == [
        ["毎週火・金曜（祝日も開く）"],
        ["毎週木曜（祝日は休み）"],
        ["毎週水曜（祝日は休み）"],
        ["平日"],
        ["毎週火曜（祝日も開く）"],
        ["毎週金曜"],
        ["毎週月〜金曜（祝日も開く）"],
        ["平日"],
        ["毎週月〜金曜（祝日も開く）"],
        ["毎週水曜（祝日は休み）"],
    ]
