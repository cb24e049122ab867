"""住民: somebody looks for what is near, on the map and in the list, and takes a map along."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.conftest import TOWN
from tests.walks.walking import Person, keep_picture, look, settle, too_wide

pytestmark = pytest.mark.walk

SALONS = {"茶話会 まつば", "ふれあいサロン緑丘", "汐見お茶のみ会", "浜風なかよしサロン"}


def test_a_resident_finds_a_salon_by_map_by_list_and_takes_the_map_home(someone, browser, tmp_path):
    page = someone().page
    page.goto("/")
    look(page, "resident-home")

    page.get_by_role("link", name=re.compile("地図と一覧を見る.*碁盤町")).click()
    expect(page.locator(".place")).to_have_count(25)
    look(page, "resident-map")
    page.get_by_label("種別").select_option(label="サロン・茶話会（4件）")
    page.get_by_role("button", name="この条件で見る").click()
    expect(page.get_by_role("heading", name="サロン・茶話会の一覧")).to_be_visible()
    assert set(page.locator(".card-name a").all_inner_texts()) == SALONS
    expect(page.locator(".place")).to_have_count(4)

    name = open_a_mark_by_keyboard(page)
    assert name in SALONS
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    look(page, "resident-resource")

    page.go_back()
    page.get_by_role("link", name="ふれあいサロン緑丘").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ふれあいサロン緑丘")
    expect(page.locator(".facts").first).to_contain_text("だれでも")

    page.get_by_role("link", name="緑丘小学校").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("緑丘小学校")
    look(page, "resident-district")
    with page.expect_download() as taken:
        page.get_by_role("link", name="地図のファイルを受け取る").click()
    assert taken.value.suggested_filename == "緑丘小学校.html"
    file = tmp_path / "緑丘小学校.html"
    taken.value.save_as(file)
    read_without_a_network(browser, file)


def open_a_mark_by_keyboard(page: Page) -> str:
    """Tab to a mark, Enter, Enter on the link in its popup; returns the name that was read out."""
    page.get_by_role("link", name="えんがわ").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator(".place:focus").count():
            break
    said = page.locator(".place:focus").get_attribute("aria-label") or ""
    page.keyboard.press("Enter")
    link = page.locator(".leaflet-popup a:focus")
    expect(link).to_have_text("くわしく見る")
    look_at_popup = page.locator(".leaflet-popup .popup-name").inner_text()
    assert look_at_popup.replace(" ", "") in said.replace(" ", "")
    page.keyboard.press("Enter")
    expect(page.locator(".resource-title")).to_be_visible()
    return said.partition(" ")[2].partition("（")[0]


def read_without_a_network(browser: Browser, file) -> None:
    """The map that was taken along opens from the disk, asks nobody, and has the list's numbers."""
    address = file.as_uri()
    reader = Person(browser, address.rpartition("/")[0])
    reader.context.set_offline(True)
    page = reader.page
    page.goto(address)
    expect(page.locator(".folium-map .leaflet-interactive").first).to_be_visible()
    look(page, "resident-handout")
    numbers = page.locator(".mark-box .mark").all_inner_texts()
    listed = page.locator("main ol > li").count()
    assert sorted(map(int, numbers)) == list(range(1, listed + 1))
    first = page.locator(".mark-box").first
    first.click()
    expect(page.locator(".leaflet-popup")).to_be_visible()
    assert reader.asked == [address]
    assert reader.leave() == []


def test_a_map_of_seven_hundred_opens_and_shows_every_place(someone, own_house, tmp_path):
    deliver_many(own_house, tmp_path, 700)
    page = someone().page
    page.goto(f"/map/{TOWN}")
    expect(page.locator("#list-title .count")).to_have_text("725件")
    expect(page.locator(".cards > li")).to_have_count(100)
    expect(page.locator(".place")).to_have_count(100)
    expect(page.locator(".dot")).to_have_count(625)
    settle(page)
    assert too_wide(page) == []
    keep_picture(page, "many-map")
    page.get_by_role("link", name="次のページ").click()
    expect(page.locator(".card").first).to_contain_text("101番")
    page.locator("[data-show]").first.click()
    expect(page.locator(".leaflet-popup")).to_contain_text("101番")


def test_without_a_script_the_list_says_what_the_map_says(someone, own_house, tmp_path):
    deliver_many(own_house, tmp_path, 120)
    address = f"/map/{TOWN}"
    with_script = someone().page
    with_script.goto(address)
    marks = json.loads(with_script.locator("#page-data").inner_text())["resources"]
    on_the_map = {mark["number"]: (mark["id"], mark["name"]) for mark in marks}
    assert len(on_the_map) == 145

    page = someone(java_script_enabled=False).page
    page.goto(address)
    expect(page.locator(".map")).to_be_hidden()
    expect(page.locator(".map-missing")).to_be_visible()
    first = cards(page)
    page.get_by_role("link", name="次のページ").click()
    expect(page.locator(".pages")).to_contain_text("2ページのうち2ページ目")
    assert first | cards(page) == on_the_map

    page.get_by_label("種別").select_option("bench")
    page.get_by_label("区域の分け方").select_option("junior_high")
    page.get_by_role("button", name="この条件で見る").click()
    expect(page.get_by_role("heading", name="ひと休みイスの一覧")).to_contain_text("3件")
    expect(page.locator(".districts li")).to_have_count(2)
    page.get_by_role("link", name="東中学校").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("東中学校")
    expect(page.locator(".cards > li").first).to_be_visible()
    keep_picture(page, "resident-without-script")
    a_newcomer_reads_in_her_language(page, with_script, f"/resources/{on_the_map[1][0]}")


def a_newcomer_reads_in_her_language(page: Page, with_script: Page, place: str) -> None:
    """Chosen by the keyboard without a script; and looked at as any other page."""
    page.locator(".languages summary").press("Enter")
    page.get_by_role("link", name="English").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", name="How many of each type")).to_be_visible()
    with_script.goto(f"/near/{TOWN}?lang=vi")
    look(with_script, "vietnamese-find")
    with_script.goto(f"{place}?lang=ja@easy")
    expect(with_script.locator("ruby", has_text="場所").first).to_be_visible()
    look(with_script, "easy-place")


def cards(page: Page) -> dict[int, tuple[str, str]]:
    """Number → id and name, as this page of the list has them."""
    found = {}
    for card in page.locator(".cards > li").all():
        number = int(card.locator(".card-name .visually-hidden").inner_text().removesuffix("番"))
        found[number] = (
            card.get_attribute("data-resource"),
            card.locator(".card-name a").inner_text(),
        )
    return found


def deliver_many(house: Flask, folder: Path, count: int) -> None:
    """As many salons in rows of fifty over the town, read by the importer."""
    rows = [
        f"茶の間 {n}号,サロン,{32.503 + n // 50 * 0.0018:.6f},{136.001 + n % 50 * 0.00066:.6f}"
        for n in range(count)
    ]
    path = folder / "many.csv"
    path.write_text("\n".join(["名称,種別,緯度,経度", *rows, ""]), encoding="utf-8")
    told = house.test_cli_runner().invoke(
        args=["import", "resources", str(path), "--municipality", TOWN]
    )
    assert told.exit_code == 0, told.output
