"""The network's reading of an extract: pieces of cut ways, heights, water, and files that are none."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from geo.errors import Unreadable
from geo.sources import osm_streets
from tests.geo.streets.drawing import Drawing

TOWN = Path(__file__).parents[3] / "data/model_town/99001_streets.osm.pbf"


@pytest.fixture
def read(tmp_path):
    """read(text) -> what is read of a file with this in it."""

    def reading(text):
        path = tmp_path / "extract.osm"
        path.write_text(text, encoding="utf-8")
        return osm_streets.read(path)

    return reading


def test_each_piece_of_a_way_that_the_extract_cuts_is_a_street(read):
    whole = Drawing().way((0, 0), (10, 0), (20, 0), (30, 0), (40, 0)).xml()
    raw = read(whole.replace('<nd ref="3"/>', '<nd ref="99"/>'))
    assert raw.way_osm.tolist() == [1, 1]
    assert raw.ref.tolist() == [1, 2, 4, 5]
    assert raw.first_ref.tolist() == [0, 2, 4]


def test_a_node_named_twice_running_is_one_place(read):
    text = (
        Drawing().way((0, 0), (10, 0)).xml().replace('<nd ref="2"/>', '<nd ref="2"/><nd ref="2"/>')
    )
    assert read(text).ref.tolist() == [1, 2]


def test_a_way_of_one_place_is_no_street(read):
    text = Drawing().way((0, 0), (10, 0)).way((20, 0), (30, 0)).xml()
    assert read(text.replace('<nd ref="3"/>', "")).way_osm.tolist() == [1]


def test_what_lies_outside_japan_is_left_out(read):
    town = Drawing().way((0, 0), (10, 0)).way((0, 50), (10, 50)).xml()
    far = town.replace('<node id="4" lon="136', '<node id="4" lon="13')
    assert read(far).way_osm.tolist() == [1]


def test_a_way_that_comes_twice_is_taken_once(read):
    town = Drawing().way((0, 0), (10, 0)).xml()
    way = town[town.index("<way") : town.index("</osm>")]
    with suppress(Unreadable):
        assert read(town.replace("</osm>", f"{way}</osm>")).way_osm.tolist() == [1]


@pytest.mark.parametrize(
    ("tag", "height"),
    [("12.5", 12.5), ("12,5", 12.5), ("8 m", 8), ("high", None), ("9999", None), ("nan", None)],
)
def test_a_height_is_a_number_that_japan_has(read, tag, height):
    raw = read(Drawing().way((0, 0), (10, 0)).node((0, 0), ele=tag).xml())
    assert raw.tagged_height_m.tolist() == ([] if height is None else [height])


def test_water_is_an_area_a_river_or_the_coast_and_no_stream(read):
    town = Drawing().way((0, 0), (10, 0)).water((0, 20), (50, 20), (50, 60))
    for kind in ("river", "stream"):
        town.way((0, 90), (50, 90), highway="none", waterway=kind)
    raw = read(town.xml())
    assert (len(raw.water_areas), len(raw.water_lines)) == (1, 1)


def test_the_box_of_the_header_is_kept():
    assert osm_streets.read(TOWN).box == pytest.approx((135.966, 32.473, 136.068, 32.56), abs=0.01)


def test_a_file_without_a_street_anybody_may_use_is_of_no_use(read):
    with pytest.raises(Unreadable) as error:
        read(Drawing().way((0, 0), (10, 0), access="no").xml())
    assert error.value.facts["reason"] == "no_streets"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"PK\x03\x04", "not_osm"),
        (b"<?xml version='1.0'?><osm version='0.6'><node", "osm_broken"),
        (TOWN.read_bytes()[:-300], "truncated"),
    ],
)
def test_what_is_no_extract_is_not_read(tmp_path, content, reason):
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as error:
        osm_streets.read(path)
    assert error.value.facts["reason"] == reason


def test_more_than_can_be_held_is_not_read(monkeypatch):
    monkeypatch.setattr(osm_streets, "LIMIT_REFS", 100)
    with pytest.raises(Unreadable) as error:
        osm_streets.read(TOWN)
    assert error.value.facts["reason"] == "too_large"


def test_the_core_of_sabae_has_the_nodes_its_source_states(real):
    raw = osm_streets.read(real / "sabae/osm/sabae_core.osm.pbf")
    assert (len(raw.way_osm), len(np.unique(raw.ref))) == (2034, 5531)
