"""確認のお願い: an official asks, a host answers on her telephone without an account, the official applies."""

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import TOWN
from tests.walks.walking import TELEPHONE, keep_picture, look, pages_of

pytestmark = pytest.mark.walk

HERS = "茶話会 まつば"
CODE = r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]\b|7K3M-9QXA-B|A4"


def test_a_year_is_asked_answered_by_telephone_and_by_paper_and_applied(someone, account):
    official = someone()
    official.sign_in(account("official"))
    page = official.page
    page.goto("/work/")
    page.get_by_role("link", name="受け箱").click()
    look(page, "desk")
    page.get_by_role("link", name="確認のお願いの一覧").click()
    page.get_by_role("link", name=re.compile("年度の確認のお願いを始める")).click()
    look(page, "campaign-open", also=CODE)
    page.get_by_label("お答えの期日").fill("")
    page.get_by_label("お答えの期日").evaluate("(input) => input.removeAttribute('required')")
    with official.refused(422):
        page.get_by_role("button", name="番号をつくって始める").click()
    expect(page.get_by_role("alert")).to_contain_text("お答えの期日")
    page.get_by_label("お答えの期日").fill(last_day(page))
    page.get_by_role("button", name="番号をつくって始める").click()
    expect(page.get_by_role("status")).to_contain_text("確認のお願いを始めました")
    look(page, "campaign", also=CODE)
    campaign = page.url

    page.get_by_role("link", name=re.compile("はがき.*ぜんぶ")).click()
    look(page, "postcards", also=CODE)
    codes = {
        card.locator("h2").inner_text(): code_on(card) for card in page.locator(".postcard").all()
    }
    assert pages_of(page) == len(codes)
    page.emulate_media(media="print")
    expect(page.locator(".site-header")).to_be_hidden()
    expect(page.locator(".paper-bar")).to_be_hidden()
    keep_picture(page, "postcards-print")
    page.emulate_media(media="screen")
    page.goto(campaign)
    page.get_by_role("link", name=re.compile("A4・ファクス.*ぜんぶ")).click()
    look(page, "sheets", also=CODE)
    assert pages_of(page) == page.locator(".paper-sheet").count() == len(codes)
    assert overlapping(page) == []

    host = someone(viewport=TELEPHONE, has_touch=True)
    hers = host.page
    hers.goto("/c/")
    look(hers, "code", also=CODE)
    hers.get_by_label("確認の番号").fill("7k3m-9qxa-z")
    with host.refused(404):
        hers.get_by_role("button", name="次へ").click()
    expect(hers.get_by_role("alert")).to_contain_text("どこかの文字が違う")
    look(hers, "code-slip", also=f"{CODE}|7k3m-9qxa-z")
    hers.get_by_label("確認の番号").fill(codes[HERS].lower().replace("-", " "))
    hers.get_by_role("button", name="次へ").click()
    expect(hers.get_by_role("heading", level=1)).to_contain_text(HERS)
    look(hers, "answer", also=CODE)
    hers.get_by_text("変わりました", exact=True).click()
    hers.get_by_label("料金").fill("300円")
    hers.get_by_label("そのほかに変わったこと").fill("電話は090-1234-5678です")
    with host.refused(422):
        hers.get_by_role("button", name="変わったことを知らせる").click()
    expect(hers.get_by_role("alert")).to_contain_text("電話番号は書かないで")
    expect(hers.get_by_label("料金")).to_have_value("300円")
    look(hers, "answer-refused", also=CODE)
    hers.get_by_label("そのほかに変わったこと").fill("お茶が出るようになりました")
    hers.get_by_role("button", name="変わったことを知らせる").click()
    expect(hers.get_by_role("heading", level=1)).to_contain_text("お答えを受けとりました")
    look(hers, "thanks", also=CODE)

    page.goto(f"/desk/{TOWN}")
    page.get_by_role("link", name="お知らせ").click()
    look(page, "suggested")
    page.get_by_role("link", name=HERS).click()
    expect(page.get_by_role("row", name=re.compile("料金"))).to_contain_text("300円")
    look(page, "suggestion")
    page.get_by_role("button", name="えらんだ項目を反映する").click()
    expect(page.get_by_role("status")).to_contain_text("台帳に反映しました")
    page.goto(f"/desk/{TOWN}/unconfirmed")
    expect(page.get_by_role("link", name=HERS, exact=True)).to_have_count(0)
    look(page, "unconfirmed")

    page.goto(campaign)
    page.get_by_role("link", name="もどってきた紙を入れる").click()
    other = next(name for name in codes if name != HERS)
    page.get_by_label("紙の番号").fill(codes[other])
    page.get_by_role("button", name="このまま → 確認ずみにする").click()
    expect(page.get_by_role("status")).to_contain_text(other)
    look(page, "returned", also=CODE)


def overlapping(page):
    """Papers whose words run out of their page, when they are as wide as they are printed."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 658, "height": 900})  # A4 without its margins of 18 mm
    found = page.locator(".paper-sheet").evaluate_all(
        "all => all.filter(one => one.clientHeight > 998 || one.scrollHeight > one.clientHeight + 1)"
        ".map(one => one.innerText)"  # 264 mm
    )
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def code_on(card):
    return re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", card.locator(".paper-code").inner_text())[
        0
    ]


def last_day(page):
    """The end of this 年度, as the browser's clock has it."""
    return page.evaluate(
        "() => { const d = new Date(); return `${d.getFullYear() + (d.getMonth() >= 3)}-03-31` }"
    )
