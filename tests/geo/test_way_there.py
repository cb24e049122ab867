"""The walk from a square to a resource, by hand on 碁盤町: a block is a minute, the hill is in the east."""

from datetime import date
from uuid import uuid4

import numpy as np
import pytest

from geo import crs, reach, squares, way_turns
from geo.errors import Invalid, NotFound
from geo.open_entries import EntriesInMemory
from geo.reach_questions import ReachQuestion, Walk
from geo.records import shelf
from geo.records.shelf import Wanted
from geo.scope import EVERYBODY, Scope
from geo.sources import model_town
from geo.sources.model_town import corner_lonlat
from geo.travel_profiles import change, in_use
from geo.way_there import Destination, Slope, minutes_of, slope_of, way_to, ways
from geo.way_turns import Ground, Turn
from tests.conftest import FOREIGN
from tests.geo.gap_asking import TOWN
from tests.routes.making import make

MAY, JANUARY = date(2026, 5, 11), date(2027, 1, 11)
ANYBODY = Scope(TOWN.municipality, EVERYBODY.role)


def lonlat(x, y):
    """A place in blocks that need not be a corner."""
    metres = np.array(model_town.SOUTH_WEST_M) + np.array([[x, y]]) * model_town.BLOCK_M
    lon, lat = np.round(crs.to_lonlat(metres, model_town.ZONE)[0], 9).tolist()
    return lon, lat


@pytest.fixture
def walk(db, town_area):
    """walk(start, resource) -> the way of anybody."""

    def walking(start, resource, today=MAY):
        among = in_use(db, ANYBODY)
        return way_to(db, ANYBODY, entries(db), town_area, start, resource, among, today)

    return walking


@pytest.fixture
def put(db):
    """put(x, y, …) -> the id of a salon there."""

    def putting(x, y, **values):
        return make(db, place=list(lonlat(x, y)), place_level="building", **values)

    return putting


def entries(db):
    return EntriesInMemory().of(db, TOWN.municipality)


def named(db, name):
    return next(row.id for row in shelf.list_open(db, ANYBODY, Wanted(words=name)))


def test_four_blocks_are_four_minutes_and_slowly_six(db, walk):
    way = walk(corner_lonlat(10, 20), named(db, "松葉いきいき体操"))  # (10, 24)
    assert (way.seconds, way.minutes) == (240, 4)
    assert (way.slow_seconds, way.slow_minutes) == (pytest.approx(320), 6)
    assert way.length_m == pytest.approx(320, abs=0.1)
    assert way.away_m == pytest.approx((0, 0), abs=0.01)
    assert way.lonlat[0] == pytest.approx(corner_lonlat(10, 20))
    assert way.lonlat[-1] == pytest.approx(corner_lonlat(10, 24))
    assert (way.steps, way.crossings, way.unlit_m) == (0, 0, 0)
    assert way.light_unknown_m == pytest.approx(320, abs=0.1)


def test_where_nobody_knows_heights_no_way_is_level(db, walk):
    way = walk(corner_lonlat(10, 20), named(db, "松葉いきいき体操"))
    assert way.slope is Slope.UNKNOWN
    assert np.isnan([way.climb_m, way.fall_m]).all()
    assert way.heights_unknown_m == pytest.approx(320, abs=0.1)


def test_the_hill_is_gentle_from_the_west_and_steep_from_the_east(walk, put):
    top = put(36, 30)
    up = walk(corner_lonlat(31, 30), top)  # 4 m a block
    assert (up.slope, up.steepest) == (Slope.GENTLE, pytest.approx(0.05, abs=1e-4))
    assert (up.climb_m, up.fall_m) == pytest.approx((20, 0), abs=0.1)
    from_the_east = walk(corner_lonlat(40, 30), top)  # 8 m a block, then level
    assert (from_the_east.slope, from_the_east.steepest) == (
        Slope.STEEP,
        pytest.approx(0.1, abs=1e-4),
    )
    assert (from_the_east.climb_m, from_the_east.fall_m) == pytest.approx((12, 2), abs=0.1)
    assert walk(corner_lonlat(36, 30), put(40, 30)).fall_m == pytest.approx(12, abs=0.1)


def test_a_steep_part_is_told_even_where_the_rest_is_unknown(walk, put):
    way = walk(corner_lonlat(28, 30), put(40, 30))
    assert way.slope is Slope.STEEP
    assert np.isnan(way.climb_m)
    assert way.heights_unknown_m > 80


@pytest.mark.parametrize(
    ("grade", "slope"),
    [
        *((0.0, Slope.GENTLE), (0.05, Slope.GENTLE), (0.0504, Slope.GENTLE)),
        *((0.051, Slope.SLOPED), (0.08, Slope.SLOPED), (0.081, Slope.STEEP), (0.3, Slope.STEEP)),
    ],
)
def test_five_and_eight_per_cent_are_the_steps_of_slope(grade, slope):
    assert slope_of(grade) is slope


