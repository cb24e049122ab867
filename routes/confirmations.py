"""番号で答える: /c/. A host without an account types the code of a postcard, or follows its square, and
says whether the entry still holds. GET shows, POST proposes; a person of the staff applies."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for

from geo import codes, confirmations, suggestions
from geo.confirmations import Caller, Opened
from geo.days import parse_date
from geo.edits import opening_values
from geo.errors import Invalid
from geo.openings import parse_openings
from geo.records import municipalities
from geo.suggestions import About, Said
from routes import _cards
from routes._discreet import discreet
from routes._errors import field_words
from routes._guard import SIGN_INS, limiter
from routes._lists import kinds_by_code
from routes._request import now, reading, today, writing
from routes._roles import ANYONE, allow

bp = Blueprint("confirmations", __name__, url_prefix="/c")
bp.after_request(discreet)  # the address of a page names its code

TEXTS = ("address", "fee", "booking", "eligibility_note")
OPENINGS = ("days", "opens", "closes", "days_note")
BY_HAND, BY_LINK = "code", "link"


@bp.get("/")
@allow(*ANYONE)
def index() -> str:
    """Where a code is typed."""
    return _ask("")


@bp.post("/")
@allow(*ANYONE)
@limiter.limit(SIGN_INS)
def look_up() -> str | Response | tuple[str, int]:
    """To the page of the typed code; writes nothing but that it was wrong."""
    typed = request.form.get("code", "")[:100]
    opened = _open(typed)
    if opened is None:
        return _ask(typed, is_wrong=True), 404
    return redirect(url_for("confirmations.show", letters=codes.read(typed), by="hand"), 303)


@bp.get("/<letters>")
@allow(*ANYONE)
@limiter.limit(SIGN_INS)
def show(letters: str) -> str | tuple[str, int]:
    """What everybody may see of the entry, and three answers."""
    opened = _open(letters)
    if opened is None:
        return _ask(letters, is_wrong=True), 404
    return _page(opened, letters)


@bp.post("/<letters>")
@allow(*ANYONE)
@limiter.limit(SIGN_INS)
def answer(letters: str) -> str | tuple[str, int]:
    """Keep an answer for the staff; the register stays as it is."""
    opened = _open(letters)
    if opened is None:
        return _ask(letters, is_wrong=True), 404
    typed = {name: text.replace("\r\n", "\n") for name, text in request.form.items()}
    try:
        said = _said(typed, opened)
        origin = BY_HAND if typed.get("by") == "hand" else BY_LINK
        about = About(origin, opened.resource, opened.row.revision, opened.campaign.id)
        with writing() as db:
            suggestions.receive(db, opened.scope, _id(typed), about, said, now())
    except Invalid as refused:
        return _page(opened, letters, typed, refused), 422
    return render_template(
        "confirmations/thanks.html",
        municipality=_municipality(opened),
        name=opened.row.name,
        answer=said.kind,
        letters=letters,
        day=now(),
    )


def _open(typed: str) -> Opened | None:
    """What a code opens; a wrong one is counted. Raises TooManyCodes."""
    caller = Caller(request.remote_addr or "-", current_app.secret_key.encode())  # type: ignore[union-attr]
    with writing() as db:
        return confirmations.open_code(db, typed, caller, now(), today())


def _said(typed: Mapping[str, str], opened: Opened) -> Said:
    """The answer as geo.suggestions reads it. Raises Invalid."""
    kind, values, words = typed.get("answer", ""), {}, ""
    problems: dict[str, str] = {}
    if kind == "changed":
        values, words = _changed(typed, opened), typed.get("words", "")
    if kind == "ended":
        words = typed.get("ended_words", "")
        text = typed.get("closed_on", "").strip()
        day = parse_date(text)
        if text and day is None:
            problems["closed_on"] = "not_a_date"
        elif day and day > today():
            problems["closed_on"] = "day_to_come"
        elif day:
            values["closed_on"] = day.isoformat()
    if kind not in suggestions.ANSWERS:
        problems["answer"] = "unknown_choice"
    if problems:
        raise Invalid(fields=problems)
    try:
        return Said.parse(kind, values, words)
    except Invalid as refused:
        fields: Mapping[str, str] = refused.facts["fields"]  # type: ignore[assignment]
        named = {
            "ended_words" if kind == "ended" and f == "words" else f: c for f, c in fields.items()
        }
        raise Invalid(fields=named) from None


def _changed(typed: Mapping[str, str], opened: Opened) -> dict[str, Any]:
    """What was filled in and is not what the page showed."""
    values: dict[str, Any] = {}
    for name in TEXTS:
        text = typed.get(name, "").strip()
        if text and text != getattr(opened.row, name):
            values[name] = text
    if any(typed.get(name, "").strip() for name in OPENINGS):
        read = parse_openings(*(typed.get(name, "") for name in OPENINGS), "")
        values["openings"] = [opening_values(opening) for opening in read]
    return values


def _id(typed: Mapping[str, str]) -> UUID:
    try:
        return UUID(typed.get("id", ""))
    except ValueError:
        raise Invalid(fields={"draft": "incomplete"}) from None


def _ask(typed: str, *, is_wrong: bool = False) -> str:
    slip = is_wrong and codes.read(typed) is None
    return render_template("confirmations/index.html", typed=typed, is_wrong=is_wrong, slip=slip)


def _page(
    opened: Opened,
    letters: str,
    typed: Mapping[str, str] | None = None,
    refused: Invalid | None = None,
) -> str:
    problems = field_words(refused.facts["fields"]) if refused else {}  # type: ignore[arg-type]
    kinds = kinds_by_code(reading(), opened.scope)
    return render_template(
        "confirmations/show.html",
        municipality=_municipality(opened),
        resource=_cards.page(opened.row, kinds, today()),
        campaign=opened.campaign,
        letters=letters,
        id=(typed or {}).get("id") or str(uuid4()),
        by=(typed or request.args).get("by", ""),
        typed=typed or {},
        problems=[{"name": name, "words": words} for name, words in problems.items()],
    )


def _municipality(opened: Opened) -> Any:
    return municipalities.get(reading(), opened.scope, opened.campaign.municipality)
