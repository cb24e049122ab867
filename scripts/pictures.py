"""The pictures of the README's tour: みほん市 as its people see it.

``python -m scripts.pictures http://127.0.0.1:8000`` while ./run serves the demo; they go to data/tour/.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HOUSE = Path(__file__).parents[1]
TOUR = HOUSE / "data" / "tour"
MIHON = "99002"
SIZES = {"desk": (1280, 900), "phone": (390, 844)}
QUALITY = 72


@dataclass(frozen=True, slots=True)
class Picture:
    """One page: its file, who looks (a role of the demo, "" for a resident), and how to get there.

    way   an address, then links to follow by the first words of their text
    zoom  how often 「大きく」 is pressed
    """

    name: str
    role: str
    way: tuple[str, ...]
    zoom: int = 0
    widths: tuple[str, ...] = ("desk", "phone")


PICTURES = (
    Picture("home", "", ("/",)),
    Picture("map", "", (f"/map/{MIHON}",)),
    Picture("map_near", "", (f"/map/{MIHON}",), zoom=2, widths=("desk",)),
    Picture("map_streets", "", (f"/map/{MIHON}",), zoom=4, widths=("desk",)),
    Picture("district", "", (f"/map/{MIHON}", "北部圏域")),
    Picture("resource", "", (f"/map/{MIHON}?kind=salon", "川東二丁目")),
    Picture("reach", "", (f"/reach/{MIHON}?from=137.0905,31.6005",)),
    Picture("reach_kind", "", (f"/reach/{MIHON}?kind=exercise_group",), widths=("desk",)),
    Picture("reach_people", "official", (f"/reach/{MIHON}?kind=grocery",), widths=("desk",)),
    Picture("imports", "official", ("/imports/",), widths=("desk",)),
    Picture("report", "official", ("/imports/", "okaimono.csv")),
)


def take(address: str, accounts: dict[str, dict[str, str]], browser: Browser) -> Iterator[Path]:
    """Every picture at every width it is wanted in."""
    for picture in PICTURES:
        for width in picture.widths:
            wide, high = SIZES[width]
            page = browser.new_page(viewport={"width": wide, "height": high}, locale="ja-JP")
            if picture.role:
                _sign_in(page, address, accounts[picture.role])
            _go(page, address, picture)
            path = TOUR / f"{picture.name}_{width}.jpg"
            page.screenshot(path=path, type="jpeg", quality=QUALITY)
            page.close()
            yield path


def _sign_in(page: Page, address: str, account: dict[str, str]) -> None:
    page.goto(f"{address}/accounts/sign-in")
    page.fill("[name=email]", account["email"])
    page.fill("[name=password]", account["password"])
    page.click("main form button[type=submit]")


def _go(page: Page, address: str, picture: Picture) -> None:
    page.goto(address + picture.way[0])
    for words in picture.way[1:]:
        page.get_by_role("link", name=re.compile(f"^{re.escape(words)}")).first.click()
    for _ in range(picture.zoom):
        page.get_by_role("button", name="大きく").click()
        page.wait_for_timeout(400)  # the zoom is drawn
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1_000)  # tiles fade in


def main(address: str) -> None:
    """Take them all; says each file."""
    told = json.loads((HOUSE / "var" / "demo_accounts.json").read_text())
    accounts = {row["role"]: row for row in reversed(told) if row["municipality"] == MIHON}
    TOUR.mkdir(exist_ok=True)
    program = (
        os.environ.get("CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("chromium-headless-shell")
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for path in take(address, accounts, browser):
            print(path.relative_to(HOUSE), f"{path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
