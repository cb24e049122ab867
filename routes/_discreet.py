"""Pages whose address is a secret of whoever holds it: no other page is told, and nobody keeps them."""

from flask import Response


def discreet(response: Response) -> Response:
    """For ``after_request`` of a door."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
