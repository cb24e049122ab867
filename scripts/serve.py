"""The server of a checkout: the web application, one background worker, the private database.

``python -m scripts.serve [--since SECONDS]``; PORT (8000) and HOST (127.0.0.1) come from the
environment. ``--since`` says when ./run began: a database started after that is ours to stop.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import fcntl
import gc
import ipaddress
import json
import os
import signal
import socket
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import waitress
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import WSGITask
from waitress.utilities import RequestEntityTooLarge

from scripts.cluster import Cluster, ClusterProblem
from scripts.worker import Worker

THREADS = 8
VISITORS_PATIENCE_S = 5.0  # our choice: a killed database is back in two or three
# Our choice: the largest file of any importer (300 MB) and the rest of its form. waitress writes what is
# sent to disk before anybody is asked who sends it.
LARGEST_BODY = 302_000_000
TOO_LARGE = (
    "<!doctype html><html lang=ja><meta charset=utf-8><title>大きすぎます｜えんがわ</title>"
    "<h1>送られた内容が大きすぎます。</h1><p>ファイルは300MBまでです。何も変更していません。</p>"
    "<p><a href=/>はじめのページへ</a></p></html>"
)
DRAIN_S = 10.0  # our choice: requests in hand may take this long after the order to stop


class ServeProblem(Exception):
    """The server cannot start. Its text is one plain sentence."""


def main() -> int:
    """Serve until SIGTERM or SIGINT; 1 with one sentence when that cannot be."""
    options = argparse.ArgumentParser(prog="python -m scripts.serve")
    options.add_argument("--since", type=float, default=time.time())
    since = options.parse_args().since
    # The application's connections carry this name: at the end only other people's keep the database up.
    os.environ["PGAPPNAME"] = f"engawa-serve-{os.getpid()}"
    orders = _Orders()
    try:
        with contextlib.ExitStack() as leaving:
            _serve(leaving, since, orders)
    except (ServeProblem, ClusterProblem) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _serve(leaving: contextlib.ExitStack, since: float, orders: _Orders) -> None:
    from app import Settings, create_app  # noqa: PLC0415  (a sentence about the port should not wait for it)

    settings = Settings.from_environment()
    host, port = _asked_address()
    note = leaving.enter_context(_only_server(settings.var))
    listening = leaving.enter_context(_bound(host, port))
    if settings.embedded is not None:
        settings.embedded.ensure()
        leaving.callback(_stop_database, settings.embedded, since)
        settings.embedded.patience_s = VISITORS_PATIENCE_S
    app = create_app(settings)
    if not _is_loopback(listening) and _demo_accounts_exist(app):
        raise ServeProblem(
            f"HOST={host} would show the demo accounts to the network: run `flask demo remove` first."
        )
    app.extensions.get("warm_up", lambda: None)()  # quick from the first answer on
    gc.collect()
    gc.freeze()  # what stays: to look through it for garbage would stop everybody for 0.3 s, again and again
    channels: dict[int, Any] = {}
    server = _open(app, listening, channels, settings.trusted_proxies)
    worker = Worker(prepare=settings.embedded.ensure if settings.embedded else lambda: None)
    leaving.callback(worker.stop)
    worker.start()

    address = _address(host, listening)
    note(address)
    _greet(address, settings.var)
    orders.wake = server.pull_trigger
    # Looked at each second: an order that comes just before the wait begins wakes nobody.
    while not orders.stop:
        wasyncore.loop(timeout=1, map=channels, count=1)
    print("Stopping.", flush=True)
    _drain(server, channels)


def _demo_accounts_exist(app: Any) -> bool:
    """The only question the server asks of the application's records."""
    from sqlalchemy.orm import Session  # noqa: PLC0415

    from geo.records import accounts  # noqa: PLC0415
    from geo.scope import house  # noqa: PLC0415

    with Session(app.extensions["engine"]) as db:
        return accounts.count_invented(db, house(None)) > 0


class _Orders:
    """SIGTERM and SIGINT. The first asks to stop; the second, or one before we serve, leaves at once."""

    def __init__(self) -> None:
        self.stop = False
        self.wake: Callable[[], None] | None = None
        signal.signal(signal.SIGTERM, self._take)
        signal.signal(signal.SIGINT, self._take)

    def _take(self, _number: int, _frame: object) -> None:
        if self.stop or self.wake is None:
            raise SystemExit(1 if self.stop else 0)
        self.stop = True
        self.wake()


# the address


def _asked_address() -> tuple[str, int]:
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or int(port) > 65535:
        raise ServeProblem(f"PORT={port} is not a port: a number from 1 to 65535 is.")
    return os.environ.get("HOST") or "127.0.0.1", int(port)


@contextlib.contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that has the address but does not listen yet: nobody waits while the rest starts."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise ServeProblem(
            f"HOST={host} is not an address of this machine: {error.strerror}."
        ) from error
    with socket.socket(family, kind, protocol) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(address)
        except OSError as error:
            raise _taken(host, port, error) from error
        yield listening


