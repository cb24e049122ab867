"""住民に見せる届きにくさの表: off until an official shows it, in tens, from public sources alone."""

import csv
import io
import re
from itertools import count

import pytest
from sqlalchemy import text

from geo.records import audit
from geo.scope import Role, house
from routes import public_gaps
from tests.conftest import TOWN
from tests.living import fields_of

ADDRESS = f"/hard-to-reach/{TOWN}"
SHOWING = f"{ADDRESS}/showing"
NEVER_BEFORE = count(10**6)


@pytest.fixture
def official(sign_in_as, monkeypatch):
    public_gaps.MATRICES._kept.clear()
    monkeypatch.setattr(public_gaps, "PATIENCE_S", 60.0)
    return sign_in_as(Role.OFFICIAL)


def show(official):
    """Look at the table and show it."""
    return official.post(SHOWING, data=fields_of(official.get(SHOWING).text))


def rows(client):
    body = client.get(f"{ADDRESS}.csv").get_data(as_text=True).lstrip("\ufeff")
    return list(csv.DictReader(io.StringIO(body)))


def test_nobody_sees_it_until_an_official_shows_it(official, app, db):
    everybody = app.test_client()
    assert everybody.get(ADDRESS).status_code == 404
    assert ADDRESS not in everybody.get(f"/map/{TOWN}").text
    assert "いまは見せていません" in official.get(SHOWING).text
    assert show(official).status_code == 303
    page = everybody.get(ADDRESS)
    assert page.status_code == 200
    assert "足りないかどうかは、その地区の話し合いで決めます。" in page.text
    assert "国勢調査" in page.text
    assert f'href="{ADDRESS}"' in everybody.get(f"/map/{TOWN}").text
    line = audit.list_of(db, house(TOWN), "gap_publication", TOWN)[0]
    assert line.after["shown"] is True
    assert "いま数えても同じです" in official.get(SHOWING).text

    assert official.post(f"{SHOWING}/end").status_code == 303
    assert everybody.get(ADDRESS).status_code == 404
    assert audit.list_of(db, house(TOWN), "gap_publication", TOWN)[0].after == {"shown": False}


def test_what_was_not_looked_at_is_not_shown(official, app):
    assert official.post(SHOWING, data={"seen": "0" * 64}).status_code == 303
    assert app.test_client().get(ADDRESS).status_code == 404
    assert "数が変わりました" in official.get(SHOWING).text


def test_every_number_is_in_tens_and_the_file_says_what_the_page_says(official, app):
    show(official)
    everybody = app.test_client()
    told = rows(everybody)
    assert {row["区域"] for row in told} > {"全体"}
    for row in told:
        for name in ("届く", "届きにくい", "わからない", "全体"):
            assert row[name] == "5人未満" or int(row[name]) % 10 == 0
    page = everybody.get(ADDRESS).text
    assert set(re.findall(r">([\d,]+)人<", page)) <= {
        f"{int(value):,}" for row in told for value in row.values() if value.isdigit()
    }
    asked = everybody.get(f"{ADDRESS}?age=0&minutes=7&level=elementary&lon=136.01&lat=32.51")
    assert re.findall(r">[\d,]+人<", asked.text) == re.findall(r">[\d,]+人<", page)


def test_what_is_not_public_changes_nothing(official, app, db):
    """The same table to the last sign, whatever the sources of the staff say and whatever they alone see."""
    show(official)
    before = app.test_client().get(f"{ADDRESS}.csv").get_data()
    square = db.scalar(text("select id from population_source where kind = 'cells'"))
    db.execute(
        text(
            "insert into population_source (id, municipality, series, kind, form, level, as_of, as_of_unit,"
            " title, publisher, licence, public, intake) select gen_random_uuid(), municipality, 'secret',"
            " 'table', 'matrix', 'elementary', '2026-09-30', 'day', '住基', '町', '', false, intake"
            " from population_source where id = :id"
        ),
        {"id": square},
    )
    db.execute(
        text(
            "insert into population_of_district (source, district, how, municipality, people, people_65,"
            " people_75, people_85, parts, missing, split) select s.id, d.id, 'table', s.municipality,"
            " 313, 101, 53, 17, 1, '{}', '{}' from population_source s, district d"
            " where s.series = 'secret' and d.municipality = s.municipality and d.level = 'elementary'"
        )
    )
    _raise(db)
    db.commit()
    page = official.get(f"/gaps/{TOWN}/salon.csv?age=0").get_data(as_text=True)
    assert "住基" in page  # the staff's numbers do know of it
    official.post(SHOWING, data=fields_of(official.get(SHOWING).text))
    assert app.test_client().get(f"{ADDRESS}.csv").get_data() == before


def _raise(db):
    """A version that no test before had: what is rolled back may be counted again under its number."""
    db.execute(
        text(
            "insert into version (municipality, noun, value) values (:m, 'population', :value)"
            " on conflict (municipality, noun) do update set value = excluded.value"
        ),
        {"m": TOWN, "value": next(NEVER_BEFORE)},
    )


def test_without_a_public_census_there_is_no_table(official, db):
    db.execute(text("update population_source set public = false"))
    _raise(db)
    db.commit()
    assert "だれでも見られる人口の資料が、まだありません" in official.get(SHOWING).text
    assert official.post(SHOWING, data={"seen": ""}).status_code == 303
    assert official.get(ADDRESS).status_code == 404


def test_a_coordinator_does_not_decide(sign_in_as):
    assert sign_in_as(Role.COORDINATOR_1).get(SHOWING).status_code == 403
