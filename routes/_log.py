"""One line for each request: when, which, how it ended, how long it took. Nobody is in it: no
address, no account, no query, no body; a one-time link's token, a campaign's code and the link of who told
something are masked."""

import json
import logging
import re
import secrets
import sys
import time

from flask import Flask, Response, g, request

from routes._request import FILES

LOG = logging.getLogger("engawa")
_KNOWN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_SECRET = re.compile(r"(?:(?<=/accounts/reset/)|(?<=^/c/)|(?<=^/told/))[^/]+")


def register(app: Flask) -> None:
    """Number each request and write its line when it ends."""
    if not LOG.handlers:
        LOG.addHandler(logging.StreamHandler(sys.stderr))
        LOG.setLevel(logging.INFO)
        LOG.propagate = False
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """The number a person can read out on the telephone when something failed."""
    return g.get("request_id", "-")


def write(event: str, **facts: object) -> None:
    """One line of log about this request."""
    line = {"at": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "id": request_id(), "event": event}
    LOG.info(json.dumps(line | facts, ensure_ascii=False))


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _KNOWN_ID.fullmatch(given) else secrets.token_hex(8)
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    if request.endpoint not in FILES:
        write(
            "request",
            method=request.method,
            path=_SECRET.sub("…", request.path),
            status=response.status_code,
            ms=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000),
        )
    return response
