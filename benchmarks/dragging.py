"""到達圏 under a finger: from a movement of the pointer to painted bands, in Chromium with the real server.

The point of /reach/99002 is dragged through みほん市, 240 movements at 60 a second: by a visitor, and by an
official, whose page counts people too. ``shown`` is the age of a movement when its own bands are on the
screen; ``moved`` counts every movement, also those that were passed over while an answer was on its way:
until bands of it or of a later one are there. Beside it stands the least: the same page with the same
drag and a ready answer in place of the server, which is what the browser itself needs to read and paint.
"""

import math
import os
import shutil
import time
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy.orm import Session

from benchmarks.measuring import Ground, case, ground, percentile
from benchmarks.serving import serving
from geo import demo

MOVES, PER_S, FIRST = 240, 60, 30  # the first are not counted
START = (137.11, 31.6)  # streets all around
READY = "the same page and drag, a ready answer in place of the server"
CALM = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# Painted: after the frame that the change of the page is in, when the browser comes back from it.
WATCH = """(ready) => {
  const seen = { moves: [], shown: [], answered: [] }
  window.seen = seen
  let on_its_way = null
  document.addEventListener('pointermove', (event) => seen.moves.push(event.timeStamp), true)
  const real = window.fetch
  window.fetch = async (...asked) => {
    if (!String(asked[0]).includes('/bands?')) return real(...asked)
    on_its_way = seen.moves.at(-1)
    if (ready) return new Response(ready, { headers: { 'Content-Type': 'application/geo+json' } })
    const began = performance.now()
    const answer = await real(...asked)
    const text = await answer.text()
    seen.answered.push(performance.now() - began)
    if (text.includes('coordinates')) window.ready = text
    return new Response(text, answer)
  }
  new MutationObserver((list) => {
    if (on_its_way === null || !list.some((one) => [...one.addedNodes].some((node) => node.nodeName === 'path'))) return
    const moved = on_its_way
    on_its_way = null
    requestAnimationFrame(() => {
      const painted = new MessageChannel()
      painted.port1.onmessage = () => seen.shown.push([moved, performance.now()])
      painted.port2.postMessage(0)
    })
  }).observe(document.querySelector('.leaflet-bands-pane'), { childList: true, subtree: true })
}"""


def cases() -> dict[str, dict[str, object]]:
    """Case → p50 and p95, as a visitor and as an official."""
    found: dict[str, dict[str, object]] = {}
    with ground() as place:
        accounts = load(place)
        official = next(one for one in accounts if one["role"] == "official")
        with serving(place) as address, sync_playwright() as playwright:
            program = (
                os.environ.get("CHROMIUM")
                or shutil.which("chromium")
                or shutil.which("chromium-headless-shell")
            )
            browser = playwright.chromium.launch(executable_path=program, args=CALM)
            for name, who in (("visitor", None), ("official", official)):
                real, ready = _dragged(browser, address, who)
                found |= told(f"dragging_{name}", real, ready)
            browser.close()
    return found


def load(place: Ground) -> list[dict[str, str]]:
    """みほん市 with its people; their accounts."""
    with Session(place.engine) as db:
        demo.load_city(db, place.folder / "var" / "originals")
        accounts = demo.load_accounts(db, demo.CITY)
        db.commit()
    return accounts


def _dragged(
    browser: Browser, address: str, who: dict[str, str] | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the page saw with the server, and with the last of its answers ready."""
    context = browser.new_context(
        base_url=address, locale="ja-JP", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    if who:
        sign_in(page, who)
    real = _drag(page, None)
    if bool(who) != bool(page.locator("[data-people]").count()):
        raise AssertionError("people are for an official, and only for them")
    ready = _drag(page, page.evaluate("window.ready"))
    context.close()
    return real, ready


def sign_in(page: Page, who: dict[str, str]) -> None:
    """By the page that everybody uses."""
    page.goto("/accounts/sign-in")
    page.get_by_label("メールアドレス").fill(who["email"])
    page.get_by_label("パスワード").fill(who["password"])
    page.get_by_role("button", name="ログイン").click()
    page.get_by_role("button", name="ログアウト").wait_for()


def _drag(page: Page, ready: str | None) -> dict[str, Any]:
    """Take the point and move it along a figure that never stands still."""
    page.goto("/reach/99002?from={},{}".format(*START))
    page.wait_for_load_state("networkidle")
    page.locator(".leaflet-bands-pane path").first.wait_for(state="attached")
    page.evaluate(WATCH, ready)
    return moved_about(page)


def moved_about(page: Page) -> dict[str, Any]:
    """What a page that is watched saw while its pin was moved."""
    box = page.locator(".pin").bounding_box()
    if box is None:
        raise AssertionError("no point on the map")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    began = time.perf_counter()
    for at in range(FIRST + MOVES):
        time.sleep(max(0.0, began + at / PER_S - time.perf_counter()))
        page.mouse.move(x + 120 * math.sin(at / 25), y + 60 * math.sin(at / 17))
    took = time.perf_counter() - began
    page.wait_for_timeout(500)
    seen: dict[str, Any] = page.evaluate("window.seen")
    page.mouse.up()
    page.wait_for_load_state("networkidle")
    return seen | {"per_s": (FIRST + MOVES) / took}


def told(name: str, real: dict[str, Any], ready: dict[str, Any]) -> dict[str, dict[str, object]]:
    """Cases of what a page saw, beside what it saw with a ready answer."""
    both = [(_shown(seen), _moved(seen)) for seen in (real, ready)]
    more = {
        "answered_p95_ms": round(percentile(real["answered"], 95), 1),
        "moves_per_s": round(real["per_s"], 1),
    }
    return {
        f"{name}_{what}_p{at}": case(
            percentile(both[0][row], at), percentile(both[1][row], at), READY, len(both[0][row])
        )
        | more
        for row, what in enumerate(("shown", "moved"))
        for at in (50, 95)
    }


def _shown(seen: dict[str, Any]) -> list[float]:
    """Milliseconds from the movement that bands are of to their being painted."""
    first = seen["moves"][FIRST]
    return [painted - moved for moved, painted in seen["shown"] if moved >= first]


def _moved(seen: dict[str, Any]) -> list[float]:
    """Milliseconds from every movement to the first bands of it or of a later one."""
    last = seen["shown"][-1][0]
    return [
        next(painted for asked, painted in seen["shown"] if asked >= moved) - moved
        for moved in seen["moves"][FIRST:]
        if moved <= last
    ]
