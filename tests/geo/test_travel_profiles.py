"""What a municipality says of its people's speeds: kept, refused in words, used, and taken back."""

import numpy as np
import pytest

from geo import travel_profiles
from geo.area import Folders, open_area
from geo.errors import Invalid, NotAllowed, NotFound
from geo.possible_homes import Residents
from geo.reach import ReachQuestion, join, times
from geo.records import audit
from geo.residents_reached import people_within, table_of
from geo.scope import Role, Scope, house
from geo.sources.model_town import corner_lonlat
from geo.streets.profile import get_profile, profiles

TOWN = house("99001")
SAID = {"metres_per_min": "40", "source": "町の歩行調査（令和7年）"}


def test_a_municipality_that_said_nothing_has_the_delivered_profiles(db):
    assert travel_profiles.in_use(db, TOWN) == profiles()
    assert list(travel_profiles.in_use(db, TOWN)) == list(profiles())


def test_what_it_said_is_used_there_and_nowhere_else(db):
    assert travel_profiles.change(db, TOWN, "on_foot", SAID)
    own = travel_profiles.in_use(db, TOWN)["on_foot"]
    assert (own.metres_per_min, own.source) == (40, "町の歩行調査（令和7年）")
    assert travel_profiles.is_own(own)
    assert own.name == get_profile("on_foot").name
    for other in (house("13101"), house()):
        used = travel_profiles.in_use(db, other)
        assert used["on_foot"].metres_per_min == 80
    assert travel_profiles.in_use(db, TOWN)["on_foot_slow"] == get_profile("on_foot_slow")


def test_at_half_the_speed_one_gets_half_as_far(db, var):
    travel_profiles.change(db, TOWN, "on_foot", SAID)
    place = "{},{}".format(*corner_lonlat(0, 0))
    among = travel_profiles.in_use(db, TOWN)
    question = ReachQuestion.parse("on_foot", place, "30", among=among)
    found = times(db, TOWN, Folders(var / "originals", var / "networks"), question)
    lonlat = {
        tuple(row): s / 60 for row, s in zip(found.lonlat.tolist(), found.seconds, strict=True)
    }
    assert lonlat[tuple(np.round(corner_lonlat(15, 0), 7).tolist())] == 30
    assert tuple(np.round(corner_lonlat(15, 1), 7).tolist()) not in lonlat


def test_going_back_brings_the_delivered_numbers(db):
    travel_profiles.change(db, TOWN, "on_foot", SAID)
    assert travel_profiles.restore(db, TOWN, "on_foot")
    assert travel_profiles.in_use(db, TOWN) == profiles()
    assert not travel_profiles.restore(db, TOWN, "on_foot")


def test_every_write_is_in_the_audit_and_what_changes_nothing_is_none(db, scope_of):
    official = scope_of(Role.OFFICIAL)
    assert travel_profiles.change(db, official, "on_foot", SAID)
    assert not travel_profiles.change(db, official, "on_foot", SAID)
    assert travel_profiles.change(db, official, "on_foot", SAID | {"metres_per_min": "５５"})
    assert travel_profiles.restore(db, official, "on_foot")
    lines = audit.list_of(db, TOWN, "travel_profile", "on_foot")
    kept = {"max_slope_percent": None, "source": SAID["source"]}
    first, second = kept | {"metres_per_min": 40}, kept | {"metres_per_min": 55}
    assert [(one.action, one.before, one.after) for one in lines] == [
        ("restore", second, None),
        ("change", first, second),
        ("change", None, first),
    ]
    assert {(one.account, one.municipality) for one in lines} == {(official.account, "99001")}


