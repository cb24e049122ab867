"""第2層の生活支援コーディネーター: a day of adding and correcting, within her own area."""

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import TOWN
from tests.walks.walking import TELEPHONE, look

pytestmark = pytest.mark.walk

HERS, NOT_HERS = "茶話会 まつば", "ふれあいサロン緑丘"  # 山の手圏域, 浜の手圏域


def test_a_coordinator_writes_what_she_learnt_this_morning(someone, account):
    sakura = someone()
    sakura.page.goto("/accounts/sign-in")
    look(sakura.page, "sign-in")
    sakura.fill_in_sign_in(account("coordinator_2"))
    page = sakura.page
    go_to(page, HERS)
    page.get_by_role("link", name="内容を直す").click()
    look(page, "coordinator-edit")

    page.get_by_label("曜日・日").fill("第1・第3木曜")
    page.get_by_label("はじまり").fill("13:30")
    page.get_by_label("おわり").fill("15:00")
    page.get_by_label("確認した日").fill("ゆうべ")
    with sakura.refused(422):
        page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look(page, "coordinator-edit-refused")
    page.get_by_role("link", name="確認した日：").click()
    expect(page.get_by_label("確認した日")).to_be_focused()
    expect(page.get_by_label("曜日・日")).to_have_value("第1・第3木曜")
    page.get_by_label("確認した日").fill("令和8年11月20日")
    page.get_by_role("button", name="保存する").click()

    expect(page.locator(".flashes")).to_have_text("保存しました。")
    expect(page.locator(".facts").first).to_contain_text("第1・第3木曜 13:30〜15:00")
    newest = page.locator(".revisions tbody").first
    expect(newest).to_contain_text("第二層 さくら")
    expect(newest).to_contain_text("第2・第4火曜 10:00〜11:30")
    expect(newest).to_contain_text("第1・第3木曜 13:30〜15:00")
    look(page, "coordinator-saved", also=r"\b[A-Z]{2}\d{4}\b")

    page.get_by_role("link", name="碁盤町の地図").click()
    page.get_by_role("link", name="地域資源を加える").click()
    page.get_by_label("種別").select_option(label="介護予防：サロン・茶話会")
    page.get_by_label("名前", exact=False).first.fill("松葉おしゃべり会")
    page.get_by_label("曜日・日").fill("毎週火曜")
    with sakura.refused(403):
        page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("alert")).to_contain_text("担当の区域の中の場所")
    look(page, "coordinator-add-refused")
    page.get_by_label("緯度").fill("32.5220")
    page.get_by_label("経度").fill("136.0070")
    page.get_by_role("button", name="保存する").click()
    expect(page.locator(".flashes")).to_have_text("保存しました。")
    expect(page.get_by_role("heading", level=1)).to_contain_text("松葉おしゃべり会")
    page.get_by_role("link", name="碁盤町の地図").click()
    expect(page.locator("#list-title .count")).to_have_text("26件")


def test_a_coordinator_is_told_in_words_where_she_may_not_write(someone, account):
    sakura = someone()
    sakura.sign_in(account("coordinator_2"))
    page = sakura.page
    go_to(page, NOT_HERS)
    expect(page.get_by_text("担当の区域の外なので")).to_be_visible()
    expect(page.get_by_role("link", name="内容を直す")).to_have_count(0)
    with sakura.refused(403):
        page.goto(f"{page.url}/edit")
    expect(page.get_by_text("担当の区域の外か")).to_be_visible()
    look(page, "coordinator-refused")

    go_to(page, HERS)
    address = page.url
    page.get_by_role("link", name="内容を直す").click()
    page.get_by_label("経度").fill("136.0300")
    page.get_by_label("料金").fill("50円")
    with sakura.refused(403):
        page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("alert")).to_contain_text("担当の区域の中の場所")
    expect(page.get_by_label("料金")).to_have_value("50円")
    page.goto(address)
    expect(page.locator(".facts").first).to_contain_text("100円")

    page.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_role("link", name="職員・団体のログイン")).to_be_visible()
    page.goto(f"{address}/edit")
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")
    sakura.fill_in_sign_in(account("coordinator_2"))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{HERS}を直す")


