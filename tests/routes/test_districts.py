"""区域: its page, and the file to hand out."""

import json
import re
from datetime import date

from geo import intake
from geo.intake import Delivery
from geo.records import districts
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from routes._request import today
from tests.conftest import TOWN
from tests.routes.making import make


def west(db):
    return districts.list_at_level(db, house(TOWN), "junior_high")[0]


def test_an_area_says_what_it_has_and_links_to_each(client, db):
    page = client.get(f"/districts/{west(db).id}")
    assert page.status_code == 200
    assert "西中学校" in page.text
    assert "ふれあいサロン緑丘" not in page.text
    assert "茶話会 まつば" in page.text


def test_an_area_says_how_much_of_a_kind_nobody_has_confirmed_this_year(client, db):
    for name, day in (("聞いた会", today()), ("古い会", date(2020, 4, 1)), ("聞かない会", None)):
        make(db, name=name, kind="dementia_cafe", confirmed_on=day and day.isoformat())
    text = client.get(f"/districts/{west(db).id}").text
    row = re.search(r"<tr><th[^>]*>(?:<[^>]*>|話)*認知症カフェ[^<]*</th>(.*?)</tr>", text, re.S)
    assert re.findall(r"<td>(.*?)</td>", row[1]) == ["4件", "2件"]  # one was there, confirmed


def test_an_area_nobody_knows_is_not_found(client):
    assert client.get("/districts/00000000-0000-0000-0000-000000000000").status_code == 404
    assert client.get("/districts/not-an-id").status_code == 404


def test_the_hand_out_is_one_file_that_asks_nobody_for_anything(client, db):
    response = client.get(f"/districts/{west(db).id}/map.html")
    assert response.headers["Content-Security-Policy"] == "sandbox allow-scripts"
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    around = re.sub(r"<script>.*?</script>", "", response.text, flags=re.S)
    assert re.findall(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", around) == []
    assert re.findall(r"url\(\s*['\"]?(?!#)", around) == []
    assert "茶話会 まつば" in response.text


def test_the_hand_out_is_japanese_and_its_map_stands_over_its_list(client, db):
    text = client.get(f"/districts/{west(db).id}/map.html").text
    assert '<html lang="ja">' in text
    assert text.count('class="folium-map"') == 1
    assert text.index("<header>") < text.index('class="folium-map"') < text.index("<ol>")


def test_the_hand_out_holds_only_what_everybody_may_see(client, db, sign_in_as):
    make(db, name="自宅サロン", place_shown="blurred", address="松葉1-2-3", staff_note="鍵は隣")
    make(db, name="朝の喫茶", kind="treasure")
    text = sign_in_as(Role.OFFICIAL).get(f"/districts/{west(db).id}/map.html").text
    assert "自宅サロン" in text
    assert "松葉1-2-3" not in text
    assert "136.01," not in text
    assert "朝の喫茶" not in text
    assert "鍵は隣" not in text


def test_the_hand_out_reads_no_name_as_markup(client, db):
    make(db, name="</script><img src=x onerror=alert(1)>")
    text = client.get(f"/districts/{west(db).id}/map.html").text
    assert "<img src=x" not in text


def residents_of(page):
    """The words of the section 住んでいる人."""
    section = re.search(r'<section class="residents".*?</section>', page.text, re.S)[0]
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", section))


def elementary(db, name):
    return next(
        row for row in districts.list_at_level(db, house(TOWN), "elementary") if row.name == name
    )


def test_an_area_says_who_lives_there_of_how_many_with_day_and_source(client, db):
    words = residents_of(client.get(f"/districts/{elementary(db, '松葉小学校').id}"))
    assert "全体252人" in words
    assert "64歳以下156人（252人のうち）" in words
    assert "65歳以上96人（252人のうち）" in words
    assert "85歳以上18人（252人のうち）" in words
    assert "「地域・年齢別人口」、令和8年4月1日現在" in words
    assert "ほかの資料では、全体はおよそ260人（国勢調査" in words


def test_people_of_the_census_are_told_in_tens_to_who_has_no_account(client, db, sign_in_as):
    address = f"/districts/{elementary(db, '浜風小学校').id}"
    words = residents_of(client.get(address))
    assert "65歳以上およそ110人（350人のうち）" in words
    assert "推計です" in words
    assert "10人単位に丸めています" in words
    assert "令和2年10月1日現在" in words
    assert "65歳以上およそ108人（350人のうち）" in residents_of(
        sign_in_as(Role.OFFICIAL).get(address)
    )


def test_a_handful_of_people_is_not_told_as_nobody(client, db, tmp_path):
    """緑丘 north of y = 30 has 90 people, 8 of them over 85; in a strip of a twentieth are 4 or 5 people."""
    west, south = corner_lonlat(29, 36)
    east, north = corner_lonlat(37, 37)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    path = tmp_path / "strip.geojson"
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"name": "峰"}, "geometry": shape}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    intake.run_districts(db, house(TOWN), Delivery(path, tmp_path / "o"), "hamlet")
    words = residents_of(
        client.get(f"/districts/{districts.list_at_level(db, house(TOWN), 'hamlet')[0].id}")
    )
    assert "全体およそ20人" in words
    assert "85歳以上5人未満（20人のうち）" in words


