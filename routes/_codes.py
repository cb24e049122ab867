"""The square of a code, as a drawing inside the page: no picture to fetch, sharp on any paper."""

import segno
from flask import current_app, request
from markupsafe import Markup


def square(address: str) -> Markup:
    """A QR code that leads to an address; a quarter of it may be dirty (level M is 15 %, Q 25 %)."""
    drawn = segno.make(address, error="q", micro=False)
    return Markup(drawn.svg_inline(border=4, svgclass="square", lineclass=None, omitsize=True))  # noqa: S704 - our own drawing


def site() -> str:
    """The address under which people open this installation, with the last slash or without."""
    return str(current_app.extensions["settings"].site_url or request.url_root)
