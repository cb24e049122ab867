"""届きにくさの一枚: an area followed to its squares and entries, and the same on paper."""

import re
from html import unescape
from uuid import uuid4

import pytest
from sqlalchemy import text

from geo import paper
from geo.paper import NothingFetched
from geo.records import districts, shelf
from geo.records.shelf import Wanted
from geo.scope import Role, house
from tests.conftest import TOWN
from tests.papers import unpacked
from tests.routes.making import make

KIND = f"/gaps/{TOWN}/exercise_group"
ASKED = "?level=elementary&age=0"


@pytest.fixture
def official(sign_in_as):
    return sign_in_as(Role.OFFICIAL)


@pytest.fixture
def area(db):
    """area(name) → its id."""
    rows = {row.name: row.id for row in districts.list_at_level(db, house(TOWN), "elementary")}
    return rows.get


def numbers(page, table):
    """The rows of a table, without tags."""
    part = "".join(re.findall(rf'<table class="[^"]*{table}[^"]*">.*?</table>', page, re.S))
    return [
        [
            unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", part, re.S)
    ]


def test_the_squares_of_an_area_add_up_to_its_number(official, area):
    page = official.get(f"{KIND}/{area('汐見小学校')}{ASKED}").text
    squares = [row for row in numbers(page, "gap-cells") if row[0] != "メッシュコード"]
    said = re.search(r'id="said">(.*?)</p>', page, re.S)[1]
    beyond, everybody = re.search(r"およそ<strong>([\d,]+)人.*?年齢([\d,]+)人のうち", said).groups()
    assert all(re.fullmatch(r"\d{10}", row[0]) for row in squares)
    assert sum(float(row[1]) for row in squares) == pytest.approx(int(beyond), abs=1)
    assert sum(float(row[4]) for row in squares) == pytest.approx(
        int(everybody.replace(",", "")), abs=1
    )
    for row in squares:
        assert float(row[4]) == pytest.approx(sum(map(float, row[1:4])), abs=0.2)


def test_squares_of_few_people_have_no_number_where_a_source_is_not_public(official, area, db):
    db.execute(text("update population_source set public = false where kind = 'table'"))
    db.commit()
    page = official.get(f"{KIND}/{area('汐見小学校')}{ASKED}").text
    assert "20人より少ない四角は、人数を出していません" in page
    for row in numbers(page, "gap-cells"):
        assert row[0] == "メッシュコード" or len(row) == 2 or float(row[4]) >= 20


def test_the_kinds_page_leads_to_each_area_and_from_there_to_each_entry(official, area, db):
    there = area("汐見小学校")
    assert f'href="{KIND}/{there}?level=elementary' in official.get(f"{KIND}{ASKED}").text
    page = official.get(f"{KIND}/{there}{ASKED}").text
    inside = shelf.list_open(db, house(TOWN), Wanted(kind="exercise_group", district=there))
    for row in inside:
        assert f'href="/resources/{row.id}"' in page
    assert "数えた日" in page


@pytest.mark.parametrize("size", ["a4", "a3"])
def test_a_sheet_is_a_pdf(official, area, size):
    answer = official.get(f"{KIND}/{area('汐見小学校')}.pdf{ASKED}&size={size}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    inside = unpacked(answer.get_data())
    assert b"NotoSansCJK" in inside.replace(b"-", b"")
    assert 1 <= len(re.findall(rb"/Type ?/Page\b", inside)) <= 3


def test_a_booklet_has_every_area(official):
    inside = unpacked(official.get(f"{KIND}/booklet.pdf{ASKED}").get_data())
    assert len(re.findall(rb"/Type ?/Page\b", inside)) >= 4


def test_nothing_registered_is_said_on_the_page_and_counts_nobody(official, area):
    page = official.get(f"/gaps/{TOWN}/hospital/{area('汐見小学校')}{ASKED}").text
    assert "「ない」とはかぎりません。" in page
    assert "gap-cells" not in page


def test_an_area_that_nobody_confirmed_this_year_says_so(official, area, db):
    make(db, name="古い会", place=[136.017, 32.516], confirmed_on="2020-02-01")
    pages = [
        official.get(f"/gaps/{TOWN}/salon/{area(name)}{ASKED}").text
        for name in ("松葉小学校", "浜風小学校")
    ]
    assert any("今年度まだ確かめて" in page for page in pages)


@pytest.mark.parametrize("ending", ["", ".pdf"])
def test_what_is_no_area_of_the_level_is_not_found(official, area, ending):
    assert official.get(f"{KIND}/{uuid4()}{ending}{ASKED}").status_code == 404
    other = f"{KIND}/{area('汐見小学校')}{ending}?level=municipality"
    assert official.get(other).status_code == 404


def test_a_size_that_there_is_not_is_refused_in_words(official, area):
    assert official.get(f"{KIND}/{area('汐見小学校')}.pdf{ASKED}&size=b5").status_code == 422


@pytest.mark.parametrize("address", ["https://example.jp/a.png", "file:///etc/hostname"])
def test_a_page_that_asks_for_anything_is_not_set(address):
    with pytest.raises(NothingFetched):
        paper.pdf(f'<!doctype html><body><img src="{address}"></body>')
