"""窓口: three places to read out, and the sheet to fax."""

import math
import re

import pytest
from sqlalchemy import text

from geo.reach_questions import profiles
from geo.scope import Role
from geo.sources.model_town import BLOCK_M, corner_lonlat
from tests.conftest import TOWN
from tests.routes.making import make

HERE = {"place": list(corner_lonlat(5, 5)), "public": True}


def ask(client, **form):
    return client.post(f"/window/{TOWN}", data={"words": "起点の会", "topic": "salon", **form})


def names(page):
    return re.findall(r'class="window-said">.*?『(.*?)』', page, flags=re.S)


@pytest.fixture
def around(db):
    """Salons at 3, 10 and 20 blocks from where 起点の会 meets; those of the town itself ended."""
    db.execute(
        text("update resource set closed_on = '2020-01-01' where municipality = :m"), {"m": TOWN}
    )
    make(db, name="起点の会", kind="bench", place=list(corner_lonlat(5, 5)))
    return {
        blocks: make(db, name=f"{blocks}の会", place=list(corner_lonlat(5 + blocks, 5)))
        for blocks in (20, 3, 10)
    }


def test_three_places_are_read_out_the_nearest_first_with_minutes_worked_out_by_hand(
    sign_in_as, around
):
    page = ask(sign_in_as(Role.SUPPORT_CENTRE)).text
    assert names(page) == ["起点の会", "3の会", "10の会"]
    per_min = profiles()["on_foot_slow"].metres_per_min
    for blocks in (3, 10):
        assert f"歩いておよそ{math.ceil(round(blocks * BLOCK_M / per_min, 6))}分" in page
    more = ask(sign_in_as(Role.SUPPORT_CENTRE), after="3").text
    assert names(more) == ["20の会"]
    assert "次の" not in more


def test_what_is_read_out_says_when_what_it_costs_and_whom_to_call(sign_in_as, db, around):
    make(
        db, name="朝の茶会", place=list(corner_lonlat(6, 5)), address="松葉公民館", fee="無料", phone="0000-12-3456",
        seating="chairs", can_help="yes", can_help_note="お茶くみ", host="世話 はな", host_contact="0000-99-9999",
        fragility=["single_host"], staff_note="鍵は区長", capacity=12, eligibility="anyone",
        openings=[{"rrule": "FREQ=WEEKLY;BYDAY=TU", "opens_at": "10:00", "closes_at": "11:30"}],
    )  # fmt: skip
    page = ask(sign_in_as(Role.VIEWER)).text
    said = re.search(r'<p class="window-said">((?:(?!</p>).)*朝の茶会.*?)</p>', page, flags=re.S)[1]
    said = re.sub(r"<.*?>|\s", "", said)
    for words in ("松葉公民館の『朝の茶会』", "毎週火曜、10時から11時半まで。", "料金は無料。", "いす席。",
                  "手伝える場面があります（お茶くみ）。", "電話は0000-12-3456。", "使えるのはだれでも。"):  # fmt: skip
        assert words in said, said
    for inside in ("世話 はな", "0000-99-9999", "鍵は区長", "世話人が1人だけ"):
        assert inside.replace(" ", "") not in said
        assert inside in page
    assert "職員だけ（読み上げない）" in page


def test_a_town_is_answered_with_its_centre_on_top_and_what_comes_there(sign_in_as, db):
    meals = [
        ("来る配食", "山の手圏域", "yes"),
        ("満員の配食", "町内全域", "no"),
        ("浜だけの配食", "浜の手圏域", "yes"),
    ]
    for name, area, accepting in meals:
        make(db, name=name, kind="meal_delivery", accepting=accepting,
             service_areas=[{"name": area, "note": ""}])  # fmt: skip
    page = ask(sign_in_as(Role.OFFICIAL), words="松葉一丁目", topic="meals").text
    found = names(page)
    assert found.index("来る配食") < found.index("満員の配食")
    assert "浜だけの配食" not in page
    assert "この町まで来てくれます" in page
    assert "いまは受付を止めています" in page


def test_only_what_may_be_used_without_a_certificate_and_only_on_the_day(sign_in_as, db, around):
    make(db, name="だれでもの会", place=list(corner_lonlat(7, 5)), eligibility="anyone")
    make(db, name="要支援の会", place=list(corner_lonlat(6, 5)), eligibility="support_needed")
    page = ask(sign_in_as(Role.OFFICIAL), free="1").text
    assert names(page) == ["起点の会", "だれでもの会"]
    make(db, name="毎日の会", place=list(corner_lonlat(8, 5)), openings=[{"rrule": "FREQ=DAILY"}])
    page = ask(sign_in_as(Role.OFFICIAL), when="today").text
    assert names(page) == ["起点の会", "毎日の会"]
    assert "きょう開く予定" in page


