"""What every walk needs: the house open on a port, people with browsers, and a careful look at pages."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import waitress
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
)
from sqlalchemy.orm import Session
from waitress import wasyncore

from geo import jobs
from geo.records import accounts
from geo.sign_in import EVERYWHERE, Caller, open_session
from routes._mailing import mailing
from routes._printing import press
from routes._sessions import TOKEN

TELEPHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
# What an A4 page holds between its margins (print.css), in CSS pixels of 1/96 inch
UPRIGHT_PX, ACROSS_PX = 680, 1009
DEVICE = "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0.0.0"  # of who signed in before
PATIENCE_MS = 20_000  # for a machine that others are using too

expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application as ./run serves it, by waitress on a free port; yields its address."""
    channels: dict[int, Any] = {}
    server = waitress.create_server(
        app, host="127.0.0.1", port=0, threads=4, map=channels, ident=None
    )
    closing = threading.Event()

    def serve() -> None:
        while not closing.is_set():
            wasyncore.loop(timeout=5, map=channels, count=1)

    thread = threading.Thread(target=serve, name="walks-server")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        closing.set()
        server.pull_trigger()
        thread.join()
        server.task_dispatcher.shutdown(timeout=5)
        wasyncore.close_all(channels)


@contextmanager
def working(app: Flask) -> Iterator[None]:
    """A worker beside the house, as ./run starts one: what waits in the queue is done."""
    settings = app.extensions["settings"]
    queue = jobs.open_queue(
        settings.conninfo(),
        app.extensions["engine"],
        settings.var / "originals",
        mailing(app),
        press(app),
    )
    closing = threading.Event()

    def work() -> None:
        while not closing.wait(0.2):
            queue.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    with queue.open():
        thread = threading.Thread(target=work, name="walks-worker")
        thread.start()
        try:
            yield
        finally:
            closing.set()
            thread.join()


class Person:
    """Somebody with a browser of their own.

    Everything that a page should not do is remembered and told by ``complaints``: a warning or an
    error in the console, an exception, a request to anywhere but the house, a refusal that nobody
    expected (see ``refused``), a failure of the server.
    """

    def __init__(
        self, browser: Browser, address: str, house: Flask | None = None, **choices: Any
    ) -> None:
        self.address = address
        self._house = house
        self.context: BrowserContext = browser.new_context(
            **{
                "base_url": address,
                "locale": "ja-JP",
                "timezone_id": "Asia/Tokyo",
                "viewport": DESK,
                "reduced_motion": "reduce",
                **choices,
            }
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self._said: list[tuple[str, str, str]] = []
        self._odd: list[str] = []
        self._refusals: list[str] = []
        self._expected: list[str] = []
        self.asked: list[str] = []
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self._odd.append(f"exception: {error.error}"))
        self.context.on("request", self._watch)
        self.context.on("response", self._weigh)
        self.page: Page = self.context.new_page()

    def sign_in(self, account: dict[str, str]) -> None:
        """She has been signed in on this device since the morning: a session as the page opens it, without
        the page and the work of a password. No page is open yet."""
        assert self._house
        cookie = {"name": "engawa", "value": cookie_of(self._house, account["email"])}
        self.context.add_cookies([cookie | {"url": self.address}])  # type: ignore[list-item]

    def sign_in_by_page(self, account: dict[str, str]) -> None:
        """By the page that everybody uses."""
        self.page.goto("/accounts/sign-in")
        self.fill_in_sign_in(account)

    def fill_in_sign_in(self, account: dict[str, str]) -> None:
        """The sign-in page is open: sign in, and see one's name at the head of the page."""
        self.page.get_by_label("メールアドレス").fill(account["email"])
        self.page.get_by_label("パスワード").fill(account["password"])
        self.page.get_by_role("button", name="ログイン").click()
        expect(self.page.get_by_role("button", name="ログアウト")).to_be_visible()

    @contextmanager
    def refused(self, status: int) -> Iterator[None]:
        """The page that opens inside is refused, and says so in words with a status of its own.

        Chromium writes "Failed to load resource" into the console for it; that line belongs.
        """
        with self.page.expect_response(
            lambda answer: answer.request.is_navigation_request() and answer.status >= 400
        ) as told:
            yield
        assert told.value.status == status
        self._expected.append(told.value.url)
        expect(self.page.locator("#main h1")).to_be_visible()

    def complaints(self) -> list[str]:
        """What went wrong so far, in the order of seeing it."""
        expected = list(self._expected)
        lines = []
        for kind, text, url in self._said:
            if text.startswith("Failed to load resource") and url in expected:
                expected.remove(url)
                continue
            lines.append(f"console {kind}: {text} ({url})")
        refusals = [url for url in self._refusals if url not in self._expected]
        return [*self._odd, *lines, *(f"refused: {url}" for url in refusals)]

    def leave(self) -> list[str]:
        """Close the browser; returns the complaints."""
        self.context.close()
        return self.complaints()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._said.append((message.type, message.text, message.location.get("url", "")))

    def _watch(self, request: Request) -> None:
        self.asked.append(request.url)
        if not request.url.startswith((f"{self.address}/", "data:", "blob:", "about:")):
            self._odd.append(f"asked outside: {request.url}")

    def _weigh(self, response: Response) -> None:
        if response.status >= 500:
            self._odd.append(f"{response.status}: {response.url}")
        elif response.status >= 400:
            self._refusals.append(response.url)


