"""届きにくさのうつりかわり: says when there is nothing to compare, and asks the worker once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from geo import gap_trend
from geo.area import Folders, open_area
from geo.possible_homes import Residents
from geo.scope import Role, house
from tests.conftest import TOWN
from tests.routes.making import make

TREND = f"/gaps/{TOWN}/salon/trend"


@pytest.fixture
def official(sign_in_as):
    return sign_in_as(Role.OFFICIAL)


@pytest.fixture
def count(db, var):
    area = open_area(db, house(TOWN), Folders(var / "originals", var / "networks"))
    residents, today = Residents(), datetime.now(UTC).date()

    def counting(days_ago):
        moment = db.scalar(text("select clock_timestamp()"))
        day = today - timedelta(days=days_ago)
        return gap_trend.refresh(db, house(TOWN), residents, area, day, moment)

    return counting


def test_without_a_counting_the_page_says_so(official):
    page = official.get(TREND)
    assert page.status_code == 200
    assert "まだ一度も数えた控えがありません。" in page.text
    assert 'id="trend"' not in page.text


def test_two_countings_stand_beside_each_other(official, count, db):
    assert count(400)
    assert "の一回だけなので、まだ比べられません。" in official.get(TREND).text
    make(db, kind="salon", name="新しい茶の間")
    assert count(0)
    page = official.get(TREND).text
    assert "増えたもの（1件）" in page
    assert "新しい茶の間" in page
    assert "なくなったもの（0件）" in page
    assert "1年前の控えは、まだありません。" not in page
    assert official.get(f"{TREND}?then=x&now=9999-99-99").status_code == 200


def test_a_press_asks_the_worker_once(official, db):
    for _ in range(2):
        answer = official.post(TREND)
        assert (answer.status_code, answer.location) == (303, f"{TREND}?asked=1")
    waiting = text("select count(*) from procrastinate_jobs where task_name = :task")
    assert db.scalar(waiting, {"task": gap_trend.TASK}) == 1
    assert "数えるように頼みました。" in official.get(answer.location).text


def test_a_kind_that_is_not_there(official):
    assert official.get(f"/gaps/{TOWN}/nothing/trend").status_code == 404
    assert f'href="{TREND}"' in official.get(f"/gaps/{TOWN}/salon").text
