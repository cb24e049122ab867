"""Who moves how fast, and what is closed to whom."""

from dataclasses import replace

import numpy as np
import pytest

from geo.errors import NotFound
from geo.streets.network import StreetClass
from geo.streets.profile import CAR_KMH, get_profile, profiles
from tests.geo.streets.drawing import Drawing, walk


def seconds(code, *modifiers, heights=(), **tags):
    """Seconds along and against 100 metres of a street."""
    drawn = Drawing().way((0, 0), (100, 0), **tags)
    for place, height in zip(((0, 0), (100, 0)), heights, strict=False):
        drawn.node(place, ele=height)
    net = drawn.network()
    return get_profile(code).with_modifiers(*modifiers).edge_seconds(net)[0]


def test_every_profile_says_where_its_speed_is_from():
    assert list(profiles()) == [
        *("on_foot", "on_foot_slow", "on_foot_frail", "wheelchair", "bicycle", "car")
    ]
    assert all(profile.source and profile.name for profile in profiles().values())


def test_an_unknown_profile_or_modifier_is_not_found():
    with pytest.raises(NotFound):
        get_profile("teleport")
    with pytest.raises(NotFound):
        get_profile("on_foot").with_modifiers("wings")


@pytest.mark.parametrize(
    ("code", "expected"), [("on_foot", 75), ("on_foot_slow", 100), ("on_foot_frail", 125)]
)
def test_a_hundred_metres_on_the_level(code, expected):
    assert seconds(code) == pytest.approx([expected] * 2, abs=0.02)


def test_plain_profiles_know_no_hills_steps_or_nights():
    hill = seconds("on_foot", heights=(0, 20), lit="no")
    stairs = seconds("on_foot", highway="steps")
    assert [*hill, *stairs] == pytest.approx([75] * 4, abs=0.02)


def test_uphill_is_slower_as_tobler_says_and_downhill_is_never_faster_than_the_level():
    up, down = seconds("on_foot", "slope", heights=(0, 10))
    assert up == pytest.approx(75 * np.exp(0.35), rel=1e-3)  # 10 %: exp(3.5 * 0.10)
    assert down == pytest.approx(75, abs=0.02)  # his -10 % is as fast as the level
    gentle, steep = (
        seconds("on_foot", "slope", heights=(0, 5))[1],
        seconds("on_foot", "slope", heights=(0, 20))[1],
    )
    assert gentle == pytest.approx(75, abs=0.02)
    assert steep == pytest.approx(75 * np.exp(3.5 * 0.1), rel=1e-3)  # |-0.20 + 0.05| - 0.05


def test_steps_take_twice_as_long_dark_streets_and_snow_a_quarter_more():
    assert seconds("on_foot", "steps", highway="steps")[0] == pytest.approx(150, abs=0.02)
    assert seconds("on_foot", "night", lit="no")[0] == pytest.approx(93.75, abs=0.02)
    assert seconds("on_foot", "night", lit="yes")[0] == pytest.approx(75, abs=0.02)
    assert seconds("on_foot", "night")[0] == pytest.approx(75, abs=0.02)  # nobody said it is dark
    assert seconds("on_foot", "snow")[0] == pytest.approx(93.75, abs=0.02)


@pytest.mark.parametrize(
    ("tags", "passes"),
    [
        ({}, True),
        ({"highway": "steps"}, False),
        ({"highway": "path"}, False),
        ({"highway": "path", "surface": "asphalt"}, True),
        ({"highway": "path", "wheelchair": "yes"}, True),
        ({"surface": "gravel"}, False),
        ({"wheelchair": "no"}, False),
        ({"heights": (0, 7.9)}, True),
        ({"heights": (0, 8.1)}, False),
        ({"heights": (8.1, 0)}, False),
    ],
)
def test_where_a_wheelchair_gets_through(tags, passes):
    assert np.isfinite(seconds("wheelchair", **tags)).all() == passes


def test_a_bicycle_rides_is_pushed_or_stays_outside():
    assert seconds("bicycle")[0] == pytest.approx(100 / 241.67 * 60, abs=0.03)
    assert seconds("bicycle", highway="footway")[0] == pytest.approx(75, abs=0.02)
    shared = seconds("bicycle", highway="footway", bicycle="yes")[0]
    assert shared == pytest.approx(360 / 11.6, abs=0.03)
    assert np.isinf(seconds("bicycle", highway="steps")).all()
    there, back = seconds("bicycle", oneway="yes")
    assert there == pytest.approx(100 / 241.67 * 60, abs=0.03)
    assert back == pytest.approx(75, abs=0.03)  # pushed against the traffic


def test_a_car_keeps_to_its_class_the_sign_and_the_direction():
    assert seconds("car", highway="trunk")[0] == pytest.approx(360 / 34.9, abs=0.03)
    assert seconds("car", highway="trunk", maxspeed="20")[0] == pytest.approx(18, abs=0.03)
    assert seconds("car", highway="residential", maxspeed="60")[0] == pytest.approx(18, abs=0.03)
    assert np.isinf(seconds("car", highway="footway")).all()
    assert np.isinf(seconds("car", oneway="yes")).tolist() == [False, True]
    assert set(CAR_KMH) < set(StreetClass)


def test_people_of_any_speed_walk_on_one_graph_of_decimetres():
    net = Drawing().way((0, 0), (100, 0)).network()
    graphs = [walk(net, code) for code in ("on_foot", "on_foot_slow", "on_foot_frail")]
    assert len({graph.metric for graph in graphs}) == 1
    assert [graph.edge_units[0, 0] for graph in graphs] == [1000] * 3
    assert [graph.units_within(1800) for graph in graphs] == [24_000, 18_000, 14_400]


def test_a_hill_a_ferry_or_a_bicycle_needs_tenths_of_seconds():
    net = Drawing().way((0, 0), (100, 0)).node((0, 0), ele=0).node((100, 0), ele=10).network()
    assert walk(net, "on_foot", "slope").unit_s == 0.1
    boat = Drawing().way((0, 0), (9000, 0), highway="none", route="ferry", duration="00:25")
    graph = walk(boat.way((0, 0), (0, 80)).network())
    assert graph.unit_s == 0.1
    assert 15_000 in graph.edge_units
    path = Drawing().way((0, 0), (100, 0)).way((100, 0), (200, 0), highway="footway")
    assert sorted(walk(path.network(), "bicycle").edge_units[:, 0]) == [248, 750]


def test_whoever_moves_alike_is_the_same_traveller_whatever_the_source_says():
    walk = get_profile("on_foot")
    same, other = replace(walk, source="町の調査"), replace(walk, metres_per_min=70)
    assert (same, hash(same)) == (walk, hash(walk))
    assert other != walk


def test_nobody_is_faster_pushing_a_bicycle_than_riding_it():
    slow = replace(get_profile("bicycle"), metres_per_min=50)
    net = Drawing().way((0, 0), (100, 0)).way((100, 0), (200, 0), highway="footway").network()
    assert slow.edge_seconds(net).ravel() == pytest.approx([120] * 4, rel=1e-3)
    assert get_profile("bicycle").pushing_m_min == 80