def test_a_flight_that_nobody_counted_is_no_flight_of_nought(walk, put):
    shrine = put(36.5, 38.2)
    way = walk(corner_lonlat(36, 37), shrine)
    assert np.isnan(way.steps)
    assert way.seconds == pytest.approx((67.0 + 40.8) / 80 * 60, abs=0.5)
    assert [piece.street.name for piece in way.pieces].count("STEPS") >= 1


def test_a_seat_on_the_way_parts_it(walk, put):
    way = walk(corner_lonlat(14, 20), put(14, 26))  # a chair at (14, 23)
    assert [seat.name for seat in way.seats] == ["ひと休みイス まるよし商店の角"]
    assert way.seats[0].from_start_m == pytest.approx(240, abs=0.5)
    assert way.seats[0].off_m == pytest.approx(0, abs=0.5)
    assert way.longest_without_seat_m == pytest.approx(240, abs=0.5)
    without = walk(corner_lonlat(15, 20), put(15, 26))  # one block beside it
    assert (without.seats, without.longest_without_seat_m) == ((), pytest.approx(480, abs=0.5))


def test_seats_stand_in_the_order_of_walking(walk, put):
    for y, name in ((25, "奥の椅子"), (21, "手前の椅子")):
        put(14, y, kind="bench", name=name)
    found = walk(corner_lonlat(14, 20), put(14, 26)).seats
    assert [seat.name[:2] for seat in found] == ["手前", "ひと", "奥の"]
    back = walk(corner_lonlat(14, 26), put(14, 20)).seats
    assert [seat.name[:2] for seat in back] == ["奥の", "ひと", "手前"]


def test_a_seat_within_thirty_metres_is_beside_the_way(walk, put):
    near, far = 28 / 80, 32 / 80
    put(5 + near, 5.5, kind="bench", name="近い椅子")
    put(5 - far, 5.5, kind="bench", name="遠い椅子")
    assert [seat.name for seat in walk(corner_lonlat(5, 5), put(5, 7)).seats] == ["近い椅子"]


def test_a_chair_that_is_put_away_in_winter_is_no_rest_then(walk, put):
    hill = put(27, 30)  # a chair at (27, 27) from April to November
    summer, winter = (walk(corner_lonlat(27, 24), hill, day) for day in (MAY, JANUARY))
    assert [(len(way.seats), way.seats[0].is_out) for way in (summer, winter)] == [
        (1, True),
        (1, False),
    ]
    assert summer.longest_without_seat_m == pytest.approx(240, abs=0.5)
    assert winter.longest_without_seat_m == pytest.approx(480, abs=0.5)


def test_a_chair_known_to_its_town_only_is_on_no_way(db, walk, put):
    put(5, 6, kind="bench", name="どこかの椅子", place_shown="blurred")
    make(db, kind="bench", name="町の椅子", place=list(lonlat(5, 6)), place_level="district")
    assert walk(corner_lonlat(5, 5), put(5, 7)).seats == ()


def test_the_way_to_a_blurred_place_ends_where_it_is_shown(walk, put):
    salon = put(8.2, 8.3, place_shown="blurred")
    way = walk(corner_lonlat(8, 8), salon)
    assert tuple(way.lonlat[-1]) == way.destination.lonlat
    assert way.destination.lonlat != pytest.approx(lonlat(8.2, 8.3), abs=1e-4)
    assert way.destination.is_rough
    assert way.destination.radius_m == pytest.approx(
        1494, abs=1
    )  # a cell of some 2 km: few homes are there


def test_nothing_of_a_way_depends_on_where_a_blurred_place_is(db, town_area, put):
    """Two true places of one cell, as strangers see them: the same ways, to the last bit."""
    starts = [corner_lonlat(8, 8), lonlat(8.21, 8.29), lonlat(7.3, 9.7)]
    places = [(8.2, 8.3), (9.9, 4.4)]
    salons = [put(*place, place_shown="blurred") for place in places]
    shown = [shelf.get(db, ANYBODY, salon) for salon in salons]
    assert (shown[0].lon, shown[0].lat) == (shown[1].lon, shown[1].lat)
    for start in starts:
        found = ways(entries(db), town_area, start, salons, in_use(db, ANYBODY), MAY)
        one, other = (found[salon] for salon in salons)
        assert one.lonlat.tolist() == other.lonlat.tolist()
        assert (one.seconds, one.slow_seconds, one.destination) == (
            *(other.seconds, other.slow_seconds, other.destination),
        )


def test_of_several_halts_the_nearest_counts(walk, db):
    halts = [
        dict(zip(("lon", "lat"), corner_lonlat(x, 6), strict=True), name=name, shown=shown)
        for name, x, shown in (
            ("遠く", 12, "public"),
            ("近く", 8, "public"),
            ("家の前", 6, "hidden"),
        )
    ]
    van = make(db, kind="mobile_shop", name="とくとく便", place=None, stops=halts)
    way = walk(corner_lonlat(6, 6), van)
    assert (way.seconds, way.destination) == (120, Destination(corner_lonlat(8, 6), 1))


