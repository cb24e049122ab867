"""届きにくさの一週間: fourteen small maps, the table says the same, and each opens the big map with that question."""

import csv
import io
import re
from html import unescape

import pytest

from geo.scope import Role
from tests.conftest import TOWN
from tests.routes.making import make

WEEK = f"/gaps/{TOWN}/exercise_group/week"


@pytest.fixture
def official(sign_in_as):
    return sign_in_as(Role.OFFICIAL)


def maps(page):
    """[(what the heading says, people, address of the big map)]"""
    text = re.search(r'<ol class="gap-halves">.*?</ol>', page.text, re.S)[0]
    return [
        (re.sub(r"<[^>]+>|\s", "", name), said, unescape(link))
        for link, name, said in re.findall(
            r'<a href="([^"]*)">\s*<span class="gap-half-name">(.*?)</span>\s*<svg.*?<strong>(.*?)<',
            text,
            re.S,
        )
    ]


def table(page):
    """Area → what stands in its line."""
    text = re.search(
        r'<table class="counts counts-tight gap-week-table">.*?</table>', page.text, re.S
    )[0]
    lines = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', text, re.S)
    return {
        name: re.findall(r">([\d,]+|不明)<", line.replace("<span>", "<b>")) for name, line in lines
    }


def test_the_list_says_what_the_maps_say(official):
    page = official.get(f"{WEEK}?age=0&level=elementary")
    assert page.status_code == 200
    drawn, listed = maps(page), table(page)
    assert len(drawn) == 14
    assert [said for _, said, _ in drawn] == listed["全体"][1:]
    rows = list(
        csv.DictReader(
            io.StringIO(
                official.get(f"{WEEK}.csv?age=0&level=elementary")
                .get_data(as_text=True)
                .lstrip("\ufeff")
            )
        )
    )
    assert len(rows) == 14 * 5
    for row in rows:
        assert sum(int(row[name]) for name in ("届く", "届きにくい", "わからない")) == int(
            row["全体の人数"]
        )
    for area, line in listed.items():
        assert line[1:] == [f"{int(row['届きにくい']):,}" for row in rows if row["区域"] == area]


def test_each_map_opens_the_big_one_with_its_question(official):
    _, people, link = maps(official.get(f"{WEEK}?age=0"))[2]
    page = official.get(link)
    assert "毎週火曜の午前に開く予定の" in page.text
    assert f"およそ<strong>{people}人</strong>" in page.text


def test_a_map_needs_no_script_and_its_areas_are_those_of_the_table(official):
    page = official.get(f"{WEEK}?level=elementary")
    assert page.text.count('<path id="area-') == 4
    assert page.text.count('<use href="#area-') == 4 * 14
    assert "js/pages/gap" not in page.text


def test_what_waits_in_winter_is_asked_by_month(official):
    assert "が、1月の曜日と時間ごとに" in official.get(f"{WEEK}?month=1").text


def test_nothing_registered_is_no_week_of_gaps(official):
    page = official.get(f"/gaps/{TOWN}/hospital/week")
    assert "見つかりません。「ない」とはかぎりません。" in page.text
    assert "gap-halves" not in page.text


def test_what_cannot_be_read_is_said(official):
    assert official.get(f"{WEEK}?age=12").status_code == 422
    assert official.get(f"{WEEK}?month=13").status_code == 422
    assert official.get(f"{WEEK}?level=nowhere").status_code == 404
    assert official.get(f"/gaps/{TOWN}/nothing/week").status_code == 404


def test_days_of_the_query_do_not_change_the_week(official, db):
    make(db, kind="exercise_group", name="体操", place=None)
    plain, asked = (maps(official.get(WEEK + query)) for query in ("", "?day=tue&at=10:00&on=x"))
    assert [one[:2] for one in plain] == [one[:2] for one in asked]
