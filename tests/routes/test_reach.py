"""到達圏: minutes that can be counted in blocks, and a clear answer to what has none."""

import json
import re
from html import unescape

import pytest

from geo.scope import Role
from geo.sources.model_town import corner_lonlat
from tests.conftest import TOWN
from tests.routes.making import make


def point(x, y):
    return "{:.7f},{:.7f}".format(*corner_lonlat(x, y))


def page_data(response):
    return json.loads(re.search(r'id="page-data">(.*?)</script>', response.text, re.S)[1])


def minutes_of(response):
    """Name → minutes, as the list says them."""
    rows = re.findall(
        r'<li data-resource.*?<a href="[^"]+">(.*?)</a>.*?約(\d+)分', response.text, re.S
    )
    return {name: int(minutes) for name, minutes in rows}


def test_the_list_says_how_many_blocks_it_is(client):
    found = minutes_of(client.get(f"/reach/{TOWN}?from={point(10, 20)}&minutes=15"))
    assert found["松葉いきいき体操"] == 4  # (10, 24)
    assert found["碁盤町診療所"] == 8  # (18, 20)
    assert found["中央公民館体操教室"] == 10  # (20, 20)
    assert "はまかぜ歯科医院" not in found  # (30, 16)


def test_a_step_of_the_list_is_a_band_of_the_map(client):
    page = client.get(f"/reach/{TOWN}?from={point(10, 20)}&minutes=15")
    drawn = page_data(page)["reach"]["bands"]["features"]
    assert [band["properties"]["minutes"] for band in drawn] == [15, 10, 5]
    assert re.findall(r"</span>(\d+)分以内 <span", page.text) == ["5", "10", "15"]


def test_a_list_says_how_much_there_is_to_choose_from(client):
    page = client.get(f"/reach/{TOWN}?from={point(10, 20)}&minutes=10")
    kinds = set(re.findall(r'class="near-kind">(.*?)[・<]', page.text))
    assert f"種別は{len(kinds)}とおりあります" in page.text
    assert "毎週火・水曜に" in page.text  # いきいき体操 (10, 24) and 中央公民館 (20, 20)


def test_minutes_to_a_place_that_is_only_roughly_known_say_so(client, db):
    make(db, kind="salon", name="町の会", place=list(corner_lonlat(12, 20)), place_level="district")
    page = client.get(f"/reach/{TOWN}?from={point(10, 20)}&minutes=5")
    row = re.search(r"町の会</a>.*?</span></span>", page.text, re.S)[0]
    assert "場所はおおよそ" in row


def test_who_walks_slower_needs_longer(client):
    slow = minutes_of(
        client.get(f"/reach/{TOWN}?from={point(10, 20)}&minutes=15&profile=on_foot_slow")
    )
    assert slow["碁盤町診療所"] == 11  # 640 m at 60 m a minute, begun minutes counted


def test_what_comes_to_the_home_is_not_walked_to(client):
    found = minutes_of(client.get(f"/reach/{TOWN}?from={point(24, 4)}&minutes=5"))
    assert "配食サービスふくろう" not in found


def test_a_kind_can_be_chosen_from_what_is_near(client):
    page = client.get(f"/reach/{TOWN}?from={point(10, 20)}&minutes=15&kind=clinic")
    assert list(minutes_of(page)) == ["碁盤町診療所"]


def test_a_page_that_is_asked_nothing_begins_with_what_most_people_come_for(client):
    page = client.get(f"/reach/{TOWN}")
    assert page.status_code == 200
    assert "通いの場（体操）" in page.text
    assert len(page_data(page)["reach"]["bands"]["features"]) == 5


def test_the_nearest_of_a_kind_counts_and_an_area_is_cut_out(client, db):
    whole = page_data(client.get(f"/reach/{TOWN}?kind=clinic&minutes=10"))["reach"]["bands"]
    level = client.get(f"/map/{TOWN}?level=junior_high")
    west = next(
        f["properties"]["id"]
        for f in page_data(level)["districts"]["features"]
        if f["properties"]["name"] == "西中学校"
    )
    page = client.get(f"/reach/{TOWN}?kind=clinic&minutes=10&district={west}")
    part = page_data(page)["reach"]["bands"]
    assert "西中学校の中だけを示しています" in page.text
    border = corner_lonlat(20, 20)[0]
    assert easternmost(part) == pytest.approx(border, abs=1e-5)
    assert easternmost(whole) > border + 0.01


def easternmost(collection):
    return max(
        lon
        for feature in collection["features"]
        for polygon in feature["geometry"]["coordinates"]
        for ring in polygon
        for lon, _ in ring
    )


