"""Where people live: hidden ages given back to their squares, residents of homes taken out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.homes import (
    HOUSEHOLDS,
    OVER_65,
    OVER_75,
    OVER_85,
    PEOPLE,
    Facilities,
    ages_by_cell,
    at_home,
)
from geo.records.mesh import Cells
from geo.sources import estat_mesh, mesh_codes
from tests.geo.sources.test_estat_mesh import GOBANCHO


def cells(rows):
    """rows: code, counted_in, people, 65+, 75+, 85+, households."""
    table = np.array(rows, dtype=np.float64)
    codes = np.array([row[0] for row in rows], dtype=np.int64)
    hosts = np.array([row[1] for row in rows], dtype=np.int64)
    inside = np.ones(len(codes))
    return Cells(codes, mesh_codes.boxes(codes), table[:, 2:], hosts, inside)


def of_file(path):
    file = estat_mesh.read(path)
    counts = np.stack([file.counts[name] for name in estat_mesh.COUNTS], axis=1)
    inside = np.ones(len(file.codes))
    return Cells(file.codes, mesh_codes.boxes(file.codes), counts, file.counted_in, inside)


def test_six_of_sixty_people_have_a_tenth_of_their_ages():
    """碁盤町: 24 of the 60 in two squares are 65 or older; 6 of the 60 live in the upper one."""
    gobancho = of_file(GOBANCHO)
    found = ages_by_cell(gobancho)
    upper, lower = (gobancho.codes.tolist().index(code) for code in (483660301, 483660203))
    assert found[upper, OVER_65] == pytest.approx(2.4)
    assert found[lower, OVER_65] == pytest.approx(21.6)
    assert found[:, [PEOPLE, OVER_65, OVER_75, OVER_85]].sum(axis=0) == pytest.approx(
        [1000, 340, 180, 60]
    )


@given(st.data())
def test_ages_given_back_add_up_to_the_file_s(data):
    """MEANING 4: cells sum to the source's total, 1e-6."""
    rows = [[533946001 + 0, 0, data.draw(st.integers(0, 500)), 0, 0, 0, 1]]
    for quarter in range(2, 5):
        hidden = data.draw(st.booleans())
        people = data.draw(st.integers(0, 500))
        ages = [np.nan] * 3 if hidden else [people // 2, people // 3, people // 7]
        rows.append([533946000 + quarter, 533946001 if hidden else 0, people, *ages, 1])
    group = rows[0][2] + sum(row[2] for row in rows[1:] if row[1])
    rows[0][3:6] = [group // 2, group // 3, group // 7]
    squares = cells(rows)
    found = ages_by_cell(squares)
    for column in (PEOPLE, OVER_65, OVER_75, OVER_85):
        assert found[:, column].sum() == pytest.approx(
            np.nansum(squares.counts[:, column]), abs=1e-6
        )
    assert (found[:, OVER_65] <= found[:, PEOPLE] + 1e-6).all()


def test_a_group_whose_host_is_missing_stays_unknown():
    found = ages_by_cell(cells([[533946002, 533946001, 6, np.nan, np.nan, np.nan, 2]]))
    assert found[0, PEOPLE] == 6
    assert np.isnan(found[0, OVER_65])


HILL, TOWN = 533946001, 533946002
SQUARES = cells([[HILL, 0, 120, 110, 100, 80, 11], [TOWN, 0, 300, 90, 40, 10, 120]])
BOXES = mesh_codes.boxes(SQUARES.codes)
ON_THE_HILL = BOXES[0, :2] + 0.001


def test_a_home_of_a_hundred_on_a_hill_leaves_no_gap():
    """120 people, 100 of them in the home: 20 live at home, 10 of them 65 or older, none over 75."""
    counts = ages_by_cell(SQUARES)
    found = at_home(SQUARES, counts, Facilities(np.array([ON_THE_HILL]), np.array([100.0])))
    assert found.counts[0].tolist() == [20, 10, 0, 0, 11]
    assert found.counts[1].tolist() == [300, 90, 40, 10, 120]
    assert found.taken.tolist() == [100, 0]
    assert not found.with_facilities.any()


def test_the_oldest_leave_by_their_share():
    """29 places in a square of 40 over 75, 10 of them over 85: 11 stay, 2.75 of them over 85."""
    counts = ages_by_cell(SQUARES)
    place = BOXES[1, :2] + 0.001
    found = at_home(SQUARES, counts, Facilities(np.array([place]), np.array([29.0])))
    assert found.counts[1, [PEOPLE, OVER_65, OVER_75]].tolist() == [271, 61, 11]
    assert found.counts[1, OVER_85] == pytest.approx(2.75)
    assert found.counts[1, HOUSEHOLDS] == 120


def test_a_home_of_unknown_size_is_flagged_and_takes_nobody_out():
    counts = ages_by_cell(SQUARES)
    found = at_home(SQUARES, counts, Facilities(np.array([ON_THE_HILL]), np.array([np.nan])))
    assert found.with_facilities.tolist() == [True, False]
    assert found.counts.tolist() == counts.tolist()


def test_empty_beds_take_out_nobody_who_is_young():
    """110 places, 100 people over 75: the 20 others of the square stay."""
    counts = ages_by_cell(SQUARES)
    found = at_home(SQUARES, counts, Facilities(np.array([ON_THE_HILL]), np.array([110.0])))
    assert found.counts[0].tolist() == [20, 10, 0, 0, 11]
    assert found.taken.tolist() == [100, 0]


def test_a_home_that_was_not_counted_there_is_flagged_and_takes_nobody_out():
    """60 places where 40 people over 75 live: it was built since, or stands in the next square."""
    counts = ages_by_cell(SQUARES)
    place = BOXES[1, :2] + 0.001
    found = at_home(SQUARES, counts, Facilities(np.array([place]), np.array([60.0])))
    assert found.counts.tolist() == counts.tolist()
    assert found.with_facilities.tolist() == [False, True]


def test_a_home_elsewhere_or_none_changes_nothing():
    counts = ages_by_cell(SQUARES)
    for places in (
        Facilities(np.array([[0.0, 0.0]]), np.array([500.0])),
        Facilities(np.empty((0, 2)), np.empty(0)),
    ):
        found = at_home(SQUARES, counts, places)
        assert found.counts.tolist() == counts.tolist()
        assert not found.with_facilities.any()
