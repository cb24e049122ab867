"""How many people a place is near: by hand in 碁盤町, and for nobody without an account."""

import numpy as np
import pytest
import shapely
from sqlalchemy import text

from geo import crs, intake
from geo.area import Folders, open_area
from geo.errors import NotAllowed, NotFound
from geo.intake import Delivery
from geo.possible_homes import Residents
from geo.records import mesh
from geo.records.mesh import Cells
from geo.residents_reached import people_within, table_of
from geo.scope import STAFF, Role, Scope, house
from geo.sources.model_town import corner_lonlat
from geo.streets.network import frozen
from geo.streets.profile import get_profile
from geo.streets.snap import snap
from geo.ways import Rough
from tests.geo.streets.drawing import CORNER_M, Drawing

TOWN = house("99001")


@pytest.fixture
def ask(db, town_area):
    """ask(x, y, minutes, …) -> a corner of the town (blocks) -> people within the minutes."""
    residents = Residents()  # some tests write squares of their own, and no new version

    def asking(x, y, *minutes, profile="on_foot", scope=TOWN, **more):
        walk = get_profile(profile)
        place = joined(town_area, walk, corner_lonlat(x, y))
        return people_within(db, scope, residents, town_area, walk, place, minutes, **more).within

    return asking


def joined(area, profile, lonlat):
    xy_m = crs.to_plane_m(np.array([lonlat]), area.network.zone)
    return snap(area.graph(profile), area.grid(profile), frozen(xy_m))


def test_the_square_in_the_south_west_is_within_thirteen_minutes(ask):
    """From corner (0, 3) its farthest home, at (7, 8.8), is 12.8 blocks away; the nearest of the next square is
    over 13.2. Of its 40 people 20 are over 65 by the census, which counts 70 in 汐見, where 72 are registered; of
    75 and over 12 of 42 and 44, of 85 and over 5 of 17 and 17."""
    (within,) = ask(0, 3, 13)
    assert within.usual.reached[0] == pytest.approx([40, 20 * 72 / 70, 12 * 44 / 42, 5])
    assert within.usual.of[0, 0] == pytest.approx(1002)
    assert within.usual.unknown[0].tolist() == [0, 0, 0, 0]
    assert within.usual.beyond_min == pytest.approx(within.usual.beyond)
    assert within.usual.beyond_max == pytest.approx(within.usual.beyond)


def test_who_lives_near_the_limit_makes_a_range(ask):
    """Ten minutes reach a part of the square: its 40 people may all be beyond, or none of them surely."""
    (within,) = ask(0, 3, 10)
    assert 0 < within.usual.reached[0, 0] < 40
    assert within.usual.beyond_min[0, 0] == pytest.approx(962)
    assert within.usual.beyond_max[0, 0] == pytest.approx(1002)


def test_the_whole_town_is_within_forty_minutes_of_its_middle(ask):
    (within,) = ask(20, 20, 40)
    assert within.usual.reached[0, 0] == pytest.approx(1002)
    assert within.slower.reached[0, 0] < 1002  # 35 blocks do not do


def test_ten_metres_a_minute_make_a_difference(ask):
    """Thirteen minutes at 70 m/min are 11.375 blocks, and at 90 m/min 14.625."""
    (usual,), (short, long) = ask(0, 3, 13), ask(0, 3, 11.375, 14.625)
    assert usual.slower.reached == pytest.approx(short.usual.reached)
    assert usual.faster.reached == pytest.approx(long.usual.reached)
    assert usual.slower.reached[0, 0] < 40 < usual.faster.reached[0, 0]
    (drive,) = ask(0, 3, 5, profile="car")
    assert drive.slower is drive.faster is None


def test_registered_people_whom_no_square_knows_are_unknown(db, ask):
    """Only 汐見's squares are left: of 252 and 250 people of two other 学区 nobody knows where they live."""
    source = mesh.find_finest(db, TOWN)
    cells = mesh.load_cells(db, TOWN, source.id)
    kept = np.flatnonzero(np.isin(cells.counts[:, 0], (40, 110)))
    columns = (cells.codes, cells.boxes, cells.counts, cells.counted_in, cells.inside)
    mesh.save_cells(db, TOWN, source.id, Cells(*(column[kept] for column in columns)))
    (within,) = ask(0, 3, 13)
    assert (within.usual.reached[0, 0], within.usual.beyond[0, 0]) == pytest.approx((40, 110))
    assert within.usual.unknown[0, 0] == pytest.approx(502)