def test_two_who_write_the_same_field_decide_and_what_only_one_wrote_stands(someone, account):
    sakura, taro = someone(), someone()
    sakura.sign_in(account("coordinator_2"))
    taro.sign_in(account("official"))
    for person in (sakura, taro):
        go_to(person.page, HERS)
        person.page.get_by_role("link", name="内容を直す").click()
    taro.page.get_by_label("料金").fill("150円")
    taro.page.get_by_label("電話").fill("0000-11-2222")
    taro.page.get_by_role("button", name="保存する").click()
    expect(taro.page.locator(".flashes")).to_have_text("保存しました。")

    page = sakura.page
    page.get_by_label("料金").fill("50円")
    page.get_by_label("申し込み").fill("前の日まで")
    with sakura.refused(409):
        page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("alert")).to_contain_text("いまの内容：150円")
    expect(page.get_by_label("料金")).to_have_value("50円")
    expect(page.get_by_label("申し込み")).to_have_value("前の日まで")
    expect(page.get_by_label("電話")).to_have_value("0000-11-2222")
    look(page, "coordinator-conflict")
    page.get_by_role("button", name="保存する").click()
    expect(page.locator(".flashes")).to_have_text("保存しました。")
    facts = page.locator(".facts").first
    for words in ("50円", "前の日まで", "0000-11-2222"):
        expect(facts).to_contain_text(words)

    taro.page.get_by_role("link", name="内容を直す").click()
    page.get_by_role("link", name="内容を直す").click()
    taro.page.get_by_label("定員").fill("12")
    taro.page.get_by_role("button", name="保存する").click()
    expect(taro.page.locator(".flashes")).to_have_text("保存しました。")
    page.get_by_label("主催", exact=True).fill("松葉町内会と有志")
    page.get_by_role("button", name="保存する").click()
    expect(page.locator(".flashes")).to_have_text("保存しました。")
    expect(facts).to_contain_text("12人")
    expect(facts).to_contain_text("松葉町内会と有志")


def test_what_ended_is_closed_with_its_reason_and_opened_again(someone, account):
    sakura = someone(viewport=TELEPHONE)
    sakura.sign_in(account("coordinator_2"))
    page = sakura.page
    go_to(page, HERS)
    address = page.url
    page.get_by_role("link", name="終わりにする").click()
    look(page, "coordinator-close")
    page.get_by_label("終わった日").fill("2999-01-01")
    page.get_by_label("終わった理由").fill("会場が使えなくなった")
    with sakura.refused(422):
        page.get_by_role("button", name="終わりにする").click()
    expect(page.get_by_role("alert")).to_contain_text("きょうまでの日付")
    look(page, "coordinator-close-refused")
    page.get_by_label("終わった日").fill("令和8年3月31日")
    page.get_by_role("button", name="終わりにする").click()
    expect(page.get_by_text("令和8年3月31日からは、開いていません。")).to_be_visible()
    expect(page.get_by_text("会場が使えなくなった").first).to_be_visible()
    look(page, "coordinator-closed", also=r"\b[A-Z]{2}\d{4}\b")
    page.goto(f"/map/{TOWN}")
    expect(page.get_by_role("link", name=HERS, exact=True)).to_have_count(0)

    page.goto(address)
    page.get_by_role("link", name="ふたたび開く").click()
    look(page, "coordinator-reopen")
    page.get_by_role("button", name="ふたたび開く").click()
    expect(page.locator(".flashes")).to_have_text("保存しました。")
    go_to(page, HERS)


def test_a_change_is_set_back_from_the_history_unless_others_changed_it_again(someone, account):
    sakura = someone()
    sakura.sign_in(account("coordinator_2"))
    page = sakura.page
    go_to(page, HERS)
    for fee in ("50円", "30円"):
        page.get_by_role("link", name="内容を直す").click()
        page.get_by_label("料金").fill(fee)
        page.get_by_role("button", name="保存する").click()
        expect(page.locator(".flashes")).to_have_text("保存しました。")
    look(page, "coordinator-history", also=r"\b[A-Z]{2}\d{4}\b")
    changes = page.locator(".revisions tbody")
    with sakura.refused(409):
        changes.nth(1).get_by_role("button", name="この前の内容にもどす").click()
    row = page.get_by_role("row", name="料金")
    expect(row).to_contain_text("100円")
    expect(row).to_contain_text("30円")
    look(page, "coordinator-undo-refused")
    page.get_by_role("link", name="更新履歴を見る").click()
    changes.first.get_by_role("button", name="この前の内容にもどす").click()
    expect(page.locator(".flashes")).to_have_text("保存しました。")
    expect(page.locator(".facts").first).to_contain_text("50円")
    changes.nth(2).get_by_role("button", name="この前の内容にもどす").click()
    expect(page.locator(".flashes")).to_have_text("保存しました。")
    expect(page.locator(".facts").first).to_contain_text("100円")


