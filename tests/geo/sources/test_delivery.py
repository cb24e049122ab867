"""What every delivery shares: limits, encodings, tidy cells, where Japan is."""

from pathlib import Path

import numpy as np
import pytest

from geo.errors import Unreadable
from geo.sources.delivery import (
    MARKS,
    are_in_japan,
    decode,
    name_key,
    read_bytes,
    tidy,
    where_in_japan,
)


def reason(function, *given) -> str:
    with pytest.raises(Unreadable) as error:
        function(*given)
    return str(error.value.facts["reason"])


def test_a_file_over_the_limit_is_not_read(tmp_path):
    large = tmp_path / "large.csv"
    large.write_bytes(b"a" * 1_000_001)
    assert reason(read_bytes, large, 1) == "too_large"


def test_a_folder_a_device_and_nothing_cannot_be_opened(tmp_path):
    for path in (tmp_path, Path("/dev/zero"), tmp_path / "missing.csv"):
        assert reason(read_bytes, path, 1) == "cannot_open"


def test_a_file_of_blanks_is_empty(tmp_path):
    blank = tmp_path / "blank.csv"
    blank.write_bytes(b" \r\n\t\n")
    assert reason(read_bytes, blank, 1) == "empty"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_text_is_the_same_in_every_encoding_an_office_uses(encoding):
    assert decode("茶話会①髙﨑～".encode(encoding)) == type(decode(b""))("茶話会①髙﨑～", encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_not_guessed_at(encoding):
    assert reason(decode, "名称,住所\n".encode(encoding)) == "not_text"


def test_zero_bytes_are_no_text_even_behind_a_mark():
    assert reason(decode, b"name,\x00") == "not_text"
    assert reason(decode, "\ufeffname\0".encode("utf-16-le")) == "not_text"


def test_bytes_of_no_encoding_are_refused():
    assert reason(decode, b"\x81\xff\xff name") == "encoding_unknown"
    assert reason(decode, b"\xef\xbb\xbf\x93\xfa") == "encoding_unknown"  # says utf-8, is cp932


def test_a_cell_loses_its_ends_and_what_cannot_be_kept():
    assert tidy("\u3000 茶話会\u3000まつば \t") == "茶話会\u3000まつば"
    assert tidy("一行\r\n二行\r") == "一行\n二行"
    assert tidy("a\x00b\ud800c\u200b\ufeff") == "abc"
    assert tidy("-") == "-"
    assert tidy("=①") == "=①"


def test_a_name_has_one_key_however_it_is_typed():
    assert name_key("霞ヶ丘　第２ 中学校") == name_key("霞ケ丘第2中学校") == "霞ケ丘第2中学校"


@pytest.mark.parametrize(
    ("box", "answer"),
    [
        ((136.1, 35.9, 136.2, 36.0), None),
        ((153.99, 24.28, 153.99, 24.28), None),  # 南鳥島
        ((35.9, 136.1, 36.0, 136.2), "swapped_axes"),
        ((0.0, 0.0, 0.0, 0.0), "outside_japan"),
        ((136.1, 35.9, 200.0, 36.0), "outside_japan"),
        ((-7000.0, -12000.0, -6000.0, -11000.0), "outside_japan"),  # metres of a plane zone
    ],
)
def test_a_box_is_in_japan_or_swapped_or_outside(box, answer):
    assert where_in_japan(*box) == answer
    assert are_in_japan(np.array([box], dtype=float)).tolist() == [answer is None]


def test_what_is_no_number_is_nowhere_in_japan():
    assert are_in_japan(np.array([[np.nan, 35, 136, 36]])).tolist() == [False]
    assert are_in_japan(np.empty((0, 4))).tolist() == []


def test_a_letter_keeps_as_many_marks_as_a_language_has():
    assert tidy("か\u3099くぞう") == "か\u3099くぞう"
    marks = "\u0301\u0327" * 30_000
    assert tidy(f"茶{marks}の間") == f"茶{marks[:MARKS]}の間"
    assert (
        tidy("\u1100\u1161" * 40) == "\u1100\u1161" * 40
    )  # letters without marks stay, however many
