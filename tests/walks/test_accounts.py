"""市職員 gets a second step on her telephone and ends a lost device; the 管理者 reads what was done."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from playwright.sync_api import expect

from tests.walks.walking import TELEPHONE, look

pytestmark = pytest.mark.walk

WORDS = r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b|\b(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}\b|Android|Linux"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/130.0.0.0 Mobile Safari/537.36"
)


def digits(secret, steps=0):
    return pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30 * steps))


def test_an_official_signs_in_with_two_steps_and_ends_a_lost_device(someone, account, tmp_path):
    midori, lost = someone(viewport=TELEPHONE, user_agent=PHONE), someone()
    lost.sign_in(account("official"))
    midori.sign_in_by_page(account("official"))
    expect(midori.page.get_by_role("status")).to_contain_text("前回は")

    page = midori.page
    page.goto("/accounts/mine")
    expect(page.get_by_text("スマートフォン（Android・Chrome）")).to_be_visible()
    look(page, "accounts-mine", also=WORDS)
    page.get_by_text("名前をつける").first.click()
    page.get_by_label("この端末の名前").first.fill("訪問用のスマートフォン")
    page.get_by_role("button", name="名前を保存する").first.click()
    expect(page.get_by_text("訪問用のスマートフォン").first).to_be_visible()
    page.get_by_role("button", name=re.compile("この端末からログアウトする")).click()
    expect(page.get_by_role("status")).to_contain_text("その端末からログアウトしました")
    lost.page.goto("/accounts/mine")
    expect(lost.page.get_by_role("heading", level=1)).to_have_text("ログイン")

    page.get_by_role("link", name="2段階のログインの設定").click()
    look(page, "second-step-off")
    page.get_by_label("いまのパスワード").fill(account("official")["password"])
    page.get_by_role("button", name="設定を始める").click()
    expect(page.locator("svg.qr")).to_be_visible()
    look(page, "second-step-begun", also=WORDS)
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("アプリに出ている6けたの数字").fill(digits(secret))
    page.get_by_role("button", name="この数字で確かめて").click()
    expect(page.locator(".codes li")).to_have_count(10)
    look(page, "second-step-codes", also=WORDS)

    page.get_by_role("link", name="控えました").click()
    page.get_by_role("button", name="ログアウト", exact=True).click()
    expect(page.get_by_role("link", name="職員・団体のログイン")).to_be_visible()
    page.goto("/accounts/sign-in")
    page.get_by_label("メールアドレス").fill(account("official")["email"])
    page.get_by_label("パスワード").fill(account("official")["password"])
    page.get_by_role("button", name="ログイン").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("確認コード")
    look(page, "second-step-enter")
    with midori.refused(401):
        page.get_by_label("確認コード").fill("000000")
        page.get_by_role("button", name="ログイン").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("確認コード").fill(digits(secret, 1))
    page.get_by_role("button", name="ログイン").click()
    expect(page.get_by_role("status")).to_contain_text("失敗したログインが1回ありました")
    page.goto("/accounts/mine/second-step")
    look(page, "second-step-on")


def test_an_administrator_reads_what_was_done_and_takes_it_along(someone, account, tmp_path):
    midori, kanri = someone(), someone()
    midori.sign_in(account("official"))
    kanri.sign_in(account("administrator"))
    page = kanri.page
    page.goto("/work/")
    page.get_by_role("link", name="書き込みの記録").click()
    expect(page.locator(".audit-line").first).to_contain_text("ログインした")
    page.get_by_text("内容（").first.click()
    look(page, "audit", also=WORDS)
    page.get_by_label("何をしたか").select_option(label="ログインした")
    page.get_by_label("この日から").fill("あした")
    with kanri.refused(422):
        page.get_by_role("button", name="しぼりこむ").click()
    page.get_by_label("この日から").fill("令和8年4月1日")
    page.get_by_role("button", name="しぼりこむ").click()
    shown = page.locator(".audit-line").count()
    assert shown >= 2
    with page.expect_download() as taken:
        page.get_by_role("button", name="CSVで書き出す").click()
    taken.value.save_as(tmp_path / "audit.csv")
    lines = (tmp_path / "audit.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == shown + 1

    page.goto("/accounts/")
    look(page, "accounts", also=WORDS)
    page.get_by_role("link", name="役場 太郎").click()
    look(page, "account", also=WORDS)
    page.get_by_role("link", name="ログインしている端末").click()
    look(page, "account-devices", also=WORDS)
    page.get_by_role("button", name="すべての端末をログアウトする").click()
    expect(page.get_by_text("ログインしている端末はありません")).to_be_visible()
    midori.page.goto("/accounts/mine")
    expect(midori.page.get_by_role("heading", level=1)).to_have_text("ログイン")
