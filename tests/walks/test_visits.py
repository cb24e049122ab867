"""訪問・次の一手・報告: a coordinator's morning on a telephone, and an official who hands in the month."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect

from routes._request import today
from tests.walks.walking import ACROSS_PX, TELEPHONE, cut_off, keep_picture, look, pages_of

pytestmark = pytest.mark.walk

HERS = "茶話会 まつば"  # 山の手圏域


def test_a_coordinator_starts_with_what_she_promised_and_ends_with_the_month(
    someone, account, tmp_path
):
    sakura = someone(viewport=TELEPHONE)
    sakura.sign_in(account("coordinator_2"))
    page = sakura.page
    page.goto("/work/")
    page.get_by_role("link", name="朝の一覧").click()
    expect(page.get_by_text("いま残っている次の一手はありません")).to_be_visible()
    page.get_by_role("link", name=HERS, exact=True).click()
    page.get_by_role("button", name="変わりなし（確認した）").click()
    expect(page.get_by_role("status")).to_have_text("きょう確認したことを記録しました。")
    page.get_by_role("link", name="訪問を書く").click()
    page.get_by_label("内容", exact=True).fill("いすが足りない。電話は 0778-53-2213")
    page.get_by_label("会った人数").fill("12")
    page.get_by_label("次の一手").fill("いすを10脚借りられるか、公民館にたずねる")
    page.get_by_label("だれがする").fill("SC")
    page.get_by_label("いつまでに").fill((today() - timedelta(days=1)).isoformat())
    page.get_by_label("だれに約束した").fill("世話人")
    with sakura.refused(422):
        page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("alert")).to_contain_text("電話番号")
    look(page, "visit-refused", also="SC")
    page.get_by_label("内容", exact=True).fill("いすが足りない。座ぶとんで参加している人がいた。")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(HERS)
    expect(page.locator(".visits-here")).to_contain_text("座ぶとん")
    look(page, "visit-at-resource", also=r"SC|\b[A-Z]{2}\d{4}\b")

    page.goto("/visits/morning")
    expect(page.locator(".step")).to_contain_text("1日すぎています")
    look(page, "visits-morning", also="SC")
    page.get_by_text("延ばす", exact=True).click()
    page.get_by_role("button", name="この日に延ばす").click()
    expect(page.get_by_role("status")).to_have_text("次の一手の日を延ばしました。")
    page.get_by_role("button", name="「いすを10脚").click()
    expect(page.get_by_text("いま残っている次の一手はありません")).to_be_visible()

    page.goto("/visits/")
    expect(page.locator(".diary")).to_contain_text("できた")
    look(page, "visits-diary", also="SC")
    page.get_by_role("link", name="活動月報にする").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("活動月報")
    expect(page.locator(".report").first).to_contain_text("座ぶとん")
    look(page, "report-activity", also="SC")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Excelで受け取る").click()
    book = load_workbook(BytesIO(Path(taken.value.path()).read_bytes()))
    said = [cell.value for row in book["活動月報"].iter_rows() for cell in row]
    assert "いすが足りない。座ぶとんで参加している人がいた。" in said
    assert 12 in said
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Excelで受け取る")).to_be_hidden()
    expect(page.locator(".report").first).to_be_visible()
    assert cut_off(page, ACROSS_PX) == []
    keep_picture(page, "report-activity-print")
    assert pages_of(page) == 2


def test_an_official_fits_the_month_to_the_towns_form_and_takes_the_survey(
    someone, account, tmp_path
):
    form = tmp_path / "様式第3号.xlsx"
    book = Workbook()
    book.active.append(["生活支援コーディネーター業務報告書"])
    book.active.append(["実施日", "訪問先", "活動内容", "対応人数", "所長印"])
    book.save(form)
    taro = someone()
    taro.sign_in(account("official"))
    page = taro.page
    page.goto("/work/")
    look(page, "work-official")
    page.get_by_role("link", name="訪問を書く").click()
    look(page, "visit-new", also="SC")
    page.get_by_label("場所・相手先").fill("民生委員の定例会")
    page.get_by_label("内容", exact=True).fill("通いの場の一覧を配った。")
    page.get_by_role("button", name="保存する").click()
    page.goto("/reports/")
    look(page, "reports")
    page.get_by_role("link", name="活動月報の列を").click()
    look(page, "report-layout", also=r"SC|No")
    page.get_by_label("市町村の様式").set_input_files(form)
    page.get_by_role("button", name="見出しを読みとる").click()
    expect(page.get_by_text("まだ保存していません")).to_be_visible()
    expect(page.locator("#field-heading_4")).to_have_value("所長印")
    look(page, "report-layout-read", also=r"SC|No")
    page.get_by_role("button", name="この列で作る").click()
    expect(page.get_by_role("status")).to_contain_text("列の並びを覚えました")
    page.get_by_role("button", name="画面で見る・印刷する").click()
    expect(page.locator(".report thead").first).to_contain_text("所長印")
    page.goto("/reports/gatherings")
    expect(page.get_by_role("heading", name="足りないところ")).to_be_visible()
    look(page, "report-gatherings")
    for name, ending in (("Excelで受け取る", ".xlsx"), ("CSVで受け取る", ".csv")):
        with page.expect_download() as taken:
            page.get_by_role("button", name=name).click()
        assert taken.value.suggested_filename.endswith(ending)
    page.goto("/visits/hand-over")
    look(page, "visits-hand-over")
