"""地域資源: /resources/<id>, and the form by which staff add and correct one."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import blur, campaign, registry
from geo.edits import EMPTY, FIELDS, ResourceEdit, count_remarks
from geo.errors import Conflict, Invalid, NotAllowed, NotFound
from geo.kinds import vocabulary
from geo.records import (
    accounts,
    campaigns,
    districts,
    mergers,
    municipalities,
    photos,
    shelf,
    suggestions,
    wipings,
)
from geo.records import resources as records
from geo.records.kinds import Kind
from geo.scope import EVERYBODY, Scope
from geo.suggestions import SEEN
from routes import _alike, _cards, _stops, _visits
from routes import _resource_form as forms
from routes._basemap import backgrounds
from routes._errors import WORDS, field_words
from routes._lists import kinds_by_code, sources
from routes._looking import looked_at
from routes._request import now, reading, today, writing
from routes._roles import ANYONE, WRITERS, allow
from routes._taking import taking
from routes._writable import find, id_in_form, whole, writing_scope

bp = Blueprint("resources", __name__, url_prefix="/resources")

# What staff see of a resource beside what everybody sees, in the order of the page.
INSIDE = (
    *("host", "host_contact", "fragility", "do_not_list", "consents", "place_source"),
    *("main_activity", "venue_type", "frequency", "subsidised", "started_on"),
    *("counted_on", "participants", "participants_men", "participants_women"),
    *("participants_65_74", "participants_75"),
)


@bp.get("/<uuid:resource_id>")
@allow(*ANYONE)
def show(resource_id: UUID) -> str | Response:
    """One resource, open or closed; of two that turned out to be one, the one that stays."""
    db = reading()
    row, scope = find(db, resource_id)
    if row.merged_into:
        return redirect(url_for("resources.show", resource_id=row.merged_into), 301)
    kinds = kinds_by_code(db, scope)
    staff = not scope.is_public
    place = None if row.lon is None else (row.lon, row.lat)
    may_edit = scope.may_change_resources and registry.is_within(db, scope, place)
    page = render_template(
        "resources/show.html",
        municipality=municipalities.get(db, scope, row.municipality),
        resource=_cards.page(row, kinds, today()),
        districts=_districts_of(db, scope, row),
        sources=sources(db, scope, "municipality", row.id),
        page_data=_page_data(db, scope, place, [row], kinds) | {"line": _cards.line_of(row)},
        reach_url=_reach_url(row, kinds),
        may_edit=may_edit,
        heard=suggestions.list_waiting_of(db, scope, row.id, SEEN) if may_edit else [],
        outside_areas=scope.may_change_resources and not may_edit,
        staff_note=row.staff_note if staff else "",
        closed_reason=row.closed_reason if staff else "",
        published=row.public,
        revisions=_revisions(db, scope, row.id) if staff else [],
        photos=photos.list_of(db, scope, row.id),
        inside=_inside(row) if staff else None,
        desk_answers=staff and not row.phone and not row.contact and _is_joined(row, kinds),
        visits=_visits.of_resource(db, scope, row.id, may_edit=may_edit),
        blur=blur.of_resource(db, scope, row.id)
        if staff and row.place_shown == "blurred"
        else None,
        asked_in=_asked_in(db, scope, row) if may_edit else None,
        taking=_taken_along(db, row, kinds),
        past=_past(db, scope, row.id) if staff else {"merged": [], "wiped": []},
    )
    return looked_at(make_response(page), row.id)


@bp.route("/add/<municipality>", methods=["GET", "POST"])
@allow(*WRITERS)
def add(municipality: str) -> str | Response | tuple[str, int]:
    """A resource that the register does not have yet."""
    db, scope = reading(), writing_scope(municipality)
    place = municipalities.get(db, scope, municipality)
    resource_id = uuid4() if request.method == "GET" else id_in_form("resource")
    if request.method == "GET":
        return _form(db, scope, place, EMPTY, base=None, resource_id=resource_id)
    return _receive(db, scope, place, EMPTY, base=None, resource_id=resource_id)


@bp.route("/<uuid:resource_id>/edit", methods=["GET", "POST"])
@allow(*WRITERS)
def edit(resource_id: UUID) -> str | Response | tuple[str, int]:
    """A correction to one resource; refused before anything is typed where it is not theirs."""
    db = reading()
    row, _ = find(db, resource_id)
    if row.merged_into and request.method == "GET":
        return redirect(url_for("resources.edit", resource_id=row.merged_into))
    scope = writing_scope(row.municipality)
    place = municipalities.get(db, scope, row.municipality)
    if request.method == "GET":
        revision, values = records.load_values(db, scope, [resource_id])[resource_id]
        if not registry.is_within(db, scope, values["place"]):
            raise NotAllowed(action="outside_areas")
        return _form(db, scope, place, values, base=revision, resource_id=resource_id)
    base = whole("base")
    shown = registry.values_at(db, scope, resource_id, base)
    return _receive(db, scope, place, shown, base=base, resource_id=resource_id)


def _receive(
    db: Session,
    scope: Scope,
    place: Any,
    shown: Mapping[str, Any],
    *,
    base: int | None,
    resource_id: UUID,
) -> str | Response | tuple[str, int]:
    """Apply what the form says; a problem shows the form again with everything as typed.

    ``shown`` is what the form had shown: a field that was not touched asks for nothing, whatever
    others have made of it since.
    """
    typed = forms.sent(request.form)
    try:
        changed = forms.changed(typed, shown, now())
        if base is not None and not changed:
            flash("nothing_changed")
            return redirect(url_for("resources.show", resource_id=resource_id))
        edit = ResourceEdit.parse(
            {"id": typed.get("draft"), "resource": resource_id, "base": base, "edits": changed}
        )
        if alike := _resembled(db, scope, typed, edit) if base is None else []:
            choices = {"base": base, "resource_id": resource_id, "typed": typed}
            return _form(db, scope, place, shown, alike=alike, **choices)
        with writing() as writer:
            registry.apply(writer, scope, edit)
    except Conflict as error:
        touched, stands = forms.as_typed(typed, shown), _stands(error, resource_id)
        base, newer = records.load_values(db, scope, [stands])[stands]
        return _form(
            db, scope, place, newer, base=base, resource_id=stands, typed=touched, error=error
        )
    except (Invalid, NotAllowed) as error:
        return _form(
            db, scope, place, shown, base=base, resource_id=resource_id, typed=typed, error=error
        )
    flash("saved")
    return redirect(url_for("resources.show", resource_id=resource_id))


def _stands(error: Conflict, resource_id: UUID) -> UUID:
    """The entry to go on with: that into which this one was merged while somebody wrote, or itself."""
    return UUID(str(error.facts.get("merged_into", resource_id)))


def _resembled(
    db: Session, scope: Scope, typed: Mapping[str, str], edit: ResourceEdit
) -> list[dict[str, Any]]:
    """What a new entry may be the same as; [] where its writer was told, or it is there already."""
    if typed.get("despite") or records.find_draft(db, scope, edit.draft):
        return []
    return _alike.told(db, scope, _alike.typed_entry(typed, str(edit.resource)))


def _form(
    db: Session,
    scope: Scope,
    place: Any,
    values: Mapping[str, Any],
    *,
    base: int | None,
    resource_id: UUID,
    typed: Mapping[str, str] | None = None,
    error: Invalid | Conflict | NotAllowed | None = None,
    alike: Sequence[Mapping[str, Any]] = (),
) -> str | tuple[str, int]:
    """The form, with what the register has or with what was typed and what is wrong with it."""
    kinds = kinds_by_code(db, scope)
    theirs = error.facts["theirs"] if isinstance(error, Conflict) else {}
    problems = dict.fromkeys(theirs, WORDS[Conflict][1])
    if isinstance(error, Invalid):
        problems = field_words(error.facts["fields"])
    if isinstance(error, NotAllowed):
        problems = field_words({"place": "outside_areas"})
    texts = forms.shown(values)
    if any(map(_stops.is_of_stop, typed or {})):
        texts = {name: text for name, text in texts.items() if not _stops.is_of_stop(name)}
    texts |= typed or {}
    page = render_template(
        "resources/edit.html",
        municipality=place,
        name=values["name"],
        values=texts,
        stop_rows=_stops.rows_of(texts),
        openings=_cards.opening_lines(values["openings"]),
        draft=(typed or {}).get("draft") or str(uuid4()),
        resource_id=str(resource_id),
        base=base,
        kinds=[
            _cards.kind_of(kind)
            for kind in kinds.values()
            if not kind.hidden or kind.code == texts["kind"]
        ],
        vocabularies={name: vocabulary(name) for name in (*_cards.CODED.values(), "medium")},
        theirs=theirs,
        is_merged=isinstance(error, Conflict) and "merged_into" in error.facts,
        page_data=_page_data(db, scope, values["place"], [], kinds)
        | ({"alike_url": url_for("twins.alike", municipality=place.code)} if base is None else {}),
        alike=alike,
        problems=forms.told(problems, texts),
    )
    return (page, WORDS[type(error)][0]) if error else page


def _is_joined(row: Row[Any], kinds: Mapping[str, Kind]) -> bool:
    return _cards.JOINED in kinds[row.kind].viewpoints


def _taken_along(db: Session, row: Row[Any], kinds: dict[str, Kind]) -> dict[str, Any] | None:
    """What is taken along of an entry that runs: of what everybody may see, whoever reads."""
    if row.closed_on:
        return None
    try:
        public = row if hasattr(row, "on_paper") else shelf.get(db, EVERYBODY, row.id)
    except NotFound:
        return None
    return taking(public, kinds, today())


def _inside(row: Row[Any]) -> dict[str, Any]:
    """What only staff are told of a resource."""
    return {name: getattr(row, name) for name in INSIDE} | {
        "remarks": count_remarks({name: getattr(row, name) for name in INSIDE})
    }


def _reach_url(row: Row[Any], kinds: dict[str, Kind]) -> str:
    """Where one sees from where the resource is reached; '' where distance says nothing of it."""
    if row.lon is None or row.closed_on or kinds[row.kind].reach in _cards.BY_AREA:
        return ""
    return url_for("reach.show", municipality=row.municipality, resource=row.id)


def _asked_in(db: Session, scope: Scope, row: Row[Any]) -> UUID | None:
    """The campaign that asks about an entry now: its papers can be printed by themselves."""
    asking = campaigns.find_asking(db, scope, row.id)
    if asking is None or not row.public or not campaign.is_running(asking, today()):
        return None
    return asking.id


def _districts_of(db: Session, scope: Scope, row: Row[Any]) -> list[dict[str, str]]:
    if row.lon is None:
        return []
    names = {level.code: level.name for level in districts.list_levels(db, scope)}
    return [
        {
            "name": district.name,
            "level_name": names[district.level],
            "url": url_for("districts.show", district_id=district.id),
        }
        for district in districts.list_at(db, scope, row.lon, row.lat)
        if district.level != "municipality"
    ]


def _page_data(
    db: Session,
    scope: Scope,
    place: Sequence[float] | None,
    rows: list[Row[Any]],
    kinds: Mapping[str, Any],
) -> dict[str, Any]:
    """A map around a place, or of the whole municipality where it is not known."""
    shapes = districts.list_shapes(db, scope, "municipality", within_m=_cards.OUTLINE_M)
    reach = 0.008  # degrees, some 800 m: the walk of ten minutes around it
    if place is None:
        frame = districts.bounds(db, scope)
    else:
        lon, lat = place
        frame = (lon - reach, lat - reach, lon + reach, lat + reach)
    data = _cards.map_data(rows, kinds, shapes, {}, frame, today())
    for mark in data["resources"]:
        mark["number"] = None  # alone on its map
    return data | backgrounds(scope, data["bounds"])


def _past(db: Session, scope: Scope, resource_id: UUID) -> dict[str, Any]:
    """What was merged into it, with the draft of its setting back, and what was wiped of it."""
    names = {row.id: row.name for row in accounts.list_all(db, scope)}
    merged = mergers.list_standing(db, scope, resource_id)
    known = records.load_values(db, scope, [row.gone for row in merged])
    return {
        "merged": [
            {
                "id": row.gone,
                "name": known[row.gone][1]["name"],
                "at": row.at,
                "by": names.get(row.account, ""),
                "draft": str(uuid4()),
            }
            for row in merged
        ],
        "wiped": [
            {"at": row.at, "by": names.get(row.account, ""), "fields": row.fields}
            for row in wipings.list_of(db, scope, resource_id)
        ],
    }


def _revisions(db: Session, scope: Scope, resource_id: UUID) -> list[dict[str, Any]]:
    names = {row.id: row.name for row in accounts.list_all(db, scope)}
    return [
        {
            "number": row.revision,
            "draft": str(uuid4()),  # of an undoing: pressed twice it counts once
            "at": row.at,
            "by": names.get(row.account, "") if row.account else "",
            "imported": row.intake is not None,
            "changes": [
                {"field": field, "before": row.before.get(field), "after": after}
                for field, after in sorted(
                    row.changed.items(), key=lambda pair: FIELDS.index(pair[0])
                )
                if row.revision > 1 or after != EMPTY[field]
            ],
        }
        for row in records.list_revisions(db, scope, resource_id)
    ]
