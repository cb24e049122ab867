"""A house that lives in processes of its own, so that they can be killed: a durable database in a
folder of its own, the server of ``./run`` on 127.0.0.1, and people who are signed in over HTTP.
"""

import base64
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from scripts.cluster import Cluster
from scripts.postgres import is_postgres

CHECKOUT = Path(__file__).parents[1]
PATIENCE_S = 60


def wait_for(happened: Callable[[], object], what: str, patience_s: float = PATIENCE_S) -> None:
    """Wait until something is so; bounded, and said when it never is."""
    deadline = time.monotonic() + patience_s
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.01)


class House:
    """``var`` with its database, and at most one server over it."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self._out = var.with_name("said.txt")
        self.cluster = Cluster(var)
        self._server: subprocess.Popen[bytes] | None = None
        self.address = ""

    def environment(self) -> dict[str, str]:
        """Of every process of this house."""
        ours = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
        # behind a proxy, as in life: so people may come from different addresses
        served = {"PORT": "0", "HOST": "127.0.0.1", "TRUSTED_PROXIES": "1"}
        return ours | served | {"ENGAWA_VAR": str(self.var)}

    def prepare(self) -> None:
        """What ``./run --setup`` does: tables, and 碁盤町 with its accounts."""
        assert self.begin_to_prepare().wait(3 * PATIENCE_S) == 0, self._out.read_text()

    def begin_to_prepare(self) -> subprocess.Popen[bytes]:
        """The same, without waiting for its end."""
        return self._start("-m", "scripts.commands", "db upgrade", "demo load --only 99001")

    def flask(self, *words: object) -> subprocess.CompletedProcess[str]:
        """A command as a person types it."""
        return subprocess.run(
            [sys.executable, "-m", "flask", *map(str, words)],
            cwd=CHECKOUT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=True,
        )

    def serve(self) -> None:
        """Start the server with its worker, as ./run does; returns when it has told its address."""
        self._serve("-m", "scripts.serve")

    def _serve(self, *words: str) -> None:
        self._server = self._start(*words)
        wait_for(lambda: b"http://" in self._out.read_bytes(), "the address of the server")
        self.address = re.search(r"http://(\S+?)/", self._out.read_text())[1]

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        with self._out.open("wb") as file:
            return subprocess.Popen(
                [sys.executable, *words],
                cwd=CHECKOUT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )

    def kill_server(self) -> None:
        """kill -9; its worker is told by the kernel (scripts/worker.py)."""
        worker = _children(self._server.pid)
        self._server.kill()
        self._server.wait()
        wait_for(lambda: not any(map(_lives, worker)), "the worker to follow its server")

    def kill_database(self) -> None:
        """kill -9 to the postmaster and every backend."""
        postmaster = int((self.cluster.data / "postmaster.pid").read_text().split()[0])
        for pid in [postmaster, *_children(postmaster)]:
            if is_postgres(pid):
                with contextlib.suppress(ProcessLookupError):  # it went with the others
                    os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        """End what this house started."""
        if self._server is not None and self._server.poll() is None:
            self.kill_server()
        self.cluster.stop()


class SmallHouse(House):
    """The same with the application alone: there is no worker, and nothing is warmed up before it answers."""

    def serve(self) -> None:
        """Start the server; returns when it has told its address."""
        self._serve("-m", "tests.serving")


@contextlib.contextmanager
def unprepared_house(kind: type[House] = House) -> Iterator[House]:
    """A folder, and nothing in it."""
    folder = Path(tempfile.mkdtemp(prefix="engawa-living-"))
    folder.chmod(0o755)  # the database's own user passes through
    house = kind(folder / "var")
    try:
        yield house
    finally:
        house.close()
        shutil.rmtree(folder)


@contextlib.contextmanager
def living_house(kind: type[House] = House) -> Iterator[House]:
    """碁盤町 in a durable database of its own, and served."""
    with unprepared_house(kind) as house:
        house.prepare()
        house.serve()
        yield house


def _children(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(word) for thread in threads for word in thread.read_text().split()]


def _lives(pid: int) -> bool:
    try:
        words = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return words.rsplit(")", 1)[1].split()[0] not in "ZX"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``status`` 0: nothing did, the connection broke."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    @property
    def said(self) -> str:
        """What the next page will tell (flash): it travels in the signed, readable cookie."""
        cookie = SimpleCookie(self.headers.get("Set-Cookie", ""))
        return _flashed(cookie["engawa"].value) if "engawa" in cookie else ""

    @property
    def was_saved(self) -> bool:
        return self.status == 302 and self.said == "saved"


def _flashed(cookie: str) -> str:
    body, compressed = cookie.lstrip("."), cookie.startswith(".")
    raw = base64.urlsafe_b64decode(body.split(".")[0] + "===")
    told = json.loads(zlib.decompress(raw) if compressed else raw)
    return "".join(message[" t"][1] for message in told.get("_flashes", []))


class Person:
    """Somebody at a browser: one cookie, which stays the same, as do the forms in it."""

    def __init__(self, house: House, address: str = "192.0.2.1") -> None:
        self._house = house
        self._address = address
        self._cookie = ""
        self._token = ""

    def sign_in(self, email: str, password: str) -> None:
        """Through the door, with password and token."""
        self._remember(self.get("/accounts/sign-in"))
        answer = self.post("/accounts/sign-in", {"email": email, "password": password})
        assert answer.status == 302, answer
        self._remember(answer)
        self._remember(self.get("/accounts/mine"))

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, "")

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        return self._ask("POST", path, urlencode({**form, "csrf_token": self._token}, doseq=True))

    def _remember(self, answer: Answer) -> None:
        if "Set-Cookie" in answer.headers:
            self._cookie = answer.headers["Set-Cookie"].split(";")[0]
        if found := re.search(r'name="csrf_token" value="([^"]+)"', answer.text):
            self._token = found[1]

    def _ask(self, verb: str, path: str, body: str) -> Answer:
        server = http.client.HTTPConnection(self._house.address, timeout=PATIENCE_S)
        headers = {
            "Cookie": self._cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": self._address,
        }
        try:
            server.request(verb, path, body, headers)
            response = server.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException):
            return Answer()
        finally:
            server.close()
        return Answer(response.status, dict(response.headers), text)


class _Fields(HTMLParser):
    """The fields of a page's last form as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.form: dict[str, Any] = {}
        self._open = ""
        self._is_text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name = said.get("name") or ""
        if tag == "form":
            self.form = {}
        elif tag in ("select", "textarea"):
            self.form[name], self._open, self._is_text = "", name, tag == "textarea"
        elif tag == "option" and "selected" in said:
            self.form[self._open] = said.get("value") or ""
        elif tag == "input" and said.get("type") == "checkbox":
            if "checked" in said:  # several of one name: all of them travel
                self.form[name] = [*(self.form.get(name) or []), said.get("value") or ""]
        elif tag == "input" and (said.get("type") != "radio" or "checked" in said):
            self.form[name] = said.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._open and self._is_text:
            self.form[self._open] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._open = ""


def fields_of(page: str) -> dict[str, Any]:
    """What a browser would send if a person changed nothing: a text, or several of boxes."""
    reader = _Fields()
    reader.feed(page)
    return {name: value for name, value in reader.form.items() if name}
