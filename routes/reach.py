"""到達圏: /reach/<municipality>, how far one gets from a place in 30 minutes, and to what."""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, render_template, request, url_for
from sqlalchemy.orm import Session

from geo import publish, reach, travel_profiles
from geo.addresses import Answer, Found, Several
from geo.area import Area
from geo.errors import Invalid
from geo.locate import dictionaries, locate
from geo.openings import is_paused
from geo.possible_homes import Living
from geo.reach_questions import (
    MODIFIERS,
    STAFF_MINUTES,
    Walk,
    profiles,
)
from geo.records import districts, municipalities, shelf
from geo.records.shelf import Wanted
from geo.residents_reached import PeopleWithin, Table, people_within, table_of
from geo.scope import STAFF, Scope
from geo.streets.snap import Snap
from geo.ways import Rough
from routes import _cards
from routes._basemap import backgrounds
from routes._catalogues import plain
from routes._errors import field_words
from routes._guard import DRAGS, limiter
from routes._languages import say
from routes._lists import kinds_by_code, sources
from routes._reaching import USUAL_PROFILE, Asked, Profiles, allowed
from routes._request import area, glancing, reading, residents, scope_in, today
from routes._roles import ANYONE, allow

LONGEST_ADDRESS = 200  # characters, our choice
# Where a page begins that was asked nothing: what most people come for, of what the register has.
GATHERINGS = ("prevention",)  # elements whose days of the week make a choice
USUAL_KINDS = ("exercise_group", "salon", "ibasho", "hall", "grocery")

