"""住民: somebody reads how she walks to the exercise group, sees the line, and takes it along on paper."""

import shutil

import pytest
from playwright.sync_api import expect

from geo.sources.model_town import corner_lonlat
from geo.squares import square_of
from tests.conftest import TOWN
from tests.walks.walking import look, pages_of

pytestmark = pytest.mark.walk


@pytest.fixture
def streets(own_house, var):
    """The originals of the town, from which its streets are built."""
    shutil.copytree(var / "originals", own_house.extensions["settings"].var / "originals")


@pytest.mark.usefixtures("streets")
def test_somebody_reads_how_she_walks_and_takes_it_along(someone):
    page = someone().page
    page.goto(f"/map/{TOWN}")
    link = page.get_by_role("link", name="まるよし商店").first
    shop = link.get_attribute("href").rpartition("/")[2]
    way = f"/near/{TOWN}/{square_of(corner_lonlat(14, 28))}/to/{shop}"
    page.goto(way)
    expect(page.get_by_role("heading", level=1)).to_contain_text("まるよし商店まで")
    expect(page.locator(".way-minutes strong")).to_contain_text("歩いて")
    expect(page.locator(".map .way-line")).to_have_count(1)
    expect(page.locator(".map .way-seat")).to_have_count(page.locator(".way-seats > li").count())
    expect(page.locator(".map .place")).to_have_count(1)
    look(page, "way")
    assert pages_of(page) <= 2
    keeps_its_ground(page)

    plain = someone(java_script_enabled=False).page
    plain.goto(way)
    expect(plain.locator(".way-steps > li").last).to_contain_text("まるよし商店に着く")
    expect(plain.locator(".map-missing")).to_be_visible()


def keeps_its_ground(page):
    """On paper the map is as it was drawn, tiles and all, and no larger than its place; Leaflet is not asked to draw anew."""
    ground = "() => [...document.querySelectorAll('.map .leaflet-tile-pane canvas')].map((one) => [one.width, one.style.transform])"
    before = page.evaluate(ground)
    assert before
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(ground) == before
    wide = page.locator("#map").evaluate("(one) => one.getBoundingClientRect().width")
    assert wide <= 11 / 2.54 * 96
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#map").get_attribute("style") in (None, "", "position: relative;")