def bring(db, tmp_path, text, **options):
    path = tmp_path / "people.csv"
    path.write_text(text)
    intake.run_population(db, house(TOWN), Delivery(path, tmp_path / "o"), **options)


def test_what_nobody_says_is_unknown_in_words_and_never_nobody(client, db, tmp_path):
    areas = tmp_path / "areas.csv"
    areas.write_text("町名,地区\n松葉,東\n緑丘,西\n")
    intake.run_area_table(db, house(TOWN), Delivery(areas, tmp_path / "o"), "chiku")
    bring(db, tmp_path, "地区,人口,65歳以上\n東,30,\n", public=True)
    east, west = districts.list_at_level(db, house(TOWN), "chiku")
    words = residents_of(client.get(f"/districts/{east.id}"))
    assert "全体30人" in words
    assert "65歳以上わかりません" in words
    assert "いつの人数かは、資料に書かれていません" in words
    words = residents_of(client.get(f"/districts/{west.id}"))
    assert "住んでいる人の数は、わかりません" in words
    assert "0人" not in words
    table = residents_of(client.get(f"/map/{TOWN}?level=chiku"))
    assert "東30人わかりません" in table
    assert "西わかりませんわかりません" in table


def test_what_is_not_published_and_surveys_are_for_staff(client, db, tmp_path, sign_in_as):
    bring(db, tmp_path, "住民課内部資料,\n小学校区,人口\n松葉小学校,251\n", as_of=date(2027, 4, 1))
    survey = "日常生活圏域,年齢,回答数,自分で運転しない人\n山の手圏域,75歳以上,40,20\n"
    bring(db, tmp_path, survey)
    school = f"/districts/{elementary(db, '松葉小学校').id}"
    living = f"/districts/{districts.list_at_level(db, house(TOWN), 'living_area')[0].id}"
    for address in (school, living, f"/map/{TOWN}?level=elementary"):
        page = client.get(address).text
        assert "251人" not in page
        assert "住民課内部資料" not in page
        assert "ニーズ調査" not in page
    client = sign_in_as(Role.OFFICIAL)
    assert "251人" in residents_of(client.get(school))
    words = residents_of(client.get(living))
    assert "75歳以上40人中20人" in words
    assert "職員だけに見えています" in words


def test_the_map_lists_the_areas_with_their_people(client):
    words = residents_of(client.get(f"/map/{TOWN}?level=elementary"))
    assert "松葉小学校252人96人" in words
    assert "浜風小学校およそ350人およそ110人" in words
    assert "推計で、10人単位に丸めています" in words


def test_a_name_of_a_table_is_never_markup(client, db, tmp_path):
    areas = tmp_path / "areas.csv"
    areas.write_text("町名,地区\n<b>松葉</b>,東\n緑丘,東\n")
    intake.run_area_table(db, house(TOWN), Delivery(areas, tmp_path / "o"), "chiku")
    title = "<script>alert(1)</script>,\n"
    bring(db, tmp_path, f"{title}町名,人口\n緑丘,3\n", public=True)
    page = client.get(f"/districts/{districts.list_at_level(db, house(TOWN), 'chiku')[0].id}")
    assert "<b>松葉</b>" not in page.text
    assert "<script>alert" not in page.text
    assert "&lt;b&gt;松葉" in page.text
