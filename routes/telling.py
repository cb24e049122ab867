"""教えてください: /tell/ and /told/. Whoever was there says in two taps that an entry is otherwise, or that
there is something new; without an account, and by a link they see what became of it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from sqlalchemy import Row

from geo import stamps, telling
from geo.errors import Invalid, NotFound
from geo.records import municipalities, shelf
from geo.records import suggestions as records
from geo.records.kinds import Kind
from geo.scope import EVERYBODY, Scope
from geo.suggestions import About, Said
from geo.telling import Teller
from routes import _cards
from routes._codes import site, square
from routes._discreet import discreet
from routes._errors import field_words
from routes._guard import SENDING, limiter
from routes._lists import kinds_by_code
from routes._request import now, reading, today, writing
from routes._roles import ANYONE, allow

bp = Blueprint("telling", __name__)
bp.after_request(
    discreet
)  # the address of /told/ is its sender's; a form carries a stamp of its own

TRAP = "homepage"  # a field that people do not see and programs fill in
HOUR_S = "3600"

Typed = Mapping[str, str]
Page = Callable[[Typed, Invalid | None], str]


@bp.get("/tell/<uuid:resource_id>")
@allow(*ANYONE)
def show(resource_id: UUID) -> str | Response:
    """Large buttons, each of which is a whole answer."""
    row = _entry(resource_id)
    if row.id != resource_id:
        return redirect(url_for("telling.show", resource_id=row.id))  # type: ignore[return-value]
    return _seen_page(row)({}, None)


@bp.post("/tell/<uuid:resource_id>")
@allow(*ANYONE)
@limiter.limit(SENDING)
def send(resource_id: UUID) -> Response | tuple[str, int, dict[str, str]]:
    """Keep what somebody saw of an entry for the staff; the register stays as it is."""
    row = _entry(resource_id)

    def read(typed: Typed) -> Said:
        if row.closed_on:
            raise Invalid(fields={"answer": "ended_already"})
        return telling.parse_seen(typed, today())

    about = About(telling.ORIGIN, row.id, row.revision)
    return _receive(row.municipality, about, str(row.id), read, _seen_page(row))


@bp.get("/tell/new/<municipality>")
@allow(*ANYONE)
def show_new(municipality: str) -> str:
    """What is new: its name, and where, when and what as far as one knows."""
    return _new_page(municipality)({}, None)


@bp.post("/tell/new/<municipality>")
@allow(*ANYONE)
@limiter.limit(SENDING)
def send_new(municipality: str) -> Response | tuple[str, int, dict[str, str]]:
    """Keep what somebody tells of something new; a person of the staff makes it an entry."""
    page = _new_page(municipality)
    kinds = [kind.code for kind in _offered(_scope(municipality))]

    def read(typed: Typed) -> Said:
        return telling.parse_new(typed, kinds)

    return _receive(municipality, About(telling.ORIGIN), f"new/{municipality}", read, page)


@bp.get("/told/<secret>")
@allow(*ANYONE)
def told(secret: str) -> str:
    """What became of it; whoever has the link may look, and nobody finds it otherwise."""
    row = records.find(reading(), EVERYBODY, stamps.id_of(secret))
    if row is None or row.origin != telling.ORIGIN:
        raise NotFound(thing="suggestion", id="")
    entry, scope = _shown(row.resource), _scope(row.municipality)
    kinds = kinds_by_code(reading(), scope)
    address = site() + url_for("telling.told", secret=secret)
    code = row.values.get("kind", "") if row.resource is None or entry is None else entry.kind
    return render_template(
        "telling/told.html",
        municipality=municipalities.get(reading(), scope, row.municipality),
        suggestion=row,
        name=entry.name if entry else row.values.get("name", ""),
        kind=kinds[code].name if code in kinds else "",
        reach=kinds[code].reach if code in kinds else "go",
        entry_url=url_for("resources.show", resource_id=entry.id) if entry else "",
        address=address,
        square=square(address),
    )


def _receive(
    municipality: str, about: About, what: str, read: Callable[[Typed], Said], page: Page
) -> Response | tuple[str, int, dict[str, str]]:
    """Keep it and lead to its page; else the form again with all that was typed."""
    typed = {name: text.replace("\r\n", "\n") for name, text in request.form.items()}
    try:
        secret = stamps.read(_key(), typed.get("stamp", ""), what, now())
        if typed.get(TRAP):
            raise Invalid(fields={TRAP: "leave_empty"})
        said = read(typed)
        teller = Teller(request.remote_addr or "-", _key())
        with writing() as db:
            id_ = stamps.id_of(secret)
            telling.receive(db, _scope(municipality), id_, about, said, teller, now())
    except Invalid as refused:
        codes: Mapping[str, str] = refused.facts["fields"]  # type: ignore[assignment]
        if set(codes.values()) & set(telling.TOO_MANY):
            return page(typed, refused), 429, {"Retry-After": HOUR_S}
        return page(typed, refused), 422, {}
    return redirect(url_for("telling.told", secret=secret), 303)  # type: ignore[return-value]


def _seen_page(row: Row[Any]) -> Page:
    def page(typed: Typed, refused: Invalid | None) -> str:
        kinds = kinds_by_code(reading(), _scope(row.municipality))
        return render_template(
            "telling/entry.html",
            municipality=municipalities.get(reading(), EVERYBODY, row.municipality),
            resource=_cards.page(row, kinds, today()),
            first_day=today() - timedelta(days=telling.DAYS_BACK),
            today=today(),
            **_form(typed, refused, str(row.id)),
        )

    return page


def _new_page(municipality: str) -> Page:
    place = municipalities.get(reading(), EVERYBODY, municipality)

    def page(typed: Typed, refused: Invalid | None) -> str:
        return render_template(
            "telling/new.html",
            municipality=place,
            kinds=[_cards.kind_of(kind) for kind in _offered(_scope(municipality))],
            **_form(typed, refused, f"new/{municipality}"),
        )

    return page


def _form(typed: Typed, refused: Invalid | None, what: str) -> dict[str, Any]:
    """What both forms carry: what was typed, what is wrong with it, and a stamp: the same one again, unless
    it is spent."""
    codes: dict[str, str] = dict(refused.facts["fields"]) if refused else {}  # type: ignore[call-overload]
    spent = codes.get("stamp") in ("form_broken", "form_too_old") or "draft" in codes
    if codes.get("draft") == "used_elsewhere":
        codes["draft"] = "told_already"
    words = field_words(codes)
    return {
        "stamp": typed["stamp"] if refused and not spent else stamps.draw(_key(), what, now()),
        "trap": TRAP,
        "typed": {name: telling.UNSEEN.sub("", text) for name, text in typed.items()},
        "problems": [{"name": name, "words": said} for name, said in words.items()],
    }


def _entry(resource_id: UUID) -> Row[Any]:
    """An entry as residents see it; of one that was merged the one that stays. Raises NotFound."""
    seen = set()
    row = shelf.get(reading(), EVERYBODY, resource_id)
    while row.merged_into and row.id not in seen:
        seen.add(row.id)
        row = shelf.get(reading(), EVERYBODY, row.merged_into)
    return row


def _shown(resource_id: UUID | None) -> Row[Any] | None:
    """The same where residents see one."""
    if resource_id is None:
        return None
    try:
        return _entry(resource_id)
    except NotFound:
        return None


def _offered(scope: Scope) -> list[Kind]:
    """Kinds that a resident may name."""
    known = kinds_by_code(reading(), scope).values()
    return [kind for kind in known if not kind.hidden and not kind.staff_only]


def _scope(municipality: str) -> Scope:
    """Of everybody in a municipality, whoever is signed in: what is told here is told as a resident."""
    return Scope(municipality, EVERYBODY.role)


def _key() -> bytes:
    return str(current_app.secret_key).encode()
