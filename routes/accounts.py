"""アカウント: signing in and out, one's own devices and password, and an administrator's list."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from geo import sign_in as answers
from geo.errors import Invalid, TooManyTries, WrongSignIn
from geo.records import accounts, districts, municipalities, second_steps
from geo.scope import Scope
from routes import _entering, _sessions
from routes._errors import WORDS
from routes._guard import SIGN_INS, limiter
from routes._request import now, own_scope, reading, writing
from routes._roles import ANYONE, WRITERS, Role, allow

bp = Blueprint("accounts", __name__, url_prefix="/accounts")

SIGNED_IN = tuple(role for role in Role if role != Role.RESIDENT)


@bp.route("/sign-in", methods=["GET", "POST"])
@allow(*ANYONE)
@limiter.limit(SIGN_INS, methods=["POST"])
def sign_in() -> str | Response | tuple[str, int]:
    """The sign-in page."""
    if request.method == "GET":
        return render_template("accounts/sign_in.html", email="", words="", hint="")
    email, password = request.form.get("email", "")[:200], request.form.get("password", "")[:1000]
    try:
        with writing() as db:
            entered = answers.sign_in(db, email, password, _sessions.caller(), now())
            last = None if entered.half else answers.last_time(db, entered.token)
    except (WrongSignIn, TooManyTries) as error:
        if isinstance(error, WrongSignIn):
            with writing() as db:
                _entering.count_failure(db, email, "password")
        status, words, hint = WORDS[type(error)]
        page = render_template("accounts/sign_in.html", email=email, words=words, hint=hint)
        return page, status
    if entered.half:
        _sessions.begin_half(entered.token)
        return redirect(url_for("second_step.enter", next=request.args.get("next")))
    return _entering.arrive(entered.token, last)


@bp.post("/sign-out")
@allow(*ANYONE)
def sign_out() -> Response:
    """End this device's session; nothing happens where there is none.

    The page's script has looked into what the field left on the device, and says so (``device``: clean,
    wiped). Where no script did, who may use the field is told that it may still lie there.
    """
    is_left = False
    if current_user.is_authenticated:
        looked = request.form.get("device") in ("clean", "wiped")
        is_left = current_user.role in WRITERS and not looked
        with writing() as db:
            answers.sign_out(db, own_scope(), current_user.session, now())
    _sessions.end()
    if is_left:
        flash("left_on_device")
    return redirect(url_for("home.index"))


@bp.get("/mine")
@allow(*SIGNED_IN)
def mine() -> str:
    """One's own account: role, areas, devices."""
    return _mine([])


@bp.post("/mine/password")
@allow(*SIGNED_IN)
@limiter.limit(SIGN_INS)
def password() -> str | Response | tuple[str, int]:
    """One's own new password."""
    form = request.form
    try:
        if form.get("password", "") != form.get("again", ""):
            raise Invalid(fields={"again": "not_the_same"})
        with writing() as db:
            answers.change_password(
                db,
                own_scope(),
                form.get("old", "")[:1000],
                form.get("password", ""),
                current_user.session,
                _sessions.caller(),
                now(),
            )
    except Invalid as error:
        if "old" in error.facts["fields"]:  # type: ignore[operator]
            with writing() as db:
                _entering.count_failure(db, current_user.email, "password")
        return _mine(_entering.problems(error)), 422
    flash("password_changed")
    return redirect(url_for("accounts.mine"))


@bp.post("/mine/sessions/<uuid:session_id>/end")
@allow(*SIGNED_IN)
def end_session(session_id: UUID) -> Response:
    """Sign out a device that is lost or no longer in use."""
    with writing() as db:
        answers.sign_out(db, own_scope(), session_id, now())
    flash("device_signed_out")
    return redirect(url_for("accounts.mine"))


@bp.get("/")
@allow(Role.ADMINISTRATOR)
def index() -> str:
    """Accounts of the administrator's municipality, or of all."""
    return _index({}, [])


