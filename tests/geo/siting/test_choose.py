"""The best choice of places: the same as trying every choice, and what is said of how sure it is."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import Invalid
from geo.siting.choose import choose
from geo.siting.cover import Rows, Wanted, collapse
from geo.siting.greedy import greedy
from geo.siting.within import Within


def silent(*_):
    pass


def near(covers, homes):
    """Places as lists of the homes that they cover."""
    first = np.concatenate([[0], np.cumsum([len(one) for one in covers])]).astype(np.int64)
    home = np.array([home for one in covers for home in sorted(one)], np.int32)
    return Within(first, home, homes)


def rows_of(covers, people, area=None) -> Rows:
    people = np.array(people, np.float64)
    area = np.full(len(people), -1, np.int32) if area is None else np.array(area, np.int32)
    counts = np.ones(len(people), np.bool_)
    return collapse(near(covers, len(people)), people, people, area, counts)


def wanted(most, places, areas=1, *, must=(), never=(), area=None, least=None, people=None):
    return Wanted(
        most,
        tuple(must),
        tuple(never),
        np.full(places, -1, np.int32) if area is None else np.array(area, np.int32),
        np.zeros(areas, np.int64) if least is None else np.array(least, np.int64),
        np.zeros(areas) if people is None else np.array(people, np.float64),
    )


# Greedy takes the middle (6 people) and then one of the sides; the two sides together hold everybody.
TRAP = [[0, 1, 2, 3], [0, 1, 4, 5], [2, 3, 6, 7]]
TRAP_PEOPLE = [2, 2, 2, 2, 1, 1, 1, 1]


def test_two_places_that_are_each_second_best_together_reach_most():
    rows, two = rows_of(TRAP, TRAP_PEOPLE), wanted(2, 3)
    found = choose(rows, two, 10, silent)
    assert (set(found.chosen.tolist()), found.value, found.is_proven) == ({1, 2}, 12, True)
    assert found.greedy_value == 10
    assert rows.value(greedy(rows, two)) == 10
    assert found.adds.tolist() == [6, 6]


def test_homes_with_the_same_places_within_reach_are_one_row():
    rows = rows_of([[0, 1, 2], [0, 1], [2]], [1, 2, 4, 8])
    assert (len(rows), sorted(rows.weight.tolist())) == (
        2,
        [3, 4],
    )  # the fourth home is out of reach
    apart = rows_of([[0, 1, 2], [0, 1], [2]], [1, 2, 4, 8], [0, 1, 0, 0])
    assert len(apart) == 3  # two areas are two rows, for each may want its own


def test_what_is_fixed_is_chosen_and_what_is_forbidden_is_not():
    rows = rows_of(TRAP, TRAP_PEOPLE)
    assert 0 in choose(rows, wanted(2, 3, must=[0]), 10, silent).chosen
    without = choose(rows, wanted(2, 3, never=[1]), 10, silent)
    assert (set(without.chosen.tolist()), without.value) == ({0, 2}, 10)


def test_an_area_gets_its_own_place_though_few_live_there():
    covers, people, area = [[0], [1], [2]], [10, 9, 1], [0, 0, 1]
    rows = rows_of(covers, people, area)
    free = choose(rows, wanted(2, 3, 2, area=area), 10, silent)
    fair = choose(rows, wanted(2, 3, 2, area=area, least=[0, 1]), 10, silent)
    assert (free.value, fair.value) == (19, 11)
    assert set(fair.chosen.tolist()) == {0, 2}


@pytest.mark.early
def test_so_many_people_of_an_area_are_reached_at_least():
    rows = rows_of([[0], [1], [2], [2, 3]], [10, 9, 2, 1], [0, 0, 1, 1])
    found = choose(rows, wanted(1, 4, 2, people=[0, 3]), 10, silent)
    assert (found.chosen.tolist(), found.value) == ([3], 3)
    assert choose(rows, wanted(1, 4, 2, people=[1, 3]), 10, silent) is None


def test_places_that_add_nobody_are_not_chosen():
    rows = rows_of([[0], [0], []], [5])
    assert choose(rows, wanted(3, 3), 10, silent).chosen.tolist() == [0]
    nobody = choose(rows_of([[], []], [5]), wanted(2, 2), 10, silent)
    assert (len(nobody.chosen), nobody.value, nobody.is_proven) == (0, 0, True)


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({"must": [0], "never": [0]}, "must_and_never"),
        ({"must": [0, 1, 2]}, "too_many_must"),
        ({"least": [3], "area": [0, 0, 0]}, "least_too_many"),
        ({"least": [1], "area": [-1, -1, -1]}, "least_too_many"),
    ],
)
def test_wishes_that_no_choice_can_meet_are_said(wishes, code):
    with pytest.raises(Invalid) as refused:
        choose(rows_of(TRAP, TRAP_PEOPLE), wanted(2, 3, **wishes), 10, silent)
    assert code in refused.value.facts["fields"].values()


@pytest.mark.parametrize("stage", ["greedy", "bound", "proof"])
def test_whoever_hears_may_stop_it_at_every_stage(stage):
    rng = np.random.default_rng(3)
    covers = [np.flatnonzero(rng.random(60) < 0.2).tolist() for _ in range(40)]
    heard = []

    def stop(at, value, limit):
        heard.append(at)
        if at == stage:
            raise KeyboardInterrupt

    rows = rows_of(covers, rng.integers(1, 9, 60))
    with pytest.raises(KeyboardInterrupt):
        choose(rows, wanted(6, 40), 10, stop)
    assert heard.count(stage) == 1


@st.composite
def towns(draw):
    """Small towns with whatever can be wished."""
    homes, places = draw(st.integers(1, 12)), draw(st.integers(1, 7))
    areas = draw(st.integers(1, 3))
    some = st.sets(st.integers(0, homes - 1))
    covers = [sorted(draw(some)) for _ in range(places)]
    people = draw(st.lists(st.integers(0, 9), min_size=homes, max_size=homes))
    of_home = draw(st.lists(st.integers(-1, areas - 1), min_size=homes, max_size=homes))
    of_place = draw(st.lists(st.integers(-1, areas - 1), min_size=places, max_size=places))
    must = draw(st.sets(st.integers(0, places - 1), max_size=1))
    never = draw(st.sets(st.integers(0, places - 1), max_size=2)) - must
    least = draw(st.lists(st.integers(0, 1), min_size=areas, max_size=areas))
    needed = draw(st.lists(st.sampled_from([0, 0, 1, 4]), min_size=areas, max_size=areas))
    most = draw(st.integers(max(1, len(must)), 4))
    wish = wanted(
        most, places, areas, must=must, never=never, area=of_place, least=least, people=needed
    )
    return covers, people, of_home, wish


def best_of_all(covers, people, of_home, wish):
    """What trying every choice finds; None where none is as wanted."""
    best = None
    for many in range(wish.most + 1):
        for some in itertools.combinations(range(len(covers)), many):
            if not set(wish.must) <= set(some) or set(some) & set(wish.never):
                continue
            homes = {home for place in some for home in covers[place]}
            enough = all(
                sum(wish.area[place] == area for place in some) >= wish.least_places[area]
                and sum(people[home] for home in homes if of_home[home] == area)
                >= wish.least_people[area]
                for area in range(len(wish.least_places))
            )
            if enough:
                best = max(best or 0, sum(people[home] for home in homes))
    return best


@settings(max_examples=150)
@given(towns())
def test_the_choice_is_the_best_of_all_choices(town):
    covers, people, of_home, wish = town
    best = best_of_all(*town)
    try:
        found = choose(rows_of(covers, people, of_home), wish, 10, silent)
    except Invalid:
        found = None
    if best is None:
        assert found is None
        return
    assert found.value == pytest.approx(best)
    assert found.is_proven
    assert found.limit >= best - 1e-6
    assert found.greedy_value is None or found.greedy_value <= best + 1e-6
    assert found.adds.sum() == pytest.approx(best)
    assert len(found.chosen) <= wish.most
