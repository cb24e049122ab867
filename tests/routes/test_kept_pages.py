"""A page that is kept is the page that would be made, and nobody's own."""

import re

import pytest

from geo import squares
from geo.scope import Role
from geo.sources.model_town import corner_lonlat
from routes import residents
from routes._kept_pages import TOKEN
from tests.conftest import TOWN
from tests.routes.making import make

PAGE = f"/near/{TOWN}/{squares.square_of(corner_lonlat(8, 8))}"
AT = {"place": list(corner_lonlat(9, 8)), "public": True}


@pytest.fixture
def made(monkeypatch):
    """Counts the answers that are made."""
    answers = []
    make_one = residents._answer

    def counted(*asked):
        answers.append(asked)
        return make_one(*asked)

    monkeypatch.setattr(residents, "_answer", counted)
    return answers


def token_of(page):
    return set(re.findall(r'name="csrf_token" value="([^"]+)"', page))


def test_the_same_question_is_answered_once_and_each_reader_has_a_token_of_their_own(
    app, client, made
):
    first = client.get(PAGE).text
    other = app.test_client().get(PAGE).text
    assert len(made) == 1
    (mine,), (theirs,) = token_of(first), token_of(other)
    assert mine != theirs
    assert first.replace(mine, "") == other.replace(theirs, "")
    assert TOKEN not in other


def test_the_token_of_a_kept_page_opens_the_form(app, client, made):
    client.get(PAGE)
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        reader = app.test_client()
        (token,) = token_of(reader.get(PAGE).text)
        sent = {"words": "松葉一丁目", "csrf_token": token}
        assert reader.post(f"/near/{TOWN}", data=sent).status_code == 303
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert len(made) == 1


def test_what_is_written_is_read_at_once(client, db, made):
    assert "あしたの会" not in client.get(PAGE).text
    make(db, name="あしたの会", **AT)
    assert "あしたの会" in client.get(PAGE).text
    assert len(made) == 2


def test_another_wish_language_or_offer_is_another_page(client, made):
    pages = [
        client.get(PAGE, query_string=query, headers={"Accept-Language": wanted}).text
        for query, wanted in (({}, "ja"), ({"free": "1"}, "ja"), ({}, "pt-BR"))
    ]
    client.set_cookie("language", "en")
    pages.append(client.get(PAGE).text)
    assert len(set(pages)) == len(made) == 4
    assert '<html lang="en"' in pages[-1]
    assert "português" in pages[2].lower()


def test_who_is_offered_a_language_varies_the_page_also_when_it_is_kept(client, made):
    for _ in range(2):
        answer = client.get(PAGE, headers={"Accept-Language": "pt-BR"})
        assert "Accept-Language" in answer.headers["Vary"]
    assert len(made) == 1


def test_who_signed_in_neither_reads_what_is_kept_nor_leaves_anything(sign_in_as, app, made):
    staff = sign_in_as(Role.OFFICIAL)
    named = staff.get(PAGE).text
    assert "ログアウト" in named
    assert "ログアウト" not in app.test_client().get(PAGE).text
    assert "ログアウト" in staff.get(PAGE).text
    assert len(made) == 3


def test_a_long_query_is_answered_and_not_kept(client, made):
    for _ in range(2):
        assert client.get(PAGE, query_string={"x": "y" * 300}).status_code == 200
    assert len(made) == 2
