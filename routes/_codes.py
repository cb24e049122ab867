"""The square of a code, as a drawing inside the page: no picture to fetch, sharp on any paper."""

import segno
from flask import abort, current_app, request
from markupsafe import Markup

LONGEST_HOST = 261  # a name of 253 signs (RFC 1035), a colon and a port: what is longer is none


def square(address: str) -> Markup:
    """A QR code that leads to an address; a quarter of it may be dirty (level M is 15 %, Q 25 %)."""
    drawn = segno.make(address, error="q", micro=False)
    return Markup(drawn.svg_inline(border=4, svgclass="square", lineclass=None, omitsize=True))  # noqa: S704 - our own drawing


def site() -> str:
    """Where squares and links open the house, without a / at its end: as configured, else as the reader came."""
    configured = current_app.extensions["settings"].site_url
    if not configured and len(request.host) > LONGEST_HOST:
        abort(400)
    return str(configured or request.url_root).rstrip("/")
