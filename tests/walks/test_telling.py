"""教えてください: a resident tells in two taps that a door was closed; an official decides; the link says so."""

import pytest
from playwright.sync_api import expect

from tests.conftest import TOWN
from tests.walks.walking import DESK, TELEPHONE, look

pytestmark = pytest.mark.walk

SALON = "茶話会 まつば"


def test_two_taps_and_what_became_of_them(someone, account):
    resident = someone(viewport=TELEPHONE, has_touch=True)
    page = resident.page
    page.goto(f"/map/{TOWN}?words=まつば")
    page.get_by_role("link", name=SALON, exact=True).first.click()
    page.get_by_role("link", name="ちがっていたら教えてください").tap()
    page.get_by_role("button", name="閉まっていた").wait_for()
    third = page.get_by_role("button", name="やめたようだ").bounding_box()
    assert third["y"] + third["height"] <= TELEPHONE["height"], "the answers are below the fold"
    plain = someone(java_script_enabled=False, viewport=TELEPHONE)
    plain.page.goto(page.url)  # and reads, while the other one presses
    look(page, "tell")
    page.get_by_role("button", name="閉まっていた").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("お知らせは届いています")
    expect(page.locator(".told-state")).to_contain_text("まだ見ていません")
    look(page, "told")

    plain.page.get_by_text("ひとことそえる").click()
    plain.page.get_by_label("ひとこと").fill("電話は090-1234-5678です")
    with plain.refused(422):
        plain.page.get_by_role("button", name="時間や曜日がちがう").click()
    expect(plain.page.get_by_role("alert")).to_contain_text("電話番号は書かないで")
    plain.page.get_by_label("ひとこと").fill("10時半からでした")
    plain.page.get_by_role("button", name="時間や曜日がちがう").click()
    expect(plain.page.locator(".facts")).to_contain_text("10時半からでした")

    official = someone()
    official.sign_in(account("official"))
    desk = official.page
    desk.goto(f"/desk/{TOWN}/suggested")
    look(desk, "told-desk")
    desk.set_viewport_size(
        TELEPHONE
    )  # where a line is a card: nothing is beyond the edge of the list
    over = "one => one.scrollWidth - one.clientWidth"
    assert desk.locator(".table-scroll").evaluate(over) <= 0
    expect(desk.get_by_role("link", name=SALON)).to_be_in_viewport()
    desk.set_viewport_size(DESK)
    desk.get_by_role("link", name=SALON).click()
    expect(desk.get_by_role("heading", name="届いていること")).to_contain_text("2件")
    look(desk, "told-decide")
    desk.get_by_label("知らせてくれた人へのひとこと").fill("きのうは会場の都合で休みました")
    desk.get_by_role("button", name="確かめた。変わりなし").click()
    expect(desk.get_by_role("status")).to_contain_text("決めたことを記録しました")

    for one in (page, plain.page):
        one.reload()
        expect(one.locator(".told-state")).to_contain_text("のせている内容で合っていました")
        expect(one.locator(".told-state")).to_contain_text("会場の都合で休みました")
    page.goto(f"/tell/new/{TOWN}")
    look(page, "tell-new")
