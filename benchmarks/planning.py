"""検討案 under a finger: from a movement of the pointer to painted people, in Chromium with the real server.

A new salon is dragged through みほん市 by an official, 240 movements at 60 a second, whose question is about any time
and whose is about Tuesdays. ``shown`` and ``moved`` are those of ``dragging``; painted is when the numbers of the areas
have changed and the browser comes back from the frame they are in. Beside it stands the same page and drag with a ready
answer in place of the server.
"""

import os
import shutil
from typing import Any
from uuid import uuid4

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import dragging
from benchmarks.dragging import CALM
from benchmarks.measuring import ground
from benchmarks.serving import serving

# As dragging.WATCH: an answer is painted when the page's numbers, which change with it, are in a frame.
WATCH = """(ready) => {
  const seen = { moves: [], shown: [], answered: [] }
  window.seen = seen
  let on_its_way = null
  document.addEventListener('pointermove', (event) => seen.moves.push(event.timeStamp), true)
  const real = window.fetch
  window.fetch = async (...asked) => {
    if (!String(asked[0]).includes('/moved?')) return real(...asked)
    on_its_way = seen.moves.at(-1)
    if (ready) return new Response(ready, { headers: { 'Content-Type': 'application/json' } })
    const began = performance.now()
    const answer = await real(...asked)
    const text = await answer.text()
    seen.answered.push(performance.now() - began)
    if (answer.ok) window.ready = text
    return new Response(text, answer)
  }
  new MutationObserver(() => {
    if (on_its_way === null) return
    const moved = on_its_way
    on_its_way = null
    requestAnimationFrame(() => {
      const painted = new MessageChannel()
      painted.port1.onmessage = () => seen.shown.push([moved, performance.now()])
      painted.port2.postMessage(0)
    })
  }).observe(document.getElementById('said'), { childList: true, characterData: true, subtree: true })
}"""


def cases() -> dict[str, dict[str, object]]:
    """Case → p50 and p95, of a question about any time and of one about Tuesdays."""
    found: dict[str, dict[str, object]] = {}
    with ground() as place:
        accounts = dragging.load(place)
        official = next(one for one in accounts if one["role"] == "official")
        with serving(place) as address, sync_playwright() as playwright:
            program = (
                os.environ.get("CHROMIUM")
                or shutil.which("chromium")
                or shutil.which("chromium-headless-shell")
            )
            browser = playwright.chromium.launch(executable_path=program, args=CALM)
            for name, words, days in (("any_time", "", ""), ("tuesdays", "&day=tue", "毎週火曜")):
                real, ready = _dragged(browser, address, official, words, days)
                found |= dragging.told(f"scenario_{name}", real, ready)
            browser.close()
    return found


def _dragged(
    browser: Browser, address: str, who: dict[str, str], words: str, days: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the page saw with the server, and with the last of its answers ready."""
    context = browser.new_context(
        base_url=address, locale="ja-JP", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    dragging.sign_in(page, who)
    page.goto(f"/scenarios/99002/new?kind=salon{words}")
    page.get_by_label("案の名前").fill(str(uuid4()))
    page.get_by_role("button", name="この案をつくる").click()
    page.locator("#said").wait_for()
    plan = page.url
    real = _drag(page, plan, days, None)
    ready = _drag(page, plan, days, page.evaluate("window.ready"))
    context.close()
    return real, ready


def _drag(page: Page, plan: str, days: str, ready: str | None) -> dict[str, Any]:
    """Put a pin on the map and move it along a figure that never stands still."""
    page.goto(plan)
    page.wait_for_load_state("networkidle")
    page.locator('form[data-do="add"] [name="days"]').fill(days)
    box = page.locator("#map.leaflet-container").bounding_box()
    if box is None:
        raise AssertionError("no map")
    with page.expect_response(lambda answer: "/moved?" in answer.url):
        page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.55)
    page.locator(".pin").wait_for()
    page.evaluate(WATCH, ready)
    return dragging.moved_about(page)
