"""確認のお願い: /campaigns. An official opens the year's campaign, prints its papers and sees how far it has
come; whoever may write takes in what came back on paper."""

from typing import Any
from uuid import UUID, uuid4

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)

from geo import campaign as answers
from geo import codes, reminders, suggestions
from geo.campaign import OPENERS, Opening
from geo.days import fiscal_year
from geo.errors import Invalid, NotAllowed, NotFound
from geo.records import campaigns as records
from geo.records import districts, kinds, municipalities, resources, shelf
from geo.records import reminders as mails
from geo.records import suggestions as suggestion_records
from geo.records.campaigns import Asked, Campaign
from geo.scope import EVERYBODY, Scope
from geo.suggestions import About, Choice, Said
from routes import _cards
from routes._codes import site, square
from routes._errors import WORDS, field_words
from routes._lists import kinds_by_code
from routes._request import now, own_scope, reading, scope_in, today, writing
from routes._roles import WRITERS, allow
from routes._writable import id_in_form, writing_scope

bp = Blueprint("campaigns", __name__, url_prefix="/campaigns")

SHEETS_AT_ONCE = 300  # our choice: a browser lays out as many pages in some seconds
FORMS = {"postcard": "campaigns/postcard.html", "sheet": "campaigns/sheet.html"}


@bp.get("/in/<municipality>")
@allow(*WRITERS)
def index(municipality: str) -> str:
    """The campaigns of a municipality, the newest first."""
    db, scope = reading(), writing_scope(municipality)
    return render_template(
        "campaigns/index.html",
        municipality=municipalities.get(db, scope, municipality),
        campaigns=records.list_all(db, scope),
        running=[
            row.id for row in records.list_running(db, scope) if answers.is_running(row, today())
        ],
        may_open=scope.role in OPENERS,
        year=fiscal_year(today()),
    )


@bp.route("/in/<municipality>/open", methods=["GET", "POST"])
@allow(*OPENERS)
def open_new(municipality: str) -> str | Response | tuple[str, int]:
    """Choose what to ask about and until when; then every entry has its code."""
    scope = writing_scope(municipality)
    if request.method == "GET":
        return _opening(scope)
    form = request.form
    try:
        opening = Opening.parse(
            id_in_form("id"),
            form.getlist("kind"),
            form.getlist("area"),
            form.get("answer_by", ""),
            today(),
        )
        if not opening.kinds:
            raise Invalid(fields={"kinds": "nothing_chosen"})
        with writing() as db:
            row = answers.begin(db, scope, opening, _key(), site(), now(), today())
            reminders.ask_for(db, scope, row.id)
    except Invalid as error:
        return _opening(scope, error), 422
    flash("campaign_opened")
    return redirect(url_for("campaigns.show", campaign_id=row.id), 303)


@bp.get("/<uuid:campaign_id>")
@allow(*WRITERS)
def show(campaign_id: UUID) -> str:
    """How far the asking has come, and what can be printed."""
    db = reading()
    row, scope = _find(campaign_id)
    level = answers.level_of(db, scope)
    names = {level.code: level.name for level in districts.list_levels(db, scope)}
    return render_template(
        "campaigns/show.html",
        municipality=municipalities.get(db, scope, row.municipality),
        campaign=row,
        is_running=answers.is_running(row, today()),
        progress=answers.progress(db, scope, row),
        level_name=names.get(level, ""),
        may_end=scope.role in OPENERS,
        mails=mails.count_by_state(db, scope, row.id),
        can_mail=current_app.extensions["settings"].can_mail,
        next_steps=reminders.steps(row),
        limited=scope.areas is not None,
    )


@bp.post("/<uuid:campaign_id>/end")
@allow(*OPENERS)
def end(campaign_id: UUID) -> Response:
    """Its codes open nothing more; twice is once."""
    _, scope = _find(campaign_id)
    with writing() as db:
        has_ended = answers.end(db, scope, campaign_id, now())
    flash("campaign_ended" if has_ended else "nothing_changed")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


@bp.post("/<uuid:campaign_id>/mail")
@allow(*OPENERS)
def mail(campaign_id: UUID) -> Response:
    """Ask for the mails that are due and have not gone: those that failed, too."""
    row, scope = _find(campaign_id)
    if answers.is_running(row, today()):
        with writing() as db:
            reminders.ask_for(db, scope, row.id)
        flash("mails_asked")
    else:
        flash("nothing_changed")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


@bp.get("/<uuid:campaign_id>/sheets")
@allow(*WRITERS)
def sheets(campaign_id: UUID) -> str:
    """Postcards or sheets of A4, one page each: of one entry, of an area, or of all that wait."""
    db = reading()
    row, scope = _find(campaign_id)
    form = request.args.get("form", "postcard")
    asked = Asked(
        level=answers.level_of(db, scope),
        district=_id_asked("area"),
        resource=_id_asked("resource"),
        kind=request.args.get("kind", "")[:100],
        waiting=request.args.get("all") != "yes" and not request.args.get("resource"),
    )
    found = answers.sheets(db, scope, row, asked, _key())
    page = _page_asked(len(found))
    first = (page - 1) * SHEETS_AT_ONCE
    known = kinds_by_code(db, scope)
    return render_template(
        FORMS.get(form, FORMS["postcard"]),
        municipality=municipalities.get(db, scope, row.municipality),
        campaign=row,
        is_running=answers.is_running(row, today()),
        sheets=[_sheet(row, sheet, known) for sheet in found[first : first + SHEETS_AT_ONCE]],
        total=len(found),
        first=first,
        next_url=_next_url(page) if first + SHEETS_AT_ONCE < len(found) else "",
        typed_at=f"{row.site}/c/",
    )


