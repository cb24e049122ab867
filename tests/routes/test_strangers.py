"""Anything sent to every door that is open to everybody (10,000 of it: tests/soak/test_strangers.py)."""

import pytest

from tests.house.source import HOUSE
from tests.routes.examples import known
from tests.strangers import MARK, doors, names, requests, wrong

SEED, EACH = 20261130, 4


def test_no_open_door_breaks_or_hands_back_what_a_stranger_sends(app, client, db):
    assert play(app, client, db, SEED, EACH) == []


def play(app, client, db, seed, each):
    """What went wrong, of so many requests for every open door."""
    true, asked = known(db), names(HOUSE / "routes")
    assert len(doors(app)) > 25
    assert {"words", "topic", "from", "page"} <= set(asked)
    odd, statuses = [], set()
    for sent in requests(app, true, asked, seed, each):
        how = {"query_string": sent.words} if sent.method == "GET" else {"data": sent.words}
        answer = client.open(sent.path, method=sent.method, **how)
        is_page = answer.mimetype == "text/html"
        text = answer.get_data().decode("utf-8", "replace") if is_page or answer.is_json else ""
        statuses.add(answer.status_code)
        if problem := wrong(answer.status_code, text, is_page=is_page):
            odd.append((sent.endpoint, sent.method, sent.path[:200], sent.words, problem))
    assert {200, 404, 422} <= statuses, "the stranger never got anywhere"
    return odd


@pytest.mark.parametrize(
    ("status", "text", "is_wrong"),
    [
        (500, "", True),
        (200, f"<p>{MARK}</p>", True),
        (200, "psycopg.errors", True),
        (422, "<p>ok", False),
    ],
)
def test_the_eye_of_the_stranger_sees(status, text, is_wrong):
    assert bool(wrong(status, text, is_page=True)) == is_wrong
