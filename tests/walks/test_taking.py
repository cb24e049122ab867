"""住民: somebody takes an entry along, and asks for her area's handbook on paper."""

from pathlib import Path

import icalendar
import pytest
from playwright.sync_api import expect

from tests.conftest import TOWN
from tests.walks.walking import TELEPHONE, look, working

pytestmark = pytest.mark.walk


def test_a_daughter_takes_a_salon_along_and_prints_the_handbook_of_the_area(someone, own_house):
    person = someone()
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = person.page
    page.goto(f"/map/{TOWN}")
    page.get_by_role("link", name="ふれあいサロン緑丘").click()
    expect(page.get_by_role("heading", name="持っていく・知らせる")).to_be_visible()
    page.get_by_text("メールや手紙にのせる文").click()
    page.get_by_role("button", name="文をコピー").click()
    expect(page.get_by_role("status").get_by_text("コピーしました。")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#taking-text").input_value()
    assert copied.startswith("ふれあいサロン緑丘")
    look(page, "taking-resource", also=r"https?|resources|[0-9a-f-]{36}")
    with page.expect_download() as taken:
        page.get_by_role("link", name="予定をカレンダーに入れる").click()
    file = icalendar.Calendar.from_ical(Path(taken.value.path()).read_bytes())
    assert file.events
    assert {event["SUMMARY"] for event in file.events} == {"ふれあいサロン緑丘（予定）"}

    page.get_by_role("link", name="緑丘小学校").click()
    page.get_by_role("link", name="緑丘小学校の紙の手引き").click()
    look(page, "taking-handbook")
    page.get_by_role("button", name="作る").first.click()
    expect(page.locator("#working-words")).to_contain_text("作っています")
    with working(own_house):
        ready = page.get_by_role("link", name="A4の冊子を開く")
        expect(ready).to_be_visible()
    answer = page.request.get(ready.get_attribute("href"))
    assert answer.body().startswith(b"%PDF-")


def test_on_a_telephone_one_presses_to_call_and_without_a_script_everything_is_there(someone):
    page = someone(java_script_enabled=False, viewport=TELEPHONE).page
    page.goto(f"/map/{TOWN}")
    page.get_by_role("link", name="ふれあいサロン緑丘").click()
    call = page.locator("a.call")
    expect(call).to_contain_text("電話をかける")
    assert call.bounding_box()["height"] >= 48
    page.get_by_text("メールや手紙にのせる文").click()
    expect(page.locator("#taking-text")).to_be_visible()
    expect(page.get_by_role("button", name="文をコピー")).to_be_hidden()
    expect(page.get_by_role("link", name="はり紙（A4・PDF）")).to_be_visible()
