"""市職員と管理者: reading what an import did, and looking after who may sign in."""

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import TOWN
from tests.walks.walking import look

pytestmark = pytest.mark.walk

DEVICES = "Linux|Chrome"  # a browser's own names
SENTENCE = "縁側で茶を飲む三毛猫と梅の木"  # a password as people are told to choose it


def test_an_official_reads_what_an_import_did_and_manages_no_accounts(someone, account):
    taro = someone()
    taro.sign_in(account("official"))
    page = taro.page
    page.goto("/")
    page.get_by_role("link", name="しごと").click()
    page.get_by_role("link", name="取り込み結果").click()
    expect(page.get_by_role("row")).to_have_count(1 + 10)
    look(page, "official-imports")
    page.get_by_role("link", name="99001_resources.csv").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("99001_resources.csv")
    expect(page.locator(".tallies")).to_contain_text("25")
    expect(page.locator(".facts").first).to_contain_text("25行")
    look(page, "official-import-resources")
    page.get_by_role("link", name="取り込み結果").first.click()
    page.get_by_role("link", name="A27-16_99001.geojson").click()
    expect(page.locator(".facts").first).to_contain_text("小学校区（A27）")
    look(page, "official-import-districts")

    expect(page.get_by_role("link", name="アカウント管理")).to_have_count(0)
    with taro.refused(403):
        page.goto("/accounts/")
    expect(page.get_by_role("heading", level=1)).to_have_text("この操作はできません。")
    look(page, "official-refused")


def test_an_administrator_brings_a_new_colleague_in(someone, account):
    hanako, midori = someone(), someone()
    hanako.sign_in(account("administrator"))
    page = hanako.page
    page.goto("/work/")
    page.get_by_role("link", name="アカウント管理").click()
    look(page, "administrator-accounts")
    add_account(page, "包括 みどり", "official@gobancho.example")
    with hanako.refused(422):
        page.get_by_role("button", name="加える").click()
    expect(page.get_by_role("alert")).to_contain_text("すでに使われています")
    look(page, "administrator-accounts-refused")
    page.get_by_label("メールアドレス").fill("midori@gobancho.example")
    page.get_by_role("button", name="加える").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("一度だけ使えるリンク")
    look(page, "administrator-link", also=r"[\w-]{20,}")
    link = page.locator("code").inner_text()

    midori.page.goto(link)
    look(midori.page, "new-password")
    midori.page.get_by_label("新しいパスワード", exact=False).first.fill("password1234")
    midori.page.get_by_label("新しいパスワード（もう一度）").fill("password1234")
    with midori.refused(422):
        midori.page.get_by_role("button", name="決める").click()
    expect(midori.page.get_by_role("alert")).to_contain_text("推測されやすい")
    look(midori.page, "new-password-refused")
    midori.page.get_by_label("新しいパスワード", exact=False).first.fill(SENTENCE)
    midori.page.get_by_label("新しいパスワード（もう一度）").fill(SENTENCE)
    midori.page.get_by_role("button", name="決める").click()
    expect(midori.page.get_by_role("status")).to_contain_text("パスワードを決めました")
    midori.fill_in_sign_in({"email": "midori@gobancho.example", "password": SENTENCE})
    with midori.refused(410):
        midori.page.goto(link)
        midori.page.get_by_label("新しいパスワード", exact=False).first.fill(SENTENCE)
        midori.page.get_by_label("新しいパスワード（もう一度）").fill(SENTENCE)
        midori.page.get_by_role("button", name="決める").click()
    look(midori.page, "link-ended")

    page.get_by_role("link", name="アカウント管理へ戻る").click()
    page.get_by_role("link", name="包括 みどり").click()
    look(page, "administrator-account")
    page.get_by_label("浜の手圏域").check()
    page.get_by_role("button", name="変える", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("変更しました")

    midori.page.goto("/accounts/mine")
    expect(midori.page.get_by_role("heading", level=1)).to_have_text("ログイン")
    midori.fill_in_sign_in({"email": "midori@gobancho.example", "password": SENTENCE})
    expect(midori.page.locator(".facts").first).to_contain_text("浜の手圏域")


def test_an_administrator_signs_a_lost_device_out(someone, account):
    desk, telephone = someone(), someone()
    for person in (desk, telephone):
        person.sign_in(account("administrator"))
    page = desk.page
    page.goto("/")
    page.get_by_role("link", name="管理 花子さん").click()
    look(page, "administrator-mine", also=DEVICES)
    page.get_by_role("button", name="この端末からログアウトする").click()
    expect(page.get_by_role("status")).to_have_text("その端末からログアウトしました。")
    expect(page.get_by_role("button", name="この端末からログアウトする")).to_have_count(0)
    telephone.page.goto("/accounts/")
    expect(telephone.page.get_by_role("heading", level=1)).to_have_text("ログイン")

    page.get_by_label("いまのパスワード").fill("違うパスワード")
    page.get_by_label("新しいパスワード", exact=False).first.fill(SENTENCE)
    page.get_by_label("新しいパスワード（もう一度）").fill(SENTENCE)
    with desk.refused(422):
        page.get_by_role("button", name="変える").click()
    expect(page.get_by_role("alert")).to_contain_text("いまのパスワードが違います")
    look(page, "administrator-mine-refused", also=DEVICES)


WRITES, READS, AS_RESIDENTS = "writes", "reads", "as residents"
OTHERS = {  # the roles that no other walk is about
    "coordinator_1": WRITES,
    "support_centre": WRITES,
    "viewer": READS,
    "provider": AS_RESIDENTS,
    "prefecture": AS_RESIDENTS,
}


def test_the_other_roles_are_shown_the_doors_they_may_open_and_no_more(someone, account):
    for role, manner in OTHERS.items():
        person = someone()
        person.sign_in(account(role))
        page = person.page
        page.goto(f"/map/{TOWN}")
        adds = page.get_by_role("link", name="地域資源を加える")
        expect(adds).to_have_count(int(manner == WRITES))
        work = page.get_by_role("link", name="しごと")
        expect(work).to_have_count(int(manner != AS_RESIDENTS))
        if manner != AS_RESIDENTS:
            work.click()
            expect(page.get_by_role("link", name="取り込み結果")).to_have_count(1)
            expect(page.get_by_role("link", name="アカウント管理")).to_have_count(0)
            page.goto(f"/map/{TOWN}")
        page.get_by_role("link", name="茶話会 まつば").click()
        expect(page.get_by_role("link", name="内容を直す")).to_have_count(int(manner == WRITES))
        history = page.get_by_role("heading", name="更新履歴")
        expect(history).to_have_count(int(manner != AS_RESIDENTS))


def add_account(page: Page, name: str, email: str) -> None:
    """Fill in the form for a new 第2層 coordinator."""
    page.get_by_label("名前").fill(name)
    page.get_by_label("メールアドレス").fill(email)
    page.get_by_label("役割").select_option(label="第2層の生活支援コーディネーター")
    page.get_by_label("市町村").select_option(label="碁盤町")
