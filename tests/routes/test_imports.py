"""取り込み結果: a report that staff of the town can read, and nobody else."""

import shapely
from sqlalchemy import text

from geo import intake
from geo.intake import Delivery
from geo.scope import Role, house
from tests.geo.sources import vectors


def test_staff_see_each_run_and_its_report(sign_in_as, db):
    client = sign_in_as(Role.VIEWER)
    assert "99001_resources.csv" in client.get("/imports/").text
    run = db.scalar(text("select id from intake where dataset = 'resources'"))
    page = client.get(f"/imports/{run}").text
    assert "25行のうち" in page
    assert "cp932" in page


def test_every_report_of_the_town_can_be_opened(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    runs = db.scalars(text("select id from intake where municipality = '99001'")).all()
    assert len(runs) == 9
    assert {client.get(f"/imports/{run}").status_code for run in runs} == {200}


def test_what_was_assumed_is_said_with_its_value(sign_in_as, db, tmp_path):
    fields = {"P29_001": "99001", "P29_003": "16001", "P29_004": "松葉小学校"}
    path = vectors.write(
        tmp_path / "P29-21_99.shp", [(fields, shapely.Point(136, 32.51))], epsg=4301
    )
    run = intake.run_schools(db, house("99001"), Delivery(path, tmp_path / "o"))
    page = sign_in_as(Role.VIEWER).get(f"/imports/{run.id}").text
    assert "旧日本測地系の座標を、JGD2000を経て直しました。正確さはメートルで（9）" in page
    assert "国土数値情報 学校（P29）" in page


def test_the_report_of_a_census_says_its_sums_and_day(sign_in_as, db):
    run = db.scalar(
        text("select id from intake where municipality = '99001' and target = 'squares/500'")
    )
    words = sign_in_as(Role.VIEWER).get(f"/imports/{run}").text
    for said in (
        "資料全体の人口（人）（1000）",
        "国勢調査 地域メッシュ（500メートル）",
        "2020-10-01 現在",
    ):
        assert said in words
    assert "座標系" not in words


def test_a_person_without_an_account_is_asked_to_sign_in(client):
    answer = client.get("/imports/")
    assert (answer.status_code, "/accounts/sign-in" in answer.location) == (302, True)
