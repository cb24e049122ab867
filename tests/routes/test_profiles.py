"""行き方の速さ: the page on which a municipality has its own, and every answer that goes by them."""

import re
from html import unescape

import pytest

from geo import travel_profiles
from geo.records import audit
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from tests.conftest import TOWN

PAGE = f"/reach/{TOWN}/profiles"
FROM = "{:.7f},{:.7f}".format(*corner_lonlat(10, 20))


def said(code="on_foot", metres="40", source="町の歩行調査（令和7年）", **more):
    words = {"metres_per_min": metres, "source": source, **more}
    return {f"{code}.{field}": word for field, word in words.items()}


def minutes_to_the_clinic(text):
    """碁盤町診療所 at (18, 20) is eight blocks of 80 m away."""
    return int(re.search(r"碁盤町診療所.*?約(\d+)分", text, re.S)[1])


@pytest.fixture
def official(sign_in_as):
    return sign_in_as(Role.OFFICIAL)


def test_the_page_says_each_delivered_number_and_its_source(official):
    page = official.get(PAGE)
    assert page.status_code == 200
    assert page.text.count("決めていません。はじめの値を使っています。") == 6
    for words in ("分速80メートル。", "分速48メートル。", "こう配8％まで。", "公正競争規約"):
        assert words in page.text
    assert "ここでは変えられません" in page.text  # cars
    assert 'action="/reach/99001/profiles/car"' not in page.text


def test_who_changed_it_and_when_stands_beside_the_own_number(official, db):
    answer = official.post(f"{PAGE}/on_foot", data=said(), follow_redirects=True)
    assert "保存しました。" in answer.text
    own = re.search(r"市町村の値.*?</dd>", answer.text, re.S)[0]
    line = audit.list_of(db, house(TOWN), "travel_profile", "on_foot")[0]
    assert "分速40メートル。" in own
    assert "町の歩行調査（令和7年）" in own
    assert "令和" in own
    assert line.account is not None
    again = official.post(f"{PAGE}/on_foot", data=said(), follow_redirects=True)
    assert "変更はありませんでした。" in again.text


def test_the_form_keeps_what_was_typed_and_says_beside_the_field_what_is_wrong(official):
    page = official.post(
        f"{PAGE}/wheelchair", data=said("wheelchair", "5", "", max_slope_percent="99")
    )
    assert page.status_code == 422
    assert "<title>エラー：" in page.text
    for words in ("10から300メートル", "1から30まで", "入力してください。"):
        assert words in page.text
    assert 'value="99"' in page.text
    assert 'href="#field-wheelchair.source"' in page.text
    assert re.search(r"<details open>.*?車いすの速さを決める", page.text, re.S)


@pytest.mark.parametrize("address", ["", "/restore"])
@pytest.mark.parametrize("code", ["car", "teleport", "%00"])
def test_what_has_no_own_speed_has_no_address(official, code, address):
    answer = official.post(f"{PAGE}/{code}{address}", data=said(code))
    assert answer.status_code == 404
    assert "見つかりません" in answer.text


def test_going_back_brings_the_delivered_number(official):
    official.post(f"{PAGE}/on_foot", data=said())
    assert "はじめの値にもどす" in official.get(PAGE).text
    answer = official.post(f"{PAGE}/on_foot/restore", follow_redirects=True)
    assert "はじめの速さにもどしました。" in answer.text
    assert "はじめの値にもどす" not in answer.text


def test_a_source_is_words_and_never_markup(official, client):
    official.post(f"{PAGE}/on_foot", data=said(source="<b>調査</b>"))
    page = client.get(f"/reach/{TOWN}")
    assert "<b>調査" not in page.text
    assert "<b>調査</b>" in unescape(page.text)


def test_everything_that_answers_goes_by_the_own_speed(official, client, db):
    query = f"from={FROM}&minutes=20"
    before = client.get(f"/reach/{TOWN}/bands?{query}").json
    assert minutes_to_the_clinic(client.get(f"/reach/{TOWN}?{query}").text) == 8
    official.post(f"{PAGE}/on_foot", data=said())
    assert minutes_to_the_clinic(client.get(f"/reach/{TOWN}?{query}").text) == 16
    assert minutes_to_the_clinic(client.get(f"/reach/{TOWN}/near?{query}").text) == 16
    after = client.get(f"/reach/{TOWN}/bands?{query}").json
    assert after["features"] != before["features"]
    lon, lat = FROM.split(",")
    told = client.get(f"/api/v1/isochrones?lon={lon}&lat={lat}&minutes=20").json
    assert told["features"][0]["geometry"] == after["features"][0]["geometry"]
    assert told["profile"]["metres_per_min"] == 40
    assert told["profile"]["delivered_metres_per_min"] == 80
    assert told["profile"]["source"] == "町の歩行調査（令和7年）"
    slow = client.get(f"/reach/{TOWN}/near?{query}&profile=on_foot_slow").text
    assert minutes_to_the_clinic(slow) == 11  # nobody said anything of it


def test_people_are_counted_at_the_own_speed(official):
    def of_widest():
        people = official.get(f"/reach/{TOWN}/bands?from={FROM}&minutes=15").json["people"]
        return people["rows"][-1]["reached"][0]

    before = of_widest()
    official.post(f"{PAGE}/on_foot", data=said())
    assert of_widest() < before


def test_the_legend_says_the_own_speed_its_source_and_the_delivered_one(official, client):
    assert "市町村が決めた値" not in client.get(f"/reach/{TOWN}").text
    official.post(f"{PAGE}/on_foot", data=said())
    legend = re.search(r"<dt>徒歩</dt>.*?</dd>", client.get(f"/reach/{TOWN}").text, re.S)[0]
    own, delivered = legend.split("はじめの値：")
    assert "分速40メートル。" in own
    assert "町の歩行調査（令和7年）" in own
    assert "分速80メートル。" in delivered
    assert "公正競争規約" in delivered


def test_the_way_to_the_page_is_shown_to_those_who_may_go(sign_in_as, client):
    link = f'href="{PAGE}"'
    assert link not in client.get(f"/reach/{TOWN}").text
    for role in (Role.VIEWER, Role.COORDINATOR_1, Role.PROVIDER):
        assert link not in sign_in_as(role).get(f"/reach/{TOWN}").text
    for role in travel_profiles.EDITORS:
        assert link in sign_in_as(role).get(f"/reach/{TOWN}").text