def cookie_of(house: Flask, email: str) -> str:
    """The cookie of a new session of somebody."""
    with Session(house.extensions["engine"]) as db, db.begin():
        account = accounts.find_by_email(db, EVERYWHERE, email)
        assert account
        caller = Caller("127.0.0.1", DEVICE, house.secret_key.encode())  # type: ignore[union-attr]
        token = open_session(db, account, caller, datetime.now(UTC))
    signer = SecureCookieSessionInterface().get_signing_serializer(house)
    assert signer
    return str(signer.dumps({TOKEN: token, "_permanent": True}))


def look(page: Page, name: str, *, also: str = "") -> None:
    """Look at the page as it stands, on a telephone and at a desk.

    No violation of axe's rules, nothing wider than the screen, no word left in English (``also``:
    further words that belong, as a regular expression). With $ENGAWA_SHOTS, a picture of each.
    """
    before = page.viewport_size
    for size in (TELEPHONE, DESK):
        page.set_viewport_size(size)
        settle(page)
        where = f"{name} at {size['width']} px"
        wide, left = too_wide(page), english(page, also)
        assert not wide, f"{where} is too wide: {wide}"
        assert not left, f"{where} says in English: {left}"
        found = violations(page)
        assert found == [], f"{where}\n" + "\n".join(found)
        keep_picture(page, f"{name}-{size['width']}")
    if before:
        page.set_viewport_size(before)


# A colour is read once: on a long list axe reads the same few words some ten thousand times.
COLOURS_ONCE = """(() => {
  const colour = axe.commons.color.Color.prototype
  const { parseString } = colour
  const known = new Map()
  colour.parseString = function (text) {
    if (!known.has(text)) {
      parseString.call(this, text)
      known.set(text, [this.r, this.g, this.b, this.alpha])
    }
    ;[this.r, this.g, this.b, this.alpha] = known.get(text)
    return this
  }
})()"""


def violations(page: Page) -> list[str]:
    """What breaks a rule of axe, and where. Of the rest of its answer, megabytes on a long list, nothing is made."""
    if not page.evaluate("'axe' in window"):  # a page keeps the rules that it was given once
        page.evaluate(f"{AXE_SCRIPT}{COLOURS_ONCE}; axe.configure({{ noHtml: true }})")
    found: list[str] = page.evaluate(
        """async () => (await axe.run({ resultTypes: ['violations'] })).violations.flatMap(
          ({ id, nodes }) => nodes.map((one) => `${id} at ${one.target}: ${one.failureSummary}`))"""
    )
    return found


def settle(page: Page) -> None:
    """The map, where there is one, has opened; what was asked for is painted."""
    if page.locator("#map").count():
        page.locator("#map").scroll_into_view_if_needed()  # some open when they are looked at
        expect(page.locator("#map.leaflet-container")).to_be_visible()
    page.evaluate(
        "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
    )


