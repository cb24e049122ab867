"""届きにくさ: what the page says is what the file holds, everybody is in one of three states, and people are the staff's."""

import csv
import io
import json
import re
from datetime import UTC, datetime
from html import unescape
from uuid import uuid4

import pytest
from sqlalchemy import text

from geo import registry
from geo.edits import ResourceEdit
from geo.kinds import vocabulary
from geo.records import resources, shelf, versions
from geo.records.shelf import Wanted
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from routes import gaps
from routes._if_closed import TABLES
from tests.conftest import TOWN
from tests.routes.making import make

SALON = f"/gaps/{TOWN}/salon"
TUESDAYS = [{"rrule": "FREQ=WEEKLY;BYDAY=TU", "opens_at": "10:00", "closes_at": "11:30"}]
THIS_YEAR = datetime.now(UTC).date().isoformat()


@pytest.fixture
def official(sign_in_as):
    gaps.MATRICES._kept.clear()
    TABLES._kept.clear()
    return sign_in_as(Role.OFFICIAL)


@pytest.fixture
def only_salon(db):
    """only_salon(…) -> the one salon of the town, at corner (0, 3): its forty of the south-west are within
    thirteen minutes (tests/geo/test_gap_map.py)."""

    def place(**values):
        for row in shelf.list_open(db, house(TOWN), Wanted(kind="salon")):
            revision = resources.load_values(db, house(TOWN), [row.id])[row.id][0]
            edits = {"closed_on": "2026-04-01"}
            raw = {"id": uuid4(), "resource": row.id, "base": revision, "edits": edits}
            registry.apply(db, house(TOWN), ResourceEdit.parse(raw))
        usual = {"eligibility": "anyone", "confirmed_on": THIS_YEAR, "place_level": "building"}
        corner = list(corner_lonlat(0, 3))
        make(db, **{"kind": "salon", "name": "茶の間", "place": corner, **usual, **values})

    return place