@pytest.mark.parametrize(("backward", "people"), [(True, 40), (False, 200)])
def test_a_one_way_street_tells_who_comes_from_whom_one_gets_to(
    db, var, tmp_path, backward, people
):
    """One street eastward: 40 people live west of the place, and 200 east of it."""
    path = tmp_path / "oneway.osm"
    street = Drawing().way((-990, 400), (500, 400), (1990, 400), oneway="yes")
    path.write_text(street.xml(), encoding="utf-8")
    intake.run_streets(db, TOWN, Delivery(path, var / "originals"))
    area = open_area(db, TOWN, Folders(var / "originals", tmp_path))
    car = get_profile("car")
    middle = np.array([[500.0, 400.0]]) + CORNER_M
    place = snap(area.graph(car), area.grid(car), frozen(middle))
    found = people_within(db, TOWN, Residents(), area, car, place, (30,), backward=backward)
    assert 0.5 * people < found.within[0].usual.reached[0, 0] <= people


@pytest.fixture
def by_area(db, var):
    """by_area(x, y, *minutes, …) -> a corner of the town (blocks) -> people by area, and the areas of 学区."""
    area = open_area(db, TOWN, Folders(var / "originals", var / "networks"))
    walk = get_profile("on_foot")
    residents = Residents()

    def asking(x, y, *minutes, **more):
        place = joined(area, walk, corner_lonlat(x, y))
        asked = {"level": "elementary"} | more
        return people_within(db, TOWN, residents, area, walk, place, minutes, **asked)

    return asking


def test_areas_add_up_to_the_town_and_each_says_of_how_many(by_area):
    """Four 学区 of 252, 250, 350 and 150 people; from (0, 3) the 40 who are reached live in one of them."""
    found = by_area(0, 3, 5, 13)
    whole = found.within[-1].usual
    *areas, nowhere = found.areas
    assert sorted(round(one.usual.of[0, 0]) for one in areas) == [150, 250, 252, 350]
    assert sorted(round(one.usual.reached[0, 0]) for one in areas) == [0, 0, 0, 40]
    assert nowhere.id is None
    assert nowhere.usual.of.sum() == 0
    for part in ("reached", "beyond", "unknown", "beyond_min", "beyond_max", "of"):
        sums = sum(getattr(one.usual, part) for one in found.areas)
        assert sums == pytest.approx(getattr(whole, part)), part


def test_of_one_area_only_its_people_are_counted_and_they_are_those_of_its_line(by_area):
    lines = [one for one in by_area(20, 20, 10, 20).areas if one.id]
    for line in lines:
        alone = by_area(20, 20, 10, 20, only=line.id)
        assert alone.areas == ()
        for part in ("reached", "beyond", "unknown", "beyond_min", "beyond_max"):
            own = getattr(alone.within[-1].usual, part)
            assert own == pytest.approx(getattr(line.usual, part)), part
        assert alone.within[0].slower.of == pytest.approx(line.usual.of)


def test_an_area_of_another_level_is_not_found(by_area):
    (line, *_) = by_area(20, 20, 10).areas
    with pytest.raises(NotFound):
        by_area(20, 20, 10, level="junior_high", only=line.id)


def test_of_an_area_without_an_outline_nobody_knows_who_lives_there(db, by_area):
    (first, *_) = by_area(20, 20, 10).areas
    db.execute(text("update district set geom = null where id = :id"), {"id": first.id})
    found = by_area(20, 20, 10)
    (line,) = (one for one in found.areas if one.id == first.id)
    assert (line.has_outline, line.usual.of.sum()) == (False, 0)
    assert found.areas[-1].usual.of == pytest.approx(first.usual.of)


def test_registered_people_without_a_home_stand_in_no_area_and_are_said_of_one(db, by_area):
    """As above: of 502 people nobody knows where they live."""
    source = mesh.find_finest(db, TOWN)
    cells = mesh.load_cells(db, TOWN, source.id)
    kept = np.flatnonzero(np.isin(cells.counts[:, 0], (40, 110)))
    columns = (cells.codes, cells.boxes, cells.counts, cells.counted_in, cells.inside)
    mesh.save_cells(db, TOWN, source.id, Cells(*(column[kept] for column in columns)))
    found = by_area(0, 3, 13)
    assert found.areas[-1].usual.unknown[0, 0] == pytest.approx(502)
    assert found.areas[-1].usual.of[0, 0] == pytest.approx(502)
    assert found.left_out.sum() == 0
    alone = by_area(0, 3, 13, only=found.areas[0].id)
    assert alone.left_out[0] == pytest.approx(502)
    assert table_of(alone).left_out[0] == 502


def test_a_page_can_say_who_counted_and_when(by_area):
    living = by_area(0, 3, 13).living
    assert (living.squares.kind, living.squares.as_of) == ("cells", living.census)
    assert tuple(one.as_of for one in living.register.sources) == living.register.as_of


def test_beyond_the_sea_nobody_knows_what_lies(ask):
    """The data end 40 blocks, 3.2 km, outside the town: sixty minutes are 4.8 km."""
    near, far = ask(0, 0, 30, 60)
    assert near.usual.unknown[0, 0] == 0
    assert far.usual.unknown[0, 0] > 0
    assert far.usual.of == pytest.approx(near.usual.of)


