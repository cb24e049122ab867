"""さがす: one field, and the answer in words."""

import math
import posixpath
import re

import pytest

from geo import squares
from geo.scope import Role
from geo.sources.model_town import corner_lonlat
from routes._near_answer import AT_ONCE
from tests.conftest import TOWN
from tests.routes.making import make

SQUARE = squares.square_of(corner_lonlat(8, 8))
PAGE = f"/near/{TOWN}/{SQUARE}"


def ask(client, words, **more):
    return client.post(f"/near/{TOWN}", data={"words": words, **more})


def at(x, y, **values):
    return {"place": list(corner_lonlat(x, y)), "public": True} | values


def card(page, name):
    """What the answer says of an entry, without its marks."""
    found = re.search(
        rf'<li class="card near-card(?:(?!</li>\s*<li class="card|</ol>|</section>).)*?>{name}</a>.*?card-foot',
        page,
        flags=re.S,
    )
    return re.sub(r"<.*?>|\s", "", found[0]) if found else ""


def test_an_address_leads_to_a_square_and_is_nowhere_in_the_address(client):
    answer = ask(client, "松葉一丁目3-2")
    assert answer.status_code == 303
    assert re.fullmatch(rf"/near/{TOWN}/[0-9]{{10}}\?by=(block|district)", answer.location)
    page = client.get(answer.location)
    assert page.status_code == 200
    assert "松葉一丁目のあたり" in page.text
    assert "一丁目3-2" not in page.text


def test_full_width_and_kanji_numbers_lead_to_the_same_square(client):
    places = {
        ask(client, words).location for words in ("松葉一丁目", "松葉１丁目", "大字松葉1丁目")
    }
    assert len(places) == 1


def test_the_name_of_a_place_leads_to_its_square(client, db):
    make(db, name="角の湯", kana="かどのゆ", kind="hall", **at(12, 9))
    for words in ("角の湯", "かどのゆ", "カドノユ"):
        assert ask(client, words).location.startswith(
            f"/near/{TOWN}/{squares.square_of(corner_lonlat(12, 9))}"
        )


def test_a_name_of_two_places_is_asked_back(client, db):
    for x in (5, 20):
        make(db, name="集会所", kind="hall", **at(x, 9))
    answer = ask(client, "集会所")
    assert answer.status_code == 200
    assert "どの場所ですか" in answer.text
    assert {squares.square_of(corner_lonlat(x, 9)) for x in (5, 20)} <= set(
        re.findall(rf"/near/{TOWN}/([0-9]{{10}})", answer.text)
    )


def test_places_of_one_name_are_told_apart_by_kind_and_address(client, db):
    make(db, name="角の湯", kind="hall", address="松葉1-2", **at(5, 9))
    make(db, name="角の湯", kind="salon", address="緑丘3", **at(20, 9))
    page = ask(client, "角の湯").text
    told = re.findall(r'class="near-choice-about">([^<]+)<', page)
    assert sorted(told) == ["サロン・茶話会・緑丘3", "公民館・集会所・松葉1-2"]


def test_two_entries_of_one_name_and_square_are_one_place(client, db):
    for kind in ("hall", "aed"):
        make(db, name="町の役場", kind=kind, **at(12, 9))
    assert squares.square_of(corner_lonlat(12, 9)) in ask(client, "町の役場").location


def test_where_nothing_is_registered_no_number_is_said(client):
    said = re.search(
        r'<p class="near-sum"[^>]*>(.*?)</p>', client.get(f"{PAGE}?kind=dentist").text, re.S
    )
    assert said[1].strip() == "歩いて30分までに、登録されたものは見つかりません。"


def test_what_nobody_knows_is_a_page_with_whom_to_call_and_no_error(client):
    answer = ask(client, "どこにもない町")
    assert answer.status_code == 200
    assert "わかりませんでした" in answer.text
    assert "地域包括支援センターに聞く" in answer.text or "窓口におたずねください" in answer.text


def test_a_slip_is_answered_with_the_name_most_like_it_and_never_with_its_place(client):
    page = ask(client, "松菜一丁目").text
    assert "わかりませんでした" in page
    like = re.search(r'name="words" value="([^"]+)">「', page)[1]
    assert like == "松葉一丁目"
    assert ask(client, like).status_code == 303


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("", 422),
        ("　", 422),
        ("あ" * 101, 422),
        ("<script>alert(1)</script>", 200),
        ("'; drop table resource; --", 200),
        ("\x07", 200),
        ("%00", 200),
    ],
)
def test_any_words_are_answered_in_words(client, words, status):
    answer = ask(client, words)
    assert answer.status_code == status
    assert "<script>alert" not in answer.text


