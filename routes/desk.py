"""受け箱: /desk/. One page of what waits for a person, each heap leading to its list with what can be done."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_login import current_user

from geo import days, freshness, suggestions
from geo import desk as answers
from geo.errors import Invalid, NotFound
from geo.records import campaigns, municipalities
from geo.records import desk as records
from geo.records import suggestions as suggestion_records
from geo.scope import Scope
from geo.suggestions import LONGEST_REASON, SEEN
from routes import _cards
from routes._errors import field_words
from routes._lists import kinds_by_code
from routes._request import now, own_scope, reading, today, writing
from routes._roles import WRITERS, allow
from routes._writable import find, id_in_form, writing_scope

bp = Blueprint("desk", __name__, url_prefix="/desk")

PAGE = 100


@bp.get("/")
@allow(*WRITERS)
def home() -> str | Response:
    """To the desk of one's own municipality; who has all of them chooses."""
    own = current_user.municipality
    if own:
        return redirect(url_for("desk.index", municipality=own))
    return render_template(
        "desk/choose.html", municipalities=municipalities.list_all(reading(), own_scope())
    )


@bp.get("/<municipality>")
@allow(*WRITERS)
def index(municipality: str) -> str:
    """What waits, how many, and since when."""
    db, scope = reading(), writing_scope(municipality)
    return render_template(
        "desk/index.html",
        municipality=municipalities.get(db, scope, municipality),
        heaps=answers.overview(db, scope, today()),
        running=campaigns.find_running(db, scope),
        limited=scope.areas is not None,
    )


@bp.get("/<municipality>/unconfirmed")
@allow(*WRITERS)
def unconfirmed(municipality: str) -> str:
    """What nobody has confirmed in this 年度, the most consulted first."""
    db, scope = reading(), writing_scope(municipality)
    heap = answers.unconfirmed(db, scope, today())
    pages = _pages(heap.count or 0)
    rows = answers.list_unconfirmed(db, scope, today(), PAGE, (pages["page"] - 1) * PAGE)
    return _list(scope, "desk/unconfirmed.html", heap=heap, rows=_rows(scope, rows), pages=pages)


@bp.post("/<municipality>/confirm/<uuid:resource_id>")
@allow(*WRITERS)
def confirm(municipality: str, resource_id: UUID) -> Response:
    """Somebody has asked on the telephone: it is as the register has it, today."""
    row, _ = find(reading(), resource_id)
    if row.municipality != municipality:
        raise NotFound(thing="resource", id=str(resource_id))
    scope = writing_scope(municipality)
    with writing() as db:
        freshness.confirm(db, scope, id_in_form("draft"), resource_id, today(), today())
    flash("confirmed_today")
    return redirect(url_for("desk.unconfirmed", municipality=municipality), 303)


@bp.get("/<municipality>/suggested")
@allow(*WRITERS)
def suggested(municipality: str) -> str:
    """What others said and nobody has decided, all of one entry together, the most consulted first."""
    return _suggested(municipality)


@bp.post("/<municipality>/suggested")
@allow(*WRITERS)
def decline(municipality: str) -> Response | tuple[str, int]:
    """Leave aside what was ticked of what residents told, for one reason that its senders read."""
    scope, typed = writing_scope(municipality), request.form
    try:
        ids = [UUID(text) for heap in typed.getlist("heap") for text in heap.split()]
        with writing() as db:
            suggestions.decline_told(db, scope, ids, typed.get("reason", ""), now())
    except ValueError:
        return _suggested(municipality, {"heap": "unknown_choice"}), 422
    except Invalid as refused:
        codes: dict[str, str] = dict(refused.facts["fields"])  # type: ignore[call-overload]
        return _suggested(municipality, codes), 422
    flash("suggestion_declined")
    return redirect(url_for("desk.suggested", municipality=municipality), 303)  # type: ignore[return-value]


def _suggested(municipality: str, problems: Mapping[str, str] | None = None) -> str:
    db, scope = reading(), writing_scope(municipality)
    count, _, about = suggestion_records.count_open(db, scope)
    again = answers.told_again(db, scope)
    pages = _pages(about - len(again))
    return _list(
        scope,
        "desk/suggested.html",
        heaps=answers.list_suggested(db, scope, today(), again, PAGE, (pages["page"] - 1) * PAGE),
        count=count,
        pages=pages,
        kinds=kinds_by_code(db, scope),
        seen=SEEN,
        chosen=request.form.getlist("heap"),
        reason=request.form.get("reason", "")[:LONGEST_REASON],
        problems=[
            {"name": name, "words": words} for name, words in field_words(problems or {}).items()
        ],
    )


@bp.get("/<municipality>/reports/<what>")
@allow(*WRITERS)
def reports(municipality: str, what: str) -> str:
    """Lines that imports left to a person: missing, stands, alike."""
    db, scope = reading(), writing_scope(municipality)
    if what not in answers.OF_REPORTS:
        raise NotFound(thing="heap", id=what)
    lines = answers.list_left(db, scope, *answers.OF_REPORTS[what])
    pages = _pages(len(lines))
    first = (pages["page"] - 1) * PAGE
    return _list(
        scope, "desk/reports.html", what=what, rows=lines[first : first + PAGE], pages=pages
    )


@bp.get("/<municipality>/places")
@allow(*WRITERS)
def places(municipality: str) -> str:
    """Entries whose place does not fit their municipality or their address."""
    db, scope = reading(), writing_scope(municipality)
    rows = answers.list_odd_places(db, scope)
    pages = _pages(len(rows))
    first = (pages["page"] - 1) * PAGE
    return _list(
        scope, "desk/places.html", rows=_rows(scope, rows[first : first + PAGE]), pages=pages
    )


@bp.get("/<municipality>/unasked")
@allow(*WRITERS)
def unasked(municipality: str) -> str:
    """Published entries whose host nobody has asked for consent."""
    db, scope = reading(), writing_scope(municipality)
    of, count = records.count_unasked(db, scope)
    pages = _pages(count)
    rows = records.list_unasked(db, scope, PAGE, (pages["page"] - 1) * PAGE)
    return _list(scope, "desk/unasked.html", rows=_rows(scope, rows), pages=pages, of=of)


def _list(scope: Scope, name: str, **facts: Any) -> str:
    place = municipalities.get(reading(), scope, scope.municipality or "")
    return render_template(name, municipality=place, **facts)


def _rows(scope: Scope, rows: list[Any]) -> list[dict[str, Any]]:
    """Lines of a list: the row, its kind's name, whether it rests, and how fresh it is."""
    kinds = kinds_by_code(reading(), scope)
    return [
        {
            **{"row": row, "kind": kinds[row.kind].name, "draft": str(uuid4())},
            **{"pause": _cards.pause(row, today()), **_fresh(row)},
        }
        for row in rows
    ]


def _fresh(row: Any) -> dict[str, str]:
    last = row.confirmed_on
    return {
        "freshness": _cards.FRESHNESS[days.freshness(last, today())],
        "confirmed_words": days.era_words(last) if last else "",
    }


def _pages(total: int) -> dict[str, Any]:
    """Where one stands in a list of hundreds; a page past the end is the last."""
    last = max(1, -(-total // PAGE))
    asked = request.args.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    page = min(last, max(1, page))
    here = {**(request.view_args or {})}
    return {
        "page": page,
        "pages": last,
        "total": total,
        "prev_url": url_for(request.endpoint or "", **here, page=page - 1) if page > 1 else None,
        "next_url": url_for(request.endpoint or "", **here, page=page + 1) if page < last else None,
    }
