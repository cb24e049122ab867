"""Municipality codes as files spell them."""

import pytest

from geo.sources.municipality_code import check_digit, read_code


def test_the_check_digits_of_sabae_utsunomiya_and_chiyoda():
    assert (check_digit("18207"), check_digit("09201"), check_digit("13101")) == ("9", "1", "6")


@pytest.mark.parametrize(
    ("text", "code"),
    [("18207", "18207"), ("182079", "18207"), (" １８２０７９ ", "18207"), ("18207.0", "18207")],
)
def test_five_digits_and_six_are_the_same_municipality(text, code):
    assert read_code(text) == (code, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("92011", "09201"),  # 宇都宮市 092011: no prefecture 92
        ("1202", "01202"),  # 函館市, five digits
        ("12025", "01202"),  # 函館市 012025: no municipality of 千葉県 has a third digit 0
    ],
)
def test_a_zero_that_excel_took_is_given_back_and_said(text, code):
    assert read_code(text) == (code, "code_zero_restored")


def test_the_invented_towns_have_codes():
    assert read_code("99001") == read_code("990019") == ("99001", None)


def test_a_prefecture_keeps_its_five_digits():
    assert read_code("18000") == ("18000", None)


@pytest.mark.parametrize(
    "text", ["", "鯖江市", "182078", "58207", "18", "1820790", "-18207", "1E5"]
)
def test_what_is_no_code_is_none(text):
    assert read_code(text) == (None, None)