def test_a_device_leads_to_its_square(client):
    lon, lat = corner_lonlat(8, 8)
    answer = client.post(f"/near/{TOWN}", data={"here": f"{lon:.4f},{lat:.4f}"})
    assert answer.location == f"{PAGE}?by=here"
    for here in ("x", "1", "nan,nan", "0,0", "136", "1e400,3", "136.0,32.5,1"):
        assert client.post(f"/near/{TOWN}", data={"here": here}).status_code == 422


def test_the_answer_says_minutes_days_who_and_whom_to_call(client, db):
    make(
        db, name="朝の茶会", phone="0000-12-3456", contact="社協", fee="無料", seating="chairs", eligibility="anyone",
        openings=[{"rrule": "FREQ=WEEKLY;BYDAY=TU", "opens_at": "10:00", "closes_at": "11:30"}], **at(9, 8),
    )  # fmt: skip
    said = card(client.get(PAGE).text, "朝の茶会")
    for words in (
        "歩いて",
        "ゆっくりなら",
        "毎週火曜",
        "無料",
        "いす席",
        "だれでも",
        "介護の認定はいりません",
        "0000-12-3456",
        "社協",
    ):
        assert words in said, said


def test_the_minutes_of_the_answer_are_those_of_the_reach_page(client, db):
    make(db, name="朝の茶会", **at(9, 13))
    lon, lat = squares.middle_of(SQUARE)
    near = client.get(f"/reach/{TOWN}/near", query_string={"from": f"{lon:.7f},{lat:.7f}"}).text
    theirs = re.search(r"朝の茶会.*?(\d+)分", re.sub(r"<.*?>", "", near), flags=re.S)[1]
    assert f"歩いて{theirs}分" in card(client.get(PAGE).text, "朝の茶会")


def test_the_centre_in_charge_stands_on_every_answer(client):
    for query in ({}, {"topic": "meals"}, {"day": "sun", "free": "1"}):
        assert "この住所の担当の" in client.get(PAGE, query_string=query).text


def test_a_wish_that_nobody_knows_is_refused_in_words(client):
    for query in ({"topic": "x"}, {"kind": "x"}, {"day": "someday"}):
        answer = client.get(PAGE, query_string=query)
        assert answer.status_code == 422
        assert "一覧の中から選んでください" in answer.text


@pytest.mark.parametrize("square", ["0", "5436000000", "abcdefghij", "99999999999", "5235000011"])
def test_a_square_that_is_none_or_elsewhere_is_said(client, square):
    answer = client.get(f"/near/{TOWN}/{square}")
    assert answer.status_code in (200, 422)
    assert "四角の番号ではありません" in answer.text or "外の場所です" in answer.text


def test_ten_stand_on_a_page_numbered_through(client, db):
    for n in range(25):
        make(db, name=f"{n}番目の会", **at(9, 8))
    total = int(re.search(r"歩いて30分までに(\d+)件", client.get(PAGE).text)[1])
    numbers = []
    for page in range(1, math.ceil(total / AT_ONCE) + 1):
        text = client.get(PAGE, query_string={"page": page}).text
        section = re.search(r'id="walked".*?</section>', text, flags=re.S)[0]
        numbers += [int(one) for one in re.findall(r"(\d+)番</span>", section)]
    assert numbers == list(range(1, total + 1))
    assert client.get(PAGE, query_string={"page": "9" * 30}).status_code == 200


def test_staff_read_what_everybody_reads(sign_in_as, db):
    make(db, name="職員だけの会", **at(9, 8, public=False))
    assert "職員だけの会" not in sign_in_as(Role.OFFICIAL).get(PAGE).text


def test_the_names_are_the_same_until_something_changes(client, db):
    first = client.get(f"/near/{TOWN}/names.json")
    assert ["松葉一丁目", ""] in first.get_json()["names"]
    again = client.get(f"/near/{TOWN}/names.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    make(db, name="新しい湯", kana="あたらしいゆ", kind="hall", **at(9, 8))
    after = client.get(f"/near/{TOWN}/names.json", headers={"If-None-Match": first.headers["ETag"]})
    assert ["新しい湯", "あたらしいゆ"] in after.get_json()["names"]


def test_nothing_that_is_typed_is_logged(client, caplog):
    with caplog.at_level("DEBUG"):
        ask(client, "ひみつの番地")
    assert "ひみつの番地" not in caplog.text


def test_the_first_page_weighs_less_than_a_hundred_kilobytes_with_all_it_asks_for(client):
    page = client.get(f"/near/{TOWN}")
    asked, waiting = {}, re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
    while waiting:
        path = waiting.pop()
        if path not in asked:
            asked[path] = client.get(path).text
            inside = re.findall(r"from '(\.[^']+)'", asked[path])
            waiting += [
                posixpath.normpath(posixpath.join(posixpath.dirname(path), one)) for one in inside
            ]
    assert any("choosing.js" in path for path in asked)
    assert len(page.data) + sum(len(one.encode()) for one in asked.values()) < 100_000
