"""What a resource is: a coordinator writes it whole on her telephone, an official changes a kind, and
somebody at the window reads three places to a caller and faxes them."""

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import TOWN
from tests.walks.walking import DESK, TELEPHONE, UPRIGHT_PX, cut_off, look, pages_of

pytestmark = pytest.mark.walk

HERS = "茶話会 まつば"
CODES = r"\b[A-Z]{2}\d{4}\b|NPO法人"


def open_group(page: Page, title: str) -> None:
    page.locator("summary", has_text=title).click()


def test_a_coordinator_writes_a_salon_whole_on_her_telephone(someone, account):
    sakura = someone(viewport=TELEPHONE)
    sakura.sign_in(account("coordinator_2"))
    page = sakura.page
    page.goto(f"/map/{TOWN}?words={HERS}")
    page.locator(".card-name a").first.click()
    page.get_by_role("link", name="内容を直す").click()
    for title in (
        "呼び名・説明",
        "休みの日",
        "座り方・段差",
        "掲載の同意",
        "世話人と",
        "実施状況調査",
    ):
        open_group(page, title)
    look(page, "entry-form", also=CODES)

    page.get_by_label("主催の種類").select_option(label="地縁組織")
    page.get_by_label("参加する活動").check()
    page.get_by_label("場・拠点").check()
    page.get_by_label("休みの日", exact=True).fill("令和8年12月29日")
    page.get_by_label("座り方").select_option(label="いす席")
    page.get_by_label("入口の段差").select_option(label="入口に段差なし")
    page.get_by_label("洋式トイレ").select_option(label="洋式トイレあり")
    page.get_by_label("手伝える場面（出番）").select_option(label="手伝える場面があります")
    page.get_by_label("出番の内容").fill("お茶くみ")
    web = page.get_by_role("group", name="この地図・ホームページ")
    web.get_by_label("答え").select_option(label="載せてよい")
    web.get_by_label("だれに聞いたか").fill("世話人")
    web.get_by_label("聞いた日").fill("きのう")
    page.get_by_label("世話人（職員だけ）").fill("世話 はな")
    page.get_by_label("世話人が1人だけ").check()
    page.get_by_label("おもな内容").select_option(label="茶話会")
    page.get_by_label("参加実人数", exact=True).fill("13")
    page.get_by_label("参加実人数（男）").fill("4")
    page.get_by_label("参加実人数（女）").fill("8")
    with sakura.refused(422):
        page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("alert")).to_contain_text("日付を")
    expect(web.get_by_label("聞いた日")).to_be_visible()  # its group has opened by itself
    expect(page.get_by_label("出番の内容")).to_have_value("お茶くみ")
    look(page, "entry-form-refused", also=CODES)
    web.get_by_label("聞いた日").fill("令和8年11月2日")
    page.get_by_role("button", name="保存する").click()

    expect(page.get_by_role("status").filter(has_text="保存しました。")).to_be_visible()
    expect(page.locator(".answers")).to_contain_text("手伝える場面があります：お茶くみ")
    expect(page.locator(".facts").first).to_contain_text("休みの日：令和8年12月29日")
    expect(page.locator(".inside")).to_contain_text("男女の合計が、参加実人数と合いません。")
    expect(page.locator(".inside")).to_contain_text(
        "この地図・ホームページ：載せてよい（世話人、令和8年11月2日）"
    )
    look(page, "entry-saved", also=CODES)
    resident = someone(viewport=TELEPHONE).page
    resident.goto(page.url)
    expect(resident.locator(".answers")).to_contain_text("いす席")
    expect(resident.locator("body")).not_to_contain_text("世話 はな")
    look(resident, "entry-resident", also=CODES)


def test_an_official_changes_a_kind_and_makes_one_of_the_towns_own(someone, account):
    taro = someone()
    taro.sign_in(account("official"))
    page = taro.page
    page.goto("/work/")
    page.get_by_role("link", name="資源の種別").click()
    look(page, "kinds")
    page.get_by_role("link", name="サロン・茶話会").click()
    page.get_by_label("目安の時間（分）").fill("20")
    with taro.refused(422):
        page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("alert")).to_contain_text("もとにしたもの")
    page.get_by_label("もとにしたもの").fill("町の聞き取り（令和8年）")
    look(page, "kind-edit")
    page.get_by_role("button", name="保存する").click()
    expect(page.locator("tr", has_text="サロン・茶話会")).to_contain_text("20分")

    page.get_by_role("link", name="独自の種別を加える").click()
    page.get_by_label("名前").fill("地域の茶の間")
    page.get_by_label("ほかの言い方").fill("うちの実家")
    page.get_by_label("地図の印の文字").fill("縁")
    page.get_by_label("参加する活動").check()
    look(page, "kind-add")
    page.get_by_role("button", name="保存する").click()
    expect(page.locator("tr", has_text="地域の茶の間")).to_contain_text("独自")

    page.goto(f"/wordings/{TOWN}")
    page.get_by_label("窓口の名前").fill("町社会福祉協議会")
    page.get_by_label("窓口の電話").fill("0000-22-0000")
    page.get_by_label("地域包括支援センター").fill("あんしんすこやかセンター")
    look(page, "wordings")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("status").filter(has_text="保存しました。")).to_be_visible()
    expect(page.locator(".hint", has_text="あんしんすこやかセンター").first).to_be_visible()


def test_at_the_window_three_places_are_read_out_and_faxed(someone, account):
    hikari = someone(viewport=DESK)
    hikari.sign_in(account("support_centre"))
    page = hikari.page
    page.goto("/window/")
    expect(page.get_by_label("町の名前・住所")).to_be_focused()
    look(page, "window", also=CODES)
    page.keyboard.type("松葉一丁目")
    page.keyboard.press("Enter")
    expect(page.locator(".window-offer")).to_have_count(3)
    expect(page.locator(".window-said").first).to_contain_text("使えるのは")
    look(page, "window-told", also=CODES)
    page.get_by_role("button", name="サロン・居場所").click()
    expect(page.get_by_role("button", name="サロン・居場所")).to_have_attribute(
        "aria-current", "true"
    )
    expect(page.get_by_label("町の名前・住所")).to_have_value("松葉一丁目")
    expect(page.locator(".window-offer").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_label("町の名前・住所")).to_have_value("")

    page.get_by_label("紙に書く窓口の名前").fill("町社会福祉協議会")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="ファックスの紙をつくる").click()
    sheet = opened.value
    expect(sheet.get_by_role("heading", name="お問い合わせの場所")).to_be_visible()
    expect(sheet.get_by_role("button", name="印刷する")).to_be_visible()
    look(sheet, "window-sheet", also=CODES)
    assert cut_off(sheet, UPRIGHT_PX) == []
    assert pages_of(sheet) == 1
