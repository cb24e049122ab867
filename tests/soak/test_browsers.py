"""Fifty sequences with a whole browser: the page of the field without a network, the browser killed or closed, opened
again on the same folder, and everything that was written there shown and then sent once.
"""

import os
import random
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright
from playwright.sync_api import Error as Gone
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.records import accounts
from geo.scope import house as house_scope
from routes._guard import limiter
from routes._sessions import TOKEN
from tests.conftest import TOWN, open_session
from tests.walks.telephones import BROWSER, CALM
from tests.walks.walking import PATIENCE_MS, TELEPHONE, served

pytestmark = pytest.mark.soak

SEED = 20261130
SEQUENCES = int(os.environ.get("ENGAWA_BROWSERS", "50"))
# In the page, by the modules that the page itself uses: what a form would hand over when its button is pressed.
WRITE = """async ({ wanted, account }) => {
  const outbox = await import('/static/js/field/outbox.js')
  const { openShelf } = await import('/static/js/field/shelf.js')
  const shelf = await openShelf()
  for (const { picture, ...fields } of wanted) {
    const draft = { id: crypto.randomUUID(), account, written_at: new Date().toISOString(), ...fields }
    const blobs = picture ? { [picture]: await drawn() } : {}
    await shelf.change((box) => outbox.written(box, draft), blobs)
  }
  shelf.close()
  async function drawn() {
    const canvas = Object.assign(document.createElement('canvas'), { width: 2000, height: 1000 })
    canvas.getContext('2d').fillRect(0, 0, 900, 900)
    const { developed } = await import('/static/js/field/photo.js')
    return developed(await new Promise((keep) => canvas.toBlob(keep, 'image/png')))
  }
}"""
STANDING = """async (account) => {
  const outbox = await import('/static/js/field/outbox.js')
  const { openShelf } = await import('/static/js/field/shelf.js')
  const shelf = await openShelf()
  const { drafts } = await shelf.read()
  shelf.close()
  return outbox.counted(drafts, account)
}"""


@pytest.fixture
def address(own_house: Flask) -> Iterator[str]:
    limiter.reset()
    with served(own_house) as address:
        yield address


