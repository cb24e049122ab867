"""The streets of a municipality: built once from the kept original, and anew when it changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from geo import intake
from geo.area import WAYS_AT_ONCE, Areas, Folders, open_area
from geo.errors import Invalid, NotFound, Unreadable
from geo.intake import Delivery
from geo.scope import house
from geo.streets import archive
from geo.streets.profile import get_profile
from tests.geo.streets.drawing import grid_town

TOWN = "99001"


@pytest.fixture
def folders(var, tmp_path):
    """The originals of the run's town, and networks of one's own."""
    return Folders(var / "originals", tmp_path / "networks")


def test_the_first_to_ask_builds_the_network_and_the_next_opens_it(db, folders):
    first = open_area(db, house(TOWN), folders).network
    (kept,) = folders.networks.iterdir()
    stamp = kept.stat().st_mtime_ns
    again = open_area(db, house(TOWN), folders).network
    assert (first.version, again.version) == (kept.name, kept.name)
    assert kept.stat().st_mtime_ns == stamp
    assert (first.zone, first.coverage_from, first.node_count) == (6, "box", 1686)


def test_a_new_import_makes_another_version(db, folders, tmp_path):
    before = open_area(db, house(TOWN), folders).network.version
    path = tmp_path / "new.osm"
    path.write_text(grid_town(3).xml(), encoding="utf-8")
    intake.run_streets(db, house(TOWN), Delivery(path, folders.originals))
    after = open_area(db, house(TOWN), folders).network
    assert after.version != before
    assert (after.node_count, after.coverage_from) == (16, "hull")


def test_a_municipality_without_streets_is_told_so(db, folders):
    with pytest.raises(Invalid) as error:
        open_area(db, house("13101"), folders)
    assert error.value.facts["fields"] == {"municipality": "no_streets"}
    with pytest.raises(NotFound):
        open_area(db, house("77777"), folders)


def test_a_lost_original_is_told_as_such(db, folders, tmp_path):
    with pytest.raises(Unreadable) as error:
        open_area(db, house(TOWN), Folders(tmp_path, folders.networks))
    assert error.value.facts["reason"] == "cannot_open"


def test_a_traveller_has_one_graph_for_as_long_as_the_area_is_open(db, folders):
    area = open_area(db, house(TOWN), folders)
    walk = get_profile("on_foot")
    assert area.graph(walk) is area.graph(walk)
    assert area.grid(walk) is area.grid(walk)
    assert area.graph(walk.with_modifiers("slope")) is not area.graph(walk)
    assert Path(folders.networks).is_dir()


def test_speeds_that_nobody_uses_any_more_are_let_go(db, folders):
    area = open_area(db, house(TOWN), folders)
    walk = get_profile("on_foot")
    first = area.graph(walk)
    area.graph(replace(walk, source="町の調査"))  # the same traveller
    for metres in range(1, WAYS_AT_ONCE):
        area.graph(replace(walk, metres_per_min=100.0 + metres))
    assert area.graph(walk) is first
    area.graph(replace(walk, metres_per_min=10.0))
    assert area.graph(walk) is not first


def test_a_server_holds_an_area_open_until_its_streets_change(db, folders, tmp_path):
    areas = Areas(folders)
    first = areas.take(db, house(TOWN))
    assert areas.take(db, house(TOWN)) is first
    path = tmp_path / "new.osm"
    path.write_text(grid_town(3).xml(), encoding="utf-8")
    intake.run_streets(db, house(TOWN), Delivery(path, folders.originals))
    assert areas.take(db, house(TOWN)).network.node_count == 16


def test_every_area_that_can_be_opened_is_opened_before_the_first_visitor(db, folders):
    areas = Areas(folders)
    areas.open_all(db)  # 13101 has no streets, which stops nobody
    (kept,) = folders.networks.iterdir()
    assert areas.take(db, house(TOWN)).network.version == kept.name


def test_who_walks_at_whatever_speed_shares_one_hierarchy_kept_beside_the_network(db, folders):
    area = open_area(db, house(TOWN), folders)
    quick, slow = get_profile("on_foot"), get_profile("on_foot_slow")
    assert area.hierarchy(quick) is area.hierarchy(slow)
    assert len(list(folders.networks.iterdir())) == 2
    again = open_area(db, house(TOWN), folders).hierarchy(quick)
    assert np.array_equal(again.to, area.hierarchy(quick).to)


def test_networks_that_nobody_asks_for_go_with_their_hierarchies(db, folders):
    area = open_area(db, house(TOWN), folders)
    area.hierarchy(get_profile("on_foot"))
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert archive.sweep(folders.networks, {area.network.version}, tomorrow) == 0
    assert archive.sweep(folders.networks, set(), tomorrow) == 2
