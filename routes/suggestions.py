"""お知らせ: /suggestions/<id>. What somebody outside the staff said of an entry, beside what the register
has; a person applies it or declines it, or decides at once about all that people saw of one entry."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo import desk, heard, suggestions
from geo.errors import Conflict, Invalid, NotFound
from geo.heard import Finding
from geo.records import accounts, municipalities, resources, shelf
from geo.records import suggestions as records
from geo.records.shelf import Wanted
from geo.records.suggestions import Suggestion
from geo.scope import Scope
from geo.suggestions import SEEN, Choice
from routes import _alike, _cards
from routes._ending import ending
from routes._errors import WORDS, field_words
from routes._lists import kinds_by_code
from routes._request import now, own_scope, reading, scope_in, today, writing
from routes._roles import WRITERS, allow
from routes._writable import whole

bp = Blueprint("suggestions", __name__, url_prefix="/suggestions")

NAMED_ALIKE = 5  # entries named like something new that are shown beside it; our choice


@bp.get("/<uuid:suggestion_id>")
@allow(*WRITERS)
def show(suggestion_id: UUID) -> str:
    """Field by field: what the register has, what was said, what both were then."""
    row, scope = _find(suggestion_id)
    return _page(row, scope)


@bp.post("/<uuid:suggestion_id>/apply")
@allow(*WRITERS)
def apply(suggestion_id: UUID) -> Response | tuple[str, int]:
    """Bring the chosen fields into the register; twice is once."""
    row, scope = _find(suggestion_id)
    was_open = row.state == "open"
    try:
        more = ending(request.form, today()) if row.kind == "ended" and was_open else {}
        if row.kind == "new":
            more = {n: request.form[n] for n in ("kind", "known") if request.form.get(n)}
        choice = Choice(whole("base"), tuple(request.form.getlist("field")), more)
        with writing() as db:
            row = suggestions.apply(db, scope, suggestion_id, choice, now())
    except (Conflict, Invalid) as error:
        reading().rollback()
        return _page(*_find(suggestion_id), error), WORDS[type(error)][0]
    flash("suggestion_applied" if was_open and row.state == "applied" else "decided_before")
    is_made = row.kind == "new" and "known" not in more
    if is_made and row.origin == "resident":  # where it is, nobody has said yet
        return redirect(url_for("resources.edit", resource_id=row.resource), 303)  # type: ignore[return-value]
    return _on(row)


@bp.post("/<uuid:suggestion_id>/settle")
@allow(*WRITERS)
def settle(suggestion_id: UUID) -> Response | tuple[str, int]:
    """Decide about what people saw of one entry: confirmed, corrected, closed or declined; twice is once."""
    row, scope = _find(suggestion_id)
    typed, outcome = request.form, request.form.get("outcome", "")
    try:
        said = {suggestion_id, *_ids(typed.getlist("said"))}
        more = {}
        if outcome == "closed" and "closed_on" in typed:
            more = ending(typed, today())
        words = typed.get("reason" if outcome == "declined" else "note", "")
        with writing() as db:
            was_open = any(records.get(db, scope, id_).state == "open" for id_ in said)
            heard.settle(db, scope, said, Finding(outcome, words, whole("base"), more), now())
    except (Conflict, Invalid) as error:
        reading().rollback()
        return _page(*_find(suggestion_id), error), WORDS[type(error)][0]
    done = "suggestion_declined" if outcome == "declined" else "settled"
    flash(done if was_open else "decided_before")
    return _on(row)


@bp.post("/<uuid:suggestion_id>/decline")
@allow(*WRITERS)
def decline(suggestion_id: UUID) -> Response | tuple[str, int]:
    """Leave the register as it is, and say why."""
    row, scope = _find(suggestion_id)
    was_open = row.state == "open"
    try:
        with writing() as db:
            reason = request.form.get("reason", "")
            row = suggestions.decline(db, scope, suggestion_id, reason, now())
    except Invalid as error:
        return _page(*_find(suggestion_id), error), 422
    flash("suggestion_declined" if was_open and row.state == "declined" else "decided_before")
    return _on(row)


def _find(suggestion_id: UUID) -> tuple[Suggestion, Scope]:
    """A suggestion at home, and the reader's scope there. Raises NotFound."""
    row = records.get(reading(), own_scope(), suggestion_id)
    scope = scope_in(row.municipality)
    if not scope.may_change_resources:
        raise NotFound(thing="suggestion", id=str(suggestion_id))
    return row, scope


def _on(row: Suggestion) -> Response:
    """Back to what waits."""
    return redirect(url_for("desk.suggested", municipality=row.municipality), 303)  # type: ignore[return-value]


def _ids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError:
        raise Invalid(fields={"draft": "incomplete"}) from None


def _page(row: Suggestion, scope: Scope, error: Invalid | Conflict | None = None) -> str:
    db = reading()
    there = suggestions.stands(db, scope, row)
    if row.kind in SEEN and there:
        return _seen_page(row, there, scope, error)
    revision, differences = suggestions.differences(db, scope, row)
    known = resources.load_values(db, scope, [there]) if there else {}
    now_values: dict[str, Any] = known[there][1] if there in known else {}
    names = {account.id: account.name for account in accounts.list_all(db, scope)}
    problems = field_words(error.facts["fields"]) if isinstance(error, Invalid) else {}  # type: ignore[arg-type]
    typed = request.form if request.method == "POST" else {}
    return render_template(
        "suggestions/show.html",
        municipality=municipalities.get(db, scope, row.municipality),
        suggestion=row,
        name=now_values.get("name") or row.values.get("name", ""),
        now=now_values,
        base=revision,
        differences=differences,
        chosen=request.form.getlist("field")
        if typed
        else [one.field for one in differences if not one.is_conflict and not one.is_done],
        may_decide=suggestions.may_decide(db, scope, row),
        answered_on=suggestions.answered_on(row),
        values=_ending_values(row, typed),
        earlier=_earlier(row, scope),
        names=names,
        kinds=[_cards.kind_of(one) for one in kinds_by_code(db, scope).values() if not one.hidden],
        alike=_resembled(row, scope),
        again=_told_again(row, scope),
        is_conflict=isinstance(error, Conflict),
        problems=[{"name": name, "words": words} for name, words in problems.items()],
    )