class Telephone:
    """A browser over one folder, which is all that is left when it ends."""

    def __init__(self, playwright: Playwright, folder: Path, address: str, cookie: str) -> None:
        self._playwright, self._folder, self._address = playwright, folder, address
        self._cookie = {"name": "engawa", "value": cookie, "url": address}
        self.context: BrowserContext
        self.page: Page

    def on(self, *, offline: bool) -> None:
        """Open the page of the field, as kept on the device when there is no network."""
        self.context = self._playwright.chromium.launch_persistent_context(
            self._folder,
            executable_path=BROWSER,
            args=list(CALM),
            viewport=TELEPHONE,
            locale="ja-JP",
            offline=offline,
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.add_cookies([self._cookie])
        self.page = self.context.pages[0]
        self.page.goto(f"{self._address}/field/")
        expect(self.page.locator("#unsent")).to_be_visible()

    def off(self, *, killed: bool) -> None:
        """Closed by a person, or killed by kill -9."""
        if killed:
            for pid in _browsers(self._folder):
                os.kill(pid, signal.SIGKILL)
        with suppress(*([Gone] if killed else [])):  # who was killed cannot be closed
            self.context.close()
        for name in ("SingletonLock", "SingletonCookie", "SingletonSocket"):
            (self._folder / name).unlink(missing_ok=True)


def test_fifty_sequences_with_a_whole_browser_lose_nothing(
    own_house: Flask, address: str, tmp_path: Path
) -> None:
    engine, luck = own_house.extensions["engine"], random.Random(SEED)  # noqa: S311
    with Session(engine) as db, db.begin():
        row = next(r for r in accounts.list_all(db, house_scope(TOWN)) if r.role == "coordinator_1")
        account, token = str(row.id), open_session(db, row.id)
        entries = list(
            db.scalars(text("select id from resource where municipality = :m"), {"m": TOWN})
        )
    signer = own_house.session_interface.get_signing_serializer(own_house)
    cookie = str(signer.dumps({TOKEN: token, "_permanent": True}))
    told, values = Counter(), []
    with sync_playwright() as playwright:
        for number in range(SEQUENCES):
            telephone = Telephone(playwright, tmp_path / f"telephone-{number}", address, cookie)
            play(telephone, luck, number, account, entries, told, values)
            shutil.rmtree(tmp_path / f"telephone-{number}", ignore_errors=True)
    with Session(engine) as db:
        times = Counter(
            value
            for changed in db.scalars(text("select changed from resource_revision"))
            for value in (changed.get("booking"), changed.get("name"))
        )
        times += Counter(db.scalars(text("select caption from photo")))
    lost = [value for value in values if times[value] == 0]
    twice = [value for value in values if times[value] > 1]
    print(
        f"\n{SEQUENCES} sequences, {len(values)} changes, {told['killed']} browsers killed,"
        f" {told['closed']} closed: lost {len(lost)}, twice {len(twice)}, silent {told['silent']}"
    )
    assert (lost, twice, told["silent"]) == ([], [], 0)


def play(
    telephone: Telephone,
    luck: random.Random,
    number: int,
    account: str,
    entries: list,
    told: Counter,
    values: list[str],
) -> None:
    """One telephone: known to the house, then away from the network, ended once or twice, then back."""
    telephone.on(offline=False)
    telephone.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    telephone.page.wait_for_function("() => caches.keys().then((keys) => keys.length > 0)")
    telephone.context.set_offline(True)
    written = 0
    for turn in range(luck.randint(1, 2)):
        wanted = [wish(luck, f"{number}/{turn}/{n}", entries) for n in range(luck.randint(1, 3))]
        telephone.page.evaluate(WRITE, {"wanted": wanted, "account": account})
        written += len(wanted)
        values += [one["value"] for one in wanted]
        end(telephone, luck, told)
        telephone.on(offline=True)
        shown = telephone.page.evaluate(STANDING, account)["unsent"]
        told["silent"] += shown != written
        expect(telephone.page.locator("#unsent")).to_contain_text(f"{written}件")
    telephone.context.set_offline(False)
    if luck.random() < 0.5:  # ended while it sends
        telephone.page.wait_for_timeout(luck.randint(0, 400))
        end(telephone, luck, told)
        telephone.on(offline=False)
    else:
        telephone.page.reload()
    # The title is written when the page has counted; before that the words are those of an empty box.
    unsent = telephone.page.locator("#unsent[title]")
    expect(unsent).to_have_attribute("title", "すべて送りました", timeout=4 * PATIENCE_MS)
    told["silent"] += telephone.page.evaluate(STANDING, account)["unsent"] != 0
    telephone.off(killed=False)


def wish(luck: random.Random, value: str, entries: list) -> dict:
    """A new entry, a change of one, or a picture of one; each says a value that nobody else says."""
    entry, place = str(luck.choice(entries)), [136.01, 32.51]
    kind = luck.choice(("new", "edit", "photo") if len(entries) > 1 else ("new", "photo"))
    if kind == "new":
        edits = {"kind": "salon", "name": value, "place": place}
        payload = {"edits": edits}
        return {
            "kind": "edit",
            "resource": str(uuid4()),
            "base": None,
            "payload": payload,
            "value": value,
        }
    if kind == "edit":  # of one that nobody else changes
        entry, payload = str(luck.choice(entries)), {"edits": {"booking": value}}
        entries.remove(UUID(entry))
        return {"kind": "edit", "resource": entry, "base": 1, "payload": payload, "value": value}
    key = str(uuid4())
    payload = {"blob": key, "caption": value, "has_faces": "unknown"}
    return {"kind": "photo", "resource": entry, "payload": payload, "picture": key, "value": value}


def end(telephone: Telephone, luck: random.Random, told: Counter) -> None:
    killed = luck.random() < 0.5
    told["killed" if killed else "closed"] += 1
    telephone.off(killed=killed)


def _browsers(folder: Path) -> list[int]:
    """Processes of the browser over a folder: those that this test started."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = place.read_bytes().decode(errors="ignore")
        except OSError:
            continue
        if f"--user-data-dir={folder}\0" in words:
            found.append(int(place.parent.name))
    return found