def test_minutes_are_those_of_the_reach_of_the_same_start(db, town_area):
    among = in_use(db, ANYBODY)
    everything = [row.id for row in shelf.list_open(db, ANYBODY, Wanted())]
    for x, y in ((3.3, 4.7), (20.5, 20.5), (33.9, 35.2)):
        start = squares.middle_of(squares.square_of(lonlat(x, y)))
        found = ways(entries(db), town_area, start, everything, among, MAY)
        near = reach.near(
            db, ANYBODY, town_area, ReachQuestion(Walk(among["on_foot"], (60,)), *start)
        )
        assert {one.resource.id: one.seconds for one in near} == {
            id_: way.seconds for id_, way in found.items()
        }
        slowly = reach.near(
            db, ANYBODY, town_area, ReachQuestion(Walk(among["on_foot_slow"], (60,)), *start)
        )
        assert {one.resource.id: one.seconds for one in slowly} == {
            id_: way.slow_seconds for id_, way in found.items() if way.slow_seconds <= 3600
        }
        assert all(np.isfinite(way.slow_seconds) for way in found.values())
        assert len(found) > 10


def test_a_municipality_walks_at_its_own_speed(db, walk):
    change(db, TOWN, "on_foot_slow", {"metres_per_min": "40", "source": "市の調査"})
    found = named(db, "松葉いきいき体操")
    way = walk(corner_lonlat(10, 20), found)
    assert (way.minutes, way.slow_minutes) == (4, 8)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"kind": "meal_delivery"}, "not_by_distance"),
        ({"place": None}, "no_place"),
        ({"place": list(corner_lonlat(5, 5)), "place_shown": "hidden"}, "no_place"),
        ({"place": [135.98, 32.5]}, "no_place_on_streets"),  # in the sea
        ({"place": list(corner_lonlat(40, 40))}, "beyond_an_hour"),  # 70 blocks
        ({"closed_on": "2026-04-01"}, "has_closed"),
    ],
)
def test_where_there_is_no_way_one_is_told_why(db, walk, values, problem):
    salon = make(db, **values)
    with pytest.raises(Invalid) as refused:
        walk(corner_lonlat(5, 5), salon)
    assert refused.value.facts["fields"] == {"resource": problem}


def test_what_is_not_there_for_the_reader_is_not_found(db, walk):
    for unseen in (uuid4(), make(db, public=False), make(db, FOREIGN, place=[136.5, 32.5])):
        with pytest.raises(NotFound):
            walk(corner_lonlat(5, 5), unseen)


@pytest.mark.parametrize(
    ("start", "problem"),
    [((135.98, 32.5), "no_street_near"), ((140.0, 35.0), "outside_streets")],
)
def test_from_a_square_without_streets_nobody_guesses(db, walk, start, problem):
    with pytest.raises(Invalid) as refused:
        walk(start, named(db, "松葉いきいき体操"))
    assert refused.value.facts["fields"] == {"from": problem}


def test_ways_to_nothing_are_none(db, town_area):
    start, among = corner_lonlat(5, 5), in_use(db, ANYBODY)
    assert ways(entries(db), town_area, start, [], among, MAY) == {}
    assert ways(entries(db), town_area, start, [uuid4()], among, MAY) == {}


def test_at_the_door_it_is_a_minute(walk, put):
    way = walk(corner_lonlat(5, 5), put(5, 5))
    assert (way.seconds, way.minutes, way.slow_minutes) == (0, 1, 1)
    assert (way.length_m, way.longest_without_seat_m) == pytest.approx((0, 0), abs=0.01)
    assert way.pieces == ()
    assert len(way.lonlat) == 2


def test_begun_minutes_count():
    assert [minutes_of(s) for s in (0, 59.9, 60, 60.000000001, 60.1, 3600)] == [1, 1, 1, 1, 2, 60]


def test_steps_have_the_names_of_the_base_map(db, town_area, walk, put):
    way = walk(corner_lonlat(10, 20), put(13, 24))
    steps = way_turns.stretches(db, ANYBODY, town_area, way)
    assert sum(one.length_m for one in steps) == pytest.approx(560, abs=0.5)
    assert {one.ground for one in steps} == {Ground.STREET}
    assert steps[0].turn is Turn.START
    assert all(one.turn in (Turn.LEFT, Turn.RIGHT) for one in steps[1:])
    north, east = {0: 4, 2: 0}, {2: 3, 0: 0}  # blocks by heading
    assert sum(one.length_m for one in steps if one.heading == 0) == pytest.approx(
        80 * north[0], abs=1
    )
    assert sum(one.length_m for one in steps if one.heading == 2) == pytest.approx(
        80 * east[2], abs=1
    )
    assert all(one.name.endswith(("条通り", "番筋", "大通り")) or not one.name for one in steps)
