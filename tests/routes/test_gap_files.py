"""届きにくさ to take along: the workbook holds what the page shows, the map is one file that asks nobody."""

import io
import re

import openpyxl
import pytest

from geo.scope import Role
from routes import gaps
from tests.conftest import TOWN
from tests.routes.making import make

KIND = f"/gaps/{TOWN}/exercise_group"
ASKED = "?level=elementary&age=0"


@pytest.fixture
def official(sign_in_as, monkeypatch):
    gaps.MATRICES._kept.clear()
    monkeypatch.setattr(gaps, "PATIENCE_S", 60.0)
    return sign_in_as(Role.OFFICIAL)


def book(answer):
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.get_data()))


def lines(sheet):
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_the_workbook_holds_the_rows_of_the_page(official):
    page = official.get(KIND + ASKED).text
    told = book(official.get(f"{KIND}.xlsx{ASKED}"))
    assert told.sheetnames == ["この表について", "届きにくい人"]
    about = dict(row[:2] for row in lines(told["この表について"])[2:] if row[0] != "注意")
    assert "通いの場（体操）がない人（全部の年齢）" in about["問い"]
    assert all(about[name] for name in ("答え", "目安", "数えた日", "人数のもと", "資料"))
    rows = lines(told["届きにくい人"])[3:]
    table = re.search(r'<table class="counts counts-tight gap-table">.*?</table>', page, re.S)[0]
    shown = re.findall(r'<th scope="row"><a [^>]*>(.*?)</a>.*?<td>([\d,]+)', table, re.S)
    assert [(row[1], f"{row[2]:,}") for row in rows if isinstance(row[2], int) and row[0]] == shown
    total = next(row for row in rows if row[1] == "全体")
    assert total[5] + total[6] + total[2] == total[7]


def test_the_workbook_of_all_kinds_holds_the_table(official):
    page = official.get(f"/gaps/{TOWN}{ASKED}").text
    told = book(official.get(f"/gaps/{TOWN}.xlsx{ASKED}"))
    assert told.sheetnames == ["この表について", "届きにくい人", "わからない人"]
    heading, *rows = lines(told["届きにくい人"])[2:]
    found = {row[0]: row for row in rows}
    assert "病院" not in found
    kinds = re.findall(r'<tr><th scope="row"><a [^>]*>(.*?)</a>', page)
    assert [row[0] for row in rows[: len(kinds)]] == kinds
    shown = re.search(r">通いの場（体操）</a>.*?</tr>", page, re.S)[0]
    assert [f"{n:,}" for n in found["通いの場（体操）"][2:]] == re.findall(
        r'gap-beyond">(.*?)</span>', shown
    )
    assert found["配食"][2] == "不明"
    assert heading[2] == "全体"


def test_an_unfinished_table_is_no_workbook(official, monkeypatch):
    monkeypatch.setattr(gaps, "PATIENCE_S", 0.0)
    answer = official.get(f"/gaps/{TOWN}.xlsx{ASKED}")
    assert answer.status_code == 302
    assert answer.location.startswith(f"/gaps/{TOWN}?")


def test_the_map_is_one_file_for_staff(official, db):
    make(db, kind="exercise_group", name="</script><b>体操</b>", confirmed_on="2026-05-01")
    answer = official.get(f"{KIND}.html{ASKED}")
    text = answer.get_data(as_text=True)
    assert answer.headers["Content-Security-Policy"] == "sandbox allow-scripts"
    assert "職員用です" in text
    assert "足りないかどうかは、この地区の話し合いで決めます。" in text
    assert "gap-hatch" in text
    assert not re.search(r'<(?:script|link|img|iframe)[^>]*(?:src|href)=|url\(["\']?https?:', text)
    assert "<b>体操" not in text


def test_what_makes_no_sense_is_refused_in_words(official):
    for form in ("xlsx", "html"):
        assert official.get(f"{KIND}.{form}?age=80").status_code == 422
        assert official.get(f"/gaps/{TOWN}/nonsense.{form}").status_code == 404