def _seen_page(
    row: Suggestion, resource: UUID, scope: Scope, error: Invalid | Conflict | None
) -> str:
    """All that waits about one entry, or the one alone (``only``)."""
    db, typed = reading(), request.form
    known = heard.heard(db, scope, resource, today())
    is_alone = "only" in request.args or ("outcome" in typed and len(typed.getlist("said")) == 1)
    rows = [one for one in known.rows if one.id == row.id or not is_alone]
    revision, values = resources.load_values(db, scope, [resource])[resource]
    kinds = kinds_by_code(db, scope)
    problems = dict(error.facts["fields"]) if isinstance(error, Invalid) else {}  # type: ignore[call-overload]
    if "reason" in problems and typed.get("outcome") != "declined":
        problems["note"] = problems.pop("reason")
    return render_template(
        "suggestions/seen.html",
        municipality=municipalities.get(db, scope, row.municipality),
        suggestion=row,
        name=values["name"],
        reach=kinds[values["kind"]].reach,
        now=values,
        base=revision,
        heard=known,
        rows=rows,
        merged=_merged_names(rows, resource, scope),
        is_alone=is_alone,
        corrected=heard.was_corrected(db, scope, rows),
        openings=_cards.opening_lines(values["openings"]),
        may_decide=suggestions.may_decide(db, scope, row),
        values={name: typed.get(name, "") for name in ("closed_on", "closed_reason", "note")}
        | {"reason": typed.get("reason", "")},
        was_planned=_was_planned(rows, known),
        earlier=[one for one in _earlier(row, scope) if one.id not in {one.id for one in rows}],
        names={account.id: account.name for account in accounts.list_all(db, scope)},
        is_conflict=isinstance(error, Conflict),
        problems=[{"name": name, "words": words} for name, words in field_words(problems).items()],
    )


def _was_planned(rows: list[Suggestion], known: heard.Heard) -> bool:
    """Whether all that was told is a closed door, on days on which the plan has it closed."""
    plans = [known.plans[one.id] for one in rows if one.id in known.plans]
    is_expected = any(plan.is_open or plan.code == "unknown" for plan in plans)
    return bool(plans) and len(plans) == len(rows) and not is_expected


def _resembled(row: Suggestion, scope: Scope) -> list[dict[str, Any]]:
    """What of the register something new may be."""
    if row.kind != "new" or row.state != "open":
        return []
    db = reading()
    texts = {name: row.values.get(name, "") for name in ("name", "kana", "kind", "address")}
    if not any(sign.isdecimal() for sign in texts["address"]):
        texts["address"] = ""  # 「集会所のとなり」 is no other town
    found = _alike.told(db, scope, _alike.typed_entry(texts), desk.SHOWN_TOGETHER)
    known = {one["url"] for one in found}
    kinds = kinds_by_code(db, scope)
    for one in shelf.list_open(db, scope, Wanted(words=texts["name"]), limit=NAMED_ALIKE):
        url = url_for("resources.show", resource_id=one.id)
        if url not in known:  # a name by itself is no likeness yet; who decides shall see it
            shown = {"name": one.name, "kind": kinds[one.kind].name, "address": one.address}
            shown = shown if not one.do_not_list else dict.fromkeys(shown, "")
            found.append(
                shown | {"id": str(one.id), "url": url, "unlisted": one.do_not_list, "reasons": []}
            )
    return found


def _told_again(row: Suggestion, scope: Scope) -> list[Suggestion]:
    """What else waits and may tell of the same new thing, the oldest first."""
    again = desk.told_again(reading(), scope) if row.kind == "new" and row.state == "open" else {}
    first = again.get(row.id, row.id)
    ids = [first, *(later for later, before in again.items() if before == first)]
    return [records.get(reading(), scope, id_) for id_ in ids if id_ != row.id]


def _merged_names(rows: list[Suggestion], resource: UUID, scope: Scope) -> dict[UUID, str]:
    """Entry → its name, of those that were told of and have been merged into this one since."""
    ids = [one.resource for one in rows if one.resource and one.resource != resource]
    return {
        id_: values["name"]
        for id_, (_, values) in resources.load_values(reading(), scope, ids).items()
    }


def _ending_values(row: Suggestion, typed: Any) -> dict[str, str]:
    """The day and the reason that the form of an ending begins with."""
    day = row.values.get("closed_on") or suggestions.answered_on(row).isoformat()
    reason = " ".join(row.words.split())[: suggestions.LONGEST_REASON]
    return {
        "closed_on": typed.get("closed_on", day),
        "closed_reason": typed.get("closed_reason", reason),
        "reason": typed.get("reason", ""),
        "kind": typed.get("kind", row.values.get("kind", "")),
    }


def _earlier(row: Suggestion, scope: Scope) -> list[Suggestion]:
    """What else was said of the same entry, the newest first."""
    if row.resource is None:
        return []
    there = suggestions.stands(reading(), scope, row) or row.resource
    told = records.list_of(reading(), scope, {row.resource, there})
    return [one for one in told if one.id != row.id]
