"""What walks in the field share: a telephone that can be switched off, what lies on it, and the office meanwhile."""

import io
import os
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.records import resources
from geo.scope import house
from tests.conftest import TOWN

CALM = (  # a browser that asks nobody but us
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# Without a window first: the same engine does the same pages for half the work of the whole browser.
BROWSER = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium-headless-shell")
    or shutil.which("chromium")
)
HERS, ANOTHER = "茶話会 まつば", "松葉いきいき体操"  # 山の手圏域
STANDING = (136.0072, 32.5222)  # some 40 m from hers
ALSO = r"\b[A-Z]{2}\d{4}\b|\d+(?:KB|GB|km)"


class Telephone:
    """A telephone that can be switched off and on again: what it keeps, it keeps."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser, self._folder = browser, folder

    def new_context(self, **choices: Any) -> BrowserContext:
        return self._browser.browser_type.launch_persistent_context(
            self._folder,
            executable_path=BROWSER,
            args=list(CALM),
            **choices,
        )


def sign_in(page: Page, account: dict[str, str]) -> None:
    page.get_by_label("メールアドレス").fill(account["email"])
    page.get_by_label("パスワード").fill(account["password"])
    page.get_by_role("button", name="ログイン").click()
    expect(page.get_by_role("heading", name="きょうの現地記録")).to_be_visible()


def in_register(db: Session, name: str) -> tuple[UUID, int, dict[str, Any]]:
    db.rollback()
    id_ = db.scalar(text("select id from resource where name = :name"), {"name": name})
    assert id_, f"{name} is not in the register"
    revision, values = resources.load_values(db, house(TOWN), [id_])[id_]
    return id_, revision, values


def photo() -> dict[str, Any]:
    file = io.BytesIO()
    Image.new("RGB", (3000, 2000), "#88aa66").save(file, "JPEG")
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def find_row(page: Page, name: str) -> Locator:
    page.get_by_label("名前・住所でさがす").fill(name)
    return page.locator(".field-row", has=page.get_by_role("link", name=name))


# everything that lies in the page's own database, pictures by their size
ON_DEVICE = """async () => {
  const db = await new Promise((got) => {
    const ask = indexedDB.open('engawa-field')
    ask.onsuccess = () => got(ask.result)
  })
  const all = {}
  for (const store of db.objectStoreNames) {
    all[store] = await new Promise((got) => {
      const ask = db.transaction(store).objectStore(store).getAll()
      ask.onsuccess = () => got(ask.result)
    })
  }
  db.close()
  return { ...all, blobs: all.blobs.map((blob) => blob.size), packs: all.packs.map(({ blob, ...pack }) => pack) }
}"""


def on_device(page: Page) -> dict[str, Any]:
    """{box, blobs, packs, meta}: what a person who takes the telephone apart would find."""
    kept: dict[str, Any] = page.evaluate(ON_DEVICE)
    return kept
