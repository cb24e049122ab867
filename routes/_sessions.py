"""Who is behind a request: flask-login over session rows (DATA 16).

The signed cookie holds a random token; the row decides, at every request, whether it still counts.
"""

from flask import (
    Flask,
    Request,
    Response,
    current_app,
    g,
    jsonify,
    redirect,
    request,
    session,
    url_for,
)
from flask_login import LoginManager, UserMixin, current_user

from geo import sign_in
from geo.records.accounts import SignedIn
from geo.scope import Role
from geo.sign_in import Caller
from routes._request import FILES, PROGRAMS, now, reading, writing

TOKEN = "token"  # noqa: S105 - the name of the key, not a secret
ENDED = "ended"
HALF = "half"  # of who knew the password and owes a code (geo/second_step.py)
# Doors that stand open to who has to get a second step first.
_BEFORE_SECOND_STEP = ("second_step.", "accounts.sign_out", "home.healthz", "home.favicon")


class Reader(UserMixin):
    """The account behind this request."""

    def __init__(self, signed_in: SignedIn) -> None:
        self.id = str(signed_in.session)
        self.session = signed_in.session
        self.account = signed_in.account
        self.email = signed_in.email
        self.name = signed_in.name
        self.role: Role = signed_in.role
        self.municipality = signed_in.municipality
        self.areas = signed_in.areas
        self.owes_second_step = signed_in.owes_second_step


def register(app: Flask) -> None:
    """Ask the session row at each request; send who is not signed in to the sign-in page."""
    manager = LoginManager(app)
    manager.session_protection = None  # a phone changes its address; the row is the protection
    manager.login_view = "accounts.sign_in"
    manager.login_message = None
    manager.request_loader(_reader)
    app.before_request(_know)
    settings = app.extensions["settings"]
    app.config.update(
        SESSION_COOKIE_NAME="engawa",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=sign_in.LONGEST,
    )


def begin(token: str) -> None:
    """Put a new session's token in the cookie, and nothing that was there before."""
    session.clear()
    session.permanent = True
    session[TOKEN] = token


def begin_half(token: str) -> None:
    """Remember, in this browser alone, that the password was right and a code is still owed."""
    session.clear()
    session[HALF] = token


def half() -> str | None:
    """The half sign-in of this browser, if there is one."""
    token = session.get(HALF)
    return token if isinstance(token, str) else None


def end() -> None:
    """Forget the session on this device."""
    session.clear()


def was_ended() -> bool:
    """Whether this device was signed in and somebody ended that (a lost device, a new password),
    rather than that the time ran out. Remembered by the cookie until the next sign-in."""
    return bool(session.get(ENDED))


def caller() -> Caller:
    """Where this request comes from, for counting failed sign-ins."""
    device = request.user_agent.string or "-"
    return Caller(request.remote_addr or "-", device, current_app.secret_key.encode())


def _know() -> Response | tuple[Response, int] | None:
    """Know who reads before anything else: the pages about errors and the headers should not have
    to ask a database that may be away. Who has to have a second step is led to it first; a program on
    a device is told so."""
    if request.endpoint in FILES or not current_user.is_authenticated:
        return None
    first = (request.endpoint or "").startswith(_BEFORE_SECOND_STEP)
    if current_user.owes_second_step and not first:
        if request.endpoint in PROGRAMS:
            return jsonify(code="second_step", revoked=False), 401
        return redirect(url_for("second_step.mine"))
    return None


def _reader(_request: Request) -> Reader | None:
    token = session.get(TOKEN)
    if not token or "asked" in g:
        return None  # asked before without an answer: the page that says so is for a guest
    g.asked = True
    signed_in = sign_in.find_signed_in(reading(), token, now())
    if signed_in is None:
        ended = sign_in.was_ended(reading(), token)
        session.clear()
        if ended:
            session[ENDED] = True
        return None
    if signed_in.seen_at < now() - sign_in.SEEN_EVERY:
        with writing() as db:
            sign_in.note_seen(db, signed_in, now())
    return Reader(signed_in)
