"""Squares of 250 m are called as JIS X 0410 calls them."""

import math

import numpy as np
import pytest

from geo.gap_cells import hidden as without_number
from geo.gap_squares import SIDE_LAT_DEG, SIDE_LON_DEG, code_of


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        # 東京駅 lies in 基準地域メッシュ 53394611; its corner in the south-west is 139.7625, 35.675
        (139.7625 + 1e-6, 35.675 + 1e-6, "5339461111"),
        (139.7625 + SIDE_LON_DEG + 1e-6, 35.675 + 1e-6, "5339461112"),
        (139.7625 + 1e-6, 35.675 + SIDE_LAT_DEG + 1e-6, "5339461113"),
        (139.7625 + 2 * SIDE_LON_DEG + 1e-6, 35.675 + 2 * SIDE_LAT_DEG + 1e-6, "5339461141"),
        (139.7625 + 4 * SIDE_LON_DEG - 1e-6, 35.675 + 4 * SIDE_LAT_DEG - 1e-6, "5339461144"),
    ],
)
def test_a_square_has_the_code_of_the_standard(lon, lat, code):
    assert code_of(math.floor(lon / SIDE_LON_DEG), math.floor(lat / SIDE_LAT_DEG)) == code


@pytest.mark.parametrize(
    ("people", "hidden"),
    [
        ([30, 40, 50], [False, False, False]),
        ([3, 4, 50], [True, True, False]),
        ([3, 40, 50], [True, True, False]),  # else the first were all people less the others
        ([3], [True]),
    ],
)
def test_a_square_of_few_has_no_number_and_is_never_alone_so(people, hidden):
    assert without_number(np.array(people, float), 10).tolist() == hidden
