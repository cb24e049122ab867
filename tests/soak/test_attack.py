"""みほん市 with its register of residents kept from the public: everything that may be opened is read, by everybody who
is no member of its staff, and no number of the register is recovered. The short version is tests/routes/test_attack.py.
"""

from collections.abc import Iterator
from datetime import date
from random import Random

import pytest
from flask import Flask, g
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import Settings, create_app
from geo import demo, intake, population, sign_in
from geo.intake import Delivery
from geo.looks import Looks
from geo.records import districts
from geo.records.database import open_engine
from geo.scope import Role, Scope, house
from routes import public_gaps
from routes._sessions import TOKEN
from tests import attacking
from tests.attacking import Secret, crawled, differing, opener, recovered, table, told_of, write
from tests.conftest import TOWN, Databases, open_session
from tests.living import fields_of
from tests.routes.examples import addresses, known

pytestmark = pytest.mark.soak

CITY = demo.MIHON
DAY = date(2026, 10, 1)
PAGES = {"anybody": 300}  # answers that are read; of the others, who see what everybody sees
OTHERS = 90
READERS = {
    "anybody": (None, CITY),
    "a provider of the city": (Role.PROVIDER, CITY),
    "the prefecture": (Role.PREFECTURE, CITY),
    "an official of another town": (Role.OFFICIAL, TOWN),
}


@pytest.fixture
def db(mihon_databases: Databases) -> Iterator[Session]:
    """みほん市 in a transaction that is undone."""
    engine = open_engine(lambda: mihon_databases.application)
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()
    engine.dispose()


@pytest.fixture
def app(mihon_databases: Databases, var, db) -> Iterator[Flask]:
    app = create_app(Settings(var=var, database_url=mihon_databases.application))
    app.testing, app.config["WTF_CSRF_ENABLED"] = True, False
    app.extensions["looks"] = Looks(kept_every=attacking.NEVER)
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: setattr(g, "db", db))
    app.teardown_appcontext_funcs = []
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def secret(db) -> Secret:
    """People of each 地区 as no public source says them; their sum is published."""
    lot = Random(20261130)  # noqa: S311 - the same city each time
    found = population.by_area(db, Scope(CITY, Role.RESIDENT), "chiku")
    people, within = {}, {}
    for row in districts.list_at_level(db, house(CITY), "chiku"):
        everybody = found[row.id].everybody.people if row.id in found else None
        whole = (everybody or 3000) + lot.randrange(-200, 200)
        over_65 = round(whole * lot.uniform(0.25, 0.4))
        over_75 = round(over_65 * lot.uniform(0.45, 0.6))
        people[row.name] = (whole, over_65, over_75, round(over_75 * lot.uniform(0.2, 0.4)))
        within[row.name] = demo.CITY.name
    return Secret(people, within)


def client_of(app, db, role, town):
    client = app.test_client()
    if role:
        about = {"email": f"attack-{role}-{town}@example.jp", "name": "", "role": role}
        account = sign_in.add(db, house(), **about, municipality=town, password=None)
        with client.session_transaction() as cookie:
            cookie[TOKEN] = open_session(db, account.id)
    return client


def starts(app, db) -> list[str]:
    """Every page for everybody, every area, and every way of asking that has to do with people."""
    levels = [level.code for level in districts.list_levels(db, house(CITY))]
    about = known(db, CITY, str(app.secret_key).encode())
    asked = [f"/map/{CITY}?level={level}" for level in levels]
    asked += [f"/hard-to-reach/{CITY}", f"/hard-to-reach/{CITY}.csv"]
    asked += [
        f"/hard-to-reach/{CITY}?level={level}&age={age}&minutes={minutes}"
        for level in levels
        for age in (0, 65, 85)
        for minutes in (5, 30)
    ]
    asked += [
        f"/gaps/{CITY}/{what}{form}?age={age}"
        for what in ("salon", "grocery")
        for form in ("", ".csv", ".geojson", ".xlsx", ".html")
        for age in (65, 75)
    ]
    asked += [f"/gaps/{CITY}", f"/gaps/{CITY}.xlsx", f"/imports/{about['intake_id']}", "/imports/"]
    asked += [
        f"/districts/{row.id}{ending}"
        for level in levels
        for row in districts.list_at_level(db, house(CITY), level)
        for ending in ("", "/map.html")
    ]
    asked += [
        f"/api/v1/isochrones?lon={lon}&lat={lat}&profile=on_foot&minutes={minutes}"
        for lon, lat in _places(db)
        for minutes in (5, 30)
    ]
    return [*asked, *addresses(app, db)]


def _places(db) -> list[tuple[float, float]]:
    rows = db.execute(
        text(
            "select st_x(place), st_y(place) from resource where municipality = :m and place is not null"
            " order by number limit 5"
        ),
        {"m": CITY},
    )
    return [(row[0], row[1]) for row in rows]


def test_nothing_of_the_register_is_recovered(app, db, secret, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(public_gaps, "PATIENCE_S", 600.0)
    db.execute(  # what the city published of its register is what everybody may see: here it did not
        text(
            "update population_source set public = false where municipality = :m and kind = 'table'"
        ),
        {"m": CITY},
    )

    def bring(name: str, rows: str, **options) -> None:
        delivery = Delivery(write(tmp_path, name, rows), tmp_path / "o")
        intake.run_population(db, house(CITY), delivery, as_of=DAY, older=True, **options)
        db.commit()

    bring("published.csv", table("市町村", secret.sums), level="municipality", public=True)
    official = client_of(app, db, Role.OFFICIAL, CITY)
    readers = {who: client_of(app, db, *what) for who, what in READERS.items()}
    asked, told = starts(app, db), []
    for world in (secret, secret.other()):
        bring("register.csv", table("地区", world.people), level="chiku", public=False)
        showing = f"/hard-to-reach/{CITY}/showing"
        opener(official)(showing)
        official.post(showing, data=fields_of(official.get(showing).text))
        told.append(
            {
                who: crawled(opener(one), asked, PAGES.get(who, OTHERS))
                for who, one in readers.items()
            }
        )
    published = told_of(told[0]["anybody"], "published")
    found = recovered(secret, published)
    leaks = {who: differing(told[0][who], told[1][who]) for who in readers}
    values = len(secret.people) * len(attacking.BANDS)
    with capsys.disabled():
        print(
            f"\n{values} numbers of the register attacked, {len(found)} recovered from what is published"
        )
        for who in readers:
            opened = sum(body.startswith(b"200") for body in told[0][who].values())
            print(
                f"  {who}: {len(told[0][who])} answers ({opened} opened), {len(leaks[who])} differ"
            )
    assert published[demo.CITY.name] == list(secret.sums[demo.CITY.name])
    assert leaks == {who: [] for who in readers}
    assert found == []