def test_longer_is_never_fewer_and_all_add_up(ask):
    answers = ask(33, 17, 5, 10, 15, 20, 30)
    reached = np.array([one.usual.reached[0] for one in answers])
    assert (np.diff(reached, axis=0) >= 0).all()
    for one in (tally for a in answers for tally in (a.usual, a.slower, a.faster)):
        assert one.of[0] == pytest.approx(answers[0].usual.of[0], abs=1e-6)
        assert (one.beyond_min <= one.beyond + 1e-6).all()
        assert (one.beyond <= one.beyond_max + 1e-6).all()
    (there,) = ask(33, 17, 15, backward=False)  # on foot there is as far as back
    assert there.usual.reached == pytest.approx(answers[2].usual.reached)


def test_in_a_real_city_of_which_only_the_middle_is_known_nobody_is_called_beyond(db, var, real):
    """鯖江: its people by areas, streets of its core alone. Half an hour around the town hall leaves the data."""
    sabae = house("18207")
    intake.open_municipality(db, sabae)

    def delivered(file):
        return Delivery(real / "sabae" / file, var / "originals")

    border = delivered("boundary/boundary_from_A32_18207.geojson")
    intake.run_districts(db, sabae, border, level="municipality")
    intake.run_population(db, sabae, delivered("population/sabae_population.csv"))
    intake.run_streets(db, sabae, delivered("osm/sabae_core.osm.pbf"))
    area = open_area(db, sabae, Folders(var / "originals", var / "networks"))
    walk = get_profile("on_foot")
    hall = joined(area, walk, (136.1844, 35.9565))
    found = people_within(db, sabae, Residents(), area, walk, hall, (5, 30))
    five, thirty = (one.usual for one in found.within)
    assert found.living.census is None
    assert thirty.beyond[0, 0] == thirty.beyond_max[0, 0] == 0
    assert thirty.unknown[0, 0] > 10 * thirty.reached[0, 0] > 0
    assert (five.beyond_min[0, 0], five.beyond_max[0, 0]) == pytest.approx((0, five.of[0, 0]))
    assert 60_000 < five.of[0, 0] < 70_000
    assert thirty.of == pytest.approx(five.of)


@pytest.mark.parametrize("role", [role for role in Role if role not in STAFF])
def test_only_staff_see_people_around_a_free_point(ask, role):
    """MEANING 5: never for a free point, whoever is not staff."""
    with pytest.raises(NotAllowed) as error:
        ask(0, 3, 13, scope=Scope("99001", role))
    assert error.value.facts == {"action": "see_people"}


def test_every_role_of_the_office_does(ask):
    for role in STAFF:
        (within,) = ask(0, 3, 13, scope=Scope("99001", role))
        assert within.usual.reached[0, 0] == pytest.approx(40)
    assert get_profile("on_foot").metres_per_min == 80


def test_who_is_beyond_ranges_from_the_luckiest_point_of_a_town_to_none_at_all(db, var):
    """A salon of which only the town is known stands in the middle of the town, at (20, 20); a circle of ten
    blocks around it is where it may be. At best somebody in the corner is ten blocks nearer, at worst there is
    no salon at all."""
    area = open_area(db, TOWN, Folders(var / "originals", var / "networks"))
    walk = get_profile("on_foot")
    place = joined(area, walk, corner_lonlat(20, 20))
    circle = shapely.Point(place.foot_m[0]).buffer(800)
    asked = (db, TOWN, Residents(), area, walk, place, [15])
    known = people_within(*asked).within[0].usual
    rough = people_within(*asked, rough=Rough(np.array([True]), circle)).within[0].usual
    assert rough.reached == pytest.approx(known.reached)
    assert rough.beyond == pytest.approx(known.beyond)
    assert rough.beyond_max[0, 0] == pytest.approx(1002)
    assert rough.beyond_min[0, 0] < known.beyond_min[0, 0]


def test_a_second_salon_that_is_well_known_narrows_the_range(db, var):
    area = open_area(db, TOWN, Folders(var / "originals", var / "networks"))
    walk = get_profile("on_foot")
    places = [joined(area, walk, corner_lonlat(x, 20)) for x in (20, 10)]
    both = snap(
        area.graph(walk), area.grid(walk), frozen(np.concatenate([one.foot_m for one in places]))
    )
    nowhere = shapely.Point(places[0].foot_m[0])
    rough = Rough(np.array([True, False]), nowhere)
    asked = (db, TOWN, Residents(), area, walk)
    found = people_within(*asked, both, [15], rough=rough).within[0].usual
    alone = people_within(*asked, places[1], [15]).within[0].usual
    assert found.beyond_max == pytest.approx(alone.beyond_max)
    assert (found.beyond_min <= found.beyond + 1e-6).all()
    assert (found.beyond <= found.beyond_max + 1e-6).all()
