"""ひと休みイス by hand in 碁盤町: 80 metres to a block, so that two blocks and a half are 200 metres."""

import pytest

from geo.gap_map import together, whole
from geo.gap_reach import Limit, Town
from geo.gap_rests import seated
from geo.sources.model_town import corner_lonlat
from geo.streets.profile import get_profile
from tests.geo.gap_asking import TOWN

GOAL = [corner_lonlat(0, 3)]
STREET = [(x, y) for x in range(0, 14, 2) for y in range(0, 14, 2)]
WALK = Limit(30.0, get_profile("on_foot"))


@pytest.fixture
def people(db, town_area, residents):
    """people(seats, minutes) -> who gets to corner (0, 3) sitting down every 200 metres."""
    town = Town(db, TOWN, residents, town_area, None)
    homes = town.joined(WALK.profile).living.people[:, 0]

    def counting(seats, minutes=30.0, goal=GOAL):
        limit = Limit(minutes, WALK.profile)
        found = seated(town, limit, 200.0, [corner_lonlat(*one) for one in seats], goal)
        return float(homes[found].sum())

    return counting


def test_seats_two_blocks_apart_carry_the_forty_to_the_salon(people):
    assert people(STREET, 40) >= 40
    assert people([]) < 40


def test_a_chain_with_a_gap_of_three_blocks_carries_nobody_over_it(people):
    """Seats at every second corner, but none within three blocks of the salon."""
    near = [(x, y) for x, y in STREET if abs(x - 0) + abs(y - 3) <= 5]
    assert people([one for one in STREET if one not in near]) == people([])


def test_minutes_still_count(people):
    assert people(STREET, 5) <= people(STREET, 13) <= people(STREET, 30)
    assert people(STREET, 5) < people(STREET, 30)


def test_more_seats_never_take_anybody_away(people):
    held = [people(STREET[:count]) for count in (0, 7, 14, 28, 49)]
    assert held == sorted(held)


def test_nowhere_to_go_is_nobody(people):
    assert people(STREET, goal=[]) == 0


def test_everybody_is_in_one_state_and_nowhere_to_go_is_unknown(ask):
    found = whole(together(ask("elementary", "bench").rows).leading)
    assert found["reached"] + found["beyond"] + found["unknown"] == found["people"] == 1002
    near = whole(together(ask("elementary", "bench", minutes="1").rows).leading)
    assert near["unknown"] >= found["unknown"]
