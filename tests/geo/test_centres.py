"""Whose a square is: by hand, over a border of towns drawn through a square of 碁盤町."""

import pytest
from sqlalchemy import text

from geo import squares
from geo.centres import of_square
from geo.errors import Invalid
from geo.lookup import around
from geo.open_entries import EntriesInMemory
from geo.scope import EVERYBODY, Scope
from geo.sources.model_town import corner_lonlat
from tests.conftest import TOWN
from tests.routes.making import make

SQUARE = squares.square_of(corner_lonlat(8, 8))
WEST, SOUTH, EAST, NORTH = squares.box_of(SQUARE)
PUBLIC = Scope(TOWN, EVERYBODY.role)


def lon(share):
    """So far from the west of the square."""
    return WEST + share * (EAST - WEST)


@pytest.fixture
def draw(db):
    """draw(level, name, west, east): an area between two meridians."""
    db.execute(
        text("insert into level values (:m, 'town', '町', 4), (:m, 'center_area', '担当区域', 3) on conflict do nothing"),
        {"m": TOWN},
    )  # fmt: skip

    def drawing(level, name, west, east):
        db.execute(
            text("""
                insert into district (id, municipality, level, code, name, made_of, geom)
                values (gen_random_uuid(), :m, :level, :name, :name, 'polygon',
                        st_multi(st_makeenvelope(:west, :south, :east, :north, 4326)))
            """),
            {"m": TOWN, "level": level, "name": name, "west": west, "east": east}
            | {"south": SOUTH - 0.01, "north": NORTH + 0.01},
        )

    return drawing


@pytest.fixture
def give(db):
    """give(area, town, note=""): a line of the table of towns."""

    def giving(area, town, note=""):
        db.execute(
            text("""
                insert into district_town (district, town, municipality, town_key, note)
                select id, :town, :m, :town, :note from district where municipality = :m and name = :area
            """),
            {"m": TOWN, "area": area, "town": town, "note": note},
        )

    return giving


@pytest.fixture
def whose(db):
    """whose() -> (towns, [(name of the 包括, part, towns)]), read after the session let go of them."""

    def asking():
        there = around(db, PUBLIC, EntriesInMemory().of(db, TOWN), SQUARE)
        return there.towns, [(one.name, one.part, one.towns) for one in there.centres]

    return asking


@pytest.fixture
def two_towns(draw, give):
    """西町 holds the western 70 % of the square and belongs to 甲包括, 東町 the rest, to 乙包括."""
    draw("town", "西町", lon(-2), lon(0.7))
    draw("town", "東町", lon(0.7), lon(3))
    draw("center_area", "甲包括", lon(-2), lon(0.7))
    draw("center_area", "乙包括", lon(0.7), lon(3))
    give("甲包括", "西町")
    give("乙包括", "東町")


def test_over_a_border_of_towns_both_are_told_each_with_its_town(two_towns, whose):
    told = [("甲包括", "", ("西町",)), ("乙包括", "", ("東町",))]
    assert whose() == (("西町", "東町"), told)


def test_two_towns_of_one_centre_are_one_answer(two_towns, draw, give, db, whose):
    db.execute(text("update district_town set district = (select id from district where name = '甲包括') where town = '東町'"))  # fmt: skip
    assert whose() == (("西町", "東町"), [("甲包括", "", ())])


def test_a_split_town_is_told_with_its_parts(two_towns, give, whose):
    give("甲包括", "東町", "線路の南")
    assert whose()[1] == [
        ("甲包括", "", ("西町",)),
        ("乙包括", "", ("東町",)),
        ("甲包括", "線路の南", ("東町",)),
    ]


def test_of_one_split_town_the_parts_suffice(draw, give, whose):
    draw("town", "西町", lon(-2), lon(3))
    for area, part in (("甲包括", "線路の北"), ("乙包括", "線路の南")):
        draw("center_area", area, lon(-2), lon(3))
        give(area, "西町", part)
    assert whose() == (("西町",), [("乙包括", "線路の南", ()), ("甲包括", "線路の北", ())])


def test_of_a_town_that_no_table_names_every_outline_that_touches_the_square_counts(
    two_towns, db, whose
):
    db.execute(text("delete from district_town where town = '東町'"))
    assert whose()[1] == [("甲包括", "", ("西町", "東町")), ("乙包括", "", ("東町",))]


def test_a_sliver_smaller_than_a_house_is_nobodys_town(draw, give, whose):
    draw("town", "西町", lon(-2), lon(0.9995))
    draw("town", "東町", lon(0.9995), lon(3))
    assert whose()[0] == ("西町",)


def test_a_town_as_wide_as_a_house_is_told(draw, whose):
    draw("town", "西町", lon(-2), lon(0.99))
    draw("town", "東町", lon(0.99), lon(3))
    assert whose()[0] == ("西町", "東町")


def test_the_telephone_is_that_of_the_entry_called_so(two_towns, db):
    make(db, name="乙地域包括支援センター", kind="support_centre", phone="0776-00-0009")
    _, found = of_square(db, PUBLIC, EntriesInMemory().of(db, TOWN), SQUARE)
    assert [one.entry and one.entry.phone for one in found] == [None, "0776-00-0009"]


def test_without_outlines_of_towns_the_next_address_says_the_town(db, draw, give, whose):
    draw("center_area", "甲包括", lon(-2), lon(3))
    db.execute(text("update district set valid_to = '2026-01-01' where level = 'town'"))
    towns, told = whose()
    assert len(towns) < 2
    assert told == [("甲包括", "", ())]


def test_without_outlines_every_town_with_an_address_in_the_square_is_told(db, whose):
    db.execute(text("update district set valid_to = '2026-01-01' where level = 'town'"))
    db.execute(text("delete from gazetteer where municipality = :m"), {"m": TOWN})
    lon_, lat = squares.middle_of(SQUARE)
    for town, east in (("東町", 0.001), ("西町", 0.0002), ("遠町", 0.004)):
        db.execute(
            text("""
                insert into gazetteer (municipality, layer, key, ward, town, koaza, block, place)
                values (:m, 'isj_town', :town, '', :town, '', '', st_setsrid(st_makepoint(:lon, :lat), 4326))
            """),
            {"m": TOWN, "town": town, "lon": lon_ + east, "lat": lat},
        )
    assert whose()[0] == ("西町", "東町")
    db.execute(text("delete from gazetteer where town in ('西町', '東町')"))
    assert whose()[0] == ("遠町",)


def test_the_one_centre_of_a_municipality_without_areas_is_in_charge_and_of_several_none(db, whose):
    assert whose()[1] == [("碁盤町地域包括支援センター", "", ())]
    make(db, name="もうひとつの包括", kind="support_centre")
    assert whose()[1] == []


def test_outside_the_municipality_is_refused(db):
    with pytest.raises(Invalid):
        of_square(db, PUBLIC, EntriesInMemory().of(db, TOWN), squares.square_of((137.5, 32.5)))