def _taken(host: str, port: int, error: OSError) -> ServeProblem:
    if error.errno == errno.EADDRNOTAVAIL:
        return ServeProblem(f"HOST={host} is not an address of this machine.")
    return ServeProblem(
        f"Port {port} on {host} cannot be had ({error.strerror}): choose another, as in PORT=8001 ./run"
    )


def _is_loopback(listening: socket.socket) -> bool:
    return ipaddress.ip_address(listening.getsockname()[0].split("%")[0]).is_loopback


def _address(host: str, listening: socket.socket) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listening.getsockname()[1]}/"


@contextlib.contextmanager
def _only_server(var: Path) -> Iterator[Callable[[str], None]]:
    """A lock held for as long as this process lives; what it yields notes our address in the file."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "serve.lock").open("a+", encoding="utf-8") as file:
        file.seek(0)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = file.read().strip() or "an address it is about to print"
            raise ServeProblem(f"This checkout is being served already, at {where}") from None
        file.truncate(0)

        def note(address: str) -> None:
            file.write(f"{address}\n")
            file.flush()

        yield note


# serving


class _Task(WSGITask):  # type: ignore[misc]  # waitress has no types
    """A request being answered. waitress hangs up after each answer without a body, having no length to
    end it with; but 204 and 304 end with their headers (RFC 9112, 6.3), and a browser that asks whether
    what it keeps is still the same would call again for every file and tile."""

    def set_close_on_finish(self) -> None:
        """Hang up after this answer, unless only the missing length speaks for it."""
        wanted = self.request.headers.get("CONNECTION", "").lower() != "close"
        if self.has_body or self.version != "1.1" or not wanted:
            super().set_close_on_finish()


def _open(
    app: Any, listening: socket.socket, channels: dict[int, Any], trusted_proxies: int
) -> Any:
    try:
        server = waitress.create_server(
            app,
            map=channels,
            sockets=[listening],
            threads=THREADS,
            ident=None,
            max_request_body_size=LARGEST_BODY,
            # With proxies in front the application reads X-Forwarded-* itself; waitress would drop it.
            clear_untrusted_proxy_headers=not trusted_proxies,
        )
    except OSError as error:  # two programs may bind a port; the second to listen learns it here
        host, port = listening.getsockname()[:2]
        raise _taken(host, port, error) from error
    server.channel_class = _Channel
    return server


class _TooLarge(RequestEntityTooLarge):
    """More than any file may have, told in words: the application never sees it."""

    def to_response(self, _: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        headers = [("Content-Type", "text/html; charset=utf-8")]
        return f"{self.code} {self.reason}", headers, TOO_LARGE.encode()


class _Parser(HTTPRequestParser):
    def received(self, data: bytes) -> int:
        consumed = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):
            self.error = _TooLarge("")
        return consumed


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A visitor's connection."""

    task_class, parser_class = _Task, _Parser


def _drain(server: Any, channels: dict[int, Any]) -> None:
    """Take no new connection, finish the answers in hand, close the rest."""
    wasyncore.dispatcher.close(server)  # the listening socket only; threads still need the trigger
    deadline = time.monotonic() + DRAIN_S
    while time.monotonic() < deadline and any(
        channel.requests or channel.total_outbufs_len
        for channel in list(server.active_channels.values())
    ):
        wasyncore.loop(timeout=0.1, map=channels, count=1)
    server.task_dispatcher.shutdown(timeout=1)
    wasyncore.close_all(channels)


def _stop_database(cluster: Cluster, since: float) -> None:
    """Stop the database if this ./run started it and nobody else uses it."""
    own_name = os.environ["PGAPPNAME"]
    if (
        cluster.is_running()
        and cluster.started_at() >= since
        and not cluster.has_other_clients(own_name)
    ):
        cluster.stop()


# the greeting


def _greet(address: str, var: Path) -> None:
    print(f"\n縁側 Engawa: {address}\n", flush=True)
    accounts = var / "demo_accounts.json"
    if accounts.exists():
        print("\n".join(_sign_ins(json.loads(accounts.read_text(encoding="utf-8")))))
    print("Ctrl-C で終わります / stops it.", flush=True)


def _sign_ins(accounts: list[dict[str, str]]) -> list[str]:
    """The demo accounts as aligned lines; an ideograph is two columns wide."""
    titles = {
        "email": "メール email",
        "password": "パスワード password",
        "role": "役割 role",
        "municipality": "市町村 municipality",
    }
    rows = [list(titles.values())]
    rows += [[str(account.get(key) or "") for key in titles] for account in accounts]
    widths = [max(map(_columns, column)) for column in zip(*rows, strict=True)]
    return [
        "  "
        + "  ".join(
            cell + " " * (width - _columns(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ] + [""]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


if __name__ == "__main__":
    sys.exit(main())
