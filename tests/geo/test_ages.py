"""Classes of age: what they add up to, and what they leave open."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.ages import at_least, contradiction, tiles

FIVES = {(age, age + 4): 1 for age in range(0, 85, 5)} | {(85, None): 3}


@pytest.mark.parametrize(
    ("counts", "age", "people"),
    [
        ({(0, None): 100, (65, None): 30}, 65, 30),
        ({(65, 74): 20, (75, None): 10}, 65, 30),
        ({(65, 74): 20, (75, None): 10}, 75, 10),
        (FIVES, 65, 7),
        (FIVES, 0, 20),
        ({(65, None): 30, (65, 74): 1, (75, None): 1}, 65, 30),  # an open class is asked first
        ({(65, None): None, (65, 74): 20, (75, None): 10}, 65, 30),  # unless nobody says it
    ],
)
def test_people_of_an_age_or_more(counts, age, people):
    assert at_least(counts, age) == people


@pytest.mark.parametrize(
    "counts",
    [
        {},
        {(0, None): 100},
        {(65, 74): 20},  # and after that?
        {(65, 74): 20, (80, None): 5},  # a hole from 75 to 79
        {(60, 69): 20, (70, None): 5},  # 65 lies within a class
        {(65, 74): 20, (75, None): None},
    ],
)
def test_a_hole_or_an_unknown_class_leaves_it_unknown(counts):
    assert at_least(counts, 65) is None


@given(st.lists(st.integers(1, 20), min_size=1, max_size=12), st.data())
def test_any_classes_that_tile_all_ages_add_up_to_everybody(widths, data):
    """However ages are cut: the sum from 0 is everybody, and from any cut the rest."""
    cuts = [0]
    for width in widths:
        cuts.append(cuts[-1] + width)
    classes = [(a, b - 1) for a, b in itertools.pairwise(cuts)] + [(cuts[-1], None)]
    people = {one: data.draw(st.integers(0, 1000)) for one in classes}
    for at, cut in enumerate(cuts):
        assert at_least(people, cut) == sum(people[one] for one in classes[at:])


def test_finer_classes_cover_a_closed_one():
    assert tiles([(0, 4), (5, 9), (5, 14), (10, 14)], 0, 14) == ((0, 4), (5, 9), (10, 14))
    assert tiles([(0, 4), (10, 14)], 0, 14) is None


def test_a_class_that_is_not_the_sum_of_its_parts_is_named():
    assert contradiction({(0, None): 100, (0, 64): 70, (65, None): 30}) is None
    assert contradiction({(0, None): 100, (0, 64): 60, (65, None): 30}) == (0, None)
    assert contradiction({(0, None): 100, (0, 64): None, (65, None): 30}) is None
