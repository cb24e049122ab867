"""Where people may live: as many as the register says, kept until something they are made of changes."""

from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy.orm import Session

from geo import population, registry
from geo.access.spread import Spread
from geo.area import Folders, open_area
from geo.edits import ResourceEdit
from geo.possible_homes import Residents, areas_of_homes
from geo.records import mesh, versions
from geo.records.database import open_engine
from geo.records.mesh import Cells
from geo.scope import house
from geo.sources.model_town import corner_lonlat
from geo.streets.profile import get_profile

TOWN, CITY = house("99001"), house("99002")
WALK, SLOW = get_profile("on_foot"), get_profile("on_foot_slow")


@pytest.fixture
def town(db, var):
    return open_area(db, TOWN, Folders(var / "originals", var / "networks"))


@pytest.fixture(scope="module")
def city(mihon_databases, var):
    """みほん市: a session, its streets, its homes."""
    engine = open_engine(lambda: mihon_databases.application)
    with Session(engine) as db:
        area = open_area(db, CITY, Folders(var / "originals", var / "networks"))
        joined = Residents().of(db, CITY, area, WALK)
        yield db, area, joined
    engine.dispose()


def test_the_register_gives_totals_and_the_squares_say_how_they_are_spread(db, town):
    """碁盤町: 松葉 252, 緑丘 250, 汐見 150 of the register; 浜風, of which it says nothing, 350 of the census."""
    living = Residents().of(db, TOWN, town, WALK).living
    rows, area = areas_of_homes(db, TOWN, town, living, "elementary")
    people = np.bincount(area, living.people[:, 0])
    assert [row.name for row in rows] == ["松葉小学校", "汐見小学校", "浜風小学校", "緑丘小学校"]
    assert people == pytest.approx([252, 150, 350, 250], abs=1e-6)
    assert living.of == pytest.approx(living.people.sum(axis=0))
    assert (living.register.level, living.register.areas) == ("elementary", 3)
    assert (living.census.year, [day.year for day in living.register.as_of]) == (2020, [2026])
    assert set(living.homes.how.tolist()) == {Spread.BUILDINGS, Spread.STREETS}


def test_who_lives_in_care_is_told_apart(db, town):
    """A home of 12 in the square of 40 people, 12 of them over 75: 汐見 has 150 registered, 138 at home."""
    place = [*corner_lonlat(4, 6)]
    edits = {"kind": "nursing_home", "name": "碁盤荘", "place": place, "capacity": 12}
    residents = Residents()
    before = residents.of(db, TOWN, town, WALK).living
    registry.apply(db, TOWN, ResourceEdit(uuid4(), uuid4(), None, edits))
    after = residents.of(db, TOWN, town, WALK).living
    assert after.in_care == pytest.approx([12, 12, 12, 5])
    assert before.of - after.of == pytest.approx([12, 12, 12, 5])
    assert not before.in_care.any()


def test_homes_are_kept_until_what_they_are_made_of_changes(db, town):
    residents = Residents()
    first = residents.of(db, TOWN, town, WALK)
    assert residents.of(db, TOWN, town, WALK) is first
    slow = residents.of(db, TOWN, town, SLOW)
    assert slow is not first
    assert slow.living is first.living
    versions.raise_version(
        db, TOWN, "resources"
    )  # a salon was moved: nobody lives elsewhere for it
    assert residents.of(db, TOWN, town, WALK) is first
    versions.raise_version(db, TOWN, "population")
    assert residents.of(db, TOWN, town, WALK) is not first


def test_squares_come_in_blocks_and_ask_for_no_transaction(own_house, monkeypatch):
    """A point may be dragged before anybody has opened a page: nobody has begun a transaction then."""
    with Session(own_house.extensions["glancing_engine"]) as glancing:
        source = mesh.find_finest(glancing, TOWN).id
        whole = mesh.load_cells(glancing, TOWN, source)
        monkeypatch.setattr(mesh, "_BLOCK", 2)
        pieces = mesh.load_cells(glancing, TOWN, source)
    assert len(whole.codes) > 2
    for name in ("codes", "boxes", "counts", "counted_in", "inside"):
        assert np.array_equal(getattr(pieces, name), getattr(whole, name), equal_nan=True)


def test_of_a_square_on_the_border_the_share_inside_counts(db, town):
    """Half of each square of 浜風 lies in the next town: 175 of its 350 people are ours."""
    source = mesh.find_finest(db, TOWN)
    cells = mesh.load_cells(db, TOWN, source.id)
    hamakaze = np.isin(cells.counts[:, 0], (200, 150)) & (cells.boxes[:, 1] < 32.512)
    half = np.where(hamakaze, 0.5, 1.0)
    whole = (cells.codes, cells.boxes, cells.counts, cells.counted_in)
    mesh.save_cells(db, TOWN, source.id, Cells(*whole, half))
    living = Residents().of(db, TOWN, town, WALK).living
    assert hamakaze.sum() == 2
    assert living.of[0] == pytest.approx(252 + 250 + 150 + 175)


def test_without_a_census_the_areas_of_the_register_stand_for_its_squares(db, town):
    """252, 250 and 150 people somewhere in their 学区; of 浜風 nobody says anything, and nobody is made up."""
    source = mesh.find_finest(db, TOWN)
    nothing = np.empty((0, 4))
    none = np.empty(0, np.int64)
    mesh.save_cells(db, TOWN, source.id, Cells(none, nothing, np.empty((0, 5)), none, np.empty(0)))
    living = Residents().of(db, TOWN, town, WALK).living
    rows, area = areas_of_homes(db, TOWN, town, living, "elementary")
    people = np.bincount(area, living.people[:, 0], minlength=4)
    assert [row.name for row in rows if row.name == "浜風小学校"] == [rows[2].name]
    assert people == pytest.approx([252, 150, 0, 250], abs=1e-6)
    assert (living.census, living.register.areas, len(living.homes.how)) == (None, 3, 3)
    assert len(living.homes) > 2000  # along all their streets


def test_without_people_nobody_knows_where_they_live(db, town):
    assert Residents().of(db, house("13101"), town, WALK) is None


def test_people_of_each_town_are_those_of_the_register_without_those_in_care(city):
    """MEANING 4: 1e-6. The 特養 of 100 on the hill is in its town's register, and nobody's home."""
    db, area, joined = city
    living = joined.living
    rows, town = areas_of_homes(db, CITY, area, living, "town")
    told = population.by_area(db, CITY, "town")
    held = town >= 0
    at_home = np.bincount(town[held], living.people[held, 2], minlength=len(rows))
    registered = np.array([told[row.id].over[1].people for row in rows], float)
    less = registered - at_home
    assert less.min() > -1e-6
    assert less.sum() == pytest.approx(living.in_care[2])
    assert less.max() == pytest.approx(
        98
    )  # of 100 beds: as many over 75 as the census counts there
    assert (less[less > 1e-6] > 16).all()


@pytest.mark.early
def test_the_city_is_as_large_as_it_is(city):
    _, _, joined = city
    living = joined.living
    everybody = living.of + living.in_care
    assert everybody == pytest.approx([60_200, 18_600, 10_200, 3_500], abs=1e-6)
    assert (living.unplaced.tolist(), living.unsaid) == ([0, 0, 0, 0], 0)
    assert set(living.homes.how.tolist()) == {Spread.BUILDINGS}
    assert joined.is_joined.mean() > 0.99
    assert living.edge_m.min() > 0
    assert np.bincount(living.homes.cell, living.homes.share) == pytest.approx(1)