@bp.post("/")
@allow(Role.ADMINISTRATOR)
def add() -> str | Response | tuple[str, int]:
    """A new account; the person chooses a password by the link shown once."""
    form = request.form.to_dict()
    try:
        with writing() as db:
            account = answers.add(
                db,
                own_scope(),
                email=form.get("email", ""),
                name=form.get("name", ""),
                role=form.get("role", ""),
                municipality=form.get("municipality") or current_user.municipality,
                password=None,
            )
            token = answers.make_reset_link(db, own_scope(), account.id, now())
    except Invalid as error:
        return _index(form, _entering.problems(error)), 422
    return _link(token, account.name)


@bp.route("/<uuid:account_id>", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR)
def change(account_id: UUID) -> str | Response | tuple[str, int]:
    """One account: role, areas, closed or not."""
    db, scope = reading(), own_scope()
    row = accounts.get(db, scope, account_id)
    if request.method == "GET":
        return _account(db, scope, row, [])
    try:
        with writing() as db:
            answers.change(
                db,
                scope,
                account_id,
                role=request.form.get("role", ""),
                is_active=request.form.get("is_active") == "1",
                areas=_uuids(request.form.getlist("areas")),
                now=now(),
            )
    except Invalid as error:
        return _account(
            reading(), scope, accounts.get(reading(), scope, account_id), _entering.problems(error)
        ), 422
    flash("account_changed")
    return redirect(url_for("accounts.index"))


@bp.post("/<uuid:account_id>/reset")
@allow(Role.ADMINISTRATOR)
def make_reset_link(account_id: UUID) -> str:
    """A one-time link for somebody who forgot the password."""
    with writing() as db:
        row = accounts.get(db, own_scope(), account_id)
        token = answers.make_reset_link(db, own_scope(), account_id, now())
        name = row.name
    return _link(token, name)


@bp.route("/reset/<token>", methods=["GET", "POST"])
@allow(*ANYONE)
@limiter.limit(SIGN_INS)
def use_reset_link(token: str) -> str | Response | tuple[str, int]:
    """Where a one-time link leads: a new password. Opening the page uses nothing up."""
    if request.method == "GET":
        return render_template("accounts/reset.html", problems=[])
    form = request.form
    try:
        if form.get("password", "") != form.get("again", ""):
            raise Invalid(fields={"again": "not_the_same"})
        with writing() as db:
            answers.use_reset_link(db, token, form.get("password", ""), now())
    except Invalid as error:
        return render_template("accounts/reset.html", problems=_entering.problems(error)), 422
    flash("password_chosen")
    return redirect(url_for("accounts.sign_in"))


def _mine(problems: list[dict[str, str]]) -> str:
    db, scope = reading(), own_scope()
    return render_template(
        "accounts/mine.html",
        place=municipalities.find(db, scope, current_user.municipality or ""),
        areas=districts.list_of_accounts(db, scope, current_user.areas or ()),
        sessions=accounts.list_sessions(db, scope, now()),
        second_step=second_steps.find_state(db, scope, current_user.account),
        problems=problems,
    )


def _index(form: dict[str, str], problems: list[dict[str, str]]) -> str:
    db, scope = reading(), own_scope()
    return render_template(
        "accounts/index.html",
        accounts=accounts.list_all(db, scope),
        with_second_step=second_steps.list_with(db, scope),
        places=municipalities.list_all(db, scope),
        roles=[str(role) for role in SIGNED_IN],
        form=form,
        problems=problems,
    )


def _account(
    db: Session, scope: Scope, row: accounts.Account, problems: list[dict[str, str]]
) -> str:
    home = Scope(row.municipality, scope.role)
    return render_template(
        "accounts/change.html",
        account=row,
        second_step=second_steps.find_state(db, scope, row.id),
        roles=[str(role) for role in SIGNED_IN],
        levels=[
            {"level": level, "districts": districts.list_at_level(db, home, level.code)}
            for level in (districts.list_levels(db, home) if row.municipality else [])
        ],
        chosen={str(id_) for id_ in accounts.list_areas(db, scope, row.id)},
        problems=problems,
    )


def _link(token: str, name: str) -> str:
    address = url_for("accounts.use_reset_link", token=token, _external=True)
    return render_template("accounts/link.html", address=address, name=name)


def _uuids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError:
        raise Invalid(fields={"areas": "unknown_choice"}) from None
