"""住民: what is near home, asked in words by the keyboard alone, without a script, and read without a network."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import TOWN
from tests.sharing import linked
from tests.walks.walking import TELEPHONE, keep_picture, look, too_wide

pytestmark = pytest.mark.walk


@pytest.fixture(autouse=True)
def _streets(var, own_house):
    """The originals of the town, from which its streets are built."""
    linked(var / "originals", own_house.extensions["settings"].var / "originals")


def test_a_daughter_asks_by_keyboard_reads_the_answer_and_reads_it_again_on_the_train(someone):
    person = someone(service_workers="allow")
    page = person.page
    page.goto(f"/near/{TOWN}")
    look(page, "near-find")
    field = page.get_by_role("combobox", name="住所・町の名前・駅・施設の名前")
    to(page, field)
    page.keyboard.type("松葉")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    chosen = page.locator('[role="option"][aria-selected="true"]')
    name = chosen.inner_text()
    page.keyboard.press("Enter")
    expect(field).to_have_value(name)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("のあたり")
    assert re.fullmatch(
        rf"/near/{TOWN}/[0-9]{{10}}", page.url.partition(person.address)[2].partition("?")[0]
    )
    look(page, "near-answer")
    listed_is_drawn(page)
    tick = page.get_by_label("介護の認定がなくても使える")
    to(page, tick)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(tick).to_be_checked()
    for card in page.locator("#walked ~ ol .near-card").all()[:5]:
        said = card.inner_text()
        assert "介護の認定はいりません" in said or "たずねてください" in said
    read_on_the_train(page)


def to(page: Page, goal) -> None:
    """By the Tab key alone, in the order of reading."""
    for _ in range(40):
        if goal.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not get there")


def listed_is_drawn(page: Page) -> None:
    """The map has the numbers of the list, and its square."""
    marks = json.loads(page.locator("#page-data").inner_text())["resources"]
    cards = page.locator("section:has(#walked) .near-card, section:has(#driven) .near-card")
    numbers = [
        int(re.search(r"\d+", one)[0]) for one in cards.locator(".card-name").all_inner_texts()
    ]
    assert sorted(mark["number"] for mark in marks) == sorted(numbers)
    expect(page.locator(".near-square")).to_be_attached()


def read_on_the_train(page: Page) -> None:
    """The last answer, without a network, says of when it is; and goes when one wants it to go."""
    keeps = page.locator("#near-keeps")
    expect(keeps).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    page.reload()
    expect(keeps).to_be_visible()
    title = page.get_by_role("heading", level=1).inner_text()
    page.context.set_offline(True)
    page.goto(f"/near/{TOWN}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(title.split()[-1])
    expect(page.locator("#near-kept")).to_contain_text("前に見た答え")
    assert re.search(r"\d+月\d+日", page.locator("#near-kept").inner_text())
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#near-kept")).to_be_hidden()
    expect(page.get_by_role("combobox")).to_be_visible()


def test_without_a_script_every_answer_is_a_page(someone):
    page = someone(java_script_enabled=False, viewport=TELEPHONE).page
    page.goto("/")
    page.locator(".municipality-name", has_text="碁盤町").click()
    page.get_by_label("住所・町の名前・駅・施設の名前").fill("どこにもない")
    page.get_by_role("button", name="さがす").click()
    expect(page.get_by_role("heading", name="わかりませんでした")).to_be_visible()
    keep_picture(page, "near-unknown")
    page.get_by_label("住所・町の名前・駅・施設の名前").fill("松葉１丁目")
    page.get_by_role("button", name="さがす").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("松葉一丁目のあたり")
    expect(page.locator(".near-card").first).to_contain_text("歩いて")
    assert too_wide(page) == []
    keep_picture(page, "near-answer-without-script")
    page.get_by_label("何をさがしますか").select_option("gatherings")
    page.get_by_role("button", name="この条件で見る").click()
    expect(page.get_by_role("link", name="条件をなくす")).to_be_visible()
    assert too_wide(page) == []
