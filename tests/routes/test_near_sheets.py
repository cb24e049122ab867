"""答えの一枚: the residents' answer on one page of A4."""

import re

from flask import g

from geo import squares
from geo.sources.model_town import corner_lonlat
from routes import near_sheets
from tests.conftest import FOREIGN, TOWN
from tests.papers import sheets_of
from tests.routes.making import make

SQUARE = squares.square_of(corner_lonlat(8, 8))
SHEET = f"/near/{TOWN}/{SQUARE}/sheet.pdf"


def at(x, y, **values):
    return {"place": list(corner_lonlat(x, y)), "public": True} | values


def test_the_answer_comes_on_one_page(client, db):
    for n in range(12):
        make(db, name=f"{n}番目の会", phone="0000-12-3456", **at(9, 8))
    sheet = client.get(SHEET)
    assert sheet.status_code == 200
    assert sheet.mimetype == "application/pdf"
    assert sheets_of(sheet.data) == 1
    assert client.get(SHEET).data == sheet.data  # kept, not set again


def test_what_its_host_keeps_off_paper_is_not_on_it(app, db, desk):
    consent = [{"medium": "paper", "answer": "no", "by": "", "on": None}]
    make(db, name="紙にのせない会", consents=consent, **at(9, 8))
    make(db, name="紙にのせる会", **at(9, 8))
    with app.test_request_context(SHEET):
        g.db = db
        pages, _ = near_sheets.pages_of(TOWN, SQUARE)
        g.pop("db")
    assert "紙にのせる会" in pages[0]
    assert "紙にのせない会" not in pages[0]
    assert "紙にのせないものが1件あります" in pages[0]


def test_it_is_in_the_language_of_the_answer_and_its_map_keeps_its_numbers(app, db, desk):
    make(db, name="朝の体操会", **at(9, 8))
    said = {}
    for code in ("en", "ja@easy", "vi"):
        with app.test_request_context(SHEET, headers={"Cookie": f"language={code}"}):
            g.db = db
            said[code] = near_sheets.pages_of(TOWN, SQUARE)[0]
            g.pop("db")
    for page in (page for pages in said.values() for page in pages):
        drawn = re.search("<svg.*?</svg>", page, re.DOTALL)[0]
        assert ">1</text>" in drawn
        assert "<span" not in drawn
        assert "<ruby" not in drawn
    assert 'lang="en"' in said["en"][0]
    assert "Please call before you go" in said["en"][0]
    assert '<span lang="ja">朝の体操会</span>' in said["en"][0]
    assert "<ruby>行<rt>い</rt></ruby>" in said["ja@easy"][0]
    assert 'lang="vi"' in said["vi"][-1]


def test_a_square_or_wish_that_is_none_is_refused_in_words(client):
    assert client.get(f"/near/{TOWN}/1/sheet.pdf").status_code == 422
    assert client.get(f"{SHEET}?topic=x").status_code == 422


def test_where_nobody_knows_a_town_the_municipality_names_the_page(client):
    square = squares.square_of((139.75, 35.69))
    assert client.get(f"/near/{FOREIGN}/{square}/sheet.pdf").status_code == 200
