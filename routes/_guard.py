"""What stands before every door: CSRF, security headers with a nonce for scripts, rate limits."""

import secrets

from flask import Flask, Response, abort, current_app, g, jsonify, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from geo import photos
from geo.intake.datasets import LARGEST_MB, TABLE_MB
from routes import _sessions
from routes._request import FILES, PROGRAMS
from routes._windows import Windows

MEGABYTE = 1_000_000
# Our choice: what somebody without an account sends is a page of words at most; a million fields in 2 MB are two
# seconds of work before anybody has asked who sends them.
STRANGERS_KB = 64
# Doors that take files, and the largest in MB; each kind of file has its own limit below that.
FILE_DOORS = {
    "previews.send": LARGEST_MB,
    "workbooks.send": TABLE_MB,
    "where.start": TABLE_MB,
    "field.receive_photo": photos.LARGEST_MB,
}
# Our choice: a whole office behind one address may read quickly; nobody types faster than this.
READS = "1800 per minute"
SIGN_INS = "60 per minute"
SENDING = "30 per minute"
DRAGS = "3600 per minute"  # of a point over a map: one request after the other, each some 15 ms
TILES = "9000 per minute"  # a view of a map is some 12 tiles, a walk over it some 100

csrf = CSRFProtect()
limiter = Limiter(
    get_remote_address, default_limits=[READS], storage_uri=f"{Windows.STORAGE_SCHEME[0]}://"
)


class _CookieWhereItMatters(SecureCookieSessionInterface):
    """Flask's cookie, but not on answers that are the same for everybody."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie, and ``Vary: Cookie``, for the other answers only."""
        if request.endpoint not in FILES:
            super().save_session(app, session, response)


def register(app: Flask) -> None:
    """Guard the application. In-memory limits are right only in one process (DATA 17)."""
    app.config.update(
        MAX_CONTENT_LENGTH=2 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form may lie open over lunch
    )
    proxies = app.extensions["settings"].trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    app.session_interface = _CookieWhereItMatters()
    app.before_request(_ask_programs_to_sign_in)  # before the token, which ended with the session
    app.before_request(_make_room)  # before the token is looked for, which reads what was sent
    csrf.init_app(app)
    limiter.init_app(app)
    app.jinja_env.globals["csp_nonce"] = nonce
    app.after_request(_headers)


def nonce() -> str:
    """The number that lets this response's own script and style blocks run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return g.nonce


def _ask_programs_to_sign_in() -> tuple[Response, int] | None:
    """401 for a device whose session has run out, or was ended from elsewhere (a lost device)."""
    if request.endpoint not in PROGRAMS or current_user.is_authenticated:
        return None
    return jsonify(code="sign_in", revoked=_sessions.was_ended()), 401


def _make_room() -> Response | None:
    """A file may be larger than a form, from those who may send one; nobody else's is read at all. A stranger's form
    is small."""
    largest_mb = FILE_DOORS.get(request.endpoint or "")
    if request.method != "POST":
        return None
    if largest_mb is None:
        if not current_user.is_authenticated:
            request.max_content_length = STRANGERS_KB * 1_000
        return None
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()
    if current_user.role not in current_app.view_functions[request.endpoint].allowed_roles:
        abort(403)
    request.max_content_length = (largest_mb + 1) * MEGABYTE  # and the other fields of the form
    return None


def _raster() -> str:
    """The one other host that pictures may come from, if the installation names one."""
    origin = current_app.extensions["settings"].raster_origin
    return f" {origin}" if origin else ""


def _headers(response: Response) -> Response:
    headers = response.headers
    if "Content-Security-Policy" not in headers:
        headers["Content-Security-Policy"] = (
            "default-src 'self'; "
            f"script-src 'self' 'nonce-{nonce()}'; style-src 'self' 'nonce-{nonce()}'; "
            f"img-src 'self' data: blob:{_raster()}; object-src 'none'; base-uri 'none'; "
            "frame-ancestors 'none'; form-action 'self'"
        )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Permissions-Policy"] = "geolocation=(self), camera=(self), microphone=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint not in FILES:
        personal = current_user and current_user.is_authenticated
        headers.setdefault("Cache-Control", "no-store" if personal else "no-cache")
        headers.add("Vary", "Cookie")
    return response
