"""大きな文字と紙: the main pages at 200 %, and on paper."""

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import TOWN
from tests.walks.walking import keep_picture, settle, too_wide

pytestmark = pytest.mark.walk

TWICE = {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}


def test_the_main_pages_can_be_read_and_used_at_twice_the_size(someone):
    page = someone(**TWICE).page
    for name, open_page in MAIN_PAGES.items():
        open_page(page)
        settle(page)
        assert too_wide(page) == [], name
        keep_picture(page, f"twice-{name}")
        page.evaluate("scrollTo(0, 0)")  # from the map, to which one was led
        for link in page.locator(".site-header a:visible").all():
            expect(link).to_be_in_viewport(ratio=1)
            assert is_on_top(link), name
    page.get_by_role("link", name="えんがわ").click()
    expect(page.locator(".municipality-name", has_text="碁盤町")).to_be_visible()


def test_on_paper_a_map_has_its_list_and_no_controls(someone):
    page = someone().page
    for name in ("map", "district"):
        MAIN_PAGES[name](page)
        settle(page)
        cards = page.locator(".cards > li").count()
        page.emulate_media(media="print")
        expect(page.locator(".cards > li").last).to_be_visible()
        assert page.locator(".cards > li:visible").count() == cards > 0
        expect(page.locator(".map .place").first).to_be_visible()
        for controls in (".site-nav", ".filters", ".map-controls", ".handout", ".trail", "button"):
            expect(page.locator(f"{controls}:visible")).to_have_count(0)
        expect(page.locator(".legend")).to_be_visible()
        keep_picture(page, f"paper-{name}")
        page.emulate_media(media="screen")


def is_on_top(link) -> bool:
    """Whether a press in the middle of a link meets the link."""
    return link.evaluate(
        """(link) => {
          const { left, top, width, height } = link.getBoundingClientRect()
          return link.contains(document.elementFromPoint(left + width / 2, top + height / 2))
        }"""
    )


def open_district(page: Page) -> None:
    page.goto(f"/map/{TOWN}")
    page.locator(".districts a").first.click()
    expect(page.locator(".handout")).to_be_visible()


def open_resource(page: Page) -> None:
    page.goto(f"/map/{TOWN}")
    page.locator(".card-name a").first.click()
    expect(page.locator(".resource-title")).to_be_visible()


MAIN_PAGES = {
    "home": lambda page: page.goto("/"),
    "map": lambda page: page.goto(f"/map/{TOWN}"),
    "district": open_district,
    "resource": open_resource,
    "sign-in": lambda page: page.goto("/accounts/sign-in"),
}
