"""番号で答える: five wrong codes an hour from one address; unknown and ended are one answer."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from geo import campaign as campaigns
from geo import codes
from geo.confirmations import Caller, open_code
from geo.errors import TooManyCodes
from geo.scope import house
from tests.asking import KEY, NOON, begin, codes_of
from tests.conftest import TOWN
from tests.routes.making import make

TODAY = date(2026, 5, 12)
HERE, ELSEWHERE = Caller("192.0.2.1", KEY), Caller("192.0.2.2", KEY)


def never_given(count):
    """Codes that nobody was given, as an attacker would try them: their check is right."""
    found = []
    for number in range(10**6, 10**6 + 1000):
        body = codes.encode(number)
        if codes.check_of(body) in codes.ALPHABET:
            found.append(body + codes.check_of(body))
    return found[:count]


def ask(db, typed, caller=HERE, now=NOON, today=TODAY):
    return open_code(db, typed, caller, now, today)


def test_a_code_opens_its_own_entry_as_residents_see_it(db):
    resource = make(db, name="茶の間 花", host="山田", staff_note="内緒")
    campaign = begin(db, TOWN)
    opened = ask(db, codes.grouped(codes_of(db, campaign)[resource]).lower())
    assert (opened.resource, opened.campaign.id) == (resource, campaign.id)
    assert opened.row.name == "茶の間 花"
    assert not hasattr(opened.row, "host")
    assert not hasattr(opened.row, "staff_note")


def test_five_wrong_codes_an_hour_and_then_not_even_the_right_one(db):
    resource = make(db)
    code = codes_of(db, begin(db, TOWN))[resource]
    assert [ask(db, wrong) for wrong in never_given(5)] == [None] * 5
    for typed in (never_given(6)[5], code, "typo"):
        with pytest.raises(TooManyCodes) as refused:
            ask(db, typed)
    assert refused.value.facts["minutes"] == 60
    assert ask(db, code, ELSEWHERE).resource == resource
    assert ask(db, code, now=NOON + timedelta(minutes=61)).resource == resource


def test_right_codes_and_slips_of_the_finger_are_no_tries(db):
    resource = make(db)
    code = codes_of(db, begin(db, TOWN))[resource]
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")
    for _ in range(20):
        assert ask(db, slip) is None
        assert ask(db, code) is not None
    assert [ask(db, wrong) for wrong in never_given(5)] == [None] * 5


def test_where_somebody_tried_cannot_be_read_from_the_table(db):
    ask(db, never_given(1)[0])
    kept = db.scalar(text("select address_hash from address_try"))
    assert len(kept) == 64
    assert "192.0.2.1" not in kept


def test_a_code_ends_with_its_campaign_and_is_then_like_one_that_never_was(db):
    resource = make(db)
    campaign = begin(db, TOWN)
    code = codes_of(db, campaign)[resource]
    campaigns.end(db, house(TOWN), campaign.id, NOON)
    assert ask(db, code) is None
    again = codes_of(db, begin(db, TOWN))[resource]
    assert again != code
    assert ask(db, code) is None
    assert ask(db, again).resource == resource


def test_a_code_ends_with_the_year_though_nobody_ended_the_campaign(db):
    resource = make(db)
    code = codes_of(db, begin(db, TOWN))[resource]
    assert ask(db, code, today=date(2027, 3, 31)) is not None
    assert ask(db, code, today=date(2027, 4, 1)) is None


def test_what_is_published_no_more_opens_no_page(db):
    resource = make(db)
    code = codes_of(db, begin(db, TOWN))[resource]
    db.execute(text("update resource set public = false where id = :r"), {"r": resource})
    assert ask(db, code) is None


def test_another_servers_key_opens_nothing(db):
    resource = make(db)
    code = codes_of(db, begin(db, TOWN))[resource]
    assert ask(db, code, Caller("192.0.2.1", b"another")) is None
