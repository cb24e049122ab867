"""The streets of みほん市, built once."""

import pytest

from geo.sources import osm_streets
from geo.sources.mihon.places import ZONE
from geo.streets.build import build_network


@pytest.fixture(scope="session")
def city_network(city):
    raw = osm_streets.read(city / "streets/mihon.osm.pbf")
    return build_network(raw, ZONE, "mihon")
