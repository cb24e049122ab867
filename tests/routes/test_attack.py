"""The numbers that are not public, attacked from outside: none is recovered. The long suite attacks みほん市."""

from datetime import date
from itertools import count

import pytest
from sqlalchemy import text

from geo import intake, sign_in
from geo.intake import Delivery
from geo.records import districts
from geo.scope import Role, house
from routes import public_gaps
from routes._sessions import TOKEN
from tests import attacking
from tests.attacking import Secret, crawled, differing, opener, recovered, table, told_of, write
from tests.conftest import FOREIGN, TOWN, open_session
from tests.living import fields_of
from tests.routes.examples import addresses

DAY = date(2026, 10, 1)
NEVER_BEFORE = count(2 * 10**6, 1000)
SECRET = Secret(
    {
        "松葉小学校": (261, 97, 53, 17),
        "緑丘小学校": (241, 71, 37, 11),
        "汐見小学校": (157, 73, 41, 19),
        "浜風小学校": (347, 103, 59, 13),
    },
    dict.fromkeys(("松葉小学校", "緑丘小学校", "汐見小学校", "浜風小学校"), "碁盤町"),
)


@pytest.fixture
def plant(db, tmp_path):
    """plant(secret): the register for staff, its sums for everybody."""
    db.execute(
        text("update version set value = :value where municipality = :m and noun = 'population'"),
        {"m": TOWN, "value": next(NEVER_BEFORE)},
    )

    def bring(name, rows, **options):
        delivery = Delivery(write(tmp_path, name, rows), tmp_path / "o")
        intake.run_population(db, house(TOWN), delivery, as_of=DAY, older=True, **options)
        db.commit()

    bring("published.csv", table("市町村", SECRET.sums), level="municipality", public=True)
    return lambda secret: bring("register.csv", table("小学校区", secret.people), public=False)


@pytest.fixture
def reader(app, db, client):
    """reader(role, town) → a client of somebody of that town; nobody for None. ``client`` lends its session."""

    def sign_in_there(role, town=TOWN):
        fresh = app.test_client()
        if role:
            email = f"{role}-{town}@example.jp"
            about = {"email": email, "name": "", "role": role, "municipality": town}
            account = sign_in.add(db, house(), **about, password=None)
            token = open_session(db, account.id)
            with fresh.session_transaction() as cookie:
                cookie[TOKEN] = token
        return fresh

    return sign_in_there


def starts(app, db):
    """Every page for everybody, and each way of asking it that has to do with areas."""
    levels = [level.code for level in districts.list_levels(db, house(TOWN))]
    return [
        *addresses(app, db),
        *(f"/map/{TOWN}?level={level}" for level in levels),
        *(f"/hard-to-reach/{TOWN}?age=0&level={level}&minutes=7" for level in levels),
        *(f"/gaps/{TOWN}/salon.{form}" for form in ("csv", "geojson")),
        *(f"/tiles/districts/{z}/{x}/{y}.mvt" for z, x, y in ((10, 898, 414), (12, 3595, 1656))),
        *(
            f"/districts/{one.id}"
            for level in levels
            for one in districts.list_at_level(db, house(TOWN), level)
        ),
    ]


def show_again(official):
    public_gaps.MATRICES._kept.clear()
    official.post(
        f"/hard-to-reach/{TOWN}/showing",
        data=fields_of(official.get(f"/hard-to-reach/{TOWN}/showing").text),
    )


def test_no_number_of_the_register_is_recovered(app, db, reader, plant, capsys, monkeypatch):
    monkeypatch.setattr(public_gaps, "PATIENCE_S", 60.0)
    official = reader(Role.OFFICIAL)
    asked = starts(app, db)
    readers = {
        "anybody": (reader(None), len(asked) + 10),
        "prefecture": (reader(Role.PREFECTURE), 6),
        "staff of another town": (reader(Role.OFFICIAL, FOREIGN), 6),
    }
    asked_by = {who: asked if who == "anybody" else asked[-6:] for who in readers}
    told = []
    for secret in (SECRET, SECRET.other()):
        plant(secret)
        show_again(official)
        told.append(
            {
                who: crawled(opener(client), asked_by[who], most)
                for who, (client, most) in readers.items()
            }
        )
    values = len(SECRET.people) * len(attacking.BANDS)
    published = told_of(told[0]["anybody"], "published")
    assert published == {
        "碁盤町": list(SECRET.sums["碁盤町"])
    }  # the attacker knows what is to be known
    found = recovered(SECRET, published)
    pages = sum(map(len, told[0].values()))
    with capsys.disabled():
        print(f"\n{values} numbers attacked over {pages} answers, {len(found)} recovered")
    assert {who: differing(told[0][who], told[1][who]) for who in readers} == {
        who: [] for who in readers
    }
    assert found == []


def test_the_attacker_sees_what_staff_see(db, reader, plant):
    """The attack can succeed: given the staff's pages it finds every number."""
    official, told = reader(Role.OFFICIAL), []
    areas = [
        f"/districts/{one.id}" for one in districts.list_at_level(db, house(TOWN), "elementary")
    ]
    for secret in (SECRET, SECRET.other()):
        plant(secret)
        told.append(crawled(opener(official), areas, len(areas)))
    assert set(differing(*told)) == set(areas)
    assert told_of(told[0], "register") == {name: list(own) for name, own in SECRET.people.items()}


def test_the_attacker_subtracts():
    """One area of two, with the sum of both: both are known."""
    two = Secret({"A": (10, 5, 3, 1), "B": (20, 9, 4, 2)}, {"A": "A", "B": "A"})
    one = Secret(two.people, {"A": "A", "B": "B"})
    assert len(recovered(one, one.sums)) == 8
    assert recovered(two, two.sums) == []
