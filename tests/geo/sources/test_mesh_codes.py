"""JIS X 0410: squares by their codes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.sources import mesh_codes
from geo.sources.mihon.mesh import mesh_codes as codes_of

MINUTE, SECOND = 1 / 60, 1 / 3600


@pytest.mark.parametrize(
    ("code", "west", "south", "wide", "high"),
    [
        # 総務省 「地域メッシュ統計の特質・沿革」: 5438-23-43 is 36°12'00" N, 138°24'45" E
        (54382343, 138 + 24 * MINUTE + 45 * SECOND, 36 + 12 * MINUTE, 45, 30),
        (53394611, 139.7625, 35 + 40 * MINUTE + 30 * SECOND, 45, 30),  # 東京駅
        (543823431, 138 + 24 * MINUTE + 45 * SECOND, 36 + 12 * MINUTE, 22.5, 15),
        (543823434, 138.4125 + 22.5 * SECOND, 36.2 + 15 * SECOND, 22.5, 15),
        (5438234342, 138.4125 + 33.75 * SECOND, 36.2 + 15 * SECOND, 11.25, 7.5),
        (54382343421, 138.4125 + 33.75 * SECOND, 36.2 + 15 * SECOND, 5.625, 3.75),
    ],
)
def test_known_corners(code, west, south, wide, high):
    box = mesh_codes.boxes(np.array([code]))[0]
    expected = (west, south, west + wide * SECOND, south + high * SECOND)
    assert box == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    "code",
    [
        *(533986114, 533968114, 533946115, 533946110, 993946114, 533999114),
        *(53394611, 5339461141, 0, 1, 2**40),
    ],
)
def test_what_is_no_code_of_500_metres(code):
    assert not mesh_codes.is_code(np.array([code]), 9)[0]


def test_neighbours_share_their_corners_to_the_last_bit():
    west, east = mesh_codes.boxes(np.array([533946112, 533946121]))
    south, north = mesh_codes.boxes(np.array([533946113, 533946211]))
    assert west[2] == east[0]
    assert south[3] == north[1]


@given(st.floats(122.01, 153.9), st.floats(20.5, 45.5), st.sampled_from("HQ"))
def test_a_place_lies_in_the_square_of_its_code(lon, lat, size):
    """Against the other direction, which みほん市's files are written by."""
    code = codes_of(np.array([[lon, lat]]), size)
    box = mesh_codes.boxes(code)[0]
    assert mesh_codes.is_code(code, 9 if size == "H" else 10)[0]
    assert box[0] - 1e-9 <= lon <= box[2] + 1e-9
    assert box[1] - 1e-9 <= lat <= box[3] + 1e-9


def test_no_squares_are_no_squares():
    assert mesh_codes.boxes(np.array([], dtype=np.int64)).shape == (0, 4)
