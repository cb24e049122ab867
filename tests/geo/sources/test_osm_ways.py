"""What a way's tags let people, bicycles and cars do."""

import math

import pytest

from geo.sources.osm_ways import shut_by, traits_of
from geo.streets.network import Built, Known, Mode, StreetClass, Surface

FOOT = Mode.FOOT.along | Mode.FOOT.against


def may(mode, **tags):
    """ "both", "along", "against" or "" for a mode."""
    traits = traits_of({key.replace("__", ":"): value for key, value in tags.items()})
    bits = traits.open if traits else 0
    names = {(1, 1): "both", (1, 0): "along", (0, 1): "against", (0, 0): ""}
    return names[bool(bits & mode.along), bool(bits & mode.against)]


@pytest.mark.parametrize(
    ("tags", "walks"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "steps"}, True),
        ({"highway": "track"}, True),
        ({"highway": "trunk"}, True),
        ({"highway": "trunk_link"}, True),
        ({"highway": "corridor"}, True),
        ({"railway": "platform"}, True),
        ({"highway": "cycleway"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "motorway_link"}, False),
        ({"highway": "motorway", "foot": "yes"}, False),
        ({"highway": "trunk", "motorroad": "yes"}, False),
        ({"highway": "trunk", "motorroad": "yes", "foot": "yes"}, True),
        ({"highway": "construction"}, False),
        ({"highway": "proposed"}, False),
        ({"highway": "residential", "foot": "no"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True),
        ({"highway": "service", "access": "no", "foot": "designated"}, True),
        ({"highway": "service", "access": "customers"}, True),
        ({"highway": "track", "motor_vehicle": "agricultural"}, True),
        ({"highway": "residential", "foot": "use_sidepath"}, False),
        ({"railway": "rail"}, False),
        ({}, False),
    ],
)
def test_where_people_walk(tags, walks):
    assert may(Mode.FOOT, **tags) == ("both" if walks else "")


@pytest.mark.parametrize(
    ("tags", "foot", "bicycle", "car"),
    [
        ({"oneway": "yes"}, "both", "along", "along"),
        ({"oneway": "-1"}, "both", "against", "against"),
        ({"oneway": "yes", "oneway__bicycle": "no"}, "both", "both", "along"),
        ({"oneway": "yes", "cycleway": "opposite"}, "both", "both", "along"),
        ({"oneway__foot": "yes"}, "along", "both", "both"),
        ({"junction": "roundabout"}, "both", "along", "along"),
        ({"junction": "roundabout", "oneway": "no"}, "both", "both", "both"),
        ({"highway": "motorway"}, "", "", "along"),
        ({"highway": "footway"}, "both", "", ""),
        ({"highway": "footway", "bicycle": "yes"}, "both", "both", ""),
        ({"highway": "footway", "access": "yes"}, "both", "", ""),
        ({"highway": "pedestrian", "motor_vehicle": "destination"}, "both", "", "both"),
        ({"vehicle": "no"}, "both", "", ""),
        ({"motorcar": "no"}, "both", "both", ""),
        ({"bicycle": "dismount"}, "both", "", "both"),
        ({"highway": "steps", "conveying": "backward"}, "against", "", ""),
        ({"highway": "steps", "conveying": "forward"}, "along", "", ""),
        ({"highway": "path"}, "both", "both", ""),
    ],
)
def test_which_way_each_may_go(tags, foot, bicycle, car):
    tags = {"highway": "residential"} | tags
    assert [may(mode, **tags) for mode in Mode] == [foot, bicycle, car]


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("00:25", 1500),
        ("1:05", 3900),
        ("25", 1500),
        ("00:20:30", 1230),
        ("PT1H20M", 4800),
        ("PT90S", 90),
        ("00:00", None),
        ("soon", None),
        ("", None),
        ("999999999", None),
    ],
)
def test_a_ferry_is_there_if_somebody_says_how_long_it_takes(duration, seconds):
    traits = traits_of({"route": "ferry", "duration": duration})
    assert (traits and traits.ferry_s) == seconds


def test_a_ferry_for_cars_alone_carries_nobody_on_foot():
    traits = traits_of({"route": "ferry", "duration": "00:10", "foot": "no"})
    assert traits.open & FOOT == 0


def test_what_a_way_is_like():
    tags = {
        **{"highway": "steps", "step_count": "46", "lit": "limited", "surface": "concrete"},
        **{"wheelchair": "limited", "tunnel": "yes", "footway": "crossing"},
    }
    traits = traits_of(tags)
    assert (traits.street, traits.steps) == (StreetClass.STEPS, 46)
    assert (traits.lit, traits.wheelchair) == (Known.LIMITED, Known.LIMITED)
    assert traits.surface == Surface.PAVED
    assert traits.built == Built.TUNNEL | Built.CROSSING


@pytest.mark.parametrize(
    ("tag", "kmh"), [("40", 40), ("40 km/h", 40), ("none", 0), ("30 mph", 0), ("9999", 0), ("", 0)]
)
def test_a_speed_limit_is_a_number_or_unsaid(tag, kmh):
    assert traits_of({"highway": "primary", "maxspeed": tag}).max_kmh == kmh


@pytest.mark.parametrize("tag", ["many", "", "-3", "1e99", "99999999999"])
def test_a_number_of_steps_out_of_all_reason_is_none(tag):
    assert math.isnan(traits_of({"highway": "steps", "step_count": tag}).steps)


@pytest.mark.parametrize(
    ("tags", "stopped"),
    [
        ({}, ()),
        ({"barrier": "gate"}, ()),
        ({"barrier": "gate", "access": "private"}, (Mode.FOOT, Mode.BICYCLE, Mode.CAR)),
        ({"barrier": "gate", "access": "no", "foot": "yes"}, (Mode.BICYCLE, Mode.CAR)),
        ({"barrier": "bollard"}, (Mode.CAR,)),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, ()),
        ({"barrier": "stile"}, (Mode.BICYCLE, Mode.CAR)),
        ({"access": "private"}, ()),
    ],
)
def test_whom_a_barrier_stops(tags, stopped):
    assert shut_by(tags) == sum(mode.bit for mode in stopped)
