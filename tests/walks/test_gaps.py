"""市職員: the hour before a 協議体, from the table of a whole town to a file with one answer."""

import csv
import io
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.walks.walking import look, working

pytestmark = pytest.mark.walk


@pytest.fixture
def streets(own_house, var):
    """The originals of the town, from which its streets are built."""
    shutil.copytree(var / "originals", own_house.extensions["settings"].var / "originals")


@pytest.mark.usefixtures("streets")
def test_an_official_prepares_a_meeting(someone, account):
    taro = someone()
    taro.sign_in(account("official"))
    page = taro.page
    page.goto("/work/")
    page.get_by_role("main").get_by_role("link", name="届きにくさ").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("届きにくさの一覧")
    expect(page.locator('#matrix[data-waiting="0"]')).to_be_visible()
    look(page, "gaps-matrix")

    line = page.get_by_role("row").filter(has=page.get_by_role("link", name="通いの場（体操）"))
    cell = line.get_by_role("cell").first
    beyond = cell.locator(".gap-beyond").inner_text()
    cell.get_by_role("link").click()
    expect(page.locator("#said")).to_contain_text(f"およそ{beyond}人")
    expect(page.locator("#said")).to_contain_text("この地区の話し合いで決めます")
    expect(page.locator("#map .gap-within")).to_have_count(1)
    expect(page.locator("#map .gap-practical")).to_have_count(1)
    look(page, "gaps-exercise-group")

    page.get_by_label("開く日").select_option(label="毎週火曜")
    page.get_by_label("時刻").select_option(label="午前（9時から12時）")
    page.get_by_role("button", name="この問いで数える").click()
    expect(page.locator("#said")).to_contain_text(
        "毎週火曜の午前に開く予定の通いの場（体操）がない人"
    )
    look(page, "gaps-tuesday-mornings")

    with page.expect_download() as told:
        page.get_by_role("link", name="CSV").click()
    text = Path(told.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert "毎週火曜の午前" in rows[0]["問い"]
    assert [f"{int(row['届きにくい']):,}" for row in rows] == numbers(page)
    for row in rows:
        states = [int(row[name]) for name in ("届く", "届きにくい", "わからない")]
        assert sum(states) == int(row["全体の人数"])

    asked = page.url
    page.locator(".gap-table tbody").get_by_role("link").first.click()
    expect(page.locator("#said")).to_contain_text("毎週火曜の午前に開く予定の")
    expect(page.get_by_role("heading", name="人数の内わけ")).to_be_visible()
    look(page, "gaps-area")
    sheet = page.request.get(page.get_by_role("link", name="A4のPDF").get_attribute("href"))
    assert sheet.body().startswith(b"%PDF-")

    page.goto(asked)
    page.get_by_role("link", name="一週間を曜日ごとに見る").click()
    halves = page.locator(".gap-half")
    expect(halves).to_have_count(14)
    look(page, "gaps-week")
    people = halves.nth(2).locator("strong").inner_text()
    halves.nth(2).get_by_role("link").click()
    expect(page.locator("#said")).to_contain_text(f"およそ{people}人")
    expect(page.locator("#said")).to_contain_text("毎週火曜の午前に開く予定の")
    page.get_by_role("button", name="区域ではなく、四角ごとに見る").click()
    expect(page.locator("#map .gap-cell-square").first).to_be_attached()
    look(page, "gaps-squares")

    page.get_by_role("link", name="ほかの種別と合わせて数える").click()
    page.get_by_role("checkbox", name="食料品店").check()
    page.get_by_role("radio", name=re.compile("どれも全部に届くこと")).check()
    look(page, "gaps-choose")
    page.get_by_role("button", name="この種別で数える").click()
    expect(page.locator("#said")).to_contain_text("ひとつでもないものがある人")
    look(page, "gaps-each-of-two")

    page.goto(re.sub(r"/gaps/(\d+)/.*", r"/gaps/\1/exercise_group/trend", page.url))
    page.get_by_role("button", name="いまの数を控えに残す").click()
    expect(page.get_by_role("status")).to_contain_text("数えるように頼みました")
    look(page, "gaps-trend")

    page.goto(re.sub(r"exercise_group.*", "meal_delivery", page.url))
    expect(page.locator("#said")).to_contain_text("家に来る区域")
    look(page, "gaps-meal-delivery")


@pytest.mark.usefixtures("streets")
def test_an_official_asks_where_to_open(own_house, someone, account):
    """From the gap to five places and a plan to go on with; the worker comes only after the page has waited."""
    taro = someone()
    taro.sign_in(account("official"))
    page = taro.page
    page.goto("/gaps/99001/hall?minutes=5&age=0")
    page.get_by_role("link", name="どこに開くと、届く人がいちばんふえるか").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("どこに開くか")
    look(page, "where-form")
    page.get_by_label("いくつの場所をえらぶか").fill("3")
    page.locator("summary", has_text="ほかの種別の場所").click()
    page.get_by_label("通いの場（体操）").check()
    page.get_by_label("ひと休みイス").check()
    page.get_by_role("button", name="この条件で計算する").click()
    expect(page.locator("#working-words")).to_have_text("順番を待っています。")
    look(page, "where-waiting")
    with working(own_house):
        expect(page.locator("#said")).to_contain_text("どこに開くかは、地区の話し合いで決めます")
    expect(page.locator("#proof")).to_contain_text("これより多くの人に届く選び方はありません")
    expect(page.locator("#map .gap-within")).to_have_count(1)
    gains = page.locator("#said strong").inner_text()
    assert page.locator("tfoot td").nth(2).inner_text() == gains.removesuffix("人")
    look(page, "where-answer")
    page.get_by_role("button", name="検討案にする").click()
    expect(page.get_by_role("main")).to_contain_text(gains)


@pytest.mark.usefixtures("streets")
def test_an_official_shows_residents_the_table(someone, account):
    taro, hana = someone(), someone()
    taro.sign_in(account("official"))
    page = taro.page
    page.goto("/gaps/99001")
    page.get_by_role("link", name="住民に見せる届きにくさの表").click()
    waiting = page.get_by_role("link", name="つづきを見る")
    for _ in range(20):
        if not waiting.count():
            break
        waiting.click()
    look(page, "gaps-showing")
    page.get_by_role("button", name="この表を住民に見せる").click()
    expect(page.get_by_role("status").first).to_contain_text("住民に見せはじめました")

    hana.page.goto("/map/99001")
    hana.page.get_by_role("link", name="届きにくさの表を見る").click()
    expect(hana.page.get_by_role("heading", level=1)).to_contain_text("届きにくさの表")
    expect(
        hana.page.get_by_text("足りないかどうかは、その地区の話し合いで決めます。")
    ).to_be_visible()
    look(hana.page, "gaps-for-everybody")

    page.get_by_role("button", name="見せるのをやめる").click()
    expect(page.get_by_role("status").first).to_contain_text("見せるのをやめました")
    hana.page.goto("/map/99001")
    expect(hana.page.get_by_role("link", name="届きにくさの表を見る")).to_have_count(0)


def numbers(page: Page) -> list[str]:
    """People beyond as the table shows them, line by line, the range in small letters aside."""
    cells = page.locator(".gap-table :is(tbody, tfoot) tr > td:nth-of-type(1)")
    return [cell.split()[0] for cell in cells.all_inner_texts()]
