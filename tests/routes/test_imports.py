"""取り込み結果: a report that staff of the town can read, and nobody else."""

import re

import openpyxl
import shapely
from sqlalchemy import text

from geo import intake
from geo.intake import Delivery
from geo.scope import Role, house
from tests.geo.sources import vectors
from tests.geo.test_intake import SALON, SHOP, rows


def test_staff_see_each_run_and_its_report(sign_in_as, db):
    client = sign_in_as(Role.VIEWER)
    assert "99001_resources.csv" in client.get("/imports/").text
    run = db.scalar(text("select id from intake where dataset = 'resources'"))
    page = client.get(f"/imports/{run}").text
    assert "<dt>加わった</dt><dd>25</dd>" in page
    assert "cp932" in page


def test_every_report_of_the_town_can_be_opened(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    runs = db.scalars(text("select id from intake where municipality = '99001'")).all()
    assert len(runs) == 10
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


def test_what_a_report_leaves_to_a_person_is_decided_on_its_page(db, sign_in_as, tmp_path):
    for lines in ((SALON, SHOP), (SALON,)):
        path = tmp_path / "list.csv"
        path.write_text(rows(*lines), encoding="utf-8")
        run = intake.run_resources(db, house("99001"), Delivery(path, None))
    db.commit()
    assert "人が決めること" in sign_in_as(Role.VIEWER).get(f"/imports/{run.id}").text
    client = sign_in_as(Role.OFFICIAL)
    address = f"/imports/{run.id}"
    form = {"line": "m0", "choice": "close", "closed_on": "きのう", "closed_reason": "閉店"}
    for change, words in (
        ({}, "日付を"),
        ({"closed_on": ""}, "終わった日：入力してください"),
        ({"closed_on": "令和8年3月31日", "closed_reason": ""}, "終わった理由：入力してください"),
        ({"line": ""}, "日付を"),
    ):
        answer = client.post(f"{address}/decide", data={**form, **change})
        assert (answer.status_code, words in answer.text) == (422, True), words
    nothing = client.post(f"{address}/decide", data={"choice": "keep"})
    assert (nothing.status_code, "ひとつ以上えらんで" in nothing.text) == (422, True)
    answer = client.post(f"{address}/decide", data={**form, "closed_on": "令和8年3月31日"})
    assert answer.status_code == 303
    page = client.get(address).text
    assert "終わったことにした" in page
    assert "役場 太郎" in page
    assert "ぜんぶ決まりました" in page


def test_lines_of_one_reason_stand_together_and_all_of_them_are_in_the_table(
    db, sign_in_as, tmp_path
):
    path = tmp_path / "list.csv"
    far = [f"F{n},=遠い店{n},海,51.5,-0.1,食料品店,,,," for n in range(250)]
    path.write_text(rows(SALON, *far), encoding="utf-8")
    run = intake.run_resources(db, house("99001"), Delivery(path, None))
    db.commit()
    client = sign_in_as(Role.VIEWER)
    page = client.get(f"/imports/{run.id}").text
    assert page.count("日本の外の座標です。</span>") == 1
    assert "250行" in page
    assert "はじめの200行だけ" in page
    table = client.get(f"/imports/{run.id}/lines.csv").text
    assert table.count("日本の外の座標です。") == 250
    assert "'=遠い店0" in table


def test_a_line_of_a_workbook_says_on_which_sheet_it_stands(db, sign_in_as, tmp_path):
    book = openpyxl.Workbook()
    for number, name in enumerate(("北の店", "南の店")):
        sheet = book.active if number == 0 else book.create_sheet()
        sheet.title = name
        sheet.append(["名称", "住所", "緯度", "経度", "種別"])
        sheet.append([f"遠い店{number}", "海", 51.5, -0.1, "食料品店"])
        sheet.append([f"茶の間{number}", "松葉", 32.51, 136.01, "サロン"])
    book.save(tmp_path / "list.xlsx")
    run = intake.run_resources(db, house("99001"), Delivery(tmp_path / "list.xlsx", None))
    db.commit()
    client = sign_in_as(Role.VIEWER)
    page = client.get(f"/imports/{run.id}").text
    assert re.search(r'<td>南の店</td><td class="count">2</td><th scope="row">遠い店1', page)
    assert "南の店,2," in client.get(f"/imports/{run.id}/lines.csv").text


def test_runs_are_listed_by_pages_and_by_what_they_brought(db, sign_in_as):
    client = sign_in_as(Role.VIEWER)
    assert "10回" in client.get("/imports/").text
    assert "1回" in client.get("/imports/?dataset=resources").text
    assert "10回" in client.get("/imports/?dataset=weather&page=99").text
    db.execute(
        text(
            "insert into intake (id, municipality, dataset, target, file_name, sha256, rows, added,"
            " changed, unchanged, missing, refused, report) select gen_random_uuid(), municipality,"
            " dataset, target, file_name, sha256, 0, 0, 0, 0, 0, 0, report from intake,"
            " generate_series(1, 9) where municipality = '99001'"
        )
    )
    db.commit()
    assert "100回（2／2ページ）" in client.get("/imports/?page=99").text


def test_a_person_without_an_account_is_asked_to_sign_in(client):
    answer = client.get("/imports/")
    assert (answer.status_code, "/accounts/sign-in" in answer.location) == (302, True)