def too_wide(page: Page) -> list[str]:
    """Elements that make the page wider than its window; [] when nothing does."""
    return page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth
          if (document.documentElement.scrollWidth <= width) return []
          const wide = [...document.body.querySelectorAll('*')].filter((element) =>
            element.getBoundingClientRect().right > width + 0.5)
          return [`page ${document.documentElement.scrollWidth} > ${width}`,
            ...wide.slice(0, 8).map((element) => element.outerHTML.slice(0, 90))]
        }"""
    )


# Words in Latin letters that belong on a Japanese page.
FOREIGN = re.compile(
    r"""
    [\w.+-]+@[\w.-]+                                  # an e-mail address
    | https?://\S*                                    # an address, as an example or a link
    | [\w.()-]+\.(?:geojson|csv|html|json|txt|xlsx?|osm|pbf|zip|gpkg|shp)\b     # a file
    | \b[0-9a-f]{16,}\b                               # a checksum, a request's number
    | urn:\S+ | \bEPSG:\d+
    | \b(?:utf-8|utf-8-sig|cp932|shift_jis)\b
    | Excel | PDF | \bA[34]\b | GeoJSON | GeoPackage | GeoTIFF | OpenStreetMap | CSV | \d+MB | \bID\b
    | \.(?:zip|json|xml|txt|osm\.pbf|osm)(?![a-z])      # an ending of files
    | Geolonia | e-Stat
    | \bLanguage\b                                    # the way out for who reads no Japanese
    | \b(?:SHA-256|Leaflet|README|NPO|JA|CC0|CC[ ]BY|km|AED|ATM)\b
    | \b(?:A27|A32|N03|P29)\b
    | \b(?:Edg|Chrome|Firefox|Safari)(?:[ ](?:Linux|Windows|Mac|Android|iPhone|iPad))?\b
    | \bEngawa（架空の[町市]）
    """,
    re.X | re.I,
)


def english(page: Page, also: str = "") -> list[str]:
    """What people read or hear on the page as Japanese, where Latin words are left in it."""
    texts: list[str] = page.evaluate(
        """() => {
          const seen = (element) => element?.checkVisibility({ visibilityProperty: true })
          const isJapanese = (element) => element.closest('[lang]').lang === 'ja'
          const texts = isJapanese(document.body) ? [document.title] : []
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
          while (walker.nextNode()) {
            const holder = walker.currentNode.parentElement
            const shown = holder.tagName === 'OPTION' ? holder.closest('select') : holder
            if (!holder.closest('script, style, noscript') && isJapanese(holder) && seen(shown)) {
              texts.push(walker.currentNode.textContent)
            }
          }
          for (const name of ['aria-label', 'title', 'alt', 'placeholder']) {
            for (const element of document.querySelectorAll(`body [${name}]`)) {
              if (isJapanese(element) && seen(element)) texts.push(element.getAttribute(name))
            }
          }
          return texts
        }"""
    )
    belongs = re.compile(also, re.I) if also else None
    left = []
    for text in texts:
        rest = FOREIGN.sub("", belongs.sub("", text) if belongs else text)
        if re.search(r"[A-Za-z]{2,}", rest):
            left.append(text.strip())
    return left


def keep_picture(page: Page, name: str) -> None:
    """A picture of the page under $ENGAWA_SHOTS, for a person to look at: its first long screens."""
    folder = os.environ.get("ENGAWA_SHOTS")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    width, height = page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    clip = {"x": 0, "y": 0, "width": width, "height": min(height, width * 3)}
    page.screenshot(path=Path(folder) / f"{name}.png", full_page=True, clip=clip)


def pages_of(page: Page) -> int:
    """How many pages of paper a page comes out on: Chromium writes each as an object of its PDF."""
    page.emulate_media(media="print")
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    page.emulate_media(media="screen")
    return len(re.findall(rb"/Type\s*/Page\b", paper))


def cut_off(page: Page, width: int) -> list[str]:
    """What stands beyond the edge of a paper so many CSS pixels wide, by its first words."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": width, "height": 1000})
    found: list[str] = page.evaluate(
        """width => [...document.querySelectorAll("main *")]
          .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > width + 1)
          .map((one) => `${one.tagName} ${one.textContent.trim().slice(0, 30)}`)""",
        width,
    )
    page.emulate_media(media="screen")
    return found