bp = Blueprint("reach", __name__, url_prefix="/reach")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page answers: from a point, to a resource, or to any of a kind; none where nothing is known.

    groups  what is reached from a point (templates/reach/near.html)
    choices  how much there is to choose from
    people  of staff only: who lives within (geo/residents_reached.py Table); basis: how they are known
            (geo/possible_homes.py Living)
    name, url  of the resource or kind; within: the name of the area that it is cut to
    pause   of the resource: routes/_cards.py pause;  resting  how many of the kind rest today, and are left out
    """

    mode: str = "none"
    found: reach.Around | None = None
    groups: tuple[dict[str, Any], ...] = ()
    choices: reach.Choices | None = None
    people: Table | None = None
    basis: Living | None = None
    name: str = ""
    url: str = ""
    within: str = ""
    pause: dict[str, Any] | None = None
    resting: int = 0


@bp.get("/<municipality>")
@allow(*ANYONE)
def show(municipality: str) -> tuple[str, int]:
    """How far one gets from a point, to a resource, or to any resource of a kind."""
    return _page(municipality, Asked.of(request.args))


@bp.post("/<municipality>")
@allow(*ANYONE)
def find(municipality: str) -> tuple[str, int]:
    """The same from an address, which stands in no address of a page and in no log."""
    db, scope = reading(), scope_in(municipality)
    asked = Asked.of(request.form)
    if asked.place:  # one of several places was chosen
        return _page(municipality, asked)
    text = request.form.get("address", "")[:LONGEST_ADDRESS].strip()
    folder = dictionaries(current_app.extensions["settings"].var / "originals")
    answers = locate(db, scope, folder, [text]) if text else []
    if not answers:
        problem = "no_gazetteer" if text else "required"
        return _page(municipality, asked, text, problems={"address": problem})
    places = _places(answers[0])
    if len(places) == 1:
        return _page(municipality, replace(asked, place=places[0]["place"]), text, places)
    problem = "several_addresses" if places else "unknown_address"
    return _page(municipality, asked, text, places, problems={"address": problem})


@bp.get("/<municipality>/bands")
@allow(*ANYONE)
@limiter.limit(DRAGS)
def bands(municipality: str) -> Response:
    """The bands alone, for a map on which the point is being dragged; over a wood or the sea nobody knows,
    which is no error of whoever drags it there."""
    db, scope = glancing(), scope_in(municipality)
    question = Asked.of(request.args).question(scope, travel_profiles.in_use(db, scope))
    streets = area(scope)
    try:
        start = reach.join(streets, question)
    except Invalid as unknown:
        problem = plain(say(_words_of(unknown)["from"]))
        text = publish.bands_geojson((), is_cut=False, problem=problem)
    else:
        found = reach.around(streets, question.walk, start)
        people = _people(db, scope, streets, question.walk, start)
        more = {"people": asdict(table_of(people))} if people else {}
        text = publish.bands_geojson(found.bands, is_cut=found.is_cut, **more)
    return Response(text, mimetype="application/geo+json")


@bp.get("/<municipality>/near")
@allow(*ANYONE)
def near(municipality: str) -> str:
    """The list alone, for a map on which the point was dropped."""
    db, scope = reading(), scope_in(municipality)
    asked = Asked.of(request.args)
    question = asked.question(scope, travel_profiles.in_use(db, scope))
    streets = area(scope)
    groups, choices, problem = [], None, ""
    try:
        found = reach.near(db, scope, streets, question)
        groups = _groups(found, question.walk, asked.kind, kinds_by_code(db, scope))
        choices = reach.choices(db, scope, found, GATHERINGS, today())
    except Invalid as unknown:
        problem = _words_of(unknown)["from"]
    walk = _walk_words(asked)
    return render_template(
        "reach/near.html", groups=groups, choices=choices, walk=walk, problem=problem
    )


def _page(
    municipality: str,
    asked: Asked,
    address: str = "",
    places: Iterable[dict[str, str]] = (),
    problems: dict[str, str] | None = None,
) -> tuple[str, int]:
    db, scope = reading(), scope_in(municipality)
    here = municipalities.get(db, scope, municipality)
    kinds = kinds_by_code(db, scope)
    walked = [
        kind | {"count": count}
        for kind, count in _cards.counted(kinds, shelf.count_by_kind(db, scope, Wanted()))
        if kinds[kind["code"]].reach in reach.BY_DISTANCE
    ]
    if not (asked.place or asked.resource or asked.kind):
        asked = replace(asked, kind=_usual_kind(walked))
    answer, used = Shown(), travel_profiles.in_use(db, scope)
    problems = dict(problems or {})
    level = _level(db, scope, asked)
    try:
        if not problems:
            answer = _answer(db, scope, asked, used, level)
    except Invalid as refused:
        problems = refused.facts["fields"]  # type: ignore[assignment]
    was_asked = request.method == "POST" or bool(request.args)
    page = render_template(
        "reach/show.html",
        municipality=here,
        asked=asked,
        answer=answer,
        walk=_walk_words(asked),
        problems=field_words(problems),
        address=address,
        places=list(places),
        kinds=walked,
        areas=_areas(db, scope, level),
        level=level,
        level_names={row.code: row.name for row in districts.list_levels(db, scope)},
        profiles=list(used.values()),
        delivered=profiles(),
        may_change_profiles=scope.role in travel_profiles.EDITORS,
        modifiers=MODIFIERS,
        minutes=[str(step) for step in allowed(scope) or STAFF_MINUTES],
        sources=sources(db, scope, level),
        page_data=_page_data(db, scope, here.code, asked, answer, kinds, level),
    )
    return page, 422 if problems and was_asked else 200


def _answer(db: Session, scope: Scope, asked: Asked, among: Profiles, level: str) -> Shown:
    """What was asked: a point, a resource, or a kind. Raises Invalid in the fields of the form."""
    streets = area(scope)
    if asked.place:
        question = asked.question(scope, among)
        start = reach.join(streets, question)
        found = reach.around(streets, question.walk, start)
        people = _people(db, scope, streets, question.walk, start)
        near_by = reach.near(db, scope, streets, question)
        groups = _groups(near_by, question.walk, asked.kind, kinds_by_code(db, scope))
        choices = reach.choices(db, scope, near_by, GATHERINGS, today())
        return Shown("point", found, tuple(groups), choices, *_counted(people))
    walk = asked.walk(scope, among)
    if asked.resource:
        id_ = _uuid(asked.resource, "resource")
        row = shelf.get(db, scope, id_)
        found = reach.around_resource(db, scope, streets, walk, id_)
        url = url_for("resources.show", resource_id=id_)
        people = _people(db, scope, streets, walk, found.start)
        about = {"name": row.name, "url": url, "pause": _cards.pause(row, today())}
        return Shown("resource", found, (), None, *_counted(people), **about)
    district = _uuid(asked.district, "district") if asked.district else None
    found = reach.around_kind(db, scope, streets, walk, asked.kind, district, today())
    name = say(kinds_by_code(db, scope)[asked.kind].name)
    within = districts.get(db, scope, district).name if district else ""
    rough = None if scope.is_public else reach.find_rough(db, scope, streets, asked.kind, today())
    people = _people(db, scope, streets, walk, found.start, level, district, rough)
    all_, running = (
        shelf.count_open(db, scope, Wanted(kind=asked.kind, running=day)) for day in (None, today())
    )
    about = {"name": name, "within": within, "resting": all_ - running}
    return Shown("kind", found, (), None, *_counted(people), **about)


def _people(
    db: Session,
    scope: Scope,
    streets: Area,
    walk: Walk,
    start: Snap,
    level: str = "",
    only: UUID | None = None,
    rough: Rough | None = None,
) -> PeopleWithin | None:
    """Who lives within, by area of a level or in one of them; nothing for readers without an account
    (MEANING 5), nor where nobody was counted."""
    if scope.role not in STAFF:
        return None
    asked = (streets, walk.profile, start, walk.minutes)
    more = {"level": level, "only": only, "rough": rough}
    return people_within(db, scope, residents(), *asked, backward=walk.backward, **more)


def _counted(people: PeopleWithin | None) -> tuple[Table | None, Living | None]:
    return (table_of(people), people.living) if people else (None, None)


def _page_data(
    db: Session,
    scope: Scope,
    municipality: str,
    asked: Asked,
    answer: Shown,
    kinds: dict[str, Any],
    level: str,
) -> dict[str, Any]:
    """What the script of the page reads."""
    wanted = Wanted(kind=asked.kind if asked.kind in kinds else "")
    marks = [row for row in shelf.list_marks(db, scope, wanted) if _is_on(row, asked, kinds)]
    shapes = districts.list_shapes(db, scope, level, within_m=_cards.OUTLINE_M)
    frame = districts.bounds(
        db, scope, _uuid(asked.district, "district") if asked.district else None
    )
    data = _cards.map_data(marks, kinds, shapes, {}, frame, today())
    found = answer.found
    drawn = publish.bands_geojson(found.bands, is_cut=found.is_cut) if found else "null"
    about = {
        "bands": json.loads(drawn),
        "bands_url": url_for("reach.bands", municipality=municipality),
        "near_url": url_for("reach.near", municipality=municipality),
        "page_url": url_for("reach.show", municipality=municipality),
        "from": asked.place if answer.mode == "point" else "",
        "coverage": json.loads(publish.outline_geojson(area(scope).network.coverage))
        if found
        else None,
    }
    return data | backgrounds(scope, data["bounds"]) | {"reach": about}


def _is_on(row: Any, asked: Asked, kinds: dict[str, Any]) -> bool:
    if asked.resource:
        return str(row.id) == asked.resource
    return kinds[row.kind].reach in reach.BY_DISTANCE


def _groups(
    found: Iterable[reach.Near], walk: Walk, kind: str, kinds: dict[str, Any]
) -> list[dict[str, Any]]:
    """What is reached by the step within which it is, each with the whole minutes that it takes."""
    groups: list[dict[str, Any]] = [
        {"minutes": f"{minutes:g}", "step": step, "resources": []}
        for step, minutes in enumerate(walk.minutes, start=1)
    ]
    for one in found:
        if kind and one.resource.kind != kind:
            continue
        at = next(at for at, limit in enumerate(walk.limits_s) if one.seconds <= limit)
        groups[at]["resources"].append(
            {
                "id": str(one.resource.id),
                "name": one.resource.name,
                "kind": _cards.kind_of(kinds[one.resource.kind]),
                "minutes": max(1, math.ceil(one.seconds / 60)),
                "rough": _cards.is_rough(one.resource),
                "paused": is_paused(one.resource, today()),
                "url": url_for("resources.show", resource_id=one.resource.id),
            }
        )
    return groups


def _walk_words(asked: Asked) -> dict[str, str]:
    """The words of a list's heads."""
    profile = profiles().get(asked.profile, profiles()[USUAL_PROFILE])
    return {"profile": say(profile.name), "minutes": asked.minutes}


