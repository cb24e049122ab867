"""2段階のログイン: the second half of signing in, one's own telephone, and what a municipality asks for."""

from collections.abc import Callable
from uuid import UUID

import segno
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_login import current_user

from geo import second_step as answers
from geo import sign_in
from geo.errors import GeoError, Invalid, LinkEnded, TooManyTries, WrongCode
from geo.records import accounts, second_steps
from routes import _entering, _sessions
from routes._errors import WORDS
from routes._guard import SIGN_INS, limiter
from routes._request import now, own_scope, reading, writing
from routes._roles import ANYONE, Role, allow

bp = Blueprint("second_step", __name__, url_prefix="/accounts")

SIGNED_IN = tuple(role for role in Role if role != Role.RESIDENT)
Page = str | Response | tuple[str, int]


@bp.route("/sign-in/second", methods=["GET", "POST"])
@allow(*ANYONE)
@limiter.limit(SIGN_INS, methods=["POST"])
def enter() -> Page:
    """Who knew the password shows a code; only then is there a session."""
    half = _sessions.half()
    if half is None:
        return redirect(url_for("accounts.sign_in"))
    if request.method == "GET":
        return render_template("accounts/second_step.html", words="", hint="")
    try:
        with writing() as db:
            token = answers.enter(db, half, _code(), _sessions.caller(), now())
            last = sign_in.last_time(db, token)
    except (WrongCode, TooManyTries) as error:
        if isinstance(error, WrongCode):
            with writing() as db:
                _entering.count_failure(db, answers.whose(db, half, now()), "code")
        status, words, hint = WORDS[type(error)]
        return render_template("accounts/second_step.html", words=words, hint=hint), status
    except LinkEnded:
        _sessions.end()
        flash("too_slow")
        return redirect(url_for("accounts.sign_in"))
    return _entering.arrive(token, last)


@bp.get("/mine/second-step")
@allow(*SIGNED_IN)
def mine() -> str:
    """Whether one's account has a second step, and what may be done about it."""
    return _mine("state")


@bp.post("/mine/second-step")
@allow(*SIGNED_IN)
@limiter.limit(SIGN_INS)
def begin() -> Page:
    """A new secret, shown once, for the telephone."""

    def work() -> str:
        with writing() as db:
            begun = answers.begin(db, own_scope(), _password(), _sessions.caller(), now())
        return _mine("begun", secret=begun.secret, picture=_picture(begun.address))

    return _tried(work, "state")


@bp.post("/mine/second-step/confirm")
@allow(*SIGNED_IN)
@limiter.limit(SIGN_INS)
def confirm() -> Page:
    """A code of the telephone that has the secret: from now on it is asked for."""

    def work() -> str:
        with writing() as db:
            codes = answers.confirm(
                db, own_scope(), _code(), _sessions.caller(), current_user.session, now()
            )
        return _mine("codes", codes=codes)

    return _tried(work, "begun")


@bp.post("/mine/second-step/codes")
@allow(*SIGNED_IN)
@limiter.limit(SIGN_INS)
def codes() -> Page:
    """New codes on paper for the old ones."""

    def work() -> str:
        with writing() as db:
            new = answers.renew_codes(
                db, own_scope(), _password(), _code(), _sessions.caller(), now()
            )
        return _mine("codes", codes=new)

    return _tried(work, "state")


@bp.post("/mine/second-step/off")
@allow(*SIGNED_IN)
@limiter.limit(SIGN_INS)
def off() -> Page:
    """No second step any more."""

    def work() -> Response:
        with writing() as db:
            answers.switch_off(db, own_scope(), _password(), _code(), _sessions.caller(), now())
        flash("second_step_off")
        return redirect(url_for("second_step.mine"))

    return _tried(work, "state")


@bp.post("/<uuid:account_id>/second-step/off")
@allow(Role.ADMINISTRATOR)
def off_for(account_id: UUID) -> str:
    """For somebody who lost the telephone: without it, by a one-time link to a new password."""
    with writing() as db:
        name = accounts.get(db, own_scope(), account_id).name
        token = answers.switch_off_for(db, own_scope(), account_id, now())
    address = url_for("accounts.use_reset_link", token=token, _external=True)
    return render_template("accounts/link.html", address=address, name=name)


@bp.post("/required/<municipality>")
@allow(Role.ADMINISTRATOR)
def require(municipality: str) -> Response:
    """Which roles of a municipality have to have a second step."""
    with writing() as db:
        answers.ask_roles(db, own_scope(), municipality, request.form.getlist("roles"))
    flash("saved")
    return redirect(url_for("accounts.index"))


def _tried(work: Callable[[], str | Response], stage: str) -> Page:
    """A page that says what was wrong, where something was; failures are counted as at the door."""
    try:
        return work()
    except (Invalid, WrongCode) as error:
        wrong_code = isinstance(error, WrongCode)
        with writing() as db:
            _entering.count_failure(db, current_user.email, "code" if wrong_code else "password")
        words = WORDS[WrongCode][1]
        said = [{"name": "code", "words": words}] if wrong_code else _entering.problems(error)
        return _mine(stage, problems=said), 422
    except TooManyTries as error:
        return _mine(stage, refused=_words(error)), 429
    except LinkEnded:
        return redirect(url_for("second_step.mine"))


def _words(error: GeoError) -> dict[str, str]:
    _status, words, hint = WORDS[type(error)]
    return {"words": words, "hint": hint}


def _mine(stage: str, **told: object) -> str:
    scope = own_scope()
    given = {"secret": "", "picture": "", "codes": [], "problems": [], "refused": None, **told}
    return render_template(
        "accounts/mine_second_step.html",
        stage=stage,
        state=second_steps.find_state(reading(), scope, current_user.account),
        owed=current_user.owes_second_step,
        **given,
    )


def _picture(address: str) -> str:
    """A QR code as an SVG that stands in the page."""
    return segno.make(address, error="m").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )


def _code() -> str:
    return request.form.get("code", "")[:100]


def _password() -> str:
    return request.form.get("password", "")[:1000]
