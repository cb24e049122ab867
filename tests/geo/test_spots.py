"""Where words mean, beyond addresses: by hand on 碁盤町."""

from pathlib import Path

import pytest
from sqlalchemy import text

from geo.scope import EVERYBODY, Scope
from geo.sources.model_town import corner_lonlat
from geo.spots import find_spots
from tests.conftest import TOWN

PUBLIC = Scope(TOWN, EVERYBODY.role)
NOWHERE = Path("/nowhere")


@pytest.fixture
def addresses_at(db):
    """addresses_at((x, y), …): the only addresses of the town, at these corners."""

    def putting(*corners):
        db.execute(text("delete from gazetteer where municipality = :m"), {"m": TOWN})
        for number, corner in enumerate(corners):
            lon, lat = corner_lonlat(*corner)
            db.execute(
                text("""
                    insert into gazetteer (municipality, layer, key, ward, town, koaza, block, place)
                    values (:m, 'isj_block', :key, '', '町', '', :key, st_setsrid(st_makepoint(:lon, :lat), 4326))
                """),
                {"m": TOWN, "key": str(number), "lon": lon, "lat": lat},
            )

    return putting


def test_an_area_begins_where_its_people_live(db, addresses_at):
    # three in a corner of the west, one beside the border, one in the east that is none of theirs
    addresses_at((2, 2), (3, 2), (2, 3), (15, 30), (35, 35))
    (spot,) = find_spots(db, PUBLIC, NOWHERE, "西中学校区").spots
    assert spot.level == "area"
    assert spot.lonlat == pytest.approx(corner_lonlat(3, 2), abs=1e-9) or spot.lonlat == (
        pytest.approx(corner_lonlat(2, 3), abs=1e-9)
    )


def test_an_area_without_a_known_address_begins_in_its_middle(db, addresses_at):
    addresses_at((35, 35))
    (spot,) = find_spots(db, PUBLIC, NOWHERE, "西中学校区").spots
    west, east = corner_lonlat(0, 0)[0], corner_lonlat(20, 0)[0]
    assert west < spot.lonlat[0] < east