def _places(answer: Answer) -> list[dict[str, str]]:
    found = answer.candidates if isinstance(answer, Several) else (answer,)
    return [
        {
            "name": one.name,
            "level": one.level,
            "rest": one.rest,
            "place": f"{one.lonlat[0]:.7f},{one.lonlat[1]:.7f}",
        }
        for one in found
        if isinstance(one, Found)
    ]


def _areas(db: Session, scope: Scope, level: str) -> list[dict[str, str]]:
    return [
        {"id": str(row.id), "name": row.name} for row in districts.list_at_level(db, scope, level)
    ]


def _level(db: Session, scope: Scope, asked: Asked) -> str:
    """The level of the area asked for, else the unit of the law, else the widest there is."""
    if asked.district:
        return districts.get(db, scope, _uuid(asked.district, "district")).level
    known = [level.code for level in districts.list_levels(db, scope)]
    usual = [code for code in ("living_area", "junior_high") if code in known]
    return (usual or known or [""])[0]


def _usual_kind(walked: list[dict[str, Any]]) -> str:
    known = [kind["code"] for kind in walked]
    usual = [code for code in USUAL_KINDS if code in known]
    return (usual or known or [""])[0]


def _uuid(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(fields={field: "unknown_choice"}) from None


def _words_of(refused: Invalid) -> dict[str, str]:
    return field_words(refused.facts["fields"])  # type: ignore[arg-type]
