"""生活支援コーディネーターの一日: a telephone in one hand, a hall without reception, and an office that goes on."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from geo.sources.model_town import corner_lonlat
from tests.walks.conftest import CALM
from tests.walks.walking import TELEPHONE, Person, look, working

pytestmark = pytest.mark.walk

HERS = "茶話会 まつば"  # 山の手圏域
STANDING = corner_lonlat(6, 7)
LATIN = r"Leaflet|\b[A-Z]{2}\d{4}\b"


class Telephone:
    """A telephone that can be switched off and on again: what it keeps, it keeps."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser, self._folder = browser, folder

    def new_context(self, **choices: object) -> BrowserContext:
        import os
        import shutil

        return self._browser.browser_type.launch_persistent_context(
            self._folder,
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=list(CALM),
            **choices,
        )


class Thumb:
    """Counts what one finger does, and how long it takes."""

    def __init__(self) -> None:
        self.taps = 0
        self.began = time.monotonic()

    def tap(self, place: Locator) -> None:
        self.taps += 1
        place.tap()

    def type(self, place: Locator, words: str) -> None:
        self.taps += 1
        place.fill(words)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


@pytest.fixture
def telephone(browser: Browser, address: str, tmp_path: Path) -> Iterator:
    """telephone() -> her telephone, switched on; the same one each time."""
    switched_on: list[Person] = []

    def on() -> Person:
        lon, lat = STANDING
        person = Person(
            Telephone(browser, tmp_path / "telephone"),
            address,
            viewport=TELEPHONE,
            has_touch=True,
            is_mobile=True,
            permissions=["geolocation"],
            geolocation={"longitude": lon, "latitude": lat, "accuracy": 12},
        )
        switched_on.append(person)
        return person

    yield on
    assert [line for person in switched_on for line in person.leave()] == []


def test_a_coordinators_day(telephone, own_house: Flask, account, capsys):
    phone = telephone()
    with working(own_house):
        phone.page.goto("/field/")
        phone.fill_in_sign_in_field = None
        phone.page.get_by_label("メールアドレス").fill(account("coordinator_2")["email"])
        phone.page.get_by_label("パスワード").fill(account("coordinator_2")["password"])
        phone.page.get_by_role("button", name="ログイン").click()
        page = phone.page
        expect(page.get_by_role("heading", name="きょうの現地記録")).to_be_visible()
        expect(page.locator("#network")).to_contain_text("つながっています")
        expect(page.get_by_role("link", name=HERS)).to_be_visible()
        look(page, "field-morning", also=LATIN)
        page.get_by_role("link", name="この端末").tap()
        page.get_by_role("button", name="この区域を持っていく").tap()
        expect(page.get_by_text("持ち出しました。")).to_be_visible()
        expect(page.get_by_text("この端末にあります")).to_be_visible()
        look(page, "field-device", also=LATIN)
