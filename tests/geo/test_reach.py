"""From a place to everywhere: the hand-worked town, and every question that has no answer."""

import numpy as np
import pytest

from geo import crs, intake
from geo.area import Folders
from geo.errors import Invalid
from geo.intake import Delivery
from geo.reach import ReachQuestion, times
from geo.scope import house
from geo.sources.model_town import corner_lonlat
from tests.geo.streets.drawing import CORNER_M, ZONE, grid_town

TOWN = "99001"


@pytest.fixture
def ask(db, var):
    """ask(x, y, minutes) -> corner of the town (blocks) -> minutes."""
    folders = Folders(var / "originals", var / "networks")

    def asking(x, y, minutes="30", profile="on_foot"):
        place = "{},{}".format(*corner_lonlat(x, y))
        found = times(db, house(TOWN), folders, ReachQuestion.parse(profile, place, minutes))
        places = [tuple(row) for row in found.lonlat.tolist()]
        return dict(zip(places, (found.seconds / 60).tolist(), strict=True))

    return asking


def corner(x, y):
    return tuple(np.round(corner_lonlat(x, y), 7).tolist())


def test_thirty_blocks_are_in_and_thirty_one_are_out(ask):
    found = ask(0, 0)
    assert found[corner(10, 20)] == 30
    assert corner(10, 21) not in found
    assert found[corner(0, 0)] == 0
    assert sum(place in found for place in (corner(x, 30 - x) for x in range(31))) == 31


def test_who_walks_slower_gets_less_far(ask):
    assert ask(0, 0, "12", "on_foot_slow")[corner(9, 0)] == 12
    assert corner(10, 0) not in ask(0, 0, "12", "on_foot_slow")


def test_the_quickest_stands_first_and_no_place_twice(ask):
    minutes = list(ask(20, 20).values())
    assert minutes == sorted(minutes)


@pytest.mark.parametrize(
    ("words", "problems"),
    [
        (("on_foot", "136.0,32.5", "0.5"), {"minutes": "not_1_to_60"}),
        (("on_foot", "136.0,32.5", "600"), {"minutes": "not_1_to_60"}),
        (("on_foot", "136.0,32.5", "-5"), {"minutes": "not_1_to_60"}),
        (("on_foot", "136.0,32.5", "nan"), {"minutes": "not_1_to_60"}),
        (("on_foot", "136.0,32.5", "1e1"), {"minutes": "not_1_to_60"}),
        (("on_foot", "136.0,32.5", "３０"), {"minutes": "not_1_to_60"}),
        (("teleport", "136.0,32.5", "30"), {"profile": "unknown_choice"}),
        (("on_foot", "0,0", "30"), {"from": "outside_japan"}),
        (("on_foot", "32.5,136.0", "30"), {"from": "swapped_axes"}),
        (("on_foot", "here", "30"), {"from": "not_lon_lat"}),
        (("on_foot", "nan,inf", "30"), {"from": "not_lon_lat"}),
        (("on_foot", "136.0", "30"), {"from": "not_lon_lat"}),
        (("on_foot", "136.0,32.5,0", "30"), {"from": "not_lon_lat"}),
        (
            ("x", "", ""),
            {"profile": "unknown_choice", "from": "not_lon_lat", "minutes": "not_1_to_60"},
        ),
    ],
)
def test_a_question_that_cannot_be_read_names_every_part_of_it(words, problems):
    with pytest.raises(Invalid) as error:
        ReachQuestion.parse(*words)
    assert error.value.facts["fields"] == problems


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("140.0,35.0", "outside_streets"),
        ("135.98,32.50", "no_street_near"),  # in the sea, where the extract knows that no street is
    ],
)
def test_where_nothing_is_known_nobody_guesses(db, var, place, problem):
    folders = Folders(var / "originals", var / "networks")
    with pytest.raises(Invalid) as error:
        times(db, house(TOWN), folders, ReachQuestion.parse("on_foot", place, "30"))
    assert error.value.facts["fields"] == {"from": problem}


def test_at_a_track_that_meets_no_street_nobody_knows(db, var, tmp_path):
    path = tmp_path / "farm.osm"
    path.write_text(grid_town(15).way((2000, 0), (2300, 0)).xml(), encoding="utf-8")
    folders = Folders(var / "originals", tmp_path)
    intake.run_streets(db, house(TOWN), Delivery(path, folders.originals))
    lon, lat = crs.to_lonlat(np.array([[2150.0, 5.0]]) + CORNER_M, ZONE)[0]
    with pytest.raises(Invalid) as error:
        times(db, house(TOWN), folders, ReachQuestion.parse("on_foot", f"{lon:.7f},{lat:.7f}", "5"))
    assert error.value.facts["fields"] == {"from": "street_apart"}
