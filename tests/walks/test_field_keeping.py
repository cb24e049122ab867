"""What a telephone keeps, what it cannot keep, and how it is left clean: a full disk, a month gone by, 「ログアウト」."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from routes._request import today
from tests.walks.telephones import (
    ALSO,
    ANOTHER,
    HERS,
    find_row,
    in_register,
    on_device,
    photo,
    sign_in,
)
from tests.walks.walking import Person, look, working

pytestmark = pytest.mark.walk

NAME = "おしゃべり日和"
TINY, PLENTY = 2_000, 500_000_000  # bytes


def quota(phone: Person, size: int) -> None:
    """How much the browser lets the house keep. It looks again when a page opens that keeps something."""
    session = phone.context.new_cdp_session(phone.page)
    asked = {"origin": phone.address, "quotaSize": size}
    session.send("Storage.overrideQuotaForOrigin", asked)


def take_along(page: Page, house: Flask) -> None:
    with working(house):
        page.get_by_role("link", name="この端末").tap()
        page.get_by_role("button", name="この区域を持っていく").tap()
        expect(page.get_by_text("持ち出しました。")).to_be_visible()
        expect(page.get_by_text("この端末にあります")).to_be_visible()


def test_a_full_disk_is_said_at_once_and_a_month_takes_away_what_went_along(
    telephone, own_house: Flask, office: Session, account
):
    phone = telephone()
    page = phone.page
    page.goto("/field/")
    sign_in(page, account("coordinator_2"))
    take_along(page, own_house)
    phone.context.set_offline(True)
    page.goto("/field/#/near")
    find_row(page, HERS).get_by_role("button", name="変わりなし").tap()
    expect(find_row(page, HERS)).to_contain_text("送信待ち")

    phone.context.close()
    phone = telephone()
    phone.context.set_offline(True)
    page = phone.page
    quota(phone, TINY)
    page.goto("/field/#/add")  # it opens although not a letter can be kept
    page.get_by_role("button", name="サロン・茶話会").tap()
    expect(page.locator('[data-slot="where"]')).to_contain_text("誤差")
    for _ in range(2):
        page.get_by_role("button", name="次へ").tap()
    page.get_by_label("名前", exact=True).fill(NAME)
    page.locator('[name="photo"]').set_input_files(photo())
    expect(page.get_by_alt_text("とった写真")).to_be_visible()
    page.get_by_role("button", name="保存").tap()
    expect(page.get_by_text("端末のあき容量が足りず、書けませんでした")).to_be_visible()
    look(page, "field-disk-full", also=ALSO)
    expect(page.get_by_label("名前", exact=True)).to_have_value(NAME)
    expect(page.get_by_alt_text("とった写真")).to_be_visible()
    kept = on_device(page)
    assert ([d["kind"] for d in kept["box"][0]["drafts"]], kept["blobs"]) == (["confirm"], [])

    phone.context.set_offline(
        False
    )  # the map makes room, it can be fetched again; here that is not enough
    expect(page.locator("#network")).to_contain_text("送ることもできません")
    assert [pack["id"] for pack in on_device(page)["packs"]] == ["area"]
    quota(phone, PLENTY)
    phone.context.set_offline(True)
    phone.context.set_offline(False)
    expect(page.get_by_role("link", name="送信箱", exact=True)).to_be_visible()
    assert in_register(office, HERS)[2]["confirmed_on"] == today().isoformat()
    phone.context.set_offline(True)
    page.get_by_role("button", name="保存").tap()
    expect(page.get_by_role("heading", name="書きました")).to_be_visible()

    page.clock.set_system_time(datetime.now(UTC) + timedelta(days=31))
    page.goto("/field/#/near")
    page.reload()
    expect(page.locator(".field-row")).to_have_count(1)  # her own
    expect(find_row(page, NAME)).to_be_visible()
    page.get_by_role("link", name="現地記録").tap()
    expect(page.get_by_text("持ち出してから30日が過ぎたので、端末から消しました")).to_be_visible()
    look(page, "field-month-gone", also=ALSO)
    kept = on_device(page)
    assert (kept["packs"], len(kept["blobs"])) == ([], 1)
    assert [d["kind"] for d in kept["box"][0]["drafts"] if d["state"] != "gone"] == [
        "edit",
        "photo",
    ]


def test_signing_out_at_the_desk_leaves_the_device_clean_and_others_work_alone(
    telephone, own_house: Flask, office: Session, account
):
    phone = telephone()
    page = phone.page
    write_without_network(phone, account("coordinator_2"), HERS)
    phone.context.clear_cookies()  # her session is over, and somebody else comes
    page.goto("/accounts/sign-in")
    phone.fill_in_sign_in(account("coordinator_1"))
    page.goto("/work/")
    page.get_by_role("button", name="ログアウト").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(
        "ほかの人が書いて、まだ送っていないものが1件あります。これは残します。"
    )
    expect(dialog).not_to_contain_text(HERS)
    dialog.get_by_role("button", name="やめる").click()

    write_without_network(phone, None, ANOTHER)
    phone.context.set_offline(False)
    page.route(
        "**/field/token", lambda route: route.abort()
    )  # a hall whose network answers nothing
    page.goto("/work/")
    page.get_by_role("button", name="ログアウト").click()
    expect(dialog).to_contain_text("まだ送っていないものが1件あります。消すと、なくなります。")
    look(page, "leaving-a-device", also=ALSO)
    with page.expect_download() as file:
        dialog.get_by_role("button", name="書いたものをファイルに残す").click()
    assert ANOTHER in Path(file.value.path()).read_text(encoding="utf-8")
    dialog.get_by_role("button", name="消してログアウトする").click()
    expect(page.get_by_role("link", name="職員・団体のログイン")).to_be_visible()
    kept = on_device(page)
    assert [d["label"] for d in kept["box"][0]["drafts"]] == [HERS]
    assert (kept["packs"], kept["meta"]) == ([], [])
    left = "async () => [await caches.keys(), await navigator.serviceWorker.getRegistrations()]"
    assert page.evaluate(left) == [[], []]

    page.unroute("**/field/token")
    page.goto("/field/")
    sign_in(page, account("coordinator_2"))
    expect(page.get_by_role("link", name="送信箱", exact=True)).to_be_visible()
    assert in_register(office, HERS)[2]["confirmed_on"] == today().isoformat()
    assert in_register(office, ANOTHER)[2]["confirmed_on"] != today().isoformat()


def write_without_network(phone: Person, account: dict[str, str] | None, name: str) -> None:
    """「変わりなし」 of an entry, which stays on the telephone."""
    page = phone.page
    page.goto("/field/")
    if account:
        sign_in(page, account)
    page.goto("/field/#/near")
    expect(page.locator(".field-row").first).to_be_visible()
    phone.context.set_offline(True)
    find_row(page, name).get_by_role("button", name="変わりなし").tap()
    expect(find_row(page, name)).to_contain_text("送信待ち")
    page.goto("about:blank")
    phone.context.set_offline(False)


def test_without_javascript_one_is_told_that_the_device_may_still_hold_something(someone, account):
    sakura = someone(java_script_enabled=False)
    sakura.sign_in(account("coordinator_2"))
    sakura.page.goto("/")
    sakura.page.get_by_role("button", name="ログアウト").click()
    expect(sakura.page.get_by_role("status")).to_contain_text("まだ端末に残っています")