def test_a_resource_shows_from_where_it_is_reached(client, db):
    salon = make(db, kind="salon", name="角のサロン", place=list(corner_lonlat(5, 5)))
    page = client.get(f"/reach/{TOWN}?resource={salon}&minutes=5")
    assert "角のサロンまで" in page.text
    lon, _lat = corner_lonlat(10, 5)
    assert easternmost(page_data(page)["reach"]["bands"]) == pytest.approx(lon, abs=0.0005)


def test_what_comes_to_the_home_is_not_measured_from_its_office(client, db):
    meals = make(db, kind="meal_delivery", name="配食", place=list(corner_lonlat(5, 5)))
    page = client.get(f"/reach/{TOWN}?resource={meals}")
    assert page.status_code == 422
    assert "歩く時間では表せません" in page.text


def test_a_blurred_place_is_walked_to_from_where_readers_see_it(client, db, sign_in_as):
    true = list(corner_lonlat(5, 5))
    home = make(db, kind="open_house", name="うちのお茶", place=true, place_shown="blurred")
    seen = page_data(client.get(f"/reach/{TOWN}?resource={home}"))
    [mark] = seen["resources"]
    assert mark["lonlat"] != true
    assert str(true[0]) not in json.dumps(seen)


def test_an_address_is_asked_by_post_and_stands_nowhere_else(client, caplog):
    page = client.post(f"/reach/{TOWN}", data={"address": "松葉一丁目1番", "minutes": "5"})
    assert page.status_code == 200
    assert "松葉一丁目" in page.text
    lon, lat = page_data(page)["reach"]["from"].split(",")
    assert (float(lon), float(lat)) == pytest.approx(corner_lonlat(20, 20.5), abs=1e-6)
    assert minutes_of(page)["中央公民館体操教室"] == 1
    assert "松葉" not in caplog.text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "入力してください"),
        ("どこにもない町1", "この住所は見つかりませんでした"),
        ("松葉", "同じ名前の場所がいくつかあります"),
    ],
)
def test_an_address_without_one_place_is_said_so(client, address, words):
    page = client.post(f"/reach/{TOWN}", data={"address": address})
    assert page.status_code == 422
    assert words in page.text


def test_of_several_places_one_is_chosen_by_a_button(client):
    page = client.post(f"/reach/{TOWN}", data={"address": "松葉"})
    places = re.findall(r'name="from" value="([^"]+)">([^<]+)</button>', page.text)
    assert len(places) == 3
    chosen = client.post(f"/reach/{TOWN}", data={"from": places[0][0]})
    assert chosen.status_code == 200


QUESTIONS = [
    ("from=136.5,32.5", "範囲の外"),  # at sea, outside the data
    ("from=139.7,35.6", "範囲の外"),  # Tokyo
    ("from=32.5,136.0", "緯度と経度が入れかわっています"),
    ("from=0,0", "日本の外の座標"),
    ("from=x", "経度,緯度の順に"),
    ("from=136.01,32.51&minutes=600", "1から60まで"),
    ("from=136.01,32.51&minutes=nan", "1から60まで"),
    ("from=136.01,32.51&minutes=45", "5、10、15、20、30分から"),
    ("from=136.01,32.51&profile=teleport", "一覧の中から"),
    ("from=136.01,32.51&modifiers=wings", "一覧の中から"),
    ("kind=meal_delivery", "歩く時間では表せません"),
    ("kind=nonsense", ""),
    ("resource=nonsense", "一覧の中から"),
    ("kind=clinic&district=nonsense", "一覧の中から"),
]


@pytest.mark.parametrize(("query", "words"), QUESTIONS)
def test_a_question_without_an_answer_is_refused_in_words(client, query, words):
    page = client.get(f"/reach/{TOWN}?{query}")
    assert page.status_code in (404, 422)
    assert words in page.text


@pytest.mark.parametrize("query", ["from=x", "from=136.01,32.51&minutes=600", "from=0,0"])
def test_a_script_that_asks_nonsense_is_told_the_same(client, query):
    for door in ("bands", "near"):
        answer = client.get(f"/reach/{TOWN}/{door}?{query}", headers={"Accept": "application/json"})
        assert answer.status_code == 422
        assert answer.json["problems"]


def test_a_point_that_is_dragged_over_the_sea_is_unknown_and_no_error(client):
    answer = client.get(f"/reach/{TOWN}/bands?from=136.5,32.5")
    assert answer.json["features"] == []
    assert "範囲の外" in answer.json["problem"]
    assert "範囲の外" in client.get(f"/reach/{TOWN}/near?from=136.5,32.5").text


def test_a_town_without_streets_says_what_is_missing(client):
    page = client.get("/reach/13101")
    assert page.status_code == 200
    assert "道のデータが、まだありません" in page.text


def test_staff_may_ask_for_an_hour(sign_in_as):
    page = sign_in_as(Role.OFFICIAL).get(f"/reach/{TOWN}?from={point(0, 0)}&minutes=60")
    assert page.status_code == 200
    assert minutes_of(page)["中央公民館体操教室"] == 40


