"""場所をぼかす: by hand, on the half mesh of JIS X 0410 and its doublings."""

import math
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from geo import blur
from geo.blur import FEWEST, LARGEST, Blurred, blurred, cell_of, hidden_among
from geo.records.blurs import CELL_LAT_DEG, CELL_LON_DEG
from geo.scope import house
from tests.conftest import FOREIGN, TOWN
from tests.routes.making import make

# 136 and 32.5 are lines of the mesh; 136 / 22.5 s = 21,760 and 32.5 / 15 s = 7,800: both begin a cell of 2 km
WEST, SOUTH = 21_760, 7_800
HERE = (136.0001, 32.5001)  # in the cell (WEST, SOUTH)


def homes(**cells):
    """homes(a0_0=20) -> counts of half meshes, by column and row from the corner."""
    return {(WEST + int(name[1]), SOUTH + int(name[3])): count for name, count in cells.items()}


def test_a_place_is_shown_at_the_centre_of_its_half_mesh():
    assert blurred(HERE) == (136.003125, 32.502083)
    assert blurred(HERE, 1) == (136.00625, 32.504167)


@given(st.floats(122.1, 153.9), st.floats(20.1, 45.9))
def test_the_blurred_point_is_within_half_a_cell_and_blurs_to_itself(lon, lat):
    for size in range(LARGEST + 1):
        shown = blurred((lon, lat), size)
        assert abs(shown[0] - lon) <= CELL_LON_DEG * 2**size / 2 + 1e-6
        assert abs(shown[1] - lat) <= CELL_LAT_DEG * 2**size / 2 + 1e-6
        assert blurred(shown, size) == shown


def test_twenty_homes_are_enough_and_nineteen_are_not():
    assert hidden_among(HERE, homes(a0_0=20)).size == 0
    found = hidden_among(HERE, homes(a0_0=19, a3_3=1))
    assert (found.size, found.homes) == (2, 20)


def test_nobody_is_given_away_by_being_shown_in_a_wide_cell():
    """Three quarters with many homes and one with five: whoever was shown in the whole would be known to live
    among the five. So all four are shown in the whole."""
    counts = homes(a0_0=5, a1_0=40, a0_1=40, a1_1=40)
    middle = [(lon, lat) for lon in (136.001, 136.008) for lat in (32.501, 32.506)]
    shown = {hidden_among(place, counts).lonlat for place in middle}
    assert len(shown) == 1


@given(
    st.dictionaries(
        st.tuples(st.integers(WEST, WEST + 3), st.integers(SOUTH, SOUTH + 3)),
        st.integers(1, 60),
        max_size=16,
    )
)
def test_whatever_stands_where_each_shown_point_may_be_any_of_twenty_homes(counts):
    """Of all homes of a block, those that would be shown at one point are twenty or all there are."""
    at: dict[tuple[float, float], int] = {}
    for (column, row), n in counts.items():
        place = ((column + 0.5) * CELL_LON_DEG, (row + 0.5) * CELL_LAT_DEG)
        shown = hidden_among(place, counts).lonlat
        at[shown] = at.get(shown, 0) + n
    assert all(n >= FEWEST for n in at.values()) or len(at) <= 1


def test_a_pin_moved_within_the_cell_and_a_newer_map_move_nothing():
    before = Blurred(1, (WEST >> 1, SOUTH >> 1), 25).kept
    dense = homes(a0_0=200, a1_0=200, a0_1=200, a1_1=200)
    for place in (HERE, (136.009, 32.507)):
        assert (
            hidden_among(place, dense, before).lonlat
            == Blurred(1, (WEST >> 1, SOUTH >> 1), 0).lonlat
        )
    thin = homes(a0_0=3)
    assert hidden_among(HERE, thin, before).size == 2, "it may be made larger, never smaller"
    assert hidden_among((136.02, 32.51), homes(a3_2=30), before).size == 0, (
        "another cell is another place"
    )


def building(db, key, lon, lat, drawn="building"):
    db.execute(
        text(
            "insert into basemap_area (municipality, key, drawn, min_zoom, name, kana, digest, geom)"
            " values (:m, :key, :drawn, 14, '', '', 0, st_multi(st_transform(st_setsrid("
            " st_expand(st_makepoint(:lon, :lat), 0.00001), 4326), 3857)))"
        ),
        {"m": TOWN, "key": key, "drawn": drawn, "lon": lon, "lat": lat},
    )


def row(db, resource):
    return db.execute(
        text(
            "select st_x(shown_place) as lon, st_y(shown_place) as lat, blur from resource where id = :id"
        ),
        {"id": resource},
    ).one()


def test_the_register_asks_the_base_map_for_homes_and_keeps_what_it_said(db):
    lonlat = [136.1001, 32.6001]
    for number in range(25):
        building(db, f"t{number}", 136.1002 + number * 1e-5, 32.6002)
    building(db, "t-hall", 136.1002, 32.6003, drawn="no_home")
    kept = row(db, make(db, place=lonlat, place_shown="blurred"))
    assert kept.blur == {"size": 0, "cell": list(cell_of(tuple(lonlat), 0)), "homes": 25}
    assert (kept.lon, kept.lat) == blurred(tuple(lonlat))
    alone = row(db, make(db, place=[136.2001, 32.6001], place_shown="blurred"))
    assert (alone.blur["size"], alone.blur["homes"]) == (LARGEST, 0)
    assert row(db, make(db, place=lonlat)).blur is None


def test_where_no_buildings_are_known_it_is_the_half_mesh_and_the_homes_are_unknown(db):
    id_ = UUID(int=7)
    found = blur.hide(db, house(FOREIGN), {id_: HERE})[id_]
    assert (found.size, found.homes) == (0, None)
    assert blur.hide(db, house(FOREIGN), {}) == {}


@given(st.floats(122.1, 153.9), st.floats(20.1, 45.9), st.integers(0, LARGEST))
def test_how_far_a_place_may_be_its_blurred_point_tells(lon, lat, size):
    shown = blurred((lon, lat), size)
    wide, high = CELL_LON_DEG * 2**size, CELL_LAT_DEG * 2**size
    corner = math.hypot(wide * math.cos(math.radians(shown[1])), high) / 2 * blur.M_PER_DEGREE
    assert math.isclose(blur.radius_m(shown), corner)
