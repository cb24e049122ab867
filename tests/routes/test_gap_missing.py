"""届きにくさ where something is missing: each page says what, in words, and shows no number in its place."""

import re
from itertools import count

import pytest
from sqlalchemy import text

from geo.records import districts
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from routes import gaps
from tests.conftest import TOWN
from tests.routes.making import make

KIND = f"/gaps/{TOWN}/exercise_group"
NEVER_BEFORE = count(
    4 * 10**6, 10
)  # versions that no other test had: what is rolled back is counted again


@pytest.fixture
def official(sign_in_as):
    gaps.MATRICES._kept.clear()
    return sign_in_as(Role.OFFICIAL)


@pytest.fixture
def without(db):
    """without(noun, statement…): 碁盤町 with a part removed."""

    def remove(noun, *statements):
        for statement in statements:
            db.execute(text(statement), {"m": TOWN})
        value = {"m": TOWN, "noun": noun, "value": next(NEVER_BEFORE)}
        db.execute(
            text(
                "insert into version (municipality, noun, value) values (:m, :noun, :value)"
                " on conflict (municipality, noun) do update set value = excluded.value"
            ),
            value,
        )
        db.commit()

    return remove


@pytest.fixture
def no_people(without):
    tables = ("population_of_district", "population_figure", "population_line", "mesh_cell")
    without(
        "population",
        *(f"delete from {table} where municipality = :m" for table in tables),
        "delete from population_source where municipality = :m",
    )


@pytest.fixture
def no_streets(without):
    without("basemap", "delete from street_extract where municipality = :m")
    without("streets", "select 1")


def shown(page):
    """Numbers of people in the page's answer and tables."""
    main = re.search(r"<main.*?</main>", page, re.S)[0]
    return re.findall(r"[\d,]+人(?!の)", re.sub(r"<form.*?</form>", "", main, flags=re.S))


@pytest.mark.usefixtures("no_people")
@pytest.mark.parametrize("address", [f"/gaps/{TOWN}", KIND])
def test_no_population_is_said_and_nobody_is_counted(official, address):
    page = official.get(address).text
    assert "この市町村の人口のデータが、まだありません" in page
    assert "0人という意味ではありません" in page
    assert 'href="/imports/"' in page
    assert set(shown(page)) <= {"0人"}  # 「0人という意味ではありません」 itself
    assert "gap-table" not in page


@pytest.mark.usefixtures("no_streets")
@pytest.mark.parametrize("address", [f"/gaps/{TOWN}", KIND])
def test_no_streets_is_said_and_nobody_is_counted(official, address):
    page = official.get(address).text
    assert "この市町村の道のデータが、まだありません" in page
    assert set(shown(page)) <= {"0人"}
    assert "gap-table" not in page


@pytest.mark.usefixtures("no_people")
def test_files_are_refused_in_words_where_nobody_is_counted(official):
    for form in ("csv", "geojson", "xlsx", "html"):
        answer = official.get(f"{KIND}.{form}")
        assert answer.status_code == 422
        assert "人口のデータが、まだありません" in answer.text or answer.is_json


def test_no_resource_of_the_kind_is_no_number(official, db):
    there = districts.list_at_level(db, house(TOWN), "living_area")[0].id
    for address in (f"/gaps/{TOWN}/hospital", f"/gaps/{TOWN}/hospital/{there}"):
        page = official.get(address).text
        assert "登録された病院が見つかりません。「ない」とはかぎりません。" in page
        assert shown(page) == []
    assert "登録なし（「ない」とはかぎりません）" in official.get(f"/gaps/{TOWN}").text


def test_an_area_where_nobody_looked_this_year_is_named(official, db):
    make(
        db,
        kind="hobby_group",
        name="碁の会",
        place=list(corner_lonlat(5, 5)),
        confirmed_on="2020-02-01",
    )
    page = official.get(f"/gaps/{TOWN}/hobby_group?level=elementary&age=0").text
    assert "件とも今年度は未確認" in page
    assert "登録なし、今年度は未確認" in page


def test_a_kind_that_speaks_of_buses_says_that_none_is_counted(official, db):
    make(db, kind="hobby_group", name="碁の会", place=list(corner_lonlat(5, 5)))
    page = official.get(f"/gaps/{TOWN}/hobby_group").text
    assert "バスの時刻表は使っていません。期限の切れた時刻表で数えることもありません。" in page
    assert "バスの時刻表は使っていません" not in official.get(KIND).text
