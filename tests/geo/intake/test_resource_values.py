"""One row of a list in the fields of the register."""

from dataclasses import replace
from datetime import date

import pytest

from geo.edits import opening_of, parse_values
from geo.intake.resource_values import read_row
from geo.openings import opening_dates, words_all
from geo.sources.resource_rows import ResourceRow

NOTHING = ResourceRow(
    row=2,
    sheet="",
    key=None,
    categories=(),
    name="茶話会",
    kana="",
    address="",
    lon=136.01,
    lat=32.51,
    phone="",
    contact="",
    url="",
    description="",
    days="",
    opens="",
    closes="",
    days_note="",
    holidays="",
    months="",
    first_day="",
    last_day="",
    capacity=None,
    provider="",
    eligibility="",
    fee="",
    booking="",
    accepting="",
    service_areas="",
    shown="",
    landmark="",
    confirmed_on_text="",
    note="",
    municipality=None,
    details=(),
    other={},
    notes=(),
)


def read(kind="salon", **cells):
    return read_row(replace(NOTHING, **cells), kind)


def lines(**cells):
    values = parse_values(read(**cells).values)
    return words_all([opening_of(opening) for opening in values["openings"]])


def test_what_a_list_does_not_say_is_empty_and_not_guessed():
    values = parse_values(read().values)
    assert (values["openings"], values["accepting"], values["service_areas"]) == ([], "unknown", [])
    assert (values["public"], values["place_shown"], values["closed_on"]) == (True, "exact", None)
    assert (values["eligibility"], values["confirmed_on"]) == ("unknown", None)


def test_a_remark_and_what_else_one_wants_to_know_stand_in_the_description():
    values = read(
        categories=("ふれあいサロン",),
        description="お茶とおしゃべり。",
        note="見学できます。",
        details=(("バリアフリー情報", "いすの席あり"),),
    ).values
    assert values["description"].split("\n") == [
        "ふれあいサロン",
        "お茶とおしゃべり。",
        "見学できます。",
        "バリアフリー情報：いすの席あり",
    ]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            {"days": "第2水曜", "opens": "10:00", "closes": "11:30"}
            | {"first_day": "2026-10-01", "last_day": "2027-03-31"},
            "第2水曜 10:00〜11:30（令和8年10月1日から令和9年3月31日まで）",
        ),
        (
            {"first_day": "2026/10/4", "opens": "10:00", "closes": "15:00"},
            "令和8年10月4日 10:00〜15:00",
        ),
        (
            {"first_day": "R8.10.4", "last_day": "R8.10.5"},
            "令和8年10月4日・令和8年10月5日",
        ),
        (
            {"first_day": "2026-10-01", "last_day": "2027-03-31", "opens": "10:00"},
            "不定期 10:00 令和8年10月1日～令和9年3月31日（日は主催者に確かめてください）",
        ),
        ({"first_day": "10月ごろ"}, "10月ごろ（日は主催者に確かめてください）"),
        ({"days": "火・金", "holidays": "可"}, "毎週火・金曜（祝日も開く）"),
        ({"days": "月～金", "holidays": "不可"}, "平日"),
        ({"days": "火水木金土 11:00～15:00 祝日は休み"}, "毎週火〜土曜 11:00〜15:00（祝日は休み）"),
        ({"months": "3月～11月", "kind": "bench"}, "毎日（3〜11月）"),
    ],
)
def test_when_it_is_open(cells, expected):
    assert lines(**cells) == [expected]


def test_an_event_of_two_days_is_open_on_both():
    values = read(first_day="2026-10-04", last_day="2026-10-05", opens="10:00", closes="15:00")
    [opening] = [opening_of(one) for one in parse_values(values.values)["openings"]]
    assert opening_dates(opening, date(2026, 10, 1), 10) == [date(2026, 10, 4), date(2026, 10, 5)]


def test_days_that_end_before_they_begin_are_told():
    read_row_ = read(days="土日", first_day="2026-10-05", last_day="2026-10-01")
    assert [code for code, _ in read_row_.remarks] == ["openings_irregular"]


def test_a_van_at_a_gate_is_nobodys_business():
    """A halt at a house shows who can no longer shop."""
    cells = {"days": "火・金", "opens": "9:30", "closes": "9:50"}
    hidden = read(kind="mobile_shop", shown="非公開", **cells).values
    assert (hidden["public"], hidden["place_shown"]) == (False, "hidden")
    assert hidden["stops"][0]["shown"] == "hidden"
    landmark = read(kind="mobile_shop", shown="近くの目印のみ", landmark="松葉公園", **cells).values
    assert (landmark["public"], landmark["place_shown"]) == (True, "blurred")
    assert (landmark["stops"][0]["shown"], landmark["stops"][0]["landmark"]) == (
        "landmark",
        "松葉公園",
    )
    public = read(kind="mobile_shop", shown="公開", **cells).values
    assert (public["public"], public["place_shown"]) == (True, "exact")
    assert (public["stops"][0]["arrives_at"], public["stops"][0]["leaves_at"]) == ("09:30", "09:50")
    assert parse_values(public)["stops"][0]["lon"] == 136.01


def test_words_of_publication_that_nobody_knows_hide_the_entry_and_are_told():
    unknown = read(shown="要確認")
    assert (unknown.values["public"], unknown.remarks) == (False, [("shown_unread", "要確認")])


def test_a_treasure_is_for_staff_whatever_its_list_says():
    assert read(kind="treasure", shown="公開").values["public"] is False


def test_a_group_that_pauses_is_not_open():
    paused = read(note="令和2年3月から休止中")
    assert paused.values["closed_on"] == "2020-03-01"
    assert paused.values["closed_reason"] == "令和2年3月から休止中"
    assert paused.remarks == [("said_paused", "令和2年3月から休止中")]


def test_a_day_of_confirmation_that_cannot_be_read_is_told():
    assert read(confirmed_on_text="令和8年5月12日").values["confirmed_on"] == "2026-05-12"
    assert read(confirmed_on_text="5月ごろ").remarks == [("confirmed_unreadable", "5月ごろ")]


def test_what_a_field_cannot_hold_stands_in_the_description():
    long = "1回" + "100円、" * 60
    moved = read(fee=long, url="www.example.jp", phone="0000-00-0001")
    values = parse_values(moved.values)
    assert (values["fee"], values["url"], values["phone"]) == ("", "", "0000-00-0001")
    assert values["description"] == f"{long}\nwww.example.jp"
    assert [code for code, _ in moved.remarks] == ["moved_to_description"] * 2
    cut = read(description="あ" * 5_000)
    assert len(parse_values(cut.values)["description"]) == 4_000
    assert [code for code, _ in cut.remarks] == ["description_cut"]


def test_a_kind_that_a_municipality_made_itself_is_read_too():
    assert parse_values(read(kind="own_kind", months="4月～6月").values)["kind"] == "own_kind"


def test_words_about_room_that_say_something_else_are_told_and_kept():
    read_row_ = read(accepting="要相談")
    assert read_row_.values["accepting"] == "unknown"
    assert read_row_.values["description"] == "要相談"
    assert read_row_.remarks == [("accepting_unread", "要相談")]
