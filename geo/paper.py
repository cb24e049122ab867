"""紙: a page as a PDF. The only user of WeasyPrint.

Setting a page is two seconds of Python, a booklet half a minute: a process of its own does it, so that nobody else
waits, and its memory is given back. Nothing is fetched: no address of the network and no file of this machine. What a
page shows, it brings along (drawings stand in it as SVG).
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any
from uuid import uuid4

TOO_LONG_S = 180  # our choice: a booklet of some hundred sheets
_TURNS = BoundedSemaphore(2)  # our choice: sheets set at once; whoever comes then waits


class NothingFetched(ValueError):
    """A page for paper asked for something outside itself: a mistake of ours, so nothing is drawn."""


def pdf(page: str) -> bytes:
    """The PDF of an HTML page that is whole in itself. Raises NothingFetched; RuntimeError with what was said where
    it could not be set."""
    return fitting([(page, 0)])


def fitting(pages: Sequence[tuple[str, int]]) -> bytes:
    """The PDF of the first of several settings of one page that takes no more sheets than it may; of the last, where
    none does. Raises as ``pdf``."""
    with _TURNS:
        done = _run(json.dumps(list(pages)).encode())
    if done.returncode == _ASKED:
        raise NothingFetched(done.stderr.decode(errors="replace")[-200:])
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout


def _run(asked: bytes) -> subprocess.CompletedProcess[bytes]:
    """The process that sets, from its start to its end (tests/forking.py starts it in another way)."""
    return subprocess.run(
        [sys.executable, "-m", "geo.paper"],
        input=asked,
        capture_output=True,
        cwd=Path(__file__).parents[1],
        timeout=TOO_LONG_S,
        check=False,
    )


def mark_of(page: str) -> str:
    """Sixteen letters that are others for any other page: what a kept file is named by."""
    return sha256(page.encode()).hexdigest()[:16]


def keep(path: Path, body: bytes) -> None:
    """Keep a file: beside, synced, then renamed, so that one that is there is whole (DATA 13)."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.parent / f".{uuid4().hex}"
    try:
        with beside.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
    finally:
        beside.unlink(missing_ok=True)


_ASKED = 3  # how the process ends where a page asked for something


def _set(pages: Sequence[tuple[str, int]]) -> bytes:
    """The work itself, in the process of its own."""
    from weasyprint import HTML  # noqa: PLC0415 not in the house's own process
    from weasyprint.urls import FatalURLFetchingError, URLFetcher  # noqa: PLC0415

    class Nobody(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002
            raise FatalURLFetchingError(url)

    try:
        before = ""
        for page, sheets in pages:
            if page != before:  # the same may be taken on more sheets
                laid_out = HTML(string=page, url_fetcher=Nobody()).render()
            before = page
            if len(laid_out.pages) <= sheets:
                break
        document: bytes = laid_out.write_pdf()
    except FatalURLFetchingError as error:
        sys.stderr.write(str(error))
        raise SystemExit(_ASKED) from error
    return document


if __name__ == "__main__":
    sys.stdout.buffer.write(_set(json.load(sys.stdin.buffer)))
