"""Numbers that Excel and years of copying have changed."""

import pytest

from geo.sources import numbers


@pytest.mark.parametrize(
    ("written", "read", "is_restored"),
    [
        ("", "", False),
        ("0778-22-1084", "0778-22-1084", False),
        ("778221084", "0778221084", True),  # a cell of numbers: nine digits are never local
        ("778221084.0", "0778221084", True),
        ("9012345678", "09012345678", True),
        ("120123456", "0120123456", True),
        ("778-22-1084", "0778-22-1084", True),
        ("22-1084", "22-1084", False),  # local, without an area code
        ("1234567890", "1234567890", False),  # ten digits that no mobile begins with: not certain
        ("２７－２１５５", "27-2155", False),
        ("0778- 22-3271", "0778-22-3271", False),
        ("0778ー22ー3271", "0778-22-3271", False),
        ("２３－１１１４（太子園２３－３４４８）", "23-1114(太子園23-3448)", False),
        ("なし", "なし", False),
    ],
)
def test_a_telephone_number_gets_its_zero_back_where_that_is_certain(written, read, is_restored):
    assert numbers.phone(written) == (read, (numbers.ZERO_RESTORED,) if is_restored else ())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("鯖江市旭町４?４?９", "鯖江市旭町４-４-９"),
        ("中央1？2", "中央1-2"),
        ("なに?", "なに?"),
        ("府中1-2", "府中1-2"),
    ],
)
def test_dashes_that_became_question_marks_between_digits_are_dashes(written, read):
    text, notes = numbers.with_dashes(written)
    assert (text, bool(notes)) == (read, written != read)


@pytest.mark.parametrize(
    ("written", "read"),
    [("0.4375", "10:30"), (".5", "12:00"), ("0.395833333333333", "9:30"), ("10:30", "10:30")],
)
def test_a_time_may_be_a_part_of_a_day(written, read):
    assert numbers.clock(written)[0] == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("46154", "2026-05-12"),
        ("46154.0", "2026-05-12"),
        ("20260512", "20260512"),
        ("12345", "12345"),  # 1933: no date of today's lists
        ("令和8年5月12日", "令和8年5月12日"),
    ],
)
def test_a_date_may_be_a_number_of_days(written, read):
    assert numbers.day(written)[0] == read
