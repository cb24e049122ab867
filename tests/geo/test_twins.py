"""似たもの: what makes two entries one, by names that people really write."""

import pytest

from geo.records import twins as records
from geo.scope import house
from geo.twins import TOLD, Entry, closest, common_phones, compare, list_pairs
from scripts import alike_words
from tests.conftest import TOWN
from tests.routes.making import make

HERE = {
    "kind": "salon",
    "family": ("gathering_place",),
    "lon": 136.0,
    "lat": 32.5,
    "place_level": "building",
}


def score(one, other, **apart):
    return compare(Entry("1", one, **HERE), Entry("2", other, **HERE | apart)).score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ふれあいサロン松葉", "松葉ふれあいサロン"),
        ("（医）林病院", "医療法人 林病院"),
        ("ひだまりカフェ", "ﾋﾀﾞﾏﾘｶﾌｪ"),
        ("第一ひまわり会", "第１向日葵会"),
        ("コミセンひだまり", "ひだまり コミュニティーセンター"),
        ("かがやき倶楽部", "かがやきクラブ"),
        ("北が丘の会ひまわり", "北ヶ丘ひまわり会"),
        ("髙橋さんちの縁側", "高橋さん家の縁側"),
    ],
)
def test_one_thing_written_two_ways_is_told(one, other):
    assert score(one, other) >= TOLD
    assert score(other, one) == score(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("松葉囲碁クラブ", "松葉将棋クラブ"),
        ("松葉サロン", "松葉茶話会"),
        ("第1ひまわり会", "第2ひまわり会"),
        ("東ひまわりの会", "西ひまわりの会"),
        ("ひまわりA", "ひまわりB"),
        ("さくらの会", "あじさいの会"),
        ("スーパーみなとや川東店", "スーパーみなとや城下店"),
        ("いきいきサロン", "ふれあいサロン"),
    ],
)
def test_two_groups_in_one_hall_are_two(one, other):
    here = {"address": "松葉1-7-3", "phone": "0000-11-2222"}
    assert compare(Entry("1", one, **HERE | here), Entry("2", other, **HERE | here)).score < TOLD


def test_distance_weighs_and_a_pin_of_a_town_weighs_less():
    near, far = score("ひまわり会", "ひまわりの会"), score("ひまわり会", "ひまわりの会", lat=32.53)
    rough = score("ひまわり会", "ひまわりの会", lat=32.51, place_level="district")
    assert near > rough > far
    assert far < TOLD


def test_a_telephone_of_everybody_tells_little():
    rows = [Entry(str(n), f"会{n}", phone="0000-11-2222") for n in range(3)]
    assert common_phones(rows) == {"0000112222"}
    one, other = (
        Entry("x", "ひまわり会", phone="0000-11-2222"),
        Entry("y", "ひまわりの会", phone="0000-11-2222"),
    )
    assert compare(one, other).score > compare(one, other, common_phones(rows)).score


def test_kinds_of_one_family_may_be_one_and_a_hall_is_not_its_salon():
    assert score("ひだまりの家", "ひだまりの家", kind="ibasho") >= TOLD
    assert score("松葉公民館", "松葉公民館", kind="aed", family=()) < TOLD
    assert score("松葉公民館", "松葉公民館サロン", kind="hall") < TOLD


def test_what_people_call_it_counts():
    one = Entry("1", "松葉一丁目第二サロン", other_names=("車庫サロン",), **HERE)
    found = closest(one, [one, Entry("2", "車庫サロン", **HERE), Entry("3", "別の会", **HERE)])
    assert [(row.id, likeness.reasons[0]) for row, likeness in found] == [("2", "known_as")]


def test_pairs_are_told_until_a_person_calls_them_two(db):
    place = {"place": [136.02, 32.52], "place_level": "building"}
    one, other = make(db, name="かもめ会", **place), make(db, name="カモメの会", **place)
    make(db, name="かもめ会", closed_on="2026-01-01", **place)
    scope = house(TOWN)
    mine = [pair for pair in list_pairs(db, scope) if one in (pair.one, pair.other)]
    assert [(pair.one, pair.other) for pair in mine] == [tuple(sorted((one, other)))]
    records.save_decision(db, scope, other, one, "different")
    assert one not in {pair.one for pair in list_pairs(db, scope)}
    records.save_decision(db, scope, one, other, "open")
    assert tuple(sorted((one, other))) in {(pair.one, pair.other) for pair in list_pairs(db, scope)}


def test_who_reckons_without_a_network_has_the_same_words_points_and_cases():
    """After a change: python -m scripts.alike_words."""
    assert alike_words.SCRIPT.read_text(encoding="utf-8") == alike_words.script()
    assert alike_words.CASES.read_text(encoding="utf-8") == alike_words.cases()
