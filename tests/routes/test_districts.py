"""区域: its page, and the file to hand out."""

import re
from datetime import date

from geo.records import districts
from geo.scope import Role, house
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
