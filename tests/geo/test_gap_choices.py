"""選べる数: how many a home has within the limit, and how near the nearest is, by hand in 碁盤町."""

from math import inf

import numpy as np
import pytest

from geo.access.coverage import State
from geo.gap_choices import choices, quantile
from geo.sources.model_town import corner_lonlat
from tests.geo.gap_asking import MONDAY, TOWN, TUESDAYS


@pytest.fixture
def told(db, town_area, residents, ask):
    def asking(*asked, **words):
        found = ask(*asked, **words)
        return choices(db, TOWN, residents, town_area, found, MONDAY), found

    return asking


def counts(one):
    return [round(part, 6) for part in (one.none, one.one, one.more)]


def test_the_forty_have_one_salon_and_then_two(salon, told):
    salon(0, 3)
    assert counts(told(minutes="13")[0].everybody) == [962, 40, 0]
    salon(0, 3, name="ほかの茶の間")
    assert counts(told(minutes="13")[0].everybody) == [962, 0, 40]


def test_a_van_with_two_halts_is_one_choice(salon, told):
    """Its halts on two streets of the forty are the same van."""
    halts = [
        {"name": name, "lon": lon, "lat": lat, "arrives_at": "10:00", "leaves_at": "10:20"}
        for name, (lon, lat) in (("一", corner_lonlat(0, 3)), ("二", corner_lonlat(1, 3)))
    ]
    salon(0, 3, stops=halts)
    assert counts(told(minutes="13")[0].everybody)[2] == 0


def test_what_is_full_or_open_on_other_days_is_no_choice(salon, told):
    salon(0, 3, openings=TUESDAYS)
    salon(0, 3, accepting="no")
    asked = {"minutes": "13", "day": "tue", "at": "morning"}
    assert counts(told(**asked)[0].everybody) == [962, 40, 0]
    assert counts(told(**asked | {"day": "wed"})[0].everybody) == [1002, 0, 0]


def test_at_any_time_no_choice_is_who_is_beyond(salon, told):
    salon(0, 3)
    salon(20, 20, name="中央の茶の間")
    answer, found = told("elementary", minutes="20")
    people = found.living.people[:, 0]
    beyond = people[found.leading.state() == State.BEYOND].sum()
    assert answer.everybody.none == pytest.approx(beyond)
    assert sum(row.people for row in answer.rows) == pytest.approx(answer.everybody.people)
    for row in answer.rows:
        assert row.none + row.one + row.more == pytest.approx(row.people)


def test_from_the_corner_half_the_town_is_farther_than_a_salon_at_its_middle(salon, told):
    """Nobody needs more than 80 blocks, 80 minutes: those beyond the sixty of the search are no number."""
    salon(0, 3)
    corner, frail = (told(profile=who)[0].everybody for who in ("on_foot", "on_foot_frail"))
    salon(20, 20, name="中央の茶の間")
    middle = told()[0].everybody
    assert middle.nearest_min < corner.nearest_min
    assert middle.nearest_min <= middle.far_min <= 60
    assert frail.far_min == inf  # 60 minutes are 36 blocks


def test_what_comes_has_no_minutes_but_may_be_chosen_among(salon, told):
    answer = told(kind="meal_delivery")[0].everybody
    assert (answer.people, answer.median, answer.nearest_min) == (0, None, None)  # nobody knows


def test_half_the_people_by_hand():
    minutes, people = np.array([5.0, inf, 10.0, 20.0]), np.array([3.0, 2.0, 4.0, 1.0])
    assert quantile(minutes, people, 0.5) == 10
    assert quantile(minutes, people, 0.3) == 5
    assert quantile(minutes, people, 0.8) == 20
    assert quantile(minutes, people, 0.9) == inf
    assert quantile(minutes, np.zeros(4), 0.5) is None