def said(page):
    """The answer in words, without tags."""
    part = re.search(r'<section class="gap-answer".*?</section>', page.text, re.S)[0]
    return unescape(re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", part)))


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


def test_the_answer_says_of_how_many_and_that_the_area_decides(official, only_salon):
    only_salon()
    page = official.get(f"{SALON}?age=0&minutes=13&profile=on_foot&level=municipality")
    assert page.status_code == 200
    words = said(page)
    assert (
        "歩いて13分以内にサロン・茶話会がない人は、およそ962人（全部の年齢1,002人のうち、推計）。"
        in words
    )
    assert "足りないかどうかは、この地区の話し合いで決めます。" in words
    assert "この種別の目安（ゆっくり歩いて15分）で見ると、届きにくい人はおよそ" in words
    assert "登録は1件です。どれも今年度に確かめています。" in words
    assert "％" not in words


def test_a_question_about_days_counts_what_is_open_then(official, only_salon):
    only_salon(openings=TUESDAYS)
    ask = f"{SALON}?age=0&minutes=13&profile=on_foot"
    tuesday = said(official.get(f"{ask}&day=tue&at=morning"))
    assert (
        "歩いて13分以内に毎週火曜の午前に開く予定のサロン・茶話会がない人は、およそ962人" in tuesday
    )
    wednesday = said(official.get(f"{ask}&day=wed"))
    assert "およそ1,002人（全部の年齢1,002人のうち" in wednesday
    assert "この条件で届く人は、ひとりもいません。" in wednesday


def test_what_nobody_confirmed_or_knows_the_days_of_is_said_apart(official, only_salon):
    only_salon(confirmed_on="2020-02-01", openings=[{"irregular": True, "note": "不定期"}])
    ask = f"{SALON}?age=0&minutes=13&profile=on_foot"
    words = said(official.get(f"{ask}&day=tue"))
    assert "今年度確かめたものだけなら、届く人は0人です" in words
    assert "開く日が不定期のものが1件あります。" in words
    assert "届きにくい人は、あと40人少なくなります。" in words
    whenever = said(official.get(ask))
    assert "およそ962人" in whenever
    assert "いつでもよいときは、これも数えています。" in whenever


def test_what_is_full_and_what_has_no_place_are_said(official, only_salon, db):
    only_salon(accepting="no")
    make(db, name="どこかの茶の間", place=None, eligibility="anyone", confirmed_on=THIS_YEAR)
    words = said(official.get(SALON))
    assert "いっぱいで受け入れていない1件は、数えていません。" in words
    assert "場所がわからない1件は、地図にも数にも入っていません。" in words


def test_nothing_registered_is_no_gap(official):
    """碁盤町 has no hospital."""
    page = official.get(f"/gaps/{TOWN}/hospital")
    assert page.status_code == 200
    assert "見つかりません。「ない」とはかぎりません。" in page.text
    assert "gap-table" not in page.text


def test_what_comes_to_the_home_goes_by_area_and_has_no_line(official, db):
    row = shelf.list_open(db, house(TOWN), Wanted(kind="meal_delivery"))[0]
    revision = resources.load_values(db, house(TOWN), [row.id])[row.id][0]
    areas = [{"name": "汐見小学校区"}, {"name": "浜風小学校区"}]
    raw = {"id": uuid4(), "resource": row.id, "base": revision, "edits": {"service_areas": areas}}
    registry.apply(db, house(TOWN), ResourceEdit.parse(raw))
    page = official.get(f"/gaps/{TOWN}/meal_delivery?age=0")
    assert "配食が家に来る区域に住んでいない人は、およそ502人" in said(page)
    assert "歩く時間では見ません" in said(page)
    drawn = json.loads(re.search(r'id="page-data">(.*?)</script>', page.text, re.S)[1])["gaps"]
    assert drawn["leading"] is None
    assert drawn["served"]["type"] in ("Polygon", "MultiPolygon")


def test_an_area_that_nobody_knows_is_unknown_and_not_beyond(official):
    words = said(official.get(f"/gaps/{TOWN}/meal_delivery?age=0"))
    assert "およそ0人" in words
    assert "届くかどうかわからない人は、1,002人です。" in words


@pytest.mark.parametrize("question", ["", "?age=0&day=tue&at=10:00", "?level=elementary&age=85"])
def test_the_file_holds_what_the_page_shows(official, question):
    address = f"/gaps/{TOWN}/exercise_group"
    page, answer = official.get(address + question), official.get(f"{address}.csv{question}")
    assert answer.mimetype == "text/csv"
    rows = rows_of(answer)
    for row in rows:
        parts = [int(row[name]) for name in ("届く", "届きにくい", "わからない")]
        assert sum(parts) == int(row["全体の人数"])
        least, most = int(row["届きにくい（少なくとも）"]), int(row["届きにくい（多くて）"])
        assert least <= int(row["届きにくい"]) <= most
    total = rows[-1]
    assert total["区域"] == "全体"
    beyond, everybody = int(total["届きにくい"]), int(total["全体の人数"])
    assert f"およそ{beyond:,}人" in said(page)
    assert f"{everybody:,}人のうち、推計" in said(page)
    table = re.search(r'<table class="counts counts-tight gap-table">.*?</table>', page.text, re.S)[
        0
    ]
    shown = re.findall(r'<th scope="row"><a [^>]*>(.*?)</a>.*?<td>([\d,]+)', table, re.S)
    assert [
        (row["区域"], f"{int(row['届きにくい']):,}") for row in rows if row["区域コード"]
    ] == shown
    assert "通いの場（体操）" in total["問い"]
    assert all(total[name] for name in ("数えた日", "資料", "人数のもと"))


def test_the_map_as_a_file_has_the_areas_the_lines_and_the_question(official):
    answer = official.get(f"/gaps/{TOWN}/exercise_group.geojson?age=0&level=elementary")
    document = json.loads(answer.get_data(as_text=True))
    layers = [feature["properties"]["layer"] for feature in document["features"]]
    assert layers[:2] == ["within", "within"]
    assert {"area", "resource"} < set(layers)
    areas = [
        one["properties"] for one in document["features"] if one["properties"]["layer"] == "area"
    ]
    beyond = sum(area["leading"]["beyond"] for area in areas)
    assert beyond == pytest.approx(document["everybody"]["beyond"], abs=len(areas))
    assert "全部の年齢" in document["about"]["question"]


@pytest.mark.parametrize(
    "words",
    [
        "age=80",
        "minutes=0",
        "minutes=x",
        "day=mo",
        "at=25:99",
        "month=13",
        "on=きのう",
        "profile=jet",
    ],
)
def test_what_makes_no_sense_is_refused_in_words(official, words):
    for address in (SALON, f"{SALON}.csv"):
        answer = official.get(f"{address}?{words}")
        assert answer.status_code == 422
        assert "エラー" in answer.text or "確かめてください" in answer.text


@pytest.mark.parametrize(
    "address",
    [f"/gaps/{TOWN}/nonsense", f"{SALON}?level=nonsense", "/gaps/99002", "/gaps/12345/salon"],
)
def test_what_is_not_there_or_not_ours_is_not_found(official, address):
    assert official.get(address).status_code == 404


def test_a_resident_is_asked_to_sign_in(client):
    for address in (f"/gaps/{TOWN}", SALON, f"{SALON}.csv", f"{SALON}.geojson"):
        assert client.get(address).status_code == 302


def cells(page):
    """Kind → the numbers of its line, [(beyond, people)]."""
    found = {}
    for kind, line in re.findall(
        r'<tr><th scope="row"><a [^>]*>(.*?)</a>(.*?)</tr>', page.text, re.S
    ):
        found[kind] = re.findall(r'gap-beyond">(.*?)</span>.*?／([\d,]+)人', line, re.S)
    return found


def test_the_table_says_what_each_page_says(official):
    page = official.get(f"/gaps/{TOWN}?level=elementary&age=0")
    assert page.status_code == 200
    assert 'data-waiting="0"' in page.text
    kind = official.get(f"/gaps/{TOWN}/exercise_group.csv?level=elementary&age=0")
    rows = {row["区域コード"]: row for row in rows_of(kind)}
    whole, *areas = cells(page)["通いの場（体操）"]
    total = rows.pop("")
    assert whole == (f"{int(total['届きにくい']):,}", f"{int(total['全体の人数']):,}")
    by_code = [rows[code] for code in sorted(rows)]
    assert areas == [
        (f"{int(row['届きにくい']):,}", f"{int(row['全体の人数']):,}") for row in by_code
    ]
    assert cells(page)["配食"][0] == ("不明", "1,002")
    assert "登録なし（「ない」とはかぎりません）" in page.text
    assert "病院" not in cells(page)


def test_the_table_can_go_by_the_practical_limit(official):
    page = official.get(f"/gaps/{TOWN}?level=elementary&age=0&limit=practical")
    rows = rows_of(official.get(f"/gaps/{TOWN}/salon.csv?level=elementary&age=0"))
    assert cells(page)["サロン・茶話会"][0][0] == f"{int(rows[-1]['目安で届きにくい']):,}"


def test_a_table_that_is_not_finished_says_so_and_goes_on(official, monkeypatch):
    monkeypatch.setattr(gaps, "PATIENCE_S", 0.0)
    first = official.get(f"/gaps/{TOWN}?age=65")
    waiting = int(re.search(r'data-waiting="(\d+)"', first.text)[1])
    assert waiting > 0
    assert f"のこりの{waiting}を数えています" in first.text
    assert "まだ数えていません" in first.text
    second = official.get(f"/gaps/{TOWN}?age=65")
    assert int(re.search(r'data-waiting="(\d+)"', second.text)[1]) == waiting - 1


def test_the_table_counts_again_what_has_changed(official, only_salon):
    before = cells(official.get(f"/gaps/{TOWN}?age=0"))["サロン・茶話会"][0]
    only_salon(accepting="no")
    after = cells(official.get(f"/gaps/{TOWN}?age=0"))["サロン・茶話会"][0]
    assert before != after == ("1,002", "1,002")


def test_staff_find_the_way_there(official):
    link = f'href="/gaps/{TOWN}"'
    assert link in official.get("/work/").text
    assert link in official.get(f"/map/{TOWN}").text
    assert 'href="/gaps/' not in official.get("/map/99002").text


def test_the_table_can_ask_for_a_weekday_and_keeps_the_answers_apart(official, only_salon):
    only_salon(openings=TUESDAYS)
    ask = f"/gaps/{TOWN}?age=0&level=municipality"
    whenever, tuesday, wednesday = (
        cells(official.get(f"{ask}{more}"))["サロン・茶話会"][0]
        for more in ("", "&day=tue", "&day=wed")
    )
    assert tuesday[0] == whenever[0] != wednesday[0] == "1,002"
    page = official.get(f"{ask}&day=tue").text
    assert "毎週火曜に開く予定の登録されたものがない人" in page
    assert f"{SALON}?level=municipality&amp;age=0&amp;minutes=30&amp;day=tue" in page
    assert official.get(f"{ask}&day=mo").status_code == 422


def test_the_whole_table_is_a_file(official):
    address = "level=elementary&age=0&day=tue"
    page = official.get(f"/gaps/{TOWN}?{address}")
    answer = official.get(f"/gaps/{TOWN}/all.csv?{address}")
    assert answer.mimetype == "text/csv"
    rows = rows_of(answer)
    clubs = [row for row in rows if row["種別"] == "通いの場（体操）"]
    assert [f"{int(row['届きにくい']):,}" for row in (clubs[-1], *clubs[:-1])] == [
        beyond for beyond, _ in cells(page)["通いの場（体操）"]
    ]
    for row in clubs:
        parts = [int(row[name]) for name in ("届く", "届きにくい", "わからない")]
        assert sum(parts) == int(row["全体の人数"])
    assert {row["いつ"] for row in rows} == {"毎週火曜"}
    assert [row["注"] for row in rows if row["種別"] == "病院"] == [
        "登録なし（「ない」とはかぎりません）"
    ]


def test_the_table_by_fields_of_life_shows_a_kind_in_each_of_its_own(official):
    page = official.get(f"/gaps/{TOWN}?by=field").text
    assert page.count('<tr class="gap-element">') == len(vocabulary("field"))
    assert page.count(">通いの場（体操）</a>") == 3  # 健康, 通いの場, 交流


def test_what_nobody_confirmed_this_year_is_told_by_area(official, only_salon):
    def unconfirmed():
        page = official.get(f"/gaps/{TOWN}?level=municipality").text
        return re.findall(r"<td>([\d,]+)<span class=\"of\">／([\d,]+)件", page)

    only_salon()
    before = unconfirmed()
    only_salon(confirmed_on="2020-02-01")  # the one before is closed
    (some, every), after = before[0], unconfirmed()
    assert after[0] == (str(int(some) + 1), every)


def test_squares_of_the_map_add_up_to_the_town(official):
    answer = official.get(f"/gaps/{TOWN}/exercise_group/cells.geojson?age=0")
    assert answer.mimetype == "application/geo+json"
    squares = [one["properties"] for one in json.loads(answer.get_data(as_text=True))["features"]]
    assert sum(one["people"] for one in squares) == pytest.approx(1002, abs=len(squares))
    for one in squares:
        held = one["reached"] + one["beyond"] + one["unknown"]
        assert held == pytest.approx(one["people"], abs=2)
    document = json.loads(
        official.get(f"/gaps/{TOWN}/exercise_group.geojson?age=0").get_data(as_text=True)
    )
    again = [one for one in document["features"] if one["properties"]["layer"] == "cell"]
    assert len(again) == len(squares)
    assert 'id="cells"' in official.get(f"/gaps/{TOWN}/exercise_group").text


def test_where_nobody_says_ages_it_is_everybody_who_is_counted_and_never_nobody(
    official, db, only_salon
):
    only_salon()
    ages = "set people_65 = null, people_75 = null, people_85 = null where municipality = :m"
    for table in ("mesh_cell", "population_of_district"):
        db.execute(text(f"update {table} {ages}"), {"m": TOWN})
    versions.raise_version(db, house(TOWN), "population")
    page = official.get(f"{SALON}?level=municipality")
    assert "（全部の年齢1,0" in said(page)
    refused = official.get(f"{SALON}?age=75&level=municipality")
    assert refused.status_code == 422
    assert "0人という意味ではありません" in refused.text
    assert "およそ0人" not in refused.text
    reach = official.get(f"/reach/{TOWN}?kind=salon").text
    assert "年齢ごとの人数は、取り込んだ資料のどこにもない" in reach
    assert "75歳以上で" not in reach
