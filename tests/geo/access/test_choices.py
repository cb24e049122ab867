"""How many kinds and weekdays there are to choose from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.access.choices import kinds_within, people_by_number, weekdays_within

MON, TUE, WED = np.eye(7, dtype=bool)[:3]


def test_two_fields_of_one_kind_are_one_choice():
    within = np.array([[True, True, False], [True, True, True], [False, False, False]])
    assert kinds_within(within, np.array([40, 40, 7])).tolist() == [1, 2, 0]


def test_the_same_day_twice_is_one_day():
    within = np.array([[True, True, False], [True, True, True]])
    assert weekdays_within(within, np.array([MON | TUE, TUE, WED])).tolist() == [2, 3]


@given(st.integers(0, 2**32 - 1), st.integers(0, 40))
def test_counting_is_as_by_hand(seed, fields):
    rng = np.random.default_rng(seed)
    within, kind = rng.random((9, fields)) < 0.3, rng.integers(0, 5, fields)
    days = rng.random((fields, 7)) < 0.3
    kinds, weekdays = kinds_within(within, kind), weekdays_within(within, days)
    for home in range(9):
        near = [field for field in range(fields) if within[home, field]]
        assert kinds[home] == len({kind[field] for field in near})
        assert weekdays[home] == len({d for f in near for d in range(7) if days[f, d]})


def test_people_by_number_leaves_out_those_of_whom_nobody_knows():
    found = people_by_number(
        np.array([0, 3, 9, 0]),
        np.array([[1.0, 0], [2, 1], [4, 2], [8, 3]]),
        np.array([True, True, True, False]),
        4,
    )
    assert found[:, 0].tolist() == [1, 0, 0, 2, 4]
    assert found[:, 1].sum() == pytest.approx(3)
