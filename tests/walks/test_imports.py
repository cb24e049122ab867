"""市職員: a list from another section comes in by the page, and the register goes to Excel and back."""

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from geo.sources.register_sheet import SHEET
from tests.walks.walking import look, working

pytestmark = pytest.mark.walk

TITLE = "令和8年度 集いの場 調べ,,,\n,,,\n"
HEAD = "集まりの名,ところ,ようび,どんな集まり\n"
FLOWER, STONE = (
    "花の会,松葉一丁目7番,毎週火曜,お茶のみ会\n",
    "石段の会,松葉二丁目1番,第2・第4木曜,お茶のみ会\n",
)
GO = "花の碁会,緑丘三丁目4番,不定期,なぞの集まり\n"
FOUND = {"加わる": "2", "取り込めない": "1"}


def test_an_official_brings_a_list_in_decides_and_edits_in_excel(
    someone, account, own_house, tmp_path
):
    taro = someone()
    taro.sign_in(account("official"))
    page = taro.page
    with working(own_house):
        say_what_the_columns_are(page, tmp_path)
        import_what_was_shown(page)
        decide_about_what_is_missing(page, tmp_path)
        edit_in_excel(page, tmp_path)


def say_what_the_columns_are(page: Page, folder: Path) -> None:
    page.goto("/work/")
    page.get_by_role("link", name="ファイルを取り込む").click()
    page.get_by_label("区域の地図").check()
    expect(page.get_by_label("どの区域として取り込むか")).to_be_visible()
    look(page, "imports-new")
    page.get_by_label("地域資源の一覧").check()
    send(page, folder / "集いの場.csv", TITLE + HEAD + FLOWER + STONE + GO)
    expect(page.get_by_role("heading", level=1)).to_contain_text("どの列が何ですか")
    expect(page.get_by_label("名前", exact=False).first).to_have_value("集まりの名")
    look(page, "imports-asking")
    page.get_by_label("住所・場所").select_option("ところ")
    page.get_by_label("種別の列").select_option("どんな集まり")
    page.get_by_role("button", name="この対応で調べる").click()


def import_what_was_shown(page: Page) -> None:
    word = page.get_by_label("お茶のみ会（2行）")
    word.select_option(label="サロン・茶話会")
    page.get_by_role("button", name="この読みかえで").click()
    expect(word).to_have_count(0)
    for words, count in FOUND.items():
        expect(tally(page, words)).to_have_text(count)
    expect(page.get_by_text("まだ何も変えていません")).to_be_visible()
    look(page, "imports-ready")
    page.get_by_role("button", name="取り込む", exact=True).first.click()
    expect(tally(page, "加わった")).to_have_text("2")


def decide_about_what_is_missing(page: Page, folder: Path) -> None:
    page.get_by_role("link", name="しごと").click()
    page.get_by_role("link", name="ファイルを取り込む").click()
    send(page, folder / "集いの場.csv", TITLE + HEAD + FLOWER.replace("火", "水"))
    expect(tally(page, "変わる")).to_have_text("1")
    expect(page.locator(".becomes")).to_have_text("毎週水曜")
    page.get_by_role("button", name="取り込む", exact=True).first.click()
    page.get_by_label("石段の会").check()
    page.get_by_label("終わった理由").fill("世話人の引退")
    look(page, "imports-report")
    page.get_by_role("button", name="終わったことにする").click()
    expect(page.get_by_role("heading", name="人が決めること")).to_contain_text("ぜんぶ決まりました")
    expect(page.locator(".is-decided")).to_contain_text("役場 太郎")
    page.get_by_role("link", name="石段の会").click()
    expect(page.locator(".notice-closed, .facts").first).to_be_visible()


def edit_in_excel(page: Page, folder: Path) -> None:
    page.get_by_role("link", name="しごと").click()
    page.get_by_role("link", name="Excelで直す").click()
    look(page, "workbook")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Excelで受け取る").click()
    path = folder / "台帳.xlsx"
    taken.value.save_as(path)
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    columns = {cell.value: cell.column for cell in sheet[1]}
    names = {sheet.cell(row, columns["名前"]).value: row for row in range(2, sheet.max_row + 1)}
    sheet.cell(names["花の会"], columns["料金"]).value = "100円"
    sheet.cell(names["花の会"], columns["定員"]).value = "たくさん"
    sheet.cell(names["茶話会 まつば"], columns["料金"]).value = "=1+1"
    sheet.cell(names["茶話会 まつば"], columns["料金"]).data_type = "s"
    book.save(path)
    page.get_by_label("直したExcel").set_input_files(path)
    page.get_by_role("button", name="送って").click()
    expect(tally(page, "取り込めない")).to_have_text("1")
    expect(page.locator(".becomes")).to_have_text("=1+1")
    look(page, "workbook-ready")
    page.get_by_role("button", name="取り込む", exact=True).first.click()
    expect(tally(page, "変わった")).to_have_text("1")


def send(page: Page, path: Path, content: str) -> None:
    path.write_text(content, encoding="cp932")
    page.get_by_label("ファイルをえらぶ").set_input_files(path)
    page.get_by_role("button", name="送って").click()
    expect(page).to_have_url(re.compile("/imports/previews/"))


def tally(page: Page, words: str):
    return page.locator(".tally").filter(has=page.get_by_text(words, exact=True)).locator("dd")
