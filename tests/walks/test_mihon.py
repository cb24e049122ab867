"""みほん市: a municipality as full as a real one, looked at by those who live and work there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app import Settings
from geo import demo
from tests.conftest import Databases, open_house
from tests.sharing import Shared
from tests.walks.walking import look

pytestmark = pytest.mark.walk


@pytest.fixture(scope="module")
def own_house(city: Databases, shared: Shared, var: Path) -> Iterator[Flask]:
    """みほん市. Nothing here writes, so every walk shares one house."""
    app = open_house(Settings(var=var, database_url=city.application), shared)
    yield app
    app.extensions["engine"].dispose()


def marks(page: Page) -> list[dict]:
    return json.loads(page.locator("#page-data").inner_text())["resources"]


def test_a_resident_looks_through_the_city_from_the_map_to_one_salon(someone):
    page = someone().page
    page.goto("/")
    page.get_by_role("link", name=re.compile(f"地図と一覧を見る.*{demo.CITY.name}")).click()
    expect(page.locator(".districts a")).to_have_count(4)
    expect(page.locator(".map .leaflet-tile-container canvas").first).to_be_visible()
    look(page, "mihon-map")

    page.get_by_label("名前・よみがな・ことば").fill("おちゃのみ")
    page.get_by_label("種別").select_option("salon")
    page.get_by_role("button", name="この条件で見る").click()
    expect(page.locator("#list-title")).to_contain_text("「おちゃのみ」の")
    found = page.locator(".card-name a").all_inner_texts()
    assert len(found) == len(marks(page)) > 0
    assert all("お茶" in name for name in found)
    look(page, "mihon-found")

    page.locator(".card-name a").first.click()
    expect(page.locator(".facts").first).to_contain_text("開く日の予定")
    page.locator(".facts").first.get_by_role("link", name="圏域").first.click()
    expect(page.locator(".counts")).to_contain_text("件")
    look(page, "mihon-district")


def test_a_word_that_nothing_is_called_by_leads_on(someone):
    page = someone().page
    page.goto(f"/map/{demo.MIHON}?words=ジャングルジム")
    expect(page.locator(".empty")).to_contain_text("「ない」とはかぎりません")
    page.get_by_role("link", name="すべてにもどす").click()
    expect(page.locator(".cards > li")).to_have_count(100)


def test_an_official_reads_what_became_of_each_file(someone, city):
    official = someone()
    official.sign_in(next(one for one in city.accounts if one["role"] == "official"))
    page = official.page
    page.goto("/imports/")
    expect(page.locator("tbody tr")).to_have_count(len(demo.CITY.reads))
    look(page, "mihon-imports")
    page.get_by_role("link", name="okaimono.csv").click()
    expect(page.locator("main")).to_contain_text("市町村の区域の外にあります")
    look(page, "mihon-report")


def test_a_resident_sees_in_one_press_how_far_thirty_minutes_are(someone):
    page = someone().page
    page.goto("/")
    card = page.locator(".municipality", has_text=demo.CITY.name)
    card.get_by_role("link", name="30分で行ける範囲を見る").click()
    expect(page.locator(".map .band")).to_have_count(5)
    look(page, "mihon-reach-kind")

    page.get_by_label("どこから").fill("本町一丁目1")
    page.get_by_role("button", name="ここからの範囲を見る").click()
    expect(page.locator("#near-title")).to_contain_text("件")
    expect(page.locator(".map .pin")).to_be_visible()
    look(page, "mihon-reach-address")


def test_an_official_sees_people_area_by_area_and_where_speeds_are_decided(someone, city):
    official = someone()
    official.sign_in(next(one for one in city.accounts if one["role"] == "official"))
    page = official.page
    page.goto(f"/reach/{demo.MIHON}")
    areas = page.locator("[aria-labelledby=areas-title]")
    expect(areas.locator("tbody tr")).to_have_count(4)
    look(page, "mihon-reach-areas")
    areas.get_by_role("link", name="北部圏域").click()
    expect(page.locator(".reach-people tfoot")).to_contain_text("北部圏域の全体")
    look(page, "mihon-reach-area")
    page.get_by_role("link", name="行き方の速さを決める").click()
    page.get_by_text("車いすの速さを決める").click()
    expect(page.get_by_label("通れるこう配")).to_be_visible()
    look(page, "mihon-speeds")


def test_a_point_is_moved_by_keyboard_and_by_pressing_the_map(someone):
    page = someone().page
    page.goto(f"/reach/{demo.MIHON}?from=137.09,31.6")
    pin = page.locator(".map .pin")
    expect(pin).to_be_visible()
    first = page.locator("#near").inner_text()
    pin.focus()
    for _ in range(4):
        pin.press("Shift+ArrowRight")
    expect(page.locator("#said")).to_contain_text("一覧も新しくなりました")
    assert page.locator("#near").inner_text() != first
    moved = page.url
    page.locator("#map").click(position={"x": 320, "y": 190})
    expect(page).not_to_have_url(moved)
    expect(page.locator(".map .band")).to_have_count(5)
    look(page, "mihon-reach-moved")
