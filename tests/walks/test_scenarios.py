"""市職員: a plan for the 協議体, from a pressed map to two plans side by side, shown to a coordinator by its address."""

import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from tests.walks.walking import look

pytestmark = pytest.mark.walk


@pytest.fixture
def streets(own_house, var):
    """The originals of the town, from which its streets are built."""
    shutil.copytree(var / "originals", own_house.extensions["settings"].var / "originals")


@pytest.mark.usefixtures("streets")
def test_an_official_tries_out_a_salon_and_shows_it(someone, account):
    taro = someone()
    taro.sign_in(account("official"))
    page = taro.page
    page.goto("/gaps/99001/salon?age=0&minutes=10")
    expect(page.get_by_role("heading", name="なくなったら")).to_be_visible()
    page.get_by_role("link", name="検討する").click()
    look(page, "scenario-begin")
    page.get_by_label("案の名前").fill("浜の茶の間")
    page.get_by_role("button", name="この案をつくる").click()
    expect(page.locator("#said")).to_contain_text("まだ何も変えていません。")

    press(page, 0.62, 0.5)
    expect(page.locator("#moving")).to_contain_text("まだこの案に入っていません")
    drag(page, 60, -30)
    gained = page.locator('[data-people="total.leading.gained"]')
    said = page.locator("#said").inner_text()
    people = gained.inner_text()
    assert int(people) > 0
    look(page, "scenario-moving")

    form = page.locator('form[data-do="add"]')
    form.get_by_label("名前", exact=True).fill("浜の茶の間")
    form.get_by_role("button", name="この案に入れる").click()
    expect(page.locator(".scenario-steps > li")).to_have_count(1)
    expect(gained).to_have_text(people)
    assert "".join(page.locator("#said").inner_text().split()) == "".join(said.split())
    expect(page.locator("#map .scenario-mark")).to_have_count(1)
    address = page.url

    page.get_by_text("写して、別の案をつくる").click()
    page.get_by_label("新しい案の名前").fill("茶の間を閉じる案")
    page.get_by_role("button", name="写す").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("茶の間を閉じる案")
    page.locator("summary", has_text="いまあるものを終わりにする").click()
    closing = page.locator('form[data-do="close"]')
    closing.get_by_label("どれを").select_option(index=1)
    closing.get_by_role("button", name="この案に入れる").click()
    expect(page.locator(".scenario-steps > li")).to_have_count(2)
    look(page, "scenario-kept")

    page.get_by_role("link", name="ほかの案とくらべる").click()
    for pick in page.locator('input[name="plan"]').all():
        pick.check()
    look(page, "scenarios")
    page.get_by_role("button", name="えらんだ案をくらべる").click()
    expect(page.get_by_role("row").filter(has_text="全体").get_by_role("cell")).to_have_count(6)
    look(page, "scenarios-compared")

    hanako = someone()
    hanako.sign_in(account("coordinator_2"))
    hanako.page.goto(address)
    expect(hanako.page.locator("#said")).to_contain_text("全部の年齢1,002人のうち")
    expect(hanako.page.locator('form[data-do="add"]')).to_have_count(0)
    expect(hanako.page.get_by_text("写して、別の案をつくる")).to_be_visible()

    page.goto(re.sub(r"/scenarios/.*", "/gaps/99001/salon/if-closed", address))
    expect(page.get_by_role("link", name="案にする").first).to_be_visible()
    look(page, "if-closed")


def press(page: Page, east: float, south: float) -> None:
    """Press the map, once it has opened, at a share of its width and height."""
    shown = page.locator("#map.leaflet-container .gap-area").first
    expect(shown).to_be_attached()
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] * east, box["y"] + box["height"] * south)


def drag(page: Page, east: float, south: float) -> None:
    """Take the pin so many pixels further, and wait for the answer to where it stands."""
    pin = page.locator(".pin").bounding_box()
    x, y = pin["x"] + pin["width"] / 2, pin["y"] + pin["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + east, y + south, steps=6)
    with page.expect_response(lambda answer: "/moved?" in answer.url and at(page) in answer.url):
        page.mouse.up()


def at(page: Page) -> str:
    """The place of the form as a request says it."""
    return f"lon={page.locator('form[data-do=add] [name=lon]').input_value()}"
