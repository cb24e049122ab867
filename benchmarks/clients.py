"""Eight clients with one kept connection each, who ask a server for a list of addresses in turns."""

import re
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

CLIENTS = 8
_STATUS = re.compile(rb"HTTP/1\.1 (\d+)")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_TAG = re.compile(rb"(?i)\r\netag: *([^\r]+)")


@dataclass
class Heard:
    """What the clients got, by the number of each question: milliseconds, bytes of bodies, tags; and
    how many questions had an answer that was not expected."""

    ms: dict[int, float] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    tags: dict[int, list[bytes]] = field(default_factory=dict)
    errors: int = 0
    seconds: float = 0.0


def ask(
    address: str,
    questions: Sequence[Sequence[str]],
    known: Heard | None = None,
    expected: tuple[int, ...] = (200, 204),
) -> Heard:
    """Ask for every question, whose paths one client asks for one after another.

    known  what they have already: they ask only whether it is still the same
    """
    heard = Heard()

    def client(first: int) -> None:
        with _Line(address) as line:
            for number in range(first, len(questions), CLIENTS):
                paths = questions[number]
                tags = known.tags[number] if known else [b""] * len(paths)
                began = time.perf_counter()
                answers = [line.get(*asked) for asked in zip(paths, tags, strict=True)]
                heard.ms[number] = (time.perf_counter() - began) * 1000
                heard.sizes[number] = sum(len(answer.body) for answer in answers)
                heard.tags[number] = [answer.tag for answer in answers]
                heard.errors += any(answer.status not in expected for answer in answers)

    heard.seconds = at_once([lambda n=n: client(n) for n in range(CLIENTS)])
    return heard


def at_once(works: Sequence[Callable[[], None]]) -> float:
    """Every piece of work in a thread of its own; the seconds until the last is done."""
    began = time.perf_counter()
    with ThreadPoolExecutor(len(works)) as threads:
        for work in [threads.submit(work) for work in works]:
            work.result()
    return time.perf_counter() - began


@dataclass(frozen=True)
class _Answer:
    status: int
    tag: bytes
    body: bytes


class _Line:
    """The least of a browser: a connection that is kept as long as the server keeps it. Python's own
    client would cost more than some of the answers."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._where = (parts.hostname, parts.port)
        self._host = parts.netloc.encode()
        self._line: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def get(self, path: str, tag: bytes) -> _Answer:
        """Ask for a path, packed if they like; with a tag, only if it has changed."""
        if self._line is None:
            self._line = socket.create_connection(self._where, timeout=60)
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        known = b"If-None-Match: " + tag + b"\r\n" if tag else b""
        asked = f"GET {path} HTTP/1.1\r\n".encode()
        host = b"Host: " + self._host + b"\r\nAccept-Encoding: gzip\r\n"
        self._line.sendall(asked + host + known + b"\r\n")
        got = self._more()
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _, body = got.partition(b"\r\n\r\n")
        status, length = int(_STATUS.match(head)[1]), _LENGTH.search(head)
        while length and status not in (204, 304) and len(body) < int(length[1]):
            body += self._more()
        if b"connection: close" in head.lower():
            self._hang_up()
        tag = _TAG.search(head)
        return _Answer(status, tag[1] if tag else b"", body)

    def _more(self) -> bytes:
        got = self._line.recv(1 << 18)
        if not got:
            raise ConnectionError("the server hung up")
        return got

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None