def test_a_place_is_pressed_on_the_map_moved_by_keys_or_typed(someone, account):
    sakura = someone()
    sakura.sign_in(account("coordinator_2"))
    page = sakura.page
    go_to(page, HERS)
    page.get_by_role("link", name="内容を直す").click()
    lat, lon = page.get_by_label("緯度"), page.get_by_label("経度")
    first = (lat.input_value(), lon.input_value())
    pin = page.get_by_role("button", name="場所のしるし")
    expect(pin).to_be_visible()
    look(page, "coordinator-placing")
    frame = page.locator("#map").bounding_box()
    page.locator("#map").click(position={"x": frame["width"] / 2 + 90, "y": frame["height"] / 2})
    expect(lon).not_to_have_value(first[1])
    expect(page.locator("#said")).to_contain_text("に置きました")
    assert float(lon.input_value()) > float(first[1])
    pressed = float(lat.input_value())
    pin.focus()
    page.keyboard.press("Shift+ArrowUp")
    assert float(lat.input_value()) > pressed
    dragged, held = float(lon.input_value()), pin.bounding_box()
    page.mouse.move(held["x"] + 18, held["y"] + 14)
    page.mouse.down()
    page.mouse.move(held["x"] - 80, held["y"] + 14, steps=8)
    page.mouse.up()
    assert float(lon.input_value()) < dragged
    lat.fill("32.5220")
    lon.fill("136.0070")
    page.get_by_role("button", name="保存する").click()
    expect(page.locator(".flashes")).to_have_text("保存しました。")
    expect(page.locator(".revisions tbody").first).to_contain_text("北緯32.522・東経136.007")


def test_a_new_place_is_where_the_telephone_stands_with_its_error_in_metres(someone, account):
    here = {"latitude": 32.522, "longitude": 136.007, "accuracy": 12.3}
    sakura = someone(
        viewport=TELEPHONE, has_touch=True, geolocation=here, permissions=["geolocation"]
    )
    sakura.sign_in(account("coordinator_2"))
    page = sakura.page
    page.goto(f"/resources/add/{TOWN}")
    pin = page.get_by_role("button", name="場所のしるし")
    expect(page.get_by_role("button", name="地図のまんなかに置く")).to_be_visible()
    expect(pin).to_have_count(0)
    page.get_by_role("button", name="今いる場所に置く").tap()
    expect(page.locator("#said")).to_contain_text("およそ13メートル")
    expect(pin).to_be_visible()
    look(page, "coordinator-standing-here")
    expect(page.get_by_label("緯度")).to_have_value("32.522000")
    page.locator("#map").tap(position={"x": 100, "y": 120})
    expect(page.get_by_label("緯度")).not_to_have_value("32.522000")
    page.get_by_role("button", name="今いる場所に置く").tap()
    expect(page.get_by_label("経度")).to_have_value("136.007000")
    page.get_by_label("種別").select_option(label="介護予防：サロン・茶話会")
    page.get_by_label("名前", exact=False).first.fill("道ばたの会")
    page.get_by_text("停まるところ（移動販売・買い物バスなど）").tap()
    first = page.get_by_role("group", name="停まるところ 1")
    first.get_by_label("よび名").fill("田中宅")
    first.get_by_label("着く時刻").fill("9:30")
    with sakura.refused(422):
        page.get_by_role("button", name="保存する").tap()
    expect(first.get_by_label("目印")).to_be_visible()
    look(page, "coordinator-halt-refused")
    first.get_by_label("目印").fill("消防小屋の前")
    page.get_by_role("button", name="保存する").tap()
    expect(page.locator(".flashes")).to_have_text("保存しました。")
    expect(page.get_by_role("heading", level=1)).to_contain_text("道ばたの会")
    expect(page.locator(".facts").first).to_contain_text("田中宅 9:30ごろ")


def go_to(page: Page, name: str) -> None:
    """From the list of the town to the page of a resource."""
    page.goto(f"/map/{TOWN}")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
