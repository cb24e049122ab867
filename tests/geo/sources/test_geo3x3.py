"""Places written in one word."""

import pytest

from geo.sources.geo3x3 import decode


def test_a_word_is_the_middle_of_its_cell():
    # 市民プラザたけふ, which 越前市's other list has at 35.9045, 136.1704
    lon, lat = decode("E913849882494589")
    assert (round(lon, 5), round(lat, 5)) == (136.17048, 35.90413)


def test_rows_may_be_counted_from_the_north():
    # the example of the author's 1.03: 35.658633790016204, 139.74546563023935
    lon, lat = decode("E3793653391822" + "5")
    assert (round(lon, 5), round(lat, 5)) == (139.74547, 35.65863)


@pytest.mark.parametrize("word", ["", "-", "E91384988", "W913849882494589", "E91384988249458x"])
def test_anything_else_is_no_place(word):
    assert decode(word) is None
