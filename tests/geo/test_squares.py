"""Squares of 250 m: a place lies in its own, its middle leads back to it, and nothing else is one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import squares
from geo.errors import Invalid
from geo.sources import model_town

JAPAN = st.tuples(st.floats(122.01, 153.9), st.floats(20.5, 45.5))


@pytest.mark.parametrize(
    ("lon", "lat", "square"),
    [
        # 総務省 「地域メッシュ統計の特質・沿革」: 5438-23-43 begins at 36°12'00" N, 138°24'45" E
        (138 + 24 / 60 + 46 / 3600, 36.2 + 1 / 3600, "5438234311"),
        (138 + 24 / 60 + 46 / 3600 + 22.5 / 3600, 36.2 + 8.5 / 3600, "5438234323"),
        (138 + 24 / 60 + 58 / 3600 + 22.5 / 3600, 36.2 + 24 / 3600, "5438234344"),
    ],
)
def test_known_squares(lon, lat, square):
    assert squares.square_of((lon, lat)) == square


@given(JAPAN)
def test_a_place_lies_in_its_square_and_the_middle_leads_back(lonlat):
    square = squares.square_of(lonlat)
    west, south, east, north = squares.box_of(square)
    assert west <= lonlat[0] < east
    assert south <= lonlat[1] < north
    assert squares.square_of(squares.middle_of(square)) == square


@given(JAPAN)
def test_a_corner_belongs_to_the_square_that_begins_there(lonlat):
    square = squares.square_of(lonlat)
    west, south, east, north = squares.box_of(square)
    assert squares.square_of((west, south)) == square
    assert squares.square_of((math.nextafter(east, 0), math.nextafter(north, 0))) == square
    assert squares.square_of((east, north)) != square


@given(JAPAN)
def test_nobody_lives_farther_from_the_middle_than_a_square_says(lonlat):
    square = squares.square_of(lonlat)
    assert 150 < squares.farthest_m(square) < 210


def test_a_square_of_the_model_town_is_some_185_metres_from_its_middle_to_a_corner():
    square = squares.square_of(model_town.corner_lonlat(20, 20))
    assert squares.farthest_m(square) == pytest.approx(187, abs=2)


@pytest.mark.parametrize(
    "text",
    [
        *("", "5438", "543823431", "54382343111", "5438234310", "5438234315", "5438934311"),
        *(
            "5498234311",
            "0038234311",
            "５４３８２３４３１１",
            "543823431\n",
            "5438234311 ",
            "abcdefghij",
        ),
        *("-438234311", "5438 34311", "5e38234311", "5438234311'"),
    ],
)
def test_what_is_no_square(text):
    with pytest.raises(Invalid) as refused:
        squares.parse(text)
    assert refused.value.facts["fields"] == {"square": "not_a_square"}


@pytest.mark.parametrize(
    "lonlat", [(0, 0), (float("nan"), 35), (135, float("inf")), (-200, 35), (135, 5), (179, 35)]
)
def test_a_place_outside_japan_has_none(lonlat):
    with pytest.raises(Invalid):
        squares.square_of(lonlat)