def test_who_is_full_or_only_for_one_neighbourhood_stands_behind(sign_in_as, db, around):
    make(db, name="満員の会", place=list(corner_lonlat(6, 5)), accepting="no")
    make(db, name="町内の会", place=list(corner_lonlat(6, 5)), eligibility="town_only")
    make(db, name="休んでいる会", place=list(corner_lonlat(6, 5)), paused_on="2021-04-01")
    page = ask(sign_in_as(Role.OFFICIAL)).text + ask(sign_in_as(Role.OFFICIAL), after="3").text
    assert names(page) == ["起点の会", "3の会", "10の会", "20の会", "町内の会", "満員の会"]


def test_several_places_are_asked_back_and_nothing_found_says_so(sign_in_as, db):
    for name in ("さくら会 北", "さくら会 南"):
        make(db, name=name)
    client = sign_in_as(Role.OFFICIAL)
    page = ask(client, words="さくら会").text
    assert "どれですか" in page
    assert "さくら会 北" in page
    assert names(ask(client, words="さくら会 北").text)[0] == "さくら会 北"
    assert "見つかりませんでした" in ask(client, words="ぜんぜんない").text


def test_a_name_that_begins_with_a_town_means_the_resource(sign_in_as, db):
    make(db, name="松葉一丁目の茶会")
    client = sign_in_as(Role.OFFICIAL)
    assert names(ask(client, words="松葉一丁目の茶会").text)[0] == "松葉一丁目の茶会"
    assert names(ask(client, words="松葉一丁目の茶").text)[0] == "松葉一丁目の茶会"
    assert "<h2>松葉一丁目" in ask(client, words="松葉一丁目7番3号").text


def test_an_area_is_meant_by_its_name_without_its_ending(sign_in_as, db, around):
    page = ask(sign_in_as(Role.OFFICIAL), words="山の手").text
    assert "<h2>山の手圏域</h2>" in page
    assert len(names(page)) == 3


def test_by_its_reading_a_resource_is_found(sign_in_as, db):
    make(db, name="木漏れ日", kana="こもれび")
    assert "木漏れ日" in ask(sign_in_as(Role.OFFICIAL), words="コモレビ").text


def test_an_area_is_found_by_its_reading_as_names_of_the_register_tell_it(sign_in_as, db, around):
    make(db, name="山の手ことぶき会", kana="ヤマノテコトブキカイ", **HERE)
    make(db, name="山の手若草会", kana="ヤマノテワカクサカイ", **HERE)
    page = ask(sign_in_as(Role.OFFICIAL), words="やまのて").text
    assert "山の手圏域" in page
    assert "山の手ことぶき会" in names(page)
    assert names(ask(sign_in_as(Role.OFFICIAL), words="うみのて").text) == []


@pytest.mark.parametrize("form", [{"words": ""}, {"words": "あ" * 101}, {"topic": "elsewhere"},
                                  {"when": "someday"}, {"after": "-1"}])  # fmt: skip
def test_what_cannot_be_read_is_said(sign_in_as, form):
    answer = ask(sign_in_as(Role.OFFICIAL), **form)
    assert answer.status_code == 422
    assert "入力を確かめてください" in answer.text


def test_nothing_of_what_was_asked_is_logged_or_kept(sign_in_as, db, around, caplog):
    client = sign_in_as(Role.OFFICIAL)
    before = db.scalar(text("select count(*) from audit"))
    ask(client, words="松葉一丁目7番")
    assert f'"path": "/window/{TOWN}"' in caplog.text
    assert "松葉" not in caplog.text
    assert "\\u677e" not in caplog.text  # 松, escaped
    assert db.scalar(text("select count(*) from audit")) == before


def test_the_sheet_has_public_fields_only_and_leaves_out_what_may_not_be_printed(sign_in_as, db):
    inside = {"host": "世話 はな", "staff_note": "鍵は区長", "fee": "無料"}
    shown = make(db, name="載る会", **inside)
    hidden = make(db, name="載らない会", public=False)
    no_paper = make(db, name="紙は困る会", consents=[{"medium": "paper", "answer": "no"}])
    page = (
        sign_in_as(Role.OFFICIAL)
        .post(
            f"/window/{TOWN}/sheet",
            data={
                "chosen": [str(shown), str(hidden), str(no_paper), "nonsense"],
                "office": "町社協",
            },
        )
        .text
    )
    assert "載る会" in page
    assert "無料" in page
    assert "町社協" in page
    for not_there in ("世話 はな", "鍵は区長", "載らない会", "紙は困る会"):
        assert not_there not in page
    assert "2件は、公開していないか" in page
    empty = sign_in_as(Role.OFFICIAL).post(f"/window/{TOWN}/sheet").text
    assert "選ばれていません" in empty


def test_the_window_of_ones_own_town_opens_by_its_short_address(sign_in_as):
    answer = sign_in_as(Role.VIEWER).get("/window/")
    assert (answer.status_code, answer.location) == (302, f"/window/{TOWN}")
    assert "autofocus" in sign_in_as(Role.VIEWER).get(f"/window/{TOWN}").text