@bp.route("/<uuid:campaign_id>/returned", methods=["GET", "POST"])
@allow(*WRITERS)
def returned(campaign_id: UUID) -> str | Response | tuple[str, int]:
    """What came back on paper: type the code, tick the answer. "Still running" is applied at once."""
    row, scope = _find(campaign_id)
    if request.method == "GET":
        return _returned(row, scope)
    answer = request.form.get("answer", "")
    try:
        about = _about(row, scope)
        if answer not in suggestions.ANSWERS:
            raise Invalid(fields={"answer": "unknown_choice"})
        # what changed stands on the paper; whoever holds it writes it into the entry itself
        said = Said(answer, {}) if answer == "changed" else Said.parse(answer, {}, "")
        id_ = id_in_form("id")
        with writing() as db:
            suggestions.receive(db, scope, id_, about, said, now())
            if answer == "still_running":
                suggestions.apply(db, scope, id_, Choice(about.base or 1), now())
    except (Invalid, NotAllowed) as error:
        return _returned(row, scope, error), WORDS[type(error)][0]
    if answer != "still_running":
        return redirect(url_for("suggestions.show", suggestion_id=id_), 303)
    return redirect(url_for("campaigns.returned", campaign_id=campaign_id, last=id_), 303)


def _find(campaign_id: UUID) -> tuple[Campaign, Scope]:
    """A campaign at home, and the reader's scope there. Raises NotFound."""
    row = records.get(reading(), own_scope(), campaign_id)
    scope = scope_in(row.municipality)
    if not scope.may_change_resources:
        raise NotFound(thing="campaign", id=str(campaign_id))
    return row, scope


def _about(row: Campaign, scope: Scope) -> About:
    """What a typed code of this campaign is about. Raises Invalid."""
    db, code = reading(), codes.read(request.form.get("code", ""))
    if code is None:
        raise Invalid(fields={"code": "not_a_code"})
    found = records.find_entry(db, scope, codes.hash_of(code, _key()))
    if found is None or found[0].id != row.id:
        raise Invalid(fields={"code": "not_of_this_campaign"})
    revision, now_values = resources.load_values(db, scope, [found[1]])[found[1]]
    if now_values["closed_on"]:
        raise Invalid(fields={"code": "has_ended"})
    return About("code", found[1], revision, row.id)


def _returned(row: Campaign, scope: Scope, error: Invalid | NotAllowed | None = None) -> str:
    db = reading()
    problems: dict[str, str] = {}
    if isinstance(error, Invalid):
        problems = field_words(error.facts["fields"])  # type: ignore[arg-type]
    if isinstance(error, NotAllowed):
        problems = field_words({"code": "entry_outside_areas"})
    last = None
    if (id_ := _id_asked("last")) and (known := suggestion_records.find(db, scope, id_)):
        values = resources.load_values(db, scope, [known.resource] if known.resource else [])
        last = {"resource": known.resource, "name": next(iter(values.values()))[1]["name"]}
    return render_template(
        "campaigns/returned.html",
        municipality=municipalities.get(db, scope, row.municipality),
        campaign=row,
        id=request.form.get("id") or str(uuid4()),
        typed=request.form,
        last=last,
        whole=answers.progress(db, scope, row).whole,
        problems=[{"name": name, "words": words} for name, words in problems.items()],
    )


def _opening(scope: Scope, error: Invalid | None = None) -> str:
    db = reading()
    level = answers.level_of(db, scope)
    names = {one.code: one.name for one in districts.list_levels(db, scope)}
    problems = field_words(error.facts["fields"]) if error else {}  # type: ignore[arg-type]
    known = [kind for kind in kinds.list_all(db, scope) if not kind.staff_only]
    counts = _counts(scope)
    form = request.form
    return render_template(
        "campaigns/open.html",
        municipality=municipalities.get(db, scope, scope.municipality or ""),
        id=form.get("id") or str(uuid4()),
        kinds=[
            {"kind": kind, "count": counts.get(kind.code, 0)}
            for kind in known
            if counts.get(kind.code)
        ],
        chosen_kinds=form.getlist("kind")
        if error
        else [kind.code for kind in known if "activity" in kind.viewpoints],
        areas=districts.list_at_level(db, scope, level) if level else [],
        chosen_areas=form.getlist("area"),
        level_name=names.get(level, ""),
        answer_by=form.get("answer_by", "")
        if error
        else answers.usual_answer_by(today()).isoformat(),
        year=fiscal_year(today()),
        can_mail=current_app.extensions["settings"].can_mail,
        problems=[{"name": name, "words": words} for name, words in problems.items()],
    )


def _counts(scope: Scope) -> dict[str, int]:
    """Kind → published entries that run today: what a campaign would ask about."""
    everybodys = Scope(scope.municipality, EVERYBODY.role)
    return shelf.count_by_kind(reading(), everybodys, shelf.Wanted())


def _sheet(row: Campaign, sheet: answers.Sheet, known: dict[str, Any]) -> dict[str, Any]:
    """One paper: what the register has, the code and its square."""
    return {
        "resource": _cards.page(sheet.row, known, today()),
        "area": sheet.row.area_name or "",
        "host": sheet.row.host,
        "code": codes.grouped(sheet.code),
        "square": square(f"{row.site}/c/{sheet.code}"),
    }


def _id_asked(name: str) -> UUID | None:
    """An id of the query; None where there is none or it is not one."""
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


def _page_asked(total: int) -> int:
    asked = request.args.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    return min(max(1, page), max(1, -(-total // SHEETS_AT_ONCE)))


def _next_url(page: int) -> str:
    given = {**(request.view_args or {}), **request.args.to_dict(), "page": page + 1}
    return url_for("campaigns.sheets", **given)


def _key() -> bytes:
    return str(current_app.secret_key).encode()