def test_the_bands_of_a_point_are_those_of_its_page(client):
    query = f"from={point(10, 20)}&minutes=15"
    alone = client.get(f"/reach/{TOWN}/bands?{query}")
    assert alone.mimetype == "application/geo+json"
    page = page_data(client.get(f"/reach/{TOWN}?{query}"))
    assert alone.json == page["reach"]["bands"]


def people_of(page):
    """Path → whole people, as the page says them."""
    return {
        path: int(number.replace(",", ""))
        for path, number in re.findall(r'data-people="([^"]+)">([\d,]+)', page.text)
    }


def test_staff_see_who_lives_within_and_everybody_is_counted_once(sign_in_as):
    page = sign_in_as(Role.OFFICIAL).get(f"/reach/{TOWN}?from={point(0, 3)}&minutes=15")
    found = people_of(page)
    assert found["of.0"] == 1002
    assert found["rows.2.reached.0"] + found["beyond.0"] + found["unknown.0"] == 1002
    assert 0 < found["rows.0.reached.0"] < found["rows.2.reached.0"]


def test_people_change_with_the_point(sign_in_as):
    official = sign_in_as(Role.OFFICIAL)
    west, middle = (
        official.get(f"/reach/{TOWN}/bands?from={point(x, 20)}&minutes=20").json["people"]
        for x in (2, 20)
    )
    assert west["of"] == middle["of"]
    assert west["rows"][-1]["reached"][0] < middle["rows"][-1]["reached"][0]


def lines_by_area(page):
    """Name → numbers of the table by area: within, beyond, (their range,) unknown, all."""
    table = re.search(r'aria-labelledby="areas-title".*?</table>', page.text, re.S)[0]
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', table, re.S)
    return {
        re.sub(r"<.*?>", "", name): [int(n.replace(",", "")) for n in re.findall(r"[\d,]+", cells)]
        for name, cells in rows
    }


def test_staff_see_each_area_with_of_how_many_and_a_way_to_its_page(sign_in_as):
    official = sign_in_as(Role.OFFICIAL)
    page = official.get(f"/reach/{TOWN}?kind=clinic&minutes=10&profile=on_foot_slow")
    lines = lines_by_area(page)
    whole = lines.pop("市町村の全体")
    assert len(lines) > 1
    assert abs(sum(line[-1] for line in lines.values()) - whole[-1]) <= len(lines)
    links = re.findall(r'<th scope="row"><a href="([^"]+)">([^<]+)</a>', page.text)
    assert [name for _, name in links] == list(lines)
    for address, name in links:
        own = official.get(unescape(address))
        assert people_of(own)["of.2"] == lines[name][-1]
        assert people_of(own)["rows.1.reached.2"] == lines[name][0]
        assert f"{name}の全体" in own.text
        assert "ごとの75歳以上の人" not in own.text


def test_people_say_who_counted_them_and_when(sign_in_as):
    page = sign_in_as(Role.OFFICIAL).get(f"/reach/{TOWN}?kind=clinic")
    people = re.search(r'class="reach-people".*?</section>', page.text, re.S)[0]
    assert "国勢調査" in people
    assert "令和2年10月1日" in people
    assert re.search(r"令和8年.*現在。.*ごとの人数（3か所）に合わせています", people, re.S)


def test_residents_see_the_areas_without_numbers_of_people(client):
    page = client.get(f"/reach/{TOWN}?kind=clinic")
    assert "区域ごとに見る" in page.text
    assert "75歳以上" not in page.text


@pytest.mark.parametrize("role", [None, Role.PROVIDER, Role.PREFECTURE])
def test_nobody_else_sees_people_of_a_free_point(client, sign_in_as, role):
    reader = sign_in_as(role) if role else client
    query = f"from={point(20, 20)}"
    assert "data-people" not in reader.get(f"/reach/{TOWN}?{query}").text
    assert "people" not in reader.get(f"/reach/{TOWN}/bands?{query}").json


def test_a_place_that_is_only_known_to_its_town_widens_the_range(db, sign_in_as):
    official = sign_in_as(Role.OFFICIAL)
    query = f"/reach/{TOWN}?kind=library&minutes=10"
    make(db, kind="library", name="図書室", place=list(corner_lonlat(20, 20)))
    known = people_of(official.get(query))
    make(db, kind="library", name="分室", place=list(corner_lonlat(6, 6)), place_level="district")
    rough = people_of(official.get(query))
    assert rough["beyond.2"] < known["beyond.2"]
    assert rough["beyond_min.2"] < rough["beyond.2"] < rough["beyond_max.2"]
    assert rough["beyond_max.2"] == known["beyond_max.2"]
