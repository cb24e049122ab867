"""Which homes lie within reach of each place: as the engine's own field of that place alone says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.siting.within import homes_within
from geo.streets.field import AccessField
from tests.geo.streets.drawing import at, grid_town, walk

BLOCK_M = 80


@pytest.fixture(scope="module")
def town():
    return walk(grid_town(9).network())


@pytest.mark.early
def test_from_the_corner_of_the_grid_homes_within_three_blocks(town):
    """A triangle: of (x, y) with x + y <= 3, ten corners."""
    corners = [(x, y) for x in range(5) for y in range(5)]
    homes = at(town, *((x * BLOCK_M, y * BLOCK_M) for x, y in corners))
    found = homes_within(town, homes, at(town, (0, 0)), 180, lambda *_: None)
    assert [corners[row] for row in found.home] == [(x, y) for x, y in corners if x + y <= 3]
    assert found.first.tolist() == [0, 10]


def test_what_joins_no_street_reaches_nobody_and_is_reached_by_nobody(town):
    homes = at(town, (0, 0), (-900, 0))
    found = homes_within(town, homes, at(town, (-900, 0), (0, 0)), 1800, lambda *_: None)
    assert (found.first.tolist(), found.home.tolist()) == ([0, 0, 1], [0])


def test_it_says_how_far_it_is_and_stops_when_it_is_told_to(town):
    heard = []
    places = at(town, *([(0, 0)] * 120))
    homes_within(town, at(town, (0, 0)), places, 60, lambda *said: heard.append(said))
    assert heard == [(0, 120), (50, 120), (100, 120), (120, 120)]

    def stop(*_):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        homes_within(town, at(town, (0, 0)), places, 60, stop)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.sampled_from((0, 61, 300, 900)), st.booleans())
def test_as_one_field_for_each_place(town, seed, limit_s, backward):
    """Homes anywhere beside the streets, some on the very street of a place, some on none."""
    rng = np.random.default_rng(seed)
    homes = at(town, *rng.uniform(-260, 900, (30, 2)).tolist())
    places = at(town, *rng.uniform(-260, 900, (4, 2)).tolist(), (40, 3))
    found = homes_within(town, homes, places, limit_s, lambda *_: None, backward=backward)
    for row in range(len(places)):
        field = AccessField(town, places[np.array([row])], limit_s, backward)
        expected = np.flatnonzero(np.isfinite(field.at(homes).seconds))
        assert found.home[found.first[row] : found.first[row + 1]].tolist() == expected.tolist()
