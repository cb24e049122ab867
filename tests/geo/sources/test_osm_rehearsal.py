from pathlib import Path

import osmium
import pytest

from geo.errors import Unreadable
from geo.sources import osm, osm_rehearsal
from geo.sources.apart import Limits
from tests.hostile import extracts

TOWN = Path(__file__).parents[3] / "data/model_town/99001_streets.osm.pbf"


@pytest.fixture
def tangle(tmp_path):
    path = tmp_path / "tangle.osm"
    path.write_text(extracts.members(3000))
    return path


def effort(path, form):
    return osm_rehearsal._effort(osmium.io.File(str(path), form))


def test_a_relation_counts_by_the_square_of_its_pieces_and_a_house_by_nothing(tangle, tmp_path):
    assert effort(tangle, "osm") == 3000**2
    house = extracts.ring_of(5, 1000, 4, extracts.tag("building", "yes"))
    small = tmp_path / "small.osm"
    small.write_text(
        extracts.osm(extracts.NODES, extracts.random_nodes(1000, 4), extracts.STREET, house)
    )
    assert effort(small, "osm") == 0
    assert effort(TOWN, "pbf") < osm_rehearsal.PLAIN / 1000


def test_areas_of_very_many_pieces_are_put_together_in_a_child_first(tangle, monkeypatch):
    monkeypatch.setattr(osm_rehearsal, "PLAIN", 1000)
    assert len(osm.read(tangle).lines) == 1


def test_what_takes_too_long_there_is_refused(tangle, monkeypatch):
    monkeypatch.setattr(osm_rehearsal, "PLAIN", 1000)
    monkeypatch.setattr(osm_rehearsal, "LIMITS", Limits(wall_s=0))
    with pytest.raises(Unreadable) as refused:
        osm.read(tangle)
    assert refused.value.facts["reason"] == "too_slow"
