"""地図: the list says what the map shows, with and without a script."""

import json
import re
from html.parser import HTMLParser

import pytest

from geo import intake
from geo.intake import Delivery
from geo.scope import Role, house
from tests.conftest import TOWN
from tests.routes.making import make


def page_data(response):
    block = re.search(r'id="page-data">(.*?)</script>', response.text, re.S)
    return json.loads(block[1])


class Cards(HTMLParser):
    """Ids of the resources in the list."""

    def __init__(self):
        super().__init__()
        self.ids = []

    def handle_starttag(self, tag, attrs):
        about = dict(attrs)
        if tag == "li" and "data-resource" in about:
            self.ids.append(about["data-resource"])


def listed(response):
    cards = Cards()
    cards.feed(response.text)
    return cards.ids


def test_the_list_has_every_resource_of_the_map_in_the_order_of_its_numbers(client):
    page = client.get(f"/map/{TOWN}")
    marks = page_data(page)["resources"]
    assert len(listed(page)) == 25
    assert [mark["number"] for mark in marks] == sorted(mark["number"] for mark in marks)
    assert [listed(page)[mark["number"] - 1] for mark in marks] == [mark["id"] for mark in marks]


def test_a_kind_can_be_chosen_without_a_script(client):
    page = client.get(f"/map/{TOWN}?kind=bench")
    assert page.status_code == 200
    assert {mark["kind"] for mark in page_data(page)["resources"]} == {"ひと休みイス"}
    assert len(listed(page)) == 3


def test_areas_of_another_level_can_be_chosen(client):
    page = client.get(f"/map/{TOWN}?level=elementary")
    names = [f["properties"]["name"] for f in page_data(page)["districts"]["features"]]
    assert len(names) == 4
    assert all(name in page.text for name in names)


@pytest.mark.parametrize(
    "query", ["kind=nothing", "level=%00", "page=99999999999999", "page=-1", "kind=%F0"]
)
def test_a_query_that_means_nothing_shows_the_usual_map(client, query):
    page = client.get(f"/map/{TOWN}?{query}")
    assert page.status_code == 200
    assert len(listed(page)) == 25


def test_a_municipality_that_keeps_nothing_here_is_not_found_in_words(client):
    page = client.get("/map/13102")
    assert page.status_code == 404
    assert "見つかりませんでした" in page.text


def test_where_the_map_comes_from_is_said(client):
    page = client.get(f"/map/{TOWN}").text
    assert "「道と地形の図」" in page
    assert "99001_resources.csv" not in page  # says nothing to residents; staff read it


def test_staff_see_what_residents_do_not(client, sign_in_as, db):
    make(db, kind="treasure", name="朝の喫茶")
    assert "朝の喫茶" not in client.get(f"/map/{TOWN}").text
    assert "朝の喫茶" in sign_in_as(Role.COORDINATOR_2).get(f"/map/{TOWN}").text


def test_a_name_is_never_read_as_markup(client, db):
    name = '</script><img src=x onerror="alert(1)">'
    make(db, name=name)
    page = client.get(f"/map/{TOWN}")
    assert "<img src=x" not in page.text
    assert name in {mark["name"] for mark in page_data(page)["resources"]}


def test_a_list_of_which_residents_see_nothing_is_not_named_to_them(
    client, sign_in_as, db, tmp_path
):
    treasure = tmp_path / "otakara.csv"
    treasure.write_text("名称,住所,種別\n朝のコーヒー,松葉1,お宝\n", encoding="utf-8")
    intake.run_resources(db, house("99001"), Delivery(treasure, tmp_path / "originals"))
    named = "市町村が取り込んだ資料「地域資源の一覧」"  # the treasure's list: nobody is written as its publisher
    assert named not in client.get("/map/99001").text
    assert named in sign_in_as(Role.OFFICIAL).get("/map/99001").text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("茶話会 まつば", ["茶話会 まつば"]),
        ("ちゃわかい　松葉", []),
        ("なかよし", ["浜風なかよしサロン"]),
        ("ｻﾛﾝ 緑", ["ふれあいサロン緑丘"]),
        ("さろん", ["茶話会 まつば", "ふれあいサロン緑丘", "汐見お茶のみ会", "浜風なかよしサロン"]),
        ("100%", []),
    ],  # 「さろん」 also is what a kind is called by: its resources are found, whatever their names
)
def test_a_name_is_found_in_any_spelling(client, words, found):
    page = client.get("/map/99001", query_string={"words": words})
    marks = [mark["name"] for mark in page_data(page)["resources"]]
    assert sorted(marks) == sorted(found)
    assert words in page.text


def test_a_resource_appears_under_each_of_its_viewpoints_and_else_under_its_kinds(client, db):
    own = make(db, name="自分の見方の会", viewpoints=["service", "actor"])
    by_kind = make(db, name="種別どおりの会")  # a salon: activity and place
    found = {
        viewpoint: client.get(f"/map/{TOWN}?viewpoint={viewpoint}&words=会").text
        for viewpoint in ("activity", "service", "actor", "place")
    }
    assert {v for v, page in found.items() if str(own) in page} == {"service", "actor"}
    assert {v for v, page in found.items() if str(by_kind) in page} == {"activity", "place"}


def test_what_needs_no_certificate_can_be_asked_for(client, db):
    for eligibility in ("anyone", "over_65", "support_needed", "unknown"):
        make(db, name=f"{eligibility}の会", eligibility=eligibility)
    page = client.get(f"/map/{TOWN}?free=1").text
    assert [name for name in ("anyone", "over_65", "support_needed", "unknown") if f"{name}の会" in page] == [
        "anyone", "over_65",
    ]  # fmt: skip


@pytest.mark.parametrize("word", ["オレンジカフェ", "ｵﾚﾝｼﾞｶﾌｪ", "認知症カフェ", "家族の会"])
def test_a_word_that_a_kind_is_called_by_finds_what_is_of_it(client, db, word):
    cafe = make(db, name="ひだまり", kind="dementia_cafe")
    salon = make(db, name="ひだまり二号")
    page = client.get(f"/map/{TOWN}?words={word}").text
    assert str(cafe) in page
    assert str(salon) not in page


def test_a_part_of_a_word_finds_no_kind(client, db):
    cafe = make(db, name="ひだまり", kind="dementia_cafe")
    assert str(cafe) not in client.get(f"/map/{TOWN}?words=オレンジ").text
    assert str(cafe) in client.get(f"/map/{TOWN}?words=ひだ オレンジカフェ").text