@pytest.mark.parametrize(
    ("code", "words", "problems"),
    [
        ("on_foot", {"metres_per_min": "9.9"}, {"metres_per_min": "not_10_to_300"}),
        ("on_foot", {"metres_per_min": "300.1"}, {"metres_per_min": "not_10_to_300"}),
        ("wheelchair", {"metres_per_min": "301"}, {"metres_per_min": "not_10_to_300"}),
        ("bicycle", {"metres_per_min": "501"}, {"metres_per_min": "not_10_to_500"}),
        ("on_foot", {"metres_per_min": "nan"}, {"metres_per_min": "not_a_number"}),
        ("on_foot", {"metres_per_min": "-80"}, {"metres_per_min": "not_a_number"}),
        ("on_foot", {"metres_per_min": "1e2"}, {"metres_per_min": "not_a_number"}),
        ("on_foot", {"metres_per_min": " "}, {"metres_per_min": "required"}),
        ("on_foot", {"source": "　 "}, {"source": "required"}),
        ("on_foot", {"source": "調" * 201}, {"source": "longer_than_200"}),
        ("on_foot", {"source": "調査\x00"}, {"source": "bad_character"}),
        ("wheelchair", {"max_slope_percent": "0"}, {"max_slope_percent": "not_1_to_30"}),
        ("wheelchair", {"max_slope_percent": "31"}, {"max_slope_percent": "not_1_to_30"}),
        ("wheelchair", {"max_slope_percent": ""}, {"max_slope_percent": "required"}),
        (
            "wheelchair",
            {"metres_per_min": "x", "max_slope_percent": "x", "source": ""},
            {"metres_per_min": "not_a_number", "max_slope_percent": "not_a_number", "source": "required"},
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_field(db, code, words, problems):
    said = {"metres_per_min": "60", "max_slope_percent": "5", "source": "町の調査"}
    with pytest.raises(Invalid) as error:
        travel_profiles.change(db, TOWN, code, said | words)
    assert error.value.facts["fields"] == problems
    assert audit.list_of(db, TOWN, "travel_profile", code) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("on_foot", {"metres_per_min": "10"}),
        ("on_foot", {"metres_per_min": "300"}),
        ("bicycle", {"metres_per_min": "500"}),
        ("wheelchair", {"max_slope_percent": "1"}),
        ("wheelchair", {"max_slope_percent": "３０"}),
        ("on_foot", {"source": "調" * 200}),
    ],
)
def test_the_ends_of_a_range_belong_to_it(db, code, words):
    said = {"metres_per_min": "60", "max_slope_percent": "5", "source": "町の調査"}
    assert travel_profiles.change(db, TOWN, code, said | words)


def test_a_slope_is_said_of_a_wheelchair_alone(db):
    travel_profiles.change(db, TOWN, "wheelchair", SAID | {"max_slope_percent": "12"})
    assert travel_profiles.in_use(db, TOWN)["wheelchair"].max_slope == pytest.approx(0.12)
    travel_profiles.change(db, TOWN, "on_foot", SAID | {"max_slope_percent": "12"})
    assert travel_profiles.in_use(db, TOWN)["on_foot"].max_slope == np.inf


@pytest.mark.parametrize("code", ["car", "teleport", ""])
def test_cars_go_by_the_road_and_what_is_no_profile_is_not_found(db, code):
    for write in (
        lambda: travel_profiles.change(db, TOWN, code, SAID),
        lambda: travel_profiles.restore(db, TOWN, code),
    ):
        with pytest.raises(NotFound):
            write()


@pytest.mark.parametrize("role", [role for role in Role if role not in travel_profiles.EDITORS])
def test_nobody_else_may_say_so(db, role):
    with pytest.raises(NotAllowed):
        travel_profiles.change(db, Scope("99001", role), "on_foot", SAID)
    with pytest.raises(NotAllowed):
        travel_profiles.restore(db, Scope("99001", role), "on_foot")


def test_nobody_speaks_for_every_municipality_at_once(db):
    with pytest.raises(NotAllowed):
        travel_profiles.change(db, house(), "on_foot", SAID)


def test_ten_metres_slower_are_taken_from_the_municipality_s_own_speed(db, var):
    """At 40 m/min the difference is that between 30 and 50; at 10 nobody is slower."""
    area = open_area(db, TOWN, Folders(var / "originals", var / "networks"))

    def ask(speed, minutes):
        travel_profiles.change(db, TOWN, "on_foot", SAID | {"metres_per_min": str(speed)})
        among = travel_profiles.in_use(db, TOWN)
        place = "{},{}".format(*corner_lonlat(0, 3))
        question = ReachQuestion.parse("on_foot", place, str(minutes), among=among)
        profile, start = question.walk.profile, join(area, question)
        return people_within(db, TOWN, Residents(), area, profile, start, question.walk.minutes)

    own, slower, faster = ask(40, 26), ask(30, 26), ask(50, 26)
    assert own.within[0].slower.reached == pytest.approx(slower.within[0].usual.reached)
    assert own.within[0].faster.reached == pytest.approx(faster.within[0].usual.reached)
    slowest = table_of(ask(10, 26))
    assert slowest.rows[0].slower is None
    assert slowest.rows[0].faster
