"""教えてください: what may be told, how often, and that nobody can be found by it."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from geo import stamps, suggestions, telling
from geo.errors import Invalid
from geo.records import resources
from geo.records import suggestions as records
from geo.scope import EVERYBODY, Role, Scope, house
from geo.suggestions import SEEN, About, Said
from geo.telling import Teller
from tests.asking import KEY, NOON, tell
from tests.conftest import FOREIGN, TOWN
from tests.routes.making import make

TODAY = date(2026, 5, 12)
HERE = Teller("192.0.2.1", KEY)
SCOPE = Scope(TOWN, EVERYBODY.role)


def told(db, resource, teller=HERE, now=NOON, said=None, id_=None, scope=SCOPE):
    about = About("resident", resource, 1 if resource else None)
    said = said or Said("otherwise", {})
    return telling.receive(db, scope, id_ or uuid4(), about, said, teller, now)


def problems(call, *args):
    with pytest.raises(Invalid) as refused:
        call(*args)
    return refused.value.facts["fields"]


@pytest.mark.parametrize("answer", SEEN)
def test_each_answer_is_a_whole_one(answer):
    said = telling.parse_seen({"answer": answer, "day": "2026-05-11"}, TODAY)
    assert (said.kind, said.words) == (answer, "")
    assert said.seen_on == (date(2026, 5, 11) if answer == "was_closed" else None)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({}, {"answer": "unknown_choice"}),
        ({"answer": "ended"}, {"answer": "unknown_choice"}),
        ({"answer": "was_closed"}, {"day": "required"}),
        ({"answer": "was_closed", "day": "きのう"}, {"day": "not_a_date"}),
        ({"answer": "was_closed", "day": "2026-05-13"}, {"day": "day_not_yet"}),
        ({"answer": "was_closed", "day": "2026-02-10"}, {"day": "day_long_gone"}),
        ({"answer": "otherwise", "words": "a" * 501}, {"words": "longer_than_500"}),
        ({"answer": "otherwise", "words": "090-1234-5678"}, {"words": "phone_in_words"}),
        ({"answer": "otherwise", "words": "ａ＠ｂ.jp へ"}, {"words": "mail_in_words"}),
        ({"answer": "otherwise", "words": "https://x.y"}, {"words": "site_in_words"}),
        ({"answer": "otherwise", "words": "ｅｘａｍｐｌｅ．ｃｏｍで"}, {"words": "site_in_words"}),
        ({"answer": "otherwise", "words": "a\x00b"}, {"words": "bad_character"}),
        ({"answer": "otherwise", "words": "a\u202eb"}, {"words": "bad_character"}),
        ({"answer": "otherwise", "words": "a\x9bb"}, {"words": "bad_character"}),
        (
            {"answer": "was_closed", "day": "x", "words": "www.a"},
            {"day": "not_a_date", "words": "site_in_words"},
        ),
    ],
)
def test_what_may_not_be_said_is_refused_field_by_field(typed, problem):
    assert problems(telling.parse_seen, typed, TODAY) == problem


def test_ninety_days_back_and_the_day_of_a_tablet_in_era_are_read():
    for day in ("2026-02-11", "令和8年5月12日"):
        assert telling.parse_seen({"answer": "was_closed", "day": day}, TODAY).seen_on


def test_something_new_needs_a_name_and_the_rest_as_far_as_one_knows():
    said = telling.parse_new({"name": " 東町の 体操 "}, ["salon"])
    assert (said.kind, said.values) == ("new", {"name": "東町の 体操"})
    typed = {"name": "体操", "kind": "salon", "where": "東町集会所", "when": "毎週火曜10時から"}
    values = telling.parse_new(typed, ["salon"]).values
    assert (values["kind"], values["address"]) == ("salon", "東町集会所")
    assert values["openings"][0]["rrule"] == "FREQ=WEEKLY;BYDAY=TU"


def test_when_that_no_rule_says_is_kept_in_words():
    (opening,) = telling.parse_new({"name": "体操", "when": "たまに"}, []).values["openings"]
    assert (opening["irregular"], opening["note"]) == (True, "たまに")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({}, {"name": "required"}),
        ({"name": "　"}, {"name": "required"}),
        ({"name": "会" * 81}, {"name": "too_long"}),
        ({"name": "会", "kind": "treasure"}, {"kind": "unknown_choice"}),
        ({"name": "会", "where": "町" * 201}, {"where": "too_long"}),
        ({"name": "会", "when": "火" * 201}, {"when": "longer_than_200"}),
        ({"name": "会 0778-53-2213"}, {"name": "phone_in_words"}),
        ({"name": "会", "where": "http://a"}, {"where": "site_in_words"}),
        ({"name": "会", "when": "a\x00"}, {"when": "bad_character"}),
        ({"where": "a@b.jp"}, {"name": "required", "where": "mail_in_words"}),
    ],
)
def test_of_something_new_what_may_not_be_said_is_refused(typed, problem):
    assert problems(telling.parse_new, typed, ["salon"]) == problem


@settings(max_examples=40)
@given(st.text(max_size=300), st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(words, day, kind):
    for call, args in (
        (telling.parse_seen, ({"answer": "was_closed", "day": day, "words": words}, TODAY)),
        (
            telling.parse_new,
            ({"name": words, "where": day, "when": words, "kind": kind}, ["salon"]),
        ),
    ):
        with suppress(Invalid):
            assert call(*args).kind in ("was_closed", "new")


def test_told_twice_it_is_kept_once_and_counted_once(db):
    resource, id_ = make(db), uuid4()
    assert told(db, resource, id_=id_) is True
    for _ in range(12):
        assert told(db, resource, id_=id_) is False
    assert len(records.list_of(db, house(TOWN), [resource])) == 1
    assert db.scalar(text("select count(*) from address_try")) == 1


def test_who_goes_back_and_says_something_else_is_told_that_the_first_has_come(db):
    resource, id_ = make(db), uuid4()
    first = Said("was_closed", {}, "", TODAY)
    told(db, resource, id_=id_, said=first)
    others = (
        Said("otherwise", {}),
        replace(first, seen_on=date(2026, 5, 5)),
        replace(first, words="雨"),
    )
    for other in others:
        problem = problems(lambda other=other: told(db, resource, id_=id_, said=other))
        assert problem == {"draft": "used_elsewhere"}


def test_nothing_of_the_register_changes(db):
    resource = make(db)
    before = resources.load_values(db, house(TOWN), [resource])
    told(db, resource)
    assert resources.load_values(db, house(TOWN), [resource]) == before


def test_one_address_is_heard_ten_times_an_hour(db):
    there = [make(db) for _ in range(11)]
    for resource in there[:10]:
        told(db, resource)
    assert problems(told, db, there[10]) == {"answer": "too_many_from_here"}
    assert told(db, there[10], Teller("192.0.2.2", KEY))
    assert told(db, there[10], now=NOON + timedelta(minutes=61))


def test_one_address_does_not_fill_the_day_of_everybody(db):
    there = [make(db) for _ in range(11)]
    for number in range(30):
        told(db, there[number // 3], now=NOON + timedelta(minutes=21 * number))
    later = NOON + timedelta(hours=11)
    assert problems(lambda: told(db, there[10], now=later)) == {
        "answer": "too_many_from_here_today"
    }
    assert told(db, there[10], Teller("192.0.2.2", KEY), now=later)
    assert told(db, there[10], now=NOON + timedelta(hours=25))


def problems_of(tell_it):
    """What is wrong with a telling; {} where it is kept."""
    try:
        tell_it()
    except Invalid as refused:
        return refused.facts["fields"]
    return {}


def test_one_address_cannot_silence_an_entry(db):
    """Of ten: five from the first, three from the second (it is half full), and one each from two more."""
    resource = make(db)
    kept = []
    for number in range(4):
        by, mine = Teller(f"198.51.100.{number}", KEY), 0
        while not problems_of(lambda by=by: told(db, resource, by)):
            mine += 1
        kept.append(mine)
    assert kept == [5, 3, 1, 1]
    assert problems(told, db, resource, Teller("192.0.2.9", KEY)) == {"answer": "too_many_about_it"}


def test_the_fuller_the_day_the_fewer_from_one_place_and_the_rest_is_for_who_told_nothing(
    db, monkeypatch
):
    """Of forty: ten from the first and ten from the second (an hour has no more), three each from three more, then one
    each: the last quarter takes as many addresses as there are places in it."""
    monkeypatch.setattr(telling, "OF_A_DAY", 40)
    kept = []
    while sum(kept) < 40:
        by, mine = Teller(f"198.51.100.{len(kept) + 1}", KEY), 0
        while not problems_of(lambda by=by: told(db, make(db), by)):
            mine += 1
        kept.append(mine)
        if sum(kept) < 40:  # who told nothing is heard as long as there is room
            assert problems_of(lambda: told(db, make(db), Teller("198.51.100.1", KEY)))
    assert kept == [10, 10, 3, 3, 3, 1, *[1] * 10]
    assert problems(told, db, make(db), Teller("192.0.2.9", KEY)) == {"answer": "too_many_today"}


def test_what_the_desk_left_aside_makes_room_for_the_day_again(db, monkeypatch, scope_of):
    monkeypatch.setattr(telling, "OF_A_DAY", 2)
    resource = make(db)
    ids = [uuid4(), uuid4()]
    for number, id_ in enumerate(ids):
        told(db, resource, Teller(f"198.51.100.{number}", KEY), id_=id_)
    other = Teller("192.0.2.9", KEY)
    assert problems(told, db, resource, other) == {"answer": "too_many_today"}
    suggestions.decline_told(db, scope_of(Role.OFFICIAL), ids, "いたずら", NOON)
    assert told(db, resource, other)


@pytest.mark.parametrize(
    "words",
    [
        *("あ\u061cい", "スパ\u00adム", "a\u034fb", "\u3164\u3164", "a\u200cb", "a\u2028b"),
        *("a\U000e0041b", "あ" + "\u0301" * 4, "が\u3099" + "\u20dd" * 9),
    ],
)
def test_signs_that_hide_or_climb_are_not_taken(words):
    assert problems(telling.parse_seen, {"answer": "otherwise", "words": words}, TODAY) == {
        "words": "bad_character"
    }


@pytest.mark.parametrize(
    "words", ["👨\u200d👩\u200d👧と❤\ufe0f", "葛\U000e0100飾", "e\u0301te\u0301", "が\u3099"]
)
def test_pictures_names_and_accents_are_taken(words):
    assert telling.parse_seen({"answer": "otherwise", "words": words}, TODAY).words == words


@pytest.mark.parametrize("words", ["例え.jp を見て", "sale。com", "ex.c\u200dom", "楽天 . shop へ"])
def test_pages_of_the_web_are_known_in_disguise(words):
    assert problems(telling.parse_seen, {"answer": "otherwise", "words": words}, TODAY) == {
        "words": "site_in_words"
    }


def test_a_house_of_the_new_internet_is_one_address_and_its_neighbour_another(db):
    there = [make(db) for _ in range(11)]
    for number, resource in enumerate(there[:10]):
        told(db, resource, Teller(f"2001:db8:1:1::{number}", KEY))
    assert problems(told, db, there[10], Teller("2001:db8:1:1:ffff::9", KEY))
    assert told(db, there[10], Teller("2001:db8:1:2::1", KEY))
    assert told(db, there[10], Teller("::ffff:192.0.2.9", KEY))
    assert told(db, there[10], Teller("-", KEY))


def test_about_one_entry_ten_wait_and_then_no_more(db):
    resource = make(db)
    for number in range(10):
        told(db, resource, Teller(f"192.0.2.{number}", KEY))
    assert problems(told, db, resource) == {"answer": "too_many_about_it"}
    assert told(db, make(db))


def test_of_new_ones_and_of_a_day_there_is_a_most(db, monkeypatch):
    monkeypatch.setattr(telling, "WAITING_NEW", 2)
    monkeypatch.setattr(telling, "OF_A_DAY", 3)
    for number in range(2):
        told(db, None, said=Said("new", {"name": f"会{number}"}))
    assert problems(lambda: told(db, None, said=Said("new", {"name": "会"}))) == {
        "answer": "too_many_about_it"
    }
    tell(db, TOWN, make(db), at=NOON)
    assert problems(told, db, make(db)) == {"answer": "too_many_today"}
    assert told(db, make(db), now=NOON + timedelta(hours=12))  # after midnight in Japan
    elsewhere = Scope(FOREIGN, EVERYBODY.role)
    assert told(db, None, said=Said("new", {"name": "会"}), scope=elsewhere)


def test_where_it_came_from_cannot_be_read_and_is_bound_to_nothing(db):
    told(db, make(db))
    row = db.execute(text("select * from address_try")).mappings().one()
    assert set(row) == {"number", "at", "address_hash"}
    assert len(row["address_hash"]) == 64
    kept = str(db.execute(text("select s.* from suggestion s where origin = 'resident'")).all())
    assert "192.0.2.1" not in kept
    assert row["address_hash"] not in kept


def test_the_link_is_not_what_staff_see(db):
    secret = tell(db, TOWN, make(db))
    id_ = stamps.id_of(secret)
    kept = str(db.execute(text("select * from suggestion where id = :id"), {"id": id_}).all())
    assert secret not in kept
    assert records.find(db, EVERYBODY, stamps.id_of(str(id_))) is None
